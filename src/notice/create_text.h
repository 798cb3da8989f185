/* create_text: the words `tocsin new` writes, by kind of notice.  Pure.
 *
 * message.md and channels/web.md say the same: both are made from one body.
 * Headings follow what the laws on that kind ask for; every place to fill in
 * begins with NOTICE_PLACEHOLDER and says what belongs there.
 */
#pragma once

#include "notice/notice.h"

void create_text_settings(enum notice_kind kind, struct buf *out);
void create_text_message(enum notice_kind kind, struct buf *out);
void create_text_web(enum notice_kind kind, struct buf *out);
void create_text_sms(enum notice_kind kind, struct buf *out);
void create_text_phone(enum notice_kind kind, struct buf *out);
void create_text_social(enum notice_kind kind, struct buf *out);
void create_text_readme(enum notice_kind kind, struct buf *out);
