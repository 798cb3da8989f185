#include "notice/create_text.h"

struct kind_text {
	const char *title, *subject;
	const char *what;        /* in half a sentence */
	const char *lead, *body; /* Markdown without fields */
};

static const struct kind_text texts[] = {
    [NOTICE_BREACH] =
	{
	    .title = "Notice of Data Breach",
	    .subject = "Notice of Data Breach",
	    .what = "a breach of your personal data",
	    .lead =
		"We are writing to tell you about an incident that involves "
		"personal data of yours.\n",
	    .body =
		"## What Happened\n"
		"\n"
		"CHANGE ME: what happened, in general terms. The date, or "
		"the range of dates, as well as you know it; the date you "
		"found out; whether the police asked you to wait with this "
		"notice.\n"
		"\n"
		"## What Information Was Involved\n"
		"\n"
		"CHANGE ME: every kind of data, by name (name, address, "
		"date of birth, bank account, Social Security number, "
		"password). Say what was not involved only if you are sure.\n"
		"\n"
		"## What We Are Doing\n"
		"\n"
		"CHANGE ME: what you did to end it, what you do so that it "
		"does not happen again, which authorities know. What you "
		"offer the people concerned (some states of the US ask for "
		"12 to 24 months of identity protection), and how they get "
		"it without giving a payment card.\n"
		"\n"
		"## What You Can Do\n"
		"\n"
		"CHANGE ME: steps that help with these kinds of data. "
		"Passwords: change it here, and wherever else it is used. "
		"In the US: look through account statements and credit "
		"reports, free at www.annualcreditreport.com; ask the "
		"credit bureaus for a fraud alert or a security freeze, "
		"which is free; report identity theft to the Federal Trade "
		"Commission (www.identitytheft.gov, 1-877-438-4338), the "
		"attorney general of your state, or the police. In the EU: "
		"what may follow from this, and the right to complain to "
		"the data protection authority.\n"
		"\n"
		"We will not ask you for a password, a payment or other "
		"data because of this notice.\n"
		"\n"
		"## For More Information\n"
		"\n"
		"CHANGE ME: a telephone number (free of charge), a mail "
		"address and a postal address; in the EU the data "
		"protection officer. Where this notice stands on your own "
		"website, so that people can check that it is yours without "
		"following a link.\n",
	},
    [NOTICE_RECALL] =
	{
	    .title = "Product Safety Recall",
	    .subject = "Product Safety Recall: CHANGE ME (the product)",
	    .what = "a product you bought is recalled",
	    .lead = "According to our records you bought a product that is "
		    "recalled. Please stop using it now.\n",
	    .body =
		"## The Product\n"
		"\n"
		"CHANGE ME: name, brand, model, batch or serial numbers and "
		"where they stand on the product; when, where and by whom "
		"it was sold, how many. Put a picture on the web page.\n"
		"\n"
		"## The Hazard\n"
		"\n"
		"CHANGE ME: what can happen, and whom it can hurt; "
		"incidents and injuries that are known. No softening words: "
		"the laws forbid \"voluntary\", \"precautionary\" and \"in "
		"rare cases\".\n"
		"\n"
		"## What You Should Do Now\n"
		"\n"
		"CHANGE ME: stop using the product at once. How to make it "
		"safe until then (unplug it, keep it from children), how to "
		"dispose of it or send it back.\n"
		"\n"
		"## The Remedy\n"
		"\n"
		"CHANGE ME: repair, replacement or refund, free of charge; "
		"how to get it, from which day, and how long it takes. In "
		"the EU people choose between at least two of them.\n"
		"\n"
		"## Contact\n"
		"\n"
		"CHANGE ME: a telephone number (free of charge) or an "
		"online service, its hours and languages, a mail address; "
		"the page about this recall on your own website; the name "
		"and address of the company that recalls; the authority to "
		"complain to if the remedy does not come.\n"
		"\n"
		"Do you know others who have this product? Please tell them.\n",
	},
    [NOTICE_POLICY] =
	{
	    .title = "Changes to Our Privacy Policy",
	    .subject = "Changes to our privacy policy from CHANGE ME (date)",
	    .what = "our privacy policy changes",
	    .lead = "We are changing our privacy policy. This is what changes, "
		    "and what you can do about it.\n",
	    .body = "## What Changes\n"
		    "\n"
		    "CHANGE ME: each change in a sentence of plain words: what "
		    "we did until now, what we will do.\n"
		    "\n"
		    "## When\n"
		    "\n"
		    "CHANGE ME: the day it takes effect.\n"
		    "\n"
		    "## What You Can Do\n"
		    "\n"
		    "CHANGE ME: the choices people have: how to say no, at no "
		    "cost and at any time, until when, and what then; how to "
		    "close the account; their other rights.\n"
		    "\n"
		    "## The Full Text\n"
		    "\n"
		    "CHANGE ME: where the whole new policy and the old one "
		    "stand on your own website.\n"
		    "\n"
		    "## Contact\n"
		    "\n"
		    "CHANGE ME: who answers questions: a mail address, a "
		    "telephone number, the data protection officer.\n",
	},
    [NOTICE_SAFETY] =
	{
	    .title = "Safety Warning",
	    .subject = "Safety warning: CHANGE ME (the product)",
	    .what = "a safety warning about a product you use",
	    .lead = "According to our records you have a product that can be "
		    "dangerous when it is used as it is. Please read this "
		    "before you use it again.\n",
	    .body =
		"## The Product\n"
		"\n"
		"CHANGE ME: name, brand, model, batch or serial numbers and "
		"where they stand on the product.\n"
		"\n"
		"## The Hazard\n"
		"\n"
		"CHANGE ME: what can happen, when, and whom it can hurt; "
		"incidents and injuries that are known. Say it without "
		"softening words.\n"
		"\n"
		"## What You Should Do Now\n"
		"\n"
		"CHANGE ME: step by step: what to stop, what to check, how "
		"to use it safely, how to install the update or get the "
		"part, free of charge.\n"
		"\n"
		"## What We Are Doing\n"
		"\n"
		"CHANGE ME: what you changed in the product, and which "
		"authorities know.\n"
		"\n"
		"## Contact\n"
		"\n"
		"CHANGE ME: a telephone number (free of charge) with its "
		"hours, a mail address, the page about this warning on your "
		"own website.\n"
		"\n"
		"Do you know others who have this product? Please tell them.\n",
	},
    [NOTICE_LEGAL] =
	{
	    .title = "Legal Notice",
	    .subject = "Legal notice: CHANGE ME (what it is about)",
	    .what = "a legal notice to you",
	    .lead = "The law, or a court, asks us to send you this notice. It "
		    "is not an advertisement.\n",
	    .body =
		"## Why You Get This Notice\n"
		"\n"
		"CHANGE ME: the law or the decision (court, file number, "
		"date) that asks for it, and why this person is concerned.\n"
		"\n"
		"## What It Is About\n"
		"\n"
		"CHANGE ME: the matter, in a few plain sentences.\n"
		"\n"
		"## Your Rights and Choices\n"
		"\n"
		"CHANGE ME: what people may do, what happens if they do "
		"nothing, and the last day for each.\n"
		"\n"
		"## For More Information\n"
		"\n"
		"CHANGE ME: who answers questions: a telephone number, a "
		"mail address and a postal address; where the full "
		"documents stand on your own website.\n",
	},
};

