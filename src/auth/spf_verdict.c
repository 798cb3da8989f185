#include "auth/spf_private.h"
#include "base/utf8.h"
#include "domain/idna.h"

/* ---- who is judged (RFC 7208 2.3, 2.4, 4.1, 4.3) */

static void set_ip(struct spf *s, const struct endpoint *ip)
{
	static const unsigned char mapped[12] = {[10] = 0xff, [11] = 0xff};
	const unsigned char *v6 = ip->u.v6.sin6_addr.s6_addr;

	s->macros.v6 = endpoint_is_v6(ip);
	if (!s->macros.v6) {
		memcpy(s->macros.ip, &ip->u.v4.sin_addr, 4);
	} else if (memcmp(v6, mapped, sizeof(mapped)) == 0) {
		s->macros.v6 = false;
		memcpy(s->macros.ip, v6 + 12, 4);
	} else {
		memcpy(s->macros.ip, v6, 16);
	}
}

/* RFC 8616 section 4: U-labels become A-labels.  Label by label, so that one
 * that no host name could have stays as it is; what can not be a name in any
 * way is left for spf_name_text() to refuse. */
static struct str to_a_labels(struct spf *s, struct str in)
{
	struct buf out = BUF_INIT(LIMIT_SPF_IDENTITY);
	struct str rest = in;
	struct err e;

	if (utf8_is_ascii(in))
		return arena_dup(&s->arena, in);
	while (rest.p) {
		struct str label = str_cut(&rest, '.');

		if (utf8_is_ascii(label))
			buf_add(&out, label);
		else if (idna_to_ascii(label, &out, &e) < 0)
			break;
		if (rest.p)
			buf_addc(&out, '.');
	}
	in = arena_dup(&s->arena, rest.p || out.over ? in : buf_str(&out));
	buf_release(&out);
	return in;
}

static struct str without_final_dot(struct str s)
{
	return s.n && s.p[s.n - 1] == '.' ? str_sub(s, 0, s.n - 1) : s;
}

static void set_sender(struct spf *s, const struct spf_request *r)
{
	struct str local = STR_NONE, domain;
	struct buf sender = BUF_INIT(4 * LIMIT_SPF_IDENTITY);

	s->v.helo = r->mail_from.n == 0;
	s->macros.helo = without_final_dot(
	    to_a_labels(s, str_sub(r->helo, 0, LIMIT_SPF_IDENTITY)));
	if (s->v.helo) {
		domain = s->macros.helo;
	} else {
		struct str from = str_sub(r->mail_from, 0, LIMIT_SPF_IDENTITY);
		ptrdiff_t at = str_rchr(from, '@');

		if (at > 0)
			local = str_sub(from, 0, (size_t)at);
		domain = without_final_dot(
		    to_a_labels(s, str_from(from, (size_t)(at + 1))));
	}
	if (local.n == 0)
		local = S("postmaster");
	s->macros.local = arena_dup(&s->arena, local);
	s->macros.sender_domain = s->macros.domain = domain;
	s->utf8_local = !utf8_is_ascii(local);
	buf_add(&sender, local);
	buf_addc(&sender, '@');
	buf_add(&sender, domain);
	s->macros.sender = arena_dup(&s->arena, buf_str(&sender));
	buf_release(&sender);
}

/* As one printable line. */
static struct str shown(struct spf *s, struct str text, size_t max)
{
	struct buf b = BUF_INIT(3 * max);

	utf8_add_clean(&b, str_sub(text, 0, max));
	text = arena_dup(&s->arena, buf_str(&b));
	buf_release(&b);
	return text;
}

static struct str shown_domain(struct spf *s, struct str domain)
{
	struct buf b = BUF_INIT(3 * LIMIT_DOMAIN);

	domain = shown(s, domain, LIMIT_DOMAIN);
	for (size_t i = 0; i < domain.n; i++)
		buf_addc(&b, ascii_lower(domain.p[i]));
	domain = arena_dup(&s->arena, buf_str(&b));
	buf_release(&b);
	return domain;
}

