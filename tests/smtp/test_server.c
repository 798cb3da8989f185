#include "t.h"
#include "mail/dot.h"
#include "talk.h"

#define HI    "EHLO me.example\r\n"
#define EHLO  "ehlo me.example; "
#define MAIL  "MAIL FROM:<a@b.example>\r\n"
#define RCPT  "RCPT TO:<c@d.example>\r\n"
#define ASKED "mail a@b.example; rcpt c@d.example; data; "
#define BODY  "Subject: t\r\n\r\nhello\r\n.\r\n"
#define QUIT  "QUIT\r\n"
#define SENT  "dot 21 of 1; "
#define OKS   "220 250 250 250 354 "
#define A64   "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define A1024 A256 A256 A256 A256
#define A256  A64 A64 A64 A64

struct dialogue {
	const char *name, *says, *codes, *asked;
	struct talk_options options;
};

static const struct dialogue dialogues[] = {
    {"a mail in one go", HI MAIL RCPT "DATA\r\n" BODY QUIT,
	OKS "250 221 closed", EHLO ASKED SENT},
    {"two mails", HI MAIL RCPT "DATA\r\n" BODY MAIL RCPT "DATA\r\n" BODY QUIT,
	OKS "250 250 250 354 250 221 closed", EHLO ASKED SENT ASKED SENT},
    {"HELO", "HELO me\r\n" MAIL RCPT "DATA\r\n" BODY QUIT, OKS "250 221 closed",
	"helo me; " ASKED SENT},
    {"no parameters after HELO",
	"HELO me\r\nMAIL FROM:<a@b.example> SIZE=1\r\n", "220 250 555",
	"helo me; "},
    {"verbs in any case", "eHlO x\r\nmAiL fRoM:<>\r\nrcpt to:<Postmaster>\r\n",
	"220 250 250 250", "ehlo x; mail ; rcpt Postmaster; "},
    {"nothing before EHLO", MAIL RCPT "DATA\r\nSTARTTLS\r\nAUTH PLAIN\r\n",
	"220 503 503 503 503 503", ""},
    {"some things before EHLO",
	"NOOP x\r\nHELP\r\nRSET\r\nVRFY a\r\nVRFY\r\nQUIT\r\n",
	"220 250 214 250 252 501 221 closed", ""},
    {"bad sequences", HI RCPT "DATA\r\n" MAIL MAIL "DATA\r\nRSET\r\n" RCPT,
	"220 250 503 503 250 503 554 250 503", EHLO "mail a@b.example; "},
    {"EHLO forgets the mail", HI MAIL RCPT HI "DATA\r\n",
	"220 250 250 250 250 503",
	EHLO "mail a@b.example; rcpt c@d.example; " EHLO},
    {"unknown and malformed",
	HI
	"EXPN x\r\n\r\n BDAT\r\nMAIL FROM:a@b.example\r\nMAIL FROM <a@b>\r\n"
	"MAIL FROM:<a@b.example>x\r\nMAIL FROM:<a@b\r\nDATA now\r\nQUIT x\r\n"
	"EHLO\r\nMAIL\r\n",
	"220 250 500 500 500 501 501 501 501 501 501 501 501", EHLO},
    {"addresses that are none",
	HI "MAIL FROM:<a b@c.example>\r\nMAIL FROM:<a@-.example>\r\n" MAIL
	   "RCPT TO:<>\r\nRCPT TO:<x>\r\nRCPT TO:<x@[1.2.3]>\r\n",
	"220 250 553 553 250 553 553 553", EHLO "mail a@b.example; "},
    {"addresses that are good",
	HI "MAIL FROM: <\"a> b\\\" c\"@d.example>\r\n"
	   "RCPT TO:<@x.example,@y.example:c@d.example>\r\n"
	   "RCPT TO:<c@[192.0.2.1]>\r\n",
	"220 250 250 250 250",
	EHLO "mail \"a> b\\\" c\"@d.example; rcpt c@d.example; "
	     "rcpt c@[192.0.2.1]; "},
    {"parameters of MAIL and RCPT",
	HI "MAIL FROM:<a@b.example> SIZE=100 BODY=8bitmime SMTPUTF8 RET=HDRS "
	   "ENVID=x+3D1 \r\nRCPT TO:<c@d.example> NOTIFY=SUCCESS,delay "
	   "ORCPT=rfc822;c@d.example\r\nRCPT TO:<c@d.example> NOTIFY=NEVER\r\n",
	"220 250 250 250 250",
	EHLO "mail a@b.example SIZE=100 BODY=8bitmime SMTPUTF8 RET=HDRS "
	     "ENVID=x+3D1; rcpt c@d.example NOTIFY=SUCCESS,delay "
	     "ORCPT=rfc822;c@d.example; rcpt c@d.example NOTIFY=NEVER; "},
    {"parameters that are wrong",
	HI
	"MAIL FROM:<a@b.example> SIZE=x\r\nMAIL FROM:<a@b.example> SIZE\r\n"
	"MAIL FROM:<a@b.example> BODY=BINARYMIME\r\n"
	"MAIL FROM:<a@b.example> SMTPUTF8=1\r\n"
	"MAIL FROM:<a@b.example> RET=NO\r\nMAIL FROM:<a@b.example> ENVID=\r\n"
	"MAIL FROM:<a@b.example> FOO=1\r\nMAIL FROM:<a@b.example> NOTIFY=NEVER\r\n"
	"MAIL FROM:<a@b.example> SIZE=1 SIZE=1\r\n"
	"MAIL FROM:<a@b.example> SIZE=99999999999\r\n" MAIL
	"RCPT TO:<c@d.example> NOTIFY=NEVER,DELAY\r\n"
	"RCPT TO:<c@d.example> NOTIFY=\r\nRCPT TO:<c@d.example> ORCPT=x\r\n"
	"RCPT TO:<c@d.example> SIZE=1\r\n",
	"220 250 501 501 501 501 501 501 555 555 501 552 250 501 501 501 555",
	EHLO "mail a@b.example; "},
    {"extensions that are not offered",
	HI "MAIL FROM:<a@b.example> SIZE=1\r\nMAIL FROM:<a@b.example> "
	   "BODY=7BIT\r\nMAIL FROM:<a@b.example> SMTPUTF8\r\n"
	   "MAIL FROM:<a@b.example> RET=FULL\r\n",
	"220 250 555 555 555 555", EHLO, {.without = ~0u}},
    {"SMTPUTF8 must be said",
	HI "MAIL FROM:<j\xc3\xb6rg@b.example>\r\n"
	   "MAIL FROM:<j\xc3\xb6rg@b.example> SMTPUTF8\r\n"
	   "RCPT TO:<\xc3\xa4@d.example>\r\n",
	"220 250 553 250 250",
	EHLO "mail j\xc3\xb6rg@b.example SMTPUTF8; rcpt \xc3\xa4@d.example; "},
    {"the owner refuses sender and recipient",
	HI MAIL RCPT "RCPT TO:<x@d.example>\r\nDATA\r\n" QUIT,
	"220 250 450 503 503 503 221 closed", EHLO "mail a@b.example; ",
	{.mail = {450, "4.7.1 no"}}},
    {"the owner refuses the recipient", HI MAIL RCPT "DATA\r\n" QUIT,
	"220 250 250 550 554 221 closed",
	EHLO "mail a@b.example; rcpt c@d.example; ",
	{.rcpt = {550, "5.1.1 no\nsuch\nuser"}}},
    {"the owner refuses the mail", HI MAIL RCPT "DATA\r\n" BODY RCPT,
	OKS "554 503", EHLO ASKED SENT, {.dot = {554, "5.7.1 spam"}}},
    {"421 ends it", HI MAIL RCPT "DATA\r\n" BODY, "220 250 250 421 closed",
	EHLO "mail a@b.example; rcpt c@d.example; ", {.rcpt = {421, "bye"}}},
    {"hanging up without a reply", HI MAIL RCPT "DATA\r\n" BODY QUIT,
	OKS "closed", EHLO ASKED SENT, {.dot = {.drop = true}}},
    {"hanging up after so many bytes", HI MAIL RCPT "DATA\r\n" BODY QUIT,
	"220 250 250 250 closed", EHLO "mail a@b.example; rcpt c@d.example; ",
	{.rcpt = {250, "ok", .drop_after = 12}}},
    {"an answer that is not said", HI MAIL RCPT, "220 250 250",
	EHLO "mail a@b.example; rcpt c@d.example; ",
	{.rcpt = {250, "ok", .mute = true}}},
    {"a banner of 554 leaves QUIT only", HI "NOOP\r\n" QUIT,
	"554 503 503 221 closed", "", {.connect = {554, "go away"}}},
    {"a banner of 421", HI, "421 closed", "", {.connect = {421, "busy"}}},
    {"a message beyond the limit",
	HI MAIL RCPT "DATA\r\n" BODY MAIL RCPT "DATA\r\nhi\r\n.\r\n",
	OKS "552 250 250 354 250", EHLO ASKED ASKED "dot 4 of 1; ",
	{.size_limit = 20}},
    {"content that is not kept", HI MAIL RCPT "DATA\r\n" BODY, OKS "250",
	EHLO ASKED SENT, {.discard = true}},
    {"an empty content", HI MAIL RCPT "DATA\r\n.\r\n", OKS "250",
	EHLO ASKED "dot 0 of 1; "},
    {"a bare LF in a command", HI "NOOP\nNOOP\r\n", "220 250 500 closed", EHLO},
    {"a bare CR in a command", HI "NOOP\rNOOP\r\nNOOP\r\n",
	"220 250 500 closed", EHLO},
    {"a control character in a command", HI "NOOP \x01\r\nNOOP\r\n",
	"220 250 500 250", EHLO},
    {"a line that is too long",
	HI "NOOP " A1024 A1024 A1024 A1024 "\r\nNOOP\r\n", "220 250 500 closed",
	EHLO},
    {"no STARTTLS or AUTH in clear", HI "STARTTLS\r\nAUTH PLAIN x\r\n",
	"220 250 502 538", EHLO},
    {"AUTH over TLS",
	HI
	"AUTH PLAIN AG1lAHNlY3JldA==\r\nAUTH PLAIN AG1lAHNlY3JldA==\r\n" MAIL,
	"220 250 235 503 250", EHLO "auth me:secret; mail a@b.example; ",
	{.tls = TALK_IMPLICIT}},
    {"AUTH in steps",
	HI "AUTH PLAIN\r\n*\r\nAUTH PLAIN\r\n???\r\nAUTH LOGIN\r\nbWU=\r\n"
	   "c2VjcmV0\r\n",
	"220 250 334 501 334 501 334 334 235", EHLO "auth me:secret; ",
	{.tls = TALK_IMPLICIT}},
    {"AUTH XOAUTH2",
	HI "AUTH XOAUTH2 dXNlcj1tZQFhdXRoPUJlYXJlciBzZWNyZXQBAQ==\r\n",
	"220 250 235", EHLO "auth me:secret; ", {.tls = TALK_IMPLICIT}},
    {"AUTH that is wrong",
	HI "AUTH CRAM-MD5\r\nAUTH PLAIN AA==\r\nAUTH PLAIN =\r\n"
	   "AUTH XOAUTH2 AA==\r\nAUTH PLAIN eABtZQBz\r\n" MAIL "AUTH PLAIN\r\n",
	"220 250 504 501 501 501 535 250 503", EHLO "mail a@b.example; ",
	{.tls = TALK_IMPLICIT}},
};

