/* record: one imported person between the file and the audience, as bytes
 * that can be sorted.  Nobody but the import uses it. */
#pragma once

#include "base/buf.h"
#include "base/limits.h"

struct record {
	uint64_t line; /* of the file, where the person was met first */
	uint32_t flags;
	struct str person_id; /* at most LIMIT_PERSON_ID bytes */
	struct str name;      /* at most LIMIT_MERGE_VALUE */
	struct str addresses; /* wire form, split by '\n' */
	struct str key; /* what stands for the address in who a person is, when
			 * it is not the first address */
	struct str language, segment, jurisdiction; /* at most 255 */
	struct str cells; /* packed as in store/people.h */
};

void record_put(const struct record *r, struct buf *out);
/* Views into `s`, which record_put() made. */
void record_get(struct str s, struct record *ret);
/* The part of who a person is that is not person_id or name. */
struct str record_key(const struct record *r);
/* Whether both are one person. */
bool record_same(const struct record *a, const struct record *b);
