#!/usr/bin/python3
"""tocsin check, who sends: what blocks, what warns, and what an answer that
does not come leaves open."""
import base64, email, email.policy, json, os, subprocess, sys
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import Tap, Work, run
from check_notice import CheckNotice, ZONE

T, W = Tap(), Work()
COUNT = [0]

def check(n, *after):
    """Writes the notice, does `after` with its folder, and checks it."""
    COUNT[0] += 1
    d, zone, options = n.write(W, f"n{COUNT[0]}")
    for fn in after:
        fn(d)
    rc, out, err = run("check", d, "--zone", zone, "--json", "--quiet",
                       *options)
    return rc, (json.loads(out)["findings"] if out else []), err

def said(findings, rule, check=None):
    return [f for f in findings if f["rule"] == rule and
            (check is None or f["check"] == check)]

def one(rc, findings, name, rule, what, severity, part="", exit=None):
    """This finding is there with this severity; what blocks is this rule."""
    hit = said(findings, rule, what)
    blocks = sorted({f["rule"] for f in findings if f["severity"] == "block"})
    want = [rule] if severity == "block" else []
    good = (hit and blocks == want and part in hit[0]["text"] and
            (hit[0]["severity"] == severity if severity != "unchecked"
             else hit[0]["unchecked"]) and
            rc == ((1 if want else 0) if exit is None else exit))
    if not T.ok(good, name):
        T.note(f"exit {rc}, blocks {blocks}")
        for f in hit or [f for f in findings if f["severity"] == "block" or
                         f["rule"] == rule]:
            T.note(f"{f['severity']} {f['rule']}/{f['check']}: {f['text']}")

# ---- one cause, one rule
def settings():
    def equifax(n):
        n.set("organisation", "own_domains",
              "example.com, examplesecurity2017.com")
        cousin = "examplesecurity2017.com"
        for section, key, value in (
                ("from", "address", f"privacy@{cousin}"),
                ("from", "reply_to", f"privacy@{cousin}"),
                ("notice", "canonical_url", f"https://www.{cousin}/incident"),
                ("dkim", "domain", cousin),
                ("bounce", "address", f"bounces@{cousin}")):
            n.set(section, key, value)
        for texts in (n.texts, n.channels):
            for file in texts:
                texts[file] = texts[file].replace(
                    "privacy@example.com", f"privacy@{cousin}").replace(
                    "www.example.com", f"www.{cousin}")
        n.zone += "\n".join(
            line.replace("example.com.", cousin + ".").replace(
                "@example.com", "@" + cousin)
            for line in ZONE.splitlines()[1:]
            if line.startswith(("example.com.", "_dmarc", "mx.example.com",
                                "www.", "_smtp"))) + "\n"
    n = CheckNotice()
    equifax(n)
    rc, f, _ = check(n)
    one(rc, f, "From and page at a cousin of the first own domain", "S-03",
        "cousin", "block", "imitation of example.com")

    n = CheckNotice()
    n.set("from", "address", "privacy@example.com, legal@example.com")
    rc, f, _ = check(n)
    one(rc, f, "two addresses in From", "S-01", "address", "block")

    n = CheckNotice()
    n.set("bounce", "address", "bounces@nothere.example")
    rc, f, _ = check(n)
    one(rc, f, "a bounce domain that does not exist", "S-13", "resolves",
        "block", "does not exist")

    n = CheckNotice()
    n.set("bounce", "address", "CHANGE ME")
    n.set("from", "address", "privacy@other.example")
    rc, f, _ = check(n)
    T.ok(rc == 1 and said(f, "S-00") and said(f, "S-01", "foreign-domain"),
         "a bounce address to fill in hides no strange sender")

    n = CheckNotice()
    n.set("from", "address", "noreply@example.com")
    n.edit("from privacy@example.com only", "from noreply@example.com only")
    n.channels["web.md"] = n.channels["web.md"].replace(
        "from privacy@example.com only", "from noreply@example.com only")
    rc, f, _ = check(n)
    one(rc, f, "noreply@ in From, answers elsewhere", "S-05", "no-reply",
        "warn", "privacy@example.com")

