#include "check/phrases.h"
#include "base/utf8.h"

#include <dirent.h>
#include <errno.h>

#define GAP_MAX       8u
#define GAP_NEAR      3u
#define SECTIONS_MAX  2000UL
#define FILES_MAX     200u
#define PHRASE_MEMORY (32 * MiB)

struct phrase {
	struct str line; /* as written */
	bool heading;    /* its first part must be in a heading */
	unsigned words;
	struct str *word; /* folded; the joins are words of their own */
	/* of each word: which buckets it may fit (prose_bucket()); 0: a join */
	uint64_t *buckets;
};

struct section {
	struct str name, language;
	struct phrase *v;
	size_t count, room;
};

struct phrases {
	struct arena arena;
	struct section *section;
	size_t sections, phrases;
};

struct phrases *phrases_new(void)
{
	struct phrases *p = mem_zalloc(sizeof(*p));

	p->arena = ARENA_INIT(PHRASE_MEMORY);
	p->section = mem_zalloc(SECTIONS_MAX * sizeof(p->section[0]));
	return p;
}

void phrases_free(struct phrases *p)
{
	if (!p)
		return;
	for (size_t i = 0; i < p->sections; i++)
		free(p->section[i].v);
	free(p->section);
	arena_release(&p->arena);
	free(p);
}

/* ---- reading */

struct reader {
	struct phrases *p;
	const char *name;
	unsigned line;
	bool origin, date;
	struct str language;
	struct section *at;
	struct err *e;
};

static int refuse(const struct reader *r, struct str what, const char *say)
{
	return err_set(r->e, ERR_INPUT, "%s:%u: %s%.*s%s%s", r->name, r->line,
	    what.n ? "'" : "", STR_ARG(str_sub(what, 0, 80)),
	    what.n ? "' " : "", say);
}

static bool is_date(struct str s)
{
	for (size_t i = 0; i < 10; i++)
		if (s.n != 10 || (i == 4 || i == 7 ? s.p[i] != '-'
						   : !ascii_is_digit(s.p[i])))
			return false;
	return true;
}

/* "# origin: ..." before the first section. */
static int comment(struct reader *r, struct str s)
{
	struct str key = str_trim(str_from(s, 1)), value;

	if (r->at || str_chr(key, ':') < 0)
		return 0;
	value = key;
	key = str_cut(&value, ':');
	value = str_trim(value);
	if (str_eq(key, S("origin")))
		r->origin = value.n > 0;
	if (str_eq(key, S("date"))) {
		if (!is_date(value))
			return refuse(r, value, "is no date like 2026-11-25");
		r->date = true;
	}
	if (str_eq(key, S("language"))) {
		if (!value.n || value.n > 8)
			return refuse(r, value, "is no language");
		r->language = arena_dup(&r->p->arena, value);
	}
	return 0;
}

static struct section *find_section(
    const struct phrases *p, struct str name, struct str language)
{
	for (size_t i = 0; i < p->sections; i++)
		if (str_eq(p->section[i].name, name) &&
		    str_eq(p->section[i].language, language))
			return &p->section[i];
	return NULL;
}

static int begin_section(struct reader *r, struct str s)
{
	struct phrases *p = r->p;
	struct str name = str_trim(str_sub(s, 1, s.n - 2));

	if (!r->origin || !r->date || !r->language.n)
		return refuse(r, STR_NONE,
		    "before the first section the comment must say origin, date and language");
	if (s.p[s.n - 1] != ']' || !name.n || name.n > 80)
		return refuse(r, s, "is no section, [name]");
	for (size_t i = 0; i < name.n; i++)
		if (!ascii_is_alnum(name.p[i]) && name.p[i] != '-')
			return refuse(r, name,
			    "a section's name has letters, digits and hyphens");
	r->at = find_section(p, name, r->language);
	if (r->at)
		return 0;
	if (p->sections == SECTIONS_MAX)
		return refuse(r, STR_NONE, "there are too many sections");
	r->at = &p->section[p->sections++];
	r->at->name = arena_dup(&p->arena, name);
	r->at->language = r->language;
	return 0;
}

