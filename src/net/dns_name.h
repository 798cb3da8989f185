/* dns_name: a domain name in wire form, uncompressed (RFC 1035 section 3.1):
 * labels with their length before them, the root's empty label at the end.
 * Only files of this folder, and tests, include it.
 */
#pragma once

#include "base/buf.h"

#define DNS_NAME_MAX 255
struct dns_name {
	uint8_t n; /* 1 to DNS_NAME_MAX; 0: none */
	char p[DNS_NAME_MAX];
};

static inline struct str dns_name_str(const struct dns_name *n)
{
	return (struct str){n->p, n->n};
}

/* From text: `\.` and `\DDD` escape; without a final dot `origin` (NULL: the
 * root) follows.  NULL, or the reason why it is no name. */
const char *dns_name_parse(
    struct str text, const struct dns_name *origin, struct dns_name *ret);
/* As text without final dot; the root is ".". */
void dns_name_format(struct str wire, struct buf *out);
void dns_name_lower(struct dns_name *n);
/* Bytes of the name that `wire` begins with, with its root label; 0: it does
 * not begin with one. */
size_t dns_name_wire_len(struct str wire);
