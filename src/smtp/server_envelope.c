#include "mail/address.h"
#include "smtp/server_impl.h"

#define RECIPIENTS_MAX 1000u /* RFC 5321 4.5.3.1.8 asks for 100 */

/* ---- paths */

/* Length of "<...>" with a quoted local part, or 0. */
static size_t path_length(struct str s)
{
	bool quoted = false;

	if (s.n == 0 || s.p[0] != '<')
		return 0;
	for (size_t i = 1; i < s.n; i++) {
		if (quoted && s.p[i] == '\\')
			i++;
		else if (s.p[i] == '"')
			quoted = !quoted;
		else if (s.p[i] == '>' && !quoted)
			return i + 1;
	}
	return 0;
}

/* What stands within, without the source route of old (RFC 5321 appendix C). */
static struct str path_address(struct str path)
{
	struct str a = str_sub(path, 1, path.n - 2);
	ptrdiff_t colon;

	if (a.n && a.p[0] == '@') {
		colon = str_chr(a, ':');
		a = str_from(a, colon < 0 ? 0 : (size_t)colon + 1);
	}
	return a;
}

enum address_verdict { GOOD, MALFORMED, NEEDS_UTF8 };

static enum address_verdict judge_address(struct str a, bool utf8)
{
	struct buf scratch = BUF_INIT(LIMIT_SMTP_LINE);
	struct address parsed;
	enum address_verdict v = GOOD;
	size_t at;

	if (address_is_plain(a, &at))
		return GOOD;
	if (address_parse(a, true, &scratch, &parsed, NULL) < 0)
		v = MALFORMED;
	for (size_t i = 0; i < a.n && v == GOOD && !utf8; i++)
		if ((unsigned char)a.p[i] >= 0x80)
			v = NEEDS_UTF8;
	buf_release(&scratch);
	return v;
}

/* ---- parameters */

enum fault { NONE, UNKNOWN, BAD_VALUE, TOO_BIG };

static bool is_xtext(struct str v, size_t max)
{
	if (v.n == 0 || v.n > max)
		return false;
	for (size_t i = 0; i < v.n; i++)
		if (v.p[i] < 0x21 || v.p[i] > 0x7e || v.p[i] == '=')
			return false;
	return true;
}

static enum fault take_size(struct smtp_server *s, struct str v)
{
	if (!str_to_u64(v, UINT64_MAX, &s->env.declared_size))
		return BAD_VALUE;
	return s->env.declared_size > s->config.size_limit ? TOO_BIG : NONE;
}

static enum fault take_body(struct smtp_server *s, struct str v)
{
	s->env.eight_bit = str_ieq(v, S("8BITMIME"));
	return s->env.eight_bit || str_ieq(v, S("7BIT")) ? NONE : BAD_VALUE;
}

static enum fault take_smtputf8(struct smtp_server *s, struct str v)
{
	s->env.smtputf8 = true;
	return v.p ? BAD_VALUE : NONE;
}

static enum fault take_ret(struct smtp_server *s, struct str v)
{
	(void)s;
	return str_ieq(v, S("FULL")) || str_ieq(v, S("HDRS")) ? NONE
							      : BAD_VALUE;
}

static enum fault take_envid(struct smtp_server *s, struct str v)
{
	(void)s;
	return is_xtext(v, 100) ? NONE : BAD_VALUE;
}

static enum fault take_auth(struct smtp_server *s, struct str v)
{
	(void)s;
	return is_xtext(v, 500) ? NONE : BAD_VALUE;
}

static enum fault take_notify(struct smtp_server *s, struct str v)
{
	(void)s;
	if (!v.p || str_ieq(v, S("NEVER")))
		return v.p ? NONE : BAD_VALUE;
	while (v.p) {
		struct str w = str_cut(&v, ',');

		if (!str_ieq(w, S("SUCCESS")) && !str_ieq(w, S("FAILURE")) &&
		    !str_ieq(w, S("DELAY")))
			return BAD_VALUE;
	}
	return NONE;
}

static enum fault take_orcpt(struct smtp_server *s, struct str v)
{
	ptrdiff_t semi = str_chr(v, ';');

	/* with SMTPUTF8 it may be utf-8-addr-xtext (RFC 6533) */
	if (semi < 1 || v.n > 500 || (size_t)semi + 1 == v.n)
		return BAD_VALUE;
	return s->env.smtputf8 || is_xtext(v, 500) ? NONE : BAD_VALUE;
}

static const struct parameter {
	struct str name;
	bool rcpt;
	unsigned extension;
	enum fault (*take)(struct smtp_server *s, struct str value);
} parameters[] = {
    {{"SIZE", 4}, false, SMTP_EXT_SIZE, take_size},
    {{"BODY", 4}, false, SMTP_EXT_8BITMIME, take_body},
    {{"SMTPUTF8", 8}, false, SMTP_EXT_SMTPUTF8, take_smtputf8},
    {{"RET", 3}, false, SMTP_EXT_DSN, take_ret},
    {{"ENVID", 5}, false, SMTP_EXT_DSN, take_envid},
    {{"AUTH", 4}, false, SMTP_EXT_AUTH, take_auth},
    {{"NOTIFY", 6}, true, SMTP_EXT_DSN, take_notify},
    {{"ORCPT", 5}, true, SMTP_EXT_DSN, take_orcpt},
};

