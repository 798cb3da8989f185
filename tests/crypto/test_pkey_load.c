#include "t.h"
#include "base/limits.h"
#include "crypto/pkey.h"

#include <stdio.h>
#include <sys/stat.h>

static char dir[64], path[128];

static int start(void **state)
{
	t_mkdir(dir);
	snprintf(path, sizeof(path), "%s/key", dir);
	return 0;
}

static int stop(void **state)
{
	t_rmdir(dir);
	return 0;
}

/* Loads what `text` is as a file; says `want`, or nothing and a key. */
static void refused(struct str text, int code, const char *want)
{
	struct pkey *k = NULL;
	struct err e = {0};

	t_write(dir, "key", text);
	t_fails(pkey_load_private(path, &k, &e), &e, code, want);
	t_true(!k, "a key of what was refused");
	t_has(str_of(e.msg), path);
}

static void what_holds_no_private_key_is_told_apart(void **state)
{
	refused(S(""), ERR_INPUT, "holds no private key in PEM form");
	refused(S("words\n"), ERR_INPUT, "holds no private key in PEM form");
	refused(S("-----BEGIN PRIVATE KEY-----\nAAAA\n"
		  "-----END PRIVATE KEY-----\n"),
	    ERR_INPUT, "holds no private key in PEM form");
	refused(S("-----BEGIN PUBLIC KEY-----\nAAAA\n"
		  "-----END PUBLIC KEY-----\n"),
	    ERR_INPUT, "holds only a public key");
	refused(S("-----BEGIN CERTIFICATE-----\nAAAA\n"
		  "-----END CERTIFICATE-----\n"),
	    ERR_INPUT, "holds only a public key");
	refused(S("-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n"
		  "-----END OPENSSH PRIVATE KEY-----\n"),
	    ERR_INPUT, "is a key of OpenSSH");
}

/* openssl genpkey -algorithm ed25519 -aes256 -pass pass:x */
static void a_password_is_never_asked_for(void **state)
{
	refused(
	    S("-----BEGIN ENCRYPTED PRIVATE KEY-----\n"
	      "MIGbMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAizc4qkKZSJpwICCAAw\n"
	      "DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEFerHNUEaa0wbhP/q4vOYcwEQORx\n"
	      "JR6Jf4eelyB2fLyxnw3O3B60NtBMKEomkONxyq8T+t42d5u4607geoT8ASgSS1Vx\n"
	      "VNWrkgyJTZu48jnvoxM=\n"
	      "-----END ENCRYPTED PRIVATE KEY-----\n"),
	    ERR_INPUT, "is encrypted with a password");
}

static void a_file_beyond_the_limit_is_refused(void **state)
{
	struct buf b = BUF_INIT(2 * LIMIT_KEY_FILE);

	while (b.len <= LIMIT_KEY_FILE)
		buf_addz(&b, "# no key, only words\n");
	refused(buf_str(&b), ERR_LIMIT, "too long for a key");
	buf_release(&b);
}

static void what_is_no_file_of_ours_alone_is_refused(void **state)
{
	struct pkey *k = NULL;
	struct err e = {0};

	t_fails(pkey_load_private(dir, &k, &e), &e, ERR_INPUT, "is not a file");
	t_fails(pkey_load_private(path, &k, &e), &e, ERR_NOENT,
	    "there is no such key file");
	t_write(dir, "key", S(""));
	for (mode_t bad = 0001; bad <= 0040; bad <<= 1) {
		t_int(chmod(path, 0600 | bad), 0);
		t_fails(pkey_load_private(path, &k, &e), &e, ERR_INPUT,
		    "others may use this private key");
	}
}

static void a_file_uri_is_read_with_the_same_care(void **state)
{
	struct buf pem = BUF_INIT(LIMIT_KEY_FILE);
	struct pkey *made = NULL, *k;
	struct err e = {0};
	char uri[160];

	t_ok(pkey_generate(PKEY_ED25519, 0, &made, &e), &e);
	t_ok(pkey_write_private(made, &pem, &e), &e);
	pkey_free(made);
	for (size_t i = 0; i < 2; i++) {
		k = NULL;
		t_write(dir, "key", buf_str(&pem));
		t_int(chmod(path, 0600), 0);
		snprintf(uri, sizeof(uri), i ? "file://%s" : "file:%s", path);
		t_ok(pkey_load_private(uri, &k, &e), &e);
		t_int(pkey_kind(k), PKEY_ED25519);
		pkey_free(k);
		t_int(chmod(path, 0644), 0);
		t_fails(pkey_load_private(uri, &k, &e), &e, ERR_INPUT,
		    "others may use this private key");
	}
	buf_release(&pem);
}

static void a_store_that_is_not_there_is_told(void **state)
{
	struct pkey *k = NULL;
	struct err e = {0};

	t_fails(pkey_load_private("pkcs11:object=dkim", &k, &e), &e, ERR_INPUT,
	    "pkcs11:object=dkim");
	t_true(!k, "a key of nothing");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T_WITH(what_holds_no_private_key_is_told_apart, start, stop),
	    T_WITH(a_password_is_never_asked_for, start, stop),
	    T_WITH(a_file_beyond_the_limit_is_refused, start, stop),
	    T_WITH(what_is_no_file_of_ours_alone_is_refused, start, stop),
	    T_WITH(a_file_uri_is_read_with_the_same_care, start, stop),
	    T_WITH(a_store_that_is_not_there_is_told, start, stop),
	};

	return t_run("crypto/pkey_load", tests);
}
