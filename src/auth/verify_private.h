/* verify_private: how a report is filled.  Only verify*.c includes it. */
#pragma once

#include "auth/verify.h"
#include "base/limits.h"

void auth_take_spf(struct auth_report *r, const struct spf_verdict *v);
void auth_take_dkim(struct auth_report *r, const struct dkim_report *d);
void auth_take_arc(struct auth_report *r, const struct arc_report *a);
void auth_take_dmarc(struct auth_report *r, const struct dmarc_result *d);
/* A copy of LIMIT_AUTH_SHOWN bytes at most, fit to be shown. */
struct str auth_keep_clean(struct auth_report *r, struct str s);
/* One row that stands for all signatures; `why` is static. */
void auth_time_out_dkim(struct auth_report *r, const char *why);
