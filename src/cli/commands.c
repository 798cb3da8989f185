#include "cli/commands.h"

extern const struct cli_command cmd_dkim;
extern const struct cli_command cmd_dmarc;
extern const struct cli_command cmd_new;

const struct cli_command *const cli_commands[] = {
    &cmd_dkim,
    &cmd_dmarc,
    &cmd_new,
    NULL,
};
