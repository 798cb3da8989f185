#include "t.h"
#include "owner.h"

#define BANNER "> 220 mx.example ESMTP\n"
/* pipelining and all else / nothing */
#define HELLO                                \
	BANNER                               \
	"< EHLO me.example\n"                \
	"> 250-mx.example at your service\n" \
	"> 250-pipelining\n"                 \
	"> 250-SIZE 1000000\n"               \
	"> 250-8BITMIME\n"                   \
	"> 250-DSN\n"                        \
	"> 250-SMTPUTF8\n"                   \
	"> 250 ENHANCEDSTATUSCODES\n"
#define PLAIN BANNER "< EHLO me.example\n> 250 mx.example\n"
#define GROUP                                  \
	"< MAIL FROM:<a@me.example> SIZE=21\n" \
	"< RCPT TO:<b@you.example>\n"          \
	"< DATA\n"
#define OK3      "> 250 2.1.0 Ok\n> 250 2.1.5 Ok\n> 354 go\n"
#define BODY     "< Subject: t\n< \n< hello\n< .\n"
#define EMPTY    "< \n< .\n"
#define QUEUED   "> 250 2.0.0 queued\n"
#define GOODBYE  "< QUIT\n> 221 bye\n"
#define PMAIL    "< MAIL FROM:<a@me.example>\n"
#define PRCPT    "< RCPT TO:<b@you.example>\n"
#define PDATA    "< DATA\n"
#define OK       "> 250 Ok\n"
#define ACCEPTED "ready; content; done final dot: reply 250 dot; "

static const struct story mails[] = {
    {"a mail with pipelining", "", HELLO GROUP OK3 BODY QUEUED GOODBYE,
	ACCEPTED "ready; ended", "2.0.0 queued", 0},
    {"a mail without pipelining", "",
	PLAIN PMAIL OK PRCPT OK PDATA "> 354 go\n" BODY QUEUED GOODBYE,
	ACCEPTED "ready; ended", NULL, 0},
    {"three mails over one session", "mails=3",
	HELLO GROUP OK3 BODY QUEUED GROUP OK3 BODY QUEUED GROUP OK3 BODY QUEUED
	    GOODBYE,
	ACCEPTED ACCEPTED ACCEPTED "ready; ended", NULL, 0},
    {"three mails without pipelining", "mails=3",
	PLAIN PMAIL OK PRCPT OK PDATA
	"> 354 go\n" BODY QUEUED PMAIL OK PRCPT OK PDATA
	"> 354 go\n" BODY QUEUED PMAIL OK PRCPT OK PDATA
	"> 354 go\n" BODY QUEUED GOODBYE,
	ACCEPTED ACCEPTED ACCEPTED "ready; ended", NULL, 0},
    {"replies of many lines", "",
	"> 220-mx\n> 220-is\n> 220 ready\n< EHLO me.example\n"
	"> 250-mx\n> 250 PIPELINING\n" PMAIL PRCPT PDATA
	"> 250-a\n> 250 b\n> 250-\n> 250 d\n> 354-go\n> 354 on\n" BODY
	"> 250-2.0.0 queued\n> 250 2.0.0 as 1\n" GOODBYE,
	ACCEPTED "ready; ended", "queued as 1", 0},
    {"bare LF ends a reply", "",
	"= 220 mx\\n\n< EHLO me.example\n= 250-mx\\n250 PIPELINING\\n\n" PMAIL
	    PRCPT PDATA "= 250 a\\n250 b\\n354 c\\n\n" BODY
	"= 250 d\\n\n" GOODBYE,
	ACCEPTED "ready; ended", NULL, 0},
    {"the release comes late", "late", HELLO GROUP OK3 BODY QUEUED GOODBYE,
	ACCEPTED "ready; ended", NULL, 30},
    {"the release came before the 354", "early",
	HELLO GROUP OK3 BODY QUEUED GOODBYE, ACCEPTED "ready; ended", NULL, 0},
    {"a large mail streams before its release", "late big=100000",
	HELLO "< MAIL FROM:<a@me.example> SIZE=100027\n" PRCPT PDATA OK3
	      "*\n" QUEUED GOODBYE,
	ACCEPTED "ready; ended", NULL, 30},
    {"a very large mail", "big=900000",
	HELLO "< MAIL FROM:<a@me.example> SIZE=900013\n" PRCPT PDATA OK3
	      "*\n" QUEUED GOODBYE,
	ACCEPTED "ready; ended", NULL, 0},
    {"8BITMIME, DSN and SMTPUTF8 where offered", "8bit dsn utf8",
	HELLO "< MAIL FROM:<a@me.example> SIZE=21 BODY=8BITMIME SMTPUTF8 "
	      "RET=HDRS ENVID=id1\n"
	      "< RCPT TO:<j\xc3\xb6rg@you.example> NOTIFY=FAILURE "
	      "ORCPT=rfc822;b@you.example\n" PDATA OK3 BODY QUEUED GOODBYE,
	ACCEPTED "ready; ended", NULL, 0},
    {"8BITMIME and DSN where not offered", "8bit dsn",
	PLAIN PMAIL OK PRCPT OK PDATA "> 354 go\n" BODY QUEUED GOODBYE,
	ACCEPTED "ready; ended", NULL, 0},
    {"the null sender", "sender=",
	PLAIN "< MAIL FROM:<>\n" OK PRCPT OK PDATA
	      "> 354 go\n" BODY QUEUED GOODBYE,
	ACCEPTED "ready; ended", NULL, 0},
    {"the server takes a while at the dot", "",
	HELLO GROUP OK3 BODY "!wait 500\n" QUEUED GOODBYE,
	ACCEPTED "ready; ended", NULL, 500},
    {"an old server that knows HELO only", "8bit dsn",
	BANNER "< EHLO me.example\n> 502 what?\n< HELO me.example\n"
	       "> 250 mx.example SIZE 10\n" PMAIL OK PRCPT OK PDATA
	       "> 354 go\n" BODY QUEUED GOODBYE,
	ACCEPTED "ready; ended", NULL, 0},
    {"keywords in any case, unknown ones, and a SIZE without number", "",
	BANNER "< EHLO me.example\n> 250-mx\n> 250-\n> 250-X-FOO bar\n"
	       "> 250-PiPeLiNiNg   \n> 250-size\n> 250 8bitmime\n"
	       "< MAIL FROM:<a@me.example> SIZE=21\n" PRCPT PDATA OK3 BODY
		   QUEUED GOODBYE,
	ACCEPTED "ready; ended", NULL, 0},
};

