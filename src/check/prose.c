#include "check/prose.h"
#include "base/buf.h"
#include "base/utf8.h"

/* ---- letters */

static uint32_t fold(uint32_t c)
{
	if (c < 0x80)
		return (uint32_t)(unsigned char)ascii_lower((char)c);
	if (c == 0x2019 || c == 0x2018 || c == 0x02bc || c == 0x60)
		return '\'';
	if ((c >= 0xc0 && c <= 0xde && c != 0xd7) ||
	    (c >= 0x391 && c <= 0x3a9) || (c >= 0x410 && c <= 0x42f))
		return c + 32;
	if (c >= 0x400 && c <= 0x40f)
		return c + 80;
	if (c >= 0x100 && c <= 0x137)
		return c | 1;
	if (c >= 0x139 && c <= 0x148)
		return c + (c & 1);
	if (c >= 0x14a && c <= 0x177)
		return c | 1;
	return c;
}

void prose_fold(struct str s, struct buf *out)
{
	while (s.n) {
		uint32_t c = 0;
		size_t n = utf8_next(s, &c);

		if (n)
			utf8_add(out, fold(c));
		s = str_from(s, n ? n : 1);
	}
}

static bool is_letter(uint32_t c)
{
	return c < 0x80
		   ? ascii_is_alnum((char)c)
		   : c >= 0xaa && c != 0xab && c != 0xbb && c != 0xb7 &&
			 c != 0xd7 && c != 0xf7 && c != 0xae && c != 0xbf &&
			 c != 0xb0 && !(c >= 0x2000 && c <= 0x2bff) &&
			 !(c >= 0x3000 && c <= 0x303f);
}

static bool is_upper(uint32_t c)
{
	return fold(c) != c;
}

/* ---- one word at the start of `s` */

struct token {
	size_t n;
	unsigned flags;
	uint32_t date;
};

static size_t letters(struct str s)
{
	size_t n = 0;

	for (;;) {
		uint32_t c = 0;
		size_t k = utf8_next(str_from(s, n), &c);
		uint32_t after = 0;

		if (!k)
			return n;
		if (!is_letter(c)) {
			/* driver's, 1,234, 10.5 */
			utf8_next(str_from(s, n + k), &after);
			if (!n || !after || !is_letter(after))
				return n;
			if (fold(c) != '\'' && !((c == ',' || c == '.') &&
						   ascii_is_digit(s.p[n - 1]) &&
						   ascii_is_digit((char)after)))
				return n;
		}
		n += k;
	}
}

/* How far an address, a URL or a domain goes: without spaces and brackets. */
static size_t run_of(struct str s)
{
	size_t n = 0;

	while (n < s.n && !strchr(" \t\r\n<>()[]{}|\"*", s.p[n]))
		n++;
	while (n && strchr(".,;:!?'_", s.p[n - 1]))
		n--;
	return n;
}

static bool is_known_tld(struct str s)
{
	static const char *const tld[] = {"com", "net", "org", "edu", "gov",
	    "mil", "io", "info", "biz", "app", "us", "uk", "de", "fr", "es",
	    "eu", "ca", "au", "at", "ch", "nl", "be", "it", "ie", "pt", "pl",
	    "se", "dk", "fi", "no", "nz", "ly", "example", "test", "health",
	    "bank", "insurance", "shop", "online", "xyz", "top", "site",
	    "click", "link", "support", "help", "jp", "br", "mx", "in", "cz"};

	for (size_t i = 0; i < ARRAY_SIZE(tld); i++)
		if (str_ieq(s, str_of(tld[i])))
			return true;
	return false;
}

static bool is_domain(struct str s)
{
	ptrdiff_t slash = str_chr(s, '/'), dot;

	if (str_istarts(s, S("https://")) || str_istarts(s, S("http://")))
		return s.n > 8;
	if (slash >= 0)
		s.n = (size_t)slash;
	dot = str_rchr(s, '.');
	for (size_t i = 0; i < s.n; i++)
		if (!(s.p[i] & 0x80) && !ascii_is_alnum(s.p[i]) &&
		    s.p[i] != '.' && s.p[i] != '-')
			return false;
	if (dot <= 0 || str_find(s, S("..")) >= 0)
		return false;
	return is_known_tld(str_from(s, (size_t)dot + 1)) ||
	       (str_istarts(s, S("www.")) && dot > 4);
}

