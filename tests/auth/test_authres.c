#include "t.h"

#include "auth/authres.h"
#include "base/limits.h"

static void writes_a_field_that_reads_back(void **state)
{
	struct buf out = BUF_INIT(4 * KiB);
	struct arena a = ARENA_INIT(256 * KiB);
	struct authres_writer w;
	struct authres got;
	struct err e = {0};
	struct str value;

	(void)state;
	authres_begin(&w, &out, S("mx.example.org"));
	authres_method(&w, "spf", "pass");
	authres_property(&w, "smtp", "mailfrom", S("a@b.example"));
	authres_method(&w, "dkim", "fail");
	authres_reason(&w, S("body hash: \"differs\""));
	authres_property(&w, "header", "d", S("b.example"));
	authres_method(&w, "dmarc", "fail");
	authres_comment(&w, S("tested (policy)"));
	authres_property(&w, "header", "from", S("b.example"));
	authres_property(&w, "policy", "dmarc", S("reject"));
	t_true(authres_end(&w), "over");
	t_str(buf_str(&out),
	    "Authentication-Results: mx.example.org;\r\n"
	    "\tspf=pass smtp.mailfrom=a@b.example;\r\n"
	    "\tdkim=fail reason=\"body hash: \\\"differs\\\"\" "
	    "header.d=b.example;\r\n"
	    "\tdmarc=fail (tested \\(policy\\)) header.from=b.example"
	    "\r\n\tpolicy.dmarc=reject\r\n");
	value = str_sub(buf_str(&out), 23, out.len - 25);
	t_ok(authres_parse(value, true, &a, &got, &e), &e);
	t_str(got.id, "mx.example.org");
	t_int(got.count, 3);
	t_str(got.result[1].reason, "body hash: \"differs\"");
	t_int(got.result[2].property_count, 2);
	t_str(got.result[2].property[1].type, "policy");
	t_str(got.result[2].property[1].name, "dmarc");
	t_str(got.result[2].property[1].value, "reject");
	arena_release(&a);
	buf_release(&out);
}

static void says_none_without_a_method(void **state)
{
	struct buf out = BUF_INIT(KiB);
	struct authres_writer w;

	(void)state;
	authres_begin(&w, &out, S("mx.example.org"));
	t_true(authres_end(&w), "over");
	t_str(
	    buf_str(&out), "Authentication-Results: mx.example.org; none\r\n");
	buf_release(&out);
}

/* Whatever is put in, the field is one field and says what was meant. */
static void nothing_can_be_injected(void **state)
{
	static const char alphabet[] = "ab.@;=()\"\\ \t\r\n,:/\xc3\xb6\xff";
	struct rand_seq r;

	(void)state;
	rand_seq_init(&r, t_seed());
	for (int i = 0; i < 3000; i++) {
		struct buf in = BUF_INIT(KiB), out = BUF_INIT(32 * KiB);
		struct arena a = ARENA_INIT(MiB);
		struct header_reader reader;
		struct header_field f;
		struct authres_writer w;
		struct authres got;
		struct err e = {0};
		size_t n = rand_seq_below(&r, 500);

		while (n--)
			buf_addc(&in,
			    alphabet[rand_seq_below(&r, sizeof(alphabet))]);
		authres_begin(&w, &out, S("me"));
		authres_method(&w, "spf", "fail");
		authres_reason(&w, buf_str(&in));
		authres_comment(&w, buf_str(&in));
		authres_property(&w, "smtp", "mailfrom", buf_str(&in));
		authres_method(&w, "dkim", "none");
		t_true(authres_end(&w), "over");
		header_reader_init(&reader, buf_str(&out));
		t_true(header_next(&reader, &f), "no field");
		t_int(f.end, out.len);
		t_ok(authres_parse(f.value, true, &a, &got, &e), &e);
		t_str(got.id, "me");
		t_int(got.count, 2);
		t_str(got.result[0].result, "fail");
		t_int(got.result[0].property_count, 1);
		t_str(got.result[1].method, "dkim");
		t_int(got.result[1].property_count, 0);
		arena_release(&a);
		buf_release(&in);
		buf_release(&out);
	}
}

