/* suppression: a relay's list.  What it holds is found again, and nobody is
 * counted twice in a file.
 */
#include "fuzz.h"

#include "check/suppression.h"

void fuzz_one(struct str in)
{
	struct suppressions *s = suppressions_new();
	struct arena a = ARENA_INIT(MiB);
	struct list_suppression *f;
	struct str rest = in, line;
	struct err e = {0};
	size_t n;

	if (suppressions_add(s, in, "list", &e) >= 0) {
		suppressions_ready(s);
		suppressions_count(s, in);
		for (unsigned i = 0; rest.p && i < 20; i++) {
			line = str_cut(&rest, '\n');
			suppressions_count(s, line);
		}
		suppressions_facts(s, &a, &f, &n);
		ENSURE(n == 1);
		ENSURE(f[0].people <= 21);
		ENSURE(f[0].people == f[0].bounced + f[0].complained +
					  f[0].unsubscribed + f[0].other);
		ENSURE(f[0].bad <= f[0].lines);
	} else {
		ENSURE(e.msg[0]);
	}
	suppressions_free(s);
	arena_release(&a);
}
