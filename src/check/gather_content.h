/* The parts of gather_content(): the letters, and what laws ask. */
#pragma once

#include "check/facts.h"

/* Composes for a made-up person and for real ones, twice, and compares. */
int gather_content_letters(
    struct check_context *c, struct content_facts *f, struct err *e);
/* Fills `owed` from the places of the readers. */
int gather_content_law(
    struct check_context *c, struct content_variant *v, struct err *e);
