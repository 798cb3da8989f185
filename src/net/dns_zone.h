/* dns_zone: a world of names read from a zone file, and what it answers.  Only
 * files of this folder include it.  docs/formats/zone.md tells the syntax.
 *
 * One flat world: an NS record is a record, no zone is cut.  Names are nodes of
 * a hash table, also the empty ones between; a node's records are a chain.
 */
#pragma once

#include "net/dns_private.h"

#define ZONE_EXISTS   1u /* has records, or names below it that have */
#define ZONE_SERVFAIL 2u
#define ZONE_TIMEOUT  4u
#define ZONE_SECURE   8u
#define ZONE_BOGUS    16u

#define ZONE_NONE UINT32_MAX

struct zone_record {
	uint32_t next; /* of the same name, or ZONE_NONE */
	uint32_t ttl;
	uint32_t at; /* of the rdata in `data` */
	uint16_t n, type;
};

struct zone_node {
	uint32_t at; /* of the name in `data`, lower case */
	uint32_t first, last;
	uint8_t n, flags;
};

struct zone {
	struct buf data;
	struct zone_record *record;
	struct zone_node *node;
	uint32_t *slot; /* a power of two of them, node numbers or ZONE_NONE */
	size_t records, nodes, slots, record_cap;
	struct siphash_key key;
};

int zone_read(
    struct str text, const char *name, struct zone **ret, struct err *e);
void zone_free(struct zone *z);

/* For the reader.  ZONE_NONE, false: beyond a limit, or no memory. */
uint32_t zone_put(struct zone *z, const struct dns_name *name, unsigned flags);
bool zone_add(struct zone *z, uint32_t node, unsigned type, uint32_t ttl,
    struct str rdata);

/* Views are into `z` and `a`. */
void zone_answer(const struct zone *z, const struct dns_name *name,
    enum dns_type type, struct arena *a, struct dns_answer *ret);

/* ---- rdata as text */

struct zone_word {
	struct str text; /* escapes as written, without quotes */
	bool quoted;
};

/* The number of a type we know by name, or "TYPE123"; 0: unknown.
 * `ret_reads`: its plain text has a reader. */
unsigned zone_type(struct str name, bool *ret_reads);
/* Decimal seconds, or with units: "1h30m". */
bool zone_ttl(struct str s, uint32_t *ret);
/* Appends the wire form; the sentence in `e` is without file and line. */
int zone_rdata(unsigned type, const struct zone_word *w, size_t n,
    const struct dns_name *origin, struct buf *out, struct err *e);
