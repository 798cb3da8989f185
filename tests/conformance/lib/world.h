/* world: what the runners of the DKIM and ARC suites share: files, a zone made
 * of names and texts, and a message judged in it.
 */
#pragma once

#include "auth/dkim_verify.h"
#include "base/limits.h"

_Noreturn void bail(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* The whole of DIR/NAME. */
void read_file(const char *dir, struct str name, struct buf *out);
/* LF becomes CRLF unless there is a CRLF. */
void read_message(const char *dir, struct str name, struct buf *out);
void add_crlf(struct str text, struct buf *out);

/* "NAME. IN TXT ..." in strings of 255 bytes. */
void add_txt(struct buf *zone, struct str name, struct str text);

struct world {
	struct loop *loop;
	struct dns *dns;
	struct dkim_verifier *verifier;
};
void world_open(struct world *w, struct str zone);
void world_close(struct world *w);

#define RESULTS_MAX 16
struct results {
	enum dkim_result result[RESULTS_MAX];
	unsigned key_bits[RESULTS_MAX];
	char reason[RESULTS_MAX][300];
	size_t count;
};
void world_verify(struct world *w, struct str message, int64_t at,
    unsigned bits_min, struct results *ret);
/* The t= of the first signature, or 1700000000: when to judge at. */
int64_t time_of(struct str message);