# ---- no answer
SPF = 'example.com. TXT "v=spf1 ip4:192.0.2.25 -all"\n'
DMARC = ('_dmarc.example.com. TXT "v=DMARC1; p=reject; '
         'rua=mailto:dmarc@example.com"\n')
PTR = "25.2.0.192.in-addr.arpa. PTR out.example.com.\n"

def no_answer():
    for name, old, new, rule, what, exit in (
            ("the SPF record", SPF, ";!timeout example.com\n", "S-07",
             "record", 3),
            ("an SPF include", SPF,
             'example.com. TXT "v=spf1 include:spf.example.net -all"\n'
             ";!servfail spf.example.net\n", "S-07", "record", 3),
            ("the DMARC record", DMARC, ";!timeout _dmarc.example.com\n",
             "S-09", "policy", 3),
            ("the host's name", PTR,
             ";!servfail 25.2.0.192.in-addr.arpa\n", "S-12", "ptr", 3),
            ("where the host's name leads", "out.example.com. A 192.0.2.25\n",
             ";!timeout out.example.com\n", "S-12", "ptr", 3),
            ("From's MX", "example.com. MX 10 mx.example.com.\n"
             "example.com. A 192.0.2.80\n", ";!timeout example.com\n",
             "S-13", "resolves", 3),
            ("the SOA record", ZONE.splitlines()[1] + "\n",
             ";!timeout example.com\n", "S-13", "soa", 3),
            ("the record of TLS reports",
             '_smtp._tls.example.com. TXT "v=TLSRPTv1; '
             'rua=mailto:tls@example.com"\n',
             ";!servfail _smtp._tls.example.com\n", "S-11", "tls-reports",
             3),
            ("the MTA-STS record", SPF, SPF +
             ";!timeout _mta-sts.example.com\n", "S-11", "mta-sts", 3),
            ("the TLSA records", SPF, SPF +
             ";!bogus _25._tcp.mx.example.com\n", "S-11", "dane", 3),
            ("the mail server's address", "mx.example.com. A 192.0.2.20\n",
             ";!servfail mx.example.com\n", "S-13", "mx-host", 3),
            ("a look-alike", SPF, SPF + ";!timeout example.net\n", "S-15",
             "no-answer", 0)):
        n = CheckNotice()
        assert old in n.zone, old
        n.zone = n.zone.replace(old, new)
        rc, f, _ = check(n)
        # the first cases make other questions of example.com fail as well
        hit = said(f, rule, what)
        T.ok(rc == exit and hit and hit[0]["unchecked"] and
             "could not be checked" in hit[0]["text"] and
             not any(x["severity"] == "block" for x in f),
             f"no answer: {name}",
             f"exit {rc}: " + json.dumps([
                 (x["rule"], x["check"], x["text"]) for x in f
                 if x["unchecked"] or x["severity"] == "block"]))
    n = CheckNotice()
    n.key_record = ";!timeout n1._domainkey.example.com\n"
    rc, f, _ = check(n)
    one(rc, f, "no answer: the key record", "S-08", "signature", "unchecked",
        "could not be checked", exit=3)

