#include "report/mask.h"
#include "t.h"

static void a_recipient_is_never_shown_whole(void **state)
{
	static const struct {
		const char *text, *want;
	} c[] = {
	    {"", ""},
	    {"@", "@"},
	    {"no address @ all", "no address @ all"},
	    {"anna.b@gmail.com", "a***@gmail.com"},
	    {"to anna.b@gmail.com, x@y.example.", "to a***@gmail.com, "
						  "x***@y.example."},
	    {"<anna@gmail.com>", "<a***@gmail.com>"},
	    {"\"anna b\"@gmail.com!", "\"a***@gmail.com!"},
	    {"a@b@c.example", "a***@b***@c.example"},
	    {"j\xc3\xbcrgen@m\xc3\xbcller.example",
		"j***@m\xc3\xbcller.example"},
	    {"\xc3\xbcrs@x.example", "***@x.example"},
	    /* of the settings, as they stand there */
	    {"from notice@example.com", "from notice@example.com"},
	    {"seeds ME@seed.example", "seeds M***@seed.example"},
	    {"me@SEED.example", "me@SEED.example"},
	    {"xnotice@example.com", "x***@example.com"},
	    /* an office of ours, and of others; a person of ours */
	    {"postmaster@mail.example.com", "postmaster@mail.example.com"},
	    {"postmaster@badexample.com", "p***@badexample.com"},
	    {"anna@example.com", "a***@example.com"},
	    {"mailto:anna@gmail.com?x", "mailto:a***@gmail.com?x"},
	};
	const struct notice n = {
	    .own_domains = S("example.com, example.de"),
	    .from_address = S("notice@example.com"),
	    .seed_addresses = S("you@seed.example, me@seed.example"),
	};

	for (size_t i = 0; i < ARRAY_SIZE(c); i++) {
		struct buf out = BUF_INIT(4096);

		mask_addresses(&n, str_of(c[i].text), &out);
		t_str(buf_str(&out), c[i].want);
		buf_release(&out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(a_recipient_is_never_shown_whole),
	};

	return t_run("mask", tests);
}
