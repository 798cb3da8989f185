#include "play.h"

static void differ(struct play *p, const struct scenario_step *x,
    const char *fmt, ...) __attribute__((format(printf, 3, 4)));

static void differ(
    struct play *p, const struct scenario_step *x, const char *fmt, ...)
{
	char got[1500];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(got, sizeof(got), fmt, ap);
	va_end(ap);
	play_wrong(p, "%s:%zu: expected %.*s\n     got %s", p->file, x->line,
	    STR_ARG(str_trim(str_from(x->source, 6))), got);
}

static void judge_number(struct play *p, const struct scenario_step *x,
    int64_t got, const char *unit)
{
	int64_t want = x->expect.number;
	bool fits = x->expect.compare == SCENARIO_EQ   ? got == want
		    : x->expect.compare == SCENARIO_LE ? got <= want
						       : got >= want;

	if (!fits)
		differ(p, x, "%lld%s", (long long)got, unit);
}

/* ---- what the store says */

/* The sender's own reader is as good as any. */
struct store *play_store(struct play *p)
{
	struct store *s = NULL;
	struct err e = {0};

	if (p->open)
		return p->stage.reader;
	if (store_open(p->dir, STORE_READ, &s, &e) < 0)
		play_wrong(p, "%s", e.msg);
	return s;
}

void play_store_close(struct play *p, struct store *s)
{
	if (!p->open)
		store_close(s);
}

static void judge_counts(struct play *p, const struct scenario_step *x)
{
	struct store *s = play_store(p);
	struct buf got = BUF_INIT(1 * KiB);
	struct store_counts n;
	struct err e = {0};
	bool same = true;

	if (!s)
		return;
	if (store_sweep(s, &n, &e) < 0)
		play_wrong(p, "the sweep: %s", e.msg);
	play_store_close(p, s);
	for (int i = 0; i < PERSON_STATUS_COUNT && !e.code; i++) {
		same &= n.by_status[i] == x->expect.counts[i];
		if (n.by_status[i])
			buf_addf(&got, "%s=%llu ",
			    person_status_name((enum person_status)i),
			    (unsigned long long)n.by_status[i]);
	}
	if (!e.code) {
		same &= n.resent == x->expect.resent;
		buf_addf(&got, "resent=%llu", (unsigned long long)n.resent);
	}
	if (!same)
		differ(p, x, "%s", buf_cstr(&got));
	buf_release(&got);
}

struct last {
	int64_t person;
	int code;
	char text[400];
};

static int on_listed(const struct store_listed *l, void *arg)
{
	struct last *to = arg;

	if (l->person != to->person)
		return 0;
	to->code = l->code;
	snprintf(to->text, sizeof(to->text), "%.*s", STR_ARG(l->text));
	return 0;
}

static bool number_fits(int want, int64_t got)
{
	return want < 0 || want == got;
}

static void judge_facts(struct play *p, const struct scenario_step *x,
    const struct person_state *s, const struct last *l)
{
	const struct scenario_expect *w = &x->expect;

	if (!number_fits(w->state, (int)s->status) ||
	    !number_fits(w->code, l->code) ||
	    !number_fits(w->tries, s->tries) ||
	    !number_fits(w->address, s->address_no + 1) ||
	    !number_fits(w->again, s->resent) ||
	    (w->text.n && !scenario_fits(w->text, str_of(l->text))))
		differ(p, x,
		    "state=%s code=%d tries=%u address=%u resent=%d text "
		    "\"%s\"",
		    person_status_name(s->status), l->code, s->tries,
		    s->address_no + 1, s->resent, l->text);
}

static void judge_person(struct play *p, const struct scenario_step *x)
{
	struct store *s = play_store(p);
	struct arena a = ARENA_INIT(1 * MiB);
	struct store_due d = {0};
	struct last l = {.person = 16 * (int64_t)x->expect.person};
	struct err e = {0};

	if (!s)
		return;
	if (store_get(s, l.person, &a, &d, &e) < 0 ||
	    store_list(s, d.state.status, on_listed, &l, &e) < 0)
		play_wrong(p, "%s", e.msg);
	else
		judge_facts(p, x, &d.state, &l);
	arena_release(&a);
	play_store_close(p, s);
}

/* ---- the wire */

static bool of_connection(
    const struct wire_line *l, const struct scenario_expect *x)
{
	return (!x->place || l->place == x->place) &&
	       (!x->connection || l->connection == x->connection);
}

/* Where the next line of this connection is looked for. */
static size_t *cursor_of(struct play *p, const struct scenario_expect *x)
{
	size_t i = x->connection * SCENARIO_PLACES + x->place->number;

	if (i >= p->cursors) {
		p->cursor =
		    mem_realloc(p->cursor, (i + 1) * sizeof(*p->cursor));
		while (p->cursors <= i)
			p->cursor[p->cursors++] = 0;
	}
	return &p->cursor[i];
}

