#include "auth/dkim_key.h"
#include "auth/key.h"
#include "base/codec.h"
#include "base/limits.h"
#include "t.h"

/* RFC 8463 A.2 */
#define ED25519 "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
/* RFC 6376 A.2: 1024 bits */
#define RSA                                                                \
	"MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDwIRP/UC3SBsEmGqZ9ZJW3/DkM" \
	"oGeLnQg1fWn7/zYtIxN2SnFCjxOCKG9v3b4jYfcTNh5ijSsq631uBItLa7od+v/R" \
	"tdC2UzJ1lWT947qR+Rcac2gbto/NMqJ0fzfVjH4OuKhitdY9tf6mcwGjaNBcWToI" \
	"MmPSPDdQPNUYckcQ2QIDAQAB"
#define RSA_512                                                            \
	"MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBALgSoqXVSEmfcIsOzw7oRuCCOwsmtX/S" \
	"JnTWxYyj2leFxfS/AVJ+dYfY+hXqMsT7l+MZvvh/R1WzN4MO/kI/7XsCAwEAAQ=="

static struct pkey_cache *cache;

static void read_rsa(const char *record, struct key_record *r)
{
	key_read(cache, str_of(record), PKEY_RSA, KEY_BITS_MIN, r);
}

static void reads_records_in_use(void **state)
{
	static const char *const rows[] = {
	    "v=DKIM1; p=" RSA,
	    "p=" RSA,
	    "k=rsa; t=y; p=" RSA ";",
	    "v=DKIM1;n=;p=" RSA,
	    "v=DKIM1;h=sha1:sha256;p=" RSA,
	    "v=DKIM1;h= sha1 : sha256 ;p=" RSA,
	    "v=DKIM1;s=*;p=" RSA,
	    "v=DKIM1;s=tlsrpt:email;p=" RSA,
	    "v=DKIM1;g=;p=" RSA,
	    "v=DKIM1; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDwIRP/UC3SBsEm "
	    "GqZ9ZJW3/DkMoGeLnQg1fWn7/zYtIxN2SnFCjxOCKG9v3b4jYfcTNh5ijSsq631u"
	    "BItLa7od+v/RtdC2UzJ1lWT947qR+Rcac2gbto/NMqJ0fzfVjH4OuKhitdY9tf6m"
	    "cwGjaNBcWToIMmPSPDdQPNUYckcQ2Q IDAQAB",
	};
	struct key_record r;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		read_rsa(rows[i], &r);
		t_str(str_of(r.why.msg), "");
		t_int(r.status, KEY_USABLE);
		t_int(r.bits, 1024);
		assert_non_null(r.key);
	}
	key_read(cache, S("v=DKIM1; k=ed25519; t=s; p=" ED25519), PKEY_ED25519,
	    KEY_BITS_MIN, &r);
	t_int(r.status, KEY_USABLE);
	t_int(r.bits, 256);
	assert_true(r.strict && !r.testing);
}