static void check(const struct dialogue *d, size_t chunk, bool hold)
{
	struct talk_options o = d->options;
	struct talk t;

	o.chunk = chunk;
	o.hold = hold;
	talk_start(&t, &o);
	if (o.tls == TALK_IMPLICIT)
		talk_say(&t, STR_NONE, str_of(d->says));
	else
		talk_say(&t, str_of(d->says), STR_NONE);
	if (!str_eq(str_of(t.codes), str_of(d->codes)))
		print_error("# %s, pieces of %zu%s\n%.*s", d->name, chunk,
		    hold ? ", held" : "", STR_ARG(buf_str(&t.got)));
	t_str(str_of(t.codes), d->codes);
	t_str(buf_str(&t.asked), d->asked);
	talk_stop(&t);
}

static void answers_the_same_in_any_split(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(dialogues); i++)
		for (size_t chunk = 0; chunk <= 7; chunk++) {
			check(&dialogues[i], chunk, false);
			check(&dialogues[i], chunk, true);
		}
}

static void offers_what_it_was_told_to(void **state)
{
	struct talk_options o = {.size_limit = 1000, .tls = TALK_STARTTLS};
	struct talk t;

	talk_start(&t, &o);
	talk_say(&t, S(HI), STR_NONE);
	t_str(buf_str(&t.got),
	    "220 mx.example ESMTP\r\n250-mx.example\r\n250-PIPELINING\r\n"
	    "250-8BITMIME\r\n250-SMTPUTF8\r\n250-DSN\r\n"
	    "250-ENHANCEDSTATUSCODES\r\n250-SIZE 1000\r\n250 STARTTLS\r\n");
	talk_stop(&t);
	o = (struct talk_options){.without = ~0u, .tls = TALK_STARTTLS};
	talk_start(&t, &o);
	talk_say(&t, S(HI), STR_NONE);
	t_str(buf_str(&t.got), "220 mx.example ESMTP\r\n250 mx.example\r\n");
	talk_stop(&t);
}

