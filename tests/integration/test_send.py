#!/usr/bin/python3
"""A whole mailing through the program: who gets what, and what is said."""
import email, email.policy, glob, signal, time
from harness import *

t, w = Tap(), Work()

def mails(maildir):
    """Recipient -> list of raw messages, as the provider filed them."""
    got = {}
    for f in glob.glob(f"{maildir}/new/*"):
        raw = open(f, "rb").read()
        m = email.message_from_bytes(raw, policy=email.policy.default)
        got.setdefault(str(m["To"].addresses[0].addr_spec), []).append(raw)
    return got

def csv(name, rows, head="person_id,name,email,email2,ref"):
    return w.write(name, "\n".join([head] + rows) + "\n")

try:
    # ---- people, addresses, channels
    box = w.path("box")
    sink, at = w.sink("--maildir", box, "--reject-match",
                      "gone*:550 5.1.1 No such user")
    d = w.notice(message="Dear {{name|customer}},\n\nyour number is "
                         "{{ref}}.\n", subject="Example: data breach {{ref}}")
    people = csv("a.csv", [
        "1,Anna,shared@example.org,,A1",
        "2,Bert,shared@example.org,,A2",
        "3,Cleo,gone3@example.org,cleo@example.net,A3",
        "4,Dora,,,A4",
        "5,Emil,gone5@example.org,,A5",
        "6,,f@example.org,,A6",
        "7,Gerd,g@example.org,,",
    ])
    rc, out, err = run("import", d, people, "--json")
    t.equal(rc, 0, "the list is imported")
    t.equal(json.loads(out)["people"], 7, "seven people")
    rc, out, err = run("send", d, "--relay", at, "--json")
    t.equal(rc, 1, "exit 1: one was refused for good, one is held")
    s = json.loads(out)
    got = mails(box)
    t.ok(adds_up(s), "the states add up", s)
    t.equal(len(got.get("shared@example.org", [])), 2,
            "two persons with one mailbox both get their mail")
    t.equal(len(got.get("cleo@example.net", [])), 1,
            "the second address is used when the first is refused for good")
    t.equal((s["handed"], s["rejected"], s["held"], s["other_channel"]),
            (4, 1, 1, 1), "handed, refused, held, owed another channel")
    t.ok(b"A1" in b"".join(got["shared@example.org"]) and
         b"A2" in b"".join(got["shared@example.org"]),
         "each mail speaks of its own person")
    rc, out, err = run("status", d)
    t.ok(rc == 0 and "{{ref}}" in out, "status lists who is held and why",
         out)

    # ---- one mail, looked at
    raw = got["f@example.org"][0]
    m = email.message_from_bytes(raw, policy=email.policy.default)
    t.equal(m.get_content_type(), "multipart/alternative", "two parts")
    t.equal([p.get_content_type() for p in m.iter_parts()],
            ["text/plain", "text/html"], "text, then HTML")
    t.ok("Dear customer," in m.get_body(("plain",)).get_content(),
         "a default stands in for a missing name")
    t.ok(all(len(l) <= 998 for l in raw.split(b"\r\n")) and
         b"\n" not in raw.replace(b"\r\n", b"") and
         b"\r" not in raw.replace(b"\r\n", b"") and
         all(c < 128 for c in raw), "short CRLF lines of ASCII")
    for name, want in [("Auto-Submitted", "auto-generated"),
                       ("From", "Example <notice@example.com>")]:
        t.equal(str(m[name]), want, name)
    t.ok(m["Feedback-ID"] and m["Message-ID"] and m["DKIM-Signature"] and
         len(m.get_all("To")) == 1, "the headers it should have", m.keys())
    ids = [email.message_from_bytes(x, policy=email.policy.default)
           ["Message-ID"] for v in got.values() for x in v]
    t.equal(len(set(ids)), len(ids), "every Message-ID is different")
    rc, out, err = run("preview", d, "--recipient", "6", "--raw")
    p = subprocess.run([TOCSIN, "preview", d, "--recipient", "6", "--raw"],
                       capture_output=True)
    t.equal(p.stdout, raw, "composed again, byte for byte the same")

    # ---- again: nothing more to do, then the list grows
    n = sum(map(len, mails(box).values()))
    rc, out, err = run("send", d, "--relay", at, "--json")
    t.equal((rc, sum(map(len, mails(box).values()))), (1, n),
            "a second send sends nobody twice")
    more = csv("b.csv", ["1,Anna,shared@example.org,,A1",
                         "8,Hugo,h@example.org,,A8"])
    rc, out, err = run("import", d, more, "--json")
    t.equal((rc, json.loads(out)["new"], json.loads(out)["known"]),
            (0, 1, 1), "importing again adds only what is new")
    rc, out, err = run("send", d, "--relay", at, "--json")
    s = json.loads(out)
    t.equal((s["audience"], s["handed"]), (8, 5), "the new one is sent to")
    w.stop(sink)

    # ---- SMTPUTF8
    sink, at = w.sink("--no-smtputf8")
    short = "Dear {{name}},\n\nyour number is {{ref}}.\n"
    d8 = w.notice("n8", message=short)
    must("import", d8, csv("c.csv", ["1,Jörg,jörg@example.org,,x",
                                     "2,Ute,ute@bücher.example,,y"]))
    rc, out, err = run("send", d8, "--relay", at, "--json")
    s = json.loads(out)
    t.equal((s["rejected"], s["handed"], s["other_channel"]), (0, 1, 1),
            "an address that needs SMTPUTF8 where the server lacks it is no "
            "bad address")
    w.stop(sink)
    sink, at = w.sink("--maildir", w.path("box8"))
    d9 = w.notice("n9", message=short)
    must("import", d9, w.path("c.csv"))
    rc, out, err = run("send", d9, "--relay", at, "--json")
    t.equal((rc, json.loads(out)["handed"]), (0, 2),
            "and with SMTPUTF8 it is sent to")
    w.stop(sink)

    # ---- codes
    codes = w.write("codes.txt", "AAA-1\nBBB-2\n")
    sink, at = w.sink("--maildir", w.path("boxc"))
    dc = w.notice("nc", message="Your code: {{code}} for {{name}}.\n",
                  subject="Example: your code")
    ini = open(f"{dc}/notice.ini").read().replace(
        "subject = Example: your code",
        f"subject = Example: your code\ncodes = {codes}")
    w.write("nc/notice.ini", ini)
    must("import", dc, csv("d.csv", [f"{i},P{i},p{i}@example.org,,x"
                                     for i in range(3)]))
    rc, out, err = run("send", dc, "--relay", at)
    t.ok(rc == 2 and "2" in err and "3" in err and
         not glob.glob(w.path("boxc", "new", "*")),
         "too few codes refuse the send, with both numbers", err)
    w.write("codes.txt", "AAA-1\nBBB-2\nCCC-3\n")
    rc, out, err = run("send", dc, "--relay", at)
    used = [c for v in mails(w.path("boxc")).values() for raw in v
            for c in (b"AAA-1", b"BBB-2", b"CCC-3") if c in raw]
    t.equal((rc, sorted(used)), (0, [b"AAA-1", b"BBB-2", b"CCC-3"]),
            "each person has a code of their own")
    w.stop(sink)

    # ---- two senders, a copied folder, pause, Ctrl-C
    # a second before each 250: there is always something under way, and most
    # of the people are still to come however late we look
    sink, at = w.sink("--dot-latency", "1000")
    dp = w.notice("np")
    must("import", dp, w.people(4000))
    p = w.spawn([TOCSIN, "send", dp, "--relay", at, "--json"],
                stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    handed = lambda: status(dp)["handed"]
    wait_until(handed)
    rc, out, err = run("send", dp, "--relay", at)
    t.ok(rc == 3 and str(p.pid) in err and out == "",
         "a second sender is refused and told who sends", err)
    must("pause", dp)

    def at_rest():
        """The status, when three seconds did not change it."""
        before = handed()
        time.sleep(3)
        s = status(dp)
        return s if s["handed"] == before else None

    b = wait_until(at_rest) or status(dp)
    t.ok(b["handed"] == handed() < 4000 and b["state"] == "paused" and
         p.poll() is None, "pause stops a running send", b)
    must("resume", dp)
    t.ok(wait_until(lambda: handed() > b["handed"]), "resume lets it go on")
    p.send_signal(signal.SIGINT)
    out, err = p.communicate(timeout=PATIENCE)
    s = json.loads(out)
    t.ok(p.returncode == 3 and s["uncertain"] == 0 and s["pending"] > 0 and
         adds_up(s), "Ctrl-C ends cleanly: nothing uncertain, the rest "
         "pending, exit 3", (p.returncode, s, err))
    shutil.copytree(dp, w.path("copy"))
    rc, out, err = run("send", w.path("copy"), "--relay", at)
    t.ok(rc == 3 and "--take-over" in err,
         "a copied folder is refused until it is taken over", err)
    w.stop(sink)
    sink, at = w.sink()
    rc, out, err = run("send", dp, "--relay", at, "--json")
    t.equal((rc, json.loads(out)["handed"], json.loads(out)["resent"]),
            (0, 4000, 0), "the next send sends the rest, nobody again")
    w.stop(sink)
finally:
    w.close()
t.done()
