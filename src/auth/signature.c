#include "auth/signature.h"
#include "auth/dkim_key.h"
#include "base/codec.h"
#include "base/utf8.h"
#include "domain/idna.h"
#include "mail/tags.h"

#define TIME_DIGITS   12  /* RFC 6376 3.5, t= and x= */
#define LENGTH_DIGITS 76  /* l= */
#define ARC_SETS_MAX  50u /* RFC 8617 4.2.1 */

struct reading {
	struct tags t;
	struct arena *a;
	struct signature *s;
	struct err *e;
};

static const char *field_name(enum signature_what what)
{
	static const char *const names[] = {
	    [SIGNATURE_DKIM] = "the signature",
	    [SIGNATURE_AMS] = "the ARC-Message-Signature",
	    [SIGNATURE_SEAL] = "the ARC-Seal",
	};

	return names[what];
}

/* A tag that must be there and hold something; p is NULL and `e` filled when
 * not. */
static struct str required(struct reading *r, struct str name)
{
	struct str v = tags_value(&r->t, name);

	if (v.n)
		return v;
	err_set(r->e, ERR_INPUT, "%s has %s %.*s= (RFC 6376 3.5)",
	    field_name(r->s->what), v.p ? "an empty" : "no", STR_ARG(name));
	return STR_NONE;
}

/* ---- names: d=, s=, i= */

/* `s` in A-labels and lower case, kept in the arena (RFC 8616 4). */
static int fold_name(struct reading *r, struct str s, struct str *ret)
{
	struct buf out = BUF_INIT(LIMIT_DOMAIN);
	int rc = 0;

	if (utf8_is_ascii(s)) {
		for (size_t i = 0; i < s.n; i++)
			buf_addc(&out, ascii_lower(s.p[i]));
		if (out.over)
			rc = err_set(r->e, ERR_INPUT,
			    "a name of %zu bytes is longer than 253 (RFC 1035 "
			    "2.3.4)",
			    s.n);
	} else {
		rc = idna_to_ascii(s, &out, r->e);
	}
	if (rc == 0)
		*ret = arena_dup(r->a, buf_str(&out));
	buf_release(&out);
	return rc;
}

static int read_domain(struct reading *r)
{
	struct str v = required(r, S("d")), d = STR_NONE;
	int rc;

	if (!v.p)
		return ERR_INPUT;
	rc = fold_name(r, v, &d);
	if (rc == 0)
		rc = dkim_check_domain(d, r->e);
	if (rc < 0)
		return err_wrap(r->e, "d= of %s", field_name(r->s->what));
	r->s->domain = d;
	return 0;
}

static int read_selector(struct reading *r)
{
	struct str v = required(r, S("s")), s = STR_NONE;
	struct buf name = BUF_INIT(2 * LIMIT_DOMAIN);
	int rc;

	if (!v.p)
		return ERR_INPUT;
	rc = fold_name(r, v, &s);
	if (rc == 0)
		rc = dkim_check_selector(s, r->s->domain, r->e);
	if (rc < 0)
		return err_wrap(r->e, "s= of %s", field_name(r->s->what));
	r->s->selector = s;
	dkim_key_name(s, r->s->domain, &name);
	r->s->key_name = arena_dup(r->a, buf_str(&name));
	buf_release(&name);
	return 0;
}

