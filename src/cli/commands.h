/* commands: the list main.c knows.  A new command is one line here and one in
 * commands.c.
 */
#pragma once

#include "cli/cli.h"

extern const struct cli_command *const cli_commands[]; /* ends with NULL */
