/* file: bytes into a descriptor, all of them. */
#pragma once

#include "base/str.h"

/* Goes on after short writes and signals. 0, or -1 with errno. */
int file_write_all(int fd, struct str s);
/* Makes the names in a folder durable. 0, or -1 with errno. */
int file_sync_folder(const char *path);
