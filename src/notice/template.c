/* Compiling: header fields and both parts of one mail as ops. */
#include "notice/template.h"
#include "base/codec.h"
#include "crypto/digest.h"
#include "mail/address.h"
#include "mail/header.h"
#include "mail/words.h"

struct compile {
	const struct notice *n;
	struct template_scan scan;
	const char *file;
	struct str language;
	struct letter_template *t;
	size_t op_room;
	struct letter_op *op; /* grows; copied into the arena at the end */
	struct notice_subject of;
	struct str subject; /* its text, with marks */
	struct address from;
	struct buf scratch;
	struct err *e;
};

/* ---- ops */

static struct letter_op *add_op(struct compile *c, enum letter_op_kind kind)
{
	struct letter_template *t = c->t;

	if (t->op_count == c->op_room) {
		c->op_room = 2 * c->op_room + 64;
		c->op = mem_realloc(c->op, c->op_room * sizeof(c->op[0]));
	}
	c->op[t->op_count] =
	    (struct letter_op){.kind = kind, .at = (uint32_t)t->bytes.len};
	return &c->op[t->op_count++];
}

/* What was appended to t->bytes since add_op(). */
static void end_op(struct compile *c)
{
	struct letter_op *op = &c->op[c->t->op_count - 1];

	op->n = (uint32_t)(c->t->bytes.len - op->at);
}

static void copy(struct compile *c, const char *z)
{
	add_op(c, OP_COPY);
	buf_addz(&c->t->bytes, z);
	end_op(c);
}

static void add_use(struct compile *c, enum letter_op_kind kind, uint32_t use)
{
	const struct template_use *u = &c->scan.use[use];
	struct letter_op *op = add_op(c, kind);

	op->field = u->field;
	op->has_default = u->has_default;
	buf_add(&c->t->bytes, u->value);
	end_op(c);
}

/* Text with marks: a run or words, a field, a run ... */
static void add_marked(struct compile *c, struct str s, bool body)
{
	while (s.n) {
		size_t n = template_mark_find(s);
		enum letter_op_kind kind = OP_WORDS_FIELD;
		uint32_t use = 0;
		struct str fixed = str_sub(s, 0, n);
		size_t mark;

		s = str_from(s, n);
		mark = template_mark_next(&c->scan, s, &kind, &use);
		if (n && body) {
			struct qp q = {.out = &c->t->bytes};
			const struct template_use *u = &c->scan.use[use];

			add_op(c, OP_RUN);
			/* only an empty default can be nothing */
			qp_add(&q, fixed,
			    mark && !(u->has_default && !u->value.n));
			end_op(c);
		} else if (n) {
			add_op(c, OP_WORDS);
			buf_add(&c->t->bytes, fixed);
			end_op(c);
		}
		if (mark)
			add_use(c, kind, use);
		s = str_from(s, mark ? mark : 3);
	}
}

/* ---- header fields */

static int check_address(
    struct compile *c, const char *setting, struct str s, struct address *ret)
{
	if (!s.n)
		return err_set(
		    c->e, ERR_INPUT, "notice.ini: %s is missing", setting);
	if (address_parse(s, true, &c->scratch, ret, c->e) < 0)
		return err_wrap(c->e, "notice.ini: %s: %.*s", setting,
		    STR_ARG(str_sub(s, 0, 200)));
	if (ret->utf8_local)
		return err_set(c->e, ERR_INPUT,
		    "notice.ini: %s: %.*s: a sender outside ASCII could write "
		    "only to servers with SMTPUTF8 (RFC 6531)",
		    setting, STR_ARG(str_sub(s, 0, 200)));
	return 0;
}

static void add_mailbox(struct compile *c, const char *field, struct str name,
    const struct address *a)
{
	struct buf *b = &c->t->bytes;
	size_t column = strlen(field) + 2, start;

	add_op(c, OP_COPY);
	buf_addz(b, field);
	buf_add(b, S(": "));
	start = b->len;
	words_add_phrase(b, &column, name);
	if (b->len == start) {
		address_format(a, b);
	} else {
		bool fold = column + a->local.n + a->domain.n + 4 > 78;

		buf_addz(b, fold ? "\r\n <" : " <");
		address_format(a, b);
		buf_addc(b, '>');
	}
	buf_add(b, S("\r\n"));
	end_op(c);
}

static void add_subject(struct compile *c)
{
	size_t column = sizeof("Subject: ") - 1;

	if (template_mark_find(c->subject) < c->subject.n) {
		struct buf b = BUF_INIT(LIMIT_SETTINGS_LINE * 4);

		copy(c, "Subject: ");
		template_add_text(&c->scan, c->subject, OP_WORDS_FIELD, &b);
		add_marked(c, buf_str(&b), false);
		add_op(c, OP_WORDS_END);
		buf_release(&b);
		return;
	}
	add_op(c, OP_COPY);
	buf_add(&c->t->bytes, S("Subject: "));
	words_add_text(&c->t->bytes, &column, c->subject);
	buf_add(&c->t->bytes, S("\r\n"));
	end_op(c);
}

