#include "smtp/server_impl.h"

bool smtp_server_starttls_offered(const struct smtp_server *s)
{
	return s->config.tls && !s->env.tls &&
	       s->config.extensions & SMTP_EXT_STARTTLS;
}

bool smtp_server_auth_offered(const struct smtp_server *s)
{
	return s->env.tls && s->config.extensions & SMTP_EXT_AUTH;
}

/* ---- commands; `arg` is what follows the verb and its space */

static void hello(struct smtp_server *s, struct str arg, bool esmtp)
{
	struct str name = str_trim(arg);

	if (name.n == 0) {
		smtp_server_reply(s, 501,
		    "5.5.4 A name is missing: EHLO host.example (RFC 5321 "
		    "section 4.1.1.1)");
		return;
	}
	smtp_server_reset(s);
	buf_reset(&s->helo);
	buf_add(&s->helo, name);
	s->env.helo = buf_str(&s->helo);
	s->env.esmtp = esmtp;
	smtp_server_ask(s, SMTP_ASK_EHLO, STR_NONE);
}

static void do_ehlo(struct smtp_server *s, struct str arg)
{
	hello(s, arg, true);
}

static void do_helo(struct smtp_server *s, struct str arg)
{
	hello(s, arg, false);
}

static void do_starttls(struct smtp_server *s, struct str arg)
{
	(void)arg;
	if (s->env.tls)
		smtp_server_reply(s, 503, "5.5.1 TLS is active already");
	else if (!smtp_server_starttls_offered(s))
		smtp_server_reply(s, 502, "5.5.1 STARTTLS is not offered");
	else
		smtp_server_ask(s, SMTP_ASK_STARTTLS, STR_NONE);
}

static void do_data(struct smtp_server *s, struct str arg)
{
	(void)arg;
	if (!s->in_mail)
		smtp_server_reply(s, 503, "5.5.1 MAIL comes first");
	else if (s->env.recipients == 0)
		smtp_server_reply(s, 554, "5.5.1 No valid recipients");
	else
		smtp_server_ask(s, SMTP_ASK_DATA, STR_NONE);
}

static void do_rset(struct smtp_server *s, struct str arg)
{
	(void)arg;
	smtp_server_reset(s);
	smtp_server_reply(s, 250, "2.0.0 Ok");
}

static void do_noop(struct smtp_server *s, struct str arg)
{
	(void)arg;
	smtp_server_reply(s, 250, "2.0.0 Ok");
}

static void do_vrfy(struct smtp_server *s, struct str arg)
{
	if (str_trim(arg).n == 0)
		smtp_server_reply(s, 501, "5.5.4 VRFY whom?");
	else
		smtp_server_reply(s, 252,
		    "2.1.5 Cannot verify, but takes mail and tries (RFC 5321 "
		    "section 3.5.3)");
}

static void do_help(struct smtp_server *s, struct str arg)
{
	(void)arg;
	smtp_server_reply(s, 214,
	    "2.0.0 EHLO HELO STARTTLS AUTH MAIL RCPT DATA\n"
	    "2.0.0 RSET NOOP VRFY HELP QUIT (RFC 5321)");
}

static void do_quit(struct smtp_server *s, struct str arg)
{
	(void)arg;
	smtp_server_reply_last(s, 221, "2.0.0 Bye");
}

static void do_auth(struct smtp_server *s, struct str arg)
{
	if (s->in_mail || s->authenticated)
		smtp_server_reply(s, 503,
		    "5.5.1 AUTH is not in its place (RFC 4954 section 4)");
	else
		smtp_server_auth_start(s, arg);
}

enum argument { ANY, NONE };

static const struct command {
	struct str verb;
	enum argument argument;
	bool before_hello; /* allowed before EHLO */
	void (*run)(struct smtp_server *s, struct str arg);
} commands[] = {
    {{"MAIL", 4}, ANY, false, smtp_server_mail},
    {{"RCPT", 4}, ANY, false, smtp_server_rcpt},
    {{"DATA", 4}, NONE, false, do_data},
    {{"EHLO", 4}, ANY, true, do_ehlo},
    {{"HELO", 4}, ANY, true, do_helo},
    {{"STARTTLS", 8}, NONE, false, do_starttls},
    {{"AUTH", 4}, ANY, false, do_auth},
    {{"RSET", 4}, NONE, true, do_rset},
    {{"NOOP", 4}, ANY, true, do_noop},
    {{"VRFY", 4}, ANY, true, do_vrfy},
    {{"HELP", 4}, ANY, true, do_help},
    {{"QUIT", 4}, NONE, true, do_quit},
};

static const struct command *find(struct str verb)
{
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		if (str_ieq(commands[i].verb, verb))
			return &commands[i];
	return NULL;
}

static void dispatch(struct smtp_server *s, struct str line)
{
	struct str arg = line, verb = str_cut(&arg, ' ');
	const struct command *c = find(verb);

	if (s->barred && !(c && c->run == do_quit))
		smtp_server_reply(s, 503,
		    "5.5.1 Nothing but QUIT is possible here (RFC 5321 section "
		    "3.1)");
	else if (!c)
		smtp_server_reply(s, 500, "5.5.1 Unknown command");
	else if (c->argument == NONE && str_trim(arg).n)
		smtp_server_reply(s, 501, "5.5.4 This command takes no words");
	else if (!c->before_hello && !s->hello)
		smtp_server_reply(s, 503, "5.5.1 EHLO comes first");
	else
		c->run(s, arg);
}

/* ---- lines */

/* RFC 5321 4.1.2: no control characters; 8 bit for SMTPUTF8 is looked at where
 * addresses are. */
static bool has_controls(struct str line)
{
	for (size_t i = 0; i < line.n; i++)
		if ((unsigned char)line.p[i] < 0x20 || line.p[i] == 0x7f)
			return true;
	return false;
}

static void trace_line(struct smtp_server *s, struct str line)
{
	if (s->state == SMTP_SERVER_AUTH)
		smtp_server_trace(s, '>', S("****\r\n"));
	else if (str_istarts(line, S("AUTH ")))
		smtp_server_trace(s, '>', S("AUTH ****\r\n"));
	else
		smtp_server_trace(s, '>', line);
}

static void take(struct smtp_server *s, struct str line)
{
	/* views of `line` must outlive the stream's buffer */
	buf_reset(&s->line);
	buf_add(&s->line, str_sub(line, 0, line.n - 2));
	trace_line(s, line);
	stream_consume(s->stream, line.n);
	line = buf_str(&s->line);
	if (s->state == SMTP_SERVER_AUTH)
		smtp_server_auth_line(s, line);
	else if (has_controls(line))
		smtp_server_reply(
		    s, 500, "5.5.2 A control character in a command");
	else
		dispatch(s, line);
}

bool smtp_server_take_line(struct smtp_server *s)
{
	struct str in = stream_input(s->stream);
	const char *nl = in.n ? memchr(in.p, '\n', in.n) : NULL;
	size_t n = nl ? (size_t)(nl - in.p) + 1 : in.n;

	if (n > LIMIT_SMTP_LINE) {
		smtp_server_reply_last(s, 500, "5.5.2 Line is too long");
		return false;
	}
	if (!nl)
		return false;
	if (n < 2 || in.p[n - 2] != '\r' || memchr(in.p, '\r', n - 2)) {
		/* a line that two servers would not read alike */
		smtp_server_reply_last(s, 500,
		    "5.5.2 A CR or LF stands alone; only CRLF ends a line (RFC "
		    "5321 section 2.3.8)");
		return false;
	}
	take(s, str_sub(in, 0, n));
	return true;
}
