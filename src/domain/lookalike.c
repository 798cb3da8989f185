#include "domain/lookalike.h"
#include "base/limits.h"
#include "domain/edits.h"
#include "domain/lure_words.h"
#include "domain/skeleton.h"

#include <stdio.h>

#define FORM_MAX 256UL
/* Labels of so many letters and fewer are near to everything. */
#define SHORT 4UL

/* A label without its hyphens. */
struct form {
	char p[FORM_MAX];
	size_t n;
	bool edge[FORM_MAX + 1]; /* a hyphen, or an end, before p[i] */
};

struct side {
	struct str name;   /* as given */
	struct str left;   /* labels below the registrable domain */
	struct str label;  /* the one that was registered */
	struct str suffix; /* it was registered under */
	struct form plain; /* of the label */
};

static struct str form_str(const struct form *f)
{
	return str_make(f->p, f->n);
}

static void form_make(struct form *f, struct str label)
{
	struct buf plain = BUF_INIT(FORM_MAX);
	struct str s;
	bool edge = true;

	skeleton_plain(label, &plain);
	s = buf_str(&plain);
	f->n = 0;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '-') {
			edge = true;
			continue;
		}
		f->edge[f->n] = edge;
		f->p[f->n++] = s.p[i];
		edge = false;
	}
	f->edge[f->n] = true;
	buf_release(&plain);
}

static bool side_make(const struct psl *psl, struct str name, struct side *ret)
{
	struct str reg;

	if (!name.n || name.n > LIMIT_DOMAIN ||
	    !psl_registrable(psl, name, &reg))
		return false;
	ret->name = name;
	ret->left = str_sub(name, 0, name.n - reg.n);
	if (ret->left.n)
		ret->left.n--;
	ret->suffix = reg;
	ret->label = str_cut(&ret->suffix, '.');
	form_make(&ret->plain, ret->label);
	return ret->plain.n > 0;
}

__attribute__((format(printf, 4, 5))) static bool cousin(
    struct lookalike *l, const char *kind, unsigned score, const char *fmt, ...)
{
	va_list ap;

	l->relation = LOOKALIKE_COUSIN;
	l->kind = kind;
	l->score = score;
	va_start(ap, fmt);
	vsnprintf(l->reason, sizeof(l->reason), fmt, ap);
	va_end(ap);
	return true;
}

/* Names in sentences; a long one is cut. */
#define NAME(s) (int)((s).n < 70 ? (s).n : 70), (s).p

/* By how many letters there are to recognise. */
static unsigned by_length(
    size_t n, unsigned tiny, unsigned four, unsigned five, unsigned more)
{
	return n < SHORT ? tiny : n == SHORT ? four : n == 5 ? five : more;
}

static bool same_label(
    const struct side *d, const struct side *t, struct lookalike *l)
{
	if (!str_eq(d->label, t->label))
		return false;
	return cousin(l, "tld-swap", by_length(t->plain.n, 60, 75, 85, 90),
	    "\"%.*s\" is the name of %.*s under another ending (.%.*s).",
	    NAME(d->name), NAME(t->name), NAME(d->suffix));
}

static bool looks_same(struct str a, struct str b)
{
	struct buf x = BUF_INIT(FORM_MAX), y = BUF_INIT(FORM_MAX);
	bool same;

	skeleton_full(a, &x);
	skeleton_full(b, &y);
	same = !x.over && !y.over && str_eq(buf_str(&x), buf_str(&y));
	buf_release(&x);
	buf_release(&y);
	return same;
}

static bool same_looks(
    const struct side *d, const struct side *t, struct lookalike *l)
{
	struct str a = form_str(&d->plain), b = form_str(&t->plain);

	if (a.n > b.n * 2 || b.n > a.n * 2 || !looks_same(a, b))
		return false;
	if (str_eq(a, b) && !str_starts(d->label, S("xn--")))
		return cousin(l, "hyphen", by_length(b.n, 55, 70, 85, 90),
		    "\"%.*s\" is the name of %.*s with other hyphens.",
		    NAME(d->name), NAME(t->name));
	return cousin(l, "homoglyph",
	    str_starts(d->label, S("xn--")) ? 98
					    : by_length(b.n, 65, 85, 95, 95),
	    "\"%.*s\" is spelt so that it looks like %.*s.", NAME(d->name),
	    NAME(t->name));
}

