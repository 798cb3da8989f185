#include "cli/approver.h"

#include "base/codec.h"
#include "base/file.h"
#include "notice/kept.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- files */

int approver_write_key(const char *path, const struct pkey *key, struct err *e)
{
	struct buf pem = BUF_INIT(LIMIT_KEY_FILE);
	int rc = pkey_write_private(key, &pem, e), fd = -1;

	if (rc == 0) {
		fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
		if (fd < 0 && errno == EEXIST)
			rc = err_set(e, ERR_INPUT,
			    "%s: exists already and is left alone; choose "
			    "another name",
			    path);
		else if (fd < 0)
			rc = err_sys(e, errno, "%s", path);
	}
	if (fd >= 0 && (file_write_all(fd, buf_str(&pem)) < 0 ||
			   fchmod(fd, 0600) < 0 || fsync(fd) < 0)) {
		rc = err_sys(e, errno, "%s", path);
		unlink(path);
	}
	if (fd >= 0)
		close(fd);
	if (pem.p)
		explicit_bzero(pem.p, pem.cap);
	buf_release(&pem);
	return rc;
}

int approver_write_out(const char *path, struct str bytes, struct err *e)
{
	struct buf folder = BUF_INIT(8 * KiB);
	ptrdiff_t at = path ? str_rchr(str_of(path), '/') : -1;
	int rc;

	if (!path || strcmp(path, "-") == 0)
		return file_write_all(STDOUT_FILENO, bytes) < 0
			   ? err_sys(e, errno, "stdout")
			   : 0;
	if (access(path, F_OK) == 0)
		return err_set(e, ERR_INPUT,
		    "%s: exists already and is left alone; choose another "
		    "name",
		    path);
	if (at < 0)
		buf_addc(&folder, '.');
	else
		buf_add(&folder, str_sub(str_of(path), 0, (size_t)at + 1));
	rc = kept_write(buf_cstr(&folder), path + at + 1, bytes, e);
	buf_release(&folder);
	return rc;
}

/* ---- the person's own key */

static int own_path(struct approver_key *k, struct err *e)
{
	const char *xdg = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
	int n;

	if (xdg && *xdg == '/')
		n = snprintf(k->folder, sizeof(k->folder), "%s", xdg);
	else if (home && *home == '/')
		n = snprintf(k->folder, sizeof(k->folder), "%s/.config", home);
	else
		return err_set(e, ERR_INPUT,
		    "there is no home folder to keep a key in; give one with "
		    "--key FILE");
	if (n >= (int)sizeof(k->folder))
		return err_set(e, ERR_LIMIT,
		    "the home folder's name is too "
		    "long");
	snprintf(k->path, sizeof(k->path), "%s/tocsin/approvers/%.*s.pem",
	    k->folder, STR_ARG(k->name));
	return 0;
}

int approver_open(struct approver_key *k, const char *role, const char *name,
    const char *key_file, struct err *e)
{
	int rc = 0;

	*k = (struct approver_key){.role = str_of(role), .name = str_of(name)};
	if (!approval_name_ok("--as", k->role, e) ||
	    !approval_name_ok("--by", k->name, e))
		return ERR_INPUT;
	if (!key_file) {
		rc = own_path(k, e);
		k->made = rc == 0 && access(k->path, F_OK) < 0;
	}
	if (rc == 0 && k->made)
		rc = pkey_generate(PKEY_ED25519, 0, &k->key, e);
	else if (rc == 0)
		rc = pkey_load_private(
		    key_file ? key_file : k->path, &k->key, e);
	k->one.role = k->role;
	k->one.name = k->name;
	if (rc == 0) {
		struct approval_record r = {.role = k->role, .name = k->name};

		rc = approval_sign(&r, k->key, e);
		memcpy(k->one.key, r.key, APPROVAL_KEY);
	}
	return rc;
}

static bool is_key_of(const struct approvers *all, const struct approver *one)
{
	for (size_t i = 0; i < all->count; i++)
		if (approval_same_person(all->v[i].name, one->name) &&
		    memcmp(all->v[i].key, one->key, APPROVAL_KEY) == 0)
			return true;
	return false;
}

int approver_check(struct approver_key *k, const struct approvers *all,
    bool any_role, struct err *e)
{
	const struct approver *x =
	    approver_find(all, any_role ? STR_NONE : k->role, k->name);

	if (any_role && is_key_of(all, &k->one))
		return 0;
	if (x && memcmp(x->key, k->one.key, APPROVAL_KEY) == 0)
		return 0;
	if (x)
		return err_set(e, ERR_INPUT,
		    "another key is enrolled for %.*s than %s; sign where that "
		    "key is ('tocsin approve DIR --request FILE', then "
		    "--sign), or give it with --key",
		    STR_ARG(x->name),
		    k->made      ? "the new one of this account"
		    : k->path[0] ? k->path
				 : "this one");
	k->enroll = true;
	return approver_admit(all, &k->one, e);
}

/* The last part may be missing in a new home. */
static int write_own(const struct approver_key *k, struct err *e)
{
	struct buf pem = BUF_INIT(LIMIT_KEY_FILE);
	const char *inside = k->path + strlen(k->folder) + 1;
	int rc = pkey_write_private(k->key, &pem, e);

	if (rc == 0 && mkdir(k->folder, 0700) < 0 && errno != EEXIST)
		rc = err_sys(e, errno, "%s", k->folder);
	if (rc == 0)
		rc = kept_write(k->folder, inside, buf_str(&pem), e);
	if (pem.p)
		explicit_bzero(pem.p, pem.cap);
	buf_release(&pem);
	return rc;
}

int approver_settle(const struct cli *c, const struct approver_key *k,
    const char *dir, struct err *e)
{
	struct buf hex = BUF_INIT(KiB);
	int rc = k->made ? write_own(k, e) : 0;

	if (rc == 0 && k->made)
		cli_say(c,
		    "a key for %.*s was made: %s (keep it; nobody else "
		    "may read it)",
		    STR_ARG(k->name), k->path);
	if (rc == 0 && k->enroll && dir)
		rc = approver_enroll(dir, &k->one, e);
	codec_hex(&hex, str_make((const char *)k->one.key, APPROVAL_KEY));
	if (rc == 0 && k->enroll && dir)
		cli_say(c,
		    "first use: the key of %.*s is enrolled as %.*s: "
		    "%.*s",
		    STR_ARG(k->name), STR_ARG(k->role), STR_ARG(buf_str(&hex)));
	buf_release(&hex);
	return rc;
}

void approver_release(struct approver_key *k)
{
	pkey_free(k->key);
	k->key = NULL;
}
