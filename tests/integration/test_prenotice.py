#!/usr/bin/python3
"""tocsin prenotice: the folder of texts, its numbers, and that nobody of the
audience is in it."""
import email, hashlib, json, os, stat, sys
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import Tap, Work, must, run
from check_notice import CheckNotice

ALWAYS = ["README.txt", "apple-icloudadmin.txt", "blocklists.txt",
          "esp-memo.txt", "google.txt", "microsoft.txt",
          "partner-gateways.json", "partner-gateways.txt", "sample.eml",
          "sent.tsv", "yahoo-sender-support.txt"]
DOMAINS = {"gmail.com": 3, "yahoo.co.uk": 2, "aol.com": 1, "hotmail.de": 2,
           "me.com": 1, "firm.test": 1}

def notice():
    n = CheckNotice()
    n.settings["facts"]["sector"] = "general"
    rows, places = [], ["US-MD", "US-CA", "DEU"]
    for domain, count in DOMAINS.items():
        for i in range(count):
            k = len(rows)
            rows.append(f"K{k:03d},Zacharias Quill{k},zq{k:03d}@{domain},"
                        f"{places[k % 3]},secret-cell-{k},"
                        f"https://www.example.com/p/{k}")
    rows.append("K999,Zora Quillpost,,US-MD,secret-cell-x,"
                "https://www.example.com/p/x")
    n.people = ("person_id,name,email,jurisdiction,ref,page\n" +
                "\n".join(rows) + "\n")
    n.edit("Jane Miller, Managing", "Your reference is {{ref}}, and "
           "[your page]({{page}}).\n\nJane Miller, Managing")
    return n

def texts(out):
    return {os.path.relpath(os.path.join(top, n), out):
            open(os.path.join(top, n), encoding="utf-8").read()
            for top, _, names in os.walk(out) for n in names}

def has(t, name, text, *words):
    t.equal([x for x in words if x not in text], [], name)

def whole(t, d, out, w):
    rc, stdout, err = run("prenotice", d, out + "/", "--at", "2026-11-25",
                          "--json")
    t.equal(rc, 0, "made")
    if rc:
        t.note(err)
    result = json.loads(stdout)
    files = texts(out)
    t.equal(sorted(result["files"]), sorted(files), "it names what it made")
    t.equal([f for f in ALWAYS if f not in files], [], "every text is there")
    t.equal(result["people"], 11, "people are counted")
    t.equal(result["no_address"], 1, "those without an address, too")
    t.equal(result["providers"], {"google": 3, "yahoo": 3, "microsoft": 2,
                                  "apple": 1, "other": 1},
            "mailboxes by provider")
    t.ok(all(stat.S_IMODE(os.stat(os.path.join(out, f)).st_mode) == 0o600
             for f in files) and
         stat.S_IMODE(os.stat(out).st_mode) == 0o700, "only we read it")
    t.equal([f for f, text in files.items()
             for bad in ("zq0", "Quill", "Zacharias", "secret-cell", "K00",
                         "/p/") if bad in text], [],
            "no name, no address, no cell of anybody")
    sender = ("Harbor Books", "privacy@example.com", "d=example.com, s=n1",
              "192.0.2.25", "out.example.com",
              "https://www.example.com/incident")
    has(t, "Yahoo", files["yahoo-sender-support.txt"], "a legal notification",
        "3 at domains of Yahoo", *sender)
    has(t, "Apple", files["apple-icloudadmin.txt"], "icloudadmin@apple.com",
        "1 at domains of iCloud", *sender)
    has(t, "Google", files["google.txt"], "3 at domains of Gmail", *sender)
    has(t, "Microsoft", files["microsoft.txt"], "2 at domains of", *sender)
    has(t, "the provider that sends", files["esp-memo.txt"], "dedicated pool",
        "Suppression", "tracking", "Events", "Abuse desk", "suspension",
        "Signature", "Mails:                 10")
    has(t, "partners", files["partner-gateways.txt"], "DMARC", *sender)
    t.equal(files["sent.tsv"].count("\n"), 1, "an empty log")
    partners(t, out, files)
    regulators(t, files)

def partners(t, out, files):
    data = json.loads(files["partner-gateways.json"])
    t.equal((data["from"], data["dkim"], data["source_ips"],
             data["canonical_url"], data["own_domains"]),
            ("privacy@example.com",
             [{"domain": "example.com", "selector": "n1"}], ["192.0.2.25"],
             "https://www.example.com/incident", ["example.com"]),
            "for machines the same")
    with open(os.path.join(out, "sample.eml"), "rb") as f:
        sample = f.read()
    t.equal(data["sample_sha256"], hashlib.sha256(sample).hexdigest(),
            "the sample's digest")
    m = email.message_from_bytes(sample)
    t.equal((m["To"], m["Subject"]),
            ("Sample Person <sample.person@recipient.example>",
             "Harbor Books: Notice of Data Breach"), "to nobody who exists")
    body = m.get_payload()[0].get_payload(decode=True).decode()
    t.ok("Dear Sample Person" in body and "Your reference is SAMPLE" in body,
         "fields are made up", body)

