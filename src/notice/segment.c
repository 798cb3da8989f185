#include "notice/segment.h"

#include "base/utf8.h"
#include "law/law.h"
#include "notice/place.h"

enum key { KEY_JURISDICTION, KEY_ROLE, KEY_DATA_TYPES, KEY_COUNT };
static const char *const key_names[KEY_COUNT] = {
    [KEY_JURISDICTION] = "jurisdiction",
    [KEY_ROLE] = "role",
    [KEY_DATA_TYPES] = "data_types",
};

struct words {
	struct str *v;
	size_t count;
};

struct rule {
	struct str name;
	unsigned long line;
	struct words key[KEY_COUNT]; /* no word: not asked */
};

struct segment_rules {
	struct arena arena;
	struct rule *rule;
	size_t count;
};

/* ---- reading */

struct parse {
	const char *name;
	unsigned long line;
	struct segment_rules *rules;
	struct err *e;
};

static int refuse(struct parse *p, int code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
static int refuse(struct parse *p, int code, const char *fmt, ...)
{
	char text[400];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	return err_set(p->e, code, "%s:%lu: %s", p->name, p->line, text);
}

static struct rule *last_rule(const struct parse *p)
{
	return p->rules->count ? &p->rules->rule[p->rules->count - 1] : NULL;
}

static bool asks_something(const struct rule *r)
{
	for (size_t i = 0; i < KEY_COUNT; i++)
		if (r->key[i].count)
			return true;
	return false;
}

/* Before the next section, and at the end. */
static int end_rule(struct parse *p)
{
	const struct rule *r = last_rule(p);

	if (!r || asks_something(r))
		return 0;
	p->line = r->line;
	return refuse(p, ERR_INPUT,
	    "[%.*s] asks nothing and would fit everyone; give it jurisdiction, "
	    "role or data_types",
	    STR_ARG(r->name));
}

static int begin_rule(struct parse *p, struct str line)
{
	struct segment_rules *rules = p->rules;
	struct str name = str_trim(str_sub(line, 1, line.n - 2));
	int rc = end_rule(p);

	if (rc < 0)
		return rc;
	if (!letter_is_segment(name))
		return refuse(p, ERR_INPUT,
		    "a segment is named by letters, digits, - and _, at most "
		    "%lu: message.NAME.md is its text",
		    LIMIT_SEGMENT);
	if (letter_is_language(name))
		return refuse(p, ERR_INPUT,
		    "[%.*s] looks like a language: message.%.*s.md would be "
		    "the text in it; choose a longer name, as %.*s-people",
		    STR_ARG(name), STR_ARG(name), STR_ARG(name));
	for (size_t i = 0; i < rules->count; i++)
		if (str_ieq(rules->rule[i].name, name))
			return refuse(p, ERR_INPUT,
			    "[%.*s] stands on line %lu too; keep one",
			    STR_ARG(name), rules->rule[i].line);
	if (rules->count == SEGMENT_RULES)
		return refuse(
		    p, ERR_LIMIT, "more than %lu segments", SEGMENT_RULES);
	rules->rule[rules->count++] = (struct rule){
	    .name = arena_dup(&rules->arena, name), .line = p->line};
	return 0;
}

/* A code as an import writes it ("PR" is "US-PR"), or "EU". */
static int read_place(struct parse *p, struct str word, struct str *ret)
{
	struct place_cells cells = {0};
	struct place place;
	char country[3];

	if (str_ieq(word, S("EU"))) {
		*ret = S("EU");
		return 0;
	}
	if (word.n == 2 && place_country(word, country))
		cells.country = word;
	else if (word.n > 3 && word.p[2] == '-')
		cells.jurisdiction = word;
	if ((!cells.country.n && !cells.jurisdiction.n) ||
	    place_derive(&cells, "", &place, &(struct err){0}) < 0)
		return refuse(p, ERR_INPUT,
		    "jurisdiction: '%.*s' is no place we know; write a code "
		    "of ISO 3166 (DE, US-CA), or EU",
		    STR_ARG(str_sub(word, 0, 40)));
	*ret = arena_dup(&p->rules->arena, str_of(place.code));
	return 0;
}

static int read_words(
    struct parse *p, enum key key, struct str value, struct words *ret)
{
	size_t max = 1;
	struct str rest = value;

	for (size_t i = 0; i < value.n; i++)
		max += value.p[i] == ',';
	if (max > SEGMENT_WORDS)
		return refuse(p, ERR_LIMIT, "%s: more than %lu words",
		    key_names[key], SEGMENT_WORDS);
	ret->v = arena_array(&p->rules->arena, max, sizeof(*ret->v));
	while (ret->v && rest.p) {
		struct str word = str_trim(str_cut(&rest, ','));
		struct str *to = &ret->v[ret->count];
		int rc = 0;

		if (!word.n)
			continue;
		if (key == KEY_JURISDICTION)
			rc = read_place(p, word, to);
		else
			*to = arena_dup(&p->rules->arena, word);
		if (rc < 0)
			return rc;
		ret->count++;
	}
	if (p->rules->arena.failed)
		return refuse(p, ERR_LIMIT, "the rules are too long");
	return ret->count ? 0
			  : refuse(p, ERR_INPUT,
				"%s: there is no word behind it; write one, or "
				"take the line out",
				key_names[key]);
}

static int read_key(struct parse *p, struct str line)
{
	struct rule *r = last_rule(p);
	size_t at = 0, key = 0;
	struct str name;

	while (at < line.n && line.p[at] != '=' && line.p[at] != ':')
		at++;
	if (at == line.n)
		return refuse(
		    p, ERR_INPUT, "this is neither [segment] nor key = value");
	name = str_trim(str_sub(line, 0, at));
	if (!r)
		return refuse(p, ERR_INPUT,
		    "'%.*s' stands before the first [segment]",
		    STR_ARG(str_sub(name, 0, 40)));
	while (key < KEY_COUNT && !str_eq(name, str_of(key_names[key])))
		key++;
	if (key == KEY_COUNT)
		return refuse(p, ERR_INPUT,
		    "[%.*s] has no key '%.*s'; there are jurisdiction, role, "
		    "data_types",
		    STR_ARG(r->name), STR_ARG(str_sub(name, 0, 40)));
	if (r->key[key].count)
		return refuse(p, ERR_INPUT, "[%.*s] has %s twice",
		    STR_ARG(r->name), key_names[key]);
	return read_words(
	    p, (enum key)key, str_trim(str_from(line, at + 1)), &r->key[key]);
}

static int read_line(struct parse *p, struct str line)
{
	if (line.n > LIMIT_SETTINGS_LINE)
		return refuse(p, ERR_LIMIT, "a line has at most %lu bytes",
		    LIMIT_SETTINGS_LINE);
	if (!utf8_valid(line))
		return refuse(p, ERR_INPUT, "this is no UTF-8");
	line = str_trim(line);
	for (size_t i = 0; i < line.n; i++)
		if (((unsigned char)line.p[i] < ' ' && line.p[i] != '\t') ||
		    line.p[i] == 127)
			return refuse(
			    p, ERR_INPUT, "there is a control character");
	if (!line.n || line.p[0] == ';' || line.p[0] == '#')
		return 0;
	if (line.p[0] != '[')
		return read_key(p, line);
	if (line.p[line.n - 1] != ']')
		return refuse(p, ERR_INPUT, "there is no ] at the end");
	return begin_rule(p, line);
}

int segment_rules_parse(struct str text, const char *name,
    struct segment_rules **ret, struct err *e)
{
	struct segment_rules *rules = mem_zalloc(sizeof(*rules));
	struct parse p = {.name = name, .rules = rules, .e = e};
	int rc = 0;

	rules->arena = ARENA_INIT(16 * LIMIT_SETTINGS_FILE);
	rules->rule =
	    arena_array(&rules->arena, SEGMENT_RULES, sizeof(*rules->rule));
	ENSURE(rules->rule);
	if (text.n > LIMIT_SETTINGS_FILE) {
		p.line = 1;
		rc = refuse(&p, ERR_LIMIT, "the file has more than %lu bytes",
		    LIMIT_SETTINGS_FILE);
	}
	if (str_starts(text, S("\xef\xbb\xbf")))
		text = str_from(text, 3);
	while (rc == 0 && text.p) {
		p.line++;
		rc = read_line(&p, str_cut(&text, '\n'));
	}
	if (rc == 0)
		rc = end_rule(&p);
	if (rc < 0)
		segment_rules_free(rules);
	else
		*ret = rules;
	return rc;
}

int segment_rules_load(
    const struct notice *n, struct segment_rules **ret, struct err *e)
{
	struct buf path = BUF_INIT(8 * KiB),
		   text = BUF_INIT(LIMIT_SETTINGS_FILE);
	int rc;

	buf_addf(&path, "%.*s/segments.ini", STR_ARG(n->dir));
	rc = buf_read_file(&text, buf_cstr(&path), e);
	if (rc == ERR_NOENT)
		rc = segment_rules_parse(STR_NONE, "segments.ini", ret, e);
	else if (rc >= 0)
		rc = segment_rules_parse(
		    buf_str(&text), buf_cstr(&path), ret, e);
	buf_release(&path);
	buf_release(&text);
	return rc;
}

void segment_rules_free(struct segment_rules *r)
{
	if (!r)
		return;
	arena_release(&r->arena);
	free(r);
}

size_t segment_rules_count(const struct segment_rules *r)
{
	return r ? r->count : 0;
}

struct str segment_rules_name(const struct segment_rules *r, size_t i)
{
	return r->rule[i].name;
}

bool segment_rules_need_cells(const struct segment_rules *r)
{
	for (size_t i = 0; r && i < r->count; i++)
		if (r->rule[i].key[KEY_ROLE].count ||
		    r->rule[i].key[KEY_DATA_TYPES].count)
			return true;
	return false;
}

/* ---- choosing */

static char fold(char c)
{
	return c == ' ' || c == '_' ? '-' : ascii_lower(c);
}

static bool same_word(struct str a, struct str b)
{
	if (a.n != b.n)
		return false;
	for (size_t i = 0; i < a.n; i++)
		if (fold(a.p[i]) != fold(b.p[i]))
			return false;
	return true;
}

static bool has_word(const struct words *w, struct str word)
{
	for (size_t i = 0; i < w->count; i++)
		if (same_word(w->v[i], word))
			return true;
	return false;
}

/* A cell with words by comma, semicolon or bar. */
static bool fits_cell(const struct words *w, struct str cell)
{
	size_t from = 0;

	for (size_t i = 0; i <= cell.n; i++) {
		if (i < cell.n && cell.p[i] != ',' && cell.p[i] != ';' &&
		    cell.p[i] != '|')
			continue;
		if (has_word(w, str_trim(str_sub(cell, from, i - from))))
			return true;
		from = i + 1;
	}
	return false;
}

static bool fits_place(const struct words *w, struct str code)
{
	for (size_t i = 0; code.n && i < w->count; i++)
		if (law_place_within(code, w->v[i]))
			return true;
	return false;
}

static struct str cell_named(const struct people_layout *layout,
    const struct people_row *row, const char *name)
{
	for (size_t i = 0; layout && i < layout->count; i++)
		if (str_eq(layout->name[i], str_of(name)))
			return people_cell(row->cells, i);
	return STR_NONE;
}

static bool fits(const struct rule *r, const struct people_layout *layout,
    const struct people_row *row)
{
	const struct words *w = r->key;

	if (w[KEY_JURISDICTION].count &&
	    !fits_place(&w[KEY_JURISDICTION], row->jurisdiction))
		return false;
	for (size_t i = KEY_ROLE; i < KEY_COUNT; i++)
		if (w[i].count &&
		    !fits_cell(&w[i], cell_named(layout, row, key_names[i])))
			return false;
	return true;
}

struct str segment_of(const struct segment_rules *r,
    const struct people_layout *layout, const struct people_row *row)
{
	if (row->segment.n)
		return row->segment;
	for (size_t i = 0; r && i < r->count; i++)
		if (fits(&r->rule[i], layout, row))
			return r->rule[i].name;
	return S("");
}

struct str segment_of_group(
    const struct segment_rules *r, const struct people_group *g)
{
	const struct people_row row = {
	    .segment = g->segment, .jurisdiction = g->jurisdiction};

	return segment_of(r, NULL, &row);
}
