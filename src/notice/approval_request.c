/* The request: what will be sent, as a text that is signed. */
#include "notice/approval.h"

#include "base/codec.h"
#include "base/utf8.h"
#include "notice/approval_private.h"
#include "notice/kept.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILES_MAX 2000u

static const char head[] =
    "tocsin approval request 1\n"
    "What follows is what will be sent. Who signs this consents to exactly "
    "it.\n"
    "\n";

static void add_row(struct buf *out, const char *kind, struct str key)
{
	buf_addz(out, kind);
	buf_addc(out, '\t');
	buf_add(out, key);
	buf_addc(out, '\t');
}

static void add_sum(struct buf *out, const unsigned char sum[DIGEST_SIZE])
{
	buf_addz(out, "sha256 ");
	codec_hex(out, str_make((const char *)sum, DIGEST_SIZE));
	buf_addc(out, '\n');
}

/* ---- files */

static int hash_file(const char *path, uint64_t *ret_size,
    unsigned char ret[DIGEST_SIZE], struct err *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), rc = 0;
	size_t size = 64 * KiB;
	struct digest *d;
	char *piece;
	ssize_t n;

	if (fd < 0)
		return err_sys(e, errno, "%s", path);
	d = digest_new();
	piece = mem_alloc(size);
	*ret_size = 0;
	digest_begin(d);
	while ((n = read(fd, piece, size)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			rc = err_sys(e, errno, "%s", path);
			break;
		}
		digest_update(d, str_make(piece, (size_t)n));
		*ret_size += (uint64_t)n;
	}
	digest_end(d, ret);
	digest_free(d);
	free(piece);
	close(fd);
	return rc;
}

static int add_file(const struct notice *n, const char *kind, struct str name,
    struct buf *out, struct err *e)
{
	struct arena a = ARENA_INIT(64 * KiB);
	const char *path = notice_path(n, name, &a);
	unsigned char sum[DIGEST_SIZE];
	uint64_t size = 0;
	int rc;

	if (!utf8_is_clean(name) || str_chr(name, '\t') >= 0 || !path)
		rc = err_set(e, ERR_INPUT,
		    "the name of the file '%.*s' can not be written in one "
		    "line of text; give it another name",
		    STR_ARG(str_sub(name, 0, 80)));
	else
		rc = hash_file(path, &size, sum, e);
	if (rc == 0) {
		add_row(out, kind, name);
		buf_addf(out, "%llu bytes, ", (unsigned long long)size);
		add_sum(out, sum);
	}
	arena_release(&a);
	return rc;
}

struct names {
	struct str *v;
	size_t count;
	struct arena *a;
};

