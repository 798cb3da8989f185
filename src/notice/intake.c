#include "notice/intake.h"

#include "base/clock.h"
#include "mail/address.h"
#include "store/people.h"

#define KEY_MAX 1000UL

struct intake *intake_new(const struct columns *c, const char *country,
    intake_problem_fn *fn, void *arg)
{
	struct intake *in = mem_zalloc(sizeof(*in));

	in->columns = c;
	in->country = country;
	in->problem = fn;
	in->arg = arg;
	in->zeros = mem_zalloc((c->count + 1) * sizeof(*in->zeros));
	in->addresses = BUF_INIT(64 * KiB);
	in->cells = BUF_INIT(2 * LIMIT_PERSON_ROW);
	in->name = BUF_INIT(2 * LIMIT_PERSON_ROW);
	in->key = BUF_INIT(4 * LIMIT_PERSON_ROW);
	in->scratch = BUF_INIT(64 * KiB);
	return in;
}

void intake_free(struct intake *in)
{
	if (!in)
		return;
	buf_release(&in->addresses);
	buf_release(&in->cells);
	buf_release(&in->name);
	buf_release(&in->key);
	buf_release(&in->scratch);
	free(in->zeros);
	free(in);
}

static struct str trim(struct str s)
{
	if (s.n && ((unsigned char)s.p[0] <= ' ' ||
		       (unsigned char)s.p[s.n - 1] <= ' '))
		return str_trim(s);
	return s;
}

static struct str cell_of(
    const struct intake *in, const struct csv_row *row, enum column_kind k)
{
	size_t i = in->columns->at[k];

	return i == COLUMN_NOWHERE ? S("") : trim(row->cell[i]);
}

/* 1: the row is rejected; negative: the owner wants to end. */
static int reject(struct intake *in, const struct csv_row *row, size_t column,
    const char *reason, struct err *e)
{
	struct intake_problem p = {.line = row->line,
	    .column = column,
	    .reason = reason,
	    .rejected = true};
	int r;

	if (column != COLUMN_NOWHERE)
		p.value = row->cell[column];
	in->rejected++;
	r = in->problem(&p, in->arg, e);
	return r < 0 ? r : 1;
}

/* ---- the row as a whole */

static bool is_blank(const struct csv_row *row)
{
	for (size_t i = 0; i < row->count; i++)
		if (trim(row->cell[i]).n)
			return false;
	return true;
}

static int check_row(
    struct intake *in, const struct csv_row *row, struct err *e)
{
	char reason[120];
	size_t sum = 0;

	if (row->count != in->columns->count) {
		in->wrong_count++;
		snprintf(reason, sizeof(reason),
		    "the row has %zu cells, the header names %zu columns",
		    row->count, in->columns->count);
		return reject(in, row, COLUMN_NOWHERE, reason, e);
	}
	for (size_t i = 0; i < row->count; i++)
		sum += row->cell[i].n;
	if (sum <= LIMIT_PERSON_ROW)
		return 0;
	snprintf(reason, sizeof(reason),
	    "the row has %zu bytes, one person at most %lu; is a quote "
	    "missing?",
	    sum, LIMIT_PERSON_ROW);
	return reject(in, row, COLUMN_NOWHERE, reason, e);
}

/* ---- addresses */

static bool has_address(const struct intake *in, struct str address)
{
	struct str rest = buf_str(&in->addresses);

	while (rest.p && rest.n)
		if (str_eq(str_cut(&rest, '\n'), address))
			return true;
	return false;
}

static void add_address(struct intake *in, struct str address)
{
	if (in->addresses.len) {
		if (has_address(in, address))
			return;
		buf_addc(&in->addresses, '\n');
	}
	buf_add(&in->addresses, address);
}

static int ignore(struct intake *in, const struct csv_row *row, size_t column,
    const char *reason, struct err *e)
{
	struct intake_problem p = {.line = row->line,
	    .column = column,
	    .reason = reason,
	    .value = row->cell[column]};

	in->ignored++;
	return in->problem(&p, in->arg, e);
}

static int take_addresses(
    struct intake *in, const struct csv_row *row, struct err *e)
{
	const struct columns *c = in->columns;