# ---- reports to another house
def reports():
    rua = "rua=mailto:dmarc@example.com"
    for name, more, severity in (
            ("that says nothing", "reports.example. A 192.0.2.9\n", "warn"),
            ("that says another thing", "example.com._report._dmarc."
             'reports.example. TXT "v=spf1 -all"\n', "warn"),
            ("that does not answer", ";!timeout example.com._report._dmarc."
             "reports.example\n", "unchecked"),
            ("that takes them", "*._report._dmarc.reports.example. TXT "
             '"v=DMARC1;"\n', None)):
        n = CheckNotice()
        assert rua in n.zone
        n.zone = n.zone.replace(
            rua, "rua=mailto:a@Reports.example!10m") + more
        rc, f, _ = check(n)
        name = f"reports to a house {name}"
        if severity:
            one(rc, f, name, "S-09", "reports", severity, "ports.example",
                exit=3 if severity == "unchecked" else 0)
        else:
            T.ok(rc == 0 and not said(f, "S-09", "reports"), name)
    n = CheckNotice()
    n.zone = n.zone.replace(rua, "rua=mailto:a@dmarc.example.com")
    rc, f, _ = check(n)
    T.ok(rc == 0 and not said(f, "S-09", "reports"),
         "reports to a subdomain of one's own")

# ---- keys
def keys():
    n = CheckNotice()
    n.key_options = None
    def weak(d):
        key = os.path.join(d, "dkim.pem")
        subprocess.run(["openssl", "genrsa", "-out", key, "1024"], check=True,
                       capture_output=True)
        der = subprocess.run(["openssl", "rsa", "-in", key, "-pubout",
                              "-outform", "DER"], check=True,
                             capture_output=True).stdout
        with open(d + "-world/zone", "a") as f:
            f.write('n1._domainkey.example.com. TXT "v=DKIM1; k=rsa; p=' +
                    base64.b64encode(der).decode() + '"\n')
    rc, f, _ = check(n, weak)
    one(rc, f, "an RSA key of 1024 bits", "S-08", "key-size", "warn",
        "1024 bits")

# ---- the way of the mail, and of the answers
TLSA = "_25._tcp.mx.example.com. TLSA "
SECURE = "".join(f";!secure {x}\n" for x in (
    "_25._tcp.mx.example.com", "mx.example.com", "example.com"))
STS_POLICY = ("version: STSv1\nmode: enforce\nmx: mx.example.com\n"
              "max_age: 604800\n")
STS = '_mta-sts.example.com. TXT "v=STSv1; id=20261101T000000;"\n'

def sts(record, policy):
    n = CheckNotice()
    n.zone += record
    n.files["web/www.example.com/incident"] = (
        "<html><h1>Notice of Data Breach</h1><p>We send from "
        "privacy@example.com.</p></html>")
    if policy:
        n.files["web/mta-sts.example.com/.well-known/mta-sts.txt"] = policy
    n.options = ["--web", "WORLD/web"]
    return check(n)

def transport():
    good = "3 1 1 " + "ab" * 32 + "\n"
    for name, more, severity, part in (
            ("signed", TLSA + good + SECURE, None, ""),
            ("not signed", TLSA + good, "warn", "not signed"),
            ("usage 0", TLSA + "0 0 1 " + "ab" * 32 + "\n" + SECURE, "warn",
             "usage 0 or 1"),
            ("usage 1 beside a good one", TLSA + good + TLSA + "1 1 1 " +
             "cd" * 32 + "\n" + SECURE, "warn", "usage 0 or 1"),
            ("a short digest", TLSA + "3 1 1 abcd\n" + SECURE, "warn",
             "means nothing"),
            ("none", SECURE, None, "")):
        n = CheckNotice()
        n.zone += more
        rc, f, _ = check(n)
        if severity:
            one(rc, f, f"TLSA: {name}", "S-11", "dane", severity, part)
        else:
            T.ok(rc == 0 and not said(f, "S-11", "dane"), f"TLSA: {name}")
    for name, record, policy, severity, part in (
            ("enforced", STS, STS_POLICY, None, ""),
            ("testing", STS, STS_POLICY.replace("enforce", "testing"), "info",
             "testing"),
            ("no policy", STS, None, "warn", "404"),
            ("a policy without max_age", STS, STS_POLICY.split("max_")[0],
             "warn", "can not be used"),
            ("another server", STS, STS_POLICY.replace("mx.e", "old.e"),
             "warn", "does not name mx.example.com"),
            ("no id", STS.replace("id=20261101T000000;", ""), STS_POLICY,
             "warn", "can not be used"),
            ("two records", STS + STS.replace("2026", "2027"), STS_POLICY,
             "warn", "several")):
        rc, f, _ = sts(record, policy)
        if severity:
            one(rc, f, f"MTA-STS: {name}", "S-11", "mta-sts", severity, part)
        else:
            T.ok(rc == 0 and not said(f, "S-11", "mta-sts"),
                 f"MTA-STS: {name}")
    n = CheckNotice()
    n.zone = n.zone.replace("v=TLSRPTv1; ", "v=TLSRPT1; ")
    rc, f, _ = check(n)
    one(rc, f, "a slip in the record of TLS reports", "S-11", "tls-reports",
        "warn", "can not be used")