static void says_what_a_postmaster_should_mend(void **state)
{
	static const struct {
		const char *record;
		enum key_status status;
		const char *part;
	} rows[] = {
	    {"", KEY_SYNTAX, "no tag-list"},
	    {"v=DKIM1; k=rsa", KEY_SYNTAX, "has no p="},
	    {"v=DKIM1; p=", KEY_REVOKED, "revoked"},
	    {"v=DKIM; p=" RSA, KEY_SYNTAX,
		"v=DKIM; it must be exactly v=DKIM1"},
	    {"v=dkim1; p=" RSA, KEY_SYNTAX, "exactly v=DKIM1"},
	    {"v=DKIM1: g=*; p=" RSA, KEY_SYNTAX, "v=DKIM1: g=*"},
	    {"p=" RSA "; v=DKIM1", KEY_SYNTAX, "not the first"},
	    {"v=DKIM1; p=" RSA "; p=" RSA, KEY_SYNTAX, "twice"},
	    {"k=rsa; t; p=" RSA, KEY_SYNTAX, "no tag-list"},
	    {"v=spf1 -all", KEY_FOREIGN, "\"v=spf1 -all\""},
	    {"v=DKIM1; k=ed25519-sha256; p=" RSA, KEY_KIND, "k=ed25519-sha256"},
	    {"v=DKIM1; k=ed25519; p=" ED25519, KEY_KIND, "made with rsa"},
	    {"v=DKIM1; h=sha1; p=" RSA, KEY_HASH, "h=sha1"},
	    {"v=DKIM1; h=SHA256; p=" RSA, KEY_HASH, "h=SHA256"},
	    {"v=DKIM1; s=tlsrpt; p=" RSA, KEY_SERVICE, "s=tlsrpt"},
	    {"v=DKIM1; p=" RSA_512, KEY_SMALL, "512 bits"},
	    {"v=DKIM1; p=" ED25519, KEY_MATERIAL, "k=ed25519 must say so"},
	    {"v=DKIM1; p=\"" RSA "\"", KEY_SYNTAX, "without them"},
	    {"\"v=DKIM1; p=" RSA "\"", KEY_SYNTAX, "holds quotes"},
	    {"v=DKIM1\\; p=" RSA, KEY_SYNTAX, "backslash"},
	    {"v=DKIM1; p=MIGf!", KEY_SYNTAX, "byte 5 of it is 0x21"},
	    {"v=DKIM1; p=-----BEGIN PUBLIC KEY-----" RSA, KEY_SYNTAX,
		"-----END"},
	    {"v=DKIM1; p=MIGfM", KEY_SYNTAX, "was cut off or lost"},
	    {"v=DKIM1; p=MIGfMA0GCSqGSIb3DQEBAQUA", KEY_MATERIAL,
		"the key has 162 bytes, 18 are there"},
	    {"v=DKIM1; p=AAAA", KEY_MATERIAL, "no RSA public key"},
	    {"v=DKIM1; p=MCowBQYDK2VwAyEA3SUqa9UbfciWkk7tlcJ9P1VD5pXAasg0JUn/"
	     "OgjVbKE=",
		KEY_MATERIAL, "not RSA"},
	};
	struct key_record r;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		read_rsa(rows[i].record, &r);
		t_has(str_of(r.why.msg), rows[i].part);
		t_int(r.status, rows[i].status);
		assert_null(r.key);
	}
	key_read(cache,
	    S("v=DKIM1; k=ed25519; p=MCowBQYDK2VwAyEA3SUqa9UbfciWkk7tlcJ9P1VD5"
	      "pXAasg0JUn/OgjVbKE="),
	    PKEY_ED25519, KEY_BITS_MIN, &r);
	t_has(str_of(r.why.msg), "last 32 of its 44 bytes");
}

static void sees_that_only_the_first_string_was_published(void **state)
{
	struct buf record = BUF_INIT(4 * KiB);
	struct key_record r;
	struct pkey *k;
	struct err e = {0};

	t_ok(pkey_generate(PKEY_RSA, 2048, &k, &e), &e);
	t_ok(dkim_key_record(k, &record, &e), &e);
	read_rsa(buf_cstr(&record), &r);
	t_int(r.status, KEY_USABLE);
	t_int(r.bits, 2048);
	buf_truncate(&record, 255);
	read_rsa(buf_cstr(&record), &r);
	assert_true(r.status == KEY_MATERIAL || r.status == KEY_SYNTAX);
	t_has(str_of(r.why.msg), "only its first string was published");
	pkey_free(k);
	buf_release(&record);
}

static void holds_to_the_size_of_a_record(void **state)
{
	struct buf record = BUF_INIT(8 * KiB);
	struct key_record r;

	buf_addz(&record, "v=DKIM1; p=" RSA "; n=");
	while (record.len < LIMIT_KEY_RECORD)
		buf_addc(&record, 'x');
	read_rsa(buf_cstr(&record), &r);
	t_int(r.status, KEY_USABLE);
	buf_addc(&record, 'x');
	read_rsa(buf_cstr(&record), &r);
	t_int(r.status, KEY_SYNTAX);
	t_has(str_of(r.why.msg), "4097 bytes");
	buf_release(&record);
}

/* ---- pkey_public, which needs keys to be read */