static void sends_mail(void **state)
{
	owner_check(mails, ARRAY_SIZE(mails));
}

static const struct story refusals[] = {
    {"the banner says 554", "", "> 554 5.7.1 go away\n< QUIT\n",
	"ended banner: reply 554", "go away", 0},
    {"the banner says 421", "", "> 421 4.3.2 too busy\n",
	"ended banner: reply 421", "too busy", 0},
    {"the banner says 450", "", "> 450 4.3.2 later\n< QUIT\n",
	"ended banner: reply 450", NULL, 0},
    {"the banner says 250", "", "> 250 hello\n", "ended banner: protocol",
	"4.3.1", 0},
    {"EHLO for now refused", "", BANNER "< EHLO me.example\n> 450 no\n< QUIT\n",
	"ended EHLO: reply 450", NULL, 0},
    {"EHLO and HELO refused", "",
	BANNER "< EHLO me.example\n> 500 no\n< HELO me.example\n"
	       "> 550 5.7.1 bad name\n< QUIT\n",
	"ended EHLO: reply 550", "bad name", 0},
    {"EHLO answered 354", "", BANNER "< EHLO me.example\n> 354 go\n",
	"ended EHLO: protocol", NULL, 0},
    {"MAIL refused", "mails=2",
	HELLO GROUP "> 550 5.7.1 bad sender\n> 503 5.5.1 no mail\n"
		    "> 503 5.5.1 no rcpt\n" GROUP OK3 BODY QUEUED GOODBYE,
	"ready; done MAIL: reply 550; " ACCEPTED "ready; ended", NULL, 0},
    {"MAIL refused without pipelining", "mails=2",
	PLAIN PMAIL "> 451 later\n" PMAIL OK PRCPT OK PDATA
		    "> 354 go\n" BODY QUEUED GOODBYE,
	"ready; done MAIL: reply 451; " ACCEPTED "ready; ended", NULL, 0},
    {"RCPT refused, and RSET goes with the next", "mails=2",
	HELLO GROUP "> 250 ok\n> 550 5.1.1 nobody\n> 554 no valid\n"
		    "< RSET\n" GROUP OK OK3 BODY QUEUED GOODBYE,
	"ready; done RCPT: reply 550; " ACCEPTED "ready; ended", NULL, 0},
    {"RCPT refused without pipelining", "mails=2",
	PLAIN PMAIL OK PRCPT
	"> 450 4.2.1 grey\n< RSET\n" OK PMAIL OK PRCPT OK PDATA
	"> 354 go\n" BODY QUEUED GOODBYE,
	"ready; done RCPT: reply 450; " ACCEPTED "ready; ended", NULL, 0},
    {"RCPT refused, DATA taken: an empty content", "mails=2",
	HELLO GROUP
	"> 250 ok\n> 550 5.1.1 nobody\n> 354 go\n" EMPTY
	"> 554 5.5.1 no recipients\n< RSET\n" GROUP OK OK3 BODY QUEUED GOODBYE,
	"ready; done RCPT: reply 550; " ACCEPTED "ready; ended", NULL, 0},
    {"RCPT refused, DATA taken, the empty content too", "",
	HELLO GROUP "> 250 ok\n> 550 5.1.1 nobody\n> 354 go\n" EMPTY
		    "> 250 queued\n" GOODBYE,
	"ready; done RCPT: reply 550; ready; ended", "empty content", 0},
    {"MAIL refused, DATA taken, 421 at the empty content", "",
	HELLO GROUP "> 550 bad\n> 503 no\n> 354 go\n" EMPTY "> 421 bye\n",
	"ready; done MAIL: reply 550 last; ended final dot: reply 421", NULL,
	0},
    {"MAIL refused, RCPT taken all the same", "mails=2",
	HELLO GROUP "> 550 bad\n> 250 ok\n> 503 no\n< RSET\n" GROUP OK OK3 BODY
	    QUEUED GOODBYE,
	"ready; done MAIL: reply 550; " ACCEPTED "ready; ended", NULL, 0},
    {"DATA refused", "mails=2",
	HELLO GROUP "> 250 ok\n> 250 ok\n> 451 4.3.0 later\n< RSET\n" GROUP OK
	    OK3 BODY QUEUED GOODBYE,
	"ready; done DATA: reply 451; " ACCEPTED "ready; ended", NULL, 0},
    {"the dot refused for good", "mails=2",
	HELLO GROUP OK3 BODY "> 554 5.7.1 spam\n" GROUP OK3 BODY QUEUED GOODBYE,
	"ready; content; done final dot: reply 554 dot; " ACCEPTED
	"ready; ended",
	NULL, 0},
    {"the dot refused for now", "", HELLO GROUP OK3 BODY "> 452 full\n" GOODBYE,
	"ready; content; done final dot: reply 452 dot; ready; ended",
	"452 full", 0},
    {"RSET refused", "mails=2",
	HELLO GROUP "> 250 ok\n> 550 nobody\n> 554 no\n< RSET\n" GROUP
		    "> 500 what\n",
	"ready; done RCPT: reply 550; ready; done MAIL: protocol last; "
	"ended MAIL: protocol",
	"RSET", 0},
    {"QUIT refused ends as well", "",
	HELLO GROUP OK3 BODY QUEUED "< QUIT\n> 500 no\n",
	ACCEPTED "ready; ended", NULL, 0},
};

