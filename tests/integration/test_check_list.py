#!/usr/bin/python3
"""tocsin check: the list, the other channels and the plan, over real folders.

A generated list is counted again in Python; then one thing at a time is broken,
and the rule that is about it must block, beside no other of these families."""
import csv, hashlib, json, os, random
from harness import Tap, Work, TOCSIN, must
import subprocess

t = Tap()
w = Work()
OURS = {"S-40", "S-41", "S-42", "S-43", "S-44", "S-45", "S-46", "S-47", "S-48",
        "S-50", "S-51", "S-52", "S-53", "E-04", "L-01", "L-02", "L-03", "L-04",
        "L-05", "L-06"}
AT = "2026-11-10T12:00:00Z"
ZONE = w.write("z.zone", """good.org. MX 10 mx.good.org.
mx.good.org. A 192.0.2.1
gmail.com. MX 10 mx.good.org.
refuses.org. MX 0 .
bare.org. A 192.0.2.2
""")

def check(d, *args, at=AT):
    p = subprocess.run([TOCSIN, "check", d, "--zone", ZONE, "--json", "--quiet",
                        "--at", at, *args], capture_output=True, text=True)
    if p.returncode not in (0, 1, 3):
        raise RuntimeError(f"exit {p.returncode}: {p.stderr}")
    return json.loads(p.stdout)["findings"]

def find(findings, rule, what):
    for f in findings:
        if f["rule"] == rule and f["check"] == what:
            return f
    return {"severity": None, "text": "", "unchecked": None}

def blocks(findings):
    return sorted({f["rule"] for f in findings
                   if f["severity"] == "block" and f["rule"] in OURS})

def shown(n):
    return f"{n:,} {'person' if n == 1 else 'people'}"

def write_list(name, rows, columns):
    path = w.path(name)
    with open(path, "w", encoding="utf-8", newline="") as f:
        out = csv.DictWriter(f, columns)
        out.writeheader()
        out.writerows(rows)
    return path

def folder(name, rows=None, columns=None, message="# Notice\n\nDear {{name}}, "
           "read https://www.example.com/notice or call +1 800 555 0199. It "
           "happened on 3 November 2026.\n", extra=""):
    d = w.notice(name, message=message, extra=extra)
    os.makedirs(os.path.join(d, "channels"), exist_ok=True)
    for f, text in (("web.md", "On 3 November 2026: www.example.com/notice"),
                    ("sms.txt", "Read example.com/notice"),
                    ("phone.txt", "See example.com/notice"),
                    ("social.txt", "See example.com/notice")):
        w.write(os.path.join(name, "channels", f), text + "\n")
    if rows:
        must("import", d, write_list(name + ".csv", rows, columns), "--quiet")
    return d

# ---- counted twice
r = random.Random(20261125)
COLUMNS = ["person_id", "name", "email", "email2", "country", "region",
           "segment", "unsubscribed", "complained", "bounced", "engaged",
           "street", "city", "legal_channel", "legal_ground", "source",
           "reason", "ref"]
PLACES = [("DE", ""), ("FR", ""), ("US", "CA"), ("US", "NY"), ("GB", "")]
rows = []
for i in range(700):
    country, region = r.choice(PLACES)
    flag = lambda k: "yes" if r.random() < k else "no"
    email = "" if r.random() < .1 else \
        f"{r.choice(['ada', 'info', 'eve'])}{'' if r.random() < .02 else i}" \
        f"@{r.choice(['good.org', 'gmail.com', 'gmial.com', 'bare.org', 'refuses.org', 'gone.org'])}"
    rows.append(dict(person_id=f"P{i}", name=f"Person {i}", email=email,
                     email2=f"second{i}@good.org" if email and r.random() < .2 else "",
                     country=country, region=region,
                     segment=r.choice(["", "", "minor"]),
                     unsubscribed=flag(.3), complained=flag(.05),
                     bounced=flag(.04), engaged=flag(.3),
                     street="1 High St" if r.random() < .5 else "",
                     city="Town", legal_channel=r.choice(["", "", "post"]),
                     legal_ground=r.choice(["", "consent"]),
                     source="crm" if r.random() < .9 else "",
                     reason="" if r.random() < .2 else "login",
                     ref="" if r.random() < .1 else f"R{i}"))