/* CVE-2011-0411: what was said in clear must not count under TLS. */
static void forgets_what_came_before_the_handshake(void **state)
{
	for (size_t chunk = 0; chunk <= 40; chunk++) {
		struct talk_options o = {.tls = TALK_STARTTLS, .chunk = chunk};
		struct talk t;

		talk_start(&t, &o);
		talk_say(&t,
		    S(HI "STARTTLS\r\nEHLO evil.example\r\n"
			 "MAIL FROM:<evil@x.example>\r\n"),
		    S(RCPT HI RCPT QUIT));
		t_true(str_find(buf_str(&t.asked), S("evil")) < 0, "chunk %zu",
		    chunk);
		if (chunk == 0) {
			t_str(str_of(t.codes),
			    "220 250 220 503 250 503 221 closed");
			t_str(buf_str(&t.asked), EHLO "starttls; " EHLO);
		}
		talk_stop(&t);
	}
}

static void hangs_up_on_silence(void **state)
{
	struct talk_options o = {.wait = 6 * USEC_PER_MIN};
	struct talk t;

	talk_start(&t, &o);
	talk_say(&t, S(HI MAIL "RCP"), STR_NONE);
	t_str(str_of(t.codes), "220 250 250 421 closed");
	t_true(t.ended, "told");
	talk_stop(&t);
}

