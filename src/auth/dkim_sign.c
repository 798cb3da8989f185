#include "auth/canon.h"
#include "auth/dkim_key.h"
#include "auth/dkim_sign.h"
#include "auth/fold.h"
#include "base/codec.h"
#include "base/limits.h"
#include "base/mem.h"
#include "crypto/digest.h"

#define FIELDS_MAX    1000
#define DKIM_TIME_MAX INT64_C(999999999999)
#define RSA_BITS_MAX  4096      /* verifiers need take no more: RFC 8301 3.2 */
#define FIELD_MAX     (1 * MiB) /* one DKIM-Signature field */

struct field {
	struct str name;
	struct str raw; /* without the CRLF that ends it */
};

struct signed_name {
	struct str name;
	bool over;    /* named once more than it occurs */
	size_t count; /* how often it occurs in this message */
};

struct identity {
	enum pkey_kind kind;
	struct pkey *key;
	struct buf prefix; /* the field up to s=, the same for all mails */
	size_t column;     /* width of the prefix's last line */
};

struct dkim_signer {
	struct identity id[DKIM_KEYS_MAX];
	size_t count;
	struct arena arena; /* names */
	struct signed_name *names;
	size_t name_count;
	int64_t lifetime;
	struct err bad; /* why it can not sign, found by new */
	/* one message's scratch */
	struct digest *digest;
	struct field *fields;
	size_t field_count;
	struct buf head;  /* the canonical header fields that are signed */
	struct buf canon; /* the canonical DKIM-Signature field */
	struct buf bh;    /* base64 */
};

static const struct str default_sign[] = {
    S("From"),
    S("Reply-To"),
    S("To"),
    S("Subject"),
    S("Date"),
    S("Message-ID"),
    S("MIME-Version"),
    S("Content-Type"),
    S("Content-Transfer-Encoding"),
    S("Feedback-ID"),
    S("Auto-Submitted"),
};
static const struct str default_oversign[] = {
    S("From"),
    S("Reply-To"),
    S("Subject"),
};

const struct dkim_sign_options dkim_sign_defaults = {
    .sign = default_sign,
    .sign_count = ARRAY_SIZE(default_sign),
    .oversign = default_oversign,
    .oversign_count = ARRAY_SIZE(default_oversign),
};

/* ---- the signer */

static void add_name(struct dkim_signer *s, struct str name, bool over)
{
	for (size_t i = 0; i < s->name_count; i++)
		if (str_ieq(s->names[i].name, name)) {
			s->names[i].over |= over;
			return;
		}
	s->names[s->name_count++] = (struct signed_name){
	    .name = arena_dup(&s->arena, name), .over = over};
}

static bool add_names(struct dkim_signer *s, const struct dkim_sign_options *o)
{
	size_t n = o->sign_count + o->oversign_count;

	s->arena = ARENA_INIT(1 * MiB);
	s->names = mem_try_zalloc(n * sizeof(*s->names));
	if (!s->names)
		return false;
	for (size_t i = 0; i < o->sign_count; i++)
		add_name(s, o->sign[i], false);
	for (size_t i = 0; i < o->oversign_count; i++)
		add_name(s, o->oversign[i], true);
	return !s->arena.failed;
}

static void add_identity(struct dkim_signer *s, const struct dkim_identity *in)
{
	struct identity *id = &s->id[s->count++];
	struct folded f = {&id->prefix, 0};

	ENSURE(!in->key || pkey_kind(in->key) == in->kind);
	id->kind = in->kind;
	id->key = in->key;
	buf_init(&id->prefix, 2 * KiB);
	if (s->bad.code == 0)
		dkim_check_domain(in->domain, &s->bad);
	if (s->bad.code == 0)
		dkim_check_selector(in->selector, in->domain, &s->bad);
	if (s->bad.code == 0 && in->key && in->kind == PKEY_RSA &&
	    pkey_bits(in->key) > RSA_BITS_MAX)
		err_set(&s->bad, ERR_INPUT,
		    "DKIM key of %.*s: RSA with %u bits; receivers need take "
		    "no more than 4096 (RFC 8301 3.2)",
		    STR_ARG(in->domain), pkey_bits(in->key));
	if (s->bad.code != 0)
		return;
	fold_add(&f, false, S("DKIM-Signature: "), S("v=1"), S(";"));
	fold_tag(&f, S("a="),
	    in->kind == PKEY_RSA ? S("rsa-sha256") : S("ed25519-sha256"));
	fold_tag(&f, S("c="), S("relaxed/relaxed"));
	fold_tag(&f, S("d="), in->domain);
	fold_tag(&f, S("s="), in->selector);
	id->column = f.column;
}

