#include "cli/commands.h"

extern const struct cli_command cmd_arc;
extern const struct cli_command cmd_dkim;
extern const struct cli_command cmd_new;
extern const struct cli_command cmd_spf;

const struct cli_command *const cli_commands[] = {
    &cmd_arc,
    &cmd_dkim,
    &cmd_new,
    &cmd_spf,
    NULL,
};
