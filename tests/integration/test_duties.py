#!/usr/bin/python3
"""tocsin duties, and the tranches whose clocks it shows."""
import json, os, sys
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import Tap, Work, must, run

t, w = Tap(), Work()

def duties(d, *args):
    """Exit, the list by (tranche, id, who, step), stderr."""
    rc, out, err = run("duties", d, "--json", *args)
    rows = json.loads(out) if out else None
    return rc, rows and {(x["tranche"], x["id"], x["who"], x["step"]): x
                         for x in rows}, err

def log(d):
    try:
        return open(os.path.join(d, "duties.tsv"), encoding="utf-8").read()
    except FileNotFoundError:
        return None

def imp(d, rows, *args):
    w.write("in.csv", "person_id,name,email,jurisdiction\n" + rows)
    return run("import", d, w.path("in.csv"), "--json", *args)

MD, NH = ("", "us-md", "regulator", 1), ("", "us-nh", "regulator", 1)

try:
    d = w.notice(dkim=False, extra="[facts]\nsector = general")
    rc, out, err = run("duties", d)
    t.ok(rc == 2 and out == "" and "tocsin import" in err,
         "without an audience: exit 2", (rc, out, err))
    imp(d, "1,Ann,a@r.test,US-MD\n2,Bob,b@r.test,US-NH\n"
           "3,Cyd,c@r.test,US-CA\n4,Dan,d@r.test,DEU\n5,Eve,e@r.test,\n")

    # ---- what there is
    rc, rows, err = duties(d)
    t.equal(rc, 1, "what must be done before the send is open: exit 1")
    t.ok(rows[MD]["gates"] and rows[NH]["gates"] and
         {k for k, x in rows.items() if x["gates"]} == {MD, NH},
         "Maryland and New Hampshire gate the send, nobody else",
         [k for k, x in rows.items() if x["gates"]])
    t.ok(all(x["state"] == "open" and x["by"] == "" for x in rows.values()),
         "all is open")
    dates = [x["deadline"] for x in rows.values()]
    known = [x for x in dates if x]
    t.ok(known == sorted(known) and dates[:len(known)] == known and known,
         "the earliest first, those without a date last", dates)
    t.ok(any(x["jurisdiction"] == "EU" for x in rows.values()),
         "a person in Germany has duties of the Union")
    t.ok("1 people live who knows where" in err,
         "who lives nowhere known is told", err)
    rc, out, err = run("duties", d)
    t.ok(rc == 1 and "us-md:regulator  BARS THE SEND" in out and
         "Not legal advice" in out and "confidence" in out,
         "the same in words", out)

    # ---- refusals: exit 2, nothing on stdout, nothing recorded
    ok = ("--by", "Ann Lee")
    for what, args, part in [
            ("an unknown law", ("--done", "us-zz:regulator", *ok), "us-zz"),
            ("a law of nobody here", ("--done", "us-nj:regulator", *ok),
             "us-nj"),
            ("several duties", ("--done", "us-md", *ok),
             "us-md:regulator:1"),
            ("a step that is none", ("--done", "us-md:regulator:2", *ok),
             "us-md:regulator:1"),
            ("nobody's name", ("--done", "us-md:regulator"), "--by"),
            ("an empty name", ("--done", "us-md:regulator", "--by", " "),
             "--by"),
            ("a waiver without a reason",
             ("--waive", "us-md:regulator", *ok), "--note"),
            ("a day that does not exist",
             ("--done", "us-md:regulator", *ok, "--at", "2026-02-30"),
             "2026-02-30"),
            ("a day ahead",
             ("--done", "us-md:regulator", *ok, "--at", "2099-01-01"),
             "ahead"),
            ("a day before the discovery",
             ("--done", "us-md:regulator", *ok, "--at", "2020-01-01"),
             "before the discovery"),
            ("two at once", ("--done", "us-md:regulator", "--release-hold",
                             *ok), "one thing"),
            ("a hold without an authority",
             ("--hold-until", "2099-01-01", *ok), "--note"),
            ("a hold that is over",
             ("--hold-until", "2020-01-01", *ok, "--note", "FBI"), "over"),
            ("no hold to lift", ("--release-hold", *ok), "no hold"),
            ("what is open", ("--reopen", "us-md:regulator", *ok), "open"),
            ("a tranche of nobody",
             ("--done", "us-md:regulator", *ok, "--tranche", "x"), "'x'"),
            ("a note of two lines",
             ("--done", "us-md:regulator", *ok, "--note", "a\nb"),
             "one line"),
            ("a name alone", ok, "--done")]:
        for json_too in ((), ("--json",)):
            rc, out, err = run("duties", d, *args, *json_too)
            t.ok(rc == 2 and out == "" and part in err and log(d) is None,
                 f"{what}: refused", (rc, out, err))

    # ---- recorded
    rc, rows, err = duties(d, "--done", "us-md:regulator", *ok, "--at",
                           "2026-11-10", "--note", "Nr. 4711, Müller")
    x = rows[MD]
    t.equal((rc, x["state"], x["by"], x["at"], x["note"], x["bars"]),
            (0, "done", "Ann Lee", "2026-11-10T00:00:00Z",
             "Nr. 4711, Müller", False), "done, by whom and when")
    t.equal(duties(d)[0], 1, "New Hampshire is still open")
    rc, rows, err = duties(d, "--waive", "us-nh:regulator:1", *ok, "--note",
                           "nobody of theirs after all")
    t.equal((rc, rows[NH]["state"]), (0, "waived"), "waived with a reason")
    t.equal(duties(d)[0], 0, "nothing bars the send any more: exit 0")
    duties(d, "--reopen", "us-nh:regulator", *ok)
    rc, rows, err = duties(d)
    t.equal((rc, rows[NH]["state"]), (1, "open"), "opened again")
    duties(d, "--done", "us-nh:regulator", *ok)
    t.equal((duties(d)[0], len(log(d).splitlines())), (0, 4),
            "each event is a line")
    t.equal(os.stat(os.path.join(d, "duties.tsv")).st_mode & 0o777, 0o600,
            "which only its owner may read")

    # ---- a hold by the police
    rc, rows, err = duties(d, "--hold-until", "2099-12-01", *ok, "--note",
                           "FBI Boston")
    x = rows[("", "police-hold", "individuals", 1)]
    t.equal((rc, x["state"], x["not_before"], x["bars"]),
            (0, "open", "2099-12-01T00:00:00Z", True), "a hold is kept")
    t.equal(duties(d)[0], 1, "and bars the send")
    rc, rows, err = duties(d, "--hold-until", "2098-12-01", *ok, "--note",
                           "State Police")
    x = rows[("", "police-hold", "individuals", 1)]
    t.ok((x["not_before"], x["note"], x["bars"]) ==
         ("2099-12-01T00:00:00Z", "FBI Boston", True) and
         "a longer hold stands" in err,
         "another authority's shorter one does not end it", (x, err))
    duties(d, "--release-hold", *ok, "--note", "letter of today")
    t.equal(duties(d)[0], 0, "until it is lifted")

    # ---- tranches
    rc, out, err = imp(d, "9,Zoe,z@r.test,US-MD\n", "--discovered",
                       "2026-11-20")
    t.ok(rc == 2 and out == "" and "--tranche" in err,
         "a date without a tranche is refused", (rc, out, err))
    for date, part in (("2026-11-31", "exists"), ("2099-01-01", "ahead"),
                       ("1970-01-01", "after 1970")):
        rc, out, err = imp(d, "9,Zoe,z@r.test,US-MD\n", "--tranche",
                           "second", "--discovered", date)
        t.ok(rc == 2 and out == "" and part in err, f"{date} is refused",
             (rc, out, err))
    rc, out, err = imp(d, "x\n", "--tranche", "second", "--discovered",
                       "2026-11-20")
    t.ok(not os.path.exists(os.path.join(d, "tranches.tsv")),
         "an import that fails records no tranche", (rc, out, err))
    rc, out, err = imp(d, "9,Zoe,z@r.test,US-MD\n", "--tranche", "second",
                       "--discovered", "2026-11-20")
    t.equal((rc, json.loads(out)["tranche"]),
            (0, {"name": "second", "discovered": "2026-11-20T00:00:00Z",
                 "from": "option"}), "an import names its tranche and clock")
    rc, out, err = imp(d, "8,Yan,y@r.test,US-CA\n", "--tranche", "second",
                       "--discovered", "2026-11-21")
    t.ok(rc == 2 and "2026-11-20" in err,
         "the same name with another date is refused", (rc, out, err))
    rc, out, err = imp(d, "8,Yan,y@r.test,US-CA\n", "--tranche", "second")
    t.equal(json.loads(out)["tranche"]["from"], "recorded",
            "the same name alone takes its date")
    rc, out, err = imp(d, "7,Xia,x@r.test,US-CA\n", "--tranche", "third")
    t.equal(json.loads(out)["tranche"],
            {"name": "third", "discovered": "2026-11-03T00:00:00Z",
             "from": "notice"}, "without a date it is the notice's")
    rc, rows, err = duties(d)
    second = ("second", "us-md", "regulator", 1)
    t.equal((rc, rows[second]["state"], rows[MD]["state"]),
            (1, "open", "done"), "what was done for one is open for another")
    ca = [rows[(x, "us-ca", "individuals", 1)]["deadline"][:10]
          for x in ("", "second", "third")]
    t.equal(ca, ["2026-12-03", "2026-12-20", "2026-12-03"],
            "each tranche has the deadlines of its own discovery")
    duties(d, "--done", "us-md:regulator", *ok, "--tranche", "second")
    rc, rows, err = duties(d)
    t.equal((rc, rows[second]["state"]), (0, "done"),
            "and is answered on its own")

    # ---- a law that asks something from so many people on counts them all
    d2 = w.notice("many", dkim=False)
    people = lambda first, n: "".join(f"{i},N{i},n{i}@r.test,US-CA\n"
                                      for i in range(first, first + n))
    agency = lambda x: (x, "us-ca", "regulator", 1)
    imp(d2, people(0, 400))
    rc, rows, err = duties(d2)
    t.equal(rows[agency("")]["applies"], "no", "400: too few for the agency")
    imp(d2, people(400, 100), "--tranche", "second", "--discovered",
        "2026-11-20")
    rc, rows, err = duties(d2)
    t.equal([rows[agency(x)]["applies"] for x in ("", "second")],
            ["no", "no"], "nor are 400 and 100 enough")
    imp(d2, people(500, 1), "--tranche", "third", "--discovered",
        "2026-11-21")
    rc, rows, err = duties(d2)
    t.equal([rows[agency(x)]["applies"] for x in ("", "second", "third")],
            ["no", "no", "yes"], "the one who makes them 501 brings the duty")
    rc, out, err = run("deadlines", d2)
    t.ok(rc == 0 and "clock of their own" in err and "duties" in err,
         "deadlines points to the clocks of those added later", (rc, err))

    # ---- damage
    with open(os.path.join(d, "duties.tsv"), "a") as f:
        f.write("2026-11-2")
    n = len(log(d).splitlines())
    for args in ((), ("--reopen", "us-md:regulator", *ok)):
        rc, out, err = run("duties", d, *args)
        t.ok(rc == 2 and out == "" and f"duties.tsv:{n}:" in err and
             "no end" in err, "a torn line is refused by its number",
             (rc, out, err))

    # ---- what may apply bars until somebody answers
    d = w.notice("maybe", dkim=False)
    imp(d, "3,Cyd,c@r.test,US-CA\n")
    rc, rows, err = duties(d)
    open_ifs = [k for k, x in rows.items() if x["bars"]]
    t.ok(rc == 1 and open_ifs and all(
         rows[k]["applies"] == "if" and "applies if" in rows[k]["why"]
         for k in open_ifs), "a law that may apply bars", open_ifs)
    for _, law, who, step in open_ifs:
        must("duties", d, "--waive", f"{law}:{who}:{step}", *ok, "--note",
             "we are no carrier")
    t.equal(duties(d)[0], 0, "until it is waived")

    # ---- over which channel each gets the legal notice
    d = w.notice("channels", dkim=False, extra="[facts]\nsector = general")
    w.write("in.csv", "person_id,email,jurisdiction,legal_channel,"
            "legal_ground,street,city\n"
            "1,a@r.test,US-CA,,consent,,\n2,b@r.test,US-CA,,,Main St,Town\n"
            "3,c@r.test,US-CA,both,,Main St,Town\n4,,US-CA,,,,\n")
    must("import", d, w.path("in.csv"))
    s = json.loads(must("status", d, "--json"))
    t.equal((s["legal_channel"], s["courtesy"]),
            ({"email": 1, "post": 1, "both": 1, "substitute": 1}, 2),
            "status counts legal channels, and what is only a courtesy")
    t.ok("only a courtesy" in must("status", d), "in words too")

    # ---- what is both a country and a state is nobody's guess
    codes = ["AR", "CA", "CO", "DE", "ID", "IL", "IN"]
    d = w.path("maybe")
    rows = "".join(f"{c},{c},{c.lower()}@r.test,{c}\n" for c in codes)
    rc, out, err = imp(d, rows)
    t.equal((rc, json.loads(out)["rejected"]), (1, len(codes)),
            "bare codes with two meanings are rejected")
    rc, out, err = imp(d, rows, "--country", "US")
    t.ok(rc == 0 and json.loads(out)["jurisdictions"]["US-DE"] == 1,
         "until --country settles them", (rc, out, err))
finally:
    w.close()
t.done()
