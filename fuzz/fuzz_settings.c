/* settings: notice.ini, and what a send asks of it.  A refusal names the file;
 * what is read is UTF-8 without controls; CRLF and a comment at the end change
 * nothing.
 */
#include "fuzz.h"

#include "base/utf8.h"
#include "notice/letter.h"

static void clean(struct str s)
{
	ENSURE(utf8_valid(s));
	ENSURE(s.n <= LIMIT_SETTINGS_LINE);
	for (size_t i = 0; i < s.n; i++)
		ENSURE((unsigned char)s.p[i] >= ' ' || s.p[i] == '\t');
}

static void same(const struct notice *a, const struct notice *b)
{
	ENSURE(a->kind == b->kind && a->workers == b->workers);
	ENSURE(a->tls == b->tls && a->uncertain == b->uncertain);
	ENSURE(a->retry_for == b->retry_for && a->not_after == b->not_after);
	ENSURE(a->dkim_count == b->dkim_count);
	ENSURE(str_eq(a->subject, b->subject));
	ENSURE(a->own_subjects == b->own_subjects);
	for (size_t i = 0; i < a->own_subjects; i++) {
		ENSURE(str_eq(a->own_subject[i].key, b->own_subject[i].key));
		ENSURE(str_eq(a->own_subject[i].text, b->own_subject[i].text));
		ENSURE(a->own_subject[i].line == b->own_subject[i].line);
	}
	ENSURE(str_eq(a->from_address, b->from_address));
	ENSURE(str_eq(a->relay, b->relay));
	ENSURE(str_eq(a->dkim[1].key, b->dkim[1].key));
}

static void with_crlf(struct str in, struct buf *out)
{
	while (in.p) {
		struct str line = str_cut(&in, '\n');

		if (line.n && line.p[line.n - 1] == '\r')
			line.n--;
		buf_add(out, line);
		buf_addz(out, "\r\n");
	}
	buf_addz(out, "; the end");
}

static void check(const struct notice *n)
{
	struct err e = {0};

	ENSURE(n->kind <= NOTICE_LEGAL && notice_kind_name(n->kind));
	ENSURE(n->retry_for >= 0 && n->retry_for <= 720 * USEC_PER_HOUR);
	clean(n->subject);
	ENSURE(n->own_subjects <= LIMIT_SUBJECTS);
	for (size_t i = 0; i < n->own_subjects; i++) {
		const struct notice_subject *s = &n->own_subject[i];

		clean(s->key);
		clean(s->text);
		ENSURE(s->segment.n || s->language.n);
		ENSURE(
		    str_eq(letter_subject_for(n, s->segment, s->language).key,
			s->key));
		for (size_t k = 0; k < i; k++)
			ENSURE(str_cmp(n->own_subject[k].key, s->key) < 0);
	}
	clean(n->from_name);
	clean(n->from_address);
	clean(n->relay);
	clean(n->roles);
	for (size_t i = 0; i < n->dkim_count; i++)
		clean(n->dkim[i].domain);
	if (notice_check_sendable(n, &e) < 0)
		ENSURE(str_starts(str_of(e.msg), S("notice.ini: [")));
	else
		ENSURE(n->subject.n && n->from_address.n);
}

void fuzz_one(struct str in)
{
	struct buf crlf = BUF_INIT(4 * LIMIT_SETTINGS_FILE);
	struct notice *n = NULL, *again = NULL;
	struct err e = {0};
	int rc = notice_parse(in, "x.ini", &n, &e);

	if (rc < 0) {
		ENSURE(n == NULL);
		ENSURE(rc == ERR_INPUT || rc == ERR_LIMIT);
		ENSURE(str_starts(str_of(e.msg), S("x.ini:")));
		return;
	}
	check(n);
	with_crlf(in, &crlf);
	if (crlf.len <= LIMIT_SETTINGS_FILE) {
		ENSURE(notice_parse(buf_str(&crlf), "x.ini", &again, &e) == 0);
		same(n, again);
	}
	notice_free(n);
	notice_free(again);
	buf_release(&crlf);
}
