/* Letters composed to be looked at: of a made-up person, and of real ones in
 * two orders by two composers.  Nothing is signed, stored or sent. */
#include "check/gather_content.h"
#include "base/limits.h"
#include "mail/header.h"
#include "notice/composer.h"
#include "notice/template.h"

#define WALK_MAX   20000UL /* rows looked at for a sample */
#define SAMPLE_MAX 400UL
#define LEAKS_MAX  20UL
#define SEARCH_MAX 1000000UL /* people searched for an address */
#define ADDRESSES  20UL      /* of one text that are searched for */

/* ---- a made-up person */

static struct people_layout *made_layout(const struct letter_template *t)
{
	struct people_layout *l =
	    mem_zalloc(sizeof(*l) + t->field_count * sizeof(l->name[0]));

	l->id = 1;
	l->count = t->field_count;
	for (size_t i = 0; i < t->field_count; i++)
		l->name[i] = t->field[i].name;
	return l;
}

static void made_cells(const struct letter_template *t, struct buf *cells)
{
	for (size_t i = 0; i < t->field_count; i++) {
		char value[64];

		snprintf(value, sizeof(value), "%s" CONTENT_MARKER "%zu",
		    t->field[i].link ? "https://www.example.net/" : "", i);
		people_cell_add(cells, str_of(value));
	}
}

static void compose_made(struct check_context *c,
    const struct letter_variant *v, struct content_variant *ret)
{
	struct people_layout *l = made_layout(v->template);
	struct letter_binding *b = letter_bind(v->template, l);
	struct buf cells = BUF_INIT(LIMIT_PERSON_ROW);
	struct buf out = BUF_INIT(LIMIT_LETTER);
	struct str missing = STR_NONE;
	struct err e = {0};
	struct person p = {.id = 16,
	    .layout = 1,
	    .name = S(CONTENT_GIVEN " " CONTENT_FAMILY),
	    .person_id = S(CONTENT_MARKER),
	    .language = v->language,
	    .segment = v->segment,
	    .jurisdiction = S("US"),
	    .address = {S(CONTENT_ADDRESS)},
	    .addresses = 1};
	struct letter_input in = {.person = &p,
	    .code = S(CONTENT_MARKER),
	    .date = (int64_t)(c->o.now / USEC_PER_SEC),
	    .message_id = S("sample")};
	int rc;

	made_cells(v->template, &cells);
	p.cells = buf_str(&cells);
	rc = letter_compose(v->template, b, &in, &out, &missing, &e);
	if (rc > 0)
		ret->made =
		    content_letter_read(buf_str(&out), STR_NONE, c->arena);
	else if (rc < 0)
		ret->made_error = arena_dup(c->arena, str_of(e.msg));
	buf_release(&cells);
	buf_release(&out);
	letter_binding_free(b);
	free(l);
}

/* A field in a web link makes one link a person: they can be told apart. */
static void find_tracked(
    const struct letter_variant *from, struct content_variant *v)
{
	const struct letter_template *t = from->template;
	const struct content_letter *l = v->made;
	struct str marker = S(CONTENT_MARKER);
	bool found = false;

	for (size_t i = 0; l && i < l->page.links; i++)
		found |= str_istarts(l->page.link[i].target, S("http")) &&
			 str_find(l->page.link[i].target, marker) >= 0;
	for (size_t i = 0; l && i < l->prose.words; i++)
		found |= (l->prose.word[i].flags & PROSE_DOMAIN) &&
			 str_find(l->prose.word[i].written, marker) >= 0;
	if (!found)
		return;
	v->tracked = S("a field");
	for (size_t i = 0; i < t->op_count; i++)
		if (t->op[i].kind == OP_URL || t->op[i].kind == OP_LINK_TEXT) {
			v->tracked = t->field[t->op[i].field].name;
			break;
		}
}

/* ---- real people */

struct sample {
	struct check_context *c;
	struct people_row *row;
	size_t count, seen;
	size_t *of; /* how many of each variant */
};

static size_t variant_of(
    const struct check_context *c, struct str segment, struct str language)
{
	const struct letter_variant *v =
	    letter_variant_for(c->variants, segment, language);

	return v ? (size_t)(v - c->variants->v) : c->variants->count;
}

static void copy_row(
    struct arena *a, const struct people_row *from, struct people_row *to)
{
	*to = *from;
	to->person_id = arena_dup(a, from->person_id);
	to->addresses = arena_dup(a, from->addresses);
	to->domain = arena_dup(a, from->domain);
	to->name = arena_dup(a, from->name);
	to->language = arena_dup(a, from->language);
	to->segment = arena_dup(a, from->segment);
	to->jurisdiction = arena_dup(a, from->jurisdiction);
	to->cells = arena_dup(a, from->cells);
}

/* The ids are hashes: the first rows are as good a sample as any. */
static int take(const struct people_row *row, void *arg)
{
	struct sample *s = arg;
	size_t v = variant_of(s->c, row->segment, row->language);

	if (++s->seen > WALK_MAX || s->count == SAMPLE_MAX)
		return ERR_CANCEL;
	if (!row->addresses.n)
		return 0;
	if (s->count >= CONTENT_PEOPLE &&
	    (v == s->c->variants->count || s->of[v] >= CONTENT_LETTERS))
		return 0;
	copy_row(s->c->arena, row, &s->row[s->count++]);
	if (v < s->c->variants->count)
		s->of[v]++;
	return 0;
}

