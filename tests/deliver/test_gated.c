/* A gated notice on the imitated network: who gets it, when, and who is left
 * for another channel or for later. */
#include "sim/provider.h"
#include "stage.h"

#define ZONE                                                 \
	"a.test. MX 10 mx.a.test.\nmx.a.test. A 192.0.2.1\n" \
	"b.test. MX 10 mx.b.test.\nmx.b.test. A 192.0.2.2\n"

static char got[8 * 1024]; /* local parts in the order of arrival */
static unsigned of_b;      /* of them, taken by the second provider */

static bool on_accepted(const struct provider_mail *m, void *arg)
{
	struct str address = m->recipients;
	size_t n = strlen(got);

	of_b += arg != NULL;
	address = str_cut(&address, '@');
	if (str_starts(address, S("<")))
		address = str_from(address, 1);
	snprintf(
	    got + n, sizeof(got) - n, "%s%.*s", n ? " " : "", STR_ARG(address));
	return true;
}

static const struct provider_handler handler = {.accepted = on_accepted};

struct run {
	const char *dir;
	const struct gate *gate;
	bool direct;
	const char *behaviour, *value; /* of the provider */
	unsigned connections;
	usec_t retry_for;
	usec_t wall;
};

static struct provider *provide(
    struct stage *s, const char *at_text, const struct run *r, void *arg)
{
	struct provider_config c;
	struct endpoint at;
	struct provider *p;
	struct err e = {0};

	ENSURE(endpoint_parse(str_of(at_text), 25, &at));
	provider_config_init(&c);
	if (r->behaviour)
		t_ok(provider_config_set(
			 &c, str_of(r->behaviour), str_of(r->value), &e),
		    &e);
	p = provider_new(s->net, &at, &c, &handler, arg, &e);
	assert_non_null(p);
	return p;
}

/* Sends until there is nothing to do, then sweeps; virtual seconds it took. */
static usec_t play(const struct run *r, struct store_counts *ret)
{
	struct stage_options o = {.relay = r->direct ? NULL : "192.0.2.1:25",
	    .zone = S(ZONE),
	    .connections = r->connections ? r->connections : 1,
	    .retry_for = r->retry_for,
	    .gate = r->gate,
	    .wall = r->wall};
	struct provider *p, *q;
	struct stage s;
	struct err e = {0};
	usec_t took;

	got[0] = '\0';
	of_b = 0;
	t_ok(stage_open(&s, r->dir, &o, &e), &e);
	p = provide(&s, "192.0.2.1:25", r, NULL);
	q = provide(&s, "192.0.2.2:25", r, &s);
	stage_run(&s);
	t_true(s.finished, "the sender ends");
	t_str(str_of(s.why.msg), "");
	took =
	    clock_wall(loop_clock(s.loop)) - (r->wall ? r->wall : STAGE_WALL);
	provider_free(p);
	provider_free(q);
	stage_close(&s);
	stage_counts(r->dir, ret);
	return took / USEC_PER_SEC;
}

static const struct str first[] = {S("")}, second[] = {S("second")},
			both[] = {S(""), S("second")};
static const struct gate open_all = {.tranche = both, .tranches = 2},
			 open_first = {.tranche = first,
			     .tranches = 1,
			     .closed = second,
			     .closeds = 1},
			 open_second = {.tranche = second,
			     .tranches = 1,
			     .closed = first,
			     .closeds = 1};

static const struct stage_person mixed[] = {
    {"Spam", "spam1@a.test", PEOPLE_FLAG_COMPLAINED, NULL},
    {"Ann", "ann@a.test", 0, NULL},
    {"Gone", "gone@a.test", PEOPLE_FLAG_BOUNCED, NULL},
    {"Uma", "uma@b.test", PEOPLE_FLAG_UNSUBSCRIBED, NULL},
    {"Spam2", "spam2@b.test", PEOPLE_FLAG_COMPLAINED, "second"},
    {"Info", "info@b.test", 0, NULL},
    {"Bob", "info@a.test\nbob@b.test", 0, "second"},
    {"Cleo", "cleo@b.test", 0, "second"},
    {"Nobody", "", 0, NULL},
};

static void check_mixed(const struct store_counts *n)
{
	t_int(n->audience, 9);
	t_int(n->by_status[PERSON_OTHER_CHANNEL], 3);
	t_int(n->by_status[PERSON_PENDING], 0);
}

