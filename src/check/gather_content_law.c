/* What the laws of the readers ask of one text. */
#include "check/gather_content.h"
#include "check/check.h"

static enum law_answer answer(enum notice_answer a)
{
	return a == NOTICE_YES  ? LAW_SAID_YES
	       : a == NOTICE_NO ? LAW_SAID_NO
				: LAW_UNSAID;
}

static unsigned kinds_of(enum notice_kind k)
{
	switch (k) {
	case NOTICE_BREACH:
		return LAW_KIND_BREACH | LAW_KIND_HEALTH | LAW_KIND_TELECOM;
	case NOTICE_RECALL:
	case NOTICE_SAFETY: return LAW_KIND_RECALL;
	case NOTICE_POLICY: return LAW_KIND_POLICY;
	case NOTICE_LEGAL: break;
	}
	return 0;
}

/* What was not said is taken as it mostly is where a notice is written at all:
 * what then still only may apply hangs on the sector, and is asked softly. */
static void facts_of(const struct check_context *c, struct law_facts *f)
{
	const struct notice *n = c->notice;
	bool product = n->kind == NOTICE_RECALL || n->kind == NOTICE_SAFETY;

	*f = (struct law_facts){
	    .kinds = kinds_of(n->kind),
	    .sector = n->facts.sector,
	    .data_types = n->facts.data_types,
	    .encrypted = answer(n->facts.encrypted),
	    .listed = answer(n->facts.listed),
	    .role = n->facts.role,
	    .discovered = c->o.now,
	    .determined = n->facts.determined,
	    .now = c->o.now,
	};
	clock_parse_iso(n->discovered, &f->discovered);
	if (f->encrypted == LAW_UNSAID)
		f->encrypted = LAW_SAID_NO;
	if (!f->data_types.n && n->kind == NOTICE_BREACH)
		f->data_types = S("ssn");
	if (!f->role.n)
		f->role = product ? S("manufacturer") : S("controller");
	if (!f->sector.n && product)
		f->sector = S("consumer-product");
}

static struct content_owed *find_owed(
    struct content_variant *v, struct str keyword)
{
	for (size_t i = 0; i < v->owes; i++)
		if (str_eq(v->owed[i].keyword, keyword))
			return &v->owed[i];
	return NULL;
}

/* One keyword once; a law that applies comes before one that may. */
static void add(struct check_context *c, struct content_variant *v,
    const struct law_duty *d, struct str keyword)
{
	struct content_owed o = {.id = d->id,
				.regime = d->regime,
				.jurisdiction = d->jurisdiction,
				.confidence = d->confidence_content,
				.sure = d->applies == LAW_YES},
			    *old;

	o.recommended = str_starts(keyword, S("rec-"));
	o.keyword = o.recommended ? str_from(keyword, 4) : keyword;
	o.forbidden = str_starts(o.keyword, S("no-"));
	old = find_owed(v, o.keyword);
	if (old && (old->sure >= o.sure && old->recommended <= o.recommended))
		return;
	o.meaning = str_of(law_keyword_text(c->pack, o.keyword));
	if (!old)
		old = &v->owed[v->owes++];
	*old = o;
}

int gather_content_law(
    struct check_context *c, struct content_variant *v, struct err *e)
{
	struct law_facts facts;
	struct law_duties duties = {0};
	size_t room = 1;

	facts_of(c, &facts);
	if (!v->places || !facts.kinds || !c->pack)
		return 0;
	/* words of [facts] that no law knows are told by the plan's rules */
	if (law_assess(c->pack, &facts, v->place, v->places, c->arena, &duties,
		e) < 0) {
		err_clear(e);
		return 0;
	}
	for (size_t i = 0; i < duties.count; i++)
		room += duties.d[i].required_count;
	v->owed = arena_array(c->arena, room, sizeof(v->owed[0]));
	if (!v->owed)
		return err_set(e, ERR_LIMIT, "no memory for the check");
	for (size_t i = 0; i < duties.count; i++) {
		const struct law_duty *d = &duties.d[i];

		if (d->who != LAW_INDIVIDUALS || d->applies == LAW_NO)
			continue;
		v->law_asked = true;
		for (size_t k = 0; k < d->required_count; k++)
			if (!str_eq(d->required[k], S("none-specified")))
				add(c, v, d, d->required[k]);
	}
	return 0;
}
