#!/usr/bin/python3
"""tocsin new: the folder, the words on stdout, the exit statuses."""
import json, os, re, sys
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import Tap, Work, must, run

KINDS = ("breach", "recall", "policy", "safety", "legal")
FILES = ["notice.ini", "message.md", "README.txt", "channels/web.md",
         "channels/sms.txt", "channels/phone.txt", "channels/social.txt"]

HEADINGS = ("What Happened", "What Information Was Involved",
            "What We Are Doing", "What You Can Do", "For More Information")

def fill_in(d):
    """Ordinary words for whatever says CHANGE ME; settings get real ones."""
    ini = os.path.join(d, "notice.ini")
    words = {"name": "Example", "address": "notice@example.com",
             "canonical_url": "https://www.example.com/notice",
             "own_domains": "example.com", "domain": "example.com",
             "selector": "s1"}
    lines = []
    for line in open(ini, encoding="utf-8"):
        key = line.split("=")[0].strip()
        if line.rstrip().endswith("CHANGE ME") and key in words:
            line = f"{key} = {words[key]}\n"
        lines.append(line.replace("CHANGE ME (company)", "Example"))
    open(ini, "w", encoding="utf-8").writelines(lines)
    for top, _, names in os.walk(d):
        for name in names:
            if name.endswith((".md", ".txt", ".ini")):
                path = os.path.join(top, name)
                text = open(path, encoding="utf-8").read()
                text = re.sub(r"CHANGE ME \([^)]*\)", "ordinary words", text)
                open(path, "w", encoding="utf-8").write(text)

def make_key(d):
    must("dkim", "keygen", "--domain", "example.com", "--selector", "s1",
         "--out", os.path.join(d, "dkim.pem"))

def left(d):
    """Files in which the words CHANGE ME stand, README.txt aside."""
    return [os.path.join(top, n) for top, _, names in os.walk(d) for n in names
            if n != "README.txt" and "CHANGE ME" in
            open(os.path.join(top, n), encoding="utf-8").read()]

def seen(d, who):
    """The text a person gets, white space as single blanks."""
    rc, out, err = run("preview", d, "--recipient", who, "--json")
    if rc != 0:
        return f"exit {rc}: {err}"
    text = json.loads(out)
    return re.sub(r"\s+", " ", text.get("text", ""))

def texts(t, w):
    """A folder filled in with ordinary words is a notice with what the laws
    ask for, and no advice of ours is in it."""
    people = w.write("p.csv", "person_id,name,email,segment,jurisdiction\n"
                     "1,Jane Doe,jane@example.net,,US-CA\n"
                     "2,,ma@example.net,,US-MA\n")
    want = {
        ("breach", "california"): (*HEADINGS, "Law enforcement", "Equifax",
            "1-888-298-0045", "P.O. Box 9554", "TransUnion", "identitytheft.gov",
            "600 Pennsylvania Avenue", "Maryland, Attorney General",
            "security freeze", "fraud alert", "Telephone (toll-free)",
            "send mail only from", "You do not need to log in"),
        ("breach", "hipaa"): (*HEADINGS, "protected health information",
            "We found out on", "To limit the harm to you", "toll-free",
            "bills"),
        ("breach", "gdpr"): (*HEADINGS, "likely consequences",
            "Data protection officer", "right to complain"),
        ("recall", "cpsc"): ("Product Safety Recall", "Units", "Price",
            "Incidents and injuries", "Recalled by", "Date of the recall"),
        ("recall", "eu"): ("Product Safety Recall", "Stop using the product",
            "choose between", "free of charge", "pass this notice on"),
        ("safety", "eu"): ("Safety Warning", "The Hazard"),
        ("policy", ""): ("takes effect on", "opt out", "The Full Text"),
        ("legal", ""): ("Exclude yourself", "Object", "class"),
    }
    never = {
        ("breach", "gdpr"): ("Equifax", "Federal Trade"),
        ("breach", "california"): ("data protection officer",),
        ("recall", "eu"): ("Price", "voluntary", "precautionary",
                           "discretionary", "rare situations",
                           "specific situations"),
        ("recall", "cpsc"): ("choose between",),
    }
    for (kind, laws), words in want.items():
        name = f"{kind}-{laws}"
        d = w.path(name)
        args = ("--laws", laws) if laws else ()
        rc, out, err = run("new", d, "--kind", kind, *args)
        t.equal(rc, 0, f"{name}: made")
        fill_in(d)
        t.equal(left(d), [], f"{name}: nothing else says CHANGE ME")
        make_key(d)
        rc, out, err = run("import", d, people)
        t.equal(rc, 0, f"{name}: people come in")
        text = seen(d, "jane@example.net")
        t.equal([x for x in words if x.lower() not in text.lower()], [],
                f"{name}: what is asked for is there")
        t.equal([x for x in never.get((kind, laws), ())
                 if x.lower() in text.lower()], [],
                f"{name}: and not what belongs elsewhere")
        t.ok("<!--" not in text and "verify before use" not in text,
             f"{name}: our advice is not", text)
        t.ok("Dear Jane Doe," in text, f"{name}: the greeting has the name")
    d = w.path("ma")
    rc, out, err = run("new", d, "--kind", "breach", "--laws",
                       "California, massachusetts", "--json")
    t.equal(json.loads(out)["files"],
            FILES + ["segments.ini", "message.massachusetts.md"],
            "massachusetts: two more files")
    t.ok(all(os.path.isfile(os.path.join(d, f))
             for f in json.loads(out)["files"]), "and they are there")
    fill_in(d)
    make_key(d)
    run("import", d, people)
    text = seen(d, "ma@example.net")
    t.ok("police report" in text and "security freeze" in text and
         "Dear customer," in text, "massachusetts: rights, greeting", text)
    t.ok(not any(x in text for x in ("What Happened", "took place", "stolen",
                                     "access")),
         "massachusetts: no nature of the breach", text)
    t.ok("What Happened" in seen(d, "jane@example.net"),
         "and the others have theirs")

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
                          (("x", "--kind", "breach", "--laws", "eu"),
                           "a law of another kind"),
                          (("x", "--kind", "breach", "--laws", "gdpr,x"),
                           "an unknown law"),
                          (("x", "--kind", "breach", "--laws", ","),
                           "no law"),
                          (("x", "--kind", "legal", "--laws", "gdpr"),
                           "a law where there is none"),
                          ((".", "--kind", "breach"), "the folder itself")):
            rc, out, err = run("new", *args, cwd=w.dir)
            t.ok(rc == 2 and out == "" and err, f"{why}: exit 2",
                 (rc, out, err))
        t.equal(sorted(os.listdir(w.dir)), sorted(KINDS + ("empty",)),
                "nothing else is left behind")
        texts(t, w)
        rc, out, err = run("new", "--help")
        t.ok(rc == 0 and "--kind" in out and "Exit status" in out, "--help")
    finally:
        w.close()
    t.done()

main()