static void takes_each_refusal_for_what_it_is(void **state)
{
	owner_check(refusals, ARRAY_SIZE(refusals));
}

/* 421 (RFC 5321 section 3.8) and a close, wherever they may come. */
static const struct story endings[] = {
    {"421 at EHLO", "", BANNER "< EHLO me.example\n> 421 bye\n",
	"ended EHLO: reply 421", NULL, 0},
    {"421 when idle", "mails=0 idle=10", HELLO "!wait 5\n> 421 4.4.2 idle\n",
	"ready; ended idle: reply 421", "idle", 5},
    {"421 at MAIL", "", HELLO GROUP "> 421 4.7.0 slow down\n",
	"ready; done MAIL: reply 421 last; ended MAIL: reply 421", "slow", 0},
    {"421 at RCPT", "", HELLO GROUP "> 250 ok\n> 421 4.7.0 slow down\n",
	"ready; done RCPT: reply 421 last; ended RCPT: reply 421", "slow", 0},
    {"421 at DATA", "", HELLO GROUP "> 250 ok\n> 250 ok\n> 421 bye\n",
	"ready; done DATA: reply 421 last; ended DATA: reply 421", NULL, 0},
    {"421 while the dot is held", "never",
	HELLO GROUP OK3 "!wait 7\n> 421 4.4.2 timeout\n",
	"ready; content; done content: reply 421 last; "
	"ended content: reply 421",
	"timeout", 7},
    {"552 while the dot is held", "never",
	HELLO GROUP OK3 "!wait 7\n> 552 5.3.4 too big\n",
	"ready; content; done content: reply 552 last; "
	"ended content: reply 552",
	"too big", 7},
    {"421 at the dot", "", HELLO GROUP OK3 BODY "> 421 4.3.0 disk\n",
	"ready; content; done final dot: reply 421 dot last; "
	"ended final dot: reply 421",
	"disk", 0},
    {"421 behind a refusal", "",
	HELLO GROUP "> 250 ok\n> 550 nobody\n> 421 bye\n",
	"ready; done RCPT: reply 550 last; ended DATA: reply 421", NULL, 0},
    {"421 at QUIT", "", HELLO GROUP OK3 BODY QUEUED "< QUIT\n> 421 bye\n",
	ACCEPTED "ready; ended", NULL, 0},
    {"connection refused", "refused", "", "ended connect: closed",
	"192.0.2.1:25", 0},
    {"closed before the banner", "", "!close\n", "ended banner: closed",
	"closed", 0},
    {"closed within the banner", "", "= 220 mx\n!close\n",
	"ended banner: closed", NULL, 0},
    {"closed at EHLO", "", BANNER "< EHLO me.example\n!close\n",
	"ended EHLO: closed", NULL, 0},
    {"closed when idle", "mails=0 idle=10", HELLO "!wait 5\n!close\n",
	"ready; ended idle: closed", NULL, 5},
    {"closed at MAIL", "", HELLO GROUP "!close\n",
	"ready; done MAIL: closed last; ended MAIL: closed", NULL, 0},
    {"closed at RCPT", "", HELLO GROUP "> 250 ok\n!close\n",
	"ready; done RCPT: closed last; ended RCPT: closed", NULL, 0},
    {"closed at DATA", "", HELLO GROUP "> 250 ok\n> 250 ok\n!close\n",
	"ready; done DATA: closed last; ended DATA: closed", NULL, 0},
    {"closed behind a refusal", "",
	HELLO GROUP "> 250 ok\n> 550 nobody\n!close\n",
	"ready; done RCPT: reply 550 last; ended DATA: closed", NULL, 0},
    {"closed while the dot is held", "never",
	HELLO GROUP OK3 "!wait 600\n!close\n",
	"ready; content; done content: closed last; ended content: closed",
	NULL, 600},
    {"closed at the dot is uncertain", "", HELLO GROUP OK3 BODY "!close\n",
	"ready; content; done final dot: closed dot last; "
	"ended final dot: closed",
	NULL, 0},
    {"closed within the reply to the dot is uncertain", "",
	HELLO GROUP OK3 BODY "= 250-2.0.0 queued\\r\\n250\n!close\n",
	"ready; content; done final dot: closed dot last; "
	"ended final dot: closed",
	NULL, 0},
    {"closed at QUIT", "", HELLO GROUP OK3 BODY QUEUED "< QUIT\n!close\n",
	ACCEPTED "ready; ended", NULL, 0},
};