def regulators(t, files):
    md, eu = files["regulators/us-md.txt"], files["regulators/eu-gdpr.txt"]
    has(t, "Maryland", md, "Attorney General", "BEFORE the people",
        "20 November 2026", "name, email, ssn", "CHANGE ME",
        "with residence in US-MD", "Not legal advice", "as of")
    has(t, "the EU", eu, "supervisory authority", "23 November 2026", "PASSED")
    first, rest = files["README.txt"].split("Mailbox providers")
    t.ok("us-md" in first and "eu-gdpr" not in first and "eu-gdpr" in rest,
         "README has the order")
    t.ok("regulators/us-ca.txt" not in files and "cra.txt" not in files,
         "who is not owed any gets none", list(files))

def tranches(t, w):
    """People found later have a clock of their own, so drafts of their own."""
    d, _, _ = notice().write(w, "late")
    for name, day, place in (("second", "2026-11-20", "US-MD"),
                             ("a/b", "2026-11-23", "US-IN")):
        w.write("late.csv", "person_id,name,email,jurisdiction,ref,page\n" +
                f"L-{place},Zoe Quill,zq9@gmail.com,{place},r,"
                "https://www.example.com/p/9\n")
        must("import", d, w.path("late.csv"), "--tranche", name,
             "--discovered", day)
    rc, stdout, err = run("prenotice", d, w.path("late-out"), "--at",
                          "2026-11-25", "--quiet")
    t.equal(rc, 0, "with people added later: made")
    files = texts(w.path("late-out"))
    t.equal(sorted(f for f in files if f.startswith("regulators/us-md") or
                   f.startswith("regulators/us-in")),
            ["regulators/us-in-tranche3.txt",
             "regulators/us-md-tranche2.txt", "regulators/us-md.txt"],
            "a draft for each authority and clock")
    first, late = (files.get("regulators/us-md.txt", ""),
                   files.get("regulators/us-md-tranche2.txt", ""))
    has(t, "the first clock", first, "Here:          5 with", "20 November",
        "of whom this is about 11")
    t.ok("added later" not in first, "the first names no tranche", first)
    has(t, "the second clock", late, "4 January 2027", "Here:          1 with",
        "Discovered:    20 November 2026", "'second'")
    has(t, "the third", files.get("regulators/us-in-tranche3.txt", ""),
        "7 January 2027", "'a/b'")
    has(t, "README has both", files["README.txt"], "us-md.txt: ",
        "us-md-tranche2.txt: ", "by 4 January 2027 (people added later: "
        "'second', discovered 20 November 2026)")

def main():
    t, w = Tap(), Work()
    try:
        d, zone, options = notice().write(w, "n")
        before = sorted(os.listdir(d))
        out = w.path("out")
        whole(t, d, out, w)
        t.equal(sorted(os.listdir(d)), before, "the notice is as it was")
        first = texts(out)
        rc, stdout, err = run("prenotice", d, out)
        t.ok(rc == 2 and stdout == "" and "not empty" in err,
             "a folder with something in it: exit 2", err)
        t.equal(texts(out), first, "and it is as it was")
        rc, stdout, err = run("prenotice", d, w.path("no", "such"))
        t.equal((rc, stdout), (2, ""), "no such place: exit 2")

        tranches(t, w)

        many = notice()
        many.people = "person_id,name,email,jurisdiction\n" + "".join(
            f"{i},A B,x{i}@mail.test,US-FL\n" for i in range(1200))
        many.texts = {k: v.replace("{{ref}}", "").replace(
            "[your page]({{page}})", "") for k, v in many.texts.items()}
        d2, _, _ = many.write(w, "many")
        rc, stdout, err = run("prenotice", d2, w.path("out2"), "--quiet")
        t.equal((rc, err), (0, ""), "1200 people of Florida")
        has(t, "credit bureaus are owed", texts(w.path("out2")).get(
            "cra.txt", ""), "Equifax", "Florida", "1,200 people")

        none = CheckNotice()
        none.people = None
        d3, _, _ = none.write(w, "none")
        rc, stdout, err = run("prenotice", d3, w.path("out3"))
        t.ok(rc == 2 and stdout == "" and "no audience" in err and
             not os.path.exists(w.path("out3")), "no audience: exit 2", err)
        blank = CheckNotice()
        blank.set("from", "name", "CHANGE ME")
        blank.people = blank.people.replace(",DE,", ",DEU,")
        d4, _, _ = blank.write(w, "blank")
        rc, stdout, err = run("prenotice", d4, w.path("out4"))
        t.ok(rc == 2 and stdout == "" and "CHANGE ME" in err,
             "a placeholder: exit 2", err)
        t.equal([x for x in os.listdir(w.dir) if x.startswith(".")], [],
                "nothing is left behind")
        rc, stdout, err = run("prenotice", "--help")
        t.ok(rc == 0 and "sent.tsv" in stdout, "--help")
    finally:
        w.close()
    t.done()

main()
