#include "t.h"
#include "net/endpoint.h"

static void endpoints_are_read_and_written(void **state)
{
	static const struct {
		const char *in, *out; /* NULL: refused */
	} table[] = {
	    {"192.0.2.1:25", "192.0.2.1:25"},
	    {"192.0.2.1", "192.0.2.1:587"},
	    {"[2001:db8::1]:25", "[2001:db8::1]:25"},
	    {"[2001:DB8:0::1]", "[2001:db8::1]:587"},
	    {"2001:db8::1", "[2001:db8::1]:587"},
	    {"::1", "[::1]:587"},
	    {"::ffff:192.0.2.1", "[::ffff:192.0.2.1]:587"},
	    {"localhost:2525", "127.0.0.1:2525"},
	    {"LocalHost", "127.0.0.1:587"},
	    {"127.0.0.1:0", "127.0.0.1:0"},
	    {"127.0.0.1:65535", "127.0.0.1:65535"},
	    {"127.0.0.1:65536", NULL},
	    {"127.0.0.1:", NULL},
	    {"127.0.0.1:+1", NULL},
	    {"127.0.0.1:1 ", NULL},
	    {"127.0.0.01:1", NULL},
	    {"127.0.1:1", NULL},
	    {"[127.0.0.1]:1", NULL},
	    {"2001:db8::1:99999", NULL},
	    {"[2001:db8::1", NULL},
	    {"[2001:db8::1]25", NULL},
	    {"[::1%lo]:25", NULL},
	    {"mx.example:25", NULL},
	    {"", NULL},
	    {":", NULL},
	    {":25", NULL},
	    {"[]", NULL},
	    {"[]:25", NULL},
	    {"0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:1", NULL},
	};

	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		struct endpoint a, b;
		char tmp[ENDPOINT_TEXT];
		bool ok = endpoint_parse(str_of(table[i].in), 587, &a);

		t_true(ok == (table[i].out != NULL), "%s", table[i].in);
		if (!ok)
			continue;
		t_str(str_of(endpoint_format(&a, tmp)), table[i].out);
		t_true(endpoint_parse(str_of(tmp), 1, &b), "%s", tmp);
		assert_true(endpoint_eq(&a, &b));
	}
}

static void a_nul_is_no_end(void **state)
{
	struct endpoint a;

	assert_false(endpoint_parse(S("127.0.0.1\0:25"), 0, &a));
	assert_false(endpoint_parse_ip(S("127.0.0.1\0"), 0, &a));
}

static void only_the_same_endpoints_are_equal(void **state)
{
	static const char *const all[] = {"192.0.2.1:25", "192.0.2.1:26",
	    "192.0.2.2:25", "[::1]:25", "[::2]:25", "[::1]:26",
	    "[::ffff:192.0.2.1]:25"};
	struct endpoint none = {0}, a[ARRAY_SIZE(all)];
	char tmp[ENDPOINT_TEXT];

	for (size_t i = 0; i < ARRAY_SIZE(all); i++) {
		assert_true(endpoint_parse(str_of(all[i]), 0, &a[i]));
		assert_false(endpoint_eq(&a[i], &none));
	}
	for (size_t i = 0; i < ARRAY_SIZE(all); i++)
		for (size_t k = 0; k < ARRAY_SIZE(all); k++)
			t_int(endpoint_eq(&a[i], &a[k]), i == k);
	assert_true(endpoint_eq(&none, &none));
	t_str(str_of(endpoint_format(&none, tmp)), "(no address)");
	t_int(endpoint_port(&none), 0);
	t_str(str_of(endpoint_ip(&a[3], tmp)), "::1");
	assert_true(endpoint_is_v6(&a[3]));
	assert_false(endpoint_is_v6(&a[0]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(endpoints_are_read_and_written),
	    T(a_nul_is_no_end),
	    T(only_the_same_endpoints_are_equal),
	};

	return t_run("endpoint", tests);
}
