/* fetch: one HTTPS GET, through libcurl, for checks that run before anything is
 * sent (is the page there? how old is the domain?).  Waits for the answer.
 *
 *	struct fetch_options o = {.max_body = 1 * MiB};
 *	struct fetch_result r;
 *	if (fetch_get(&o, "https://example.com/notice", &r, &e) < 0)
 *		... ERR_NET, with a sentence
 *	... r.status, r.final_url, r.content_type, r.body
 *	fetch_result_free(&r);
 *
 * https only, at every hop; certificates are verified; no cookies, no user or
 * password in a URL, no proxy, no .netrc.  Redirects are followed one by one,
 * counted and kept.  Addresses that are not of the public Internet (loopback,
 * private, link-local, shared, multicast ...) are refused after the name is
 * resolved, so that a page or its DNS can not send us into the own network.
 * An answer of any status is a success; what could not be had is an error.
 */
#pragma once

#include "base/buf.h"

#define FETCH_REDIRECTS 8U /* most that are followed */

struct fetch_options {
	unsigned timeout;       /* seconds for all hops together; 0: 10 */
	size_t max_body;        /* 0: LIMIT_FETCH_BODY */
	unsigned max_redirects; /* 0: 5; at most FETCH_REDIRECTS */
	bool no_redirects;      /* a redirect is the answer */
	bool allow_private;     /* tests */
	const char *ca_file;    /* instead of the system's; tests */
};

struct fetch_hop {
	char *url;  /* that was asked */
	int status; /* that it answered with */
};

struct fetch_result {
	int status;         /* of the last answer */
	char *final_url;    /* that gave it */
	bool left_host;     /* some redirect went to another host */
	char *content_type; /* "" if none was given */
	struct buf body;    /* empty for a redirect that was not followed */
	struct fetch_hop hops[FETCH_REDIRECTS]; /* the redirects, in order */
	unsigned redirects;
};

/* Fills `ret` on success only; the caller frees it.  ERR_INPUT: the URL is not
 * one we fetch; ERR_LIMIT: a body too long or too many redirects; ERR_NET: no
 * answer (name, address, TLS, time). */
int fetch_get(const struct fetch_options *o, const char *url,
    struct fetch_result *ret, struct err *e);

/* The same answered from a folder: DIR/HOST/PATH, without query and fragment;
 * a path that ends in "/" is its index.html; a file that is not there is
 * status 404.  ".." and the like are refused (ERR_INPUT). */
int fetch_from_folder(
    const char *dir, const char *url, struct fetch_result *ret, struct err *e);

void fetch_result_free(struct fetch_result *r);