static void tells_where_the_server_left(void **state)
{
	owner_check(endings, ARRAY_SIZE(endings));
}

static const struct story silences[] = {
    {"no answer to connect", "silent", "", "ended connect: timeout", NULL, 30},
    {"no banner", "", "", "ended banner: timeout", "4.5.3.2", 300},
    {"no answer to EHLO", "", BANNER "< EHLO me.example\n",
	"ended EHLO: timeout", NULL, 300},
    {"no answer to HELO", "",
	BANNER "< EHLO me.example\n> 500 no\n< HELO me.example\n",
	"ended EHLO: timeout", NULL, 300},
    {"no answer to MAIL", "", HELLO GROUP,
	"ready; done MAIL: timeout last; ended MAIL: timeout", NULL, 300},
    {"no answer to RCPT", "", HELLO GROUP "!wait 299\n> 250 ok\n",
	"ready; done RCPT: timeout last; ended RCPT: timeout", NULL, 599},
    {"no answer to DATA", "", HELLO GROUP "> 250 ok\n> 250 ok\n",
	"ready; done DATA: timeout last; ended DATA: timeout", NULL, 120},
    {"no answer to the dot", "", HELLO GROUP OK3 BODY,
	"ready; content; done final dot: timeout dot last; "
	"ended final dot: timeout",
	"final dot", 600},
    {"no answer to the dot of a late release", "late", HELLO GROUP OK3 BODY,
	"ready; content; done final dot: timeout dot last; "
	"ended final dot: timeout",
	NULL, 630},
    {"no answer to QUIT", "", HELLO GROUP OK3 BODY QUEUED "< QUIT\n",
	ACCEPTED "ready; ended", NULL, 30},
    {"lines without end do not stretch the time", "",
	HELLO GROUP "> 250-a\n!wait 200\n> 250-b\n",
	"ready; done MAIL: timeout last; ended MAIL: timeout", NULL, 300},
    {"PIPELINING a lie: the rest is thrown away", "", HELLO GROUP "> 250 ok\n",
	"ready; done RCPT: timeout last; ended RCPT: timeout", NULL, 300},
};

