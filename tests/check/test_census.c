/* The census against counting by hand: a generated audience, each number again
 * in the plainest way, the law asked for every single person. */
#include "check/census.h"
#include "notice/composer.h"
#include "t.h"

#define ROWS 4000

static const char *const codes[] = {
    "US-CA", "US-NY", "US-TX", "US-MA", "DE", "FR", "CA-QC", "GB", ""};
static const char *const segments[] = {"", "", "minor", "nobody"};
static const char *const languages[] = {"", "en", "de", "de-AT"};
static const char *const domains[] = {
    "gmail.com", "gmial.com", "web.de", "stolen.org", "big.org", "d1.example"};
static const char *const locals[] = {"ada", "info", "Sales+x", "bob"};
static const char *const channels[] = {
    "", "", "email", "post", "both", "Substitute", "mail"};
static const char *const grounds[] = {
    "", "consent", "ESIGN", "own-procedure", "concent"};
static const char *const columns[] = {"tranche", "legal_channel",
    "legal_ground", "source", "Reason", "street", "city", "ref", "discovered"};
enum {
	TRANCHE,
	CHANNEL,
	GROUND,
	SOURCE,
	REASON,
	STREET,
	CITY,
	REF,
	DISCOVERED,
	COLUMNS
};

#define PICK(r, list) list[rand_seq_below(r, ARRAY_SIZE(list))]

struct row {
	char addresses[200];
	const char *code, *segment, *language, *domain;
	const char *cell[COLUMNS];
	uint32_t flags;
	size_t layout; /* how many columns there are */
};

struct world {
	char dir[64];
	struct row row[ROWS];
	struct notice *notice;
	struct people *people;
	struct letter_variants *variants;
	struct law_pack *pack;
	struct slips *slips;
	struct check_facts x;
	struct arena arena;
	struct list_facts f;
};

/* ---- making */

static void make_row(struct rand_seq *r, struct row *x, unsigned i)
{
	size_t n = rand_seq_below(r, 4);

	*x = (struct row){.code = PICK(r, codes),
	    .segment = PICK(r, segments),
	    .language = PICK(r, languages),
	    .domain = "",
	    .flags = (uint32_t)rand_seq_below(r, 16),
	    .layout = rand_seq_below(r, 3) ? COLUMNS : REASON};
	for (size_t k = 0; k < n; k++) {
		const char *domain = PICK(r, domains);

		if (k == 0)
			x->domain = domain;
		snprintf(x->addresses + strlen(x->addresses),
		    sizeof(x->addresses) - strlen(x->addresses), "%s%s%u@%s",
		    k ? "\n" : "", rand_seq_below(r, 2) ? PICK(r, locals) : "x",
		    i, domain);
		if (rand_seq_below(r, 4) == 0)
			snprintf(x->addresses + strlen(x->addresses),
			    sizeof(x->addresses) - strlen(x->addresses),
			    "\ninfo@%s", domain);
	}
	if (n && rand_seq_below(r, 10) == 0) {
		x->domain = "big.org";
		snprintf(
		    x->addresses, sizeof(x->addresses), "%s", "info@big.org");
	}
	x->cell[TRANCHE] = rand_seq_below(r, 5) ? "" : "late";
	x->cell[CHANNEL] = PICK(r, channels);
	x->cell[GROUND] = PICK(r, grounds);
	x->cell[SOURCE] = rand_seq_below(r, 3) ? "crm" : " ";
	x->cell[REASON] = rand_seq_below(r, 3) ? "login" : "";
	x->cell[STREET] = rand_seq_below(r, 2) ? "1 High St" : "";
	x->cell[CITY] = rand_seq_below(r, 2) ? "Town" : "";
	x->cell[REF] = rand_seq_below(r, 3) ? "R1" : "  ";
	x->cell[DISCOVERED] = (const char *[]){
	    "", "2026-05-03", "2026-04-01", "May"}[rand_seq_below(r, 4)];
	for (size_t k = x->layout; k < COLUMNS; k++)
		x->cell[k] = "";
}

