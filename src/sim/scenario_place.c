#include "sim/scenario_impl.h"

/* PROVIDER and PEER: where mail arrives. */

const struct scenario_place *scenario_place_find(
    const struct scenario_reader *r, struct str name)
{
	for (const struct scenario_place *p = r->s->places; p; p = p->next)
		if (str_eq(p->name, name))
			return p;
	return NULL;
}

static bool is_name(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!ascii_is_alnum(s.p[i]) && !strchr("-_.", s.p[i]))
			return false;
	return s.n > 0 && s.n <= 60 && ascii_is_alpha(s.p[0]) &&
	       !str_eq(s, S("none")) && !str_eq(s, S("any"));
}

/* tls [NAME [untrusted]]: has a certificate; a peer's script starts it. */
static int take_tls(
    struct scenario_reader *r, const struct scenario_words *w, struct err *e)
{
	struct scenario_place *p = r->place;

	if (w->n > 3 || (w->n == 3 && !str_eq(w->w[2], S("untrusted"))) ||
	    (w->n > 1 && w->w[1].n > LIMIT_DOMAIN))
		return scenario_bad(
		    r, e, "tls may have the certificate's name, and untrusted");
	p->tls_name = w->n > 1 ? w->w[1] : p->name;
	p->untrusted = w->n == 3;
	return 0;
}

static int set_option(struct scenario_reader *r, struct provider_config *c,
    struct str option, struct str value, struct err *e)
{
	if (provider_config_set(c, option, value, e) < 0)
		return err_wrap(e, "%s:%zu", r->name, r->line);
	return 0;
}

static int provider_line(
    struct scenario_reader *r, const struct scenario_words *w, struct err *e)
{
	struct scenario_place *p = r->place;

	if (str_eq(w->w[0], S("tls")))
		return take_tls(r, w, e);
	if (str_eq(w->w[0], S("tls-implicit")) && w->n == 1) {
		p->provider.tls_implicit = true;
		return 0;
	}
	if (w->n > 2)
		return scenario_bad(r, e,
		    "an option has one value; write it in quotes if it holds "
		    "blanks");
	return set_option(
	    r, &p->provider, w->w[0], w->n == 2 ? w->w[1] : S(""), e);
}

int scenario_change_add(struct scenario_reader *r,
    const struct scenario_words *w, size_t from, usec_t at, struct err *e)
{
	struct scenario_change *x, **last = &r->s->changes;
	const struct scenario_place *p;
	struct provider_config *c;
	struct str option, value;
	int rc;

	if (w->n < from + 3 || w->n > from + 4 ||
	    !str_eq(w->w[from], S("provider")))
		return scenario_bad(
		    r, e, "a change is AT TIME provider NAME OPTION VALUE");
	p = scenario_place_find(r, w->w[from + 1]);
	if (!p || p->scripts)
		return scenario_bad(r, e, "there is no provider '%.*s' above",
		    STR_ARG(str_sub(w->w[from + 1], 0, 60)));
	option = w->w[from + 2];
	value = w->n == from + 4 ? w->w[from + 3] : S("");
	c = mem_alloc(sizeof(*c));
	provider_config_init(c);
	rc = set_option(r, c, option, value, e);
	free(c);
	x = scenario_alloc(r, sizeof(*x));
	if (rc < 0 || !x)
		return rc;
	*x = (struct scenario_change){
	    .at = at, .place = p, .option = option, .value = value};
	while (*last && (*last)->at <= at)
		last = &(*last)->next;
	x->next = *last;
	*last = x;
	return 0;
}

/* ---- peers */

static const struct {
	struct str word;
	enum scenario_act_kind kind;
	size_t args;
} acts[] = {
    {{"expect", 6}, SCENARIO_EXPECT, 1},
    {{"say", 3}, SCENARIO_SAY, 1},
    {{"raw", 3}, SCENARIO_RAW, 1},
    {{"content", 7}, SCENARIO_CONTENT, 0},
    {{"flood", 5}, SCENARIO_FLOOD, 2},
    {{"wait", 4}, SCENARIO_WAIT, 1},
    {{"starttls", 8}, SCENARIO_TLS, 0},
    {{"close", 5}, SCENARIO_CLOSE, 0},
};

