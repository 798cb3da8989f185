/* Breach: the headings of California, which the Federal Trade Commission's
 * model letter has too; HIPAA's and the GDPR's elements stand under them. */
#include "notice/create_text.h"

static const char what_happened[] =
    "## What Happened\n"
    "\n"
    "<!-- In general terms, in two to four short sentences. Then the dates, as\n"
    "well as you know them: \"3 November 2026\", or \"between 28 October and\n"
    "3 November 2026\". -->\n"
    "\n"
    "CHANGE ME (what happened)\n"
    "\n"
    "The breach took place on CHANGE ME (day, or first and last day). We found\n"
    "out on CHANGE ME (day).\n"
    "\n"
    "<!-- Write one: \"did not ask\", or \"asked\" and until when. -->\n"
    "\n"
    "Law enforcement CHANGE ME (did or did not ask) us to delay this notice.\n"
    "\n";

static const char what_data[] =
    "## What Information Was Involved\n"
    "\n"
    "<!-- Every kind, one a line, by its name: name, postal address, date of\n"
    "birth, bank account number, password. Say what was not involved only if\n"
    "you are sure. -->\n"
    "\n"
    "These kinds of your %s were involved:\n"
    "\n"
    "* CHANGE ME (one kind of data a line)\n"
    "\n";

static const char consequences[] =
    "<!-- GDPR Art. 34: what this can lead to, for the people you write to. -->\n"
    "\n"
    "The likely consequences for you are these: CHANGE ME (what may follow)\n"
    "\n";

static const char what_we_do[] =
    "## What We Are Doing\n"
    "\n"
    "* To find out what happened, we CHANGE ME (investigation)\n"
    "* To end the breach, we CHANGE ME (measures taken)\n"
    "* To limit the harm to you, we CHANGE ME (measures taken)\n"
    "* So that it does not happen again, we CHANGE ME (measures planned)\n"
    "\n";

static const char monitoring[] =
    "<!-- Were Social Security numbers, driver's license numbers or other\n"
    "numbers of the state involved? Then many states ask you to offer identity\n"
    "protection at no cost: California, Delaware, Pennsylvania 12 months, D.C.\n"
    "and Massachusetts 18, Connecticut 24. Add, for the longest that is due:\n"
    "\"We offer you 24 months of identity theft prevention and mitigation\n"
    "services, free of charge. You need no payment card. To enroll, call the\n"
    "number below until\" and the last day. A code for each person: codes in\n"
    "notice.ini. -->\n"
    "\n";

static const char steps[] =
    "## What You Can Do\n"
    "\n"
    "<!-- Take out what does not help with the data involved; add what does. -->\n"
    "\n"
    "* Be careful with mail, calls and texts that mention this breach. Do not\n"
    "  give your data to somebody who writes or calls.\n"
    "* If your password was involved, change it, and your security question.\n"
    "  Change it wherever else you use the same one.\n";

static const char steps_bank[] =
    "* Look through your bank and account statements for the next 12 to 24\n"
    "  months. Tell your bank at once about what you do not know.\n";

static const char steps_health[] =
    "* Look through your medical bills and the statements of your health plan.\n"
    "  Ask about every treatment that you did not get.\n";

static const char steps_us[] =
    "* Remain vigilant for 12 to 24 months: review your account statements, and\n"
    "  look for accounts you did not open in your credit report. You can get it\n"
    "  free of charge at annualcreditreport.com, or by calling 1-877-322-8228.\n"
    "* You can place a fraud alert. It tells lenders to check who you are before\n"
    "  they open an account. Call one of the bureaus below; it tells the others.\n"
    "* You can place a security freeze (a credit freeze) on your credit report.\n"
    "  It keeps others from opening accounts in your name. It is free of charge.\n"
    "  Ask each of the three bureaus for it.\n"
    "* You can file a police report, and obtain a copy of it. Report identity\n"
    "  theft to the police, to your state attorney general, and to the Federal\n"
    "  Trade Commission.\n"
    "* You have rights under the Fair Credit Reporting Act: to see what is in\n"
    "  your credit report, and to have wrong information corrected.\n";

