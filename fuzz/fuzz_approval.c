/* approval: a record, a request, the keys, the log of overrides.  What is taken
 * as a record is written the same again; a request compared with itself has
 * not changed, and what is compared is told in clean lines; a log is read only
 * with signatures of keys that are there.  Behind a NUL, if there is one: the
 * log, read with the keys before it; or a second request.
 */
#include "fuzz.h"

#include "base/utf8.h"
#include "notice/approval.h"

static void record(struct str in)
{
	struct buf again = BUF_INIT(LIMIT_APPROVAL_RECORD);
	struct approval_record r;
	struct err e = {0};

	if (approval_record_parse(in, "x", &r, &e) < 0) {
		ENSURE(e.code == ERR_INPUT);
		return;
	}
	ENSURE(r.role.n <= APPROVAL_NAME && r.name.n <= APPROVAL_NAME);
	approval_record_format(&r, &again);
	ENSURE(str_eq(buf_str(&again), in));
	approval_verify(&r);
	buf_release(&again);
}

static void request(struct str in, struct str other)
{
	struct arena a = ARENA_INIT(64 * MiB);
	struct str tranche, rest = in, *changes;
	struct approval_row row;
	struct err e = {0};
	size_t n, rows = 0;

	if (approval_request_check(in, &tranche, &e) < 0)
		return;
	while (approval_request_next(&rest, &row)) {
		rows++;
		ENSURE(row.kind.n);
	}
	ENSURE(rows);
	if (rows < 500) {
		ENSURE(approval_request_compare(in, in, &a, &changes, &n, &e) ==
		       0);
		for (size_t i = 0; i < n; i++) /* a key that is there twice */
			ENSURE(changes[i].n);
	}
	if (rows < 500 && approval_request_check(other, &tranche, &e) == 0)
		ENSURE(approval_request_compare(
			   in, other, &a, &changes, &n, &e) <= 0);
	arena_release(&a);
}

static void keys_and_log(struct str in, struct str log)
{
	struct arena a = ARENA_INIT(64 * MiB);
	struct approvers keys;
	struct override_act *act;
	struct override *o;
	struct err e = {0};
	size_t n;

	if (approvers_parse(in, "x", &a, &keys, &e) < 0) {
		arena_release(&a);
		return;
	}
	for (size_t i = 0; i < keys.count; i++)
		ENSURE(approver_find(&keys, keys.v[i].role, keys.v[i].name) ==
		       &keys.v[i]);
	if (override_log_parse(log, "y", &keys, &a, &act, &n, &e) == 0 &&
	    overrides_replay(act, n, &a, &o, &n, &e) == 0)
		for (size_t i = 0; i < n; i++)
			ENSURE(o[i].names >= 1 && o[i].names <= 2 &&
			       override_rule_ok(o[i].rule));
	arena_release(&a);
}

void fuzz_one(struct str in)
{
	unsigned char key[APPROVAL_KEY];
	struct str second = in, first = str_cut(&second, '\0');
	struct err e;

	record(in);
	request(first, second);
	keys_and_log(first, second);
	approver_key_parse(in, key, &e);
}
