/* Any bytes as an MTA-STS record and as a policy: what is taken is bounded and
 * holds host names only. */
#include "fuzz.h"

#include "base/limits.h"
#include "smtp/sts.h"

static void check(const struct sts_policy *p)
{
	ENSURE(p->mx_count <= LIMIT_STS_MX && p->max_age <= 31557600);
	ENSURE(p->mode == STS_NONE || p->mx_count);
	for (size_t i = 0; i < p->mx_count; i++) {
		struct str mx = p->mx[i];

		for (size_t k = 0; k < mx.n; k++)
			ENSURE(ascii_is_alnum(mx.p[k]) || mx.p[k] == '-' ||
			       mx.p[k] == '.' || (mx.p[k] == '*' && k == 0));
		if (!str_starts(mx, S("*.")))
			ENSURE(sts_mx_matches(p, mx));
	}
}

void fuzz_one(struct str in)
{
	struct arena a = ARENA_INIT(256 * KiB);
	struct sts_policy p;
	struct err e = {0};
	struct str id;

	if (sts_record_parse(in, &id, &e))
		ENSURE(id.n && id.n <= 32);
	else
		ENSURE(e.msg[0]);
	err_clear(&e);
	if (sts_policy_parse(in, &a, &p, &e) == 0)
		check(&p);
	else
		ENSURE(e.msg[0]);
	arena_release(&a);
}
