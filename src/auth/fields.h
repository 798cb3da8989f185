/* fields: the header fields of a message, found by name from the bottom up, as
 * DKIM and ARC choose what a signature covers (RFC 6376 5.4.2).
 *
 *	if (fields_read(message, &arena, &f) < 0) ...
 *	fields_begin(&f);
 *	raw = fields_take(&f, S("From"), FIELDS_NONE);   the lowest From
 *	raw = fields_take(&f, S("From"), FIELDS_NONE);   the one above it, ...
 *
 * Only CRLF ends a line of what is signed: a field that ends in LF alone keeps
 * it, and a body behind an empty line without CR keeps that, so that neither
 * can be taken for the message that was signed.
 *
 * LIMITS: LIMIT_HEADER_SECTION, else `truncated`, and the body is not known.
 * A look-up costs the same however many fields there are.
 */
#pragma once

#include "base/limits.h"
#include "base/siphash.h"

#define FIELDS_NONE SIZE_MAX

struct field_entry {
	uint32_t at, end; /* in the message; without the CRLF that ends it */
	uint32_t name_n;
	uint32_t above; /* of the same name, or UINT32_MAX */
};
/* All fields of one name. */
struct field_group {
	uint32_t lowest, next; /* field; group of the same slot */
	uint32_t turn, taken;  /* next to be taken, if begun in this turn */
	uint32_t count;
};

struct fields {
	struct str message, body;
	bool truncated;
	struct field_entry
	    *field; /* from the top; lines that are none left out */
	size_t count;
	struct field_group *group;
	size_t groups;
	uint32_t *slot;
	size_t slots;
	uint32_t turn;
	struct siphash_key key;
	char *lower; /* scratch, for the longest name */
	size_t longest;
};

/* ERR_LIMIT: the arena is too small. */
int fields_read(struct str message, struct arena *a, struct fields *ret);

struct str fields_name(const struct fields *f, size_t i);
/* From the name to before the CRLF that ends it. */
struct str fields_raw(const struct fields *f, size_t i);
/* Behind the colon. */
struct str fields_value(const struct fields *f, size_t i);
bool fields_is(const struct fields *f, size_t i, struct str name);

/* A new choice, from the bottom. */
void fields_begin(struct fields *f);
/* The next field of this name above what was taken, but never `skip`; false:
 * there is none (more). */
bool fields_take(
    struct fields *f, struct str name, size_t skip, struct str *ret_raw);
/* How many of this name were not taken since fields_begin(). */
size_t fields_left(struct fields *f, struct str name, size_t skip);
