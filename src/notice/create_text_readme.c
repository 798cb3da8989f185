/* README.txt: the steps, each with its command. */
#include "notice/create_text.h"

static const char steps[] =
    "Work from top to bottom. Each step is a command, said in this folder.\n"
    "\n"
    "1. Fill in notice.ini, message.md and channels/: whatever says\n"
    "   CHANGE ME. Words in <!-- --> are advice; no reader sees them.\n"
    "     grep -rn 'CHANGE ME' .\n"
    "   A text in another language is message.de.md, for a segment\n"
    "   message.minor.md, for both message.minor.de.md.\n"
    "\n"
    "2. Make a key, and publish the DNS record that it prints:\n"
    "     tocsin dkim keygen --domain example.com \\\n"
    "         --selector notice2026 --out dkim.pem\n"
    "\n"
    "3. Bring in everyone the notice is owed to, also those without a\n"
    "   mail address, as CSV. The first line names the columns:\n"
    "     person_id,name,email,language,segment,jurisdiction\n"
    "     1001,Jane Doe,jane@example.com,en,,US-CA\n"
    "   Further columns are fields for the text: {{order_no}}\n"
    "     tocsin import . people.csv\n"
    "\n"
    "4. See which laws ask what by when:\n"
    "     tocsin deadlines .\n"
    "\n"
    "5. Find what would bounce, look like a scam or fail the law; mend\n"
    "   it, and check again. findings.html is for counsel:\n"
    "     tocsin check . --html findings.html\n"
    "\n"
    "6. See what one person will get:\n"
    "     tocsin preview . --recipient jane@example.com\n"
    "\n"
    "7. Have it approved, once for each role of notice.ini. Any byte\n"
    "   that changes later voids it:\n"
    "     tocsin approve . --as legal --by 'Jane Doe'\n"
    "\n"
    "8. Tell providers, partners and authorities beforehand:\n"
    "     tocsin prenotice . prenotice\n"
    "\n"
    "9. Put the page of channels/web.md on your website. Then send; run\n"
    "   it again after whatever stopped it. Nobody is lost, and nobody\n"
    "   gets it twice without it being said.\n"
    "     tocsin send .\n"
    "     tocsin status .\n"
    "\n";

static const char recall[] =
    "Words that a recall must not use (Regulation (EU) 2023/988, Art. 36):\n"
    "voluntary, precautionary, discretionary, in rare situations, in\n"
    "specific situations; nor that no accident was reported.\n"
    "\n";

static const char massachusetts[] =
    "segments.ini gives the people of Massachusetts a text of their own,\n"
    "message.massachusetts.md. It must not tell the nature of the breach\n"
    "nor how many people of Massachusetts are concerned.\n"
    "\n";

static const char end[] =
    "Addresses of bureaus and authorities in the text are as of January\n"
    "2026: verify them. Nothing here is legal advice; counsel must read the\n"
    "text before it is sent.\n"
    "\n"
    "The list of people is in this folder: keep it from others, and erase\n"
    "it when the law lets you.\n";

void create_text_readme(const struct create *c, struct buf *out)
{
	buf_addf(out,
	    "This folder is one notice (%s). Everything about it stays here.\n",
	    notice_kind_name(c->kind));
	if (c->laws) {
		buf_addz(out, "The text has what these ask for: ");
		create_laws_format(c->laws, out);
		buf_addz(out, ".\n");
	}
	buf_addc(out, '\n');
	buf_addz(out, steps);
	if (c->laws & CREATE_EU)
		buf_addz(out, recall);
	if (c->laws & CREATE_MASSACHUSETTS)
		buf_addz(out, massachusetts);
	buf_addz(out, end);
}
