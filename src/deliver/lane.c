#include "base/limits.h"
#include "deliver/engine_private.h"

static const usec_t idle_for = 5 * USEC_PER_SEC;

static const struct route_host *host(const struct lane *l)
{
	return &l->site->route.host[l->host];
}

static void set_state(struct lane *l, enum lane_state state)
{
	struct engine *g = l->site->engine;
	int change = (state == LANE_BUSY) - (l->state == LANE_BUSY);

	if (change) {
		g->busy += (unsigned)change;
		atomic_store(&g->c.figures->busy, g->busy);
		journal_port_hint(g->c.port, g->busy);
	}
	l->state = state;
	if (state == LANE_IDLE)
		loop_timer_start(&l->idle, idle_for);
	else
		loop_timer_stop(&l->idle);
}

/* ---- one mail */
static void fill_facts(
    struct lane *l, struct outcome *o, char ip[ENDPOINT_TEXT])
{
	const struct tls_facts *tls = smtp_session_tls(l->session);

	o->site = str_of(l->site->route.name);
	o->host = str_of(host(l)->name);
	o->ip = str_of(endpoint_ip(&host(l)->at, ip));
	if (tls)
		o->tls = str_of(tls->version);
}

static void on_done(struct smtp_mail *m, const struct smtp_result *r, void *arg)
{
	struct lane *l = arg;
	struct engine *g = l->site->engine;
	struct letter *x = l->letter;
	char ip[ENDPOINT_TEXT], status[SMTP_STATUS_TEXT] = "";
	struct outcome_fact f = {
	    .stage = r->stage, .cause = r->cause, .dot_sent = r->dot_sent};
	struct outcome o = {.attempt = l->attempt,
	    .intent_made = l->intent_made,
	    .stage = (uint8_t)r->stage,
	    .cause = (uint8_t)r->cause};

	(void)m;
	fill_facts(l, &o, ip);
	o.text = str_of(r->text);
	if (r->cause == SMTP_CAUSE_REPLY) {
		f.code = o.code = r->reply->code;
		o.text = buf_str(&r->reply->text);
		o.status_code =
		    str_of(smtp_status_format(r->reply->status, status));
		if (f.code / 100 == 2 && g->c.relay)
			o.relay_id = relay_reply_id(g->c.profile, o.text);
	}
	l->letter = NULL;
	l->mails++;
	set_state(l, LANE_CLOSING); /* until ready says otherwise */
	engine_settle(g, x, &f, &o);
}

static void release_if_durable(struct journal_ticket *t, bool ok, void *arg)
{
	struct lane *l = arg;

	(void)t;
	l->ticket_pending = false;
	if (l->ended) {
		lane_drop(l);
		return;
	}
	if (!ok) {
		engine_fail(
		    l->site->engine, journal_error(l->site->engine->c.journal));
		if (l->letter)
			smtp_session_abort(l->session);
		return;
	}
	if (l->letter)
		smtp_session_release(l->session);
	else if (l->ready_waits) {
		l->ready_waits = false;
		set_state(l, LANE_IDLE);
		lane_work(l);
	}
}

/* The 354 came: first the intent, then the dot. */
static void on_content(struct smtp_mail *m, void *arg)
{
	struct lane *l = arg;
	struct engine *g = l->site->engine;
	struct letter *x = l->letter;
	struct intent i = {
	    .attempt = l->attempt,
	    .person = x->due.row.id,
	    .epoch = g->c.epoch,
	    .at = engine_wall(g),
	    .site = str_of(l->site->route.name),
	    .letter = l->mail.record,
	    .state = x->due.state,
	};
	struct err e;

	(void)m;
	i.state.status = PERSON_SENDING;
	if (!i.state.first_try)
		i.state.first_try = i.at;
	x->due.state.first_try = i.state.first_try;
	if (journal_intent(g->c.port, &l->ticket, &i, &e) < 0) {
		engine_fail(g, &e);
		smtp_session_abort(l->session);
		return;
	}
	l->ticket_pending = l->intent_made = true;
}

