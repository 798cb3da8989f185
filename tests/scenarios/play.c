#include "play.h"
#include "store/sqlite_private.h"

/* A sender that has not ended by then never will. */
#define LONGEST (60 * 24 * USEC_PER_HOUR)

void play_wrong(struct play *p, const char *fmt, ...)
{
	char tmp[2000];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(tmp, sizeof(tmp), fmt, ap);
	va_end(ap);
	buf_addz(&p->wrong, tmp);
	buf_addc(&p->wrong, '\n');
}

usec_t play_now(const struct play *p)
{
	return loop_now(p->loop) - p->wire.start;
}

/* ---- the world */

static bool on_accepted(const struct provider_mail *m, void *arg)
{
	struct play_place *at = arg;
	struct play_mail *x;

	at->mail = mem_realloc(at->mail, (at->mails + 1) * sizeof(*at->mail));
	x = &at->mail[at->mails++];
	x->recipients = str_dup(m->recipients);
	x->content = str_dup(m->content);
	x->n = m->content.n;
	return true;
}

static const struct provider_handler handler = {.accepted = on_accepted};

/* A certificate for a place; those the sender trusts are gathered in `ca`. */
static int make_certificate(
    struct play *p, struct play_place *at, struct buf *ca, struct err *e)
{
	char *name = str_dup(at->place->tls_name), path[128];
	int rc;

	snprintf(path, sizeof(path), "%s/cert.pem", p->dir);
	rc = tls_server_self_made(name, path, &at->tls, e);
	free(name);
	if (rc >= 0 && !at->place->untrusted)
		rc = buf_read_file(ca, path, e);
	return rc;
}

static int open_place(struct play *p, const struct scenario_place *place,
    struct buf *ca, struct err *e)
{
	struct play_place *at = &p->place[place->number];
	struct provider_config c = place->provider;

	at->play = p;
	at->place = place;
	if (place->tls_name.n && make_certificate(p, at, ca, e) < 0)
		return e->code;
	if (place->scripts) {
		at->script = script_new(p->net, place, at->tls, e);
		return at->script ? 0 : e->code;
	}
	c.tls = at->tls;
	at->provider = provider_new(p->net, &place->at, &c, &handler, at, e);
	return at->provider ? 0 : e->code;
}

static int open_client_tls(struct play *p, struct str ca, struct err *e)
{
	char path[128];

	if (p->scenario->config.tls == SMTP_TLS_NEVER &&
	    !p->scenario->config.auth_user.n)
		return 0;
	snprintf(path, sizeof(path), "%s/ca.pem", p->dir);
	if (ca.n)
		t_write(p->dir, "ca.pem", ca);
	return tls_client_new(ca.n ? path : NULL, &p->client, e);
}

static int open_world(struct play *p, struct err *e)
{
	const struct scenario_config *c = &p->scenario->config;
	struct buf ca = BUF_INIT(1 * MiB);
	int rc = 0;

	p->loop = loop_sim_new(STAGE_WALL);
	p->net = network_sim_new(
	    p->loop, c->latency ? c->latency : USEC_PER_MSEC, (size_t)c->chunk);
	wire_init(&p->wire, p->scenario, p->loop, p->wire.verbose);
	for (const struct scenario_place *x = p->scenario->places; x && rc >= 0;
	     x = x->next)
		rc = open_place(p, x, &ca, e);
	if (rc >= 0)
		rc = open_client_tls(p, buf_str(&ca), e);
	buf_release(&ca);
	return rc;
}

static void make_folder(struct play *p)
{
	const struct scenario *s = p->scenario;
	struct stage_person *people =
	    mem_zalloc(s->person_count * sizeof(*people));
	const struct scenario_person *x = s->people;
	char *text = s->config.text.n ? str_dup(s->config.text) : NULL;

	for (size_t i = 0; i < s->person_count; i++, x = x->next) {
		people[i].name = x->name.p;
		people[i].addresses = x->addresses.n ? x->addresses.p : "";
	}
	stage_folder(p->dir, people, s->person_count, text ? text : STAGE_TEXT);
	if (s->config.profile.n)
		t_write(p->dir, "profile.ini", s->config.profile);
	free(text);
	free(people);
}

/* ---- what changes by itself */

static void arm(struct play *p)
{
	usec_t at = INT64_MAX;

	if (p->next_zone && p->next_zone->at < at)
		at = p->next_zone->at;
	if (p->change && p->change->at < at)
		at = p->change->at;
	if (at != INT64_MAX)
		loop_timer_start(&p->timer, at - play_now(p));
}

