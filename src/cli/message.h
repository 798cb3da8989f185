/* message: what the commands that look at one mail share: the file, the time
 * to judge at, names for the JSON.
 */
#pragma once

#include "cli/cli.h"

/* What --help of such a command says of FILE. */
#define CLI_MESSAGE_HELP                                                      \
	"FILE is the message as it was on the wire; - is standard input. A\n" \
	"file without any CRLF is taken to have had CRLF where it has LF.\n"

/* The whole message, with CRLF line ends.  A file that can not be read is the
 * caller's mistake: ERR_INPUT. */
int cli_message_read(const char *path, struct buf *out, struct err *e);

/* --at: YYYY-MM-DD, YYYY-MM-DDThh:mm:ssZ, or seconds since 1970; NULL: now.
 * Negative: usage error, already printed; return 2. */
int cli_time(const struct cli_command *cmd, const char *text, int64_t *ret);

/* Key and value, null for an empty one. */
void cli_put_or_null(struct json *j, const char *key, struct str s);

/* Bytes as they are, no newline behind. */
int cli_write(struct str s);