static int new_composer(
    struct check_context *c, struct composer **ret, struct err *e)
{
	/* the envelope is not what we look at: it need not be right yet */
	struct notice *n = arena_array(c->arena, 1, sizeof(*n));
	struct composer_config cfg = {.notice = n,
	    .secret = c->secret,
	    .store = c->store,
	    .people = c->people,
	    .variants = c->variants};

	if (!n)
		return err_set(e, ERR_LIMIT, "no memory for the check");
	*n = *c->notice;
	n->bounce_address = S("bounces@example.com");
	return composer_new(&cfg, ret, e);
}

static struct content_variant *by_file(struct content_facts *f, struct str file)
{
	for (size_t i = 0; i < f->variants; i++)
		if (str_eq(f->variant[i].file, file))
			return &f->variant[i];
	return NULL;
}

static struct str first_address(const struct people_row *r)
{
	struct str rest = r->addresses;

	return str_cut(&rest, '\n');
}

static int compose(struct composer *k, const struct check_context *c,
    const struct people_row *row, struct composed *m, struct err *e)
{
	struct store_due d = {.row = *row};

	err_clear(e);
	return composer_compose(
	    k, &d, (int64_t)(c->o.now / USEC_PER_SEC), m, e);
}

struct kept {
	struct str message;
	struct content_variant *variant;
};

/* Reads one; the first few of a text are what the rules look at. */
static void keep_letter(struct check_context *c, struct content_facts *f,
    struct content_variant *v, struct str message, const struct composed *m,
    struct str reader)
{
	bool keep = v->letters < CONTENT_LETTERS;
	struct arena scratch = ARENA_INIT(16 * LIMIT_LETTER);
	struct content_letter *l = content_letter_read(
	    message, buf_str(&m->recipient), keep ? c->arena : &scratch);

	v->composed++;
	if (l)
		gather_content_greeting(c, f, v, l, reader);
	if (l && keep)
		v->letter[v->letters++] = l;
	arena_release(&scratch);
}

/* The first round, in order: the letters that the rules look at. */
static int first_round(struct check_context *c, struct content_facts *f,
    const struct sample *s, struct kept *kept, struct err *e)
{
	struct composer *k = NULL;
	struct composed m;
	int rc = new_composer(c, &k, e);

	if (rc < 0)
		return rc;
	composed_init(&m);
	for (size_t i = 0; i < s->count; i++) {
		struct content_variant *v;

		rc = compose(k, c, &s->row[i], &m, e);
		v = by_file(f, str_of(m.variant));
		if (v && rc == 0 && !v->held_field.n) {
			v->held_field = arena_dup(c->arena, str_of(m.missing));
			v->held_who =
			    arena_dup(c->arena, first_address(&s->row[i]));
		}
		if (!v || rc <= 0)
			continue;
		kept[i].message = arena_dup(c->arena, buf_str(&m.message));
		kept[i].variant = v;
		keep_letter(c, f, v, kept[i].message, &m, s->row[i].name);
	}
	err_clear(e);
	composed_release(&m);
	composer_free(k);
	return 0;
}

/* Once more, backwards, by another composer: nothing may differ. */
static int second_round(struct check_context *c, struct content_facts *f,
    const struct sample *s, const struct kept *kept, struct err *e)
{
	struct composer *k = NULL;
	struct composed m;
	int rc = new_composer(c, &k, e);

	if (rc < 0)
		return rc;
	composed_init(&m);
	for (size_t i = s->count; i-- > 0;) {
		if (!kept[i].variant)
			continue;
		f->sampled++;
		if (compose(k, c, &s->row[i], &m, e) <= 0 ||
		    !str_eq(buf_str(&m.message), kept[i].message))
			f->unequal = first_address(&s->row[i]);
	}
	err_clear(e);
	composed_release(&m);
	composer_free(k);
	return 0;
}

/* ---- what is another's */

static void add_leak(struct check_context *c, struct content_facts *f,
    const struct content_leak *l)
{
	if (!f->leak)
		f->leak = arena_array(c->arena, LEAKS_MAX, sizeof(f->leak[0]));
	if (f->leak && f->leaks < LEAKS_MAX)
		f->leak[f->leaks++] = *l;
}

static bool has_word(struct str text, struct str what)
{
	while (text.n >= what.n) {
		ptrdiff_t at = str_find(text, what);
		char before, behind;

		if (at < 0)
			return false;
		before = at ? text.p[at - 1] : ' ';
		behind = (size_t)at + what.n < text.n
			     ? text.p[(size_t)at + what.n]
			     : ' ';
		if (!ascii_is_alnum(before) && !strchr("-_.+", before) &&
		    !ascii_is_alnum(behind) && behind != '@')
			return true;
		text = str_from(text, (size_t)at + 1);
	}
	return false;
}

