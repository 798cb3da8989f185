/* status_text: the state of a notice in words and as JSON; used by status and
 * at the end of send.
 */
#pragma once

#include "cli/cli.h"
#include "cli/gate.h"
#include "notice/channel.h"
#include "store/store.h"

/* "done", "sending", "paused", "stopped", "not started" */
const char *status_state(
    const struct store_counts *n, bool running, bool paused);
/* `s` adds sites and lists; NULL: counts only.  `legal`: over which channels
 * the legal notice goes; NULL: not counted. */
int status_print_json(const char *dir, const struct store_counts *n,
    struct store *s, const struct gate_view *gate,
    const struct channel_census *legal);
void status_print_text(const char *dir, const struct store_counts *n,
    struct store *s, const struct gate_view *gate,
    const struct channel_census *legal);
/* Where relays/ and the like are: $TOCSIN_DATA, beside the program, or where
 * it was installed. */
const char *status_data_dir(void);
