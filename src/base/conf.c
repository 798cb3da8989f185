#include "base/conf.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/utf8.h"

#include <ini.h>
#include <pthread.h>

/* How much of a stranger's value a message shows. */
#define SHOWN 60UL

struct parse {
	const char *name;
	const struct conf_key *keys;
	size_t count;
	char *target;
	struct arena *arena;
	struct err *e;
	int rc;
	struct str rest;     /* what the reader has not handed out */
	unsigned long line;  /* the one handed out last */
	unsigned long *seen; /* [key][member of the family]: line, 0: not yet */
};

/* inih as it comes cuts lines at 200 bytes, takes `;` in a value for a comment
 * and an indented line for more of the value before.  These are its own
 * variables; they get the same values whoever comes first. */
static void tame_inih(void)
{
	ini_allow_multiline = false;
	ini_allow_inline_comments = false;
	ini_stop_on_first_error = true;
	ini_use_stack = false;
	ini_allow_realloc = false;
	ini_max_line = (int)LIMIT_SETTINGS_LINE + 3;
	ini_initial_alloc = ini_max_line;
}

/* ---- words for messages */

static struct str shown(struct str s)
{
	size_t n = s.n < SHOWN ? s.n : SHOWN;

	while (n < s.n && n > 0 && ((unsigned char)s.p[n] & 0xc0) == 0x80)
		n--;
	return str_sub(s, 0, n);
}

#define NAME_MAX_DISTANCE 48UL

/* Insertions, deletions, changes of a letter, and swaps of neighbours. */
static size_t distance(struct str a, struct str b)
{
	size_t row[3][NAME_MAX_DISTANCE + 1];

	if (a.n > NAME_MAX_DISTANCE || b.n > NAME_MAX_DISTANCE)
		return NAME_MAX_DISTANCE;
	for (size_t j = 0; j <= b.n; j++)
		row[0][j] = j;
	for (size_t i = 1; i <= a.n; i++) {
		size_t *up = row[(i - 1) % 3], *now = row[i % 3];
		char c = ascii_lower(a.p[i - 1]);

		now[0] = i;
		for (size_t j = 1; j <= b.n; j++) {
			size_t best =
			    up[j - 1] + (c != ascii_lower(b.p[j - 1]));

			if (up[j] + 1 < best)
				best = up[j] + 1;
			if (now[j - 1] + 1 < best)
				best = now[j - 1] + 1;
			if (i > 1 && j > 1 && c == ascii_lower(b.p[j - 2]) &&
			    ascii_lower(a.p[i - 2]) ==
				ascii_lower(b.p[j - 1]) &&
			    row[(i - 2) % 3][j - 2] + 1 < best)
				best = row[(i - 2) % 3][j - 2] + 1;
			now[j] = best;
		}
	}
	return row[a.n % 3][b.n];
}

struct nearest {
	struct str word;
	const char *name;
	size_t distance;
};

static void nearest_try(struct nearest *n, const char *name)
{
	size_t d = distance(n->word, str_of(name));

	if (d < n->distance) {
		n->distance = d;
		n->name = name;
	}
}

/* One change in three letters still looks like a slip. */
static struct nearest nearest_to(struct str word)
{
	return (struct nearest){word, NULL, word.n / 3 + 2};
}

