/* create_laws: what `tocsin new` makes: a folder for one kind of notice, with text
 * that already holds what some laws ask for.
 *
 *	create_laws_parse(NOTICE_BREACH, S("california, hipaa"), &laws, &e);
 *	notice_create_for("breach-2026", NOTICE_BREACH, laws, &e);
 *
 * `laws` are bits; each kind has some to choose from, and those it gets when
 * none is named.  notice_create() (notice.h) takes the latter.
 */
#pragma once

#include "notice/notice.h"

#define CREATE_CALIFORNIA    1u  /* five headings; bureaus, FTC, states */
#define CREATE_HIPAA         2u  /* 45 CFR 164.404(c) */
#define CREATE_GDPR          4u  /* Art. 34 */
#define CREATE_MASSACHUSETTS 8u  /* a segment with a text of its own */
#define CREATE_CPSC          16u /* 16 CFR 1115.27 */
#define CREATE_EU            32u /* Reg. (EU) 2023/988, 2024/1435 */

unsigned create_laws_default(enum notice_kind kind);
/* A list by commas; ERR_USAGE names the word and what there is. */
int create_laws_parse(
    enum notice_kind kind, struct str list, unsigned *ret, struct err *e);
/* "california, hipaa" appended. */
void create_laws_format(unsigned laws, struct buf *out);

int notice_create_for(
    const char *dir, enum notice_kind kind, unsigned laws, struct err *e);
/* The files that are made, by name: the i-th, or NULL behind the last. */
const char *create_name(unsigned laws, size_t i);
