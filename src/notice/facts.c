#include "notice/facts.h"

unsigned facts_kinds(enum notice_kind kind)
{
	switch (kind) {
	case NOTICE_BREACH:
		return LAW_KIND_BREACH | LAW_KIND_HEALTH | LAW_KIND_TELECOM;
	case NOTICE_RECALL:
	case NOTICE_SAFETY: return LAW_KIND_RECALL;
	case NOTICE_POLICY: return LAW_KIND_POLICY;
	case NOTICE_LEGAL: return FACTS_NO_LAW;
	}
	return FACTS_NO_LAW;
}

static enum law_answer answer(enum notice_answer a)
{
	return a == NOTICE_YES  ? LAW_SAID_YES
	       : a == NOTICE_NO ? LAW_SAID_NO
				: LAW_UNSAID;
}

/* When somebody was told first; 0: nobody was. */
static usec_t first_told(const struct duty_log *log, enum law_who who)
{
	usec_t first = 0;

	for (size_t i = 0; i < log->count; i++) {
		const struct duty_event *ev = &log->v[i];

		if (ev->who != who || ev->state != DUTY_DONE ||
		    str_eq(ev->id, S(DUTY_HOLD)) ||
		    duty_last(log, ev->id, ev->step, who) != ev)
			continue;
		if (!first || ev->at < first)
			first = ev->at;
	}
	return first;
}

/* A list with a word that no law knows counts as not said. */
static void drop_unknown(struct law_facts *f, struct err *ret_unknown)
{
	struct str *list[] = {&f->sector, &f->data_types, &f->role};
	struct err why;

	for (size_t i = 0; i < ARRAY_SIZE(list); i++) {
		struct law_facts alone = {0};
		struct str *there[] = {
		    &alone.sector, &alone.data_types, &alone.role};

		*there[i] = *list[i];
		why = (struct err){0};
		if (law_facts_check(&alone, &why) == 0)
			continue;
		*list[i] = STR_NONE;
		if (ret_unknown && !ret_unknown->code) {
			*ret_unknown = why;
			err_wrap(ret_unknown, "notice.ini: [facts]");
		}
	}
}

int notice_law_facts(const struct notice *n, usec_t now,
    const struct duty_log *log, struct law_facts *ret, struct err *ret_unknown,
    struct err *e)
{
	*ret = (struct law_facts){.kinds = facts_kinds(n->kind),
	    .sector = n->facts.sector,
	    .data_types = n->facts.data_types,
	    .encrypted = answer(n->facts.encrypted),
	    .listed = answer(n->facts.listed),
	    .role = n->facts.role,
	    .determined = n->facts.determined,
	    .notified = first_told(log, LAW_INDIVIDUALS),
	    .regulator_told = first_told(log, LAW_REGULATOR),
	    .held_until = duty_hold_until(log),
	    .now = now,
	    .house_limit = n->check.house_limit};
	if (n->discovered.n &&
	    !clock_parse_iso(n->discovered, &ret->discovered))
		return err_set(e, ERR_INPUT,
		    "notice.ini: [notice] discovered: '%.*s' is no date",
		    STR_ARG(n->discovered));
	drop_unknown(ret, ret_unknown);
	return 0;
}
