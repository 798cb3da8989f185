/* One person's cells and addresses. */
#include "check/census_private.h"

#define WORD_SHOWN 60u /* of a word that is none */

struct str census_segment(const struct census *c, const struct census_person *p)
{
	return c->in.segments
		   ? segment_of(c->in.segments, p->layout->names, p->row)
		   : p->row->segment;
}

static struct str cell(const struct census_person *p, uint32_t column)
{
	return column == NOWHERE ? STR_NONE
				 : str_trim(people_cell(p->row->cells, column));
}

/* In lower case, as short as a word can be. */
static struct str fold(struct census *c, struct str s)
{
	buf_reset(&c->word);
	for (size_t i = 0; i < s.n && i < WORD_SHOWN; i++)
		buf_addc(&c->word, ascii_lower(s.p[i]));
	return buf_str(&c->word);
}

/* ---- cells */

static void read_ground(struct census *c, struct census_person *p)
{
	struct str word = cell(p, p->layout->ground);

	if (!word.n)
		return;
	word = fold(c, word);
	for (unsigned i = 0; law_grounds[i] && i < GROUND_MAX; i++)
		if (str_eq(word, str_of(law_grounds[i]))) {
			p->ground = i + 1;
			return;
		}
	c->f.bad_ground++;
	tally_add(c->bad_ground, word, 1);
}

static void read_channel(struct census *c, struct census_person *p)
{
	struct str word = cell(p, p->layout->channel);

	if (!word.n)
		return;
	word = fold(c, word);
	p->said = law_channel_parse(word, &p->channel);
	if (p->said)
		return;
	c->f.bad_channel++;
	tally_add(c->bad_channel, word, 1);
}

static void read_discovered(struct census *c, const struct census_person *p)
{
	struct str text = cell(p, p->layout->discovered);
	struct list_facts *f = &c->f;
	usec_t at;

	if (!text.n)
		return;
	if (!clock_parse_iso(text, &at)) {
		f->discovered_bad++;
		return;
	}
	if (!f->discovered || at < f->discovered_min)
		f->discovered_min = at;
	if (!f->discovered || at > f->discovered_max)
		f->discovered_max = at;
	f->discovered++;
}

void census_cells(struct census *c, struct census_person *p)
{
	const struct census_layout *l = p->layout;

	if (l->ground != NOWHERE)
		read_ground(c, p);
	if (l->channel != NOWHERE)
		read_channel(c, p);
	if (l->discovered != NOWHERE)
		read_discovered(c, p);
	p->has_post = cell(p, l->street).n &&
		      (cell(p, l->city).n || cell(p, l->postcode).n);
	c->f.with_post += p->has_post;
	c->f.no_source += !cell(p, l->source).n;
	c->f.no_reason += !cell(p, l->reason).n;
}

/* ---- addresses */

/* Local parts that are read by an office, not by a person: RFC 2142, and
 * those companies commonly have. */
static bool is_role(struct str local)
{
	static const char *const roles[] = {"abuse", "accounting", "accounts",
	    "admin", "administrator", "billing", "buchhaltung", "contact",
	    "customerservice", "empfang", "enquiries", "finance", "ftp", "help",
	    "helpdesk", "hostmaster", "hr", "info", "jobs", "kontakt", "legal",
	    "mail", "marketing", "media", "news", "newsletter", "no-reply",
	    "noc", "noreply", "office", "postmaster", "press", "privacy",
	    "reception", "root", "sales", "security", "service", "shop",
	    "support", "usenet", "uucp", "verwaltung", "webmaster", "www"};
	size_t low = 0, high = ARRAY_SIZE(roles);
	ptrdiff_t plus = str_chr(local, '+');
	char tmp[20];

	if (plus > 0)
		local.n = (size_t)plus;
	if (local.n > sizeof(tmp))
		return false;
	for (size_t i = 0; i < local.n; i++)
		tmp[i] = ascii_lower(local.p[i]);
	while (low < high) {
		size_t mid = (low + high) / 2;
		int d = str_cmp(str_make(tmp, local.n), str_of(roles[mid]));

		if (d == 0)
			return true;
		if (d < 0)
			high = mid;
		else
			low = mid + 1;
	}
	return false;
}

enum domain_note { DOMAIN_PLAIN, DOMAIN_SLIP, DOMAIN_RESERVED };

