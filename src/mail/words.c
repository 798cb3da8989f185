#include "mail/words.h"
#include "base/codec.h"
#include "base/utf8.h"

#define LINE_WIDTH  76UL /* RFC 2047 2: a line with an encoded word */
#define WORD_FRAME  12UL /* =?UTF-8?Q? and ?= */
#define PAYLOAD_MAX (75UL - WORD_FRAME)
#define PAYLOAD_MIN 16UL   /* room for one character, with some to spare */
#define WORD_LOOK   1000UL /* 75 by the RFC; some write longer ones */
#define PLAIN_MAX   64UL /* a word as it is, behind a field name of up to 12 */

/* ---- what is to be written */

/* Clean, trimmed, one blank between words. */
static struct str tidy(struct str text, struct buf *b)
{
	size_t to = 0;

	buf_init(b, 3 * text.n + 1);
	utf8_add_clean(b, text);
	for (size_t i = 0; i < b->len; i++)
		if (b->p[i] != ' ' || (to && b->p[to - 1] != ' '))
			b->p[to++] = b->p[i];
	if (to && b->p[to - 1] == ' ')
		to--;
	buf_truncate(b, to);
	return buf_str(b);
}

/* The word that starts at `at`. */
static struct str word_at(struct str s, size_t at)
{
	struct str rest = str_from(s, at);

	return str_cut(&rest, ' ');
}

static size_t escaped_length(struct str word)
{
	size_t n = word.n;

	for (size_t i = 0; i < word.n; i++)
		n += word.p[i] == '"' || word.p[i] == '\\';
	return n;
}

static bool needs_encoding(struct str word)
{
	return !utf8_is_ascii(word) || escaped_length(word) > PLAIN_MAX ||
	       str_find(word, S("=?")) >= 0;
}

/* atext of RFC 5322 3.2.3 */
static bool is_atom(struct str word)
{
	static const char special[] = "!#$%&'*+-/=?^_`{|}~";

	for (size_t i = 0; i < word.n; i++)
		if (!ascii_is_alnum(word.p[i]) &&
		    !memchr(special, word.p[i], sizeof(special) - 1))
			return false;
	return word.n > 0;
}

/* ---- lines */

struct line {
	struct buf *out;
	size_t column;
};

/* A blank, or a new line if `width` more would not fit behind it. */
static void separate(struct line *l, size_t width)
{
	if (l->column + 1 + width > LINE_WIDTH) {
		buf_add(l->out, S("\r\n "));
		l->column = 1;
	} else {
		buf_addc(l->out, ' ');
		l->column++;
	}
}

/* Words as they are; `behind` says that something stands before them. */
static void add_plain(struct line *l, struct str s, bool behind)
{
	while (s.n) {
		struct str word = str_cut(&s, ' ');

		if (behind)
			separate(l, word.n);
		buf_add(l->out, word);
		l->column += word.n;
		behind = true;
	}
}

static bool is_q_plain(char c)
{
	/* RFC 2047 5(3): what a phrase may have */
	return ascii_is_alnum(c) || c == '!' || c == '*' || c == '+' ||
	       c == '-' || c == '/';
}

static size_t q_length(struct str s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += is_q_plain(s.p[i]) || s.p[i] == ' ' ? 1 : 3;
	return n;
}

static size_t b_length(struct str s)
{
	return (s.n + 2) / 3 * 4;
}

static void add_q(struct buf *out, struct str s)
{
	static const char digits[] = "0123456789ABCDEF";

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == ' ')
			buf_addc(out, '_');
		else if (is_q_plain(s.p[i]))
			buf_addc(out, s.p[i]);
		else {
			unsigned char u = (unsigned char)s.p[i];
			char hex[3] = {'=', digits[u >> 4], digits[u & 15]};

			buf_add(out, str_make(hex, 3));
		}
	}
}

/* As many whole characters as `room` characters of payload hold. */
static size_t fill(struct str s, bool q, size_t room)
{
	size_t n = 0;
	uint32_t code;

	while (n < s.n) {
		size_t k = utf8_next(str_from(s, n), &code);
		struct str more = str_sub(s, 0, n + k);

		ENSURE(k);
		if (q) {
			size_t w = q_length(str_sub(s, n, k));

			if (w > room)
				break;
			room -= w;
		} else if (b_length(more) > room) {
			break;
		}
		n += k;
	}
	return n;
}

static void add_encoded(struct line *l, struct str s, bool behind)
{
	bool q = q_length(s) <= b_length(s);

	while (s.n) {
		size_t used = l->column + behind + WORD_FRAME, room, n;

		if (used + PAYLOAD_MIN > LINE_WIDTH) {
			buf_add(l->out, S("\r\n "));
			l->column = 1;
			behind = false;
			used = 1 + WORD_FRAME;
		}
		if (behind)
			separate(l, WORD_FRAME);
		room = LINE_WIDTH - used;
		n = fill(s, q, room < PAYLOAD_MAX ? room : PAYLOAD_MAX);
		used = l->out->len;
		buf_addz(l->out, q ? "=?UTF-8?Q?" : "=?UTF-8?B?");
		if (q)
			add_q(l->out, str_sub(s, 0, n));
		else
			codec_base64(l->out, str_sub(s, 0, n));
		buf_add(l->out, S("?="));
		l->column += l->out->len - used;
		s = str_from(s, n);
		behind = true;
	}
}

