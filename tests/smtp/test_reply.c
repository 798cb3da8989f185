#include "t.h"
#include "smtp/reply.h"

/* Replies as "code|status|lines|text;" each, then "!code of the error". */
static void describe(struct smtp_reply_parser *p, struct str in, size_t piece,
    struct buf *out, struct err *e)
{
	while (in.n && !e->code) {
		struct str part = str_sub(in, 0, piece ? piece : in.n);

		in = str_from(in, part.n);
		while (part.n && !e->code) {
			char st[SMTP_STATUS_TEXT];
			int rc = smtp_reply_feed(p, &part, e);

			if (rc < 0)
				return;
			if (rc == 0)
				break;
			buf_addf(out, "%d|%s|%zu|", p->reply.code,
			    smtp_status_format(p->reply.status, st),
			    p->reply.lines);
			buf_add(out, buf_str(&p->reply.text));
			buf_addc(out, ';');
		}
	}
	if (smtp_reply_begun(p))
		buf_addz(out, "...");
}

static void check(struct str in, const char *want, int code, const char *says)
{
	for (size_t piece = 0; piece <= 9; piece++) {
		struct smtp_reply_parser p;
		struct buf out = BUF_INIT(1 * MiB);
		struct err e = {0};

		smtp_reply_parser_init(&p);
		describe(&p, in, piece, &out, &e);
		t_str(buf_str(&out), want);
		t_int(e.code, code);
		if (says)
			t_has(str_of(e.msg), says);
		assert_true(p.reply.text.len <= LIMIT_SMTP_REPLY);
		assert_true(p.reply.text.cap <= LIMIT_SMTP_REPLY + 1);
		assert_true(p.line.cap <= LIMIT_SMTP_REPLY_LINE + 1);
		smtp_reply_parser_release(&p);
		buf_release(&out);
	}
}

/* a literal as a view, usable in an initialiser */
#define IN(lit)                        \
	{                              \
		(lit), sizeof(lit) - 1 \
	}

static const struct {
	struct str in;
	const char *want;
	int code;
	const char *says;
} cases[] = {
    /* well made */
    {IN("220 mx.example ESMTP\r\n"), "220||1|mx.example ESMTP;", 0, NULL},
    {IN("250 2.1.0 Ok\r\n"), "250|2.1.0|1|Ok;", 0, NULL},
    {IN("250\r\n"), "250||1|;", 0, NULL},
    {IN("250 \r\n"), "250||1|;", 0, NULL},
    {IN("550-5.1.1 no\r\n550 5.1.1 such\r\n"), "550|5.1.1|2|no\nsuch;", 0,
	NULL},
    {IN("250-a\r\n250-\r\n250 c\r\n"), "250||3|a\n\nc;", 0, NULL},
    {IN("250 a\r\n354 b\r\n"), "250||1|a;354||1|b;", 0, NULL},
    {IN("250-a\r\n"), "...", 0, NULL},
    {IN("25"), "...", 0, NULL},
    {IN("599 x\r\n"), "599||1|x;", 0, NULL},
    {IN("200 x\r\n"), "200||1|x;", 0, NULL},
    /* sloppy, and taken */
    {IN("250 ok\n"), "250||1|ok;", 0, NULL},
    {IN("250-a\n250 b\r\n"), "250||2|a\nb;", 0, NULL},
    {IN("250 a\rb\r\n"), "250||1|a?b;", 0, NULL},
    {IN("250 a\r\r\n"), "250||1|a?;", 0, NULL},
    {IN("250 a\0b\r\n"), "250||1|a?b;", 0, NULL},
    {IN("250 a\x1b[2Jb\x7f\r\n"), "250||1|a?[2Jb?;", 0, NULL},
    {IN("250 a\tb\r\n"), "250||1|a\tb;", 0, NULL},
    {IN("550 \xc3\xbc\xff\r\n"), "550||1|\xc3\xbc\xff;", 0, NULL},
    /* enhanced codes: absent, wrong, half, on some lines */
    {IN("550 5.1.1\r\n"), "550|5.1.1|1|;", 0, NULL},
    {IN("550 5.1.1x no\r\n"), "550||1|5.1.1x no;", 0, NULL},
    {IN("550 4.1.1 no\r\n"), "550||1|4.1.1 no;", 0, NULL},
    {IN("550 5.1 no\r\n"), "550||1|5.1 no;", 0, NULL},
    {IN("550 5..1 no\r\n"), "550||1|5..1 no;", 0, NULL},
    {IN("550 5.1234.1 no\r\n"), "550||1|5.1234.1 no;", 0, NULL},
    {IN("550 5.999.999 no\r\n"), "550|5.999.999|1|no;", 0, NULL},
    {IN("550 5.1.1.2 no\r\n"), "550||1|5.1.1.2 no;", 0, NULL},
    {IN("354 3.0.0 go\r\n"), "354||1|3.0.0 go;", 0, NULL},
    {IN("550-5.1.1 a\r\n550-b\r\n550 5.7.1 c\r\n"), "550|5.7.1|3|a\nb\nc;", 0,
	NULL},
    {IN("550-5.1.1 a\r\n550 b\r\n"), "550|5.1.1|2|a\nb;", 0, NULL},
    {IN("550 5.1.1 a\r\n550 b\r\n"), "550|5.1.1|1|a;550||1|b;", 0, NULL},
    /* refused */
    {IN("25 ok\r\n"), "", ERR_NET, "three digits"},
    {IN("2500 ok\r\n"), "", ERR_NET, "neither space nor '-'"},
    {IN("250_ok\r\n"), "", ERR_NET, "4.2"},
    {IN("\r\n"), "", ERR_NET, "three digits"},
    {IN("\n"), "", ERR_NET, "three digits"},
    {IN(" 250 ok\r\n"), "", ERR_NET, "three digits"},
    {IN("HTTP/1.1 400\r\n"), "", ERR_NET, "\"HTTP\""},
    {IN("\xb2\xb3\xb5 ok\r\n"), "", ERR_NET, "\"??? \""},
    {IN("\0\0\0 ok\r\n"), "", ERR_NET, "\"??? \""},
    {IN("199 ok\r\n"), "", ERR_NET, "4.2.1"},
    {IN("600 ok\r\n"), "", ERR_NET, "2xx to 5xx"},
    {IN("000 ok\r\n"), "", ERR_NET, "2xx to 5xx"},
    {IN("250-a\r\n550 b\r\n"), "", ERR_NET, "from 250 to 550"},
    {IN("250-a\r\n251 b\r\n"), "", ERR_NET, "from 250 to 251"},
    {IN("250-a\r\nb\r\n"), "", ERR_NET, "three digits"},
    {IN("250 a\r\nb\r\n"), "250||1|a;", ERR_NET, "three digits"},
};