static int refuse_line(struct parse *p, int code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
static int refuse_line(struct parse *p, int code, const char *fmt, ...)
{
	char text[400];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	p->rc = err_set(p->e, code, "%s:%lu: %s", p->name, p->line, text);
	return p->rc;
}

/* ---- sections */

/* "dkim.2" is member 1 of the family "dkim". */
static bool section_is(
    const struct conf_key *k, struct str section, unsigned *ret_member)
{
	struct str name = str_of(k->section);
	uint64_t number;

	*ret_member = 0;
	if (str_eq(section, name))
		return true;
	if (!k->family || section.n < name.n + 2 ||
	    !str_starts(section, name) || section.p[name.n] != '.' ||
	    section.p[name.n + 1] == '0' ||
	    !str_to_u64(str_from(section, name.n + 1), k->family, &number) ||
	    number < 2)
		return false;
	*ret_member = (unsigned)number - 1;
	return true;
}

/* "[send], [dns] and [dkim] to [dkim.2]", each once */
static void list_sections(const struct parse *p, struct buf *out)
{
	for (size_t i = 0; i < p->count; i++) {
		const struct conf_key *k = &p->keys[i];
		size_t j = 0;

		while (j < i && strcmp(p->keys[j].section, k->section) != 0)
			j++;
		if (j < i)
			continue;
		buf_addf(out, "%s[%s]", i ? ", " : "", k->section);
		if (k->family > 1)
			buf_addf(out, " to [%s.%u]", k->section, k->family);
	}
}

static int check_section(struct parse *p, struct str section)
{
	struct nearest near = nearest_to(section);
	struct buf all = BUF_INIT(300);
	unsigned member;

	for (size_t i = 0; i < p->count; i++) {
		if (section_is(&p->keys[i], section, &member))
			return 0;
		nearest_try(&near, p->keys[i].section);
	}
	list_sections(p, &all);
	if (near.name)
		refuse_line(p, ERR_INPUT,
		    "there is no section [%.*s]; [%s] is the nearest",
		    STR_ARG(shown(section)), near.name);
	else
		refuse_line(p, ERR_INPUT,
		    "there is no section [%.*s]; there are %s",
		    STR_ARG(shown(section)), buf_cstr(&all));
	buf_release(&all);
	return p->rc;
}

/* ---- the text, before inih sees it */

static int check_bytes(struct parse *p, struct str line)
{
	size_t bad = utf8_first_bad(line);
	struct str rest = line;
	size_t n;

	if (line.n > LIMIT_SETTINGS_LINE)
		return refuse_line(p, ERR_LIMIT,
		    "the line has %zu bytes; at most %lu are read", line.n,
		    LIMIT_SETTINGS_LINE);
	if (bad < line.n)
		return refuse_line(p, ERR_INPUT,
		    "byte %zu of the line (0x%02x) is not UTF-8; save the "
		    "file as UTF-8",
		    bad + 1, (unsigned)(unsigned char)line.p[bad]);
	while (rest.n) {
		uint32_t c;

		n = utf8_next(rest, &c);
		if (c == 0)
			return refuse_line(p, ERR_INPUT,
			    "a NUL byte; save the file as UTF-8 text");
		if ((c < 0x20 && c != '\t') || (c >= 0x7f && c < 0xa0))
			return refuse_line(p, ERR_INPUT,
			    "a control character (U+%04X); remove it",
			    (unsigned)c);
		rest = str_from(rest, n);
	}
	return 0;
}

static int check_form(struct parse *p, struct str line, bool *in_section)
{
	line = str_trim(line);
	if (!line.n || line.p[0] == ';' || line.p[0] == '#')
		return 0;
	if (line.p[0] == '[') {
		ptrdiff_t end = str_chr(line, ']');

		if (end < 0)
			return refuse_line(p, ERR_INPUT,
			    "'%.*s' has no closing ']'", STR_ARG(shown(line)));
		if ((size_t)end + 1 < line.n)
			return refuse_line(p, ERR_INPUT,
			    "nothing may stand behind %.*s; a comment is a "
			    "line of its own",
			    STR_ARG(shown(str_sub(line, 0, (size_t)end + 1))));
		*in_section = true;
		return check_section(p, str_sub(line, 1, (size_t)end - 1));
	}
	if (str_chr(line, '=') < 0 && str_chr(line, ':') < 0)
		return refuse_line(p, ERR_INPUT,
		    "'%.*s' is neither a [section] nor key = value; a value "
		    "can not go on in the next line",
		    STR_ARG(shown(line)));
	if (!*in_section)
		return refuse_line(p, ERR_INPUT,
		    "'%.*s' stands before the first [section]",
		    STR_ARG(shown(line)));
	return 0;
}

static int check_text(struct parse *p, struct str text)
{
	bool in_section = false;
	int rc = 0;

	p->line = 0;
	while (text.p && rc == 0) {
		struct str line = str_cut(&text, '\n');

		p->line++;
		if (line.n && line.p[line.n - 1] == '\r')
			line.n--;
		rc = check_bytes(p, line);
		if (rc == 0)
			rc = check_form(p, line, &in_section);
	}
	return rc;
}

/* ---- values */

static int refuse(struct parse *p, const char *section,
    const struct conf_key *k, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
static int refuse(struct parse *p, const char *section,
    const struct conf_key *k, const char *fmt, ...)
{
	char text[320];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	return refuse_line(p, ERR_INPUT, "[%s] %s: %s", section, k->key, text);
}

static bool parse_duration(struct str s, uint64_t max, usec_t *ret)
{
	static const struct {
		const char *unit;
		usec_t usec;
	} units[] = {{"s", USEC_PER_SEC}, {"min", USEC_PER_MIN},
	    {"h", USEC_PER_HOUR}, {"d", 24 * USEC_PER_HOUR}};
	struct str unit;
	size_t digits = 0;
	uint64_t v;

	while (digits < s.n && ascii_is_digit(s.p[digits]))
		digits++;
	unit = str_trim(str_from(s, digits));
	for (size_t i = 0; i < ARRAY_SIZE(units); i++)
		if (str_eq(unit, str_of(units[i].unit)) &&
		    str_to_u64(str_sub(s, 0, digits),
			max / (uint64_t)units[i].usec, &v)) {
			*ret = (usec_t)v * units[i].usec;
			return true;
		}
	return false;
}

static void list_choices(const char *const *choices, struct buf *out)
{
	for (unsigned i = 0; choices[i]; i++) {
		if (i)
			buf_addz(out, choices[i + 1] ? ", " : " or ");
		buf_addz(out, choices[i]);
	}
}

static int put_choice(struct parse *p, const char *section,
    const struct conf_key *k, struct str v, void *field)
{
	struct buf all = BUF_INIT(200);

	for (unsigned i = 0; k->choices[i]; i++)
		if (str_eq(v, str_of(k->choices[i]))) {
			memcpy(field, &i, sizeof(i));
			return 0;
		}
	list_choices(k->choices, &all);
	refuse(p, section, k, "'%.*s': must be %s", STR_ARG(shown(v)),
	    buf_cstr(&all));
	buf_release(&all);
	return p->rc;
}

static int put_number(struct parse *p, const char *section,
    const struct conf_key *k, struct str v, void *field)
{
	uint64_t max = k->max ? k->max : UINT32_MAX, number;
	unsigned u;

	if (!str_to_u64(v, max, &number))
		return refuse(p, section, k,
		    "'%.*s': must be a number, 0 to %llu", STR_ARG(shown(v)),
		    (unsigned long long)max);
	u = (unsigned)number;
	memcpy(field, &u, sizeof(u));
	return 0;
}

static int put_time(struct parse *p, const char *section,
    const struct conf_key *k, struct str v, void *field)
{
	/* a century, so that adding it to a date can not overflow */
	uint64_t max = k->max ? k->max : 36525u * 24u * (uint64_t)USEC_PER_HOUR;
	usec_t t;

	if (k->type == CONF_DATE && !clock_parse_iso(v, &t))
		return refuse(p, section, k,
		    "'%.*s': must be a date such as 2026-11-03 or "
		    "2026-11-03T14:00:00Z (UTC)",
		    STR_ARG(shown(v)));
	if (k->type == CONF_DURATION && !parse_duration(v, max, &t))
		return refuse(p, section, k,
		    "'%.*s': must be a time such as 90 s, 30 min, 72 h or 3 d, "
		    "at most %llu h",
		    STR_ARG(shown(v)),
		    (unsigned long long)(max / (uint64_t)USEC_PER_HOUR));
	memcpy(field, &t, sizeof(t));
	return 0;
}

static int check_value(struct parse *p, const char *section,
    const struct conf_key *k, struct str v)
{
	struct str rest = v, one = v;
	struct err why = {0};

	if (!k->check)
		return 0;
	while (k->type != CONF_LIST || conf_list_next(&rest, &one)) {
		if (k->check(one, &why) < 0)
			return refuse(p, section, k, "'%.*s': must be %s",
			    STR_ARG(shown(one)), why.msg);
		if (k->type != CONF_LIST)
			break;
	}
	return 0;
}

static int put(struct parse *p, const char *section, const struct conf_key *k,
    struct str v, void *field)
{
	struct str copy;

	switch (k->type) {
	case CONF_STR:
	case CONF_LIST:
		copy = arena_dup(p->arena, v);
		if (p->arena->failed)
			return refuse_line(
			    p, ERR_LIMIT, "the settings are too long");
		memcpy(field, &copy, sizeof(copy));
		return 0;
	case CONF_UNSIGNED: return put_number(p, section, k, v, field);
	case CONF_DURATION:
	case CONF_DATE: return put_time(p, section, k, v, field);
	case CONF_CHOICE: return put_choice(p, section, k, v, field);
	case CONF_NAMED:
	case CONF_ANY: return 0;
	}
	BUG("type of [%s] %s", k->section, k->key);
}

/* ---- one key */

/* "subject.fr" is of the key "subject" that is CONF_NAMED, and `fr` the name;
 * any other key is itself. */
static bool key_is(
    const struct conf_key *k, struct str key, struct str *ret_name)
{
	struct str want = str_of(k->key);

	*ret_name = STR_NONE;
	if (k->type != CONF_NAMED)
		return str_eq(key, want);
	if (!str_starts(key, want) || key.n == want.n || key.p[want.n] != '.')
		return false;
	*ret_name = str_from(key, want.n + 1);
	return true;
}

static int put_named(struct parse *p, const char *section,
    const struct conf_key *k, struct str name, struct str value)
{
	struct err why = {0};
	int rc = k->named(p->target, name, value, p->line, &why);

	return rc < 0 ? refuse_line(p, rc, "[%s] %s.%.*s: %s", section, k->key,
			    STR_ARG(shown(name)), why.msg)
		      : 0;
}

static int refuse_key(struct parse *p, const char *section, struct str key)
{
	struct nearest near = nearest_to(key);
	const char *elsewhere = NULL;
	struct str name;
	unsigned member;

	if (!key.n)
		return refuse_line(
		    p, ERR_INPUT, "[%s] no key stands before '='", section);
	for (size_t i = 0; i < p->count; i++) {
		const struct conf_key *k = &p->keys[i];

		if (section_is(k, str_of(section), &member))
			nearest_try(&near, k->key);
		else if (key_is(k, key, &name))
			elsewhere = k->section;
	}
	if (elsewhere)
		return refuse_line(p, ERR_INPUT,
		    "[%s] %.*s: there is no such key here; it belongs in [%s]",
		    section, STR_ARG(shown(key)), elsewhere);
	if (near.name)
		return refuse_line(p, ERR_INPUT,
		    "[%s] %.*s: there is no such key; '%s' is the nearest",
		    section, STR_ARG(shown(key)), near.name);
	return refuse_line(p, ERR_INPUT, "[%s] %.*s: there is no such key",
	    section, STR_ARG(shown(key)));
}

static int take(
    struct parse *p, const char *section, struct str key, struct str value)
{
	for (size_t i = 0; i < p->count; i++) {
		const struct conf_key *k = &p->keys[i];
		unsigned long *seen;
		unsigned member;
		struct str name;
		int rc;

		if (!key_is(k, key, &name) ||
		    !section_is(k, str_of(section), &member))
			continue;
		if (k->type == CONF_NAMED)
			return put_named(p, section, k, name, value);
		seen = &p->seen[i * CONF_FAMILY_MAX + member];
		if (*seen)
			return refuse(p, section, k,
			    "given twice, first in line %lu; keep one", *seen);
		*seen = p->line;
		if (k->given)
			p->target[k->given] = true;
		if (!value.n)
			return 0;
		rc = check_value(p, section, k, value);
		if (rc < 0)
			return rc;
		return put(p, section, k, value,
		    p->target + k->offset + member * k->stride);
	}
	return refuse_key(p, section, key);
}

/* ---- inih's two callbacks */

static char *read_line(char *to, int size, void *stream)
{
	struct parse *p = stream;
	struct str line;

	if (!p->rest.n)
		return NULL;
	line = str_cut(&p->rest, '\n');
	ENSURE(line.n < (size_t)size);
	memcpy(to, line.p, line.n);
	to[line.n] = '\0';
	p->line++;
	return to;
}

static int on_key(
    void *user, const char *section, const char *key, const char *value)
{
	return take(user, section, str_of(key), str_of(value)) == 0;
}

int conf_parse(struct str text, const char *name, const struct conf_key *keys,
    size_t n, void *target, struct arena *arena, struct err *e)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	struct parse p = {.name = name,
	    .keys = keys,
	    .count = n,
	    .target = target,
	    .arena = arena,
	    .e = e};

	for (size_t i = 0; i < n; i++)
		ENSURE(keys[i].family <= CONF_FAMILY_MAX);
	if (text.n > LIMIT_SETTINGS_FILE)
		return err_set(e, ERR_LIMIT, "%s: larger than %lu bytes", name,
		    LIMIT_SETTINGS_FILE);
	if (str_starts(text, S("\xef\xbb\xbf")))
		text = str_from(text, 3);
	if (check_text(&p, text) < 0)
		return p.rc;
	pthread_once(&once, tame_inih);
	p.seen = mem_zalloc(n * CONF_FAMILY_MAX * sizeof(*p.seen));
	p.rest = text;
	p.line = 0;
	if (ini_parse_stream(read_line, &p, on_key, &p) != 0 && p.rc == 0)
		p.rc = err_set(e, ERR_NOMEM, "%s: no memory to read it", name);
	free(p.seen);
	return p.rc;
}

bool conf_list_next(struct str *rest, struct str *ret_one)
{
	while (rest->p) {
		*ret_one = str_trim(str_cut(rest, ','));
		if (ret_one->n)
			return true;
	}
	return false;
}
