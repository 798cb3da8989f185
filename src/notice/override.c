/* What the log of overrides comes to: pure. */
#include "notice/approval_private.h"

bool override_rule_ok(struct str rule)
{
	size_t i = 0, letters, digits;

	while (i < rule.n && rule.p[i] >= 'A' && rule.p[i] <= 'Z')
		i++;
	letters = i;
	if (i == rule.n || rule.p[i++] != '-')
		return false;
	digits = i;
	while (i < rule.n && ascii_is_digit(rule.p[i]))
		i++;
	digits = i - digits;
	if (i < rule.n && rule.p[i] >= 'a' && rule.p[i] <= 'z')
		i++;
	return letters >= 1 && letters <= 3 && digits >= 1 && digits <= 3 &&
	       i == rule.n;
}

static struct override *find(
    struct override *o, size_t n, struct str rule, struct str subject)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(o[i].rule, rule) && str_eq(o[i].subject, subject))
			return &o[i];
	return NULL;
}

bool override_covers(
    const struct override *o, size_t n, struct str rule, struct str subject)
{
	for (size_t i = 0; i < n; i++)
		if (o[i].names == ARRAY_SIZE(o[i].name) &&
		    str_eq(o[i].rule, rule) &&
		    (!o[i].subject.n || str_eq(o[i].subject, subject)))
			return true;
	return false;
}

int override_admit(const struct override *o, size_t n,
    const struct override_act *act, struct err *e)
{
	const struct override *x =
	    find((struct override *)o, n, act->rule, act->subject);

	if (act->withdraw && !x)
		return err_set(e, ERR_INPUT,
		    "there is no override of %.*s with this subject",
		    STR_ARG(act->rule));
	if (act->withdraw || !x)
		return 0;
	if (x->names == ARRAY_SIZE(x->name))
		return err_set(e, ERR_INPUT,
		    "the override of %.*s is in force: %.*s and %.*s signed it",
		    STR_ARG(x->rule), STR_ARG(x->name[0]), STR_ARG(x->name[1]));
	if (approval_same_person(x->name[0], act->name))
		return err_set(e, ERR_INPUT,
		    "%.*s has asked for it already; somebody else must "
		    "confirm it",
		    STR_ARG(x->name[0]));
	if (!str_eq(x->reason_sha256, act->reason_sha256))
		return err_set(e, ERR_INPUT,
		    "%.*s gave another reason; confirm theirs by leaving the "
		    "reason out, or withdraw it first",
		    STR_ARG(x->name[0]));
	return 0;
}

int overrides_replay(const struct override_act *act, size_t count,
    struct arena *a, struct override **ret, size_t *ret_count, struct err *e)
{
	struct override *o = arena_array(a, count + 1, sizeof(*o)), *x;
	size_t n = 0;
	int rc;

	*ret = o;
	*ret_count = 0;
	if (!o)
		return err_set(e, ERR_NOMEM, "no memory for the overrides");
	for (size_t i = 0; i < count; i++) {
		rc = override_admit(o, n, &act[i], e);
		if (rc < 0)
			return err_wrap(e, "overrides.tsv:%zu", i + 1);
		x = find(o, n, act[i].rule, act[i].subject);
		if (act[i].withdraw) {
			memmove(
			    x, x + 1, (size_t)(&o[n] - (x + 1)) * sizeof(*x));
			n--;
			continue;
		}
		if (!x) {
			x = &o[n++];
			*x = (struct override){.rule = act[i].rule,
			    .subject = act[i].subject,
			    .reason_sha256 = act[i].reason_sha256};
		}
		x->name[x->names++] = act[i].name;
		x->at = act[i].at;
	}
	*ret_count = n;
	return 0;
}