def servers():
    mx = "example.com. MX 10 mx.example.com.\n"
    for name, old, new, what, severity in (
            ("an address for a name", mx, "example.com. MX 10 192.0.2.20.\n",
             "mx-address", "block"),
            ("an address beside a name", mx, mx +
             "example.com. MX 20 192.0.2.20.\n", "mx-address", "warn"),
            ("an alias", "mx.example.com. A 192.0.2.20\n",
             "mx.example.com. CNAME www.example.com.\n", "mx-cname", "warn"),
            ("a host without address", "mx.example.com. A 192.0.2.20\n", "",
             "mx-host", "warn")):
        n = CheckNotice()
        assert old in n.zone
        n.zone = n.zone.replace(old, new)
        rc, f, _ = check(n)
        one(rc, f, f"MX: {name}", "S-13", what, severity)
    n = CheckNotice()
    n.set("bounce", "address", "b@b.example.com")
    n.zone += ('b.example.com. MX 0 .\n'
               'b.example.com. TXT "v=spf1 ip4:192.0.2.25 -all"\n')
    rc, f, _ = check(n)
    one(rc, f, "bounces to a null MX", "S-13", "null-mx", "block",
        "b.example.com")

V6 = "1." + "0." * 23 + "8.b.d.0.1.0.0.2.ip6.arpa. PTR "

def hosts():
    for host, generic in (("c0000219.isp.example", True),
                          ("192000002025.isp.example", True),
                          ("h192-000-002-025.isp.example", True),
                          ("mta25-2.example.com", False),
                          ("out0219.example.com", False)):
        n = CheckNotice()
        n.zone = n.zone.replace(PTR, PTR.replace("out.example.com", host) +
                                f"{host}. A 192.0.2.25\n")
        rc, f, _ = check(n)
        if generic:
            one(rc, f, f"named {host}", "S-12", "generic", "block", host)
        else:
            T.ok(rc == 0 and not said(f, "S-12"), f"named {host}")
    for host, generic in (("2001-db8-0-0-0-0-0-1.isp.example", True),
                          ("mx6-1.example.com", False)):
        n = CheckNotice()
        n.set("send", "source", "2001:db8::1")
        n.zone = (n.zone.replace("ip4:192.0.2.25", "ip6:2001:db8::/32")
                  .replace("out.example.com. A 192.0.2.25\n",
                           "out.example.com. AAAA 2001:db8::1\n") +
                  V6 + host + f".\n{host}. AAAA 2001:db8::1\n")
        rc, f, _ = check(n)
        if generic:
            one(rc, f, f"named {host}", "S-12", "generic", "block", host)
        else:
            T.ok(rc == 0 and not said(f, "S-12"), f"named {host}")

