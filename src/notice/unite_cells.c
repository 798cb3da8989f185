#include "notice/unite_private.h"

struct str unite_domain(struct str addresses)
{
	struct str rest = addresses, first;
	ptrdiff_t at;

	if (!addresses.n)
		return S("");
	first = str_cut(&rest, '\n');
	at = str_rchr(first, '@');
	return at < 0 ? S("") : str_from(first, (size_t)at + 1);
}

static void add_name(struct buf *b, const char *name)
{
	buf_addf(b, "%s%s", b->len ? ", " : "", name);
}

static bool holds(struct str list, struct str address)
{
	struct str rest = list;

	while (rest.p && list.n)
		if (str_eq(str_cut(&rest, '\n'), address))
			return true;
	return false;
}

static bool holds_all(struct str list, struct str other)
{
	struct str rest = other;

	while (rest.p && other.n)
		if (!holds(list, str_cut(&rest, '\n')))
			return false;
	return true;
}

/* ---- against the audience */

static struct matching *match(struct unite *u, uint32_t layout)
{
	const struct people_layout *l = people_layout(u->old, layout);
	const struct columns *c = u->o->columns;
	struct matching *m = &u->matching[layout];

	if (m->made)
		return m;
	m->made = true;
	m->at = mem_alloc((c->cells + 1) * sizeof(*m->at));
	for (size_t i = 0; i < c->cells; i++) {
		m->at[i] = COLUMN_NOWHERE;
		for (size_t k = 0; l && k < l->count; k++)
			if (str_ieq(l->name[k], c->cell_name[i]))
				m->at[i] = k;
	}
	return m;
}

static bool has(const struct unite *u, enum column_kind k)
{
	return u->o->columns->at[k] != COLUMN_NOWHERE;
}

static bool has_name(const struct unite *u)
{
	return has(u, COLUMN_NAME) || has(u, COLUMN_FIRST_NAME) ||
	       has(u, COLUMN_LAST_NAME);
}

/* The flags the file speaks of. */
static uint32_t flag_mask(const struct unite *u)
{
	return (has(u, COLUMN_ENGAGED) ? PEOPLE_FLAG_ENGAGED : 0) |
	       (has(u, COLUMN_UNSUBSCRIBED) ? PEOPLE_FLAG_UNSUBSCRIBED : 0) |
	       (has(u, COLUMN_COMPLAINED) ? PEOPLE_FLAG_COMPLAINED : 0) |
	       (has(u, COLUMN_BOUNCED) ? PEOPLE_FLAG_BOUNCED : 0);
}

void unite_differences(struct unite *u, const struct acquaintance *a,
    const struct record *r, struct buf *ret)
{
	const struct columns *c = u->o->columns;
	const struct people_row *row = &a->row;
	const struct matching *m = match(u, row->layout);

	buf_reset(ret);
	if (c->emails && (!holds_all(row->addresses, r->addresses) ||
			     !holds_all(r->addresses, row->addresses)))
		add_name(ret, "email");
	if (has_name(u) && !str_eq(row->name, r->name))
		add_name(ret, "name");
	if (has(u, COLUMN_LANGUAGE) && !str_eq(row->language, r->language))
		add_name(ret, "language");
	if (has(u, COLUMN_SEGMENT) && !str_eq(row->segment, r->segment))
		add_name(ret, "segment");
	if (u->o->places && !str_eq(row->jurisdiction, r->jurisdiction))
		add_name(ret, "jurisdiction");
	if ((row->flags ^ r->flags) & flag_mask(u))
		add_name(ret, "engaged, unsubscribed, complained or bounced");
	for (size_t i = 0; i < c->cells; i++) {
		struct str was = m->at[i] == COLUMN_NOWHERE
				     ? S("")
				     : people_cell(row->cells, m->at[i]);
		struct str is = people_cell(r->cells, i);

		if (was.n != is.n || (is.n && !str_eq(was, is)))
			add_name(ret, c->column[c->cell[i]].header);
	}
}

/* The layout of `row` with the file's own columns behind. */
static int widen(struct unite *u, struct matching *m,
    const struct people_layout *l, struct err *e)
{
	const struct columns *c = u->o->columns;
	struct str *name;
	size_t n = 0;
	int r;

	if (m->wider)
		return 0;
	name = mem_alloc((l->count + c->cells + 1) * sizeof(*name));
	for (size_t i = 0; i < l->count; i++)
		name[n++] = l->name[i];
	for (size_t i = 0; i < c->cells; i++)
		if (m->at[i] == COLUMN_NOWHERE)
			name[n++] = c->cell_name[i];
	r = people_writer_layout(u->w, name, n, &m->wider, e);
	free(name);
	return r;
}

