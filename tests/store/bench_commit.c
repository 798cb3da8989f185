/* bench_commit: what the journal's transactions cost.
 *	bench_commit [MAILS [FOLDER]]
 * A mail is an intent and, eight batches later, its outcome: as in a run,
 * where both share commits. Prints CPU and wall time a mail, and the same
 * for counting and finding out who is next.
 */
#include <sys/resource.h>
#include <unistd.h>

#include "base/clock.h"
#include "world.h"

static usec_t of_timeval(struct timeval t)
{
	return (usec_t)t.tv_sec * USEC_PER_SEC + t.tv_usec;
}

static usec_t cpu_now(void)
{
	struct rusage r;

	getrusage(RUSAGE_SELF, &r);
	return of_timeval(r.ru_utime) + of_timeval(r.ru_stime);
}

static usec_t system_now(void)
{
	struct rusage r;

	getrusage(RUSAGE_SELF, &r);
	return of_timeval(r.ru_stime);
}

struct bench {
	struct world w;
	int64_t person; /* last one sent to */
};

#define BEHIND 8

static void send_batches(struct bench *b, size_t batch, int64_t mails)
{
	struct store_record *r = mem_zalloc(2 * batch * sizeof(*r));
	int64_t first = b->w.next_attempt, start = b->person;
	int64_t behind = (int64_t)(BEHIND * batch), outcome = 0, sent = 0;
	usec_t cpu = cpu_now(), wall = clock_steady(&clock_system);
	usec_t kernel = system_now();
	int64_t commits = 0;

	while (outcome < mails) {
		size_t n = 0;

		for (size_t i = 0; i < batch && outcome < sent &&
				   (sent - outcome > behind || sent == mails);
		     i++, outcome++)
			r[n++] = world_outcome(&b->w, first + outcome,
			    (start + outcome + 1) * 16, PERSON_ACCEPTED);
		for (size_t i = 0; i < batch && sent < mails; i++, sent++)
			r[n++] = world_intent(&b->w, (start + sent + 1) * 16);
		t_ok(store_commit(b->w.s, r, n, &b->w.e), &b->w.e);
		commits++;
	}
	b->person += mails;
	cpu = cpu_now() - cpu;
	wall = clock_steady(&clock_system) - wall;
	kernel = system_now() - kernel;
	printf("batch %3zu: %6.1f us CPU a mail (%.1f in the kernel), %7.0f"
	       " mails/s, %.0f commits/s\n",
	    batch, (double)cpu / (double)mails, (double)kernel / (double)mails,
	    (double)mails / ((double)wall / 1e6),
	    (double)commits / ((double)wall / 1e6));
	free(r);
}

static int one(const struct store_due *d, void *arg)
{
	*(int64_t *)arg = d->row.id;
	return 0;
}

static void fresh(struct bench *b, const char *when)
{
	usec_t cpu = cpu_now();
	int64_t last = 0;
	int n = store_next_fresh(
	    b->w.s, 0, STR_NONE, 0, 1, 1000, one, &last, &b->w.e);

	t_ok(n, &b->w.e);
	printf("fresh, %s: %.1f ms for %d\n", when,
	    (double)(cpu_now() - cpu) / 1e3, n);
	cpu = cpu_now();
	n = store_next_fresh(
	    b->w.s, last, STR_NONE, 0, 1, 1000, one, &last, &b->w.e);
	printf(
	    "  and the next %d: %.2f ms\n", n, (double)(cpu_now() - cpu) / 1e3);
}

static void bench(int64_t mails, const char *dir)
{
	struct bench b = {0};
	struct store_counts c;
	struct store_lease l;
	usec_t at;

	snprintf(b.w.dir, sizeof(b.w.dir), "%s", dir);
	world_people(dir, mails + 20000, 0, 3);
	t_ok(store_open(dir, STORE_WRITE, &b.w.s, &b.w.e), &b.w.e);
	t_ok(store_lease_take(b.w.s, false, &l, &b.w.e), &b.w.e);
	b.w.epoch = l.epoch;
	b.w.next_attempt = 1;
	fresh(&b, "at the start");
	send_batches(&b, 1, 500);
	send_batches(&b, 8, mails / 10);
	send_batches(&b, 16, mails / 10);
	send_batches(&b, 64, mails - b.person);
	fresh(&b, "near the end");
	at = clock_steady(&clock_system);
	t_ok(store_count(b.w.s, &c, &b.w.e), &b.w.e);
	printf("count of %lld people, %llu attempts: %.2f s\n",
	    (long long)c.audience, (unsigned long long)c.attempts,
	    (double)(clock_steady(&clock_system) - at) / 1e6);
	store_close(b.w.s);
	at = clock_steady(&clock_system);
	t_ok(store_open(dir, STORE_WRITE, &b.w.s, &b.w.e), &b.w.e);
	t_ok(store_lease_take(b.w.s, false, &l, &b.w.e), &b.w.e);
	printf("lease again: %.2f s\n",
	    (double)(clock_steady(&clock_system) - at) / 1e6);
	at = clock_steady(&clock_system);
	t_ok(store_sweep(b.w.s, &c, &b.w.e), &b.w.e);
	printf("sweep: %.2f s\n",
	    (double)(clock_steady(&clock_system) - at) / 1e6);
	store_close(b.w.s);
}

int main(int argc, char **argv)
{
	uint64_t mails = 20000;
	char tmp[64];

	if (argc > 1 && !str_to_u64(str_of(argv[1]), 100000000, &mails))
		return 2;
	if (argc > 2) {
		bench((int64_t)mails, argv[2]);
		return 0;
	}
	t_mkdir(tmp);
	bench((int64_t)mails, tmp);
	t_rmdir(tmp);
	return 0;
}
