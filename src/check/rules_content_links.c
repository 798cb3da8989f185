/* S-22, S-23 and S-24: where the text leads, and who is told of it. */
#include "check/rules_content.h"

#define LINKS_MAX   2u
#define TARGETS_MAX 200u

struct target {
	struct str url, host, text; /* text: what is shown; bare: the same */
	bool bare;                  /* written in the text, no <a> */
};

struct judged {
	const struct check_facts *x;
	struct findings *f;
	const struct content_variant *v;
	const struct content_letter *l;
	struct target target[TARGETS_MAX]; /* different ones */
	size_t count;
};

/* ---- targets */

static struct str without_www(struct str s)
{
	return str_istarts(s, S("www.")) ? str_from(s, 4) : s;
}

/* What stays the same for one page: no scheme, no www., no final slash. */
static struct str core_of(struct str url)
{
	ptrdiff_t at = str_find(url, S("://"));

	if (at >= 0)
		url = str_from(url, (size_t)at + 3);
	url = without_www(url);
	while (str_ends(url, S("/")))
		url.n--;
	return url;
}

static bool is_web(struct str url)
{
	return str_istarts(url, S("https:")) || str_istarts(url, S("http:"));
}

/* One page counts once, in its worst form. */
static void add(struct judged *j, struct target t)
{
	for (size_t i = 0; i < j->count; i++)
		if (str_ieq(core_of(j->target[i].url), core_of(t.url))) {
			if (str_istarts(t.url, S("http:")))
				j->target[i] = t;
			return;
		}
	if (j->count < TARGETS_MAX)
		j->target[j->count++] = t;
}

static void collect(struct judged *j)
{
	const struct markup *m = &j->l->page;
	const struct prose *p = &j->l->prose;

	for (size_t i = 0; i < m->links; i++)
		if (is_web(m->link[i].target))
			add(j, (struct target){.url = m->link[i].target,
				   .host = content_host(m->link[i].target),
				   .text = m->link[i].text});
	for (size_t i = 0; i < p->words; i++)
		if (p->word[i].flags & PROSE_DOMAIN)
			add(j, (struct target){.url = p->word[i].written,
				   .host = content_host(p->word[i].written),
				   .text = p->word[i].written,
				   .bare = true});
}

/* ---- one target */

static struct finding *blocks(struct judged *j, const char *check,
    const struct target *t, const char *what)
{
	return finding_add(j->f, "S-22", check, SEVERITY_BLOCK, j->v->file,
	    "%.*s: %s", STR_ARG(content_shown(j->f->arena, t->url)), what);
}

static bool is_address(struct str host)
{
	bool digits = host.n > 0;

	if (str_starts(host, S("[")))
		return true;
	for (size_t i = 0; i < host.n; i++)
		digits =
		    digits && (ascii_is_digit(host.p[i]) || host.p[i] == '.');
	return digits || str_istarts(host, S("0x"));
}

static bool has_user(struct str url)
{
	ptrdiff_t at = str_find(url, S("://"));

	url = at < 0 ? url : str_from(url, (size_t)at + 3);
	for (size_t i = 0; i < url.n && !strchr("/?#", url.p[i]); i++)
		if (url.p[i] == '@')
			return true;
	return false;
}

static bool is_download(const struct phrases *p, struct str url)
{
	struct str path = core_of(url);
	ptrdiff_t at = str_chr(path, '/');

	path = at < 0 ? STR_NONE : str_from(path, (size_t)at);
	for (size_t i = 0; i < path.n; i++)
		if (strchr("?#", path.p[i]))
			path.n = i;
	at = str_rchr(path, '.');
	return at >= 0 && phrases_lists(p, "download-type",
			      str_from(path, (size_t)at + 1));
}

/* The parameter that tells who clicked, or none. */
static struct str tracking_of(const struct phrases *p, struct str url)
{
	ptrdiff_t at = str_chr(url, '?');
	struct str rest = at < 0 ? STR_NONE : str_from(url, (size_t)at + 1);

	while (rest.p) {
		struct str one = str_cut(&rest, '&');

		one = str_cut(&one, '=');
		if (str_istarts(one, S("amp;")))
			one = str_from(one, 4);
		if (str_istarts(one, S("utm_")) ||
		    phrases_lists(p, "tracking-parameter", one))
			return one;
	}
	return STR_NONE;
}

