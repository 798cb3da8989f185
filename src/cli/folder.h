/* folder: the notice a command works on: DIR/notice.ini, or the file that
 * --config names in its stead. */
#pragma once

#include "cli/cli.h"
#include "notice/notice.h"

int folder_open(
    const struct cli *c, const char *dir, struct notice **ret, struct err *e);