static enum domain_note judge_domain(const struct census *c, struct str domain)
{
	if (domain_is_reserved(domain))
		return DOMAIN_RESERVED;
	if (c->in.slips && slips_meant(c->in.slips, domain).n)
		return DOMAIN_SLIP;
	return DOMAIN_PLAIN;
}

static void count_domain(struct census *c, struct str domain)
{
	bool fresh;
	int64_t *note = heavy_add(c->domain, domain, &fresh);

	if (fresh)
		*note = judge_domain(c, domain);
	if (*note == DOMAIN_SLIP) {
		c->f.slip_people++;
		tally_add(c->slip, domain, 1);
	}
	c->f.reserved += *note == DOMAIN_RESERVED;
}

static struct str domain_of(struct str address)
{
	return str_from(address, (size_t)(str_rchr(address, '@') + 1));
}

/* Which of mailboxes_taken an address is at, or TAKEN_MAX. */
static size_t taken_at(const struct census *c, struct str address)
{
	struct str domain = domain_of(address);
	size_t i = 0;

	while (i < c->takens && !str_ieq(c->taken[i], domain))
		i++;
	return i < c->takens ? i : TAKEN_MAX;
}

static void count_taken(struct census *c, const struct census_person *p)
{
	struct str rest = p->row->addresses, one;
	size_t all = 0, taken = 0;
	uint64_t seen = 0;

	while (rest.p) {
		size_t i;

		one = str_cut(&rest, '\n');
		i = taken_at(c, one);
		all++;
		if (i == TAKEN_MAX)
			continue;
		taken++;
		c->taken_people[i] += !(seen >> i & 1);
		seen |= (uint64_t)1 << i;
	}
	c->f.taken += taken > 0;
	if (taken < all)
		return;
	c->f.taken_only++;
	c->f.taken_only_by_post += p->said && p->channel != LAW_CHANNEL_EMAIL &&
				   p->channel != LAW_CHANNEL_BOTH;
}

void census_addresses(struct census *c, const struct census_person *p)
{
	struct str rest = p->row->addresses, one;
	bool first = true, fresh;

	while (rest.p) {
		ptrdiff_t at;
		int64_t *note;

		one = str_cut(&rest, '\n');
		at = str_rchr(one, '@');
		if (at < 0)
			continue;
		c->f.addresses++;
		if (first)
			c->f.role += is_role(str_sub(one, 0, (size_t)at));
		first = false;
		note = heavy_add(c->address, one, &fresh);
		if (fresh)
			*note = p->row->id;
	}
	count_domain(c, p->row->domain);
	if (c->takens)
		count_taken(c, p);
	if (c->in.suppressed)
		suppressions_count(c->in.suppressed, p->row->addresses);
}

/* ---- fields without a value */

static const int32_t *fields_of(struct census *c, size_t variant,
    const struct letter_template *t, const struct census_person *p)
{
	size_t layout = (size_t)(p->layout - c->layout);
	int32_t **v = &c->field[variant * c->layouts + layout];

	if (*v)
		return *v;
	*v = mem_alloc((t->field_count + 1) * sizeof(**v));
	for (size_t i = 0; i < t->field_count; i++)
		(*v)[i] =
		    person_field_number(p->layout->names, t->field[i].name);
	return *v;
}

/* As letter_compose() judges it: the first field that is missing holds the
 * person. */
void census_fields(struct census *c, const struct census_person *p,
    const struct census_group *g)
{
	const struct letter_template *t;
	struct person who;
	const int32_t *number;
	size_t variant;
	char tmp[8];

	if (!g->variant || !p->has_email || !g->variant->template->field_count)
		return;
	variant = (size_t)(g->variant - c->in.variants->v);
	t = g->variant->template;
	number = fields_of(c, variant, t, p);
	person_from_row(p->row, &who);
	for (size_t i = 0; i < t->field_count; i++) {
		const struct letter_field *f = &t->field[i];
		struct str v;

		/* codes come from their own file */
		if (number[i] == PERSON_FIELD_CODE)
			continue;
		v = str_trim(person_field(&who, number[i], 0, STR_NONE));
		if ((v.n || !f->required) &&
		    (!v.n || !f->link || template_is_link(v)))
			continue;
		c->f.held_people++;
		tally_add(c->held,
		    census_pair((uint32_t)variant, (uint32_t)i, tmp), 1);
		return;
	}
}