static void write_row(struct people_writer *w, const struct row *x, unsigned i)
{
	struct str names[COLUMNS];
	struct buf cells = BUF_INIT(4 * KiB);
	struct people_row row = {
	    .id = ((int64_t)i + 1) * 16,
	    .addresses = str_of(x->addresses),
	    .domain = str_of(x->domain),
	    .segment = str_of(x->segment),
	    .language = str_of(x->language),
	    .jurisdiction = str_of(x->code),
	    .flags = x->flags,
	};
	struct err e = {0};

	for (size_t k = 0; k < x->layout; k++) {
		names[k] = str_of(columns[k]);
		people_cell_add(&cells, str_of(x->cell[k]));
	}
	row.cells = buf_str(&cells);
	t_ok(people_writer_layout(w, names, x->layout, &row.layout, &e), &e);
	t_ok(people_writer_add(w, &row, &e), &e);
	buf_release(&cells);
}

static const char settings[] =
    "[notice]\nkind = breach\ndiscovered = 2026-05-01\n"
    "[from]\nname = A\naddress = a@b.org\n[message]\nsubject = S\n"
    "[facts]\nmailboxes_taken = stolen.org, @D1.example\n";

static void make_world(struct world *w)
{
	struct people_writer *writer;
	struct str *names;
	struct err e = {0};
	struct rand_seq r;
	char path[4096];
	size_t n;

	rand_seq_init(&r, t_seed());
	t_mkdir(w->dir);
	t_write(w->dir, "message.md", S("Dear {{name|you}},\n"));
	t_write(w->dir, "message.de.md", S("Nummer {{ref}}\n"));
	t_write(w->dir, "message.minor.md", S("Hello {{email}}\n"));
	t_ok(notice_parse(str_of(settings), "n", &w->notice, &e), &e);
	w->notice->dir = str_of(w->dir);
	t_ok(people_writer_new(w->dir, &writer, &e), &e);
	for (unsigned i = 0; i < ROWS; i++) {
		make_row(&r, &w->row[i], i);
		write_row(writer, &w->row[i], i);
	}
	t_ok(people_writer_commit(writer, &e), &e);
	people_writer_free(writer);
	t_ok(people_open(w->dir, &w->people, &e), &e);
	n = composer_columns(w->people, &names);
	t_ok(letter_variants_load(w->notice, names, n, &w->variants, &e), &e);
	free(names);
	snprintf(path, sizeof(path), "%s/laws", getenv("TOCSIN_DATA"));
	t_ok(law_pack_load(path, &w->pack, &e), &e);
	snprintf(path, sizeof(path), "%s/domains", getenv("TOCSIN_DATA"));
	t_ok(slips_load(path, &w->slips, &e), &e);
	w->x = (struct check_facts){.notice = w->notice,
	    .now = 1795586828 * USEC_PER_SEC,
	    .has_audience = true,
	    .pack = w->pack};
	w->arena = ARENA_INIT(64 * MiB);
}

static int setup(void **state)
{
	struct world *w = mem_zalloc(sizeof(*w));
	struct census_input in;
	struct census *c;
	struct err e = {0};

	make_world(w);
	in = (struct census_input){.x = &w->x,
	    .people = w->people,
	    .variants = w->variants,
	    .slips = w->slips,
	    .arena = &w->arena};
	c = census_new(&in);
	t_ok(people_each(w->people, 0, census_row, c, &e), &e);
	t_ok(census_end(c, &w->f, &e), &e);
	census_free(c);
	*state = w;
	return 0;
}

static int teardown(void **state)
{
	struct world *w = *state;

	slips_free(w->slips);
	law_pack_free(w->pack);
	letter_variants_free(w->variants);
	people_close(w->people);
	notice_free(w->notice);
	arena_release(&w->arena);
	t_rmdir(w->dir);
	free(w);
	return 0;
}

/* ---- counting by hand */

#define COUNT(w, r, condition)                               \
	({                                                   \
		uint64_t count_ = 0;                         \
		for (size_t i_ = 0; i_ < ROWS; i_++) {       \
			const struct row *r = (w)->row + i_; \
			count_ += (condition) != 0;          \
		}                                            \
		count_;                                      \
	})

static bool same(const char *a, const char *b)
{
	return strcmp(a, b) == 0;
}

