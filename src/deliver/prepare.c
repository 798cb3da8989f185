/* Everything a send can be refused for, before anything is touched. */
#include "base/limits.h"
#include "deliver/mailing_private.h"
#include "notice/coverage.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

static void warn(struct mailing_intro *i, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
static void warn(struct mailing_intro *i, const char *fmt, ...)
{
	va_list ap;

	if (i->warning_count == ARRAY_SIZE(i->warnings))
		return;
	va_start(ap, fmt);
	vsnprintf(
	    i->warnings[i->warning_count++], sizeof(i->warnings[0]), fmt, ap);
	va_end(ap);
}

/* ---- text */
static void warn_unused(struct str name, struct str segment, void *arg)
{
	warn(arg,
	    "nobody gets %.*s: no rule of segments.ini and no cell of the list "
	    "names the segment '%.*s'",
	    STR_ARG(name), STR_ARG(segment));
}

static int read_text(
    struct mailing *m, struct mailing_intro *intro, struct err *e)
{
	struct str *columns;
	size_t n = composer_columns(m->people, &columns);
	int rc = letter_variants_load(m->notice, columns, n, &m->variants, e);

	free(columns);
	if (rc >= 0)
		rc = segment_rules_load(m->notice, &m->rules, e);
	if (rc >= 0)
		rc = coverage_check(m->variants, m->rules, m->people, e);
	if (rc >= 0)
		rc = coverage_unused(
		    m->variants, m->rules, m->people, warn_unused, intro, e);
	return rc;
}

static int keep_templates(
    struct mailing *m, struct mailing_intro *intro, struct err *e)
{
	struct buf bytes = BUF_INIT(LIMIT_LETTER), now = BUF_INIT(64 * KiB),
		   before = BUF_INIT(64 * KiB);
	int rc = 0;

	m->template_ids =
	    arena_array(&m->arena, m->variants->count, sizeof(int64_t));
	for (size_t i = 0; i < m->variants->count && rc >= 0; i++) {
		const struct letter_variant *v = &m->variants->v[i];

		buf_reset(&bytes);
		letter_template_format(v->template, &bytes);
		rc = store_template_put(
		    m->store, v->file, buf_str(&bytes), &m->template_ids[i], e);
		buf_addf(&now, "%lld ", (long long)m->template_ids[i]);
	}
	if (rc >= 0)
		rc = store_control_get(m->store, "templates", &before, e);
	if (rc > 0 && !str_eq(buf_str(&now), buf_str(&before)) &&
	    intro->counts.attempts)
		warn(intro, "the text has changed since the first mails went "
			    "out; the rest get the new text, and each attempt "
			    "records which");
	if (rc >= 0)
		rc = store_control_set(m->store, "templates", buf_str(&now), e);
	buf_release(&bytes);
	buf_release(&now);
	buf_release(&before);
	return rc;
}

/* ---- codes */
struct code_file {
	FILE *f;
	const char *path;
	unsigned long line;
};

static int next_code(struct buf *ret, void *arg, struct err *e)
{
	struct code_file *c = arg;
	char line[LIMIT_CODE_LINE + 3];
	struct str s;

	while (fgets(line, sizeof(line), c->f)) {
		c->line++;
		s = str_of(line);
		if (s.n == sizeof(line) - 1 && s.p[s.n - 1] != '\n')
			return err_set(e, ERR_INPUT,
			    "%s:%lu: a code is at most %lu characters", c->path,
			    c->line, LIMIT_CODE_LINE);
		s = str_trim(s);
		if (!s.n)
			continue;
		for (size_t i = 0; i < s.n; i++)
			if (s.p[i] <= ' ' || s.p[i] > '~')
				return err_set(e, ERR_INPUT,
				    "%s:%lu: a code is one word of printable "
				    "ASCII",
				    c->path, c->line);
		buf_add(ret, s);
		return 1;
	}
	return 0;
}

static int give_codes(struct mailing *m, struct err *e)
{
	struct arena a = ARENA_INIT(8 * KiB);
	struct code_file c = {0};
	int rc;

	if (!m->notice->codes.n)
		return 0;
	c.path = notice_path(m->notice, m->notice->codes, &a);
	c.f = fopen(c.path, "re");
	if (!c.f)
		rc = err_sys(e, errno, "[message] codes %s", c.path);
	else
		rc = store_codes_assign(m->store, next_code, &c, e);
	if (c.f)
		fclose(c.f);
	arena_release(&a);
	return rc;
}

/* ---- how to send */
static int read_way(struct mailing *m, struct err *e)
{
	const struct notice *n = m->notice;
	struct str relay = m->o.relay ? str_of(m->o.relay) : n->relay;
	char name[256];
	int rc;

	m->policy = outcome_policy_defaults;
	m->policy.retry_for = n->retry_for;
	m->policy.not_after = n->not_after;
	m->policy.hold_uncertain = n->uncertain == NOTICE_UNCERTAIN_HOLD;
	m->helo = n->helo;
	if (!m->helo.n && gethostname(name, sizeof(name)) == 0)
		m->helo = arena_dup(&m->arena, str_of(name));
	if (n->source.n && !endpoint_parse_ip(n->source, 0, &m->source))
		return err_set(e, ERR_INPUT,
		    "notice.ini: [send] source: "
		    "'%.*s' is no IP address",
		    STR_ARG(n->source));
	rc =
	    relay_profile_load(n->relay_profile, m->o.data_dir, &m->profile, e);
	if (rc < 0 || !relay.n)
		return rc;
	if ((rc = mailing_read_relay(m, relay, e)) < 0)
		return rc;
	m->policy.relay = true;
	return mailing_read_secret(m, e);
}

struct composer_config mailing_composer(
    const struct mailing *m, struct store *store, struct people *people)
{
	return (struct composer_config){
	    .notice = m->notice,
	    .secret = m->secret,
	    .store = store,
	    .people = people,
	    .variants = m->variants,
	    .template_ids = m->template_ids,
	    .rules = m->rules,
	    .profile = m->relay ? m->profile : NULL,
	    .with_keys = true,
	    .lifetime = composer_lifetime(m->notice),
	};
}

/* Keys are loaded once here, so that a bad one is said before the lease. */
static int try_keys(struct mailing *m, struct err *e)
{
	struct composer_config c = mailing_composer(m, NULL, m->people);
	struct composer *composer = NULL;
	int rc = composer_new(&c, &composer, e);

	composer_free(composer);
	return rc;
}

static int take_state(struct mailing *m, const char *dir,
    struct mailing_intro *intro, struct err *e)
{
	struct buf paused = BUF_INIT(4096);
	int rc;

	if ((rc = store_open(dir, STORE_WRITE, &m->store, e)) < 0 ||
	    (rc = store_secret(m->store, m->secret, e)) < 0)
		return rc;
	rc = store_control_get(m->store, "paused", &paused, e);
	if (rc > 0 && str_eq(buf_str(&paused), S("*")))
		rc = err_set(e, ERR_CANCEL,
		    "this notice is paused; 'tocsin resume %s' lifts that",
		    dir);
	buf_release(&paused);
	if (rc < 0)
		return rc;
	rc = store_lease_take(m->store, m->o.take_over, &m->lease, e);
	if (rc < 0)
		return rc;
	m->has_lease = true;
	intro->lease = m->lease;
	if (m->o.gate &&
	    (rc = gate_holds(m->o.gate, m->notice, m->variants, dir, e)) < 0)
		return rc;
	if ((rc = store_count(m->store, &intro->counts, e)) < 0 ||
	    (rc = give_codes(m, e)) < 0)
		return rc;
	return keep_templates(m, intro, e);
}

/* A direct send walks domain by domain; the index is built with no reader
 * open. */
static int group_by_domain(struct mailing *m, const char *dir, struct err *e)
{
	int rc;

	people_close(m->people);
	m->people = NULL;
	if ((rc = people_index_domains(dir, e)) < 0)
		return rc;
	return people_open(dir, &m->people, e);
}

static void say_what_comes(struct mailing *m, struct mailing_intro *i)
{
	i->through_relay = m->relay;
	i->with_dkim = m->notice->dkim_count > 0;
	i->gated = notice_is_gated(m->notice);
	snprintf(i->relay, sizeof(i->relay), "%.*s", STR_ARG(m->relay_name));
	if (!i->with_dkim)
		warn(i, "notice.ini has no [dkim]: the mail goes out unsigned, "
			"and many will take it for a scam");
	if (m->notice->canary.n && !i->gated)
		warn(i, "notice.ini: [send] canary: a notice without approvals "
			"has no canary; everyone is sent to at once");
	if (m->relay && m->profile->per_day &&
	    i->counts.audience > m->profile->per_day)
		warn(i, "%.*s takes %u mails a day; this audience is larger",
		    STR_ARG(m->profile->name), m->profile->per_day);
}

int mailing_prepare(const char *dir, const char *config,
    const struct mailing_options *o, struct mailing **ret,
    struct mailing_intro *ret_intro, struct err *e)
{
	struct mailing *m = mem_zalloc(sizeof(*m));
	int rc;

	m->o = *o;
	m->arena = ARENA_INIT(1 * MiB);
	*ret_intro = (struct mailing_intro){0};
	if ((rc = notice_open_with(dir, config, &m->notice, e)) < 0 ||
	    (rc = notice_check_sendable(m->notice, e)) < 0 ||
	    (rc = gate_check(m->notice, o->gate, dir, e)) < 0 ||
	    (rc = read_way(m, e)) < 0)
		goto fail;
	rc = people_open(dir, &m->people, e);
	if (rc == ERR_NOENT)
		rc = err_set(e, ERR_INPUT,
		    "%s has no audience yet; run: tocsin import %s FILE.csv",
		    dir, dir);
	if (rc < 0 || (rc = read_text(m, ret_intro, e)) < 0 ||
	    (rc = try_keys(m, e)) < 0)
		goto fail;
	if ((rc = take_state(m, dir, ret_intro, e)) < 0)
		goto fail;
	if (!m->relay && (rc = group_by_domain(m, dir, e)) < 0)
		goto fail;
	say_what_comes(m, ret_intro);
	*ret = m;
	return 0;
fail:
	mailing_free(m);
	return rc;
}