static unsigned class_of(struct str s)
{
	static const struct {
		const char *name;
		unsigned flag;
	} all[] = {{"<number>", PROSE_NUMBER}, {"<phone>", PROSE_PHONE},
	    {"<tollfree>", PROSE_TOLL_FREE}, {"<date>", PROSE_DATE},
	    {"<email>", PROSE_EMAIL}, {"<domain>", PROSE_DOMAIN}};

	for (size_t i = 0; i < ARRAY_SIZE(all); i++)
		if (str_eq(s, str_of(all[i].name)))
			return all[i].flag;
	return 0;
}

static bool is_join(struct str s)
{
	return str_eq(s, S("..")) || str_eq(s, S(".")) || str_eq(s, S("&"));
}

static int check_word(const struct reader *r, struct str w)
{
	struct str rest = w;

	while (rest.p) {
		struct str one = str_cut(&rest, '|');
		struct str inner = one;

		if (!one.n)
			return refuse(r, w, "an alternative is empty");
		if (one.p[0] == '<' && !class_of(one))
			return refuse(r, one, "is no class of words");
		if (str_starts(inner, S("*")))
			inner = str_from(inner, 1);
		if (str_ends(inner, S("*")))
			inner.n--;
		if (!inner.n || str_chr(inner, '*') >= 0)
			return refuse(r, one,
			    "* may begin or end a word, with letters beside it");
	}
	return 0;
}

static uint64_t buckets_of(struct str pattern)
{
	uint64_t mask = 0;

	if (is_join(pattern))
		return 0;
	while (pattern.p) {
		struct str one = str_cut(&pattern, '|');

		if (!one.n)
			continue;
		if (one.p[0] == '<' || one.p[0] == '*' ||
		    one.p[one.n - 1] == '*')
			return UINT64_MAX;
		mask |= UINT64_C(1) << prose_bucket(one);
	}
	return mask ? mask : UINT64_MAX;
}

static int add_words(struct reader *r, struct phrase *f, struct str s)
{
	struct str word[PHRASE_WORDS_MAX];
	bool join = true;
	int rc;

	while (s.p) {
		struct str one = str_cut(&s, ' ');

		if (!one.n)
			continue;
		if (f->words == PHRASE_WORDS_MAX)
			return refuse(r, f->line, "too many words");
		if (is_join(one) && join)
			return refuse(
			    r, f->line, "., .. and & stand between words");
		join = is_join(one);
		if (!join && (rc = check_word(r, one)) < 0)
			return rc;
		word[f->words++] = one;
	}
	if (!f->words || join)
		return refuse(r, f->line, "., .. and & stand between words");
	f->word = arena_array(&r->p->arena, f->words, sizeof(word[0]));
	f->buckets = arena_array(&r->p->arena, f->words, sizeof(f->buckets[0]));
	if (!f->word || !f->buckets)
		return refuse(r, STR_NONE, "there are too many phrases");
	memcpy(f->word, word, f->words * sizeof(word[0]));
	for (unsigned i = 0; i < f->words; i++)
		f->buckets[i] = buckets_of(word[i]);
	return 0;
}

static int add_phrase(struct reader *r, struct str s)
{
	struct section *x = r->at;
	struct phrase f = {.line = arena_dup(&r->p->arena, s)};
	struct buf b = BUF_INIT(64 * KiB);
	int rc;

	if (!x)
		return refuse(r, s, "stands before any [section]");
	if (r->p->phrases++ == PHRASES_MAX)
		return refuse(r, STR_NONE, "there are too many phrases");
	if (str_starts(s, S("^"))) {
		f.heading = true;
		s = str_from(s, 1);
	}
	prose_fold(s, &b);
	for (size_t i = 0; i < b.len; i++)
		if (b.p[i] == '-' || b.p[i] == '\t')
			b.p[i] = ' ';
	rc = add_words(r, &f, arena_dup(&r->p->arena, buf_str(&b)));
	buf_release(&b);
	if (rc < 0)
		return rc;
	if (x->count == x->room) {
		x->room = 2 * x->room + 16;
		x->v = mem_realloc(x->v, x->room * sizeof(x->v[0]));
	}
	x->v[x->count++] = f;
	return 0;
}

int phrases_parse(
    struct phrases *p, struct str text, const char *name, struct err *e)
{
	struct reader r = {.p = p, .name = name, .e = e};
	int rc = 0;

