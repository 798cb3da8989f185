#include "notice/template.h"
#include "base/codec.h"
#include "base/utf8.h"
#include "crypto/digest.h"
#include "mail/address.h"
#include "mail/date.h"
#include "mail/words.h"

struct letter_binding {
	size_t count;
	int32_t number[];
};

struct letter_binding *letter_bind(
    const struct letter_template *t, const struct people_layout *layout)
{
	struct letter_binding *b =
	    mem_zalloc(sizeof(*b) + t->field_count * sizeof(b->number[0]));

	b->count = t->field_count;
	for (size_t i = 0; i < b->count; i++)
		b->number[i] = person_field_number(layout, t->field[i].name);
	return b;
}

void letter_binding_free(struct letter_binding *b)
{
	free(b);
}

/* ---- one letter */

struct compose {
	const struct letter_template *t;
	const struct letter_input *in;
	struct str value[LIMIT_TEMPLATE_FIELDS]; /* clean, trimmed */
	struct arena clean;                      /* those that were not */
	struct buf words;                        /* a header's text */
	struct qp q;
	struct buf *out;
};

static int find_value(
    struct compose *c, size_t i, int32_t number, struct str *ret, struct err *e)
{
	struct str s =
	    person_field(c->in->person, number, c->in->address_no, c->in->code);
	struct buf b = BUF_INIT(3 * LIMIT_MERGE_VALUE);

	if (s.n > LIMIT_MERGE_VALUE)
		return err_set(e, ERR_LIMIT,
		    "person %lld: the value of {{%.*s}} has %zu bytes; at most "
		    "%lu go into a mail",
		    (long long)c->in->person->id, STR_ARG(c->t->field[i].name),
		    s.n, LIMIT_MERGE_VALUE);
	if (!utf8_is_clean(s)) {
		utf8_add_clean(&b, s);
		s = arena_dup(&c->clean, buf_str(&b));
		buf_release(&b);
	}
	*ret = str_trim(s);
	return 0;
}

/* 1: every field has what it needs; 0: `*ret_missing` has not. */
static int find_values(struct compose *c, const struct letter_binding *b,
    struct str *ret_missing, struct err *e)
{
	const struct letter_template *t = c->t;
	int rc;

	ENSURE(b->count == t->field_count);
	for (size_t i = 0; i < t->field_count; i++) {
		const struct letter_field *f = &t->field[i];

		rc = find_value(c, i, b->number[i], &c->value[i], e);
		if (rc < 0)
			return rc;
		if ((f->required && !c->value[i].n) ||
		    (f->link && c->value[i].n &&
			!template_is_link(c->value[i]))) {
			*ret_missing = f->name;
			return 0;
		}
	}
	return 1;
}

static struct str value_of(const struct compose *c, const struct letter_op *op)
{
	struct str v = c->value[op->field];

	return v.n || !op->has_default ? v : letter_op_bytes(c->t, op);
}

/* ---- values by where they stand */

static void add_html(struct qp *q, struct str s)
{
	size_t from = 0;

	for (size_t i = 0; i < s.n; i++) {
		const char *as = s.p[i] == '&'    ? "&amp;"
				 : s.p[i] == '<'  ? "&lt;"
				 : s.p[i] == '>'  ? "&gt;"
				 : s.p[i] == '"'  ? "&quot;"
				 : s.p[i] == '\'' ? "&#39;"
						  : NULL;

		if (!as)
			continue;
		qp_add(q, str_sub(s, from, i - from), true);
		qp_add(q, str_of(as), true);
		from = i + 1;
	}
	qp_add(q, str_from(s, from), false);
}

static bool is_unreserved(char c)
{
	return ascii_is_alnum(c) || c == '-' || c == '.' || c == '_' ||
	       c == '~';
}

/* Percent-encodes what is not unreserved (RFC 3986 2.3), nor in `keep`. */
static void add_url(struct qp *q, struct str s, const char *keep, bool html)
{
	static const char digits[] = "0123456789ABCDEF";

	for (size_t i = 0; i < s.n; i++) {
		unsigned char u = (unsigned char)s.p[i];
		char hex[3] = {'%', digits[u >> 4], digits[u & 15]};

		if (html && s.p[i] == '&' && strchr(keep, '&'))
			qp_add(q, S("&amp;"), true);
		else if (is_unreserved(s.p[i]) ||
			 (s.p[i] && strchr(keep, s.p[i])))
			qp_add(q, str_sub(s, i, 1), true);
		else
			qp_add(q, str_make(hex, 3), true);
	}
}

/* ---- header fields */

static void add_to(struct compose *c, struct str address)
{
	size_t column = sizeof("To: ") - 1, start;

	buf_add(c->out, S("To: "));
	start = c->out->len;
	words_add_phrase(c->out, &column, c->in->person->name);
	if (c->out->len == start) {
		buf_add(c->out, address);
	} else {
		/* an address has no place to fold */
		buf_addz(c->out, column + address.n + 3 > 78 ? "\r\n <" : " <");
		buf_add(c->out, address);
		buf_addc(c->out, '>');
	}
	buf_add(c->out, S("\r\n"));
}

