/* vfs_cut: a disk that loses every write not yet synced, or is full.
 *
 * A SQLite VFS over the usual one.  For each file it keeps what a power cut
 * would leave: the content as of its last xSync.  vfs_cut_now() is the cut:
 * from then on the disk answers every call that would change it with an error.
 * vfs_cut_leave() then writes what is left into another folder.
 *
 * Shared memory (-shm) is not kept: it is gone with the power.
 */
#pragma once

#include "t.h"

#define VFS_CUT "cut"

void vfs_cut_register(void);
/* Forgets all files; the disk works again. */
void vfs_cut_reset(void);
void vfs_cut_now(void);
bool vfs_cut_done(void);
/* Syncs done since the reset. */
unsigned vfs_cut_syncs(void);
/* Cuts at the `n`th sync from now on (1: the next): before it counts, or just
 * after. 0: never. */
void vfs_cut_at_sync(unsigned n, bool before);
/* The disk is full from the `n`th write on (0: never): SQLite is told so until
 * `ballast` is gone, and after that until as many bytes as it held are
 * written. */
void vfs_cut_full_at(unsigned n, const char *ballast);

/* Writes every file's surviving content into `dir` (existing ones are
 * replaced, files that never were synced are removed). */
void vfs_cut_leave(const char *dir);