static void waits_as_long_as_the_rfc_says(void **state)
{
	owner_check(silences, ARRAY_SIZE(silences));
}

static const struct story nonsense[] = {
    {"replies when idle", "mails=0 idle=10", HELLO "!wait 5\n> 250 ok\n",
	"ready; ended idle: protocol", "before anything", 0},
    {"three replies for MAIL before the 354 of RCPT", "",
	HELLO GROUP "> 250 ok\n> 354 go\n",
	"ready; done RCPT: protocol last; ended RCPT: protocol", NULL, 0},
    {"DATA answered 250", "", HELLO GROUP "> 250 ok\n> 250 ok\n> 250 ok\n",
	"ready; done DATA: protocol last; ended DATA: protocol", "354", 0},
    {"the dot answered 354 is uncertain", "",
	HELLO GROUP OK3 BODY "> 354 more\n",
	"ready; content; done final dot: protocol dot last; "
	"ended final dot: protocol",
	NULL, 0},
    {"250 while the dot is held", "never",
	HELLO GROUP OK3 "!wait 5\n> 250 2.0.0 queued\n",
	"ready; content; done content: protocol last; ended content: protocol",
	"before the content", 5},
    {"half a reply while the dot is held", "late",
	HELLO GROUP OK3 "!wait 5\n= 250 2.0\n!wait 60\n= .0 queued\\r\\n\n",
	"ready; content; done content: protocol last; ended content: protocol",
	NULL, 65},
    {"half a reply while the dot is held, and no more", "late",
	HELLO GROUP OK3 "!wait 5\n= 250 2.0\n",
	"ready; content; done content: timeout last; ended content: timeout",
	NULL, 185},
    {"a code that changes", "", HELLO GROUP "> 250-a\n> 550 b\n",
	"ready; done MAIL: protocol last; ended MAIL: protocol", "4.2.1", 0},
    {"not SMTP", "", "> SSH-2.0-OpenSSH_9.2\n", "ended banner: protocol",
	"three digits", 0},
    {"NUL in the banner", "", "= 220 m\\0x\\r\\n\n< EHLO me.example\n!close\n",
	"ended EHLO: closed", NULL, 0},
    {"100 kB of reply", "", HELLO GROUP "!flood\n",
	"ready; done MAIL: protocol last; ended MAIL: protocol", "65536", 0},
    {"100 kB of reply to the dot is uncertain", "",
	HELLO GROUP OK3 BODY "!flood\n",
	"ready; content; done final dot: protocol dot last; "
	"ended final dot: protocol",
	"65536", 0},
    {"a long line", "", "!wait 1\n!flood\n", "ended banner: protocol", NULL, 0},
};

static void hangs_up_on_nonsense(void **state)
{
	owner_check(nonsense, ARRAY_SIZE(nonsense));
}

