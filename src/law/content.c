#include "law/law_private.h"

static struct law_content *find(
    struct law_content *c, size_t count, struct str keyword)
{
	for (size_t i = 0; i < count; i++)
		if (str_eq(c[i].keyword, keyword))
			return &c[i];
	return NULL;
}

/* A law's demand counts before guidance, whichever row came first. */
static void add_keyword(const struct law_duty *d, struct str word,
    struct law_content *c, size_t *count)
{
	bool recommended = str_starts(word, S("rec-"));
	struct str bare = recommended ? str_from(word, 4) : word;
	struct law_content *old = find(c, *count, bare);

	if (str_eq(bare, S("none-specified")))
		return;
	if (old && (recommended || !old->recommended))
		return;
	if (!old)
		old = &c[(*count)++];
	*old = (struct law_content){.keyword = bare,
	    .id = d->id,
	    .regime = d->regime,
	    .confidence = d->confidence_content,
	    .recommended = recommended,
	    .forbidden = str_starts(bare, S("no-"))};
}

int law_content_for(const struct law_pack *p, const struct law_facts *f,
    const struct law_place *place, size_t places, struct arena *a,
    struct law_content **ret, size_t *ret_count, struct err *e)
{
	struct law_duties duties;
	struct law_content *c = arena_array(a, p->keywords, sizeof(*c));
	size_t n = 0;
	int r;

	if (!c)
		return err_set(e, ERR_LIMIT, "too many contents");
	r = law_assess(p, f, place, places, a, &duties, e);
	if (r < 0)
		return r;
	for (size_t i = 0; i < duties.count; i++) {
		const struct law_duty *d = &duties.d[i];

		if (d->who != LAW_INDIVIDUALS || d->applies == LAW_NO ||
		    d->step > 1)
			continue;
		for (size_t k = 0; k < d->required_count; k++)
			add_keyword(d, d->required[k], c, &n);
	}
	*ret = c;
	*ret_count = n;
	return 0;
}
