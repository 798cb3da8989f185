/* maildir: files accepted mail, byte for byte as received (without the dots
 * that SMTP doubles); nothing is added.  A mail is written in tmp/ and moved to
 * new/ whole, under a name no other has: readers never see a part of one.  It
 * is not synced: what a power cut takes was never real mail.
 */
#pragma once

#include "base/str.h"

struct maildir;

/* Makes the folder with cur/, new/ and tmp/ where they are missing.  `tag`
 * keeps the names of several writers of one process apart. */
int maildir_open(
    const char *path, unsigned tag, struct maildir **ret, struct err *e);
int maildir_add(struct maildir *m, struct str mail, struct err *e);
void maildir_close(struct maildir *m); /* NULL is fine */
