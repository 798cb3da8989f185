/* str: a borrowed view of bytes.  Owns nothing, may hold NUL, is passed by
 * value.  The bytes must outlive the view.  All comparison of letters is
 * ASCII; no locale is ever asked.
 */
#pragma once

#include "base/err.h"

struct str {
	const char *p;
	size_t n;
};

#define S(lit)   ((struct str){(lit), sizeof(lit) - 1})
#define STR_NONE ((struct str){NULL, 0})
/* For printf: printf("%.*s", STR_ARG(s)). */
#define STR_ARG(s) (int)(s).n, (s).n ? (s).p : ""

static inline struct str str_of(const char *z)
{
	return (struct str){z, z ? strlen(z) : 0};
}
static inline struct str str_make(const char *p, size_t n)
{
	return (struct str){p, n};
}
static inline char ascii_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}
static inline bool ascii_is_digit(char c)
{
	return c >= '0' && c <= '9';
}
static inline bool ascii_is_alpha(char c)
{
	return ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z';
}
static inline bool ascii_is_alnum(char c)
{
	return ascii_is_alpha(c) || ascii_is_digit(c);
}
/* WSP of RFC 5234: space and tab only. */
static inline bool ascii_is_wsp(char c)
{
	return c == ' ' || c == '\t';
}

bool str_eq(struct str a, struct str b);
bool str_ieq(struct str a, struct str b); /* ASCII case folded */
int str_cmp(struct str a, struct str b);  /* by bytes, shorter first */
bool str_starts(struct str s, struct str prefix);
bool str_istarts(struct str s, struct str prefix);
bool str_ends(struct str s, struct str suffix);
bool str_iends(struct str s, struct str suffix);

/* Index of the first / last `c`, or -1. */
ptrdiff_t str_chr(struct str s, char c);
ptrdiff_t str_rchr(struct str s, char c);
/* Index of the first `needle`, or -1. */
ptrdiff_t str_find(struct str s, struct str needle);

/* From `from` on; `len` bytes at most.  Clamped, never out of range. */
struct str str_sub(struct str s, size_t from, size_t len);
struct str str_from(struct str s, size_t from);

/* Without SP, HTAB, CR, LF at both ends. */
struct str str_trim(struct str s);

/* Cuts `*rest` at the first `sep`: returns what stands before it and moves
 * `*rest` behind it.  Without a `sep` returns all and sets `*rest` to none
 * (p == NULL), so that `while (rest.p)` visits every piece. */
struct str str_cut(struct str *rest, char sep);

/* Decimal digits only, no sign, no space.  False when empty, other bytes, or
 * above `max`. */
bool str_to_u64(struct str s, uint64_t max, uint64_t *ret_value);

/* A NUL-terminated copy the caller frees.  As mem_alloc(): the program's. */
char *str_dup(struct str s);