	if (text.n > PHRASES_FILE)
		return err_set(e, ERR_LIMIT, "%s: is larger than %lu bytes",
		    name, PHRASES_FILE);
	if (!utf8_valid(text) || (text.n && memchr(text.p, 0, text.n)))
		return err_set(e, ERR_INPUT, "%s: is not UTF-8 text", name);
	while (text.n && rc == 0) {
		struct str s = str_trim(str_cut(&text, '\n'));

		r.line++;
		if (!s.n)
			continue;
		if (s.n > 1000)
			rc = refuse(&r, s, "is too long");
		else if (s.p[0] == '#')
			rc = comment(&r, s);
		else if (s.p[0] == '[')
			rc = begin_section(&r, s);
		else
			rc = add_phrase(&r, s);
	}
	if (rc == 0 && !r.at)
		rc = err_set(e, ERR_INPUT, "%s: has no [section]", name);
	if (rc == 0 && p->arena.failed)
		rc = err_set(e, ERR_LIMIT, "%s: too many phrases", name);
	return rc;
}

int phrases_load(const char *dir, struct phrases **ret, struct err *e)
{
	struct phrases *p = phrases_new();
	DIR *d = opendir(dir);
	struct dirent *f;
	unsigned files = 0;
	int rc = 0;

	if (!d)
		rc = err_sys(e, errno, "%s", dir);
	while (rc == 0 && (f = readdir(d))) {
		struct buf path = BUF_INIT(8 * KiB);
		struct buf text = BUF_INIT(PHRASES_FILE);

		if (!str_ends(str_of(f->d_name), S(".txt")))
			continue;
		buf_addf(&path, "%s/%s", dir, f->d_name);
		if (++files > FILES_MAX)
			rc = err_set(e, ERR_LIMIT, "%s: too many files", dir);
		if (rc == 0)
			rc = buf_read_file(&text, buf_cstr(&path), e);
		if (rc >= 0)
			rc = phrases_parse(
			    p, buf_str(&text), buf_cstr(&path), e);
		buf_release(&path);
		buf_release(&text);
	}
	if (d)
		closedir(d);
	if (rc < 0) {
		phrases_free(p);
		return rc;
	}
	*ret = p;
	return 0;
}

/* ---- finding */

static bool word_fits(struct str pattern, const struct prose_word *w)
{
	struct str rest = pattern;

	while (rest.p) {
		struct str one = str_cut(&rest, '|');
		bool head = str_starts(one, S("*"));
		bool tail = one.n > 1 && str_ends(one, S("*"));
		struct str in =
		    str_sub(one, head, one.n - (size_t)head - (size_t)tail);

		if (one.n && one.p[0] == '<') {
			if (w->flags & class_of(one))
				return true;
		} else if (head && tail) {
			if (str_find(w->s, in) >= 0)
				return true;
		} else if (head   ? str_ends(w->s, in)
			   : tail ? str_starts(w->s, in)
				  : str_eq(w->s, in)) {
			return true;
		}
	}
	return false;
}

/* Words `k` up to `end` of a pattern, at word `at` of the prose; 0: no, else
 * behind the last word. `to`: where the range ends. */
static size_t fits(const struct phrase *f, unsigned k, unsigned end,
    const struct prose *t, size_t at, size_t to)
{
	uint32_t sentence = at < t->words ? t->word[at].sentence : 0;

	for (; k < end; k++, at++) {
		if (!f->buckets[k]) { /* ".." or ".": "&" ends a part before */
			size_t gap = f->word[k].n == 1 ? GAP_NEAR : GAP_MAX;

			for (size_t i = at; i < to && i <= at + gap; i++) {
				size_t r;

				if (t->word[i].sentence != sentence)
					break;
				if ((r = fits(f, k + 1, end, t, i, to)))
					return r;
			}
			return 0;
		}
		if (at >= to || t->word[at].sentence != sentence ||
		    !(f->buckets[k] >> t->word[at].bucket & 1) ||
		    !word_fits(f->word[k], &t->word[at]))
			return 0;
	}
	return at;
}

static bool find_part(const struct phrase *f, unsigned k, unsigned end,
    bool heading, const struct prose *t, size_t from, size_t to,
    struct phrase_hit *ret)
{
	uint64_t first = f->buckets[k];

