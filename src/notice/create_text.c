/* The frame of every text, and what all of them say alike. */
#include "notice/create_text.h"

const struct create_kind *create_kind_of(const struct create *c)
{
	switch (c->kind) {
	case NOTICE_BREACH: return &create_breach;
	case NOTICE_RECALL: return &create_recall;
	case NOTICE_POLICY: return &create_policy;
	case NOTICE_SAFETY: return &create_safety;
	case NOTICE_LEGAL: return &create_legal;
	}
	BUG("no such kind of notice");
}

const char *create_title(const struct create *c)
{
	return create_kind_of(c)->title;
}

static const char contact[] =
    "<!-- Lines that people can use without this mail. A number that is free\n"
    "to call; a mailbox that a person reads. Take a line out only if you have\n"
    "no such thing. The same number and page must stand in every file here. -->\n"
    "\n"
    "* Telephone (toll-free): CHANGE ME (number and hours)\n"
    "* E-mail: CHANGE ME (an address that a person reads)\n"
    "* Post: CHANGE ME (company and postal address)\n"
    "* Web page: CHANGE ME (canonical_url of notice.ini)\n";

static const char officer[] =
    "* Data protection officer: CHANGE ME (name or office, e-mail, telephone)\n";

static const char without_link[] =
    "\n"
    "You need no link to read this notice. Type the name of our website,\n"
    "CHANGE ME (www and your domain), into your browser. Then choose \"%s\"\n"
    "at the foot of the home page. You do not need to log in.\n"
    "\n"
    "About this matter we send mail only from CHANGE ME (address in [from]).\n"
    "We will not call you about it. We will not send you attachments. We will\n"
    "never ask you for a password, a payment or other data because of this\n"
    "notice. If you are not sure that a message is ours, call the number above.\n";

void create_text_contact(const struct create *c, struct buf *out)
{
	buf_addz(out, contact);
	if (c->laws & CREATE_GDPR)
		buf_addz(out, officer);
	buf_addf(out, without_link, create_title(c));
}

static void put_text(const struct create *c, struct buf *out)
{
	const struct create_kind *k = create_kind_of(c);

	k->body(c, out);
	buf_addf(out, "## %s\n\n", k->contact);
	create_text_contact(c, out);
}

void create_text_message(const struct create *c, struct buf *out)
{
	buf_addf(out,
	    "# %s\n"
	    "\n"
	    "Date: CHANGE ME (the day this is sent)\n"
	    "\n"
	    "Dear {{name|customer}},\n"
	    "\n"
	    "%s"
	    "\n",
	    create_title(c), create_kind_of(c)->lead);
	put_text(c, out);
	buf_addz(out,
	    "\n"
	    "CHANGE ME (name and office of the person who answers for this)\\\n"
	    "CHANGE ME (company)\n");
}

void create_text_web(const struct create *c, struct buf *out)
{
	buf_addf(out,
	    "# %s\n"
	    "\n"
	    "Date: CHANGE ME (the day this is published)\n"
	    "\n"
	    "This page is for everyone concerned, also for those whom we could "
	    "not reach\n"
	    "in person. It says the same as the mail we send. If a mail says "
	    "something\n"
	    "else, it is not ours.\n"
	    "\n"
	    "%s"
	    "\n",
	    create_title(c), create_kind_of(c)->lead);
	put_text(c, out);
	buf_addz(out, "\n"
		      "CHANGE ME (company and postal address)\n");
}