/* "brand-com.net", "brandcom.net" */
static bool ending_in_label(
    const struct side *d, const struct side *t, struct lookalike *l)
{
	struct buf b = BUF_INIT(FORM_MAX * 2);
	struct str rest = t->suffix;
	bool is;

	buf_add(&b, form_str(&t->plain));
	while (rest.p)
		buf_add(&b, str_cut(&rest, '.'));
	is = str_eq(buf_str(&b), form_str(&d->plain));
	buf_release(&b);
	if (!is)
		return false;
	return cousin(l, "tld-in-label", by_length(t->plain.n, 75, 85, 90, 95),
	    "\"%.*s\" has the whole of %.*s, ending and all, as its own label.",
	    NAME(d->name), NAME(t->name));
}

/* Whether `name` stands in `host` as whole labels or words, not at its end. */
static bool stands_left(struct str host, struct str name)
{
	for (size_t i = 0; i + name.n < host.n; i++) {
		char after = host.p[i + name.n];

		if ((i == 0 || host.p[i - 1] == '.' || host.p[i - 1] == '-') &&
		    (after == '.' || after == '-') &&
		    str_eq(str_sub(host, i, name.n), name))
			return true;
	}
	return false;
}

static bool left_label_is(struct str left, const struct side *t)
{
	while (left.p) {
		struct str label = str_cut(&left, '.'), words = label;

		if (str_eq(label, t->label))
			return true;
		while (words.p && t->label.n > SHORT + 1)
			if (str_eq(str_cut(&words, '-'), t->label))
				return true;
	}
	return false;
}

/* "brand.com.evil.org", "brand-com.evil.org", "brand.evil.org" */
static bool left_of_stranger(
    const struct side *d, const struct side *t, struct lookalike *l)
{
	struct buf dashed = BUF_INIT(LIMIT_DOMAIN);
	bool whole;

	if (!d->left.n)
		return false;
	for (size_t i = 0; i < t->name.n; i++)
		buf_addc(&dashed, t->name.p[i] == '.' ? '-' : t->name.p[i]);
	whole = stands_left(d->name, t->name) ||
		stands_left(d->name, buf_str(&dashed));
	buf_release(&dashed);
	if (whole)
		return cousin(l, "subdomain-trick", 97,
		    "\"%.*s\" shows %.*s at its left, but belongs to the "
		    "owner of %.*s.%.*s.",
		    NAME(d->name), NAME(t->name), NAME(d->label),
		    NAME(d->suffix));
	if (t->plain.n < SHORT || lure_word(t->label) != LURE_NONE ||
	    !left_label_is(d->left, t))
		return false;
	return cousin(l, "subdomain-trick",
	    by_length(t->plain.n, 0, 50, 65, 75),
	    "\"%.*s\" shows the name of %.*s at its left, but belongs to the "
	    "owner of %.*s.%.*s.",
	    NAME(d->name), NAME(t->name), NAME(d->label), NAME(d->suffix));
}

/* "bra.nd.com" */
static bool dots_inside(
    const struct side *d, const struct side *t, struct lookalike *l)
{
	struct buf joined = BUF_INIT(LIMIT_DOMAIN);
	struct str rest = d->left;
	bool is;

	if (!d->left.n || t->plain.n <= SHORT + 1)
		return false;
	while (rest.p)
		buf_add(&joined, str_cut(&rest, '.'));
	buf_add(&joined, d->label);
	is = str_eq(buf_str(&joined), form_str(&t->plain));
	buf_release(&joined);
	if (!is)
		return false;
	return cousin(l, "dot-insertion", 85,
	    "\"%.*s\" is the name of %.*s with a dot inside.", NAME(d->name),
	    NAME(t->name));
}

