/* rules_identity: the judges of who sends, by what they look at. */
#pragma once

#include "check/facts.h"
#include "check/finding.h"

/* domain: S-01 to S-06, S-13, S-15, S-16 */
void judge_sender_domain(const struct check_facts *x, struct findings *f);
/* auth: S-07 to S-10, S-18 */
void judge_sender_auth(const struct check_facts *x, struct findings *f);
/* tls: S-11 */
void judge_transport(const struct check_facts *x, struct findings *f);
/* host: S-12, S-14, S-17, E-06 */
void judge_sender_host(const struct check_facts *x, struct findings *f);
/* copy: E-05 */
void judge_returned_copy(const struct check_facts *x, struct findings *f);

/* From is one mailbox at an own domain: what is judged beyond needs it. */
bool sender_is_own(const struct check_facts *x);
