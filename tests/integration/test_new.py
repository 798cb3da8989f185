#!/usr/bin/python3
"""tocsin new: the folder, the words on stdout, the exit statuses."""
import json, os, sys
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import Tap, Work, run

KINDS = ("breach", "recall", "policy", "safety", "legal")
FILES = ["notice.ini", "message.md", "README.txt", "channels/web.md",
         "channels/sms.txt", "channels/phone.txt", "channels/social.txt"]

def main():
    t, w = Tap(), Work()
    try:
        for kind in KINDS:
            d = w.path(kind)
            rc, out, err = run("new", d, "--kind", kind, "--json", "--quiet")
            t.equal((rc, err), (0, ""), f"{kind}: made, nothing said")
            t.equal(json.loads(out), {"dir": d, "kind": kind, "files": FILES},
                    f"{kind}: one JSON value")
            t.ok(all(os.path.isfile(os.path.join(d, f)) for f in FILES),
                 f"{kind}: every file it names is there")
        text = open(w.path("breach", "notice.ini"), encoding="utf-8").read()
        rc, out, err = run("new", w.path("breach"), "--kind", "legal")
        t.equal((rc, out), (2, ""), "a folder that is not empty: exit 2")
        t.ok("not empty" in err, "it says why", err)
        t.equal(open(w.path("breach", "notice.ini"), encoding="utf-8").read(),
                text, "and the folder is as it was")
        os.mkdir(w.path("empty"))
        rc, out, err = run("new", w.path("empty/"), "--kind", "legal")
        t.equal(rc, 0, "an empty folder is filled")
        t.equal(out.split("\n")[0], w.path("empty", "notice.ini"),
                "its files are on stdout")
        for args, why in (((), "no folder"), (("x",), "no kind"),
                          (("x", "--kind", "Breach"), "an unknown kind"),
                          (("x", "y", "--kind", "breach"), "two folders"),
                          (("x/y/z", "--kind", "breach"), "no parent"),
                          ((".", "--kind", "breach"), "the folder itself")):
            rc, out, err = run("new", *args, cwd=w.dir)
            t.ok(rc == 2 and out == "" and err, f"{why}: exit 2",
                 (rc, out, err))
        t.equal(sorted(os.listdir(w.dir)), sorted(KINDS + ("empty",)),
                "nothing else is left behind")
        rc, out, err = run("new", "--help")
        t.ok(rc == 0 and "--kind" in out and "Exit status" in out, "--help")
    finally:
        w.close()
    t.done()

main()
