#include "check/suppression.h"
#include "base/csv.h"
#include "crypto/list_digest.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#define ADDRESS_MAX (LIMIT_LOCAL_PART + LIMIT_DOMAIN + 1)

enum reason {
	REASON_OTHER,
	REASON_BOUNCE,
	REASON_COMPLAINT,
	REASON_UNSUBSCRIBE
};

/* 58 bits of the digest, the file (4 bits), the reason (2). */
#define TAG_BITS ((uint64_t)63)

struct set {
	uint64_t *v; /* sorted when ready */
	size_t count, room;
};

struct suppressions {
	struct arena arena; /* names */
	struct list_suppression file[SUPPRESSION_FILES];
	size_t files, entries;
	struct set set[LIST_DIGEST_KINDS];
};

/* ---- reading */

struct suppressions *suppressions_new(void)
{
	struct suppressions *s = mem_zalloc(sizeof(*s));

	s->arena = ARENA_INIT(64 * KiB);
	return s;
}

void suppressions_free(struct suppressions *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < LIST_DIGEST_KINDS; i++)
		free(s->set[i].v);
	arena_release(&s->arena);
	free(s);
}

static uint64_t front_of(const unsigned char *sum)
{
	uint64_t v = 0;

	for (size_t i = 0; i < 8; i++)
		v = v << 8 | sum[i];
	return v & ~TAG_BITS;
}

