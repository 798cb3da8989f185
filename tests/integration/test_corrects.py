#!/usr/bin/python3
"""tocsin new --corrects: a correction goes to those who may have got the first
notice, and to nobody else."""
import fcntl, json, os, sqlite3, sys
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import MESSAGE, Tap, Work, must, run, status

t, w = Tap(), Work()

# person_id: status, resent, may have got it
STATES = {"a": ("handed", 0, True), "b": ("accepted", 0, True),
          "c": ("complained", 0, True), "d": ("uncertain", 0, True),
          "e": ("sending", 0, True), "f": ("deferred", 1, True),
          "g": ("bounced", 0, False), "h": ("bounced", 1, False),
          "i": ("rejected", 0, False), "j": ("deferred", 0, False),
          "k": ("held", 0, False), "l": ("expired", 0, False),
          "m": ("pending", None, False), "n": ("other_channel", None, False)}
NUMBER = dict(sending=1, accepted=2, handed=3, deferred=4, rejected=5,
              bounced=6, complained=7, expired=8, uncertain=9, held=10)

def people(d):
    db = sqlite3.connect(f"file:{d}/audience.db?mode=ro", uri=True)
    try:
        return {r[0] or r[2]: r for r in db.execute(
            "SELECT person_id, addresses, name, language, jurisdiction, "
            "flags, cells, domain, segment FROM person")}
    finally:
        db.close()

def ids(d):
    db = sqlite3.connect(f"file:{d}/audience.db?mode=ro", uri=True)
    try:
        return [r[0] for r in db.execute("SELECT id FROM person")]
    finally:
        db.close()

def csv(keep):
    rows = "person_id,name,email,email2,language,jurisdiction,engaged,ref," \
           "detail\n"
    for p in keep:
        mail = f"{p}@r.test" if p != "n" else ""
        # some are known by name and address alone
        rows += (f"{p if p < 'e' else ''},{p},{mail},"
                 f"{'second@r.test' if p == 'b' else ''},de,US-CA,yes,"
                 f"r-{p},\n")
    return w.write("in.csv", rows)

def text(*p):
    return open(os.path.join(*p), encoding="utf-8").read()

