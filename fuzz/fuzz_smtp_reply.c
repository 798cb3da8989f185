/* The bytes of a server as replies: cut anywhere they are the same replies,
 * and memory stays within the limits. */
#include "fuzz.h"
#include "smtp/reply.h"

struct digest {
	uint64_t h;
	size_t replies;
	int error;
};

static void mix(struct digest *d, struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		d->h = (d->h ^ (unsigned char)s.p[i]) * 0x100000001b3u;
}

static void one_reply(struct digest *d, const struct smtp_reply *r)
{
	char st[SMTP_STATUS_TEXT];
	struct str text = buf_str(&r->text);
	size_t lines = 1;

	ENSURE(r->code >= 200 && r->code <= 599 && r->lines >= 1);
	ENSURE(text.n <= LIMIT_SMTP_REPLY);
	ENSURE(r->status.class == 0 || r->status.class == r->code / 100);
	for (size_t i = 0; i < text.n; i++) {
		unsigned char c = (unsigned char)text.p[i];

		ENSURE(c >= 0x20 || c == '\n' || c == '\t');
		ENSURE(c != 0x7f);
		lines += c == '\n';
	}
	ENSURE(lines == r->lines);
	d->replies++;
	mix(d, text);
	mix(d, str_of(smtp_status_format(r->status, st)));
	mix(d, str_make((const char *)&r->code, sizeof(r->code)));
}

static struct digest parse(struct str in, size_t piece, bool growing)
{
	struct digest d = {.h = 0xcbf29ce484222325u};
	struct smtp_reply_parser p;
	struct err e = {0};
	int rc = 0;

	smtp_reply_parser_init(&p);
	while (in.n && rc >= 0) {
		struct str part = str_sub(in, 0, piece);

		in = str_from(in, part.n);
		piece += growing;
		do {
			rc = smtp_reply_feed(&p, &part, &e);
			if (rc > 0)
				one_reply(&d, &p.reply);
			ENSURE(rc != 0 || part.n == 0);
			ENSURE(p.line.cap <= LIMIT_SMTP_REPLY_LINE + 1);
			ENSURE(p.reply.text.cap <= LIMIT_SMTP_REPLY + 1);
		} while (rc > 0 && part.n);
	}
	ENSURE(rc >= 0 || e.msg[0]);
	d.error = rc < 0 ? rc : 0;
	smtp_reply_parser_release(&p);
	return d;
}

void fuzz_one(struct str input)
{
	struct digest whole = parse(input, input.n ? input.n : 1, false);

	for (size_t piece = 1; piece <= 8; piece += piece) {
		struct digest d = parse(input, piece, piece == 2);

		ENSURE(d.h == whole.h && d.replies == whole.replies &&
		       d.error == whole.error);
	}
}
