#include "t.h"

#include "auth/author.h"
#include "base/limits.h"

/* `want`: a domain, or a part of the reason when it begins with "!". */
struct row {
	const char *in, *want;
};

static void check(const struct row *row, bool whole)
{
	struct arena a = ARENA_INIT(64 * KiB);
	struct author author;
	bool ok = whole ? author_find(str_of(row->in), &a, &author)
			: author_parse(str_of(row->in), &a, &author);

	if (ok == (row->want[0] == '!'))
		print_error(
		    "# %s\n# %s\n", row->in, ok ? "was taken" : author.reason);
	t_int(ok, row->want[0] != '!');
	if (ok) {
		t_str(author.domain, row->want);
		t_true(author.reason == NULL, "%s", row->in);
	} else {
		t_int(author.domain.n, 0);
		if (str_find(str_of(author.reason), str_of(row->want + 1)) < 0)
			print_error("# %s\n", row->in);
		t_has(str_of(author.reason), row->want + 1);
	}
	arena_release(&a);
}

static void reads_one_mailbox(void **state)
{
	static const struct row rows[] = {
	    {"a@b.example", "b.example"},
	    {" <a@b.example>", "b.example"},
	    {"<A@B.EXAMPLE>", "b.example"},
	    {"Joe <a@b.example>", "b.example"},
	    {"Joe Q. Public <a.b@c.example>", "c.example"},
	    {"\"Joe, \\\"x\\\" (y)\" <a@b.example>", "b.example"},
	    {"=?utf-8?Q?J=C3=B6?= <a@b.example>", "b.example"},
	    {"Jö Müller <a@b.example>", "b.example"},
	    {"Joe\r\n <a@b.example>", "b.example"},
	    {"Joe\n\t<a@b.example>", "b.example"},
	    {"(work) Joe (or so) <a@b.example> (really)", "b.example"},
	    {"a@b.example (Joe (the) \\) Plumber)", "b.example"},
	    {"< a@b.example >", "b.example"},
	    {"jö@b.example", "b.example"},
	    {"a@localhost", "localhost"},
	    {"a@my_host.example", "my_host.example"},
	    {"a@bücher.example", "xn--bcher-kva.example"},
	    {"a@xn--bcher-kva.example", "xn--bcher-kva.example"},
	    /* quoted, an address is but text */
	    {"\"x@bank.example\" <a@b.example>", "b.example"},
	    {"\"<x@bank.example>\" <a@b.example>", "b.example"},
	    {"\"x@bank.example\"@b.example", "b.example"},
	    {"\"x@bank.example>\"@b.example", "b.example"},
	    /* several authors of one domain */
	    {"a@b.example, Joe <c@B.example>", "b.example"},
	    {"a@b.example,\r\n \"d, e\" <c@b.example> (really)", "b.example"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		check(&rows[i], false);
}

static void refuses_what_readers_read_differently(void **state)
{
	static const struct row rows[] = {
	    {"", "!no address"},
	    {"Joe", "!no address"},
	    {"(a@b.example)", "!comment that reads like an address"},
	    {"<>", "!is empty"},
	    {"a@b.example,", "!no address"},
	    {"a@b.example, c@b.example,", "!no address"},
	    {"a@b.example, Joe: c@b.example;", "!group"},
	    {"a@b.example, c@sub.b.example", "!several"},
	    {"<a@b.example>;", "!behind"},
	    {"a@b.example, c@d.example", "!several"},
	    {"<a@b.example> <c@d.example>", "!behind"},
	    {"<a@b.example>c@d.example", "!behind"},
	    {"a@b.example <c@d.example>", "!behind"},
	    {"x@bank.example@b.example", "!behind"},
	    {"a@b.example@c.example", "!behind"},
	    {"Group: a@b.example;", "!group"},
	    {"undisclosed:;", "!group"},
	    {"<@c.example:a@b.example>", "!route"},
	    {"<@c.example,@d.example:a@b.example>", "!route"},
	    {"<a@b.example", "!not well formed"},
	    {"a@b.example>", "!behind"},
	    {"\"Joe <a@b.example>", "!never closed"},
	    {"(Joe a", "!never closed"},
	    {"a@b.example(.d.example", "!comment"},
	    {"a@b.example(x)", "!runs into a comment"},
	    {"<a@b.example(x)>", "!not well formed"},
	    {"a (x)@b.example", "!not well formed"},
	    {"a@(x)b.example", "!not a domain"},
	    {"a @b.example", "!not well formed"},
	    {"a@ b.example", "!not a domain"},
	    {"a . b@c.example", "!not well formed"},
	    {"a@b .example", "!behind"},
	    {"a@b.example (<x@bank.example>)", "!reads like an address"},
	    {"<a@b.example>\\,<c@d.example>", "!behind"},
	    {"a..b@c.example", "!local part"},
	    {"a.@c.example", "!local part"},
	    {".a@c.example", "!local part"},
	    {"@c.example", "!local part"},
	    {"a@", "!not a domain"},
	    {"a@b.example.", "!not a domain"},
	    {"a@.example", "!not a domain"},
	    {"a@b..example", "!not a domain"},
	    {"a@-b.example'x", "!not a domain"},
	    {"a@b.example'.d.example", "!not a domain"},
	    {"a@[192.0.2.1]", "!literal"},
	    {"a@=?utf-8?Q?b?=.example", "!not a domain"},
	    {"=?utf-8?Q?x=40bank.example?=@b.example", "!encoded word"},
	    {"=?utf-8?B?PGFAYmFuay5leGFtcGxlPg==?=", "!no address"},
	    {"=?utf-8?B?PGFAYmFuay5leGFtcGxlPg==?=, <a@b.example>",
		"!not well formed"},
	    {"a@BÜCHER.example", "!canonical"},
	    {"a@b．example", "!canonical"},
	    {"a\xff@b.example", "!UTF-8"},
	    {"a@b.example\x01", "!control"},
	    {"a@b.example\rx", "!control"},
	    {"Joe\r\n \r\n <a@b.example>", "!line of blanks"},
	    {"a@b.example\r\n ", "!line of blanks"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		check(&rows[i], false);
}

static void refuses_a_nul(void **state)
{
	struct arena a = ARENA_INIT(64 * KiB);
	struct author author;

	(void)state;
	t_int(author_parse(S("a@b.example\0.c.example"), &a, &author), false);
	t_has(str_of(author.reason), "control");
	t_int(author_find(S("From: a@b.example\r\nFrom\0: c@d.example\r\n\r\n"),
		  &a, &author),
	    false);
	t_has(str_of(author.reason), "another From");
	arena_release(&a);
}

static void wants_exactly_one_from_field(void **state)
{
	static const struct row rows[] = {
	    {"From: a@b.example\r\nTo: x@y.example\r\n\r\nFrom: c@d.example",
		"b.example"},
	    {"Received: from x\r\n by y\r\nfrom:a@b.example\r\n\r\n",
		"b.example"},
	    {"FROM: a@b.example\n\nbody", "b.example"},
	    {"From x@y.example Mon Jan  1 00:00:00 2024\nFrom: "
	     "a@b.example\n\n",
		"b.example"},
	    {"DKIM-Signature: h=Date:\r\n From:To; d=x\r\nFrom: "
	     "a@b.example\r\n\r\n",
		"b.example"},
	    {"From: a@b.example\r\nX-From: c@d.example\r\nReply-To: "
	     "e@f.example\r\n\r\n",
		"b.example"},
	    {"To: x@y.example\r\n\r\nFrom: a@b.example", "!no From"},
	    {"", "!no From"},
	    {"From: a@b.example\r\nSubject: x\r\nFrom: a@b.example\r\n\r\n",
		"!several From fields"},
	    {"From: a@b.example\r\nSubject: x\rFrom: c@d.example\r\n\r\n",
		"!another From"},
	    {"From: a@b.example\r\nSubject: x\nFrom: c@d.example\r\n\r\n",
		"!several From fields"},
	    {"From: a@b.example\r\nFr\xc3\xb6om: c@d.example\r\n\r\n",
		"!another From"},
	    {"From: a@b.example\r\n\xef\xbb\xbf"
	     "From: c@d.example\r\n\r\n",
		"!another From"},
	    {"\xef\xbb\xbf"
	     "From: c@d.example\r\n\r\n",
		"!another From"},
	    {"From : a@b.example\r\n\r\n", "!blanks before its colon"},
	    {"junk\r\nFrom: a@b.example\r\n\r\n", "!broken before"},
	    {"From\r\nFrom: a@b.example\r\n\r\n", "!another From"},
	    {"From: a@b.example\r\nSubject: x\r\n From: "
	     "c@d.example\r\n\r\n",
		"!another From"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		check(&rows[i], true);
}

/* The attacks on the author field of "Composition Kills" (Chen, Paxson, Jiang,
 * USENIX Security 2020), by their numbers in the authors' tool; A1 to A7 are
 * about MAIL FROM and d=. */
static void no_known_attack_gets_a_domain(void **state)
{
	static const struct row rows[] = {
	    /* A8, client A1 */
	    {"From: <first@attack.com>\r\nFrom: <admin@legitimate.com>\r\n",
		"!several From fields"},
	    /* A9 */
	    {" From: <first@attack.com>\r\nFrom: <admin@legitimate.com>\r\n",
		"!another From"},
	    /* A10 */
	    {"From: <first@attack.com>\r\nFrom : <admin@legitimate.com>\r\n",
		"!blanks before its colon"},
	    /* A11 */
	    {"From\r\n : <first@attack.com>\r\nFrom: "
	     "<admin@legitimate.com>\r\n",
		"!another From"},
	    /* A12 */
	    {"From\r\n : <first@attack.com>\r\nSender: "
	     "<admin@legitimate.com>\r\n",
		"!another From"},
	    /* A13 */
	    {"From\r\n : <first@attack.com>\r\nResent-From: "
	     "<admin@legitimate.com>\r\n",
		"!another From"},
	    /* A14, client A2 */
	    {"From: <first@attack.com>, <admin@legitimate.com>\r\n",
		"!several addresses"},
	    /* A15 */
	    {"From:=?utf-8?B?PGFkbWluQGxlZ2l0aW1hdGUuY29tPg==?=,"
	     "<second@attack.com>\r\n",
		"!not well formed"},
	    /* A16 */
	    {"From: <@attack.com,@any.com:admin@legitimate.com>\r\n", "!route"},
	    /* A17 */
	    {"From: <admin@legitimate.com>\\,<second@attack.com>\r\n",
		"!behind"},
	    /* A18 */
	    {"From: admin@legitimate.com,<second@attack.com>\r\n",
		"!several addresses"},
	    /* A19 */
	    {"From: <any@attack.com>admin@legitimate.com\r\n", "!behind"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		check(&rows[i], true);
}

static void a_flood_costs_no_more_than_its_length(void **state)
{
	static const char *const units[] = {
	    "\r", "\r ", "\rF", "\n ", "\r\n\t", "\n From", "("};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(units); i++) {
		struct arena a = ARENA_INIT(4 * MiB);
		struct buf m = BUF_INIT(2 * MiB);
		struct author author;

		buf_addz(&m, "From: a@b.example\r\nSubject: x");
		while (m.len < MiB - 64)
			buf_addz(&m, units[i]);
		buf_addz(&m, "\r\nTo: x@y.example\r\n\r\n");
		t_int(author_find(buf_str(&m), &a, &author), true);
		t_str(author.domain, "b.example");
		arena_release(&a);
		buf_release(&m);
	}
}

static void keeps_address_and_name_as_they_stand(void **state)
{
	struct arena a = ARENA_INIT(64 * KiB);
	struct author author;

	(void)state;
	t_int(author_parse(S("\"The Bank\" <No.Reply@B.Example>"), &a, &author),
	    true);
	t_str(author.name, "\"The Bank\"");
	t_str(author.address, "No.Reply@B.Example");
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(reads_one_mailbox),
	    T(refuses_what_readers_read_differently),
	    T(refuses_a_nul),
	    T(wants_exactly_one_from_field),
	    T(no_known_attack_gets_a_domain),
	    T(a_flood_costs_no_more_than_its_length),
	    T(keeps_address_and_name_as_they_stand),
	};

	return t_run("author", tests);
}
