#include "t.h"

#include "domain/psl.h"

static void finds_the_registrable_domain(void **state)
{
	static const struct {
		const char *in, *org, *suffix;
	} rows[] = {
	    {"example.com", "example.com", "com"},
	    {"a.b.example.com", "example.com", "com"},
	    {"a.b.example.co.uk", "example.co.uk", "co.uk"},
	    {"co.uk", "", "co.uk"},
	    {"com", "", "com"},
	    {"a.b.c.kobe.jp", "b.c.kobe.jp", "c.kobe.jp"}, /* wildcard */
	    {"x.city.kobe.jp", "city.kobe.jp", "kobe.jp"}, /* exception */
	    {"a.github.io", "a.github.io", "github.io"},   /* private part */
	    {"a.b.notlisted", "b.notlisted", "notlisted"},
	    {"x.xn--55qx5d.cn", "x.xn--55qx5d.cn", "xn--55qx5d.cn"},
	    {"", "", ""},
	    {".", "", ""},
	    {".com", "", ""},
	    {"a..com", "", ""},
	    {"a.com.", "", ""},
	};
	struct psl *p = psl_open();

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct str got = STR_NONE;

		t_int(psl_registrable(p, str_of(rows[i].in), &got),
		    rows[i].org[0] != '\0');
		t_str(got, rows[i].org);
		got = STR_NONE;
		t_int(psl_suffix(p, str_of(rows[i].in), &got),
		    rows[i].suffix[0] != '\0');
		t_str(got, rows[i].suffix);
	}
	psl_close(p);
}

static void refuses_what_the_library_can_not_hold(void **state)
{
	struct psl *p = psl_open();
	char long_name[5000];
	struct str got;

	(void)state;
	memset(long_name, 'a', sizeof(long_name));
	t_int(psl_registrable(p, str_make(long_name, sizeof(long_name)), &got),
	    false);
	t_int(psl_registrable(p, S("a\0b.example.com"), &got), false);
	psl_close(p);
}

static void reads_a_list_of_its_own(void **state)
{
	char tmp[64];
	const char *dir = t_mkdir(tmp);
	struct buf path = BUF_INIT(1024);
	struct err e = {0};
	struct str got;
	struct psl *p;

	(void)state;
	t_write(dir, "list.dat",
	    S("// ===BEGIN ICANN DOMAINS===\ncorp\nshop.corp\n"
	      "// ===END ICANN DOMAINS===\n"));
	t_write(dir, "empty.dat", S("// nothing\n"));
	buf_addf(&path, "%s/list.dat", dir);
	t_ok(psl_load(buf_cstr(&path), &p, &e), &e);
	t_int(psl_registrable(p, S("a.b.shop.corp"), &got), true);
	t_str(got, "b.shop.corp");
	psl_close(p);
	buf_reset(&path);
	buf_addf(&path, "%s/empty.dat", dir);
	t_fails(psl_load(buf_cstr(&path), &p, &e), &e, ERR_INPUT,
	    "is not a public suffix list");
	buf_reset(&path);
	buf_addf(&path, "%s/none.dat", dir);
	t_fails(psl_load(buf_cstr(&path), &p, &e), &e, ERR_NOENT, "none.dat");
	buf_release(&path);
	t_rmdir(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(finds_the_registrable_domain),
	    T(refuses_what_the_library_can_not_hold),
	    T(reads_a_list_of_its_own),
	};

	return t_run("psl", tests);
}
