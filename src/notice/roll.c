#include "notice/roll.h"

#include "base/utf8.h"

#define NOWHERE SIZE_MAX

/* What the rows of one layout have in common. */
struct shape {
	bool made;
	size_t tranche; /* the cell, or NOWHERE */
	unsigned char names[DIGEST_SIZE];
};

struct running {
	struct roll_tranche t;
	struct digest *digest;
};

struct roll {
	struct people *people;
	struct shape *shape; /* by layout */
	size_t shapes;
	struct running of[ROLL_TRANCHES];
	size_t count;
	struct running *last; /* whom the row before belonged to */
	struct roll_tranche sorted[ROLL_TRANCHES];
};

struct roll *roll_new(struct people *p)
{
	struct roll *r = mem_zalloc(sizeof(*r));

	r->people = p;
	r->shapes = people_layout_count(p) + 1;
	r->shape = mem_zalloc(r->shapes * sizeof(*r->shape));
	return r;
}

void roll_free(struct roll *r)
{
	if (!r)
		return;
	for (size_t i = 0; i < r->count; i++)
		digest_free(r->of[i].digest);
	free(r->shape);
	free(r);
}

/* The last one: `import --tranche` puts its own behind all columns. */
static size_t tranche_cell(const struct people_layout *l)
{
	for (size_t i = l ? l->count : 0; i > 0; i--)
		if (str_ieq(l->name[i - 1], S("tranche")))
			return i - 1;
	return NOWHERE;
}

struct str roll_tranche_of(
    const struct people_layout *layout, const struct people_row *row)
{
	size_t at = tranche_cell(layout);

	return at == NOWHERE ? S("") : people_cell(row->cells, at);
}

static char *put_u64(char *p, uint64_t v)
{
	for (int i = 0; i < 8; i++, v >>= 8)
		*p++ = (char)(v & 0xff);
	return p;
}

static void add(struct digest *d, struct str s)
{
	char n[8];

	digest_update(d, str_make(n, (size_t)(put_u64(n, s.n) - n)));
	digest_update(d, s);
}

static const struct shape *shape_of(struct roll *r, uint32_t layout)
{
	const struct people_layout *l = people_layout(r->people, layout);
	struct shape *s = &r->shape[l ? layout : 0];
	struct digest *d;

	if (s->made)
		return s;
	d = digest_new();
	digest_begin(d);
	for (size_t i = 0; l && i < l->count; i++)
		add(d, l->name[i]);
	digest_end(d, s->names);
	digest_free(d);
	s->tranche = tranche_cell(l);
	s->made = true;
	return s;
}

static int begin(
    struct roll *r, struct str name, struct running **ret, struct err *e)
{
	struct running *t;

	if (name.n >= sizeof(t->t.name))
		return err_set(e, ERR_LIMIT,
		    "the name of a tranche has at most %zu bytes, '%.*s...' "
		    "has %zu",
		    sizeof(t->t.name) - 1, STR_ARG(str_sub(name, 0, 40)),
		    name.n);
	for (size_t i = 0; i < name.n; i++)
		if ((unsigned char)name.p[i] < ' ' || name.p[i] == 0x7f)
			return err_set(e, ERR_INPUT,
			    "the name of a tranche has a control character");
	if (!utf8_valid(name))
		return err_set(
		    e, ERR_INPUT, "the name of a tranche is no UTF-8");
	if (r->count == ROLL_TRANCHES)
		return err_set(e, ERR_LIMIT,
		    "the audience has more than %u tranches", ROLL_TRANCHES);
	t = &r->of[r->count];
	*t = (struct running){.digest = digest_new()};
	snprintf(t->t.name, sizeof(t->t.name), "%.*s", STR_ARG(name));
	t->t.index = r->count++;
	digest_begin(t->digest);
	*ret = t;
	return 0;
}

static int find(
    struct roll *r, struct str name, struct running **ret, struct err *e)
{
	int rc = 0;

	if (!r->last || !str_eq(name, str_of(r->last->t.name))) {
		r->last = NULL;
		for (size_t i = 0; i < r->count; i++)
			if (str_eq(name, str_of(r->of[i].t.name)))
				r->last = &r->of[i];
		if (!r->last)
			rc = begin(r, name, &r->last, e);
	}
	*ret = r->last;
	return rc;
}

int roll_row(
    struct roll *r, const struct people_row *row, size_t *ret, struct err *e)
{
	const struct shape *s = shape_of(r, row->layout);
	const struct str views[] = {row->person_id, row->addresses, row->name,
	    row->language, row->segment, row->jurisdiction, row->cells};
	char head[(2 + ARRAY_SIZE(views)) * 8], *p = head;
	struct running *t;
	int rc = find(r,
	    s->tranche == NOWHERE ? S("") : people_cell(row->cells, s->tranche),
	    &t, e);

	if (rc < 0)
		return rc;
	p = put_u64(p, (uint64_t)row->id);
	p = put_u64(p, row->flags);
	for (size_t i = 0; i < ARRAY_SIZE(views); i++)
		p = put_u64(p, views[i].n);
	digest_update(t->digest, str_make(head, sizeof(head)));
	for (size_t i = 0; i < ARRAY_SIZE(views); i++)
		digest_update(t->digest, views[i]);
	digest_update(
	    t->digest, str_make((const char *)s->names, sizeof(s->names)));
	t->t.people++;
	if (ret)
		*ret = t->t.index;
	return 0;
}

static int by_name(const void *a, const void *b)
{
	const struct roll_tranche *x = a, *y = b;

	return strcmp(x->name, y->name);
}

const struct roll_tranche *roll_end(struct roll *r, size_t *ret_count)
{
	for (size_t i = 0; i < r->count; i++) {
		digest_end(r->of[i].digest, r->of[i].t.sha256);
		r->sorted[i] = r->of[i].t;
	}
	qsort(r->sorted, r->count, sizeof(r->sorted[0]), by_name);
	*ret_count = r->count;
	return r->sorted;
}

/* ---- all of it */

struct walk {
	struct roll *roll;
	struct err *e;
};

static int on_row(const struct people_row *row, void *arg)
{
	struct walk *w = arg;

	return roll_row(w->roll, row, NULL, w->e);
}

int roll_audience(const char *dir, struct roll **ret,
    const struct roll_tranche **ret_tranches, size_t *ret_count, struct err *e)
{
	struct walk w = {.e = e};
	struct people *p;
	int rc = people_open(dir, &p, e);

	if (rc == ERR_NOENT)
		return err_set(e, ERR_INPUT,
		    "%s has no audience yet; run: tocsin import %s FILE.csv",
		    dir, dir);
	if (rc < 0)
		return rc;
	w.roll = roll_new(p);
	rc = people_each(p, 0, on_row, &w, e);
	if (rc == 0)
		*ret_tranches = roll_end(w.roll, ret_count);
	if (rc == 0 && !*ret_count)
		rc = err_set(e, ERR_INPUT, "the audience of %s is empty", dir);
	w.roll->people = NULL;
	people_close(p);
	if (rc < 0)
		roll_free(w.roll);
	else
		*ret = w.roll;
	return rc;
}
