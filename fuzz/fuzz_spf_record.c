/* spf_record: a record of any bytes is refused with a reason, or its terms are
 * read again just so, and its macros expand to names that are names.
 */
#include "fuzz.h"

#include "auth/spf.h"
#include "base/limits.h"

static void expand(struct str spec, const struct spf_macros *m)
{
	struct buf out = BUF_INIT(LIMIT_SPF_EXPANSION);
	struct buf name = BUF_INIT(4 * LIMIT_DOMAIN);
	struct str cut;

	spf_macro_expand(spec, m, &out);
	ENSURE(out.len <= LIMIT_SPF_EXPANSION);
	if (!out.over && spf_name_text(buf_str(&out), &cut, &name)) {
		ENSURE(cut.n > 0 && cut.n <= LIMIT_SPF_NAME);
		ENSURE(name.len >= cut.n && !name.over);
		for (size_t i = 0; i < name.len; i++)
			ENSURE(name.p[i] > 0x20 && name.p[i] < 0x7f);
	}
	buf_release(&out);
	buf_release(&name);
}

static void read_terms(const struct spf_record *r, const struct spf_macros *m)
{
	struct str rest = r->terms;
	struct spf_term t;
	unsigned lookups = 0;
	struct err e = {0};
	int rc;

	while ((rc = spf_term_next(&rest, &t, &e)) > 0) {
		ENSURE(t.text.n > 0 && t.text.p >= r->text.p &&
		       t.text.p + t.text.n <= r->text.p + r->text.n);
		ENSURE(t.cidr4 <= 32 && t.cidr6 <= 128);
		ENSURE(spf_macro_check(t.domain, SPF_IN_DOMAIN) == NULL);
		ENSURE(!spf_macro_uses(t.domain, "crt"));
		lookups += spf_term_lookups(&t);
		expand(t.domain, m);
	}
	ENSURE(rc == 0 && lookups == r->lookups);
}

void fuzz_one(struct str in)
{
	const struct spf_macros m = {
	    .sender = S("a.-+b\\@Example.com"),
	    .local = S("a.-+b\\"),
	    .sender_domain = S("Example.com"),
	    .domain = S("_x.example.net"),
	    .helo = S("[192.0.2.1]\xff"),
	    .ip = {0x20, 0x01, 0x0d, 0xb8, [15] = 1},
	    .v6 = true,
	    .now = USEC_PER_SEC,
	};
	struct spf_record r;
	struct err e = {0};
	int rc = spf_record_parse(in, &r, &e);

	ENSURE(rc == 0 || (rc == ERR_INPUT && e.msg[0]));
	if (rc == 0)
		read_terms(&r, &m);
	if (spf_macro_check(in, SPF_IN_TEXT) == NULL)
		expand(in, &m);
}