static int by_bytes(const void *a, const void *b)
{
	return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

/* The text and its rules; of `channels/` every file that is not hidden. */
static bool belongs(struct str folder, struct str name)
{
	if (folder.n)
		return name.n && name.p[0] != '.';
	return str_eq(name, S("segments.ini")) ||
	       (str_starts(name, S("message")) && str_ends(name, S(".md")) &&
		   name.n >= sizeof("message.md") - 1);
}

static int list_folder(
    const struct notice *n, struct str folder, struct names *ret, struct err *e)
{
	const char *path = notice_path(n, folder, ret->a);
	DIR *d = path ? opendir(path) : NULL;
	struct dirent *f;
	struct stat st;
	int rc = 0;

	if (!d)
		return errno == ENOENT && folder.n
			   ? 0
			   : err_sys(e, errno, "%s", path ? path : "");
	while (rc == 0 && (f = readdir(d))) {
		struct buf name = BUF_INIT(8 * KiB);

		if (!belongs(folder, str_of(f->d_name)))
			continue;
		if (fstatat(dirfd(d), f->d_name, &st, 0) < 0)
			rc = err_sys(e, errno, "%s/%s", path, f->d_name);
		else if (ret->count == FILES_MAX)
			rc = err_set(e, ERR_LIMIT,
			    "%s: more than %u files of text", path, FILES_MAX);
		if (rc == 0 && S_ISREG(st.st_mode)) {
			buf_addf(&name, "%.*s%s%s", STR_ARG(folder),
			    folder.n ? "/" : "", f->d_name);
			ret->v[ret->count++] =
			    arena_dup(ret->a, buf_str(&name));
		}
		buf_release(&name);
	}
	closedir(d);
	return rc;
}

static int add_files(const struct notice *n, struct buf *out, struct err *e)
{
	struct arena a = ARENA_INIT(4 * MiB);
	struct names all = {
	    .v = mem_alloc(FILES_MAX * sizeof(struct str)), .a = &a};
	bool text = false;
	int rc = list_folder(n, S(""), &all, e);

	if (rc == 0)
		rc = list_folder(n, S("channels"), &all, e);
	if (rc == 0 && a.failed)
		rc = err_set(e, ERR_LIMIT,
		    "the names of the files are too "
		    "long");
	if (rc == 0)
		qsort(all.v, all.count, sizeof(all.v[0]), by_bytes);
	for (size_t i = 0; rc == 0 && i < all.count; i++) {
		text |= str_starts(all.v[i], S("message"));
		rc = add_file(n, "file", all.v[i], out, e);
	}
	if (rc == 0 && !text)
		rc = err_set(e, ERR_INPUT,
		    "%.*s: there is no message.md: write the text of the mail "
		    "there",
		    STR_ARG(n->dir));
	if (rc == 0 && n->codes.n)
		rc = add_file(n, "codes", n->codes, out, e);
	free(all.v);
	arena_release(&a);
	return rc;
}

/* ---- settings */

static void add_setting(
    const char *section, const char *key, struct str value, void *arg)
{
	static const char *const whole[] = {"[notice]", "[organisation]",
	    "[from]", "[message]", "[list]", "[check]"};
	struct buf *out = arg;
	bool ours =
	    str_starts(str_of(section), S("[dkim")) && strcmp(key, "key") != 0;
	char name[128];

	for (size_t i = 0; i < ARRAY_SIZE(whole); i++)
		ours |= strcmp(section, whole[i]) == 0;
	if (!ours)
		return;
	snprintf(name, sizeof(name), "%s %s", section, key);
	add_row(out, "setting", str_of(name));
	buf_add(out, value);
	buf_addc(out, '\n');
}

/* ---- who it is for, and what was overruled */

static int add_tranche(const struct notice *n, const struct roll_tranche *t,
    struct buf *out, struct err *e)
{
	struct buf text = BUF_INIT(1 * MiB);
	struct arena a = ARENA_INIT(64 * KiB);
	struct str name = str_of(t->name), rest, line, value = S("");
	int rc = kept_read(arena_strz(&a, n->dir), "tranches.tsv", &text, e);

	rest = buf_str(&text);
	while (rc == 0 && rest.p && rest.n) {
		line = str_cut(&rest, '\n');
		if (str_eq(str_cut(&line, '\t'), name) && line.p)
			value = line;
	}
	if (rc == 0 && value.n && !utf8_valid(value))
		rc = err_set(e, ERR_INPUT, "%.*s/tranches.tsv is damaged",
		    STR_ARG(n->dir));
	add_row(out, "tranche", name);
	buf_add(out, value);
	buf_addc(out, '\n');
	add_row(out, "audience", name);
	buf_addf(out, "%llu people, ", (unsigned long long)t->people);
	add_sum(out, t->sha256);
	buf_release(&text);
	arena_release(&a);
	return rc;
}

static int add_overrides(const struct notice *n, struct buf *out, struct err *e)
{
	struct arena a = ARENA_INIT(16 * MiB);
	struct override *o;
	size_t count;
	int rc = overrides_load(arena_strz(&a, n->dir), &a, &o, &count, e);

	for (size_t i = 0; rc == 0 && i < count; i++) {
		if (o[i].names < ARRAY_SIZE(o[i].name))
			continue;
		buf_addf(out, "override\t%.*s%s%.*s\t", STR_ARG(o[i].rule),
		    o[i].subject.n ? " " : "", STR_ARG(o[i].subject));
		buf_addf(out, "%.*s / %.*s, reason sha256 %.*s\n",
		    STR_ARG(o[i].name[0]), STR_ARG(o[i].name[1]),
		    STR_ARG(o[i].reason_sha256));
	}
	arena_release(&a);
	return rc;
}

int approval_request_make(const struct notice *n,
    const struct roll_tranche *tranche, struct buf *out,
    unsigned char ret_digest[DIGEST_SIZE], struct err *e)
{
	size_t from = out->len;
	struct str tranche_seen;
	int rc = notice_check_sendable(n, e);

	if (rc < 0)
		return rc;
	buf_addz(out, head);
	if ((rc = add_tranche(n, tranche, out, e)) < 0)
		return rc;
	notice_each_setting(n, add_setting, out);
	if ((rc = add_files(n, out, e)) < 0 ||
	    (rc = add_overrides(n, out, e)) < 0)
		return rc;
	if (out->over || out->len - from > LIMIT_APPROVAL_REQUEST)
		return err_set(
		    e, ERR_LIMIT, "the request for approval is too large");
	digest_sha256(str_from(buf_str(out), from), ret_digest);
	return approval_request_check(
	    str_from(buf_str(out), from), &tranche_seen, e);
}

/* ---- reading */

bool approval_request_next(struct str *rest, struct approval_row *ret)
{
	struct str line;

	if (str_starts(*rest, str_of(head)))
		*rest = str_from(*rest, sizeof(head) - 1);
	if (!rest->n)
		return false;
	line = str_cut(rest, '\n');
	ret->kind = str_cut(&line, '\t');
	ret->key = line.p ? str_cut(&line, '\t') : S("");
	ret->value = line.p ? line : S("");
	return true;
}

static bool row_ok(struct str line)
{
	static const char *const kinds[] = {
	    "tranche", "audience", "setting", "file", "codes", "override"};
	struct str kind = str_cut(&line, '\t');
	bool known = false;

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		known |= str_eq(kind, str_of(kinds[i]));
	if (!known || !line.p || str_chr(line, '\t') < 0)
		return false;
	for (size_t i = 0; i < line.n; i++)
		if (((unsigned char)line.p[i] < ' ' && line.p[i] != '\t') ||
		    line.p[i] == 0x7f)
			return false;
	return utf8_valid(line);
}

int approval_request_check(
    struct str text, struct str *ret_tranche, struct err *e)
{
	struct str rest = text, line;
	unsigned long no = 3;
	bool first = true;

	if (!str_starts(text, str_of(head)) || !str_ends(text, S("\n")))
		return err_set(e, ERR_INPUT,
		    "this is no request for approval ('tocsin approve DIR "
		    "--request FILE' writes one)");
	if (text.n > LIMIT_APPROVAL_REQUEST)
		return err_set(e, ERR_LIMIT, "the request is too large");
	rest = str_from(text, sizeof(head) - 1);
	*ret_tranche = S("");
	while (rest.n) {
		line = str_cut(&rest, '\n');
		no++;
		if (!row_ok(line))
			return err_set(e, ERR_INPUT,
			    "line %lu of the request is damaged", no);
		if (str_starts(line, S("tranche\t")) != first)
			return err_set(e, ERR_INPUT,
			    "line %lu: a request begins with its one tranche",
			    no);
		if (first) {
			str_cut(&line, '\t');
			*ret_tranche = str_cut(&line, '\t');
		}
		first = false;
	}
	return first ? err_set(e, ERR_INPUT, "the request is empty") : 0;
}

/* ---- comparing */

struct compare {
	struct arena *a;
	struct str *v;
	size_t count;
};

static const char *tranche_name(struct str name, char tmp[ROLL_NAME + 32])
{
	if (name.n)
		snprintf(tmp, ROLL_NAME + 32, "tranche '%.*s'", STR_ARG(name));
	else
		snprintf(tmp, ROLL_NAME + 32, "the first import");
	return tmp;
}

static const char *thousands(struct str value, char tmp[40])
{
	struct str digits = str_cut(&value, ' ');
	size_t n = 0;

	for (size_t i = 0; i < digits.n && n < 36; i++) {
		if (i && (digits.n - i) % 3 == 0)
			tmp[n++] = ',';
		tmp[n++] = digits.p[i];
	}
	tmp[n] = '\0';
	return tmp;
}

/* `was` or `is` NULL: not there. */
static void say_row(const struct approval_row *was,
    const struct approval_row *is, struct buf *out)
{
	const struct approval_row *row = is ? is : was;
	char t[ROLL_NAME + 32], a[40], b[40];

	if (str_eq(row->kind, S("setting"))) {
		buf_addf(out, "notice.ini %.*s ", STR_ARG(row->key));
		if (was && is)
			buf_addf(out, "was '%.*s', now '%.*s'",
			    STR_ARG(str_sub(was->value, 0, 200)),
			    STR_ARG(str_sub(is->value, 0, 200)));
		else
			buf_addf(out, "%s '%.*s'",
			    is ? "is new:" : "is gone; it was",
			    STR_ARG(str_sub(row->value, 0, 200)));
	} else if (str_eq(row->kind, S("audience"))) {
		tranche_name(row->key, t);
		if (was && is &&
		    strcmp(thousands(was->value, a), thousands(is->value, b)) !=
			0)
			buf_addf(out,
			    "the list of %s changed: %s people then, %s now", t,
			    a, b);
		else
			buf_addf(out,
			    "the list of %s changed: as many people (%s), "
			    "but not the same rows",
			    t, thousands(row->value, a));
	} else if (str_eq(row->kind, S("tranche"))) {
		buf_addf(
		    out, "the dates of %s changed", tranche_name(row->key, t));
	} else {
		buf_addf(out, "%s%.*s %s",
		    str_eq(row->kind, S("override")) ? "the override of "
		    : str_eq(row->kind, S("codes"))  ? "the codes in "
						     : "",
		    STR_ARG(str_sub(row->key, 0, 300)),
		    was && is ? "changed"
		    : is      ? "is new"
			      : "is gone");
	}
}

static bool find_row(
    struct str text, const struct approval_row *like, struct approval_row *ret)
{
	while (approval_request_next(&text, ret))
		if (str_eq(ret->kind, like->kind) &&
		    str_eq(ret->key, like->key))
			return true;
	return false;
}

static void note(struct compare *c, const struct approval_row *was,
    const struct approval_row *is)
{
	struct buf text = BUF_INIT(4 * KiB);

	say_row(was, is, &text);
	if (c->v)
		c->v[c->count] = arena_dup(c->a, buf_str(&text));
	c->count++;
	buf_release(&text);
}

static void compare(struct str was, struct str is, struct compare *c)
{
	struct str rest = is;
	struct approval_row row, other;

	c->count = 0;
	while (approval_request_next(&rest, &row))
		if (!find_row(was, &row, &other))
			note(c, NULL, &row);
		else if (!str_eq(row.value, other.value))
			note(c, &other, &row);
	rest = was;
	while (approval_request_next(&rest, &row))
		if (!find_row(is, &row, &other))
			note(c, &row, NULL);
}

int approval_request_compare(struct str was, struct str is, struct arena *a,
    struct str **ret, size_t *ret_count, struct err *e)
{
	struct compare c = {.a = a};

	compare(was, is, &c); /* how many */
	c.v = arena_array(a, c.count + 1, sizeof(*c.v));
	if (!c.v)
		return err_set(e, ERR_LIMIT, "too much has changed to tell");
	compare(was, is, &c);
	*ret = c.v;
	*ret_count = c.count;
	return a->failed ? err_set(e, ERR_LIMIT, "too much has changed to tell")
			 : 0;
}
