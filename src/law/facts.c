#include "law/law_private.h"

const char *const law_fact_names[FACT_COUNT] = {
    [FACT_SECTOR] = "sector",
    [FACT_DATA_TYPES] = "data_types",
    [FACT_ENCRYPTED] = "encrypted",
    [FACT_LISTED] = "listed",
    [FACT_ROLE] = "role",
};

/* The words each may hold; data/laws/README.md explains them. */
static const char *const sectors[] = {"general", "health", "health-app",
    "health-facility", "bank", "non-bank-financial", "broker-dealer", "insurer",
    "dfs", "financial-entity", "telecom", "public-agency", "data-broker",
    "essential-entity", "digital-product", "child-service", "consumer-product",
    "vehicle", "food", "meat", "drug", "medical-device", "cosmetic", NULL};
static const char *const data_types[] = {"name", "address", "email", "phone",
    "birth-date", "ssn", "tax-id", "drivers-licence", "passport",
    "government-id", "bank-account", "card", "health", "health-insurance",
    "biometric", "genetic", "credentials", "email-credentials", "location",
    "children", "cpni", "employment", "purchases", "other", NULL};
static const char *const roles[] = {"controller", "owner", "processor",
    "service-provider", "manufacturer", "importer", "distributor", "retailer",
    NULL};
static const char *const answers[] = {"yes", "no", NULL};

static const char *const *const words[FACT_COUNT] = {
    [FACT_SECTOR] = sectors,
    [FACT_DATA_TYPES] = data_types,
    [FACT_ENCRYPTED] = answers,
    [FACT_LISTED] = answers,
    [FACT_ROLE] = roles,
};

/* What people write for them; blanks and underscores are hyphens here. */
static const struct {
	const char *said, *word;
} synonyms[] = {
    {"healthcare", "health"},
    {"hospital", "health-facility"},
    {"insurance", "insurer"},
    {"telecoms", "telecom"},
    {"telecommunications", "telecom"},
    {"banking", "bank"},
    {"government", "public-agency"},
    {"retail", "general"},
    {"e-commerce", "general"},
    {"ecommerce", "general"},
    {"technology", "general"},
    {"software", "general"},
    {"education", "general"},
    {"other", "general"},
    {"names", "name"},
    {"addresses", "address"},
    {"emails", "email"},
    {"e-mail", "email"},
    {"email-address", "email"},
    {"telephone", "phone"},
    {"phone-number", "phone"},
    {"birthdate", "birth-date"},
    {"date-of-birth", "birth-date"},
    {"dob", "birth-date"},
    {"social-security-number", "ssn"},
    {"social-security", "ssn"},
    {"password", "credentials"},
    {"passwords", "credentials"},
    {"login", "credentials"},
    {"drivers-license", "drivers-licence"},
    {"driver-license", "drivers-licence"},
    {"driving-licence", "drivers-licence"},
    {"cards", "card"},
    {"credit-card", "card"},
    {"payment-card", "card"},
    {"bank-accounts", "bank-account"},
    {"medical", "health"},
    {"phi", "health"},
    {"data-controller", "controller"},
    {"data-processor", "processor"},
};

/* Whether what was said means this word. */
static bool means(struct str said, struct str word)
{
	char folded[64];
	size_t n = 0;

	if (str_ieq(said, word))
		return true;
	if (said.n >= sizeof(folded))
		return false;
	for (size_t i = 0; i < said.n; i++)
		if (said.p[i] != '\'')
			folded[n++] = said.p[i] == ' ' || said.p[i] == '_'
					  ? '-'
					  : said.p[i];
	said = str_make(folded, n);
	if (str_ieq(said, word))
		return true;
	for (size_t i = 0; i < ARRAY_SIZE(synonyms); i++)
		if (str_ieq(said, str_of(synonyms[i].said)) &&
		    str_eq(word, str_of(synonyms[i].word)))
			return true;
	return false;
}

bool law_word_known(enum law_fact fact, struct str word)
{
	for (const char *const *w = words[fact]; *w; w++)
		if (means(word, str_of(*w)))
			return true;
	return false;
}

bool law_list_next(struct str *rest, struct str *ret_word)
{
	while (rest->p) {
		*ret_word = str_trim(str_cut(rest, ','));
		if (ret_word->n)
			return true;
	}
	return false;
}