static bool address_or_domain(struct str s, struct token *t)
{
	ptrdiff_t at;

	s.n = run_of(s);
	if (str_istarts(s, S("mailto:")))
		return false;
	at = str_chr(s, '@');
	if (at > 0 && !str_istarts(s, S("http"))) {
		if (str_chr(str_from(s, (size_t)at), '.') < 0)
			return false;
		*t = (struct token){.n = s.n, .flags = PROSE_EMAIL};
		return true;
	}
	if (!is_domain(s))
		return false;
	*t = (struct token){.n = s.n, .flags = PROSE_DOMAIN};
	return true;
}

/* ---- numbers */

static uint32_t make_date(uint32_t y, uint32_t m, uint32_t d)
{
	if (y < 1900 || y > 2200 || m < 1 || m > 12 || d < 1 || d > 31)
		return 0;
	return y * 10000 + m * 100 + d;
}

/* 2026-11-03, 03.11.2026, 11/03/2026 (month first only where it must be, or
 * with slashes). */
static bool numeric_date(struct str s, struct token *t)
{
	uint32_t part[3] = {0};
	size_t digits[3] = {0}, n = 0, at = 0;
	char sep = 0;

	for (; at < s.n && n < 3; at++) {
		if (ascii_is_digit(s.p[at]) && digits[n] < 4) {
			part[n] = part[n] * 10 + (uint32_t)(s.p[at] - '0');
			digits[n]++;
		} else if (n < 2 && digits[n] && strchr("-./", s.p[at]) &&
			   (!sep || sep == s.p[at])) {
			sep = s.p[at];
			n++;
			/* "3. 11. 2026" */
			if (sep == '.' && at + 1 < s.n && s.p[at + 1] == ' ')
				at++;
		} else {
			break;
		}
	}
	if (n != 2 || !digits[2] ||
	    (at < s.n && (ascii_is_digit(s.p[at]) || s.p[at] == '-')))
		return false;
	if (digits[0] == 4)
		t->date = make_date(part[0], part[1], part[2]);
	else if (digits[2] == 4 &&
		 (sep == '/' ? part[1] > 12 || part[0] <= 12 : false))
		t->date = make_date(part[2], part[0], part[1]);
	else if (digits[2] == 4)
		t->date = make_date(part[2], part[1], part[0]);
	if (!t->date)
		return false;
	t->n = at;
	t->flags = PROSE_DATE;
	return true;
}

static bool is_toll_free(const char *d, size_t n)
{
	static const char *const start[] = {"800", "833", "844", "855", "866",
	    "877", "888", "1800", "1833", "1844", "1855", "1866", "1877",
	    "1888", "0800", "0808", "900", "49800", "33800", "44800", "34900",
	    "00800"};

	for (size_t i = 0; i < ARRAY_SIZE(start); i++)
		if (str_starts(str_make(d, n), str_of(start[i])))
			return true;
	return false;
}

/* 1-800-555-0100, (800) 555-0100, +49 30 1234567, 1-888-ACME-NOW is none. */
static bool phone(struct str s, struct token *t)
{
	char d[32];
	size_t n = 0, at = 0, end = 0, groups = 0;
	bool in = false, plus = s.p[0] == '+';

	for (; at < s.n && n < 16; at++) {
		char c = s.p[at];

		if (ascii_is_digit(c)) {
			groups += !in;
			in = true;
			d[n++] = c;
			end = at + 1;
		} else if (strchr(" -./()+\xc2\xa0", c) && at - end < 3) {
			in = false;
		} else if (str_starts(str_from(s, at), S("\xe2\x80\x91")) ||
			   str_starts(str_from(s, at), S("\xe2\x80\x93"))) {
			in = false;
			at += 2;
		} else {
			break;
		}
	}
	if (n < 7 || n > 15 || (!plus && groups < 2 && n < 10) ||
	    (groups == 1 && !plus && d[0] != '0' && n != 10 && n != 11))
		return false;
	/* ZIP+4, SSN-like */
	if (!plus && n == 9 && groups == 2 && str_sub(s, 5, 1).n &&
	    s.p[5] == '-')
		return false;
	*t = (struct token){.n = end, .flags = PROSE_PHONE | PROSE_NUMBER};
	if (is_toll_free(d, n))
		t->flags |= PROSE_TOLL_FREE;
	return true;
}

static bool is_caps(struct str s)
{
	size_t upper = 0;

	while (s.n) {
		uint32_t c = 0;
		size_t n = utf8_next(s, &c);

		if (n && is_letter(c) &&
		    !(c < 0x80 && ascii_is_digit((char)c))) {
			if (!is_upper(c))
				return false;
			upper++;
		}
		s = str_from(s, n ? n : 1);
	}
	return upper >= 2;
}

static struct token next_token(struct str s, bool fresh)
{
	struct token t = {0};
	char c = s.p[0];

