#include "t.h"

#include "check/rdap.h"

/* As a registry writes it, shortened. */
static const char answer[] =
    "{\"objectClassName\": \"domain\", \"handle\": \"D1-EXAMPLE\",\n"
    " \"ldhName\": \"HARBORLINE.EXAMPLE\",\n"
    " \"status\": [\"client transfer prohibited\"],\n"
    " \"events\": [\n"
    "  {\"eventAction\": \"expiration\", "
    "\"eventDate\": \"2031-03-02T04:00:00Z\"},\n"
    "  {\"eventAction\": \"Registration\", "
    "\"eventDate\": \"2004-03-02T04:00:00Z\"},\n"
    "  {\"eventAction\": \"last changed\", "
    "\"eventDate\": \"2025-01-02T03:04:05Z\"}],\n"
    " \"rdapConformance\": [\"rdap_level_0\"]}\n";

static void t_date(usec_t got, const char *want)
{
	char text[CLOCK_ISO_SIZE];

	clock_iso(got, text);
	t_str(str_of(text), want);
}

static void reads_the_date_of_registration(void **state)
{
	struct rdap r;
	struct err e = {0};

	(void)state;
	t_ok(rdap_parse(str_of(answer), S("harborline.example"), &r, &e), &e);
	t_int(r.status, RDAP_OK);
	t_date(r.registered, "2004-03-02T04:00:00Z");
	t_ok(rdap_parse(str_of(answer), STR_NONE, &r, &e), &e);
	/* a name dropped and taken again is as young as its last owner */
	t_ok(rdap_parse(S("{\"objectClassName\":\"domain\",\"events\":["
			  "{\"eventAction\":\"reregistration\","
			  "\"eventDate\":\"2026-10-01T00:00:00Z\"},"
			  "{\"eventAction\":\"registration\","
			  "\"eventDate\":\"1999-01-01T00:00:00Z\"}]}"),
		 S("a.example"), &r, &e),
	    &e);
	t_date(r.registered, "2026-10-01T00:00:00Z");
	t_ok(rdap_parse(S("{\"objectClassName\":\"domain\","
			  "\"unicodeName\":\"BÜCHER.example.\",\"events\":["
			  "{\"eventAction\":\"registration\","
			  "\"eventDate\":\"2026-10-01T00:00:00Z\"}]}"),
		 S("xn--bcher-kva.example"), &r, &e),
	    &e);
	t_int(r.status, RDAP_OK);
}

static void reads_dates(void **state)
{
	static const struct {
		const char *text, *want;
	} good[] = {
	    {"2017-09-08T14:00:00Z", "2017-09-08T14:00:00Z"},
	    {"2017-09-08t14:00:00z", "2017-09-08T14:00:00Z"},
	    {"2017-09-08 14:00:00Z", "2017-09-08T14:00:00Z"},
	    {"2017-09-08T14:00:00+02:00", "2017-09-08T12:00:00Z"},
	    {"2017-09-08T01:00:00+02:30", "2017-09-07T22:30:00Z"},
	    {"2017-09-08T14:00:00-05:30", "2017-09-08T19:30:00Z"},
	    {"2017-09-08T14:00:00.1234567Z", "2017-09-08T14:00:00Z"},
	    {"2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z"},
	    {"2017-09-08T14:00:00", "2017-09-08T14:00:00Z"},
	    {"2017-09-08", "2017-09-08T00:00:00Z"},
	    {"2024-02-29T00:00:00Z", "2024-02-29T00:00:00Z"},
	};
	static const char *const bad[] = {
	    "",
	    "2017",
	    "2017-9-8T14:00:00Z",
	    "2017-02-29T00:00:00Z",
	    "2017-13-01T00:00:00Z",
	    "2017-09-08T24:00:00Z",
	    "2017-09-08T14:60:00Z",
	    "2017-09-08T14:00:61Z",
	    "2017-09-08T14:00Z",
	    "2017-09-08T14:00:00.Z",
	    "2017-09-08T14:00:00+2:00",
	    "2017-09-08T14:00:00+0200",
	    "2017-09-08T14:00:00+24:00",
	    "2017-09-08T14:00:00Z ",
	    "2017-09-08x14:00:00Z",
	    "08.09.2017",
	    "before 1996",
	};
	usec_t got;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(good); i++) {
		t_true(rdap_parse_date(str_of(good[i].text), &got), "%s",
		    good[i].text);
		t_date(got, good[i].want);
	}
	t_int(rdap_parse_date(S("1970-01-01T00:00:00.123456789Z"), &got), true);
	t_int(got, 123456);
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		t_true(!rdap_parse_date(str_of(bad[i]), &got), "%s", bad[i]);
}

