/* census_private: what the parts of the census share: census.c (the pass),
 * census_people.c (one person's addresses and cells), census_end.c (the facts).
 */
#pragma once

#include "check/census.h"
#include "check/heavy.h"
#include "check/tally.h"
#include "notice/template.h"

#define NOWHERE    UINT32_MAX /* no place, no column */
#define TAKEN_MAX  64u        /* LIMIT: domains of mailboxes_taken */
#define GROUND_MAX 64u        /* LIMIT: words of law_grounds */

/* Where a layout has what we read; NOWHERE: it has not. */
struct census_layout {
	const struct people_layout *names;
	uint32_t tranche, channel, ground, source, reason, street, city,
	    postcode, discovered;
};

/* One (segment, language). */
struct census_group {
	const struct letter_variant *variant; /* NULL: no text fits */
	uint64_t no_address;
};

/* What one row says, beside the row itself. */
struct census_person {
	const struct people_row *row;
	const struct census_layout *layout;
	uint32_t place; /* number, or NOWHERE */
	bool has_email, has_post, bounced;
	bool said; /* the cell legal_channel is there and is understood */
	enum law_channel channel; /* of the cell, else of the law */
	unsigned ground;          /* of law_grounds and 1; 0: none */
};

struct census {
	struct census_input in;
	struct law_facts law;
	bool has_law;
	struct list_facts f; /* numbers so far */
	struct census_layout *layout;
	size_t layouts;
	struct tally *place, *group, *tranche, *group_place, *tranche_place;
	struct tally *bad_ground, *bad_channel, *slip, *choice, *held;
	struct census_group *groups; /* by number in `group` */
	size_t groups_room;
	struct list_choice *choices; /* by number in `choice` */
	size_t choices_room;
	uint64_t *tranche_no_address; /* by number in `tranche` */
	struct heavy *domain, *address;
	struct str taken[TAKEN_MAX];
	uint64_t taken_people[TAKEN_MAX];
	size_t takens;
	/* letter_bind() by variant, then layout; as far as needed */
	int32_t **field;
	struct buf word; /* scratch */
	struct err roll_error;
};

/* Counts what the cells and addresses say; fills `p`. */
void census_cells(struct census *c, struct census_person *p);
void census_addresses(struct census *c, const struct census_person *p);
/* Counts a person whose mail can not be filled in. */
void census_fields(struct census *c, const struct census_person *p,
    const struct census_group *g);
/* The segment whose text a person gets. */
struct str census_segment(
    const struct census *c, const struct census_person *p);
/* A key of two numbers. */
struct str census_pair(uint32_t a, uint32_t b, char tmp[8]);
void census_unpair(struct str key, uint32_t *a, uint32_t *b);
