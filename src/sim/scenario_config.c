#include "sim/scenario_impl.h"

/* CONFIG: one setting a line. */

static int want(struct scenario_reader *r, const char *what, struct err *e)
{
	return scenario_bad(
	    r, e, "%.*s must be %s", STR_ARG(str_sub(r->source, 0, 60)), what);
}

static int take_relay(
    struct scenario_reader *r, const struct scenario_words *w, struct err *e)
{
	struct scenario_config *c = &r->s->config;

	if (w->n < 3)
		return want(r,
		    "a name and addresses, as relay mx.test "
		    "192.0.2.1:25",
		    e);
	c->relay = w->w[1];
	for (size_t i = 2; i < w->n; i++)
		if (c->relays == SCENARIO_RELAYS ||
		    !endpoint_parse(w->w[i], 25, &c->relay_to[c->relays++]))
			return want(
			    r, "at most 8 addresses like 192.0.2.1:25", e);
	return 0;
}

static int take_tls(
    struct scenario_reader *r, const struct scenario_words *w, struct err *e)
{
	static const struct {
		struct str name;
		enum smtp_tls_mode mode;
	} modes[] = {{{"never", 5}, SMTP_TLS_NEVER},
	    {{"opportunistic", 13}, SMTP_TLS_OPPORTUNISTIC},
	    {{"required", 8}, SMTP_TLS_REQUIRED},
	    {{"implicit", 8}, SMTP_TLS_IMPLICIT}};

	for (size_t i = 0; i < ARRAY_SIZE(modes) && w->n == 2; i++)
		if (str_eq(w->w[1], modes[i].name)) {
			r->s->config.tls = modes[i].mode;
			return 0;
		}
	return want(r, "never, opportunistic, required or implicit", e);
}

static int take_uncertain(
    struct scenario_reader *r, const struct scenario_words *w, struct err *e)
{
	bool hold = w->n == 2 && str_eq(w->w[1], S("hold"));

	if (!hold && !(w->n == 2 && str_eq(w->w[1], S("retry"))))
		return want(r, "retry or hold", e);
	r->s->config.hold_uncertain = hold;
	return 0;
}

static int take_auth(
    struct scenario_reader *r, const struct scenario_words *w, struct err *e)
{
	if (w->n != 3 || !w->w[1].n || !w->w[2].n)
		return want(r, "a user and a secret", e);
	r->s->config.auth_user = w->w[1];
	r->s->config.auth_secret = w->w[2];
	return 0;
}

/* profile SECTION KEY VALUE: a line of a relay profile. */
static int take_profile(
    struct scenario_reader *r, const struct scenario_words *w, struct err *e)
{
	if (w->n != 4)
		return want(r,
		    "section, key and value, as profile limits connections 3",
		    e);
	for (size_t i = 1; i < 4; i++)
		if (str_chr(w->w[i], '\n') >= 0)
			return want(r, "on one line", e);
	if (!str_eq(buf_str(&r->profile_section), w->w[1])) {
		buf_addf(&r->profile, "[%.*s]\n", STR_ARG(w->w[1]));
		buf_reset(&r->profile_section);
		buf_add(&r->profile_section, w->w[1]);
	}
	buf_addf(
	    &r->profile, "%.*s = %.*s\n", STR_ARG(w->w[2]), STR_ARG(w->w[3]));
	return 0;
}

static int take_text(
    struct scenario_reader *r, const struct scenario_words *w, struct err *e)
{
	if (w->n != 2)
		return want(r, "one line in quotes", e);
	buf_add(&r->text, w->w[1]);
	buf_addc(&r->text, '\n');
	return 0;
}

static int take_number(struct scenario_reader *r,
    const struct scenario_words *w, uint64_t max, uint64_t *ret, struct err *e)
{
	if (w->n != 2 || !str_to_u64(w->w[1], max, ret))
		return want(r, "a number", e);
	return 0;
}

static int take_unsigned(struct scenario_reader *r,
    const struct scenario_words *w, unsigned *ret, struct err *e)
{
	uint64_t v = 0;
	int rc = take_number(r, w, 1000000, &v, e);

	*ret = (unsigned)v;
	return rc;
}

static int take_time(struct scenario_reader *r, const struct scenario_words *w,
    usec_t *ret, struct err *e)
{
	if (w->n != 2 || !scenario_duration(w->w[1], ret))
		return want(r, "a time, as 90s, 10m or 72h", e);
	return 0;
}

int scenario_config_line(
    struct scenario_reader *r, const struct scenario_words *w, struct err *e)
{
	struct scenario_config *c = &r->s->config;
	struct str key = w->w[0];

	if (str_eq(key, S("relay")))
		return take_relay(r, w, e);
	if (str_eq(key, S("tls")))
		return take_tls(r, w, e);
	if (str_eq(key, S("uncertain")))
		return take_uncertain(r, w, e);
	if (str_eq(key, S("auth")))
		return take_auth(r, w, e);
	if (str_eq(key, S("profile")))
		return take_profile(r, w, e);
	if (str_eq(key, S("text")))
		return take_text(r, w, e);
	if (str_eq(key, S("connections")))
		return take_unsigned(r, w, &c->connections, e);
	if (str_eq(key, S("per_connection")))
		return take_unsigned(r, w, &c->per_connection, e);
	if (str_eq(key, S("retry_for")))
		return take_time(r, w, &c->retry_for, e);
	if (str_eq(key, S("not_after")))
		return take_time(r, w, &c->not_after, e);
	if (str_eq(key, S("latency")))
		return take_time(r, w, &c->latency, e);
	if (str_eq(key, S("chunk")))
		return take_number(r, w, 1000000, &c->chunk, e);
	if (str_eq(key, S("seed")))
		return take_number(r, w, UINT64_MAX, &c->seed, e);
	return scenario_bad(
	    r, e, "CONFIG has no setting '%.*s'", STR_ARG(str_sub(key, 0, 60)));
}