static int script_begin(struct scenario_reader *r)
{
	struct scenario_script *x = scenario_alloc(r, sizeof(*x));

	if (!x)
		return 0;
	if (r->script)
		r->script->next = x;
	else
		r->place->scripts = x;
	r->script = x;
	r->act_last = &x->acts;
	return 0;
}

static int act_add(struct scenario_reader *r, const struct scenario_words *w,
    enum scenario_act_kind kind, struct err *e)
{
	struct scenario_act *a = scenario_alloc(r, sizeof(*a));

	if (!a || !r->act_last)
		return 0;
	a->kind = kind;
	a->line = r->line;
	if (w->n > 1)
		a->text = w->w[1];
	if (kind == SCENARIO_WAIT && !scenario_duration(a->text, &a->wait))
		return scenario_bad(r, e, "wait needs a time, as 5m");
	if (kind == SCENARIO_FLOOD &&
	    (!str_to_u64(w->w[1], 10 * MiB, &a->number) || w->w[2].n != 3))
		return scenario_bad(r, e,
		    "flood needs a number of bytes and a code, as flood "
		    "100000 250");
	if (kind == SCENARIO_FLOOD)
		a->text = w->w[2];
	if (kind == SCENARIO_TLS && !r->place->tls_name.n)
		return scenario_bad(
		    r, e, "starttls needs a line tls in this PEER before");
	*r->act_last = a;
	r->act_last = &a->next;
	return 0;
}

static int peer_line(
    struct scenario_reader *r, const struct scenario_words *w, struct err *e)
{
	if (str_eq(w->w[0], S("tls")))
		return take_tls(r, w, e);
	if (str_eq(w->w[0], S("next")) && w->n == 1)
		return script_begin(r);
	for (size_t i = 0; i < ARRAY_SIZE(acts); i++)
		if (str_eq(w->w[0], acts[i].word)) {
			if (w->n != acts[i].args + 1)
				return scenario_bad(r, e,
				    "%.*s needs %zu "
				    "words behind it",
				    STR_ARG(w->w[0]), acts[i].args);
			return act_add(r, w, acts[i].kind, e);
		}
	return scenario_bad(r, e,
	    "a peer can expect, say, raw, content, flood, wait, starttls, "
	    "close and next, not '%.*s'",
	    STR_ARG(str_sub(w->w[0], 0, 60)));
}

int scenario_place_begin(struct scenario_reader *r,
    const struct scenario_words *w, bool peer, struct err *e)
{
	struct scenario_place *p;
	struct endpoint at;

	if (w->n != 4 || !is_name(w->w[1]) || !str_eq(w->w[2], S("AT")) ||
	    !endpoint_parse(w->w[3], 25, &at))
		return scenario_bad(
		    r, e, "write %.*s NAME AT 192.0.2.1:25", STR_ARG(w->w[0]));
	for (p = r->s->places; p; p = p->next)
		if (str_eq(p->name, w->w[1]) || endpoint_eq(&p->at, &at))
			return scenario_bad(r, e,
			    "this name or address is '%.*s' already",
			    STR_ARG(p->name));
	if (r->s->place_count == SCENARIO_PLACES)
		return scenario_full(r, e, "there are too many providers");
	p = scenario_alloc(r, sizeof(*p));
	if (!p)
		return 0;
	p->number = r->s->place_count++;
	p->name = w->w[1];
	p->at = at;
	provider_config_init(&p->provider);
	snprintf(p->provider.name, sizeof(p->provider.name), "%.*s",
	    STR_ARG(p->name));
	*r->place_last = p;
	r->place_last = &p->next;
	r->place = p;
	r->script = NULL;
	r->act_last = NULL;
	r->body = peer ? peer_line : provider_line;
	return peer ? script_begin(r) : 0;
}
