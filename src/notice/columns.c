#include "notice/columns.h"

#define NAME_LOOK 64 /* no known name is longer */

static const struct {
	const char *name;
	enum column_kind kind;
	bool in_cells;
} known[] = {
    {"person_id", COLUMN_PERSON_ID, false},
    {"name", COLUMN_NAME, false},
    {"language", COLUMN_LANGUAGE, false},
    {"country", COLUMN_COUNTRY, true},
    {"jurisdiction", COLUMN_JURISDICTION, false},
    {"region", COLUMN_REGION, true},
    {"segment", COLUMN_SEGMENT, false},
    {"engaged", COLUMN_ENGAGED, false},
    {"unsubscribed", COLUMN_UNSUBSCRIBED, false},
    {"complained", COLUMN_COMPLAINED, false},
    {"bounced", COLUMN_BOUNCED, false},
    {"discovered", COLUMN_DISCOVERED, true},
    {"postcode", COLUMN_POSTCODE, true},
    {"street", COLUMN_STREET, true},
    {"city", COLUMN_CITY, true},
    {"phone", COLUMN_PHONE, true},
    {"role", COLUMN_ROLE, true},
    {"data_types", COLUMN_DATA_TYPES, true},
    {"legal_channel", COLUMN_LEGAL_CHANNEL, true},
    {"legal_ground", COLUMN_LEGAL_GROUND, true},
    {"source", COLUMN_SOURCE, true},
    {"first_name", COLUMN_FIRST_NAME, true},
    {"last_name", COLUMN_LAST_NAME, true},
};

/* Names others use, proposed and never assumed. */
static const struct {
	const char *looks_like, *name;
} synonyms[] = {
    {"e_mail", "email"},
    {"mail", "email"},
    {"email_address", "email"},
    {"e_mail_address", "email"},
    {"emailaddress", "email"},
    {"mail_address", "email"},
    {"e_mail_adresse", "email"},
    {"email_adresse", "email"},
    {"mailadresse", "email"},
    {"correo", "email"},
    {"courriel", "email"},
    {"contact_email", "email"},
    {"primary_email", "email"},
    {"customer_id", "person_id"},
    {"customerid", "person_id"},
    {"customer_no", "person_id"},
    {"customer_number", "person_id"},
    {"client_id", "person_id"},
    {"user_id", "person_id"},
    {"member_id", "person_id"},
    {"patient_id", "person_id"},
    {"account_id", "person_id"},
    {"kundennummer", "person_id"},
    {"id", "person_id"},
    {"full_name", "name"},
    {"fullname", "name"},
    {"customer_name", "name"},
    {"zip", "postcode"},
    {"zip_code", "postcode"},
    {"postal_code", "postcode"},
    {"plz", "postcode"},
    {"state", "region"},
    {"province", "region"},
    {"lang", "language"},
    {"locale", "language"},
};

/* "Person ID" as "person_id"; false: too long for any known name. */
static bool fold(struct str header, char ret[NAME_LOOK])
{
	if (header.n >= NAME_LOOK)
		return false;
	for (size_t i = 0; i < header.n; i++) {
		char c = header.p[i];

		ret[i] = c == ' ' || c == '-' ? '_' : ascii_lower(c);
	}
	ret[header.n] = '\0';
	return true;
}

/* "email", "email1" are the first, "email2" and "email_2" the second. */
static bool is_email(const char *name, unsigned *ret_number)
{
	struct str s = str_of(name);
	uint64_t n = 1;

	if (!str_starts(s, S("email")))
		return false;
	s = str_from(s, 5);
	if (s.n && s.p[0] == '_')
		s = str_from(s, 1);
	if (name[5] && (!str_to_u64(s, LIMIT_PERSON_ADDRESSES, &n) || !n))
		return false;
	*ret_number = (unsigned)n - 1;
	return true;
}

static void set_meaning(struct column *c, const char *name)
{
	char folded[NAME_LOOK];

	c->kind = COLUMN_MERGE;
	c->in_cells = true;
	c->name = name;
	if (!fold(str_of(name), folded))
		return;
	if (is_email(folded, &c->number)) {
		c->kind = COLUMN_EMAIL;
		c->in_cells = false;
		c->name = "email";
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(known); i++)
		if (strcmp(folded, known[i].name) == 0) {
			c->kind = known[i].kind;
			c->in_cells = known[i].in_cells;
			c->name = known[i].name;
		}
}

/* ---- the mapping */

