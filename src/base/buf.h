/* buf: growing bytes with a maximum.
 *
 *	struct buf b = BUF_INIT(LIMIT_COMMAND);
 *	buf_add(&b, S("MAIL FROM:<"));
 *	buf_add(&b, sender);
 *	buf_add(&b, S(">\r\n"));
 *	if (b.over)
 *		return err_set(e, ERR_LIMIT, "command line");
 *	buf_release(&b);
 *
 * An append that would pass `max`, or for which there is no memory, changes
 * nothing and sets `over`, which stays set: ten appends need one check.
 */
#pragma once

#include "base/str.h"

struct buf {
	char *p;
	size_t len, cap, max;
	bool over;
};

#define BUF_INIT(maximum) ((struct buf){.max = (maximum)})

void buf_init(struct buf *b, size_t max);
void buf_release(struct buf *b); /* frees; may be used again after init */
void buf_reset(struct buf *b);   /* empties, keeps memory, clears `over` */

void buf_add(struct buf *b, struct str s);
void buf_addz(struct buf *b, const char *z);
void buf_addc(struct buf *b, char c);
void buf_addf(struct buf *b, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void buf_add_u64(struct buf *b, uint64_t v); /* decimal */

/* Room for `n` more bytes at the end, or NULL (and `over`).  The caller
 * writes there and says how many with buf_commit. */
char *buf_room(struct buf *b, size_t n);
void buf_commit(struct buf *b, size_t n);

/* Drops the first `n` bytes. */
void buf_consume(struct buf *b, size_t n);
/* Cuts to `n` bytes if longer. */
void buf_truncate(struct buf *b, size_t n);

static inline struct str buf_str(const struct buf *b)
{
	return (struct str){b->p, b->len};
}
/* The content NUL-terminated; "" when empty or over. */
const char *buf_cstr(struct buf *b);

/* The whole of a file, at most b->max bytes.  ERR_LIMIT if longer,
 * ERR_NOMEM. */
int buf_read_file(struct buf *b, const char *path, struct err *e);