struct dkim_signer *dkim_signer_new(const struct dkim_identity *ids, size_t n,
    const struct dkim_sign_options *options)
{
	struct dkim_signer *s = mem_try_zalloc(sizeof(*s));

	ENSURE(n >= 1 && n <= DKIM_KEYS_MAX);
	for (size_t i = 0; i < n && !s; i++)
		pkey_free(ids[i].key);
	if (!s)
		return NULL;
	for (size_t i = 0; i < n; i++)
		add_identity(s, &ids[i]);
	s->lifetime = options->lifetime;
	s->digest = digest_new();
	s->fields = mem_try_alloc(FIELDS_MAX * sizeof(*s->fields));
	buf_init(&s->bh, 64);
	buf_init(&s->head, LIMIT_LETTER);
	buf_init(&s->canon, FIELD_MAX);
	if (add_names(s, options) && s->digest && s->fields)
		return s;
	dkim_signer_free(s);
	mem_lost(0);
	return NULL;
}

void dkim_signer_free(struct dkim_signer *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->count; i++) {
		pkey_free(s->id[i].key);
		buf_release(&s->id[i].prefix);
	}
	arena_release(&s->arena);
	free(s->names);
	free(s->fields);
	digest_free(s->digest);
	buf_release(&s->bh);
	buf_release(&s->head);
	buf_release(&s->canon);
	free(s);
}

size_t dkim_signer_count(const struct dkim_signer *s)
{
	return s->count;
}

/* ---- taking the message apart */

/* End of the field at the start of `s`: where its last CRLF stands, or s.n. */
static size_t field_end(struct str s)
{
	size_t at = 0;

	for (;;) {
		const char *nl = memchr(s.p + at, '\n', s.n - at);

		if (!nl)
			return s.n;
		at = (size_t)(nl - s.p) + 1;
		if (at == s.n || !ascii_is_wsp(s.p[at]))
			return at - 2;
	}
}

/* Length of the field name (RFC 5322 3.6.8: printable, no colon), or 0. */
static size_t name_length(struct str raw)
{
	size_t n = 0;

	while (
	    n < raw.n && raw.p[n] > ' ' && raw.p[n] < 0x7f && raw.p[n] != ':')
		n++;
	return n < raw.n && raw.p[n] == ':' ? n : 0;
}

/* Fills s->fields; `ret_body`: what stands behind the empty line. */
static int split_message(struct dkim_signer *s, struct str message,
    struct str *ret_body, struct err *e)
{
	size_t bare = canon_find_bare(message);
	struct str rest = message;

	if (bare < message.n)
		return err_set(e, ERR_INPUT,
		    "DKIM: byte %zu of the message is a CR or LF alone; lines "
		    "end with CRLF (RFC 5321 2.3.8)",
		    bare + 1);
	s->field_count = 0;
	while (rest.n && !str_starts(rest, S("\r\n"))) {
		size_t n = field_end(rest);
		struct field f = {.raw = str_sub(rest, 0, n)};

		f.name = str_sub(rest, 0, name_length(f.raw));
		if (f.name.n == 0)
			return err_set(e, ERR_INPUT,
			    "DKIM: header field %zu has no name (RFC 5322 2.2)",
			    s->field_count + 1);
		if (s->field_count == FIELDS_MAX)
			return err_set(e, ERR_LIMIT,
			    "DKIM: the message has more than %d header fields",
			    FIELDS_MAX);
		s->fields[s->field_count++] = f;
		rest = str_from(rest, n + 2);
	}
	*ret_body = str_from(rest, 2);
	return 0;
}

/* ---- what is signed */

static void body_piece(void *arg, struct str piece)
{
	digest_update(arg, piece);
}

static void hash_body(struct dkim_signer *s, struct str body)
{
	unsigned char sum[DIGEST_SIZE];
	struct canon_body c;

	digest_begin(s->digest);
	canon_body_begin(&c, CANON_RELAXED, body_piece, s->digest);
	canon_body_update(&c, body);
	canon_body_end(&c);
	digest_end(s->digest, sum);
	buf_reset(&s->bh);
	codec_base64(&s->bh, str_make((const char *)sum, sizeof(sum)));
}

/* Collects the canonical form of the fields to be signed, the lowest of
 * several of a name first (RFC 6376 5.4.2), and counts them. */
static int gather_fields(struct dkim_signer *s, struct err *e)
{
	bool from = false;

	buf_reset(&s->head);
	for (size_t i = 0; i < s->name_count; i++) {
		struct signed_name *n = &s->names[i];

		n->count = 0;
		for (size_t k = s->field_count; k-- > 0;) {
			if (s->fields[k].name.n != n->name.n ||
			    !str_ieq(s->fields[k].name, n->name))
				continue;
			canon_header(CANON_RELAXED, s->fields[k].raw, &s->head);
			buf_add(&s->head, S("\r\n"));
			n->count++;
		}
		if (n->count && str_ieq(n->name, S("From")))
			from = true;
	}
	if (s->head.over)
		return err_set(e, ERR_LIMIT,
		    "DKIM: the header is longer than %zu bytes", s->head.max);
	if (!from)
		return err_set(e, ERR_INPUT,
		    "DKIM: the message has no From field, which must be signed "
		    "(RFC 6376 5.4)");
	return 0;
}