static void reads_the_same_in_any_split(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		check(cases[i].in, cases[i].want, cases[i].code, cases[i].says);
}

static void repeat(struct buf *b, const char *z, size_t n)
{
	while (n--)
		buf_addz(b, z);
}

static void hangs_up_on_endless_lines_and_replies(void **state)
{
	struct buf b = BUF_INIT(8 * MiB);

	repeat(&b, "2", 100000);
	check(buf_str(&b), "", ERR_LIMIT, "4096");

	buf_reset(&b);
	buf_addz(&b, "250 ");
	repeat(&b, "x", 100000);
	buf_addz(&b, "\r\n");
	check(buf_str(&b), "", ERR_LIMIT, "4.5.3.1.5");

	/* 100 kB in lines of the usual length */
	buf_reset(&b);
	for (int i = 0; i < 1500; i++) {
		buf_addz(&b, "250-");
		repeat(&b, "x", 60);
		buf_addz(&b, "\r\n");
	}
	buf_addz(&b, "250 x\r\n");
	check(buf_str(&b), "", ERR_LIMIT, "longer than 65536");

	/* 10,000 lines are too many, and so are empty ones without end */
	buf_reset(&b);
	repeat(&b, "250-\r\n", 20000);
	check(buf_str(&b), "", ERR_LIMIT, "longer than 65536");
	buf_reset(&b);
	repeat(&b, "250-x\r\n", 10000);
	check(buf_str(&b), "", ERR_LIMIT, "longer than 65536");
	buf_release(&b);
}

static void takes_lines_and_replies_up_to_the_limit(void **state)
{
	struct smtp_reply_parser p;
	struct buf b = BUF_INIT(1 * MiB);
	struct err e = {0};
	struct str in;

	/* a line of exactly 4096 bytes with its CRLF */
	buf_addz(&b, "250 ");
	repeat(&b, "x", LIMIT_SMTP_REPLY_LINE - 6);
	buf_addz(&b, "\r\n");
	smtp_reply_parser_init(&p);
	in = buf_str(&b);
	t_int(smtp_reply_feed(&p, &in, &e), 1);
	t_int(p.reply.text.len, LIMIT_SMTP_REPLY_LINE - 6);
	buf_reset(&b);
	buf_addz(&b, "250 ");
	repeat(&b, "x", LIMIT_SMTP_REPLY_LINE - 5);
	buf_addz(&b, "\r\n");
	in = buf_str(&b);
	t_fails(smtp_reply_feed(&p, &in, &e), &e, ERR_LIMIT, "4096");
	smtp_reply_parser_release(&p);

	/* 64 KiB of lines with their codes and CRLF */
	buf_reset(&b);
	repeat(&b, "250-abcdefghij\r\n", 4095);
	buf_addz(&b, "250 abcdefghij\r\n");
	err_clear(&e);
	smtp_reply_parser_init(&p);
	in = buf_str(&b);
	t_int(in.n, LIMIT_SMTP_REPLY);
	/* the '\n' kept between lines count, too */
	t_fails(smtp_reply_feed(&p, &in, &e), &e, ERR_LIMIT, "65536");
	smtp_reply_parser_release(&p);
	buf_release(&b);
}

static void says_a_status_only_when_there_is_one(void **state)
{
	char tmp[SMTP_STATUS_TEXT];

	t_str(str_of(smtp_status_format((struct smtp_status){0}, tmp)), "");
	t_str(str_of(smtp_status_format((struct smtp_status){4, 2, 1}, tmp)),
	    "4.2.1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(reads_the_same_in_any_split),
	    T(hangs_up_on_endless_lines_and_replies),
	    T(takes_lines_and_replies_up_to_the_limit),
	    T(says_a_status_only_when_there_is_one),
	};

	return t_run("smtp/reply", tests);
}
