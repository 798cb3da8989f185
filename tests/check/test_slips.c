#include "check/slips.h"
#include "t.h"

static const char list[] = "# comment\n"
			   "gmail.com\tprovider\t-\n"
			   "hotmail.com\tprovider\t-\n"
			   "mail.com\treal\t-\n"
			   "web.ed\tslip\tweb.de\n";

static struct slips *made(void)
{
	struct slips *s = NULL;
	struct err e = {0};

	t_ok(slips_parse(S(list), "typos.tsv", &s, &e), &e);
	return s;
}

static void finds_what_was_meant(void **state)
{
	struct slips *s = made();

	t_str(slips_meant(s, S("web.ed")), "web.de");
	t_str(slips_meant(s, S("gmial.com")), "gmail.com");
	t_str(slips_meant(s, S("gmail.co")), "gmail.com");
	t_str(slips_meant(s, S("hotmaill.com")), "hotmail.com");
	slips_free(s);
}

static void leaves_honest_domains_alone(void **state)
{
	struct slips *s = made();

	t_int(slips_meant(s, S("gmail.com")).n, 0);
	t_int(slips_meant(s, S("mail.com")).n, 0);
	t_int(slips_meant(s, S("web.de")).n, 0);
	t_int(slips_meant(s, S("gmaster.com")).n, 0);
	t_int(slips_meant(s, S("gmail.example.com")).n, 0);
	slips_free(s);
}

static void names_a_line_that_it_can_not_read(void **state)
{
	struct slips *s;
	struct err e = {0};

	t_fails(slips_parse(S("a.com\tslip\tb.com\na.com\n"), "f", &s, &e), &e,
	    ERR_INPUT, "f:2");
	t_fails(slips_parse(S("a.com\tmaybe\tb.com\n"), "f", &s, &e), &e,
	    ERR_INPUT, "f:1");
	t_fails(slips_parse(S("a.com\treal\t-\na.com\treal\t-\n"), "f", &s, &e),
	    &e, ERR_INPUT, "twice");
}

/* What is shipped: no provider and no honest domain is a slip, every slip means
 * a domain that is none. */
static void the_list_that_is_shipped_is_sound(void **state)
{
	struct slips *s = NULL;
	struct err e = {0};
	char dir[4096];
	static const char *const honest[] = {"gmail.com", "googlemail.com",
	    "yahoo.com", "yahoo.de", "yahoo.co.in", "hotmail.com", "hotmail.de",
	    "outlook.com", "outlook.de", "icloud.com", "me.com", "mac.com",
	    "aol.com", "msn.com", "live.com", "web.de", "gmx.de", "gmx.net",
	    "gmx.at", "mail.com", "email.com", "ymail.com", "mail.de",
	    "posteo.de", "proton.me", "fastmail.com", "comcast.net",
	    "t-online.de", "orange.fr", "libero.it", "example.com"};

	snprintf(dir, sizeof(dir), "%s/domains", getenv("TOCSIN_DATA"));
	t_ok(slips_load(dir, &s, &e), &e);
	for (size_t i = 0; i < ARRAY_SIZE(honest); i++)
		t_true(!slips_meant(s, str_of(honest[i])).n, "%s", honest[i]);
	t_str(slips_meant(s, S("hotmial.com")), "hotmail.com");
	t_str(slips_meant(s, S("t-onlin.de")), "t-online.de");
	slips_free(s);
}

static void knows_names_that_are_nowhere(void **state)
{
	t_true(domain_is_reserved(S("example.com")), "RFC 2606");
	t_true(domain_is_reserved(S("mail.example.com")), "below it");
	t_true(domain_is_reserved(S("d1.example")), "a top-level domain");
	t_true(domain_is_reserved(S("printer.local")), "RFC 6762");
	t_true(!domain_is_reserved(S("myexample.com")), "an owner's name");
	t_true(!domain_is_reserved(S("latest")), "ends like test");
}

static void counts_edits(void **state)
{
	t_int(edit_distance(S("gmail"), S("gmail"), 3), 0);
	t_int(edit_distance(S("gmail"), S("gmial"), 3), 1);
	t_int(edit_distance(S("gmail"), S("GMAIL"), 3), 0);
	t_int(edit_distance(S(""), S("ab"), 3), 2);
	t_int(edit_distance(S("consent"), S("concent"), 3), 1);
	t_int(edit_distance(S("abcdef"), S("ghijkl"), 3), 4);
	t_int(edit_distance(S("a"), S("abcdef"), 3), 4);
}

static void finds_the_nearest_word(void **state)
{
	static const char *const words[] = {"email", "post", "both", NULL};

	t_str(nearest_word(words, S("mail")), "email");
	t_str(nearest_word(words, S("Posts")), "post");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(finds_what_was_meant),
	    T(leaves_honest_domains_alone),
	    T(names_a_line_that_it_can_not_read),
	    T(the_list_that_is_shipped_is_sound),
	    T(knows_names_that_are_nowhere),
	    T(counts_edits),
	    T(finds_the_nearest_word),
	};

	return t_run("slips", tests);
}
