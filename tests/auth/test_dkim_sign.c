#include "auth/canon.h"
#include "auth/dkim_sign.h"
#include "base/codec.h"
#include "base/limits.h"
#include "t.h"

#include <openssl/evp.h>
#include <openssl/x509.h>

/* clang-format off */
#define LETTER \
	"From: Example Corp <notice@example.com>\r\n" \
	"To: Jane Doe <jane@example.net>\r\n" \
	"Subject: Your data,\r\n" \
	"\tand what happened\r\n" \
	"Date: Tue, 24 Nov 2026 04:17:09 +0000\r\n" \
	"Message-ID: <token@example.com>\r\n" \
	"MIME-Version: 1.0\r\n" \
	"Content-Type: text/plain; charset=utf-8\r\n" \
	"Content-Transfer-Encoding: quoted-printable\r\n" \
	"X-Unsigned: this\r\n" \
	"\r\n" \
	"Dear Jane Doe,\r\n" \
	"\r\n" \
	"on 20 November  we learned \t that ... \r\n" \
	"\r\n" \
	"\r\n"
/* clang-format on */

#define AT INT64_C(1795493829)

static struct pkey *make(enum pkey_kind kind, unsigned bits)
{
	struct pkey *k = NULL;
	struct err e = {0};

	t_ok(pkey_generate(kind, bits, &k, &e), &e);
	return k;
}

static struct dkim_identity identity(struct pkey *k)
{
	return (struct dkim_identity){.domain = S("example.com"),
	    .selector = S("nov2026"),
	    .key = k,
	    .kind = pkey_kind(k)};
}

/* ---- a verifier, slow and by the book (RFC 6376 6.1.3) */

/* The value of tag `name` of a field, white space removed. */
static void tag_value(struct str field, const char *name, struct buf *out)
{
	struct str rest = str_from(field, (size_t)str_chr(field, ':') + 1);

	buf_reset(out);
	while (rest.p) {
		struct str tag = str_trim(str_cut(&rest, ';'));
		struct str key = str_trim(str_cut(&tag, '='));

		if (!str_eq(key, str_of(name)))
			continue;
		for (size_t i = 0; i < tag.n; i++)
			if (!ascii_is_wsp(tag.p[i]) && tag.p[i] != '\r' &&
			    tag.p[i] != '\n')
				buf_addc(out, tag.p[i]);
		return;
	}
}

static void sink(void *arg, struct str piece)
{
	buf_add(arg, piece);
}

static void sha256(struct str s, unsigned char sum[32])
{
	assert_int_equal(
	    EVP_Digest(s.p, s.n, sum, NULL, EVP_sha256(), NULL), 1);
}

static bool verify_sum(
    const struct pkey *k, const unsigned char sum[32], struct str sig)
{
	struct buf pub = BUF_INIT(4 * KiB);
	const unsigned char *p;
	EVP_PKEY *key;
	EVP_PKEY_CTX *c = NULL;
	EVP_MD_CTX *m = EVP_MD_CTX_new();
	struct err e = {0};
	bool ok;

	t_ok(pkey_write_public(k, &pub, &e), &e);
	p = (const unsigned char *)pub.p;
	if (pkey_kind(k) == PKEY_RSA) {
		key = d2i_PUBKEY(NULL, &p, (long)pub.len);
		c = EVP_PKEY_CTX_new(key, NULL);
		ok = EVP_PKEY_verify_init(c) == 1 &&
		     EVP_PKEY_CTX_set_signature_md(c, EVP_sha256()) == 1 &&
		     EVP_PKEY_verify(
			 c, (const unsigned char *)sig.p, sig.n, sum, 32) == 1;
	} else {
		key = EVP_PKEY_new_raw_public_key(
		    EVP_PKEY_ED25519, NULL, p, pub.len);
		ok = EVP_DigestVerifyInit(m, NULL, NULL, NULL, key) == 1 &&
		     EVP_DigestVerify(
			 m, (const unsigned char *)sig.p, sig.n, sum, 32) == 1;
	}
	EVP_PKEY_CTX_free(c);
	EVP_MD_CTX_free(m);
	EVP_PKEY_free(key);
	buf_release(&pub);
	return ok;
}

/* The `skip`th field of this name from the bottom, without its CRLF. */
static struct str field_from_bottom(
    struct str message, struct str name, size_t skip)
{
	struct str all[64], rest = message;
	size_t n = 0;

	while (rest.n && !str_starts(rest, S("\r\n"))) {
		size_t end = 0;

		do {
			end +=
			    (size_t)str_find(str_from(rest, end), S("\r\n")) +
			    2;
		} while (end < rest.n && ascii_is_wsp(rest.p[end]));
		all[n++] = str_sub(rest, 0, end - 2);
		assert_true(n < ARRAY_SIZE(all));
		rest = str_from(rest, end);
	}
	while (n-- > 0) {
		struct str f = all[n];

		if (str_ieq(str_trim(str_cut(&f, ':')), name) && skip-- == 0)
			return all[n];
	}
	return STR_NONE;
}

