#include "check/tally.h"
#include "t.h"

static void counts_each_key_under_the_number_it_got_first(void **state)
{
	struct tally *t = tally_new(100);

	t_int(tally_add(t, S("US-CA"), 1), 0);
	t_int(tally_add(t, S(""), 2), 1);
	t_int(tally_add(t, S("US-CA"), 4), 0);
	t_int(tally_size(t), 2);
	t_eq(tally_key(t, 0), S("US-CA"));
	t_int(tally_count(t, 0), 5);
	t_int(tally_count(t, 1), 2);
	tally_free(t);
}

static void is_full_for_new_keys_only(void **state)
{
	struct tally *t = tally_new(2);

	tally_add(t, S("a"), 1);
	tally_add(t, S("b"), 1);
	t_true(tally_add(t, S("c"), 1) == TALLY_FULL, "a third has no room");
	t_int(tally_add(t, S("b"), 1), 1);
	t_int(tally_count(t, 1), 2);
	tally_free(t);
}

static void refuses_a_key_that_is_too_long(void **state)
{
	static char long_key[TALLY_KEY + 1];
	struct tally *t = tally_new(2);

	memset(long_key, 'x', sizeof(long_key));
	t_true(
	    tally_add(t, str_make(long_key, sizeof(long_key)), 1) == TALLY_FULL,
	    "one byte above the limit");
	t_int(tally_add(t, str_make(long_key, TALLY_KEY), 1), 0);
	tally_free(t);
}

static void agrees_with_counting_in_an_array(void **state)
{
	enum { KEYS = 3000 };
	static uint64_t want[KEYS];
	struct tally *t = tally_new(KEYS);
	struct rand_seq r;
	char key[32];

	rand_seq_init(&r, t_seed());
	for (unsigned i = 0; i < 60000; i++) {
		unsigned k = (unsigned)rand_seq_below(&r, KEYS);

		snprintf(key, sizeof(key), "key %u", k);
		tally_add(t, str_of(key), 1);
		want[k]++;
	}
	for (size_t i = 0; i < tally_size(t); i++) {
		uint64_t k = 0;

		t_true(str_to_u64(str_from(tally_key(t, i), 4), KEYS, &k),
		    "a key of ours");
		t_int(tally_count(t, i), want[k]);
		want[k] = 0;
	}
	for (unsigned k = 0; k < KEYS; k++)
		t_int(want[k], 0);
	tally_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(counts_each_key_under_the_number_it_got_first),
	    T(is_full_for_new_keys_only),
	    T(refuses_a_key_that_is_too_long),
	    T(agrees_with_counting_in_an_array),
	};

	return t_run("tally", tests);
}
