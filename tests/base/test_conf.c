#include "base/conf.h"
#include "base/clock.h"
#include "base/limits.h"
#include "t.h"

enum colour { RED, GREEN, BLUE };

struct member {
	struct str name;
	unsigned n;
};

struct settings {
	struct str text, list;
	unsigned number;
	usec_t wait, when;
	enum colour colour;
	struct member m[3];
	char named[200]; /* "NAME=VALUE@LINE " each */
	struct arena arena;
};

static int put_named(void *target, struct str name, struct str value,
    unsigned long line, struct err *e)
{
	struct settings *s = target;
	size_t n = strlen(s->named);

	if (str_chr(name, '.') >= 0)
		return err_set(e, ERR_INPUT, "no dots");
	if (str_eq(name, S("many")))
		return err_set(e, ERR_LIMIT, "too many");
	snprintf(s->named + n, sizeof(s->named) - n, "%.*s=%.*s@%lu ",
	    STR_ARG(name), STR_ARG(value), line);
	return 0;
}

static int check_even(struct str value, struct err *e)
{
	uint64_t v;

	if (str_to_u64(value, UINT32_MAX, &v) && v % 2 == 0)
		return 0;
	return err_set(e, ERR_INPUT, "an even number");
}

static const char *const colours[] = {"red", "green", "blue", NULL};

#define AT(field) offsetof(struct settings, field)
static const struct conf_key keys[] = {
    {"main", "text", CONF_STR, AT(text)},
    {"main", "text", CONF_NAMED, .named = put_named},
    {"main", "list", CONF_LIST, AT(list), .check = check_even},
    {"main", "number", CONF_UNSIGNED, AT(number), .max = 1000},
    {"time", "retry_for", CONF_DURATION, AT(wait),
	.max = 30 * 24 * (uint64_t)USEC_PER_HOUR},
    {"time", "not_after", CONF_DATE, AT(when)},
    {"look", "colour", CONF_CHOICE, AT(colour), .choices = colours},
    {"look", "later", CONF_ANY},
    {"dkim", "name", CONF_STR, AT(m[0].name), .family = 3,
	.stride = sizeof(struct member)},
    {"dkim", "n", CONF_UNSIGNED, AT(m[0].n), .family = 3,
	.stride = sizeof(struct member)},
};

static int parse(struct str text, struct settings *s, struct err *e)
{
	*s = (struct settings){
	    .arena = ARENA_INIT(64 * KiB), .wait = 5, .colour = BLUE};
	return conf_parse(
	    text, "x.ini", keys, ARRAY_SIZE(keys), s, &s->arena, e);
}

static void every_type_is_read(void **state)
{
	struct settings s;
	struct err e = {0};

	t_ok(parse(S("\xef\xbb\xbf; a comment\r\n"
		     "# another\n"
		     "\n"
		     "[main]\r\n"
		     "text =  two words \t\r\n"
		     "  list: 2, 4,,6\n"
		     "number=1000\n"
		     "[time]\n"
		     "retry_for = 72 h\n"
		     "not_after = 2026-11-03T14:00:00Z\n"
		     "[look]\n"
		     "colour = green\n"
		     "later = anything; at all\n"
		     "[dkim]\n"
		     "name = one\n"
		     "[dkim.3]\n"
		     "name = three\n"
		     "n = 3\n"
		     "[main]"),
		 &s, &e),
	    &e);
	t_str(s.text, "two words");
	t_str(s.list, "2, 4,,6");
	t_int(s.number, 1000);
	t_int(s.wait, 72 * USEC_PER_HOUR);
	t_int(s.when, 1793714400 * USEC_PER_SEC);
	t_int(s.colour, GREEN);
	t_str(s.m[0].name, "one");
	t_int(s.m[1].name.n, 0);
	t_str(s.m[2].name, "three");
	t_int(s.m[2].n, 3);
	arena_release(&s.arena);
}

