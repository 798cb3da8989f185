/* folder: a folder of texts, whole or not there.
 *
 *	report_folder_begin("prenotice", &f, &e);
 *	report_folder_add(f, "regulators/us-ca.txt", text, &e);
 *	report_folder_commit(f, &e);     renamed into its place
 *	report_folder_free(f);           without a commit: nothing is left
 *
 * Made beside its place, mode 0700, files 0600.  A place that exists must be
 * an empty folder.
 */
#pragma once

#include "base/buf.h"

struct report_folder;
int report_folder_begin(
    const char *path, struct report_folder **ret, struct err *e);
/* `name` may have one folder in it. */
int report_folder_add(
    struct report_folder *f, const char *name, struct str bytes, struct err *e);
int report_folder_commit(struct report_folder *f, struct err *e);
void report_folder_free(struct report_folder *f); /* NULL is allowed */
/* Names added so far, in order; NULL behind the last. */
const char *report_folder_file(const struct report_folder *f, size_t i);