static int hex_digit(char c)
{
	if (ascii_is_digit(c))
		return c - '0';
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* dkim-quoted-printable (RFC 6376 2.11); white space in it is none. */
static bool decode_qp(struct str s, struct buf *out)
{
	for (size_t i = 0; i < s.n; i++) {
		int high, low;

		if (ascii_is_wsp(s.p[i]) || s.p[i] == '\r' || s.p[i] == '\n')
			continue;
		if (s.p[i] != '=') {
			buf_addc(out, s.p[i]);
			continue;
		}
		if (s.n - i < 3)
			return false;
		high = hex_digit(s.p[i + 1]);
		low = hex_digit(s.p[i + 2]);
		if (high < 0 || low < 0)
			return false;
		buf_addc(out, (char)(high << 4 | low));
		i += 2;
	}
	return !out->over;
}

/* `d` is `whole` or ends in "." and `whole`. */
static bool is_below(struct str d, struct str whole)
{
	return d.n > whole.n && str_ends(d, whole) &&
	       d.p[d.n - whole.n - 1] == '.';
}

static int judge_identity(struct reading *r, struct str id)
{
	ptrdiff_t at = str_rchr(id, '@');
	struct str domain;

	if (at < 0)
		return err_set(r->e, ERR_INPUT,
		    "i= of the signature has no \"@\" (RFC 6376 3.5)");
	if (fold_name(r, str_from(id, (size_t)at + 1), &domain) < 0)
		return err_wrap(r->e, "i= of the signature");
	r->s->identity = arena_dup(r->a, id);
	r->s->subdomain = is_below(domain, r->s->domain);
	if (!r->s->subdomain && !str_eq(domain, r->s->domain))
		return err_set(r->e, ERR_INPUT,
		    "i= of the signature (%.*s) is not in its d= (%.*s) "
		    "(RFC 6376 6.1.1)",
		    STR_ARG(str_sub(domain, 0, 80)),
		    STR_ARG(str_sub(r->s->domain, 0, 80)));
	return 0;
}

static int read_identity(struct reading *r)
{
	struct str v = tags_value(&r->t, S("i"));
	struct buf id = BUF_INIT(4 * KiB);
	int rc;

	if (!v.p) {
		buf_addc(&id, '@');
		buf_add(&id, r->s->domain);
		r->s->identity = arena_dup(r->a, buf_str(&id));
		rc = 0;
	} else if (!decode_qp(v, &id)) {
		rc = err_set(r->e, ERR_INPUT,
		    "i= of the signature is no quoted-printable text "
		    "(RFC 6376 2.11)");
	} else {
		rc = judge_identity(r, buf_str(&id));
	}
	buf_release(&id);
	return rc;
}

/* ---- how it was made: a=, c=, h= */

static int read_algorithm(struct reading *r)
{
	struct str a = required(r, S("a"));

	if (!a.p)
		return ERR_INPUT;
	if (str_eq(a, S("rsa-sha256"))) {
		r->s->kind = PKEY_RSA;
		return 0;
	}
	if (str_eq(a, S("ed25519-sha256"))) {
		r->s->kind = PKEY_ED25519;
		return 0;
	}
	if (str_eq(a, S("rsa-sha1"))) {
		r->s->kind = PKEY_RSA;
		r->s->historic = true;
		return 0;
	}
	return err_set(r->e, ERR_INPUT,
	    "a=%.*s of %s is not known (RFC 6376 3.3, RFC 8463)",
	    STR_ARG(str_sub(a, 0, 40)), field_name(r->s->what));
}

static bool canon_of(struct str word, enum canon_kind *ret)
{
	if (str_eq(word, S("simple")))
		*ret = CANON_SIMPLE;
	else if (str_eq(word, S("relaxed")))
		*ret = CANON_RELAXED;
	else
		return false;
	return true;
}

static int read_canon(struct reading *r)
{
	struct str c = tags_value(&r->t, S("c")), rest = c, head;

	r->s->header = r->s->body = CANON_SIMPLE;
	if (!c.p)
		return 0;
	head = str_cut(&rest, '/');
	if (canon_of(head, &r->s->header) &&
	    (!rest.p || canon_of(rest, &r->s->body)))
		return 0;
	return err_set(r->e, ERR_INPUT,
	    "c=%.*s of %s is not known (RFC 6376 3.4)",
	    STR_ARG(str_sub(c, 0, 40)), field_name(r->s->what));
}

static bool is_field_name(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] <= ' ' || s.p[i] > '~')
			return false;
	return s.n > 0;
}

static int read_names(struct reading *r)
{
	struct str h = required(r, S("h")), rest = h;
	bool from = false;
	size_t n = 0;

	if (!h.p)
		return ERR_INPUT;
	while (rest.p) {
		struct str name = tags_cut_item(&rest);
		/* the ARC suite allows an empty one: it names no field */
		bool gap = r->s->what == SIGNATURE_AMS && name.n == 0;

		if (!gap && !is_field_name(name))
			return err_set(r->e, ERR_INPUT,
			    "h= of %s: name %zu is none (RFC 6376 3.5)",
			    field_name(r->s->what), n + 1);
		if (++n > LIMIT_DKIM_NAMES)
			return err_set(r->e, ERR_LIMIT,
			    "h= of %s has more than %lu names",
			    field_name(r->s->what), LIMIT_DKIM_NAMES);
		from |= str_ieq(name, S("From"));
		if (r->s->what == SIGNATURE_AMS && str_ieq(name, S("ARC-Seal")))
			return err_set(r->e, ERR_INPUT,
			    "h= of the ARC-Message-Signature names ARC-Seal "
			    "(RFC 8617 4.1.2)");
	}
	if (!from)
		return err_set(r->e, ERR_INPUT,
		    "h= of %s does not name From, which must be signed "
		    "(RFC 6376 6.1.1)",
		    field_name(r->s->what));
	r->s->names = h;
	return 0;
}

