#include "report/mask.h"
#include "base/conf.h"

static bool is_local(char c)
{
	return ascii_is_alnum(c) || (unsigned char)c >= 0x80 ||
	       (c && strchr(".!#$%&'*+-/=?^_`{|}~", c));
}

static bool is_domain(char c)
{
	return ascii_is_alnum(c) || (unsigned char)c >= 0x80 || c == '.' ||
	       c == '-' || c == '_';
}

static bool is_under(struct str domain, struct str above)
{
	return str_ieq(domain, above) ||
	       (domain.n > above.n + 1 && str_iends(domain, above) &&
		   domain.p[domain.n - above.n - 1] == '.');
}

static bool is_office(struct str local)
{
	static const char *const offices[] = {
	    "postmaster", "abuse", "hostmaster", "webmaster"};

	for (size_t i = 0; i < ARRAY_SIZE(offices); i++)
		if (str_ieq(local, str_of(offices[i])))
			return true;
	return false;
}

static bool is_shown(
    const struct notice *n, struct str local, struct str domain)
{
	const struct str lists[] = {n->from_address, n->reply_to,
	    n->bounce_address, n->marketing_senders, n->seed_addresses};
	struct str rest = n->own_domains, one;

	while (is_office(local) && conf_list_next(&rest, &one))
		if (is_under(domain, one))
			return true;
	for (size_t i = 0; i < ARRAY_SIZE(lists); i++) {
		rest = lists[i];
		while (conf_list_next(&rest, &one))
			if (one.n == local.n + 1 + domain.n &&
			    str_starts(one, local) && str_iends(one, domain))
				return true;
	}
	return false;
}

void mask_addresses(const struct notice *n, struct str text, struct buf *out)
{
	size_t written = 0;

	for (size_t at = 0; at < text.n; at++) {
		size_t from = at, to = at + 1;
		struct str domain;

		if (text.p[at] != '@')
			continue;
		while (from > written && is_local(text.p[from - 1]))
			from--;
		/* "a b"@example.com */
		if (from == at && at > written && text.p[at - 1] == '"')
			for (from = at - 1;
			     from > written && text.p[from - 1] != '"';)
				from--;
		while (to < text.n && is_domain(text.p[to]))
			to++;
		while (to > at + 1 && text.p[to - 1] == '.')
			to--;
		domain = str_sub(text, at + 1, to - at - 1);
		if (from == at || !domain.n ||
		    is_shown(n, str_sub(text, from, at - from), domain))
			continue;
		buf_add(out, str_sub(text, written, from - written));
		/* a whole character, or none */
		if ((unsigned char)text.p[from] < 0x80)
			buf_addc(out, text.p[from]);
		buf_addz(out, "***");
		written = at;
	}
	buf_add(out, str_from(text, written));
}
