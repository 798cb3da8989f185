#!/usr/bin/python3
"""tocsin check: an honest notice passes; each of many broken ones fails with
exactly the rule that is about what was broken."""
import json, os, sys
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import Tap, Work, run
from check_notice import CheckNotice, MESSAGE, PEOPLE, ZONE

VARIANTS = []

def broken(rule, what):
    """The function breaks one thing; `rule` must be the only one to block (or
    the only ones, where two are about it)."""
    def add(fn):
        VARIANTS.append((rule, what, fn))
        return fn
    return add

def setting(rule, what, section, key, value):
    VARIANTS.append((rule, what, lambda n: n.set(section, key, value)))

def text(rule, what, old, new):
    VARIANTS.append((rule, what, lambda n: n.edit(old, new)))

def zone(rule, what, old, new):
    def fn(n):
        assert old in n.zone, old
        n.zone = n.zone.replace(old, new)
    VARIANTS.append((rule, what, fn))

def channel(rule, what, file, old, new):
    def fn(n):
        assert old in n.channels[file], old
        n.channels[file] = n.channels[file].replace(old, new)
    VARIANTS.append((rule, what, fn))

# ---- identity
setting("S-01", "no own domains", "organisation", "own_domains", None)
setting("S-01", "From at a stranger's domain", "from", "address",
        "privacy@other.example")

@broken("S-02", "the domain is ten days old")
def _(n):
    n.files["rdap/example.com.json"] = json.dumps({
        "objectClassName": "domain", "ldhName": "example.com",
        "events": [{"eventAction": "registration",
                    "eventDate": "2026-11-15T00:00:00Z"}]})
    n.options = ["--rdap", "WORLD/rdap"]

def cousin(domain):
    def fn(n):
        n.set("organisation", "own_domains", f"example.com, {domain}")
        n.set("from", "address", f"privacy@{domain}")
        n.set("from", "reply_to", f"privacy@{domain}")
        n.set("dkim", "domain", domain)
        n.set("bounce", "address", f"bounces@{domain}")
        n.edit("privacy@example.com", f"privacy@{domain}")
        n.channels["web.md"] = n.channels["web.md"].replace(
            "privacy@example.com", f"privacy@{domain}")
        n.zone += "\n".join(
            line.replace("example.com.", domain + ".")
            for line in ZONE.splitlines()[1:]
            if line.startswith(("example.com.", "_dmarc", "mx.example.com",
                                "_smtp"))) + "\n"
    return fn
for d in ("example-notice.com", "examp1e.com", "exampel.com",
          "noticeexample.com", "example2026.com"):
    VARIANTS.append(("S-03", f"From at the cousin {d}", cousin(d)))

def moved(domain):
    """All of it at a domain that the company does not name as its own."""
    def fn(n):
        cousin(domain)(n)
        n.set("organisation", "own_domains", "example.com")
    return fn
VARIANTS.append(("S-01 S-03", "From and signature at a cousin, not declared",
                 moved("example-notice.com")))
VARIANTS.append(("S-01 S-16", "a vendor sends in its own name",
                 moved("globex-mailer.net")))
setting("S-13", "the bounce domain does not exist", "bounce", "address",
        "bounces@nosuch.example.com")

SPF = '"v=spf1 ip4:192.0.2.25 -all"'
zone("S-07", "no SPF record", f"example.com. TXT {SPF}\n", "")
zone("S-07", "two SPF records", f"example.com. TXT {SPF}\n",
     f'example.com. TXT {SPF}\nexample.com. TXT "v=spf1 -all"\n')
zone("S-07", "everyone may send", SPF, '"v=spf1 +all"')
zone("S-07", "our address may not", SPF, '"v=spf1 ip4:192.0.2.99 -all"')
zone("S-07", "a mistake in the record", SPF, '"v=spf1 ipv4:192.0.2.25 -all"')
zone("S-07", "eleven look-ups", SPF, '"v=spf1 ip4:192.0.2.25 ' +
     " ".join(f"exists:x{i}.ex.com" for i in range(11)) + ' " "-all"')

@broken("S-08", "no key in the DNS")
def _(n):
    n.key_record = ""

@broken("S-08", "the key was revoked")
def _(n):
    n.key_record = 'n1._domainkey.example.com. TXT "v=DKIM1; k=rsa; p="\n'

@broken("S-08", "another key in the DNS")
def _(n):
    n.key_record = ('n1._domainkey.example.com. TXT "v=DKIM1; k=rsa; '
                    'p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDwIRP/UC3SBsEmGqZ9'
                    'ZJW3/DkMoGeLnQg1fWn7/zYtIxN2SnFCjxOCKG9v3b4jYfcTNh5ijSsq'
                    '631uBItLa7od+v/RtdC2UzJ1lWT947qR+Rcac2gbto/NMqJ0fzfVjH4O'
                    'uKhitdY9tf6mcwGjaNBcWToIMmPSPDdQPNUYckcQ2QIDAQAB"\n')

