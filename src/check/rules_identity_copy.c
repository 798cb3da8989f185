/* E-05: the copy that came back, beside what was handed over.
 *
 * The letter made for a made-up person stands for the approved text; where a
 * field of it is filled in, any words may stand in the copy.
 */
#include "base/utf8.h"
#include "check/rules_identity.h"

#define QUOTE_MAX 120u /* bytes of an added piece that are shown */

/* ---- words */

/* Pairs of neighbouring words, hashed: what a text says, whatever its layout. */
struct pairs {
	uint64_t *v;
	size_t n;
};

static uint64_t hash(uint64_t h, struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		h = (h ^ (unsigned char)s.p[i]) * 0x100000001b3u;
	return (h ^ 0xff) * 0x100000001b3u;
}

/* A word that is another for each person: the fields and the name of the
 * made-up one. */
static bool is_filled_in(struct str word)
{
	return str_istarts(word, S(CONTENT_MARKER)) ||
	       str_ieq(word, S(CONTENT_GIVEN)) ||
	       str_ieq(word, S(CONTENT_FAMILY)) ||
	       str_find(word, S("samplevalue")) >= 0 ||
	       str_eq(word, S(CONTENT_ADDRESS));
}

static uint64_t pair(struct str a, struct str b)
{
	uint64_t h = 0xcbf29ce484222325u;

	h = hash(h, is_filled_in(a) ? S("*") : a);
	return hash(h, is_filled_in(b) ? S("*") : b);
}