static void judge_order(struct play *p, const struct scenario_step *x)
{
	size_t *cursor = cursor_of(p, &x->expect), shown = 0;

	for (size_t i = *cursor; i < p->wire.lines; i++) {
		const struct wire_line *l = &p->wire.line[i];

		if (of_connection(l, &x->expect) && l->dir == x->expect.dir &&
		    scenario_fits(x->expect.text, str_make(l->text, l->n))) {
			*cursor = i + 1;
			return;
		}
	}
	differ(p, x, "on from there:");
	for (size_t i = *cursor; i < p->wire.lines && shown < 30; i++) {
		const struct wire_line *l = &p->wire.line[i];

		if (!of_connection(l, &x->expect))
			continue;
		shown++;
		play_wrong(p, "       %c %.*s", l->dir,
		    (int)(l->n < 120 ? l->n : 120), l->text);
	}
}

static void judge_times(struct play *p, const struct scenario_step *x)
{
	const struct wire_line *first = NULL;
	int64_t n = 0, want = x->expect.number;

	for (size_t i = 0; i < p->wire.lines; i++) {
		const struct wire_line *l = &p->wire.line[i];

		if (!of_connection(l, &x->expect) || l->dir != x->expect.dir ||
		    !scenario_fits(x->expect.text, str_make(l->text, l->n)))
			continue;
		if (!n++)
			first = l;
	}
	if (n != want)
		differ(p, x, "%lld times%s%.*s", (long long)n,
		    first ? ", first: " : "", first ? (int)first->n : 0,
		    first ? first->text : "");
}

/* ---- the providers */

static bool is_for(const struct play_mail *m, struct str address)
{
	struct str rest = str_of(m->recipients);

	if (!address.n)
		return true;
	while (rest.p)
		if (str_eq(str_cut(&rest, '\n'), address))
			return true;
	return false;
}

static void judge_mails(struct play *p, const struct scenario_step *x)
{
	const struct play_place *at = &p->place[x->expect.place->number];
	int64_t n = 0;

	for (size_t i = 0; i < at->mails; i++)
		n += is_for(&at->mail[i], x->expect.text);
	judge_number(p, x, n, " mails");
}

static void judge_same(struct play *p, const struct scenario_step *x)
{
	const struct play_place *at = &p->place[x->expect.place->number];
	const struct play_mail *first = NULL;
	size_t n = 0;

	for (size_t i = 0; i < at->mails; i++) {
		const struct play_mail *m = &at->mail[i];

		if (!is_for(m, x->expect.text))
			continue;
		n++;
		if (!first)
			first = m;
		else if (!str_eq(str_make(first->content, first->n),
			     str_make(m->content, m->n)))
			differ(p, x, "mail %zu is another one", n);
	}
	if (n < 2)
		differ(p, x, "%zu mails, nothing to compare", n);
}

static void judge_connections(struct play *p, const struct scenario_step *x)
{
	const struct play_place *at = &p->place[x->expect.place->number];

	judge_number(p, x,
	    at->script ? (int64_t)script_connections(at->script)
		       : (int64_t)provider_counts(at->provider)->connections,
	    " connections");
}

/* ---- the sender */

static void judge_sender(struct play *p, const struct scenario_step *x)
{
	const struct stage *s = &p->stage;
	const char *is = !p->open       ? "no sender"
			 : !s->finished ? "it runs"
			 : s->why.code  ? s->why.msg
					: "it ended by itself";
	bool fits;

	if (x->expect.kind == SCENARIO_RUNNING)
		fits = p->open && !s->finished;
	else if (x->expect.kind == SCENARIO_ENDED)
		fits = p->open && s->finished && !s->why.code;
	else
		fits = p->open && s->finished && s->why.code &&
		       scenario_fits(x->expect.text, str_of(s->why.msg));
	if (!fits)
		differ(p, x, "%s", is);
}

static void judge_wire(struct play *p, const struct scenario_step *x)
{
	if (x->expect.wire == SCENARIO_IN_ORDER)
		judge_order(p, x);
	else
		judge_times(p, x);
}

void judge(struct play *p, const struct scenario_step *x)
{
	switch (x->expect.kind) {
	case SCENARIO_COUNTS: judge_counts(p, x); break;
	case SCENARIO_PERSON: judge_person(p, x); break;
	case SCENARIO_WIRE: judge_wire(p, x); break;
	case SCENARIO_TIME:
		judge_number(p, x, play_now(p), " microseconds");
		break;
	case SCENARIO_MAILS: judge_mails(p, x); break;
	case SCENARIO_SAME: judge_same(p, x); break;
	case SCENARIO_CONNECTIONS: judge_connections(p, x); break;
	case SCENARIO_ENDED:
	case SCENARIO_ERROR:
	case SCENARIO_RUNNING: judge_sender(p, x); break;
	}
}