	buf_reset(&in->addresses);
	buf_reset(&in->key);
	for (size_t i = 0; i < c->emails; i++) {
		struct str text = trim(row->cell[c->email[i]]);
		struct address a;
		struct err why;
		size_t at;
		int r = 0;

		if (!text.n)
			continue;
		if (address_is_plain(text, &at)) {
			add_address(in, text);
			continue;
		}
		buf_reset(&in->scratch);
		if (address_parse(text, false, &in->scratch, &a, &why) < 0) {
			r = ignore(in, row, c->email[i], why.msg, e);
			if (!in->key.len)
				buf_add(&in->key, str_sub(text, 0, KEY_MAX));
		} else {
			struct buf wire = BUF_INIT(KiB);

			address_format(&a, &wire);
			add_address(in, buf_str(&wire));
			buf_release(&wire);
		}
		if (r < 0)
			return r;
	}
	return 0;
}

/* ---- who it is */

/* A spreadsheet's 1.23457E+11: the digits are gone. */
static bool is_mangled_number(struct str s)
{
	size_t i = 0;

	while (i < s.n &&
	       (ascii_is_digit(s.p[i]) || s.p[i] == '.' || s.p[i] == ','))
		i++;
	return i && i + 3 <= s.n && ascii_lower(s.p[i]) == 'e' &&
	       s.p[i + 1] == '+' && ascii_is_digit(s.p[i + 2]);
}

static int take_id(struct intake *in, const struct csv_row *row,
    struct record *ret, struct err *e)
{
	size_t at = in->columns->at[COLUMN_PERSON_ID];

	ret->person_id = cell_of(in, row, COLUMN_PERSON_ID);
	if (ret->person_id.n > LIMIT_PERSON_ID)
		return reject(
		    in, row, at, "a person_id has at most 1024 bytes", e);
	if (is_mangled_number(ret->person_id))
		return reject(in, row, at,
		    "a spreadsheet has rounded this number, its last digits "
		    "are lost; export the column as text",
		    e);
	return 0;
}

static int take_name(struct intake *in, const struct csv_row *row,
    struct record *ret, struct err *e)
{
	const size_t *at = in->columns->at;
	struct str first, last;

	if (at[COLUMN_NAME] != COLUMN_NOWHERE) {
		ret->name = cell_of(in, row, COLUMN_NAME);
	} else {
		first = cell_of(in, row, COLUMN_FIRST_NAME);
		last = cell_of(in, row, COLUMN_LAST_NAME);
		buf_reset(&in->name);
		buf_add(&in->name, first);
		if (first.n && last.n)
			buf_addc(&in->name, ' ');
		buf_add(&in->name, last);
		ret->name = buf_str(&in->name);
	}
	if (ret->name.n > LIMIT_MERGE_VALUE)
		return reject(in, row, at[COLUMN_NAME],
		    "a name has at most 16 KiB; is a quote missing?", e);
	return 0;
}

/* What stands for the address of somebody who has none that works. */
static int take_key(struct intake *in, const struct csv_row *row,
    struct record *ret, struct err *e)
{
	static const enum column_kind home[] = {
	    COLUMN_STREET, COLUMN_POSTCODE, COLUMN_CITY};

	ret->key = S("");
	if (ret->addresses.n || ret->person_id.n)
		return 0;
	for (size_t i = 0; !in->key.len && i < ARRAY_SIZE(home); i++)
		buf_add(&in->key,
		    str_sub(cell_of(in, row, home[i]), 0, KEY_MAX / 4));
	if (!in->key.len)
		buf_add(&in->key,
		    str_sub(cell_of(in, row, COLUMN_PHONE), 0, KEY_MAX / 4));
	ret->key = buf_str(&in->key);
	if (!ret->name.n && !ret->key.n)
		return reject(in, row, COLUMN_NOWHERE,
		    "no person_id, no name, no address: nobody can be told "
		    "from this row",
		    e);
	return 0;
}

/* ---- where they live */

static struct intake_place *find_place(
    struct intake *in, const struct place_cells *c)
{
	const struct str part[] = {c->jurisdiction, c->country, c->region};
	char text[64];
	size_t n = 0, hash = 0;
	struct intake_place *p;

	if (c->jurisdiction.n + c->country.n + c->region.n + 3 > sizeof(text))
		return NULL;
	for (size_t k = 0; k < 3; k++) {
		if (part[k].n)
			memcpy(text + n, part[k].p, part[k].n);
		n += part[k].n;
		text[n++] = '\0';
	}
	for (size_t i = 0; i < n; i++)
		hash = hash * 31 + (unsigned char)text[i];
	p = &in->place[hash % ARRAY_SIZE(in->place)];
	if (p->n == n && memcmp(p->text, text, n) == 0)
		return p;
	p->n = 0;
	memcpy(p->text, text, n);
	p->place.code[0] = '\0';
	p->place.coarse = false;
	/* the caller derives it and sets the length */
	return p;
}