static void ends_when_the_client_goes(void **state)
{
	for (int hold = 0; hold < 2; hold++) {
		struct talk_options o = {.hold = hold, .wait = 3500000};
		struct talk t;

		talk_start(&t, &o);
		talk_say(
		    &t, S(HI MAIL RCPT "DATA\r\nSubject: x\r\n"), STR_NONE);
		stream_close(t.client);
		t.client = NULL;
		loop_run(t.loop);
		t_true(t.ended, "told");
		t_int(t.dots, 0);
		talk_stop(&t);
	}
}

static void waits_for_who_does_not_read(void **state)
{
	struct talk_options o = {0};
	struct buf b = BUF_INIT(4 * MiB);
	struct talk t;
	size_t replies = 1;

	while (b.len < 200000)
		buf_addz(&b, "HELP\r\n");
	talk_start(&t, &o);
	talk_say(&t, buf_str(&b), STR_NONE);
	for (size_t i = 0; i + 3 < t.got.len; i++)
		replies += str_eq(str_sub(buf_str(&t.got), i, 4), S("214 "));
	t_int(replies - 1, b.len / 6);
	buf_release(&b);
	talk_stop(&t);
}

static void is_freed_at_any_moment(void **state)
{
	for (usec_t at = 0; at < 9; at++) {
		struct talk_options o = {
		    .hold = true, .wait = at * USEC_PER_SEC + 1};
		struct talk t;

		talk_start(&t, &o);
		talk_say(&t, S(HI MAIL RCPT "DATA\r\n" BODY QUIT), STR_NONE);
		loop_timer_stop(&t.timer);
		smtp_server_free(t.server);
		t.server = NULL;
		loop_run(t.loop);
		t_true(at > 5 || !t.ended, "not told");
		talk_stop(&t);
	}
}

/* ---- smuggling */

/* Another way to say what is right. */
struct truth {
	bool ends, bare;
	struct str raw;
};

static struct truth truth_of(struct str s)
{
	struct truth r = {0};
	size_t at = 0;

	for (; at + 3 <= s.n && !r.ends; at++)
		r.ends = str_eq(str_sub(s, at, 3), S(".\r\n")) &&
			 (at == 0 || (at > 1 && str_eq(str_sub(s, at - 2, 2),
						    S("\r\n"))));
	r.raw = str_sub(s, 0, at - 1);
	for (size_t i = 0; i < r.raw.n; i++) {
		if (s.p[i] == '\r' && s.p[i + 1] != '\n')
			r.bare = true;
		if (s.p[i] == '\n' && (i == 0 || s.p[i - 1] != '\r'))
			r.bare = true;
	}
	return r;
}