static uint64_t people_in(const struct law_place *v, size_t n, const char *code)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(v[i].code, str_of(code)))
			return v[i].people;
	return 0;
}

static void counts_people_and_their_flags(void **state)
{
	const struct world *w = *state;
	const struct list_facts *f = &w->f;

	t_int(f->people, ROWS);
	t_int(f->no_address, COUNT(w, r, !r->addresses[0]));
	t_int(f->unsubscribed, COUNT(w, r, r->flags & 1));
	t_int(f->complained, COUNT(w, r, r->flags & 2));
	t_int(f->bounced, COUNT(w, r, r->flags & 4));
	t_int(f->engaged, COUNT(w, r, r->flags & 8));
	t_int(f->unknown_place, COUNT(w, r, !r->code[0]));
	t_int(f->no_source, COUNT(w, r, !same(r->cell[SOURCE], "crm")));
	t_int(f->no_reason, COUNT(w, r, !r->cell[REASON][0]));
	t_int(
	    f->with_post, COUNT(w, r, r->cell[STREET][0] && r->cell[CITY][0]));
	t_int(f->discovered_bad, COUNT(w, r, same(r->cell[DISCOVERED], "May")));
	t_int(f->discovered, COUNT(w, r, r->cell[DISCOVERED][0] == '2'));
	t_true(f->discovered_max - f->discovered_min == 32 * 24 * USEC_PER_HOUR,
	    "from 1 April to 3 May");
}

static void spreads_them_over_places(void **state)
{
	const struct world *w = *state;
	const struct list_facts *f = &w->f;

	t_int(f->places, ARRAY_SIZE(codes) - 1);
	for (size_t i = 0; i + 1 < ARRAY_SIZE(codes); i++)
		t_int(people_in(f->place, f->places, codes[i]),
		    COUNT(w, r, same(r->code, codes[i])));
	for (size_t i = 1; i < f->places; i++)
		t_true(f->place[i - 1].people >= f->place[i].people,
		    "the most first");
}

static const char *file_of(const struct row *r)
{
	if (same(r->segment, "nobody"))
		return "";
	if (same(r->segment, "minor"))
		return "message.minor.md";
	return same(r->language, "de") || same(r->language, "de-AT")
		   ? "message.de.md"
		   : "message.md";
}

static void gives_each_the_text_that_is_theirs(void **state)
{
	const struct world *w = *state;
	uint64_t all = 0;

	for (size_t i = 0; i < w->f.variants; i++) {
		const struct list_variant *v = &w->f.variant[i];

		all += v->people;
		t_int(v->people,
		    COUNT(w, r,
			str_eq(v->segment, str_of(r->segment)) &&
			    str_eq(v->language, str_of(r->language))));
		t_int(v->no_address,
		    COUNT(w, r,
			str_eq(v->segment, str_of(r->segment)) &&
			    str_eq(v->language, str_of(r->language)) &&
			    !r->addresses[0]));
		for (size_t k = 0; k < ROWS; k++)
			if (str_eq(v->segment, str_of(w->row[k].segment)) &&
			    str_eq(v->language, str_of(w->row[k].language)))
				t_str(v->file, file_of(&w->row[k]));
		t_int(people_in(v->place, v->places, "DE"),
		    COUNT(w, r,
			same(r->code, "DE") &&
			    str_eq(v->segment, str_of(r->segment)) &&
			    str_eq(v->language, str_of(r->language))));
	}
	t_int(all, ROWS);
	t_int(w->f.no_text, COUNT(w, r, !file_of(r)[0]));
}

static void keeps_tranches_apart(void **state)
{
	const struct world *w = *state;
	const struct list_facts *f = &w->f;

	t_int(f->tranches, 2);
	t_str(f->tranche[0].name, "");
	t_str(f->tranche[1].name, "late");
	t_int(
	    f->tranche[1].people, COUNT(w, r, same(r->cell[TRANCHE], "late")));
	t_int(f->tranche[0].people + f->tranche[1].people, ROWS);
	t_int(f->tranche[1].no_address,
	    COUNT(w, r, same(r->cell[TRANCHE], "late") && !r->addresses[0]));
	t_int(people_in(f->tranche[1].place, f->tranche[1].places, "US-NY"),
	    COUNT(w, r,
		same(r->cell[TRANCHE], "late") && same(r->code, "US-NY")));
}

