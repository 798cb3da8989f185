/* People by place, and the way the legal notice goes to them there. */
#include "report/check_parts.h"

#define ROWS_SHOWN 60u

struct place_row {
	struct str code;
	uint64_t people, by[LAW_CHANNEL_COUNT], unknown;
	struct str why, confidence; /* of what is not mail, the first */
};

/* What a cell says counts; for the rest, what the law says. */
static void add_choice(struct place_row *r, const struct list_choice *c)
{
	uint64_t said = 0;

	for (size_t i = 0; i < LAW_CHANNEL_COUNT; i++) {
		r->by[i] += c->said[i];
		said += c->said[i];
	}
	r->by[c->law.channel] += c->people - (said < c->people ? said : 0);
	if (c->law.channel != LAW_CHANNEL_EMAIL && !r->why.n) {
		r->why = str_of(c->law.why);
		r->confidence = c->law.confidence;
	}
}

static struct place_row row_of(
    const struct list_facts *l, const struct law_place *place)
{
	struct place_row r = {.code = place->code, .people = place->people};
	uint64_t counted = 0;

	for (size_t i = 0; i < l->choices; i++)
		if (str_eq(l->choice[i].place, place->code))
			add_choice(&r, &l->choice[i]);
	for (size_t i = 0; i < LAW_CHANNEL_COUNT; i++)
		counted += r.by[i];
	r.unknown = r.people > counted ? r.people - counted : 0;
	return r;
}

static void put_why(
    const struct check_part *p, struct html_table *t, const struct place_row *r)
{
	html_cell_begin(t);
	html_text(p->out, r->why);
	if (r->confidence.n) {
		buf_addz(p->out, " <span class=\"small\">(confidence ");
		html_text(p->out, r->confidence);
		buf_addz(p->out, ")</span>");
	}
	if (r->unknown) {
		buf_addz(p->out,
		    r->why.n ? "; not worked out for " : "not worked out for ");
		html_number(p->out, r->unknown);
	}
	html_cell_end(t);
}

static void put_row(
    const struct check_part *p, struct html_table *t, const struct place_row *r)
{
	html_row_begin(t);
	html_cell(t, r->code.n ? r->code : S("unknown"));
	html_cell_number(t, r->people);
	html_cell_number(t, r->by[LAW_CHANNEL_EMAIL]);
	html_cell_number(t, r->by[LAW_CHANNEL_POST]);
	html_cell_number(t, r->by[LAW_CHANNEL_BOTH]);
	html_cell_number(t, r->by[LAW_CHANNEL_SUBSTITUTE]);
	put_why(p, t, r);
	html_row_end(t);
}

void check_put_channels(const struct check_part *p)
{
	static const char *const heads[] = {"Place", "People", "By mail",
	    "By post", "Both", "Substitute", "Why not by mail"};
	const struct list_facts *l = &p->k->facts.list;
	struct html_table t;

	if (!l->places)
		return;
	html_table_begin(&t, p->out,
	    "People by place, and the way of the legal notice", heads,
	    ARRAY_SIZE(heads));
	for (size_t i = 0; i < l->places && i < ROWS_SHOWN; i++) {
		struct place_row r = row_of(l, &l->place[i]);

		put_row(p, &t, &r);
	}
	html_table_end(&t);
	if (l->places > ROWS_SHOWN) {
		buf_addz(p->out, "<p class=\"note\">And ");
		html_number(p->out, l->places - ROWS_SHOWN);
		buf_addz(p->out, " more places.</p>\n");
	}
	buf_addz(p->out, "<p class=\"small\">\xe2\x80\x9c"
			 "By mail\xe2\x80\x9d "
			 "is the legal notice by electronic mail. A courtesy "
			 "mail beside a letter is counted with the letter. "
			 "Substitute: website and media, where nothing else "
			 "reaches them.</p>\n");
}
