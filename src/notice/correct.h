/* correct: the folder of a correction (L-08).
 *
 * Its audience is exactly those who may have got the first notice, with all
 * their cells: accepted, handed, complained, and those of whom nobody knows
 * (uncertain, an open intent, tried again after an uncertain attempt).  Who
 * bounced later was not reached.  Settings, segments and tranches are those of
 * the first notice; texts and channels are there to be corrected, with CHANGE
 * ME where somebody must write.
 *
 * The new folder has a secret of its own, so Message-IDs and bounce addresses
 * are new, and people's ids are drawn anew: an import into it knows everyone.
 * Streams; the folder is there whole or not at all.
 */
#pragma once

#include "notice/notice.h"
#include "store/store.h"

struct correction {
	uint64_t audience;                  /* of the first notice */
	uint64_t people;                    /* of the correction */
	uint64_t left[PERSON_STATUS_COUNT]; /* the others, by where they are */
	usec_t sent;                        /* when the first was tried; wall */
	enum notice_kind kind;
};

/* `settings`: instead of OLD/notice.ini, or NULL.  ERR_INPUT: OLD was never
 * sent; ERR_LEASE: it is being sent, or imported into; ERR_USAGE: `dir` exists
 * and is not empty. */
int notice_correct(const char *dir, const char *old, const char *settings,
    struct correction *ret, struct err *e);

/* ---- its parts */

/* Settings of `old` (whose text is `text`) for a correction in another folder:
 * `place` is the old folder's absolute path.  Pure. */
int correct_settings(struct str text, const struct notice *old,
    const char *place, struct buf *out, struct err *e);
/* Fills audience.db and state.db in `path`. ERR_INPUT: nobody has got it. */
int correct_people(
    const char *old, const char *path, struct correction *ret, struct err *e);
/* Whether somebody may have got a mail. */
bool correct_reached(const struct store_standing *s);
