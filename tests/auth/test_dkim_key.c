#include "auth/dkim_key.h"
#include "base/codec.h"
#include "base/limits.h"
#include "t.h"

static void writes_the_record_of_an_rsa_key(void **state)
{
	struct buf b = BUF_INIT(4 * KiB), der = BUF_INIT(4 * KiB);
	struct buf pub = BUF_INIT(4 * KiB);
	struct pkey *k = NULL;
	struct err e = {0};
	struct str p;

	t_ok(pkey_generate(PKEY_RSA, 2048, &k, &e), &e);
	t_ok(dkim_key_record(k, &b, &e), &e);
	assert_true(str_starts(buf_str(&b), S("v=DKIM1; k=rsa; p=")));
	p = str_from(buf_str(&b), 18);
	assert_true(codec_unbase64(&der, p, true));
	t_ok(pkey_write_public(k, &pub, &e), &e);
	t_eq(buf_str(&der), buf_str(&pub));
	/* SubjectPublicKeyInfo: SEQUENCE { SEQUENCE { rsaEncryption */
	t_has(buf_str(&der), "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01");
	pkey_free(k);
	buf_release(&b);
	buf_release(&der);
	buf_release(&pub);
}

/* RFC 8463 A.2: the key of brisbane._domainkey.football.example.com */
static void writes_the_record_of_rfc_8463(void **state)
{
	static const char pem[] =
	    "-----BEGIN PRIVATE KEY-----\n"
	    "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g"
	    "\n-----END PRIVATE KEY-----\n";
	struct buf b = BUF_INIT(KiB);
	struct pkey *k = NULL;
	struct err e = {0};
	char dir[64], path[128];

	t_mkdir(dir);
	t_write(dir, "key", S(pem));
	snprintf(path, sizeof(path), "%s/key", dir);
	t_ok(pkey_load_private(path, &k, &e), &e);
	t_ok(dkim_key_record(k, &b, &e), &e);
	t_str(buf_str(&b), "v=DKIM1; k=ed25519; "
			   "p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=");
	pkey_free(k);
	t_rmdir(dir);
	buf_release(&b);
}

static void splits_a_zone_line_into_strings_of_255_bytes(void **state)
{
	struct buf b = BUF_INIT(4 * KiB);
	char record[256 + 1];

	dkim_key_zone_line(S("s"), S("example.com"), S("v=DKIM1; p="), &b);
	t_str(buf_str(&b), "s._domainkey.example.com. IN TXT \"v=DKIM1; p=\"");
	memset(record, 'x', 256);
	record[256] = '\0';
	buf_reset(&b);
	dkim_key_zone_line(S("s"), S(""), str_make(record, 255), &b);
	t_int(b.len, strlen("s._domainkey IN TXT \"\"") + 255);
	buf_reset(&b);
	dkim_key_zone_line(S("s"), S(""), str_make(record, 256), &b);
	t_has(buf_str(&b), "xx\" \"x\"");
	assert_true(str_ends(buf_str(&b), S("xx\" \"x\"")));
	buf_release(&b);
}

static void checks_domain_and_selector(void **state)
{
	static const struct {
		const char *domain, *selector, *why;
	} rows[] = {
	    {"example.com", "s", NULL},
	    {"xn--mller-kva.example", "2026.s1_x-y", NULL},
	    {"example", "s", "has no dot"},
	    {"", "s", "is empty"},
	    {"example..com", "s", "a label is empty"},
	    {".example.com", "s", "a label is empty"},
	    {"example.com.", "s", "a label is empty"},
	    {"exa_mple.com", "s", "no letter, digit or hyphen"},
	    {"exam;ple.com", "s", "no letter, digit or hyphen"},
	    {"m\xc3\xbcller.example", "s", "A-labels"},
	    {"-a.example", "s", "hyphen"},
	    {"a-.example", "s", "hyphen"},
	    {"example.com", "", "is empty"},
	    {"example.com", "a..b", "a label is empty"},
	    {"example.com", "s\r\nX: y", "no letter, digit or hyphen"},
	    {"example.com", "s; d=other.example", "no letter, digit or hyphen"},
	    {"example.com",
		"a234567890123456789012345678901234567890123456789012345678901"
		"234",
		"longer than 63"},
	    {"example.com",
		"a23456789012345678901234567890123456789012345678901234567890."
		"a23456789012345678901234567890123456789012345678901234567890."
		"a23456789012345678901234567890123456789012345678901234567890."
		"a234567890123456789012345678901234567890123456789",
		"longer than 253"},
	};
	struct err e = {0};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct str d = str_of(rows[i].domain);
		int rc;

		err_clear(&e);
		rc = dkim_check_domain(d, &e);
		if (rc == 0)
			rc = dkim_check_selector(
			    str_of(rows[i].selector), d, &e);
		t_int(rc, rows[i].why ? ERR_INPUT : 0);
		if (rows[i].why)
			t_has(str_of(e.msg), rows[i].why);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(writes_the_record_of_an_rsa_key),
	    T(writes_the_record_of_rfc_8463),
	    T(splits_a_zone_line_into_strings_of_255_bytes),
	    T(checks_domain_and_selector),
	};

	return t_run("dkim_key", tests);
}
