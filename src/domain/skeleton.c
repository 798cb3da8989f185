#include "domain/skeleton.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "domain/confusables.h"
#include "domain/idna.h"

/* Marks that stand on the letter before them (U+0300 to U+036F) and the ones
 * that IDNA lets stand between letters. */
static bool is_mark(uint32_t code)
{
	return (code >= 0x300 && code <= 0x36f) || code == 0xb7 ||
	       code == 0x200c || code == 0x200d;
}

static const char *looks_like(uint32_t code)
{
	size_t lo = 0, hi = confusables_count;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (confusables[mid].code == code)
			return confusables[mid].looks;
		if (confusables[mid].code < code)
			lo = mid + 1;
		else
			hi = mid;
	}
	return NULL;
}

static void add_plain(struct str s, struct buf *out)
{
	while (s.n) {
		uint32_t code;
		size_t n = utf8_next(s, &code);
		const char *looks = NULL;

		if (n > 1)
			looks = looks_like(code);
		if (looks)
			buf_addz(out, looks);
		else if (n <= 1 || !is_mark(code))
			buf_add(out, str_sub(s, 0, n ? n : 1));
		s = str_from(s, n ? n : 1);
	}
}

void skeleton_plain(struct str label, struct buf *out)
{
	struct buf text = BUF_INIT(4 * LIMIT_DOMAIN);

	if (!str_starts(label, S("xn--")) && utf8_is_ascii(label)) {
		buf_add(out, label);
		return;
	}
	idna_to_unicode(label, &text);
	add_plain(buf_str(&text), out);
	buf_release(&text);
}

static char merged(char c, bool digits)
{
	switch (c) {
	case '0': return 'o';
	case '1':
	case 'i': return 'l';
	case '5': return 's';
	case '3': return digits ? 'e' : c;
	case '4': return digits ? 'a' : c;
	case '8': return digits ? 'b' : c;
	case '9': return digits ? 'g' : c;
	default: return c;
	}
}

void skeleton_full(struct str plain, struct buf *out)
{
	static const struct {
		char two[3], one;
	} pairs[] = {{"rn", 'm'}, {"vv", 'w'}, {"cl", 'd'}};
	size_t i = 0;

	while (i < plain.n) {
		size_t k = 0;

		while (k < ARRAY_SIZE(pairs) &&
		       !str_starts(str_from(plain, i), str_of(pairs[k].two)))
			k++;
		if (k < ARRAY_SIZE(pairs)) {
			buf_addc(out, pairs[k].one);
			i += 2;
		} else {
			buf_addc(out, merged(plain.p[i], plain.n > 3));
			i++;
		}
	}
}
