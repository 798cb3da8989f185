#include "notice/suppress.h"

#include "t.h"

static enum suppress_decision judge(const char *addresses, uint32_t flags,
    enum notice_complained complained, const char **why)
{
	const struct notice n = {.complained = complained};
	const struct people_row row = {
	    .addresses = str_of(addresses), .flags = flags};

	return suppress_judge(&n, &row, why);
}

static void each_reason_has_its_own_way(void **state)
{
	static const struct {
		const char *addresses;
		uint32_t flags;
		enum notice_complained complained;
		enum suppress_decision want;
	} c[] = {
	    {"ann@example.org", 0, NOTICE_COMPLAINED_LAST, SUPPRESS_SEND},
	    {"ann@example.org", PEOPLE_FLAG_UNSUBSCRIBED,
		NOTICE_COMPLAINED_POST, SUPPRESS_SEND},
	    {"ann@example.org", PEOPLE_FLAG_BOUNCED, NOTICE_COMPLAINED_LAST,
		SUPPRESS_OTHER_CHANNEL},
	    {"ann@example.org", PEOPLE_FLAG_COMPLAINED, NOTICE_COMPLAINED_LAST,
		SUPPRESS_SEND_LAST},
	    {"ann@example.org", PEOPLE_FLAG_COMPLAINED, NOTICE_COMPLAINED_POST,
		SUPPRESS_OTHER_CHANNEL},
	    {"ann@example.org", PEOPLE_FLAG_COMPLAINED | PEOPLE_FLAG_BOUNCED,
		NOTICE_COMPLAINED_LAST, SUPPRESS_OTHER_CHANNEL},
	    {"info@example.org", 0, NOTICE_COMPLAINED_LAST,
		SUPPRESS_OTHER_CHANNEL},
	    {"info@example.org\npostmaster@example.org", 0,
		NOTICE_COMPLAINED_LAST, SUPPRESS_OTHER_CHANNEL},
	    {"info@example.org\nann@example.org", 0, NOTICE_COMPLAINED_LAST,
		SUPPRESS_SEND},
	    {"info@example.org\nann@example.org", PEOPLE_FLAG_COMPLAINED,
		NOTICE_COMPLAINED_LAST, SUPPRESS_SEND_LAST},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(c); i++) {
		const char *why = NULL;

		t_int(judge(c[i].addresses, c[i].flags, c[i].complained, &why),
		    c[i].want);
		t_int(why != NULL, c[i].want != SUPPRESS_SEND);
	}
}

static void role_addresses_are_known(void **state)
{
	(void)state;
	t_true(suppress_is_role(S("postmaster@example.org")));
	t_true(suppress_is_role(S("Info@example.org")));
	t_true(suppress_is_role(S("abuse+x@example.org")));
	t_true(!suppress_is_role(S("informatics@example.org")));
	t_true(!suppress_is_role(S("ann+info@example.org")));
	t_true(!suppress_is_role(S("infos@info.example")));
	t_true(!suppress_is_role(S("")));
}

static void the_first_own_address_counts(void **state)
{
	(void)state;
	t_int(suppress_first_address(S("ann@example.org")), 0);
	t_int(suppress_first_address(
		  S("info@a.example\nsales@a.example\nann@a.example")),
	    2);
	t_int(suppress_first_address(S("info@a.example")), SUPPRESS_NO_ADDRESS);
	t_int(suppress_first_address(S("")), SUPPRESS_NO_ADDRESS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(each_reason_has_its_own_way),
	    T(role_addresses_are_known),
	    T(the_first_own_address_counts),
	};
	return t_run("suppress", tests);
}
