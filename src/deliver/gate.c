#include "deliver/gate.h"

#include "notice/kept.h"

#include <errno.h>
#include <sys/stat.h>

int gate_audience_look(
    const char *dir, struct gate_audience *ret, struct err *e)
{
	struct buf path = BUF_INIT(8 * KiB);
	struct stat st;
	int rc = 0;

	buf_addf(&path, "%s/audience.db", dir);
	if (stat(buf_cstr(&path), &st) < 0)
		rc = err_sys(e, errno, "%s", buf_cstr(&path));
	else
		*ret = (struct gate_audience){.device = (uint64_t)st.st_dev,
		    .inode = (uint64_t)st.st_ino,
		    .size = (uint64_t)st.st_size,
		    .modified = (int64_t)st.st_mtim.tv_sec * 1000000000 +
				st.st_mtim.tv_nsec};
	buf_release(&path);
	return rc;
}

bool gate_audience_same(
    const struct gate_audience *a, const struct gate_audience *b)
{
	return a->device == b->device && a->inode == b->inode &&
	       a->size == b->size && a->modified == b->modified;
}

bool gate_lets(const struct gate *g, struct str tranche)
{
	if (!g)
		return true;
	for (size_t i = 0; i < g->tranches; i++)
		if (str_eq(g->tranche[i], tranche))
			return true;
	return false;
}

int gate_check(const struct notice *n, const struct gate *g, const char *dir,
    struct err *e)
{
	if (!notice_is_gated(n))
		return 0;
	if (n->canary.n)
		return err_set(e, ERR_INPUT,
		    "notice.ini: [send] canary: this version can not hold "
		    "after a canary; remove the line");
	if (g && g->tranches)
		return 0;
	return err_set(e, ERR_REFUSED,
	    "this notice asks for approvals, and they are not all there; "
	    "'tocsin approve %s' says who is missing",
	    dir);
}

/* ---- the same as when it was looked at */

static int changed(struct str what, const char *dir, struct err *e)
{
	return err_set(e, ERR_REFUSED,
	    "%s: %.*s changed while it was being checked; run send again", dir,
	    STR_ARG(str_sub(what, 0, 200)));
}

static const struct gate_file *find_file(const struct gate *g, struct str name)
{
	for (size_t i = 0; i < g->files; i++)
		if (str_eq(g->file[i].name, name))
			return &g->file[i];
	return NULL;
}

static bool is_text(const struct gate_file *f)
{
	return str_ends(f->name, S(".md"));
}

static int texts_hold(const struct gate *g, const struct letter_variants *v,
    const char *dir, struct err *e)
{
	size_t texts = 0;

	for (size_t i = 0; i < v->count; i++) {
		const struct gate_file *f = find_file(g, v->v[i].file);

		if (!f || memcmp(f->sha256, v->v[i].sha256, DIGEST_SIZE) != 0)
			return changed(v->v[i].file, dir, e);
	}
	for (size_t i = 0; i < g->files; i++)
		texts += is_text(&g->file[i]);
	return texts == v->count ? 0 : changed(S("the text"), dir, e);
}

/* Files that are no text, read again; absent ones must not have come. */
static int rules_hold(const struct gate *g, const char *dir, struct err *e)
{
	const struct gate_file *f = find_file(g, S("segments.ini"));
	struct buf text = BUF_INIT(LIMIT_SETTINGS_FILE);
	unsigned char sum[DIGEST_SIZE];
	int rc = kept_read(dir, "segments.ini", &text, e);

	digest_sha256(buf_str(&text), sum);
	if (rc == 0 &&
	    (f ? memcmp(f->sha256, sum, sizeof(sum)) != 0 : text.len > 0))
		rc = changed(S("segments.ini"), dir, e);
	buf_release(&text);
	return rc;
}

int gate_holds(const struct gate *g, const struct notice *n,
    const struct letter_variants *v, const char *dir, struct err *e)
{
	struct gate_audience now;
	int rc = gate_audience_look(dir, &now, e);

	if (rc < 0)
		return rc;
	if (!gate_audience_same(&now, &g->audience))
		return changed(S("the list of people"), dir, e);
	if (memcmp(g->settings, n->sha256, DIGEST_SIZE) != 0)
		return changed(S("notice.ini"), dir, e);
	if ((rc = texts_hold(g, v, dir, e)) < 0)
		return rc;
	return rules_hold(g, dir, e);
}
