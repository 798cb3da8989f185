/* S-50: the copy of each channel against the mail. */
#include "base/conf.h"
#include "check/rules_channel.h"
#include "check/say.h"

struct copy {
	const struct check_facts *x;
	const struct channel_text *t;
	struct findings *f;
};

static size_t count_kind(const struct claims *c, enum claim_kind k)
{
	size_t n = 0;

	for (size_t i = 0; i < c->count; i++)
		n += c->v[i].kind == k;
	return n;
}

static struct str place_of(const struct copy *c, const struct claim *claim)
{
	char where[80];

	snprintf(where, sizeof(where), "%s:%u", c->t->file, claim->line);
	return arena_dup(c->f->arena, str_of(where));
}

/* "b, c and 2 more" of the mail's claims of this kind. */
static void list_mail(const struct copy *c, enum claim_kind k, struct buf *b)
{
	const struct claims *mail = &c->x->channel.mail;
	size_t all = count_kind(mail, k), n = 0;

	for (size_t i = 0; i < mail->count; i++) {
		if (mail->v[i].kind != k)
			continue;
		if (!say_next(b, n++, all, 4))
			break;
		buf_add(b, str_sub(mail->v[i].shown, 0, 100));
	}
}

/* ---- addresses */

static bool is_below(struct str host, struct str domain)
{
	struct str end;

	if (host.n == domain.n)
		return str_ieq(host, domain);
	if (host.n < domain.n + 1)
		return false;
	end = str_from(host, host.n - domain.n);
	return str_ieq(end, domain) && host.p[host.n - domain.n - 1] == '.';
}

static bool is_own(const struct check_facts *x, struct str host)
{
	struct str rest = x->notice->own_domains, one;
	struct str from = x->notice->from_address;
	ptrdiff_t at = str_rchr(from, '@');

	while (conf_list_next(&rest, &one))
		if (is_below(host, one))
			return true;
	return at >= 0 && is_below(host, str_from(from, (size_t)at + 1));
}

/* Authorities and credit bureaus that notices must name. */
static bool is_public_help(struct str host)
{
	static const struct str known[] = {S("gov"), S("mil"), S("gov.uk"),
	    S("gov.au"), S("govt.nz"), S("gc.ca"), S("gov.ie"), S("europa.eu"),
	    S("bund.de"), S("gouv.fr"), S("cnil.fr"), S("admin.ch"),
	    S("ico.org.uk"), S("dataprotection.ie"),
	    S("annualcreditreport.com"), S("equifax.com"), S("experian.com"),
	    S("transunion.com"), S("innovis.com"), S("equifax.ca"),
	    S("transunion.ca")};

	for (size_t i = 0; i < ARRAY_SIZE(known); i++)
		if (is_below(host, known[i]))
			return true;
	return false;
}

static void judge_foreign(const struct copy *c, const struct claim *claim)
{
	finding_remedy(c->f,
	    finding_add(c->f, "S-50", "foreign-address", SEVERITY_BLOCK,
		place_of(c, claim),
		"it names %.*s, which is neither a domain of yours nor in the "
		"mail.",
		STR_ARG(str_sub(claim->shown, 0, 200))),
	    "Write the address of [notice] canonical_url; a domain of your own "
	    "belongs into [organisation] own_domains.");
}

static void judge_address(const struct copy *c, const struct claim *claim)
{
	const struct channel_facts *f = &c->x->channel;
	struct str host = claim_host(claim);

	if (claims_have(&f->canonical, claim) || claims_have(&f->mail, claim))
		return;
	if (!is_own(c->x, host)) {
		if (!is_public_help(host))
			judge_foreign(c, claim);
		return;
	}
	/* the own home page, and mail addresses, are no second notice */
	if (claim->kind == CLAIM_HOST || !f->canonical.count)
		return;
	finding_remedy(c->f,
	    finding_add(c->f, "S-50", "other-address", SEVERITY_BLOCK,
		place_of(c, claim),
		"it sends people to %.*s; the notice stands at %.*s.",
		STR_ARG(str_sub(claim->shown, 0, 200)),
		STR_ARG(str_sub(c->x->notice->canonical_url, 0, 200))),
	    "Write one address everywhere: [notice] canonical_url.");
}