d = folder("counted", rows, COLUMNS,
           message="Dear {{name}}, your number is {{ref}}.\n")
f = check(d)

def n(condition):
    return sum(1 for x in rows if condition(x))

mailed = [x for x in rows if x["email"]]
at = lambda x: x["email"].partition("@")[2]
text = find(f, "S-41", "size")["text"]
addresses = len(mailed) + n(lambda x: x["email2"])
t.ok(f"{shown(700)} in 5 places, with {addresses} mail addresses; without any: "
     f"{shown(700 - len(mailed))}." in text, "the list's size is told", text)
text = find(f, "S-41", "source")["text"]
t.ok(shown(n(lambda x: not x["source"])) in text, "rows without a source", text)
text = find(f, "S-41", "reason")["text"]
t.ok(shown(n(lambda x: not x["reason"])) in text, "rows without a reason", text)
text = find(f, "S-44", "decisions")["text"]
for key in ("unsubscribed", "complained", "bounced"):
    t.ok(shown(n(lambda x: x[key] == "yes")) in text, f"{key} are counted", text)
t.ok(shown(n(lambda x: x["email"].startswith("info@"))) in text,
     "offices are counted", text)
text = find(f, "S-46", "slip")["text"]
t.ok(f"gmial.com for gmail.com ({shown(n(lambda x: at(x) == 'gmial.com'))})"
     in text, "slips are counted", text)
text = find(f, "S-44", "no-mx")["text"]
for domain in ("gmial.com", "refuses.org", "gone.org"):
    t.ok(f"{domain} ({shown(n(lambda x: at(x) == domain))}" in text,
         f"{domain} takes no mail", text)
t.ok("bare.org" not in text, "an address without MX takes mail", text)
text = find(f, "S-47", "stale")["text"]
t.ok(shown(n(lambda x: x["engaged"] == "no")) in text, "old mailboxes", text)
blocked = find(f, "S-41", "no-text")
t.ok(blocked["severity"] == "block" and
     shown(n(lambda x: x["segment"] == "minor")) in blocked["text"],
     "a segment without a text blocks", blocked)
text = find(f, "S-46", "empty-field")["text"]
t.ok(f"{{{{ref}}}} of message.md "
     f"({shown(n(lambda x: x['email'] and not x['ref'] and not x['segment']))})"
     in text, "people whose field is empty are counted", text)
text = find(f, "S-42", "channels")["text"]
said = n(lambda x: x["legal_channel"] == "post")
t.ok(f"The list itself says so for {said} of them" in text,
     "legal_channel cells are counted", text)
text = find(f, "S-42", "to-post")["text"]
count = n(lambda x: x["email"] and x["region"] in ("CA", "NY") and
          not x["legal_ground"] and not x["legal_channel"])
t.ok(f"for {shown(count)} with a mail address" in text,
     "who needs a letter by law is counted", text)
everything = json.dumps([x for x in f if x["rule"] in OURS])
t.equal([x["email"] for x in mailed if x["email"] in everything], [],
        "no address of a person stands in these findings")
t.equal(blocks(f), ["S-41"], "nothing else of these families blocks")

# ---- one thing broken at a time
HONEST = [dict(person_id=f"P{i}", name="Ada", email=f"ada{i}@good.org",
               country="DE", source="crm", reason="login", engaged="yes")
          for i in range(3)]
PLAIN = ["person_id", "name", "email", "country", "source", "reason",
         "engaged", "legal_channel", "legal_ground"]
d = folder("honest", HONEST, PLAIN)
t.equal(blocks(check(d)), [], "an honest folder is not blocked")

def broken(name, want, what, rows=HONEST, edit=None, columns=PLAIN, extra="",
           args=()):
    d = folder(name, rows, columns, extra=extra)
    if edit:
        edit(d)
    f = check(d, *args)
    got = blocks(f)
    t.ok(got == [want] and find(f, want, what)["severity"] == "block",
         f"{name} blocks by {want} alone", f"{got}\n{find(f, want, what)}")
    return f

def rewrite(*pairs):
    def edit(d):
        path = os.path.join(d, "notice.ini")
        text = open(path, encoding="utf-8").read()
        for a, b in pairs:
            assert a in text
            text = text.replace(a, b)
        open(path, "w", encoding="utf-8").write(text)
    return edit

