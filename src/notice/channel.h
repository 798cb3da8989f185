/* channel: over which channel one person gets the legal notice (S-42).
 *
 * The cell legal_channel decides where it is given; else the laws do, by where
 * the person lives, the ground for e-mail that the cell legal_ground records,
 * and which addresses there are.  A mail to somebody whose legal notice is a
 * letter (or both, or substitute notice) is a courtesy: sent, counted apart,
 * never the legal notice.  Pure.
 */
#pragma once

#include "law/law.h"
#include "store/people.h"

enum channel_problem {
	CHANNEL_FINE,
	CHANNEL_UNKNOWN,    /* legal_channel holds another word */
	CHANNEL_NO_GROUND,  /* legal_ground holds another word; it counts as
			     * none */
	CHANNEL_NO_ADDRESS, /* the channel given needs an address that is not
			     * there */
	CHANNEL_PROBLEM_COUNT
};
/* A sentence about the cell. */
const char *channel_problem_text(enum channel_problem p);

struct channel_choice {
	enum law_channel channel;
	bool given;                    /* by the cell */
	const char *why;               /* a clause; static */
	struct law_channel_choice law; /* what the laws alone say */
	bool has_email, has_post;
	bool courtesy; /* a mail to them is not the legal notice */
	enum channel_problem problem;
	struct str value; /* of the cell the problem is about */
};
/* `layout` is that of the row. */
void notice_channel_of(const struct law_pack *pack, const struct law_facts *f,
    const struct people_layout *layout, const struct people_row *row,
    struct channel_choice *ret);

/* Everybody, counted. */
struct channel_census {
	uint64_t by[LAW_CHANNEL_COUNT];
	uint64_t courtesy;
	uint64_t problem[CHANNEL_PROBLEM_COUNT];
};
int channel_count(const struct law_pack *pack, const struct law_facts *f,
    struct people *p, struct channel_census *ret, struct err *e);