static size_t text_size(const struct place_cells *c)
{
	return c->jurisdiction.n + c->country.n + c->region.n + 3;
}

static int take_place(struct intake *in, const struct csv_row *row,
    struct place *ret, struct err *e)
{
	static const enum column_kind kind[] = {
	    COLUMN_JURISDICTION, COLUMN_COUNTRY, COLUMN_REGION};
	const struct place_cells cells = {
	    .jurisdiction = cell_of(in, row, COLUMN_JURISDICTION),
	    .country = cell_of(in, row, COLUMN_COUNTRY),
	    .region = cell_of(in, row, COLUMN_REGION)};
	struct intake_place *known = find_place(in, &cells);
	struct err why;

	if (known && known->n) {
		*ret = known->place;
	} else {
		if (place_derive(&cells, in->country, ret, &why) < 0)
			return reject(in, row, in->columns->at[kind[ret->cell]],
			    why.msg, e);
		if (known) {
			known->place = *ret;
			known->n = text_size(&cells);
		}
	}
	return 0;
}

/* ---- words and flags */

/* "de_at" as "de-AT": what BCP 47 asks of the shape, and its usual case. */
static bool tidy_language(struct str s, char ret[LIMIT_LANGUAGE + 1])
{
	size_t start = 0, tag = 0;

	if (s.n > LIMIT_LANGUAGE)
		return false;
	for (size_t i = 0; i <= s.n; i++) {
		size_t n = i - start;

		if (i < s.n && ascii_is_alnum(s.p[i])) {
			ret[i] = ascii_lower(s.p[i]);
			if (!tag && !ascii_is_alpha(s.p[i]))
				return false;
			continue;
		}
		if (i < s.n && s.p[i] != '-' && s.p[i] != '_')
			return false;
		if (tag ? n < 1 || n > 8 : n < 2 || n > 3)
			return false;
		for (size_t k = start; tag && k < i; k++)
			if ((n == 2 || (n == 4 && k == start)) &&
			    ascii_is_alpha(ret[k]))
				ret[k] = (char)(ret[k] & ~0x20);
		ret[i] = i < s.n ? '-' : '\0';
		start = i + 1;
		tag++;
	}
	return true;
}

static int take_words(struct intake *in, const struct csv_row *row,
    char language[LIMIT_LANGUAGE + 1], struct record *ret, struct err *e)
{
	const size_t *at = in->columns->at;
	struct str s = cell_of(in, row, COLUMN_LANGUAGE);
	usec_t day;

	ret->language = S("");
	if (s.n && !tidy_language(s, language))
		return reject(in, row, at[COLUMN_LANGUAGE],
		    "no language tag; write en, de, pt-BR (BCP 47)", e);
	if (s.n)
		ret->language = str_make(language, s.n);
	s = ret->segment = cell_of(in, row, COLUMN_SEGMENT);
	for (size_t i = 0; i < s.n; i++)
		if (s.n > LIMIT_SEGMENT ||
		    (!ascii_is_alnum(s.p[i]) && s.p[i] != '-' && s.p[i] != '_'))
			return reject(in, row, at[COLUMN_SEGMENT],
			    "a segment is one word of at most 64 letters, "
			    "digits, - and _ (it names message.SEGMENT.md)",
			    e);
	s = cell_of(in, row, COLUMN_DISCOVERED);
	if (s.n && !clock_parse_iso(s, &day))
		return reject(in, row, at[COLUMN_DISCOVERED],
		    "no date; write YYYY-MM-DD", e);
	return 0;
}

/* 2026-11-03, with a time behind it or not. */
static bool is_date(struct str s)
{
	usec_t day;

	if (!clock_parse_iso(str_sub(s, 0, 10), &day))
		return false;
	for (size_t i = 10; i < s.n; i++)
		if (!ascii_is_digit(s.p[i]) && !memchr(" TZ:.+-", s.p[i], 7))
			return false;
	return s.n <= 40;
}