def alignment():
    n = CheckNotice()
    n.set("from", "address", "privacy@notice.example.com")
    n.zone = (n.zone.replace("p=reject;", "p=reject; adkim=s;") +
              "notice.example.com. MX 10 mx.example.com.\n")
    for texts in (n.texts, n.channels):
        for file in texts:
            texts[file] = texts[file].replace(
                "privacy@example.com only", "privacy@notice.example.com only")
    rc, f, _ = check(n)
    one(rc, f, "signed by the organisation, and adkim=s", "S-08", "alignment",
        "block", "adkim=s")
    n.zone = n.zone.replace("adkim=s;", "")
    rc, f, _ = check(n)
    T.ok(rc == 0 and not said(f, "S-08"), "signed by the organisation")
    n = CheckNotice()
    n.zone = n.zone.replace(SPF, 'example.com. TXT "v=spf1 ip4:0.0.0.0/1 '
                            'ip4:128.0.0.0/2 ip4:192.0.0.0/3 -all"\n')
    rc, f, _ = check(n)
    one(rc, f, "SPF for nearly everyone", "S-07", "everyone", "block")

# ---- the registry
def registry():
    def answer(**kw):
        n = CheckNotice()
        n.files["rdap/example.com.json"] = json.dumps(kw)
        n.options = ["--rdap", "WORLD/rdap"]
        return check(n)
    def born(date):
        return {"objectClassName": "domain", "ldhName": "example.com",
                "events": [{"eventAction": "registration",
                            "eventDate": date}]}
    rc, f, _ = answer(**born("2026-06-01T00:00:00Z"))
    one(rc, f, "half a year old", "S-02", "age", "warn", "177 days")
    rc, f, _ = answer(**born("1999-06-01T00:00:00Z"))
    T.ok(rc == 0 and not said(f, "S-02"), "an old domain")
    rc, f, _ = answer(errorCode=404, title="not found")
    one(rc, f, "a registry that does not know it", "S-02", "age", "unchecked",
        "does not know it")
    rc, f, _ = answer(objectClassName="domain", ldhName="example.com")
    one(rc, f, "an answer without a date", "S-02", "age", "unchecked",
        "no RDAP service")

# ---- through a relay
def relayed(host="smtp.vendor.example:587", declared=True):
    n = CheckNotice()
    n.set("send", "relay", host)
    if declared:
        n.set("esp", "name", "Vendor Inc.")
    return n

def copy(change=None, sign=True, path=b"bounces@example.com"):
    """Puts what the relay made of a letter into seed/."""
    def fn(d):
        rc, raw, err = run("preview", d, "--raw")
        assert rc == 0, err
        message = raw = raw.encode()
        if change:
            m = email.message_from_bytes(raw, policy=email.policy.SMTP)
            del m["DKIM-Signature"]
            change(m)
            message = m.as_bytes()
        beside = d + "-world/copy"
        with open(beside, "wb") as f:
            f.write(message)
        if sign and change:
            rc, message, err = run(
                "dkim", "sign", beside, "--domain", "example.com",
                "--selector", "n1", "--key", os.path.join(d, "dkim.pem"),
                "--at", "2026-11-25T12:00:00Z")
            assert rc == 0, err
            message = message.encode()
        os.makedirs(os.path.join(d, "seed"), exist_ok=True)
        with open(os.path.join(d, "seed", "1.eml"), "wb") as f:
            f.write(b"Return-Path: <" + path + b">\r\n" + message)
    return fn

def parts(m, text=lambda s: s, html=lambda s: s, cte="quoted-printable"):
    """Changes both parts, encoded as `cte` afterwards."""
    for p in m.walk():
        if p.get_content_maintype() != "text":
            continue
        change = html if p.get_content_subtype() == "html" else text
        body = change(p.get_content())
        p.set_content(body, subtype=p.get_content_subtype(), cte=cte)
    return m

FOOTER = ("You are on this list because you shop with Harbor Books. Powered "
          "by Mailmonger, the friendly newsletter people.")