static enum fault take_parameter(
    struct smtp_server *s, struct str word, bool rcpt, unsigned *seen)
{
	struct str value = word, name = str_cut(&value, '=');

	for (size_t i = 0; i < ARRAY_SIZE(parameters); i++) {
		const struct parameter *p = &parameters[i];

		if (p->rcpt != rcpt || !str_ieq(name, p->name) ||
		    !(s->config.extensions & p->extension) || !s->env.esmtp)
			continue;
		if (*seen & 1u << i)
			return BAD_VALUE;
		*seen |= 1u << i;
		return p->take(s, value);
	}
	return UNKNOWN;
}

/* False: it is answered already. */
static bool take_parameters(struct smtp_server *s, struct str rest, bool rcpt)
{
	enum fault f = NONE;
	unsigned seen = 0;

	buf_reset(&s->parameters);
	buf_add(&s->parameters, rest);
	s->env.parameters = buf_str(&s->parameters);
	while (rest.p && f == NONE) {
		struct str word = str_cut(&rest, ' ');

		if (word.n)
			f = take_parameter(s, word, rcpt, &seen);
	}
	if (f == UNKNOWN)
		smtp_server_reply(s, 555,
		    "5.5.4 A parameter is not known or not offered (RFC 5321 "
		    "section 4.1.1.11)");
	else if (f == BAD_VALUE)
		smtp_server_reply(s, 501, "5.5.4 A parameter is malformed");
	else if (f == TOO_BIG)
		smtp_server_reply(s, 552,
		    "5.3.4 Message is larger than SIZE allows (RFC 1870 "
		    "section 6.1)");
	return f == NONE;
}

/* ---- MAIL, RCPT */

/* "FROM:<path> parameters".  Servers of old took a space after the colon. */
static bool cut_path(
    struct str arg, struct str key, struct str *ret_path, struct str *ret_rest)
{
	struct str s = str_from(arg, key.n);
	size_t n;

	if (!str_istarts(arg, key))
		return false;
	while (s.n && ascii_is_wsp(s.p[0]))
		s = str_from(s, 1);
	n = path_length(s);
	if (n == 0 || (n < s.n && s.p[n] != ' '))
		return false;
	*ret_path = str_sub(s, 0, n);
	*ret_rest = str_trim(str_from(s, n));
	return true;
}

void smtp_server_mail(struct smtp_server *s, struct str arg)
{
	struct str path, rest, a;
	enum address_verdict v = GOOD;

	if (s->in_mail) {
		smtp_server_reply(s, 503, "5.5.1 One MAIL is open already");
		return;
	}
	if (!cut_path(arg, S("FROM:"), &path, &rest)) {
		smtp_server_reply(s, 501,
		    "5.5.4 Say MAIL FROM:<address> (RFC 5321 section 4.1.1.2)");
		return;
	}
	smtp_server_reset(s);
	a = path_address(path);
	if (!take_parameters(s, rest, false)) {
		smtp_server_reset(s);
		return;
	}
	if (a.n)
		v = judge_address(a, s->env.smtputf8);
	if (v != GOOD) {
		smtp_server_reset(s);
		smtp_server_reply(s, 553,
		    v == NEEDS_UTF8
			? "5.6.7 Say SMTPUTF8 for such an address (RFC 6531)"
			: "5.1.7 Sender is no address");
		return;
	}
	buf_add(&s->sender, a);
	s->env.sender = buf_str(&s->sender);
	smtp_server_ask(s, SMTP_ASK_MAIL, STR_NONE);
}

void smtp_server_rcpt(struct smtp_server *s, struct str arg)
{
	struct str path, rest, a;
	enum address_verdict v = GOOD;

	if (!s->in_mail) {
		smtp_server_reply(s, 503, "5.5.1 MAIL comes first");
		return;
	}
	if (!cut_path(arg, S("TO:"), &path, &rest)) {
		smtp_server_reply(s, 501,
		    "5.5.4 Say RCPT TO:<address> (RFC 5321 section 4.1.1.3)");
		return;
	}
	a = path_address(path);
	if (s->env.recipients >= RECIPIENTS_MAX) {
		smtp_server_reply(s, 452, "4.5.3 Too many recipients");
		return;
	}
	if (!take_parameters(s, rest, true))
		return;
	if (!str_ieq(a, S("postmaster")))
		v = judge_address(a, s->env.smtputf8);
	if (v != GOOD) {
		smtp_server_reply(s, 553,
		    v == NEEDS_UTF8
			? "5.6.7 Say SMTPUTF8 for such an address (RFC 6531)"
			: "5.1.3 Recipient is no address");
		return;
	}
	buf_reset(&s->recipient);
	buf_add(&s->recipient, a);
	s->env.recipient = buf_str(&s->recipient);
	smtp_server_ask(s, SMTP_ASK_RCPT, STR_NONE);
}