	for (size_t i = from; i < to; i++) {
		size_t r;

		if (first && !(first >> t->word[i].bucket & 1))
			continue;
		if (heading && !t->block[t->word[i].block].heading)
			continue;
		if ((r = fits(f, k, end, t, i, to))) {
			*ret = (struct phrase_hit){
			    .pattern = f->line, .from = i, .to = r};
			return true;
		}
	}
	return false;
}

static bool find_phrase(const struct phrase *f, const struct prose *t,
    size_t from, size_t to, struct phrase_hit *ret)
{
	unsigned k = 0, end;
	struct phrase_hit hit;

	for (; k < f->words; k = end + 1) {
		for (end = k; end < f->words; end++)
			if (!f->buckets[end] && str_eq(f->word[end], S("&")))
				break;
		if (!find_part(
			f, k, end, f->heading && k == 0, t, from, to, &hit))
			return false;
		if (k == 0)
			*ret = hit;
	}
	return true;
}

static bool language_fits(struct str section, struct str language)
{
	if (!language.n || str_eq(section, S("*")))
		return true;
	return str_istarts(language, section) &&
	       (language.n == section.n || language.p[section.n] == '-');
}

bool phrases_has(
    const struct phrases *p, const char *section, struct str language)
{
	for (size_t i = 0; i < p->sections; i++)
		if (str_eq(p->section[i].name, str_of(section)) &&
		    language_fits(p->section[i].language, language))
			return true;
	return false;
}

bool phrases_find_in(const struct phrases *p, const char *section,
    struct str language, const struct prose *text, size_t from, size_t to,
    struct phrase_hit *ret)
{
	bool found = false;

	for (size_t i = 0; i < p->sections; i++) {
		const struct section *x = &p->section[i];

		if (!str_eq(x->name, str_of(section)) ||
		    !language_fits(x->language, language))
			continue;
		for (size_t k = 0; k < x->count; k++) {
			struct phrase_hit hit;

			if (find_phrase(&x->v[k], text, from, to, &hit) &&
			    (!found || hit.from < ret->from)) {
				*ret = hit;
				found = true;
			}
		}
	}
	return found;
}

bool phrases_find(const struct phrases *p, const char *section,
    struct str language, const struct prose *text, size_t from,
    struct phrase_hit *ret)
{
	return phrases_find_in(
	    p, section, language, text, from, text->words, ret);
}

static bool has_parts(const struct phrase *f)
{
	for (unsigned k = 0; k < f->words; k++)
		if (str_eq(f->word[k], S("&")))
			return true;
	return false;
}

bool phrases_entitle(const struct phrases *p, const char *section,
    struct str language, const struct prose *text, size_t block)
{
	const struct prose_block *b = &text->block[block];
	struct phrase_hit hit;

	for (size_t i = 0; i < p->sections; i++) {
		const struct section *x = &p->section[i];

		if (!str_eq(x->name, str_of(section)) ||
		    !language_fits(x->language, language))
			continue;
		for (size_t k = 0; k < x->count; k++)
			if (x->v[k].heading && !has_parts(&x->v[k]) &&
			    find_phrase(&x->v[k], text, b->from, b->to, &hit))
				return true;
	}
	return false;
}

/* ---- lists */

static bool listed(const struct phrases *p, const char *section,
    struct str word, bool (*same)(struct str line, struct str word))
{
	for (size_t i = 0; i < p->sections; i++) {
		const struct section *x = &p->section[i];

		if (!str_eq(x->name, str_of(section)))
			continue;
		for (size_t k = 0; k < x->count; k++)
			if (same(x->v[k].line, word))
				return true;
	}
	return false;
}

bool phrases_lists(
    const struct phrases *p, const char *section, struct str word)
{
	return listed(p, section, word, str_ieq);
}

static bool same_host(struct str line, struct str host)
{
	if (str_starts(line, S("*.")))
		return str_iends(host, str_from(line, 1)) && host.n >= line.n;
	return str_ieq(line, host) ||
	       (host.n > line.n && str_iends(host, line) &&
		   host.p[host.n - line.n - 1] == '.');
}

bool phrases_lists_host(
    const struct phrases *p, const char *section, struct str host)
{
	return listed(p, section, host, same_host);
}
