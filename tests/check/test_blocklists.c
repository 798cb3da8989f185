#include "base/limits.h"
#include "check/blocklists.h"
#include "t.h"

static int parse(const char *text, struct blocklists *ret, struct err *e)
{
	static struct arena a = ARENA_INIT(MiB);

	arena_reset(&a);
	return blocklists_parse(str_of(text), "b.txt", &a, ret, e);
}

static void our_own_file_is_good(void **state)
{
	struct arena a = ARENA_INIT(MiB);
	struct blocklists b;
	struct err e = {0};
	const char *dir = getenv("TOCSIN_DATA");

	ENSURE(dir);
	t_ok(blocklists_load(dir, &a, &b, &e), &e);
	t_true(b.count > 0, "there are lists");
	arena_release(&a);
	t_true(blocklists_load("/nonexistent", &a, &b, &e) < 0, "no file");
	t_has(str_of(e.msg), "/nonexistent/blocklists.txt");
}

static void fields_are_read(void **state)
{
	struct blocklists b;
	struct err e = {0};

	t_ok(parse("# x\n\nbl.example\tThe List\thttps://x.example/\t"
		   "2026-04-01\n",
		 &b, &e),
	    &e);
	t_int(b.count, 1);
	t_str(b.v[0].zone, "bl.example");
	t_str(b.v[0].name, "The List");
	t_str(b.v[0].source, "https://x.example/");
	t_str(b.v[0].as_of, "2026-04-01");
}

#define LINE "bl.example\tA\thttps://x/\t2026-04-01\n"

static void what_is_wrong_is_named_with_its_line(void **state)
{
	static const struct {
		const char *text, *says;
	} c[] = {
	    {"#\nbl.example\tA\thttps://x/\n", "b.txt:2: four fields"},
	    {"bl.example\tA\thttps://x/\t2026-04-01\tx\n", "b.txt:1: four"},
	    {"bl.example\t\thttps://x/\t2026-04-01\n", "a field is empty"},
	    {"bl.example\tA\r\thttps://x/\t2026-04-01\n", "controls"},
	    {"BL.example\tA\thttps://x/\t2026-04-01\n", "lower-case"},
	    {"localhost\tA\thttps://x/\t2026-04-01\n", "no domain"},
	    {"bl.example\tA\thttp://x/\t2026-04-01\n", "https://"},
	    {"bl.example\tA\thttps://x/\t1 April\n", "2026-04-01"},
	    {LINE LINE, "b.txt:2: this zone stands there twice"},
	};
	struct buf many = BUF_INIT(8 * KiB);
	struct blocklists b;

	for (size_t i = 0; i < ARRAY_SIZE(c); i++) {
		struct err e = {0};

		t_fails(parse(c[i].text, &b, &e), &e, ERR_INPUT, c[i].says);
	}
	for (unsigned i = 0; i <= BLOCKLISTS_MAX; i++) {
		struct err e = {0};

		buf_addf(&many, "b%u." LINE, i);
		if (i < BLOCKLISTS_MAX)
			t_ok(parse(buf_cstr(&many), &b, &e), &e);
		else
			t_fails(parse(buf_cstr(&many), &b, &e), &e, ERR_INPUT,
			    "too many");
	}
	buf_release(&many);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(our_own_file_is_good),
	    T(fields_are_read),
	    T(what_is_wrong_is_named_with_its_line),
	};

	return t_run("blocklists", tests);
}