def copies():
    n = relayed()
    rc, f, _ = check(n, copy())
    T.ok(rc == 0 and not said(f, "E-05"), "the copy is what was sent",
         f"exit {rc}: {said(f, 'E-05')}")
    for cte in ("base64", "quoted-printable"):
        rc, f, _ = check(relayed(), copy(lambda m: parts(m, cte=cte)))
        T.ok(rc == 0 and not said(f, "E-05"), f"written again in {cte}",
             f"exit {rc}: {said(f, 'E-05')}")
    for cte in ("base64", "quoted-printable"):
        rc, f, _ = check(relayed(), copy(lambda m: parts(
            m, lambda s: s + "\n\n" + FOOTER + "\n",
            lambda s: s.replace("</body>", f"<p>{FOOTER}</p></body>"), cte)))
        one(rc, f, f"a footer, {cte}", "E-05", "footer", "warn",
            "You are on this list")
    rc, f, _ = check(relayed(), copy(lambda m: parts(
        m, lambda s: s + "\n\nUnsubscribe\n")))
    one(rc, f, "one word more", "E-05", "footer", "warn", "Unsubscribe")
    track = lambda s: s.replace('href="https://www.example.com/',
                                'href="https://click.vendor.example/?u=')
    for cte in ("base64", "quoted-printable"):
        rc, f, _ = check(relayed(), copy(
            lambda m: parts(m, html=track, cte=cte)))
        one(rc, f, f"links that lead elsewhere, {cte}", "E-05", "links",
            "block", "click.vendor.example")
    rc, f, _ = check(relayed(), copy(lambda m: parts(
        m, lambda s: s.replace("https://www.example.com",
                               "https://click.vendor.example"))))
    one(rc, f, "links of the text alone", "E-05", "links", "block",
        "click.vendor.example")
    rc, f, _ = check(relayed(), copy(lambda m: parts(
        m, html=lambda s: s.replace(
            "</body>", '<p>Sent with care by <a href="https://vendor.example/">'
            'Mailmonger</a></p></body>'))))
    one(rc, f, "a link more", "E-05", "added-link", "warn", "vendor.example")
    rc, f, _ = check(relayed(), copy(lambda m: parts(
        m, html=lambda s: s.replace(
            "</body>", '<img src="https://o.vendor.example/p.gif"></body>'),
        cte="base64")))
    one(rc, f, "a picture in base64", "E-05", "pixel", "warn", "picture")

    def from_vendor(m):
        m.replace_header("From", "Harbor Books <notice@vendor.example>")
    rc, f, _ = check(relayed(), copy(from_vendor))
    hit = said(f, "E-05", "from")
    T.ok(rc == 1 and hit and hit[0]["severity"] == "block" and
         "notice@vendor.example" in hit[0]["text"], "another From")
    rc, f, _ = check(relayed(), copy(path=b"b-123@bounce.vendor.example"))
    one(rc, f, "bounces go to the provider", "E-05", "return-path", "warn",
        "vendor.example")
    def leave(m):
        m["List-Unsubscribe"] = "<https://vendor.example/u>"
    rc, f, _ = check(relayed(), copy(leave))
    one(rc, f, "List-Unsubscribe", "E-05", "unsubscribe", "warn")
    rc, f, _ = check(relayed(), copy(lambda m: parts(m), sign=False))
    one(rc, f, "unsigned", "E-05", "signature", "block")
    def other(m):
        text = ("Spring is here! Our new novels have arrived.\n\n"
                "Come and see us at the quay on Saturday.\n")
        parts(m, lambda s: text, lambda s: f"<p>{text}</p>")
    rc, f, _ = check(relayed(), copy(other))
    one(rc, f, "a copy of another text", "E-05", "text", "warn", "Spring")
    rc, f, _ = check(relayed())
    one(rc, f, "no copy", "E-05", "no-copy", "unchecked", "no copy")

    def garbage(d):
        os.makedirs(os.path.join(d, "seed"))
        with open(os.path.join(d, "seed", "x.eml"), "wb") as f:
            f.write(b"\xff\0\r\n--\r\n" * 100)
    rc, f, _ = check(relayed(), garbage)
    T.ok(rc == 1 and {x["rule"] for x in f if x["severity"] == "block"} ==
         {"E-05"}, "a copy that is no mail", f"exit {rc}")