static void long_fields_are_folded(void **state)
{
	struct buf out = BUF_INIT(8 * KiB);
	struct authres_writer w;
	struct str rest;

	(void)state;
	authres_begin(&w, &out, S("mx.example.org"));
	authres_method(&w, "dkim", "pass");
	for (int i = 0; i < 20; i++)
		authres_property(&w, "header", "d", S("some.example.com"));
	t_true(authres_end(&w), "over");
	rest = buf_str(&out);
	while (rest.p)
		t_true(str_cut(&rest, '\n').n <= 79, "a long line");
	buf_release(&out);
}

static void reads_the_grammar(void **state)
{
	static const struct {
		const char *in, *id;
		size_t count;
		unsigned version;
	} rows[] = {
	    {" a.example; none", "a.example", 0, 1},
	    {"a.example;none (x)", "a.example", 0, 1},
	    {"(c) a.example (d) 1 (e) ; (f) none", "a.example", 0, 1},
	    {"a.example 2; spf=pass", "a.example", 1, 2},
	    {"\"a b\\\"c\"; spf=pass", "a b\"c", 1, 1},
	    {"a; spf=pass;", "a", 1, 1},
	    {"a; spf = pass ( ( x ) \\) ) smtp . mailfrom = b", "a", 1, 1},
	    {"a; spf/1=pass; dkim / 1 = fail", "a", 2, 1},
	    {"a; none=none", "a", 1, 1},
	    {"a;\r\n\tspf=pass\r\n\tsmtp.mailfrom=x", "a", 1, 1},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct arena a = ARENA_INIT(256 * KiB);
		struct authres got;
		struct err e = {0};

		t_ok(authres_parse(str_of(rows[i].in), true, &a, &got, &e), &e);
		t_str(got.id, rows[i].id);
		t_int(got.count, rows[i].count);
		t_int(got.version, rows[i].version);
		arena_release(&a);
	}
}

static void refuses_what_could_mislead(void **state)
{
	static const char *const rows[] = {"", ";", "a", "a;", "a;;",
	    "a spf=pass", "spf=pass", "a; spf", "a; spf=", "a; =pass",
	    "a; spf=pass x", "a; spf=pass smtp.mailfrom", "a; spf=pass smtp.=x",
	    "a; spf=pass (x", "a; spf=pass \"x",
	    "a; spf=pass reason=", "a x; spf=pass", "a 1 2; spf=pass",
	    "a; spf=pass, dkim=pass", "a; spf=pass; none", "a; none; spf=pass",
	    "a; spf=passdkim=pass", "\"\"; spf=pass", "a@b; spf=pass",
	    "a; spf=pass)"};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct arena a = ARENA_INIT(256 * KiB);
		struct authres got;
		struct err e = {0};

		t_int(authres_parse(str_of(rows[i]), true, &a, &got, &e),
		    ERR_INPUT);
		arena_release(&a);
	}
}

static void bounds_what_it_reads(void **state)
{
	struct buf in = BUF_INIT(MiB);
	struct arena a = ARENA_INIT(4 * MiB);
	struct authres got;
	struct err e;

	(void)state;
	buf_addz(&in, "a");
	for (size_t i = 0; i <= LIMIT_AUTHRES_RESULTS; i++)
		buf_addz(&in, "; spf=pass");
	t_fails(authres_parse(buf_str(&in), true, &a, &got, &e), &e, ERR_INPUT,
	    "too many results");
	buf_reset(&in);
	buf_addz(&in, "a; spf=pass");
	for (size_t i = 0; i <= LIMIT_AUTHRES_PROPS; i++)
		buf_addz(&in, " x.y=z");
	t_fails(authres_parse(buf_str(&in), true, &a, &got, &e), &e, ERR_INPUT,
	    "too many properties");
	buf_reset(&in);
	buf_addz(&in, "a; spf=pass ");
	for (size_t i = 0; i < 50000; i++)
		buf_addc(&in, '(');
	t_fails(authres_parse(buf_str(&in), true, &a, &got, &e), &e, ERR_INPUT,
	    "without end");
	arena_release(&a);
	buf_release(&in);
}

#define AR  "Authentication-Results: "
#define REC "Received: from x by y\r\n"