static void judge_addresses(const struct copy *c)
{
	const struct channel_facts *f = &c->x->channel;
	const struct claims *all = &c->t->claims;
	bool named = false;

	for (size_t i = 0; i < all->count; i++) {
		if (all->v[i].kind != CLAIM_URL && all->v[i].kind != CLAIM_HOST)
			continue;
		named |= claims_have(&f->canonical, &all->v[i]);
		judge_address(c, &all->v[i]);
	}
	if (f->canonical.count && !named && c->t != &f->text[CHANNEL_WEB])
		finding_add(c->f, "S-50", "no-address", SEVERITY_WARN,
		    str_of(c->t->file),
		    "it does not say where the notice stands, %.*s.",
		    STR_ARG(str_sub(c->x->notice->canonical_url, 0, 200)));
}

/* ---- telephone numbers */

/* Of the FTC, the credit bureaus and safety agencies in the US. */
static bool is_public_number(const struct claim *claim)
{
	static const struct str known[] = {S("8774384338"), S("8773228228"),
	    S("8006851111"), S("8885254285"), S("8005256285"), S("8882980045"),
	    S("8883973742"), S("8889098872"), S("8006807289"), S("8009168800"),
	    S("8008884213"), S("8882273742"), S("8333956938"), S("8337995355"),
	    S("8006382772"), S("8883274236"), S("8663004636"), S("8776337237")};

	for (size_t i = 0; i < ARRAY_SIZE(known); i++) {
		struct claim public = {.kind = CLAIM_PHONE, .value = known[i]};

		if (claim_same(claim, &public))
			return true;
	}
	return false;
}

/* The company's own numbers in the mail. */
static void list_own_numbers(const struct copy *c, struct buf *b)
{
	const struct claims *mail = &c->x->channel.mail;

	for (size_t i = 0; i < mail->count; i++)
		if (mail->v[i].kind == CLAIM_PHONE &&
		    !is_public_number(&mail->v[i]))
			buf_addf(b, "%s%.*s", b->len ? ", " : "",
			    STR_ARG(mail->v[i].shown));
}

static void judge_phones(const struct copy *c)
{
	const struct claims *mail = &c->x->channel.mail;
	struct buf b = BUF_INIT(SAY_TEXT);

	list_own_numbers(c, &b);
	for (size_t i = 0; i < c->t->claims.count; i++) {
		const struct claim *claim = &c->t->claims.v[i];

		if (claim->kind != CLAIM_PHONE || claims_have(mail, claim) ||
		    is_public_number(claim))
			continue;
		if (b.len)
			finding_add(c->f, "S-50", "phone", SEVERITY_BLOCK,
			    place_of(c, claim),
			    "it says to call %.*s; the mail says %s.",
			    STR_ARG(claim->shown), buf_cstr(&b));
		else
			finding_add(c->f, "S-50", "phone", SEVERITY_WARN,
			    place_of(c, claim),
			    "it says to call %.*s; the mail has no telephone "
			    "number of yours.",
			    STR_ARG(claim->shown));
	}
	buf_release(&b);
}

/* ---- days, counts, lots */

struct wording {
	enum claim_kind kind;
	const char *check, *what;
};

/* Those of the mail that the channel has not. */
static size_t left_out(const struct copy *c, enum claim_kind k)
{
	const struct claims *mail = &c->x->channel.mail;
	size_t n = 0;

	for (size_t i = 0; i < mail->count; i++)
		n += mail->v[i].kind == k &&
		     !claims_have(&c->t->claims, &mail->v[i]);
	return n;
}

