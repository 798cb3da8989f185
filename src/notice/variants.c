/* Which message file is for whom, and which subject stands above it. */
#include "crypto/digest.h"
#include "notice/letter.h"

#include <dirent.h>
#include <errno.h>

/* ---- names */

static bool all_alpha(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!ascii_is_alpha(s.p[i]))
			return false;
	return true;
}

static bool all_digits(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!ascii_is_digit(s.p[i]))
			return false;
	return true;
}

/* "de", "gsw", "zh-Hant", "pt-BR", "es-419", "sr-Latn-RS"; "_" for "-". */
bool letter_is_language(struct str s)
{
	char tmp[16];
	struct str rest, part;

	if (s.n < 2 || s.n > sizeof(tmp))
		return false;
	for (size_t i = 0; i < s.n; i++)
		tmp[i] = s.p[i] == '_' ? '-' : s.p[i];
	rest = str_make(tmp, s.n);
	part = str_cut(&rest, '-');
	if ((part.n != 2 && part.n != 3) || !all_alpha(part))
		return false;
	if (!rest.p)
		return true;
	part = str_cut(&rest, '-');
	if (part.n == 4 && all_alpha(part)) {
		if (!rest.p)
			return true;
		part = str_cut(&rest, '-');
	}
	return !rest.p && ((part.n == 2 && all_alpha(part)) ||
			      (part.n == 3 && all_digits(part)));
}

/* Equal without case, "_" as "-". */
static bool same_language(struct str a, struct str b)
{
	if (a.n != b.n)
		return false;
	for (size_t i = 0; i < a.n; i++) {
		char x = a.p[i] == '_' ? '-' : ascii_lower(a.p[i]);
		char y = b.p[i] == '_' ? '-' : ascii_lower(b.p[i]);

		if (x != y)
			return false;
	}
	return true;
}

static bool same_people(struct str segment, struct str language,
    struct str other_segment, struct str other_language)
{
	return str_ieq(segment, other_segment) &&
	       same_language(language, other_language);
}

bool letter_is_segment(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!ascii_is_alnum(s.p[i]) && s.p[i] != '-' && s.p[i] != '_' &&
		    (unsigned char)s.p[i] < 0x80)
			return false;
	return s.n > 0 && s.n <= LIMIT_SEGMENT;
}

/* "SEGMENT", "LANG" or "SEGMENT.LANG" taken apart; false: it is none. */
static bool read_people(struct str name, struct arena *a,
    struct str *ret_segment, struct str *ret_language)
{
	struct str rest = name, first = str_cut(&rest, '.'), language = rest;
	bool alone = !rest.p;

	if (!first.n || (!alone && !letter_is_language(language)))
		return false;
	if (alone && letter_is_language(first))
		language = first;
	*ret_language = arena_dup(a, language);
	for (size_t i = 0; i < language.n && ret_language->p; i++)
		if (language.p[i] == '_')
			((char *)ret_language->p)[i] = '-';
	*ret_segment = alone && language.n ? STR_NONE : arena_dup(a, first);
	return true;
}

/* Takes "message[.SEGMENT][.LANG].md" apart. */
static int read_name(struct letter_variant *v, struct arena *a, struct err *e)
{
	struct str inner = str_from(v->file, sizeof("message") - 1);

	inner.n -= sizeof(".md") - 1;
	if (!inner.n || (inner.p[0] == '.' && read_people(str_from(inner, 1), a,
						  &v->segment, &v->language)))
		return 0;
	return err_set(e, ERR_INPUT,
	    "%.*s: a text is called message.md, message.LANG.md, "
	    "message.SEGMENT.md or message.SEGMENT.LANG.md, with LANG "
	    "as de or pt-BR; give another name to what is no text",
	    STR_ARG(v->file));
}

/* ---- loading */

static int by_file(const void *a, const void *b)
{
	const struct letter_variant *x = a, *y = b;

	return str_cmp(x->file, y->file);
}

