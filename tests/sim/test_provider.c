#include "t.h"
#include "sender.h"
#include "sim/maildir.h"
#include "sim/tally.h"

#include <dirent.h>

struct behaviour {
	const char *set;
	size_t mails;
	const char *line;
	uint64_t accepted, rejected, deferred;
	const char *to;
	const char *cut; /* the line when it comes in pieces */
};

static const struct behaviour behaviours[] = {
    {"", 2, "250 250 | quit", 2},
    {"tls", 2, "250 250 | quit", 2},
    /* what it offers */
    {"no-ehlo", 1, "250 | quit", 1},
    {"no-pipelining", 2, "250 250 | quit", 2},
    {"no-8bitmime;no-dsn;no-size;no-enhanced", 1, "250 | quit", 1},
    {"", 1, "250 | quit", 1, .to = "j\xc3\xb6rg@you.example"},
    {"no-smtputf8", 1, "unsupported | quit", 0,
	.to = "j\xc3\xb6rg@you.example"},
    {"max-size=10", 1, "unsupported | quit", 0},
    {"max-size=10;no-size", 1, "552 | quit", 0},
    {"tls;no-starttls", 1, "250 | quit", 1},
    {"tls;no-starttls;tls-required", 1, "530 | quit", 0, 1},
    {"tls;tls-required", 1, "250 | quit", 1},
    {"tls;tls-refuse", 1, "| STARTTLS tls", 0},
    {"tls;tls-broken", 1, "| TLS handshake tls", 0},
    /* limits */
    {"connection-mails=2", 3, "250 250 421 | MAIL 421", 2, 0, 1},
    {"shutdown-after=1", 2, "250 421 | MAIL 421", 1, 0, 1},
    {"rate=2", 4, "250 250 450 450 | quit", 2, 0, 2},
    /* refusals */
    {"reject-match=B@you*:550 5.1.1 No such user", 2, "550 550 | quit", 0, 2},
    {"reject-match=gone*:550 5.1.1 No", 1, "250 | quit", 1},
    {"reject-match=?@*.example:450 4.2.1 Full", 1, "450 | quit", 0, 0, 1},
    {"sender-match=*@me.example:550 5.7.1 Not you", 1, "550 | quit", 0, 1},
    {"dot-match=*:554 5.7.1 Spam", 1, "554 | quit", 0, 1},
    {"dot-match=*:421 4.3.0 Later", 2, "421 | final dot 421", 0, 0, 1},
    {"reject-share=1", 1, "550 | quit", 0, 1},
    {"reject-share=1;reject-match=b@*:250 Fine", 1, "250 | quit", 1},
    {"defer-share=1", 1, "451 | quit", 0, 0, 1},
    {"banner=554 5.7.1 Go away", 1, "| banner 554", 0},
    {"banner=421 4.3.2 Busy", 1, "| banner 421", 0},
    /* faults */
    {"drop-dot=2", 3, "250 closed? | final dot closed", 2},
    {"cut-data=5", 1, "closed? | final dot closed", 0},
    {"pipelining-lie=close", 1, "closed | MAIL closed", 0},
    {"pipelining-lie=disorder", 1, "protocol | MAIL protocol", 0},
    {"pipelining-lie=close;no-pipelining", 1, "250 | quit", 1},
    {"early-reply", 1, "| idle protocol", 0, .cut = "protocol | DATA protocol"},
    {"reply-lines=30", 2, "250 250 | quit", 2},
    {"reply-bytes=100000", 1, "protocol? | final dot protocol", 1},
    {"reply-bytes=20000", 1, "250 | quit", 1},
    {"drip=10", 2, "250 250 | quit", 2},
};

static void check(const struct behaviour *b, size_t chunk)
{
	const struct provider_counts *n;
	const char *line;
	const char *want = chunk && b->cut ? b->cut : b->line;
	struct sender s;

	sender_init(&s, b->set, chunk);
	if (b->to)
		s.to = str_of(b->to);
	line = sender_run(&s, b->mails);
	if (strcmp(line, want) != 0)
		print_error("# %s, pieces of %zu\n", b->set, chunk);
	t_str(str_of(line), want);
	n = provider_counts(s.provider);
	t_int(n->accepted, b->accepted);
	t_int(n->recipients, b->accepted);
	t_int(n->bytes, b->accepted * s.content.len);
	t_int(n->rejected, b->rejected);
	t_int(n->deferred, b->deferred);
	t_int(n->connections, 1);
	t_int(n->open, 0);
	t_int(s.kept, b->accepted);
	t_int(provider_recipient(s.provider, s.to), b->accepted);
	sender_release(&s);
}

static void does_what_each_behaviour_says(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(behaviours); i++) {
		check(&behaviours[i], 0);
		check(&behaviours[i], 5);
	}
}

