#include "auth/dmarc_record.h"
#include "auth/dmarc_uri.h"
#include "base/buf.h"
#include "base/limits.h"

#define SHOWN 40 /* characters of a stranger's word in a sentence */

enum tag {
	TAG_P,
	TAG_SP,
	TAG_NP,
	TAG_ADKIM,
	TAG_ASPF,
	TAG_PSD,
	TAG_T,
	TAG_RUA,
	TAG_RUF,
	TAG_FO,
	TAG_COUNT,
};
static const char *const tag_name[TAG_COUNT] = {
    "p", "sp", "np", "adkim", "aspf", "psd", "t", "rua", "ruf", "fo"};

/* Tags of RFC 7489 that RFC 9989 C.5.2 took away. */
static const struct {
	const char *name, *mend;
} gone[] = {
    {"pct", "Take pct out; to test a policy, say t=y (RFC 9989 A.6)."},
    {"rf", "Take rf out (RFC 9989 C.5.2)."},
    {"ri", "Take ri out; reports come once a day (RFC 9989 C.5.2)."},
};

struct parse {
	struct arena *arena;
	struct dmarc_record *record;
	struct dmarc_problem *problem;
	struct str value[TAG_COUNT]; /* the last one given */
	unsigned count[TAG_COUNT];
};

const char *dmarc_policy_name(enum dmarc_policy p)
{
	switch (p) {
	case DMARC_NONE: return "none";
	case DMARC_QUARANTINE: return "quarantine";
	case DMARC_REJECT: return "reject";
	}
	BUG("dmarc policy %d", (int)p);
}

enum dmarc_policy dmarc_policy_tested(enum dmarc_policy p)
{
	switch (p) {
	case DMARC_NONE:
	case DMARC_QUARANTINE: return DMARC_NONE;
	case DMARC_REJECT: return DMARC_QUARANTINE;
	}
	BUG("dmarc policy %d", (int)p);
}

/* ---- text */

/* Without spaces and tabs at both ends; CR and LF are no WSP here. */
static struct str trim(struct str s)
{
	while (s.n && ascii_is_wsp(s.p[0]))
		s = str_from(s, 1);
	while (s.n && ascii_is_wsp(s.p[s.n - 1]))
		s.n--;
	return s;
}

static struct str masked(struct arena *a, struct str s, size_t most)
{
	struct str in = str_sub(s, 0, most);
	char *p = arena_strz(a, in);

	if (!p)
		return STR_NONE;
	for (size_t i = 0; i < in.n; i++)
		if (p[i] < ' ' || p[i] > '~')
			p[i] = '?';
	return str_make(p, in.n);
}

struct str dmarc_text_shown(struct str text, struct arena *a)
{
	return masked(a, text, LIMIT_RECORD_SHOWN);
}

__attribute__((format(printf, 3, 4))) static void tell(
    struct parse *p, const char *mend, const char *fmt, ...)
{
	size_t n = p->record->problem_count;
	char text[400];
	va_list ap;

	if (n == LIMIT_DMARC_PROBLEMS || !p->problem)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	p->problem[n].what = masked(p->arena, str_of(text), sizeof(text));
	p->problem[n].mend = str_of(mend);
	p->record->problem_count = n + 1;
}

static struct str some(struct str s)
{
	return str_sub(s, 0, SHOWN);
}

/* ---- tags */

/* The value of v, or none: `text` does not begin with it. */
static struct str version(struct str text, struct str *ret_rest)
{
	struct str first = str_cut(&text, ';'), name = str_cut(&first, '=');

	*ret_rest = text;
	while (name.n && ascii_is_wsp(name.p[name.n - 1]))
		name.n--;
	if (!first.p || !str_ieq(name, S("v")))
		return STR_NONE;
	return trim(first);
}

bool dmarc_record_is(struct str text)
{
	struct str rest;

	return str_eq(version(text, &rest), S("DMARC1"));
}

static bool is_printable(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < ' ' || s.p[i] > '~')
			return false;
	return true;
}

static bool is_word(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!ascii_is_alnum(s.p[i]) && s.p[i] != '_' && s.p[i] != '-')
			return false;
	return s.n > 0;
}