struct mapping {
	struct str name, header;
	bool used;
};

struct mappings {
	struct mapping *m;
	size_t count;
};

/* Pieces by comma; one without '=' belongs to the header before it, which
 * then holds a comma. */
static int parse_map(struct str text, struct mappings *ms, struct err *e)
{
	struct str rest = text;

	while (rest.p) {
		struct str piece = str_cut(&rest, ','), header = piece;
		struct str name = str_cut(&header, '=');
		struct mapping *last = ms->count ? &ms->m[ms->count - 1] : NULL;

		if (!header.p && last && piece.p > text.p) {
			last->header.n =
			    (size_t)(piece.p + piece.n - last->header.p);
			continue;
		}
		if (!header.p || !str_trim(name).n || !str_trim(header).n)
			return err_set(e, ERR_USAGE,
			    "--map %.*s: write what it is and the column's "
			    "header, as in email=Mail",
			    STR_ARG(str_sub(text, 0, 100)));
		ms->m = mem_realloc(ms->m, (ms->count + 1) * sizeof(*ms->m));
		ms->m[ms->count++] =
		    (struct mapping){.name = str_trim(name), .header = header};
	}
	return 0;
}

static struct mapping *find_mapping(struct mappings *ms, struct str header)
{
	for (size_t i = 0; i < ms->count; i++)
		if (str_ieq(str_trim(ms->m[i].header), header))
			return &ms->m[i];
	return NULL;
}

static int check_mappings(const struct mappings *ms, struct err *e)
{
	for (size_t i = 0; i < ms->count; i++) {
		for (size_t k = 0; k < i; k++)
			if (str_ieq(str_trim(ms->m[i].header),
				str_trim(ms->m[k].header)))
				return err_set(e, ERR_USAGE,
				    "--map gives the column '%.*s' two "
				    "meanings",
				    STR_ARG(ms->m[i].header));
		if (!ms->m[i].used)
			return err_set(e, ERR_USAGE,
			    "--map %.*s=%.*s: the file has no column '%.*s'",
			    STR_ARG(ms->m[i].name), STR_ARG(ms->m[i].header),
			    STR_ARG(ms->m[i].header));
	}
	return 0;
}

/* ---- the header */

static int read_header(struct columns *c, const struct csv_row *row,
    const char *file, struct mappings *ms, struct err *e)
{
	for (size_t i = 0; i < row->count; i++) {
		struct str header = str_trim(row->cell[i]);
		struct mapping *m = find_mapping(ms, header);
		struct column *col = &c->column[i];

		if (!header.n)
			return err_set(e, ERR_INPUT,
			    "%s: line %llu: column %zu has no name; the first "
			    "line must name every column",
			    file, (unsigned long long)row->line, i + 1);
		col->header = arena_strz(&c->arena, header);
		if (m)
			m->used = true;
		set_meaning(
		    col, m ? arena_strz(&c->arena, m->name) : col->header);
	}
	return c->arena.failed
		   ? err_set(e, ERR_LIMIT, "%s: the header is too long", file)
		   : 0;
}

static bool same_meaning(const struct column *a, const struct column *b)
{
	return a->kind == b->kind && a->number == b->number &&
	       (a->kind != COLUMN_MERGE ||
		   str_ieq(str_of(a->name), str_of(b->name)));
}

static int check_doubles(
    const struct columns *c, const char *file, struct err *e)
{
	for (size_t i = 0; i < c->count; i++)
		for (size_t k = 0; k < i; k++) {
			const struct column *a = &c->column[k];
			const struct column *b = &c->column[i];

			if (!same_meaning(a, b))
				continue;
			return err_set(e, ERR_INPUT,
			    "%s: column %zu ('%.60s') and column %zu ('%.60s') "
			    "are both %.60s%s; rename one, or say with --map "
			    "what it is (--map other=%.60s)",
			    file, k + 1, a->header, i + 1, b->header, a->name,
			    a->kind == COLUMN_EMAIL && a->number ? " (more)"
								 : "",
			    b->header);
		}
	return 0;
}

