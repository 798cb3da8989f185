/* create: a folder that is there whole or not at all: it is made beside its
 * place under another name, filled, synced, and renamed. */
#pragma once

#include "notice/notice.h"

/* Fills the folder `path`, of which `folder` is open; it must make channels/.
 * Negative: all of it is removed again. */
typedef int create_fill_fn(
    int folder, const char *path, void *arg, struct err *e);
/* ERR_USAGE if `dir` exists and is not empty. */
int create_folder(
    const char *dir, create_fill_fn *fill, void *arg, struct err *e);

/* A new file, mode 0600, synced. */
int create_file(int folder, const char *name, struct str text, struct err *e);
int create_channels(int folder, struct err *e);
