/* What the folder knows: keys, records, old requests. */
#include "notice/approval_private.h"

#include "base/codec.h"
#include "notice/kept.h"

#include <dirent.h>
#include <errno.h>

#define FOLDER  "approvals"
#define RECORD  ".approval"
#define REQUEST ".request"

/* ---- names of files */

static void request_name(const unsigned char digest[DIGEST_SIZE], struct buf *b)
{
	buf_addz(b, FOLDER "/");
	codec_hex(b, str_make((const char *)digest, DIGEST_SIZE));
	buf_addz(b, REQUEST);
}

/* The same person's consent to the same thing has one name. */
static void record_name(const struct approval_record *r, struct buf *b)
{
	unsigned char sum[DIGEST_SIZE];
	struct buf who = BUF_INIT(4 * APPROVAL_NAME);

	buf_add(&who, r->role);
	buf_addc(&who, '\t');
	buf_add(&who, r->name);
	for (size_t i = 0; i < who.len; i++)
		who.p[i] = ascii_lower(who.p[i]);
	digest_sha256(buf_str(&who), sum);
	buf_addz(b, FOLDER "/");
	codec_hex(b, str_make((const char *)r->digest, DIGEST_SIZE));
	buf_addc(b, '.');
	codec_hex(b, str_make((const char *)sum, 8));
	buf_addz(b, RECORD);
	buf_release(&who);
}

int approval_keep(const char *dir, const struct approval_record *r,
    struct str request, struct err *e)
{
	struct buf name = BUF_INIT(KiB), text = BUF_INIT(LIMIT_APPROVAL_RECORD);
	int rc;

	request_name(r->digest, &name);
	rc = kept_write(dir, buf_cstr(&name), request, e);
	buf_reset(&name);
	record_name(r, &name);
	approval_record_format(r, &text);
	if (rc == 0)
		rc = kept_write(dir, buf_cstr(&name), buf_str(&text), e);
	buf_release(&name);
	buf_release(&text);
	return rc;
}

/* ---- loading */

struct loading {
	const char *dir;
	struct arena *a;
	struct approvals *all;
	struct str *name; /* of records, sorted */
	size_t names;
};

static int by_bytes(const void *a, const void *b)
{
	return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

static int list_records(struct loading *l, struct err *e)
{
	struct buf path = BUF_INIT(8 * KiB);
	struct dirent *f;
	DIR *d;
	int rc = 0;

	buf_addf(&path, "%s/" FOLDER, l->dir);
	d = opendir(buf_cstr(&path));
	if (!d && errno != ENOENT)
		rc = err_sys(e, errno, "%s", buf_cstr(&path));
	while (rc == 0 && d && (f = readdir(d))) {
		if (!str_ends(str_of(f->d_name), S(RECORD)))
			continue;
		if (l->names == LIMIT_APPROVALS)
			rc =
			    err_set(e, ERR_LIMIT, "%s: more than %lu approvals",
				buf_cstr(&path), LIMIT_APPROVALS);
		else
			l->name[l->names++] =
			    arena_dup(l->a, str_of(f->d_name));
	}
	if (d)
		closedir(d);
	if (rc == 0 && l->a->failed)
		rc = err_set(e, ERR_LIMIT, "the approvals take too much room");
	if (rc == 0 && l->names)
		qsort(l->name, l->names, sizeof(l->name[0]), by_bytes);
	buf_release(&path);
	return rc;
}

static void note_damage(struct loading *l, const char *why)
{
	l->all->damaged[l->all->damages++] = arena_dup(l->a, str_of(why));
}

static int load_record(struct loading *l, struct str file, struct err *e)
{
	struct approval_record r;
	struct buf text = BUF_INIT(2 * LIMIT_APPROVAL_RECORD);
	struct err why = {0};
	char name[320];
	int rc;

	snprintf(name, sizeof(name), FOLDER "/%.*s", STR_ARG(file));
	rc = kept_read(l->dir, name, &text, e);
	if (rc == ERR_LIMIT) {
		note_damage(l, e->msg);
		err_clear(e);
		rc = 0;
	} else if (rc == 0 &&
		   approval_record_parse(
		       arena_dup(l->a, buf_str(&text)), name, &r, &why) < 0) {
		note_damage(l, why.msg);
	} else if (rc == 0) {
		l->all->record[l->all->records++] = r;
	}
	buf_release(&text);
	return rc;
}

static bool has_request(
    const struct approvals *all, const unsigned char digest[DIGEST_SIZE])
{
	for (size_t i = 0; i < all->requests; i++)
		if (memcmp(all->request[i].digest, digest, DIGEST_SIZE) == 0)
			return true;
	return false;
}

/* A request that is gone or is another one names no change; nothing more. */
static int load_request(
    struct loading *l, const unsigned char digest[DIGEST_SIZE], struct err *e)
{
	struct approval_old *x = &l->all->request[l->all->requests];
	struct buf name = BUF_INIT(KiB),
		   text = BUF_INIT(LIMIT_APPROVAL_REQUEST);
	unsigned char sum[DIGEST_SIZE];
	struct str tranche;
	struct err why;
	int rc;

	request_name(digest, &name);
	rc = kept_read(l->dir, buf_cstr(&name), &text, e);
	if (rc == ERR_LIMIT)
		rc = 0;
	digest_sha256(buf_str(&text), sum);
	if (rc == 0 && memcmp(sum, digest, sizeof(sum)) == 0 &&
	    approval_request_check(buf_str(&text), &tranche, &why) == 0) {
		memcpy(x->digest, digest, sizeof(x->digest));
		x->text = arena_dup(l->a, buf_str(&text));
		l->all->requests++;
	}
	buf_release(&name);
	buf_release(&text);
	return rc;
}

static int load_files(struct loading *l, struct err *e)
{
	struct approvals *all = l->all;
	int rc = list_records(l, e);

	if (rc < 0)
		return rc;
	all->record = arena_array(l->a, l->names + 1, sizeof(*all->record));
	all->damaged = arena_array(l->a, l->names + 1, sizeof(*all->damaged));
	all->request = arena_array(l->a, l->names + 1, sizeof(*all->request));
	for (size_t i = 0; rc == 0 && !l->a->failed && i < l->names; i++)
		rc = load_record(l, l->name[i], e);
	for (size_t i = 0; rc == 0 && !l->a->failed && i < all->records; i++)
		if (!has_request(all, all->record[i].digest))
			rc = load_request(l, all->record[i].digest, e);
	if (rc == 0 && l->a->failed)
		rc = err_set(e, ERR_LIMIT, "the approvals take too much room");
	return rc;
}

int approvals_load(const struct notice *n, struct arena *a,
    struct approvals *ret, struct err *e)
{
	struct loading l = {.dir = arena_strz(a, n->dir), .a = a, .all = ret};
	int rc;

	*ret = (struct approvals){0};
	rc = approval_needs(n, a, &ret->need, &ret->needs, e);
	if (rc == 0)
		rc = approvers_load(l.dir, a, &ret->keys, e);
	if (rc < 0)
		return rc;
	l.name = arena_array(a, LIMIT_APPROVALS, sizeof(*l.name));
	if (!l.name)
		return err_set(e, ERR_NOMEM, "no memory for the approvals");
	return load_files(&l, e);
}