static void what_is_not_set_keeps_its_default(void **state)
{
	static const char *const texts[] = {
	    "", "\n", "; only\n", "[time]\nretry_for =\n[look]\ncolour:\n"};

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		struct settings s;
		struct err e = {0};

		t_ok(parse(str_of(texts[i]), &s, &e), &e);
		t_int(s.wait, 5);
		t_int(s.colour, BLUE);
		t_int(s.text.n, 0);
		arena_release(&s.arena);
	}
}

static void comment_signs_inside_a_value_stay(void **state)
{
	static const char *const values[] = {"pa;ss ;word #1 # x",
	    "https://x.example/?a=b;c#d", "a = b : c", "\"quoted\"", "[x]",
	    "\xc3\xa9t\xc3\xa9", "=", ";"};

	for (size_t i = 0; i < ARRAY_SIZE(values); i++) {
		struct buf text = BUF_INIT(4096);
		struct settings s;
		struct err e = {0};

		buf_addf(&text, "[main]\ntext = %s\nnumber = 7\n", values[i]);
		t_ok(parse(buf_str(&text), &s, &e), &e);
		t_str(s.text, values[i]);
		t_int(s.number, 7);
		arena_release(&s.arena);
		buf_release(&text);
	}
}

static void a_key_may_have_names_behind_it(void **state)
{
	struct settings s;
	struct err e = {0};

	t_ok(parse(S("[main]\ntext.fr = a = b\ntext = plain\n"
		     "text.de-AT: c\ntext.x =\n"),
		 &s, &e),
	    &e);
	t_str(s.text, "plain");
	t_str(str_of(s.named), "fr=a = b@2 de-AT=c@4 x=@5 ");
	arena_release(&s.arena);
	t_fails(parse(S("[main]\ntext.many = a\n"), &s, &e), &e, ERR_LIMIT,
	    "x.ini:2: [main] text.many: too many");
	arena_release(&s.arena);
}

static void an_indented_line_is_a_line_like_others(void **state)
{
	struct settings s;
	struct err e = {0};

	t_ok(parse(S("[main]\ntext = a\n\tnumber = 3\n"), &s, &e), &e);
	t_str(s.text, "a");
	t_int(s.number, 3);
	arena_release(&s.arena);
}

static void durations_have_units(void **state)
{
	static const struct {
		const char *text;
		usec_t want; /* -1: refused */
	} c[] = {
	    {"0 s", 0},
	    {"90 s", 90 * USEC_PER_SEC},
	    {"30 min", 30 * USEC_PER_MIN},
	    {"30min", 30 * USEC_PER_MIN},
	    {"72 h", 72 * USEC_PER_HOUR},
	    {"3 d", 72 * USEC_PER_HOUR},
	    {"30 d", 720 * USEC_PER_HOUR},
	    {"31 d", -1},
	    {"721 h", -1},
	    {"72", -1},
	    {"h", -1},
	    {"-1 h", -1},
	    {"1.5 h", -1},
	    {"1 h 30 min", -1},
	    {"5 m", -1},
	    {"5 H", -1},
	    {"18446744073709551615 d", -1},
	    {"99999999999999999999999 s", -1},
	};

	for (size_t i = 0; i < ARRAY_SIZE(c); i++) {
		struct buf text = BUF_INIT(4096);
		struct settings s;
		struct err e = {0};
		int rc;

		buf_addf(&text, "[time]\nretry_for = %s\n", c[i].text);
		rc = parse(buf_str(&text), &s, &e);
		t_true((rc == 0) == (c[i].want >= 0), "%s", c[i].text);
		t_int(s.wait, c[i].want >= 0 ? c[i].want : 5);
		arena_release(&s.arena);
		buf_release(&text);
	}
}

