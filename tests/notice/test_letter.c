#include "made.h"
#include "base/utf8.h"
#include "mail/dot.h"
#include "mail/words.h"
#include "t.h"

static struct letter_template *compile(
    const struct notice *n, const char *text, const char *language)
{
	struct letter_template *t = NULL;
	struct err e = {0};

	t_ok(letter_template_compile(n, str_of(text), "message.md", STR_NONE,
		 str_of(language), made_columns, 3, &t, &e),
	    &e);
	return t;
}

/* The value of the one field of this name, unfolded. */
static struct str field(struct str mail, const char *name, struct buf *b)
{
	struct header_reader r;
	struct header_field f;
	size_t seen = 0;

	buf_reset(b);
	header_reader_init(&r, mail);
	while (header_next(&r, &f)) {
		if (!str_ieq(f.name, str_of(name)))
			continue;
		seen++;
		header_unfold(f.value, b);
	}
	t_true(seen == 1, "%s occurs %zu times", name, seen);
	return buf_str(b);
}

static void a_whole_mail(void **state)
{
	struct notice n = made_notice("Your data {{ref}}");
	struct letter_template *t;
	struct buf out = BUF_INIT(LIMIT_LETTER);
	struct str missing;
	struct err e = {0};
	struct made m;

	n.reply_to = S("help@example.com");
	t = compile(&n, "Dear {{name}}, {{code}}", "ar");
	made_person(
	    &m, S("Anna Smith"), S("a@example.org"), S("R1"), S(""), S(""));
	t_int(made_compose(t, &m, &out, &missing, &e), 1);
	t_str(buf_str(&out),
	    "Date: Wed, 25 Nov 2026 06:07:08 +0000\r\n"
	    "From: Example <notice@example.com>\r\n"
	    "Reply-To: help@example.com\r\n"
	    "To: Anna Smith <a@example.org>\r\n"
	    "Subject: Your data R1\r\n"
	    "Message-ID: <token@example.com>\r\n"
	    "Feedback-ID: data-breach-of-may-2026:breach:notice:examplecom\r\n"
	    "Auto-Submitted: auto-generated\r\n"
	    "MIME-Version: 1.0\r\n"
	    "Content-Type: multipart/alternative;\r\n"
	    " boundary=\"=_tocsin_alternative\"\r\n"
	    "\r\n"
	    "--=_tocsin_alternative\r\n"
	    "Content-Type: text/plain; charset=utf-8\r\n"
	    "Content-Transfer-Encoding: quoted-printable\r\n"
	    "\r\n"
	    "Dear Anna Smith, CODE-1\r\n"
	    "\r\n"
	    "--=_tocsin_alternative\r\n"
	    "Content-Type: text/html; charset=utf-8\r\n"
	    "Content-Transfer-Encoding: quoted-printable\r\n"
	    "\r\n"
	    "<!DOCTYPE html>\r\n"
	    "<html lang=3D\"ar\" dir=3D\"rtl\">\r\n"
	    "<head>\r\n"
	    "<meta charset=3D\"utf-8\">\r\n"
	    "<meta name=3D\"viewport\"\r\n"
	    " content=3D\"width=3Ddevice-width, initial-scale=3D1\">\r\n"
	    "<title>Your data R1</title>\r\n"
	    "</head>\r\n"
	    "<body style=3D\"margin:0;padding:16px;background:#fff;"
	    "color:#111;\r\n"
	    " font:16px/1.5 sans-serif\">\r\n"
	    "<div style=3D\"max-width:38em;margin:0 auto;\r\n"
	    " overflow-wrap:break-word\">\r\n"
	    "<p>Dear Anna Smith, CODE-1</p>\r\n"
	    "</div>\r\n"
	    "</body>\r\n"
	    "</html>\r\n"
	    "\r\n"
	    "--=_tocsin_alternative--\r\n");
	made_release(&m);
	buf_release(&out);
	letter_template_free(t);
}

