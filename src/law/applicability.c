#include "law/law_private.h"

/* ---- applicability.tsv */

static bool is_selector(struct str s)
{
	return str_chr(s, '/') >= 0;
}

/* "US-*" against "US-CA", "*" against all, else equal. */
static bool pattern_fits(struct str pattern, struct str s)
{
	if (!str_ends(pattern, S("*")))
		return str_eq(pattern, s);
	return str_starts(s, str_sub(pattern, 0, pattern.n - 1));
}

static bool selects(struct str selector, const struct law_row *r)
{
	struct str place;

	if (!is_selector(selector))
		return str_eq(selector, r->f[COL_ID]);
	place = str_cut(&selector, '/');
	return pattern_fits(place, r->f[COL_JURISDICTION]) &&
	       pattern_fits(selector, r->f[COL_KIND]);
}

/* "!word" and "word?": the word without its mark. */
static struct str bare(struct str word)
{
	if (str_starts(word, S("!")))
		word = str_from(word, 1);
	if (str_ends(word, S("?")))
		word = str_sub(word, 0, word.n - 1);
	return word;
}

static int check_words(const struct law_rule *u, struct err *e)
{
	struct str rest = u->words, one;
	size_t n = 0;

	for (; law_list_next(&rest, &one); n++)
		if (!law_word_known(u->fact, bare(one)))
			return err_set(e, ERR_INPUT,
			    "words: '%.*s' is no word of %s", STR_ARG(one),
			    law_fact_names[u->fact]);
	return n ? 0 : err_set(e, ERR_INPUT, "words: the field is empty");
}

static int parse_rule(struct str line, struct law_rule *u, struct err *e)
{
	struct str fact;
	size_t i = 0;

	u->selector = str_cut(&line, '\t');
	fact = str_cut(&line, '\t');
	u->words = str_cut(&line, '\t');
	u->question = line;
	if (!line.p || !line.n || str_chr(line, '\t') >= 0)
		return err_set(
		    e, ERR_INPUT, "not four fields: id, fact, words, question");
	while (i < FACT_COUNT && !str_eq(fact, str_of(law_fact_names[i])))
		i++;
	if (i == FACT_COUNT)
		return err_set(e, ERR_INPUT,
		    "fact: '%.*s' is not sector, data_types, encrypted, listed "
		    "or role",
		    STR_ARG(fact));
	u->fact = (enum law_fact)i;
	return check_words(u, e);
}

static int check_selects(
    const struct law_pack *p, const struct law_rule *u, struct err *e)
{
	for (size_t i = 0; i < p->rows; i++)
		if (selects(u->selector, &p->row[i]))
			return 0;
	return err_set(e, ERR_INPUT, "id: no row of laws.tsv is '%.*s'",
	    STR_ARG(u->selector));
}

/* A line with the row's id goes before patterns about the same fact. */
static bool is_about(
    const struct law_pack *p, const struct law_rule *u, const struct law_row *r)
{
	if (!selects(u->selector, r))
		return false;
	for (size_t i = 0; is_selector(u->selector) && i < p->rules; i++)
		if (p->rule[i].fact == u->fact &&
		    !is_selector(p->rule[i].selector) &&
		    selects(p->rule[i].selector, r))
			return false;
	return true;
}

/* Gives each row the rules that are about it. */
static void hand_out(struct law_pack *p)
{
	for (size_t i = 0; i < p->rows; i++) {
		struct law_row *r = &p->row[i];
		size_t n = 0;

		for (size_t k = 0; k < p->rules; k++)
			n += is_about(p, &p->rule[k], r);
		r->rule = arena_array(&p->arena, n, sizeof(*r->rule));
		for (size_t k = 0; r->rule && k < p->rules; k++)
			if (is_about(p, &p->rule[k], r))
				r->rule[r->rules++] = &p->rule[k];
	}
}

int law_rules_parse(
    struct law_pack *p, struct str text, const char *name, struct err *e)
{
	unsigned line = 0;
	size_t lines = 1;
	int r = 0;

	for (size_t i = 0; i < text.n; i++)
		lines += text.p[i] == '\n';
	if (lines > LIMIT_LAW_ROWS)
		return err_set(e, ERR_LIMIT,
		    "%s/applicability.tsv: more than %lu lines", name,
		    LIMIT_LAW_ROWS);
	p->rule = arena_array(&p->arena, lines, sizeof(*p->rule));
	if (!p->rule)
		return err_set(e, ERR_LIMIT, "%s: the pack is too large", name);
	while (r == 0 && text.n) {
		struct str one = str_cut(&text, '\n');
		struct law_rule *u = &p->rule[p->rules];

		if (++line == 1) {
			if (!str_eq(one, S("id\tfact\twords\tquestion")))
				r = err_set(e, ERR_INPUT,
				    "the heads of the columns must be id, "
				    "fact, words, question");
			continue;
		}
		r = parse_rule(one, u, e);
		if (r == 0)
			r = check_selects(p, u, e);
		p->rules += r == 0;
	}
	if (r < 0) {
		err_wrap(e, "%s/applicability.tsv:%u", name, line);
		return r;
	}
	hand_out(p);
	return 0;
}

