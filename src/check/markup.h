/* markup: HTML of a mail as its reader meets it: blocks, links, pictures, and
 * what is hidden.  Reads any bytes, builds no tree, runs nothing.
 */
#pragma once

#include "base/arena.h"

enum markup_kind { MARKUP_PARAGRAPH, MARKUP_HEADING, MARKUP_ITEM, MARKUP_CELL };

struct markup_block {
	enum markup_kind kind;
	unsigned level;  /* of a heading */
	struct str text; /* lines by \n */
	size_t bold;     /* so many bytes at the start are bold */
};

struct markup_link {
	struct str target, text;
};

#define MARKUP_BLOCKS_MAX 20000UL
#define MARKUP_LINKS_MAX  2000UL
#define MARKUP_DEPTH_MAX  200UL /* open elements whose style is known */

struct markup {
	struct str lang, dir;
	bool forms;        /* a form or a field to fill in */
	struct str hidden; /* the style or attribute that hides text, or "" */
	struct str hidden_text;
	struct str remote; /* source of a picture elsewhere, or "" */
	size_t images;
	struct markup_block *block;
	size_t blocks;
	struct markup_link *link;
	size_t links;
};

void markup_read(struct str html, struct arena *a, struct markup *ret);
/* Appends `s` with its entities resolved. */
struct buf;
void markup_unescape(struct str s, struct buf *out);
/* A tag's attribute, still with entities: attribute(S("a href=x"), "href"). */
struct str markup_attribute(struct str tag, const char *name);
