/* Telephone numbers, days, counts of people and lots, in one line. */
#include "base/utf8.h"
#include "check/claims_private.h"

/* ---- words */

static bool is_word_byte(char c)
{
	return ascii_is_alpha(c) || (unsigned char)c >= 0x80;
}

static struct str word_at(struct str s, size_t at)
{
	size_t n = 0;

	while (at + n < s.n && is_word_byte(s.p[at + n]))
		n++;
	return str_sub(s, at, n);
}

static struct str digits_at(struct str s, size_t at)
{
	size_t n = 0;

	while (at + n < s.n && ascii_is_digit(s.p[at + n]))
		n++;
	return str_sub(s, at, n);
}

static size_t skip(struct str s, size_t at, const char *bytes)
{
	while (at < s.n && s.p[at] && strchr(bytes, s.p[at]))
		at++;
	return at;
}

static bool ends_word(struct str s, size_t at)
{
	return at >= s.n ||
	       (!is_word_byte(s.p[at]) && !ascii_is_digit(s.p[at]));
}

/* ---- days */

static const struct {
	const char *name;
	unsigned month;
} months[] = {{"january", 1}, {"jan", 1}, {"januar", 1}, {"janvier", 1},
    {"enero", 1}, {"gennaio", 1}, {"j\xc3\xa4nner", 1}, {"february", 2},
    {"feb", 2}, {"februar", 2}, {"f\xc3\xa9vrier", 2}, {"febrero", 2},
    {"febbraio", 2}, {"march", 3}, {"mar", 3}, {"m\xc3\xa4rz", 3}, {"mars", 3},
    {"marzo", 3}, {"april", 4}, {"apr", 4}, {"avril", 4}, {"abril", 4},
    {"aprile", 4}, {"may", 5}, {"mai", 5}, {"mayo", 5}, {"maggio", 5},
    {"june", 6}, {"jun", 6}, {"juni", 6}, {"juin", 6}, {"junio", 6},
    {"giugno", 6}, {"july", 7}, {"jul", 7}, {"juli", 7}, {"juillet", 7},
    {"julio", 7}, {"luglio", 7}, {"august", 8}, {"aug", 8}, {"ao\xc3\xbbt", 8},
    {"agosto", 8}, {"september", 9}, {"sep", 9}, {"sept", 9}, {"septembre", 9},
    {"septiembre", 9}, {"settembre", 9}, {"october", 10}, {"oct", 10},
    {"oktober", 10}, {"octobre", 10}, {"octubre", 10}, {"ottobre", 10},
    {"november", 11}, {"nov", 11}, {"novembre", 11}, {"noviembre", 11},
    {"december", 12}, {"dec", 12}, {"dezember", 12},
    {"d\xc3\xa9"
     "cembre",
	12},
    {"diciembre", 12}, {"dicembre", 12}};

static unsigned month_of(struct str word)
{
	for (size_t i = 0; i < ARRAY_SIZE(months); i++)
		if (str_ieq(word, str_of(months[i].name)))
			return months[i].month;
	return 0;
}

static uint64_t number_of(struct str digits)
{
	uint64_t n = 0;

	return str_to_u64(digits, UINT32_MAX, &n) ? n : 0;
}

static bool add_day(struct claim_scan *s, uint64_t year, uint64_t month,
    uint64_t day, struct str shown)
{
	char iso[32];

	if (year < 1900 || year > 2199 || !month || month > 12 || !day ||
	    day > 31)
		return false;
	snprintf(iso, sizeof(iso), "%04u-%02u-%02u", (unsigned)year,
	    (unsigned)month, (unsigned)day);
	claim_add(s, CLAIM_DAY, str_of(iso), shown);
	return true;
}

