/* suppress: who gets the notice by mail, and who by another channel, and why.
 * By reason, not by one switch (S-44):
 *
 *	unsubscribed    gets it: this is no marketing
 *	bounced         their mailbox is known not to take mail: other channel
 *	a role address  postmaster@, info@ ...: read by whoever is on duty, who
 *	                is not the person: their next address, or else other
 *	                channel
 *	complained      called our mail spam: after everybody else, or with
 *	                [list] complained = post by another channel
 *
 * Nobody is left out: who is not mailed is owed another channel.  Pure.
 */
#pragma once

#include "notice/notice.h"
#include "store/people.h"

enum suppress_decision {
	SUPPRESS_SEND,
	SUPPRESS_SEND_LAST,
	SUPPRESS_OTHER_CHANNEL,
};
/* `ret_why` (for the last two): a sentence for the record. */
enum suppress_decision suppress_judge(
    const struct notice *n, const struct people_row *row, const char **ret_why);
/* The number of the first address that is no role address. */
#define SUPPRESS_NO_ADDRESS UINT32_MAX
uint32_t suppress_first_address(struct str addresses);
/* postmaster@, abuse@ and their like, by RFC 2142 and by custom. */
bool suppress_is_role(struct str address);
