#include "t.h"

#include "base/clock.h"
#include "base/limits.h"
#include "net/endpoint.h"
#include "net/fetch.h"
#include "net/public_address.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

struct server {
	char tmp[64], ca[256];
	const char *dir;
	uint64_t port;
	int in, out;
	pid_t pid;
};

static void run_python(const char *dir, int in, int out)
{
	char script[512];

	snprintf(script, sizeof(script), "%s/../net/https_server.py",
	    getenv("TOCSIN_TEST_DATA") ? getenv("TOCSIN_TEST_DATA")
				       : "tests/data");
	dup2(in, 0);
	dup2(out, 1);
	execl(
	    "/usr/bin/python3", "/usr/bin/python3", script, dir, (char *)NULL);
	_exit(127);
}

static int start(void **state)
{
	struct server *s = mem_zalloc(sizeof(*s));
	int in[2], out[2];
	char text[16] = "";

	s->dir = t_mkdir(s->tmp);
	snprintf(s->ca, sizeof(s->ca), "%s/cert.pem", s->dir);
	t_int(pipe2(in, O_CLOEXEC) | pipe2(out, O_CLOEXEC), 0);
	s->pid = fork();
	if (s->pid == 0)
		run_python(s->dir, in[0], out[1]);
	close(in[0]);
	close(out[1]);
	s->in = in[1];
	s->out = out[0];
	t_true(read(s->out, text, sizeof(text) - 1) > 0,
	    "https_server.py did not start");
	t_int(str_to_u64(str_trim(str_of(text)), 65535, &s->port), true);
	*state = s;
	return 0;
}

static int stop(void **state)
{
	struct server *s = *state;

	close(s->in);
	close(s->out);
	waitpid(s->pid, NULL, 0);
	t_rmdir(s->dir);
	free(s);
	return 0;
}

static char *at(const struct server *s, const char *path, char url[512])
{
	snprintf(url, 512, "https://localhost:%d%.400s", (int)s->port, path);
	return url;
}

static struct fetch_options options(const struct server *s)
{
	return (struct fetch_options){.allow_private = true, .ca_file = s->ca};
}

static void gets_a_page(void **state)
{
	struct server *s = *state;
	struct fetch_options o = options(s);
	struct fetch_result r;
	struct err e = {0};
	char url[512];

	t_ok(fetch_get(&o, at(s, "/page#part", url), &r, &e), &e);
	t_int(r.status, 200);
	t_str(str_of(r.content_type), "text/html; charset=utf-8");
	t_str(buf_str(&r.body), "<p>Hello</p>");
	t_str(str_of(r.final_url), at(s, "/page", url));
	t_int(r.redirects, 0);
	t_int(r.left_host, false);
	fetch_result_free(&r);
	t_ok(fetch_get(&o, at(s, "/none", url), &r, &e), &e);
	t_int(r.status, 404);
	t_str(str_of(r.content_type), "");
	fetch_result_free(&r);
}

static void says_who_asks_and_nothing_else(void **state)
{
	struct server *s = *state;
	struct fetch_options o = options(s);
	struct fetch_result r;
	struct err e = {0};
	char url[512];

	t_ok(fetch_get(&o, at(s, "/cookie", url), &r, &e), &e);
	t_has(buf_str(&r.body), "GET /fields");
	t_has(buf_str(&r.body), "User-Agent: tocsin/");
	t_true(str_find(buf_str(&r.body), S("Cookie")) < 0, "a cookie");
	t_true(str_find(buf_str(&r.body), S("Auth")) < 0, "credentials");
	t_true(str_find(buf_str(&r.body), S("Referer")) < 0, "a referer");
	fetch_result_free(&r);
}

