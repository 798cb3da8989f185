#!/usr/bin/python3
"""[message] subject.SEGMENT.LANG: everyone reads the subject of their text, in
preview, in the mail and when it is made again; and what is refused."""
import email, email.policy, glob, json, os, sys, time
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import MESSAGE, TOCSIN, Tap, Work, must, run, state_rows, \
    status
from check_notice import CheckNotice

FR = "Example : avis d'une violation de vos données, référence "
SUBJECTS = f"""Example: notice of data breach {{{{ref}}}}
subject.minor = Example: notice of a breach of your child's data
subject.fr = {FR}{{{{ref|sans numéro}}}}
subject.minor.de = Example: Datenpanne, Daten Ihres Kindes"""
RULES = "[minor]\nrole = guardian\n"
TEXTS = ["", ".fr", ".de", ".minor", ".minor.de", ".minor.fr"]
# person_id: language, role, ref, text, subject
PEOPLE = {
    "1": ("", "", "K1", "", "Example: notice of data breach K1"),
    "2": ("fr", "", "Kß2", ".fr", FR + "Kß2"),
    "3": ("fr-CA", "", "", ".fr", FR + "sans numéro"),
    "4": ("de", "", "K4", ".de", "Example: notice of data breach K4"),
    "5": ("en", "guardian", "K5", ".minor",
          "Example: notice of a breach of your child's data"),
    "6": ("de-AT", "guardian", "K6", ".minor.de",
          "Example: Datenpanne, Daten Ihres Kindes"),
    # the segment comes first: its law may want other words
    "7": ("fr", "guardian", "K7", ".minor.fr",
          "Example: notice of a breach of your child's data"),
}

def message(suffix):
    text = MESSAGE.replace("stranger", f"stranger{suffix}")
    return text.replace("{{ref}}", "{{ref|none}}")

def read(path):
    with open(path, "rb") as f:
        return f.read()

def parsed(raw):
    return email.message_from_bytes(raw, policy=email.policy.default)

def replace(path, was, now):
    text = read(path).decode()
    assert was in text, was
    with open(path, "w", encoding="utf-8") as f:
        f.write(text.replace(was, now))

def people(t, w):
    """A notice with a subject for some; returns its folder."""
    d = w.notice(send="relay = 127.0.0.1:1", subject=SUBJECTS)
    for suffix in TEXTS:
        w.write(f"n/message{suffix}.md", message(suffix))
    w.write("n/segments.ini", RULES)
    w.write("people.csv", "person_id,name,email,language,role,ref,detail\n" +
            "".join(f"{i},N{i},p{i}@r.test,{lang},{role},{ref},\n"
                    for i, (lang, role, ref, _, _) in PEOPLE.items()))
    must("import", d, w.path("people.csv"))
    return d

def shown(t, d):
    for i, (_, _, _, text, subject) in PEOPLE.items():
        m = json.loads(must("preview", d, "--recipient", i, "--json"))
        head = {h["name"]: h["value"] for h in m["headers"]}
        t.equal((m["variant"], head["Subject"]),
                (f"message{text}.md", subject), f"preview of person {i}")
        t.ok(f"<title>{subject}</title>" in m["html"],
             "the page is called so, too", m["html"][:600])
    m = json.loads(must("preview", d, "--variant", "message.fr.md", "--json"))
    t.ok(FR in [h["value"][:len(FR)] for h in m["headers"]],
         "preview --variant shows the subject of the text")

def sent(t, w, d):
    box = w.path("box")
    sink, at = w.sink("--maildir", box)
    must("send", d, "--relay", at)
    w.stop(sink)
    got = {}
    for f in glob.glob(f"{box}/new/*"):
        raw = read(f)
        m = parsed(raw)
        i = m["To"].addresses[0].username[1:]
        got[i] = raw
        lines = raw[:raw.index(b"\r\n\r\n")].split(b"\r\n")
        at = [k for k, x in enumerate(lines) if x.startswith(b"Subject:")]
        field = [lines[at[0]]] + [
            x for x in lines[at[0] + 1:at[0] + 4] if x[:1] == b" "]
        t.ok(len(at) == 1 and all(
            len(x) <= 78 and x.isascii() for x in field),
            "one Subject, in ASCII and short lines (RFC 2047)", field)
    t.equal({i: str(parsed(raw)["Subject"]) for i, raw in got.items()},
            {i: p[4] for i, p in PEOPLE.items()},
            "each mail has the subject of its text")
    # ... and keeps it, whatever the settings say now
    os.unlink(f"{d}/dkim.pem")
    replace(f"{d}/notice.ini", FR, "Example : violation de données ")
    replace(f"{d}/notice.ini", "\nsubject.minor =", "\n; subject.minor =")
    wrong = []
    for i, raw in got.items():
        p = run("preview", d, "--recipient", i, "--raw")
        if (p[0], p[1].encode()) != (0, raw):
            wrong.append((i, p[0], p[2]))
    t.equal(wrong, [], "each is made again byte for byte")

