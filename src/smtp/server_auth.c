#include "base/codec.h"
#include "smtp/auth.h"
#include "smtp/server_impl.h"

static void refuse(struct smtp_server *s, const char *text)
{
	smtp_server_enter(s, SMTP_SERVER_COMMAND);
	smtp_server_reply(s, 501, text);
}

/* The owner gets "user\0secret". */
static void ask(struct smtp_server *s, struct str user, struct str secret)
{
	struct buf b = BUF_INIT(2 * LIMIT_SMTP_LINE);

	buf_add(&b, user);
	buf_addc(&b, '\0');
	buf_add(&b, secret);
	smtp_server_enter(s, SMTP_SERVER_COMMAND);
	if (b.over || memchr(user.n ? user.p : "", '\0', user.n))
		refuse(s, "5.5.2 Credentials are malformed");
	else
		smtp_server_ask(s, SMTP_ASK_AUTH, buf_str(&b));
	if (b.p)
		explicit_bzero(b.p, b.cap);
	buf_release(&b);
}

/* RFC 4616: authzid NUL user NUL secret; who acts for another is refused. */
static void plain(struct smtp_server *s, struct str said)
{
	struct str secret = said, as = str_cut(&secret, '\0');
	struct str user = str_cut(&secret, '\0');

	if (!secret.p || user.n == 0)
		refuse(s, "5.5.2 Not a PLAIN response (RFC 4616)");
	else if (as.n && !str_eq(as, user))
		smtp_server_reply(s, 535, "5.7.8 Acting for another");
	else
		ask(s, user, secret);
}

static void login(struct smtp_server *s, struct str said)
{
	struct smtp_server_auth *a = &s->auth;

	if (a->has_user) {
		ask(s, buf_str(&a->user), said);
		return;
	}
	a->has_user = true;
	buf_reset(&a->user);
	buf_add(&a->user, said);
	smtp_server_enter(s, SMTP_SERVER_AUTH);
	smtp_server_reply(s, 334, "UGFzc3dvcmQ6"); /* Password: */
}

/* user=NAME ^A auth=Bearer TOKEN ^A ^A */
static void xoauth2(struct smtp_server *s, struct str said)
{
	struct str rest = said, user = str_cut(&rest, '\1');
	struct str token = str_cut(&rest, '\1');

	if (!str_istarts(user, S("user=")) ||
	    !str_istarts(token, S("auth=Bearer ")) || !str_eq(rest, S("\1")))
		refuse(s, "5.5.2 Not an XOAUTH2 response");
	else
		ask(s, str_from(user, 5), str_from(token, 12));
}

static void take(struct smtp_server *s, struct str base64)
{
	struct buf b = BUF_INIT(LIMIT_SMTP_LINE);

	smtp_server_enter(s, SMTP_SERVER_COMMAND);
	if (!codec_unbase64(&b, base64, true)) {
		refuse(s, "5.5.2 Not base64 (RFC 4954 section 4)");
	} else {
		switch (s->auth.mechanism) {
		case SMTP_AUTH_LOGIN: login(s, buf_str(&b)); break;
		case SMTP_AUTH_XOAUTH2: xoauth2(s, buf_str(&b)); break;
		case SMTP_AUTH_PLAIN:
		case SMTP_AUTH_ANY: plain(s, buf_str(&b)); break;
		}
	}
	if (b.p)
		explicit_bzero(b.p, b.cap);
	buf_release(&b);
}

void smtp_server_auth_line(struct smtp_server *s, struct str line)
{
	if (str_eq(line, S("*")))
		refuse(s, "5.0.0 Cancelled, as asked");
	else
		take(s, line);
}

static bool choose(struct smtp_server *s, struct str name)
{
	static const enum smtp_auth_mechanism known[] = {
	    SMTP_AUTH_PLAIN, SMTP_AUTH_LOGIN, SMTP_AUTH_XOAUTH2};

	for (size_t i = 0; i < ARRAY_SIZE(known); i++)
		if (str_ieq(name, str_of(smtp_auth_name(known[i])))) {
			s->auth.mechanism = known[i];
			return true;
		}
	return false;
}

void smtp_server_auth_start(struct smtp_server *s, struct str arg)
{
	struct str initial = str_trim(arg), name = str_cut(&initial, ' ');

	if (!s->env.tls && s->config.extensions & SMTP_EXT_AUTH) {
		smtp_server_reply(s, 538,
		    "5.7.11 Not in clear text: STARTTLS first (RFC 4954 section "
		    "4)");
		return;
	}
	if (!smtp_server_auth_offered(s)) {
		smtp_server_reply(s, 502, "5.5.1 AUTH is not offered");
		return;
	}
	if (!choose(s, name)) {
		smtp_server_reply(s, 504, "5.5.4 Mechanism is not offered");
		return;
	}
	s->auth.has_user = false;
	if (str_eq(initial, S("="))) {
		take(s, STR_NONE);
	} else if (initial.n) {
		take(s, initial);
	} else {
		smtp_server_enter(s, SMTP_SERVER_AUTH);
		/* Username: */
		smtp_server_reply(s, 334,
		    s->auth.mechanism == SMTP_AUTH_LOGIN ? "VXNlcm5hbWU6" : "");
	}
}
