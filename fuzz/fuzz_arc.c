/* arc: "ZONE NUL MESSAGE".  Any message has one verdict on its chain; what is
 * sealed on top of it is whole, and says what the verdict was; what lies in
 * Authentication-Results makes no line of its own.
 */
#include "fuzz.h"

#include "auth/arc.h"
#include "auth/dkim_key.h"
#include "base/limits.h"

struct seen {
	enum arc_result result;
	unsigned instances, calls;
	bool ended;
};

static void on_report(const struct arc_report *r, void *arg)
{
	struct seen *s = arg;

	s->calls++;
	s->result = r->result;
	s->instances = r->instances;
	s->ended = r->ended;
	ENSURE(r->instances <= ARC_SETS_MAX && r->reason.n > 0);
	ENSURE((r->result == ARC_NONE) == (r->instances == 0) ||
	       r->result == ARC_FAIL);
	ENSURE(!r->ended || r->result == ARC_FAIL);
	ENSURE(r->oldest_pass <= r->instances);
	ENSURE(r->sets == 0 || r->sets == r->instances);
	ENSURE(r->result != ARC_PASS || r->sets == r->instances);
}

static struct seen verify(struct str zone, struct str message)
{
	struct dkim_verify_options o = dkim_verify_defaults;
	struct loop *l = loop_sim_new(0);
	struct seen s = {0};
	struct err e = {0};
	struct dns *d;

	o.at = 1000;
	if (dns_zone_new(l, zone, "z", &d, &e) == 0) {
		struct dkim_verifier *v = dkim_verifier_new(l, d);

		arc_verify_start(v, message, &o, on_report, &s);
		ENSURE(s.calls == 0);
		loop_run(l);
		ENSURE(s.calls == 1);
		dkim_verifier_free(v);
		dns_free(d);
	}
	loop_free(l);
	return s;
}

static struct pkey *key;
static struct buf zone;

static void make(void)
{
	struct buf record = BUF_INIT(KiB);
	struct err e = {0};

	zone = BUF_INIT(8 * KiB);
	ENSURE(pkey_generate(PKEY_ED25519, 0, &key, &e) == 0);
	ENSURE(dkim_key_record(key, &record, &e) == 0);
	dkim_key_zone_line(S("s"), S("example.com"), buf_str(&record), &zone);
	buf_release(&record);
}

static void seal(struct str message, const struct seen *before)
{
	struct buf out = BUF_INIT(8 * MiB), results = BUF_INIT(MiB);
	struct arc_seal_options o = {.domain = S("example.com"),
	    .selector = S("s"),
	    .key = key,
	    .authserv_id = S("mx.example.com"),
	    .at = 900};
	struct err e = {0};

	arc_collect_results(message, o.authserv_id, &results);
	o.results = buf_str(&results);
	if (arc_seal(message, before->result, before->instances, &o, &out,
		&e) == 0) {
		struct str fields = buf_str(&out);
		struct seen after;

		ENSURE(str_ends(fields, S("\r\n")));
		ENSURE(str_find(fields, S("\r\n\r\n")) < 0);
		buf_add(&out, message);
		after = verify(buf_str(&zone), buf_str(&out));
		ENSURE(after.instances == before->instances + 1);
		ENSURE(after.ended == (before->result == ARC_FAIL));
		/* older seals are by keys that our zone has not */
		ENSURE(before->result != ARC_NONE || after.result == ARC_PASS);
	} else {
		ENSURE(e.code && out.len == 0);
	}
	buf_release(&out);
	buf_release(&results);
}

void fuzz_one(struct str in)
{
	struct str message = in, names = str_cut(&message, '\0');
	struct seen s;

	if (!key)
		make();
	s = verify(names, message);
	if (s.calls == 0)
		s = verify(buf_str(&zone), message);
	if (s.result != ARC_TEMPERROR && !s.ended)
		seal(message, &s);
}
