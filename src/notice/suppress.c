#include "notice/suppress.h"

/* RFC 2142, then what is usual; "info+x" and "info" are one. */
static const char *const roles[] = {
    "abuse",
    "admin",
    "administrator",
    "billing",
    "contact",
    "ftp",
    "help",
    "helpdesk",
    "hostmaster",
    "info",
    "mailer-daemon",
    "marketing",
    "news",
    "no-reply",
    "nobody",
    "noc",
    "noreply",
    "postmaster",
    "root",
    "sales",
    "security",
    "support",
    "usenet",
    "uucp",
    "webmaster",
    "www",
};

bool suppress_is_role(struct str address)
{
	ptrdiff_t at = str_rchr(address, '@');
	struct str local = str_sub(address, 0, at < 0 ? 0 : (size_t)at);

	if (str_chr(local, '+') > 0)
		local = str_sub(local, 0, (size_t)str_chr(local, '+'));
	for (size_t i = 0; i < ARRAY_SIZE(roles); i++)
		if (str_ieq(local, str_of(roles[i])))
			return true;
	return false;
}

uint32_t suppress_first_address(struct str addresses)
{
	struct str rest = addresses;
	uint32_t n = 0;

	while (rest.p && addresses.n) {
		if (!suppress_is_role(str_cut(&rest, '\n')))
			return n;
		n++;
	}
	return SUPPRESS_NO_ADDRESS;
}

enum suppress_decision suppress_judge(
    const struct notice *n, const struct people_row *row, const char **ret_why)
{
	*ret_why = NULL;
	if (row->flags & PEOPLE_FLAG_BOUNCED) {
		*ret_why = "mail to this person bounced before; owed another "
			   "channel";
		return SUPPRESS_OTHER_CHANNEL;
	}
	if (row->addresses.n &&
	    suppress_first_address(row->addresses) == SUPPRESS_NO_ADDRESS) {
		*ret_why = "a role address, which no one person reads; owed "
			   "another channel";
		return SUPPRESS_OTHER_CHANNEL;
	}
	if (!(row->flags & PEOPLE_FLAG_COMPLAINED))
		return SUPPRESS_SEND;
	if (n->complained == NOTICE_COMPLAINED_POST) {
		*ret_why = "called our mail spam before; owed another channel "
			   "([list] complained = post)";
		return SUPPRESS_OTHER_CHANNEL;
	}
	*ret_why = "called our mail spam before; sent after everybody else";
	return SUPPRESS_SEND_LAST;
}