static const char settings_head[] =
    "; A notice.  Fill it in; 'tocsin send' refuses what is missing or still says\n"
    "; CHANGE ME, and says where.\n"
    ";\n"
    "; A comment is a whole line that begins with ; or #.  Behind a value it would\n"
    "; be part of the value.  Values need no quotes.\n"
    "\n"
    "[notice]\n";

static const char settings_dates[] =
    "; The day you found out, 2026-11-03 or 2026-11-03T14:00:00Z: the clock of most\n"
    "; laws starts here.\n"
    "discovered =\n"
    "; The page on your own website that says the same; people check it.\n"
    "; canonical_url = https://www.example.com/notice\n"
    "canonical_url =\n"
    "; The Message-ID or the name of an earlier notice that this one corrects.\n"
    "corrects =\n"
    "\n"
    "[organisation]\n"
    "; As customers know it.\n"
    "name = CHANGE ME\n"
    "; Brands customers know better, by commas.\n"
    "brands =\n"
    "; Your domains, by commas: example.com, example.de\n"
    "own_domains =\n"
    "; Addresses your advertising comes from, by commas.  The notice should not look\n"
    "; like it.\n"
    "marketing_senders =\n"
    "\n"
    "[from]\n"
    "; What people see as sender.  Use a domain they know and that has sent mail\n"
    "; before; never one made for this.\n"
    "name = CHANGE ME\n"
    "; address = notice@example.com\n"
    "address = CHANGE ME\n"
    "; Where answers go; a person should read them.  Empty: the address above.\n"
    "reply_to =\n"
    "\n"
    "[message]\n"
    "; The text is in message.md; message.de.md is the same in German,\n"
    "; message.minor.md the one for the segment \"minor\".  {{name}} is a column of the\n"
    "; audience, {{name|customer}} with a word for those who have none.\n";