/* The same pieces in another order: two pieces, or three. */
static bool is_reordered(struct str a, struct str b)
{
	const size_t least = 3;

	for (size_t i = least; i + least <= a.n; i++) {
		struct str x = str_sub(a, 0, i), rest = str_from(a, i);

		if (str_starts(b, rest) && str_ends(b, x))
			return true;
		for (size_t k = least; k + least <= rest.n; k++) {
			struct str y = str_sub(rest, 0, k);
			struct str z = str_from(rest, k);

			/* xzy, yxz, zyx; the turns yzx, zxy were two pieces */
			if ((str_starts(b, x) && str_ends(b, y) &&
				str_starts(str_from(b, x.n), z)) ||
			    (str_starts(b, y) && str_ends(b, z) &&
				str_starts(str_from(b, y.n), x)) ||
			    (str_starts(b, z) && str_ends(b, x) &&
				str_starts(str_from(b, z.n), y)))
				return true;
		}
	}
	return false;
}

static bool words_reordered(
    const struct side *d, const struct side *t, struct lookalike *l)
{
	struct str a = form_str(&t->plain), b = form_str(&d->plain);

	if (a.n != b.n || str_eq(a, b) || a.n < 8 || !is_reordered(a, b))
		return false;
	return cousin(l, "reorder", 90,
	    "\"%.*s\" has the words of %.*s in another order.", NAME(d->name),
	    NAME(t->name));
}

/* The rest of a label beside an occurrence of the trusted one. */
struct beside {
	bool words; /* all of it known words */
	bool apart; /* set off by hyphens, or at an end, on both sides */
	bool strong;
};

static unsigned score_beside(size_t n, bool is_word, const struct beside *b)
{
	if (b->words) {
		if (n < SHORT)
			return b->apart || b->strong ? n > 1 ? 70 : 0 : 0;
		return is_word && !b->apart ? 55 : n == SHORT ? 80 : 95;
	}
	if (is_word || n < SHORT)
		return 0;
	if (b->apart)
		return n == SHORT ? 50 : n < 7 ? 70 : 80;
	return n >= 8 ? 70 : n == 7 ? 60 : n == 6 ? 50 : 0;
}

static void describe_beside(const struct form *d, size_t at, size_t n,
    const bool *head, const bool *tail, struct beside *ret)
{
	struct str before = str_make(d->p, at);
	struct str after = str_from(form_str(d), at + n);

	ret->words = head[at] && tail[at + n];
	ret->apart = d->edge[at] && d->edge[at + n];
	ret->strong = (!before.n || lure_word(before) == LURE_STRONG) &&
		      (!after.n || lure_word(after) == LURE_STRONG);
}

static bool text_beside(const struct side *d, const struct side *t,
    const bool *head, const bool *tail, struct lookalike *l)
{
	struct str a = form_str(&d->plain), b = form_str(&t->plain);
	bool is_word = lure_word(b) != LURE_NONE;
	struct beside best = {0};
	unsigned score = 0;

	for (size_t i = 0; i + b.n <= a.n; i++) {
		struct beside s;
		unsigned got;

		if (a.p[i] != b.p[0] || !str_eq(str_sub(a, i, b.n), b))
			continue;
		describe_beside(&d->plain, i, b.n, head, tail, &s);
		got = score_beside(b.n, is_word, &s);
		if (got > score) {
			score = got;
			best = s;
		}
	}
	if (!score)
		return false;
	return cousin(l, "added-token", score,
	    "\"%.*s\" is the name of %.*s with %s beside it.", NAME(d->name),
	    NAME(t->name),
	    best.words ? "words that impostors use" : "other text");
}

