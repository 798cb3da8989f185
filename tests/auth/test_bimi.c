#include "t.h"

#include "auth/bimi.h"
#include "base/limits.h"

static void reads_a_record(void **state)
{
	struct bimi_record r;
	const char *why;

	(void)state;
	t_int(bimi_record_parse(S("v=BIMI1; l=https://a.example/x.svg; "
				  "a=https://a.example/x.pem; avp=personal"),
		  &r, &why),
	    true);
	t_str(r.location, "https://a.example/x.svg");
	t_str(r.authority, "https://a.example/x.pem");
	t_str(r.avatar, "personal");
	t_int(r.declined, false);
	t_int(bimi_record_parse(S("v=BIMI1; l=; a=;"), &r, &why), true);
	t_int(r.declined, true);
}

static void refuses_what_is_not_one(void **state)
{
	static const struct {
		const char *in, *why;
	} rows[] = {
	    {"", "does not begin"},
	    {"l=https://a.example/x; v=BIMI1", "does not begin"},
	    {"v=BIMI2; l=https://a.example/x", "version"},
	    {"v=BIMI1; l=http://a.example/x", "l is no https"},
	    {"v=BIMI1; l=https://", "l is no https"},
	    {"v=BIMI1; l=https:///x", "l is no https"},
	    {"v=BIMI1; l=https://a.example/ x", "l is no https"},
	    {"v=BIMI1; l=https://a.example/x; a=ftp://b", "a is no https"},
	    {"v=BIMI1; l=https://a.example/x; l=https://a.example/x", "twice"},
	    {"v=BIMI1; l=https://a.example/x; junk", "name=value"},
	    {"v=BIMI1; l=https://a.example/x; avp=both", "avp"},
	    {"v=BIMI1; a=", "no l"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct bimi_record r;
		const char *why;

		t_int(bimi_record_parse(str_of(rows[i].in), &r, &why), false);
		t_has(str_of(why), rows[i].why);
		t_int(r.location.n, 0);
	}
}

static void selectors_are_names_or_default(void **state)
{
	static const struct {
		const char *in, *want;
	} rows[] = {
	    {"v=BIMI1; s=brand", "brand"},
	    {" v=BIMI1; s=a.b-c ", "a.b-c"},
	    {"v=BIMI1;", "default"},
	    {"s=brand", "default"},
	    {"v=BIMI1; s=a..b", "default"},
	    {"v=BIMI1; s=a b", "default"},
	    {"", "default"},
	};
	struct buf out = BUF_INIT(KiB);

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		t_str(bimi_selector(str_of(rows[i].in)), rows[i].want);
	bimi_name(S("default"), S("example.com"), &out);
	t_str(buf_str(&out), "default._bimi.example.com");
	buf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(reads_a_record),
	    T(refuses_what_is_not_one),
	    T(selectors_are_names_or_default),
	};

	return t_run("bimi", tests);
}