static void hash_header(
    struct str message, struct str field, unsigned char sum[32])
{
	struct buf h = BUF_INIT(64 * KiB), data = BUF_INIT(MiB);
	struct str rest, seen, name;
	ptrdiff_t b;

	tag_value(field, "h", &h);
	rest = buf_str(&h);
	while (rest.p) {
		struct str f, before;
		size_t skip = 0;

		seen = buf_str(&h);
		name = str_cut(&rest, ':');
		while ((before = str_cut(&seen, ':')).p != name.p)
			skip += str_ieq(before, name);
		f = field_from_bottom(message, name, skip);
		if (!f.p)
			continue;
		canon_header(CANON_RELAXED, f, &data);
		buf_add(&data, S("\r\n"));
	}
	/* b= is the last tag: the field without its value */
	b = str_rchr(field, ';');
	b += str_find(str_from(field, (size_t)b), S("b=")) + 2;
	canon_header(CANON_RELAXED, str_sub(field, 0, (size_t)b), &data);
	sha256(buf_str(&data), sum);
	buf_release(&data);
	buf_release(&h);
}

static bool verifies(struct str message, struct str field, const struct pkey *k)
{
	struct buf b = BUF_INIT(MiB), raw = BUF_INIT(MiB);
	ptrdiff_t at = str_find(message, S("\r\n\r\n"));
	unsigned char sum[32];
	struct canon_body c;
	bool ok;

	canon_body_begin(&c, CANON_RELAXED, sink, &b);
	canon_body_update(
	    &c, at < 0 ? STR_NONE : str_from(message, (size_t)at + 4));
	canon_body_end(&c);
	sha256(buf_str(&b), sum);
	buf_reset(&b);
	tag_value(field, "bh", &b);
	ok = codec_unbase64(&raw, buf_str(&b), true) &&
	     str_eq(buf_str(&raw), str_make((char *)sum, 32));
	tag_value(field, "b", &b);
	buf_reset(&raw);
	ok = codec_unbase64(&raw, buf_str(&b), true) && ok;
	hash_header(message, field, sum);
	ok = ok && verify_sum(k, sum, buf_str(&raw));
	buf_release(&b);
	buf_release(&raw);
	return ok;
}

/* ---- cases */

static void check_layout(struct str field)
{
	struct str rest = field;

	while (rest.n) {
		ptrdiff_t n = str_find(rest, S("\r\n"));

		assert_true(n >= 0);
		if (n > 78)
			fail_msg("a line of %td: %.*s", n, (int)n, rest.p);
		rest = str_from(rest, (size_t)n + 2);
		if (rest.n && !str_starts(rest, S("DKIM-Signature:")))
			assert_true(rest.p[0] == ' ');
	}
}

static void signs_what_openssl_verifies(void **state)
{
	struct pkey *rsa = make(PKEY_RSA, 2048), *ed = make(PKEY_ED25519, 0);
	struct pkey *rsa2 = pkey_dup(rsa), *ed2 = pkey_dup(ed);
	struct dkim_identity ids[] = {identity(rsa), identity(ed)};
	struct dkim_signer *s = dkim_signer_new(ids, 2, &dkim_sign_defaults);
	struct dkim_signature sigs[DKIM_KEYS_MAX];
	struct buf out = BUF_INIT(MiB);
	struct err e = {0};
	struct str first, second;
	ptrdiff_t cut;

	t_int(dkim_signer_count(s), 2);
	t_ok(dkim_sign(s, S(LETTER), AT, &out, sigs, &e), &e);
	check_layout(buf_str(&out));
	cut = str_find(buf_str(&out), S("\r\nDKIM-Signature:"));
	assert_true(cut > 0);
	first = str_sub(buf_str(&out), 0, (size_t)cut);
	second = str_from(buf_str(&out), (size_t)cut + 2);
	second.n -= 2;
	t_has(first, "a=rsa-sha256");
	t_has(second, "a=ed25519-sha256");
	assert_true(verifies(S(LETTER), first, rsa2));
	assert_true(verifies(S(LETTER), second, ed2));
	assert_false(verifies(S(LETTER "more"), first, rsa2));
	assert_false(verifies(S("From: x\r\n" LETTER), first, rsa2));
	pkey_free(rsa2);
	pkey_free(ed2);
	dkim_signer_free(s);
	buf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(signs_what_openssl_verifies),
	};

	return t_run("dkim_sign", tests);
}