static void reads_rsa_keys_in_both_forms(void **state)
{
	/* the same key, as SubjectPublicKeyInfo and as RSAPublicKey within */
	struct buf der = BUF_INIT(KiB);
	struct pkey_public *k;
	struct err e = {0};

	assert_true(codec_unbase64(&der, S(RSA), true));
	t_ok(pkey_read_public(PKEY_RSA, buf_str(&der), &k, &e), &e);
	t_int(pkey_public_bits(k), 1024);
	pkey_public_free(k);
	t_ok(pkey_read_public(PKEY_RSA, str_from(buf_str(&der), 22), &k, &e),
	    &e);
	t_int(pkey_public_bits(k), 1024);
	pkey_public_free(k);
	buf_addc(&der, 'x');
	t_fails(pkey_read_public(PKEY_RSA, buf_str(&der), &k, &e), &e,
	    ERR_INPUT, "no RSA public key");
	t_fails(
	    pkey_read_public(PKEY_RSA, str_sub(buf_str(&der), 0, 100), &k, &e),
	    &e, ERR_INPUT, "no RSA public key");
	buf_release(&der);
}

static void verifies_what_was_signed_and_nothing_else(void **state)
{
	static const enum pkey_kind kinds[] = {PKEY_RSA, PKEY_ED25519};
	struct err e = {0};

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		unsigned char sum[32] = {1, 2, 3}, sig[PKEY_SIGNATURE_MAX];
		struct buf der = BUF_INIT(KiB);
		struct pkey_public *pub;
		struct pkey *k;
		struct str s;
		size_t n;

		t_ok(pkey_generate(kinds[i], 1024, &k, &e), &e);
		t_ok(pkey_write_public(k, &der, &e), &e);
		t_ok(pkey_sign_digest(k, sum, sig, &n, &e), &e);
		t_ok(pkey_cache_get(cache, kinds[i], buf_str(&der), &pub, &e),
		    &e);
		s = str_make((const char *)sig, n);
		for (int twice = 0; twice < 2; twice++) {
			assert_true(pkey_verify_digest(pub, sum, s));
			assert_false(
			    pkey_verify_digest(pub, sum, str_sub(s, 0, n - 1)));
			assert_false(pkey_verify_digest(pub, sum, STR_NONE));
			sig[n / 2] ^= 1;
			assert_false(pkey_verify_digest(pub, sum, s));
			sig[n / 2] ^= 1;
			sum[31] ^= 1;
			assert_false(pkey_verify_digest(pub, sum, s));
			sum[31] ^= 1;
		}
		pkey_free(k);
		buf_release(&der);
	}
}

static void keeps_the_keys_used_last(void **state)
{
	struct pkey_cache *c = pkey_cache_new(2);
	struct pkey_public *first, *again;
	char raw[3][32] = {"a", "b", "c"};
	struct err e = {0};

	t_ok(pkey_cache_get(c, PKEY_ED25519, str_make(raw[0], 32), &first, &e),
	    &e);
	for (size_t i = 1; i < 20; i++) {
		t_ok(pkey_cache_get(c, PKEY_ED25519,
			 str_make(raw[1 + i % 2], 32), &again, &e),
		    &e);
		t_ok(pkey_cache_get(
			 c, PKEY_ED25519, str_make(raw[0], 32), &again, &e),
		    &e);
		assert_ptr_equal(first, again);
	}
	t_fails(pkey_cache_get(c, PKEY_ED25519, S("short"), &again, &e), &e,
	    ERR_INPUT, "these are 5");
	t_fails(pkey_cache_get(c, PKEY_RSA, str_make(raw[0], 32), &again, &e),
	    &e, ERR_INPUT, "no RSA");
	pkey_cache_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(reads_records_in_use),
	    T(says_what_a_postmaster_should_mend),
	    T(sees_that_only_the_first_string_was_published),
	    T(holds_to_the_size_of_a_record),
	    T(reads_rsa_keys_in_both_forms),
	    T(verifies_what_was_signed_and_nothing_else),
	    T(keeps_the_keys_used_last),
	};
	int rc;

	cache = pkey_cache_new(8);
	rc = t_run("key", tests);
	pkey_cache_free(cache);
	return rc;
}
