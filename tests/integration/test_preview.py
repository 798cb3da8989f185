#!/usr/bin/python3
"""tocsin preview: the mail of one person, before and without a send."""
import email, email.policy, os, sys
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import *

def raw_preview(*args):
    p = subprocess.run([TOCSIN, "preview", *args, "--raw"],
                       capture_output=True, timeout=PATIENCE)
    return p.returncode, p.stdout, p.stderr.decode("utf-8", "replace")

def parse(raw):
    return email.message_from_bytes(raw, policy=email.policy.default)

def main():
    t, w = Tap(), Work()
    try:
        d = w.notice(message="# Hello {{name|customer}}\n\nNumber {{ref}}.\n",
                     subject="Example: {{ref}}")
        rc, out, err = run("preview", d)
        t.ok(rc == 2 and out == "" and "tocsin import" in err,
             "without an audience it says what to run", err)
        t.ok(not os.path.exists(os.path.join(d, "state.db")),
             "and makes no database")
        must("import", d, w.write("p.csv", "\n".join([
            "person_id,name,email,ref",
            "1,Jörg <b>Doe</b>,jd@example.org,A&1",
            "2,Bert,bert@example.org,",
            "3,Cleo,,A3",
            "4,,jörg@example.org,A4",
        ]) + "\n"))

        # ---- one person, in every form
        rc, out, err = run("preview", d, "--recipient", "1", "--json")
        p = json.loads(out)
        t.equal((rc, p["person_id"], p["held"], p["sent"], p["signed"],
                 p["variant"], p["rcpt_to"]),
                (0, "1", False, False, True, "message.md", "jd@example.org"),
                "who gets which text")
        h = {x["name"]: x["value"] for x in p["headers"]}
        t.equal(h["Subject"], "Example: A&1", "the subject is decoded")
        t.ok("Jörg <b>Doe</b>" in p["text"] and
             "Jörg &lt;b&gt;Doe&lt;/b&gt;" in p["html"],
             "a value is text, whatever it looks like", p)
        t.ok(p["mail_from"].startswith("bounces+") and
             p["mail_from"].endswith("@example.com"), "envelope sender",
             p["mail_from"])
        rc, text, err = run("preview", d, "--recipient", "jd@EXAMPLE.org")
        t.ok(rc == 0 and "RCPT TO:<jd@example.org>" in text and
             p["text"].strip() in text and "Subject: Example: A&1" in text,
             "the same in words, found by address", text)
        rc, raw, err = raw_preview(d, "--recipient", "1")
        m = parse(raw)
        t.ok(rc == 0 and raw.startswith(b"DKIM-Signature:") and
             not m.defects and raw.endswith(b"--\r\n") and
             b"\n" not in raw.replace(b"\r\n", b""),
             "--raw is the mail and nothing else", raw[:200])
        t.equal(m.get_body(("plain",)).get_content().replace("\r\n", "\n"),
                p["text"], "which says the same")
        f = w.path("look.html")
        rc, out, err = run("preview", d, "--recipient", "1", "--html", f)
        t.equal((rc, open(f, encoding="utf-8").read(),
                 os.stat(f).st_mode & 0o777), (0, p["html"], 0o600),
                "--html writes that part, for you alone")
        rc, out, err = run("preview", d, "--recipient", "4", "--json")
        p = json.loads(out)
        t.ok(p["smtputf8"] and "Hello customer" in p["text"],
             "an address outside ASCII asks for SMTPUTF8", p)

        # ---- nobody to show
        rc, out, err = run("preview", d, "--recipient", "2")
        t.ok((rc, out) == (1, "") and "{{ref}}" in err,
             "exit 1 names the field that is missing", err)
        rc, out, err = run("preview", d, "--recipient", "2", "--json")
        t.equal((rc, json.loads(out)["missing"]), (1, "ref"),
                "the JSON too")
        rc, out, err = run("preview", d, "--recipient", "3")
        t.ok((rc, out) == (1, "") and "no address" in err,
             "exit 1 without an address", err)
        rc, out, err = run("preview", d, "--recipient", "x@example.org")
        t.ok((rc, out) == (2, "") and "x@example.org" in err,
             "exit 2 for a stranger", err)

        # ---- each text has a first reader
        v = w.notice("v", message="# Hello\n", subject="Example: news")
        w.write("v/message.de.md", "# Guten Tag\n")
        w.write("v/message.fr.md", "# Bonjour\n")
        must("import", v, w.write("v.csv", "name,email,language\n"
             "Ann,ann@example.org,\nDora,,de\nDirk,dirk@example.org,de-AT\n"))
        rc, out, err = run("preview", v, "--variant", "message.de.md")
        t.ok(rc == 0 and "dirk@example.org" in out and "Guten Tag" in out,
             "the first who has an address and gets it", out)
        rc, out, err = run("preview", v, "--variant", "message.fr.md")
        t.ok((rc, out) == (2, "") and "nobody" in err, "nobody gets it", err)
        rc, out, err = run("preview", v, "--variant", "message.it.md")
        t.ok((rc, out) == (2, "") and "no text" in err, "there is none", err)

        # ---- before the key is there, and with a mistake in the text
        os.rename(f"{d}/dkim.pem", f"{d}/away.pem")
        rc, out, err = run("preview", d, "--recipient", "1", "--json")
        t.ok(rc == 0 and json.loads(out)["signed"] is False and
             "not signed" in err, "a text can be seen without its key", err)
        w.write(os.path.join(d, "message.md"), "Dear {{nmae}}")
        rc, out, err = run("preview", d)
        t.ok((rc, out) == (2, "") and "message.md:1: {{nmae}}" in err and
             "{{name}}" in err, "a wrong field is named with its line", err)
    finally:
        w.close()
    t.done()

main()
