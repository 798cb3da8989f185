/* dane: what the TLSA records of a mail server ask of its TLS (RFC 7672): facts
 * only, no TLS.  Asked at "_25._tcp.HOST", where HOST is a name that the DNS
 * gave with a valid signature.
 */
#pragma once

#include "base/limits.h"
#include "net/dns.h"

enum dane_need {
	DANE_NEED_NOTHING, /* no DANE here: other policies decide */
	DANE_NEED_TLS,     /* TLS, whoever it is: no record is usable (2.2) */
	DANE_NEED_MATCH,   /* a certificate that a usable record matches */
	DANE_NEED_ANOTHER, /* no answer, or a forged one: not this server, not
			    * now (2.2) */
};

struct dane {
	enum dane_need need;
	struct dns_tlsa record[LIMIT_DANE_RECORDS]; /* the usable ones */
	size_t count;
	size_t unusable;
};

/* Views are into `a`.  Beyond LIMIT_DANE_RECORDS records are not looked at. */
void dane_read(const struct dns_answer *a, struct dane *ret);
/* DANE-TA(2) or DANE-EE(3), a known selector, a digest of its right length
 * (3.1.3: PKIX-TA(0) and PKIX-EE(1) are not for SMTP). */
bool dane_is_usable(const struct dns_tlsa *t);
/* "_25._tcp.mail.example.com" */
void dane_name(uint16_t port, struct str host, struct buf *out);