/* ---- values: b=, bh=, l=, t=, x=, q=, v= */

static int read_base64(struct reading *r, struct str name, struct str *ret)
{
	struct str v = required(r, name);
	struct buf raw = BUF_INIT(LIMIT_KEY_RECORD);
	int rc = 0;

	if (!v.p)
		return ERR_INPUT;
	if (codec_unbase64(&raw, v, false))
		*ret = arena_dup(r->a, buf_str(&raw));
	else
		rc = err_set(r->e, ERR_INPUT,
		    "%.*s= of %s is no base64 (RFC 6376 3.5)", STR_ARG(name),
		    field_name(r->s->what));
	buf_release(&raw);
	return rc;
}

static int read_b(struct reading *r)
{
	const struct tag *b = tags_find(&r->t, S("b"));

	if (b) {
		r->s->b_at = b->value_at;
		r->s->b_end = b->value_end;
	}
	return read_base64(r, S("b"), &r->s->b);
}

static bool all_digits(struct str s, size_t max)
{
	for (size_t i = 0; i < s.n; i++)
		if (!ascii_is_digit(s.p[i]))
			return false;
	return s.n > 0 && s.n <= max;
}

static int read_time(struct reading *r, struct str name, int64_t *ret)
{
	struct str v = tags_value(&r->t, name);
	uint64_t n;

	*ret = -1;
	if (!v.p)
		return 0;
	if (!all_digits(v, TIME_DIGITS) || !str_to_u64(v, INT64_MAX, &n))
		return err_set(r->e, ERR_INPUT,
		    "%.*s= of %s is no number of up to 12 digits (RFC 6376 "
		    "3.5)",
		    STR_ARG(name), field_name(r->s->what));
	*ret = (int64_t)n;
	return 0;
}

static int read_times(struct reading *r)
{
	if (read_time(r, S("t"), &r->s->t) < 0 ||
	    read_time(r, S("x"), &r->s->x) < 0)
		return ERR_INPUT;
	if (r->s->t >= 0 && r->s->x >= 0 && r->s->x <= r->s->t)
		return err_set(r->e, ERR_INPUT,
		    "%s ends (x=) before it begins (t=) (RFC 6376 3.5)",
		    field_name(r->s->what));
	return 0;
}

static int read_length(struct reading *r)
{
	struct str v = tags_value(&r->t, S("l"));

	r->s->length = BODY_WHOLE;
	if (!v.p)
		return 0;
	if (!all_digits(v, LENGTH_DIGITS))
		return err_set(r->e, ERR_INPUT,
		    "l= of %s is no number of up to 76 digits (RFC 6376 3.5)",
		    field_name(r->s->what));
	/* no body is that long: refused when its length is known */
	if (!str_to_u64(v, BODY_WHOLE - 1, &r->s->length))
		r->s->length = BODY_WHOLE - 1;
	return 0;
}

static int read_query(struct reading *r)
{
	struct str q = tags_value(&r->t, S("q")), rest = q;

	if (!q.p)
		return 0;
	while (rest.p)
		if (str_eq(tags_cut_item(&rest), S("dns/txt")))
			return 0;
	return err_set(r->e, ERR_INPUT,
	    "q=%.*s of %s does not name dns/txt (RFC 6376 3.5)",
	    STR_ARG(str_sub(q, 0, 40)), field_name(r->s->what));
}

static int read_version(struct reading *r)
{
	struct str v = required(r, S("v"));

	if (!v.p)
		return ERR_INPUT;
	if (!str_eq(v, S("1")))
		return err_set(r->e, ERR_INPUT,
		    "v=%.*s of the signature is not known (RFC 6376 6.1.1)",
		    STR_ARG(str_sub(v, 0, 40)));
	return 0;
}

/* ---- ARC */

static int read_instance(struct reading *r)
{
	struct str v = required(r, S("i"));
	uint64_t n;

	if (!v.p)
		return ERR_INPUT;
	if (!str_to_u64(v, ARC_SETS_MAX, &n) || n == 0)
		return err_set(r->e, ERR_INPUT,
		    "i=%.*s of %s is not 1 to 50 (RFC 8617 4.2.1)",
		    STR_ARG(str_sub(v, 0, 20)), field_name(r->s->what));
	r->s->instance = (unsigned)n;
	return 0;
}

