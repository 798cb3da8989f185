#include "cli/commands.h"

extern const struct cli_command cmd_dkim;

const struct cli_command *const cli_commands[] = {
    &cmd_dkim,
    NULL,
};
