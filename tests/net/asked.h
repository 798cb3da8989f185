/* asked: a question, and its answer as a line:
 *
 *	OK 300 mail.example: 192.0.2.1 192.0.2.2
 *	SERVFAIL bogus
 *
 * status, "secure" or "bogus", TTL, canonical name, records in the order of
 * their text; what is empty is left out.
 */
#pragma once

#include "base/arena.h"
#include "net/dns.h"
#include "t.h"

struct asked {
	struct buf text;
	int done;
	enum dns_type type;
	struct dns_query *query; /* NULL when done */
	struct loop *stop;       /* when done; may be NULL */
};

#define ASKED_INIT ((struct asked){.text = BUF_INIT(MiB)})

void asked_on_answer(const struct dns_answer *a, void *arg);
void asked_start(
    struct asked *q, struct dns *d, const char *name, enum dns_type type);
/* Runs the loop until it is done (libunbound's own waiting does not end). */
void asked_wait(struct asked *q, struct loop *l);
/* Asks, waits, compares. */
void asked_is(struct loop *l, struct dns *d, const char *name,
    enum dns_type type, const char *want);