static bool is_own_cell(const struct people_row *r, struct str what)
{
	return str_find(r->cells, what) >= 0 || str_find(r->name, what) >= 0 ||
	       str_find(r->addresses, what) >= 0;
}

/* What stands in the file for all is told by search_text(). */
static void compare(struct check_context *c, struct content_facts *f,
    const struct people_row *a, const struct people_row *b,
    const struct kept *k, struct str text)
{
	struct str rest = b->addresses;
	struct content_leak l = {.file = k->variant->file,
	    .reader = first_address(a),
	    .other = first_address(b)};

	while (rest.p) {
		struct str one = str_cut(&rest, '\n');

		if (one.n && str_find(a->addresses, one) < 0 &&
		    has_word(text, one) &&
		    str_find(k->variant->markdown, one) < 0) {
			l.what = one;
			add_leak(c, f, &l);
			return;
		}
	}
	if (b->name.n >= 6 && str_chr(b->name, ' ') > 0 &&
	    !is_own_cell(a, b->name) && has_word(text, b->name) &&
	    str_find(k->variant->markdown, b->name) < 0) {
		l.what = b->name;
		add_leak(c, f, &l);
	}
}

static struct str message_id(struct str message)
{
	struct header_field f;

	return header_find(message, S("Message-ID"), &f) ? str_trim(f.value)
							 : STR_NONE;
}

static void compare_all(struct check_context *c, struct content_facts *f,
    const struct sample *s, const struct kept *kept)
{
	for (size_t i = 0; i < s->count; i++) {
		struct buf text = BUF_INIT(LIMIT_LETTER);

		if (!kept[i].variant ||
		    !letter_part(kept[i].message, false, &text))
			continue;
		for (size_t k = 0; k < s->count; k++) {
			if (i == k || !kept[k].variant)
				continue;
			compare(c, f, &s->row[i], &s->row[k], &kept[i],
			    buf_str(&text));
			if (str_eq(message_id(kept[i].message),
				message_id(kept[k].message)))
				f->twice = message_id(kept[i].message);
		}
		buf_release(&text);
	}
}

/* ---- addresses that stand in a text for all */

static bool is_ours(const struct content_facts *f, struct str address)
{
	ptrdiff_t at = str_rchr(address, '@');
	struct str host = str_from(address, (size_t)(at + 1));

	for (size_t i = 0; i < f->owns; i++)
		if (str_ieq(host, f->own[i]) ||
		    (host.n > f->own[i].n && str_iends(host, f->own[i]) &&
			host.p[host.n - f->own[i].n - 1] == '.'))
			return true;
	return false;
}

static int search_text(struct check_context *c, struct content_facts *f,
    struct content_variant *v, struct err *e)
{
	const struct content_letter *l = v->made;
	size_t searched = 0;

	for (size_t i = 0; l && i < l->prose.words; i++) {
		struct arena a = ARENA_INIT(LIMIT_PERSON_ROW * 2);
		struct str s = l->prose.word[i].written;
		struct people_row row;
		int rc;

		if (!(l->prose.word[i].flags & PROSE_EMAIL) || is_ours(f, s) ||
		    str_find(v->markdown, s) < 0 || searched++ == ADDRESSES)
			continue;
		rc = people_find_address(c->people, s, &a, &row, e);
		if (rc > 0)
			add_leak(c, f,
			    &(struct content_leak){.file = v->file,
				.other = arena_dup(c->arena, s),
				.what = arena_dup(c->arena, s),
				.in_text = true});
		arena_release(&a);
		if (rc < 0)
			return rc;
	}
	return 0;
}

static int real_letters(
    struct check_context *c, struct content_facts *f, struct err *e)
{
	struct sample s = {.c = c};
	struct kept *kept;
	int rc;

	s.row = arena_array(c->arena, SAMPLE_MAX, sizeof(s.row[0]));
	s.of = arena_array(c->arena, f->variants, sizeof(s.of[0]));
	kept = arena_array(c->arena, SAMPLE_MAX, sizeof(kept[0]));
	if (!s.row || !s.of || !kept)
		return err_set(e, ERR_LIMIT, "no memory for the check");
	rc = people_each(c->people, 0, take, &s, e);
	if (rc < 0 && rc != ERR_CANCEL)
		return rc;
	err_clear(e);
	if ((rc = first_round(c, f, &s, kept, e)) < 0 ||
	    (rc = second_round(c, f, &s, kept, e)) < 0)
		return rc;
	compare_all(c, f, &s, kept);
	for (size_t i = 0; i < f->variants && rc >= 0; i++)
		if (people_count(c->people) <= SEARCH_MAX)
			rc = search_text(c, f, &f->variant[i], e);
	return rc;
}

int gather_content_letters(
    struct check_context *c, struct content_facts *f, struct err *e)
{
	int rc;

	for (size_t i = 0; i < f->variants; i++) {
		compose_made(c, &c->variants->v[i], &f->variant[i]);
		find_tracked(&c->variants->v[i], &f->variant[i]);
	}
	if (c->people && (rc = real_letters(c, f, e)) < 0)
		return rc;
	return gather_content_names(c, f, e);
}
