/* Any bytes: what parses formats to an address that parses to the same, in
 * its limits, with no control byte; what is plain parses to its own bytes. */
#include "fuzz.h"

#include "base/limits.h"
#include "mail/address.h"

static void check_wire(struct str s)
{
	ENSURE(s.n <= LIMIT_PATH - 2);
	for (size_t i = 0; i < s.n; i++)
		ENSURE((unsigned char)s.p[i] >= 0x20 && s.p[i] != 0x7f);
}

void fuzz_one(struct str in)
{
	struct buf scratch = BUF_INIT(2 * KiB), wire = BUF_INIT(KiB);
	struct buf again = BUF_INIT(KiB);
	struct address a, b;
	struct err e = {0};
	size_t at;
	bool ok;

	ok = address_parse(in, true, &scratch, &a, &e) == 0;
	ENSURE(ok == !e.code && ok == !e.msg[0]);
	if (ok) {
		address_format(&a, &wire);
		check_wire(buf_str(&wire));
		ENSURE(a.local.n >= 1 && a.local.n <= LIMIT_LOCAL_PART);
		ENSURE(a.domain.n >= 1 && a.domain.n <= LIMIT_DOMAIN);
		ENSURE(
		    address_parse(buf_str(&wire), true, &scratch, &b, &e) == 0);
		ENSURE(b.utf8_local == a.utf8_local && b.literal == a.literal);
		address_format(&b, &again);
		ENSURE(str_eq(buf_str(&again), buf_str(&wire)));
	}
	if (address_is_plain(in, &at)) {
		ENSURE(ok && str_eq(buf_str(&wire), in));
		ENSURE(at == a.local.n && !a.literal && !a.utf8_local);
	}
	buf_release(&scratch);
	buf_release(&wire);
	buf_release(&again);
}