def killed(t, w):
    """Everyone reads French; the subject changes between kill and resume."""
    d = w.notice("k", subject="Example: notice of data breach\n"
                              f"subject.fr = {FR}{{{{ref}}}}")
    w.write("k/message.fr.md", MESSAGE)
    w.write("k.csv", "person_id,name,email,language,ref,detail\n" + "".join(
        f"{i},N{i},p{i}@r{i % 5}.test,fr,K{i},\n" for i in range(300)))
    must("import", d, w.path("k.csv"))
    box = w.path("kbox")
    sink, at = w.sink("--maildir", box, "--dot-latency", "300")
    p = w.spawn([TOCSIN, "send", d, "--relay", at, "--quiet"])
    end = time.monotonic() + 60
    while len(glob.glob(f"{box}/new/*")) < 40 and time.monotonic() < end and \
            p.poll() is None:
        time.sleep(0.002)
    p.kill()
    p.wait()
    open_now = state_rows(d, "SELECT count(*) FROM state WHERE status = 1")
    replace(f"{d}/notice.ini", FR, "Example : violation de données, réf. ")
    must("send", d, "--relay", at, "--quiet")
    w.stop(sink)
    copies = {}
    for f in glob.glob(f"{box}/new/*"):
        raw = read(f)
        copies.setdefault(parsed(raw)["Message-ID"], []).append(raw)
    new = [c for c in copies.values() if "réf." in parsed(c[0])["Subject"]]
    t.note(f"{open_now[0][0]} open intents, "
           f"{sum(len(c) > 1 for c in copies.values())} sent twice, "
           f"{len(new)} with the new subject")
    t.equal((len(copies), status(d)["handed"]), (300, 300), "nobody is lost")
    t.ok(any(len(c) > 1 for c in copies.values()),
         "the kill found mails on their way")
    t.equal([i for i, c in copies.items() if len(set(c)) != 1], [],
            "who has it twice has the same bytes twice")
    t.ok(0 < len(new) < 300, "who had none has the new subject", len(new))

BAD = [("subject.fr = Avis", "no message.fr.md"),
       ("subject.minor = Parents", "no message.minor.md"),
       ("subject.de-CH = Hoi", "no message.de-CH.md"),
       ("subject.de.minor = Eltern", "write subject.LANG"),
       ("subject.de = A\nsubject.DE = B", "given twice")]

def refused(t, w):
    d = w.notice("bad", subject="Example: notice of data breach")
    w.write("bad/message.de.md", MESSAGE)
    must("import", d, w.people(3))
    good = read(f"{d}/notice.ini").decode()
    commands = [("preview", d), ("send", d), ("check", d),
                ("approve", d, "--as", "legal", "--by", "Ann"),
                ("prenotice", d, w.path("out/"))]
    for lines, why in BAD:
        bad = good.replace("[bounce]", lines + "\n[bounce]")
        no = good[:good.index("[bounce]")].count("\n") + 1 + \
            lines.count("\n")
        key = lines.split("\n")[-1].split(" =")[0]
        want = f"{d}/notice.ini:{no}: [message] {key}: "
        for c in commands:
            w.write("bad/notice.ini", bad if c[0] != "approve" else
                    bad.replace("[approval]\nroles =\n", ""))
            rc, out, err = run(*c)
            t.ok(rc == 2 and out == "" and want in err and why in err,
                 f"{c[0]}: {lines!r} is refused with file and line",
                 (rc, out, err))
    t.ok(not os.path.exists(f"{d}/approvals"), "nothing was approved")

def findings(w, name, subjects, texts=(".fr",)):
    n = CheckNotice()
    for suffix in texts:
        n.texts[f"message{suffix}.md"] = n.texts["message.md"]
    for key, value in subjects.items():
        n.set("message", key, value)
    n.people = n.people.replace("DE,,en", "DE,,fr")
    d, zone, options = n.write(w, name)
    rc, out, err = run("check", d, "--zone", zone, "--json", "--quiet",
                       *options)
    return d, [(f["rule"], f["check"], f["severity"], f["subject"], f["text"])
               for f in json.loads(out)["findings"]
               if f["rule"] == "S-20" or f["check"] == "subject"]

def checked(t, w):
    d, f = findings(w, "c0", {})
    t.ok([x[:4] for x in f] == [("S-30", "subject", "warn", "message.fr.md")],
         "an English subject above a French text is a warning", f)
    good = "Harbor Books : avis de violation de données"
    d, f = findings(w, "c1", {"subject.fr": good})
    t.equal(f, [], "with one of its own there is none")
    _, f = findings(w, "c2", {"subject.fr": "Avis important"})
    t.ok({x[1:4] for x in f} ==
         {(c, "block", "notice.ini [message] subject.fr")
          for c in ("company", "matter")} and
         all("(message.fr.md)" in x[4] for x in f),
         "S-20 judges it, and names setting and text", f)
    _, f = findings(w, "c3", {"subject.fr": good, "subject": "Legal Notice"})
    t.ok(f and {x[3] for x in f} == {"notice.ini [message] subject"},
         "each for itself", f)
    _, f = findings(w, "c4", {"subject.fr": good}, (".fr", ".de"))
    t.ok([x[:4] for x in f] == [("S-30", "subject", "warn", "message.de.md")],
         "the language that was left out is named", f)

    out = w.path("pre")
    must("prenotice", d, out, "--at", "2026-11-25")
    data = json.load(open(f"{out}/partner-gateways.json"))
    t.equal((data["subject"], data["subjects"]),
            ("Harbor Books: Notice of Data Breach",
             ["Harbor Books: Notice of Data Breach", good]),
            "gateways are told each subject")
    for file in ("partner-gateways.txt", "google.txt"):
        text = read(f"{out}/{file}").decode()
        t.ok("Subject: " in text and "Subject, fr: " in text and good in text,
             f"{file} has each", text)

t, w = Tap(), Work()
try:
    d = people(t, w)
    shown(t, d)
    sent(t, w, d)
    killed(t, w)
    refused(t, w)
    checked(t, w)
finally:
    w.close()
t.done()
