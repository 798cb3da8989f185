/* The pass over the audience. */
#include "base/conf.h"
#include "check/census_private.h"
#include "notice/facts.h"

#define DOMAINS_KEPT   8192u
#define ADDRESSES_KEPT 98304u

/* ---- settings the law asks about */

bool check_law_facts(const struct notice *n, usec_t now,
    const struct duty_log *log, struct law_facts *ret, struct err *why)
{
	static const struct duty_log empty;

	if (notice_law_facts(n, now, log ? log : &empty, ret, why, NULL) < 0)
		return false;
	/* without a date: as if it were today; the clocks are not shown */
	if (!ret->discovered)
		ret->discovered = now;
	return ret->kinds != FACTS_NO_LAW;
}

/* ---- beginning */

static uint32_t column_of(const struct people_layout *l, const char *name)
{
	for (size_t i = 0; i < l->count; i++)
		if (str_ieq(l->name[i], str_of(name)))
			return (uint32_t)i;
	return NOWHERE;
}

static void look_at_layouts(struct census *c)
{
	struct list_facts *f = &c->f;

	c->layouts = people_layout_count(c->in.people);
	c->layout = mem_zalloc((c->layouts + 1) * sizeof(c->layout[0]));
	for (size_t i = 0; i < c->layouts; i++) {
		struct census_layout *l = &c->layout[i];

		l->names = people_layout(c->in.people, (uint32_t)i + 1);
		l->tranche = column_of(l->names, "tranche");
		l->channel = column_of(l->names, "legal_channel");
		l->ground = column_of(l->names, "legal_ground");
		l->source = column_of(l->names, "source");
		l->reason = column_of(l->names, "reason");
		l->street = column_of(l->names, "street");
		l->city = column_of(l->names, "city");
		l->postcode = column_of(l->names, "postcode");
		l->discovered = column_of(l->names, "discovered");
		f->has_source |= l->source != NOWHERE;
		f->has_reason |= l->reason != NOWHERE;
	}
}

static void read_taken(struct census *c)
{
	struct str rest = c->in.x->notice->facts.mailboxes_taken, one;

	while (conf_list_next(&rest, &one) && c->takens < TAKEN_MAX) {
		if (one.p[0] == '@')
			one = str_from(one, 1);
		if (str_ends(one, S(".")))
			one.n--;
		c->taken[c->takens++] = one;
	}
}

struct census *census_new(const struct census_input *in)
{
	struct census *c = mem_zalloc(sizeof(*c));
	size_t texts = in->variants ? in->variants->count : 0;
	struct err ignored = {0};

	c->in = *in;
	c->has_law = check_law_facts(
			 in->x->notice, in->x->now, NULL, &c->law, &ignored) &&
		     in->x->pack;
	c->place = tally_new(LIST_PLACES);
	c->group = tally_new(LIST_VARIANTS);
	c->tranche = tally_new(LIST_TRANCHES);
	c->tranche_no_address =
	    mem_zalloc(LIST_TRANCHES * sizeof(c->tranche_no_address[0]));
	c->group_place = tally_new(LIST_SPREAD);
	c->tranche_place = tally_new(LIST_SPREAD);
	c->bad_ground = tally_new(LIST_WORDS);
	c->bad_channel = tally_new(LIST_WORDS);
	c->slip = tally_new(LIST_WORDS);
	c->choice = tally_new(LIST_CHOICES);
	c->held = tally_new(LIST_HELD);
	c->domain = heavy_new(DOMAINS_KEPT, true);
	c->address = heavy_new(ADDRESSES_KEPT, false);
	c->word = BUF_INIT(64 * KiB);
	look_at_layouts(c);
	read_taken(c);
	c->field = mem_zalloc((texts * c->layouts + 1) * sizeof(c->field[0]));
	return c;
}

void census_free(struct census *c)
{
	struct tally *all[] = {c->place, c->group, c->tranche, c->group_place,
	    c->tranche_place, c->bad_ground, c->bad_channel, c->slip, c->choice,
	    c->held};
	size_t texts = c->in.variants ? c->in.variants->count : 0;

	for (size_t i = 0; i < ARRAY_SIZE(all); i++)
		tally_free(all[i]);
	for (size_t i = 0; i < texts * c->layouts; i++)
		free(c->field[i]);
	heavy_free(c->domain);
	heavy_free(c->address);
	buf_release(&c->word);
	free(c->field);
	free(c->groups);
	free(c->choices);
	free(c->tranche_no_address);
	free(c->layout);
	free(c);
}

/* ---- numbers for pairs */

struct str census_pair(uint32_t a, uint32_t b, char tmp[8])
{
	memcpy(tmp, &a, 4);
	memcpy(tmp + 4, &b, 4);
	return str_make(tmp, 8);
}

void census_unpair(struct str key, uint32_t *a, uint32_t *b)
{
	memcpy(a, key.p, 4);
	memcpy(b, key.p + 4, 4);
}

/* ---- a row */

static uint32_t count_place(struct census *c, const struct people_row *row)
{
	size_t n;

	if (!row->jurisdiction.n) {
		c->f.unknown_place++;
		return NOWHERE;
	}
	n = tally_add(c->place, row->jurisdiction, 1);
	if (n == TALLY_FULL) {
		c->f.places_lost++;
		return NOWHERE;
	}
	return (uint32_t)n;
}

/* Room for one more, doubled; new ones are zero. */
static void *room_for(void *v, size_t i, size_t *room, size_t size)
{
	size_t old = *room;

	if (i < old)
		return v;
	*room = 2 * old + 16;
	v = mem_realloc(v, *room * size);
	memset((char *)v + old * size, 0, (*room - old) * size);
	return v;
}

