/* approve: what cmd_approve.c and approve_remote.c share. */
#pragma once

#include "cli/approver.h"
#include "cli/gate.h"

struct approve {
	const struct cli *cli;
	const char *dir; /* NULL with --sign and --new-key */
	const char *role, *name, *key, *tranche, *out;
	const char *request, *sign, *accept, *public_key, *new_key;
	bool enroll, status;
	struct gate_view view;
	size_t recorded;
};

/* Looks at the gate; an ungated notice is refused. */
int approve_look(struct approve *a, struct err *e);
/* The tranche of this name, or ERR_INPUT with those there are. */
int approve_find(
    const struct approve *a, struct str name, size_t *ret, struct err *e);
usec_t approve_now(void); /* whole seconds */

int approve_write_request(struct approve *a, struct err *e);
int approve_sign_request(struct approve *a, struct err *e);
int approve_accept(struct approve *a, struct err *e);
int approve_enroll(struct approve *a, struct err *e);
int approve_new_key(struct approve *a, struct err *e);