void spf_take_request(struct spf *s, const struct spf_request *r)
{
	struct spf_frame *f = &s->frame[0];
	struct str domain, identity = r->mail_from.n ? r->mail_from : r->helo;
	bool named;

	set_ip(s, &r->ip);
	set_sender(s, r);
	s->macros.receiver = arena_dup(&s->arena, r->receiver);
	s->macros.now = r->now;
	domain = s->macros.domain;
	s->v.domain = shown_domain(s, domain);
	named = utf8_is_ascii(domain) && domain.n <= LIMIT_SPF_NAME &&
		!str_ends(domain, S(".")) &&
		spf_name_text(domain, &f->domain, &s->name);
	f->name = arena_dup(&s->arena, buf_str(&s->name));
	if (identity.n > LIMIT_SPF_IDENTITY)
		s->identity_trouble =
		    S("the identity is longer than any address can be");
	else if (domain.n == 0)
		s->identity_trouble =
		    S("there is no domain to ask: neither MAIL FROM nor HELO "
		      "names one");
	else if (domain.p[0] == '[')
		s->identity_trouble = S("an address literal has no SPF record");
	else if (!named)
		s->identity_trouble =
		    S("the domain is not a domain name (RFC 7208 4.3)");
}

/* ---- what is said about it */

static void client(const struct spf *s, struct buf *out)
{
	spf_macro_expand(S("%{c}"), &s->macros, out);
}

static void set_record(struct spf *s)
{
	const struct spf_frame *f = spf_top(s);

	s->v.record = shown(s, f->text, LIMIT_SPF_RECORD_SHOWN);
	if (f->text.p)
		s->v.record_domain = shown_domain(s, f->name);
}

void spf_conclude(struct spf *s, enum spf_result r, const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	s->v.result = r;
	s->v.reason = shown(s, str_of(text), sizeof(text));
	set_record(s);
	s->waiting = false;
	if (r != SPF_FAIL)
		s->ended = true;
	else if (spf_top(s)->record.exp.text.p)
		s->phase = SPF_EXPLAIN;
	else
		spf_explain(s, STR_NONE);
}

void spf_lose(struct spf *s)
{
	s->v = (struct spf_verdict){.result = SPF_TEMPERROR,
	    .helo = s->v.helo,
	    .domain = s->v.domain,
	    .reason = S("there is not enough memory to judge this sender now"),
	    .lookups = s->v.lookups,
	    .void_lookups = s->v.void_lookups,
	    .queries = s->v.queries};
	s->waiting = false;
	s->ended = true;
}

static const char *meaning(enum spf_result r)
{
	switch (r) {
	case SPF_PASS: return "may send mail for";
	case SPF_FAIL: return "may not send mail for";
	case SPF_SOFTFAIL: return "probably may not send mail for";
	case SPF_NEUTRAL: return "neither may nor may not send mail for";
	case SPF_NONE:
	case SPF_TEMPERROR:
	case SPF_PERMERROR: break;
	}
	BUG("no directive gives %s", spf_result_name(r));
}

void spf_conclude_matched(struct spf *s, enum spf_result r)
{
	const struct spf_frame *f = spf_top(s);
	struct str term = f->in_term ? f->term.text : S("default");
	struct buf ip = BUF_INIT(ENDPOINT_TEXT), why = BUF_INIT(512);

	client(s, &ip);
	s->v.mechanism = shown(s, term, LIMIT_SPF_RECORD_SHOWN);
	if (!f->in_term)
		buf_addz(&why, "nothing in its record matches");
	else
		buf_addf(&why, "%.*s matches", STR_ARG(str_sub(term, 0, 120)));
	if (f->in_term && s->inner.p)
		buf_addf(&why, ", there by %.*s",
		    STR_ARG(str_sub(s->inner, 0, 120)));
	if (f->redirected)
		buf_addf(&why, ", in the record of %.*s", STR_ARG(f->name));
	spf_conclude(s, r, "%.*s %s %.*s: %.*s", STR_ARG(buf_str(&ip)),
	    meaning(r), STR_ARG(s->v.domain), STR_ARG(buf_str(&why)));
	buf_release(&ip);
	buf_release(&why);
}

void spf_explain(struct spf *s, struct str text)
{
	struct buf own = BUF_INIT(LIMIT_SPF_EXPLANATION);

	s->waiting = false;
	s->ended = true;
	s->v.explained = text.n > 0 && utf8_is_ascii(text);
	if (!s->v.explained) {
		client(s, &own);
		buf_addf(&own, " is not allowed to send mail for %.*s",
		    STR_ARG(s->v.domain));
		text = buf_str(&own);
	}
	s->v.explanation = shown(s, text, LIMIT_SPF_EXPLANATION);
	buf_release(&own);
}
