#include "base/log.h"
#include "store/sqlite_private.h"

/* The proof reads in pieces: within one, each person is seen at one moment
 * with all that belongs to them. */
#define SWEEP_PARTS 256
#define SWEEP_ROWS  50000

/* What must not exist: a state that disagrees with its latest attempt.  The
 * latest attempt has an outcome: the state is what that outcome said.  It has
 * none: its sender has it in hand, or died. */
static const char bad_state[] =
    "SELECT s.person, p.addresses, CASE"
    " WHEN p.id IS NULL THEN 'is not in the audience'"
    " WHEN a.id IS NULL THEN 'has a state without an attempt'"
    " WHEN a.person <> s.person THEN 'has another person''s attempt'"
    " WHEN o.attempt IS NOT NULL AND (o.person <> s.person OR"
    "  o.status <> s.status OR o.address_no <> s.address_no OR"
    "  o.tries <> s.tries OR o.due IS NOT s.due OR o.first_try <> s.first_try OR"
    "  o.site <> s.site)"
    "  THEN 'has a state that is not what the last outcome says'"
    " WHEN o.attempt IS NULL AND a.date IS NULL"
    "  THEN 'has an attempt with neither intent nor outcome'"
    " WHEN o.attempt IS NULL AND s.status NOT IN (1, 9)"
    "  THEN 'has a state that no outcome explains'"
    " WHEN o.attempt IS NULL AND s.status = 1 AND a.epoch <>"
    "  (SELECT epoch FROM origin)"
    "  THEN 'is in the hand of a sender that has ended'"
    " WHEN o.attempt IS NULL AND s.status = 9 AND a.epoch >="
    "  (SELECT epoch FROM origin)"
    "  THEN 'is uncertain though its sender goes on'"
    " WHEN s.letter <> 0 AND l.date IS NULL"
    "  THEN 'points to an intent that is not there'"
    " END AS wrong"
    " FROM state s LEFT JOIN audience.person p ON p.id = s.person"
    " LEFT JOIN attempt a ON a.id = s.attempt"
    " LEFT JOIN outcome o ON o.attempt = s.attempt"
    " LEFT JOIN attempt l ON l.id = s.letter"
    " WHERE s.person > ?1 AND s.person <= ?2 AND wrong IS NOT NULL LIMIT 1";

/* An attempt without its person's state, or newer than the state knows. */
static const char bad_attempt[] =
    "SELECT a.person, p.addresses, CASE"
    " WHEN s.person IS NULL THEN 'has an attempt but no state'"
    " WHEN s.attempt < a.id THEN 'has an attempt newer than the state'"
    " WHEN s.letter < a.id AND a.date IS NOT NULL"
    "  THEN 'has an intent the state does not know'"
    " END AS wrong"
    " FROM attempt a LEFT JOIN state s ON s.person = a.person"
    " LEFT JOIN audience.person p ON p.id = a.person"
    " WHERE a.id > ?1 AND a.id <= ?2 AND wrong IS NOT NULL LIMIT 1";

static const char bad_outcome[] =
    "SELECT o.person, p.addresses, CASE"
    " WHEN a.id IS NULL THEN 'has an outcome without an attempt'"
    " WHEN a.person <> o.person THEN 'has the outcome of another''s attempt'"
    " END AS wrong"
    " FROM outcome o LEFT JOIN attempt a ON a.id = o.attempt"
    " LEFT JOIN audience.person p ON p.id = o.person"
    " WHERE o.attempt > ?1 AND o.attempt <= ?2"
    " AND wrong IS NOT NULL LIMIT 1";

/* The number of tries, which only adds up while nobody sends. */
static const char bad_number[] =
    "SELECT s.person, p.addresses, 'has another number of attempts'"
    " FROM (SELECT person, count(*) AS n FROM attempt GROUP BY person) a"
    " JOIN state s ON s.person = a.person"
    " LEFT JOIN audience.person p ON p.id = s.person"
    " WHERE s.attempts <> a.n LIMIT 1";