static int compare(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static void add_prose(struct pairs *p, const struct prose *t)
{
	for (size_t i = 0; i < t->words; i++) {
		p->v[p->n++] = pair(t->word[i].s, S(""));
		if (i + 1 < t->words)
			p->v[p->n++] = pair(t->word[i].s, t->word[i + 1].s);
	}
}

static bool has(const struct pairs *p, uint64_t h)
{
	return bsearch(&h, p->v, p->n, sizeof(h), compare) != NULL;
}

static bool knows(const struct pairs *p, struct str a, struct str b)
{
	return has(p, pair(a, b)) || has(p, pair(S(CONTENT_MARKER), b)) ||
	       has(p, pair(a, S(CONTENT_MARKER)));
}

/* ---- blocks */

/* A paragraph with fields: what stands between them comes in this order; a
 * field alone is a few words. */
static bool fits(const struct prose *t, const struct prose_block *b,
    const struct prose *copy, const struct prose_block *c)
{
	size_t at = c->from, literal = 0, fields = 0;

	for (size_t i = b->from; i < b->to; i++) {
		if (is_filled_in(t->word[i].s)) {
			fields++;
			continue;
		}
		while (at < c->to && !str_eq(copy->word[at].s, t->word[i].s))
			at++;
		if (at == c->to)
			return false;
		at++;
		literal++;
	}
	return fields && c->to - c->from <= literal + 8 * fields;
}

static bool is_added(const struct prose *approved, const struct pairs *p,
    const struct prose *copy, const struct prose_block *c)
{
	size_t words = c->to - c->from, strange = 0;

	if (!words)
		return false;
	if (words == 1)
		strange = !has(p, pair(copy->word[c->from].s, S("")));
	for (size_t i = c->from; i + 1 < c->to; i++)
		strange += !knows(p, copy->word[i].s, copy->word[i + 1].s);
	if (!strange || 2 * strange + 1 < words)
		return false;
	for (size_t i = 0; i < approved->blocks; i++)
		if (fits(approved, &approved->block[i], copy, c))
			return false;
	return true;
}

struct difference {
	size_t blocks, added;
	struct str first; /* of what was added */
};

static void compare_prose(const struct prose *approved,
    const struct prose *copy, struct difference *ret)
{
	struct pairs p = {
	    .v = mem_alloc((2 * approved->words + 1) * sizeof(uint64_t))};

	add_prose(&p, approved);
	qsort(p.v, p.n, sizeof(*p.v), compare);
	for (size_t i = 0; i < copy->blocks; i++) {
		ret->blocks++;
		if (!is_added(approved, &p, copy, &copy->block[i]))
			continue;
		if (!ret->added++)
			ret->first = copy->block[i].text;
	}
	free(p.v);
}

/* A piece that fits in a finding: its first line, whole characters. */
static struct str quote(struct str s)
{
	s = str_cut(&s, '\n');
	if (s.n > QUOTE_MAX)
		s.n = QUOTE_MAX;
	while (s.n && !utf8_valid(s))
		s.n--;
	return s;
}

/* Both parts of the copy, each with its own. */
static struct difference compare_text(const struct identity_copy *c,
    const struct content_letter *l, struct arena *a)
{
	struct difference d = {0};
	struct prose plain;

	if (c->html.words)
		compare_prose(&l->prose, &c->html, &d);
	if (c->text.words) {
		prose_of(&plain, a, l->text);
		compare_prose(&plain, &c->text, &d);
	}
	return d;
}

/* The letter that the copy is nearest to. */
static const struct content_letter *find_letter(
    const struct check_facts *x, struct arena *a, struct difference *ret)
{
	const struct content_letter *best = NULL;

	for (size_t i = 0; i < x->content.variants; i++) {
		const struct content_letter *l = x->content.variant[i].made;
		struct difference d;

		if (!l)
			continue;
		d = compare_text(&x->identity.copy, l, a);
		if (best && d.added >= ret->added)
			continue;
		best = l;
		*ret = d;
	}
	return best;
}

/* ---- links */

static bool is_web(struct str url)
{
	return str_istarts(url, S("http://")) ||
	       str_istarts(url, S("https://"));
}

/* "https://www.example.com/x" -> www.example.com */
static struct str host_of(struct str url)
{
	struct str host = str_from(url, (size_t)str_find(url, S("://")) + 3);

	for (size_t i = 0; i < host.n; i++)
		if (strchr("/?#", host.p[i]))
			return str_sub(host, 0, i);
	return host;
}

/* Web links in order: of a page, or as they stand in a text. */
struct urls {
	const struct markup *page;
	const struct prose *text;
	size_t at;
};

static bool next_url(struct urls *u, struct str *ret)
{
	while (u->page && u->at < u->page->links) {
		*ret = u->page->link[u->at++].target;
		if (is_web(*ret))
			return true;
	}
	while (u->text && u->at < u->text->words) {
		*ret = u->text->word[u->at++].written;
		if (is_web(*ret))
			return true;
	}
	return false;
}

static bool has_host(struct urls u, struct str host)
{
	struct str one;

	while (next_url(&u, &one))
		if (str_ieq(host_of(one), host) ||
		    str_find(one, S(CONTENT_MARKER)) >= 0)
			return true;
	return false;
}

static bool has_url(struct urls u, struct str url)
{
	struct str one;

	while (next_url(&u, &one))
		if (str_eq(one, url))
			return true;
	return false;
}

/* A host that the text does not have; `rewritten`: in place of another. */
static struct str strange_host(
    struct urls approved, struct urls copy, bool *rewritten)
{
	struct urls all = copy, own = approved;
	struct str one, host = STR_NONE;

	while (!host.n && next_url(&all, &one))
		if (!has_host(approved, host_of(one)))
			host = host_of(one);
	while (host.n && next_url(&own, &one))
		if (str_find(one, S(CONTENT_MARKER)) < 0 && !has_url(copy, one))
			*rewritten = true;
	return host;
}

static void judge_links(const struct identity_copy *c,
    const struct content_letter *l, struct findings *f)
{
	struct prose plain;
	struct str host = STR_NONE;
	bool rewritten = false;

	if (c->has_html)
		host = strange_host((struct urls){.page = &l->page},
		    (struct urls){.page = &c->page}, &rewritten);
	if (c->text.words && !(host.n && rewritten)) {
		struct str other;

		prose_of(&plain, f->arena, l->text);
		other = strange_host((struct urls){.text = &plain},
		    (struct urls){.text = &c->text}, &rewritten);
		host = other.n ? other : host;
	}
	if (host.n && rewritten)
		finding_remedy(f,
		    finding_add(f, "E-05", "links", SEVERITY_BLOCK, c->file,
			"The relay rewrites links: in the copy they lead to "
			"%.*s, which the text does not have.",
			STR_ARG(str_sub(host, 0, 200))),
		    "Switch click tracking off for this stream, and send "
		    "another copy.");
	else if (host.n)
		finding_add(f, "E-05", "added-link", SEVERITY_WARN, c->file,
		    "The copy has a link to %.*s, which the text does not "
		    "have.",
		    STR_ARG(str_sub(host, 0, 200)));
}

/* ---- what it says */

static void judge_text(const struct check_facts *x, struct findings *f)
{
	const struct identity_copy *c = &x->identity.copy;
	struct difference d = {0};
	const struct content_letter *l = find_letter(x, f->arena, &d);
	struct str first;

	if (!l)
		return; /* the text can not be read; that is said elsewhere */
	first = quote(d.first);
	if (!d.blocks) {
		finding_unchecked(f, "E-05", "text", false, c->file,
		    "What the copy says could not be checked: no text was "
		    "found in it.");
		return;
	}
	if (2 * d.added > d.blocks) {
		finding_remedy(f,
		    finding_add(f, "E-05", "text", SEVERITY_WARN, c->file,
			"The copy is of another text than this notice's: most "
			"of it does not stand there (\"%.*s\").",
			STR_ARG(first)),
		    "Send the text as it is now to a mailbox of your own, and "
		    "put that copy into seed/.");
		return;
	}
	if (d.added)
		finding_add(f, "E-05", "footer", SEVERITY_WARN, c->file,
		    "The copy says what the notice does not: \"%.*s\". The "
		    "relay adds to the text. Ask for a stream without it.",
		    STR_ARG(first));
	judge_links(c, l, f);
}

static void judge_header(const struct check_facts *x, struct findings *f)
{
	const struct identity_copy *c = &x->identity.copy;

	if (!str_ieq(c->from, x->identity.address))
		finding_add(f, "E-05", "from", SEVERITY_BLOCK, c->file,
		    "The copy that came back is from %.*s, not from %.*s: the "
		    "relay changes the sender.",
		    STR_ARG(c->from.n ? str_sub(c->from, 0, 200) : S("nobody")),
		    STR_ARG(x->identity.address));
	if (c->return_path_org.n && !c->return_path_own)
		finding_add(f, "E-05", "return-path", SEVERITY_WARN, c->file,
		    "Bounces go to %.*s, not to the company: ask the provider "
		    "for them ('tocsin events'), or for a Return-Path of "
		    "your own.",
		    STR_ARG(str_sub(c->return_path_org, 0, 200)));
	if (c->list_unsubscribe)
		finding_add(f, "E-05", "unsubscribe", SEVERITY_WARN, c->file,
		    "The relay adds List-Unsubscribe: people could leave what "
		    "they have to get. Ask for a stream without it.");
	if (c->page.remote.n)
		finding_add(f, "E-05", "pixel", SEVERITY_WARN, c->file,
		    "The copy loads a picture from a server: the relay tracks "
		    "who opens it. Ask for a stream without it.");
}

static void judge_signature(const struct identity_copy *c, struct findings *f)
{
	if (c->trouble && !c->dkim_passes)
		finding_unchecked(f, "E-05", "signature", true, c->file,
		    "The copy's signature could not be checked: the DNS did "
		    "not answer.");
	else if (!c->dkim_passes)
		finding_add(f, "E-05", "signature", SEVERITY_BLOCK, c->file,
		    "No signature of the copy that came back holds: the relay "
		    "changes what was signed, or does not sign.");
	else if (!c->dkim_aligned)
		finding_add(f, "E-05", "alignment", SEVERITY_BLOCK, c->file,
		    "The copy that came back is signed by %.*s only, not by "
		    "the domain in From.",
		    STR_ARG(c->dkim_domain));
}

void judge_returned_copy(const struct check_facts *x, struct findings *f)
{
	const struct identity_copy *c = &x->identity.copy;

	if (!c->there || c->read_error.n) {
		finding_unchecked(f, "E-05", "no-copy", false, S("seed/"),
		    "What the relay makes of the mail could not be checked: %s",
		    c->there ? "the copy in seed/ can not be read."
			     : "there is no copy of it in seed/.");
		return;
	}
	finding_judged(f, "E-05");
	judge_signature(c, f);
	if (!x->identity.address_ok)
		return; /* S-01; there is nothing to compare with */
	judge_header(x, f);
	judge_text(x, f);
}