/* Whether a parameter is an address of its own: the page would lead on there. */
static bool leads_on(struct str url)
{
	ptrdiff_t at = str_chr(url, '?');
	struct str rest = at < 0 ? STR_NONE : str_from(url, (size_t)at + 1);

	while (rest.p) {
		struct str value = str_cut(&rest, '&');

		at = str_chr(value, '=');
		if (at < 0)
			continue;
		value = str_from(value, (size_t)at + 1);
		if (str_istarts(value, S("http:")) ||
		    str_istarts(value, S("https:")) ||
		    str_istarts(value, S("http%3a")) ||
		    str_istarts(value, S("https%3a")) ||
		    str_istarts(value, S("//")) ||
		    str_istarts(value, S("%2f%2f")))
			return true;
	}
	return false;
}

static void judge_host(struct judged *j, const struct target *t)
{
	const struct phrases *p = j->x->content.phrases;

	if (is_address(t->host))
		finding_remedy(j->f,
		    blocks(j, "ip-host", t, "leads to an IP address"),
		    "Use a name of your own domain.");
	else if (has_user(t->url))
		finding_remedy(j->f,
		    blocks(j, "userinfo", t,
			"has a name before an @, which hides the host"),
		    "Write https:// and the host, nothing between.");
	else if (phrases_lists_host(p, "shortener-host", t->host) &&
		 !content_is_own(j->x, t->host))
		finding_remedy(j->f,
		    blocks(j, "shortener", t,
			"is a shortener or redirector: nobody sees where it "
			"leads"),
		    "Write the whole address on your own domain.");
	else if (str_find(t->host, S("xn--")) >= 0 &&
		 !content_is_own(j->x, t->host))
		finding_remedy(j->f,
		    blocks(j, "punycode", t,
			"has a host with letters that can look like others"),
		    "Use a name of your own domain.");
	else if (t->bare && !is_web(t->url) && str_chr(t->url, '/') < 0 &&
		 !str_istarts(t->url, S("www.")))
		finding_add(j->f, "S-22", "named-host", SEVERITY_WARN,
		    j->v->file,
		    "%.*s is named, which is not a domain of yours; mail "
		    "programs make a link of it",
		    STR_ARG(t->url));
	else
		finding_remedy(j->f,
		    blocks(j, "link-host", t,
			"leads to a host that is not in [organisation] "
			"own_domains"),
		    "Lead to a page on your own domain, and from there on to "
		    "others; or add the domain to own_domains if it is yours.");
}

static bool is_ours_or_official(const struct judged *j, const struct target *t)
{
	return content_is_own(j->x, t->host) ||
	       phrases_lists_host(
		   j->x->content.phrases, "official-host", t->host);
}

/* A brand like "Booking.com" in a sentence. */
static bool is_brand(const struct judged *j, const struct target *t)
{
	return t->bare && (str_find(j->x->notice->org_name, t->url) >= 0 ||
			      str_find(j->x->notice->brands, t->url) >= 0);
}

static void judge_target(struct judged *j, const struct target *t)
{
	const struct phrases *p = j->x->content.phrases;
	bool own = content_is_own(j->x, t->host), good;
	struct str tracking;

	good = is_ours_or_official(j, t) && !has_user(t->url);
	if (!good && !is_brand(j, t)) {
		judge_host(j, t);
		return;
	}
	tracking = tracking_of(p, t->url);
	if (str_istarts(t->url, S("http:")))
		finding_remedy(j->f,
		    finding_add(j->f, "S-22", "link-https",
			own ? SEVERITY_BLOCK : SEVERITY_WARN, j->v->file,
			"%.*s: is not encrypted", STR_ARG(t->url)),
		    "Write https://.");
	if (tracking.n)
		finding_remedy(j->f,
		    blocks(j, "tracking-parameter", t,
			"has a parameter that tells who or what mailing "
			"clicked"),
		    "Take \"%.*s\" and the like out of the link.",
		    STR_ARG(tracking));
	if (leads_on(t->url))
		finding_remedy(j->f,
		    blocks(j, "redirector", t,
			"leads on to another address, which stands in the "
			"link"),
		    "Write the whole address of the page itself.");
	if (own && is_download(p, t->url))
		finding_remedy(j->f,
		    blocks(j, "download", t,
			"is a file to download; impostors send those"),
		    "Lead to a web page; offer the file there.");
}

/* ---- what is shown, and where it leads */

