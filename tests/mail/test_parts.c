#include "base/limits.h"
#include "mail/parts.h"
#include "t.h"

static void is(const char *message, bool html, const char *want)
{
	struct buf out = BUF_INIT(KiB);

	t_true(parts_text(str_of(message), html, &out), "there is a part");
	t_str(buf_str(&out), want);
	buf_release(&out);
}

static void has_none(const char *message, bool html)
{
	struct buf out = BUF_INIT(KiB);

	t_true(!parts_text(str_of(message), html, &out), "there is no part");
	t_int(out.len, 0);
	buf_release(&out);
}

static void a_message_without_type_is_text(void **state)
{
	is("Subject: x\r\n\r\nHello\r\nyou\r\n", false, "Hello\nyou\n");
	has_none("Subject: x\r\n\r\nHello\r\n", true);
}

static void encodings_are_read(void **state)
{
	is("Content-Type: text/plain; charset=utf-8\r\n"
	   "Content-Transfer-Encoding: BASE64\r\n\r\n"
	   "R3LDvMOf\r\nZQ==\r\n",
	    false, "Grüße");
	is("Content-Type: text/html\r\n"
	   "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
	   "<a href=3D\"x\">Gr=C3=BC=\r\n=C3=9Fe</a>\r\n",
	    true, "<a href=\"x\">Grüße</a>\n");
	is("Content-Type: text/plain; charset=\"iso-8859-1\"\r\n"
	   "Content-Transfer-Encoding: 8bit\r\n\r\nGr\xfc\xdf"
	   "e\r\n",
	    false, "Grüße\n");
	/* a list's footer behind base64 is no base64 */
	is("Content-Transfer-Encoding: base64\r\n\r\nSGVsbG8=\r\n--\r\n", false,
	    "Hello");
}

#define PART(type, text) "--b 1\r\nContent-Type: " type "\r\n\r\n" text "\r\n"

static void parts_are_found_in_parts(void **state)
{
	static const char nested[] =
	    "Content-Type: multipart/mixed;\r\n boundary=\"o\"\r\n\r\n"
	    "preamble\r\n--o\r\n"
	    "Content-Type: multipart/alternative; boundary=\"b 1\"\r\n\r\n" PART(
		"text/plain", "one") PART("text/html",
		"<p>two</p>") "--b 1--"
			      "\r\n"
			      "--o\r\n\r\nfooter\r\n--o--\r\nepilogue\r\n";

	is(nested, false, "one\n\n\nfooter\n");
	is(nested, true, "<p>two</p>\n");
	/* an attachment, and a message in the message, are none of it */
	has_none("Content-Type: multipart/mixed; boundary=o\r\n\r\n"
		 "--o\r\nContent-Disposition: attachment; filename=x\r\n\r\n"
		 "a file\r\n--o\r\nContent-Type: message/rfc822\r\n\r\n"
		 "Subject: y\r\n\r\nHello\r\n--o--\r\n",
	    false);
	/* cut short */
	is("Content-Type: multipart/mixed; boundary=o\r\n\r\n"
	   "--o\r\n\r\nHello\r\n--oo\r\n",
	    false, "Hello\n--oo\n");
}

static void depth_and_number_are_limited(void **state)
{
	struct buf m = BUF_INIT(MiB), out = BUF_INIT(MiB);

	for (unsigned i = 0; i < PARTS_DEPTH + 1; i++)
		buf_addf(&m,
		    "Content-Type: multipart/mixed; boundary=b%u\r\n\r\n"
		    "--b%u\r\n",
		    i, i);
	buf_addz(&m, "\r\ntoo deep\r\n");
	t_true(!parts_text(buf_str(&m), false, &out), "too deep");
	buf_reset(&m);
	buf_addz(&m, "Content-Type: multipart/mixed; boundary=b\r\n\r\n");
	for (unsigned i = 0; i < 2 * PARTS_MAX; i++)
		buf_addz(&m, "\r\n--b\r\n\r\nx\r\n");
	t_true(parts_text(buf_str(&m), false, &out), "some are read");
	t_true(out.len < 6 * PARTS_MAX, "not all");
	buf_release(&m);
	buf_release(&out);
}

static void parameters_may_be_quoted(void **state)
{
	struct buf out = BUF_INIT(100);
	struct str v =
	    S("text/plain; x=\"a;b=\\\"c\\\"\"; Boundary = one ; b=2");

	t_true(parts_parameter(v, "boundary", &out), "without case");
	t_str(buf_str(&out), "one");
	buf_reset(&out);
	t_true(parts_parameter(v, "x", &out), "quoted");
	t_str(buf_str(&out), "a;b=\"c\"");
	t_true(!parts_parameter(v, "text/plain", &out), "the type is none");
	buf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(a_message_without_type_is_text),
	    T(encodings_are_read),
	    T(parts_are_found_in_parts),
	    T(depth_and_number_are_limited),
	    T(parameters_may_be_quoted),
	};

	return t_run("parts", tests);
}
