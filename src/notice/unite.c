#include "notice/unite_private.h"

#define ROW_MAX   (2 * RUNS_RECORD)
#define HASH_BITS (~(uint64_t)15)
#define CHECK     64u /* people held against the secret */

static struct str number(uint64_t n, char text[24])
{
	int len = snprintf(text, 24, "%llu", (unsigned long long)n);

	return str_make(text, (size_t)len);
}

static int advance(struct unite *u, struct err *e)
{
	int r = runs_next(u->runs, &u->key, &u->bytes, e);

	u->more = r > 0;
	return r < 0 ? r : 0;
}

static int write_row(
    struct unite *u, const struct people_row *row, struct err *e)
{
	int r;

	u->n.people++;
	if (u->o->progress && u->n.people % 4096 == 0) {
		r = u->o->progress(u->n.people, u->o->arg);
		if (r < 0)
			return err_set(e, r, "stopped; nothing was changed");
	}
	return u->dry ? 0 : people_writer_add(u->w, row, e);
}

/* ---- the rows of the file */

static int note_merge(struct unite *u, const struct newcomer *first,
    const struct record *more, struct err *e)
{
	char a[24], b[24];
	const struct str cells[] = {number(first->r.line, a),
	    number(more->line, b), first->r.person_id, buf_str(&u->text)};

	u->n.merged++;
	return ledger_add(u->o->merges, cells, ARRAY_SIZE(cells), e);
}

static int meet(struct unite *u, struct err *e)
{
	struct record r;
	struct newcomer *x;
	int rc;

	record_get(u->bytes, &r);
	for (size_t i = 0; i < u->fresh_count; i++) {
		if (!record_same(&u->fresh[i].r, &r))
			continue;
		rc = unite_join(u, &u->fresh[i], &r, &u->text, e);
		return rc < 0 ? rc : note_merge(u, &u->fresh[i], &r, e);
	}
	if (u->fresh_count == UNITE_SAME)
		return err_set(e, ERR_LIMIT,
		    "line %llu: more than %u people share one hash",
		    (unsigned long long)r.line, UNITE_SAME);
	x = &u->fresh[u->fresh_count++];
	buf_reset(&x->bytes);
	buf_add(&x->bytes, u->bytes);
	record_get(buf_str(&x->bytes), &x->r);
	return 0;
}

static int write_new(
    struct unite *u, const struct newcomer *x, int64_t id, struct err *e)
{
	struct people_row row = {.id = id,
	    .layout = u->layout,
	    .person_id = x->r.person_id,
	    .addresses = x->r.addresses,
	    .domain = unite_domain(x->r.addresses),
	    .name = x->r.name,
	    .language = x->r.language,
	    .segment = x->r.segment,
	    .jurisdiction = x->r.jurisdiction,
	    .flags = x->r.flags,
	    .cells = x->r.cells};

	u->n.fresh++;
	if (u->o->tranche) {
		buf_reset(&u->cells);
		buf_add(&u->cells, x->r.cells);
		people_cell_add(&u->cells, str_of(u->o->tranche));
		row.cells = buf_str(&u->cells);
	}
	return write_row(u, &row, e);
}

/* ---- the people known */

static void refuse_change(
    struct unite *u, const struct record *r, const struct buf *what)
{
	u->dry = true;
	if (u->changed++ == 0 || r->line < u->changed_line) {
		u->changed_line = r->line;
		snprintf(u->changed_what, sizeof(u->changed_what), "%.*s",
		    STR_ARG(buf_str(what)));
	}
}

/* 1: no mail was ever made for them and their first address is the one to
 * try; 0: the row is rejected, with the reason. */
static int may_amend(struct unite *u, const struct acquaintance *a,
    const struct record *r, struct err *e)
{
	struct store_due due = {0};
	char line[24];
	char reason[240];
	struct str cells[6] = {
	    S(""), S(""), S(""), S(""), S(""), S("row rejected")};
	int rc = store_get(u->o->store, a->row.id, &u->arena, &due, e);

	if (rc < 0)
		return rc;
	if (rc == 0 || (!due.has_letter && due.state.address_no == 0 &&
			   (due.state.status == PERSON_PENDING ||
			       due.state.status == PERSON_HELD ||
			       due.state.status == PERSON_DEFERRED)))
		return 1;
	snprintf(reason, sizeof(reason),
	    "this person was sent to already (%s): what was sent must stay "
	    "provable, so they stay as they were; write to them anew under "
	    "another person_id, with --tranche",
	    person_status_name(due.state.status));
	cells[0] = number(r->line, line);
	cells[2] = buf_str(&u->text);
	cells[3] = r->person_id;
	cells[4] = str_of(reason);
	u->n.rejected++;
	rc = ledger_add(u->o->rejects, cells, ARRAY_SIZE(cells), e);
	return rc < 0 ? rc : 0;
}