/* "brnad-login.com": known words beside a misspelt label. */
static bool typo_beside(const struct side *d, const struct side *t,
    const bool *head, const bool *tail, struct lookalike *l)
{
	struct str a = form_str(&d->plain), b = form_str(&t->plain);
	unsigned most = b.n >= 9 ? 2 : 1;

	if (b.n < 6)
		return false;
	for (size_t i = 0; i < a.n; i++) {
		for (size_t k = i + b.n - most;
		     head[i] && k <= a.n && k <= i + b.n + most; k++) {
			struct str core = str_sub(a, i, k - i);
			struct edits e;

			if (!tail[k] || (i == 0 && k == a.n) ||
			    (!edits_between(core, b, most, &e) &&
				!looks_same(core, b)))
				continue;
			return cousin(l, "added-token", 75,
			    "\"%.*s\" is the name of %.*s misspelt, with "
			    "words that impostors use beside it.",
			    NAME(d->name), NAME(t->name));
		}
	}
	return false;
}

static bool more_beside(
    const struct side *d, const struct side *t, struct lookalike *l)
{
	bool head[FORM_MAX + 1], tail[FORM_MAX + 1];

	if (d->plain.n + 2 <= t->plain.n)
		return false;
	lure_divide(form_str(&d->plain), head, tail);
	return text_beside(d, t, head, tail, l) ||
	       typo_beside(d, t, head, tail, l);
}

/* The most errors, in tenths, that still are one name misspelt. */
static unsigned typo_limit(size_t n)
{
	return n <= SHORT ? 0 : n == 5 ? 10 : n <= 7 ? 14 : 20;
}

static bool misspelt(
    const struct side *d, const struct side *t, struct lookalike *l)
{
	struct str a = form_str(&d->plain), b = form_str(&t->plain);
	size_t n = a.n < b.n ? a.n : b.n;
	struct edits e;

	if (n <= SHORT || !edits_between(a, b, 2, &e) || e.cost > typo_limit(n))
		return false;
	return cousin(l, "typo", 95 - e.cost * 2 - (n < 8 ? 10 : 0),
	    "\"%.*s\" is %s away from the name of %.*s.", NAME(d->name),
	    e.count == 1 ? "one typing error" : "two typing errors",
	    NAME(t->name));
}

static bool is_below(struct str name, struct str trusted)
{
	return name.n > trusted.n && str_ends(name, trusted) &&
	       name.p[name.n - trusted.n - 1] == '.';
}

void lookalike_judge(const struct psl *psl, struct str domain,
    struct str trusted, struct lookalike *ret)
{
	struct side d, t;

	*ret = (struct lookalike){.relation = LOOKALIKE_UNRELATED, .kind = ""};
	if (str_eq(domain, trusted)) {
		ret->relation = LOOKALIKE_TRUSTED;
		snprintf(ret->reason, sizeof(ret->reason),
		    "\"%.*s\" is the trusted domain itself.", NAME(domain));
	} else if (is_below(domain, trusted)) {
		ret->relation = LOOKALIKE_SUBDOMAIN;
		snprintf(ret->reason, sizeof(ret->reason),
		    "\"%.*s\" is below %.*s and has the same owner.",
		    NAME(domain), NAME(trusted));
	} else if (!side_make(psl, domain, &d) ||
		   !side_make(psl, trusted, &t) ||
		   !(left_of_stranger(&d, &t, ret) || same_label(&d, &t, ret) ||
		       same_looks(&d, &t, ret) ||
		       ending_in_label(&d, &t, ret) ||
		       dots_inside(&d, &t, ret) ||
		       words_reordered(&d, &t, ret) ||
		       more_beside(&d, &t, ret) || misspelt(&d, &t, ret))) {
		snprintf(ret->reason, sizeof(ret->reason),
		    "\"%.*s\" does not resemble %.*s.", NAME(domain),
		    NAME(trusted));
	}
}

const char *lookalike_relation_name(enum lookalike_relation r)
{
	static const char *const names[] = {
	    [LOOKALIKE_TRUSTED] = "trusted",
	    [LOOKALIKE_SUBDOMAIN] = "subdomain",
	    [LOOKALIKE_COUSIN] = "cousin",
	    [LOOKALIKE_UNRELATED] = "unrelated",
	};

	return names[r];
}
