/* template: the inside of struct letter_template, shared by what compiles it
 * (template.c, template_fields.c, template_render.c), keeps it
 * (template_store.c) and fills it in (letter.c).
 *
 *	markdown --scan--> markdown with marks --cmark, render--> text, HTML
 *	         with marks --quoted-printable--> ops over one string of bytes
 *
 * A mark stands for a field while its surroundings are worked on: U+FDD0, the
 * number of the use in decimal, U+FDD1.  Both are noncharacters, which text
 * never holds; Markdown takes them for letters.  Rendering puts the kind of
 * place (enum letter_op_kind as a letter from 'A') before the number.
 *
 * LIMITS: LIMIT_TEMPLATE, LIMIT_TEMPLATE_FIELDS, TEMPLATE_OPS_MAX, blocks
 * nested TEMPLATE_DEPTH_MAX deep.
 */
#pragma once

#include "mail/qp.h"
#include "notice/letter.h"

/* "=_" occurs in no quoted-printable text (RFC 2045 6.7). */
#define TEMPLATE_BOUNDARY "=_tocsin_alternative"

#define TEMPLATE_OPS_MAX   65536UL
#define TEMPLATE_DEPTH_MAX 32
#define TEMPLATE_BYTES     (LIMIT_LETTER / 2)

/* Numbers are kept in databases: add at the end, change none. */
enum letter_op_kind {
	OP_COPY = 1,  /* whole lines as they are */
	OP_RUN,       /* quoted-printable */
	OP_TEXT,      /* a field: as it is */
	OP_HTML,      /* escaped for HTML */
	OP_URL,       /* part of a link target: percent-encoded */
	OP_LINK_TEXT, /* a whole link target */
	OP_LINK_HTML,
	OP_WORDS,       /* header text so far without fields */
	OP_WORDS_FIELD, /* a field in it */
	OP_WORDS_END,   /* what was gathered, as words_add_text() and CRLF */
	OP_DATE,
	OP_TOKEN,
	OP_TO, /* "To: ..." and CRLF */
	OP_KIND_END
};

struct letter_op {
	enum letter_op_kind kind;
	bool has_default;  /* a field's */
	uint32_t field;    /* index */
	uint32_t at, n;    /* in bytes: what to write, or the default */
	struct qp_run run; /* OP_RUN; views into bytes */
};

struct letter_field {
	struct str name;
	bool required; /* somewhere without a default */
	bool link;     /* somewhere a whole link target */
};

struct letter_template {
	struct arena arena; /* owns all but `bytes` */
	struct buf bytes;
	struct letter_op *op;
	size_t op_count;
	struct letter_field *field;
	size_t field_count;
};

static inline bool letter_op_is_field(enum letter_op_kind k)
{
	return (k >= OP_TEXT && k <= OP_LINK_HTML) || k == OP_WORDS_FIELD;
}
static inline struct str letter_op_bytes(
    const struct letter_template *t, const struct letter_op *op)
{
	return str_make(t->bytes.p + op->at, op->n);
}
/* Measures runs and says of each field what it needs. False: an op points
 * outside, or a run is no quoted-printable. */
bool template_finish(struct letter_template *t);
/* http:// or https:// and a byte behind it. */
bool template_is_link(struct str s);

/* ---- fields */
struct template_use {
	uint32_t field;
	bool has_default;
	struct str value; /* the default */
};

struct template_scan {
	struct arena arena;
	const struct str *columns; /* beside the promoted ones */
	size_t column_count;
	struct str *field; /* distinct names */
	size_t field_count;
	struct template_use *use;
	size_t use_count, use_room;
};

void template_scan_init(
    struct template_scan *s, const struct str *columns, size_t count);
void template_scan_release(struct template_scan *s);
/* Appends `text` to `out` with marks for fields; controls and what else has no
 * place in a line become spaces.  `file`: for messages. `markdown`: an escaped
 * brace keeps its backslash. */
int template_scan_text(struct template_scan *s, struct str text,
    const char *file, bool markdown, struct buf *out, struct err *e);
/* The mark at the start of `s`: its length and use; 0: none. `ret_kind` NULL:
 * as scanned; else with its kind. */
size_t template_mark_next(const struct template_scan *s, struct str text,
    enum letter_op_kind *ret_kind, uint32_t *ret_use);
void template_mark_add(struct buf *out, enum letter_op_kind kind, uint32_t use);
/* Offset of the first U+FDD0 in `s`, or s.n. */
size_t template_mark_find(struct str s);

/* ---- rendering */
/* Appends `text` (with marks) escaped for HTML. */
void template_add_html(
    const struct template_scan *s, struct str text, struct buf *out);
/* The same as text/plain, or as header words. */
void template_add_text(const struct template_scan *s, struct str text,
    enum letter_op_kind kind, struct buf *out);
/* Markdown with marks to text and to the inside of <body>. */
int template_render(const struct template_scan *s, struct str markdown,
    const char *file, struct buf *text, struct buf *html, struct err *e);
/* A link target, for the text and for an attribute. 1: done; 0: not a target
 * for a mail, drop the link; negative: refused. */
int template_add_url(const struct template_scan *s, struct str url,
    const char *file, int line, struct buf *text, struct buf *html,
    struct err *e);