static int note_kept(struct unite *u, const struct record *r, struct err *e)
{
	char line[24];
	const struct str cells[] = {
	    S("known"), number(r->line, line), r->person_id, buf_str(&u->text)};

	u->n.kept++;
	return ledger_add(u->o->merges, cells, ARRAY_SIZE(cells), e);
}

static int write_known(struct unite *u, struct acquaintance *a,
    const struct record *r, struct err *e)
{
	struct people_row row;
	int rc;

	if (!r)
		return write_row(u, &a->row, e);
	unite_differences(u, a, r, &u->text);
	u->n.known++;
	if (!u->text.len)
		return write_row(u, &a->row, e);
	if (u->o->amend) {
		rc = may_amend(u, a, r, e);
		if (rc <= 0) {
			u->n.known--;
			return rc < 0 ? rc : write_row(u, &a->row, e);
		}
		u->n.amended++;
		rc = unite_amend(u, a, r, &row, e);
		return rc < 0 ? rc : write_row(u, &row, e);
	}
	if (u->o->tranche)
		rc = note_kept(u, r, e);
	else {
		refuse_change(u, r, &u->text);
		rc = 0;
	}
	return rc < 0 ? rc : write_row(u, &a->row, e);
}

/* A row of the audience lacks the key of who has no address: there the name
 * decides, which with the hash is enough. */
static bool is_same(const struct acquaintance *a, const struct record *r)
{
	if (a->row.person_id.n || r->person_id.n)
		return str_eq(a->row.person_id, r->person_id);
	return str_eq(a->row.name, r->name);
}

static const struct record *find_fresh(
    struct unite *u, struct acquaintance *a, bool met[UNITE_SAME])
{
	for (size_t i = 0; i < u->fresh_count; i++)
		if (!met[i] && is_same(a, &u->fresh[i].r)) {
			met[i] = true;
			return &u->fresh[i].r;
		}
	return NULL;
}

/* Everyone of one hash, old and new. */
static int settle(struct unite *u, uint64_t hash, struct err *e)
{
	bool met[UNITE_SAME] = {false};
	int64_t id = (int64_t)hash;
	int r = 0;

	u->fresh_count = 0;
	while (r == 0 && u->more && u->key == hash) {
		r = meet(u, e);
		if (r == 0)
			r = advance(u, e);
	}
	for (size_t i = 0; r == 0 && i < u->known_count; i++) {
		r = write_known(
		    u, &u->known[i], find_fresh(u, &u->known[i], met), e);
		id = u->known[i].row.id + 1;
	}
	for (size_t i = 0; r == 0 && i < u->fresh_count; i++) {
		if (met[i])
			continue;
		if (((uint64_t)id & HASH_BITS) != hash)
			r = err_set(e, ERR_LIMIT,
			    "more than %u people share one hash", UNITE_SAME);
		else
			r = write_new(u, &u->fresh[i], id++, e);
	}
	u->known_count = 0;
	arena_reset(&u->arena);
	return r;
}

/* ---- the audience there is, by id */

static int refuse_secret(const struct unite *u, struct err *e)
{
	return err_set(e, ERR_DB,
	    "%s: audience.db and state.db do not belong together (was one "
	    "copied or deleted?); restore both from one copy",
	    u->o->dir);
}

/* With another secret every id would be another, and everyone twice. */
static int check_secret(
    struct unite *u, const struct people_row *row, struct err *e)
{
	struct str rest = row->addresses, address = str_cut(&rest, '\n');
	int64_t hash;

	if (u->checked >= CHECK || (!row->person_id.n && !address.n))
		return 0;
	hash = people_hash(u->o->key, row->person_id, row->name, address);
	u->checked++;
	u->matched += hash == (row->id & (int64_t)HASH_BITS);
	return u->checked < CHECK || u->matched ? 0 : refuse_secret(u, e);
}

static int keep(struct unite *u, const struct people_row *row, struct err *e)
{
	struct acquaintance *a;
	struct str *view[8];

	if (u->known_count == UNITE_SAME)
		return err_set(
		    e, ERR_DB, "%s: audience.db is damaged", u->o->dir);
	a = &u->known[u->known_count++];
	*a = (struct acquaintance){.row = *row};
	view[0] = &a->row.person_id;
	view[1] = &a->row.addresses;
	view[2] = &a->row.domain;
	view[3] = &a->row.name;
	view[4] = &a->row.language;
	view[5] = &a->row.segment;
	view[6] = &a->row.jurisdiction;
	view[7] = &a->row.cells;
	for (size_t i = 0; i < ARRAY_SIZE(view); i++)
		*view[i] = arena_dup(&u->arena, *view[i]);
	u->known_hash = (uint64_t)row->id & HASH_BITS;
	return u->arena.failed
		   ? err_set(e, ERR_LIMIT, "a person's row is too large")
		   : 0;
}

