/* To those who run mailboxes and lists, and to the provider that sends. */
#include "base/conf.h"
#include "report/prenotice_text.h"

static void put_line(
    struct buf *out, const char *name, struct str value, const char *otherwise)
{
	buf_addf(out, "  %-22s ", name);
	if (value.n)
		buf_add(out, value);
	else
		buf_addz(out, otherwise);
	buf_addc(out, '\n');
}

static struct str domain_of(struct str address)
{
	return str_from(address, (size_t)(str_rchr(address, '@') + 1));
}

/* Each there is: a gateway or a help desk may see any of them. */
static void put_subjects(const struct notice *n, struct buf *out)
{
	put_line(out, "Subject:", n->subject, "");
	for (size_t i = 0; i < n->own_subjects; i++) {
		const struct notice_subject *s = &n->own_subject[i];
		struct buf name = BUF_INIT(KiB);

		buf_addf(&name, "Subject, %.*s:",
		    STR_ARG(str_from(s->key, sizeof("subject.") - 1)));
		put_line(out, buf_cstr(&name), s->text, "");
		buf_release(&name);
	}
}

void prenotice_put_sender(const struct prenotice *p, struct buf *out)
{
	const struct notice *n = p->notice;

	put_line(out, "Company:", n->org_name, "CHANGE ME");
	put_line(out, "From:", n->from_address, "CHANGE ME");
	put_line(out, "Envelope sender at:", domain_of(n->bounce_address),
	    "CHANGE ME");
	for (size_t i = 0; i < n->dkim_count; i++) {
		buf_addf(out, "  %-22s d=%.*s, s=%.*s\n",
		    "DKIM:", STR_ARG(n->dkim[i].domain),
		    STR_ARG(n->dkim[i].selector));
	}
	put_line(out, "Sending server:", n->helo, "CHANGE ME (its name)");
	put_line(out, "IP address:", n->source,
	    "CHANGE ME (every address that sends)");
	if (n->relay.n)
		put_line(out, "Through the relay:", n->relay, "");
	put_subjects(n, out);
	put_line(out, "Page about it:", n->canonical_url, "CHANGE ME");
	buf_addf(out, "  %-22s ", "Planned start:");
	if (n->check.start)
		prenotice_put_date(out, n->check.start);
	else
		buf_addz(out, "CHANGE ME (day and hour, UTC)");
	buf_addz(out, "\n");
}

static void put_mailboxes(const struct prenotice *p,
    enum prenotice_provider who, const char *name, struct buf *out)
{
	buf_addf(out, "  %-22s ", "Mailboxes with you:");
	prenotice_put_number(out, p->provider[who]);
	buf_addf(out, " at domains of %s (of ", name);
	prenotice_put_number(out, p->people - p->no_address);
	buf_addz(out, " in all)\n");
}

static const char *what_of(enum notice_kind kind)
{
	switch (kind) {
	case NOTICE_BREACH: return "a notice of a breach of personal data";
	case NOTICE_RECALL: return "a recall notice for a product";
	case NOTICE_POLICY: return "a notice of a change of terms";
	case NOTICE_SAFETY: return "a safety warning about a product";
	case NOTICE_LEGAL: return "a legal notice";
	}
	BUG("no such kind of notice");
}

static void put_request(const struct prenotice *p, struct buf *out)
{
	buf_addf(out,
	    "We are about to send a legal notification, %s.\n"
	    "The law makes us send it to everyone concerned, whether or not "
	    "they want mail from\n"
	    "us. It is sent once. It is no advertisement, has no tracking and "
	    "asks for no data.\n"
	    "\n"
	    "Some of these addresses are old. We send at a steady pace, slow "
	    "down on your\n"
	    "temporary errors, never repeat a permanent one, and stop on "
	    "complaints.\n"
	    "\n",
	    what_of(p->notice->kind));
}

static void put_contact(struct buf *out)
{
	buf_addz(out, "\n"
		      "Postmaster on duty: CHANGE ME (name, telephone, mail, "
		      "hours in UTC)\n");
}

void prenotice_put_yahoo(const struct prenotice *p, struct buf *out)
{
	buf_addz(out,
	    "Yahoo and AOL: Sender Support Request, senders.yahooinc.com\n"
	    "(the form names \"a legal notification\" among its reasons; it "
	    "promises no inbox)\n"
	    "\n"
	    "Reason: a legal notification\n"
	    "\n");
	put_request(p, out);
	prenotice_put_sender(p, out);
	put_mailboxes(p, PRENOTICE_YAHOO, "Yahoo and AOL", out);
	buf_addz(out, "\nComplaint feedback loop: CHANGE ME (enrolled for each "
		      "d= above, since when)\n");
	put_contact(out);
}

void prenotice_put_google(const struct prenotice *p, struct buf *out)
{
	buf_addz(out,
	    "Google (Gmail): there is no allow list and no form for "
	    "announcements. Keep this\n"
	    "ready for the mitigation form of the sender guidelines, which is "
	    "open only to\n"
	    "senders that meet all of them. Before the start: verify the "
	    "domain in Postmaster\n"
	    "Tools, and look at it each day of the mailing.\n"
	    "\n");
	put_request(p, out);
	prenotice_put_sender(p, out);
	put_mailboxes(p, PRENOTICE_GOOGLE, "Gmail", out);
	buf_addz(out,
	    "\n"
	    "Messages that a law asks for are no subscription messages "
	    "(subscription\n"
	    "guidelines, 15263077), so there is no List-Unsubscribe.\n"
	    "Postmaster Tools: CHANGE ME (domain verified on which day)\n");
	put_contact(out);
}