static bool related(const struct check_facts *x, struct str a, struct str b)
{
	a = without_www(a);
	b = without_www(b);
	return str_ieq(a, b) || str_iends(a, b) || str_iends(b, a) ||
	       (content_is_own(x, a) && content_is_own(x, b));
}

/* The path of a URL without the slash at its end, to the query. */
static struct str page_of(struct str url)
{
	ptrdiff_t at = str_find(url, S("://"));

	if (at >= 0)
		url = str_from(url, (size_t)at + 3);
	at = str_chr(url, '/');
	url = at < 0 ? STR_NONE : str_from(url, (size_t)at + 1);
	while (url.n && (str_ends(url, S("/")) || str_ends(url, S(".")) ||
			    str_ends(url, S(","))))
		url.n--;
	return url;
}

/* A page is shown, and the link leads to another one. */
static bool another_page(struct str shown, struct str target)
{
	struct str page = page_of(shown);

	return page.n && !str_eq(page, page_of(target));
}

static void judge_shown(struct judged *j, const struct markup_link *k)
{
	struct str host = content_host(k->target), shown = STR_NONE;
	struct prose words;
	bool mail = str_istarts(k->target, S("mailto:"));

	prose_of(&words, j->f->arena, k->text);
	for (size_t i = 0; i < words.words; i++) {
		unsigned flags = words.word[i].flags;
		struct str s = words.word[i].written;

		if (mail && (flags & PROSE_EMAIL) &&
		    !str_istarts(str_from(k->target, 7), s))
			shown = s;
		if (is_web(k->target) && (flags & PROSE_DOMAIN) &&
		    (!related(j->x, content_host(s), host) ||
			another_page(s, k->target)))
			shown = s;
	}
	if (shown.n)
		finding_remedy(j->f,
		    finding_add(j->f, "S-22", "link-text", SEVERITY_BLOCK,
			j->v->file, "shows %.*s, but leads to %.*s",
			STR_ARG(shown), STR_ARG(k->target)),
		    "Let the link lead where its words say.");
}

static struct str mail_host(struct str address)
{
	ptrdiff_t at = str_rchr(address, '@');

	return at < 0 ? STR_NONE : str_from(address, (size_t)at + 1);
}

static void judge_addresses(struct judged *j)
{
	const struct prose *p = &j->l->prose;

	for (size_t i = 0; i < p->words; i++) {
		struct str s = p->word[i].written, host = mail_host(s);

		if (!(p->word[i].flags & PROSE_EMAIL) ||
		    content_is_own(j->x, host) || str_ieq(s, j->l->who) ||
		    str_iends(s, S("@example.net")) ||
		    phrases_lists_host(
			j->x->content.phrases, "official-host", host))
			continue;
		finding_remedy(j->f,
		    finding_add(j->f, "S-22", "mail-host", SEVERITY_WARN,
			j->v->file, "%.*s is no address at a domain of yours",
			STR_ARG(s)),
		    "Give people an address at your own domain.");
		return;
	}
}

static void judge_count(struct judged *j)
{
	unsigned max =
	    j->x->notice->check.links ? j->x->notice->check.links : LINKS_MAX;
	size_t n = 0;
	struct buf b = BUF_INIT(600);

	for (size_t i = 0; i < j->count; i++) {
		const struct target *t = &j->target[i];

		if (phrases_lists_host(
			j->x->content.phrases, "official-host", t->host) ||
		    (t->bare && !is_web(t->url) && str_chr(t->url, '/') < 0))
			continue;
		n++;
		buf_addz(&b, n > 1 ? ", " : "");
		buf_add(&b, content_shown(j->f->arena, t->url));
	}
	if (n > max)
		finding_add(j->f, "S-22", "link-count", SEVERITY_BLOCK,
		    j->v->file, "has %zu different links; at most %u: %.*s", n,
		    max, STR_ARG(buf_str(&b)));
	buf_release(&b);
}