static void by_reason_and_complained_last(void **state)
{
	struct run r = {.gate = &open_all};
	struct store_counts n;
	char dir[64];

	(void)state;
	for (int direct = 0; direct < 2; direct++) {
		stage_folder(dir, mixed, ARRAY_SIZE(mixed), STAGE_TEXT);
		r.dir = dir;
		r.direct = direct;
		play(&r, &n);
		check_mixed(&n);
		t_int(n.by_status[direct ? PERSON_ACCEPTED : PERSON_HANDED], 6);
		t_true(strlen(got) > 11, "%s", got);
		/* Bob's own address is there, though his first is not */
		t_int(of_b, direct ? 4 : 0);
		t_has(str_of(got), "ann");
		t_has(str_of(got), "uma");
		t_has(str_of(got), "bob");
		t_has(str_of(got), "cleo");
		/* the last two, in either order */
		t_has(str_of(got + strlen(got) - 11), "spam1");
		t_has(str_of(got + strlen(got) - 11), "spam2");
		t_rmdir(dir);
	}
}

static void without_a_gate_nobody_is_sorted_out(void **state)
{
	struct run r = {0};
	struct store_counts n;
	char dir[64];

	(void)state;
	stage_folder(dir, mixed, ARRAY_SIZE(mixed), STAGE_TEXT);
	r.dir = dir;
	play(&r, &n);
	t_int(n.by_status[PERSON_HANDED], 8);
	t_int(n.by_status[PERSON_OTHER_CHANNEL], 1);
	t_has(str_of(got), "spam1 ann"); /* in the order of the list */
	t_rmdir(dir);
}

static void a_closed_tranche_is_not_touched(void **state)
{
	struct run r = {.gate = &open_first};
	struct store_counts n;
	char dir[64];

	(void)state;
	for (int direct = 0; direct < 2; direct++) {
		stage_folder(dir, mixed, ARRAY_SIZE(mixed), STAGE_TEXT);
		r.dir = dir;
		r.direct = direct;
		r.gate = &open_first;
		play(&r, &n);
		t_int(n.by_status[PERSON_PENDING], 3);
		t_int(n.by_status[PERSON_OTHER_CHANNEL], 3);
		t_int(n.attempts, 5); /* three sent, two routed */
		t_has(str_of(got + strlen(got) - 5), "spam1");
		/* approved later: they and nobody else */
		r.gate = &open_all;
		play(&r, &n);
		check_mixed(&n);
		t_int(n.attempts, 8);
		t_has(str_of(got), "spam2");
		t_int(strlen(got), strlen("bob cleo spam2"));
		t_rmdir(dir);
	}
}

/* More than are loaded at a time, before and between those who may be sent
 * to; all at one domain too. */
static void many_are_passed_over(void **state)
{
	enum { MANY = 3000 };
	struct stage_person *p = mem_zalloc(MANY * sizeof(*p));
	char(*address)[32] = mem_zalloc(MANY * sizeof(*address));
	struct run r = {.gate = &open_second};
	struct store_counts n;
	char dir[64];

	(void)state;
	for (size_t i = 0; i < MANY; i++) {
		snprintf(address[i], sizeof(address[i]), "p%zu@a.test", i);
		p[i] = (struct stage_person){.name = "X",
		    .addresses = address[i],
		    .tranche = i == 1500 || i == MANY - 1 ? "second" : NULL};
	}
	for (int direct = 0; direct < 2; direct++) {
		stage_folder(dir, p, MANY, STAGE_TEXT);
		r.dir = dir;
		r.direct = direct;
		play(&r, &n);
		t_str(str_of(got), "p1500 p2999");
		t_int(n.attempts, 2);
		t_int(n.by_status[PERSON_PENDING], MANY - 2);
		t_rmdir(dir);
	}
	free(address);
	free(p);
}

