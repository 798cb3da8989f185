#include "domain/idna.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/utf8.h"

#include <idn2.h>

/* A name of 255 octets in the DNS (RFC 1035 2.3.4) has a length octet for
 * each label and one for the root, so its text has 253 characters. */
#define NAME_TEXT_MAX 253UL
/* No name that fits is longer before conversion; bounds the library's work. */
#define INPUT_MAX  1024UL
#define WORK_FLAGS (IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL)

static bool is_ldh(char c)
{
	return ascii_is_alnum(c) || c == '-';
}

/* `label` is whole; `last` tells which words fit. */
static int check_label(struct str label, bool last, struct err *e)
{
	if (label.n > LIMIT_LABEL)
		return err_set(e, ERR_INPUT,
		    "a part of the domain (\"%.*s...\") is %zu characters, at "
		    "most %lu (RFC 1035 2.3.4)",
		    STR_ARG(str_sub(label, 0, 20)), label.n, LIMIT_LABEL);
	if (label.p[0] == '-')
		return err_set(e, ERR_INPUT,
		    "the domain part \"%.*s\" starts with a hyphen",
		    STR_ARG(label));
	if (label.p[label.n - 1] == '-' && last)
		return err_set(e, ERR_INPUT, "the domain ends in a hyphen");
	if (label.p[label.n - 1] == '-')
		return err_set(e, ERR_INPUT,
		    "the domain part \"%.*s\" ends in a hyphen",
		    STR_ARG(label));
	return 0;
}

/* All of `s` is LDH and dots.  Sets *ret_ace when a label says it is encoded
 * ("xn--"), which is then for the library to judge. */
static int check_labels(struct str s, bool *ret_ace, struct err *e)
{
	struct str rest = s;

	*ret_ace = false;
	if (s.n == 0)
		return err_set(e, ERR_INPUT, "the domain is empty");
	if (s.p[0] == '.')
		return err_set(e, ERR_INPUT, "the domain starts with a dot");
	if (s.p[s.n - 1] == '.')
		return err_set(e, ERR_INPUT, "the domain ends in two dots");
	if (s.n > NAME_TEXT_MAX)
		return err_set(e, ERR_INPUT,
		    "the domain is %zu characters, at most %lu (RFC 1035 "
		    "2.3.4)",
		    s.n, NAME_TEXT_MAX);
	while (rest.p) {
		struct str label = str_cut(&rest, '.');
		int rc;

		if (label.n == 0)
			return err_set(
			    e, ERR_INPUT, "the domain has two dots in a row");
		if ((rc = check_label(label, !rest.p, e)) < 0)
			return rc;
		if (str_istarts(label, S("xn--")))
			*ret_ace = true;
	}
	return 0;
}

static int check_characters(struct str s, struct err *e)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (is_ldh(c) || c == '.' || (unsigned char)c >= 0x80)
			continue;
		if (c == '_')
			return err_set(e, ERR_INPUT,
			    "the domain has an underscore; only letters, "
			    "digits and hyphens may stand there (RFC 5321 "
			    "4.1.2)");
		if (c == ' ')
			return err_set(
			    e, ERR_INPUT, "the domain has a space in it");
		if (c < 0x20 || c == 0x7f)
			return err_set(e, ERR_INPUT,
			    "the domain has a control character in it");
		return err_set(e, ERR_INPUT,
		    "the domain has a \"%c\" in it; only letters, digits and "
		    "hyphens may stand there (RFC 5321 4.1.2)",
		    c);
	}
	return 0;
}

static void add_folded(struct buf *out, struct str s)
{
	char *room = buf_room(out, s.n);

	if (!room)
		return;
	for (size_t i = 0; i < s.n; i++)
		room[i] = ascii_lower(s.p[i]);
	buf_commit(out, s.n);
}

