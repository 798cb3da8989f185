/* Any bytes as a message: either a reason, or one domain that stands in the
 * only From field, behind the last "@" of its address. */
#include "fuzz.h"

#include "auth/author.h"
#include "auth/dmarc_walk.h"
#include "base/utf8.h"
#include "mail/header.h"

static void check(struct str message, const struct author *x)
{
	struct buf again = BUF_INIT(LIMIT_DOMAIN);
	struct header_field f;
	ptrdiff_t at = str_rchr(x->address, '@');

	ENSURE(!x->reason && at > 0);
	ENSURE(header_find(message, S("From"), &f));
	ENSURE(str_find(f.value, x->address) >= 0);
	ENSURE(dmarc_domain(
		   str_from(x->address, (size_t)at + 1), &again, NULL) == 0);
	ENSURE(str_eq(buf_str(&again), x->domain));
	ENSURE(utf8_is_ascii(x->domain) &&
	       !memchr(x->domain.p, '\0', x->domain.n));
	buf_release(&again);
}

void fuzz_one(struct str in)
{
	struct arena a = ARENA_INIT(4 * MiB);
	struct author x;

	if (author_find(in, &a, &x))
		check(in, &x);
	else
		ENSURE(x.reason && !x.domain.n);
	arena_release(&a);
}