void prenotice_put_microsoft(const struct prenotice *p, struct buf *out)
{
	buf_addz(out,
	    "Microsoft (Outlook.com, Hotmail, Live, MSN): sender support at\n"
	    "sendersupport.olc.protection.outlook.com. There is no allow list. "
	    "More than 500\n"
	    "connections at a time need an arrangement. Enroll the IP "
	    "addresses in SNDS and\n"
	    "JMRP some days before.\n"
	    "\n");
	put_request(p, out);
	prenotice_put_sender(p, out);
	put_mailboxes(p, PRENOTICE_MICROSOFT, "Outlook.com", out);
	buf_addz(out, "\nSNDS and JMRP: CHANGE ME (enrolled on which day)\n");
	put_contact(out);
}

void prenotice_put_apple(const struct prenotice *p, struct buf *out)
{
	buf_addz(out, "To: icloudadmin@apple.com\n"
		      "Subject: Legal notification to iCloud Mail users\n"
		      "\n"
		      "Hello,\n"
		      "\n");
	put_request(p, out);
	prenotice_put_sender(p, out);
	put_mailboxes(p, PRENOTICE_APPLE, "iCloud Mail", out);
	buf_addz(out,
	    "\n"
	    "The notice has no unsubscribe link, because nobody can "
	    "unsubscribe from what a\n"
	    "law makes us send. We tell you so beforehand, since your "
	    "guidelines ask for one.\n");
	put_contact(out);
}

void prenotice_put_blocklists(const struct prenotice *p, struct buf *out)
{
	buf_addz(out,
	    "A heads-up for operators of block lists and spam traps. Most have "
	    "no form for it:\n"
	    "keep this text for the ticket, should one of the addresses below "
	    "be listed. Ask a\n"
	    "colleague in the trade (M3AAWG members have such ways) to pass it "
	    "on.\n"
	    "\n");
	put_request(p, out);
	prenotice_put_sender(p, out);
	buf_addf(out, "  %-22s ", "People to be told:");
	prenotice_put_number(out, p->people);
	buf_addz(out, "\n");
	buf_addz(out,
	    "\n"
	    "The law asks us to write to those who left or unsubscribed, too; "
	    "we do not use the\n"
	    "list for anything else. If a trap of yours is hit, we want to "
	    "know it at once and\n"
	    "will take the slice out that it is in.\n");
	put_contact(out);
}

/* ---- the provider that sends for us (E-06) */

static const char *const questions[] = {
    "Shared or dedicated pool: which IP addresses send this mail, and for how\n"
    "   long have they been warm? May we have a pool apart from marketing?",
    "Suppression: your list drops addresses silently. We need those dropped for\n"
    "   \"unsubscribed\" to go through, those for hard bounces not. Can the one be\n"
    "   bypassed without the other, for this mailing only? Send us the list\n"
    "   beforehand (hashes will do), and restore it afterwards.",
    "Footer and tracking: no footer, no unsubscribe link, no open pixel and no\n"
    "   rewritten links on this stream. How is that switched off, for all of it?",
    "Events: we need accepted, deferred, bounced, dropped and complained for each\n"
    "   recipient, with the reply of the receiving server. As a webhook, or a file?",
    "Abuse desk: please tell it what comes, and from when to when.",
    "Automatic suspension: complaints and bounces will be higher than usual. At\n"
    "   which rates is an account stopped, and who lifts that for us at night?",
    "Signature: who signs, with which d= and selector? We ask for our own domain.\n"
    "   Which header fields do you rewrite (Message-ID, Date, Return-Path)?",
    "Pace: which limits a second, an hour and a day hold for our account?",
    "TLS: is it required towards receivers, and do you follow MTA-STS and DANE?",
};

void prenotice_put_esp(const struct prenotice *p, struct buf *out)
{
	const struct notice *n = p->notice;

	buf_addz(out, "To: ");
	buf_add(out, n->esp.name.n
			 ? n->esp.name
			 : S("CHANGE ME (the provider that sends for us; none: "
			     "leave this out)"));
	buf_addz(out, "\nContract: ");
	buf_add(out, n->esp.contract.n ? n->esp.contract
				       : S("CHANGE ME (number or date)"));
	buf_addz(out, "\n\n");
	put_request(p, out);
	prenotice_put_sender(p, out);
	buf_addf(out, "  %-22s ", "Mails:");
	prenotice_put_number(out, p->people - p->no_address);
	buf_addz(out,
	    "\n"
	    "\n"
	    "Please answer in writing; we file your answers with the notice "
	    "([esp] answers in\n"
	    "notice.ini):\n"
	    "\n");
	for (size_t i = 0; i < ARRAY_SIZE(questions); i++)
		buf_addf(out, "%zu. %s\n   Answer:\n", i + 1, questions[i]);
	put_contact(out);
}
