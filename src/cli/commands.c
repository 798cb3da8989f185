#include "cli/commands.h"

extern const struct cli_command cmd_dkim;
extern const struct cli_command cmd_sink;

const struct cli_command *const cli_commands[] = {
    &cmd_dkim,
    &cmd_sink,
    NULL,
};
