#include "cli/commands.h"

extern const struct cli_command cmd_dkim;
extern const struct cli_command cmd_new;
extern const struct cli_command cmd_preview;

const struct cli_command *const cli_commands[] = {
    &cmd_dkim,
    &cmd_new,
    &cmd_preview,
    NULL,
};