static void take_unknown(struct parse *p, struct str name)
{
	for (size_t i = 0; i < ARRAY_SIZE(gone); i++)
		if (str_ieq(name, str_of(gone[i].name))) {
			tell(p, gone[i].mend,
			    "The tag %s is no longer used and is ignored.",
			    gone[i].name);
			return;
		}
	if (str_ieq(name, S("v")))
		tell(p, "Write v=DMARC1 once, first.",
		    "The tag v is there twice; the second is ignored.");
	else
		tell(p, "Check the spelling, or take it out.",
		    "There is no tag \"%.*s\" in DMARC; it is ignored (RFC "
		    "9989 4.7).",
		    STR_ARG(some(name)));
}

static void take(struct parse *p, struct str piece, bool last)
{
	struct str value = piece, name = trim(str_cut(&value, '='));

	if (!piece.n) {
		if (!last)
			tell(p, "Take one semicolon out.",
			    "There are two semicolons with nothing between.");
		return;
	}
	if (!value.p || !is_word(name)) {
		tell(p,
		    "Write each tag as name=value, with semicolons between.",
		    "\"%.*s\" is no tag and is ignored (RFC 9989 4.8).",
		    STR_ARG(some(piece)));
		return;
	}
	for (size_t i = 0; i < TAG_COUNT; i++)
		if (str_ieq(name, str_of(tag_name[i]))) {
			p->value[i] = trim(value);
			p->count[i]++;
			return;
		}
	take_unknown(p, name);
}

/* True: the tag is given, once, with a value that could be one. */
static bool given(struct parse *p, enum tag t)
{
	if (p->count[t] > 1)
		tell(p, "Keep one of them.",
		    "The tag %s is there %u times; none of them counts (RFC "
		    "6376 3.2).",
		    tag_name[t], p->count[t]);
	else if (p->count[t] && !p->value[t].n)
		tell(p, "Give it a value, or take it out.",
		    "The tag %s has no value and is ignored.", tag_name[t]);
	else if (p->count[t] && !is_printable(p->value[t]))
		tell(p, "Write it anew with plain ASCII characters.",
		    "The tag %s holds characters that are not ASCII or can "
		    "not be seen; it is ignored (RFC 9989 4.8).",
		    tag_name[t]);
	else
		return p->count[t] == 1;
	return false;
}

static void tell_value(struct parse *p, enum tag t, const char *mend)
{
	tell(p, mend, "%s=%.*s: no such value; the tag is ignored.",
	    tag_name[t], STR_ARG(some(p->value[t])));
}

static bool take_policy(struct parse *p, enum tag t, enum dmarc_policy *ret)
{
	if (!given(p, t))
		return false;
	for (enum dmarc_policy i = DMARC_NONE; i <= DMARC_REJECT; i++)
		if (str_ieq(p->value[t], str_of(dmarc_policy_name(i)))) {
			*ret = i;
			return true;
		}
	tell(p, "Say none, quarantine or reject.",
	    "%s=%.*s: there is no such policy.", tag_name[t],
	    STR_ARG(some(p->value[t])));
	return false;
}

/* One of the letters in `letters`: its place there; else 0. */
static size_t take_letter(
    struct parse *p, enum tag t, const char *letters, const char *mend)
{
	struct str v = p->value[t];
	const char *at;

	if (!given(p, t))
		return 0;
	if (v.n == 1 && (at = strchr(letters, ascii_lower(v.p[0]))) != NULL)
		return (size_t)(at - letters);
	tell_value(p, t, mend);
	return 0;
}

/* ---- addresses and options of reports */

static void tell_uri(struct parse *p, enum tag t, struct str uri)
{
	if (str_chr(uri, ':') < 0 && str_chr(uri, '@') >= 0)
		tell(p, "Write mailto: before the address.",
		    "%s: \"%.*s\" is no URI; no report will go there.",
		    tag_name[t], STR_ARG(some(uri)));
	else
		tell(p,
		    "Write it like mailto:reports@example.com, several "
		    "with commas between.",
		    "%s: \"%.*s\" is no valid URI; no report will go there.",
		    tag_name[t], STR_ARG(some(uri)));
}

static size_t take_uris(struct parse *p, enum tag t, const struct str **ret)
{
	struct str rest = p->value[t], *uri;
	size_t n = 0;

	if (!given(p, t) ||
	    !(uri = arena_array(p->arena, LIMIT_DMARC_URIS, sizeof(*uri))))
		return 0;
	while (rest.p) {
		struct str one = trim(str_cut(&rest, ','));
		bool sized;

		if (!dmarc_uri_check(&one, &sized)) {
			tell_uri(p, t, one);
			continue;
		}
		if (sized)
			tell(p, "Take the exclamation mark and the size out.",
			    "%s: a size after an address is no longer used "
			    "and is ignored (RFC 9989 4.8).",
			    tag_name[t]);
		if (n < LIMIT_DMARC_URIS)
			uri[n++] = arena_dup(p->arena, one);
		else
			tell(p, "Send reports to few addresses.",
			    "%s: there are more than %lu addresses; the rest "
			    "is ignored.",
			    tag_name[t], LIMIT_DMARC_URIS);
	}
	*ret = uri;
	return n;
}

