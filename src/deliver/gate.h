/* gate: what was decided about a notice before a send, as a value.
 *
 * Whoever asks (cli, console) looks at approvals, findings and duties, and
 * hands the answer on: the tranches that may be sent to, and fingerprints of
 * all that was looked at.  A mailing loads the same things again, under the
 * lease, and refuses when they are no longer the same: nothing slips in
 * between the question and the send.
 *
 * In a gated notice the engine also keeps to S-44, suppression by reason
 * (notice/suppress.h), and passes over people of other tranches without
 * touching them.
 */
#pragma once

#include "notice/letter.h"
#include "notice/notice.h"
#include "notice/roll.h"

/* A text as it was approved: message*.md, segments.ini. */
struct gate_file {
	struct str name;
	unsigned char sha256[DIGEST_SIZE];
};

/* audience.db as it was rolled. */
struct gate_audience {
	uint64_t device, inode, size;
	int64_t modified; /* nanoseconds */
};
int gate_audience_look(
    const char *dir, struct gate_audience *ret, struct err *e);
bool gate_audience_same(
    const struct gate_audience *a, const struct gate_audience *b);

struct gate {
	const struct str *tranche; /* approved */
	size_t tranches;
	const struct str *closed; /* of the audience too, but not approved */
	size_t closeds;
	unsigned char settings[DIGEST_SIZE];
	const struct gate_file *file;
	size_t files;
	struct gate_audience audience;
};
/* May people of this tranche be sent to?  Without a gate: all. */
bool gate_lets(const struct gate *g, struct str tranche);

/* A gated notice without a gate value, with nothing approved, or with what
 * can not be kept to: refused, says what to run. */
int gate_check(const struct notice *n, const struct gate *g, const char *dir,
    struct err *e);
/* What was loaded is what was looked at, else ERR_REFUSED.  Ask with the lease
 * held, before anything writes to the folder. */
int gate_holds(const struct gate *g, const struct notice *n,
    const struct letter_variants *v, const char *dir, struct err *e);
