/* authres: the Authentication-Results field (RFC 8601), written and read.
 *
 * Writing can not be made to say more than it was told: what comes from a
 * stranger is a token or a quoted string, or a comment with its brackets
 * escaped; controls are gone, lengths bounded.
 *
 *	authres_begin(&w, &out, S("mx.example.org"));
 *	authres_method(&w, "dmarc", "fail");
 *	authres_property(&w, "header", "from", domain);
 *	authres_property(&w, "policy", "dmarc", S("reject"));
 *	if (!authres_end(&w)) ... the buffer was too small
 *
 * Reading believes nobody by default.  A field counts only if it bears the
 * authserv-id that is configured and stands above the Received field that the
 * edge of the own network wrote (RFC 8601 5): whatever is below came in with
 * the mail.  Exchange Online writes fields without an authserv-id; where that
 * is configured, such fields count by their place alone.  A field that does not
 * parse counts as absent.
 *
 * LIMITS: LIMIT_AUTHRES_*.
 */
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "mail/header.h"

/* ---- writing */

struct authres_writer {
	struct buf *out;
	size_t column;
	bool any;
};
void authres_begin(struct authres_writer *w, struct buf *out, struct str id);
/* Both words are ours, not a stranger's. */
void authres_method(
    struct authres_writer *w, const char *method, const char *result);
/* Behind its method, the reason before the properties; empty: nothing. */
void authres_reason(struct authres_writer *w, struct str reason);
void authres_comment(struct authres_writer *w, struct str comment);
void authres_property(struct authres_writer *w, const char *type,
    const char *name, struct str value);
/* Without a method the field says "none".  False: `out` is over. */
bool authres_end(struct authres_writer *w);

/* ---- reading one field */

struct authres_property {
	struct str type, name; /* lower case */
	struct str value;      /* unquoted */
};
struct authres_result {
	struct str method, result; /* lower case */
	uint64_t version;          /* 1 when not given */
	struct str reason;
	const struct authres_property *property;
	size_t property_count;
};
struct authres {
	struct str id; /* none: a field without one */
	uint64_t version;
	const struct authres_result *result;
	size_t count; /* 0: "none" */
};

/* `value` as it stands behind the colon.  `with_id`: it begins with an
 * authserv-id, as the standard says.  All of `ret` is in `a`.  ERR_INPUT says
 * what is wrong; then nothing in the field may be believed.
 * Looser than the grammar, as fields in the wild are: a semicolon may end it, a
 * property may lack its type (and is passed over), and a value may hold other
 * visible characters without quotes. */
int authres_parse(struct str value, bool with_id, struct arena *a,
    struct authres *ret, struct err *e);

/* ---- a message's fields */

struct authres_trust {
	struct str id;   /* empty: none is configured */
	bool without_id; /* take fields that have none, by their place */
	/* How many Received fields the own network writes; its edge wrote the
	 * last of them.  0 counts as 1. */
	unsigned hops;
};
/* The trusted fields, from above.  `ret` has room for LIMIT_AUTHRES_FIELDS. */
size_t authres_find(struct str message, const struct authres_trust *t,
    struct arena *a, struct authres *ret);

/* At the edge, before an own field is added: steps to the next field that
 * bears `id`, or whose authserv-id can not be read, and so must be removed
 * (RFC 8601 5).  Also a name that only some readers take for
 * Authentication-Results. */
bool authres_next_forged(
    struct header_reader *r, struct str id, struct header_field *ret);
