/* create_text: the words `tocsin new` writes, by kind of notice and by law.
 * Pure.
 *
 * message.md and channels/web.md say the same: both are made from one body.
 * Headings follow what the laws on that kind ask for.  What must be written by
 * a person is "CHANGE ME (what)", in the middle of sentences that stand; longer
 * advice is in HTML comments, which no reader of the mail sees.  A comment
 * holds neither NOTICE_PLACEHOLDER nor a field.
 */
#pragma once

#include "notice/create_laws.h"

struct create {
	enum notice_kind kind;
	unsigned laws; /* CREATE_ bits */
};

void create_text_settings(const struct create *c, struct buf *out);
void create_text_message(const struct create *c, struct buf *out);
void create_text_web(const struct create *c, struct buf *out);
void create_text_sms(const struct create *c, struct buf *out);
void create_text_phone(const struct create *c, struct buf *out);
void create_text_social(const struct create *c, struct buf *out);
void create_text_readme(const struct create *c, struct buf *out);
/* segments.ini and message.massachusetts.md, with CREATE_MASSACHUSETTS */
void create_text_segments(const struct create *c, struct buf *out);
void create_text_massachusetts(const struct create *c, struct buf *out);

/* ---- the parts */

/* What one kind says of itself. */
struct create_kind {
	const char *title, *subject;
	const char *what; /* in half a sentence, for channels */
	const char *sms;  /* shorter */
	const char *lead; /* the first lines, after the greeting */
	/* The body, with its headings, without the lines on contact. */
	void (*body)(const struct create *c, struct buf *out);
	const char *contact; /* heading of the last section */
};
extern const struct create_kind create_breach, create_recall, create_policy,
    create_safety, create_legal;
const struct create_kind *create_kind_of(const struct create *c);
const char *create_title(const struct create *c);

/* How to reach us, how to read on without a link, how we do and do not write:
 * the same in every text. */
void create_text_contact(const struct create *c, struct buf *out);
/* Credit bureaus, Federal Trade Commission, states. */
void create_text_bureaus(struct buf *out);
void create_text_states(struct buf *out);