def spf_of_relays():
    for name, host, declared, severity in (
            ("a host of one's own", "smtp.example.com:587", False, "block"),
            ("an address", "192.0.2.7:25", False, "block"),
            ("a provider's host", "smtp.vendor.example:587", True, "warn")):
        n = relayed(host, declared)
        n.zone = n.zone.replace(SPF, "")
        rc, f, _ = check(n, copy())
        one(rc, f, f"no SPF record through {name}", "S-07", "missing",
            severity)
    n = relayed()
    n.zone = n.zone.replace(SPF, 'example.com. TXT "v=spf1 include:x.example '
                            '-all"\n;!timeout x.example\n')
    rc, f, _ = check(n, copy())
    one(rc, f, "no answer for SPF, and a provider sends", "S-07", "record",
        "unchecked")
    n = relayed("smtp.example.com:587", False)
    n.set("send", "relay_profile", "ses")
    n.zone = n.zone.replace(SPF, "")
    rc, f, _ = check(n, copy())
    one(rc, f, "a provider's profile", "S-07", "missing", "warn")
    rc, f, _ = check(relayed(declared=False), copy())
    one(rc, f, "a provider without a contract", "S-16", "not-declared",
        "warn")

def explain():
    rc, out, _ = run("check", "--explain", "E-05")
    T.ok(rc == 0 and "block" in out, "--explain tells the worst")
    for id, part in (("S-49", "approve"), ("s-67", "pause"),
                     ("E-01", "status"), ("L-07", "--request"),
                     ("L-08", "--corrects"), ("S-68", "not built yet"),
                     ("R-15", "not built yet")):
        rc, out, _ = run("check", "--explain", id)
        T.ok(rc == 0 and out.upper().startswith(id.upper()) and part in out,
             f"--explain {id}: no rule, but who keeps it", out)
        rc, out, _ = run("check", "--explain", id, "--json")
        x = json.loads(out)
        T.ok(rc == 0 and x["requirement"] == id.upper() and
             part in x["kept_by"] and
             (x["state"] == "not built") == (part == "not built yet"),
             f"--json: {id}", out)
    rc, out, _ = run("check", "--explain", "S-99")
    T.ok(rc == 2 and not out, "--explain of no number")
    rc, out, _ = run("check", "--explain", "all", "--json")
    rows = json.loads(out)
    rules = [x["rule"] for x in rows if "rule" in x]
    others = [x["requirement"] for x in rows if "requirement" in x]
    T.ok(rc == 0 and len(set(rules + others)) == len(rows) and
         [("rule" in x) for x in rows] == [True] * len(rules) +
         [False] * len(others), "--explain all: rules first, each number once")
    # every number there is
    wanted = {f"S-{i:02}" for i in [*range(1, 19), *range(20, 37),
                                    *range(40, 54), *range(60, 76)]}
    wanted |= {f"E-{i:02}" for i in range(1, 10)}
    wanted |= {f"L-{i:02}" for i in range(1, 10)}
    wanted |= {f"R-{i:02}" for i in range(1, 31)}
    T.equal(sorted(wanted - set(rules + others)), [],
            "--explain knows every number")
    commands = run("--help")[1]
    named = {w.strip("':;,.") for x in rows if "kept_by" in x
             for w in [x["kept_by"].partition("tocsin ")[2].partition(" ")[0]]}
    T.equal([w for w in named if w and f"\n  {w} " not in commands], [],
            "--explain names commands that exist")

def main():
    only = os.environ.get("T")
    try:
        for fn in (settings, no_answer, reports, keys, transport, servers,
                   hosts, alignment, registry, copies,
                   spf_of_relays, explain):
            if not only or only in fn.__name__:
                fn()
    finally:
        W.close()
    T.done()

main()
