/* duties: what `tocsin duties` shows: each duty of each tranche with what was
 * done about it, the earliest first, and the hold by the police. */
#pragma once

#include "cli/cli.h"
#include "notice/obligations.h"

/* Ordered by deadline (none last). */
void duties_json(
    const struct obligations *all, struct arena *a, struct buf *out);
/* Without `every`, laws that do not apply are only counted. */
void duties_text(const struct obligations *all, bool every, struct arena *a,
    struct buf *out);
