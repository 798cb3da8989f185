/* How long one letter takes: microseconds for each of its steps. */
#include "made.h"

#include "base/clock.h"

#define ROUNDS 20000

static double since(usec_t start)
{
	return (double)(clock_steady(&clock_system) - start) / ROUNDS;
}

static void make_text(struct buf *b)
{
	buf_add(b, S("# Notice of data breach\n\nDear {{name}},\n\n"));
	for (int i = 0; i < 6; i++)
		buf_add(b,
		    S("On May 3 somebody copied a part of our customer list. "
		      "What we hold about you under number {{ref}} was in it: "
		      "name and address. Passwords were not.\n\n"));
	buf_add(b, S("[What you can do](https://example.com/x?c={{code}})\n"));
}

int main(void)
{
	struct notice n = made_notice("Example: your data ({{ref}})");
	struct buf text = BUF_INIT(64 * KiB), out = BUF_INIT(MiB);
	struct letter_template *t = NULL;
	struct letter_binding *b;
	unsigned char secret[32] = {1};
	char token[LETTER_TOKEN_SIZE];
	struct str missing;
	struct err e = {0};
	struct made m;
	usec_t start;

	make_text(&text);
	if (letter_template_compile(&n, buf_str(&text), "message.md", STR_NONE,
		S("en"), made_columns, 3, &t, &e) < 0) {
		fprintf(stderr, "%s\n", e.msg);
		return 1;
	}
	made_person(&m, S("J\xc3\xb6rg Smith"), S("jorg@example.org"),
	    S("AB-12345678"), S(""), S(""));
	b = letter_bind(t, m.layout);
	start = clock_steady(&clock_system);
	for (int i = 0; i < ROUNDS; i++) {
		buf_reset(&out);
		if (letter_compose(t, b, &m.in, &out, &missing, &e) != 1)
			return 1;
	}
	printf("compose: %.2f us for %zu bytes\n", since(start), out.len);
	start = clock_steady(&clock_system);
	for (int i = 0; i < ROUNDS; i++)
		letter_message_token(secret, i + 1, token);
	printf("message token: %.2f us\n", since(start));
	letter_binding_free(b);
	letter_template_free(t);
	made_release(&m);
	buf_release(&text);
	buf_release(&out);
	return 0;
}