static int hex_digit(char c)
{
	if (ascii_is_digit(c))
		return c - '0';
	c = ascii_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* A digest in hex: which, and its front. */
static bool read_hex(struct str s, enum list_digest *ret, uint64_t *ret_front)
{
	unsigned char sum[8] = {0};
	unsigned i = 0;

	while (i < LIST_DIGEST_KINDS &&
	       s.n != 2 * list_digest_size((enum list_digest)i))
		i++;
	if (i == LIST_DIGEST_KINDS)
		return false;
	*ret = (enum list_digest)i;
	for (size_t k = 0; k < s.n; k++) {
		int d = hex_digit(s.p[k]);

		if (d < 0)
			return false;
		if (k < 16)
			sum[k / 2] = (unsigned char)(sum[k / 2] << 4 | d);
	}
	*ret_front = front_of(sum);
	return true;
}

static bool digest_address(
    struct str address, enum list_digest d, uint64_t *ret_front)
{
	unsigned char sum[LIST_DIGEST_MAX];
	char low[ADDRESS_MAX];

	if (address.n > sizeof(low))
		return false;
	for (size_t i = 0; i < address.n; i++)
		low[i] = ascii_lower(address.p[i]);
	if (!list_digest(d, str_make(low, address.n), sum))
		return false;
	*ret_front = front_of(sum);
	return true;
}

static bool read_cell(struct str s, enum list_digest *ret, uint64_t *ret_front)
{
	ptrdiff_t at = str_rchr(s, '@');

	if (read_hex(s, ret, ret_front))
		return true;
	*ret = LIST_DIGEST_SHA256;
	return at > 0 && (size_t)at + 1 < s.n && str_chr(s, ' ') < 0 &&
	       digest_address(s, *ret, ret_front);
}

static enum reason reason_of(struct str s)
{
	static const struct {
		const char *part;
		enum reason reason;
	} parts[] = {{"unsub", REASON_UNSUBSCRIBE},
	    {"opt-out", REASON_UNSUBSCRIBE}, {"optout", REASON_UNSUBSCRIBE},
	    {"complain", REASON_COMPLAINT}, {"spam", REASON_COMPLAINT},
	    {"abuse", REASON_COMPLAINT}, {"bounce", REASON_BOUNCE},
	    {"invalid", REASON_BOUNCE}};
	char low[64];
	size_t n = s.n < sizeof(low) ? s.n : sizeof(low);

	for (size_t i = 0; i < n; i++)
		low[i] = ascii_lower(s.p[i]);
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
		if (str_find(str_make(low, n), str_of(parts[i].part)) >= 0)
			return parts[i].reason;
	return REASON_OTHER;
}

static void put(struct set *s, uint64_t v)
{
	if (s->count == s->room) {
		s->room = 2 * s->room + 256;
		s->v = mem_realloc(s->v, s->room * sizeof(s->v[0]));
	}
	s->v[s->count++] = v;
}

static int on_row(const struct csv_row *row, void *arg, struct err *e)
{
	struct suppressions *s = arg;
	struct list_suppression *file = &s->file[s->files - 1];
	enum list_digest kind = LIST_DIGEST_SHA256;
	enum reason reason = REASON_OTHER;
	uint64_t front = 0;
	bool found = false;

	for (size_t i = 0; i < row->count; i++) {
		struct str cell = str_trim(row->cell[i]);

		if (!found && read_cell(cell, &kind, &front))
			found = true;
		else if (reason == REASON_OTHER)
			reason = reason_of(cell);
	}
	file->lines++;
	if (!found) {
		if (file->lines == 1)
			return 0;
		if (!file->bad++)
			file->bad_line = row->line;
		return 0;
	}
	if (s->entries++ == SUPPRESSION_ENTRIES)
		return err_set(e, ERR_LIMIT,
		    "suppression/%.*s: more than %lu lines in all lists; cut "
		    "them to whom this notice is for",
		    STR_ARG(file->file), SUPPRESSION_ENTRIES);
	put(&s->set[kind],
	    front | (uint64_t)(s->files - 1) << 2 | (uint64_t)reason);
	return 0;
}

static int begin(
    struct suppressions *s, const char *name, struct csv **ret, struct err *e)
{
	const struct csv_options o = {.name = name};

	if (s->files == SUPPRESSION_FILES)
		return err_set(e, ERR_LIMIT,
		    "suppression: more than %u lists; put some together",
		    SUPPRESSION_FILES);
	s->file[s->files++].file = arena_dup(&s->arena, str_of(name));
	return csv_new(&o, on_row, s, ret, e);
}

int suppressions_add(
    struct suppressions *s, struct str text, const char *name, struct err *e)
{
	struct csv *c;
	int rc = begin(s, name, &c, e);

	if (rc < 0)
		return rc;
	rc = csv_feed(c, text, e);
	if (rc >= 0)
		rc = csv_end(c, e);
	csv_free(c);
	return rc;
}

static int add_file(
    struct suppressions *s, const char *path, const char *name, struct err *e)
{
	static char bytes[64 * KiB];
	struct csv *c;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = 0;
	int rc;

	if (fd < 0)
		return err_sys(e, errno, "%s", path);
	rc = begin(s, name, &c, e);
	while (rc >= 0 && (n = read(fd, bytes, sizeof(bytes))) > 0)
		rc = csv_feed(c, str_make(bytes, (size_t)n), e);
	if (rc >= 0 && n < 0)
		rc = err_sys(e, errno, "%s", path);
	if (rc >= 0)
		rc = csv_end(c, e);
	csv_free(c);
	close(fd);
	return rc < 0 ? err_wrap(e, "suppression") : 0;
}

static bool is_list(const char *name)
{
	struct str s = str_of(name);

	return name[0] != '.' &&
	       (str_iends(s, S(".txt")) || str_iends(s, S(".csv")));
}

static int list_filter(const struct dirent *d)
{
	return is_list(d->d_name);
}

int suppressions_load(const char *dir, struct suppressions **ret, struct err *e)
{
	struct buf path = BUF_INIT(16 * KiB);
	struct suppressions *s = NULL;
	struct dirent **names = NULL;
	int n, rc = 0;

	*ret = NULL;
	buf_addf(&path, "%s/suppression", dir);
	n = scandir(buf_cstr(&path), &names, list_filter, alphasort);
	if (n < 0 && errno != ENOENT)
		rc = err_sys(e, errno, "%s", buf_cstr(&path));
	for (int i = 0; i < n; i++) {
		if (!s)
			s = suppressions_new();
		buf_reset(&path);
		buf_addf(&path, "%s/suppression/%s", dir, names[i]->d_name);
		if (rc >= 0)
			rc = add_file(s, buf_cstr(&path), names[i]->d_name, e);
		free(names[i]);
	}
	free(names);
	buf_release(&path);
	if (rc < 0) {
		suppressions_free(s);
		return rc;
	}
	if (s)
		suppressions_ready(s);
	*ret = s;
	return 0;
}

static int by_value(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

void suppressions_ready(struct suppressions *s)
{
	for (size_t i = 0; i < LIST_DIGEST_KINDS; i++)
		if (s->set[i].count)
			qsort(s->set[i].v, s->set[i].count,
			    sizeof(s->set[i].v[0]), by_value);
}

/* ---- asking */

static size_t first_from(const struct set *s, uint64_t v)
{
	size_t low = 0, high = s->count;

	while (low < high) {
		size_t mid = (low + high) / 2;

		if (s->v[mid] < v)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static void count_in(struct list_suppression *f, enum reason r)
{
	f->people++;
	switch (r) {
	case REASON_BOUNCE: f->bounced++; break;
	case REASON_COMPLAINT: f->complained++; break;
	case REASON_UNSUBSCRIBE: f->unsubscribed++; break;
	case REASON_OTHER: f->other++; break;
	}
}

void suppressions_count(struct suppressions *s, struct str addresses)
{
	struct str rest = addresses, one;
	uint32_t seen = 0;

	while (rest.p) {
		one = str_cut(&rest, '\n');
		for (unsigned k = 0; k < LIST_DIGEST_KINDS; k++) {
			const struct set *set = &s->set[k];
			uint64_t front;

			if (!set->count ||
			    !digest_address(one, (enum list_digest)k, &front))
				continue;
			for (size_t i = first_from(set, front);
			     i < set->count && (set->v[i] & ~TAG_BITS) == front;
			     i++) {
				uint32_t file = set->v[i] >> 2 & 15;

				if (!(seen >> file & 1))
					count_in(&s->file[file],
					    (enum reason)(set->v[i] & 3));
				seen |= 1u << file;
			}
		}
	}
}

void suppressions_facts(const struct suppressions *s, struct arena *a,
    struct list_suppression **ret, size_t *ret_count)
{
	*ret = arena_array(a, s->files + 1, sizeof(**ret));
	*ret_count = *ret ? s->files : 0;
	for (size_t i = 0; i < *ret_count; i++) {
		(*ret)[i] = s->file[i];
		(*ret)[i].file = arena_dup(a, s->file[i].file);
	}
}
