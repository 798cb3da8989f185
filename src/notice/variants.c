/* Which message file is for whom. */
#include "crypto/digest.h"
#include "notice/letter.h"

#include <dirent.h>
#include <errno.h>

#define VARIANTS_MAX 1000UL

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

/* Takes "message[.SEGMENT][.LANG].md" apart. */
static int read_name(struct letter_variant *v, struct arena *a, struct err *e)
{
	struct str inner = v->file, part[2] = {STR_NONE, STR_NONE};
	size_t n = 0;

	inner = str_from(inner, sizeof("message") - 1);
	inner.n -= sizeof(".md") - 1;
	while (inner.n && inner.p[0] == '.' && n < 2) {
		inner = str_from(inner, 1);
		part[n] = inner;
		part[n].n = 0;
		while (inner.n && inner.p[0] != '.') {
			inner = str_from(inner, 1);
			part[n].n++;
		}
		if (!part[n++].n)
			n = 3;
	}
	if (inner.n || n > 2 || (n == 2 && !letter_is_language(part[1])))
		return err_set(e, ERR_INPUT,
		    "%.*s: a text is called message.md, message.LANG.md, "
		    "message.SEGMENT.md or message.SEGMENT.LANG.md, with LANG "
		    "as de or pt-BR; give another name to what is no text",
		    STR_ARG(v->file));
	if (n == 2 || (n == 1 && !letter_is_language(part[0])))
		v->segment = part[0];
	if (n == 2 || (n == 1 && letter_is_language(part[0])))
		v->language = arena_dup(a, part[n - 1]);
	for (size_t i = 0; i < v->language.n; i++)
		if (v->language.p[i] == '_')
			((char *)v->language.p)[i] = '-';
	return 0;
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
		if (v->count == VARIANTS_MAX) {
			rc = err_set(e, ERR_LIMIT,
			    "%s: more than %lu message files", dir,
			    VARIANTS_MAX);
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
			if (str_ieq(v->v[i].segment, v->v[k].segment) &&
			    same_language(v->v[i].language, v->v[k].language))
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
		    arena_strz(&a, v->file), v->language, columns, count,
		    &v->template, e);
	buf_release(&path);
	buf_release(&text);
	arena_release(&a);
	return rc;
}

int letter_variants_load(const struct notice *n, const struct str *columns,
    size_t count, struct letter_variants **ret, struct err *e)
{
	struct letter_variants *v = mem_zalloc(sizeof(*v));
	struct buf dir = BUF_INIT(8 * KiB);
	int rc;

	v->arena = ARENA_INIT(8 * MiB);
	buf_add(&dir, n->dir);
	rc = list_files(buf_cstr(&dir), v, e);
	if (rc == 0)
		qsort(v->v, v->count, sizeof(v->v[0]), by_file);
	for (size_t i = 0; i < v->count && rc == 0; i++)
		rc = read_name(&v->v[i], &v->arena, e);
	if (rc == 0)
		rc = refuse_doubles(v, e);
	for (size_t i = 0; i < v->count && rc == 0; i++)
		rc = compile(n, &v->v[i], columns, count, e);
	buf_release(&dir);
	if (rc < 0)
		letter_variants_free(v);
	else
		*ret = v;
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

static const struct letter_variant *find(
    const struct letter_variants *v, struct str segment, struct str language)
{
	for (size_t i = 0; i < v->count; i++)
		if (str_ieq(v->v[i].segment, segment) &&
		    same_language(v->v[i].language, language))
			return &v->v[i];
	return NULL;
}

const struct letter_variant *letter_variant_for(
    const struct letter_variants *v, struct str segment, struct str language)
{
	const struct letter_variant *best;

	for (;;) {
		best = find(v, segment, language);
		if (best || !language.n)
			return best;
		/* a subtag less (RFC 4647 3.4) */
		do
			language.n--;
		while (language.n && language.p[language.n] != '-' &&
		       language.p[language.n] != '_');
	}
}