/* Each at most once, 0 and 1 not both (RFC 9989 4.8); else 0. */
static unsigned read_fo(struct str v)
{
	unsigned fo = 0;

	while (v.p) {
		struct str one = str_cut(&v, ':');
		const char *at;
		unsigned bit;

		if (one.n != 1 || !one.p[0] ||
		    !(at = strchr("01ds", ascii_lower(one.p[0]))))
			return 0;
		bit = 1u << (at - "01ds");
		if (fo & bit)
			return 0;
		fo |= bit;
	}
	return (fo & DMARC_FO_0) && (fo & DMARC_FO_1) ? 0 : fo;
}

static void take_fo(struct parse *p)
{
	struct dmarc_record *r = p->record;
	unsigned fo;

	r->fo = DMARC_FO_0;
	if (!given(p, TAG_FO))
		return;
	if (!(fo = read_fo(p->value[TAG_FO])))
		tell_value(p, TAG_FO,
		    "Say 0 or 1, d, s, with colons between: fo=1:d:s.");
	else if (!p->count[TAG_RUF] && fo != DMARC_FO_0)
		tell(p, "Add ruf=mailto:..., or take fo out.",
		    "fo says which failures to report, but there is no ruf to "
		    "say where; it is ignored.");
	else
		r->fo = fo;
}

/* ---- policies */

static void take_policies(struct parse *p)
{
	struct dmarc_record *r = p->record;

	r->has_p = take_policy(p, TAG_P, &r->p);
	r->has_sp = take_policy(p, TAG_SP, &r->sp);
	r->has_np = take_policy(p, TAG_NP, &r->np);
	if (!p->count[TAG_P])
		tell(p, "Add p=none, p=quarantine or p=reject.",
		    "There is no p: the record asks for no policy.");
	if (!r->has_sp)
		r->sp = r->p;
	if (!r->has_np)
		r->np = r->sp;
	r->applies = true;
	if (r->has_p && (r->has_sp || !p->count[TAG_SP]) &&
	    (r->has_np || !p->count[TAG_NP]))
		return;
	r->p = r->sp = r->np = DMARC_NONE;
	r->applies = r->rua_count > 0;
	if (r->applies)
		tell(p, "Mend p, sp or np as said here.",
		    "Receivers act as if the record said p=none (RFC 9989 "
		    "4.10.1).");
	else
		tell(p, "Mend p, sp or np as said here.",
		    "Without a valid policy and without a valid rua, "
		    "receivers act as if there were no DMARC (RFC 9989 "
		    "4.10.1).");
}

bool dmarc_record_parse(
    struct str text, struct arena *a, struct dmarc_record *ret)
{
	struct parse p = {.arena = a, .record = ret};
	struct str rest;

	*ret = (struct dmarc_record){0};
	if (!str_eq(version(text, &rest), S("DMARC1")))
		return false;
	p.problem = arena_array(a, LIMIT_DMARC_PROBLEMS, sizeof(*p.problem));
	ret->problem = p.problem;
	ret->text = dmarc_text_shown(text, a);
	while (rest.p) {
		struct str piece = trim(str_cut(&rest, ';'));

		take(&p, piece, !rest.p);
	}
	ret->rua_count = take_uris(&p, TAG_RUA, &ret->rua);
	ret->ruf_count = take_uris(&p, TAG_RUF, &ret->ruf);
	take_policies(&p);
	take_fo(&p);
	ret->strict_dkim = take_letter(&p, TAG_ADKIM, "rs", "Say r or s.");
	ret->strict_spf = take_letter(&p, TAG_ASPF, "rs", "Say r or s.");
	ret->testing = take_letter(&p, TAG_T, "ny", "Say y or n.");
	ret->psd = (enum dmarc_psd)take_letter(&p, TAG_PSD, "uyn",
	    "Say y only if others register names below yours, n if this "
	    "domain is an organization of its own; else take psd out.");
	if (a->failed)
		*ret = (struct dmarc_record){0};
	return !a->failed;
}
