#include "cli/commands.h"

extern const struct cli_command cmd_dkim;
extern const struct cli_command cmd_import;
extern const struct cli_command cmd_new;

const struct cli_command *const cli_commands[] = {
    &cmd_new,
    &cmd_import,
    &cmd_dkim,
    NULL,
};