static void holds_whom_a_value_is_missing(void **state)
{
	struct notice n = made_notice("x {{name|}}");
	struct letter_template *t =
	    compile(&n, "{{ref}} {{city|none}} [a]({{url|http://a.b}})", "");
	struct letter_template *u = compile(&n, "{{code}}", "");
	struct buf out = BUF_INIT(LIMIT_LETTER);
	struct str missing;
	struct err e = {0};
	struct made m;

	buf_add(&out, S("before"));
	made_person(&m, S(""), S("a@b.example"), S("R"), S(""), S(""));
	t_int(made_compose(t, &m, &out, &missing, &e), 1);
	made_release(&m);
	buf_truncate(&out, 6);
	made_person(&m, S("N"), S("a@b.example"), S(" \x01\n"), S(""), S("c"));
	t_int(made_compose(t, &m, &out, &missing, &e), 0);
	t_str(missing, "ref");
	t_str(buf_str(&out), "before");
	made_release(&m);
	/* a link that is none */
	made_person(&m, S("N"), S("a@b.example"), S("R"),
	    S("javascript:alert(1)//https://"), S("c"));
	t_int(made_compose(t, &m, &out, &missing, &e), 0);
	t_str(missing, "url");
	m.in.code = STR_NONE;
	t_int(made_compose(u, &m, &out, &missing, &e), 0);
	t_str(missing, "code");
	made_release(&m);
	buf_release(&out);
	letter_template_free(t);
	letter_template_free(u);
}

static void a_column_of_another_layout_is_missing(void **state)
{
	struct notice n = made_notice("x");
	struct letter_template *t = compile(&n, "{{ref}}", "");
	struct people_layout empty = {.id = 2};
	struct letter_binding *b = letter_bind(t, &empty);
	struct buf out = BUF_INIT(LIMIT_LETTER);
	struct str missing;
	struct err e = {0};
	struct made m;

	made_person(&m, S("N"), S("a@b.example"), S("R"), S(""), S(""));
	t_int(letter_compose(t, b, &m.in, &out, &missing, &e), 0);
	t_str(missing, "ref");
	letter_binding_free(b);
	made_release(&m);
	buf_release(&out);
	letter_template_free(t);
}

static void too_long_a_value_is_refused(void **state)
{
	struct notice n = made_notice("x");
	struct letter_template *t = compile(&n, "{{ref}}", "");
	struct buf out = BUF_INIT(LIMIT_LETTER), v = BUF_INIT(MiB);
	struct str missing;
	struct err e = {0};
	struct made m;

	while (v.len < LIMIT_MERGE_VALUE)
		buf_addc(&v, 'x');
	made_person(&m, S("N"), S("a@b.example"), buf_str(&v), S(""), S(""));
	t_int(made_compose(t, &m, &out, &missing, &e), 1);
	made_release(&m);
	buf_addc(&v, 'x');
	made_person(&m, S("N"), S("a@b.example"), buf_str(&v), S(""), S(""));
	t_fails(
	    made_compose(t, &m, &out, &missing, &e), &e, ERR_LIMIT, "{{ref}}");
	made_release(&m);
	buf_release(&v);
	buf_release(&out);
	letter_template_free(t);
}

static void writes_to_addresses_of_all_kinds(void **state)
{
	static const struct {
		const char *name, *address, *want;
	} rows[] = {
	    {"", "a@b.example", "a@b.example"},
	    {"A", "a@b.example", "A <a@b.example>"},
	    {"A, B", "\"a b\"@c.example", "\"A, B\" <\"a b\"@c.example>"},
	    {"A", "j\xc3\xb6rg@c.example", "A <j\xc3\xb6rg@c.example>"},
	};
	struct notice n = made_notice("x");
	struct letter_template *t = compile(&n, "x", "");
	struct buf out = BUF_INIT(LIMIT_LETTER), b = BUF_INIT(KiB);
	struct str missing;
	struct err e = {0};
	struct made m;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		buf_reset(&out);
		made_person(&m, str_of(rows[i].name), str_of(rows[i].address),
		    S(""), S(""), S(""));
		t_int(made_compose(t, &m, &out, &missing, &e), 1);
		t_str(field(buf_str(&out), "To", &b), rows[i].want);
		made_release(&m);
	}
	made_person(
	    &m, S("A"), S("a@b.example>\r\nBcc: c@d"), S(""), S(""), S(""));
	assert_true(made_compose(t, &m, &out, &missing, &e) < 0);
	made_release(&m);
	buf_release(&out);
	buf_release(&b);
	letter_template_free(t);
}