static int read_cv(struct reading *r)
{
	struct str v = required(r, S("cv"));

	if (!v.p)
		return ERR_INPUT;
	if (str_eq(v, S("none")))
		r->s->cv = CV_NONE;
	else if (str_eq(v, S("pass")))
		r->s->cv = CV_PASS;
	else if (str_eq(v, S("fail")))
		r->s->cv = CV_FAIL;
	else
		return err_set(r->e, ERR_INPUT,
		    "cv=%.*s of the ARC-Seal is not known (RFC 8617 4.1.3)",
		    STR_ARG(str_sub(v, 0, 20)));
	return 0;
}

static int read_seal(struct reading *r)
{
	int rc;

	r->s->header = CANON_RELAXED;
	r->s->length = BODY_WHOLE;
	if (tags_find(&r->t, S("h")))
		return err_set(
		    r->e, ERR_INPUT, "the ARC-Seal has an h= (RFC 8617 4.1.3)");
	if ((rc = read_cv(r)) < 0 || (rc = read_algorithm(r)) < 0 ||
	    (rc = read_b(r)) < 0)
		return rc;
	return read_times(r);
}

static int read_message_signature(struct reading *r)
{
	int rc;

	if ((rc = read_algorithm(r)) < 0 || (rc = read_canon(r)) < 0 ||
	    (rc = read_names(r)) < 0 || (rc = read_query(r)) < 0 ||
	    (rc = read_times(r)) < 0 || (rc = read_length(r)) < 0 ||
	    (rc = read_base64(r, S("bh"), &r->s->bh)) < 0)
		return rc;
	return read_b(r);
}

static int read_all(struct reading *r)
{
	int rc = 0;

	/* what tells the reader which one it is about comes first */
	if (r->s->what != SIGNATURE_DKIM)
		rc = read_instance(r);
	if (rc < 0 || (rc = read_domain(r)) < 0 || (rc = read_selector(r)) < 0)
		return rc;
	if (r->s->what == SIGNATURE_DKIM &&
	    ((rc = read_version(r)) < 0 || (rc = read_identity(r)) < 0))
		return rc;
	return r->s->what == SIGNATURE_SEAL ? read_seal(r)
					    : read_message_signature(r);
}

int signature_read(enum signature_what what, struct str value, struct arena *a,
    struct signature *ret, struct err *e)
{
	struct reading r = {.a = a, .s = ret, .e = e};
	int rc;

	*ret = (struct signature){.what = what, .t = -1, .x = -1};
	rc = tags_parse(value, &r.t, e);
	ret->algorithm = str_sub(tags_value(&r.t, S("a")), 0, 64);
	if (rc < 0) {
		struct err first = *e;

		if (read_domain(&r) == 0)
			read_selector(&r);
		*e = first;
		return err_wrap(e, "%s is no tag-list", field_name(what));
	}
	rc = read_all(&r);
	return rc == 0 && a->failed
		   ? err_set(e, ERR_LIMIT, "no memory left for %s",
			 field_name(what))
		   : rc;
}

bool signature_is_expired(const struct signature *s, int64_t at, int64_t skew)
{
	return s->x >= 0 && at - skew > s->x;
}

bool signature_is_future(const struct signature *s, int64_t at, int64_t skew)
{
	return s->t >= 0 && s->t - skew > at;
}

/* ---- what was signed */

static bool add_canonical(enum canon_kind kind, struct str raw, bool line_end,
    struct digest *d, struct buf *scratch)
{
	buf_reset(scratch);
	canon_header(kind, raw, scratch);
	digest_update(d, buf_str(scratch));
	if (line_end)
		digest_update(d, S("\r\n"));
	return !scratch->over;
}

bool signature_add_own(const struct signature *s, const struct fields *f,
    size_t own, struct digest *d, struct buf *scratch)
{
	struct str raw = fields_raw(f, own);
	size_t value_at = raw.n - fields_value(f, own).n;
	struct buf empty = BUF_INIT(LIMIT_HEADER_SECTION);
	bool ok;

	buf_add(&empty, str_sub(raw, 0, value_at + s->b_at));
	buf_add(&empty, str_from(raw, value_at + s->b_end));
	ok = !empty.over &&
	     add_canonical(s->header, buf_str(&empty), false, d, scratch);
	buf_release(&empty);
	return ok;
}

bool signature_sum(const struct signature *s, struct fields *f, size_t own,
    struct digest *d, struct buf *scratch, unsigned char ret_sum[DIGEST_SIZE])
{
	struct str rest = s->names, raw;
	bool ok = true;

	digest_begin(d);
	fields_begin(f);
	while (rest.p)
		if (fields_take(f, tags_cut_item(&rest), own, &raw))
			ok &= add_canonical(s->header, raw, true, d, scratch);
	ok &= signature_add_own(s, f, own, d, scratch);
	digest_end(d, ret_sum);
	return ok;
}