static const char settings_rest[] =
    "; A file with a code of its own for each person, one a line: {{code}}\n"
    "codes =\n"
    "\n"
    "[dkim]\n"
    "; The signature that proves the mail is yours.  Make a key and its DNS record:\n"
    ";   tocsin dkim keygen --domain example.com --selector notice2026 --out dkim.pem\n"
    "; Unsigned mail is taken for a scam; to send it so, leave the three empty.\n"
    "domain = CHANGE ME\n"
    "selector = CHANGE ME\n"
    "; A file in this folder, an absolute path, or the URI of a key in a store.\n"
    "key = dkim.pem\n"
    "; A second signature (Ed25519) goes in a section of its own:\n"
    "; [dkim.2]\n"
    "; domain = example.com\n"
    "; selector = notice2026e\n"
    "; key = dkim-ed25519.pem\n"
    "\n"
    "[bounce]\n"
    "; The mailbox that takes what can not be delivered.  Each person has an address\n"
    "; of their own there: bounces+TOKEN@example.com\n"
    "; address = bounces@example.com\n"
    "address = CHANGE ME\n"
    "\n"
    "[send]\n"
    "; Empty: to each provider directly.  Or all through one server:\n"
    "; relay = smtp.example.com:587\n"
    "; relay = smtps://smtp.example.com\n"
    "relay =\n"
    "; How that server behaves: postfix, ses, microsoft365, or a file of your own\n"
    "; (with a / in its name).\n"
    "relay_profile =\n"
    "; Login: the user, and either a file (chmod 600) or a command that prints the\n"
    "; secret.\n"
    "relay_user =\n"
    "relay_secret_file =\n"
    "relay_secret_command =\n"
    "; The name this machine says it has; it must lead to the IP address that sends.\n"
    "; Empty: the host name.\n"
    "helo =\n"
    "; The IP address to send from.  Empty: what the system takes.\n"
    "source =\n"
    "; Threads.  0: one a core.\n"
    "workers = 0\n"
    "; opportunistic: TLS where there is some; required: no mail without it.  With a\n"
    "; login it is always required and verified.\n"
    "tls = opportunistic\n"
    "; Certificates to trust instead of the system's.\n"
    "tls_ca_file =\n"
    "; How long a mailbox that says \"later\" is tried: 30 min, 72 h, 3 d.\n"
    "retry_for = 72 h\n"
    "; Nobody gets the notice after this time.  Empty: no such time.\n"
    "; not_after = 2026-12-31T00:00:00Z\n"
    "not_after =\n"
    "; After a crash it may be unknown whether the last mails went out.  retry: send\n"
    "; them again, so that nobody is lost; hold: a person decides.\n"
    "uncertain = retry\n"
    "\n"
    "[dns]\n"
    "; A resolver to ask instead of the system's; a trust anchor for DNSSEC.\n"
    "resolver =\n"
    "trust_anchor =\n"
    "\n"
    "[facts]\n"
    "; What laws ask about; words by commas, empty: not said.\n"
    "sector =\n"
    "data_types =\n"
    "; Were the data encrypted, are you listed on an exchange: yes or no.\n"
    "encrypted =\n"
    "listed =\n"
    "; controller, processor, manufacturer, importer, retailer\n"
    "role =\n"
    "; The day you were sure.\n"
    "determined =\n"
    "\n"
    "[seed]\n"
    "; Mailboxes of your own, by commas, that get a copy first.\n"
    "addresses =\n"
    "\n"
    "[approval]\n"
    "; Who must approve before anything is sent, by commas; security:2 asks two\n"
    "; people: legal, security, communications (see tocsin approve).\n"
    "; Empty: the notice is ungated, nobody is asked, and 'tocsin send' sends what is\n"
    "; here.  Reports say so.\n"
    "roles =\n";

