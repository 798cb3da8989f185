#include "stage.h"
#include "store/sqlite_private.h"

static const char settings[] = "[notice]\n"
			       "kind = breach\n"
			       "title = A breach\n"
			       "[organisation]\n"
			       "name = Lumen\n"
			       "own_domains = lumen.test\n"
			       "[from]\n"
			       "name = Lumen\n"
			       "address = notice@lumen.test\n"
			       "[message]\n"
			       "subject = Lumen: notice of data breach\n"
			       "[bounce]\n"
			       "address = bounces@lumen.test\n"
			       "[send]\n"
			       "helo = mail.lumen.test\n"
			       "[approval]\n"
			       "roles =\n";

/* ---- a folder */
void stage_folder(
    char dir[64], const struct stage_person *p, size_t n, const char *text)
{
	const struct str column = S("tranche");
	struct people_writer *w;
	struct err e = {0};
	uint32_t layout, later;

	t_mkdir(dir);
	t_write(dir, "notice.ini", str_of(settings));
	t_write(dir, "message.md", str_of(text));
	t_ok(people_writer_new(dir, &w, &e), &e);
	t_ok(people_writer_layout(w, NULL, 0, &layout, &e), &e);
	t_ok(people_writer_layout(w, &column, 1, &later, &e), &e);
	for (size_t i = 0; i < n; i++) {
		struct str rest = str_of(p[i].addresses), first;
		struct people_row row = {.id = 16 * (int64_t)(i + 1),
		    .layout = p[i].tranche ? later : layout,
		    .name = str_of(p[i].name),
		    .addresses = rest,
		    .flags = p[i].flags};
		struct buf cells = BUF_INIT(4 * KiB);
		ptrdiff_t at;

		first = str_cut(&rest, '\n');
		at = str_rchr(first, '@');
		if (at >= 0)
			row.domain = str_from(first, (size_t)at + 1);
		if (p[i].tranche)
			people_cell_add(&cells, str_of(p[i].tranche));
		row.cells = buf_str(&cells);
		t_ok(people_writer_add(w, &row, &e), &e);
		buf_release(&cells);
	}
	t_ok(people_writer_commit(w, &e), &e);
	people_writer_free(w);
}

void stage_crowd(char dir[64], size_t people, size_t domains)
{
	struct stage_person *p = mem_zalloc(people * sizeof(*p));
	char(*address)[64] = mem_zalloc(people * sizeof(*address));

	for (size_t i = 0; i < people; i++) {
		snprintf(address[i], sizeof(address[i]), "p%zu@d%zu.example",
		    i + 1, (i + 1) % domains);
		p[i].name = "Somebody";
		p[i].addresses = address[i];
	}
	stage_folder(dir, p, people, STAGE_TEXT);
	free(address);
	free(p);
}

/* ---- opening */
static void on_finished(struct engine *g, const struct err *why, void *arg)
{
	struct stage *s = arg;

	(void)g;
	s->finished = true;
	if (why)
		s->why = *why;
	loop_stop(s->loop);
}

static int open_text(struct stage *s, struct err *e)
{
	struct buf bytes = BUF_INIT(LIMIT_LETTER);
	int rc = letter_variants_load(s->notice, NULL, 0, &s->variants, e);

	for (size_t i = 0; rc >= 0 && i < s->variants->count; i++) {
		const struct letter_variant *v = &s->variants->v[i];

		ENSURE(i < ARRAY_SIZE(s->template_ids));
		buf_reset(&bytes);
		letter_template_format(v->template, &bytes);
		rc = store_template_put(s->writer, v->file, buf_str(&bytes),
		    &s->template_ids[i], e);
	}
	buf_release(&bytes);
	return rc;
}

static int open_store(
    struct stage *s, const struct stage_options *o, struct err *e)
{
	int rc = store_open_vfs(s->dir, STORE_WRITE, o->vfs, &s->writer, e);

	if (rc < 0)
		return rc;
	if (o->opened)
		o->opened(s->writer, o->opened_arg);
	if ((rc = store_secret(s->writer, s->secret, e)) < 0 ||
	    (rc = store_lease_take(s->writer, o->take_over, &s->lease, e)) < 0)
		return rc;
	if (!o->relay && (rc = people_index_domains(s->dir, e)) < 0)
		return rc;
	if ((rc = people_open(s->dir, &s->people, e)) < 0 ||
	    (rc = store_open(s->dir, STORE_READ, &s->reader, e)) < 0)
		return rc;
	return open_text(s, e);
}

static int open_composer(struct stage *s, struct err *e)
{
	struct composer_config c = {
	    .notice = s->notice,
	    .secret = s->secret,
	    .store = s->reader,
	    .people = s->people,
	    .variants = s->variants,
	    .template_ids = s->template_ids,
	    .profile = s->profile,
	};

	return composer_new(&c, &s->composer, e);
}

static enum smtp_auth_mechanism mechanism(const struct relay_profile *p)
{
	if (str_eq(p->auth, S("plain")))
		return SMTP_AUTH_PLAIN;
	if (str_eq(p->auth, S("login")))
		return SMTP_AUTH_LOGIN;
	return str_eq(p->auth, S("xoauth2")) ? SMTP_AUTH_XOAUTH2
					     : SMTP_AUTH_ANY;
}

