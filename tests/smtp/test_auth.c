#include "t.h"
#include "base/codec.h"
#include "smtp/auth.h"
#include "smtp/ehlo.h"

#define USER   S("me@x")
#define SECRET S("pass word")

static void any_takes_the_simplest_that_is_offered(void **state)
{
	unsigned all = SMTP_OFFER_PLAIN | SMTP_OFFER_LOGIN | SMTP_OFFER_XOAUTH2;

	t_int(smtp_auth_choose(SMTP_AUTH_ANY, all), SMTP_AUTH_PLAIN);
	t_int(smtp_auth_choose(SMTP_AUTH_ANY, all & ~SMTP_OFFER_PLAIN),
	    SMTP_AUTH_LOGIN);
	t_int(smtp_auth_choose(SMTP_AUTH_ANY, SMTP_OFFER_XOAUTH2),
	    SMTP_AUTH_XOAUTH2);
	t_int(smtp_auth_choose(SMTP_AUTH_ANY, 0), SMTP_AUTH_ANY);
}

static void what_is_wanted_is_never_another(void **state)
{
	t_int(smtp_auth_choose(SMTP_AUTH_XOAUTH2,
		  SMTP_OFFER_PLAIN | SMTP_OFFER_LOGIN | SMTP_OFFER_XOAUTH2),
	    SMTP_AUTH_XOAUTH2);
	t_int(smtp_auth_choose(
		  SMTP_AUTH_XOAUTH2, SMTP_OFFER_PLAIN | SMTP_OFFER_LOGIN),
	    SMTP_AUTH_ANY);
	t_str(str_of(smtp_auth_name(SMTP_AUTH_XOAUTH2)), "XOAUTH2");
	t_str(str_of(smtp_auth_name(SMTP_AUTH_ANY)), "any mechanism");
}

/* The whole dialogue: the command, then a line after each 334. */
static void dialogue(enum smtp_auth_mechanism m, struct str user,
    struct str secret, const char *want)
{
	struct buf out = BUF_INIT(4 * LIMIT_SECRET);
	struct smtp_auth a;

	smtp_auth_start(&a, m, user, secret, &out);
	for (int i = 0; i < 5; i++) {
		size_t before = out.len;

		if (smtp_auth_respond(&a, user, secret, &out))
			continue;
		t_int(out.len, before);
		t_str(buf_str(&out), want);
		buf_release(&out);
		return;
	}
	fail_msg("it never ends");
}

static void each_mechanism_says_its_words_and_no_more(void **state)
{
	dialogue(SMTP_AUTH_PLAIN, USER, SECRET,
	    "AUTH PLAIN AG1lQHgAcGFzcyB3b3Jk\r\n");
	dialogue(SMTP_AUTH_LOGIN, USER, SECRET,
	    "AUTH LOGIN\r\nbWVAeA==\r\ncGFzcyB3b3Jk\r\n");
	/* the empty line asks for the reason, once the token was refused */
	dialogue(SMTP_AUTH_XOAUTH2, USER, S("tok"),
	    "AUTH XOAUTH2 dXNlcj1tZUB4AWF1dGg9QmVhcmVyIHRvawEB\r\n\r\n");
}

static void a_long_token_waits_for_the_334(void **state)
{
	struct buf token = BUF_INIT(KiB), out = BUF_INIT(8 * KiB);
	struct smtp_auth a;

	while (token.len < 500)
		buf_addc(&token, 't');
	smtp_auth_start(&a, SMTP_AUTH_XOAUTH2, USER, buf_str(&token), &out);
	t_str(buf_str(&out), "AUTH XOAUTH2\r\n");
	t_true(!a.initial, "it went with the command");
	buf_reset(&out);
	t_true(smtp_auth_respond(&a, USER, buf_str(&token), &out), "nothing");
	t_true(out.len > 500 && str_starts(buf_str(&out), S("dXNlcj1tZUB4")),
	    "not the token");
	buf_release(&token);
	buf_release(&out);
}

static void what_would_end_early_can_not_be_said(void **state)
{
	enum smtp_auth_mechanism m[] = {
	    SMTP_AUTH_PLAIN, SMTP_AUTH_LOGIN, SMTP_AUTH_XOAUTH2};

	for (size_t i = 0; i < ARRAY_SIZE(m); i++) {
		t_true(smtp_auth_sayable(m[i], USER, SECRET), "plain words");
		t_true(!smtp_auth_sayable(m[i], S("a\0b"), SECRET), "user");
		t_true(!smtp_auth_sayable(m[i], USER, S("a\0b")), "secret");
		t_int(smtp_auth_sayable(m[i], USER, S("a\001b")),
		    m[i] != SMTP_AUTH_XOAUTH2);
		t_int(smtp_auth_sayable(m[i], S("a\001b"), SECRET),
		    m[i] != SMTP_AUTH_XOAUTH2);
	}
}

static void a_server_that_repeats_the_secret_is_seen(void **state)
{
	struct buf out = BUF_INIT(4 * LIMIT_SECRET);
	enum smtp_auth_mechanism m[] = {
	    SMTP_AUTH_PLAIN, SMTP_AUTH_LOGIN, SMTP_AUTH_XOAUTH2};
	struct smtp_auth a;

	for (size_t i = 0; i < ARRAY_SIZE(m); i++) {
		buf_reset(&out);
		smtp_auth_start(&a, m[i], USER, SECRET, &out);
		while (smtp_auth_respond(&a, USER, SECRET, &out))
			;
		/* all that was sent, sent back */
		t_true(smtp_auth_leaks(&a, USER, SECRET, buf_str(&out)), "%s",
		    smtp_auth_name(m[i]));
		t_true(smtp_auth_leaks(
			   &a, USER, SECRET, S("535 no 'pass word' here")),
		    "in clear");
		t_true(smtp_auth_leaks(
			   &a, USER, SECRET, S("535 cGFzcyB3b3Jk is wrong")),
		    "in base64");
		t_true(!smtp_auth_leaks(&a, USER, SECRET,
			   S("535 5.7.8 wrong password for me@x")),
		    "what says nothing");
		t_true(!smtp_auth_leaks(&a, USER, S(""), S("535 5.7.8 no")),
		    "no secret");
	}
	buf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(any_takes_the_simplest_that_is_offered),
	    T(what_is_wanted_is_never_another),
	    T(each_mechanism_says_its_words_and_no_more),
	    T(a_long_token_waits_for_the_334),
	    T(what_would_end_early_can_not_be_said),
	    T(a_server_that_repeats_the_secret_is_seen),
	};

	return t_run("smtp/auth", tests);
}
