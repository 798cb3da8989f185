/* facts_list: the audience in numbers, from one pass over it (census.h).
 *
 * Memory does not grow with the number of people.  Where something can have
 * many values (places, segments, words of a cell) there is a limit, and who is
 * beyond it is counted as such; what can have as many values as there are
 * people (domains, addresses) is counted by heavy.h, which keeps the frequent
 * ones and says how far off it may be.  No address is kept.
 */
#pragma once

#include "law/law.h"
#include "notice/letter.h"
#include "notice/roll.h"

#define LIST_PLACES   2048u  /* LIMITS: different places of residence, */
#define LIST_VARIANTS 2048u  /* (segment, language), */
#define LIST_TRANCHES 256u   /* tranches, */
#define LIST_SPREAD   65536u /* (variant or tranche, place), */
#define LIST_WORDS    256u   /* words of a cell that is a choice, */
#define LIST_CHOICES  8192u  /* (place, ground, addresses), */
#define LIST_DOMAINS  1000u  /* domains that are shown and looked up */
#define LIST_HELD     256u   /* (text, field that is empty) */
#define LIST_SHARED   5u     /* addresses of many people that are shown */

/* Those who get one text. */
struct list_variant {
	struct str segment, language; /* of the people, not of the file */
	struct str file;              /* "message.de.md"; none: no text fits */
	uint64_t people, no_address;
	struct law_place *place; /* where they live, the most first */
	size_t places;
};

/* Those imported together later; "": the first. */
struct list_tranche {
	struct str name;
	uint64_t people, no_address;
	struct law_place *place; /* the most first; unknown ones are not here */
	size_t places;
};

/* A word of a cell, as it stands there. */
struct list_word {
	struct str word;
	struct str nearest; /* of the words there are; none: it is one */
	uint64_t people;
};

/* What the law says of people who are alike to it, and what their cell
 * legal_channel says. */
struct list_choice {
	struct str place, ground; /* ground: "" none, or none that is known */
	bool has_email, has_post;
	struct law_channel_choice law;
	uint64_t people, bounced;
	uint64_t said[LAW_CHANNEL_COUNT]; /* in the cell */
	uint64_t said_bounced[LAW_CHANNEL_COUNT];
};

/* Whether a domain takes mail. */
enum list_mx {
	LIST_MX_UNASKED,
	LIST_MX_THERE,   /* MX, or an address */
	LIST_MX_NONE,    /* no such name, or nothing that takes mail */
	LIST_MX_REFUSES, /* null MX, RFC 7505 */
	LIST_MX_UNKNOWN, /* no answer */
};
struct list_domain {
	struct str name;
	uint64_t people; /* first address there; at least this many */
	bool reserved;   /* no such name can be on the Internet (RFC 6761) */
	enum list_mx mx;
};

/* An address that many people have. */
struct list_shared {
	struct str masked; /* "i***@example.com" */
	uint64_t people;   /* at least */
};

/* People whose mail can not be filled in. */
struct list_held {
	struct str file, field;
	uint64_t people;
};

/* One file of DIR/suppression: what a relay will drop by itself (E-04). */
struct list_suppression {
	struct str file;
	uint64_t lines, bad; /* bad: no address and no digest */
	uint64_t bad_line;   /* the first of them */
	uint64_t people;     /* with an address there */
	uint64_t unsubscribed, complained, bounced, other; /* of them, by what
							    * the list says */
};

struct list_facts {
	bool counted; /* false: the pass was left out, or there is nobody */
	uint64_t people, no_address, unknown_place;
	struct law_place *place; /* by residence, the most first */
	size_t places;
	uint64_t places_lost;         /* people in places beyond LIST_PLACES */
	struct list_variant *variant; /* the most first */
	size_t variants;
	uint64_t variants_lost, no_text;
	struct list_tranche *tranche; /* by name */
	size_t tranches;
	uint64_t tranches_lost;

	/* what the list says of them */
	uint64_t unsubscribed, complained, bounced, engaged;
	bool has_source, has_reason;
	uint64_t no_source, no_reason, with_post;
	uint64_t discovered;     /* people with a date of their own */
	uint64_t discovered_bad; /* with one that is no date */
	usec_t discovered_min, discovered_max;

	/* the legal notice's way */
	struct list_word *ground, *channel; /* words that are none, the most
					     * first */
	size_t grounds, channels;
	uint64_t bad_ground, bad_channel; /* people with such a word */
	struct list_choice *choice;
	size_t choices;
	uint64_t choices_lost;
	uint64_t by_channel[LAW_CHANNEL_COUNT]; /* of the cell, else the law */
	uint64_t said_channel;                  /* of them, by the cell */
	uint64_t courtesy; /* post or substitute, and a mail beside it */

	/* addresses */
	uint64_t addresses;          /* of all people */
	uint64_t role;               /* first address is info@, sales@ ... */
	uint64_t taken, taken_only;  /* mailboxes_taken: any, all of theirs */
	uint64_t taken_only_by_post; /* of the last: goes by post anyway */
	struct list_word *taken_domain; /* people with any address there */
	size_t taken_domains;
	struct list_word *slip; /* first address at a slip of a domain */
	size_t slips;           /* nearest: the one that was meant */
	uint64_t slip_people;
	uint64_t reserved;          /* at example.com, .invalid ... */
	struct list_domain *domain; /* the most first */
	size_t domains;
	uint64_t domains_error;   /* a count may be this much too small */
	uint64_t no_mx, mx_asked; /* people at domains without; domains */
	struct list_shared shared[LIST_SHARED];
	size_t shares;
	uint64_t shared_error;

	struct list_held *held;
	size_t helds;
	uint64_t held_people;
	/* digests of the audience, by tranche, for approvals */
	struct roll_tranche *roll;
	size_t rolls;
	struct list_suppression *suppression;
	size_t suppressions;
};
