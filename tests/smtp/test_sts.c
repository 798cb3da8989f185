#include "t.h"

#include "smtp/sts.h"
#include "base/limits.h"

static void tells_its_record_from_other_texts(void **state)
{
	static const struct {
		const char *in;
		bool is;
	} rows[] = {
	    {"v=STSv1; id=1", true},
	    {"v=STSv1 ; id=1", true},
	    {"v=STSv1;", true},
	    {"v=STSv1", false},
	    {"v=STSv10; id=1", false},
	    {" v=STSv1; id=1", false},
	    {"v=stsv1; id=1", false},
	    {"v=spf1 -all", false},
	};
	struct err e = {0};
	struct str id;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		t_int(sts_record_is(str_of(rows[i].in)), rows[i].is);
	t_int(
	    sts_record_parse(S("v=STSv1; id=20160831085700Z;"), &id, &e), true);
	t_str(id, "20160831085700Z");
	t_int(sts_record_parse(S("v=STSv1; id=1; id=2;"), &id, &e), false);
}

static int parse(const char *text, struct arena *a, struct sts_policy *ret)
{
	struct err e = {0};

	return sts_policy_parse(str_of(text), a, ret, &e);
}

static void the_first_of_a_field_counts(void **state)
{
	struct arena a = ARENA_INIT(64 * KiB);
	struct sts_policy p;

	(void)state;
	t_int(parse("version: STSv1\nmode: enforce\nmode: none\n"
		    "max_age: 99999999999\n",
		  &a, &p),
	    ERR_INPUT);
	t_int(parse("version: STSv1\r\nmode: enforce\r\nmode: none\r\n"
		    "max_age: 9999999999\r\nmax_age: 1\r\nmx: A.Example\r\n",
		  &a, &p),
	    0);
	t_int(p.mode, STS_ENFORCE);
	t_int(p.max_age, 31557600);
	t_str(p.mx[0], "a.example");
	arena_release(&a);
}

static void a_wildcard_is_one_label(void **state)
{
	static const struct {
		const char *host;
		bool match;
	} rows[] = {
	    {"mx.example.com", true},
	    {"MX.Example.COM", true},
	    {"a.example.net", true},
	    {"example.net", false},
	    {"a.b.example.net", false},
	    {".example.net", false},
	    {"example.com", false},
	    {"amx.example.com", false},
	    {"", false},
	};
	struct arena a = ARENA_INIT(64 * KiB);
	struct sts_policy p;

	(void)state;
	t_int(parse("version: STSv1\nmode: enforce\nmax_age: 1\n"
		    "mx: mx.example.com\nmx: *.example.net\n",
		  &a, &p),
	    0);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		t_int(sts_mx_matches(&p, str_of(rows[i].host)), rows[i].match);
	arena_release(&a);
}

static void bounds_the_policy(void **state)
{
	struct arena a = ARENA_INIT(256 * KiB);
	struct buf text = BUF_INIT(MiB);
	struct sts_policy p;
	struct err e;

	(void)state;
	buf_addz(&text, "version: STSv1\nmode: enforce\nmax_age: 1\n");
	for (size_t i = 0; i <= LIMIT_STS_MX; i++)
		buf_addz(&text, "mx: a.example\n");
	t_fails(sts_policy_parse(buf_str(&text), &a, &p, &e), &e, ERR_INPUT,
	    "too many mx");
	for (size_t i = 0; i < LIMIT_STS_POLICY; i++)
		buf_addc(&text, 'x');
	t_fails(sts_policy_parse(buf_str(&text), &a, &p, &e), &e, ERR_INPUT,
	    "longer than");
	buf_release(&text);
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(tells_its_record_from_other_texts),
	    T(the_first_of_a_field_counts),
	    T(a_wildcard_is_one_label),
	    T(bounds_the_policy),
	};

	return t_run("sts", tests);
}