static void follows_and_reports_every_redirect(void **state)
{
	struct server *s = *state;
	struct fetch_options o = options(s);
	struct fetch_result r;
	struct err e = {0};
	char url[512], path[512], want[128];

	t_ok(fetch_get(&o, at(s, "/count?n=1", url), &r, &e), &e);
	t_int(r.redirects, 2);
	t_str(str_of(r.hops[0].url), url);
	t_int(r.hops[0].status, 301);
	t_str(str_of(r.hops[1].url), at(s, "/count?n=0", url));
	t_str(str_of(r.final_url), at(s, "/page", url));
	t_str(buf_str(&r.body), "<p>Hello</p>");
	t_int(r.left_host, false);
	fetch_result_free(&r);

	snprintf(want, sizeof(want), "https://127.0.0.1:%d/page", (int)s->port);
	snprintf(path, sizeof(path), "/to?status=308&url=%s", want);
	t_ok(fetch_get(&o, at(s, path, url), &r, &e), &e);
	t_int(r.left_host, true);
	t_int(r.hops[0].status, 308);
	t_str(str_of(r.final_url), want);
	fetch_result_free(&r);

	o.no_redirects = true;
	t_ok(fetch_get(&o, at(s, "/count?n=1", url), &r, &e), &e);
	t_int(r.status, 301);
	t_int(r.redirects, 0);
	fetch_result_free(&r);
}

static void bounds_redirects(void **state)
{
	struct server *s = *state;
	struct fetch_options o = options(s);
	struct fetch_result r;
	struct err e = {0};
	char url[512];

	t_ok(fetch_get(&o, at(s, "/count?n=4", url), &r, &e), &e);
	t_int(r.redirects, 5);
	fetch_result_free(&r);
	t_fails(fetch_get(&o, at(s, "/count?n=5", url), &r, &e), &e, ERR_LIMIT,
	    "after 5 redirects");
	o.max_redirects = 100;
	t_fails(fetch_get(&o, at(s, "/count?n=50", url), &r, &e), &e, ERR_LIMIT,
	    "after 8 redirects");
}

static void goes_nowhere_but_to_https(void **state)
{
	static const struct {
		const char *to, *why;
	} redirects[] = {
	    {"http://localhost/", "is not an https:// address"},
	    {"file:///etc/passwd", "is not an https:// address"},
	    {"https://u:p@localhost/", "user name or password"},
	};
	static const struct {
		const char *url, *why;
	} urls[] = {
	    {"http://localhost/", "is not an https:// address"},
	    {"file:///etc/passwd", "is not an https:// address"},
	    {"ftp://localhost/", "is not an https:// address"},
	    {"https://user@localhost/", "user name or password"},
	    {"https://user:pass@localhost/", "user name or password"},
	    {"https://", "is not a URL"},
	    {"https://a_b.example/", "underscore"},
	    {"https://exa mple/", "is not a URL"},
	    {"https://localhost/\n", "is not a URL"},
	    {"localhost", "is not a URL"},
	    {"", "is not a URL"},
	};
	struct server *s = *state;
	struct fetch_options o = options(s);
	struct fetch_result r;
	struct err e;
	char url[512], path[512];

	for (size_t i = 0; i < ARRAY_SIZE(redirects); i++) {
		snprintf(path, sizeof(path), "/to?url=%s", redirects[i].to);
		t_fails(fetch_get(&o, at(s, path, url), &r, &e), &e, ERR_NET,
		    redirects[i].why);
	}
	for (size_t i = 0; i < ARRAY_SIZE(urls); i++)
		t_fails(fetch_get(&o, urls[i].url, &r, &e), &e, ERR_INPUT,
		    urls[i].why);
}

static void stays_out_of_the_own_network(void **state)
{
	struct server *s = *state;
	struct fetch_options o = options(s);
	struct fetch_result r;
	struct err e;
	char url[512];

	o.allow_private = false;
	t_fails(fetch_get(&o, at(s, "/page", url), &r, &e), &e, ERR_NET,
	    "not one of the public Internet");
	t_fails(fetch_get(&o, "https://[::1]/", &r, &e), &e, ERR_NET,
	    "has the address ::1");
	t_fails(fetch_get(&o, "https://169.254.169.254/", &r, &e), &e, ERR_NET,
	    "has the address 169.254.169.254");
	t_fails(fetch_get(&o, "https://2130706433/", &r, &e), &e, ERR_NET,
	    "has the address 127.0.0.1");
}