	if (fresh && (ascii_is_digit(c) || c == '+' || c == '(') &&
	    (numeric_date(s, &t) || phone(s, &t)))
		return t;
	if (fresh && address_or_domain(s, &t))
		return t;
	t = (struct token){.n = letters(s)};
	if (t.n && ascii_is_digit(c))
		t.flags |= PROSE_NUMBER;
	return t;
}

/* ---- months */

static uint32_t month_of(struct str s)
{
	static const char *const name[12][9] = {
	    {"january", "jan", "januar", "jänner", "janvier", "enero"},
	    {"february", "feb", "februar", "février", "febrero"},
	    {"march", "mar", "märz", "mars", "marzo"},
	    {"april", "apr", "avril", "abril"},
	    {"may", "mai", "mayo"},
	    {"june", "jun", "juni", "juin", "junio"},
	    {"july", "jul", "juli", "juillet", "julio"},
	    {"august", "aug", "août", "agosto"},
	    {"september", "sep", "sept", "septembre", "septiembre"},
	    {"october", "oct", "oktober", "octobre", "octubre"},
	    {"november", "nov", "novembre", "noviembre"},
	    {"december", "dec", "dezember", "décembre", "diciembre"},
	};

	for (uint32_t m = 0; m < 12; m++)
		for (size_t i = 0; i < ARRAY_SIZE(name[m]) && name[m][i]; i++)
			if (str_eq(s, str_of(name[m][i])))
				return m + 1;
	return 0;
}

static bool begins_with_month(struct str s)
{
	struct buf b = BUF_INIT(64);
	bool is;

	prose_fold(str_sub(s, 0, letters(s)), &b);
	is = month_of(buf_str(&b)) != 0;
	buf_release(&b);
	return is;
}

/* ---- adding */

void prose_begin(struct prose *p, struct arena *a)
{
	*p = (struct prose){.arena = a};
}

static struct str folded(struct prose *p, struct str s)
{
	struct buf b = BUF_INIT(4 * s.n + 8);
	struct str r;

	prose_fold(s, &b);
	r = arena_dup(p->arena, buf_str(&b));
	buf_release(&b);
	return r;
}

static struct prose_word *add_word(
    struct prose *p, struct str written, const struct token *t)
{
	struct prose_word *w;

	if (p->words == PROSE_WORDS_MAX)
		return NULL;
	if (p->words == p->room) {
		size_t room = 2 * p->room + 256;
		struct prose_word *more =
		    arena_array(p->arena, room, sizeof(*more));

		if (!more)
			return NULL;
		if (p->words)
			memcpy(more, p->word, p->words * sizeof(*more));
		p->word = more;
		p->room = room;
	}
	w = &p->word[p->words++];
	*w = (struct prose_word){.s = folded(p, written),
	    .written = written,
	    .flags = t->flags | (is_caps(written) ? PROSE_CAPITALS : 0),
	    .date = t->date,
	    .block = (uint32_t)p->blocks,
	    .sentence = p->sentences};
	w->bucket = prose_bucket(w->s);
	return w;
}

/* Words behind which a full stop ends nothing. */
static bool is_abbreviation(struct str s)
{
	static const char *const all[] = {"mr", "mrs", "ms", "dr", "inc", "no",
	    "st", "ave", "vs", "ltd", "corp", "co", "nr", "str", "bzw", "ca",
	    "zb", "art", "abs", "tel", "jr", "sr", "approx", "etc", "sec",
	    "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sept", "sep",
	    "oct", "nov", "dec", "av", "sra", "ext", "prof"};

	if (utf8_count(s) == 1 && !ascii_is_digit(s.p[0]))
		return true;
	for (size_t i = 0; i < ARRAY_SIZE(all); i++)
		if (str_eq(s, str_of(all[i])))
			return true;
	return false;
}

/* At `s`, behind a word: does a sentence end here? */
static bool ends_sentence(const struct prose *p, struct str s)
{
	size_t i = 1;
	uint32_t c = 0;

	if (!strchr(".!?", s.p[0]))
		return false;
	while (i < s.n && strchr(".!?)\"'*_", s.p[i]))
		i++;
	if (i < s.n && s.p[i] != ' ' && s.p[i] != '\n')
		return false;
	if (s.p[0] != '.')
		return true;
	if (p->words && is_abbreviation(p->word[p->words - 1].s))
		return false;
	while (i < s.n && (s.p[i] == ' ' || s.p[i] == '\n'))
		i++;
	if (i == s.n)
		return true;
	utf8_next(str_from(s, i), &c);
	/* "3. November": a number, and no sentence end */
	if (p->words && ascii_is_digit(p->word[p->words - 1].s.p[0]) &&
	    begins_with_month(str_from(s, i)))
		return false;
	return !is_letter(c) || is_upper(c) || ascii_is_digit((char)c);
}

