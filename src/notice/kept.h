/* kept: small files of a notice that must be whole or not there at all, mode
 * 0600: written beside their place, synced, renamed into it, and the folder
 * synced.  The folders they stand in are made (0700).
 */
#pragma once

#include "base/buf.h"
#include "base/limits.h"

/* `name` is relative to `dir` and may have folders in it. */
int kept_write(
    const char *dir, const char *name, struct str bytes, struct err *e);
/* An absent file is empty: 0. ERR_LIMIT when larger than out->max. */
int kept_read(
    const char *dir, const char *name, struct buf *out, struct err *e);
/* One at a time may change the kept files of a folder; waits.  The lock goes
 * with its descriptor or its process. */
int kept_lock(const char *dir, int *ret_fd, struct err *e);
void kept_unlock(int fd);
