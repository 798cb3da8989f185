#include "sim/provider_impl.h"

#include <errno.h>

enum kind {
	NUMBER,
	MSEC,
	SECONDS,
	SHARE,
	SWITCH,
	WITHOUT,
	TEXT,
	LOGIN,
	RULES,
	REPLY,
	LIE,
};

#define FIELD(f)                                   \
	.at = offsetof(struct provider_config, f), \
	.size = sizeof(((struct provider_config *)0)->f)

static const struct provider_option options[] = {
    {.name = "name",
	.arg = "HOST",
	.kind = TEXT,
	FIELD(name),
	.help = "what it calls itself (default sink.example)"},
    {.name = "seed",
	.arg = "N",
	.kind = NUMBER,
	FIELD(seed),
	.help = "chooses whom the shares below fall on"},
    {.name = "max-size",
	.arg = "BYTES",
	.kind = NUMBER,
	FIELD(size_limit),
	.help = "largest message (552 beyond)"},
    {.name = "idle",
	.arg = "SECONDS",
	.kind = SECONDS,
	FIELD(idle),
	.help = "hangs up (421) on who says nothing for so long"},
    /* what it offers */
    {.name = "no-ehlo",
	.kind = SWITCH,
	FIELD(no_ehlo),
	.help = "knows HELO only"},
    {.name = "no-pipelining",
	.kind = WITHOUT,
	.bit = SMTP_EXT_PIPELINING,
	.help = "without RFC 2920"},
    {.name = "no-8bitmime",
	.kind = WITHOUT,
	.bit = SMTP_EXT_8BITMIME,
	.help = "without RFC 6152"},
    {.name = "no-smtputf8",
	.kind = WITHOUT,
	.bit = SMTP_EXT_SMTPUTF8,
	.help = "without RFC 6531"},
    {.name = "no-dsn",
	.kind = WITHOUT,
	.bit = SMTP_EXT_DSN,
	.help = "without RFC 3461"},
    {.name = "no-size",
	.kind = WITHOUT,
	.bit = SMTP_EXT_SIZE,
	.help = "without RFC 1870"},
    {.name = "no-enhanced",
	.kind = WITHOUT,
	.bit = SMTP_EXT_ENHANCED,
	.help = "without RFC 2034"},
    {.name = "no-starttls",
	.kind = WITHOUT,
	.bit = SMTP_EXT_STARTTLS,
	.help = "has TLS but does not offer it"},
    {.name = "tls-required",
	.kind = SWITCH,
	FIELD(tls_required),
	.help = "530 to MAIL in clear text"},
    {.name = "tls-refuse",
	.kind = SWITCH,
	FIELD(tls_refuse),
	.help = "offers STARTTLS, then answers 454"},
    {.name = "tls-broken",
	.kind = SWITCH,
	FIELD(tls_broken),
	.help = "hangs up in the TLS handshake"},
    {.name = "auth",
	.arg = "USER:SECRET",
	.kind = LOGIN,
	FIELD(user),
	.help = "530 to MAIL before AUTH with these"},
    /* how fast */
    {.name = "banner-delay",
	.arg = "MS",
	.kind = MSEC,
	FIELD(banner_delay),
	.help = "waits before the banner"},
    {.name = "latency",
	.arg = "MS",
	.kind = MSEC,
	FIELD(latency),
	.help = "waits before each reply but banner and dot"},
    {.name = "dot-latency",
	.arg = "MS",
	.kind = MSEC,
	FIELD(dot_latency),
	.help = "waits before the reply to the final dot; the mail is\n"
		"                     taken (and logged) before"},
    {.name = "drip",
	.arg = "MS",
	.kind = MSEC,
	FIELD(drip),
	.help = "one byte of a reply each so many ms"},
    /* limits */
    {.name = "max-connections",
	.arg = "N",
	.kind = NUMBER,
	FIELD(connections),
	.help = "421 to any beyond N at a time"},
    {.name = "connection-mails",
	.arg = "N",
	.kind = NUMBER,
	FIELD(connection_mails),
	.help = "421 to MAIL after N mails of a connection"},
    {.name = "shutdown-after",
	.arg = "N",
	.kind = NUMBER,
	FIELD(shutdown_after),
	.help = "421 to all after N mails in all"},
    {.name = "rate",
	.arg = "N",
	.kind = NUMBER,
	FIELD(rate),
	.help = "450 to MAIL beyond N mails a second"},
    {.name = "greylist",
	.arg = "SECONDS",
	.kind = SECONDS,
	FIELD(greylist),
	.help = "451 to a sender and recipient seen first less long ago"},
    /* refusals */
    {.name = "reject-share",
	.arg = "P",
	.kind = SHARE,
	FIELD(reject_share),
	.help = "550 to this share of all addresses (0 to 1), always\n"
		"                     the same ones"},
    {.name = "defer-share",
	.arg = "P",
	.kind = SHARE,
	FIELD(defer_share),
	.help = "451 to this share of all RCPT, by chance"},
    {.name = "reject-match",
	.arg = "GLOB:REPLY",
	.kind = RULES,
	FIELD(recipients),
	.many = true,
	.help = "to RCPT: 'gone*:550 5.1.1 No such user'"},
    {.name = "sender-match",
	.arg = "GLOB:REPLY",
	.kind = RULES,
	FIELD(senders),
	.many = true,
	.help = "the same to MAIL, by sender"},
    {.name = "dot-match",
	.arg = "GLOB:REPLY",
	.kind = RULES,
	FIELD(mails),
	.many = true,
	.help = "the same to the final dot, by the last recipient"},
    {.name = "banner",
	.arg = "REPLY",
	.kind = REPLY,
	FIELD(banner),
	.help = "'554 5.7.1 Go away'; 4xx and 5xx end the connection"},
    /* faults */
    {.name = "drop-dot",
	.arg = "N",
	.kind = NUMBER,
	FIELD(drop_dot),
	.help = "takes every Nth mail, then hangs up without a reply"},
    {.name = "cut-data",
	.arg = "BYTES",
	.kind = NUMBER,
	FIELD(cut_data),
	.help = "hangs up after so many bytes of content"},
    {.name = "pipelining-lie",
	.arg = "close|disorder",
	.kind = LIE,
	FIELD(lie),
	.help = "offers PIPELINING but can not do it"},
    {.name = "early-reply",
	.kind = SWITCH,
	FIELD(early_reply),
	.help = "says 250 once more behind the reply to EHLO"},
    {.name = "reply-lines",
	.arg = "N",
	.kind = NUMBER,
	FIELD(reply_lines),
	.help = "makes replies so many lines long"},
    {.name = "reply-bytes",
	.arg = "N",
	.kind = NUMBER,
	FIELD(reply_bytes),
	.help = "makes replies to the dot so many bytes long"},
};