/* "2026-11-03", "03.11.2026", "11/30/2026"; returns its end or 0. */
static size_t numeric_day(struct claim_scan *s, struct str line, size_t at)
{
	struct str part[3];
	size_t end = at;
	char mark = '\0';
	uint64_t a, b, c;

	for (size_t i = 0; i < 3; i++) {
		part[i] = digits_at(line, end);
		end += part[i].n;
		if (!part[i].n || part[i].n > 4)
			return 0;
		if (i == 2)
			break;
		if (end >= line.n || !strchr("-./", line.p[end]) ||
		    (mark && line.p[end] != mark))
			return 0;
		mark = line.p[end++];
	}
	if (end < line.n && (ascii_is_digit(line.p[end]) ||
				(line.p[end] == '-' && mark == '-')))
		return 0;
	a = number_of(part[0]);
	b = number_of(part[1]);
	c = number_of(part[2]);
	if (part[0].n == 4 && part[1].n <= 2 && part[2].n <= 2)
		return add_day(s, a, b, c, str_sub(line, at, end - at)) ? end
									: 0;
	if (part[2].n != 4 || part[0].n > 2 || part[1].n > 2 || mark == '-')
		return 0;
	if (mark == '/' && a <= 12 && b <= 12 && a != b)
		return end; /* two readings: no claim, but no number either */
	if (mark == '/' && b > 12)
		return add_day(s, c, a, b, str_sub(line, at, end - at)) ? end
									: 0;
	return add_day(s, c, b, a, str_sub(line, at, end - at)) ? end : 0;
}

/* "3 November 2026", "3. November 2026", "3rd of November, 2026", "1er
 * novembre 2026", "3 de noviembre de 2026"; returns its end or 0. */
static size_t day_month(struct claim_scan *s, struct str line, size_t at)
{
	struct str day = digits_at(line, at), word, year;
	size_t end = at + day.n;
	unsigned month;

	if (!day.n || day.n > 2)
		return 0;
	word = word_at(line, end);
	if (str_ieq(word, S("st")) || str_ieq(word, S("nd")) ||
	    str_ieq(word, S("rd")) || str_ieq(word, S("th")) ||
	    str_ieq(word, S("er")))
		end += word.n;
	end = skip(line, end, ". ");
	word = word_at(line, end);
	if (str_ieq(word, S("of")) || str_ieq(word, S("de"))) {
		end = skip(line, end + word.n, " ");
		word = word_at(line, end);
	}
	month = month_of(word);
	if (!month)
		return 0;
	end = skip(line, end + word.n, "., ");
	word = word_at(line, end);
	if (str_ieq(word, S("de")) || str_ieq(word, S("del")))
		end = skip(line, end + word.n, " ");
	year = digits_at(line, end);
	end += year.n;
	if (year.n != 4)
		return 0;
	return add_day(s, number_of(year), month, number_of(day),
		   str_sub(line, at, end - at))
		   ? end
		   : 0;
}

/* "November 3, 2026", "Nov. 3rd 2026"; returns its end or 0. */
static size_t month_day(struct claim_scan *s, struct str line, size_t at)
{
	struct str word = word_at(line, at), day, year;
	unsigned month = month_of(word);
	size_t end;

	if (!month)
		return 0;
	end = skip(line, at + word.n, ". ");
	day = digits_at(line, end);
	if (!day.n || day.n > 2)
		return 0;
	end += day.n;
	end += word_at(line, end).n;
	end = skip(line, end, ", ");
	year = digits_at(line, end);
	end += year.n;
	if (year.n != 4)
		return 0;
	return add_day(s, number_of(year), month, number_of(day),
		   str_sub(line, at, end - at))
		   ? end
		   : 0;
}

/* ---- telephone numbers */

#define PHONE_MAX 15u /* E.164 */

/* "02108-1512" */
static bool is_zip(struct str s)
{
	return s.n == 10 && s.p[5] == '-' && digits_at(s, 0).n == 5 &&
	       digits_at(s, 6).n == 4;
}

/* "call 8005550199": without a mark of its own a run of digits is as likely a
 * case number. */
