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

enum notice_answer { NOTICE_UNSAID, NOTICE_YES, NOTICE_NO };
/* What becomes of those who called our mail spam. */
enum notice_complained { NOTICE_COMPLAINED_LAST, NOTICE_COMPLAINED_POST };

/* What cannot be looked up: the law asks it, and only a person knows. */
struct notice_facts {
	struct str sector; /* list: health, bank, telecom ... (law/facts.h) */
	struct str data_types; /* list: ssn, health, credentials ... */
	enum notice_answer encrypted, listed;
	struct str role;             /* controller, processor ... */
	usec_t determined, intruded; /* wall; 0: not said */
	struct str mailboxes_taken;  /* list of domains whose mail passwords
				      * were taken (S-43) */
};

/* Why this is mailed at all (S-40). */
struct notice_necessity {
	struct str basis; /* law or decision, for those the pack lacks */
	struct str decided_by, why_email;
	usec_t decided_on;
	struct str mailings; /* mandated ones in the last 12 months */
};

/* What somebody vouches for, because no look-up shows it. */
struct notice_attest {
	struct str volume;   /* mails a day from this domain, 30 day mean
			      * (S-04) */
	struct str feedback; /* postmaster pages, complaint loops (S-17) */
	usec_t keys_changed; /* wall (S-18) */
};

/* The provider that sends for us, when it is a stranger's (S-16, E-06). */
struct notice_esp {
	struct str name, contract, answers;
};

/* Thresholds of the checks; 0 or empty: the default. */
struct notice_check {
	unsigned links, subject_length, grade, sentence, parity, kilobytes,
	    age_block, age_warn, stale_percent;
	unsigned rate;      /* mails an hour, for the projected finish */
	usec_t start;       /* wall: when the send is planned; 0: now */
	usec_t house_limit; /* for laws that name no days; 0: none */
	struct str block;   /* list of rules whose warnings shall block */
};

struct notice_dkim {
	struct str domain, selector, key; /* key: path relative to the folder,
					   * absolute, or a store URI */
};

/* A subject for one segment, one language, or both: [message] subject.minor.fr.
 * letter.h says who gets it. */
struct notice_subject {
	struct str key; /* "subject.minor.fr"; "subject" is the one for all */
	struct str segment, language, text;
	unsigned long line; /* of the settings; 0: [message] subject */
};

/* Empty strings where nothing is set. */
struct notice {
	struct arena arena;       /* owns all strings */
	struct str dir;           /* as given, without final slash */
	struct str settings;      /* the file they were read from */
	unsigned char sha256[32]; /* of the settings, as they were read */
	/* [notice] */
	enum notice_kind kind;
	struct str title, discovered, canonical_url, corrects;
	/* [organisation] */
	struct str org_name, brands, own_domains, marketing_senders;
	/* [from] */
	struct str from_name, from_address, reply_to;
	/* [message] */
	struct str subject, codes;
	struct notice_subject *own_subject; /* by key */
	size_t own_subjects;
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
	/* [approval]: list, "legal, security:2"; notice_is_gated() */
	struct str roles;
	bool roles_given; /* the key stands there, be it empty */
	struct notice_facts facts;
	struct notice_necessity necessity;
	struct notice_attest attest;
	struct notice_esp esp;
	struct notice_check check;
	/* [list] */
	enum notice_complained complained;
	/* [seed] [store] */
	struct str seed_addresses, store_url;
};

/* Roles that must approve where notice.ini names none; with [esp] name also
 * "esp". */
#define NOTICE_ROLES "legal, security, communications"

/* False: `roles =` stands there empty, and nobody is asked for anything. */
bool notice_is_gated(const struct notice *n);

/* Each setting that has a value, in the order of the program's table: "[from]",
 * "address", the value as text (a date in ISO, a duration in seconds). */
typedef void notice_setting_fn(
    const char *section, const char *key, struct str value, void *arg);
void notice_each_setting(
    const struct notice *n, notice_setting_fn *fn, void *arg);

/* Reads DIR/notice.ini. Unknown sections and keys, doubles and bad values are
 * refused with file, line and what would be right.  LIMITS: LIMIT_SUBJECTS. */
int notice_open(const char *dir, struct notice **ret, struct err *e);
/* With other settings than the folder's: --config FILE; NULL: notice_open(). */
int notice_open_with(
    const char *dir, const char *config, struct notice **ret, struct err *e);
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
