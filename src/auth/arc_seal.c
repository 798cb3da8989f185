#include "auth/arc_chain.h"
#include "auth/dkim_key.h"
#include "auth/fold.h"
#include "base/codec.h"
#include "mail/header.h"

#define FIELD_MAX (64 * KiB) /* one field that we write */
#define HEAD_MAX  (LIMIT_HEADER_SECTION + 4 * FIELD_MAX)

/* Without Authentication-Results and the seals (RFC 8617 4.1.2), and without
 * what every hop adds or changes. */
const struct str arc_seal_fields[] = {
    S("From"),
    S("Reply-To"),
    S("Sender"),
    S("To"),
    S("Cc"),
    S("Subject"),
    S("Date"),
    S("Message-ID"),
    S("In-Reply-To"),
    S("References"),
    S("MIME-Version"),
    S("Content-Type"),
    S("Content-Transfer-Encoding"),
    S("List-Id"),
    S("List-Unsubscribe"),
    S("List-Unsubscribe-Post"),
    S("Feedback-ID"),
    S("Auto-Submitted"),
    S("DKIM-Signature"),
};
const size_t arc_seal_fields_count = ARRAY_SIZE(arc_seal_fields);

struct sealing {
	const struct arc_seal_options *o;
	unsigned number;
	enum arc_result chain;
	struct arena arena;
	struct digest *digest;
	struct buf scratch;
	struct buf head; /* our fields so far, then the message's header */
	struct buf names, bh;
	struct err *e;
};

/* ---- Authentication-Results of this host */

/* Behind "AUTHSERV-ID [VERSION];"; p is NULL if it is another's. */
static struct str results_of(struct str value, struct str authserv_id)
{
	struct str s = arc_skip_cfws(value), id;
	size_t n = 0;

	while (n < s.n && (unsigned char)s.p[n] > ' ' && s.p[n] != ';' &&
	       s.p[n] != '(')
		n++;
	id = str_sub(s, 0, n);
	if (id.n >= 2 && id.p[0] == '"' && id.p[id.n - 1] == '"')
		id = str_sub(id, 1, id.n - 2);
	if (!str_ieq(id, authserv_id))
		return STR_NONE;
	s = arc_skip_cfws(str_from(s, n));
	while (s.n && ascii_is_digit(s.p[0]))
		s = str_from(s, 1);
	s = arc_skip_cfws(s);
	return s.n && s.p[0] == ';' ? str_from(s, 1) : STR_NONE;
}

static struct str without_end(struct str s)
{
	s = str_trim(s);
	while (s.n && s.p[s.n - 1] == ';')
		s = str_trim(str_sub(s, 0, s.n - 1));
	return s;
}

void arc_collect_results(
    struct str message, struct str authserv_id, struct buf *out)
{
	size_t start = out->len;
	struct header_reader r;
	struct header_field f;

	header_reader_init(&r, message);
	while (header_next(&r, &f)) {
		struct str s;

		if (!f.is_field ||
		    !str_ieq(f.name, S("Authentication-Results")))
			continue;
		s = without_end(results_of(f.value, authserv_id));
		if (s.n == 0 || str_ieq(s, S("none")))
			continue;
		if (out->len > start)
			buf_add(out, S("; "));
		buf_add(out, s);
	}
}

/* ---- the fields */

static void put_on_top(struct sealing *s, struct str field)
{
	struct buf whole = BUF_INIT(HEAD_MAX);

	buf_add(&whole, field);
	buf_add(&whole, buf_str(&s->head));
	buf_release(&s->head);
	s->head = whole;
}

static void add_results(struct sealing *s, struct buf *out)
{
	struct folded f = {out, 0};
	struct str results = without_end(s->o->results);

	fold_add(
	    &f, false, S("ARC-Authentication-Results: i="), STR_NONE, STR_NONE);
	buf_addf(out, "%u;", s->number);
	f.column = out->len;
	fold_tag(&f, S(""), s->o->authserv_id);
	fold_words(&f, results.n ? results : S("none"));
	buf_add(out, S("\r\n"));
}

