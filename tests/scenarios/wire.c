#include "wire.h"

/* A lane of the sender: one connection after the other. */
struct wire_lane {
	struct wire_lane *next;
	char name[300];
	const struct scenario_place *place;
	unsigned connection;
	struct buf part[2]; /* lines not yet whole */
};

void wire_init(
    struct wire *w, const struct scenario *s, struct loop *l, bool verbose)
{
	*w = (struct wire){
	    .scenario = s, .loop = l, .start = loop_now(l), .verbose = verbose};
}

void wire_release(struct wire *w)
{
	for (size_t i = 0; i < w->lines; i++)
		free(w->line[i].text);
	free(w->line);
	while (w->lanes) {
		struct wire_lane *l = w->lanes;

		w->lanes = l->next;
		buf_release(&l->part[0]);
		buf_release(&l->part[1]);
		free(l);
	}
}

static struct wire_lane *lane_of(struct wire *w, const char *name)
{
	struct wire_lane *l;

	for (l = w->lanes; l; l = l->next)
		if (strcmp(l->name, name) == 0)
			return l;
	l = mem_zalloc(sizeof(*l));
	snprintf(l->name, sizeof(l->name), "%s", name);
	buf_init(&l->part[0], 64 * MiB);
	buf_init(&l->part[1], 64 * MiB);
	l->next = w->lanes;
	w->lanes = l;
	return l;
}

void wire_print(const struct wire_line *l, FILE *to)
{
	char name[80] = "-";

	if (l->place)
		snprintf(name, sizeof(name), "%.*s#%u", STR_ARG(l->place->name),
		    l->connection);
	fprintf(to, "# %9.3f %s %c %.*s\n", (double)l->at / 1e6, name, l->dir,
	    (int)(l->n < 200 ? l->n : 200), l->text);
}

static void add(
    struct wire *w, const struct wire_lane *l, char dir, struct str text)
{
	struct wire_line *x;

	if (w->lines == w->cap) {
		w->cap = w->cap ? 2 * w->cap : 64;
		w->line = mem_realloc(w->line, w->cap * sizeof(*w->line));
	}
	x = &w->line[w->lines++];
	*x = (struct wire_line){.at = loop_now(w->loop) - w->start,
	    .place = l->place,
	    .connection = l->connection,
	    .dir = dir,
	    .text = str_dup(text),
	    .n = text.n};
	if (w->verbose)
		wire_print(x, stdout);
}

static void flush(struct wire *w, struct wire_lane *l)
{
	for (int i = 0; i < 2; i++) {
		if (l->part[i].len)
			add(w, l, "><"[i], buf_str(&l->part[i]));
		buf_reset(&l->part[i]);
	}
}

static void connected(struct wire *w, struct wire_lane *l, struct str to)
{
	struct endpoint at;

	flush(w, l);
	l->place = NULL;
	l->connection = 0;
	if (!endpoint_parse(to, 25, &at))
		return;
	for (const struct scenario_place *p = w->scenario->places; p;
	     p = p->next)
		if (endpoint_eq(&p->at, &at)) {
			l->place = p;
			l->connection = ++w->connections[p->number];
		}
}

void wire_trace(const char *lane, char dir, struct str bytes, void *arg)
{
	struct wire *w = arg;
	struct wire_lane *l = lane_of(w, lane);
	struct buf *part = &l->part[dir == '<'];
	ptrdiff_t n;

	if (dir == '!') {
		if (str_starts(bytes, S("connected to ")))
			connected(w, l, str_from(bytes, 13));
		add(w, l, dir, bytes);
		return;
	}
	buf_add(part, bytes);
	while ((n = str_find(buf_str(part), S("\r\n"))) >= 0) {
		add(w, l, dir, str_sub(buf_str(part), 0, (size_t)n));
		buf_consume(part, (size_t)n + 2);
	}
}
