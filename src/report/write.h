/* write: a report into a file, whole or not at all, for its owner's eyes. */
#pragma once

#include "base/buf.h"

/* Written beside, synced, renamed; mode 0600. What was there is replaced. */
int report_write(const char *path, struct str bytes, struct err *e);