static void judge_canonical(const struct check_facts *x, struct findings *f)
{
	struct str url = x->notice->canonical_url;

	if (!url.n || check_has_placeholder(x, url))
		return;
	if (x->content.owns && !content_is_own(x, content_host(url)))
		finding_remedy(f,
		    finding_add(f, "S-22", "canonical", SEVERITY_BLOCK,
			S("notice.ini [notice] canonical_url"),
			"%.*s is not on a domain of [organisation] "
			"own_domains",
			STR_ARG(url)),
		    "Put the page on your own domain; a domain made for the "
		    "occasion is what impostors have.");
	else if (str_istarts(url, S("http:")))
		finding_remedy(f,
		    finding_add(f, "S-22", "canonical-https", SEVERITY_BLOCK,
			S("notice.ini [notice] canonical_url"),
			"%.*s is not encrypted", STR_ARG(url)),
		    "Write https://.");
	if (x->channel.page_left_host &&
	    !content_is_own(x, content_host(x->channel.page_final)))
		finding_remedy(f,
		    finding_add(f, "S-22", "redirect", SEVERITY_BLOCK,
			S("notice.ini [notice] canonical_url"),
			"%.*s leads on to %.*s, which is not on a domain of "
			"yours",
			STR_ARG(url), STR_ARG(x->channel.page_final)),
		    "Let the page answer itself; a redirect to a stranger is "
		    "what impostors do.");
}

void content_judge_links(const struct check_facts *x, struct findings *f)
{
	if (x->content.variants)
		finding_judged(f, "S-22");
	judge_canonical(x, f);
	for (size_t i = 0; i < x->content.variants; i++) {
		struct judged *j = mem_zalloc(sizeof(*j));

		*j = (struct judged){
		    .x = x, .f = f, .v = &x->content.variant[i]};
		j->l = content_letter_of(x, j->v);
		if (j->l && x->content.owns) {
			collect(j);
			for (size_t k = 0; k < j->count; k++)
				judge_target(j, &j->target[k]);
			for (size_t k = 0; k < j->l->page.links; k++)
				judge_shown(j, &j->l->page.link[k]);
			judge_addresses(j);
			judge_count(j);
		}
		free(j);
	}
}

/* ---- S-23 */

static bool works_without(
    const struct check_facts *x, const struct content_letter *l)
{
	struct phrase_hit hit;

	for (size_t i = 0; i < l->prose.words; i++)
		if ((l->prose.word[i].flags & PROSE_PHONE) ||
		    ((l->prose.word[i].flags & PROSE_DOMAIN) &&
			content_is_own(
			    x, content_host(l->prose.word[i].written))))
			return true;
	return phrases_find(
	    x->content.phrases, "address", STR_NONE, &l->prose, 0, &hit);
}

void content_judge_without_links(
    const struct check_facts *x, struct findings *f)
{
	for (size_t i = 0; i < x->content.variants; i++) {
		const struct content_variant *v = &x->content.variant[i];
		const struct content_letter *l = content_letter_of(x, v);

		if (!l)
			continue;
		finding_judged(f, "S-23");
		if (!works_without(x, l))
			finding_add(f, "S-23", "other-way", SEVERITY_WARN,
			    v->file,
			    "gives no telephone number, no postal address and "
			    "no name of your website to type");
	}
}

/* ---- S-24 */

static void remote(struct findings *f, const struct content_variant *v,
    struct str url, unsigned line)
{
	finding_remedy(f,
	    finding_add(f, "S-24", "remote-image", SEVERITY_BLOCK, v->file,
		"line %u: a picture is fetched from %.*s when the mail is "
		"opened",
		line, STR_ARG(content_shown(f->arena, url))),
	    "Take the picture out; say it in words.");
}

void content_judge_tracking(const struct check_facts *x, struct findings *f)
{
	for (size_t i = 0; i < x->content.variants; i++) {
		const struct content_variant *v = &x->content.variant[i];
		const struct content_letter *l = content_letter_of(x, v);

		if (!l)
			continue;
		finding_judged(f, "S-24");
		if (v->source.remote.n)
			remote(f, v, v->source.remote, v->source.remote_line);
		else if (v->source.raw_remote.n)
			remote(
			    f, v, v->source.raw_remote, v->source.remote_line);
		else if (l->page.remote.n)
			remote(f, v, l->page.remote, 0);
		else if (v->source.images)
			finding_remedy(f,
			    finding_add(f, "S-24", "image", SEVERITY_WARN,
				v->file,
				"line %u: a picture is left out of the mail; "
				"only its words stay",
				v->source.image_line),
			    "Put the picture on the web page.");
		if (v->tracked.n)
			finding_add(f, "S-24", "personal-link", SEVERITY_BLOCK,
			    v->file,
			    "{{%.*s}} stands in a link: everyone gets a link "
			    "of their own",
			    STR_ARG(v->tracked));
	}
}
