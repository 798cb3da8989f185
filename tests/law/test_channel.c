#include "pack.h"

static void channels_follow_the_strictest_row(void **state)
{
	enum { E = 1, P = 2 };
	static const struct {
		const char *place, *sector, *ground;
		unsigned has;
		enum law_channel want;
		const char *id;
	} row[] = {
	    /* e-mail is free */
	    {"US-AL", "general", "", E | P, LAW_CHANNEL_EMAIL, "us-al"},
	    {"DE", "general", "", E, LAW_CHANNEL_EMAIL, "eu-gdpr"},
	    {"US-AL", "general", "", P, LAW_CHANNEL_POST, "us-al"},
	    {"US-AL", "general", "", 0, LAW_CHANNEL_SUBSTITUTE, "us-al"},
	    /* consent */
	    {"US-CA", "general", "", E | P, LAW_CHANNEL_POST, "us-ca"},
	    {"US-CA", "general", "", E, LAW_CHANNEL_SUBSTITUTE, "us-ca"},
	    {"US-CA", "general", "consent", E | P, LAW_CHANNEL_EMAIL, "us-ca"},
	    {"US-CA", "general", "ESIGN", E, LAW_CHANNEL_EMAIL, "us-ca"},
	    {"US-CA", "general", "esign", P, LAW_CHANNEL_POST, "us-ca"},
	    {"US-CA", "general", "own-procedure", E, LAW_CHANNEL_EMAIL,
		"us-ca"},
	    {"US-CA", "general", "contract", E | P, LAW_CHANNEL_POST, "us-ca"},
	    {"US-CA", "general", "primary-channel", E | P, LAW_CHANNEL_POST,
		"us-ca"},
	    {"US-HI", "general", "contract", E, LAW_CHANNEL_EMAIL, "us-hi"},
	    {"US-CA", "general", "hearsay", E | P, LAW_CHANNEL_POST, "us-ca"},
	    /* the usual channel */
	    {"US-CO", "general", "primary-channel", E, LAW_CHANNEL_EMAIL,
		"us-co"},
	    {"US-CO", "general", "consent", E, LAW_CHANNEL_EMAIL, "us-co"},
	    {"US-CO", "general", "", E | P, LAW_CHANNEL_POST, "us-co"},
	    /* a condition */
	    {"US-PA", "general", "", E | P, LAW_CHANNEL_POST, "us-pa"},
	    {"US-PA", "general", "statute", E, LAW_CHANNEL_EMAIL, "us-pa"},
	    /* a sector's stricter law, also while the sector is unsaid */
	    {"US-AL", "health", "", E | P, LAW_CHANNEL_POST, "us-hipaa"},
	    {"US-AL", "", "", E | P, LAW_CHANNEL_POST, "us-hipaa"},
	    /* without a state: the strictest of all */
	    {"US", "general", "", E | P, LAW_CHANNEL_POST, "us-ak"},
	    {"US", "general", "esign", E | P, LAW_CHANNEL_EMAIL, "us-ak"},
	    /* no law */
	    {"BO", "general", "", E | P, LAW_CHANNEL_EMAIL, ""},
	    {"", "general", "", P, LAW_CHANNEL_POST, ""},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		struct law_facts f = pack_facts("2026-11-01");
		struct law_channel_choice c;

		f.sector = str_of(row[i].sector);
		law_channel_for(pack, &f, str_of(row[i].place),
		    str_of(row[i].ground), row[i].has & E, row[i].has & P, &c);
		t_true(c.channel == row[i].want, "%s %s %s: %s", row[i].place,
		    row[i].sector, row[i].ground, law_channel_name(c.channel));
		t_str(c.id, row[i].id);
		t_int(c.confidence.n > 0, row[i].id[0] != '\0');
		t_true(c.why && *c.why, "no reason");
	}
}

static void where_a_letter_is_owed_email_goes_beside_it(void **state)
{
	struct law_facts f = pack_facts("2026-11-01");
	struct law_channel_choice c;

	(void)state;
	f.kinds = LAW_KIND_RECALL;
	f.sector = S("vehicle");
	law_channel_for(pack, &f, S("US-CA"), S("consent"), true, true, &c);
	t_int(c.channel, LAW_CHANNEL_BOTH);
	t_str(c.id, "us-nhtsa-recall");
	t_str(c.confidence, "medium");
	law_channel_for(pack, &f, S("US-CA"), S("consent"), false, true, &c);
	t_int(c.channel, LAW_CHANNEL_POST);
	law_channel_for(pack, &f, S("US-CA"), S("consent"), true, false, &c);
	t_int(c.channel, LAW_CHANNEL_SUBSTITUTE);
}

static void names_go_both_ways(void **state)
{
	enum law_channel c;

	(void)state;
	for (unsigned i = 0; i < LAW_CHANNEL_COUNT; i++) {
		t_true(law_channel_parse(
			   str_of(law_channel_name((enum law_channel)i)), &c),
		    "%u", i);
		t_int(c, i);
	}
	t_true(!law_channel_parse(S("pigeon"), &c), "pigeon");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(channels_follow_the_strictest_row),
	    T(where_a_letter_is_owed_email_goes_beside_it),
	    T(names_go_both_ways),
	};

	return pack_run("channel", tests);
}
