/* dmarc_told: one evaluation against a zone, its result kept as text. */
#pragma once

#include "auth/dmarc.h"

struct dmarc_told {
	const char *verdict, *disposition;
	const char *policy; /* NULL: no record applies */
	bool spf_aligned, dkim_aligned;
	enum dmarc_exists exists;
	struct buf author, organizational, policy_domain, reason;
	struct buf queries; /* "_dmarc.a.example _dmarc.example" */
};

/* Ends the program when the zone can not be read. */
void dmarc_told_get(
    struct str zone, const struct dmarc_request *r, struct dmarc_told *ret);
void dmarc_told_release(struct dmarc_told *t);
