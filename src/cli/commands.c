#include "cli/commands.h"

extern const struct cli_command cmd_dkim, cmd_new, cmd_pause, cmd_resume,
    cmd_send, cmd_status;

const struct cli_command *const cli_commands[] = {
    /* in the order of a notice's life, then tools */
    &cmd_new,
    &cmd_send,
    &cmd_status,
    &cmd_pause,
    &cmd_resume,
    &cmd_dkim,
    NULL,
};