bool law_list_has(struct str list, struct str word)
{
	struct str one;

	while (law_list_next(&list, &one))
		if (means(one, word))
			return true;
	return false;
}

/* ---- the nearest word */

#define WORD_MAX 40

static unsigned min3(unsigned a, unsigned b, unsigned c)
{
	unsigned m = a < b ? a : b;

	return m < c ? m : c;
}

/* Letters to add, drop or change (Levenshtein). */
static unsigned distance(struct str a, struct str b)
{
	unsigned row[WORD_MAX + 1];

	if (b.n > WORD_MAX)
		return UINT32_MAX;
	for (unsigned j = 0; j <= b.n; j++)
		row[j] = j;
	for (unsigned i = 0; i < a.n; i++) {
		unsigned before = row[0];

		row[0] = i + 1;
		for (unsigned j = 0; j < b.n; j++) {
			unsigned same =
			    ascii_lower(a.p[i]) == ascii_lower(b.p[j]);
			unsigned old = row[j + 1];

			row[j + 1] =
			    min3(old + 1, row[j] + 1, before + (same ? 0 : 1));
			before = old;
		}
	}
	return row[b.n];
}

static const char *nearest(enum law_fact fact, struct str word)
{
	const char *best = words[fact][0];
	unsigned least = UINT32_MAX;

	for (const char *const *w = words[fact]; *w; w++) {
		unsigned d = distance(str_of(*w), str_sub(word, 0, WORD_MAX));

		if (d < least) {
			least = d;
			best = *w;
		}
	}
	return best;
}

static void list_words(enum law_fact fact, struct buf *b)
{
	for (const char *const *w = words[fact]; *w; w++)
		buf_addf(b, "%s%s", w == words[fact] ? "" : ", ", *w);
}

static int check_list(enum law_fact fact, struct str list, struct err *e)
{
	struct str one;

	while (law_list_next(&list, &one)) {
		struct buf b = BUF_INIT(LIMIT_LAW_TEXT);

		if (law_word_known(fact, one))
			continue;
		list_words(fact, &b);
		err_set(e, ERR_INPUT,
		    "%s: '%.*s' is unknown; did you mean %s? There are: %s",
		    law_fact_names[fact], STR_ARG(str_sub(one, 0, WORD_MAX)),
		    nearest(fact, one), buf_cstr(&b));
		buf_release(&b);
		return ERR_INPUT;
	}
	return 0;
}

int law_facts_check(const struct law_facts *f, struct err *e)
{
	int r = check_list(FACT_SECTOR, f->sector, e);

	if (r == 0)
		r = check_list(FACT_DATA_TYPES, f->data_types, e);
	if (r == 0)
		r = check_list(FACT_ROLE, f->role, e);
	return r;
}

unsigned law_kinds_of(const struct law_facts *f)
{
	return f->kinds ? f->kinds
			: LAW_KIND_BREACH | LAW_KIND_HEALTH | LAW_KIND_TELECOM;
}

int law_kinds_parse(struct str list, unsigned *ret, struct err *e)
{
	static const struct {
		const char *name;
		unsigned bit;
	} kinds[] = {
	    {"breach", LAW_KIND_BREACH},
	    {"recall", LAW_KIND_RECALL},
	    {"policy", LAW_KIND_POLICY},
	    {"health", LAW_KIND_HEALTH},
	    {"telecom", LAW_KIND_TELECOM},
	};
	unsigned bits = 0;
	struct str one;

	while (law_list_next(&list, &one)) {
		size_t i = 0;

		while (i < ARRAY_SIZE(kinds) &&
		       !str_eq(one, str_of(kinds[i].name)))
			i++;
		if (i == ARRAY_SIZE(kinds))
			return err_set(e, ERR_INPUT,
			    "'%.*s' is no kind of law; there are: breach, "
			    "recall, policy, health, telecom",
			    STR_ARG(one));
		bits |= kinds[i].bit;
	}
	if (!bits)
		return err_set(e, ERR_INPUT,
		    "no kind of law is named; there are: breach, recall, "
		    "policy, health, telecom");
	*ret = bits;
	return 0;
}
