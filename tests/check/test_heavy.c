#include "check/heavy.h"
#include "t.h"

static void is_exact_while_there_is_room(void **state)
{
	struct heavy *h = heavy_new(1000, true);
	struct heavy_item top[3];
	bool fresh;

	for (unsigned i = 0; i < 1000; i++) {
		char key[16];

		snprintf(key, sizeof(key), "d%u", i);
		for (unsigned k = 0; k <= i % 7; k++)
			*heavy_add(h, str_of(key), &fresh) = i;
	}
	for (unsigned k = 0; k < 20; k++)
		heavy_add(h, S("d10"), &fresh);
	t_true(!fresh, "it was there");
	t_int(heavy_error(h), 0);
	t_int(heavy_top(h, 3, top), 3);
	t_eq(top[0].name, S("d10"));
	t_int(top[0].count, 24);
	t_int(top[0].note, 10);
	t_int(top[1].count, 7);
	t_eq(top[1].name, S("d104")); /* equal counts: by name */
	t_int(heavy_count(h, S("d13")), 7);
	t_int(heavy_count(h, S("nobody")), 0);
	heavy_free(h);
}

/* A few common keys in a flood of rare ones. */
static void keeps_the_frequent_within_its_error(void **state)
{
	enum { COMMON = 20, ROWS = 200000 };
	uint64_t want[COMMON] = {0};
	struct heavy *h = heavy_new(500, true);
	struct heavy_item top[COMMON];
	struct rand_seq r;
	char key[32];
	size_t n;

	rand_seq_init(&r, t_seed());
	for (unsigned i = 0; i < ROWS; i++) {
		unsigned k = (unsigned)rand_seq_below(&r, 100);

		if (k < COMMON) {
			want[k]++;
			snprintf(key, sizeof(key), "common %u", k);
		} else {
			snprintf(key, sizeof(key), "rare %llu",
			    (unsigned long long)rand_seq_next(&r));
		}
		heavy_add(h, str_of(key), NULL);
	}
	n = heavy_top(h, COMMON, top);
	t_int(n, COMMON);
	t_true(heavy_error(h) > 0 && heavy_error(h) < ROWS / 300, "error %llu",
	    (unsigned long long)heavy_error(h));
	for (size_t i = 0; i < n; i++) {
		uint64_t k = 0;

		t_has(top[i].name, "common ");
		str_to_u64(str_from(top[i].name, 7), COMMON, &k);
		t_true(top[i].count <= want[k] &&
			   top[i].count + heavy_error(h) >= want[k],
		    "count %llu, true %llu", (unsigned long long)top[i].count,
		    (unsigned long long)want[k]);
		if (i)
			t_true(top[i].count <= top[i - 1].count, "sorted");
	}
	heavy_free(h);
}

static void a_note_that_was_dropped_is_asked_for_again(void **state)
{
	struct heavy *h = heavy_new(64, false);
	bool fresh;

	*heavy_add(h, S("rare"), &fresh) = 7;
	for (unsigned i = 0; i < 1000; i++) {
		char key[16];

		snprintf(key, sizeof(key), "k%u", i);
		heavy_add(h, str_of(key), NULL);
	}
	heavy_add(h, S("rare"), &fresh);
	t_true(fresh, "it was pruned");
	heavy_free(h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(is_exact_while_there_is_room),
	    T(keeps_the_frequent_within_its_error),
	    T(a_note_that_was_dropped_is_asked_for_again),
	};

	return t_run("heavy", tests);
}