static int say(int rc, struct err *e)
{
	if (rc == IDN2_MALLOC) {
		mem_count_failure();
		return err_set(e, ERR_NOMEM, "out of memory");
	}
	if (rc == IDN2_TOO_BIG_DOMAIN)
		return err_set(e, ERR_INPUT,
		    "the domain is longer than %lu characters when encoded "
		    "(RFC 1035 2.3.4)",
		    NAME_TEXT_MAX);
	if (rc == IDN2_TOO_BIG_LABEL)
		return err_set(e, ERR_INPUT,
		    "a part of the domain is longer than %lu characters when "
		    "encoded (RFC 1035 2.3.4)",
		    LIMIT_LABEL);
	return err_set(e, ERR_INPUT,
	    "the domain is not a valid international name: %s (RFC 5891)",
	    idn2_strerror(rc));
}

/* `s` has no NUL and is valid UTF-8. */
static int convert(struct str s, struct buf *out, struct err *e)
{
	char in[INPUT_MAX + 1];
	uint8_t *ascii = NULL;
	struct str got;
	bool ace;
	int rc;

	if (s.n > INPUT_MAX)
		return say(IDN2_TOO_BIG_DOMAIN, e);
	for (size_t i = 0; i < s.n; i++)
		in[i] = ascii_lower(s.p[i]);
	in[s.n] = '\0';
	rc = idn2_lookup_u8((const uint8_t *)in, &ascii, WORK_FLAGS);
	if (rc != IDN2_OK)
		return say(rc, e);
	got = str_of((const char *)ascii);
	/* the mapping may have made a final dot, or characters, of others */
	if (got.n > 1 && got.p[got.n - 1] == '.')
		got.n--;
	if ((rc = check_characters(got, e)) == 0 &&
	    (rc = check_labels(got, &ace, e)) == 0)
		add_folded(out, got);
	idn2_free(ascii);
	return rc;
}

int idna_to_ascii(struct str s, struct buf *out, struct err *e)
{
	bool ace;
	int rc;

	if (s.n > 1 && s.p[s.n - 1] == '.')
		s.n--;
	if ((rc = check_characters(s, e)) < 0)
		return rc;
	if (utf8_is_ascii(s)) {
		if ((rc = check_labels(s, &ace, e)) < 0)
			return rc;
		if (ace)
			rc = convert(s, out, e);
		else
			add_folded(out, s);
	} else {
		if (!utf8_valid(s))
			return err_set(
			    e, ERR_INPUT, "the domain is not valid UTF-8");
		rc = convert(s, out, e);
	}
	if (rc == 0 && out->over)
		return err_set(e, ERR_LIMIT, "no room for the domain");
	return rc;
}

/* Only a label that encodes to itself again is shown decoded: what a person
 * sees is then what the DNS is asked. */
static bool add_decoded(struct str label, struct buf *out)
{
	struct buf again = BUF_INIT(LIMIT_DOMAIN);
	char in[LIMIT_LABEL + 1];
	char *text = NULL;
	bool ok = false;
	int rc;

	if (label.n > LIMIT_LABEL || !str_istarts(label, S("xn--")) ||
	    memchr(label.p, '\0', label.n) || !utf8_is_ascii(label))
		return false;
	for (size_t i = 0; i < label.n; i++)
		in[i] = ascii_lower(label.p[i]);
	in[label.n] = '\0';
	rc = idn2_to_unicode_8z8z(in, &text, 0);
	if (rc == IDN2_MALLOC)
		mem_count_failure();
	if (rc == IDN2_OK && idna_to_ascii(str_of(text), &again, NULL) == 0 &&
	    str_eq(buf_str(&again), str_make(in, label.n))) {
		buf_addz(out, text);
		ok = true;
	}
	idn2_free(text);
	buf_release(&again);
	return ok;
}

void idna_to_unicode(struct str domain, struct buf *out)
{
	struct str rest = domain;

	while (rest.p) {
		struct str label = str_cut(&rest, '.');

		if (!add_decoded(label, out))
			buf_add(out, label);
		if (rest.p)
			buf_addc(out, '.');
	}
}
