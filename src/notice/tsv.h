/* tsv: the small record files of a notice (tranches.tsv, duties.tsv): a line an
 * event, its fields split by tabs, in UTF-8 without other controls.
 *
 * A line is added by writing the whole file anew beside it, syncing and
 * renaming, under a lock on the folder: a crash leaves the file before or the
 * file after, and two who write at once both get their line.  So a line without
 * its end was never written by us: it is refused, as is whatever else does not
 * fit, with file and line.
 *
 * LIMITS: TSV_FILE bytes a file, TSV_FIELD bytes a field.
 */
#pragma once

#include "base/arena.h"

#define TSV_FILE   (4 * MiB)
#define TSV_FIELD  2000UL
#define TSV_FIELDS 16UL

/* One line; a refusal fills `e` with the reason alone. */
typedef int tsv_line_fn(const struct str *field, void *arg, struct err *e);

/* Every line of `text`, which must have `fields` fields; `name` is for errors.
 * Fields are views into `text`. */
int tsv_parse(struct str text, const char *name, size_t fields, tsv_line_fn *fn,
    void *arg, struct err *e);
/* Every line of DIR/FILE, read into `a`. No file: no lines. */
int tsv_load(const char *dir, const char *file, size_t fields, struct arena *a,
    tsv_line_fn *fn, void *arg, struct err *e);

/* The folder's lock, for look and add; dropped by tsv_unlock(). */
int tsv_lock(const char *dir, int *ret_fd, struct err *e);
void tsv_unlock(int fd);
/* Adds a line; the caller holds the lock.  A field with a control character,
 * or too long: ERR_INPUT. */
int tsv_append(int locked, const char *dir, const char *file,
    const struct str *field, size_t fields, struct err *e);
