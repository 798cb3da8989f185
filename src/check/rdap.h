/* rdap: when was this domain registered?  RFC 9083, asked as RFC 9224 tells
 * where, through the redirecting service rdap.org, or read from a folder of
 * answers kept beforehand.
 */
#pragma once

#include "base/clock.h"

enum rdap_status {
	RDAP_OK,        /* `registered` is known */
	RDAP_NOT_FOUND, /* the registry says there is no such domain */
	RDAP_NO_ANSWER, /* no registry answered, or without a date; see `why` */
	RDAP_NOT_ASKED, /* offline, and not in the folder */
};

struct rdap {
	enum rdap_status status;
	usec_t registered; /* wall; only with RDAP_OK */
	char source[300];  /* the file or URL that answered; "" if none */
	char why[300];     /* NO_ANSWER, NOT_ASKED: in a sentence */
};

/* One answer for `domain` (A-labels; STR_NONE: any).  Fills status and date:
 * RDAP_OK, or RDAP_NOT_FOUND for an error object with errorCode 404.
 * Negative: no RDAP answer, one for another domain, or without a date of
 * registration that can be read. */
int rdap_parse(
    struct str json, struct str domain, struct rdap *ret, struct err *e);

/* What a web answer says: `redirects` tells an answer of a registry from one of
 * the redirecting service, which knows no registry then. */
void rdap_read_answer(int http_status, unsigned redirects, struct str body,
    struct str domain, struct rdap *ret);

/* Asks: FOLDER/DOMAIN.json first (`folder` may be NULL), then, when `online`,
 * https://rdap.org/domain/DOMAIN.  `domain`: registrable, A-labels. */
void rdap_ask(
    const char *folder, bool online, struct str domain, struct rdap *ret);

const char *rdap_status_name(enum rdap_status s);

/* A date of RFC 3339: "2017-09-08T14:00:00.123+02:00"; also a leap second, and
 * what registries write though they should not: no offset (UTC is taken), no
 * time.  False for anything else. */
bool rdap_parse_date(struct str s, usec_t *ret_wall);
