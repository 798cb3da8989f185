/* dmarc_record: one DMARC policy record (RFC 9989 4.7 and 4.8), read.
 *
 *	struct dmarc_record r;
 *	if (dmarc_record_parse(txt, &arena, &r))
 *		... r.p, r.sp, r.np: what is asked for, fallbacks done
 *
 * Only the version decides whether a text is a record at all.  Everything else
 * that is wrong costs its tag, not the record: unknown tags are passed over, a
 * broken tag counts as absent, a tag given twice is broken.  Each mistake
 * becomes a problem: a sentence that says what is wrong, and one that says how
 * to mend it.
 *
 * Where the text of the RFC leaves a choice:
 *  - tag names and the words of p, sp, np, psd, t, adkim and aspf are compared
 *    without case (ABNF strings, RFC 5234 2.3); "DMARC1" is not;
 *  - a record without a valid p, or with a bad sp or np, and with a valid rua
 *    asks for "none" in all of p, sp and np (4.10.1).
 *
 * LIMITS: LIMIT_DMARC_URIS, LIMIT_DMARC_URI, LIMIT_DMARC_PROBLEMS;
 * LIMIT_RECORD_SHOWN bytes of the text are kept.
 */
#pragma once

#include "base/arena.h"

enum dmarc_policy { /* rising */
	DMARC_NONE,
	DMARC_QUARANTINE,
	DMARC_REJECT,
};
const char *dmarc_policy_name(enum dmarc_policy p);

enum dmarc_psd {
	DMARC_PSD_U, /* not said, or "u" */
	DMARC_PSD_Y,
	DMARC_PSD_N,
};

#define DMARC_FO_0 1u
#define DMARC_FO_1 2u
#define DMARC_FO_D 4u
#define DMARC_FO_S 8u

struct dmarc_problem {
	struct str what, mend;
};

struct dmarc_record {
	struct str text; /* as published, controls masked, maybe cut short */
	/* False: without a valid p (or with a bad sp or np) and without a
	 * valid rua, "no DMARC processing" (4.10.1) is all it asks for.  It
	 * still stands where it stands, for the tree walk. */
	bool applies;
	bool has_p, has_sp, has_np; /* given, and valid */
	enum dmarc_policy p, sp, np;
	enum dmarc_psd psd;
	bool strict_dkim, strict_spf, testing;
	unsigned fo;                 /* DMARC_FO_0 unless `ruf` is there */
	const struct str *rua, *ruf; /* valid URIs, without "!10m" */
	size_t rua_count, ruf_count;
	const struct dmarc_problem *problem;
	size_t problem_count;
};

/* True: `text` is a DMARC record; all of `ret` is in `a`, nothing points into
 * `text`.  False, and `ret` empty: it is none, or `a` is full. */
bool dmarc_record_parse(
    struct str text, struct arena *a, struct dmarc_record *ret);
/* Only whether it is one: its first tag is v, and its version DMARC1. */
bool dmarc_record_is(struct str text);
/* What t=y makes of a policy: one step less (4.7, "t"). */
enum dmarc_policy dmarc_policy_tested(enum dmarc_policy p);
/* A text from the DNS, fit to be shown: LIMIT_RECORD_SHOWN bytes of it at most,
 * what is not printable ASCII as "?". */
struct str dmarc_text_shown(struct str text, struct arena *a);
