/* sample: the notice as a mail to a person who does not exist, to show to
 * those who should expect it.  Unsigned; no cell of the list is in it. */
#pragma once

#include "notice/letter.h"

#define SAMPLE_NAME    "Sample Person"
#define SAMPLE_ADDRESS "sample.person@recipient.example"

struct people;

/* Of the text without segment and language, else of the first there is; only
 * the names of the audience's columns are used.  `ret_subject`: as it stands in
 * the settings of `n`. */
int sample_compose(const struct notice *n, struct people *people, usec_t now,
    struct buf *out, struct str *ret_subject, struct err *e);
