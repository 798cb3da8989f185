/* skeleton: what a label looks like, so that labels that look the same are the
 * same (UTS #39, section 4, made for the labels of domain names).
 *
 *	skeleton_plain    "xn--pypal-4ve" (pаypal)  ->  "paypal"
 *	skeleton_full     "paypa1", "paypai"        ->  "paypal"
 *	                  "rnicrosoft"              ->  "mlcrosoft"
 *
 * Never shown to people: it only compares.
 */
#pragma once

#include "base/buf.h"

/* Appends the label without marks on its letters, and each character that looks
 * like an ASCII letter or digit as that one.  Others stay (UTF-8).  `label` is
 * an A-label or U-label in lower case. */
void skeleton_plain(struct str label, struct buf *out);

/* Appends what skeleton_plain() gave with ASCII look-alikes merged: rn m, vv w,
 * cl d, 0 o, 1 i l, 5 s; in labels longer than three also the digits that
 * stand for letters (3 e, 4 a, 8 b, 9 g). */
void skeleton_full(struct str plain, struct buf *out);
