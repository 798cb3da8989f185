/* gate: how the gate of a notice stands, looked at once for a command: the
 * audience rolled, approvals judged for each tranche.
 *
 *	gate_look()      reads notice, audience, approvals
 *	ask_gate()       the answer for a send, as a value (deliver/gate.h)
 *	gate_put_json()  for status, approve
 *
 * The value points into the view, which must outlive the send.
 */
#pragma once

#include "check/gate.h"
#include "cli/cli.h"
#include "deliver/gate.h"
#include "notice/approval.h"

struct gate_view {
	struct arena arena;
	struct notice *notice;
	bool gated;
	struct roll *roll;
	const struct roll_tranche *tranche; /* gated: each, by name */
	size_t tranches;
	struct buf *request; /* by tranche */
	struct approvals all;
	struct approval_state *state; /* by tranche */
	struct gate_audience audience;
	/* not looked at: the notice or its audience can not be approved */
	struct err why;
	struct gate gate; /* what ask_gate() filled */
};

/* Of an ungated notice only the settings are read.  ERR_INPUT for what can not
 * be approved: no audience, no text, placeholders. */
int gate_look(
    const char *dir, const char *config, struct gate_view *ret, struct err *e);
void gate_view_release(struct gate_view *v);
/* All tranches have what they need. */
bool gate_is_approved(const struct gate_view *v);

/* May it be sent?  Fills `v->gate` and returns 0, or ERR_REFUSED with who is
 * missing, or with the finding that blocks (check/gate.h); ERR_NET when a
 * question of the checks got no answer.  A tranche without all approvals is
 * closed; all of them: refused. */
int ask_gate(struct gate_view *v, const struct check_options *o, struct err *e);

/* "gated", "approved", "missing", "changed", and what is true of each tranche;
 * into an object that is open. */
void gate_put_json(struct json *j, const struct gate_view *v);
/* One line for each tranche, and what is missing. */
void gate_print(const struct gate_view *v, struct buf *out);
/* Who approved in several roles, a line each. */
void gate_say_several(const struct cli *c, const struct gate_view *v);
/* "the first import" or "tranche 'x'" */
#define GATE_NAME (ROLL_NAME + 32)
const char *gate_tranche_name(struct str name, char tmp[GATE_NAME]);