/* Letters, digits and hyphens of `s`, lower case, at most `max`. */
static void add_slug(struct buf *b, struct str s, bool hyphens, size_t max)
{
	size_t start = b->len;

	for (size_t i = 0; i < s.n && b->len - start < max; i++) {
		if (ascii_is_alnum(s.p[i]))
			buf_addc(b, ascii_lower(s.p[i]));
		else if (hyphens && b->len > start && b->p[b->len - 1] != '-')
			buf_addc(b, '-');
	}
	while (b->len > start && b->p[b->len - 1] == '-')
		buf_truncate(b, b->len - 1);
}

/* campaign:kind:type:SenderId; the last has 5 to 15 characters and stays the
 * same for all mail of a sender. */
static void add_feedback_id(struct compile *c)
{
	struct buf *b = &c->t->bytes;
	unsigned char sum[DIGEST_SIZE];
	struct buf id = BUF_INIT(LIMIT_DOMAIN + 20);
	size_t start;

	add_op(c, OP_COPY);
	buf_add(b, S("Feedback-ID: "));
	start = b->len;
	add_slug(b, c->n->title, true, 32);
	if (b->len == start)
		buf_add(b, S("notice"));
	buf_addf(b, ":%s:notice:", notice_kind_name(c->n->kind));
	add_slug(&id, c->from.domain, false, LIMIT_DOMAIN);
	if (id.len < 5 || id.len > 15) {
		digest_sha256(c->from.domain, sum);
		buf_truncate(&id, 9);
		codec_hex(&id, str_make((const char *)sum, 3));
	}
	buf_add(b, buf_str(&id));
	buf_add(b, S("\r\n"));
	end_op(c);
	buf_release(&id);
}

static int add_head(struct compile *c)
{
	struct address reply;
	int rc =
	    check_address(c, "[from] address", c->n->from_address, &c->from);

	if (rc < 0)
		return rc;
	copy(c, "Date: ");
	add_op(c, OP_DATE);
	copy(c, "\r\n");
	add_mailbox(c, "From", c->n->from_name, &c->from);
	if (c->n->reply_to.n) {
		rc =
		    check_address(c, "[from] reply_to", c->n->reply_to, &reply);
		if (rc < 0)
			return rc;
		add_mailbox(c, "Reply-To", STR_NONE, &reply);
	}
	add_op(c, OP_TO);
	add_subject(c);
	copy(c, "Message-ID: <");
	add_op(c, OP_TOKEN);
	add_op(c, OP_COPY);
	buf_addc(&c->t->bytes, '@');
	buf_add(&c->t->bytes, c->from.domain);
	buf_add(&c->t->bytes, S(">\r\n"));
	end_op(c);
	add_feedback_id(c);
	copy(c, "Auto-Submitted: auto-generated\r\n"
		"MIME-Version: 1.0\r\n"
		"Content-Type: multipart/alternative;\r\n"
		" boundary=\"" TEMPLATE_BOUNDARY "\"\r\n"
		"\r\n");
	return 0;
}

/* ---- parts */

/* Languages and scripts written from right to left. */
static bool is_rtl(struct str language)
{
	static const struct str rtl[] = {S("ar"), S("arc"), S("ckb"), S("dv"),
	    S("fa"), S("he"), S("iw"), S("ji"), S("nqo"), S("ps"), S("sd"),
	    S("syr"), S("ug"), S("ur"), S("yi")};
	static const struct str scripts[] = {
	    S("Adlm"), S("Arab"), S("Hebr"), S("Nkoo"), S("Syrc"), S("Thaa")};
	struct str rest = language, part = str_cut(&rest, '-');
	bool yes = false;

	for (size_t i = 0; i < ARRAY_SIZE(rtl); i++)
		yes = yes || str_ieq(part, rtl[i]);
	while (rest.p) {
		part = str_cut(&rest, '-');
		if (part.n == 4) {
			yes = false;
			for (size_t i = 0; i < ARRAY_SIZE(scripts); i++)
				yes = yes || str_ieq(part, scripts[i]);
		}
	}
	return yes;
}

/* What stands around the body. */
static void wrap_html(struct compile *c, struct str inside, struct buf *out)
{
	buf_add(out, S("<!DOCTYPE html>\n<html"));
	if (c->language.n) {
		buf_add(out, S(" lang=\""));
		template_add_html(&c->scan, c->language, out);
		buf_addz(out, is_rtl(c->language) ? "\" dir=\"rtl\"" : "\"");
	}
	buf_add(out,
	    S(">\n<head>\n<meta charset=\"utf-8\">\n"
	      "<meta name=\"viewport\"\n"
	      " content=\"width=device-width, initial-scale=1\">\n<title>"));
	template_add_html(&c->scan, c->subject, out);
	buf_add(out, S("</title>\n</head>\n"
		       "<body style=\"margin:0;padding:16px;background:#fff;"
		       "color:#111;\n font:16px/1.5 sans-serif\">\n"
		       "<div style=\"max-width:38em;margin:0 auto;\n "
		       "overflow-wrap:break-word\">\n"));
	buf_add(out, inside);
	buf_add(out, S("</div>\n</body>\n</html>\n"));
}

