#include "base/limits.h"
#include "crypto/pkey_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/store.h>
#include <openssl/ui.h>
#include <sys/stat.h>
#include <unistd.h>

/* "scheme:" of RFC 3986 3.1; one letter would be a strange file. */
static bool is_uri(const char *where)
{
	size_t n = 0;

	if (!ascii_is_alpha(where[0]))
		return false;
	while (ascii_is_alnum(where[n]) || where[n] == '+' || where[n] == '-' ||
	       where[n] == '.')
		n++;
	return n > 1 && where[n] == ':';
}

static int check_stat(int fd, const char *path, struct err *e)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return err_sys(e, errno, "%s", path);
	if (!S_ISREG(st.st_mode))
		return err_set(e, ERR_INPUT, "%s: is not a file", path);
	if (st.st_mode & (S_IRWXG | S_IRWXO))
		return err_set(e, ERR_INPUT,
		    "%s: others may use this private key (mode %04o); run: "
		    "chmod 600 %s",
		    path, (unsigned)(st.st_mode & 07777), path);
	return 0;
}

static int read_all(int fd, const char *path, struct buf *b, struct err *e)
{
	for (;;) {
		char *room = buf_room(b, 4096);
		ssize_t n;

		if (!room)
			return err_set(e, ERR_LIMIT,
			    "%s: is too long for a key (more than %lu bytes)",
			    path, LIMIT_KEY_FILE);
		n = read(fd, room, 4096);
		if (n == 0)
			return 0;
		if (n > 0)
			buf_commit(b, (size_t)n);
		else if (errno != EINTR)
			return err_sys(e, errno, "%s", path);
	}
}

static int read_key_file(const char *path, struct buf *b, struct err *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	int rc;

	if (fd < 0 && errno == ENOENT)
		return err_set(e, ERR_NOENT,
		    "%s: there is no such key file; make one with: tocsin dkim "
		    "keygen --out %s",
		    path, path);
	if (fd < 0)
		return err_sys(e, errno, "%s", path);
	rc = check_stat(fd, path, e);
	if (rc == 0)
		rc = read_all(fd, path, b, e);
	close(fd);
	return rc;
}

/* Called only for an encrypted key; nobody is there to answer. */
static int no_password(char *p, int size, int writing, void *asked)
{
	(void)p;
	(void)size;
	(void)writing;
	*(bool *)asked = true;
	return -1;
}

static int not_a_key(struct str text, const char *where, struct err *e)
{
	if (pkey_forget_errors())
		return err_set(e, ERR_NOMEM, "%s: there is no memory", where);
	if (str_find(text, S("-----BEGIN PUBLIC KEY")) >= 0 ||
	    str_find(text, S("-----BEGIN CERTIFICATE")) >= 0)
		return err_set(e, ERR_INPUT,
		    "%s: holds only a public key; the private key is needed "
		    "to sign",
		    where);
	if (str_find(text, S("-----BEGIN OPENSSH")) >= 0)
		return err_set(e, ERR_INPUT,
		    "%s: is a key of OpenSSH; a PEM file as 'tocsin dkim "
		    "keygen' writes it is needed",
		    where);
	return err_set(e, ERR_INPUT,
	    "%s: holds no private key in PEM form; make one with: tocsin dkim "
	    "keygen",
	    where);
}

static int read_pem(
    struct buf *b, const char *path, struct pkey **ret_key, struct err *e)
{
	BIO *bio = BIO_new_mem_buf(buf_cstr(b), (int)b->len);
	bool asked = false;
	EVP_PKEY *k = NULL;

	if (bio)
		k = PEM_read_bio_PrivateKey(bio, NULL, no_password, &asked);
	BIO_free(bio);
	if (k)
		return pkey_adopt(k, path, ret_key, e);
	if (!asked)
		return not_a_key(buf_str(b), path, e);
	ERR_clear_error();
	return err_set(e, ERR_INPUT,
	    "%s: is encrypted with a password, which a program that "
	    "sends by itself can not type; run: openssl pkey -in %s "
	    "-out NEW && chmod 600 NEW",
	    path, path);
}

static int load_file(const char *path, struct pkey **ret_key, struct err *e)
{
	struct buf b = BUF_INIT(LIMIT_KEY_FILE);
	int rc = read_key_file(path, &b, e);

	/* twice: see pkey_forget_errors() */
	if (rc == 0 && read_pem(&b, path, ret_key, e) < 0)
		rc = read_pem(&b, path, ret_key, e);
	if (b.p)
		OPENSSL_cleanse(b.p, b.cap);
	buf_release(&b);
	return rc;
}

static int load_store(const char *uri, struct pkey **ret_key, struct err *e)
{
	/* UI_null: answers nothing, so it never asks either */
	OSSL_STORE_CTX *store =
	    OSSL_STORE_open(uri, UI_null(), NULL, NULL, NULL);
	EVP_PKEY *k = NULL;

	if (!store)
		return pkey_openssl_error(e, ERR_INPUT, uri);
	OSSL_STORE_expect(store, OSSL_STORE_INFO_PKEY);
	while (!k && !OSSL_STORE_eof(store)) {
		OSSL_STORE_INFO *info = OSSL_STORE_load(store);

		if (!info && OSSL_STORE_error(store))
			break;
		if (info &&
		    OSSL_STORE_INFO_get_type(info) == OSSL_STORE_INFO_PKEY)
			k = OSSL_STORE_INFO_get1_PKEY(info);
		OSSL_STORE_INFO_free(info);
	}
	OSSL_STORE_close(store);
	if (!k) {
		if (ERR_peek_error())
			return pkey_openssl_error(e, ERR_INPUT, uri);
		return err_set(
		    e, ERR_INPUT, "%s: the store holds no private key", uri);
	}
	ERR_clear_error();
	return pkey_adopt(k, uri, ret_key, e);
}

int pkey_load_private(const char *where, struct pkey **ret_key, struct err *e)
{
	struct str s = str_of(where);

	/* our own reading of a file checks who may read it */
	if (str_istarts(s, S("file:///")))
		return load_file(where + 7, ret_key, e);
	if (str_istarts(s, S("file:")) && !str_istarts(s, S("file://")))
		return load_file(where + 5, ret_key, e);
	if (is_uri(where) && access(where, F_OK) != 0)
		return load_store(where, ret_key, e);
	return load_file(where, ret_key, e);
}
