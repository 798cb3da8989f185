#include "check/slips.h"
#include "base/buf.h"

#define SLIPS_FILE (1 * MiB)
#define EDIT_MAX   64UL /* LIMIT: letters compared */

enum slip_kind { SLIP, SLIP_PROVIDER, SLIP_REAL };

struct slip {
	struct str domain, meant;
	enum slip_kind kind;
};

struct slips {
	struct arena arena;
	struct slip *v; /* sorted by domain */
	size_t count;
};

/* ---- edits */

static unsigned least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

static bool same_at(struct str a, size_t i, struct str b, size_t k)
{
	return ascii_lower(a.p[i]) == ascii_lower(b.p[k]);
}

/* Optimal string alignment, three rows. */
unsigned edit_distance(struct str a, struct str b, unsigned max)
{
	unsigned rows[3][EDIT_MAX + 1];
	unsigned *before = rows[0], *above = rows[1], *row = rows[2];

	if (a.n > EDIT_MAX || b.n > EDIT_MAX || a.n > b.n + max ||
	    b.n > a.n + max)
		return max + 1;
	for (size_t k = 0; k <= b.n; k++)
		above[k] = (unsigned)k;
	for (size_t i = 1; i <= a.n; i++) {
		unsigned *oldest = before, best = row[0] = (unsigned)i;

		for (size_t k = 1; k <= b.n; k++) {
			row[k] =
			    least(above[k - 1] + !same_at(a, i - 1, b, k - 1),
				least(above[k], row[k - 1]) + 1);
			if (i > 1 && k > 1 && same_at(a, i - 1, b, k - 2) &&
			    same_at(a, i - 2, b, k - 1))
				row[k] = least(row[k], before[k - 2] + 1);
			best = least(best, row[k]);
		}
		if (best > max)
			return max + 1;
		before = above;
		above = row;
		row = oldest;
	}
	return least(above[b.n], max + 1);
}

struct str nearest_word(const char *const *words, struct str s)
{
	unsigned best = EDIT_MAX;
	struct str ret = STR_NONE;

	for (size_t i = 0; words[i]; i++) {
		unsigned d = edit_distance(s, str_of(words[i]), EDIT_MAX);

		if (!ret.p || d < best) {
			best = d;
			ret = str_of(words[i]);
		}
	}
	return ret;
}

/* ---- the file */

static int by_domain(const void *a, const void *b)
{
	const struct slip *x = a, *y = b;

	return str_cmp(x->domain, y->domain);
}

static int read_line(struct slips *s, struct str line, const char *name,
    unsigned long no, struct err *e)
{
	static const char *const kinds[] = {"slip", "provider", "real"};
	struct str rest = line;
	struct slip one = {.domain = str_cut(&rest, '\t')};
	struct str kind = str_cut(&rest, '\t');
	size_t k = 0;

	one.meant = rest;
	while (k < ARRAY_SIZE(kinds) && !str_eq(kind, str_of(kinds[k])))
		k++;
	if (!one.domain.n || k == ARRAY_SIZE(kinds) || !one.meant.n ||
	    str_chr(one.meant, '\t') >= 0)
		return err_set(e, ERR_INPUT,
		    "%s:%lu: not 'domain, kind, meant' with tabs between and "
		    "kind slip, provider or real",
		    name, no);
	one.kind = (enum slip_kind)k;
	one.domain = arena_dup(&s->arena, one.domain);
	one.meant = arena_dup(&s->arena, one.meant);
	s->v = mem_realloc(s->v, (s->count + 1) * sizeof(s->v[0]));
	s->v[s->count++] = one;
	return s->arena.failed ? err_set(e, ERR_LIMIT, "%s: too large", name)
			       : 0;
}

int slips_parse(
    struct str text, const char *name, struct slips **ret, struct err *e)
{
	struct slips *s = mem_zalloc(sizeof(*s));
	struct str rest = text;
	unsigned long no = 0;
	int rc = 0;

	s->arena = ARENA_INIT(8 * SLIPS_FILE);
	while (rc == 0 && rest.p) {
		struct str line = str_cut(&rest, '\n');

		no++;
		if (line.n && line.p[0] != '#')
			rc = read_line(s, line, name, no, e);
	}
	if (s->count)
		qsort(s->v, s->count, sizeof(s->v[0]), by_domain);
	for (size_t i = 1; i < s->count && rc == 0; i++)
		if (str_eq(s->v[i - 1].domain, s->v[i].domain))
			rc =
			    err_set(e, ERR_INPUT, "%s: %.*s stands there twice",
				name, STR_ARG(s->v[i].domain));
	if (rc < 0)
		slips_free(s);
	else
		*ret = s;
	return rc;
}

int slips_load(const char *dir, struct slips **ret, struct err *e)
{
	struct buf path = BUF_INIT(8 * KiB), text = BUF_INIT(SLIPS_FILE);
	int rc;

	buf_addf(&path, "%s/typos.tsv", dir);
	rc = buf_read_file(&text, buf_cstr(&path), e);
	if (rc >= 0)
		rc = slips_parse(buf_str(&text), buf_cstr(&path), ret, e);
	buf_release(&path);
	buf_release(&text);
	return rc;
}

void slips_free(struct slips *s)
{
	if (!s)
		return;
	free(s->v);
	arena_release(&s->arena);
	free(s);
}

/* ---- asking */

static const struct slip *find(const struct slips *s, struct str domain)
{
	const struct slip key = {.domain = domain};

	return s->count
		   ? bsearch(&key, s->v, s->count, sizeof(s->v[0]), by_domain)
		   : NULL;
}

struct str slips_meant(const struct slips *s, struct str domain)
{
	const struct slip *known = find(s, domain);

	if (known)
		return known->kind == SLIP ? known->meant : STR_NONE;
	for (size_t i = 0; i < s->count; i++)
		if (s->v[i].kind == SLIP_PROVIDER &&
		    edit_distance(domain, s->v[i].domain, 1) == 1)
			return s->v[i].domain;
	return STR_NONE;
}

bool domain_is_reserved(struct str domain)
{
	static const struct str last[] = {S("example"), S("test"), S("invalid"),
	    S("localhost"), S("local"), S("localdomain"), S("example.com"),
	    S("example.net"), S("example.org")};

	for (size_t i = 0; i < ARRAY_SIZE(last); i++) {
		struct str d = domain;

		if (!str_ends(d, last[i]))
			continue;
		d.n -= last[i].n;
		if (!d.n || d.p[d.n - 1] == '.')
			return true;
	}
	return false;
}