/* ---- the law, person by person */

static const char *ground_of(const struct row *r)
{
	return same(r->cell[GROUND], "ESIGN")     ? "esign"
	       : same(r->cell[GROUND], "concent") ? ""
						  : r->cell[GROUND];
}

static enum law_channel channel_of(const struct world *w, const struct row *r)
{
	bool post = r->cell[STREET][0] && r->cell[CITY][0];
	struct law_channel_choice c;
	struct law_facts f;
	struct err ignored = {0};
	enum law_channel said;

	if (same(r->cell[CHANNEL], "Substitute"))
		return LAW_CHANNEL_SUBSTITUTE;
	if (law_channel_parse(str_of(r->cell[CHANNEL]), &said))
		return said;
	if (!r->code[0])
		return r->addresses[0] ? LAW_CHANNEL_EMAIL : LAW_CHANNEL_POST;
	check_law_facts(w->notice, w->x.now, NULL, &f, &ignored);
	law_channel_for(w->pack, &f, str_of(r->code), str_of(ground_of(r)),
	    r->addresses[0] != 0, post, &c);
	return c.channel;
}

static bool by_letter(enum law_channel c)
{
	return c == LAW_CHANNEL_POST || c == LAW_CHANNEL_SUBSTITUTE;
}

static void asks_the_law_as_if_person_by_person(void **state)
{
	const struct world *w = *state;
	const struct list_facts *f = &w->f;
	uint64_t people = 0;

	for (unsigned c = 0; c < LAW_CHANNEL_COUNT; c++)
		t_int(f->by_channel[c], COUNT(w, r, channel_of(w, r) == c));
	t_int(f->courtesy, COUNT(w, r,
			       by_letter(channel_of(w, r)) && r->addresses[0] &&
				   !(r->flags & 4)));
	t_int(f->said_channel,
	    COUNT(
		w, r, r->cell[CHANNEL][0] && !same(r->cell[CHANNEL], "mail")));
	t_int(f->bad_channel, COUNT(w, r, same(r->cell[CHANNEL], "mail")));
	t_int(f->bad_ground, COUNT(w, r, same(r->cell[GROUND], "concent")));
	t_int(f->channels, 1);
	t_str(f->channel[0].nearest, "email");
	t_int(f->grounds, 1);
	t_str(f->ground[0].nearest, "consent");
	for (size_t i = 0; i < f->choices; i++) {
		const struct list_choice *c = &f->choice[i];

		people += c->people;
		t_int(c->people,
		    COUNT(w, r,
			str_eq(c->place, str_of(r->code)) &&
			    str_eq(c->ground, str_of(ground_of(r))) &&
			    c->has_email == (r->addresses[0] != 0) &&
			    c->has_post ==
				(r->cell[STREET][0] && r->cell[CITY][0])));
	}
	t_int(people, ROWS);
}

/* ---- addresses */

static unsigned addresses_at(
    const struct row *r, const char *a, const char *b, unsigned *ret_all)
{
	struct str rest = str_of(r->addresses);
	unsigned n = 0;

	*ret_all = 0;
	while (rest.n) {
		struct str one = str_cut(&rest, '\n');

		(*ret_all)++;
		n += str_ends(one, str_of(a)) || str_ends(one, str_of(b));
	}
	return n;
}

static bool any_taken(const struct row *r)
{
	unsigned all;

	return addresses_at(r, "@stolen.org", "@d1.example", &all) > 0;
}

static bool only_taken(const struct row *r)
{
	unsigned all, n = addresses_at(r, "@stolen.org", "@d1.example", &all);

	return all && n == all;
}

