/* gather_identity: the parts of gathering who sends. */
#pragma once

#include "check/facts.h"
#include "domain/psl.h"

struct gather_identity {
	struct check_context *c;
	struct identity_facts *x;
	struct ask ask;
	struct psl *psl;
};

/* Whether this registrable domain is one of [organisation] own_domains. */
bool identity_is_own(
    struct check_context *c, const struct psl *psl, struct str org);

/* gather_identity_mail.c: private keys; the test message, judged; SPF for each
 * address and for nobody's; the DMARC record. */
void gather_identity_keys(struct gather_identity *g);
void gather_identity_mail(struct gather_identity *g);
/* A message as a receiver judges it; the report goes with the arena. */
struct auth_report *identity_judge_mail(struct gather_identity *g,
    struct str message, const struct auth_facts *facts);
/* gather_identity_tls.c: servers behind MX records, DANE, MTA-STS, TLSRPT.
 * First what can be asked at once, then what follows from MX, then it is read.
 */
void identity_tls_ask(struct gather_identity *g);
void identity_servers_ask(struct gather_identity *g);
void identity_tls_read(struct gather_identity *g);
/* gather_identity_copy.c: the newest copy in DIR/seed/. */
void gather_identity_copy(struct gather_identity *g);