static void refuses_what_is_no_answer(void **state)
{
	static const struct {
		const char *text, *why;
	} rows[] = {
	    {"", "not valid JSON"},
	    {"<html>", "not valid JSON"},
	    {"[]", "not about a domain"},
	    {"{}", "not about a domain"},
	    {"{\"objectClassName\":\"nameserver\"}", "not about a domain"},
	    {"{\"errorCode\":500}", "error 500"},
	    {"{\"objectClassName\":\"domain\",\"ldhName\":\"b.example\"}",
		"another domain than a.example"},
	    {"{\"objectClassName\":\"domain\"}", "does not say when"},
	    {"{\"objectClassName\":\"domain\",\"events\":{}}",
		"does not say when"},
	    {"{\"objectClassName\":\"domain\",\"events\":[1,{},"
	     "{\"eventAction\":\"expiration\","
	     "\"eventDate\":\"2030-01-01T00:00:00Z\"}]}",
		"does not say when"},
	    {"{\"objectClassName\":\"domain\",\"events\":["
	     "{\"eventAction\":\"registration\","
	     "\"eventDate\":\"before 1996\"}]}",
		"can not be read"},
	    {"{\"objectClassName\":\"domain\",\"events\":["
	     "{\"eventAction\":\"registration\"}]}",
		"can not be read"},
	};
	struct rdap r;
	struct err e;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		t_fails(
		    rdap_parse(str_of(rows[i].text), S("a.example"), &r, &e),
		    &e, ERR_INPUT, rows[i].why);
}

static void tells_no_domain_from_no_answer(void **state)
{
	static const struct {
		int http;
		unsigned redirects;
		const char *body;
		enum rdap_status status;
		const char *why;
	} rows[] = {
	    {200, 1, answer, RDAP_OK, ""},
	    {404, 1, "", RDAP_NOT_FOUND, ""},
	    {200, 1, "{\"errorCode\":404}", RDAP_NOT_FOUND, ""},
	    {404, 0, "", RDAP_NO_ANSWER, "no registry is known"},
	    {429, 1, "", RDAP_NO_ANSWER, "too often"},
	    {503, 1, "", RDAP_NO_ANSWER, "HTTP 503"},
	    {200, 1, "busy", RDAP_NO_ANSWER, "not valid JSON"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct rdap r;

		rdap_read_answer(rows[i].http, rows[i].redirects,
		    str_of(rows[i].body), S("harborline.example"), &r);
		t_str(str_of(rdap_status_name(r.status)),
		    rdap_status_name(rows[i].status));
		t_has(str_of(r.why), rows[i].why);
	}
}

static void asks_the_folder_first(void **state)
{
	char tmp[64];
	const char *dir = t_mkdir(tmp);
	struct rdap r;

	(void)state;
	t_write(dir, "harborline.example.json", str_of(answer));
	t_write(dir, "none.example.json", S("{\"errorCode\": 404}"));
	t_write(dir, "broken.example.json", S("{"));
	rdap_ask(dir, true, S("harborline.example"), &r);
	t_int(r.status, RDAP_OK);
	t_date(r.registered, "2004-03-02T04:00:00Z");
	t_has(str_of(r.source), "/harborline.example.json");
	t_str(str_of(r.why), "");
	rdap_ask(dir, true, S("none.example"), &r);
	t_int(r.status, RDAP_NOT_FOUND);
	rdap_ask(dir, true, S("broken.example"), &r);
	t_int(r.status, RDAP_NO_ANSWER);
	t_has(str_of(r.why), "line 1");
	rdap_ask(dir, false, S("other.example"), &r);
	t_int(r.status, RDAP_NOT_ASKED);
	t_has(str_of(r.why), "the folder has no answer");
	t_str(str_of(r.source), "");
	rdap_ask(NULL, false, S("other.example"), &r);
	t_int(r.status, RDAP_NOT_ASKED);
	/* no name, no file */
	rdap_ask(dir, true, S("../harborline.example"), &r);
	t_int(r.status, RDAP_NO_ANSWER);
	t_str(str_of(r.source), "");
	t_rmdir(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(reads_the_date_of_registration),
	    T(reads_dates),
	    T(refuses_what_is_no_answer),
	    T(tells_no_domain_from_no_answer),
	    T(asks_the_folder_first),
	};

	return t_run("rdap", tests);
}