/* One instead of another contradicts; one more is only worth a look. */
static void judge_same(const struct copy *c, const struct wording *w)
{
	const struct claims *mail = &c->x->channel.mail;
	size_t out = left_out(c, w->kind);
	struct buf b = BUF_INIT(SAY_TEXT);

	list_mail(c, w->kind, &b);
	for (size_t i = 0; i < c->t->claims.count; i++) {
		const struct claim *claim = &c->t->claims.v[i];

		if (claim->kind != w->kind || claims_have(mail, claim))
			continue;
		if (out)
			finding_add(c->f, "S-50", w->check, SEVERITY_BLOCK,
			    place_of(c, claim),
			    "it says \"%.*s\" where the mail says %s: the %s "
			    "contradict each other.",
			    STR_ARG(str_sub(claim->shown, 0, 100)),
			    buf_cstr(&b), w->what);
		else
			finding_add(c->f, "S-50", w->check, SEVERITY_WARN,
			    place_of(c, claim),
			    "it says \"%.*s\", which the mail does not.",
			    STR_ARG(str_sub(claim->shown, 0, 100)));
	}
	if (out && !count_kind(&c->t->claims, w->kind) &&
	    (c->t == &c->x->channel.text[CHANNEL_WEB] || w->kind == CLAIM_LOT))
		finding_add(c->f, "S-50", w->check, SEVERITY_WARN,
		    str_of(c->t->file),
		    "it has none of the %s that the mail has: %s.", w->what,
		    buf_cstr(&b));
	buf_release(&b);
}

static void judge_copy(const struct copy *c)
{
	static const struct wording days = {CLAIM_DAY, "day", "days"};
	static const struct wording counts = {
	    CLAIM_COUNT, "count", "numbers of people"};
	static const struct wording lots = {CLAIM_LOT, "lot", "lots"};
	enum notice_kind kind = c->x->notice->kind;

	if (c->t->claims.more)
		finding_unchecked(c->f, "S-50", "more", false,
		    str_of(c->t->file),
		    "beyond the first %u addresses, numbers and days nothing "
		    "was compared.",
		    CLAIMS_MAX);
	judge_addresses(c);
	judge_phones(c);
	judge_same(c, &days);
	judge_same(c, &counts);
	if (kind == NOTICE_RECALL || kind == NOTICE_SAFETY)
		judge_same(c, &lots);
}

static void say_sms(const struct copy *c)
{
	const struct sms_size *s = &c->t->sms;

	finding_remedy(c->f,
	    finding_add(c->f, "S-50", "sms-length",
		s->parts > 1 ? SEVERITY_WARN : SEVERITY_INFO,
		str_of(c->t->file), "%zu characters (%s), sent as %zu SMS.",
		s->characters,
		s->ucs2 ? "with letters outside the SMS alphabet: 70 fit one"
			: "160 fit one",
		s->parts),
	    "%s", s->parts > 1 ? "Shorten it to one." : "");
}

/* A mail that is not written yet contradicts nothing. */
static bool mail_is_written(const struct check_facts *x)
{
	for (size_t i = 0; i < x->placeholders; i++)
		if (str_starts(x->placeholder[i], S("message")))
			return false;
	return x->channel.has_mail;
}

void rules_channel_copy(const struct check_facts *x, struct findings *f)
{
	const struct channel_facts *facts = &x->channel;

	if (!mail_is_written(x))
		return;
	finding_judged(f, "S-50");
	for (size_t i = 0; i < CHANNEL_KINDS; i++) {
		const struct copy c = {x, &facts->text[i], f};

		/* what is not written yet is said by S-00 */
		if (check_has_placeholder(x, str_of(c.t->file)))
			continue;
		if (!c.t->there) {
			finding_add(f, "S-50", "missing", SEVERITY_WARN,
			    str_of(c.t->file),
			    "there is no copy for this channel.");
			continue;
		}
		judge_copy(&c);
		if (i == CHANNEL_SMS)
			say_sms(&c);
	}
}