/* ---- facts against a rule */

enum fit {
	FIT_YES,
	FIT_UNSAID, /* nothing is said, and the rule needs it */
	FIT_OPEN,   /* said, and still a question */
	FIT_NO
};

static struct str answer_word(enum law_answer a)
{
	return a == LAW_UNSAID ? S("") : a == LAW_SAID_YES ? S("yes") : S("no");
}

static struct str fact_said(const struct law_facts *f, enum law_fact fact)
{
	switch (fact) {
	case FACT_SECTOR: return f->sector;
	case FACT_DATA_TYPES: return f->data_types;
	case FACT_ENCRYPTED: return answer_word(f->encrypted);
	case FACT_LISTED: return answer_word(f->listed);
	case FACT_ROLE: return f->role;
	case FACT_COUNT: break;
	}
	BUG("fact %d", fact);
}

static bool is_empty(struct str list)
{
	struct str one;

	return !law_list_next(&list, &one);
}

/* Being of a sector, or listed, is known once it is said; which data, whether
 * it was encrypted and the role are never the whole story: what does not fit
 * leaves a question. */
static bool is_decisive(enum law_fact fact)
{
	return fact == FACT_SECTOR || fact == FACT_LISTED;
}

static enum fit fit_of(const struct law_rule *u, const struct law_facts *f)
{
	struct str said = fact_said(f, u->fact), rest = u->words, one;
	bool only_not = true, open = false;

	if (is_empty(said))
		said = STR_NONE;
	while (law_list_next(&rest, &one)) {
		bool here = law_list_has(said, bare(one));

		if (str_starts(one, S("!"))) {
			if (here)
				return FIT_NO;
			continue;
		}
		only_not = false;
		if (here && !str_ends(one, S("?")))
			return FIT_YES;
		open |= here;
	}
	if (only_not)
		return FIT_YES;
	if (!said.p)
		return is_decisive(u->fact) ? FIT_UNSAID : FIT_YES;
	return open || !is_decisive(u->fact) ? FIT_OPEN : FIT_NO;
}

static void add_sentence(struct buf *b, struct str s)
{
	if (b->len)
		buf_addc(b, ' ');
	buf_add(b, s);
}

/* "It binds: bank, insurer; you said: food." */
static void say_why_not(
    const struct law_rule *u, const struct law_facts *f, struct buf *b)
{
	struct str rest = u->words, one;
	bool first = true;

	if (u->fact == FACT_LISTED) {
		buf_addz(b, "Only for listed companies.");
		return;
	}
	buf_addf(b, "It is about %s:", law_fact_names[u->fact]);
	while (law_list_next(&rest, &one)) {
		bool not = str_starts(one, S("!"));

		buf_addf(b, "%s%s%.*s", first ? " " : ", ", not ? "not " : "",
		    STR_ARG(bare(one)));
		first = false;
	}
	buf_addf(b, ". You said: %.*s.", STR_ARG(fact_said(f, u->fact)));
}

static bool ahead(const struct law_row *r, const struct law_facts *f)
{
	usec_t at = f->discovered ? f->discovered : f->now;

	if (r->kind == LAW_KIND_POLICY && f->effective)
		at = f->effective;
	return r->dated && at && at < r->effective;
}

enum law_applies law_applies_to(
    const struct law_row *r, const struct law_facts *f)
{
	enum law_applies applies = r->unknown ? LAW_IF : LAW_YES;

	if (ahead(r, f))
		return LAW_NO;
	for (size_t i = 0; i < r->rules; i++) {
		enum fit fit = fit_of(r->rule[i], f);

		if (fit == FIT_NO)
			return LAW_NO;
		if (fit != FIT_YES)
			applies = LAW_IF;
	}
	return applies;
}

static void say_no(
    const struct law_row *r, const struct law_facts *f, struct buf *b)
{
	if (ahead(r, f)) {
		buf_addz(b, "In force only from ");
		law_date_text(r->effective, b);
		buf_addc(b, '.');
		return;
	}
	for (size_t i = 0; i < r->rules; i++)
		if (fit_of(r->rule[i], f) == FIT_NO) {
			say_why_not(r->rule[i], f, b);
			return;
		}
}

static void say_questions(
    const struct law_row *r, const struct law_facts *f, struct buf *b)
{
	for (size_t i = 0; i < r->rules; i++)
		if (fit_of(r->rule[i], f) != FIT_YES)
			add_sentence(b, r->rule[i]->question);
	if (r->unknown)
		add_sentence(
		    b, S("Is it in force? It is enacted, but its date was not "
			 "confirmed; no deadline is computed."));
}

struct law_judgement law_judge(
    const struct law_row *r, const struct law_facts *f, struct arena *a)
{
	struct law_judgement j = {.applies = law_applies_to(r, f)};
	struct buf b = BUF_INIT(LIMIT_LAW_PACK);

	if (j.applies == LAW_NO)
		say_no(r, f, &b);
	else if (j.applies == LAW_IF)
		say_questions(r, f, &b);
	else
		buf_add(&b, r->trigger);
	j.question = arena_dup(a, buf_str(&b));
	buf_release(&b);
	return j;
}
