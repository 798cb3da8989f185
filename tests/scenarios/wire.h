/* wire: what went over the wire in a story, line by line, by connection: the
 * sender's own trace, under TLS as well as in clear.
 */
#pragma once

#include "sim/scenario.h"

struct wire_line {
	usec_t at;                          /* since the start */
	const struct scenario_place *place; /* NULL: not connected */
	unsigned connection;                /* to this place, from 1 */
	char dir;                           /* '>' '<' '!' */
	char *text;                         /* without CRLF */
	size_t n;
};

struct wire {
	const struct scenario *scenario;
	struct loop *loop;
	usec_t start;
	bool verbose; /* prints as it goes */
	struct wire_line *line;
	size_t lines, cap;
	struct wire_lane *lanes;
	unsigned connections[SCENARIO_PLACES];
};

void wire_init(
    struct wire *w, const struct scenario *s, struct loop *l, bool verbose);
void wire_release(struct wire *w);
/* A stage_trace_fn; `arg` is the struct wire. */
void wire_trace(const char *lane, char dir, struct str bytes, void *arg);
/* "  12.003 mx1#2 > RCPT TO:<...>" */
void wire_print(const struct wire_line *l, FILE *to);
