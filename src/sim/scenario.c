#include "base/utf8.h"
#include "sim/provider_impl.h"
#include "sim/scenario_impl.h"

#define ARENA_MAX (64 * MiB)

/* ---- saying what is wrong */

int scenario_bad(struct scenario_reader *r, struct err *e, const char *fmt, ...)
{
	char why[400];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(why, sizeof(why), fmt, ap);
	va_end(ap);
	return err_set(e, ERR_INPUT, "%s:%zu: %s", r->name, r->line, why);
}

int scenario_full(struct scenario_reader *r, struct err *e, const char *what)
{
	return err_set(e, ERR_LIMIT, "%s:%zu: %s", r->name, r->line, what);
}

/* ---- words */

void *scenario_alloc(struct scenario_reader *r, size_t n)
{
	return arena_alloc(&r->s->arena, n);
}

static int hex(char c)
{
	if (ascii_is_digit(c))
		return c - '0';
	c = ascii_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* An escape behind its backslash; returns how long it is, or 0. */
static size_t unescape(struct str s, struct buf *out)
{
	static const char from[] = "nrt0\"\\", to[] = "\n\r\t\0\"\\";
	const char *at;

	if (s.n >= 3 && s.p[0] == 'x' && hex(s.p[1]) >= 0 && hex(s.p[2]) >= 0) {
		buf_addc(out, (char)(hex(s.p[1]) * 16 + hex(s.p[2])));
		return 3;
	}
	at = s.n && s.p[0] ? strchr(from, s.p[0]) : NULL;
	if (!at)
		return 0;
	buf_addc(out, to[at - from]);
	return 1;
}

/* A word in quotes; `*rest` begins behind the first one. */
static int take_quoted(
    struct scenario_reader *r, struct str *rest, struct str *ret, struct err *e)
{
	buf_reset(&r->scratch);
	while (rest->n && rest->p[0] != '"') {
		size_t n = 1;

		if (rest->p[0] == '\\') {
			n = unescape(str_from(*rest, 1), &r->scratch);
			if (!n)
				return scenario_bad(r, e,
				    "a backslash stands before n, r, t, 0, "
				    "xHH, \" or \\ only");
			n++;
		} else {
			buf_addc(&r->scratch, rest->p[0]);
		}
		*rest = str_from(*rest, n);
	}
	if (!rest->n)
		return scenario_bad(r, e, "a quote is not closed");
	*rest = str_from(*rest, 1);
	if (rest->n && !ascii_is_wsp(rest->p[0]))
		return scenario_bad(
		    r, e, "a blank must follow a closing quote");
	*ret = arena_dup(&r->s->arena, buf_str(&r->scratch));
	return 0;
}

static int split(struct scenario_reader *r, struct str rest,
    struct scenario_words *w, struct err *e)
{
	w->n = 0;
	for (;;) {
		size_t n = 0;

		rest = str_trim(rest);
		if (!rest.n || rest.p[0] == '#')
			return 0;
		if (w->n == SCENARIO_WORDS)
			return scenario_full(r, e, "a line has too many words");
		if (rest.p[0] == '"') {
			rest = str_from(rest, 1);
			if (take_quoted(r, &rest, &w->w[w->n++], e) < 0)
				return e->code;
			continue;
		}
		while (n < rest.n && !ascii_is_wsp(rest.p[n]))
			n++;
		w->w[w->n++] = arena_dup(&r->s->arena, str_sub(rest, 0, n));
		rest = str_from(rest, n);
	}
}

bool scenario_duration(struct str s, usec_t *ret)
{
	static const struct {
		struct str name;
		usec_t unit;
	} units[] = {{{"ms", 2}, USEC_PER_MSEC}, {{"s", 1}, USEC_PER_SEC},
	    {{"m", 1}, USEC_PER_MIN}, {{"h", 1}, USEC_PER_HOUR},
	    {{"d", 1}, 24 * USEC_PER_HOUR}};
	size_t n = 0;
	uint64_t v;

	while (n < s.n && ascii_is_digit(s.p[n]))
		n++;
	for (size_t i = 0; i < ARRAY_SIZE(units); i++)
		if (str_eq(str_from(s, n), units[i].name) &&
		    str_to_u64(str_sub(s, 0, n),
			(uint64_t)(3660 * 24 * USEC_PER_HOUR / units[i].unit),
			&v)) {
			*ret = (usec_t)v * units[i].unit;
			return true;
		}
	return false;
}

bool scenario_fits(struct str glob, struct str s)
{
	return provider_glob(glob, s, false);
}

/* ---- PEOPLE: "Ann: ann@a.test, ann@b.test", "20 p*@a.test" */

static int add_person(struct scenario_reader *r, struct str name,
    struct str addresses, struct err *e)
{
	struct scenario_person *p;

	if (r->s->person_count == SCENARIO_PEOPLE)
		return scenario_full(r, e, "there are too many people");
	p = scenario_alloc(r, sizeof(*p));
	if (!p)
		return 0; /* said at the end of the line */
	p->name = arena_dup(&r->s->arena, name);
	p->addresses = arena_dup(&r->s->arena, addresses);
	*r->person_last = p;
	r->person_last = &p->next;
	r->s->person_count++;
	return 0;
}

static bool is_address(struct str a)
{
	ptrdiff_t at = str_rchr(a, '@');

	return at > 0 && (size_t)at + 1 < a.n && a.n < LIMIT_PATH &&
	       str_chr(a, '\n') < 0;
}

static int add_many(struct scenario_reader *r, uint64_t count,
    struct str pattern, struct err *e)
{
	struct str after = pattern, before = str_cut(&after, '*');
	struct buf b = BUF_INIT(2 * LIMIT_PATH);
	int rc = 0;

	for (uint64_t i = 1; i <= count && rc == 0; i++) {
		buf_reset(&b);
		buf_add(&b, before);
		buf_add_u64(&b, i);
		buf_add(&b, after);
		rc = add_person(r, S("Somebody"), buf_str(&b), e);
	}
	buf_release(&b);
	return rc;
}

static int people_line(
    struct scenario_reader *r, const struct scenario_words *w, struct err *e)
{
	struct str name = w->w[0];
	uint64_t count;

	if (str_to_u64(name, SCENARIO_PEOPLE, &count)) {
		if (w->n != 2 || str_chr(w->w[1], '*') < 0 ||
		    !is_address(w->w[1]))
			return scenario_bad(r, e,
			    "many people are a number and an address with a "
			    "*, as 20 p*@a.test");
		return add_many(r, count, w->w[1], e);
	}
	if (!str_ends(name, S(":")) || name.n > 200)
		return scenario_bad(r, e,
		    "a person is a name, a colon and addresses, as Ann: "
		    "ann@a.test ann@b.test");
	buf_reset(&r->scratch);
	for (size_t i = 1; i < w->n; i++) {
		if (!is_address(w->w[i]))
			return scenario_bad(r, e, "'%.*s' is not an address",
			    STR_ARG(str_sub(w->w[i], 0, 100)));
		if (i > LIMIT_PERSON_ADDRESSES)
			return scenario_full(r, e, "too many addresses");
		if (i > 1)
			buf_addc(&r->scratch, '\n');
		buf_add(&r->scratch, w->w[i]);
	}
	return add_person(
	    r, str_sub(name, 0, name.n - 1), buf_str(&r->scratch), e);
}

/* ---- ZONE */

static int zone_begin(struct scenario_reader *r, usec_t at, struct err *e)
{
	struct scenario_zone *z, **last = &r->s->zones;

	if (r->zones++ == SCENARIO_ZONES)
		return scenario_full(r, e, "there are too many ZONE parts");
	z = scenario_alloc(r, sizeof(*z));
	if (!z)
		return 0;
	z->at = at;
	while (*last && (*last)->at <= at)
		last = &(*last)->next;
	z->next = *last;
	*last = z;
	r->zone_to = z;
	r->in_zone = true;
	r->zone_line = 1;
	buf_reset(&r->zone);
	return 0;
}

static void zone_line(struct scenario_reader *r, struct str line)
{
	while (r->zone_line < r->line) {
		buf_addc(&r->zone, '\n');
		r->zone_line++;
	}
	buf_add(&r->zone, str_from(line, 1));
	buf_addc(&r->zone, '\n');
	r->zone_line++;
}

static void zone_end(struct scenario_reader *r)
{
	if (r->in_zone && r->zone_to)
		r->zone_to->text = arena_dup(&r->s->arena, buf_str(&r->zone));
	r->in_zone = false;
}

/* ---- lines that begin a section, or are a step */

static int at_line(
    struct scenario_reader *r, const struct scenario_words *w, struct err *e)
{
	usec_t at;

	if (w->n < 3 || !scenario_duration(w->w[1], &at))
		return scenario_bad(r, e,
		    "AT needs a time and what happens then, as AT 10m ZONE or "
		    "AT 10m provider NAME OPTION VALUE");
	if (str_eq(w->w[2], S("ZONE")) && w->n == 3)
		return zone_begin(r, at, e);
	return scenario_change_add(r, w, 2, at, e);
}

static int alone(
    struct scenario_reader *r, const struct scenario_words *w, struct err *e)
{
	if (w->n > 1)
		return scenario_bad(
		    r, e, "%.*s stands alone on its line", STR_ARG(w->w[0]));
	return 0;
}

static int head(
    struct scenario_reader *r, const struct scenario_words *w, struct err *e)
{
	struct str what = w->w[0];
	int rc;

	r->body = NULL;
	if (str_eq(what, S("CONFIG"))) {
		r->body = scenario_config_line;
		return alone(r, w, e);
	}
	if (str_eq(what, S("PEOPLE"))) {
		r->body = people_line;
		return alone(r, w, e);
	}
	if (str_eq(what, S("ZONE")))
		return (rc = alone(r, w, e)) < 0 ? rc : zone_begin(r, 0, e);
	if (str_eq(what, S("PROVIDER")) || str_eq(what, S("PEER")))
		return scenario_place_begin(r, w, what.n == 4, e);
	if (str_eq(what, S("AT")))
		return at_line(r, w, e);
	rc = scenario_step_line(r, w, e);
	if (rc == 0)
		return scenario_bad(r, e,
		    "'%.*s' begins no section and is no step",
		    STR_ARG(str_sub(what, 0, 60)));
	return rc;
}

/* ---- the file */

static int take_line(struct scenario_reader *r, struct str line, struct err *e)
{
	struct scenario_words w;
	bool indented = line.n && ascii_is_wsp(line.p[0]);
	int rc;

	r->source = str_trim(line);
	if (indented && r->in_zone) {
		zone_line(r, line);
		return 0;
	}
	if (!r->source.n)
		return 0;
	if (r->source.p[0] == '#') {
		if (!r->s->about.n)
			r->s->about = arena_dup(
			    &r->s->arena, str_trim(str_from(r->source, 1)));
		return 0;
	}
	if ((rc = split(r, r->source, &w, e)) < 0)
		return rc;
	if (!indented) {
		zone_end(r);
		return head(r, &w, e);
	}
	if (!r->body)
		return scenario_bad(r, e,
		    "a line that begins with a blank belongs to a section, "
		    "and none has begun");
	return r->body(r, &w, e);
}

static int check_bytes(
    struct scenario_reader *r, struct str line, struct err *e)
{
	if (!utf8_valid(line))
		return scenario_bad(r, e, "the line is not UTF-8");
	for (size_t i = 0; i < line.n; i++)
		if (((unsigned char)line.p[i] < 0x20 && line.p[i] != '\t') ||
		    line.p[i] == 0x7f)
			return scenario_bad(r, e,
			    "the line holds a control character; write \\r, "
			    "\\n or \\xHH in quotes");
	return 0;
}

static int read_all(struct scenario_reader *r, struct str text, struct err *e)
{
	int rc;

	while (text.p) {
		struct str line = str_cut(&text, '\n');

		if (++r->line > SCENARIO_LINES)
			return scenario_full(r, e, "there are too many lines");
		if ((rc = check_bytes(r, line, e)) < 0 ||
		    (rc = take_line(r, line, e)) < 0)
			return rc;
		if (r->s->arena.failed || r->zone.over || r->text.over ||
		    r->profile.over || r->scratch.over)
			return scenario_full(r, e, "the scenario is too large");
	}
	zone_end(r);
	r->s->config.text = arena_dup(&r->s->arena, buf_str(&r->text));
	r->s->config.profile = arena_dup(&r->s->arena, buf_str(&r->profile));
	if (r->s->arena.failed)
		return scenario_full(r, e, "the scenario is too large");
	if (!r->s->person_count)
		return scenario_bad(r, e, "the scenario has no PEOPLE");
	if (!r->s->steps)
		return scenario_bad(r, e, "the scenario has no steps, as RUN");
	return 0;
}

static void reader_init(struct scenario_reader *r, struct scenario *s)
{
	r->s = s;
	r->person_last = &s->people;
	r->place_last = &s->places;
	r->change_last = &s->changes;
	r->step_last = &s->steps;
	buf_init(&r->zone, LIMIT_SCENARIO_FILE + SCENARIO_LINES);
	buf_init(&r->text, LIMIT_SCENARIO_FILE);
	buf_init(&r->profile, LIMIT_SCENARIO_FILE);
	buf_init(&r->profile_section, LIMIT_SETTINGS_LINE);
	buf_init(&r->scratch, LIMIT_SCENARIO_FILE);
}

int scenario_parse(
    struct str text, const char *name, struct scenario **ret, struct err *e)
{
	struct scenario *s;
	struct scenario_reader r = {.name = name};
	int rc;

	if (text.n > LIMIT_SCENARIO_FILE)
		return err_set(e, ERR_LIMIT,
		    "%s: a scenario has at most %lu bytes", name,
		    LIMIT_SCENARIO_FILE);
	if (!text.p)
		text = S("");
	s = mem_zalloc(sizeof(*s));
	s->arena = ARENA_INIT(ARENA_MAX);
	s->config.tls = SMTP_TLS_NEVER;
	reader_init(&r, s);
	rc = read_all(&r, text, e);
	buf_release(&r.zone);
	buf_release(&r.text);
	buf_release(&r.profile);
	buf_release(&r.profile_section);
	buf_release(&r.scratch);
	if (rc < 0)
		scenario_free(s);
	else
		*ret = s;
	return rc < 0 ? rc : 0;
}

void scenario_free(struct scenario *s)
{
	if (!s)
		return;
	arena_release(&s->arena);
	free(s);
}
