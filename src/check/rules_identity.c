#include "check/rules_identity.h"

#define M3     "M3AAWG, Sending Mandated Emails to Large Audiences (2020)"
#define GOOGLE "Google sender guidelines (81126)"

static const struct rule rules[] = {
    {"S-01", "The sender's domain is the company's own", SEVERITY_BLOCK,
	M3 "; RFC 9989 (tree walk), Public Suffix List",
	"People and filters know the company by its domain. A stranger's "
	"domain in From looks like a scam, because scams look just so.",
	"Send from a domain that is in [organisation] own_domains and that "
	"people know."},
    {"S-02", "The sender's domain is not new", SEVERITY_BLOCK,
	M3 "; domain age rules in public detection sets (30 and 90 days)",
	"Fresh domains have no reputation; many filters refuse them, and "
	"hundreds are registered to imitate a notice like this one.",
	"Send from a domain that has been in use for a year or more."},
    {"S-03", "The sender's domain does not imitate the main one",
	SEVERITY_BLOCK,
	M3 "; Equifax 2017 (equifaxsecurity2017.com), Marriott 2018 "
	   "(email-marriott.com)",
	"A cousin of one's own domain teaches people to trust cousins. Staff "
	"of Equifax sent people to the imitation of their own cousin.",
	"Use the main domain, or a subdomain of it such as "
	"notice.example.com."},
    {"S-04", "The sender's domain has sent mail before", SEVERITY_WARN,
	M3 "; Google bulk sender FAQ (14229414)",
	"A domain that never sent has no history; the first large mailing is "
	"slowed down or refused.",
	"Write [attest] volume: mails a day from this domain, mean of the last "
	"30 days. 0 means: start slowly, days ahead."},
    {"S-05", "The address is not the one of the advertising", SEVERITY_WARN,
	M3 "; " GOOGLE,
	"People who filed the newsletter under spam will not see a notice that "
	"comes from the same address.",
	"Use an address of its own, such as notice@ or privacy@."},
    {"S-06", "Answers reach a person", SEVERITY_WARN,
	"Microsoft high-volume sender rules; gov.uk service manual",
	"People answer such mail. An address that takes none looks fake, and "
	"Yahoo and Microsoft hold it against the sender.",
	"Give [from] reply_to (or address) a mailbox that somebody reads, at a "
	"domain with an MX record."},
    {"S-07", "SPF lets these servers send", SEVERITY_BLOCK,
	"RFC 7208; " GOOGLE "; Microsoft (550 5.7.515)",
	"Without an SPF pass the large providers refuse or junk bulk mail.",
	"Publish one SPF record (v=spf1 ... -all) at the domain of [bounce] "
	"address that names the servers which send."},
    {"S-08", "The DKIM signature holds, and is the sender's", SEVERITY_BLOCK,
	"RFC 6376, 8301, 8463; " GOOGLE "; Yahoo Sender Hub",
	"The signature is what proves after forwarding that the mail is the "
	"company's. A broken one counts as none.",
	"Make a key with 'tocsin dkim keygen', publish its record, and sign "
	"with d= of the From domain, RSA 2048."},
    {"S-09", "DMARC tells receivers to refuse imitations", SEVERITY_WARN,
	"RFC 9989; " M3 "; Marriott 2018",
	"Without a policy anybody may put the domain into From, and on the day "
	"of the notice many will.",
	"A subdomain of your own with its own p=reject; do not change the "
	"organisation's policy during the incident."},
    {"S-10", "SPF and DKIM both align with From", SEVERITY_WARN,
	"Google bulk sender FAQ (14229414): both are likely to be asked",
	"One aligned pass is enough today; when it breaks on the way, the "
	"other one carries the mail.",
	"Let [bounce] address and [dkim] domain be under the From domain."},
    {"S-11", "The mail travels encrypted", SEVERITY_WARN,
	M3 "; Google 4.7.29; RFC 8461, 7672",
	"The notice says of each reader that they are concerned: that is "
	"personal data on the wire.",
	"Write tls = required under [send]; those whose server has no TLS are "
	"then owed another channel."},
    {"S-12", "The sending host has a name that leads back to it",
	SEVERITY_BLOCK, GOOGLE " (5.7.25); Yahoo; RFC 1912 2.1",
	"Servers refuse hosts without a PTR name, or with one that any home "
	"connection has.",
	"Ask the owner of the address for a PTR name of your own, publish A or "
	"AAAA for that name, and use it as [send] helo."},
    {"S-13", "The sender's domains take mail", SEVERITY_BLOCK,
	"RFC 5321 5.1, RFC 7505; Yahoo Sender Hub (SOA)",
	"A sender nobody can answer is refused; Yahoo looks for the SOA record "
	"of the From domain.",
	"Publish MX (and A) for the domains of [from] address and [bounce] "
	"address."},
    {"S-14", "The sending hosts are on no block list", SEVERITY_WARN,
	GOOGLE "; Microsoft troubleshooting",
	"A listed address is refused by everyone who asks that list.",
	"Ask the list to remove the address before the notice, and tell it "
	"what comes ('tocsin prenotice')."},
    {"S-15", "Who owns the neighbours of the domain", SEVERITY_WARN,
	"Equifax 2017, Marriott 2018; M3AAWG Brand Protection Kit (2022)",
	"Look-alikes that take mail already are the likeliest source of fakes "
	"on the day of the notice.",
	"Watch them, or register the likeliest before somebody does."},
    {"S-16",
	"A third party that sends is declared, and stays behind the "
	"company's name",
	SEVERITY_BLOCK, "OPM 2015 (csid.com); Filters Fast 2022; Everbridge",
	"Mail that a vendor signs with its own name is taken for phishing, as "
	"the notices of OPM were by the Army.",
	"Have the vendor sign with a key for your domain, keep From on your "
	"domain, and name the vendor in [esp]."},
    {"S-17", "Feedback comes in before the start", SEVERITY_WARN,
	"Google Postmaster Tools, Yahoo complaint feedback loop, Microsoft "
	"SNDS and JMRP",
	"The first data take about 72 hours; without them a problem is seen "
	"when it is too late.",
	"Enrol, and write who did it when under [attest] feedback."},
    {"S-18", "Keys are younger than the intrusion", SEVERITY_WARN,
	"Trezor 2024: phishing from the real address through a compromised "
	"provider",
	"Whoever was inside may hold the signing key and send genuine-looking "
	"mail with it.",
	"Make a new DKIM key, change relay and registrar logins, and write the "
	"day under [attest] keys_changed."},
    {"E-05", "A copy came back from a real mailbox", SEVERITY_BLOCK,
	"Amazon SES, SendGrid and others rewrite what they are handed",
	"What a relay adds (footer, pixel, unsubscribe, its own signature) "
	"shows only in a copy that was received.",
	"Send one to a mailbox of your own and put it into the folder seed/ "
	"as a .eml file."},
    {"E-06", "The provider was asked, in writing", SEVERITY_WARN,
	M3 ": consult the ESP beforehand",
	"Shared pools, suppression lists, footers and automatic suspension "
	"stop notices half way.",
	"Ask (the text is in 'tocsin prenotice'), and write the file with the "
	"answers under [esp] answers."},
};

static void judge(const struct check_facts *x, struct findings *f)
{
	judge_sender_domain(x, f);
	judge_sender_auth(x, f);
	judge_sender_host(x, f);
}

const struct rule_family family_identity = {
    .name = "identity",
    .title = "Who sends, and can receivers tell?",
    .rules = rules,
    .count = ARRAY_SIZE(rules),
    .judge = judge,
};
