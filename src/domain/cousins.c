#include "domain/cousins.h"
#include "base/buf.h"
#include "base/limits.h"
#include "domain/lookalike.h"

static const char *const words[] = {"security", "notice", "support", "alert",
    "login", "breach", "secure", "account", "help", "info"};
static const char *const suffixes[] = {
    "com", "net", "org", "co", "info", "us", "io", "eu", "biz", "app"};
static const struct {
	const char *from, *to;
} looks[] = {{"l", "1"}, {"o", "0"}, {"m", "rn"}, {"w", "vv"}, {"i", "1"},
    {"s", "5"}, {"e", "3"}, {"d", "cl"}, {"rn", "m"}};

struct making {
	const struct psl *psl;
	struct arena *arena;
	struct str domain, label, suffix;
	struct str *name;
	size_t count, max;
};

/* Takes the name if it is new and would be taken for the domain. */
__attribute__((format(printf, 2, 3))) static void put(
    struct making *m, const char *fmt, ...)
{
	char text[LIMIT_DOMAIN + 1];
	struct lookalike like;
	struct str s;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (n <= 0 || (size_t)n >= sizeof(text) || m->count == m->max)
		return;
	s = str_make(text, (size_t)n);
	for (size_t i = 0; i < m->count; i++)
		if (str_eq(m->name[i], s))
			return;
	lookalike_judge(m->psl, s, m->domain, &like);
	if (like.relation == LOOKALIKE_COUSIN)
		m->name[m->count++] = arena_dup(m->arena, s);
}

static void put_words(struct making *m)
{
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		put(m, "%.*s-%s.%.*s", STR_ARG(m->label), words[i],
		    STR_ARG(m->suffix));
		put(m, "%.*s%s.%.*s", STR_ARG(m->label), words[i],
		    STR_ARG(m->suffix));
		put(m, "%s-%.*s.%.*s", words[i], STR_ARG(m->label),
		    STR_ARG(m->suffix));
	}
}

static void put_suffixes(struct making *m)
{
	for (size_t i = 0; i < ARRAY_SIZE(suffixes); i++)
		put(m, "%.*s.%s", STR_ARG(m->label), suffixes[i]);
}

static void put_looks(struct making *m)
{
	for (size_t i = 0; i < ARRAY_SIZE(looks); i++) {
		struct str from = str_of(looks[i].from);
		ptrdiff_t at = str_find(m->label, from);

		if (at >= 0)
			put(m, "%.*s%s%.*s.%.*s", (int)at, m->label.p,
			    looks[i].to,
			    STR_ARG(str_from(m->label, (size_t)at + from.n)),
			    STR_ARG(m->suffix));
	}
}

/* Left out, doubled, swapped, parted by a hyphen, letter by letter. */
static void put_slips(struct making *m)
{
	for (size_t i = 1; i < m->label.n; i++) {
		const char *p = m->label.p;
		int at = (int)i;

		put(m, "%.*s%.*s.%.*s", at, p,
		    STR_ARG(str_from(m->label, i + 1)), STR_ARG(m->suffix));
		put(m, "%.*s%c%.*s.%.*s", at, p, p[i - 1],
		    STR_ARG(str_from(m->label, i)), STR_ARG(m->suffix));
		put(m, "%.*s%c%c%.*s.%.*s", at - 1, p, p[i], p[i - 1],
		    STR_ARG(str_from(m->label, i + 1)), STR_ARG(m->suffix));
		put(m, "%.*s-%.*s.%.*s", at, p, STR_ARG(str_from(m->label, i)),
		    STR_ARG(m->suffix));
	}
}

size_t cousins_make(const struct psl *psl, struct str domain, size_t max,
    struct arena *a, struct str **ret)
{
	struct making m = {
	    .psl = psl, .arena = a, .domain = domain, .max = max};
	struct str org;

	*ret = NULL;
	if (!psl_registrable(psl, domain, &org) || !str_eq(org, domain))
		return 0;
	m.suffix = domain;
	m.label = str_cut(&m.suffix, '.');
	m.name = arena_array(a, max, sizeof(*m.name));
	if (!m.name)
		return 0;
	put_words(&m);
	put_suffixes(&m);
	put_looks(&m);
	put_slips(&m);
	*ret = m.name;
	return m.count;
}