static const char bureaus[] =
    "<!-- As of January 2026; verify before use. -->\n"
    "\n"
    "The three credit bureaus (consumer reporting agencies):\n"
    "\n"
    "* Equifax: 1-888-298-0045, equifax.com, P.O. Box 105788, Atlanta, GA\n"
    "  30348-5788\n"
    "* Experian: 1-888-397-3742, experian.com, P.O. Box 9554, Allen, TX 75013\n"
    "* TransUnion: 1-800-916-8800, transunion.com, P.O. Box 160, Woodlyn, PA\n"
    "  19094\n"
    "\n"
    "The Federal Trade Commission (FTC): 1-877-438-4338, identitytheft.gov, 600\n"
    "Pennsylvania Avenue NW, Washington, DC 20580. The FTC, your state attorney\n"
    "general and the credit bureaus tell you how to avoid identity theft, and\n"
    "more about fraud alerts and security freezes.\n"
    "\n";

static const char states[] =
    "<!-- Some states ask that their own office be named. Take out those where\n"
    "nobody concerned lives. As of January 2026; verify before use. -->\n"
    "\n"
    "These states have offices that help:\n"
    "\n"
    "* Maryland, Attorney General: 1-888-743-0023, marylandattorneygeneral.gov,\n"
    "  200 St. Paul Place, Baltimore, MD 21202\n"
    "* North Carolina, Attorney General: 1-877-566-7226, ncdoj.gov, 9001 Mail\n"
    "  Service Center, Raleigh, NC 27699-9001\n"
    "* District of Columbia, Attorney General: 202-442-9828, oag.dc.gov, 400 6th\n"
    "  Street NW, Washington, DC 20001\n"
    "* Rhode Island, Attorney General: 401-274-4400, riag.ri.gov, 150 South Main\n"
    "  Street, Providence, RI 02903\n"
    "* New York, Attorney General: 1-800-771-7755, ag.ny.gov; Department of\n"
    "  State, Division of Consumer Protection: 1-800-697-1220, dos.ny.gov\n"
    "* Oregon, Attorney General: 1-877-877-9392, doj.state.or.us, 1162 Court\n"
    "  Street NE, Salem, OR 97301\n"
    "* Iowa, Attorney General: 1-888-777-4590, iowaattorneygeneral.gov, 1305 E.\n"
    "  Walnut Street, Des Moines, IA 50319\n"
    "\n";

static const char complaint[] =
    "You have the right to complain to a data protection authority, such as\n"
    "CHANGE ME (authority where these people live, or where you are).\n"
    "\n";

void create_text_bureaus(struct buf *out)
{
	buf_addz(out, bureaus);
}

void create_text_states(struct buf *out)
{
	buf_addz(out, states);
}

static void put_body(const struct create *c, struct buf *out)
{
	bool us = c->laws & ~CREATE_GDPR;

	buf_addz(out, what_happened);
	buf_addf(out, what_data,
	    c->laws & CREATE_HIPAA ? "unsecured protected health information"
				   : "data");
	if (c->laws & CREATE_GDPR)
		buf_addz(out, consequences);
	buf_addz(out, what_we_do);
	if (us)
		buf_addz(out, monitoring);
	buf_addz(out, steps);
	if (c->laws & CREATE_HIPAA)
		buf_addz(out, steps_health);
	buf_addz(out, us ? steps_us : steps_bank);
	buf_addc(out, '\n');
	if (us) {
		create_text_bureaus(out);
		create_text_states(out);
	}
	if (c->laws & CREATE_GDPR)
		buf_addz(out, complaint);
}