static bool is_called(struct str line, size_t at)
{
	static const char *const words[] = {"call", "calling", "phone", "tel",
	    "telephone", "telefon", "hotline", "dial", "ring", "on", "at",
	    "fon", "mobile", "anrufen", "unter", "au"};
	size_t end, begin;

	while (at && strchr(" .:*_", line.p[at - 1]))
		at--;
	end = begin = at;
	while (begin && is_word_byte(line.p[begin - 1]))
		begin--;
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (str_ieq(
			str_sub(line, begin, end - begin), str_of(words[i])))
			return true;
	return false;
}

/* Digits with blanks, hyphens, dots, slashes and brackets between; returns its
 * end or 0. */
static size_t phone(struct claim_scan *s, struct str line, size_t at)
{
	char digits[PHONE_MAX + 8];
	size_t n = 0, end = at, last = at;
	bool plus = at < line.n && line.p[at] == '+';
	struct str value;

	if (plus)
		end++;
	for (; end < line.n; end++) {
		char c = line.p[end];

		if (ascii_is_digit(c)) {
			if (n == sizeof(digits))
				return 0;
			digits[n++] = c;
			last = end + 1;
		} else if (!strchr(" -./()", c) ||
			   (c == ' ' && end + 1 < line.n &&
			       line.p[end + 1] == ' ')) {
			break;
		}
	}
	value = str_make(digits, n);
	if (str_starts(value, S("00"))) {
		plus = true;
		value = str_from(value, 2);
	}
	/* a national number has ten digits, or begins with a zero */
	if (value.n > PHONE_MAX || value.n < (plus ? 8u : 9u) ||
	    (!plus && value.n < 10 && digits[0] != '0') ||
	    (!plus && n == last - at && !is_called(line, at)) ||
	    is_zip(str_sub(line, at, last - at)) || !ends_word(line, last))
		return 0;
	claim_add(s, CLAIM_PHONE, value, str_sub(line, at, last - at));
	return last;
}

/* ---- counts of people */

static bool is_people(struct str word)
{
	static const char *const words[] = {"people", "persons", "customers",
	    "individuals", "users", "patients", "members", "accounts",
	    "records", "households", "consumers", "residents", "employees",
	    "subscribers", "personen", "kunden", "kundinnen", "menschen",
	    "konten", "personnes", "clients", "personas", "clientes", "persone",
	    "clienti"};

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (str_ieq(word, str_of(words[i])))
			return true;
	return false;
}

/* "1,200 of our customers", "1.200 Personen": at most two words between;
 * returns the number's end or 0. */
static size_t count(struct claim_scan *s, struct str line, size_t at)
{
	char digits[24];
	size_t n = 0, end = at, last, words = 0;
	struct str head = digits_at(line, at);

	for (; end < line.n && n < sizeof(digits); end++) {
		if (ascii_is_digit(line.p[end]))
			digits[n++] = line.p[end];
		else if (!strchr(",.' ", line.p[end]) || head.n > 3 ||
			 digits_at(line, end + 1).n != 3)
			break;
	}
	last = end;
	if (!n || n > 12 || !ends_word(line, end))
		return 0;
	while (words++ < 3 && end < line.n) {
		struct str word;

		end = skip(line, end, " ");
		word = word_at(line, end);
		if (!word.n)
			return 0;
		if (is_people(word)) {
			claim_add(s, CLAIM_COUNT, str_make(digits, n),
			    str_sub(line, at, end + word.n - at));
			return last;
		}
		end += word.n;
	}
	return 0;
}

/* ---- lots */

static bool is_lot_word(struct str word)
{
	static const char *const words[] = {"lot", "lots", "batch", "batches",
	    "serial", "model", "charge", "chargen", "chargennummer",
	    "seriennummer", "modell", "artikelnummer", "sku", "upc", "ean",
	    "gtin", "lotto", "lote"};

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (str_ieq(word, str_of(words[i])))
			return true;
	return false;
}

static bool is_lot_byte(char c)
{
	return ascii_is_alnum(c) || c == '-' || c == '/' || c == '_';
}