static int tell(sqlite3_stmt *q, struct store *s, struct err *e)
{
	struct str addresses = store_column(q, 1);
	char masked[LOG_MASK_SIZE];

	if (!addresses.n)
		return err_set(e, ERR_DB, "%s: person %lld (no address) %s",
		    s->path, (long long)sqlite3_column_int64(q, 0),
		    (const char *)sqlite3_column_text(q, 2));
	return err_set(e, ERR_DB, "%s: person %lld (%s) %s", s->path,
	    (long long)sqlite3_column_int64(q, 0),
	    log_mask_address(str_cut(&addresses, '\n'), masked),
	    (const char *)sqlite3_column_text(q, 2));
}

static int look(
    struct store *s, sqlite3_stmt *q, int64_t from, int64_t to, struct err *e)
{
	int rc, r = 0;

	sqlite3_bind_int64(q, 1, from);
	sqlite3_bind_int64(q, 2, to);
	rc = sqlite3_step(q);
	if (rc == SQLITE_ROW)
		r = tell(q, s, e);
	else if (rc != SQLITE_DONE)
		r = store_fail(s, e, "sweep");
	sqlite3_reset(q);
	return r;
}

static int sweep_states(struct store *s, sqlite3_stmt *q, struct err *e)
{
	int64_t from = INT64_MIN, to;
	int r = 0;

	for (int i = 0; i < SWEEP_PARTS && r == 0; i++, from = to) {
		to = i == SWEEP_PARTS - 1 ? INT64_MAX
					  : INT64_MAX / SWEEP_PARTS * (i + 1);
		r = look(s, q, from, to, e);
	}
	return r;
}

/* Attempts by their ids, which are close together. */
static int sweep_facts(
    struct store *s, sqlite3_stmt *q, int64_t last, struct err *e)
{
	int r = look(s, q, INT64_MIN, 0, e);

	for (int64_t from = 0; from < last && r == 0; from += SWEEP_ROWS)
		r = look(s, q, from,
		    last - from > SWEEP_ROWS ? from + SWEEP_ROWS : last, e);
	return r;
}

static int sweep_with(
    struct store *s, const char *sql, bool states, struct err *e)
{
	sqlite3_stmt *q = NULL;
	int64_t last = 0;
	int r = store_last_attempt(s, &last, e);

	if (r == 0 && sqlite3_prepare_v2(s->db, sql, -1, &q, NULL) != SQLITE_OK)
		r = store_fail(s, e, "sweep");
	if (r == 0)
		r = states ? sweep_states(s, q, e) : sweep_facts(s, q, last, e);
	sqlite3_finalize(q);
	return r;
}

static int sweep_numbers(struct store *s, struct err *e)
{
	sqlite3_stmt *q = NULL;
	int r = 0;

	if (sqlite3_prepare_v2(s->db, bad_number, -1, &q, NULL) != SQLITE_OK)
		r = store_fail(s, e, "sweep");
	else
		r = look(s, q, 0, 0, e);
	sqlite3_finalize(q);
	return r;
}

static int check_sum(
    struct store *s, const struct store_counts *c, struct err *e)
{
	uint64_t sum = 0;

	for (int i = 0; i < PERSON_STATUS_COUNT; i++)
		sum += c->by_status[i];
	if (sum == c->audience)
		return 0;
	return err_set(e, ERR_DB,
	    "%s: the states add up to %llu, the audience has %llu", s->path,
	    (unsigned long long)sum, (unsigned long long)c->audience);
}

int store_sweep(struct store *s, struct store_counts *ret, struct err *e)
{
	int r = store_need_audience(s, e);

	if (r == 0)
		r = sweep_with(s, bad_state, true, e);
	if (r == 0)
		r = sweep_with(s, bad_attempt, false, e);
	if (r == 0)
		r = sweep_with(s, bad_outcome, false, e);
	if (r == 0 && !store_lease_held(s->dir))
		r = sweep_numbers(s, e);
	if (r == 0)
		r = store_count(s, ret, e);
	if (r == 0)
		r = check_sum(s, ret, e);
	return r;
}
