/* facts_channel: what the other channels say, to be held against the mail. */
#pragma once

#include "base/buf.h"
#include "check/claims.h"

enum channel_kind {
	CHANNEL_WEB,
	CHANNEL_SMS,
	CHANNEL_PHONE,
	CHANNEL_SOCIAL,
	CHANNEL_KINDS
};

struct channel_text {
	const char *file; /* "channels/web.md" */
	bool there;       /* and not empty */
	struct claims claims;
	struct sms_size sms; /* of sms.txt */
};

enum channel_page {
	PAGE_UNASKED, /* there is no address, or we are offline */
	PAGE_SILENT,  /* asked, no answer */
	PAGE_MISSING, /* an answer that is no page: see `page_why` */
	PAGE_THERE
};

struct channel_facts {
	bool gathered;
	/* of every message*.md and every subject, together */
	struct claims mail;
	bool has_mail; /* a text was there to be read */
	struct channel_text text[CHANNEL_KINDS];
	struct claims canonical; /* the address as a claim, or none */
	enum channel_page page;
	struct str page_why, page_final; /* final: where redirects ended */
	bool page_left_host;
	bool page_has_from, page_has_title;
	bool prenotice; /* DIR/prenotice is there */
};

/* The words of a page, for looking something up in it: tags away, entities
 * read, white space one blank.  Pure. */
void channel_page_text(struct str html, struct buf *out);
