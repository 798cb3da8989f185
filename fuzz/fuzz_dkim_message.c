/* dkim_message: "ZONE NUL MESSAGE".  Every signature of any message gets one
 * verdict.
 *
 * Then a fixed message of which every byte is signed is changed as the input
 * says, in one place, which adds no line that nobody signed.  It passes only if
 * no more than white space and the case of letters (of field names) differs.
 */
#include "fuzz.h"

#include "auth/dkim_key.h"
#include "auth/dkim_sign.h"
#include "auth/dkim_verify.h"
#include "base/limits.h"

struct seen {
	size_t count, passed, calls;
};

static void on_report(const struct dkim_report *r, void *arg)
{
	struct seen *s = arg;

	s->calls++;
	s->count = r->count;
	for (size_t i = 0; i < r->count; i++) {
		const struct dkim_verdict *v = &r->row[i];

		ENSURE(v->result != DKIM_NONE && v->reason.n > 0);
		ENSURE(i == 0 || v->at > r->row[i - 1].at);
		ENSURE(
		    v->result != DKIM_PASS || (v->domain.n && v->selector.n &&
						  v->key_bits && v->record.n));
		s->passed += v->result == DKIM_PASS;
	}
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

		dkim_verify_start(v, message, &o, on_report, &s);
		ENSURE(s.calls == 0);
		loop_run(l);
		ENSURE(s.calls == 1);
		dkim_verifier_free(v);
		dns_free(d);
	}
	loop_free(l);
	return s;
}

/* ---- a signed message, changed */

#define HEAD "From: a@example.com\r\nSubject: a subject\r\n"
#define BODY "\r\nHello  you,\r\n\r\nbye.\r\n"

static struct buf made, zone;

static void make(void)
{
	struct pkey *k = NULL;
	struct dkim_identity id = {.domain = S("example.com"),
	    .selector = S("s"),
	    .kind = PKEY_ED25519};
	struct buf record = BUF_INIT(KiB);
	struct dkim_signature sig[DKIM_KEYS_MAX];
	struct dkim_signer *s;
	struct err e = {0};

	made = BUF_INIT(8 * KiB);
	zone = BUF_INIT(8 * KiB);
	ENSURE(pkey_generate(PKEY_ED25519, 0, &k, &e) == 0);
	ENSURE(dkim_key_record(k, &record, &e) == 0);
	dkim_key_zone_line(id.selector, id.domain, buf_str(&record), &zone);
	id.key = k;
	s = dkim_signer_new(&id, 1, &dkim_sign_defaults);
	ENSURE(dkim_sign(s, S(HEAD BODY), 900, &made, sig, &e) == 0);
	buf_add(&made, S(HEAD BODY));
	dkim_signer_free(s);
	buf_release(&record);
}

/* Four bytes: where, what to do, with which byte. */
static void change(struct str in, struct buf *out)
{
	const unsigned char *p = (const unsigned char *)in.p;
	size_t at;

	if (in.n < 4) {
		buf_add(out, buf_str(&made));
		return;
	}
	at = (size_t)(p[0] << 8 | p[1]) % made.len;
	buf_add(out, str_sub(buf_str(&made), 0, at));
	if (p[2] % 3 != 1)
		buf_addc(out, in.p[3]);
	buf_add(out, str_from(buf_str(&made), at + (p[2] % 3 ? 1 : 0)));
}

static void squeeze(struct str m, struct buf *out)
{
	for (size_t i = 0; i < m.n; i++)
		if (!ascii_is_wsp(m.p[i]) && m.p[i] != '\r' && m.p[i] != '\n')
			buf_addc(out, m.p[i]);
}

static bool says_the_same(struct str changed)
{
	struct buf a = BUF_INIT(16 * KiB), b = BUF_INIT(16 * KiB);
	bool same;

	squeeze(buf_str(&made), &a);
	squeeze(changed, &b);
	same = str_ieq(buf_str(&a), buf_str(&b));
	buf_release(&a);
	buf_release(&b);
	return same;
}

static void check_changed(struct str in)
{
	struct buf changed = BUF_INIT(16 * KiB);
	struct seen s;

	change(in, &changed);
	s = verify(buf_str(&zone), buf_str(&changed));
	if (str_eq(buf_str(&changed), buf_str(&made)))
		ENSURE(s.passed == 1);
	else if (s.passed)
		ENSURE(says_the_same(buf_str(&changed)));
	buf_release(&changed);
}

void fuzz_one(struct str in)
{
	struct str message = in, names = str_cut(&message, '\0');

	if (!made.p)
		make();
	verify(names, message);
	check_changed(in);
}
