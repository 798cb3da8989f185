/* create: a folder that is there whole or not at all: it is made beside its
 * place under another name, filled, synced, and renamed.
 *
 *	create_begin(dir, &f, &e)      f.fd is open, for create_file()
 *	create_commit(&f, &e)          synced, in its place
 *	create_end(&f)                 without a commit: nothing is left
 */
#pragma once

#include "notice/notice.h"

struct create_place {
	char *place, *parent, *path; /* path: until it is in its place */
	int fd;
	bool committed;
};
/* ERR_USAGE if `dir` exists and is not empty.  Also after a failure:
 * create_end(). */
int create_begin(const char *dir, struct create_place *ret, struct err *e);
int create_commit(struct create_place *f, struct err *e);
void create_end(struct create_place *f);

/* The three in one.  Negative from `fill`: all of it is removed again. */
typedef int create_fill_fn(
    int folder, const char *path, void *arg, struct err *e);
int create_folder(
    const char *dir, create_fill_fn *fill, void *arg, struct err *e);

/* A new file, mode 0600, synced; a folder in its name must be there. */
int create_file(int folder, const char *name, struct str text, struct err *e);
/* A folder inside, one level deep; it may be there already. */
int create_inner(int folder, const char *name, struct err *e);