static const struct story lacking[] = {
    {"SMTPUTF8 lacks", "utf8 mails=2", PLAIN GOODBYE,
	"ready; done MAIL: unsupported; ready; done MAIL: unsupported; "
	"ready; ended",
	"the server cannot take addresses beyond ASCII (RFC 6531)", 0},
    {"larger than SIZE", "",
	BANNER "< EHLO me.example\n> 250-mx\n> 250 SIZE 20\n" GOODBYE,
	"ready; done MAIL: unsupported; ready; ended", "RFC 1870", 0},
    {"as large as SIZE without the stuffing", "dots",
	BANNER "< EHLO me.example\n> 250-mx\n> 250 SIZE 30\n"
	       "< MAIL FROM:<a@me.example> SIZE=33\n" OK PRCPT OK PDATA
	       "> 354 go\n*\n" QUEUED GOODBYE,
	ACCEPTED "ready; ended", NULL, 0},
    {"SIZE 0 is no limit", "",
	BANNER "< EHLO me.example\n> 250-mx\n> 250 SIZE 0\n"
	       "< MAIL FROM:<a@me.example> SIZE=21\n" OK PRCPT OK PDATA
	       "> 354 go\n" BODY QUEUED GOODBYE,
	ACCEPTED "ready; ended", NULL, 0},
    {"an address that would slip a parameter in", "to=b@you.example>\tNOTIFY",
	PLAIN GOODBYE, "ready; done MAIL: unsupported; ready; ended", "4.1.2",
	0},
    {"an address that would slip a command in", "to=b@you.example\r\nRSET",
	PLAIN GOODBYE, "ready; done MAIL: unsupported; ready; ended", "4.1.2",
	0},
    {"an address with a bracket", "to=b@you.example>", PLAIN GOODBYE,
	"ready; done MAIL: unsupported; ready; ended", "4.1.2", 0},
    {"an address beyond ASCII that nobody announced",
	"to=j\xc3\xb6rg@you.example", HELLO GOODBYE,
	"ready; done MAIL: unsupported; ready; ended", "4.1.2", 0},
    {"a quoted bracket is an address", "to=\"b>\\\"<\"@you.example",
	PLAIN PMAIL OK "< RCPT TO:<\"b>\\\"<\"@you.example>\n" OK PDATA
		       "> 354 go\n" BODY QUEUED GOODBYE,
	ACCEPTED "ready; ended", NULL, 0},
    {"an address with an open quote", "to=\"b@you.example", PLAIN GOODBYE,
	"ready; done MAIL: unsupported; ready; ended", "4.1.2", 0},
};

static void refuses_what_the_server_can_not_take(void **state)
{
	owner_check(lacking, ARRAY_SIZE(lacking));
}

static const struct story stopping[] = {
    {"abort at once", "abort=start", "", "ended connect: cancelled", NULL, 0},
    {"abort when ready", "abort=ready", HELLO "< QUIT\n",
	"ready; ended idle: cancelled", NULL, 0},
    {"abort before a reply", "abort=mail", HELLO,
	"ready; done idle: cancelled last; ended idle: cancelled", NULL, 0},
    {"abort when the 354 came", "abort=content", HELLO GROUP OK3,
	"ready; content; done content: cancelled last; "
	"ended content: cancelled",
	NULL, 0},
    {"abort while the dot is held", "abort=held", HELLO GROUP OK3,
	"ready; content; done content: cancelled last; "
	"ended content: cancelled",
	NULL, 1},
    {"abort while a large mail is held", "abort=held big=100000",
	HELLO "< MAIL FROM:<a@me.example> SIZE=100027\n" PRCPT PDATA OK3 "?\n",
	"ready; content; done content: cancelled last; "
	"ended content: cancelled",
	NULL, 1},
    {"abort after the dot waits for the reply", "abort=dot",
	HELLO GROUP OK3 BODY "!wait 20\n" QUEUED "< QUIT\n",
	"ready; content; done final dot: reply 250 dot last; "
	"ended idle: cancelled",
	NULL, 20},
    {"abort after the dot, and no reply", "abort=dot",
	HELLO GROUP OK3 BODY "!wait 20\n!close\n",
	"ready; content; done final dot: closed dot last; "
	"ended final dot: closed",
	NULL, 20},
    {"quit at once", "quit=start", HELLO GOODBYE, "ended", NULL, 0},
    {"quit with a mail in hand", "quit=mail mails=3",
	HELLO GROUP OK3 BODY QUEUED GOODBYE,
	"ready; content; done final dot: reply 250 dot last; ended", NULL, 0},
    {"quit while the dot is held", "quit=held mails=3",
	HELLO GROUP OK3 BODY QUEUED GOODBYE,
	"ready; content; done final dot: reply 250 dot last; ended", NULL, 0},
    {"free at once", "free=start", "", "freed", NULL, 0},
    {"free when ready", "free=ready", HELLO, "ready; freed", NULL, 0},
    {"free with a mail in hand", "free=mail", HELLO, "ready; freed", NULL, 0},
    {"free when the 354 came", "free=content", HELLO GROUP OK3,
	"ready; content; freed", NULL, 0},
    {"free while the dot is held", "free=held", HELLO GROUP OK3,
	"ready; content; freed", NULL, 0},
    {"free after the dot", "free=dot", HELLO GROUP OK3 BODY,
	"ready; content; freed", NULL, 0},
    {"free in done", "free=done", HELLO GROUP OK3 BODY QUEUED,
	"ready; content; done final dot: reply 250 dot; freed", NULL, 0},
};

