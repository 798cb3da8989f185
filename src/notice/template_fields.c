#include "notice/template.h"
#include "base/utf8.h"

#define MARK_OPEN      "\xef\xb7\x90" /* U+FDD0 */
#define MARK_CLOSE     "\xef\xb7\x91" /* U+FDD1 */
#define MARK_MAX       20UL
#define FIELD_NAME_MAX 200UL

static const struct str promoted[] = {S("name"), S("email"), S("person_id"),
    S("language"), S("segment"), S("jurisdiction"), S("code")};

void template_scan_init(
    struct template_scan *s, const struct str *columns, size_t count)
{
	*s = (struct template_scan){
	    .arena = ARENA_INIT(4 * LIMIT_TEMPLATE),
	    .columns = columns,
	    .column_count = count,
	};
	s->field =
	    arena_array(&s->arena, LIMIT_TEMPLATE_FIELDS, sizeof(s->field[0]));
}

void template_scan_release(struct template_scan *s)
{
	free(s->use);
	arena_release(&s->arena);
}

/* ---- names */

static struct str known(const struct template_scan *s, size_t i)
{
	return i < ARRAY_SIZE(promoted) ? promoted[i]
					: s->columns[i - ARRAY_SIZE(promoted)];
}

static size_t known_count(const struct template_scan *s)
{
	return ARRAY_SIZE(promoted) + s->column_count;
}

static unsigned smaller(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

/* Edits (insert, delete, change; case does not count) from `a` to `b`. */
static unsigned distance(struct str a, struct str b)
{
	unsigned row[65], diagonal, above;

	a = str_sub(a, 0, 64);
	b = str_sub(b, 0, 64);
	for (size_t k = 0; k <= b.n; k++)
		row[k] = (unsigned)k;
	for (size_t i = 1; i <= a.n; i++) {
		diagonal = row[0];
		row[0] = (unsigned)i;
		for (size_t k = 1; k <= b.n; k++) {
			bool same =
			    ascii_lower(a.p[i - 1]) == ascii_lower(b.p[k - 1]);

			above = row[k];
			row[k] = smaller(
			    diagonal + !same, smaller(row[k - 1], above) + 1);
			diagonal = above;
		}
	}
	return row[b.n];
}

static struct str nearest(const struct template_scan *s, struct str name)
{
	struct str best = STR_NONE;
	unsigned least = 1000;

	for (size_t i = 0; i < known_count(s); i++) {
		unsigned d = distance(name, known(s, i));

		if (d < least) {
			least = d;
			best = known(s, i);
		}
	}
	return best;
}

static bool is_known(const struct template_scan *s, struct str name)
{
	for (size_t i = 0; i < known_count(s); i++)
		if (str_eq(name, known(s, i)))
			return true;
	return false;
}

/* ---- uses */

struct place {
	const char *file;
	unsigned line;
};

static int add_field(struct template_scan *s, struct str name,
    const struct place *at, uint32_t *ret, struct err *e)
{
	size_t i = 0;

	while (i < s->field_count && !str_eq(s->field[i], name))
		i++;
	*ret = (uint32_t)i;
	if (i < s->field_count)
		return 0;
	if (!is_known(s, name))
		return err_set(e, ERR_INPUT,
		    "%s:%u: {{%.*s}}: there is no such column; the nearest is "
		    "{{%.*s}}",
		    at->file, at->line, STR_ARG(name),
		    STR_ARG(nearest(s, name)));
	if (s->field_count == LIMIT_TEMPLATE_FIELDS)
		return err_set(e, ERR_LIMIT,
		    "%s:%u: a text has at most %lu different fields", at->file,
		    at->line, LIMIT_TEMPLATE_FIELDS);
	s->field[s->field_count++] = arena_dup(&s->arena, name);
	return 0;
}

static int add_use(struct template_scan *s, struct str inside,
    const struct place *at, struct buf *out, struct err *e)
{
	struct str name, value = inside;
	struct template_use u = {0};
	char mark[MARK_MAX];
	int rc;

	name = str_trim(str_cut(&value, '|'));
	if (!name.n || name.n > FIELD_NAME_MAX)
		return err_set(e, ERR_INPUT,
		    "%s:%u: {{%.*s}}: write {{column}} or {{column|default}}",
		    at->file, at->line, (int)(inside.n > 60 ? 60 : inside.n),
		    inside.p);
	if ((rc = add_field(s, name, at, &u.field, e)) < 0)
		return rc;
	u.has_default = value.p != NULL;
	if (value.p && value.n > LIMIT_MERGE_VALUE)
		return err_set(e, ERR_LIMIT, "%s:%u: the default is too long",
		    at->file, at->line);
	if (value.p) {
		struct buf clean = BUF_INIT(3 * LIMIT_MERGE_VALUE);

		utf8_add_clean(&clean, value);
		u.value = arena_dup(&s->arena, str_trim(buf_str(&clean)));
		buf_release(&clean);
	}
	if (s->use_count == TEMPLATE_OPS_MAX || s->arena.failed)
		return err_set(
		    e, ERR_LIMIT, "%s:%u: too many fields", at->file, at->line);
	if (s->use_count == s->use_room) {
		s->use_room = 2 * s->use_room + 16;
		s->use = mem_realloc(s->use, s->use_room * sizeof(s->use[0]));
	}
	snprintf(mark, sizeof(mark), MARK_OPEN "%zu" MARK_CLOSE, s->use_count);
	s->use[s->use_count++] = u;
	buf_addz(out, mark);
	return 0;
}

/* ---- scanning */

/* What a line of Markdown may not hold becomes a space; so do marks. */
static void add_static(struct buf *out, struct str s)
{
	size_t from = 0;

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] != '\n' && s.p[i] != '\r' && s.p[i] != '\t')
			continue;
		utf8_add_clean(out, str_sub(s, from, i - from));
		buf_addc(out, s.p[i]);
		from = i + 1;
	}
	utf8_add_clean(out, str_from(s, from));
}

