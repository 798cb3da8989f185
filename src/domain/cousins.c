#include "domain/cousins.h"
#include "base/limits.h"
#include "domain/idna.h"
#include "domain/lookalike.h"
#include "domain/skeleton.h"

struct making {
	const struct psl *psl;
	struct arena *arena;
	struct str domain, suffix;
	struct buf label; /* in ASCII letters, as it looks */
	struct buf name;  /* work */
	struct str *names;
	size_t count, max;
};

static bool is_known(const struct making *m, struct str name)
{
	for (size_t i = 0; i < m->count; i++)
		if (str_eq(m->names[i], name))
			return true;
	return false;
}

/* Keeps `label` under `suffix` if that is a name, and a cousin. */
static void keep(struct making *m, struct str label, struct str suffix)
{
	struct buf whole = BUF_INIT(LIMIT_DOMAIN);
	struct lookalike l;
	struct str name;

	if (m->count == m->max || m->arena->failed)
		return;
	buf_add(&whole, label);
	buf_addc(&whole, '.');
	buf_add(&whole, suffix);
	buf_reset(&m->name);
	if (!whole.over &&
	    idna_to_ascii(buf_str(&whole), &m->name, NULL) == 0) {
		name = buf_str(&m->name);
		lookalike_judge(m->psl, name, m->domain, &l);
		if (l.relation == LOOKALIKE_COUSIN && !is_known(m, name)) {
			name = arena_dup(m->arena, name);
			if (!m->arena->failed)
				m->names[m->count++] = name;
		}
	}
	buf_release(&whole);
}

/* Three pieces in a row as the label, under the domain's own suffix. */
static void keep_joined(
    struct making *m, struct str a, struct str b, struct str c)
{
	struct buf label = BUF_INIT(LIMIT_DOMAIN);

	buf_add(&label, a);
	buf_add(&label, b);
	buf_add(&label, c);
	if (!label.over)
		keep(m, buf_str(&label), m->suffix);
	buf_release(&label);
}

static void under_endings(struct making *m, bool first)
{
	static const char *const endings[] = {"com", "net", "org", "co", "info",
	    "shop", "online", "site", "us", "io", "app", "store", "biz", "top",
	    "xyz", "vip", "de", "co.uk", "eu", "help", "support"};
	const size_t few = 5;

	for (size_t i = first ? 0 : few;
	     i < (first ? few : ARRAY_SIZE(endings)); i++)
		keep(m, buf_str(&m->label), str_of(endings[i]));
}

static void with_words(struct making *m, bool first)
{
	static const char *const words[] = {"security", "notice", "support",
	    "login", "account", "alert", "help", "update", "breach", "recall",
	    "mail", "email", "info", "verify", "secure", "refund", "claim",
	    "settlement", "customer", "service", "online", "shop", "my", "www",
	    "portal", "payment", "billing", "status", "privacy", "response",
	    "careers", "usa", "uk", "group", "app", "inc"};
	const size_t few = 10;
	struct str label = buf_str(&m->label);

	for (size_t i = first ? 0 : few; i < (first ? few : ARRAY_SIZE(words));
	     i++) {
		keep_joined(m, label, S("-"), str_of(words[i]));
		keep_joined(m, label, STR_NONE, str_of(words[i]));
	}
	for (size_t i = 0; i < ARRAY_SIZE(words) && !first; i++) {
		keep_joined(m, str_of(words[i]), S("-"), label);
		keep_joined(m, str_of(words[i]), STR_NONE, label);
	}
}

static void with_looks(struct making *m)
{
	static const struct {
		const char *letter, *looks;
	} pairs[] = {{"m", "rn"}, {"o", "0"}, {"l", "1"}, {"i", "1"},
	    {"i", "l"}, {"l", "i"}, {"w", "vv"}, {"d", "cl"}, {"s", "5"},
	    {"rn", "m"}, {"vv", "w"}, {"cl", "d"}, {"e", "3"}, {"a", "4"},
	    {"a", "а"}, {"e", "е"}, {"o", "о"}, {"p", "р"}, {"c", "с"},
	    {"i", "і"}, {"y", "у"}, {"s", "ѕ"}, {"e", "é"}, {"a", "á"}};
	struct str label = buf_str(&m->label);

	for (size_t k = 0; k < ARRAY_SIZE(pairs); k++) {
		struct str letter = str_of(pairs[k].letter);

		for (size_t i = 0; i + letter.n <= label.n; i++)
			if (str_eq(str_sub(label, i, letter.n), letter))
				keep_joined(m, str_sub(label, 0, i),
				    str_of(pairs[k].looks),
				    str_from(label, i + letter.n));
	}
}

static void without_hyphens(struct making *m)
{
	struct buf joined = BUF_INIT(LIMIT_DOMAIN);
	struct str rest = buf_str(&m->label);

	while (rest.p)
		buf_add(&joined, str_cut(&rest, '-'));
	keep(m, buf_str(&joined), m->suffix);
	buf_release(&joined);
}

static void with_errors(struct making *m)
{
	struct str s = buf_str(&m->label);

	for (size_t i = 0; i < s.n; i++)
		keep_joined(m, str_sub(s, 0, i), STR_NONE, str_from(s, i + 1));
	for (size_t i = 0; i + 1 < s.n; i++) {
		char swapped[2] = {s.p[i + 1], s.p[i]};

		keep_joined(m, str_sub(s, 0, i), str_make(swapped, 2),
		    str_from(s, i + 2));
	}
	for (size_t i = 0; i < s.n; i++)
		keep_joined(m, str_sub(s, 0, i + 1), str_sub(s, i, 1),
		    str_from(s, i + 1));
	for (size_t i = 1; i < s.n; i++)
		keep_joined(m, str_sub(s, 0, i), S("-"), str_from(s, i));
}

static void make_all(struct making *m)
{
	/* An international name without its marks; else the domain itself,
	 * which is none. */
	keep(m, buf_str(&m->label), m->suffix);
	under_endings(m, true);
	with_words(m, true);
	without_hyphens(m);
	with_looks(m);
	with_errors(m);
	with_words(m, false);
	under_endings(m, false);
}

size_t cousins_make(const struct psl *psl, struct str domain, size_t max,
    struct arena *a, struct str **ret)
{
	struct making m = {.psl = psl,
	    .arena = a,
	    .domain = domain,
	    .label = BUF_INIT(LIMIT_DOMAIN),
	    .name = BUF_INIT(LIMIT_DOMAIN),
	    .max = max};
	struct str reg;

	*ret = NULL;
	if (!max || !psl_registrable(psl, domain, &reg) || !str_eq(reg, domain))
		return 0;
	m.suffix = domain;
	skeleton_plain(str_cut(&m.suffix, '.'), &m.label);
	m.names = arena_array(a, max, sizeof(*m.names));
	if (m.names)
		make_all(&m);
	buf_release(&m.label);
	buf_release(&m.name);
	if (a->failed)
		return 0;
	*ret = m.names;
	return m.count;
}
