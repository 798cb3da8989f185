/* bimi: the record that points to a brand's indicator
 * (draft-brand-indicators-for-message-identification 4.3).  Only read here:
 * what it points to is fetched by nobody in this room.
 *
 *	<selector>._bimi.<domain>  TXT  v=BIMI1; l=https://...; a=https://...
 */
#pragma once

#include "base/arena.h"
#include "base/buf.h"

struct bimi_record {
	struct str location;  /* l=: the indicator; none when declined */
	struct str authority; /* a=: the certificate, or none */
	struct str avatar;    /* avp=: "brand" or "personal"; brand if absent */
	bool declined; /* l= is there and empty, a= too: shows no indicator */
};

/* True: usable, or `declined`; the views are into `text`.  False: *ret_why
 * (static) says what is wrong.  The version is compared without case. */
bool bimi_record_parse(
    struct str text, struct bimi_record *ret, const char **ret_why);
/* The selector that a BIMI-Selector field ("v=BIMI1; s=brand") names;
 * "default" when it is absent or not valid. */
struct str bimi_selector(struct str field_value);
/* "default._bimi.example.com" */
void bimi_name(struct str selector, struct str domain, struct buf *out);
