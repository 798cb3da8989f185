#include "notice/relay.h"
#include "t.h"

#include <dirent.h>

static const char *data_dir(void)
{
	const char *dir = getenv("TOCSIN_DATA");

	t_true(dir != NULL, "TOCSIN_DATA names the folder data/");
	return dir;
}

static struct relay_profile *load(const char *name)
{
	struct relay_profile *p = NULL;
	struct err e = {0};

	t_ok(relay_profile_load(str_of(name), data_dir(), &p, &e), &e);
	return p;
}

static void every_profile_that_comes_along_loads(void **state)
{
	char path[1024];
	struct dirent *f;
	int n = 0;
	DIR *d;

	snprintf(path, sizeof(path), "%s/relays", data_dir());
	d = opendir(path);
	t_true(d != NULL, "%s", path);
	while ((f = readdir(d))) {
		struct str name = str_of(f->d_name);
		struct relay_profile *p;
		struct err e = {0};

		if (!str_ends(name, S(".ini")))
			continue;
		name.n -= strlen(".ini");
		t_ok(relay_profile_load(name, data_dir(), &p, &e), &e);
		t_true(p->name.n && p->source.n, "%s", f->d_name);
		t_true(p->connections >= 1, "%s", f->d_name);
		relay_profile_free(p);
		n++;
	}
	closedir(d);
	t_true(n >= 3, "found %d", n);
}

static void the_id_is_found_in_real_replies(void **state)
{
	static const struct {
		const char *profile, *text, *id;
	} c[] = {
	    {"postfix", "2.0.0 Ok: queued as 4VfT8q1Xyz", "4VfT8q1Xyz"},
	    {"ses", "Ok 0102018f2c-000000", "0102018f2c-000000"},
	    {"ses",
		"Ok 0102018f2c3d4e5f-1a2b3c4d-5e6f-7a8b-9c0d-1e2f3a4b5c6d-"
		"000000",
		"0102018f2c3d4e5f-1a2b3c4d-5e6f-7a8b-9c0d-1e2f3a4b5c6d-"
		"000000"},
	    {"microsoft365",
		"2.0.0 OK <DB9PR01MB1234ABCD@DB9PR01MB1234.eurprd01.prod."
		"exchangelabs.com> [Hostname=DB9PR01MB1234.eurprd01.prod."
		"exchangelabs.com]",
		"DB9PR01MB1234ABCD@DB9PR01MB1234.eurprd01.prod."
		"exchangelabs.com"},
	    {"postfix", "2.0.0 Ok", ""},
	    {"postfix", "2.0.0 Ok: queued as ", ""},
	    {"postfix", "", ""},
	    {"", "2.0.0 Ok: queued as 4VfT8q1Xyz", "4VfT8q1Xyz"},
	    {"", "OK id=1rXyZa-0001Ab-2C", "id=1rXyZa-0001Ab-2C"},
	    {"", "", ""},
	};

	for (size_t i = 0; i < ARRAY_SIZE(c); i++) {
		struct relay_profile *p = load(c[i].profile);

		t_str(relay_reply_id(p, str_of(c[i].text)), c[i].id);
		relay_profile_free(p);
	}
}

static void an_id_has_an_end_and_no_strange_bytes(void **state)
{
	struct relay_profile *p = load("postfix");
	struct buf text = BUF_INIT(4096);

	buf_addz(&text, "queued as ");
	for (int i = 0; i < 500; i++)
		buf_addc(&text, 'x');
	t_int(relay_reply_id(p, buf_str(&text)).n, 200);
	t_str(relay_reply_id(p, S("queued as ab\x1b[31m")), "ab");
	t_str(relay_reply_id(p, S("queued as \"ab\", c")), "ab");
	buf_release(&text);
	relay_profile_free(p);
}

static void what_a_relay_rewrites_is_known_without_case(void **state)
{
	struct relay_profile *p = load("ses");

	t_true(relay_rewrites(p, S("message-id")), "Message-ID");
	t_true(relay_rewrites(p, S("Date")), "Date");
	t_true(relay_rewrites(p, S("Return-Path")), "Return-Path");
	t_true(!relay_rewrites(p, S("From")), "From");
	t_true(!relay_rewrites(p, S("")), "none");
	relay_profile_free(p);
	p = load("");
	t_true(!relay_rewrites(p, S("Date")), "without a profile");
	t_int(p->connections, RELAY_CONNECTIONS);
	t_int(p->per_minute, 0);
	relay_profile_free(p);
}

static void a_file_of_ones_own_and_its_mistakes(void **state)
{
	struct relay_profile *p;
	struct err e = {0};
	char tmp[64];
	char path[128];
	const char *dir = t_mkdir(tmp);

	t_write(dir, "own.ini",
	    S("[relay]\nname = Own\n[limits]\nconnections = 3\n"));
	t_write(dir, "bad.ini", S("[relay]\nauth = cram-md5\n"));
	snprintf(path, sizeof(path), "%s/own.ini", dir);
	p = load(path);
	t_str(p->name, "Own");
	t_int(p->connections, 3);
	relay_profile_free(p);
	snprintf(path, sizeof(path), "%s/bad.ini", dir);
	t_fails(relay_profile_load(str_of(path), "", &p, &e), &e, ERR_INPUT,
	    "bad.ini:2: [relay] auth: 'cram-md5': must be plain, login or "
	    "xoauth2");
	t_fails(relay_profile_load(S("sendgird"), dir, &p, &e), &e, ERR_INPUT,
	    "there is no profile 'sendgird'");
	t_rmdir(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(every_profile_that_comes_along_loads),
	    T(the_id_is_found_in_real_replies),
	    T(an_id_has_an_end_and_no_strange_bytes),
	    T(what_a_relay_rewrites_is_known_without_case),
	    T(a_file_of_ones_own_and_its_mistakes),
	};

	return t_run("relay", tests);
}