@broken("S-08", "no [dkim]")
def _(n):
    del n.settings["dkim"]

@broken("S-08", "the key file is not there")
def _(n):
    n.key_options = None

@broken("S-08", "Ed25519 alone")
def _(n):
    n.key_options = ["--ed25519"]

zone("S-12", "the address has no name", "25.2.0.192.in-addr.arpa. PTR "
     "out.example.com.\n", "")
zone("S-12", "its name leads elsewhere", "25.2.0.192.in-addr.arpa. PTR out.",
     "25.2.0.192.in-addr.arpa. PTR www.")
zone("S-13", "From takes no mail (null MX)", "example.com. MX 10 "
     "mx.example.com.", "example.com. MX 0 .")
setting("S-16", "the vendor signs in its own name", "dkim", "domain",
        "vendor.example")

@broken("S-09", "no DMARC policy, and the house wants one")
def _(n):
    n.zone = n.zone.replace("p=reject", "p=none")
    n.set("check", "block", "S-09")

# ---- content
setting("S-00", "the sender is not filled in", "from", "name", "CHANGE ME")
text("S-00", "a gap in the text", "We closed the gap", "CHANGE ME")
for subject, why in (
        ("Legal Notice", "a bare legal notice"),
        ("Notice of Data Breach", "it names no company"),
        ("Harbor Books: hello", "it names no matter"),
        ("Re: Harbor Books: Notice of Data Breach", "it plays a reply"),
        ("HARBOR BOOKS: NOTICE OF DATA BREACH", "it shouts"),
        ("Harbor Books: Notice of Data Breach!", "it exclaims")):
    setting("S-20", f"subject: {why}", "message", "subject", subject)
setting("S-21", "another name", "from", "name", "Security Team Gmail")
setting("S-21", "the matter in the name", "from", "name",
        "Notice of Data Breach")
LINK = "<https://www.example.com/incident>"
for url, why in (
        ("<https://www.books-help.example/incident>", "a stranger's host"),
        ("<http://www.example.com/incident>", "not https"),
        ("<https://bit.ly/3xYzAbC>", "a shortener"),
        ("<https://192.0.2.80/incident>", "an address for a host"),
        ("<https://www.example.com@evil.example/>", "userinfo"),
        ("[www.example.com](https://xn--exmple-cua.com/)", "punycode"),
        ("[www.example.com/help](https://www.other.example/help)",
         "it says one thing and leads to another"),
        ("<https://www.example.com/incident?utm_source=mail>", "tracking"),
        ("<https://www.example.com/tool.exe>", "a program to load")):
    text("S-22", f"link: {why}", LINK, LINK + " and " + url)
text("S-22", "four links", LINK, " ".join(
    f"<https://www.example.com/{x}>" for x in "abcd") + " " + LINK)
text("S-24", "a picture from a server", "# Notice of Data Breach",
     "# Notice of Data Breach\n\n![](https://www.example.com/p.gif?id=1)")
def added(rule, what, sentence):
    text(rule, what, "## For More Information",
         sentence + "\n\n## For More Information")
added("S-22", "a page of ours that leads on to another",
      "See https://www.example.com/out?to=https%3A%2F%2Fother.example%2F.")
added("S-22", "another page than the one shown",
      "See [www.example.com/notice](https://www.example.com/other).")
added("S-25", "a sale", "Shop our winter sale.")
added("S-25", "a better plan", "Upgrade to Example Premium for $9 a month.")
added("S-26", "a copy of a passport",
      "We need a copy of your passport to go on.")
added("S-26", "a recovery phrase",
      "Write down your recovery phrase and send it to us.")
added("S-26", "a number to have at hand",
      "Please have your Social Security number ready when you call.")
text("S-25", "an offer", "## For More Information",
     "Save 20% on your next order with code SORRY20. Shop now! Follow us on "
     "Instagram.\n\n## For More Information")
text("S-26", "asks for a number", "## For More Information",
     "To confirm who you are, reply with your Social Security number and date "
     "of birth.\n\n## For More Information")
text("S-26", "asks for a password", "## For More Information",
     "Please enter your password and PIN on the next page.\n\n"
     "## For More Information")
text("S-29", "a heading of California's is missing", "## What We Are Doing",
     "## Our Measures")

@broken("S-29", "no day of the breach")
def _(n):
    n.edit("On November 20, 2026 we found", "Lately we found")
    n.edit("The copying took place between November 14 and November 18,\n2026.",
           "")
    n.edit("Date of this notice: November 25, 2026\n\n", "")
    n.channels = {}

text("S-29", "no title", "# Notice of Data Breach", "# Dear reader")