const struct provider_option *provider_options(size_t *ret_count)
{
	*ret_count = ARRAY_SIZE(options);
	return options;
}

void provider_config_init(struct provider_config *c)
{
	*c = (struct provider_config){.size_limit = LIMIT_SMTP_MESSAGE};
	snprintf(c->name, sizeof(c->name), "sink.example");
}

static int bad(
    struct str name, struct str value, const char *why, struct err *e)
{
	return err_set(e, ERR_INPUT, "%.*s %.*s: %s", STR_ARG(name),
	    STR_ARG(str_sub(value, 0, 100)), why);
}

static bool copy(char *to, size_t size, struct str s)
{
	if (s.n >= size || (s.n && memchr(s.p, '\0', s.n)))
		return false;
	if (s.n)
		memcpy(to, s.p, s.n);
	to[s.n] = '\0';
	return true;
}

/* "550 5.1.1 No such user" */
static bool take_reply(struct provider_rule *r, struct str s)
{
	uint64_t code;

	if (!str_to_u64(str_sub(s, 0, 3), 599, &code) || code < 200 ||
	    (s.n > 3 && s.p[3] != ' ') ||
	    !copy(r->text, sizeof(r->text), str_from(s, 4)))
		return false;
	for (const char *p = r->text; *p; p++)
		if ((unsigned char)*p < 0x20)
			return false;
	r->code = (int)code;
	return true;
}

static const char *take_rule(struct provider_rules *all, struct str s)
{
	struct provider_rule r = {0};
	struct str rest = s;
	ptrdiff_t at;

	if (s.n == 0) {
		all->count = 0;
		return NULL;
	}
	if (all->count == PROVIDER_RULES)
		return "too many rules";
	/* a glob may hold colons (an IPv6 literal): the last one that a reply
	 * follows parts them */
	while ((at = str_rchr(rest, ':')) >= 0) {
		if (take_reply(&r, str_from(s, (size_t)at + 1)) &&
		    copy(r.glob, sizeof(r.glob), str_sub(s, 0, (size_t)at))) {
			all->rule[all->count++] = r;
			return NULL;
		}
		rest = str_sub(rest, 0, (size_t)at);
	}
	return "must be GLOB:REPLY, as gone*:550 5.1.1 No such user";
}