static void stops_when_asked(void **state)
{
	owner_check(stopping, ARRAY_SIZE(stopping));
}

/* A reply on the heels of another: the mail's result stands, no more mail is
 * given to a server that can not count. */
static void ends_a_session_with_replies_to_spare(void **state)
{
	static const struct story s[] = {
	    {"a banner and more", "", "= 220 mx\\r\\n250 mx\\r\\n\n",
		"ended banner: protocol", "before anything", 0},
	    {"a banner and half a line", "", "= 220 mx\\r\\n25\n",
		"ended banner: timeout", NULL, 0},
	    {"two replies to the dot", "",
		HELLO GROUP OK3 BODY "= 250 ok\\r\\n250 ok\\r\\n\n",
		"ready; content; done final dot: reply 250 dot; "
		"ended idle: protocol",
		"before anything", 0},
	    {"a reply to the dot and 421", "",
		HELLO GROUP OK3 BODY "= 250 ok\\r\\n421 bye\\r\\n\n",
		"ready; content; done final dot: reply 250 dot; "
		"ended idle: reply 421",
		"bye", 0},
	    {"all replies at once", "",
		HELLO GROUP
		"= 250 a\\r\\n250 b\\r\\n354 c\\r\\n250 queued\\r\\n\n",
		"ready; done content: protocol last; ended content: protocol",
		NULL, 0},
	};
	struct owner o;

	for (size_t i = 0; i < ARRAY_SIZE(s); i++) {
		owner_play(&o, &s[i], 0, 0);
		print_message("# %s\n", s[i].name);
		t_str(buf_str(&o.log), s[i].want);
		if (s[i].says)
			t_has(str_of(o.text), s[i].says);
		owner_release(&o);
	}
}

static void writes_an_envelope_at_once_and_a_small_mail_at_once(void **state)
{
	static const struct story s = {"", "mails=3",
	    HELLO GROUP OK3 BODY QUEUED GROUP OK3 BODY QUEUED GROUP OK3 BODY
		QUEUED GOODBYE,
	    "", NULL, 0};
	struct owner o;

	owner_play(&o, &s, 1000, 0);
	/* EHLO; three times the envelope, and what one writev holds: two
	 * pieces and the dot, which arrive apart; QUIT */
	t_int(o.peer.arrivals, 1 + 3 * (1 + 3) + 1);
	t_str(str_of(o.name), "mx.example");
	owner_release(&o);
}

static void holds_back_only_the_tail_of_a_large_mail(void **state)
{
	static const struct story s = {"", "never big=100000",
	    HELLO "< MAIL FROM:<a@me.example> SIZE=100027\n" PRCPT PDATA OK3,
	    "", NULL, 0};
	struct owner o;
	ptrdiff_t at;

	owner_play(&o, &s, 0, 0);
	at = str_find(buf_str(&o.wire), S("DATA\r\n"));
	assert_true(at > 0);
	t_eq(str_from(buf_str(&o.wire), (size_t)at + 6),
	    str_sub(buf_str(&o.content), 0, o.content.len - 4096));
	owner_release(&o);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(sends_mail),
	    T(takes_each_refusal_for_what_it_is),
	    T(tells_where_the_server_left),
	    T(waits_as_long_as_the_rfc_says),
	    T(hangs_up_on_nonsense),
	    T(refuses_what_the_server_can_not_take),
	    T(stops_when_asked),
	    T(ends_a_session_with_replies_to_spare),
	    T(writes_an_envelope_at_once_and_a_small_mail_at_once),
	    T(holds_back_only_the_tail_of_a_large_mail),
	};

	return t_run("smtp/session", tests);
}