static const char *cv_name(const struct sealing *s)
{
	return s->chain == ARC_NONE   ? "none"
	       : s->chain == ARC_PASS ? "pass"
				      : "fail";
}

static void begin_field(struct sealing *s, struct folded *f, struct str name)
{
	buf_add(f->out, name);
	buf_addf(f->out, ": i=%u;", s->number);
	f->column = f->out->len;
	fold_tag(f, S("a="),
	    pkey_kind(s->o->key) == PKEY_RSA ? S("rsa-sha256")
					     : S("ed25519-sha256"));
}

static void end_field(struct sealing *s, struct folded *f)
{
	fold_tag(f, S("d="), s->o->domain);
	fold_tag(f, S("s="), s->o->selector);
	fold_number(f, S("t="), s->o->at);
}

/* h=: each name as often as it occurs, and From once more. */
static void add_names(
    struct sealing *s, struct fields *fields, struct folded *f)
{
	const struct str *names =
	    s->o->sign_count ? s->o->sign : arc_seal_fields;
	size_t count =
	    s->o->sign_count ? s->o->sign_count : arc_seal_fields_count;
	bool first = true;

	fields_begin(fields);
	for (size_t i = 0; i < count; i++) {
		size_t n = fields_left(fields, names[i], FIELDS_NONE);

		n += !s->o->sign_count && str_ieq(names[i], S("From"));
		for (; n > 0; n--) {
			if (!first) {
				buf_addc(f->out, ':');
				f->column++;
				buf_addc(&s->names, ':');
			}
			fold_add(f, first, first ? S("h=") : S(""), names[i],
			    STR_NONE);
			buf_add(&s->names, names[i]);
			first = false;
		}
	}
	buf_addc(f->out, ';');
	f->column++;
}

/* Ends `field`, which was written up to "b=", with the signature of `sum`. */
static int finish(
    struct sealing *s, struct folded *f, const unsigned char sum[DIGEST_SIZE])
{
	unsigned char sig[PKEY_SIGNATURE_MAX];
	struct buf text = BUF_INIT(2 * KiB);
	size_t n;
	int rc = pkey_sign_digest(s->o->key, sum, sig, &n, s->e);

	if (rc < 0)
		return err_wrap(s->e, "ARC");
	codec_base64(&text, str_make((const char *)sig, n));
	fold_fill(f, buf_str(&text));
	buf_add(f->out, S("\r\n"));
	buf_release(&text);
	if (f->out->over || s->head.over)
		return err_set(s->e, ERR_LIMIT,
		    "ARC: the header would be longer than it may be");
	return 0;
}

/* The empty b= at the end of a field whose text, without the line end, is
 * `field`. */
static struct signature as_signed(
    enum signature_what what, struct str field, struct str names)
{
	size_t value = field.n - (size_t)str_chr(field, ':') - 1;

	return (struct signature){.what = what,
	    .header = CANON_RELAXED,
	    .body = CANON_RELAXED,
	    .names = names,
	    .b_at = value,
	    .b_end = value};
}

/* Reads head with `field`, unfinished, on top. */
static int read_head(
    struct sealing *s, struct str field, struct buf *text, struct fields *ret)
{
	buf_add(text, field);
	buf_add(text, S("\r\n"));
	buf_add(text, buf_str(&s->head));
	arena_reset(&s->arena);
	if (text->over || fields_read(buf_str(text), &s->arena, ret) < 0 ||
	    ret->truncated)
		return err_set(s->e, ERR_LIMIT,
		    "ARC: the header is longer than %lu bytes",
		    LIMIT_HEADER_SECTION);
	return 0;
}