static void send_mail(struct lane *l)
{
	struct engine *g = l->site->engine;
	struct person_state *state = &l->letter->due.state;
	struct composed *c = &l->mail;

	/* from here on, however often this try is put off, they may have the
	 * mail twice */
	if (state->status == PERSON_UNCERTAIN && !state->resent) {
		state->resent = true;
		atomic_fetch_add(&g->c.figures->resent, 1);
	}
	l->smtp = (struct smtp_mail){
	    .sender = buf_str(&c->sender),
	    .recipient = buf_str(&c->recipient),
	    .needs_utf8 = c->needs_utf8,
	    .eight_bit = c->eight_bit,
	    .envid = buf_str(&c->envid),
	    .orcpt = buf_str(&c->orcpt),
	    .notify = S("FAILURE,DELAY"),
	    .content = on_content,
	    .done = on_done,
	    .arg = l,
	};
	l->smtp.pieces = composed_wire(c, l->smtp.piece);
	l->attempt = journal_attempt_id(g->c.journal);
	l->intent_made = false;
	set_state(l, LANE_BUSY);
	smtp_session_send(l->session, &l->smtp);
}

/* Composes letters until one can be sent. False: none left now. */
static bool take_letter(struct lane *l)
{
	struct engine *g = l->site->engine;
	struct letter *x;

	while (!g->failed && (x = site_next_letter(l->site))) {
		usec_t now = engine_wall(g);
		struct err e = {0};
		int rc;

		if (outcome_is_expired(
			&g->c.policy, x->due.state.first_try, now)) {
			engine_settle_as(g, x, PERSON_EXPIRED,
			    str_of(l->site->route.name),
			    "the time to try had passed");
			continue;
		}
		rc = composer_compose(
		    g->c.composer, &x->due, now / USEC_PER_SEC, &l->mail, &e);
		if (rc > 0) {
			l->letter = x;
			return true;
		}
		if (rc == 0)
			snprintf(e.msg, sizeof(e.msg), "no value for {{%s}}",
			    l->mail.missing);
		engine_settle_as(g, x, PERSON_HELD, STR_NONE, e.msg);
	}
	return false;
}

void lane_work(struct lane *l)
{
	struct site *s = l->site;
	struct engine *g = s->engine;
	usec_t wait;

	ENSURE(l->state == LANE_IDLE);
	if (l->ticket_pending) {
		l->ready_waits = true;
		set_state(l, LANE_CLOSING);
		return;
	}
	if (g->stopping || g->failed || g->paused || s->paused) {
		lane_quit(l);
		return;
	}
	if (g->c.per_connection && l->mails >= g->c.per_connection) {
		lane_quit(l);
		return;
	}
	if (l->letter) { /* was held back by the pace */
		BUG("an idle lane with a letter");
	}
	wait = site_take_token(s);
	if (wait) {
		if (!s->timer.active)
			loop_timer_start(&s->timer, wait);
		return;
	}
	if (take_letter(l))
		send_mail(l);
	else
		engine_poke(g);
}

/* ---- the session */
static void on_ready(struct smtp_session *session, void *arg)
{
	struct lane *l = arg;
	struct site *s = l->site;

	(void)session;
	if (!l->was_ready) {
		l->was_ready = true;
		s->lanes_up++;
		s->failures = 0;
		s->reached = true;
		atomic_store(&s->engine->c.figures->reached, true);
		set_state(l, LANE_IDLE);
		site_pump(s); /* it works: more of them */
		if (l->state != LANE_IDLE)
			return;
	}
	set_state(l, LANE_IDLE);
	lane_work(l);
}

void lane_free(struct lane *l)
{
	struct site *s = l->site;
	struct engine *g = s->engine;

	set_state(l, LANE_CLOSING);
	loop_timer_release(&l->idle);
	smtp_session_free(l->session);
	composed_release(&l->mail);
	free(l->letter);
	*l->prev = l->next;
	if (l->next)
		l->next->prev = l->prev;
	s->lane_count--;
	if (l->was_ready)
		s->lanes_up--;
	atomic_fetch_sub(&g->c.figures->lanes, 1);
	free(l);
}

/* Another way to the same site: without TLS, or its next host. */
static bool try_elsewhere(struct lane *l, const struct smtp_failure *f)
{
	struct site *s = l->site;
	bool tls = f->cause == SMTP_CAUSE_TLS;

	if (l->was_ready || s->engine->stopping)
		return false;
	if (tls && s->engine->c.tls_mode == SMTP_TLS_OPPORTUNISTIC &&
	    !s->no_tls[l->host]) {
		s->no_tls[l->host] = true;
		log_info("deliver", "%s: %s; going on in clear text",
		    host(l)->name, f->text);
	} else if (l->host + 1 < s->route.hosts) {
		l->host++;
	} else {
		return false;
	}
	return true;
}

/* The relay knows us, and says no: more tries could only lock the account. */
static bool wrong_password(const struct lane *l, const struct smtp_failure *f)
{
	return f && l->site->engine->c.relay && !l->site->reached &&
	       f->stage == SMTP_STAGE_AUTH && f->cause == SMTP_CAUSE_REPLY &&
	       f->reply->code / 100 == 5;
}