static int add_parts(struct compile *c, struct str markdown)
{
	struct buf text = BUF_INIT(TEMPLATE_BYTES);
	struct buf inside = BUF_INIT(TEMPLATE_BYTES);
	struct buf html = BUF_INIT(2 * TEMPLATE_BYTES);
	int rc =
	    template_render(&c->scan, markdown, c->file, &text, &inside, c->e);

	if (rc >= 0 && !str_trim(buf_str(&text)).n)
		rc = err_set(c->e, ERR_INPUT, "%s: says nothing", c->file);
	if (rc >= 0) {
		wrap_html(c, buf_str(&inside), &html);
		copy(c, "--" TEMPLATE_BOUNDARY "\r\n"
			"Content-Type: text/plain; charset=utf-8\r\n"
			"Content-Transfer-Encoding: quoted-printable\r\n"
			"\r\n");
		add_marked(c, buf_str(&text), true);
		copy(c, "\r\n--" TEMPLATE_BOUNDARY "\r\n"
			"Content-Type: text/html; charset=utf-8\r\n"
			"Content-Transfer-Encoding: quoted-printable\r\n"
			"\r\n");
		add_marked(c, buf_str(&html), true);
		copy(c, "\r\n--" TEMPLATE_BOUNDARY "--\r\n");
	}
	buf_release(&text);
	buf_release(&inside);
	buf_release(&html);
	return rc;
}

/* ---- all */

static int finish(struct compile *c)
{
	struct letter_template *t = c->t;

	if (t->bytes.over || t->op_count > TEMPLATE_OPS_MAX)
		return err_set(c->e, ERR_LIMIT,
		    "%s: makes a mail above %lu bytes, or has more than %lu "
		    "fields",
		    c->file, TEMPLATE_BYTES, TEMPLATE_OPS_MAX / 4);
	t->field_count = c->scan.field_count;
	t->field =
	    arena_array(&t->arena, t->field_count + 1, sizeof(t->field[0]));
	for (size_t i = 0; i < t->field_count; i++)
		t->field[i].name = arena_dup(&t->arena, c->scan.field[i]);
	t->op = arena_array(&t->arena, t->op_count, sizeof(t->op[0]));
	ENSURE(!t->arena.failed);
	memcpy(t->op, c->op, t->op_count * sizeof(t->op[0]));
	ENSURE(template_finish(t));
	return 0;
}

static int compile(struct compile *c, struct str markdown)
{
	struct buf subject = BUF_INIT(LIMIT_SETTINGS_LINE * 2);
	struct buf marked = BUF_INIT(8 * LIMIT_TEMPLATE);
	struct buf where = BUF_INIT(LIMIT_SETTINGS_LINE);
	int rc;

	buf_addf(&where, "notice.ini [message] %.*s", STR_ARG(c->of.key));
	rc = template_scan_text(
	    &c->scan, c->of.text, buf_cstr(&where), false, &subject, c->e);
	buf_release(&where);
	c->subject = buf_str(&subject);
	if (rc >= 0 && !str_trim(c->subject).n)
		rc = err_set(c->e, ERR_INPUT,
		    "notice.ini: [message] %.*s is missing",
		    STR_ARG(c->of.key));
	if (rc >= 0)
		rc = template_scan_text(
		    &c->scan, markdown, c->file, true, &marked, c->e);
	if (rc >= 0)
		rc = add_head(c);
	if (rc >= 0)
		rc = add_parts(c, buf_str(&marked));
	if (rc >= 0)
		rc = finish(c);
	buf_release(&subject);
	buf_release(&marked);
	return rc;
}

int letter_template_compile(const struct notice *n, struct str markdown,
    const char *file, struct str segment, struct str language,
    const struct str *columns, size_t count, struct letter_template **ret,
    struct err *e)
{
	struct compile c = {.n = n,
	    .of = letter_subject_for(n, segment, language),
	    .file = file,
	    .language = language,
	    .scratch = BUF_INIT(4 * KiB),
	    .e = e};
	int rc;

	if (markdown.n > LIMIT_TEMPLATE)
		return err_set(e, ERR_LIMIT, "%s: is larger than %lu bytes",
		    file, LIMIT_TEMPLATE);
	c.t = mem_zalloc(sizeof(*c.t));
	c.t->arena = ARENA_INIT(32 * MiB);
	c.t->bytes = BUF_INIT(TEMPLATE_BYTES);
	/* views point into it from the first address on */
	(void)buf_room(&c.scratch, 2 * KiB);
	template_scan_init(&c.scan, columns, count);
	rc = compile(&c, markdown);
	template_scan_release(&c.scan);
	buf_release(&c.scratch);
	free(c.op);
	if (rc < 0)
		letter_template_free(c.t);
	else
		*ret = c.t;
	return rc;
}

void letter_template_free(struct letter_template *t)
{
	if (!t)
		return;
	buf_release(&t->bytes);
	arena_release(&t->arena);
	free(t);
}