const struct create_kind create_breach = {
    .title = "Notice of Data Breach",
    .subject = "CHANGE ME (company): Notice of Data Breach",
    .sms = "your personal data were in a data breach",
    .what = "a breach of your personal data at our company",
    .lead = "We at CHANGE ME (company) write to tell you about a breach of "
	    "your personal data.\n"
	    "This notice says what happened and what you can do.\n",
    .body = put_body,
    .contact = "For More Information",
};

/* ---- Massachusetts: neither the nature of the breach nor a number */

void create_text_segments(const struct create *c, struct buf *out)
{
	(void)c;
	buf_addz(out,
	    "; Who reads which text. One section a segment, in the order they "
	    "are tried;\n"
	    "; message.NAME.md is its text. Who fits nowhere reads message.md.\n"
	    ";\n"
	    "; Keys: jurisdiction (US-MA; US is all of its states, EU all of "
	    "its members),\n"
	    "; role (self, guardian, representative, next-of-kin), data_types. "
	    "Words by\n"
	    "; commas: any of them fits; of several keys all must fit.\n"
	    "\n"
	    "; Massachusetts forbids the nature of the breach and the number "
	    "of its\n"
	    "; residents in the notice (Mass. Gen. Laws ch. 93H, s. 3).\n"
	    "[massachusetts]\n"
	    "jurisdiction = US-MA\n");
}

static const char massachusetts[] =
    "<!-- Must not say how the data were taken, nor how many people of\n"
    "Massachusetts are concerned (Mass. Gen. Laws ch. 93H, s. 3). -->\n"
    "\n"
    "We at CHANGE ME (company) write to you because your personal information\n"
    "was involved in an incident. This notice tells you your rights, and what\n"
    "you can do.\n"
    "\n"
    "## Your Rights\n"
    "\n"
    "You have the right to obtain any police report that was filed about this.\n"
    "If you are the victim of identity theft, you also have the right to file a\n"
    "police report and to obtain a copy of it.\n"
    "\n"
    "## Security Freeze\n"
    "\n"
    "You can place a security freeze on your credit report. It keeps others\n"
    "from opening accounts in your name. There is no charge to place it, to lift\n"
    "it or to remove it. To request it, write to or call each of the three\n"
    "bureaus below, or use their websites. The bureau will want to know who you\n"
    "are. It asks for:\n"
    "\n"
    "* your full name, your date of birth and your Social Security number\n"
    "* your addresses of the last two years\n"
    "* a copy of an identity card, and of a bill with your address\n"
    "\n"
    "Give these to the bureau only, never to us and never to a caller. The\n"
    "bureau has one business day if you call, and three if you write. It then\n"
    "gives you a number with which you lift the freeze.\n"
    "\n";

static const char massachusetts_offer[] =
    "## What We Offer You\n"
    "\n"
    "<!-- Mitigation services. Were Social Security numbers involved? Then\n"
    "Massachusetts asks for 18 months of credit monitoring, free of charge,\n"
    "with all that people need to enroll (42 months if you are a bureau). -->\n"
    "\n"
    "Mitigation services: CHANGE ME (what you offer, and how to enroll)\n"
    "\n"
    "<!-- \"none\" if the company belongs to no other. -->\n"
    "\n"
    "Our parent or affiliated corporation: CHANGE ME (its name, or none)\n"
    "\n"
    "## For More Information\n"
    "\n";

void create_text_massachusetts(const struct create *c, struct buf *out)
{
	buf_addf(out,
	    "# %s\n"
	    "\n"
	    "Date: CHANGE ME (the day this is sent)\n"
	    "\n"
	    "Dear {{name|customer}},\n"
	    "\n",
	    create_title(c));
	buf_addz(out, massachusetts);
	create_text_bureaus(out);
	buf_addz(out, massachusetts_offer);
	create_text_contact(c, out);
	buf_addz(out,
	    "\n"
	    "CHANGE ME (name and office of the person who answers for this)\\\n"
	    "CHANGE ME (company)\n");
}
