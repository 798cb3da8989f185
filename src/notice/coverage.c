#include "notice/coverage.h"

/* The first segment and language without a text, and how many are in it. */
struct gap {
	const struct letter_variants *v;
	const struct segment_rules *rules;
	struct people *people;
	struct buf segment, language;
	uint64_t count;
};

static void look(
    struct gap *g, struct str segment, struct str language, uint64_t people)
{
	if (g->count) {
		if (str_ieq(segment, buf_str(&g->segment)) &&
		    str_ieq(language, buf_str(&g->language)))
			g->count += people;
	} else if (!letter_variant_for(g->v, segment, language)) {
		buf_add(&g->segment, segment);
		buf_add(&g->language, language);
		g->count = people;
	}
}

static int on_group(const struct people_group *pg, void *arg)
{
	struct gap *g = arg;

	look(g, segment_of_group(g->rules, pg), pg->language, pg->people);
	return 0;
}

static int on_person(const struct people_row *row, void *arg)
{
	struct gap *g = arg;

	look(g,
	    segment_of(g->rules, people_layout(g->people, row->layout), row),
	    row->language, 1);
	return 0;
}

static int refuse(const struct gap *g, struct err *e)
{
	struct str s = buf_str(&g->segment), l = buf_str(&g->language);
	const char *dot = s.n ? "." : "";

	if (!l.n)
		return err_set(e, ERR_INPUT,
		    "%llu people with segment '%.*s' and no language have no "
		    "text: write message%s%.*s.md",
		    (unsigned long long)g->count, STR_ARG(s), dot, STR_ARG(s));
	return err_set(e, ERR_INPUT,
	    "%llu people with segment '%.*s' and language '%.*s' have no "
	    "text: write message%s%.*s.md (or message%s%.*s.%.*s.md)",
	    (unsigned long long)g->count, STR_ARG(s), STR_ARG(l), dot,
	    STR_ARG(s), dot, STR_ARG(s), STR_ARG(l));
}

int coverage_check(const struct letter_variants *v,
    const struct segment_rules *rules, struct people *p, struct err *e)
{
	struct gap g = {.v = v,
	    .rules = rules,
	    .people = p,
	    .segment = BUF_INIT(64 * KiB),
	    .language = BUF_INIT(64 * KiB)};
	int rc;

	if (segment_rules_need_cells(rules))
		rc = people_each(p, 0, on_person, &g, e);
	else
		rc = people_each_group(p, on_group, &g, e);
	if (rc >= 0)
		rc = g.count ? refuse(&g, e) : 0;
	buf_release(&g.segment);
	buf_release(&g.language);
	return rc;
}

/* ---- texts for nobody */

struct unused {
	const struct letter_variants *v;
	bool *named;
};

static void name(struct unused *u, struct str segment)
{
	for (size_t i = 0; i < u->v->count; i++)
		if (str_ieq(u->v->v[i].segment, segment))
			u->named[i] = true;
}

static int name_group(const struct people_group *g, void *arg)
{
	if (g->segment.n)
		name(arg, g->segment);
	return 0;
}

int coverage_unused(const struct letter_variants *v,
    const struct segment_rules *rules, struct people *p, coverage_unused_fn *fn,
    void *arg, struct err *e)
{
	struct unused u = {v, mem_zalloc(v->count + 1)};
	int rc;

	name(&u, S(""));
	for (size_t i = 0; i < segment_rules_count(rules); i++)
		name(&u, segment_rules_name(rules, i));
	rc = people_each_group(p, name_group, &u, e);
	for (size_t i = 0; rc >= 0 && i < v->count; i++)
		if (!u.named[i])
			fn(v->v[i].file, v->v[i].segment, arg);
	free(u.named);
	return rc < 0 ? rc : 0;
}
