#include "notice/tranche.h"

#include "base/utf8.h"
#include "notice/tsv.h"

#define FILE_NAME "tranches.tsv"

enum field { FIELD_NAME, FIELD_DISCOVERED, FIELD_IMPORTED, FIELD_COUNT };

/* ---- reading */

static bool is_name(struct str s)
{
	return s.n > 0 && s.n <= TRANCHE_NAME && utf8_is_clean(s) &&
	       str_chr(s, '\t') < 0 && str_eq(s, str_trim(s));
}

static int on_line(const struct str *f, void *arg, struct err *e)
{
	struct tranches *t = arg;
	struct tranche one = {.name = f[FIELD_NAME]};

	if (t->count == TRANCHES)
		return err_set(e, ERR_LIMIT, "more than %u tranches", TRANCHES);
	if (!is_name(one.name))
		return err_set(
		    e, ERR_INPUT, "the first field is no name of a tranche");
	if (!clock_parse_iso(f[FIELD_DISCOVERED], &one.discovered) ||
	    !clock_parse_iso(f[FIELD_IMPORTED], &one.imported))
		return err_set(e, ERR_INPUT,
		    "a date such as 2026-11-03T14:00:00Z is wanted in the "
		    "fields 2 and 3");
	if (tranche_find(t, one.name))
		return err_set(e, ERR_INPUT,
		    "the tranche '%.*s' stands further up too",
		    STR_ARG(one.name));
	t->t[t->count++] = one;
	return 0;
}

static int make_room(struct arena *a, struct tranches *ret, struct err *e)
{
	*ret = (struct tranches){
	    .t = arena_array(a, TRANCHES, sizeof(struct tranche))};
	return ret->t ? 0 : err_set(e, ERR_LIMIT, "too many tranches");
}

int tranches_parse(struct str text, const char *name, struct arena *a,
    struct tranches *ret, struct err *e)
{
	int rc = make_room(a, ret, e);

	return rc < 0 ? rc
		      : tsv_parse(text, name, FIELD_COUNT, on_line, ret, e);
}

int tranches_load(
    const char *dir, struct arena *a, struct tranches *ret, struct err *e)
{
	int rc = make_room(a, ret, e);

	return rc < 0
		   ? rc
		   : tsv_load(dir, FILE_NAME, FIELD_COUNT, a, on_line, ret, e);
}

const struct tranche *tranche_find(const struct tranches *all, struct str name)
{
	for (size_t i = 0; name.n && i < all->count; i++)
		if (str_eq(all->t[i].name, name))
			return &all->t[i];
	return NULL;
}

static size_t line_of(const struct tranches *all, struct str name)
{
	const struct tranche *t = tranche_find(all, name);

	return t ? (size_t)(t - all->t) : all->count;
}

bool tranche_comes_before(
    const struct tranches *all, struct str a, struct str b)
{
	size_t x = line_of(all, a), y = line_of(all, b);

	if (!a.n || !b.n)
		return !a.n && b.n;
	return x != y ? x < y : str_cmp(a, b) < 0;
}

/* ---- writing */

static int refuse_other_date(const struct tranche *known, struct err *e)
{
	char date[CLOCK_ISO_SIZE];

	clock_iso(known->discovered, date);
	return err_set(e, ERR_INPUT,
	    "the tranche '%.*s' was discovered on %s, says " FILE_NAME
	    "; people of another discovery are another tranche: give it "
	    "another name, or the same date",
	    STR_ARG(known->name), date);
}

static int record(
    int lock, const char *dir, const struct tranche *t, struct err *e)
{
	struct arena a = ARENA_INIT(8 * MiB);
	char discovered[CLOCK_ISO_SIZE], imported[CLOCK_ISO_SIZE];
	const struct tranche *known;
	struct tranches all;
	int rc = tranches_load(dir, &a, &all, e);

	if (rc == 0 && (known = tranche_find(&all, t->name))) {
		rc = known->discovered == t->discovered
			 ? 0
			 : refuse_other_date(known, e);
	} else if (rc == 0) {
		clock_iso(t->discovered, discovered);
		clock_iso(t->imported, imported);
		rc = tsv_append(lock, dir, FILE_NAME,
		    (const struct str[]){
			t->name, str_of(discovered), str_of(imported)},
		    FIELD_COUNT, e);
	}
	arena_release(&a);
	return rc;
}

int tranche_record(const char *dir, const struct tranche *t, struct err *e)
{
	int lock, rc = tsv_lock(dir, &lock, e);

	if (rc < 0)
		return rc;
	rc = record(lock, dir, t, e);
	tsv_unlock(lock);
	return rc;
}

/* ---- choosing */

static int read_date(
    const char *discovered, usec_t now, usec_t *ret, struct err *e)
{
	if (!clock_parse_iso(str_of(discovered), ret))
		return err_set(e, ERR_INPUT,
		    "--discovered %.40s: write a date that exists, such as "
		    "2026-11-03 or 2026-11-03T14:00:00Z (UTC)",
		    discovered);
	if (*ret <= 0) /* no clock has such a start; 0 says "unknown" */
		return err_set(e, ERR_INPUT,
		    "--discovered %.40s: write a date after 1970", discovered);
	if (*ret > now)
		return err_set(e, ERR_INPUT,
		    "--discovered %.40s lies ahead; nobody can have discovered "
		    "it yet (dates are UTC)",
		    discovered);
	return 0;
}

int tranche_choose(const struct notice *n, struct str name,
    const char *discovered, usec_t now, struct arena *a, struct tranche *ret,
    enum tranche_source *ret_source, struct err *e)
{
	const char *dir = arena_strz(a, n->dir);
	const struct tranche *known;
	struct tranches all;
	usec_t date = 0;
	int rc;

	if (!is_name(name))
		return err_set(e, ERR_INPUT,
		    "--tranche wants a name of one line and at most %u bytes",
		    TRANCHE_NAME);
	if (discovered && (rc = read_date(discovered, now, &date, e)) < 0)
		return rc;
	if ((rc = tranches_load(dir, a, &all, e)) < 0)
		return rc;
	known = tranche_find(&all, name);
	if (known && discovered && known->discovered != date)
		return refuse_other_date(known, e);
	*ret =
	    (struct tranche){.name = name, .discovered = date, .imported = now};
	*ret_source = TRANCHE_GIVEN;
	if (known && !discovered) {
		*ret = *known;
		*ret_source = TRANCHE_RECORDED;
	} else if (!discovered) {
		*ret_source = clock_parse_iso(n->discovered, &ret->discovered)
				  ? TRANCHE_NOTICE
				  : TRANCHE_UNDATED;
	}
	return 0;
}
