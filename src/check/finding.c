#include "check/finding.h"

#include <stdio.h>

const struct rule_family *const rule_families[] = {
    &family_identity,
    &family_content,
    &family_list,
    &family_channel,
    &family_plan,
    NULL,
};

static const char *const severities[] = {
    [SEVERITY_INFO] = "info",
    [SEVERITY_WARN] = "warn",
    [SEVERITY_BLOCK] = "block",
};

const char *severity_name(enum severity s)
{
	return severities[s];
}

const struct rule *rule_find(
    struct str id, const struct rule_family **ret_family)
{
	for (size_t f = 0; rule_families[f]; f++)
		for (size_t i = 0; i < rule_families[f]->count; i++) {
			const struct rule *r = &rule_families[f]->rules[i];

			if (!str_ieq(id, str_of(r->id)))
				continue;
			if (ret_family)
				*ret_family = rule_families[f];
			return r;
		}
	return NULL;
}

/* A number for each rule, in the order of the families. */
static size_t rule_number(const struct rule *r)
{
	size_t before = 0;

	for (size_t f = 0; rule_families[f]; f++) {
		const struct rule_family *x = rule_families[f];

		if (r >= x->rules && r < x->rules + x->count)
			return before + (size_t)(r - x->rules);
		before += x->count;
	}
	BUG("a rule of no family");
}

static size_t rule_count(void)
{
	size_t n = 0;

	for (size_t f = 0; rule_families[f]; f++)
		n += rule_families[f]->count;
	return n;
}

static const struct rule *must_find(const char *id)
{
	const struct rule *r = rule_find(str_of(id), NULL);

	if (!r)
		BUG("there is no rule %s", id);
	return r;
}

struct findings *findings_new(struct arena *a)
{
	struct findings *f = arena_array(a, 1, sizeof(*f));

	if (!f)
		return NULL;
	*f = (struct findings){.arena = a};
	f->judged = arena_array(a, rule_count(), sizeof(bool));
	return f->judged ? f : NULL;
}

void finding_judged(struct findings *f, const char *rule)
{
	f->judged[rule_number(must_find(rule))] = true;
}

static struct str say(struct findings *f, const char *fmt, va_list ap)
{
	char text[1500];

	vsnprintf(text, sizeof(text), fmt, ap);
	return arena_dup(f->arena, str_of(text));
}

/* Beyond the limit only what blocks is kept. */
static struct finding *next(struct findings *f, enum severity severity)
{
	struct finding *v;

	if (f->count >= FINDINGS_MAX && severity != SEVERITY_BLOCK) {
		f->dropped++;
		return &f->spill;
	}
	if (f->count == f->size) {
		f->size = f->size ? 2 * f->size : 64;
		v = arena_array(f->arena, f->size, sizeof(*v));
		ENSURE(v);
		if (f->count)
			memcpy(v, f->v, f->count * sizeof(*v));
		f->v = v;
	}
	return &f->v[f->count++];
}

static struct finding *add(struct findings *f, const char *rule,
    const char *check, enum severity severity, struct str subject,
    struct str text)
{
	const struct rule *r = must_find(rule);
	struct finding *x = next(f, severity);

	*x = (struct finding){
	    .rule = r,
	    .check = check,
	    .severity = severity,
	    .subject = arena_dup(f->arena, subject),
	    .text = text,
	    .remedy = str_of(r->remedy),
	};
	f->judged[rule_number(r)] = true;
	return x;
}

struct finding *finding_add(struct findings *f, const char *rule,
    const char *check, enum severity severity, struct str subject,
    const char *fmt, ...)
{
	struct str text;
	va_list ap;

	va_start(ap, fmt);
	text = say(f, fmt, ap);
	va_end(ap);
	return add(f, rule, check, severity, subject, text);
}

struct finding *finding_unchecked(struct findings *f, const char *rule,
    const char *check, bool trouble, struct str subject, const char *fmt, ...)
{
	struct finding *x;
	struct str text;
	va_list ap;

	va_start(ap, fmt);
	text = say(f, fmt, ap);
	va_end(ap);
	x = add(f, rule, check, SEVERITY_WARN, subject, text);
	x->unchecked = true;
	x->trouble = trouble;
	return x;
}

void finding_silent(struct finding *x)
{
	x->silent = true;
}

void finding_remedy(struct findings *f, struct finding *x, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	x->remedy = say(f, fmt, ap);
	va_end(ap);
}

enum rule_state finding_state(const struct finding *x)
{
	if (x->overridden)
		return RULE_OVERRIDDEN;
	if (x->unchecked)
		return RULE_UNCHECKED;
	if (x->severity == SEVERITY_BLOCK)
		return RULE_BLOCKS;
	return x->severity == SEVERITY_WARN ? RULE_WARNS : RULE_INFO;
}

enum rule_state findings_state(const struct findings *f, const struct rule *r)
{
	enum rule_state worst =
	    f->judged[rule_number(r)] ? RULE_PASSED : RULE_NOT_JUDGED;

	for (size_t i = 0; i < f->count; i++)
		if (f->v[i].rule == r && finding_state(&f->v[i]) > worst)
			worst = finding_state(&f->v[i]);
	return worst;
}

struct findings_count findings_tally(const struct findings *f)
{
	struct findings_count n = {0};

	for (size_t i = 0; i < f->count; i++) {
		const struct finding *x = &f->v[i];

		n.troubles += x->trouble;
		n.silent += x->silent;
		switch (finding_state(x)) {
		case RULE_BLOCKS: n.blocks++; break;
		case RULE_OVERRIDDEN: n.overridden++; break;
		case RULE_WARNS: n.warns++; break;
		case RULE_UNCHECKED: n.unchecked++; break;
		case RULE_INFO: n.infos++; break;
		case RULE_NOT_JUDGED:
		case RULE_PASSED: BUG("a finding without a say");
		}
	}
	return n;
}

static bool comes_before(const struct finding *a, const struct finding *b)
{
	enum rule_state x = finding_state(a), y = finding_state(b);

	if (x != y)
		return x > y;
	return rule_number(a->rule) < rule_number(b->rule);
}

/* Insertion: stable, and there are few. */
void findings_sort(struct findings *f)
{
	for (size_t i = 1; i < f->count; i++) {
		struct finding x = f->v[i];
		size_t k = i;

		for (; k && comes_before(&x, &f->v[k - 1]); k--)
			f->v[k] = f->v[k - 1];
		f->v[k] = x;
	}
}