static const struct census_group *count_group(
    struct census *c, const struct census_person *p)
{
	const struct people_row *row = p->row;
	struct str segment = census_segment(c, p);
	struct buf *key = &c->word;
	char tmp[8];
	size_t before = tally_size(c->group), i;
	struct census_group *g;

	buf_reset(key);
	buf_add(key, segment);
	buf_addc(key, '\0');
	buf_add(key, row->language);
	i = tally_add(c->group, buf_str(key), 1);
	if (i == TALLY_FULL) {
		c->f.variants_lost++;
		return NULL;
	}
	c->groups =
	    room_for(c->groups, i, &c->groups_room, sizeof(c->groups[0]));
	g = &c->groups[i];
	if (i == before && c->in.variants)
		g->variant =
		    letter_variant_for(c->in.variants, segment, row->language);
	g->no_address += !p->has_email;
	if (c->in.variants && !g->variant)
		c->f.no_text++;
	if (p->place != NOWHERE)
		tally_add(
		    c->group_place, census_pair((uint32_t)i, p->place, tmp), 1);
	return g;
}

static void count_tranche(struct census *c, const struct census_person *p)
{
	struct str name = STR_NONE;
	char tmp[8];
	size_t i;

	if (p->layout->tranche != NOWHERE)
		name = people_cell(p->row->cells, p->layout->tranche);
	i = tally_add(c->tranche, name, 1);
	if (i == TALLY_FULL) {
		c->f.tranches_lost++;
		return;
	}
	c->tranche_no_address[i] += !p->has_email;
	if (p->place != NOWHERE)
		tally_add(c->tranche_place,
		    census_pair((uint32_t)i, p->place, tmp), 1);
}

static void count_flags(struct census *c, const struct people_row *row)
{
	struct list_facts *f = &c->f;

	f->people++;
	f->no_address += !row->addresses.n;
	f->unsubscribed += !!(row->flags & PEOPLE_FLAG_UNSUBSCRIBED);
	f->complained += !!(row->flags & PEOPLE_FLAG_COMPLAINED);
	f->bounced += !!(row->flags & PEOPLE_FLAG_BOUNCED);
	f->engaged += !!(row->flags & PEOPLE_FLAG_ENGAGED);
}

/* ---- the law, once for all who are alike to it */

static struct law_channel_choice ask_law(
    const struct census *c, const struct census_person *p)
{
	struct law_channel_choice ret = {
	    .channel = p->has_email ? LAW_CHANNEL_EMAIL : LAW_CHANNEL_POST,
	    .why = p->has_email ? "no law of the pack says otherwise"
				: "there is no mail address",
	};

	if (c->has_law && p->place != NOWHERE)
		law_channel_for(c->in.x->pack, &c->law,
		    tally_key(c->place, p->place),
		    p->ground ? str_of(law_grounds[p->ground - 1]) : STR_NONE,
		    p->has_email, p->has_post, &ret);
	return ret;
}

static struct list_choice *choice_of(
    struct census *c, const struct census_person *p)
{
	char tmp[8];
	uint32_t alike = p->ground << 2 | (uint32_t)p->has_email << 1 |
			 (uint32_t)p->has_post;
	size_t before = tally_size(c->choice);
	size_t i = tally_add(c->choice, census_pair(p->place, alike, tmp), 1);

	if (i == TALLY_FULL)
		return NULL;
	c->choices =
	    room_for(c->choices, i, &c->choices_room, sizeof(c->choices[0]));
	if (i == before)
		c->choices[i] = (struct list_choice){
		    .place = p->place == NOWHERE
				 ? S("")
				 : tally_key(c->place, p->place),
		    .ground =
			p->ground ? str_of(law_grounds[p->ground - 1]) : S(""),
		    .has_email = p->has_email,
		    .has_post = p->has_post,
		    .law = ask_law(c, p),
		};
	return &c->choices[i];
}

/* The way of the legal notice: what the list says, else the law. */
static void count_channel(struct census *c, struct census_person *p)
{
	struct list_choice *choice = choice_of(c, p);
	struct list_facts *f = &c->f;

	if (choice) {
		choice->people++;
		choice->bounced += p->bounced;
		if (p->said) {
			choice->said[p->channel]++;
			choice->said_bounced[p->channel] += p->bounced;
		} else {
			p->channel = choice->law.channel;
		}
	} else {
		f->choices_lost++;
		if (!p->said)
			p->channel = ask_law(c, p).channel;
	}
	f->said_channel += p->said;
	f->by_channel[p->channel]++;
	f->courtesy += (p->channel == LAW_CHANNEL_POST ||
			   p->channel == LAW_CHANNEL_SUBSTITUTE) &&
		       p->has_email && !p->bounced;
}

const struct err *census_error(const struct census *c)
{
	return &c->roll_error;
}

int census_row(const struct people_row *row, void *census)
{
	struct census *c = census;
	struct census_person p = {
	    .row = row,
	    .has_email = row->addresses.n > 0,
	    .bounced = row->flags & PEOPLE_FLAG_BOUNCED,
	};
	const struct census_group *g;

	ENSURE(row->layout >= 1 && row->layout <= c->layouts);
	p.layout = &c->layout[row->layout - 1];
	count_flags(c, row);
	p.place = count_place(c, row);
	census_cells(c, &p);
	count_channel(c, &p);
	count_tranche(c, &p);
	g = count_group(c, &p);
	if (g)
		census_fields(c, &p, g);
	if (p.has_email)
		census_addresses(c, &p);
	return c->in.roll ? roll_row(c->in.roll, row, NULL, &c->roll_error) : 0;
}