static const char *take_login(struct provider_config *c, struct str s)
{
	struct str secret = s, user = str_cut(&secret, ':');

	if (user.n == 0 || secret.n == 0 ||
	    !copy(c->user, sizeof(c->user), user) ||
	    !copy(c->secret, sizeof(c->secret), secret))
		return "must be USER:SECRET";
	return NULL;
}

static const char *take_share(double *ret, struct str s)
{
	char tmp[32], *end;

	if (s.n == 0 || !copy(tmp, sizeof(tmp), s) || !ascii_is_digit(tmp[0]))
		return "must be a number from 0 to 1";
	*ret = strtod(tmp, &end);
	return *end || *ret < 0 || *ret > 1 ? "must be a number from 0 to 1"
					    : NULL;
}

static const char *take_time(usec_t *ret, struct str s, usec_t unit)
{
	uint64_t v;

	if (!str_to_u64(s, 1000u * 1000 * 1000, &v))
		return unit == USEC_PER_MSEC ? "must be milliseconds"
					     : "must be seconds";
	*ret = (usec_t)v * unit;
	return NULL;
}

static const char *take_switch(bool *ret, struct str s)
{
	*ret = s.n == 0 || str_ieq(s, S("on"));
	return *ret || str_ieq(s, S("off")) ? NULL : "must be on or off";
}

static const char *take_lie(enum provider_lie *ret, struct str s)
{
	*ret = str_eq(s, S("close"))      ? PROVIDER_LIE_CLOSE
	       : str_eq(s, S("disorder")) ? PROVIDER_LIE_DISORDER
					  : PROVIDER_HONEST;
	return *ret || str_eq(s, S("off")) ? NULL
					   : "must be close, disorder or off";
}

static const char *take(struct provider_config *c,
    const struct provider_option *o, struct str value)
{
	void *at = (char *)c + o->at;
	const char *why;
	bool on;

	switch ((enum kind)o->kind) {
	case NUMBER:
		return str_to_u64(value, UINT32_MAX, at) ? NULL
							 : "must be a number";
	case MSEC: return take_time(at, value, USEC_PER_MSEC);
	case SECONDS: return take_time(at, value, USEC_PER_SEC);
	case SHARE: return take_share(at, value);
	case SWITCH: return take_switch(at, value);
	case WITHOUT:
		why = take_switch(&on, value);
		c->without = on ? c->without | o->bit : c->without & ~o->bit;
		return why;
	case TEXT: return copy(at, o->size, value) ? NULL : "is too long";
	case LOGIN: return take_login(c, value);
	case RULES: return take_rule(at, value);
	case REPLY:
		return take_reply(at, value) ? NULL
					     : "must be a reply, as 554 No";
	case LIE: return take_lie(at, value);
	}
	return NULL;
}

int provider_config_set(
    struct provider_config *c, struct str name, struct str value, struct err *e)
{
	const char *why;

	for (size_t i = 0; i < ARRAY_SIZE(options); i++) {
		if (!str_eq(name, str_of(options[i].name)))
			continue;
		why = take(c, &options[i], value);
		return why ? bad(name, value, why, e) : 0;
	}
	return err_set(e, ERR_INPUT,
	    "an imitated provider has no behaviour '%.*s'",
	    STR_ARG(str_sub(name, 0, 60)));
}

/* ---- rules */

static bool same(char a, char b, bool fold)
{
	return a == b || (fold && ascii_lower(a) == ascii_lower(b));
}

bool provider_glob(struct str glob, struct str s, bool fold)
{
	size_t g = 0, i = 0, star = SIZE_MAX, back = 0;

	while (i < s.n) {
		if (g < glob.n && glob.p[g] == '*') {
			star = g++;
			back = i;
		} else if (g < glob.n && (glob.p[g] == '?' ||
					     same(glob.p[g], s.p[i], fold))) {
			g++;
			i++;
		} else if (star != SIZE_MAX) {
			g = star + 1;
			i = ++back;
		} else {
			return false;
		}
	}
	while (g < glob.n && glob.p[g] == '*')
		g++;
	return g == glob.n;
}

const struct provider_rule *provider_rule_for(
    const struct provider_rules *all, struct str address)
{
	for (size_t i = 0; i < all->count; i++)
		if (provider_glob(str_of(all->rule[i].glob), address, true))
			return &all->rule[i];
	return NULL;
}