static void use_zone(struct play *p)
{
	struct err e = {0};

	if (p->open && p->stage.dns &&
	    dns_zone_replace(p->stage.dns, p->zone->text, p->file, &e) < 0)
		play_wrong(p, "%s", e.msg);
}

static void on_time(void *arg)
{
	struct play *p = arg;
	struct err e;

	while (p->next_zone && p->next_zone->at <= play_now(p)) {
		p->zone = p->next_zone;
		p->next_zone = p->zone->next;
		use_zone(p);
	}
	for (; p->change && p->change->at <= play_now(p);
	     p->change = p->change->next)
		if (provider_set(p->place[p->change->place->number].provider,
			p->change->option, p->change->value, &e) < 0)
			play_wrong(p, "%s", e.msg);
	arm(p);
}

static void start_time(struct play *p)
{
	p->next_zone = p->scenario->zones;
	p->change = p->scenario->changes;
	loop_timer_init(&p->timer, p->loop, on_time, p);
	on_time(p);
}

/* ---- the sender */

/* The kernel keeps what a killed process has written: no need to sync. */
static void on_opened(struct store *s, void *arg)
{
	(void)arg;
	sqlite3_exec(s->db, "PRAGMA synchronous = OFF", NULL, NULL, NULL);
}

static int open_sender(struct play *p, struct err *e)
{
	const struct scenario_config *c = &p->scenario->config;
	char profile[128];
	struct stage_options o = {
	    .loop = p->loop,
	    .net = p->net,
	    .relay = p->relay[0] ? p->relay : NULL,
	    .relay_name = p->relay_name,
	    .zone = p->zone ? p->zone->text : S(""),
	    .zone_name = p->file,
	    .auth_user = p->user,
	    .auth_secret = p->secret,
	    .tls = c->tls,
	    .tls_context = p->client,
	    .connections = c->connections,
	    .per_connection = c->per_connection,
	    .retry_for = c->retry_for,
	    .hold_uncertain = c->hold_uncertain,
	    .not_after =
		c->not_after ? STAGE_WALL + p->wire.start + c->not_after : 0,
	    .seed = c->seed,
	    .trace = wire_trace,
	    .trace_arg = &p->wire,
	    .opened = on_opened,
	};

	snprintf(profile, sizeof(profile), "%s/profile.ini", p->dir);
	if (c->profile.n)
		o.profile = profile;
	if (stage_open(&p->stage, p->dir, &o, e) < 0)
		return e->code;
	p->open = true;
	p->started = p->killed = false;
	return 0;
}

static void start_sender(struct play *p)
{
	if (!p->started)
		engine_start(p->stage.engine);
	p->started = true;
}

static void prepare(struct play *p)
{
	const struct scenario_config *c = &p->scenario->config;
	char tmp[ENDPOINT_TEXT];
	size_t n = 0;

	for (size_t i = 0; i < c->relays; i++)
		n +=
		    (size_t)snprintf(p->relay + n, sizeof(p->relay) - n, "%s%s",
			i ? "," : "", endpoint_format(&c->relay_to[i], tmp));
	snprintf(
	    p->relay_name, sizeof(p->relay_name), "%.*s", STR_ARG(c->relay));
	if (c->auth_user.n) {
		p->user = str_dup(c->auth_user);
		p->secret = str_dup(c->auth_secret);
	}
}

/* ---- steps */

static void pass(struct play *p, usec_t until)
{
	if (p->open)
		start_sender(p);
	/* it stops where the sender ends; the world goes on */
	while (loop_now(p->loop) < until)
		loop_run_until(p->loop, until);
}

static void run(struct play *p, const struct scenario_step *x)
{
	if (!p->open) {
		play_wrong(
		    p, "%s:%zu: there is no sender to run", p->file, x->line);
		return;
	}
	start_sender(p);
	if (!p->stage.finished)
		loop_run_until(p->loop, loop_now(p->loop) + LONGEST);
	if (!p->stage.finished)
		play_wrong(
		    p, "%s:%zu: the sender does not end", p->file, x->line);
}