void words_add_text(struct buf *out, size_t *column, struct str text)
{
	struct line l = {out, *column};
	struct buf b;
	struct str s = tidy(text, &b);
	size_t from = s.n, to = 0; /* what must be encoded */

	for (size_t i = 0; i < s.n; i += word_at(s, i).n + 1) {
		struct str word = word_at(s, i);

		if (!needs_encoding(word))
			continue;
		if (from == s.n)
			from = i;
		to = i + word.n;
	}
	if (from == s.n)
		to = s.n;
	/* `from` is at a word's start, `to` at one's end */
	add_plain(&l,
	    str_sub(s, 0,
		from == s.n ? from
		: from      ? from - 1
			    : 0),
	    false);
	add_encoded(&l, str_sub(s, from, to - from), from > 0);
	if (to < s.n)
		add_plain(&l, str_from(s, to + 1), true);
	*column = l.column;
	buf_release(&b);
}

static void add_quoted(struct line *l, struct str s)
{
	bool behind = false;

	buf_addc(l->out, '"');
	l->column++;
	while (s.n) {
		struct str word = str_cut(&s, ' ');
		size_t width = escaped_length(word);

		if (behind)
			separate(l, width + 1);
		for (size_t i = 0; i < word.n; i++) {
			if (word.p[i] == '"' || word.p[i] == '\\')
				buf_addc(l->out, '\\');
			buf_addc(l->out, word.p[i]);
		}
		l->column += width;
		behind = true;
	}
	buf_addc(l->out, '"');
	l->column++;
}

void words_add_phrase(struct buf *out, size_t *column, struct str name)
{
	struct line l = {out, *column};
	struct buf b;
	struct str s = tidy(name, &b), rest = s;
	bool atoms = true, encode = false;

	while (rest.n) {
		struct str word = str_cut(&rest, ' ');

		atoms = atoms && is_atom(word);
		encode = encode || needs_encoding(word);
	}
	if (encode)
		add_encoded(&l, s, false);
	else if (atoms)
		add_plain(&l, s, false);
	else
		add_quoted(&l, s);
	*column = l.column;
	buf_release(&b);
}

/* ---- decoding */

static bool decode_q(struct str s, struct buf *out)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '_') {
			buf_addc(out, ' ');
		} else if (s.p[i] != '=') {
			buf_addc(out, s.p[i]);
		} else {
			if (i + 2 >= s.n ||
			    !codec_unhex(out, str_sub(s, i + 1, 2)))
				return false;
			i += 2;
		}
	}
	return true;
}

static bool decode_payload(
    struct str charset, char kind, struct str payload, struct buf *out)
{
	struct buf raw = BUF_INIT(payload.n + 1);
	bool latin = str_ieq(charset, S("ISO-8859-1"));
	bool ok = latin || str_ieq(charset, S("UTF-8")) ||
		  str_ieq(charset, S("US-ASCII"));

	if (ok && kind == 'q')
		ok = decode_q(payload, &raw);
	else if (ok)
		ok = kind == 'b' && codec_unbase64(&raw, payload, false);
	for (size_t i = 0; ok && i < raw.len; i++) {
		if (latin)
			utf8_add(out, (unsigned char)raw.p[i]);
		else
			buf_addc(out, raw.p[i]);
	}
	buf_release(&raw);
	return ok;
}

/* The encoded word at the start of `s`: its length, or 0. */
static size_t decode_word(struct str s, struct buf *out)
{
	struct str rest, charset, kind;
	ptrdiff_t end;

	s = str_sub(s, 0, WORD_LOOK);
	rest = str_from(s, 2);
	if (!str_starts(s, S("=?")))
		return 0;
	charset = str_cut(&rest, '?');
	if (!rest.p || str_chr(charset, ' ') >= 0)
		return 0;
	kind = str_cut(&rest, '?');
	if (!rest.p || kind.n != 1)
		return 0;
	end = str_chr(rest, '?');
	if (end < 0 || (size_t)end + 1 >= rest.n || rest.p[end + 1] != '=' ||
	    str_chr(str_sub(rest, 0, (size_t)end), ' ') >= 0)
		return 0;
	/* a language may follow the charset (RFC 2231 5) */
	if (!decode_payload(str_cut(&charset, '*'), ascii_lower(kind.p[0]),
		str_sub(rest, 0, (size_t)end), out))
		return 0;
	return (size_t)(rest.p - s.p) + (size_t)end + 2;
}

void words_decode(struct str raw, struct buf *out)
{
	struct buf b = BUF_INIT(2 * raw.n + 1);
	bool after_word = false;
	size_t kept = 0; /* what stands in `b` if no encoded word follows */

	for (size_t i = 0; i < raw.n;) {
		size_t start = b.len, n;

		if (after_word && ascii_is_wsp(raw.p[i])) {
			buf_addc(&b, raw.p[i++]);
			continue;
		}
		n = decode_word(str_from(raw, i), &b);
		if (n && after_word && start > kept) {
			/* the blanks between two encoded words */
			memmove(b.p + kept, b.p + start, b.len - start);
			buf_truncate(&b, b.len - (start - kept));
		}
		after_word = n > 0;
		if (!n)
			buf_addc(&b, raw.p[i]);
		kept = b.len;
		i += n ? n : 1;
	}
	utf8_add_clean(out, buf_str(&b));
	buf_release(&b);
}
