/* The other channels: do they say the same, and can the mail be checked? */
#include "base/conf.h"
#include "check/facts.h"
#include "check/finding.h"
#include "check/rules_channel.h"
#include "check/say.h"

static const struct rule rules[] = {
    {"S-50", "Every channel says the same", SEVERITY_BLOCK,
	"M3AAWG 2020 (the same message by web, text, phone and social); "
	"Equifax 2017",
	"Impostors live on contradictions. In 2017 a company's own staff "
	"sent people to a fake of its notice for two weeks, because the true "
	"address was as odd as the false one.",
	"Write the same address, telephone number, days and numbers in "
	"message.md and in channels/."},
    {"S-51", "The notice stands on the company's own site first",
	SEVERITY_BLOCK,
	"45 CFR 164.404(d)(2); gov.uk service manual; Marriott 2018",
	"Who doubts the mail looks for it on the site. A page that is live "
	"before the mail, and names the exact sender, is the proof everyone "
	"can use.",
	"Publish the page, with the notice's title and the address of [from] "
	"on it, and write it in [notice] canonical_url."},
    {"S-52", "A signed statement says how to recognise the mail", SEVERITY_INFO,
	"ours; Trezor 2024 (mail from a real address)",
	"A program at the receiver's can only be sure if the company's own "
	"domain says what was sent.",
	"Name the exact sender on the page until then."},
    {"S-53", "Those who receive the mail were told beforehand", SEVERITY_WARN,
	"Yahoo Sender Hub (Sender Support Request); M3AAWG 2020",
	"Providers, the relay, partners and one's own help desk treat an "
	"unexpected wave as an attack.",
	"'tocsin prenotice DIR DIR/prenotice' writes the texts; send them, and "
	"note in sent.tsv there what went out when."},
};

/* ---- S-51 */

static void judge_page(const struct check_facts *x, struct findings *f)
{
	const struct channel_facts *c = &x->channel;
	struct str url = x->notice->canonical_url;
	struct str where = S("notice.ini [notice] canonical_url");

	if (check_has_placeholder(x, url))
		return;
	finding_judged(f, "S-51");
	if (!url.n) {
		finding_remedy(f,
		    finding_add(f, "S-51", "canonical-url", SEVERITY_BLOCK,
			where,
			"it is not said where the notice stands on your own "
			"website."),
		    "Write canonical_url = https://www.your-domain/notice and "
		    "publish the page there before the send.");
		return;
	}
	if (c->page == PAGE_UNASKED)
		finding_unchecked(f, "S-51", "page", false, url,
		    "the page was not looked at.");
	else if (c->page == PAGE_SILENT)
		finding_unchecked(f, "S-51", "page", true, url,
		    "the page could not be looked at: %.*s",
		    STR_ARG(c->page_why));
	else if (c->page == PAGE_MISSING)
		finding_add(f, "S-51", "page", SEVERITY_BLOCK, url,
		    "the page is not live: %.*s.", STR_ARG(c->page_why));
	else if (!c->page_has_from)
		finding_add(f, "S-51", "page-from", SEVERITY_BLOCK, url,
		    "the page does not name the sender of the mail, %.*s.",
		    STR_ARG(x->notice->from_address));
	else if (!c->page_has_title)
		finding_add(f, "S-51", "page-title", SEVERITY_BLOCK, url,
		    "the page does not have the title of the notice, \"%.*s\".",
		    STR_ARG(str_sub(x->notice->title, 0, 200)));
}

static void judge(const struct check_facts *x, struct findings *f)
{
	if (!x->channel.gathered)
		return;
	rules_channel_copy(x, f);
	judge_page(x, f);
	finding_judged(f, "S-52");
	say_info(f,
	    finding_add(f, "S-52", "statement", SEVERITY_INFO, x->notice->dir,
		"this version publishes no signed statement."));
	finding_judged(f, "S-53");
	if (!x->channel.prenotice)
		finding_add(f, "S-53", "prenotice", SEVERITY_WARN,
		    S("prenotice/"),
		    "nothing is kept there: it is not known that providers, "
		    "the relay and partners were told.");
}

const struct rule_family family_channel = {
    .name = "channel",
    .title = "Do all channels say the same?",
    .rules = rules,
    .count = ARRAY_SIZE(rules),
    .judge = judge,
};