static unsigned count_lines(struct str s)
{
	unsigned n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += s.p[i] == '\n' ||
		     (s.p[i] == '\r' && (i + 1 == s.n || s.p[i + 1] != '\n'));
	return n;
}

static bool is_escaped(struct str before)
{
	size_t n = 0;

	while (n < before.n && before.p[before.n - 1 - n] == '\\')
		n++;
	return n % 2 == 1;
}

/* What stands between the braces; false: they do not close on this line. */
static bool find_close(struct str s, struct str *ret)
{
	ptrdiff_t n = str_find(s, S("}}"));

	if (n < 0)
		return false;
	*ret = str_sub(s, 0, (size_t)n);
	return str_chr(*ret, '\n') < 0 && str_chr(*ret, '\r') < 0 &&
	       str_find(*ret, S("{{")) < 0;
}

int template_scan_text(struct template_scan *s, struct str text,
    const char *file, bool markdown, struct buf *out, struct err *e)
{
	struct place at = {file, 1};
	size_t bad = utf8_first_bad(text);
	int rc = 0;

	if (bad < text.n)
		return err_set(e, ERR_INPUT,
		    "%s:%u: byte 0x%02X is not UTF-8; save the file as UTF-8",
		    file, 1 + count_lines(str_sub(text, 0, bad)),
		    (unsigned char)text.p[bad]);
	if (str_starts(text, S("\xef\xbb\xbf")))
		text = str_from(text, 3);
	while (text.n && rc == 0) {
		ptrdiff_t n = str_find(text, S("{{"));
		struct str before =
		    str_sub(text, 0, n < 0 ? text.n : (size_t)n);
		struct str inside;
		bool escaped = n > 0 && is_escaped(before);

		at.line += count_lines(before);
		text = str_from(text, before.n);
		if (escaped && !markdown)
			before.n--;
		add_static(out, before);
		if (n < 0)
			break;
		text = str_from(text, 2);
		if (escaped) {
			buf_add(out, S("{{"));
		} else if (!find_close(text, &inside)) {
			rc = err_set(e, ERR_INPUT,
			    "%s:%u: \"{{\" is not closed by \"}}\" on its "
			    "line; write \\{{ for the braces themselves",
			    file, at.line);
		} else {
			text = str_from(text, inside.n + 2);
			rc = add_use(s, inside, &at, out, e);
		}
	}
	if (rc == 0 && out->over)
		rc = err_set(e, ERR_LIMIT, "%s: is too long", file);
	return rc;
}

/* ---- marks */

size_t template_mark_find(struct str s)
{
	ptrdiff_t at = str_find(s, S(MARK_OPEN));

	return at < 0 ? s.n : (size_t)at;
}

size_t template_mark_next(const struct template_scan *s, struct str text,
    enum letter_op_kind *ret_kind, uint32_t *ret_use)
{
	struct str rest = str_sub(text, 0, MARK_MAX), digits;
	ptrdiff_t close = str_find(rest, S(MARK_CLOSE));
	uint64_t use;

	if (close < 3 || !str_starts(rest, S(MARK_OPEN)))
		return 0;
	digits = str_sub(rest, 3, (size_t)close - 3);
	if (ret_kind) {
		if (!digits.n || digits.p[0] <= 'A' ||
		    digits.p[0] >= 'A' + OP_KIND_END)
			return 0;
		*ret_kind = (enum letter_op_kind)(digits.p[0] - 'A');
		digits = str_from(digits, 1);
	}
	if (!s->use_count || !str_to_u64(digits, s->use_count - 1, &use))
		return 0;
	*ret_use = (uint32_t)use;
	return (size_t)close + 3;
}

void template_mark_add(struct buf *out, enum letter_op_kind kind, uint32_t use)
{
	char mark[MARK_MAX];

	snprintf(mark, sizeof(mark), MARK_OPEN "%c%u" MARK_CLOSE,
	    'A' + (char)kind, use);
	buf_addz(out, mark);
}