@broken("S-29", "Massachusetts reads what happened")
def _(n):
    n.people += ("5,Eve Elm,eve@mail.example,US,MA,en,5 Elm St,Salem,01970,"
                 "consent,shop,yes\n")

text("S-35", "a field that the list lacks", "{{name|customer}}", "{{nmae}}")
text("S-34", "too large", "## For More Information",
     "\n".join("We looked into it with care and found what is said here."
               for _ in range(3000)) + "\n\n## For More Information")

# ---- list
setting("S-40", "no day of discovery", "notice", "discovered", None)

@broken("S-42", "e-mail is the legal notice, and no ground for it")
def _(n):
    n.people = n.people.replace("legal_ground,source", "legal_channel,source")
    n.people = n.people.replace("consent", "email").replace(
        "contract", "email")

@broken("S-42", "a word that is no ground")
def _(n):
    n.people = n.people.replace("consent", "consnet", 1)

@broken("S-43", "their mailboxes were taken")
def _(n):
    n.set("facts", "data_types", "name, email-credentials")
    n.set("facts", "mailboxes_taken", "mail.example")
    n.edit("* Look through", "* Change your password and your security "
           "question, also wherever else you use\n  them.\n* Look through")

@broken("L-04", "nobody knows where one of them lives")
def _(n):
    n.people += "6,Finn Fir,finn@mail.example,,,en,6 Elm St,X,1,consent,shop,yes\n"

@broken("S-41", "no audience")
def _(n):
    n.people = None

@broken("S-41", "no text for German readers")
def _(n):
    n.texts["message.en.md"] = n.texts.pop("message.md")
    n.people = n.people.replace("DE,,en,", "DE,,de,")

# ---- channels
channel("S-50", "the web page gives another address", "web.md",
        "https://www.example.com/incident", "https://www.example.com/breach")
channel("S-50", "the text message gives a stranger's", "sms.txt",
        "www.example.com/incident", "www.incidentexample.com")
channel("S-50", "the text message gives another number", "sms.txt",
        "+1 800 555 0100", "+1 800 555 0199")
channel("S-50", "the page tells another day", "web.md", "On November 20, 2026",
        "On November 2, 2026")
setting("S-51", "no page", "notice", "canonical_url", None)

@broken("S-51", "the page is not there")
def _(n):
    n.files["web/www.example.com/other"] = "x"
    n.options = ["--web", "WORLD/web"]

@broken("S-51", "the page does not name the sender")
def _(n):
    n.files["web/www.example.com/incident"] = (
        "<html><h1>Notice of Data Breach</h1></html>")
    n.options = ["--web", "WORLD/web"]

# ---- plan
@broken("S-48", "it would end after the deadline")
def _(n):
    n.people = PEOPLE.splitlines()[0] + "\n" + "".join(
        f"{i},Person {i},p{i}@mail.example,US,CA,en,{i} Elm St,Fresno,93650,"
        "consent,shop,yes\n" for i in range(2000))
    n.set("check", "rate", "1")

@broken("L-01", "Maryland's attorney general comes first")
def _(n):
    n.people += ("7,Gil Gum,gil@mail.example,US,MD,en,7 Elm St,Towson,21204,"
                 "consent,shop,yes\n")

@broken("L-01", "the police asked to wait")
def _(n):
    n.after = [["duties", "DIR", "--hold-until", "2026-12-24", "--by", "Ada",
                "--note", "Boston police"]]

def check(d, zone, options):
    rc, out, err = run("check", d, "--zone", zone, "--json", "--quiet",
                       *options)
    return rc, (json.loads(out) if out else None), err

def blocking(result):
    return sorted({f["rule"] for f in result["findings"]
                   if f["severity"] == "block" and not f["overridden"]})

def said(result):
    return "\n".join(f"{f['severity']} {f['rule']}/{f['check']} "
                     f"{f['subject']}: {f['text']}"
                     for f in result["findings"] if f["severity"] == "block")

def main():
    t, w = Tap(), Work()
    only = os.environ.get("T")
    try:
        rc, result, err = check(*CheckNotice().write(w, "good"))
        t.ok(result is not None and rc == 0 and result["blocks"] == 0,
             "the honest notice passes",
             f"exit {rc} {err}\n{said(result) if result else ''}")
        t.ok(result and not any(f["rule"] in result["passed"]
                                for f in result["findings"]),
             "a rule with a finding has not passed")
        for i, (rule, what, breaks) in enumerate(VARIANTS):
            if only and only not in what and only != rule:
                continue
            n = CheckNotice()
            breaks(n)
            rc, result, err = check(*n.write(w, f"v{i}"))
            if not t.ok(result is not None and rc == 1 and
                        blocking(result) == rule.split(), f"{rule}: {what}"):
                t.note(f"exit {rc} {err}")
                for line in (said(result) if result else "").splitlines():
                    t.note(line)
    finally:
        w.close()
    t.done()

main()
