/* A record: one person's signed consent, as a text of eight lines. */
#include "notice/approval_private.h"

#include "base/codec.h"
#include "base/utf8.h"

bool approval_name_ok(const char *what, struct str name, struct err *e)
{
	if (name.n && name.n <= APPROVAL_NAME && utf8_is_clean(name) &&
	    str_chr(name, '\t') < 0 && str_chr(name, '/') < 0 &&
	    name.p[0] != '.' && name.p[0] != '#' && str_trim(name).n == name.n)
		return true;
	err_set(e, ERR_INPUT,
	    "%s '%.*s': write 1 to %u bytes of text in one line, without '/' "
	    "and blanks at the ends, not beginning with '.' or '#'",
	    what, STR_ARG(str_sub(name, 0, 80)), APPROVAL_NAME);
	return false;
}

bool approval_unhex(struct str hex, void *ret, size_t n)
{
	struct buf b = BUF_INIT(64);
	bool ok = hex.n == 2 * n && codec_unhex(&b, hex) && b.len == n;

	for (size_t i = 0; i < hex.n; i++)
		ok = ok && hex.p[i] == ascii_lower(hex.p[i]);
	if (ok)
		memcpy(ret, b.p, n);
	buf_release(&b);
	return ok;
}

bool approval_time(struct str s, usec_t *ret)
{
	return s.n == CLOCK_ISO_SIZE - 1 && clock_parse_iso(s, ret);
}

/* ---- signatures */

int approval_public(
    const struct pkey *key, unsigned char ret[APPROVAL_KEY], struct err *e)
{
	struct buf b = BUF_INIT(KiB);
	int rc;

	if (pkey_kind(key) != PKEY_ED25519)
		return err_set(e, ERR_INPUT,
		    "the key must be Ed25519 ('tocsin approve --new-key FILE' "
		    "makes one)");
	rc = pkey_write_public(key, &b, e);
	if (rc == 0) {
		ENSURE(b.len == APPROVAL_KEY);
		memcpy(ret, b.p, APPROVAL_KEY);
	}
	buf_release(&b);
	return rc;
}

int approval_sign_text(struct str text, struct pkey *key,
    unsigned char ret_signature[64], struct err *e)
{
	unsigned char sum[DIGEST_SIZE], signature[PKEY_SIGNATURE_MAX];
	size_t n = 0;
	int rc;

	digest_sha256(text, sum);
	rc = pkey_sign_digest(key, sum, signature, &n, e);
	if (rc < 0)
		return rc;
	ENSURE(n == 64);
	memcpy(ret_signature, signature, n);
	return 0;
}

bool approval_verify_text(struct str text,
    const unsigned char key[APPROVAL_KEY], const unsigned char signature[64])
{
	unsigned char sum[DIGEST_SIZE];
	struct pkey_public *k;
	struct err e;
	bool ok;

	if (pkey_read_public(PKEY_ED25519,
		str_make((const char *)key, APPROVAL_KEY), &k, &e) < 0)
		return false;
	digest_sha256(text, sum);
	ok = pkey_verify_digest(k, sum, str_make((const char *)signature, 64));
	pkey_public_free(k);
	return ok;
}

/* ---- the text */

static void add_line(struct buf *out, const char *key, struct str value)
{
	buf_addz(out, key);
	buf_addc(out, ':');
	if (value.n)
		buf_addc(out, ' ');
	buf_add(out, value);
	buf_addc(out, '\n');
}

static void add_hex(
    struct buf *out, const char *key, const unsigned char *p, size_t n)
{
	buf_addf(out, "%s: ", key);
	codec_hex(out, str_make((const char *)p, n));
	buf_addc(out, '\n');
}

/* What is signed. */
static void add_signed(const struct approval_record *r, struct buf *out)
{
	char at[CLOCK_ISO_SIZE];

	clock_iso(r->at, at);
	buf_addz(out, "tocsin approval 1\n");
	add_line(out, "role", r->role);
	add_line(out, "name", r->name);
	add_line(out, "tranche", r->tranche);
	add_hex(out, "request", r->digest, sizeof(r->digest));
	add_line(out, "at", str_of(at));
	add_hex(out, "key", r->key, sizeof(r->key));
}

int approval_sign(struct approval_record *r, struct pkey *key, struct err *e)
{
	struct buf text = BUF_INIT(LIMIT_APPROVAL_RECORD);
	int rc = approval_public(key, r->key, e);

	if (rc == 0) {
		add_signed(r, &text);
		rc = approval_sign_text(buf_str(&text), key, r->signature, e);
	}
	buf_release(&text);
	return rc;
}

bool approval_verify(const struct approval_record *r)
{
	struct buf text = BUF_INIT(LIMIT_APPROVAL_RECORD);
	bool ok;

	add_signed(r, &text);
	ok = !text.over &&
	     approval_verify_text(buf_str(&text), r->key, r->signature);
	buf_release(&text);
	return ok;
}

void approval_record_format(const struct approval_record *r, struct buf *out)
{
	add_signed(r, out);
	add_hex(out, "signature", r->signature, sizeof(r->signature));
}

static bool take(struct str *rest, const char *key, struct str *ret)
{
	struct str line = str_cut(rest, '\n'), name = str_cut(&line, ':');

	if (!str_eq(name, str_of(key)) || !line.p)
		return false;
	*ret = line.n ? str_from(line, 1) : S("");
	return true;
}

static bool read_lines(struct str text, struct approval_record *r)
{
	struct str rest = text, digest, at, key, signature;

	if (!str_eq(str_cut(&rest, '\n'), S("tocsin approval 1")) || !rest.p)
		return false;
	return take(&rest, "role", &r->role) && take(&rest, "name", &r->name) &&
	       take(&rest, "tranche", &r->tranche) &&
	       take(&rest, "request", &digest) && take(&rest, "at", &at) &&
	       take(&rest, "key", &key) &&
	       take(&rest, "signature", &signature) &&
	       approval_unhex(digest, r->digest, sizeof(r->digest)) &&
	       approval_time(at, &r->at) &&
	       approval_unhex(key, r->key, sizeof(r->key)) &&
	       approval_unhex(signature, r->signature, sizeof(r->signature));
}

int approval_record_parse(struct str text, const char *name,
    struct approval_record *ret, struct err *e)
{
	struct buf again = BUF_INIT(LIMIT_APPROVAL_RECORD);
	struct err why = {0};
	bool same;

	*ret = (struct approval_record){0};
	if (text.n > LIMIT_APPROVAL_RECORD)
		return err_set(e, ERR_INPUT,
		    "%s: is no approval: it is larger than one can be", name);
	if (!read_lines(text, ret))
		return err_set(e, ERR_INPUT,
		    "%s: is no approval, or it was altered ('tocsin approve "
		    "--sign REQUEST' writes one)",
		    name);
	if (!approval_name_ok("role", ret->role, &why) ||
	    !approval_name_ok("name", ret->name, &why) ||
	    ret->tranche.n >= ROLL_NAME || !utf8_is_clean(ret->tranche))
		return err_set(e, ERR_INPUT, "%s: %s", name,
		    why.code ? why.msg : "the tranche has a strange name");
	approval_record_format(ret, &again);
	same = str_eq(buf_str(&again), text);
	buf_release(&again);
	if (!same)
		return err_set(e, ERR_INPUT,
		    "%s: is no approval as tocsin writes it; it was altered",
		    name);
	return 0;
}