/* What stands between the first mail and the one hidden in it. */
static void takes_no_end_but_the_one(void **state)
{
	static const struct str ends[] = {
	    {"\n.\n", 3},
	    {"\n.\r\n", 4},
	    {"\r.\r", 3},
	    {"\r.\n", 3},
	    {"\r.\r\n", 4},
	    {"\r\n.\n", 4},
	    {"\r\n.\r", 4},
	    {"\n.\r", 3},
	    {"\r\n.\r\r\n", 6},
	    {"\r\n..\r\n", 6},
	    {"\r\n. \r\n", 6},
	    {"\r\n\0.\r\n", 6},
	    {"\r\n.\0\r\n", 6},
	    {"\n\n.\r\n", 5},
	    {"\r\n.\n\r\n", 6},
	    {"\r\n.\r\0\n", 6},
	    {"\n\r.\r\n", 5},
	    {"\r\n \r.\r\n", 7},
	    {"\x0b.\r\n", 4},
	    {"\xc2\x85.\r\n", 5},
	    {"\xe2\x80\xa8.\r\n", 6},
	    {"\r\n.\r\x0b\n", 6},
	};

	for (size_t i = 0; i < ARRAY_SIZE(ends); i++)
		for (size_t chunk = 0; chunk <= 7; chunk++) {
			struct talk_options o = {.chunk = chunk};
			struct buf b = BUF_INIT(4 * KiB);
			size_t from;
			struct talk t;
			bool bare;

			buf_addz(&b, HI MAIL RCPT "DATA\r\n");
			from = b.len;
			buf_addz(&b, "Subject: a\r\n\r\n");
			buf_add(&b, ends[i]);
			buf_addz(&b, "MAIL FROM:<evil@x.example>\r\n" RCPT
				     "DATA\r\nSubject: evil\r\n\r\n.\r\n" QUIT);
			bare = truth_of(str_from(buf_str(&b), from)).bare;
			talk_start(&t, &o);
			talk_say(&t, buf_str(&b), STR_NONE);
			t_true(str_find(buf_str(&t.asked), S("evil")) < 0,
			    "end %zu, pieces of %zu", i, chunk);
			t_str(str_of(t.codes),
			    bare ? OKS "554 221 closed" : OKS "250 221 closed");
			t_int(t.dots, !bare);
			buf_release(&b);
			talk_stop(&t);
		}
}

static void check_content(struct str content, size_t chunk)
{
	struct talk_options o = {.chunk = chunk, .wait = 1};
	struct truth want = truth_of(content);
	struct buf says = BUF_INIT(4 * KiB), body = BUF_INIT(4 * KiB);
	struct talk t;

	assert_true(want.ends);
	talk_start(&t, &o);
	buf_addz(&says, HI MAIL RCPT "DATA\r\n");
	buf_add(&says, content);
	talk_say(&t, buf_str(&says), STR_NONE);
	t_true(str_starts(
		   str_of(t.codes), want.bare ? S(OKS "554") : S(OKS "250")),
	    "%s", t.codes);
	t_int(t.dots, !want.bare);
	if (!want.bare) {
		dot_unstuff(want.raw, &body);
		t_eq(buf_str(&t.content), buf_str(&body));
	}
	buf_release(&says);
	buf_release(&body);
	talk_stop(&t);
}

static void judges_every_short_content_right(void **state)
{
	static const char letters[] = "\r\n.a";
	char s[16];

	for (unsigned n = 0; n <= 5; n++)
		for (unsigned k = 0; k < 1u << 2 * n; k++) {
			for (unsigned i = 0; i < n; i++)
				s[i] = letters[k >> 2 * i & 3];
			memcpy(s + n, "\r\n.\r\n", 5);
			check_content(str_make(s, n + 5), 0);
			check_content(str_make(s, n + 5), 1 + k % 3);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(answers_the_same_in_any_split),
	    T(offers_what_it_was_told_to),
	    T(forgets_what_came_before_the_handshake),
	    T(hangs_up_on_silence),
	    T(ends_when_the_client_goes),
	    T(waits_for_who_does_not_read),
	    T(is_freed_at_any_moment),
	    T(takes_no_end_but_the_one),
	    T(judges_every_short_content_right),
	};
	int rc;

	talk_tls_init();
	rc = t_run("server", tests);
	talk_tls_release();
	return rc;
}
