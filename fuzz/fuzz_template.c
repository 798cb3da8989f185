/* Any text and any person.  Input: the Markdown, then after the first NULs
 * subject, name, and the values of the columns `ref` and `url`.  What compiles
 * is kept and read back as the same; a letter is CRLF lines of ASCII, short,
 * with the header fields it should have and no line that ends DATA; the input
 * read as a kept template does no harm. */
#include "fuzz.h"

#include "mail/dot.h"
#include "mail/header.h"
#include "mail/qp.h"
#include "notice/letter.h"

static const struct str columns[] = {S("ref"), S("url")};

static struct str cut(struct str *rest)
{
	return rest->p ? str_cut(rest, '\0') : STR_NONE;
}

static void check_lines(struct str mail)
{
	size_t column = 0;
	bool body = false;

	for (size_t i = 0; i < mail.n; i++) {
		if (mail.p[i] == '\r') {
			ENSURE(i + 1 < mail.n && mail.p[i + 1] == '\n');
			body = body || column == 0;
			column = 0;
			i++;
			continue;
		}
		ENSURE(mail.p[i] == '\t' ||
		       (mail.p[i] >= ' ' && mail.p[i] <= '~'));
		ENSURE(++column <= (body ? QP_LINE_MAX : LIMIT_MAIL_LINE));
	}
	ENSURE(column == 0 && !dot_needed(mail));
}

static void check_head(struct str mail)
{
	static const struct str names[] = {S("Date"), S("From"), S("To"),
	    S("Subject"), S("Message-ID"), S("Feedback-ID"),
	    S("Auto-Submitted"), S("MIME-Version"), S("Content-Type")};
	struct header_reader r;
	struct header_field f;
	size_t n = 0;

	header_reader_init(&r, mail);
	for (; header_next(&r, &f); n++)
		ENSURE(n < ARRAY_SIZE(names) && str_eq(f.name, names[n]));
	ENSURE(n == ARRAY_SIZE(names));
}

static int compose(const struct letter_template *t, const struct person *p,
    const struct people_layout *l, struct buf *out)
{
	struct letter_input in = {.person = p,
	    .code = S("CODE"),
	    .date = 1795586828,
	    .message_id = S("token")};
	struct letter_binding *b = letter_bind(t, l);
	struct str missing = STR_NONE;
	struct err e = {0};
	int rc = letter_compose(t, b, &in, out, &missing, &e);

	ENSURE((rc == 0) == (missing.n > 0) && (rc < 0) == (e.code != 0));
	letter_binding_free(b);
	return rc;
}

static void check(const struct letter_template *t, const struct person *p,
    const struct people_layout *l, bool ours)
{
	struct letter_template *again = NULL;
	struct buf out = BUF_INIT(LIMIT_LETTER), twice = BUF_INIT(LIMIT_LETTER);
	struct buf kept = BUF_INIT(LIMIT_LETTER);
	struct err e = {0};

	letter_template_format(t, &kept);
	ENSURE(!kept.over &&
	       letter_template_parse(buf_str(&kept), &again, &e) == 0);
	if (compose(t, p, l, &out) == 1 && ours) {
		check_lines(buf_str(&out));
		check_head(buf_str(&out));
	}
	compose(again, p, l, &twice);
	ENSURE(str_eq(buf_str(&out), buf_str(&twice)));
	letter_template_free(again);
	buf_release(&out);
	buf_release(&twice);
	buf_release(&kept);
}

void fuzz_one(struct str in)
{
	struct str rest = in, text = cut(&rest), subject = cut(&rest);
	struct notice n = {.kind = NOTICE_RECALL,
	    .title = S("Recall"),
	    .from_name = S("Example"),
	    .from_address = S("notice@example.com"),
	    .subject = subject};
	struct people_layout *l = mem_zalloc(sizeof(*l) + sizeof(columns));
	struct buf cells = BUF_INIT(2 * in.n + 64);
	struct person p = {.id = 1,
	    .layout = 1,
	    .name = cut(&rest),
	    .address = {S("a@example.org")},
	    .addresses = 1};
	struct letter_template *t = NULL;
	struct err e = {0};

	l->id = 1;
	l->count = ARRAY_SIZE(columns);
	memcpy(l->name, columns, sizeof(columns));
	people_cell_add(&cells, cut(&rest));
	people_cell_add(&cells, rest);
	p.cells = buf_str(&cells);
	if (letter_template_compile(&n, text, "message.md", STR_NONE, S("en"),
		columns, ARRAY_SIZE(columns), &t, &e) == 0)
		check(t, &p, l, true);
	letter_template_free(t);
	t = NULL;
	if (letter_template_parse(in, &t, &e) == 0)
		check(t, &p, l, false);
	letter_template_free(t);
	buf_release(&cells);
	free(l);
}