static int list_files(const char *dir, struct letter_variants *v, struct err *e)
{
	DIR *d = opendir(dir);
	struct dirent *f;
	size_t room = 0;
	int rc = 0;

	if (!d)
		return err_sys(e, errno, "%s", dir);
	while (rc == 0 && (f = readdir(d))) {
		struct str name = str_of(f->d_name);

		if (!str_starts(name, S("message")) ||
		    !str_ends(name, S(".md")) || name.n < 10)
			continue;
		if (v->count == room) {
			room = 2 * room + 16;
			v->v = mem_realloc(v->v, room * sizeof(v->v[0]));
		}
		if (v->count == LIMIT_VARIANTS) {
			rc = err_set(e, ERR_LIMIT,
			    "%s: more than %lu message files", dir,
			    LIMIT_VARIANTS);
			break;
		}
		v->v[v->count++] =
		    (struct letter_variant){.file = arena_dup(&v->arena, name)};
	}
	closedir(d);
	if (rc == 0 && !v->count)
		rc = err_set(e, ERR_INPUT,
		    "%s: there is no message.md: write the text of the mail "
		    "there",
		    dir);
	return rc;
}

static int refuse_doubles(const struct letter_variants *v, struct err *e)
{
	for (size_t i = 0; i < v->count; i++)
		for (size_t k = 0; k < i; k++)
			if (same_people(v->v[i].segment, v->v[i].language,
				v->v[k].segment, v->v[k].language))
				return err_set(e, ERR_INPUT,
				    "%.*s and %.*s are for the same people; "
				    "keep one",
				    STR_ARG(v->v[k].file),
				    STR_ARG(v->v[i].file));
	return 0;
}

static int compile(const struct notice *n, struct letter_variant *v,
    const struct str *columns, size_t count, struct err *e)
{
	struct arena a = ARENA_INIT(16 * KiB);
	struct buf path = BUF_INIT(8 * KiB), text = BUF_INIT(LIMIT_TEMPLATE);
	int rc;

	buf_addf(&path, "%.*s/%.*s", STR_ARG(n->dir), STR_ARG(v->file));
	rc = buf_read_file(&text, buf_cstr(&path), e);
	if (rc >= 0)
		digest_sha256(buf_str(&text), v->sha256);
	if (rc >= 0)
		rc = letter_template_compile(n, buf_str(&text),
		    arena_strz(&a, v->file), v->segment, v->language, columns,
		    count, &v->template, e);
	buf_release(&path);
	buf_release(&text);
	arena_release(&a);
	return rc;
}

/* The files, their names and subjects, without their texts. */
static int list_variants(
    const struct notice *n, struct letter_variants *v, struct err *e)
{
	struct buf dir = BUF_INIT(8 * KiB);
	int rc;

	v->arena = ARENA_INIT(8 * MiB);
	buf_add(&dir, n->dir);
	rc = list_files(buf_cstr(&dir), v, e);
	buf_release(&dir);
	if (rc == 0)
		qsort(v->v, v->count, sizeof(v->v[0]), by_file);
	for (size_t i = 0; i < v->count && rc == 0; i++)
		rc = read_name(&v->v[i], &v->arena, e);
	if (rc == 0)
		rc = refuse_doubles(v, e);
	for (size_t i = 0; i < v->count && rc == 0; i++)
		v->v[i].subject =
		    letter_subject_for(n, v->v[i].segment, v->v[i].language);
	return rc;
}

/* A subject that stands above no text is a slip in its name. */
static int refuse_unread(
    const struct notice *n, const struct letter_variants *v, struct err *e)
{
	for (size_t i = 0; i < n->own_subjects; i++) {
		const struct notice_subject *s = &n->own_subject[i];
		struct str people = str_from(s->key, sizeof("subject") - 1);
		size_t k = 0;

		while (k < v->count && v->v[k].subject.line != s->line)
			k++;
		if (k == v->count)
			return err_set(e, ERR_INPUT,
			    "%.*s:%lu: [message] %.*s: there is no "
			    "message%.*s.md, nor another text that would get "
			    "this subject; write the text, or take the line "
			    "out",
			    STR_ARG(n->settings), s->line, STR_ARG(s->key),
			    STR_ARG(people));
	}
	return 0;
}

int letter_variants_load(const struct notice *n, const struct str *columns,
    size_t count, struct letter_variants **ret, struct err *e)
{
	struct letter_variants *v = mem_zalloc(sizeof(*v));
	int rc = list_variants(n, v, e);

	if (rc == 0)
		rc = refuse_unread(n, v, e);
	for (size_t i = 0; i < v->count && rc == 0; i++)
		rc = compile(n, &v->v[i], columns, count, e);
	if (rc < 0)
		letter_variants_free(v);
	else
		*ret = v;
	return rc;
}