/* More than may wait for the journal at a time. */
static void many_are_routed(void **state)
{
	enum { MANY = 9000 };
	struct stage_person *p = mem_zalloc(MANY * sizeof(*p));
	struct run r = {.gate = &open_all};
	struct store_counts n;
	char dir[64];

	(void)state;
	for (size_t i = 0; i < MANY; i++)
		p[i] = (struct stage_person){"X", "ann@a.test",
		    i == MANY - 1 ? 0 : PEOPLE_FLAG_BOUNCED, NULL};
	for (int direct = 0; direct < 2; direct++) {
		stage_folder(dir, p, MANY, STAGE_TEXT);
		r.dir = dir;
		r.direct = direct;
		play(&r, &n);
		t_str(str_of(got), "ann");
		t_int(n.by_status[PERSON_OTHER_CHANNEL], MANY - 1);
		t_rmdir(dir);
	}
	free(p);
}

/* Tried before, then no longer approved: they wait, the others go on, and the
 * sender ends. */
static void who_is_due_in_a_closed_tranche_waits(void **state)
{
	enum { MANY = 1200 };
	struct stage_person *p = mem_zalloc(MANY * sizeof(*p));
	char(*address)[32] = mem_zalloc(MANY * sizeof(*address));
	struct run r = {.gate = &open_all, .connections = 20};
	struct store_counts n;
	char dir[64];
	usec_t took;

	(void)state;
	for (size_t i = 0; i < MANY; i++) {
		snprintf(address[i], sizeof(address[i]), "p%zu@a.test", i);
		p[i] = (struct stage_person){.name = "X",
		    .addresses = address[i],
		    .tranche = i % 400 == 399 ? "second" : NULL};
	}
	stage_folder(dir, p, MANY, STAGE_TEXT);
	/* one try each: greylisted; then the sender is stopped */
	{
		struct stage_options o = {
		    .relay = "192.0.2.1:25", .connections = 20};
		struct run grey = {.behaviour = "greylist", .value = "600"};
		struct provider *q;
		struct stage s;
		struct err e = {0};
		struct loop_timer stop;

		o.gate = &open_all;
		t_ok(stage_open(&s, dir, &o, &e), &e);
		q = provide(&s, "192.0.2.1:25", &grey, NULL);
		loop_timer_init(
		    &stop, s.loop, (void (*)(void *))engine_stop, s.engine);
		loop_timer_start(&stop, 60 * USEC_PER_SEC);
		stage_run(&s);
		t_true(s.finished, "it stops");
		loop_timer_release(&stop);
		provider_free(q);
		stage_close(&s);
		stage_counts(dir, &n);
		t_int(n.by_status[PERSON_DEFERRED], MANY);
	}
	r.dir = dir;
	r.gate = &open_second;
	r.wall = STAGE_WALL + USEC_PER_HOUR;
	took = play(&r, &n);
	t_int(n.by_status[PERSON_HANDED], 3);
	t_int(n.by_status[PERSON_DEFERRED], MANY - 3);
	t_true(took < 3600, "it ends in its time: %lld s", (long long)took);
	r.gate = &open_all;
	r.wall += USEC_PER_HOUR;
	play(&r, &n);
	t_int(n.by_status[PERSON_HANDED], MANY);
	free(address);
	free(p);
	t_rmdir(dir);
}

/* A try that is deferred does not hold those who complained for ever. */
static void the_last_wave_does_not_wait_for_retries(void **state)
{
	static const struct stage_person p[] = {
	    {"Spam", "spam@a.test", PEOPLE_FLAG_COMPLAINED, NULL},
	    {"Slow", "slow@a.test", 0, NULL},
	    {"Ann", "ann@a.test", 0, NULL},
	};
	struct run r = {.gate = &open_first,
	    .behaviour = "reject-match",
	    .value = "slow*:451 4.3.0 later",
	    .retry_for = 24 * USEC_PER_HOUR};
	struct store_counts n;
	char dir[64];

	(void)state;
	stage_folder(dir, p, 3, STAGE_TEXT);
	r.dir = dir;
	play(&r, &n);
	t_str(str_of(got), "ann spam");
	t_int(n.by_status[PERSON_HANDED], 2);
	t_int(n.by_status[PERSON_EXPIRED], 1);
	t_rmdir(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(by_reason_and_complained_last),
	    T(without_a_gate_nobody_is_sorted_out),
	    T(a_closed_tranche_is_not_touched),
	    T(many_are_passed_over),
	    T(many_are_routed),
	    T(who_is_due_in_a_closed_tranche_waits),
	    T(the_last_wave_does_not_wait_for_retries),
	};
	return t_run("gated", tests);
}
