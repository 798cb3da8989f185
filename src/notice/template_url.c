/* Link targets: which go into a mail, and how they are written. */
#include "notice/template.h"

bool template_is_link(struct str s)
{
	return (str_istarts(s, S("https://")) && s.n > 8 && s.p[8] != '/') ||
	       (str_istarts(s, S("http://")) && s.n > 7 && s.p[7] != '/');
}

static bool stays(char c)
{
	return ascii_is_alnum(c) || (c && strchr("-_.~+!*(),%#@?=;:/$&", c));
}

static void add_static(struct buf *text, struct buf *html, char c)
{
	char hex[4] = {c, '\0'};

	if (!stays(c))
		snprintf(hex, sizeof(hex), "%%%02X", (unsigned char)c);
	buf_addz(text, hex);
	buf_addz(html, c == '&' ? "&amp;" : hex);
}

/* "scheme" of "scheme:...", or empty. */
static struct str scheme_of(struct str url)
{
	size_t n = 0;

	while (n < url.n && (ascii_is_alnum(url.p[n]) ||
				(n && strchr("+.-", url.p[n]) && url.p[n])))
		n++;
	return n && n < url.n && url.p[n] == ':' && ascii_is_alpha(url.p[0])
		   ? str_sub(url, 0, n)
		   : STR_NONE;
}

/* Where a field may stand at the earliest. */
static size_t fixed_part(struct str url, struct str scheme)
{
	size_t n = scheme.n + 1;

	if (!str_ieq(scheme, S("http")) && !str_ieq(scheme, S("https")))
		return n;
	n += 2;
	while (
	    n < url.n && url.p[n] != '/' && url.p[n] != '?' && url.p[n] != '#')
		n++;
	return n;
}

static int add_whole(const struct template_scan *s, uint32_t use,
    const char *file, int line, struct buf *text, struct buf *html,
    struct err *e)
{
	const struct template_use *u = &s->use[use];

	if (u->has_default && !template_is_link(u->value))
		return err_set(e, ERR_INPUT,
		    "%s:%d: {{%.*s}} is a whole link target; its default must "
		    "begin with https:// or http://",
		    file, line, STR_ARG(s->field[u->field]));
	template_mark_add(text, OP_LINK_TEXT, use);
	template_mark_add(html, OP_LINK_HTML, use);
	return 1;
}

static int check_target(
    struct str url, const char *file, int line, struct err *e)
{
	static const struct str known[] = {
	    S("http"), S("https"), S("mailto"), S("tel"), S("sms")};
	struct str scheme = scheme_of(url);
	bool ok = false;

	if (template_mark_find(url) == 0 ||
	    (scheme.n && template_mark_find(url) < fixed_part(url, scheme)))
		return err_set(e, ERR_INPUT,
		    "%s:%d: a field can not make up where a link goes: write "
		    "https://host/ before it, or let it be the whole target",
		    file, line);
	for (size_t i = 0; i < ARRAY_SIZE(known); i++)
		ok = ok || str_ieq(scheme, known[i]);
	if (!scheme.n ||
	    (ok && str_istarts(scheme, S("http")) && !template_is_link(url)))
		return err_set(e, ERR_INPUT,
		    "%s:%d: the link target \"%.*s\" leads nowhere from a "
		    "mail; write the whole URL, https://...",
		    file, line, (int)(url.n > 80 ? 80 : url.n), url.p);
	return ok;
}

int template_add_url(const struct template_scan *s, struct str url,
    const char *file, int line, struct buf *text, struct buf *html,
    struct err *e)
{
	uint32_t use;
	size_t n;
	int rc;

	if (!url.n)
		return 0;
	n = template_mark_next(s, url, NULL, &use);
	if (n == url.n)
		return add_whole(s, use, file, line, text, html, e);
	rc = check_target(url, file, line, e);
	if (rc <= 0)
		return rc;
	while (url.n) {
		n = template_mark_next(s, url, NULL, &use);
		if (n) {
			template_mark_add(text, OP_URL, use);
			template_mark_add(html, OP_URL, use);
		} else {
			add_static(text, html, url.p[0]);
		}
		url = str_from(url, n ? n : 1);
	}
	return 1;
}
