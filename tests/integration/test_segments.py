#!/usr/bin/python3
"""segments.ini: who gets which text, in preview and in send, and what is
refused."""
import json, os, sys
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import MESSAGE, Tap, Work, run, state_rows, status

RULES = """[massachusetts]
jurisdiction = US-MA
[minor]
role = guardian
[union]
jurisdiction = EU
"""
PEOPLE = [("1", "US-MA", "", ""), ("2", "US-MA", "guardian", ""),
          ("3", "US-CA", "guardian", ""), ("4", "FR", "", ""),
          ("5", "GB", "", ""), ("6", "FR", "", "massachusetts")]
WANT = {"1": "massachusetts", "2": "massachusetts", "3": "minor",
        "4": "union", "5": "", "6": "massachusetts"}

def file_of(segment):
    return f"message.{segment}.md" if segment else "message.md"

def main():
    t, w = Tap(), Work()
    try:
        d = w.notice(send="relay = 127.0.0.1:1", dkim=False)
        rows = "".join(f"{i},N{i},p{i}@r.test,{j},{r},{s},k,\n"
                       for i, j, r, s in PEOPLE)
        w.write("people.csv", "person_id,name,email,jurisdiction,role,"
                              "segment,ref,detail\n" + rows)
        run("import", d, w.path("people.csv"))
        w.write("n/segments.ini", RULES)
        for s in ("massachusetts", "minor"):
            w.write(f"n/message.{s}.md", MESSAGE.replace("stranger", s))
        rc, out, err = run("send", d)
        t.ok(rc == 2 and out == "" and "message.union.md" in err and
             "1 people" in err, "a rule with people and no text is refused",
             (rc, out, err))
        w.write("n/message.union.md", MESSAGE.replace("stranger", "union"))
        w.write("n/message.nobody.md", MESSAGE)
        got = {}
        for i in WANT:
            rc, out, err = run("preview", d, "--recipient", i, "--json")
            got[i] = json.loads(out)["variant"] if rc == 0 else err
        t.equal(got, {i: file_of(s) for i, s in WANT.items()},
                "preview shows each the text of their segment")
        t.ok("message.nobody.md" in err, "and names the text nobody gets", err)

        sink, at = w.sink()
        rc, out, err = run("send", d, "--relay", at)
        t.equal((rc, status(d)["handed"]), (0, 6), "everyone is sent to")
        t.ok("message.nobody.md" in err, "send warns of it too", err)
        names = dict(state_rows(d, "SELECT p.person_id, t.name FROM state s "
            "JOIN people.person p ON p.id = s.person "
            "JOIN attempt a ON a.id = s.letter "
            "JOIN template t ON t.id = a.template"))
        t.equal(names, {i: file_of(s) for i, s in WANT.items()},
                "and each got the text of their segment")
        w.stop(sink)

        w.write("n/segments.ini", "[massachusetts]\njurisdiction = US-QQ\n")
        rc, out, err = run("send", d)
        t.ok(rc == 2 and out == "" and "segments.ini:2:" in err and
             "US-QQ" in err, "a bad rule is refused with file and line",
             (rc, out, err))
        w.write("n/segments.ini", "[minor]\nrole = nobody\n")
        rc, out, err = run("preview", d, "--recipient", "3", "--json")
        t.equal(json.loads(out)["sent"], True,
                "what was sent stays as it was, whatever the rules say now")
    finally:
        w.close()
    t.done()

main()
