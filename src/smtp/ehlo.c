#include "smtp/ehlo.h"
#include "smtp/session.h"

#define WORD(lit)                      \
	{                              \
		(lit), sizeof(lit) - 1 \
	}

static const struct {
	struct str keyword;
	unsigned extension;
} keywords[] = {
    {WORD("SIZE"), SMTP_EXT_SIZE},
    {WORD("PIPELINING"), SMTP_EXT_PIPELINING},
    {WORD("DSN"), SMTP_EXT_DSN},
    {WORD("8BITMIME"), SMTP_EXT_8BITMIME},
    {WORD("SMTPUTF8"), SMTP_EXT_SMTPUTF8},
    {WORD("ENHANCEDSTATUSCODES"), SMTP_EXT_ENHANCED},
    {WORD("STARTTLS"), SMTP_EXT_STARTTLS},
    {WORD("AUTH"), SMTP_EXT_AUTH},
};

static const struct {
	struct str name;
	unsigned flag;
} mechanisms[] = {
    {WORD("PLAIN"), SMTP_OFFER_PLAIN},
    {WORD("LOGIN"), SMTP_OFFER_LOGIN},
    {WORD("XOAUTH2"), SMTP_OFFER_XOAUTH2},
};

/* The next word of `*rest`, words being parted by white space. */
static struct str next_word(struct str *rest)
{
	size_t from = 0, to;

	while (from < rest->n && ascii_is_wsp(rest->p[from]))
		from++;
	to = from;
	while (to < rest->n && !ascii_is_wsp(rest->p[to]))
		to++;
	struct str word = str_sub(*rest, from, to - from);
	*rest = str_from(*rest, to);
	return word;
}

static void take_mechanisms(struct str rest, struct smtp_ehlo *x)
{
	for (;;) {
		struct str word = next_word(&rest);

		if (word.n == 0)
			return;
		for (size_t i = 0; i < ARRAY_SIZE(mechanisms); i++)
			if (str_ieq(word, mechanisms[i].name))
				x->mechanisms |= mechanisms[i].flag;
	}
}

static void take_line(struct str line, struct smtp_ehlo *x)
{
	struct str rest = line, word = next_word(&rest);

	/* "AUTH=LOGIN PLAIN", older than RFC 4954 and still met */
	if (str_istarts(word, S("AUTH="))) {
		x->extensions |= SMTP_EXT_AUTH;
		take_mechanisms(str_from(word, 5), x);
		take_mechanisms(rest, x);
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(keywords); i++) {
		if (!str_ieq(word, keywords[i].keyword))
			continue;
		x->extensions |= keywords[i].extension;
		if (keywords[i].extension == SMTP_EXT_AUTH)
			take_mechanisms(rest, x);
		if (keywords[i].extension == SMTP_EXT_SIZE &&
		    !str_to_u64(next_word(&rest), UINT64_MAX, &x->size))
			x->size = 0;
	}
}

void smtp_ehlo_parse(
    const struct smtp_reply *r, bool helo, struct smtp_ehlo *ret)
{
	struct str rest = buf_str(&r->text), line = str_cut(&rest, '\n'), name;

	*ret = (struct smtp_ehlo){0};
	name = next_word(&line);
	ret->name_len = name.n < sizeof(ret->name) ? name.n : sizeof(ret->name);
	if (ret->name_len)
		memcpy(ret->name, name.p, ret->name_len);
	while (!helo && rest.p)
		take_line(str_cut(&rest, '\n'), ret);
}