static void set_relay(struct engine_config *c, struct str list)
{
	c->relay = true;
	while (list.p) {
		ENSURE(c->relay_to_count < ARRAY_SIZE(c->relay_to));
		ENSURE(endpoint_parse(str_cut(&list, ','), 25,
		    &c->relay_to[c->relay_to_count++]));
	}
}

/* As the mailing has it (deliver/mailing.c). */
static void set_pace(struct engine_config *c, const struct stage_options *o,
    const struct relay_profile *p)
{
	c->connections = o->connections ? o->connections : p->connections;
	c->per_connection = o->per_connection;
	if (!c->relay)
		return;
	if (!c->per_connection)
		c->per_connection = p->per_connection;
	c->per_second = p->per_minute / 60.0;
}

static void set_policy(
    struct outcome_policy *p, const struct stage_options *o, bool relay)
{
	*p = outcome_policy_defaults;
	p->relay = relay;
	p->hold_uncertain = o->hold_uncertain;
	p->not_after = o->not_after;
	if (o->retry_for)
		p->retry_for = o->retry_for;
}

static struct engine_config engine_settings(
    struct stage *s, const struct stage_options *o)
{
	struct engine_config c = {
	    .loop = s->loop,
	    .network = s->net,
	    .dns = s->dns,
	    .tls = o->tls_context,
	    .store = s->reader,
	    .journal = s->journal,
	    .port = s->port,
	    .composer = s->composer,
	    .helo = S("mail.lumen.test"),
	    .relay_name = str_of(o->relay_name ? o->relay_name : "relay.test"),
	    .profile = s->profile,
	    .auth_user = str_of(o->auth_user),
	    .auth_secret = str_of(o->auth_secret),
	    .tls_mode = o->tls_context ? o->tls : SMTP_TLS_NEVER,
	    .tls_verify = o->auth_secret != NULL,
	    .auth = mechanism(s->profile),
	    .epoch = s->lease.epoch,
	    .gate = o->gate,
	    .notice = s->notice,
	    .people = s->people,
	    .seed = o->seed,
	    .figures = &s->figures,
	    .trace = o->trace,
	    .trace_arg = o->trace_arg,
	    .finished = on_finished,
	    .arg = s,
	};

	if (o->auth_secret && c.tls_mode != SMTP_TLS_IMPLICIT)
		c.tls_mode = SMTP_TLS_REQUIRED;
	if (o->relay)
		set_relay(&c, str_of(o->relay));
	set_pace(&c, o, s->profile);
	set_policy(&c.policy, o, c.relay);
	return c;
}

static int open_all(
    struct stage *s, const struct stage_options *o, struct err *e)
{
	struct engine_config c;
	int rc;

	if ((rc = notice_open(s->dir, &s->notice, e)) < 0 ||
	    (rc = relay_profile_load(str_of(o->profile), "", &s->profile, e)) <
		0 ||
	    (rc = open_store(s, o, e)) < 0 || (rc = open_composer(s, e)) < 0)
		return rc;
	if (!o->relay &&
	    (rc = dns_zone_new(s->loop, o->zone,
		 o->zone_name ? o->zone_name : "zone", &s->dns, e)) < 0)
		return rc;
	rc = journal_start(
	    s->writer, s->lease.epoch, NULL, s->loop, &s->journal, e);
	if (rc < 0)
		return rc;
	s->port = journal_port_new(s->journal, s->loop, e);
	if (!s->port)
		return e->code;
	c = engine_settings(s, o);
	s->engine = engine_new(&c);
	return 0;
}

int stage_open(struct stage *s, const char *dir, const struct stage_options *o,
    struct err *e)
{
	int rc;

	*s = (struct stage){0};
	snprintf(s->dir, sizeof(s->dir), "%s", dir);
	s->borrowed = o->loop;
	s->loop =
	    o->loop ? o->loop : loop_sim_new(o->wall ? o->wall : STAGE_WALL);
	s->net = o->net
		     ? o->net
		     : network_sim_new(s->loop,
			   o->latency ? o->latency : USEC_PER_MSEC, o->chunk);
	rc = open_all(s, o, e);
	if (rc < 0)
		stage_close(s);
	return rc;
}

void stage_run(struct stage *s)
{
	engine_start(s->engine);
	loop_run(s->loop);
}

void stage_close(struct stage *s)
{
	struct err e;

	engine_free(s->engine);
	if (s->port)
		journal_port_free(s->port);
	if (s->journal)
		journal_stop(s->journal, NULL, &e);
	if (s->finished && !s->why.code)
		store_lease_drop(s->writer, true);
	composer_free(s->composer);
	letter_variants_free(s->variants);
	people_close(s->people);
	store_close(s->reader);
	store_close(s->writer);
	dns_free(s->dns);
	if (!s->borrowed) {
		network_free(s->net);
		loop_free(s->loop);
	}
	relay_profile_free(s->profile);
	notice_free(s->notice);
	*s = (struct stage){0};
}

void stage_kill(struct stage *s)
{
	s->writer->dead = true;
	stage_close(s);
}

void stage_counts(const char *dir, struct store_counts *ret)
{
	struct store *s;
	struct err e = {0};

	t_ok(store_open(dir, STORE_READ, &s, &e), &e);
	t_ok(store_sweep(s, ret, &e), &e);
	store_close(s);
}