int unite_amend(struct unite *u, const struct acquaintance *a,
    const struct record *r, struct people_row *ret, struct err *e)
{
	const struct columns *c = u->o->columns;
	const struct people_layout *l = people_layout(u->old, a->row.layout);
	struct matching *m = match(u, a->row.layout);
	uint32_t mask = flag_mask(u);
	int rc = widen(u, m, l, e);

	if (rc < 0)
		return rc;
	buf_reset(&u->cells);
	for (size_t k = 0; k < l->count; k++) {
		struct str cell = people_cell(a->row.cells, k);

		for (size_t i = 0; i < c->cells; i++)
			if (m->at[i] == k)
				cell = people_cell(r->cells, i);
		people_cell_add(&u->cells, cell);
	}
	for (size_t i = 0; i < c->cells; i++)
		if (m->at[i] == COLUMN_NOWHERE)
			people_cell_add(&u->cells, people_cell(r->cells, i));
	*ret = a->row;
	ret->layout = m->wider;
	ret->cells = buf_str(&u->cells);
	if (c->emails) {
		ret->addresses = r->addresses;
		ret->domain = unite_domain(r->addresses);
	}
	if (has_name(u))
		ret->name = r->name;
	if (has(u, COLUMN_LANGUAGE))
		ret->language = r->language;
	if (has(u, COLUMN_SEGMENT))
		ret->segment = r->segment;
	if (u->o->places)
		ret->jurisdiction = r->jurisdiction;
	ret->flags = (a->row.flags & ~mask) | (r->flags & mask);
	return u->cells.over
		   ? err_set(e, ERR_LIMIT, "a person's row is too large")
		   : 0;
}

/* ---- two rows of one person */

/* The first unless it is empty; true when both say something else. */
static bool pick(struct str *first, struct str more)
{
	if (!first->n)
		*first = more;
	return more.n && !str_eq(*first, more);
}

static bool join_addresses(struct unite *u, struct str *first, struct str more)
{
	struct str rest = more;
	size_t count = 1;
	bool lost = false;

	if (!more.n)
		return false;
	if (!first->n) {
		*first = more;
		return false;
	}
	buf_reset(&u->addresses);
	buf_add(&u->addresses, *first);
	for (size_t i = 0; i < first->n; i++)
		count += first->p[i] == '\n';
	while (rest.p) {
		struct str address = str_cut(&rest, '\n');

		if (holds(buf_str(&u->addresses), address))
			continue;
		if (count++ >= LIMIT_PERSON_ADDRESSES) {
			lost = true;
			continue;
		}
		buf_addc(&u->addresses, '\n');
		buf_add(&u->addresses, address);
	}
	*first = buf_str(&u->addresses);
	return lost;
}

int unite_join(struct unite *u, struct newcomer *first,
    const struct record *more, struct buf *ret, struct err *e)
{
	const struct columns *c = u->o->columns;
	struct record r = first->r;

	buf_reset(ret);
	if (join_addresses(u, &r.addresses, more->addresses))
		add_name(ret, "email (more than 16)");
	if (pick(&r.name, more->name))
		add_name(ret, "name");
	if (pick(&r.language, more->language))
		add_name(ret, "language");
	if (pick(&r.segment, more->segment))
		add_name(ret, "segment");
	if (pick(&r.jurisdiction, more->jurisdiction))
		add_name(ret, "jurisdiction");
	r.flags |= more->flags;
	buf_reset(&u->cells);
	for (size_t i = 0; i < c->cells; i++) {
		struct str cell = people_cell(r.cells, i);

		if (pick(&cell, people_cell(more->cells, i)))
			add_name(ret, c->column[c->cell[i]].header);
		people_cell_add(&u->cells, cell);
	}
	r.cells = buf_str(&u->cells);
	buf_reset(&u->bytes_buf);
	record_put(&r, &u->bytes_buf);
	if (u->bytes_buf.over || u->cells.over)
		return err_set(e, ERR_LIMIT,
		    "line %llu: the rows of one person are too large together",
		    (unsigned long long)more->line);
	buf_reset(&first->bytes);
	buf_add(&first->bytes, buf_str(&u->bytes_buf));
	record_get(buf_str(&first->bytes), &first->r);
	return 0;
}