void prose_add(struct prose *p, struct str text, unsigned heading)
{
	struct prose_block *b;
	struct str s = text = arena_dup(p->arena, text);
	bool fresh = true;

	if (p->blocks == p->block_room) {
		size_t room = 2 * p->block_room + 32;
		struct prose_block *more =
		    arena_array(p->arena, room, sizeof(*more));

		if (!more)
			return;
		if (p->blocks)
			memcpy(more, p->block, p->blocks * sizeof(*more));
		p->block = more;
		p->block_room = room;
	}
	b = &p->block[p->blocks];
	*b = (struct prose_block){
	    .text = text, .heading = heading, .from = p->words};
	while (s.n) {
		struct token t = next_token(s, fresh);
		uint32_t c = 0;
		size_t n;

		if (t.n) {
			if (!add_word(p, str_sub(s, 0, t.n), &t))
				break;
			s = str_from(s, t.n);
			fresh = false;
			continue;
		}
		if (p->words > b->from && ends_sentence(p, s))
			p->sentences++;
		n = utf8_next(s, &c);
		fresh = true;
		s = str_from(s, n ? n : 1);
	}
	b->to = p->words;
	if (b->to > b->from && p->word[b->to - 1].sentence == p->sentences)
		p->sentences++;
	p->blocks++;
}

/* ---- dates in words */

/* "3", "3rd", "1er" -> the number; 0: none. */
static uint32_t number_of(struct str s, uint32_t max)
{
	uint32_t v = 0;
	size_t i = 0;

	for (; i < s.n && ascii_is_digit(s.p[i]) && i < 4; i++)
		v = v * 10 + (uint32_t)(s.p[i] - '0');
	if (!i || s.n - i > 2 || v > max ||
	    (i < s.n && !ascii_is_alpha(s.p[i])))
		return 0;
	return v;
}

/* The day before or behind a month's name, and the year behind both; "de" of
 * Spanish stands between. */
static void find_date(struct prose *p, size_t i)
{
	uint32_t m = month_of(p->word[i].s), day = 0, year = 0;
	size_t after = i + 1, before = i;

	if (!m)
		return;
	if (before && str_eq(p->word[before - 1].s, S("de")))
		before--;
	if (before)
		day = number_of(p->word[before - 1].s, 31);
	if (!day && after < p->words &&
	    (day = number_of(p->word[after].s, 31)) != 0)
		after++;
	if (after < p->words && (str_eq(p->word[after].s, S("de")) ||
				    str_eq(p->word[after].s, S("del"))))
		after++;
	if (after < p->words && p->word[after].s.n == 4)
		year = number_of(p->word[after].s, 2200);
	if (!day && year < 1900)
		return;
	p->word[i].flags |= PROSE_DATE;
	p->word[i].date = make_date(year, m, day);
}

void prose_end(struct prose *p)
{
	for (size_t i = 0; i < p->words; i++)
		find_date(p, i);
}

void prose_of(struct prose *p, struct arena *a, struct str text)
{
	prose_begin(p, a);
	while (text.n) {
		ptrdiff_t at = str_find(text, S("\n\n"));
		struct str one = at < 0 ? text : str_sub(text, 0, (size_t)at);

		text = at < 0 ? STR_NONE : str_from(text, (size_t)at + 2);
		if (str_trim(one).n)
			prose_add(p, str_trim(one), 0);
	}
	prose_end(p);
}

bool prose_sentence(
    const struct prose *p, uint32_t n, size_t *ret_from, size_t *ret_to)
{
	size_t lo = 0, hi = p->words;

	while (lo < hi) {
		size_t mid = (lo + hi) / 2;

		if (p->word[mid].sentence < n)
			lo = mid + 1;
		else
			hi = mid;
	}
	*ret_from = lo;
	while (lo < p->words && p->word[lo].sentence == n)
		lo++;
	*ret_to = lo;
	return *ret_to > *ret_from;
}

struct str prose_text(const struct prose *p, size_t from, size_t to)
{
	const char *end;

	if (from >= to || to > p->words)
		return STR_NONE;
	while (to > from + 1 && p->word[to - 1].block != p->word[from].block)
		to--;
	end = p->word[to - 1].written.p + p->word[to - 1].written.n;
	return str_make(
	    p->word[from].written.p, (size_t)(end - p->word[from].written.p));
}