static void waits_as_long_as_it_is_told(void **state)
{
	struct sender s;

	sender_init(&s, "dot-latency=150;latency=20;banner-delay=1000", 0);
	t_str(str_of(sender_run(&s, 1)), "250 | quit");
	t_int(s.started, 1020000); /* banner, EHLO */
	t_int(s.answered - s.started, 150000 + 3 * 20000);
	/* and what is set meanwhile counts */
	sender_set(&s, "dot-latency", "5000");
	sender_set(&s, "latency", "0");
	sender_run(&s, 1);
	t_int(s.answered - s.started, 5000000);
	sender_set(&s, "reject-match", "b@*:550 5.1.1 No");
	t_str(str_of(sender_run(&s, 1)), "550 | quit");
	sender_set(&s, "reject-match", "");
	t_str(str_of(sender_run(&s, 1)), "250 | quit");
	sender_release(&s);
}

static void greylists_once(void **state)
{
	struct sender s;

	sender_init(&s, "greylist=60", 0);
	s.from = S("bounces+one@me.example");
	t_str(str_of(sender_run(&s, 1)), "451 | quit");
	loop_run_until(s.loop, 30 * USEC_PER_SEC);
	s.from = S("bounces+two@me.example");
	t_str(str_of(sender_run(&s, 1)), "451 | quit");
	loop_run_until(s.loop, 61 * USEC_PER_SEC);
	t_str(str_of(sender_run(&s, 1)), "250 | quit");
	s.to = S("other@you.example");
	t_str(str_of(sender_run(&s, 1)), "451 | quit");
	sender_release(&s);
}

static void takes_more_when_a_second_is_over(void **state)
{
	struct sender s;

	sender_init(&s, "rate=3", 0);
	t_str(str_of(sender_run(&s, 5)), "250 250 250 450 450 | quit");
	loop_run_until(s.loop, 10 * USEC_PER_SEC);
	t_str(str_of(sender_run(&s, 4)), "250 250 250 450 | quit");
	sender_release(&s);
}

static void asks_for_a_password(void **state)
{
	struct sender s;

	sender_init(&s, "tls;auth=me:pass:word", 0);
	t_str(str_of(sender_run(&s, 1)), "530 | quit");
	s.user = "me";
	s.secret = "wrong";
	t_str(str_of(sender_run(&s, 1)), "| AUTH 535");
	s.secret = "pass:word";
	t_str(str_of(sender_run(&s, 1)), "250 | quit");
	t_int(provider_counts(s.provider)->tls, 3);
	sender_release(&s);
	sender_init(&s, "tls;smtps", 3);
	s.tls = SMTP_TLS_IMPLICIT;
	t_str(str_of(sender_run(&s, 1)), "250 | quit");
	t_int(provider_counts(s.provider)->tls, 1);
	sender_release(&s);
}

static void on_idle(struct stream *s, enum stream_event event, void *arg)
{
	if (event == STREAM_EOF || event == STREAM_ERROR)
		*(bool *)arg = true;
}

static void caps_connections(void **state)
{
	struct stream *idle;
	struct sender s;
	bool gone = false;

	sender_init(&s, "max-connections=1;idle=300", 0);
	idle = network_connect(s.net, &s.at, NULL, on_idle, &gone);
	loop_run_until(s.loop, 1);
	t_str(str_of(sender_run(&s, 1)), "| banner 421");
	t_int(provider_counts(s.provider)->turned_away, 1);
	t_true(gone, "hung up on after 300 s");
	stream_close(idle);
	t_str(str_of(sender_run(&s, 1)), "250 | quit");
	sender_release(&s);
}

static void hangs_up_on_all(void **state)
{
	struct stream *idle;
	struct sender s;
	bool gone = false;

	sender_init(&s, "", 0);
	idle = network_connect(s.net, &s.at, NULL, on_idle, &gone);
	loop_run_until(s.loop, 1);
	t_int(provider_counts(s.provider)->open, 1);
	provider_hang_up(s.provider);
	t_int(provider_counts(s.provider)->open, 0);
	loop_run_until(s.loop, 2);
	t_true(gone, "told");
	stream_close(idle);
	sender_release(&s);
}

static void answers_after_the_commit(void **state)
{
	struct sender s;

	sender_init(&s, "", 0);
	t_str(str_of(sender_run(&s, 2)), "250 250 | quit");
	t_int(s.commits, 2);
	s.refuse_commit = true;
	t_str(str_of(sender_run(&s, 1)), "451 | quit");
	t_int(provider_counts(s.provider)->accepted, 2);
	t_int(provider_counts(s.provider)->deferred, 1);
	sender_release(&s);
}

static void refuses_its_share(void **state)
{
	char to[64];
	uint64_t first = 0;
	struct sender s;

	sender_init(&s, "reject-share=0.25;seed=7", 0);
	for (int round = 0; round < 2; round++) {
		for (int i = 0; i < 400; i++) {
			snprintf(to, sizeof(to), "u%d@you.example", i);
			s.to = str_of(to);
			sender_run(&s, 1);
		}
		if (round == 0)
			first = provider_counts(s.provider)->rejected;
	}
	t_true(first > 70 && first < 130, "%d", (int)first);
	t_int(provider_counts(s.provider)->rejected, 2 * first);
	sender_release(&s);
}

