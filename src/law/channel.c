#include "law/law_private.h"

const char *const law_grounds[] = {"consent", "esign", "primary-channel",
    "contract", "own-procedure", "statute", NULL};

static const char *const names[LAW_CHANNEL_COUNT] = {
    [LAW_CHANNEL_EMAIL] = "email",
    [LAW_CHANNEL_POST] = "post",
    [LAW_CHANNEL_BOTH] = "both",
    [LAW_CHANNEL_SUBSTITUTE] = "substitute",
};

const char *law_channel_name(enum law_channel c)
{
	return names[c];
}

bool law_channel_parse(struct str s, enum law_channel *ret)
{
	for (size_t i = 0; i < LAW_CHANNEL_COUNT; i++)
		if (str_eq(s, str_of(names[i]))) {
			*ret = (enum law_channel)i;
			return true;
		}
	return false;
}

/* How a row judges e-mail to one person, the strictest last. */
enum leave {
	LEAVE_FREE, /* e-mail without condition */
	LEAVE_MET,  /* the condition is met by the ground */
	LEAVE_UNMET,
	LEAVE_NEVER, /* post; e-mail only beside it */
};

static bool is_ground(struct str ground)
{
	for (const char *const *g = law_grounds; *g; g++)
		if (str_ieq(ground, str_of(*g)))
			return true;
	return false;
}

/* State laws deem an entity's own notice procedure enough, if it keeps their
 * times. */
static bool own_procedure_fits(const struct law_row *r, struct str ground)
{
	return str_ieq(ground, S("own-procedure")) &&
	       str_starts(r->f[COL_JURISDICTION], S("US-"));
}

static bool is_consent(const struct law_row *r, struct str ground)
{
	if (str_ieq(ground, S("consent")) || str_ieq(ground, S("esign")))
		return true;
	/* "agreed to receive communications electronically" */
	return str_ieq(ground, S("contract")) &&
	       str_find(r->f[COL_EMAIL_CONDITION], S("agree")) >= 0;
}

static bool is_met(const struct law_row *r, struct str ground)
{
	if (r->email == EMAIL_CONDITIONAL)
		return is_ground(ground);
	return is_consent(r, ground) || own_procedure_fits(r, ground) ||
	       (r->email == EMAIL_PRIMARY_CHANNEL &&
		   str_ieq(ground, S("primary-channel")));
}

static enum leave leave_of(const struct law_row *r, struct str ground)
{
	if (r->email == EMAIL_YES)
		return LEAVE_FREE;
	if (r->email == EMAIL_NO)
		return LEAVE_NEVER;
	return is_met(r, ground) ? LEAVE_MET : LEAVE_UNMET;
}

/* In the United States without a state: the strictest of all states. */
static bool row_counts(const struct law_row *r, struct str jurisdiction)
{
	struct str j = r->f[COL_JURISDICTION];

	return law_place_within(jurisdiction, j) ||
	       (str_eq(jurisdiction, S("US")) && str_starts(j, S("US-")));
}

static const char *why_unmet(const struct law_row *r)
{
	if (r->email == EMAIL_CONSENT)
		return "e-mail needs the person's consent, and none is "
		       "recorded";
	if (r->email == EMAIL_PRIMARY_CHANNEL)
		return "e-mail must be the usual channel with the person, and "
		       "no such ground is recorded";
	return "e-mail has a condition, and no ground for it is recorded";
}

static void choose_post(
    bool has_post, const char *why, struct law_channel_choice *c)
{
	c->channel = has_post ? LAW_CHANNEL_POST : LAW_CHANNEL_SUBSTITUTE;
	c->why = why;
}

static void choose(enum leave leave, const struct law_row *r, bool has_email,
    bool has_post, struct law_channel_choice *c)
{
	if (!has_email) {
		choose_post(has_post,
		    has_post
			? "there is no e-mail address"
			: "there is neither an e-mail nor a postal address",
		    c);
	} else if (leave == LEAVE_NEVER && has_post) {
		c->channel = LAW_CHANNEL_BOTH;
		c->why = "the law wants a letter; e-mail goes beside it";
	} else if (leave == LEAVE_NEVER) {
		choose_post(false,
		    "the law wants a letter, and there is no postal address",
		    c);
	} else if (leave == LEAVE_UNMET) {
		choose_post(has_post, why_unmet(r), c);
	} else {
		c->channel = LAW_CHANNEL_EMAIL;
		c->why = !r ? "no law of the pack names a channel"
			 : leave == LEAVE_MET
			     ? "the ground recorded meets the law's condition"
			     : "the law takes e-mail as direct notice";
	}
}

void law_channel_for(const struct law_pack *p, const struct law_facts *f,
    struct str jurisdiction, struct str ground, bool has_email, bool has_post,
    struct law_channel_choice *ret)
{
	const struct law_row *strictest = NULL;
	enum leave leave = LEAVE_FREE;
	unsigned kinds = law_kinds_of(f);

	ground = str_trim(ground);
	for (size_t i = 0; i < p->rows; i++) {
		const struct law_row *r = &p->row[i];
		enum leave l;

		if (!(r->kind & kinds) || r->email == EMAIL_NOT_ASKED ||
		    law_value_is_none(&r->individual) ||
		    !row_counts(r, jurisdiction) ||
		    law_applies_to(r, f) == LAW_NO)
			continue;
		l = leave_of(r, ground);
		if (!strictest || l > leave) {
			strictest = r;
			leave = l;
		}
	}
	*ret = (struct law_channel_choice){.id = S(""), .confidence = S("")};
	if (strictest) {
		ret->id = strictest->f[COL_ID];
		ret->confidence = strictest->f[COL_CONFIDENCE_CHANNEL];
	}
	choose(leave, strictest, has_email, has_post, ret);
}