static void what_is_wrong_is_said_with_its_place(void **state)
{
	static const struct {
		struct str text;
		const char *says;
	} c[] = {
	    {S("[main]\nnumber = 1\n[tmie]\n"),
		"x.ini:3: there is no section [tmie]; [time] is the nearest"},
	    {S("[completely different]\n"),
		"x.ini:1: there is no section [completely different]; there "
		"are [main], [time], [look], [dkim] to [dkim.3]"},
	    {S("[main]\n\nnumbr = 1\n"),
		"x.ini:3: [main] numbr: there is no such key; 'number' is the "
		"nearest"},
	    {S("[main]\nNumber = 1\n"), "'number' is the nearest"},
	    {S("[main]\nnubmer = 1\n"), "'number' is the nearest"},
	    {S("[time]\ncolour = red\n"),
		"x.ini:2: [time] colour: there is no such key here; it "
		"belongs in [look]"},
	    {S("[time]\nxyzzy plugh = red\n"),
		"x.ini:2: [time] xyzzy plugh: there is no such key"},
	    {S("[time]\n= red\n"), "x.ini:2: [time] no key stands before '='"},
	    {S("[main]\nnumber = 1\n\n[main]\nnumber =\n"),
		"x.ini:5: [main] number: given twice, first in line 2; keep "
		"one"},
	    {S("[main]\n\ntext.a.b = x\n"),
		"x.ini:3: [main] text.a.b: no dots"},
	    {S("[main]\ntextfr = x\n"),
		"x.ini:2: [main] textfr: there is no such key; 'text' is"},
	    {S("[main]\nnumber.fr = 1\n"),
		"x.ini:2: [main] number.fr: there is no such key"},
	    {S("[time]\ntext.fr = x\n"),
		"x.ini:2: [time] text.fr: there is no such key here; it "
		"belongs in [main]"},
	    {S("[dkim.2]\nn = 1\nn = 2\n"), "x.ini:3: [dkim.2] n: given twice"},
	    {S("[main]\nnumber = 1001\n"),
		"x.ini:2: [main] number: '1001': must be a number, 0 to 1000"},
	    {S("[main]\nnumber = -1\n"), "must be a number"},
	    {S("[main]\nlist = 2, 4, 5\n"),
		"x.ini:2: [main] list: '5': must be an even number"},
	    {S("[time]\nretry_for = soon\n"),
		"x.ini:2: [time] retry_for: 'soon': must be a time such as "
		"90 s, 30 min, 72 h or 3 d, at most 720 h"},
	    {S("[time]\nnot_after = 2026-02-30\n"),
		"x.ini:2: [time] not_after: '2026-02-30': must be a date such "
		"as 2026-11-03"},
	    {S("[look]\ncolour = pink\n"),
		"x.ini:2: [look] colour: 'pink': must be red, green or blue"},
	    {S("[main]\nnumber = a\nnumber = b\n[look]\nx = y\n"),
		"x.ini:2: [main] number: 'a'"},
	    {S("number = 1\n[main]\n"),
		"x.ini:1: 'number = 1' stands before the first [section]"},
	    {S("[main]\ntext = a\n  more of it\n"),
		"x.ini:3: 'more of it' is neither a [section] nor key = value"},
	    {S("[main\nnumber = 1\n"), "x.ini:1: '[main' has no closing ']'"},
	    {S("[main] number = 1\n"),
		"x.ini:1: nothing may stand behind [main]"},
	    {S("[main] ; why\n"), "nothing may stand behind [main]"},
	    {S("[ main ]\n"), "there is no section [ main ]; [main] is"},
	    {S("[]\n"), "there is no section []"},
	    {S("[dkim.1]\n"), "no section [dkim.1]; [dkim] is the nearest"},
	    {S("[dkim.4]\n"), "no section [dkim.4]"},
	    {S("[dkim.02]\n"), "no section [dkim.02]"},
	    {S("[dkim.]\n"), "no section [dkim.]"},
	    {S("[main.2]\n"), "no section [main.2]; [main] is the nearest"},
	    {S("[main]\ntext = a\0b\n"), "x.ini:2: a NUL byte"},
	    {S("\xff\xfe[\0m\0"), "x.ini:1: byte 1 of the line (0xff) is not"},
	    {S("[main]\ntext = a\xc3(\n"),
		"x.ini:2: byte 9 of the line (0xc3) is not UTF-8"},
	    {S("[main]\ntext = a\x1b[31m\n"),
		"x.ini:2: a control character (U+001B)"},
	    {S("[main]\ntext = a\rb\n"), "a control character (U+000D)"},
	    {S("[main]\ntext = a\xc2\x85\n"), "a control character (U+0085)"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(c); i++) {
		struct settings s;
		struct err e = {0};

		t_fails(parse(c[i].text, &s, &e), &e, ERR_INPUT, c[i].says);
		arena_release(&s.arena);
	}
}

/* One line, and one byte more than is read. */
static void a_line_of_the_limit_is_whole_and_one_more_is_refused(void **state)
{
	for (size_t over = 0; over < 2; over++) {
		struct buf text = BUF_INIT(64 * KiB);
		struct settings s;
		struct err e = {0};
		size_t n = LIMIT_SETTINGS_LINE - strlen("text = ") + over;

		buf_addz(&text, "[main]\ntext = ");
		for (size_t i = 0; i < n; i++)
			buf_addc(&text, (char)('a' + i % 26));
		buf_addz(&text, "\r\nnumber = 9\n");
		if (over) {
			t_fails(parse(buf_str(&text), &s, &e), &e, ERR_LIMIT,
			    "x.ini:2: the line has 16385 bytes; at most 16384");
		} else {
			t_ok(parse(buf_str(&text), &s, &e), &e);
			t_int(s.text.n, n);
			t_int(s.text.p[n - 1], 'a' + (n - 1) % 26);
			t_int(s.number, 9);
		}
		arena_release(&s.arena);
		buf_release(&text);
	}
}

static void a_long_wrong_value_is_cut_between_characters(void **state)
{
	struct buf text = BUF_INIT(64 * KiB);
	struct settings s;
	struct err e = {0};

	buf_addz(&text, "[look]\ncolour = x");
	for (int i = 0; i < 2000; i++)
		buf_addz(&text, "\xc3\xa9");
	t_fails(parse(buf_str(&text), &s, &e), &e, ERR_INPUT,
	    "\xc3\xa9': must be red, green or blue");
	arena_release(&s.arena);
	buf_release(&text);
}

static void a_file_or_an_arena_too_small_is_a_limit(void **state)
{
	struct buf text = BUF_INIT(2 * LIMIT_SETTINGS_FILE);
	struct settings s;
	struct err e = {0};

	while (text.len <= LIMIT_SETTINGS_FILE)
		buf_addz(&text, "; nothing but comments, and many of them\n");
	t_fails(parse(buf_str(&text), &s, &e), &e, ERR_LIMIT, "x.ini: larger");
	s.arena = ARENA_INIT(1);
	t_fails(conf_parse(S("[main]\ntext = a\n"), "x.ini", keys,
		    ARRAY_SIZE(keys), &s, &s.arena, &e),
	    &e, ERR_LIMIT, "x.ini:2: the settings are too long");
	arena_release(&s.arena);
	buf_release(&text);
}

static void a_list_comes_apart_at_commas(void **state)
{
	struct str rest = S(" a ,b c,, ,\td"), one;
	struct buf got = BUF_INIT(100);

	while (conf_list_next(&rest, &one))
		buf_addf(&got, "<%.*s>", STR_ARG(one));
	t_str(buf_str(&got), "<a><b c><d>");
	rest = S("");
	t_true(!conf_list_next(&rest, &one), "an empty list has no word");
	rest = STR_NONE;
	t_true(!conf_list_next(&rest, &one), "nor has none");
	buf_release(&got);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(every_type_is_read),
	    T(what_is_not_set_keeps_its_default),
	    T(comment_signs_inside_a_value_stay),
	    T(a_key_may_have_names_behind_it),
	    T(an_indented_line_is_a_line_like_others),
	    T(durations_have_units),
	    T(what_is_wrong_is_said_with_its_place),
	    T(a_line_of_the_limit_is_whole_and_one_more_is_refused),
	    T(a_long_wrong_value_is_cut_between_characters),
	    T(a_file_or_an_arena_too_small_is_a_limit),
	    T(a_list_comes_apart_at_commas),
	};

	return t_run("conf", tests);
}