static void says_what_is_wrong_with_a_setting(void **state)
{
	static const struct {
		const char *name, *value, *says;
	} bad[] = {
	    {"no-such", "", "no behaviour 'no-such'"},
	    {"latency", "soon", "milliseconds"},
	    {"greylist", "-1", "seconds"},
	    {"rate", "", "must be a number"},
	    {"reject-share", "2", "from 0 to 1"},
	    {"reject-share", "0.5x", "from 0 to 1"},
	    {"reject-match", "gone*", "GLOB:REPLY"},
	    {"reject-match", "gone*:50 x", "GLOB:REPLY"},
	    {"reject-match", "gone*:550 a\tb", "GLOB:REPLY"},
	    {"auth", "me", "USER:SECRET"},
	    {"banner", "no", "must be a reply"},
	    {"early-reply", "maybe", "on or off"},
	    {"no-dsn", "maybe", "on or off"},
	    {"pipelining-lie", "x", "close, disorder"},
	};
	struct provider_config c;
	struct err e = {0};

	provider_config_init(&c);
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		t_fails(provider_config_set(
			    &c, str_of(bad[i].name), str_of(bad[i].value), &e),
		    &e, ERR_INPUT, bad[i].says);
	for (size_t i = 0; i < PROVIDER_RULES; i++)
		t_ok(provider_config_set(&c, S("dot-match"),
			 S("*@[IPv6:2001:db8::1]:550 a: b"), &e),
		    &e);
	t_str(str_of(c.mails.rule[0].glob), "*@[IPv6:2001:db8::1]");
	t_str(str_of(c.mails.rule[0].text), "a: b");
	t_fails(provider_config_set(&c, S("dot-match"), S("*:550 a"), &e), &e,
	    ERR_INPUT, "too many");
	t_ok(provider_config_set(&c, S("dot-match"), S(""), &e), &e);
	t_int(c.mails.count, 0);
	t_ok(provider_config_set(&c, S("no-dsn"), S(""), &e), &e);
	t_int(c.without, SMTP_EXT_DSN);
	t_ok(provider_config_set(&c, S("no-dsn"), S("off"), &e), &e);
	t_int(c.without, 0);
}

static void tallies_many(void **state)
{
	char word[32];
	struct tally t;

	tally_init(&t);
	t_int(tally_get(&t, S("x")), 0);
	for (uint64_t i = 0; i < 5000; i++) {
		snprintf(word, sizeof(word), "w%llu",
		    (unsigned long long)(i % 2500));
		*tally_at(&t, str_of(word)) += i % 2500 + 1;
	}
	t_int(t.used, 2500);
	t_int(tally_get(&t, S("w0")), 2);
	t_int(tally_get(&t, S("w2499")), 5000);
	t_int(tally_get(&t, S("w2500")), 0);
	tally_release(&t);
}

static void files_mail_byte_for_byte(void **state)
{
	struct buf path = BUF_INIT(256), b = BUF_INIT(1 * MiB);
	struct str mail = S("Subject: x\r\n\r\n.\0\xff\r\n");
	struct maildir *m, *other;
	struct err e = {0};
	struct dirent *d;
	char dir[64];
	DIR *folder;
	int n = 0;

	t_mkdir(dir);
	buf_addf(&path, "%s/box", dir);
	t_ok(maildir_open(buf_cstr(&path), 0, &m, &e), &e);
	t_ok(maildir_open(buf_cstr(&path), 1, &other, &e), &e);
	for (int i = 0; i < 3; i++) {
		t_ok(maildir_add(m, mail, &e), &e);
		t_ok(maildir_add(other, mail, &e), &e);
	}
	maildir_close(m);
	maildir_close(other);
	buf_addz(&path, "/new");
	folder = opendir(buf_cstr(&path));
	assert_non_null(folder);
	while ((d = readdir(folder))) {
		struct buf file = BUF_INIT(512);

		if (d->d_name[0] == '.')
			continue;
		n++;
		buf_addf(&file, "%s/%s", buf_cstr(&path), d->d_name);
		buf_reset(&b);
		t_ok(buf_read_file(&b, buf_cstr(&file), &e), &e);
		t_eq(buf_str(&b), mail);
		buf_release(&file);
	}
	closedir(folder);
	t_int(n, 6);
	t_fails(maildir_open("/dev/null/x", 0, &m, &e), &e, ERR_NOENT,
	    "/dev/null/x");
	buf_release(&path);
	buf_release(&b);
	t_rmdir(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(does_what_each_behaviour_says),
	    T(waits_as_long_as_it_is_told),
	    T(greylists_once),
	    T(takes_more_when_a_second_is_over),
	    T(asks_for_a_password),
	    T(caps_connections),
	    T(answers_after_the_commit),
	    T(refuses_its_share),
	    T(hangs_up_on_all),
	    T(says_what_is_wrong_with_a_setting),
	    T(tallies_many),
	    T(files_mail_byte_for_byte),
	};
	int rc;

	sender_tls_init();
	rc = t_run("provider", tests);
	sender_tls_release();
	return rc;
}
