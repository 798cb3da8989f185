#include "t.h"

#include "auth/dmarc_record.h"
#include "auth/dmarc_uri.h"
#include "base/limits.h"

/* p sp np psd t adkim aspf, or "-": no record, "0": asks for nothing */
static void shape(const struct dmarc_record *r, struct buf *out)
{
	if (!r->applies) {
		buf_addz(out, "0");
		return;
	}
	buf_addf(out, "%s %s %s %c%s%s%s", dmarc_policy_name(r->p),
	    dmarc_policy_name(r->sp), dmarc_policy_name(r->np), "uyn"[r->psd],
	    r -> testing ? " t" : "", r->strict_dkim ? " dkim" : "",
	    r->strict_spf ? " spf" : "");
	for (size_t i = 0; i < r->rua_count; i++)
		buf_addf(out, " %.*s", STR_ARG(r->rua[i]));
}

#define RUA ";rua=mailto:a@b.example"

static void reads_what_a_record_asks_for(void **state)
{
	static const struct {
		const char *in, *want;
	} rows[] = {
	    {"v=DMARC1;p=reject", "reject reject reject u"},
	    {"v=DMARC1; p=none;", "none none none u"},
	    {"v = DMARC1 ; p = Quarantine ;", "quarantine quarantine "
					      "quarantine u"},
	    {"v\t=\tDMARC1\t;\tp=none", "none none none u"},
	    {"V=DMARC1;P=reject", "reject reject reject u"},
	    {"v=DMARC1;sp=none;p=reject", "reject none none u"},
	    {"v=DMARC1;p=none;np=reject", "none none reject u"},
	    {"v=DMARC1;p=none;sp=quarantine;np=reject",
		"none quarantine reject u"},
	    {"v=DMARC1;p=none;psd=y", "none none none y"},
	    {"v=DMARC1;p=none;psd=n", "none none none n"},
	    {"v=DMARC1;p=none;psd=U", "none none none u"},
	    {"v=DMARC1;p=none;psd=x", "none none none u"},
	    {"v=DMARC1;p=reject;t=y", "reject reject reject u t"},
	    {"v=DMARC1;p=reject;t=yes", "reject reject reject u"},
	    {"v=DMARC1;p=none;adkim=s;aspf=s", "none none none u dkim spf"},
	    {"v=DMARC1;p=none;adkim=r;aspf=x", "none none none u"},
	    {"v=DMARC1;p=none;pct=0;ri=1;rf=afrf", "none none none u"},
	    {"v=DMARC1;;p=reject;;", "reject reject reject u"},
	    {"v=DMARC1;junk;p=reject;=x;a b=c", "reject reject reject u"},
	    {"v=DMARC1;p=reject;v=DMARC2", "reject reject reject u"},
	    /* 4.10.1: no valid p, a bad sp or np */
	    {"v=DMARC1", "0"},
	    {"v=DMARC1;", "0"},
	    {"v=DMARC1;sp=reject", "0"},
	    {"v=DMARC1;p=", "0"},
	    {"v=DMARC1;p=maybe", "0"},
	    {"v=DMARC1;p=reject;sp=maybe", "0"},
	    {"v=DMARC1;p=reject;np=", "0"},
	    {"v=DMARC1;p=reject;p=reject", "0"},
	    {"v=DMARC1;p=rej\xc3\xa9"
	     "ct",
		"0"},
	    {"v=DMARC1;p=reject p=none", "0"},
	    {"v=DMARC1;rua=nobody", "0"},
	    {"v=DMARC1" RUA, "none none none u mailto:a@b.example"},
	    {"v=DMARC1;sp=reject" RUA, "none none none u mailto:a@b.example"},
	    {"v=DMARC1;p=reject;sp=x" RUA,
		"none none none u mailto:a@b.example"},
	    {"v=DMARC1;p=reject;np=x;adkim=s" RUA,
		"none none none u dkim mailto:a@b.example"},
	    {"v=DMARC1;p=x;rua=https://r.example/x",
		"none none none u https://r.example/x"},
	    {"v=DMARC1;p=none;rua=mailto:a@b.example!10m , mailto:c@d.example",
		"none none none u mailto:a@b.example mailto:c@d.example"},
	    /* no record at all */
	    {"", "-"},
	    {"v=DMARC", "-"},
	    {"v=DMARC1p=none", "-"},
	    {"v=DMARC1 p=none", "-"},
	    {"v=DMARC2;p=none", "-"},
	    {"v=dmarc1;p=none", "-"},
	    {" v=DMARC1;p=none", "-"},
	    {"p=none;v=DMARC1", "-"},
	    {";v=DMARC1;p=none", "-"},
	    {"v=DMARC1\r;p=none", "-"},
	    {"v=spf1 -all", "-"},
	    {"\"v=DMARC1;p=none\"", "-"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct arena a = ARENA_INIT(64 * KiB);
		struct buf got = BUF_INIT(KiB);
		struct dmarc_record r;

		if (dmarc_record_parse(str_of(rows[i].in), &a, &r))
			shape(&r, &got);
		else
			buf_addz(&got, "-");
		if (!str_eq(buf_str(&got), str_of(rows[i].want)))
			print_error("# %s\n", rows[i].in);
		t_str(buf_str(&got), rows[i].want);
		t_int(dmarc_record_is(str_of(rows[i].in)),
		    strcmp(rows[i].want, "-") != 0);
		buf_release(&got);
		arena_release(&a);
	}
}

static void says_what_is_wrong_and_how_to_mend_it(void **state)
{
	static const struct {
		const char *in, *what;
	} rows[] = {
	    {"v=DMARC1;p=none", ""},
	    {"v=DMARC1;p=none;np=none;psd=u;t=n;fo=0", ""},
	    {"v=DMARC1;p=none;pct=50", "pct is no longer used"},
	    {"v=DMARC1;p=none;ri=50", "ri is no longer used"},
	    {"v=DMARC1;p=none;sb=reject", "no tag \"sb\""},
	    {"v=DMARC1;p=maybe", "p=maybe: there is no such policy"},
	    {"v=DMARC1;p=none;p=none", "p is there 2 times"},
	    {"v=DMARC1;p=none;v=DMARC1", "v is there twice"},
	    {"v=DMARC1;p=none;adkim=x", "adkim=x: no such value"},
	    {"v=DMARC1;p=none;t=", "t has no value"},
	    {"v=DMARC1;p=none;t=\x01", "can not be seen"},
	    {"v=DMARC1;p=none;;t=n", "two semicolons"},
	    {"v=DMARC1;p=none;hello", "\"hello\" is no tag"},
	    {"v=DMARC1;rua=mailto:a@b.example", "There is no p"},
	    {"v=DMARC1;p=none;rua=a@b.example", "\"a@b.example\" is no URI"},
	    {"v=DMARC1;p=none;rua=mailto:b.example", "is no valid URI"},
	    {"v=DMARC1;p=none" RUA "!1k", "size after an address"},
	    {"v=DMARC1;p=none;fo=1", "there is no ruf"},
	    {"v=DMARC1;p=none;fo=0:1;ruf=mailto:a@b.example",
		"fo=0:1: no such value"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct arena a = ARENA_INIT(64 * KiB);
		struct dmarc_record r;

		t_int(dmarc_record_parse(str_of(rows[i].in), &a, &r), true);
		t_int(r.problem_count > 0, rows[i].what[0] != '\0');
		if (r.problem_count) {
			t_has(r.problem[0].what, rows[i].what);
			t_true(r.problem[0].mend.n > 5, "%s", rows[i].in);
		}
		arena_release(&a);
	}
}

static void keeps_options_only_where_they_hold(void **state)
{
	static const struct {
		const char *in;
		unsigned fo;
	} rows[] = {
	    {"v=DMARC1;p=none", DMARC_FO_0},
	    {"v=DMARC1;p=none;fo=1", DMARC_FO_0},
	    {"v=DMARC1;p=none;ruf=mailto:a@b.example;fo=1", DMARC_FO_1},
	    {"v=DMARC1;p=none;ruf=mailto:a@b.example;fo=d:1:s",
		DMARC_FO_1 | DMARC_FO_D | DMARC_FO_S},
	    {"v=DMARC1;p=none;ruf=mailto:a@b.example;fo=d:d", DMARC_FO_0},
	    {"v=DMARC1;p=none;ruf=mailto:a@b.example;fo=d:", DMARC_FO_0},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct arena a = ARENA_INIT(64 * KiB);
		struct dmarc_record r;

		t_int(dmarc_record_parse(str_of(rows[i].in), &a, &r), true);
		t_int(r.fo, rows[i].fo);
		arena_release(&a);
	}
}

static void takes_only_uris_a_report_can_go_to(void **state)
{
	static const struct {
		const char *in;
		bool good;
	} rows[] = {
	    {"mailto:a@b.example", true},
	    {"MAILTO:a@b.example", true},
	    {"mailto:a%2Bb@b.example?subject=x", true},
	    {"mailto:a@b.example!10m", true},
	    {"mailto:a@b.example!10", true},
	    {"https://b.example/r", true},
	    {"x-y+z.1:q", true},
	    {"mailto:", false},
	    {"mailto:a", false},
	    {"mailto:@b.example", false},
	    {"mailto:a@", false},
	    {"mailto:a@b.example!10x", false},
	    {"mailto:a!b@c.example", false},
	    {"mailto:a b@c.example", false},
	    {"mailto:a@b.example%2", false},
	    {"mailto:a@b.example%zz", false},
	    {"mailto:a@b.example%00", false},
	    {"a@b.example", false},
	    {"1x:y", false},
	    {":y", false},
	    {"https:", false},
	    {"", false},
	    {"!10m", false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct str uri = str_of(rows[i].in);
		bool sized, good = dmarc_uri_check(&uri, &sized);

		t_true(good == rows[i].good, "%s", rows[i].in);
	}
}

static void bounds_what_a_record_costs(void **state)
{
	struct arena a = ARENA_INIT(64 * KiB), small = ARENA_INIT(64);
	struct buf text = BUF_INIT(128 * KiB);
	struct dmarc_record r;

	(void)state;
	buf_addz(&text, "v=DMARC1;p=none;rua=mailto:a@b.example");
	for (int i = 0; i < 1000; i++)
		buf_addz(&text, ",mailto:a@b.example");
	for (int i = 0; i < 1000; i++)
		buf_addz(&text, ";junk=\xff\n");
	t_int(dmarc_record_parse(buf_str(&text), &a, &r), true);
	t_int(r.rua_count, LIMIT_DMARC_URIS);
	t_int(r.problem_count, LIMIT_DMARC_PROBLEMS);
	t_int(r.text.n, LIMIT_RECORD_SHOWN);
	t_int(dmarc_record_parse(S("v=DMARC1;p=none"), &small, &r), false);
	arena_release(&a);
	arena_release(&small);
	buf_release(&text);
}

static void testing_lowers_by_one_step(void **state)
{
	(void)state;
	t_int(dmarc_policy_tested(DMARC_REJECT), DMARC_QUARANTINE);
	t_int(dmarc_policy_tested(DMARC_QUARANTINE), DMARC_NONE);
	t_int(dmarc_policy_tested(DMARC_NONE), DMARC_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(reads_what_a_record_asks_for),
	    T(says_what_is_wrong_and_how_to_mend_it),
	    T(keeps_options_only_where_they_hold),
	    T(takes_only_uris_a_report_can_go_to),
	    T(bounds_what_a_record_costs),
	    T(testing_lowers_by_one_step),
	};

	return t_run("dmarc_record", tests);
}
