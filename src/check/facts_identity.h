/* facts_identity: who sends, as receivers will see it: the sender's domains in
 * the DNS, the hosts that send, and a signed test message judged as a stranger
 * would judge it.
 */
#pragma once

#include "auth/dmarc_record.h"
#include "auth/spf.h"
#include "auth/verify.h"
#include "check/ask.h"
#include "check/blocklists.h"
#include "check/markup.h"
#include "check/prose.h"
#include "check/rdap.h"
#include "domain/lookalike.h"
#include "smtp/sts.h"

#define IDENTITY_IPS        8u
#define IDENTITY_NEIGHBOURS 40u
#define IDENTITY_MX         8u

/* A server that an MX record names. */
struct identity_mx {
	struct str name; /* as written there, without the final dot */
	bool literal;    /* an IP address, which no MX can be (RFC 5321 5.1) */
	const struct dns_fact *a, *aaaa, *cname;
	const struct dns_fact *tlsa; /* at _25._tcp.NAME; of From's only */
};

struct identity_domain {
	struct str name; /* A-labels; none: not set or no domain */
	struct str org;  /* by the Public Suffix List */
	bool own;        /* org is one of own_domains */
	bool null_mx;
	const struct dns_fact *mx, *a, *aaaa;
	struct identity_mx server[IDENTITY_MX];
	size_t servers;
};

/* A TXT record by which the From domain speaks of TLS. */
struct identity_policy {
	const struct dns_fact *asked;
	unsigned records; /* of this kind, well written or not */
	struct str wrong; /* why it can not be used; none: it can */
};

/* The policy text of MTA-STS, where there is a record. */
struct identity_sts {
	bool asked;     /* false: no record, or no web to ask */
	bool silent;    /* asked, no answer */
	struct str why; /* why it can not be used, or did not come */
	enum sts_mode mode;
	struct str unnamed; /* a server of the From domain that it does not
			     * name */
};

/* How one of the main domains looks beside the sender's. */
struct identity_main {
	struct str name;
	struct lookalike alike; /* of From's org domain */
};

/* One look at SPF, for one address. */
struct identity_spf {
	enum spf_result result;
	unsigned lookups, void_lookups;
	struct str reason, record;
};

/* What a block list says of an address. */
enum identity_listed {
	LISTED_NO_ANSWER, /* or it does not answer this resolver */
	LISTED_NO,
	LISTED_YES,
};

struct identity_ip {
	char text[ENDPOINT_TEXT];
	struct endpoint ip;
	bool public; /* not private, loopback, link-local */
	const struct dns_fact *ptr;
	struct str ptr_name;
	bool confirmed; /* its name leads back to it */
	bool ptr_trouble;
	bool generic; /* the name is made of the address */
	struct identity_spf spf;
	enum identity_listed listed[BLOCKLISTS_MAX]; /* as in `blocklists` */
};

struct identity_key {
	struct str domain, selector, org;
	bool own;
	bool loaded; /* the private key could be read */
	struct str load_error;
	bool ed25519;
	unsigned bits;
	usec_t made; /* wall: when the file was last written; 0: no file */
	const struct dkim_verdict *test; /* of the test message, or NULL */
};

#define IDENTITY_REPORTS 4u

/* Reports that go to another organisation, which must say that it takes them
 * (RFC 9990, RFC 7489 7.1). */
struct identity_reports {
	struct str to;                /* its domain */
	const struct dns_fact *asked; /* TXT */
	bool allowed;
};

/* What is there of DMARC for the From domain. */
struct identity_dmarc {
	bool asked, trouble, found, testing, has_np;
	enum dmarc_policy policy; /* that applies to the From domain */
	struct str policy_domain, organizational, record;
	unsigned
	    records; /* at the From domain or above, the most at one name */
	size_t rua;
	struct identity_reports foreign[IDENTITY_REPORTS];
	size_t foreigns;
	struct str *problem; /* sentences */
	size_t problems;
};

struct identity_neighbour {
	struct str name;
	bool registered, mail, own;
};

/* A copy that came back from a mailbox of one's own (seed). */
struct identity_copy {
	bool there;
	struct str file, read_error;
	struct str from; /* the address in From */
	struct str return_path_org, dkim_domain;
	bool return_path_own;
	bool dkim_passes, dkim_aligned, trouble;
	bool list_unsubscribe;
	bool has_html;
	struct prose text, html; /* of its parts */
	struct markup page;      /* of the HTML part */
};

struct identity_facts {
	bool address_ok; /* [from] address is one mailbox */
	struct str address, local, address_error;
	struct identity_domain from, bounce, reply;
	struct identity_main main[4];
	size_t mains;
	const struct dns_fact *soa; /* of From's org domain */
	struct rdap rdap;           /* of From's org domain */

	struct str helo;
	bool helo_is_name; /* a domain name that could be looked up */
	const struct dns_fact *helo_a, *helo_aaaa;
	struct identity_ip ip[IDENTITY_IPS];
	size_t ips;
	struct blocklists blocklists; /* that were asked */
	struct str blocklists_error;  /* the file can not be read */
	bool source_private;          /* [send] source is no public address */

	unsigned spf_records; /* at the MAIL FROM domain */
	const struct dns_fact *spf_txt;
	struct identity_spf spf_stranger; /* for an address that is nobody's */

	struct identity_key key[2];
	size_t keys;
	bool composed; /* there is a test message */
	struct str compose_error;
	struct auth_report *report; /* of the test message, or NULL */

	struct identity_dmarc dmarc;
	struct identity_policy mta_sts, tls_rpt;
	struct identity_sts sts;
	struct identity_neighbour neighbour[IDENTITY_NEIGHBOURS];
	size_t neighbours;
	bool neighbours_trouble;
	struct identity_copy copy;
	bool answers_there; /* the file of [esp] answers can be read */
	bool esp_profile; /* the relay profile is a provider's */
	bool relay_own;   /* the relay's host is under an own domain, or an
			   * address */
	bool offline;     /* DNS from a file: block lists say nothing */
};
