#include "t.h"
#include "base/arena.h"
#include "mail/orcpt.h"

static void format_is(const char *address, const char *want)
{
	struct buf b = BUF_INIT(ORCPT_MAX);

	assert_true(orcpt_format(&b, str_of(address)));
	t_str(buf_str(&b), want);
	buf_release(&b);
}

static void an_ascii_address_is_xtext(void **state)
{
	(void)state;
	format_is("ann@a.test", "rfc822;ann@a.test");
	format_is("ann+x=y@a.test", "rfc822;ann+2Bx+3Dy@a.test");
	format_is("\"a b\"@a.test", "rfc822;\"a+20b\"@a.test");
	format_is("a\\b@a.test", "rfc822;a\\b@a.test");
}

static void an_address_beyond_ascii_is_of_type_utf8(void **state)
{
	(void)state;
	format_is("j\xc3\xbcrgen@a.test", "utf-8;j\\x{FC}rgen@a.test");
	format_is("\xe7\x94\xa8+x@a.test", "utf-8;\\x{7528}\\x{2B}x@a.test");
	format_is("\xf0\x9f\x98\x80=\\@a.test",
	    "utf-8;\\x{1F600}\\x{3D}\\x{5C}@a.test");
}

static void what_does_not_fit_is_left_out(void **state)
{
	struct buf b = BUF_INIT(2 * ORCPT_MAX), address = BUF_INIT(1 * KiB);

	(void)state;
	while (address.len < ORCPT_MAX - 7)
		buf_addc(&address, 'a');
	assert_true(orcpt_format(&b, buf_str(&address)));
	t_int(b.len, ORCPT_MAX);
	buf_reset(&b);
	buf_addc(&address, 'a');
	assert_false(orcpt_format(&b, buf_str(&address)));
	assert_false(orcpt_format(&b, S("\xff@a.test")));
	t_int(b.len, 0);
	buf_release(&b);
	buf_release(&address);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(an_ascii_address_is_xtext),
	    T(an_address_beyond_ascii_is_of_type_utf8),
	    T(what_does_not_fit_is_left_out),
	};

	return t_run("orcpt", tests);
}
