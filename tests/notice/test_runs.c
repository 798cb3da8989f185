#include "notice/runs.h"
#include "t.h"

#include <unistd.h>

/* `n` records with random keys out of `keys`, sorted by many small runs: each
 * comes back once, by key, and those of one key in the order added. */
static void sort_some(size_t n, uint64_t keys, size_t batch, unsigned fan_in)
{
	char dir[64], text[4000];
	struct runs_options o = {
	    .dir = t_mkdir(dir), .batch = batch, .fan_in = fan_in};
	struct runs *r = runs_new(&o);
	struct rand_seq seq;
	uint64_t key, last = 0, number, last_number = 0, sum = 0;
	struct str bytes;
	struct err e = {0};
	size_t count = 0;
	int rc;

	rand_seq_init(&seq, t_seed());
	memset(text, 'x', sizeof(text));
	for (uint64_t i = 0; i < n; i++) {
		size_t extra = i % 50 ? i % 40 : sizeof(text) - 8;

		memcpy(text, &i, 8);
		key = rand_seq_below(&seq, keys);
		sum += key;
		t_ok(runs_add(r, key, str_make(text, 8 + extra), &e), &e);
	}
	t_ok(runs_finish(r, &e), &e);
	while ((rc = runs_next(r, &key, &bytes, &e)) > 0) {
		memcpy(&number, bytes.p, 8);
		t_int(bytes.n,
		    8 + (number % 50 ? number % 40 : sizeof(text) - 8));
		t_true(key >= last, "keys ascend");
		t_true(key > last || count == 0 || number > last_number,
		    "equal keys keep their order");
		last = key;
		last_number = number;
		sum -= key;
		count++;
	}
	t_int(rc, 0);
	t_int(count, n);
	t_int(sum, 0);
	runs_free(r);
	t_int(rmdir(dir), 0); /* nothing is left behind */
}

static void what_fits_in_memory_stays_there(void **state)
{
	sort_some(0, 10, 0, 0);
	sort_some(1, 10, 0, 0);
	sort_some(1000, 300, 0, 0);
}

static void many_runs_are_merged_in_several_steps(void **state)
{
	sort_some(20000, 1u << 20, 4096, 2);
	sort_some(20000, 50, 4096, 3);
	sort_some(20000, 1, 8192, 8);
}

static void a_leftover_is_removed_and_early_ends_leave_nothing(void **state)
{
	char dir[64];
	struct runs_options o = {.dir = t_mkdir(dir), .batch = 1024};
	struct runs *r;
	struct err e = {0};

	t_write(dir, RUNS_FILE, S("old"));
	r = runs_new(&o);
	for (uint64_t i = 0; i < 1000; i++)
		t_ok(runs_add(r, i, S("some bytes"), &e), &e);
	runs_free(r);
	t_int(rmdir(dir), 0);
}

static void a_folder_that_is_gone_is_told(void **state)
{
	struct runs_options o = {.dir = "/nonexistent/folder", .batch = 64};
	struct runs *r = runs_new(&o);
	struct err e = {0};
	int rc = 0;

	for (uint64_t i = 0; i < 100 && rc == 0; i++)
		rc = runs_add(r, i, S("some bytes"), &e);
	t_true(rc < 0, "fails");
	t_has(str_of(e.msg), "/nonexistent/folder");
	runs_free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(what_fits_in_memory_stays_there),
	    T(many_runs_are_merged_in_several_steps),
	    T(a_leftover_is_removed_and_early_ends_leave_nothing),
	    T(a_folder_that_is_gone_is_told),
	};

	return t_run("runs", tests);
}