static void feedback_id_ends_in_5_to_15_characters(void **state)
{
	static const char *const from[] = {"n@x.co", "n@example.com",
	    "n@notifications.a-very-long-name.example.org", "n@[192.0.2.1]"};
	struct buf out = BUF_INIT(LIMIT_LETTER), b = BUF_INIT(KiB);
	struct str missing;
	struct err e = {0};
	struct made m;

	made_person(&m, S("A"), S("a@b.example"), S(""), S(""), S(""));
	for (size_t i = 0; i < ARRAY_SIZE(from); i++) {
		struct notice n = made_notice("x");
		struct letter_template *t;
		struct str id;

		n.from_address = str_of(from[i]);
		n.title = S("\xc3\x84\xc3\x96");
		t = compile(&n, "x", "");
		buf_reset(&out);
		t_int(made_compose(t, &m, &out, &missing, &e), 1);
		id = field(buf_str(&out), "Feedback-ID", &b);
		assert_true(str_starts(id, S("notice:breach:notice:")));
		id = str_from(id, (size_t)str_rchr(id, ':') + 1);
		t_true(id.n >= 5 && id.n <= 15, "%.*s", STR_ARG(id));
		letter_template_free(t);
	}
	made_release(&m);
	buf_release(&out);
	buf_release(&b);
}

static void tokens_are_of_the_person_and_the_secret(void **state)
{
	unsigned char secret[32] = {1};
	char a[LETTER_TOKEN_SIZE], b[LETTER_TOKEN_SIZE], c[LETTER_TOKEN_SIZE];

	letter_message_token(secret, 1, a);
	letter_message_token(secret, 2, b);
	secret[31] = 1;
	letter_message_token(secret, 1, c);
	/* kept letters name it: it may never change */
	t_str(str_of(a), "voje2wr3wythv2mmpfxzvhmmfd5gfjsf");
	assert_string_not_equal(a, b);
	assert_string_not_equal(a, c);
	t_int(strlen(a), 32);
}

/* ---- no value whatsoever */

static void add_random(struct rand_seq *r, struct buf *b)
{
	static const char *const parts[] = {"\r\n", "\r\n.\r\n", "\n", ".",
	    "{{name}}", "{{", "}}", "<b>", "</p><script>", "\"", "'", "&amp;",
	    "&", "# h\n", "**x**", "[a](b)", "`", "\xe2\x80\xae",
	    "\xe2\x81\xa6", "\r\nBcc: x@y.example\r\n\r\n", "\r\nTo: z",
	    "--=_tocsin_alternative", "=?UTF-8?Q?", "?=", " ", "\t", "=20",
	    "=\r\n", "\xc3\xa4", "\xf0\x9f\x94\x94", "From ", "\xef\xb7\x90",
	    "\xef\xb7\x91", "word ", "\xff"};
	uint64_t n = rand_seq_below(r, 25);

	while (n-- > 0) {
		if (rand_seq_below(r, 4) == 0)
			buf_addc(b, (char)rand_seq_below(r, 256));
		else
			buf_addz(
			    b, parts[rand_seq_below(r, ARRAY_SIZE(parts))]);
		if (rand_seq_below(r, 50) == 0)
			for (int i = 0; i < 1200; i++)
				buf_addc(b, 'y');
	}
}

static void check_wire(struct str mail)
{
	struct buf stuffed = BUF_INIT(2 * LIMIT_LETTER);
	size_t body = 0, column = 0, lines = 0;

	for (size_t i = 0; i < mail.n; i++) {
		char c = mail.p[i];

		if (c == '\r') {
			t_true(i + 1 < mail.n && mail.p[i + 1] == '\n',
			    "a bare CR");
			if (column == 0 && !body)
				body = i;
			column = 0;
			lines++;
			i++;
			continue;
		}
		t_true((c >= ' ' && c <= '~') || c == '\t', "byte %d", c);
		column++;
		t_true(column <= (body ? 76u : 998u), "line %zu", lines);
	}
	t_int(column, 0);
	dot_stuff(mail, &stuffed);
	t_int(str_find(buf_str(&stuffed), S("\r\n.\r\n")), -1);
	assert_false(dot_needed(mail));
	buf_release(&stuffed);
}

static void check_head(struct str mail)
{
	static const char *const names[] = {"Date", "From", "To", "Subject",
	    "Message-ID", "Feedback-ID", "Auto-Submitted", "MIME-Version",
	    "Content-Type"};
	struct header_reader r;
	struct header_field f;
	size_t n = 0;

	header_reader_init(&r, mail);
	for (; header_next(&r, &f); n++) {
		assert_true(n < ARRAY_SIZE(names));
		t_str(f.name, names[n]);
	}
	t_int(n, ARRAY_SIZE(names));
	assert_true(
	    str_starts(str_from(mail, r.body), S("--=_tocsin_alternative")));
}