static void restart(struct play *p, const struct scenario_step *x)
{
	struct err e = {0};

	if (p->open && !p->stage.finished) {
		play_wrong(
		    p, "%s:%zu: the sender still runs", p->file, x->line);
		return;
	}
	if (p->open)
		stage_close(&p->stage);
	p->open = false;
	if (open_sender(p, &e) < 0)
		play_wrong(p, "%s:%zu: %s", p->file, x->line, e.msg);
}

static void end_sender(struct play *p, enum scenario_step_kind kind)
{
	if (!p->open)
		return;
	if (kind == SCENARIO_STOP) {
		engine_stop(p->stage.engine);
		return;
	}
	stage_kill(&p->stage);
	p->open = false;
	p->killed = true;
}

static void set_fault(struct play *p, const struct scenario_step *x)
{
	network_sim_fault(p->net, &x->place->at,
	    x->kind == SCENARIO_SILENT   ? NETWORK_FAULT_SILENT
	    : x->kind == SCENARIO_REFUSE ? NETWORK_FAULT_REFUSE
					 : NETWORK_FAULT_NONE);
}

/* As `tocsin pause` and `resume` do it, beside the sender. */
static void set_paused(struct play *p, struct str what)
{
	struct store *s;
	struct err e = {0};

	if (store_open(p->dir, STORE_WRITE, &s, &e) < 0) {
		play_wrong(p, "%s", e.msg);
		return;
	}
	if (store_control_set(s, "paused", what, &e) < 0)
		play_wrong(p, "%s", e.msg);
	store_close(s);
	if (p->open)
		journal_poll(p->stage.journal);
}

static void play_step(struct play *p, const struct scenario_step *x)
{
	switch (x->kind) {
	case SCENARIO_RUN: run(p, x); break;
	case SCENARIO_PASS: pass(p, loop_now(p->loop) + x->wait); break;
	case SCENARIO_STOP:
	case SCENARIO_KILL: end_sender(p, x->kind); break;
	case SCENARIO_RESTART: restart(p, x); break;
	case SCENARIO_SILENT:
	case SCENARIO_REFUSE:
	case SCENARIO_RELEASE: set_fault(p, x); break;
	case SCENARIO_PAUSE: set_paused(p, x->text); break;
	case SCENARIO_RESUME: set_paused(p, S("")); break;
	case SCENARIO_CHECK: judge(p, x); break;
	}
}

/* What holds in every story: the states add up, and no peer was surprised. */
static void check_always(struct play *p)
{
	struct store_counts n;
	struct store *s = play_store(p);
	struct err e = {0};

	if (!s)
		return;
	if (store_sweep(s, &n, &e) < 0)
		play_wrong(p, "the sweep: %s", e.msg);
	play_store_close(p, s);
	for (size_t i = 0; i < p->scenario->place_count; i++)
		if (p->place[i].script && script_wrong(p->place[i].script))
			play_wrong(p, "%s: %s", p->file,
			    script_wrong(p->place[i].script));
}

void play_story(
    struct play *p, const struct scenario *s, const char *file, bool verbose)
{
	struct err e = {0};

	*p = (struct play){.scenario = s, .file = file};
	buf_init(&p->wrong, 1 * MiB);
	p->wire.verbose = verbose;
	make_folder(p);
	if (open_world(p, &e) < 0) {
		play_wrong(p, "%s", e.msg);
		return;
	}
	prepare(p);
	start_time(p);
	if (open_sender(p, &e) < 0) {
		play_wrong(p, "%s", e.msg);
		return;
	}
	for (const struct scenario_step *x = s->steps; x && !p->wrong.len;
	     x = x->next)
		play_step(p, x);
	if (!p->wrong.len)
		check_always(p);
}

static void place_release(struct play_place *at)
{
	provider_free(at->provider);
	script_free(at->script);
	tls_context_free(at->tls);
	for (size_t i = 0; i < at->mails; i++) {
		free(at->mail[i].recipients);
		free(at->mail[i].content);
	}
	free(at->mail);
}

void play_release(struct play *p)
{
	if (p->open)
		stage_close(&p->stage);
	for (size_t i = 0; i < p->scenario->place_count; i++)
		place_release(&p->place[i]);
	if (p->timer.loop)
		loop_timer_release(&p->timer);
	wire_release(&p->wire);
	if (p->client)
		tls_context_free(p->client);
	if (p->net)
		network_free(p->net);
	loop_free(p->loop);
	t_rmdir(p->dir);
	free(p->user);
	free(p->secret);
	free(p->cursor);
	buf_release(&p->wrong);
}