/* Settles all below `hash`, of the file and of those kept. */
static int settle_below(struct unite *u, uint64_t hash, struct err *e)
{
	int r = 0;

	while (r == 0) {
		bool old = u->known_count && u->known_hash < hash;
		bool new = u->more && u->key < hash;

		if (!old && !new)
			break;
		r = settle(u,
		    old && (!new || u->known_hash <= u->key) ? u->known_hash
							     : u->key,
		    e);
	}
	return r;
}

struct walk {
	struct unite *u;
	struct err *e;
};

static int on_known(const struct people_row *row, void *arg)
{
	struct walk *walk = arg;
	struct unite *u = walk->u;
	uint64_t hash = (uint64_t)row->id & HASH_BITS;
	int r = check_secret(u, row, walk->e);

	if (r == 0)
		r = settle_below(u, hash, walk->e);
	if (r < 0)
		return r;
	if (u->known_count || (u->more && u->key == hash))
		return keep(u, row, walk->e);
	return write_row(u, row, walk->e);
}

static int walk_all(struct unite *u, struct err *e)
{
	struct walk walk = {u, e};
	int r = advance(u, e);

	if (r == 0 && u->old)
		r = people_each(u->old, 0, on_known, &walk, e);
	if (r == 0)
		r = settle_below(u, UINT64_MAX, e);
	if (r == 0 && u->checked && !u->matched)
		r = refuse_secret(u, e);
	if (r == 0 && u->changed)
		r = err_set(e, ERR_INPUT,
		    "%s: known people with other cells than before: %llu, the "
		    "first on line %llu (%s); nothing was changed. --amend "
		    "takes the new cells, --tranche NAME adds only who is new",
		    u->o->file, (unsigned long long)u->changed,
		    (unsigned long long)u->changed_line, u->changed_what);
	return r;
}

/* ---- layouts */

/* Those of the audience first, so that its rows keep their numbers. */
static int add_layouts(struct unite *u, struct err *e)
{
	const struct columns *c = u->o->columns;
	size_t old = u->old ? people_layout_count(u->old) : 0, n = c->cells;
	struct str *name;
	uint32_t id;
	int r = 0;

	u->matching = mem_zalloc((old + 1) * sizeof(*u->matching));
	for (uint32_t i = 1; i <= old && r == 0; i++) {
		const struct people_layout *l = people_layout(u->old, i);

		r = people_writer_layout(u->w, l->name, l->count, &id, e);
		if (r == 0 && id != i)
			r = err_set(e, ERR_DB,
			    "%s: audience.db has a layout twice", u->o->dir);
	}
	name = mem_alloc((n + 1) * sizeof(*name));
	for (size_t i = 0; i < n; i++)
		name[i] = c->cell_name[i];
	if (u->o->tranche)
		name[n++] = S("tranche");
	if (r == 0)
		r = people_writer_layout(u->w, name, n, &u->layout, e);
	free(name);
	return r;
}

static void release(struct unite *u)
{
	size_t old = u->old ? people_layout_count(u->old) : 0;

	for (size_t i = 0; u->matching && i <= old; i++)
		free(u->matching[i].at);
	free(u->matching);
	for (size_t i = 0; i < UNITE_SAME; i++)
		buf_release(&u->fresh[i].bytes);
	buf_release(&u->bytes_buf);
	buf_release(&u->cells);
	buf_release(&u->addresses);
	buf_release(&u->text);
	arena_release(&u->arena);
	people_close(u->old);
	free(u);
}

int unite_run(const struct unite_options *o, struct runs *runs,
    struct people_writer *w, struct unite_counts *ret, struct err *e)
{
	struct unite *u = mem_zalloc(sizeof(*u));
	int r;

	u->o = o;
	u->w = w;
	u->runs = runs;
	u->arena = ARENA_INIT(UNITE_SAME * 2 * ROW_MAX);
	u->bytes_buf = BUF_INIT(ROW_MAX);
	u->cells = BUF_INIT(ROW_MAX);
	u->addresses = BUF_INIT(64 * KiB);
	u->text = BUF_INIT(64 * KiB);
	for (size_t i = 0; i < UNITE_SAME; i++)
		u->fresh[i].bytes = BUF_INIT(ROW_MAX);
	r = people_open(o->dir, &u->old, e);
	if (r == ERR_NOENT)
		r = 0;
	if (r == 0)
		r = add_layouts(u, e);
	if (r == 0)
		r = walk_all(u, e);
	*ret = u->n;
	release(u);
	return r;
}
