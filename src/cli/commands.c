#include "cli/commands.h"

extern const struct cli_command cmd_new;
extern const struct cli_command cmd_import;
extern const struct cli_command cmd_deadlines;
extern const struct cli_command cmd_duties;
extern const struct cli_command cmd_check;
extern const struct cli_command cmd_preview;
extern const struct cli_command cmd_approve;
extern const struct cli_command cmd_override;
extern const struct cli_command cmd_prenotice;
extern const struct cli_command cmd_send;
extern const struct cli_command cmd_status;
extern const struct cli_command cmd_pause;
extern const struct cli_command cmd_resume;
extern const struct cli_command cmd_verify;
extern const struct cli_command cmd_spf;
extern const struct cli_command cmd_dkim;
extern const struct cli_command cmd_dmarc;
extern const struct cli_command cmd_arc;
extern const struct cli_command cmd_sink;

const struct cli_command *const cli_commands[] = {
    /* in the order of a notice's life, then receiving, then tools */
    &cmd_new,
    &cmd_import,
    &cmd_deadlines,
    &cmd_duties,
    &cmd_check,
    &cmd_preview,
    &cmd_approve,
    &cmd_override,
    &cmd_prenotice,
    &cmd_send,
    &cmd_status,
    &cmd_pause,
    &cmd_resume,
    &cmd_verify,
    &cmd_spf,
    &cmd_dkim,
    &cmd_dmarc,
    &cmd_arc,
    &cmd_sink,
    NULL,
};
