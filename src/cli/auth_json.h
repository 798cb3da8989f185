/* auth_json: results of mail authentication as JSON, the same for the commands
 * that judge one thing and for `verify`.  docs/man/tocsin-verify.1 tells the
 * names.
 */
#pragma once

#include "auth/verify.h"
#include "base/json.h"

void auth_json_spf(struct json *j, const struct spf_verdict *v);
/* An array; a message without signatures gives one row. */
void auth_json_dkim(struct json *j, const struct dkim_report *r);
void auth_json_arc(struct json *j, const struct arc_report *r);
void auth_json_dmarc(struct json *j, const struct auth_dmarc *d);
