/* shown: whatever a finding quotes, the page keeps its place: no quote, no
 * angle bracket, valid UTF-8, no address whole. */
#include "fuzz.h"

#include "base/limits.h"
#include "base/utf8.h"
#include "report/html.h"
#include "report/mask.h"

/* No letter or digit but the first is left before an @ with a domain behind. */
static void check_masked(struct str s)
{
	for (size_t at = 2; at + 1 < s.n; at++)
		ENSURE(s.p[at] != '@' || !ascii_is_alnum(s.p[at + 1]) ||
		       !ascii_is_alnum(s.p[at - 1]));
}

static bool names_us(struct str s)
{
	for (; s.n; s = str_from(s, 1))
		if (str_istarts(s, S("example.com")))
			return true;
	return false;
}

void fuzz_one(struct str in)
{
	const struct notice n = {.own_domains = S("example.com")};
	struct buf masked = BUF_INIT(4 * MiB), out = BUF_INIT(32 * MiB);

	if (in.n > MiB)
		return;
	mask_addresses(&n, in, &masked);
	ENSURE(!masked.over);
	/* offices of ours may stay */
	if (!names_us(in))
		check_masked(buf_str(&masked));
	html_text(&out, buf_str(&masked));
	ENSURE(!out.over && utf8_is_clean(buf_str(&out)));
	for (size_t i = 0; i < out.len; i++)
		ENSURE(out.p[i] != '<' && out.p[i] != '>' && out.p[i] != '"' &&
		       out.p[i] != '\'');
	buf_release(&masked);
	buf_release(&out);
}
