/* provider_impl: what the files of the imitated provider, and the scenario's,
 * share.
 */
#pragma once

#include "sim/provider.h"
#include "smtp/session.h"

/* The first rule that matches, or NULL. */
const struct provider_rule *provider_rule_for(
    const struct provider_rules *all, struct str address);
/* `*` is any bytes, `?` any one; `fold`: without case (ASCII). */
bool provider_glob(struct str glob, struct str s, bool fold);