static void verifies_certificates(void **state)
{
	struct server *s = *state;
	struct fetch_options o = options(s);
	struct fetch_result r;
	struct err e;
	char url[512];

	o.ca_file = NULL;
	t_fails(fetch_get(&o, at(s, "/page", url), &r, &e), &e, ERR_NET,
	    "certificate does not hold");
}

static void bounds_time_and_bytes(void **state)
{
	struct server *s = *state;
	struct fetch_options o = options(s);
	struct fetch_result r;
	struct err e = {0};
	usec_t before = clock_steady(&clock_system);
	char url[512];

	o.timeout = 1;
	t_fails(fetch_get(&o, at(s, "/slow", url), &r, &e), &e, ERR_NET,
	    "no whole answer within 1 seconds");
	/* the server would take ten minutes */
	t_true(clock_steady(&clock_system) - before < 300 * USEC_PER_SEC,
	    "waited too long");
	o.timeout = 0;
	o.max_body = 100000;
	err_clear(&e);
	t_ok(fetch_get(&o, at(s, "/big?n=100000", url), &r, &e), &e);
	t_int(r.body.len, 100000);
	fetch_result_free(&r);
	t_fails(fetch_get(&o, at(s, "/big?n=100001", url), &r, &e), &e,
	    ERR_LIMIT, "more than 100000 bytes");
	t_fails(fetch_get(&o, at(s, "/header", url), &r, &e), &e, ERR_LIMIT,
	    "bytes of header");
}

static void says_that_nobody_answers(void **state)
{
	struct server *s = *state;
	struct fetch_options o = options(s);
	struct fetch_result r;
	struct err e;

	t_fails(fetch_get(&o, "https://localhost:1/", &r, &e), &e, ERR_NET,
	    "https://localhost:1/: ");
}

static void knows_public_addresses(void **state)
{
	static const struct {
		const char *ip;
		bool is;
	} rows[] = {
	    {"8.8.8.8", true},
	    {"100.63.255.255", true},
	    {"172.32.0.1", true},
	    {"198.20.0.1", true},
	    {"223.255.255.255", true},
	    {"0.0.0.0", false},
	    {"10.1.2.3", false},
	    {"100.64.0.1", false},
	    {"100.127.255.255", false},
	    {"127.255.0.1", false},
	    {"169.254.169.254", false},
	    {"172.16.0.1", false},
	    {"172.31.255.255", false},
	    {"192.168.1.1", false},
	    {"198.19.0.1", false},
	    {"203.0.113.9", false},
	    {"224.0.0.1", false},
	    {"255.255.255.255", false},
	    {"2606:4700::1", true},
	    {"::ffff:8.8.8.8", true},
	    {"64:ff9b::808:808", true},
	    {"::", false},
	    {"::1", false},
	    {"::7f00:1", false},
	    {"::ffff:10.0.0.1", false},
	    {"64:ff9b::a00:1", false},
	    {"2001::1", false},
	    {"2001:db8::1", false},
	    {"2002:7f00:1::", false},
	    {"fc00::1", false},
	    {"fd12::1", false},
	    {"fe80::1", false},
	    {"ff02::1", false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct endpoint a;

		t_int(endpoint_parse_ip(str_of(rows[i].ip), 443, &a), true);
		t_true(
		    public_address(&a.u.any) == rows[i].is, "%s", rows[i].ip);
	}
	t_int(public_address(&(struct sockaddr){.sa_family = AF_UNIX}), false);
}

static void answers_from_a_folder(void **state)
{
	static const struct {
		const char *url;
		int status;
		const char *body, *type;
	} rows[] = {
	    {"https://www.example/", 200, "index", "text/html"},
	    {"https://www.example", 200, "index", "text/html"},
	    {"https://WWW.EXAMPLE/#top", 200, "index", "text/html"},
	    {"https://www.example/a/b.json?x=/../y", 200, "json",
		"application/json"},
	    {"https://www.example/notice", 200, "no ending", "text/html"},
	    {"https://www.example/a", 200, "below", "text/html"},
	    {"https://www.example/a/", 200, "below", "text/html"},
	    {"https://www.example/sp%20ace.txt", 200, "space", "text/plain"},
	    {"https://xn--bcher-kva.example/", 200, "idn", "text/html"},
	    {"https://bücher.example/", 200, "idn", "text/html"},
	    {"https://www.example/none", 404, "", ""},
	    {"https://www.example/notice/none", 404, "", ""},
	    {"https://other.example/", 404, "", ""},
	};
	char tmp[64], sub[256];
	const char *dir = t_mkdir(tmp);
	struct err e = {0};

	(void)state;
	snprintf(sub, sizeof(sub), "%s/xn--bcher-kva.example", dir);
	mkdir(sub, 0700);
	t_write(sub, "index.html", S("idn"));
	snprintf(sub, sizeof(sub), "%s/www.example", dir);
	mkdir(sub, 0700);
	t_write(sub, "index.html", S("index"));
	t_write(sub, "notice", S("no ending"));
	t_write(sub, "sp ace.txt", S("space"));
	snprintf(sub, sizeof(sub), "%s/www.example/a", dir);
	mkdir(sub, 0700);
	t_write(sub, "index.html", S("below"));
	t_write(sub, "b.json", S("json"));
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct fetch_result r;

		t_ok(fetch_from_folder(dir, rows[i].url, &r, &e), &e);
		t_true(r.status == rows[i].status, "%s", rows[i].url);
		t_str(buf_str(&r.body), rows[i].body);
		t_str(str_of(r.content_type), rows[i].type);
		fetch_result_free(&r);
	}
	t_rmdir(dir);
}