static void believes_only_its_own_edge(void **state)
{
	static const struct {
		const char *id;
		bool without_id;
		unsigned hops;
		const char *message;
		size_t want;
	} rows[] = {
	    {"me", false, 1, AR "me; spf=pass\r\n" REC "\r\n", 1},
	    {"ME", false, 1, AR "me; spf=pass\r\n" REC "\r\n", 1},
	    {"me", false, 0, AR "me; spf=pass\r\n" REC "\r\n", 1},
	    {"me", false, 1,
		AR "me; spf=pass\r\n" AR "you; dkim=pass\r\n" AR
		   "me; dkim=pass\r\n" REC "\r\n",
		2},
	    /* below the edge: it came in with the mail */
	    {"me", false, 1, REC AR "me; spf=pass\r\n\r\n", 0},
	    {"me", false, 2, REC AR "me; spf=pass\r\n" REC "\r\n", 1},
	    {"me", false, 2, REC REC AR "me; spf=pass\r\n\r\n", 0},
	    /* the edge is not there */
	    {"me", false, 1, AR "me; spf=pass\r\n\r\n", 0},
	    {"me", false, 2, AR "me; spf=pass\r\n" REC "\r\n", 0},
	    /* nothing is configured */
	    {"", false, 1, AR "me; spf=pass\r\n" REC "\r\n", 0},
	    {"", false, 1, AR "spf=pass\r\n" REC "\r\n", 0},
	    {"", false, 1, AR "\"\"; spf=pass\r\n" REC "\r\n", 0},
	    /* broken */
	    {"me", false, 1, AR "me; spf=pass (x\r\n" REC "\r\n", 0},
	    {"me", false, 1, "junk\r\n" AR "me; spf=pass\r\n" REC "\r\n", 0},
	    /* Exchange Online */
	    {"", true, 1,
		AR "spf=pass (sender IP is 192.0.2.1)\r\n "
		   "smtp.mailfrom=b.example; dkim=pass (signature was "
		   "verified)\r\n header.d=b.example;dmarc=pass "
		   "action=none\r\n header.from=b.example;compauth=pass "
		   "reason=100\r\n" REC "\r\n",
		1},
	    {"", true, 1, REC AR "spf=pass smtp.mailfrom=b.example\r\n\r\n", 0},
	    {"", true, 1, AR "me; spf=pass\r\n" REC "\r\n", 0},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct arena a = ARENA_INIT(MiB);
		struct authres got[LIMIT_AUTHRES_FIELDS];
		struct authres_trust t = {.id = str_of(rows[i].id),
		    .without_id = rows[i].without_id,
		    .hops = rows[i].hops};
		size_t n = authres_find(str_of(rows[i].message), &t, &a, got);

		if (n != rows[i].want)
			print_error("# %s\n", rows[i].message);
		t_int(n, rows[i].want);
		arena_release(&a);
	}
}

static void finds_what_must_go_at_the_edge(void **state)
{
	static const struct {
		const char *field;
		bool goes;
	} rows[] = {
	    {AR "me; spf=pass", true},
	    {"authentication-results : ME ; spf=pass", true},
	    {AR "(x) \"me\" 1; spf=pass", true},
	    {AR "me; this does not parse (", true},
	    {AR "you; spf=pass", false},
	    {AR "me.example; spf=pass", false},
	    {AR "you; spf=pass (me; spf=pass)", false},
	    /* unreadable: who knows who reads it */
	    {AR "spf=pass", true},
	    {AR "", true},
	    {AR "(me", true},
	    {"Authentication\xe2\x80\x91Results: me; spf=pass", false},
	    {"Authentication-Results\x01: me; spf=pass", true},
	    {"Authentication-Results", true},
	    {"ARC-Authentication-Results: i=1; me; spf=pass", false},
	    {"X-Authentication-Results: me; spf=pass", false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct buf m = BUF_INIT(KiB);
		struct header_reader r;
		struct header_field f;
		bool goes;

		buf_addf(
		    &m, "To: a@b\r\n%s\r\nFrom: x@y\r\n\r\n", rows[i].field);
		header_reader_init(&r, buf_str(&m));
		goes = authres_next_forged(&r, S("me"), &f);
		t_true(goes == rows[i].goes, "%s", rows[i].field);
		if (goes) {
			t_int(f.at, 9);
			t_int(f.end, 9 + strlen(rows[i].field) + 2);
			t_int(authres_next_forged(&r, S("me"), &f), false);
		}
		buf_release(&m);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(writes_a_field_that_reads_back),
	    T(says_none_without_a_method),
	    T(nothing_can_be_injected),
	    T(long_fields_are_folded),
	    T(reads_the_grammar),
	    T(refuses_what_could_mislead),
	    T(bounds_what_it_reads),
	    T(believes_only_its_own_edge),
	    T(finds_what_must_go_at_the_edge),
	};

	return t_run("authres", tests);
}
