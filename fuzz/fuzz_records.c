/* records: tranches.tsv and duties.tsv.  A refusal names file and line; every
 * event that is read has what a written one must have, and can be asked for. */
#include "fuzz.h"

#include "notice/duty.h"
#include "notice/tranche.h"

static void check_refusal(int rc, const struct err *e)
{
	ENSURE(rc == ERR_INPUT || rc == ERR_LIMIT);
	ENSURE(str_starts(str_of(e->msg), S("x.tsv:")));
}

static void read_tranches(struct str in, struct arena *a)
{
	struct tranches all;
	struct err e = {0};
	int rc = tranches_parse(in, "x.tsv", a, &all, &e);

	if (rc < 0) {
		check_refusal(rc, &e);
		return;
	}
	for (size_t i = 0; i < all.count; i++)
		ENSURE(tranche_find(&all, all.t[i].name) == &all.t[i]);
}

static void read_duties(struct str in, struct arena *a)
{
	struct duty_log log, one;
	struct err e = {0};
	int rc = duty_log_parse(in, "x.tsv", a, &log, &e);

	if (rc < 0) {
		check_refusal(rc, &e);
		return;
	}
	for (size_t i = 0; i < log.count; i++) {
		const struct duty_event *ev = &log.v[i];

		ENSURE(ev->by.n && ev->id.n && ev->step);
		ENSURE(ev->state != DUTY_WAIVED || ev->note.n);
		if (i > 8)
			continue;
		ENSURE(duty_log_of(&log, ev->tranche, a, &one, &e) == 0);
		ENSURE(one.count && one.count <= log.count);
		ENSURE(duty_last(&one, ev->id, ev->step, ev->who));
	}
	(void)duty_hold_until(&log);
}

void fuzz_one(struct str in)
{
	struct arena a = ARENA_INIT(64 * MiB);

	read_tranches(in, &a);
	read_duties(in, &a);
	arena_release(&a);
}
