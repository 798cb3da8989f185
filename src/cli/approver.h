/* approver: the person at the keyboard and the key they sign with.
 *
 *	approver_open()    --key FILE, or the person's own key, made if need be
 *	approver_check()   against the keys enrolled, before anything is written
 *	approver_settle()  writes the new key, enrols it
 *
 * The own key is $XDG_CONFIG_HOME/tocsin/approvers/NAME.pem (or under
 * ~/.config), mode 0600.  A person without an enrolled key is enrolled at
 * their first signature; nobody signs with a key that is not theirs.
 */
#pragma once

#include "cli/cli.h"
#include "notice/approval.h"

struct approver_key {
	struct str role, name;
	struct pkey *key;
	struct approver one; /* with the public half */
	bool made;           /* not written yet */
	bool enroll;         /* at its first use */
	char folder[1024], path[1200];
};

int approver_open(struct approver_key *k, const char *role, const char *name,
    const char *key_file, struct err *e);
/* `any_role`: a key that is the person's under any role will do. */
int approver_check(struct approver_key *k, const struct approvers *all,
    bool any_role, struct err *e);
int approver_settle(const struct cli *c, const struct approver_key *k,
    const char *dir, struct err *e);
void approver_release(struct approver_key *k);
/* A new private key in a file that must not be there yet. */
int approver_write_key(const char *path, const struct pkey *key, struct err *e);
/* A file of any name, or "-" or NULL: stdout. */
int approver_write_out(const char *path, struct str bytes, struct err *e);