static int add_signature(struct sealing *s)
{
	struct buf field = BUF_INIT(FIELD_MAX), text = BUF_INIT(HEAD_MAX);
	struct folded f = {&field, 0};
	unsigned char sum[DIGEST_SIZE];
	struct fields fields;
	struct signature sig;
	int rc = read_head(s, S("ARC: x"), &text, &fields);

	if (rc == 0) {
		begin_field(s, &f, S("ARC-Message-Signature"));
		fold_tag(&f, S("c="), S("relaxed/relaxed"));
		end_field(s, &f);
		add_names(s, &fields, &f);
		fold_tag(&f, S("bh="), buf_str(&s->bh));
		fold_open(&f, S("b="));
		buf_reset(&text);
		rc = read_head(s, buf_str(&field), &text, &fields);
	}
	if (rc == 0) {
		sig = as_signed(
		    SIGNATURE_AMS, buf_str(&field), buf_str(&s->names));
		if (!signature_sum(
			&sig, &fields, 0, s->digest, &s->scratch, sum))
			rc = err_set(s->e, ERR_LIMIT, "ARC: header too long");
	}
	if (rc == 0)
		rc = finish(s, &f, sum);
	if (rc == 0)
		put_on_top(s, buf_str(&field));
	buf_release(&field);
	buf_release(&text);
	return rc;
}

static int add_seal(struct sealing *s)
{
	struct buf field = BUF_INIT(FIELD_MAX), text = BUF_INIT(HEAD_MAX);
	struct folded f = {&field, 0};
	unsigned char sum[DIGEST_SIZE];
	struct arc_chain chain;
	struct fields fields;
	struct signature sig;
	int rc;

	begin_field(s, &f, S("ARC-Seal"));
	fold_tag(&f, S("cv="), str_of(cv_name(s)));
	end_field(s, &f);
	fold_open(&f, S("b="));
	rc = read_head(s, buf_str(&field), &text, &fields);
	if (rc == 0) {
		bool alone = s->chain == ARC_FAIL;

		/* what is broken below does not matter when sealed alone */
		rc = arc_chain_read(&fields, &chain, s->e);
		if (rc < 0 && alone)
			rc = 0;
	}
	if (rc == 0) {
		sig = as_signed(SIGNATURE_SEAL, buf_str(&field), STR_NONE);
		if (!arc_chain_sum(&chain, &fields, s->number,
			s->chain == ARC_FAIL, &sig, s->digest, &s->scratch,
			sum))
			rc = err_set(s->e, ERR_LIMIT, "ARC: header too long");
	}
	if (rc == 0)
		rc = finish(s, &f, sum);
	if (rc == 0)
		put_on_top(s, buf_str(&field));
	buf_release(&field);
	buf_release(&text);
	return rc;
}

/* ---- all of it */

static int hash_body(struct sealing *s, struct str body)
{
	struct body_hash b;
	size_t n;

	body_hash_init(&b);
	n = body_hash_want(&b, CANON_RELAXED, BODY_WHOLE);
	if (n == BODY_LOST) {
		body_hash_release(&b);
		return err_set(s->e, ERR_NOMEM, "ARC: there is no memory");
	}
	body_hash_begin(&b);
	body_hash_update(&b, body);
	body_hash_end(&b);
	codec_base64(
	    &s->bh, str_make((const char *)body_hash_sum(&b, n), DIGEST_SIZE));
	body_hash_release(&b);
	return 0;
}

static int check_names(const struct arc_seal_options *o, struct err *e)
{
	if (dkim_check_domain(o->domain, e) < 0 ||
	    dkim_check_selector(o->selector, o->domain, e) < 0)
		return e->code;
	for (size_t i = 0; i < o->authserv_id.n; i++) {
		char c = o->authserv_id.p[i];

		if (!ascii_is_alnum(c) && c != '.' && c != '-' && c != '_')
			return err_set(e, ERR_INPUT,
			    "ARC: \"%.*s\" is no name of a host (authserv-id, "
			    "RFC 8601 2.5)",
			    STR_ARG(o->authserv_id));
	}
	if (o->authserv_id.n == 0 || o->authserv_id.n > LIMIT_DOMAIN)
		return err_set(
		    e, ERR_INPUT, "ARC: the authserv-id is empty or too long");
	if (o->at < 0 || o->at > INT64_C(999999999999))
		return err_set(
		    e, ERR_INPUT, "ARC: the time of the seal is out of range");
	return 0;
}

