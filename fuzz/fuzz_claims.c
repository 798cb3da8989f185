/* claims: copy for channels and pages.  Every claim stands within its limits,
 * is equal to itself and found in its own list; a page's text never grows
 * beyond three times the page.
 */
#include "fuzz.h"

#include "base/utf8.h"
#include "check/facts_channel.h"

static void check_claim(const struct claims *all, const struct claim *c)
{
	struct str host;

	ENSURE(c->value.n > 0 && c->value.n <= CLAIM_LONG);
	ENSURE(c->kind < CLAIM_KINDS);
	ENSURE(c->line > 0);
	ENSURE(claim_same(c, c));
	ENSURE(claims_have(all, c));
	host = claim_host(c);
	ENSURE(host.n <= c->value.n);
	for (size_t i = 0; c->kind == CLAIM_PHONE && i < c->value.n; i++)
		ENSURE(ascii_is_digit(c->value.p[i]));
	if (c->kind == CLAIM_DAY)
		ENSURE(c->value.n == 10);
}

void fuzz_one(struct str in)
{
	struct arena a = ARENA_INIT(16 * MiB);
	struct buf page = BUF_INIT(16 * MiB);
	struct claims all;
	struct sms_size sms;

	if (in.n > 256 * KiB)
		return;
	if (claims_find(in, &a, &all) >= 0) {
		ENSURE(all.count <= CLAIMS_MAX);
		for (size_t i = 0; i < all.count; i++)
			check_claim(&all, &all.v[i]);
	}
	channel_page_text(in, &page);
	ENSURE(!page.over && page.len <= 3 * in.n);
	sms = sms_measure(in);
	ENSURE((sms.parts > 0) == (sms.characters > 0));
	ENSURE(sms.characters <= 2 * in.n);
	buf_release(&page);
	arena_release(&a);
}
