/* facts: everything the rules judge, gathered beforehand.
 *
 *	check_open()    settings, text, audience, law pack: what is in the folder
 *	gather_*()      one a family: DNS, a signed test message, the text as
 *	                people will read it, one pass over the audience
 *
 * Gathering has effects and takes time; what it could not learn is a fact too
 * ("asked, no answer").  The rules see only struct check_facts.
 */
#pragma once

#include "check/facts_channel.h"
#include "check/facts_content.h"
#include "check/facts_identity.h"
#include "check/facts_list.h"
#include "check/facts_plan.h"
#include "law/law.h"
#include "net/dns.h"
#include "notice/letter.h"
#include "notice/override.h"
#include "notice/relay.h"
#include "store/store.h"

struct check_options {
	const char *dir, *config, *data_dir;
	const char *relay; /* over [send] relay; NULL: that */
	const char *zone; /* DNS from this file and nothing else; NULL: asked */
	/* Answers kept in files, for a machine without the web: DIR/DOMAIN.json
	 * (RDAP) and DIR/HOST/PATH (pages).  With `zone` and without these the
	 * web is not asked. */
	const char *rdap_dir, *web_dir;
	bool no_list; /* leave the pass over the audience out (quick look) */
	usec_t now;   /* wall */
	int (*progress)(const char *what, uint64_t done, uint64_t total,
	    void *arg); /* negative: stop; may be NULL */
	void *arg;
};

/* What gathering works with; the rules never see it. */
struct check_context {
	struct check_options o;
	struct arena *arena; /* owns the facts */
	struct notice *notice;
	struct loop *loop;
	struct dns *dns;
	struct people *people; /* NULL: nothing imported */
	struct store *store;   /* NULL likewise */
	unsigned char secret[STORE_SECRET_SIZE];
	struct letter_variants *variants; /* NULL: see facts.text_error */
	struct relay_profile *profile;    /* NULL: sent directly */
	struct law_pack *pack;
};

struct check_facts {
	const struct notice *notice;
	usec_t now;
	bool has_audience, direct; /* direct: no relay */
	const struct relay_profile *profile;
	const struct law_pack *pack;
	/* why the text could not be read at all (bad field, no message.md) */
	struct str text_error;
	/* files and settings that still say CHANGE ME, "message.md:12" */
	struct str *placeholder;
	size_t placeholders;
	/* what two people decided to let pass */
	struct override *override;
	size_t overrides;
	struct identity_facts identity;
	struct content_facts content;
	struct list_facts list;
	struct channel_facts channel;
	struct plan_facts plan;
};

int check_open(const struct check_options *o, struct arena *a,
    struct check_context **ret, struct check_facts *x, struct err *e);
void check_close(struct check_context *c);
/* True if this file, or this setting ("notice.ini [from] address"), still has a
 * placeholder: what else would be said of it is noise. */
bool check_has_placeholder(const struct check_facts *x, struct str where);

/* Each fills its part; negative only for what ends the whole check. */
int gather_identity(
    struct check_context *c, struct check_facts *x, struct err *e);
int gather_content(
    struct check_context *c, struct check_facts *x, struct err *e);
int gather_list(struct check_context *c, struct check_facts *x, struct err *e);
int gather_channel(
    struct check_context *c, struct check_facts *x, struct err *e);
int gather_plan(struct check_context *c, struct check_facts *x, struct err *e);