void create_text_settings(enum notice_kind kind, struct buf *out)
{
	buf_addz(out, settings_head);
	buf_addf(out,
	    "; breach, recall, policy, safety or legal: which laws are asked.\n"
	    "kind = %s\n"
	    "; The headline of the notice: web page, reports.\n"
	    "title = %s\n",
	    notice_kind_name(kind), texts[kind].title);
	buf_addz(out, settings_dates);
	buf_addf(out,
	    "; May hold {{fields}} too.  Plain words, no advertising.\n"
	    "subject = %s\n",
	    texts[kind].subject);
	buf_addz(out, settings_rest);
}

void create_text_message(enum notice_kind kind, struct buf *out)
{
	const struct kind_text *t = &texts[kind];

	buf_addf(out,
	    "# %s\n"
	    "\n"
	    "Date: CHANGE ME: the day this is sent\n"
	    "\n"
	    "Dear {{name|customer}},\n"
	    "\n"
	    "%s\n"
	    "%s"
	    "\n"
	    "CHANGE ME: name and office of the person who answers for this, "
	    "name and postal address of the organisation\n",
	    t->title, t->lead, t->body);
}

void create_text_web(enum notice_kind kind, struct buf *out)
{
	const struct kind_text *t = &texts[kind];

	buf_addf(out,
	    "# %s\n"
	    "\n"
	    "Date: CHANGE ME: the day this is published\n"
	    "\n"
	    "This page is for everyone concerned, also for those whom we could "
	    "not reach in person. It says the same as the mail we send; if a "
	    "mail says something else, it is not ours.\n"
	    "\n"
	    "%s"
	    "\n"
	    "CHANGE ME: name and postal address of the organisation\n",
	    t->title, t->body);
}

void create_text_sms(enum notice_kind kind, struct buf *out)
{
	buf_addf(out,
	    "CHANGE ME (who we are): %s. Read more on our website, CHANGE ME "
	    "(its name, no link), or call CHANGE ME.\n",
	    texts[kind].what);
}

void create_text_phone(enum notice_kind kind, struct buf *out)
{
	buf_addf(out,
	    "Good day, this is CHANGE ME (name) of CHANGE ME (who we are).\n"
	    "I call because of this: %s.\n"
	    "\n"
	    "I will not ask you for any data, password or payment. If you want "
	    "to be sure that this call is ours, hang up and call the number on "
	    "our website, CHANGE ME.\n"
	    "\n"
	    "CHANGE ME: what happened or what is dangerous, in three "
	    "sentences.\n"
	    "CHANGE ME: what to do now.\n"
	    "CHANGE ME: where to get help.\n"
	    "\n"
	    "May I send you this in writing? To which address?\n",
	    texts[kind].what);
}

void create_text_social(enum notice_kind kind, struct buf *out)
{
	buf_addf(out,
	    "%s. CHANGE ME: who is concerned, in one sentence. What happened, "
	    "what to do and where to get help stands on our website: CHANGE "
	    "ME. Please pass this on.\n",
	    texts[kind].title);
}

void create_text_readme(enum notice_kind kind, struct buf *out)
{
	buf_addf(out,
	    "This folder is one notice (%s). Everything about it stays here.\n"
	    "\n"
	    "1. Fill in notice.ini and message.md: whatever says CHANGE ME.\n"
	    "   A text in another language is message.de.md, for a segment\n"
	    "   message.minor.md, for both message.minor.de.md.\n"
	    "2. Fill in channels/: the web page, and what to text, say and\n"
	    "   post to those whom mail does not reach.\n"
	    "3. Make a key and publish its DNS record:\n"
	    "     tocsin dkim keygen --domain example.com \\\n"
	    "         --selector notice2026 --out dkim.pem\n"
	    "4. Bring in everyone the notice is owed to, also those without a\n"
	    "   mail address, as CSV. The first line names the columns:\n"
	    "     person_id,name,email,language,segment,jurisdiction\n"
	    "     1001,Jane Doe,jane@example.com,en,,US-CA\n"
	    "   Further columns are fields for the text: {{order_no}}\n"
	    "     tocsin import . people.csv\n"
	    "5. See what one person will get:\n"
	    "     tocsin preview . --recipient jane@example.com\n"
	    "6. Send it. Run it again after whatever stopped it: nobody is\n"
	    "   lost, and nobody gets it twice unsaid.\n"
	    "     tocsin send .\n"
	    "     tocsin status .\n"
	    "\n"
	    "The list of people is in this folder: keep it from others, and\n"
	    "erase it when the law lets you.\n",
	    notice_kind_name(kind));
}
