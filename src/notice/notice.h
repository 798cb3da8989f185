/* notice: one mandated communication, a folder.
 *
 *	notice.ini               settings (names fixed: design, section 6)
 *	message[.SEGMENT][.LANG].md   the text, by variant
 *	channels/                web.md, sms.txt, phone.txt, social.txt
 *	audience.db state.db     who, and what was done (store/)
 *	rejects.csv merges.csv   what the last import refused and joined
 */
#pragma once

#include "base/buf.h"
#include "base/limits.h"
#include "base/clock.h"

/* What `tocsin new` writes where somebody must write; nothing is sent while a
 * setting or a text still holds it. */
#define NOTICE_PLACEHOLDER "CHANGE ME"

enum notice_kind {
	NOTICE_BREACH,
	NOTICE_RECALL,
	NOTICE_POLICY,
	NOTICE_SAFETY,
	NOTICE_LEGAL
};
const char *notice_kind_name(enum notice_kind k);
bool notice_kind_parse(struct str s, enum notice_kind *ret);

enum notice_tls { NOTICE_TLS_OPPORTUNISTIC, NOTICE_TLS_REQUIRED };
enum notice_uncertain { NOTICE_UNCERTAIN_RETRY, NOTICE_UNCERTAIN_HOLD };

struct notice_dkim {
	struct str domain, selector, key; /* key: path relative to the folder,
					   * absolute, or a store URI */
};

/* Empty strings where nothing is set. */
struct notice {
	struct arena arena; /* owns all strings */
	struct str dir;     /* as given, without final slash */
	/* [notice] */
	enum notice_kind kind;
	struct str title, discovered, canonical_url, corrects;
	/* [organisation] */
	struct str org_name, brands, own_domains, marketing_senders;
	/* [from] */
	struct str from_name, from_address, reply_to;
	/* [message] */
	struct str subject, codes;
	/* [dkim], [dkim.2] */
	struct notice_dkim dkim[2];
	size_t dkim_count;
	/* [bounce] */
	struct str bounce_address;
	/* [send] */
	struct str relay, relay_profile, relay_user, relay_secret_file,
	    relay_secret_command, helo, source;
	unsigned workers; /* 0: one a core */
	enum notice_tls tls;
	struct str tls_ca_file;
	struct str window, canary;
	usec_t retry_for; /* default 72 h */
	usec_t not_after; /* wall; 0: none */
	enum notice_uncertain uncertain;
	/* [dns] */
	struct str resolver, trust_anchor;
	/* [approval] */
	struct str roles; /* empty: ungated */
	/* [facts] [seed] [store]: read and kept for later rooms */
	struct str store_url;
};

/* Reads DIR/notice.ini. Unknown sections and keys, doubles and bad values are
 * refused with file, line and what would be right. */
int notice_open(const char *dir, struct notice **ret, struct err *e);
int notice_parse(
    struct str text, const char *name, struct notice **ret, struct err *e);
void notice_free(struct notice *n);
/* What a send needs beyond syntax: from, subject, dkim, bounce ... present and
 * sane; names the setting and what to write there. */
int notice_check_sendable(const struct notice *n, struct err *e);
/* Path of a file of the notice: relative names under the folder, absolute ones
 * and URIs as they are.  NULL when the arena is full. */
const char *notice_path(
    const struct notice *n, struct str name, struct arena *a);

/* `tocsin new`: a commented folder, mode 0700. ERR_USAGE if it exists and is
 * not empty. */
int notice_create(const char *dir, enum notice_kind kind, struct err *e);
/* What it writes, by name; ends with NULL. */
extern const char *const notice_created_files[];