static void finds_mailboxes_that_were_taken(void **state)
{
	const struct world *w = *state;
	const struct list_facts *f = &w->f;
	unsigned all;

	t_int(f->taken, COUNT(w, r, any_taken(r)));
	t_int(f->taken_only, COUNT(w, r, only_taken(r)));
	t_int(f->taken_only_by_post,
	    COUNT(w, r,
		only_taken(r) && (same(r->cell[CHANNEL], "post") ||
				     same(r->cell[CHANNEL], "Substitute"))));
	t_int(f->taken_domains, 2);
	t_int(f->taken_domain[0].people,
	    COUNT(w, r, addresses_at(r, "@stolen.org", "@stolen.org", &all)));
}

static void finds_slips_offices_and_crowds(void **state)
{
	const struct world *w = *state;
	const struct list_facts *f = &w->f;

	t_int(f->slips, 1);
	t_str(f->slip[0].word, "gmial.com");
	t_str(f->slip[0].nearest, "gmail.com");
	t_int(f->slip_people, COUNT(w, r, same(r->domain, "gmial.com")));
	t_int(f->reserved, COUNT(w, r, same(r->domain, "d1.example")));
	t_int(f->role, COUNT(w, r,
			   str_starts(str_of(r->addresses), S("info@")) ||
			       str_starts(str_of(r->addresses), S("Sales+"))));
	for (size_t i = 0; i < f->domains; i++)
		t_int(f->domain[i].people,
		    COUNT(w, r, str_eq(f->domain[i].name, str_of(r->domain))));
	t_true(f->shares > 0 && f->shared[0].people > 5, "info@ of many");
	t_has(f->shared[0].masked, "i***@");
}

static void holds_those_whose_field_is_empty(void **state)
{
	const struct world *w = *state;
	const struct list_facts *f = &w->f;

	t_int(f->helds, 1);
	t_str(f->held[0].file, "message.de.md");
	t_str(f->held[0].field, "ref");
	t_int(f->held_people,
	    COUNT(w, r,
		same(file_of(r), "message.de.md") && r->addresses[0] &&
		    !same(r->cell[REF], "R1")));
}

static int roll_alone(const struct people_row *row, void *arg)
{
	return roll_row(arg, row, NULL, NULL);
}

/* Once more, with rules for segments and the digests of approvals. */
static void takes_segments_and_digests_in_the_same_pass(void **state)
{
	struct world *w = *state;
	struct segment_rules *rules = NULL;
	struct roll *with = roll_new(w->people), *alone = roll_new(w->people);
	struct census_input in = {.x = &w->x,
	    .people = w->people,
	    .variants = w->variants,
	    .roll = with,
	    .arena = &w->arena};
	const struct roll_tranche *a, *b;
	struct list_facts f;
	struct census *c;
	struct err e = {0};
	uint64_t minors = 0;
	size_t n, m;

	t_ok(segment_rules_parse(S("[minor]\njurisdiction = US-MA\n"),
		 "segments.ini", &rules, &e),
	    &e);
	in.segments = rules;
	c = census_new(&in);
	t_ok(people_each(w->people, 0, census_row, c, &e), &e);
	t_ok(census_end(c, &f, &e), &e);
	for (size_t i = 0; i < f.variants; i++)
		if (str_eq(f.variant[i].segment, S("minor")))
			minors += f.variant[i].people;
	t_int(minors, COUNT(w, r,
			  same(r->segment, "minor") ||
			      (!r->segment[0] && same(r->code, "US-MA"))));
	t_ok(people_each(w->people, 0, roll_alone, alone, &e), &e);
	a = roll_end(with, &n);
	b = roll_end(alone, &m);
	t_int(n, m);
	for (size_t i = 0; i < n; i++)
		assert_memory_equal(a[i].sha256, b[i].sha256, DIGEST_SIZE);
	census_free(c);
	roll_free(with);
	roll_free(alone);
	segment_rules_free(rules);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(counts_people_and_their_flags),
	    T(spreads_them_over_places),
	    T(gives_each_the_text_that_is_theirs),
	    T(keeps_tranches_apart),
	    T(asks_the_law_as_if_person_by_person),
	    T(finds_mailboxes_that_were_taken),
	    T(finds_slips_offices_and_crowds),
	    T(holds_those_whose_field_is_empty),
	    T(takes_segments_and_digests_in_the_same_pass),
	};

	t_filter();
	return cmocka_run_group_tests_name("census", tests, setup, teardown);
}