static int check_chain(enum arc_result chain, unsigned instances, struct err *e)
{
	if (chain == ARC_TEMPERROR)
		return err_set(e, ERR_REFUSED,
		    "ARC: the chain could not be verified now, so nothing can "
		    "be sealed");
	if (instances >= ARC_SETS_MAX)
		return err_set(e, ERR_REFUSED,
		    "ARC: the message has %u sets; no more may be added (RFC "
		    "8617 4.2.1)",
		    instances);
	return 0;
}

static int check_message(struct str message, struct fields *f, struct err *e)
{
	size_t bare = canon_find_bare(message);

	if (bare < message.n)
		return err_set(e, ERR_INPUT,
		    "ARC: byte %zu of the message is a CR or LF alone; lines "
		    "end with CRLF (RFC 5321 2.3.8)",
		    bare + 1);
	fields_begin(f);
	if (f->truncated || fields_left(f, S("From"), FIELDS_NONE) == 0)
		return err_set(e, ERR_INPUT,
		    f->truncated ? "ARC: the header of the message is longer "
				   "than 1 MiB"
				 : "ARC: the message has no From field, which "
				   "must be signed (RFC 6376 5.4)");
	return 0;
}

static int seal(struct sealing *s, struct str message)
{
	struct buf results = BUF_INIT(FIELD_MAX);
	struct fields f;
	size_t head;
	int rc;

	if (fields_read(message, &s->arena, &f) < 0)
		BUG("no memory for a header of %zu bytes", message.n);
	rc = check_message(message, &f, s->e);
	if (rc == 0) {
		head = message.n - f.body.n;
		rc = hash_body(s, f.body);
		buf_add(&s->head, str_sub(message, 0, head));
		add_results(s, &results);
		if (rc == 0 && results.over)
			rc = err_set(s->e, ERR_LIMIT,
			    "ARC: the results are longer than 64 KiB");
	}
	if (rc == 0) {
		put_on_top(s, buf_str(&results));
		rc = add_signature(s);
	}
	if (rc == 0)
		rc = add_seal(s);
	buf_release(&results);
	return rc;
}

int arc_seal(struct str message, enum arc_result chain, unsigned instances,
    const struct arc_seal_options *o, struct buf *out, struct err *e)
{
	struct sealing s = {.o = o,
	    .number = instances + 1,
	    .chain = chain,
	    .arena = ARENA_INIT(LIMIT_DKIM_MEMORY),
	    .scratch = BUF_INIT(HEAD_MAX),
	    .head = BUF_INIT(HEAD_MAX),
	    .names = BUF_INIT(FIELD_MAX),
	    .bh = BUF_INIT(64),
	    .e = e};
	int rc = check_chain(chain, instances, e);

	if (rc == 0)
		rc = check_names(o, e);
	if (rc < 0)
		return rc;
	s.digest = digest_new();
	if (!s.digest)
		return err_set(e, ERR_NOMEM, "ARC: there is no memory");
	rc = seal(&s, message);
	if (rc == 0) {
		struct fields f;

		arena_reset(&s.arena);
		ENSURE(fields_read(message, &s.arena, &f) == 0);
		buf_add(out, str_sub(buf_str(&s.head), 0,
				 s.head.len - (message.n - f.body.n)));
		if (out->over)
			rc = err_set(e, ERR_LIMIT,
			    "ARC: the fields are longer than %zu bytes",
			    out->max);
	}
	digest_free(s.digest);
	arena_release(&s.arena);
	buf_release(&s.scratch);
	buf_release(&s.head);
	buf_release(&s.names);
	buf_release(&s.bh);
	return rc;
}
