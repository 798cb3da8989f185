/* Our client against our server: what went in comes out, in any split. */
#include "t.h"
#include "sender.h"

/* Lines of text with as many dots as may be. */
static void make_content(struct sender *s, struct rand_seq *r)
{
	static const char letters[] = "..ab \xc3\t";
	size_t lines = rand_seq_below(r, 40);

	buf_reset(&s->content);
	for (size_t i = 0; i < lines; i++) {
		size_t n = rand_seq_below(r, rand_seq_below(r, 8) ? 4 : 900);

		for (size_t k = 0; k < n; k++)
			buf_addc(&s->content,
			    letters[rand_seq_below(r, sizeof(letters) - 1)]);
		buf_addz(&s->content, "\r\n");
	}
	if (rand_seq_below(r, 10) == 0)
		while (s->content.len < 100000)
			buf_addz(&s->content, ".\r\n..\r\nx\r\n");
	if (s->content.len == 0)
		buf_addz(&s->content, "\r\n");
}

static void check(const char *behaviours, size_t chunk, struct rand_seq *r)
{
	struct sender s;

	sender_init(&s, behaviours, chunk);
	for (int i = 0; i < 4; i++) {
		const char *line;

		make_content(&s, r);
		line = sender_run(&s, 1 + (size_t)i % 2);
		t_true(
		    strcmp(line, i % 2 ? "250 250 | quit" : "250 | quit") == 0,
		    "%s, pieces of %zu: %s", behaviours, chunk, line);
		t_eq(buf_str(&s.got), buf_str(&s.content));
		t_eq(buf_str(&s.got_to), s.to);
	}
	sender_release(&s);
}

static void mail_arrives_as_it_was_given(void **state)
{
	static const char *const manners[] = {"", "no-pipelining", "tls",
	    "no-8bitmime;no-dsn;no-size", "no-ehlo", "latency=5;dot-latency=9"};
	struct rand_seq r;

	rand_seq_init(&r, t_seed());
	for (size_t i = 0; i < ARRAY_SIZE(manners); i++)
		for (size_t chunk = 0; chunk <= 24; chunk += chunk < 8 ? 1 : 8)
			check(manners[i], chunk, &r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(mail_arrives_as_it_was_given),
	};
	int rc;

	sender_tls_init();
	rc = t_run("both", tests);
	sender_tls_release();
	return rc;
}
