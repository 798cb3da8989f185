/* prenotice_text: the single texts.  Each is for one reader, and can be pasted
 * into a form or a mail; CHANGE ME stands where only a person knows.  Pure. */
#pragma once

#include "report/prenotice.h"

void prenotice_put_yahoo(const struct prenotice *p, struct buf *out);
void prenotice_put_google(const struct prenotice *p, struct buf *out);
void prenotice_put_microsoft(const struct prenotice *p, struct buf *out);
void prenotice_put_apple(const struct prenotice *p, struct buf *out);
void prenotice_put_esp(const struct prenotice *p, struct buf *out);
void prenotice_put_blocklists(const struct prenotice *p, struct buf *out);
void prenotice_put_partners(const struct prenotice *p, struct buf *out);
void prenotice_put_partners_json(const struct prenotice *p, struct buf *out);
void prenotice_put_regulator(const struct prenotice *p,
    const struct obligation *in, const struct law_duty *d, struct buf *out);
void prenotice_put_bureaus(const struct prenotice *p, struct buf *out);
void prenotice_put_readme(const struct prenotice *p, struct buf *out);
void prenotice_put_log(const struct prenotice *p, struct buf *out);

/* ---- shared by them */
/* The facts that every postmaster asks for, a line each. */
void prenotice_put_sender(const struct prenotice *p, struct buf *out);
/* "1,234" */
void prenotice_put_number(struct buf *out, uint64_t v);
/* "3 December 2026" */
void prenotice_put_date(struct buf *out, usec_t t);
/* "regulators/us-md.txt"; of people added later "...-tranche2.txt", which is
 * their place in `p->owed`: a tranche's name may be no name of a file. */
void prenotice_put_name(const struct prenotice *p, const struct obligation *in,
    const struct law_duty *d, struct buf *out);
/* " (people added later: 'x', discovered 3 December 2026)"; of the first import
 * nothing. */
void prenotice_put_tranche(const struct obligation *in, struct buf *out);
/* A duty that applies or may, towards `who`. */
bool prenotice_is_owed(const struct law_duty *d, enum law_who who);
