#include "cli/commands.h"

extern const struct cli_command cmd_dkim;
extern const struct cli_command cmd_import;

const struct cli_command *const cli_commands[] = {
    &cmd_dkim,
    &cmd_import,
    NULL,
};