def channel(file, text):
    return lambda d: open(os.path.join(d, "channels", file), "w").write(text)

broken("no-date", "S-40", "discovered",
       edit=rewrite(("discovered = 2026-11-03", "")))
broken("no-people", "S-41", "no-audience", rows=None)
broken("no-residence", "L-04", "unknown-place",
       [dict(HONEST[0], country="")])
broken("no-basis", "S-40", "basis", edit=rewrite(("kind = breach",
                                                   "kind = recall")),
       rows=[dict(HONEST[0], country="AQ")])
broken("bad-word", "S-42", "bad-channel",
       [dict(HONEST[0], legal_channel="letter")])
broken("taken", "S-43", "taken", extra="[facts]\nmailboxes_taken = good.org\n")
broken("taken-dot", "S-43", "taken",
       extra="[facts]\nmailboxes_taken = @Good.ORG.\n")
broken("md", "L-01", "before-individuals",
       [dict(HONEST[0], country="US", region="MD", legal_ground="consent")],
       columns=PLAIN + ["region"])
broken("ny-mail", "S-42", "no-ground",
       [dict(HONEST[0], country="US", region="NY", legal_channel="email")],
       columns=PLAIN + ["region"])
broken("slow", "S-48", "too-late",
       [dict(HONEST[i], country="US", region="NY", legal_ground="consent")
        for i in range(3)],
       columns=PLAIN + ["region"],
       extra="[check]\nrate = 1\nstart = 2026-12-02T23:00:00Z\n")
broken("cousin", "S-50", "foreign-address",
       edit=channel("social.txt", "Read exampIe-notice2026.com or "
                    "example.com/notice\n"))
broken("other-phone", "S-50", "phone",
       edit=channel("phone.txt", "example.com/notice, call 800-555-0198\n"))
broken("other-day", "S-50", "day",
       edit=channel("web.md", "On 4 November 2026: example.com/notice\n"))
broken("no-page", "S-51", "canonical-url",
       edit=rewrite(("canonical_url = https://www.example.com/notice", "")))

# ---- the page
web = w.path("web")
os.makedirs(os.path.join(web, "www.example.com"))
broken("dead-page", "S-51", "page", args=("--web", web))
page = w.write("web/www.example.com/notice",
               "<h1>Breach of\n November 2026</h1><p>From notice&#64;example.com")
f = check(w.path("honest"), "--web", web)
t.equal((blocks(f), find(f, "S-51", "page")["severity"]), ([], None),
        "a page with title and sender passes")
w.write("web/www.example.com/notice", "<h1>Breach of November 2026</h1>")
f = check(w.path("honest"), "--web", web)
t.equal(find(f, "S-51", "page-from")["severity"], "block",
        "a page without the sender blocks")
f = check(w.path("honest"))
t.ok(find(f, "S-51", "page")["unchecked"], "offline it could not be checked")

# ---- a relay's own list
os.makedirs(os.path.join(w.path("honest"), "suppression"))
w.write("honest/suppression/relay.csv", "email,reason\nada0@good.org,Bounce\n" +
        hashlib.md5(b"ada1@good.org").hexdigest() + ",complaint\n")
text = find(check(w.path("honest")), "E-04", "dropped")["text"]
t.ok("2 people" in text and "bounced 1, complained 1" in text,
     "what the relay would drop is told", text)

# ---- done duties and tranches
must("duties", w.path("md"), "--done", "us-md:regulator", "--by", "Ada",
     "--quiet")
t.equal(blocks(check(w.path("md"))), [], "a duty recorded opens the gate")
d = w.path("honest")
must("import", d, write_list("late.csv", [dict(HONEST[0], person_id="L1",
     email="late@good.org", country="US", region="NY",
     legal_ground="consent")], PLAIN + ["region"]), "--tranche", "late",
     "--discovered", "2026-10-01", "--quiet")
f = check(d)
late = [x for x in f if x["subject"] == "tranche 'late'"]
t.ok(any(x["check"] == "late" and "us-ny by 2026-10-31" in x["text"]
         for x in late), "a tranche has its own clock", late)
t.equal(blocks(f), [], "a date that has passed does not block")

f = check(d, "--no-list")
t.ok(find(f, "S-41", "no-audience")["unchecked"],
     "without the pass the list could not be checked")
w.close()
t.done()