static void add_subject(struct compose *c)
{
	size_t column = sizeof("Subject: ") - 1;

	words_add_text(c->out, &column, buf_str(&c->words));
	buf_add(c->out, S("\r\n"));
	buf_reset(&c->words);
}

static void add_date(struct compose *c)
{
	char date[DATE_SIZE];

	date_format(c->in->date, date);
	buf_addz(c->out, date);
}

static void add_op(
    struct compose *c, const struct letter_op *op, struct str address)
{
	static const char whole[] = "%:/?#[]@!$&()*+,;=";

	switch (op->kind) {
	case OP_COPY:
		buf_add(c->out, letter_op_bytes(c->t, op));
		c->q.column = 0;
		break;
	case OP_RUN: qp_add_run(&c->q, &op->run); break;
	case OP_TEXT: qp_add(&c->q, value_of(c, op), false); break;
	case OP_HTML: add_html(&c->q, value_of(c, op)); break;
	case OP_URL: add_url(&c->q, value_of(c, op), "", false); break;
	case OP_LINK_TEXT: add_url(&c->q, value_of(c, op), whole, false); break;
	case OP_LINK_HTML: add_url(&c->q, value_of(c, op), whole, true); break;
	case OP_WORDS: buf_add(&c->words, letter_op_bytes(c->t, op)); break;
	case OP_WORDS_FIELD: buf_add(&c->words, value_of(c, op)); break;
	case OP_WORDS_END: add_subject(c); break;
	case OP_DATE: add_date(c); break;
	case OP_TOKEN: buf_add(c->out, c->in->message_id); break;
	case OP_TO: add_to(c, address); break;
	case OP_KIND_END: break;
	}
}

/* The address is a header field's whole content: it must be one. */
static int check_address(const struct letter_input *in, struct err *e)
{
	struct buf scratch = BUF_INIT(2 * KiB);
	struct address a;
	struct str s;
	size_t at;
	int rc = 0;

	ENSURE(in->address_no < in->person->addresses);
	s = in->person->address[in->address_no];
	if (!address_is_plain(s, &at) &&
	    (rc = address_parse(s, true, &scratch, &a, e)) < 0)
		err_wrap(e, "person %lld", (long long)in->person->id);
	buf_release(&scratch);
	return rc;
}

int letter_compose(const struct letter_template *t,
    const struct letter_binding *b, const struct letter_input *in,
    struct buf *out, struct str *ret_missing, struct err *e)
{
	struct compose c;
	size_t start = out->len;
	int rc;

	c.t = t;
	c.in = in;
	c.out = out;
	c.q = (struct qp){.out = out};
	c.clean = ARENA_INIT(2 * LIMIT_TEMPLATE_FIELDS * 3 * LIMIT_MERGE_VALUE);
	c.words = BUF_INIT(LIMIT_LETTER);
	rc = check_address(in, e);
	if (rc >= 0 && in->person->name.n > LIMIT_MERGE_VALUE)
		rc = err_set(e, ERR_LIMIT,
		    "person %lld: the name has %zu bytes; at most %lu go into "
		    "a mail",
		    (long long)in->person->id, in->person->name.n,
		    LIMIT_MERGE_VALUE);
	if (rc >= 0)
		rc = find_values(&c, b, ret_missing, e);
	if (rc > 0) {
		struct str address = in->person->address[in->address_no];

		for (size_t i = 0; i < t->op_count; i++)
			add_op(&c, &t->op[i], address);
		if (out->over || c.words.over || c.clean.failed)
			rc = err_set(e, ERR_LIMIT,
			    "person %lld: the mail is above %zu bytes",
			    (long long)in->person->id, out->max);
	}
	if (rc <= 0)
		buf_truncate(out, start);
	arena_release(&c.clean);
	buf_release(&c.words);
	return rc;
}

/* ---- names */

void letter_message_token(
    const unsigned char secret[32], int64_t person, char ret[LETTER_TOKEN_SIZE])
{
	static const char purpose[10] = "message-id";
	char text[sizeof(purpose) + 8];
	unsigned char sum[DIGEST_SIZE];
	struct buf b = BUF_INIT(LETTER_TOKEN_SIZE);

	memcpy(text, purpose, sizeof(purpose));
	for (size_t i = 0; i < 8; i++)
		text[sizeof(purpose) + i] =
		    (char)((uint64_t)person >> (56 - 8 * i) & 0xff);
	digest_hmac(str_make((const char *)secret, 32),
	    str_make(text, sizeof(text)), sum);
	codec_base32(&b, str_make((const char *)sum, 20));
	ENSURE(b.len < LETTER_TOKEN_SIZE);
	memcpy(ret, b.p, b.len);
	ret[b.len] = '\0';
	buf_release(&b);
}