/* "Lot number A-1234", "Charge: 77": returns the end of what was read. */
static size_t lot(struct claim_scan *s, struct str line, size_t at)
{
	size_t end = at + word_at(line, at).n, n = 0;
	bool digit = false;
	struct str word;

	end = skip(line, end, " :#.");
	word = word_at(line, end);
	if (str_ieq(word, S("no")) || str_ieq(word, S("nr")) ||
	    str_ieq(word, S("number")) || str_ieq(word, S("numbers")) ||
	    str_ieq(word, S("code")))
		end = skip(line, end + word.n, " :#.");
	while (end + n < line.n && is_lot_byte(line.p[end + n]))
		digit |= ascii_is_digit(line.p[end + n++]);
	if (!digit || n < 2)
		return 0;
	claim_add(s, CLAIM_LOT, str_sub(line, end, n),
	    str_sub(line, at, end + n - at));
	return end + n;
}

/* ---- a line */

static size_t at_digit(struct claim_scan *s, struct str line, size_t at)
{
	size_t end = numeric_day(s, line, at);

	if (!end)
		end = day_month(s, line, at);
	if (!end)
		end = count(s, line, at);
	if (!end)
		end = phone(s, line, at);
	if (!end)
		end = at + digits_at(line, at).n;
	return end;
}

void claims_find_numbers(struct claim_scan *s, struct str line)
{
	size_t at = 0;

	while (at < line.n) {
		char c = line.p[at];
		size_t end = 0;

		if (is_word_byte(c)) {
			struct str word = word_at(line, at);

			if (is_lot_word(word))
				end = lot(s, line, at);
			if (!end)
				end = month_day(s, line, at);
			if (!end) {
				/* "A1234" is one word, no number */
				end = at + word.n;
				end += digits_at(line, end).n;
			}
		} else if (ascii_is_digit(c)) {
			end = at_digit(s, line, at);
		} else if ((c == '+' || c == '(') && at + 1 < line.n) {
			end = phone(s, line, at);
		}
		at = end > at ? end : at + 1;
	}
}

/* ---- SMS */

/* Septets of a character in GSM 03.38; 0: it is not there. */
static unsigned septets(uint32_t c)
{
	static const uint32_t basic[] = {'\n', '\r', 0xa1, 0xa3, 0xa4, 0xa5,
	    0xa7, 0xbf, 0xc4, 0xc5, 0xc6, 0xc7, 0xc9, 0xd1, 0xd6, 0xd8, 0xdc,
	    0xdf, 0xe0, 0xe4, 0xe5, 0xe6, 0xe8, 0xe9, 0xec, 0xf1, 0xf2, 0xf6,
	    0xf8, 0xf9, 0xfc, 0x393, 0x394, 0x398, 0x39b, 0x39e, 0x3a0, 0x3a3,
	    0x3a6, 0x3a8, 0x3a9};

	if (c == 0x20ac || (c < 0x80 && c && strchr("^{}\\[~]|\f", (int)c)))
		return 2;
	if (c >= ' ' && c < 0x7f && c != '`')
		return 1;
	for (size_t i = 0; i < ARRAY_SIZE(basic); i++)
		if (basic[i] == c)
			return 1;
	return 0;
}

struct sms_size sms_measure(struct str text)
{
	struct sms_size ret = {0};
	size_t gsm = 0, units = 0;
	struct str rest = str_trim(text);

	while (rest.n) {
		uint32_t c;
		size_t n = utf8_next(rest, &c);
		unsigned k;

		if (!n) {
			n = 1;
			c = 0xfffd;
		}
		k = septets(c);
		ret.ucs2 |= !k;
		gsm += k;
		units += c > 0xffff ? 2 : 1;
		rest = str_from(rest, n);
	}
	ret.characters = ret.ucs2 ? units : gsm;
	if (ret.ucs2)
		ret.parts = units <= 70 ? units > 0 : (units + 66) / 67;
	else
		ret.parts = gsm <= 160 ? gsm > 0 : (gsm + 152) / 153;
	return ret;
}