static int read_flag(struct str s)
{
	static const struct {
		struct str word;
		int value;
	} words[] = {
	    {S("0"), 0},
	    {S("1"), 1},
	    {S("no"), 0},
	    {S("yes"), 1},
	    {S("false"), 0},
	    {S("true"), 1},
	};

	if (!s.n)
		return 0;
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (str_ieq(s, words[i].word))
			return words[i].value;
	return is_date(s) ? 1 : -1;
}

static int take_flags(struct intake *in, const struct csv_row *row,
    struct record *ret, struct err *e)
{
	static const struct {
		enum column_kind kind;
		uint32_t flag;
	} flags[] = {
	    {COLUMN_ENGAGED, PEOPLE_FLAG_ENGAGED},
	    {COLUMN_UNSUBSCRIBED, PEOPLE_FLAG_UNSUBSCRIBED},
	    {COLUMN_COMPLAINED, PEOPLE_FLAG_COMPLAINED},
	    {COLUMN_BOUNCED, PEOPLE_FLAG_BOUNCED},
	};

	for (size_t i = 0; i < ARRAY_SIZE(flags); i++) {
		size_t at = in->columns->at[flags[i].kind];
		int value;

		if (at == COLUMN_NOWHERE)
			continue;
		value = read_flag(trim(row->cell[at]));
		if (value < 0)
			return reject(in, row, at,
			    "neither yes nor no; write yes, no, true, false, "
			    "1, 0 or the date since when",
			    e);
		ret->flags |= value ? flags[i].flag : 0;
	}
	return 0;
}

/* ---- what is kept as it is */

static void take_cells(
    struct intake *in, const struct csv_row *row, const struct place *place)
{
	const struct columns *c = in->columns;

	buf_reset(&in->cells);
	for (size_t i = 0; i < c->cells; i++) {
		size_t at = c->cell[i];
		enum column_kind kind = c->column[at].kind;
		struct str cell = trim(row->cell[at]);
		struct zeros *z = &in->zeros[at];

		people_cell_add(&in->cells, cell);
		if (kind == COLUMN_POSTCODE)
			zeros_add_postcode(z, cell,
			    place->code[0] ? place_has_five_digits(place->code)
					   : -1,
			    row->line);
		else if ((kind == COLUMN_MERGE || kind == COLUMN_PHONE) &&
			 !z->other && !z->zero)
			zeros_add(z, cell, row->line);
	}
}

static void count_person(struct intake *in, const struct csv_row *row,
    const struct record *person, const struct place *place)
{
	size_t id = in->columns->at[COLUMN_PERSON_ID];

	in->no_address += !person->addresses.n;
	in->unknown_place += !place->code[0];
	if (place->coarse && in->coarse++ == 0)
		in->coarse_line = row->line;
	if (id != COLUMN_NOWHERE)
		zeros_add(&in->zeros[id], person->person_id, row->line);
}

/* The steps that may refuse, before anything is counted. */
static int judge(struct intake *in, const struct csv_row *row,
    struct record *ret, struct place *place, struct err *e)
{
	int r = check_row(in, row, e);

	if (r == 0)
		r = take_id(in, row, ret, e);
	if (r == 0)
		r = take_name(in, row, ret, e);
	if (r == 0)
		r = take_place(in, row, place, e);
	if (r == 0)
		r = take_words(in, row, in->language, ret, e);
	if (r == 0)
		r = take_flags(in, row, ret, e);
	if (r == 0)
		r = take_addresses(in, row, e);
	ret->addresses = buf_str(&in->addresses);
	if (r == 0)
		r = take_key(in, row, ret, e);
	return r;
}

int intake_row(struct intake *in, const struct csv_row *row,
    enum intake_verdict *ret_verdict, struct record *ret, struct err *e)
{
	struct place *place = &in->here;
	int r;

	if (is_blank(row)) {
		if (in->blank++ == 0)
			in->blank_line = row->line;
		*ret_verdict = INTAKE_BLANK;
		return 0;
	}
	in->rows++;
	*ret = (struct record){.line = row->line};
	*ret_verdict = INTAKE_REJECTED;
	r = judge(in, row, ret, place, e);
	if (r != 0)
		return r < 0 ? r : 0;
	take_cells(in, row, place);
	ret->cells = buf_str(&in->cells);
	ret->jurisdiction = str_of(place->code);
	count_person(in, row, ret, place);
	*ret_verdict = INTAKE_PERSON;
	return 0;
}
