/* A changed policy, and a legal notice. */
#include "notice/create_text.h"

static void put_policy(const struct create *c, struct buf *out)
{
	buf_addz(out,
	    "## What Changes\n"
	    "\n"
	    "<!-- Each change in a sentence of plain words: what you did until "
	    "now, what you\n"
	    "will do. Which data, for which purpose, who receives them. -->\n"
	    "\n"
	    "* CHANGE ME (one change a line)\n"
	    "\n"
	    "## When\n"
	    "\n"
	    "The change takes effect on CHANGE ME (effective date). The policy "
	    "was last updated\n"
	    "on CHANGE ME (date).\n"
	    "\n"
	    "## Your Choices and Rights\n"
	    "\n"
	    "<!-- Does the change touch data you already hold, or a new "
	    "purpose? Then many\n"
	    "laws want consent first: say what happens to those who do not "
	    "give it. -->\n"
	    "\n"
	    "You can opt out, or withdraw your consent, free of charge and at "
	    "any time:\n"
	    "CHANGE ME (how). If you do not agree, CHANGE ME (what then, how "
	    "to close the account).\n"
	    "\n"
	    "You have the right to know which data we hold about you, to get a "
	    "copy, and to have\n"
	    "them corrected or deleted. ");
	buf_addz(out, c->laws & CREATE_GDPR
			  ? "You can object to their use, and complain to a\n"
			    "data protection authority.\n"
			  : "To do so, write to us.\n");
	buf_addz(out,
	    "\n"
	    "## The Full Text\n"
	    "\n"
	    "The whole new policy stands at CHANGE ME (canonical_url of "
	    "notice.ini). The old one\n"
	    "is there too.\n"
	    "\n");
}

const struct create_kind create_policy = {
    .title = "Changes to Our Privacy Policy",
    .subject = "CHANGE ME (company): Changes to our privacy policy",
    .sms = "our privacy policy changes",
    .what = "our privacy policy changes",
    .lead = "We at CHANGE ME (company) change our privacy policy. This notice "
	    "says what changes\n"
	    "and what you can do about it.\n",
    .body = put_policy,
    .contact = "Contact",
};

static void put_legal(const struct create *c, struct buf *out)
{
	(void)c;
	buf_addz(out,
	    "<!-- Written as notice to the members of a class (Federal Rules "
	    "of Civil Procedure\n"
	    "23(c)(2)(B)). For a notice of another kind keep the headings that "
	    "fit. -->\n"
	    "\n"
	    "## Why You Get This Notice\n"
	    "\n"
	    "The notice was ordered by CHANGE ME (court or law). The case is "
	    "CHANGE ME (name and\n"
	    "file number). Our records show that you may be a member of the "
	    "class.\n"
	    "\n"
	    "## What It Is About\n"
	    "\n"
	    "* The claims: CHANGE ME (what the lawsuit says, in plain words)\n"
	    "* The defense: CHANGE ME (what the company answers)\n"
	    "* Who is in the class: CHANGE ME (definition of the class)\n"
	    "* What you can get: CHANGE ME (benefits, or: not decided yet)\n"
	    "\n"
	    "## Your Rights and Choices\n"
	    "\n"
	    "* Do nothing: you stay in the class, and its judgment binds you.\n"
	    "* Send a claim: CHANGE ME (how, and the last day)\n"
	    "* Exclude yourself: CHANGE ME (how, and the last day)\n"
	    "* Object: CHANGE ME (how, and the last day)\n"
	    "* You may be heard in court, through a lawyer of your own if you "
	    "like. The hearing:\n"
	    "  CHANGE ME (day, time, place)\n"
	    "\n"
	    "The court named these lawyers for the class: CHANGE ME (names, "
	    "address, telephone).\n"
	    "You need not pay them.\n"
	    "\n"
	    "The full documents stand at CHANGE ME (canonical_url of "
	    "notice.ini).\n"
	    "\n");
}

const struct create_kind create_legal = {
    .title = "Legal Notice to Customers",
    .subject =
	"CHANGE ME (company): Notice of your rights in CHANGE ME (the case)",
    .sms = "a notice of your rights",
    .what = "a legal notice to customers",
    .lead = "A court, or the law, asks that you get this notice from CHANGE ME "
	    "(company). It is\n"
	    "not an advertisement. Your rights may depend on it.\n",
    .body = put_legal,
    .contact = "For More Information",
};