int letter_subjects_check(const struct notice *n, struct err *e)
{
	struct letter_variants *v;
	int rc = 0;

	if (!n->own_subjects)
		return 0;
	v = mem_zalloc(sizeof(*v));
	if (list_variants(n, v, e) == 0)
		rc = refuse_unread(n, v, e);
	else
		err_clear(e);
	letter_variants_free(v);
	return rc;
}

void letter_variants_free(struct letter_variants *v)
{
	if (!v)
		return;
	for (size_t i = 0; i < v->count; i++)
		letter_template_free(v->v[i].template);
	free(v->v);
	arena_release(&v->arena);
	free(v);
}

/* ---- choosing */

typedef const void *find_fn(
    const void *all, struct str segment, struct str language);

/* In the language itself, else with a subtag less (RFC 4647 3.4), else without
 * a language. */
static const void *find_nearest(
    find_fn *find, const void *all, struct str segment, struct str language)
{
	const void *best;

	for (;;) {
		best = find(all, segment, language);
		if (best || !language.n)
			return best;
		do
			language.n--;
		while (language.n && language.p[language.n] != '-' &&
		       language.p[language.n] != '_');
	}
}

static const void *find_variant(
    const void *all, struct str segment, struct str language)
{
	const struct letter_variants *v = all;

	for (size_t i = 0; i < v->count; i++)
		if (same_people(
			v->v[i].segment, v->v[i].language, segment, language))
			return &v->v[i];
	return NULL;
}

const struct letter_variant *letter_variant_for(
    const struct letter_variants *v, struct str segment, struct str language)
{
	return find_nearest(find_variant, v, segment, language);
}

/* ---- subjects */

static const void *find_subject(
    const void *all, struct str segment, struct str language)
{
	const struct notice *n = all;

	for (size_t i = 0; i < n->own_subjects; i++)
		if (same_people(n->own_subject[i].segment,
			n->own_subject[i].language, segment, language))
			return &n->own_subject[i];
	return NULL;
}

struct notice_subject letter_subject_for(
    const struct notice *n, struct str segment, struct str language)
{
	const struct notice_subject *s =
	    find_nearest(find_subject, n, segment, language);

	if (!s && segment.n)
		s = find_nearest(find_subject, n, STR_NONE, language);
	return s ? *s
		 : (struct notice_subject){
		       .key = S("subject"), .text = n->subject};
}

int letter_subject_add(struct notice *n, struct str name, struct str value,
    unsigned long line, struct err *e)
{
	struct notice_subject s = {.line = line};
	const struct notice_subject *twin;
	struct buf key = BUF_INIT(LIMIT_SETTINGS_LINE);

	if (!read_people(name, &n->arena, &s.segment, &s.language) ||
	    (s.segment.n && !letter_is_segment(s.segment)))
		return err_set(e, ERR_INPUT,
		    "write subject.LANG, subject.SEGMENT or "
		    "subject.SEGMENT.LANG, as the text is called, with LANG as "
		    "de or pt-BR");
	twin = find_subject(n, s.segment, s.language);
	if (twin)
		return err_set(e, ERR_INPUT,
		    "given twice, first in line %lu; keep one", twin->line);
	if (!value.n)
		return 0;
	if (!n->own_subject)
		n->own_subject = arena_array(
		    &n->arena, LIMIT_SUBJECTS, sizeof(n->own_subject[0]));
	if (n->own_subjects == LIMIT_SUBJECTS)
		return err_set(
		    e, ERR_LIMIT, "more than %lu subjects", LIMIT_SUBJECTS);
	buf_addz(&key, "subject");
	if (s.segment.n)
		buf_addf(&key, ".%.*s", STR_ARG(s.segment));
	if (s.language.n)
		buf_addf(&key, ".%.*s", STR_ARG(s.language));
	s.key = arena_dup(&n->arena, buf_str(&key));
	s.text = arena_dup(&n->arena, value);
	buf_release(&key);
	if (n->arena.failed)
		return err_set(e, ERR_LIMIT, "the settings are too long");
	n->own_subject[n->own_subjects++] = s;
	return 0;
}
