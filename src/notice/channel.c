#include "notice/channel.h"

static const char *const problems[] = {
    [CHANNEL_FINE] = "",
    [CHANNEL_UNKNOWN] = "legal_channel must be email, post, both or substitute",
    [CHANNEL_NO_GROUND] = "legal_ground must be consent, esign, "
			  "primary-channel, contract, own-procedure or statute",
    [CHANNEL_NO_ADDRESS] = "the channel that legal_channel names has no "
			   "address: email wants an address that works, post "
			   "a street and a city or postcode",
};

const char *channel_problem_text(enum channel_problem p)
{
	return problems[p];
}

static struct str cell_named(const struct people_layout *layout,
    const struct people_row *row, const char *name)
{
	for (size_t i = 0; layout && i < layout->count; i++)
		if (str_eq(layout->name[i], str_of(name)))
			return str_trim(people_cell(row->cells, i));
	return STR_NONE;
}

static bool is_ground(struct str s)
{
	for (size_t i = 0; law_grounds[i]; i++)
		if (str_ieq(s, str_of(law_grounds[i])))
			return true;
	return false;
}

static bool parse_channel(struct str s, enum law_channel *ret)
{
	char low[16];

	if (s.n > sizeof(low))
		return false;
	for (size_t i = 0; i < s.n; i++)
		low[i] = ascii_lower(s.p[i]);
	return law_channel_parse(str_make(low, s.n), ret);
}

static bool can_go(enum law_channel c, bool email, bool post)
{
	switch (c) {
	case LAW_CHANNEL_EMAIL: return email;
	case LAW_CHANNEL_POST: return post;
	case LAW_CHANNEL_BOTH: return email && post;
	case LAW_CHANNEL_SUBSTITUTE:
	case LAW_CHANNEL_COUNT: break;
	}
	return true;
}

static void set_problem(
    struct channel_choice *c, enum channel_problem p, struct str value)
{
	if (c->problem == CHANNEL_FINE) {
		c->problem = p;
		c->value = value;
	}
}

void notice_channel_of(const struct law_pack *pack, const struct law_facts *f,
    const struct people_layout *layout, const struct people_row *row,
    struct channel_choice *ret)
{
	struct str given = cell_named(layout, row, "legal_channel");
	struct str ground = cell_named(layout, row, "legal_ground");

	*ret = (struct channel_choice){.has_email = row->addresses.n > 0,
	    .has_post = cell_named(layout, row, "street").n &&
			(cell_named(layout, row, "city").n ||
			    cell_named(layout, row, "postcode").n)};
	if (given.n && parse_channel(given, &ret->channel))
		ret->given = true;
	else if (given.n)
		set_problem(ret, CHANNEL_UNKNOWN, given);
	if (ground.n && !is_ground(ground)) {
		set_problem(ret, CHANNEL_NO_GROUND, ground);
		ground = STR_NONE;
	}
	law_channel_for(pack, f, row->jurisdiction, ground, ret->has_email,
	    ret->has_post, &ret->law);
	if (!ret->given) {
		ret->channel = ret->law.channel;
		ret->why = ret->law.why;
	} else {
		ret->why = "the list says so";
		if (!can_go(ret->channel, ret->has_email, ret->has_post))
			set_problem(ret, CHANNEL_NO_ADDRESS, given);
	}
	ret->courtesy = ret->has_email && ret->channel != LAW_CHANNEL_EMAIL;
}

struct counting {
	const struct law_pack *pack;
	const struct law_facts *facts;
	struct people *people;
	struct channel_census *to;
};

static int on_person(const struct people_row *row, void *arg)
{
	struct counting *c = arg;
	struct channel_choice choice;

	notice_channel_of(c->pack, c->facts,
	    people_layout(c->people, row->layout), row, &choice);
	c->to->by[choice.channel]++;
	c->to->courtesy += choice.courtesy;
	c->to->problem[choice.problem]++;
	return 0;
}

int channel_count(const struct law_pack *pack, const struct law_facts *f,
    struct people *p, struct channel_census *ret, struct err *e)
{
	struct counting c = {pack, f, p, ret};

	*ret = (struct channel_census){0};
	return people_each(p, 0, on_person, &c, e);
}