static void write_names(const struct dkim_signer *s, struct folded *f)
{
	struct str pending = STR_NONE;
	bool first = true;

	/* one name late, as the last one ends with a semicolon */
	for (size_t i = 0; i < s->name_count; i++) {
		const struct signed_name *n = &s->names[i];

		for (size_t k = n->count + n->over; k > 0; k--) {
			if (pending.p) {
				fold_add(f, first, first ? S("h=") : S(""),
				    pending, S(":"));
				first = false;
			}
			pending = n->name;
		}
	}
	fold_add(f, first, first ? S("h=") : S(""), pending, S(";"));
}

/* Appends the field up to and with "b=". */
static void write_field(const struct dkim_signer *s, const struct identity *id,
    int64_t at, struct folded *f)
{
	buf_add(f->out, buf_str(&id->prefix));
	f->column = id->column;
	fold_number(f, S("t="), at);
	if (s->lifetime)
		fold_number(f, S("x="), at + s->lifetime);
	write_names(s, f);
	fold_tag(f, S("bh="), buf_str(&s->bh));
	fold_open(f, S("b="));
}

static int sign_field(struct dkim_signer *s, const struct identity *id,
    struct str field, struct dkim_signature *ret, struct err *e)
{
	unsigned char sum[DIGEST_SIZE], sig[PKEY_SIGNATURE_MAX];
	size_t n;
	int rc;

	if (!id->key)
		BUG("dkim_sign without a key");
	buf_reset(&s->canon);
	canon_header(CANON_RELAXED, field, &s->canon);
	digest_begin(s->digest);
	digest_update(s->digest, buf_str(&s->head));
	digest_update(s->digest, buf_str(&s->canon));
	digest_end(s->digest, sum);
	rc = pkey_sign_digest(id->key, sum, sig, &n, e);
	if (rc < 0)
		return err_wrap(e, "DKIM");
	ENSURE(n <= sizeof(ret->bytes));
	memcpy(ret->bytes, sig, n);
	ret->len = n;
	return 0;
}

static int prepare(
    struct dkim_signer *s, struct str message, int64_t at, struct err *e)
{
	struct str body;
	int rc;

	if (s->bad.code != 0) {
		if (e)
			*e = s->bad;
		return s->bad.code;
	}
	if (at < 0 || at > DKIM_TIME_MAX || s->lifetime < 0 ||
	    s->lifetime > DKIM_TIME_MAX - at)
		return err_set(e, ERR_INPUT,
		    "DKIM: the time or lifetime of the signature is out of "
		    "range (RFC 6376 3.5: twelve digits)");
	rc = split_message(s, message, &body, e);
	if (rc == 0)
		rc = gather_fields(s, e);
	if (rc == 0)
		hash_body(s, body);
	return rc;
}

/* One field; signs when `kept` is NULL. */
static int add_field(struct dkim_signer *s, const struct identity *id,
    int64_t at, const struct dkim_signature *kept, struct buf *out,
    struct dkim_signature *ret, struct err *e)
{
	struct folded f = {out, 0};
	struct buf b = BUF_INIT(KiB);
	size_t start = out->len;
	int rc = 0;

	write_field(s, id, at, &f);
	if (kept)
		*ret = *kept;
	else if (!out->over)
		rc = sign_field(s, id, str_from(buf_str(out), start), ret, e);
	if (rc == 0 && !out->over) {
		codec_base64(&b, str_make((const char *)ret->bytes, ret->len));
		fold_fill(&f, buf_str(&b));
		buf_add(out, S("\r\n"));
	}
	buf_release(&b);
	if (rc == 0 && out->over)
		rc = err_set(e, ERR_LIMIT,
		    "DKIM: the message would be longer than %zu bytes",
		    out->max);
	return rc;
}

static int add_fields(struct dkim_signer *s, struct str message, int64_t at,
    const struct dkim_signature *kept, struct buf *out,
    struct dkim_signature *ret, struct err *e)
{
	size_t start = out->len;
	int rc = prepare(s, message, at, e);

	for (size_t i = 0; i < s->count && rc == 0; i++)
		rc = add_field(
		    s, &s->id[i], at, kept ? &kept[i] : NULL, out, &ret[i], e);
	if (rc < 0)
		buf_truncate(out, start);
	return rc;
}

int dkim_sign(struct dkim_signer *s, struct str message, int64_t at,
    struct buf *out, struct dkim_signature ret_sigs[DKIM_KEYS_MAX],
    struct err *e)
{
	return add_fields(s, message, at, NULL, out, ret_sigs, e);
}

int dkim_sign_with(struct dkim_signer *s, struct str message, int64_t at,
    const struct dkim_signature sigs[DKIM_KEYS_MAX], struct buf *out,
    struct err *e)
{
	struct dkim_signature same[DKIM_KEYS_MAX];

	for (size_t i = 0; i < s->count; i++)
		if (sigs[i].len == 0 || sigs[i].len > sizeof(sigs[i].bytes))
			return err_set(e, ERR_INPUT,
			    "DKIM: signature %zu was not kept", i + 1);
	return add_fields(s, message, at, sigs, out, same, e);
}
