#include "law/law_private.h"

/* Lines with something in them, without the head. */
static size_t count_lines(struct str text)
{
	size_t n = 1;

	for (size_t i = 0; i < text.n; i++)
		n += text.p[i] == '\n';
	return n;
}

static int check_head(struct str line, struct err *e)
{
	for (size_t i = 0; i < COL_COUNT; i++) {
		struct str name = str_cut(&line, '\t');

		if (!str_eq(name, str_of(law_column_names[i])))
			return err_set(e, ERR_INPUT,
			    "the head of column %zu is '%.*s', not %s", i + 1,
			    STR_ARG(name), law_column_names[i]);
	}
	return line.p ? err_set(e, ERR_INPUT, "more than %d columns", COL_COUNT)
		      : 0;
}

/* `r` is the newest row: against those before it. */
static int check_unique(
    const struct law_pack *p, const struct law_row *r, struct err *e)
{
	for (const struct law_row *o = p->row; o < r; o++) {
		if (str_eq(o->f[COL_ID], r->f[COL_ID]))
			return err_set(e, ERR_INPUT,
			    "id: %.*s stands in line %u already",
			    STR_ARG(r->f[COL_ID]), o->line);
		if (o->kind == r->kind &&
		    str_eq(o->f[COL_JURISDICTION], r->f[COL_JURISDICTION]) &&
		    str_eq(o->f[COL_REGIME], r->f[COL_REGIME]))
			return err_set(e, ERR_INPUT,
			    "regime: line %u has the same jurisdiction, kind "
			    "and regime",
			    o->line);
	}
	return 0;
}

static int parse_laws(
    struct law_pack *p, struct str text, const char *dir, struct err *e)
{
	unsigned line = 0;
	size_t lines = count_lines(text);
	int r = 0;

	if (lines > LIMIT_LAW_ROWS)
		return err_set(e, ERR_LIMIT, "%s/laws.tsv: more than %lu lines",
		    dir, LIMIT_LAW_ROWS);
	p->row = arena_array(&p->arena, lines, sizeof(*p->row));
	if (!p->row)
		return err_set(e, ERR_LIMIT, "%s/laws.tsv: too large", dir);
	while (r == 0 && text.n) {
		struct str one = str_cut(&text, '\n');
		struct law_row *row = &p->row[p->rows];

		if (++line == 1) {
			r = check_head(one, e);
			continue;
		}
		row->line = line;
		r = law_row_parse(p, one, row, e);
		if (r == 0)
			r = check_unique(p, row, e);
		p->rows += r == 0;
	}
	if (r < 0) {
		err_wrap(e, "%s/laws.tsv:%u", dir, line);
		return r;
	}
	if (!p->rows)
		return err_set(e, ERR_INPUT, "%s/laws.tsv: no row", dir);
	return 0;
}

int law_pack_parse(
    const struct law_texts *t, struct law_pack **ret, struct err *e)
{
	struct law_pack *p = mem_zalloc(sizeof(*p));
	struct str laws, keywords, rules;
	int r;

	p->arena.max = LIMIT_LAW_PACK;
	keywords = arena_dup(&p->arena, t->keywords);
	laws = arena_dup(&p->arena, t->laws);
	rules = arena_dup(&p->arena, t->applicability);
	r = p->arena.failed ? err_set(e, ERR_LIMIT, "%s: too large", t->dir)
			    : law_keywords_parse(p, keywords, t->dir, e);
	if (r == 0)
		r = parse_laws(p, laws, t->dir, e);
	if (r == 0)
		r = law_rules_parse(p, rules, t->dir, e);
	if (r == 0 && p->arena.failed)
		r = err_set(e, ERR_LIMIT, "%s: the pack is too large", t->dir);
	if (r < 0) {
		law_pack_free(p);
		return r;
	}
	*ret = p;
	return 0;
}

void law_pack_free(struct law_pack *p)
{
	if (p)
		arena_release(&p->arena);
	free(p);
}

static int read_one(
    const char *dir, const char *name, struct buf *b, struct err *e)
{
	char path[4096];
	int n = snprintf(path, sizeof(path), "%s/%s", dir, name);

	if (n < 0 || (size_t)n >= sizeof(path))
		return err_set(e, ERR_LIMIT, "%s: the name is too long", dir);
	return buf_read_file(b, path, e);
}

int law_pack_load(const char *dir, struct law_pack **ret, struct err *e)
{
	static const char *const names[] = {
	    "laws.tsv", "keywords.tsv", "applicability.tsv"};
	struct buf b[3];
	struct law_texts t;
	int r = 0;

	for (size_t i = 0; i < ARRAY_SIZE(b); i++)
		b[i] = BUF_INIT(LIMIT_LAW_FILE);
	for (size_t i = 0; r == 0 && i < ARRAY_SIZE(b); i++)
		r = read_one(dir, names[i], &b[i], e);
	if (r == 0) {
		t = (struct law_texts){.laws = buf_str(&b[0]),
		    .keywords = buf_str(&b[1]),
		    .applicability = buf_str(&b[2]),
		    .dir = dir};
		r = law_pack_parse(&t, ret, e);
	}
	for (size_t i = 0; i < ARRAY_SIZE(b); i++)
		buf_release(&b[i]);
	return r;
}
