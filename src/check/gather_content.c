/* The text of each message file, who reads it, and what the law asks of it. */
#include "check/gather_content.h"
#include "base/conf.h"
#include "base/limits.h"
#include "domain/idna.h"
#include "domain/psl.h"

static int no_memory(struct err *e)
{
	return err_set(e, ERR_LIMIT, "no memory for the check");
}

/* ---- phrases */

static void free_phrases(void *p)
{
	phrases_free(p);
}

/* Without them the rules about words can not judge; that is a fact. */
static void read_phrases(struct check_context *c, struct content_facts *f)
{
	struct buf dir = BUF_INIT(8 * KiB);
	struct phrases *p = NULL;
	struct err e = {0};

	buf_addf(&dir, "%s/phrases", c->o.data_dir);
	if (phrases_load(buf_cstr(&dir), &p, &e) < 0) {
		f->phrases_error = arena_dup(c->arena, str_of(e.msg));
	} else {
		arena_cleanup(c->arena, free_phrases, p);
		f->phrases = p;
	}
	buf_release(&dir);
}

/* ---- own names */

static void add_own(struct check_context *c, struct content_facts *f,
    const struct psl *psl, struct str domain)
{
	struct buf ascii = BUF_INIT(2 * KiB);
	struct str org;
	struct err ignored = {0};

	if (f->owns < LIMIT_CSV_COLUMNS &&
	    idna_to_ascii(domain, &ascii, &ignored) >= 0) {
		org = buf_str(&ascii);
		psl_registrable(psl, buf_str(&ascii), &org);
		f->own[f->owns++] = arena_dup(c->arena, org);
	}
	buf_release(&ascii);
}

/* [organisation] own_domains; without it, what the notice is sent from. */
static int read_own(
    struct check_context *c, struct content_facts *f, struct err *e)
{
	struct psl *psl = psl_open();
	struct str rest = c->notice->own_domains, one;
	ptrdiff_t at;

	f->own = arena_array(c->arena, LIMIT_CSV_COLUMNS, sizeof(f->own[0]));
	if (!f->own) {
		psl_close(psl);
		return no_memory(e);
	}
	while (conf_list_next(&rest, &one))
		add_own(c, f, psl, one);
	at = str_rchr(c->notice->from_address, '@');
	if (!f->owns && at >= 0)
		add_own(c, f, psl,
		    str_from(c->notice->from_address, (size_t)at + 1));
	psl_close(psl);
	return 0;
}

/* ---- one file */

static int read_markdown(struct check_context *c, struct content_variant *v)
{
	struct arena a = ARENA_INIT(64 * KiB);
	struct buf text = BUF_INIT(LIMIT_TEMPLATE);
	const char *path = notice_path(c->notice, v->file, &a);
	struct err ignored = {0};
	int rc = path ? buf_read_file(&text, path, &ignored) : ERR_NOENT;

	if (rc >= 0)
		v->markdown = arena_dup(c->arena, buf_str(&text));
	buf_release(&text);
	arena_release(&a);
	return rc;
}

/* A field whose name is a name stands in the text. */
static bool greets(struct str s)
{
	static const char *const part[] = {"name", "nom", "apellido"};
	ptrdiff_t at;

	while ((at = str_find(s, S("{{"))) >= 0) {
		struct str one;

		s = str_from(s, (size_t)at + 2);
		at = str_find(s, S("}}"));
		one = str_sub(s, 0, at < 0 ? 0 : (size_t)at);
		one = str_cut(&one, '|');
		for (size_t i = 0; i < ARRAY_SIZE(part); i++)
			if (str_find(one, str_of(part[i])) >= 0)
				return true;
	}
	return false;
}

static int add_place(struct check_context *c, struct content_variant *v,
    const struct law_place *p, size_t room, struct err *e)
{
	size_t i = 0;

	while (i < v->places && !str_ieq(v->place[i].code, p->code))
		i++;
	if (i < v->places) {
		v->place[i].people += p->people;
		return 0;
	}
	if (!v->place)
		v->place = arena_array(c->arena, room, sizeof(v->place[0]));
	if (!v->place)
		return no_memory(e);
	v->place[v->places++] = *p;
	return 0;
}

struct readers {
	struct check_context *c;
	struct content_variant *v;
	struct err *e;
};

#define PLACES_MAX 1000UL

static int add_group(const struct people_group *g, void *arg)
{
	struct readers *r = arg;
	const struct letter_variant *v =
	    letter_variant_for(r->c->variants, g->segment, g->language);
	struct law_place p = {.people = g->people};

	if (!v || !str_eq(v->file, r->v->file))
		return 0;
	r->v->people += g->people;
	if (!g->jurisdiction.n || r->v->places == PLACES_MAX)
		return 0;
	p.code = arena_dup(r->c->arena, g->jurisdiction);
	return add_place(r->c, r->v, &p, PLACES_MAX, r->e);
}

/* From the pass over the audience: all groups of people who get this file;
 * where that pass was left out, from the groups that import counted. */
static int find_readers(struct check_context *c, const struct check_facts *x,
    struct content_variant *v, struct err *e)
{
	const struct list_facts *l = &x->list;
	struct readers r = {.c = c, .v = v, .e = e};
	size_t room = 1;
	int rc = 0;

	if (!l->variants && c->people)
		return people_each_group(c->people, add_group, &r, e);
	for (size_t i = 0; i < l->variants; i++)
		room += l->variant[i].places;
	for (size_t i = 0; i < l->variants && rc >= 0; i++) {
		const struct list_variant *g = &l->variant[i];

		if (!str_eq(g->file, v->file))
			continue;
		v->people += g->people;
		for (size_t k = 0; k < g->places && rc >= 0; k++)
			rc = add_place(c, v, &g->place[k], room, e);
	}
	return rc;
}

static int read_variant(struct check_context *c, struct check_facts *x,
    const struct letter_variant *from, struct content_variant *v, struct err *e)
{
	v->file = from->file;
	v->segment = from->segment;
	v->language = from->language;
	v->subject = from->subject;
	if (read_markdown(c, v) < 0)
		return 0; /* it was there a moment ago */
	content_source_read(v->markdown, c->arena, &v->source);
	v->greets = greets(v->markdown);
	return find_readers(c, x, v, e);
}

/* The language of a file without one in its name. */
static void guess(const struct content_facts *f, struct content_variant *v)
{
	const struct content_letter *l = v->letters ? v->letter[0] : v->made;

	if (v->language.n || !l || !f->phrases)
		return;
	v->language =
	    content_guess_language(f->phrases, &l->prose, &v->foreign);
	v->guessed = v->language.n > 0;
}

int gather_content(
    struct check_context *c, struct check_facts *x, struct err *e)
{
	struct content_facts *f = &x->content;
	int rc;

	read_phrases(c, f);
	if ((rc = read_own(c, f, e)) < 0 || !c->variants)
		return rc;
	f->variant =
	    arena_array(c->arena, c->variants->count, sizeof(f->variant[0]));
	if (!f->variant)
		return no_memory(e);
	f->variants = c->variants->count;
	for (size_t i = 0; i < f->variants && rc >= 0; i++)
		rc = read_variant(c, x, &c->variants->v[i], &f->variant[i], e);
	if (rc >= 0)
		rc = gather_content_letters(c, f, e);
	for (size_t i = 0; i < f->variants && rc >= 0; i++) {
		guess(f, &f->variant[i]);
		rc = gather_content_law(c, &f->variant[i], e);
	}
	return rc < 0 ? rc : 0;
}