try:
    subject = ("Example: notice of data breach\n"
               "subject.de = Example: Datenpanne\n"
               "subject.minor.fr_CA = Example : avis\n"
               "subject.minor: Correction: parents\n"
               "subject.bg = Example: news")
    d, c = w.notice(subject=subject, send="not_after = 2099-01-01\n"
                    "relay = 127.0.0.1:1"), w.path("corrected")
    os.makedirs(w.path("n", "channels"), exist_ok=True)
    for suffix in ("bg", "minor", "minor.fr-CA"):
        w.write(f"n/message.{suffix}.md", "# Title\n\nHello {{name}}.\n")
    w.write("n/message.de.md", "# Titel\n\nHallo {{name}}.\n")
    w.write("n/channels/sms.txt", "Please look at our website.\n")
    w.write("n/channels/web.md", "# Notice\n\nWords.\n")
    w.write("n/segments.ini", "; rules\n[minor]\nrole = guardian\n")
    first = list(STATES)[:3]
    must("import", d, csv(first))

    # ---- refused: nothing is made
    rc, out, err = run("new", c, "--corrects", d)
    t.ok(rc == 2 and out == "" and "never sent" in err and
         not os.path.exists(c), "what was never sent is not corrected",
         (rc, out, err))
    must("import", d, csv(list(STATES)[3:]), "--tranche", "late",
         "--discovered", "2026-11-20")
    sink, at = w.sink()
    must("send", d, "--relay", at)
    w.stop(sink)
    before = must("status", d, "--json")
    db = sqlite3.connect(os.path.join(d, "state.db"))
    db.execute("ATTACH ? AS p", (os.path.join(d, "audience.db"),))
    for name, (state, resent, _) in STATES.items():
        who = "(SELECT id FROM p.person WHERE name = ?)"
        if state == "pending":
            db.execute(f"DELETE FROM state WHERE person = {who}", (name,))
        elif resent is not None:
            db.execute("UPDATE state SET status = ?, resent = ?, due = NULL "
                       f"WHERE person = {who}",
                       (NUMBER[state], resent, name))
    db.execute("UPDATE state SET first_try = 1762300800000000 WHERE person = "
               "(SELECT id FROM p.person WHERE name = 'd')")
    db.commit()
    db.close()
    for args, part in (((c, "--corrects", w.path("none")), "No such"),
                       ((c, "--corrects", d, "--kind", "breach"), "--kind"),
                       ((d, "--corrects", d), "not empty"),
                       ((c,), "--kind")):
        rc, out, err = run("new", *args)
        t.ok(rc == 2 and out == "" and part in err and
             not os.path.exists(c), f"{part}: exit 2", (rc, out, err))
    lock = open(os.path.join(d, "state.lock"), "r+b")
    fcntl.lockf(lock, fcntl.LOCK_EX)
    rc, out, err = run("new", c, "--corrects", d)
    t.ok(rc == 3 and out == "" and not os.path.exists(c),
         "what is being sent is not corrected: exit 3", (rc, out, err))
    lock.close()

    # ---- made
    rc, out, err = run("new", c, "--corrects", d, "--json")
    left = {}
    for state, _, got in STATES.values():
        if not got:
            left[state] = left.get(state, 0) + 1
    want = {n for n, (_, _, got) in STATES.items() if got}
    t.equal((rc, json.loads(out)),
            (0, {"dir": c, "kind": "breach", "corrects": d,
                 "audience": len(STATES), "people": len(want),
                 "left_out": left}), "it says how many, and who is left out")
    old, new = people(d), people(c)
    t.equal(new, {n: old[n] for n in old if n in want},
            "exactly those who may have got it, with all that is known")
    t.ok(not set(ids(c)) & set(ids(d)), "under ids of their own")
    ini = text(c, "notice.ini")
    t.ok(f"corrects = Breach of November 2026 ({os.path.realpath(d)})\n"
         in ini and "subject = Correction: Example: notice" in ini and
         "roles =" in ini, "the settings say what is corrected", ini)
    for line in ("subject.de = Berichtigung: Example: Datenpanne",
                 "subject.minor.fr_CA = Correction : Example : avis",
                 "subject.minor = Correction: parents",
                 "subject.bg = CHANGE ME (say that it is a correction): "
                 "Example: news"):
        t.ok(line + "\n" in ini, f"{line}: each subject says so", ini)
    t.ok(f"key = {os.path.realpath(d)}/dkim.pem\n" in ini and
         "\nnot_after" not in ini and "; of the first notice: not_after" in ini,
         "the key is found, a spent date is taken out", ini)
    for f, headline in (("message.md", "# Notice of Data Breach\n"),
                        ("message.de.md", "# Titel\n")):
        m = text(c, f)
        t.ok(m.startswith(headline + "\nThis corrects the notice of "
                          "2025-11-05: Breach of November 2026\n") and
             "CHANGE ME" in m and text(d, f)[len(headline):].strip() in m,
             f"{f}: names the first notice and keeps its words", m)
    for f in ("sms.txt", "web.md"):
        m = text(c, "channels", f)
        t.ok(m.startswith("CHANGE ME") and
             m.endswith(text(d, "channels", f)), f"{f}: to be mended", m)
    t.equal(text(c, "segments.ini"), text(d, "segments.ini"),
            "the rules are kept")
    t.equal(text(c, "tranches.tsv"), text(d, "tranches.tsv"),
            "the tranches are kept")
    t.equal({oct(os.stat(os.path.join(r, f)).st_mode & 0o777)
             for r, _, fs in os.walk(c) for f in fs}, {"0o600"},
            "only its owner may read it")

    # ---- used
    rc, out, err = run("send", c)
    t.ok(rc == 2 and "CHANGE ME" in err, "it is not sent as it is", err)
    for suffix in ("", ".de", ".bg", ".minor", ".minor.fr-CA"):
        w.write(f"corrected/message{suffix}.md", MESSAGE)
    rc, out, err = run("send", c)
    t.ok(rc == 2 and "subject.bg: still says CHANGE ME" in err,
         "nor with a word nobody translated", err)
    w.write("corrected/notice.ini", ini.replace(
        "CHANGE ME (say that it is a correction)", "Correction"))
    got = {n: json.loads(must("import", c, csv([n]), "--json"))
           for n in sorted(want)}
    t.ok(all((s["known"], s["new"]) == (1, 0) for s in got.values()),
         "an import of the first list knows everyone", got)
    # L-08: only those who got the first notice
    w.write("new.csv", "person_id,name,email\nx9,New,new@example.org\n")
    before = people(c)
    for more in [], ["--tranche", "late2", "--discovered", "2026-11-20"]:
        rc, out, err = run("import", c, w.path("new.csv"), *more)
        t.ok(rc == 2 and out == "" and "corrects another" in err and
             people(c) == before,
             f"somebody new is refused {more[:1]}", (rc, out, err))
    sink, at = w.sink()
    must("send", c, "--relay", at)
    w.stop(sink)
    s = status(c)
    t.equal((s["audience"], s["handed"]), (len(want), len(want)),
            "and it is sent to each of them, signed with the same key")
    p = json.loads(must("preview", c, "--recipient", "a", "--json"))
    q = json.loads(must("preview", d, "--recipient", "a", "--json"))
    head = [{h["name"]: h["value"] for h in x["headers"]} for x in (p, q)]
    t.ok(head[0]["Message-ID"] != head[1]["Message-ID"] and
         p["mail_from"] != q["mail_from"] and
         head[0]["Subject"] == "Berichtigung: " + head[1]["Subject"],
         "under a Message-ID and a bounce address of its own", head)
    t.equal(sorted(f for f in os.listdir(w.dir) if f.startswith(".")), [],
            "nothing else is left behind")

    # ---- nobody can have got it
    db = sqlite3.connect(os.path.join(d, "state.db"))
    db.execute("UPDATE state SET status = 6")
    db.commit()
    db.close()
    rc, out, err = run("new", w.path("more"), "--corrects", d)
    t.ok(rc == 2 and out == "" and "nobody" in err and
         not os.path.exists(w.path("more")) and
         not [f for f in os.listdir(w.dir) if f.startswith(".")],
         "without anybody to correct it to, nothing is made",
         (rc, out, err, os.listdir(w.dir)))
finally:
    w.close()
t.done()
