#include "check/requirement.h"
#include "base/str.h"

const struct requirement requirements[] = {
    {"S-49", REQUIREMENT_KEPT,
	"Several roles approve exactly one content and one list; any "
	"byte changed voids it.",
	"'tocsin approve' binds it, 'tocsin send' refuses without it"},
    {"S-60", REQUIREMENT_OPEN,
	"Seed mailboxes and a first small batch go out before the "
	"rest, which waits for a person.",
	NULL},
    {"S-61", REQUIREMENT_PARTLY,
	"Those who read lately come first, those who complained come "
	"last.",
	"'tocsin send': those who complained come last; no other order "
	"yet"},
    {"S-62", REQUIREMENT_PARTLY,
	"The volume grows day by day, and the end is held against the "
	"deadlines.",
	"'tocsin check' (S-48) projects the end at one rate; no ramp "
	"yet"},
    {"S-63", REQUIREMENT_PARTLY,
	"Connections and pace are counted for each mailbox provider, "
	"not for each domain.",
	"'tocsin send': domains with the same best mail server share "
	"connections; a relay has its profile's limits; no pace of "
	"each provider yet"},
    {"S-64", REQUIREMENT_PARTLY,
	"A temporary refusal is tried again later, and slower.",
	"'tocsin send': growing pauses for 72 hours ([send] "
	"retry_for); no pause of ten minutes for a whole provider yet"},
    {"S-65", REQUIREMENT_PARTLY,
	"An address that was refused for good is never tried again; "
	"refusals by policy halt the provider.",
	"'tocsin send' tries no refused address again; it halts "
	"nothing yet"},
    {"S-66", REQUIREMENT_OPEN,
	"The send halts by itself where too many are unknown, complain "
	"or are refused by policy.",
	NULL},
    {"S-67", REQUIREMENT_KEPT,
	"It can be stopped at once, survives a crash, and nobody gets "
	"it twice unsaid.",
	"'tocsin pause', Ctrl-C, and 'tocsin send' again"},
    {"S-68", REQUIREMENT_OPEN,
	"Bounces, complaints and reports come back in and are counted "
	"with their person.",
	NULL},
    {"S-69", REQUIREMENT_OPEN,
	"Who failed for a while gets one second attempt later.", NULL},
    {"S-70", REQUIREMENT_PARTLY,
	"Everyone whom mail did not reach is handed over to another "
	"channel.",
	"'tocsin status' counts them; no list to hand over yet"},
    {"S-71", REQUIREMENT_PARTLY,
	"What was decided and done is kept so that nobody can alter it "
	"unseen.",
	"'tocsin approve' signs what was decided; no log of each mail "
	"yet"},
    {"S-72", REQUIREMENT_OPEN,
	"A closing report tells the reach, place by place.", NULL},
    {"S-73", REQUIREMENT_OPEN,
	"One person's mail can be proved to outsiders without showing "
	"the others.",
	NULL},
    {"S-74", REQUIREMENT_OPEN,
	"Afterwards the list is sealed and erased, and suppression is "
	"put back.",
	NULL},
    {"S-75", REQUIREMENT_OPEN,
	"Rates, look-alikes and answers are watched afterwards.", NULL},
    {"E-01", REQUIREMENT_KEPT,
	"A 250 of a relay proves less than one of the recipient's "
	"server.",
	"'tocsin status' counts such mail as handed, never as accepted"},
    {"E-02", REQUIREMENT_KEPT,
	"What a relay rewrites, signs and allows is known beforehand.",
	"[send] relay_profile; 'tocsin send' signs nothing that is "
	"rewritten"},
    {"E-03", REQUIREMENT_OPEN,
	"What the relay reports later is taken in, person by person.", NULL},
    {"E-07", REQUIREMENT_PARTLY,
	"It goes out over the servers that have always sent, at their "
	"pace.",
	"[send] source, helo and relay say which; 'tocsin check' "
	"judges their SPF (S-07) and names (S-12), not their history"},
    {"E-08", REQUIREMENT_OPEN,
	"A third party that sends gets a package, and its results come "
	"back.",
	NULL},
    {"E-09", REQUIREMENT_PARTLY,
	"Login at a relay is modern, and its quotas are obeyed.",
	"'tocsin send': AUTH PLAIN, LOGIN and XOAUTH2, the profile's "
	"connections and mails a minute; of a day's limit it only "
	"warns"},
    {"L-07", REQUIREMENT_KEPT, "An approval can be given on another device.",
	"'tocsin approve --request', --sign and --accept"},
    {"L-08", REQUIREMENT_KEPT,
	"A correction goes only to those who got the first notice.",
	"'tocsin new --corrects' makes it for them"},
    {"L-09", REQUIREMENT_OPEN,
	"A signed statement is published at the start, not before.", NULL},
    {"R-01", REQUIREMENT_KEPT,
	"Of a received mail only one's own edge is believed.",
	"'tocsin verify' believes no Authentication-Results, and "
	"Received only of --edge"},
    {"R-01a", REQUIREMENT_OPEN,
	"The edge of Exchange Online is known by its place.", NULL},
    {"R-02", REQUIREMENT_PARTLY, "SPF, DKIM, DMARC and ARC are verified anew.",
	"'tocsin verify'; it is not held against "
	"Authentication-Results yet"},
    {"R-03", REQUIREMENT_KEPT,
	"Who a mail is from is the domain of its one From that DMARC "
	"confirms.",
	"'tocsin verify': several addresses, or none, are a permerror"},
    {"R-04", REQUIREMENT_OPEN,
	"Allowed is only a domain that was authenticated.", NULL},
    {"R-05", REQUIREMENT_OPEN,
	"An IP address is allowed only where nothing else can be.", NULL},
    {"R-06", REQUIREMENT_OPEN, "Who is allowed is still scanned.", NULL},
    {"R-07", REQUIREMENT_OPEN,
	"A protected company's mail that fails counts against it.", NULL},
    {"R-08", REQUIREMENT_OPEN, "Rules for other mail systems can be made.",
	NULL},
    {"R-09", REQUIREMENT_PARTLY,
	"Names that imitate a protected one are found.",
	"'tocsin check' (S-03, S-15) for the sender's own; not yet for "
	"received mail"},
    {"R-10", REQUIREMENT_PARTLY, "A domain's age counts.",
	"'tocsin check' (S-02) for the sender's own; not yet for "
	"received mail"},
    {"R-11", REQUIREMENT_OPEN,
	"A mail that claims to be a notice must be of that company.", NULL},
    {"R-12", REQUIREMENT_PARTLY,
	"A demand for data, money or a download is a bad sign.",
	"'tocsin check' (S-26) for one's own text; not yet for "
	"received mail"},
    {"R-13", REQUIREMENT_PARTLY, "Links lead to who the mail is from.",
	"'tocsin check' (S-22) for one's own text; not yet for "
	"received mail"},
    {"R-13a", REQUIREMENT_OPEN,
	"Links rewritten on the way are read as they were.", NULL},
    {"R-14", REQUIREMENT_OPEN, "A DMARC pass alone is not yet genuine.", NULL},
    {"R-14a", REQUIREMENT_OPEN,
	"A stranger's own domain with its own statement is not "
	"genuine.",
	NULL},
    {"R-15", REQUIREMENT_OPEN,
	"A company's statement is fetched and its signature checked.", NULL},
    {"R-16", REQUIREMENT_OPEN, "A vendor counts where the company names it.",
	NULL},
    {"R-17", REQUIREMENT_KEPT, "Forwarded mail is judged by what survives.",
	"'tocsin verify': a signature that holds is enough; ARC never "
	"makes a fail a pass"},
    {"R-18", REQUIREMENT_OPEN, "Each local exception is written down.", NULL},
    {"R-19", REQUIREMENT_KEPT,
	"A pass is needed even where the policy is none.",
	"'tocsin verify' tells result and policy apart"},
    {"R-20", REQUIREMENT_PARTLY, "A signature that is replayed is noticed.",
	"'tocsin verify': one that has expired does not hold; other "
	"signs not yet"},
    {"R-21", REQUIREMENT_OPEN, "A logo is a hint at most.", NULL},
    {"R-22", REQUIREMENT_OPEN, "Notices of partners are expected by date.",
	NULL},
    {"R-23", REQUIREMENT_OPEN,
	"The reader is told in one line who wrote, never 'safe'.", NULL},
    {"R-24", REQUIREMENT_OPEN, "Nothing is dropped in silence.", NULL},
    {"R-25", REQUIREMENT_OPEN,
	"An imitation can be reported in a standard form.", NULL},
    {"R-26", REQUIREMENT_PARTLY,
	"\"Is this ours?\" has an answer with reasons.",
	"'tocsin verify' answers for one domain's authentication "
	"(--json, --zone); no verdict over it yet"},
    {"R-27", REQUIREMENT_KEPT, "Hostile mail harms nobody.",
	"'tocsin verify': every size, count and look-up has a limit"},
    {"R-28", REQUIREMENT_OPEN,
	"The gateway first only marks, and trusts no mark from "
	"outside.",
	NULL},
    {"R-29", REQUIREMENT_OPEN, "The reader is told whom to ask.", NULL},
    {"R-30", REQUIREMENT_OPEN,
	"Fields of a statement have types, and keys can be revoked.", NULL},
};
const size_t requirement_count = ARRAY_SIZE(requirements);

const struct requirement *requirement_find(struct str id)
{
	for (size_t i = 0; i < requirement_count; i++)
		if (str_ieq(id, str_of(requirements[i].id)))
			return &requirements[i];
	return NULL;
}

const char *requirement_state_name(enum requirement_state s)
{
	static const char *const names[] = {
	    [REQUIREMENT_OPEN] = "not built",
	    [REQUIREMENT_PARTLY] = "partly",
	    [REQUIREMENT_KEPT] = "kept",
	};

	return names[s];
}
