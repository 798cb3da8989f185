/* The parts of gather_content(): the letters, and what laws ask. */
#pragma once

#include "check/facts.h"

/* Composes for a made-up person and for real ones, twice, and compares. */
int gather_content_letters(
    struct check_context *c, struct content_facts *f, struct err *e);
/* Notes a greeting to somebody else than `reader`, their name. */
void gather_content_greeting(struct check_context *c, struct content_facts *f,
    const struct content_variant *v, const struct content_letter *l,
    struct str reader);
/* Notes the names in the texts for all; looks all up in the list. */
int gather_content_names(
    struct check_context *c, struct content_facts *f, struct err *e);
/* Fills `owed` from the places of the readers. */
int gather_content_law(
    struct check_context *c, struct content_variant *v, struct err *e);
