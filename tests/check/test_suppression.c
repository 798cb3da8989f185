#include "check/suppression.h"
#include "t.h"

#include <sys/stat.h>

/* md5sum, sha1sum and sha256sum of "ada@example.com" */
#define ADA_MD5  "3e3417d7ef77d5932a6734b916515ed5"
#define ADA_SHA1 "3ca93ad87e0bb737e653b66ad67731e86bbc050f"
#define ADA_SHA256 \
	"b5fc85e55755f9e0d030a10ab4429b6b2944855f9a0d60077fe832becbc41d72"

static struct list_suppression count(
    const char *list, const char *const *people, size_t n)
{
	struct suppressions *s = suppressions_new();
	struct arena a = ARENA_INIT(MiB);
	struct list_suppression *f, one;
	struct err e = {0};
	size_t files;

	t_ok(suppressions_add(s, str_of(list), "list.csv", &e), &e);
	suppressions_ready(s);
	for (size_t i = 0; i < n; i++)
		suppressions_count(s, str_of(people[i]));
	suppressions_facts(s, &a, &f, &files);
	t_int(files, 1);
	one = f[0];
	suppressions_free(s);
	arena_release(&a);
	return one;
}

static const char *const ada[] = {"Ada@example.com", "bob@example.com"};

static void finds_an_address_in_any_form(void **state)
{
	static const char *const forms[] = {"ada@example.com\n", ADA_MD5 "\n",
	    ADA_SHA1 "\n", ADA_SHA256 "\n", "ADA@EXAMPLE.COM\r\n",
	    "email,reason\n\"ada@example.com\",x\n"};

	for (size_t i = 0; i < ARRAY_SIZE(forms); i++) {
		struct list_suppression f =
		    count(forms[i], ada, ARRAY_SIZE(ada));

		t_true(f.people == 1 && !f.bad, "%s", forms[i]);
	}
}

static void says_why_where_the_list_does(void **state)
{
	static const char list[] = "email,reason,created\n"
				   "a@x.org,Bounce,2026\n"
				   "b@x.org,SPAM complaint,2026\n"
				   "c@x.org,unsubscribe,2026\n"
				   "d@x.org,,2026\n"
				   "e@x.org,Bounce,2026\n";
	static const char *const people[] = {
	    "a@x.org", "b@x.org", "c@x.org", "d@x.org", "z@x.org"};
	struct list_suppression f = count(list, people, ARRAY_SIZE(people));

	t_int(f.people, 4);
	t_int(f.bounced, 1);
	t_int(f.complained, 1);
	t_int(f.unsubscribed, 1);
	t_int(f.other, 1);
	t_int(f.lines, 6);
	t_int(f.bad, 0);
}

static void counts_a_person_once_by_any_address(void **state)
{
	static const char *const people[] = {"q@x.org\na@x.org\nb@x.org"};
	struct list_suppression f = count("a@x.org\nb@x.org\n", people, 1);

	t_int(f.people, 1);
}

static void names_the_first_line_that_is_neither(void **state)
{
	struct list_suppression f = count(
	    "address\na@x.org\nnot one\nstill not\n", ada, ARRAY_SIZE(ada));

	t_int(f.bad, 2);
	t_int(f.bad_line, 3);
	t_int(f.people, 0);
}

static void counts_each_file_apart(void **state)
{
	struct suppressions *s = NULL;
	struct arena a = ARENA_INIT(MiB);
	struct list_suppression *f;
	struct err e = {0};
	char dir[64], sub[100];
	size_t n;

	t_mkdir(dir);
	t_ok(suppressions_load(dir, &s, &e), &e);
	t_true(!s, "no folder, no lists");
	snprintf(sub, sizeof(sub), "%s/suppression", dir);
	t_int(mkdir(sub, 0700), 0);
	t_write(sub, "b.txt", S("a@x.org\nc@x.org\n"));
	t_write(sub, "a.csv", S(ADA_MD5 ",bounce\n"));
	t_write(sub, "README", S("ada@example.com\n"));
	t_ok(suppressions_load(dir, &s, &e), &e);
	suppressions_count(s, S("ada@example.com"));
	suppressions_count(s, S("a@x.org\nada@example.com"));
	suppressions_facts(s, &a, &f, &n);
	t_int(n, 2);
	t_str(f[0].file, "a.csv");
	t_int(f[0].people, 2);
	t_int(f[0].bounced, 2);
	t_str(f[1].file, "b.txt");
	t_int(f[1].people, 1);
	suppressions_free(s);
	arena_release(&a);
	t_rmdir(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(finds_an_address_in_any_form),
	    T(says_why_where_the_list_does),
	    T(counts_a_person_once_by_any_address),
	    T(names_the_first_line_that_is_neither),
	    T(counts_each_file_apart),
	};

	return t_run("suppression", tests);
}