static void connect_lane(struct lane *l);

static void on_ended(
    struct smtp_session *session, const struct smtp_failure *f, void *arg)
{
	struct lane *l = arg;
	struct site *s = l->site;
	struct engine *g = s->engine;
	bool failed = f && (!l->was_ready || l->mails == 0);
	bool refused = wrong_password(l, f);
	char text[512] = ""; /* a host, a failure */
	struct err e;

	(void)session;
	ENSURE(!l->letter);
	if (f && try_elsewhere(l, f)) {
		smtp_session_free(l->session);
		connect_lane(l);
		return;
	}
	if (f) {
		site_say(s, host(l)->name, f);
		snprintf(text, sizeof(text), "%s: %s", host(l)->name, f->text);
	}
	l->ended = true;
	set_state(l, LANE_CLOSING);
	if (l->ticket_pending) {
		/* freed when the journal has answered */
	} else {
		lane_free(l);
	}
	if (refused) {
		err_set(&e, ERR_INPUT,
		    "the relay does not let us in: %s; look at [send] "
		    "relay_user and relay_secret_file; nobody was lost",
		    text);
		engine_fail(g, &e);
	} else if (failed && !g->stopping)
		site_trouble(s, text);
	else
		site_pump(s);
	engine_poke(g);
}

static void on_trace(char dir, struct str bytes, void *arg)
{
	struct lane *l = arg;

	l->site->engine->c.trace(
	    l->name, dir, bytes, l->site->engine->c.trace_arg);
}

static const struct smtp_session_handler handler = {on_ready, on_ended};

static void connect_lane(struct lane *l)
{
	const struct engine_config *c = &l->site->engine->c;
	struct smtp_session_config sc = {
	    .network = c->network,
	    .to = host(l)->at,
	    .source = c->source,
	    .helo = c->helo,
	    .tls = l->site->no_tls[l->host] || !c->tls ? SMTP_TLS_NEVER
						       : c->tls_mode,
	    .tls_context = c->tls,
	    .tls_name = str_of(host(l)->name),
	    .tls_verify = c->tls_verify,
	    .auth_user = c->auth_user,
	    .auth_secret = c->auth_secret,
	    .auth = c->auth,
	};

	if (c->trace) {
		sc.trace = on_trace;
		sc.trace_arg = l;
	}
	set_state(l, LANE_OPENING);
	l->session = smtp_session_new(&sc, &handler, l);
}

static void on_idle(void *arg)
{
	lane_quit(arg);
}

void lane_open(struct site *s)
{
	struct lane *l = mem_zalloc(sizeof(*l));

	l->site = s;
	l->state = LANE_OPENING;
	l->next = s->lanes;
	l->prev = &s->lanes;
	if (l->next)
		l->next->prev = &l->next;
	s->lanes = l;
	s->lane_count++;
	atomic_fetch_add(&s->engine->c.figures->lanes, 1);
	composed_init(&l->mail);
	l->ticket.done = release_if_durable;
	l->ticket.arg = l;
	loop_timer_init(&l->idle, s->engine->c.loop, on_idle, l);
	snprintf(
	    l->name, sizeof(l->name), "%s#%u", s->route.name, ++s->lane_number);
	connect_lane(l);
}

void lane_quit(struct lane *l)
{
	if (l->state == LANE_CLOSING && !l->ready_waits)
		return;
	l->ready_waits = false;
	set_state(l, LANE_CLOSING);
	smtp_session_quit(l->session);
}

void lane_abort(struct lane *l)
{
	if (l->ended)
		return;
	if (l->state == LANE_BUSY || l->state == LANE_OPENING)
		smtp_session_abort(l->session);
	else
		lane_quit(l);
}

void lane_drop(struct lane *l)
{
	struct engine *g = l->site->engine;

	if (l->letter) {
		struct outcome_fact f = {.stage = SMTP_STAGE_CONTENT,
		    .cause = SMTP_CAUSE_CANCELLED,
		    .dot_sent = l->intent_made};
		struct outcome o = {.attempt = l->attempt,
		    .intent_made = l->intent_made,
		    .stage = (uint8_t)f.stage,
		    .cause = (uint8_t)f.cause,
		    .site = str_of(l->site->route.name),
		    .text = S("stopped before the reply came")};
		struct letter *x = l->letter;

		l->letter = NULL;
		engine_settle(g, x, &f, &o);
	}
	if (l->ticket_pending) {
		smtp_session_free(l->session);
		l->session = NULL;
		l->ended = true;
		return;
	}
	lane_free(l);
}