static void does_not_climb_out_of_a_folder(void **state)
{
	static const char *const urls[] = {
	    "https://www.example/../secret",
	    "https://www.example/a/../../secret",
	    "https://www.example/%2e%2e/secret",
	    "https://www.example/..%2fsecret",
	    "https://www.example/a/.",
	    "https://www.example/a%5c..%5csecret",
	};
	char tmp[64];
	const char *dir = t_mkdir(tmp);
	struct fetch_result r;
	struct err e;

	(void)state;
	t_write(dir, "secret", S("secret"));
	for (size_t i = 0; i < ARRAY_SIZE(urls); i++)
		t_fails(fetch_from_folder(dir, urls[i], &r, &e), &e, ERR_INPUT,
		    "\"..\" or the like");
	t_fails(fetch_from_folder(dir, "https://../secret", &r, &e), &e,
	    ERR_INPUT, "https://../secret");
	t_fails(fetch_from_folder(dir, "https://www.example/a%00b", &r, &e), &e,
	    ERR_INPUT, "can not be decoded");
	t_fails(fetch_from_folder(dir, "http://www.example/", &r, &e), &e,
	    ERR_INPUT, "is not an https:// address");
	t_fails(fetch_from_folder("/nonexistent", "https://a.example/", &r, &e),
	    &e, ERR_NOENT, "/nonexistent");
	t_rmdir(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T_WITH(gets_a_page, start, stop),
	    T_WITH(says_who_asks_and_nothing_else, start, stop),
	    T_WITH(follows_and_reports_every_redirect, start, stop),
	    T_WITH(bounds_redirects, start, stop),
	    T_WITH(goes_nowhere_but_to_https, start, stop),
	    T_WITH(stays_out_of_the_own_network, start, stop),
	    T_WITH(verifies_certificates, start, stop),
	    T_WITH(bounds_time_and_bytes, start, stop),
	    T_WITH(says_that_nobody_answers, start, stop),
	    T(knows_public_addresses),
	    T(answers_from_a_folder),
	    T(does_not_climb_out_of_a_folder),
	};

	return t_run("fetch", tests);
}