/* What the header may have meant: "email=E-Mail,person_id=customer id". */
static void propose(const struct columns *c, struct buf *out)
{
	bool taken[ARRAY_SIZE(synonyms)] = {false};
	char folded[NAME_LOOK];

	for (size_t i = 0; i < c->count; i++) {
		const struct column *col = &c->column[i];

		if (col->kind != COLUMN_MERGE ||
		    !fold(str_of(col->header), folded))
			continue;
		for (size_t k = 0; k < ARRAY_SIZE(synonyms); k++) {
			struct column as = {0};
			bool done = taken[k];

			if (strcmp(folded, synonyms[k].looks_like) != 0)
				continue;
			set_meaning(&as, synonyms[k].name);
			for (size_t m = 0; m < c->count && !done; m++)
				done = same_meaning(&as, &c->column[m]);
			if (done)
				continue;
			for (size_t m = 0; m < ARRAY_SIZE(synonyms); m++)
				taken[m] |= strcmp(synonyms[m].name,
						synonyms[k].name) == 0;
			buf_addf(out, "%s%s=%s", out->len ? "," : "",
			    synonyms[k].name, col->header);
		}
	}
}

static int check_email(
    const struct columns *c, const struct columns_options *o, struct err *e)
{
	struct buf text = BUF_INIT(4 * KiB),
		   names = BUF_INIT(2 * LIMIT_CSV_ROW);
	int r;

	if (c->emails || o->no_email)
		return 0;
	propose(c, &text);
	for (size_t i = 0; i < c->count; i++)
		buf_addf(&names, "%s%s", i ? ", " : "", c->column[i].header);
	if (str_find(buf_str(&text), S("email=")) >= 0)
		r = err_set(e, ERR_INPUT,
		    "%s: no column is named email; did you mean: --map '%.200s'",
		    o->name, buf_cstr(&text));
	else
		r = err_set(e, ERR_INPUT,
		    "%s: no column is named email (there are: %.160s); say "
		    "which it is with --map email=HEADER, or --no-email if "
		    "nobody has an address",
		    o->name, names.len ? buf_cstr(&names) : "none");
	buf_release(&text);
	buf_release(&names);
	return r;
}

static void sort_out(struct columns *c)
{
	for (size_t k = 0; k < COLUMN_KINDS; k++)
		c->at[k] = COLUMN_NOWHERE;
	for (size_t i = 0; i < c->count; i++) {
		const struct column *col = &c->column[i];

		if (col->kind != COLUMN_MERGE && col->kind != COLUMN_EMAIL)
			c->at[col->kind] = i;
		if (!col->in_cells)
			continue;
		c->cell[c->cells] = i;
		c->cell_name[c->cells++] = str_of(col->name);
	}
	for (unsigned n = 0; n < LIMIT_PERSON_ADDRESSES; n++)
		for (size_t i = 0; i < c->count; i++)
			if (c->column[i].kind == COLUMN_EMAIL &&
			    c->column[i].number == n)
				c->email[c->emails++] = i;
}

int columns_parse(const struct csv_row *header, const struct columns_options *o,
    struct columns **ret, struct err *e)
{
	struct columns *c = mem_zalloc(sizeof(*c));
	struct mappings ms = {0};
	int r = 0;

	c->arena = ARENA_INIT(2 * LIMIT_CSV_ROW);
	c->count = header->count;
	c->column = mem_zalloc(c->count * sizeof(*c->column));
	c->cell = mem_zalloc(c->count * sizeof(*c->cell));
	c->cell_name = mem_zalloc(c->count * sizeof(*c->cell_name));
	for (size_t i = 0; i < o->map_count && r == 0; i++)
		r = parse_map(str_of(o->map[i]), &ms, e);
	if (r == 0)
		r = read_header(c, header, o->name, &ms, e);
	if (r == 0)
		r = check_mappings(&ms, e);
	if (r == 0)
		r = check_doubles(c, o->name, e);
	if (r == 0) {
		sort_out(c);
		r = check_email(c, o, e);
	}
	free(ms.m);
	if (r < 0) {
		columns_free(c);
		return r;
	}
	*ret = c;
	return 0;
}

void columns_free(struct columns *c)
{
	if (!c)
		return;
	arena_release(&c->arena);
	free(c->column);
	free(c->cell);
	free(c->cell_name);
	free(c);
}

bool columns_advice(const struct columns *c, struct buf *ret)
{
	struct buf map = BUF_INIT(4 * KiB);
	bool id;

	propose(c, &map);
	id = str_find(buf_str(&map), S("person_id=")) >= 0;
	if (map.len)
		buf_addf(ret,
		    "kept as they are, but perhaps meant as more: --map '%s'%s",
		    buf_cstr(&map),
		    id ? " (an id of its own tells two people apart who share "
			 "a name and a mailbox)"
		       : "");
	buf_release(&map);
	return ret->len > 0;
}