/* Tags away, entities back, blanks joined. */
static void plain_of(struct str html, struct buf *b)
{
	static const struct {
		struct str entity;
		char c;
	} entities[] = {{S("&lt;"), '<'}, {S("&gt;"), '>'}, {S("&amp;"), '&'},
	    {S("&quot;"), '"'}, {S("&#39;"), '\''}};

	while (html.n) {
		size_t n = 1, i = 0;

		if (html.p[0] == '<') {
			n = (size_t)str_chr(html, '>') + 1;
		} else {
			while (i < 5 && !str_starts(html, entities[i].entity))
				i++;
			t_true(i < 5 || html.p[0] != '&', "a bare &");
			buf_addc(b, i < 5 ? entities[i].c : html.p[0]);
			n = i < 5 ? entities[i].entity.n : 1;
		}
		html = str_from(html, n);
	}
}

static size_t count(struct str s, char c)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += s.p[i] == c;
	return n;
}

static struct str cleaned(struct buf *b, struct str s)
{
	buf_reset(b);
	utf8_add_clean(b, s);
	return str_trim(buf_str(b));
}

struct property {
	struct letter_template *t;
	struct buf name, ref, out, text, html, words, a, b;
};

static const char property_text[] =
    "{{name|.}}|{{ref|-}}|\n[u](https://x.example/{{ref|-}}?{{name|.}}) `{{ref|-}}`";

static void check_parts(struct property *p)
{
	struct str mail = buf_str(&p->out), name, ref, inside;

	assert_true(qp_decode(made_part(mail, 0), &p->text));
	assert_true(qp_decode(made_part(mail, 1), &p->html));
	name = cleaned(&p->a, buf_str(&p->name));
	ref = cleaned(&p->b, buf_str(&p->ref));
	name = name.n ? name : S(".");
	ref = ref.n ? ref : S("-");
	/* the text holds the values as they are */
	assert_true(str_starts(buf_str(&p->text), name));
	assert_true(str_starts(str_from(buf_str(&p->text), name.n + 1), ref));
	/* the HTML has the template's tags, no more, and says the same */
	inside = buf_str(&p->html);
	inside = str_from(inside, (size_t)str_find(inside, S("<p>")));
	inside = str_sub(inside, 0, (size_t)str_find(inside, S("</div>")));
	t_int(count(inside, '<'), 6);
	t_int(count(inside, '>'), 6);
	t_int(count(inside, '"'), 2);
	buf_reset(&p->words);
	plain_of(inside, &p->words);
	assert_true(str_starts(buf_str(&p->words), name));
	inside = str_from(buf_str(&p->words), name.n + 1);
	assert_true(str_starts(inside, ref));
	assert_true(str_ends(str_sub(inside, 0, inside.n - 1), ref));
	/* and a link to the same place */
	inside = buf_str(&p->text);
	inside =
	    str_from(inside, (size_t)str_find(inside, S("|\nu <https://")) + 5);
	inside = str_sub(inside, 0, (size_t)str_chr(inside, '>'));
	assert_true(str_starts(inside, S("https://x.example/")));
	assert_true(str_find(buf_str(&p->html), inside) >= 0);
}

static void no_value_breaks_out_of_its_place(void **state)
{
	struct notice n = made_notice("s {{ref|-}} e");
	struct property p = {.t = compile(&n, property_text, "de")};
	struct buf *const all[] = {
	    &p.name, &p.ref, &p.out, &p.text, &p.html, &p.words, &p.a, &p.b};
	struct rand_seq r;
	struct str missing;
	struct err e = {0};
	struct made m;

	for (size_t i = 0; i < ARRAY_SIZE(all); i++)
		buf_init(all[i], LIMIT_LETTER);
	rand_seq_init(&r, t_seed());
	for (int round = 0; round < 2000; round++) {
		for (size_t i = 0; i < ARRAY_SIZE(all); i++)
			buf_reset(all[i]);
		add_random(&r, &p.name);
		add_random(&r, &p.ref);
		made_person(&m, buf_str(&p.name), S("a@example.org"),
		    buf_str(&p.ref), S(""), S(""));
		t_int(made_compose(p.t, &m, &p.out, &missing, &e), 1);
		check_wire(buf_str(&p.out));
		check_head(buf_str(&p.out));
		check_parts(&p);
		made_release(&m);
	}
	for (size_t i = 0; i < ARRAY_SIZE(all); i++)
		buf_release(all[i]);
	letter_template_free(p.t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(a_whole_mail),
	    T(holds_whom_a_value_is_missing),
	    T(a_column_of_another_layout_is_missing),
	    T(too_long_a_value_is_refused),
	    T(writes_to_addresses_of_all_kinds),
	    T(feedback_id_ends_in_5_to_15_characters),
	    T(tokens_are_of_the_person_and_the_secret),
	    T(no_value_breaks_out_of_its_place),
	};
	return t_run("letter", tests);
}
