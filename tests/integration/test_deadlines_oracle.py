#!/usr/bin/python3
"""Every field of `tocsin deadlines --json` against laws_oracle.py: each law of
the pack, each kind, numbers around each threshold, days that end a year or a
month, and settings at random; from options and from a notice's folder."""
import json, os, random, re, sys
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import Tap, Work, must, run
import laws_oracle as oracle

LAWS, ASKED = oracle.table("laws.tsv"), oracle.table("applicability.tsv")
KINDS = ["breach", "health", "telecom", "recall", "policy"]
PLACES = sorted({r["jurisdiction"] for r in LAWS} - {"EU"} |
                {"DE", "FR", "GR", "IE"})
DAYS = ["2024-02-28", "2024-02-29", "2025-12-31", "2026-01-31", "2026-06-30",
        "2026-07-01", "2026-08-15", "2026-08-16", "2026-08-14T23:59:59Z",
        "2026-03-08T02:30:00-05:00", "2026-03-29T01:30:00+01:00",
        "2026-10-25T02:30:00+02:00", "2026-11-01T01:30:00-07:00",
        "2026-09-10", "2026-09-11", "2026-11-30T23:59:59Z", "2026-12-01",
        "2027-05-12", "2027-05-13", "2027-11-30", "2027-01-01T00:00:00+14:00",
        "2027-12-31T23:59:59-12:00", "2100-02-28"]
WORDS = sorted({w.strip("!?") for a in ASKED if a["fact"] == "sector"
                for w in a["words"].split(",")} | {"general"})
DATES = ("determined", "effective")
rnd = random.Random(20261125)


def differences(rows, want):
    got = {(r["id"], r["who"], r["step"]): r for r in rows}
    bad = [("twice", len(rows) - len(got))] if len(got) < len(rows) else []
    bad += [("not told", k) for k in want if k not in got]
    bad += [("told too much", k) for k in got if k not in want]
    return bad + [(k, name, "got", got[k][name], "want", value)
                  for k in want if k in got
                  for name, value in want[k].items() if got[k][name] != value]


def facts_of(day, options):
    facts = {"discovered": oracle.moment(day)}
    for name, value in options.items():
        facts[name] = (oracle.moment(value) if name in DATES
                       else value.split(","))
    return facts


def ask(day, kinds, people, options):
    args = [a for k, v in options.items()
            for a in ("--" + k.replace("_", "-"), v)]
    rc, out, err = run("deadlines", "--json", "--all", "--discovered", day,
                       "--kind", ",".join(kinds), "--people",
                       ",".join(f"{p}={n}" for p, n in people.items()), *args)
    if rc:
        return [(rc, err)]
    return differences(json.loads(out), oracle.duties(
        LAWS, ASKED, facts_of(day, options), people, kinds))


def settings():
    chance = {"sector": lambda: ",".join(rnd.sample(WORDS, rnd.randint(1, 3))),
              "data_types": lambda: ",".join(rnd.sample(
                  ["ssn", "name", "health", "credentials", "cpni"], 2)),
              "encrypted": lambda: rnd.choice(["yes", "no"]),
              "listed": lambda: rnd.choice(["yes", "no"]),
              "role": lambda: rnd.choice(["controller", "owner", "processor",
                                          "manufacturer", "retailer"]),
              "determined": lambda: "2028-02-29",
              "effective": lambda: rnd.choice(["2026-06-30", "2027-03-31",
                                               "2028-02-29"])}
    return {k: v() for k, v in chance.items() if rnd.random() < 0.5}


def in_folder(t, w):
    """The numbers from an audience, the facts from notice.ini."""
    for kind, kinds in (("breach", KINDS[:3]), ("recall", ["recall"]),
                        ("policy", ["policy"])):
        d = w.path(kind)
        must("new", d, "--kind", kind)
        people = {p: rnd.randint(1, 3) for p in PLACES if p != "US" and
                  p != "CA"}
        rows = [f"{p}-{i},A,a{i}@{p.lower()}.example,{p[:2]},{p[3:]}"
                for p, n in people.items() for i in range(n)]
        w.write("people.csv", "person_id,name,email,country,region\n" +
                "\n".join(rows) + "\n")
        text = open(f"{d}/notice.ini", encoding="utf-8").read()
        text = re.sub(r"(?m)^discovered =.*$",
                      "discovered = 2026-08-31", text, count=1)
        text = re.sub(r"(?ms)^\[facts\].*?(?=^\[|\Z)", "", text)
        w.write(f"{d}/notice.ini", text + "\n[facts]\nsector = bank, vehicle\n"
                "encrypted = no\nlisted = yes\nrole = controller\n"
                "data_types = ssn\n")
        must("import", d, w.path("people.csv"))
        rc, out, err = run("deadlines", d, "--json", "--all")
        t.equal(rc, 0, f"a notice of kind {kind}")
        facts = facts_of("2026-08-31", {
            "sector": "bank,vehicle", "encrypted": "no", "listed": "yes",
            "role": "controller", "data_types": "ssn"})
        t.equal(differences(json.loads(out or "[]"), oracle.duties(
            LAWS, ASKED, facts, people, kinds))[:5], [],
            f"... whose duties are as computed, {len(people)} places")


def main():
    t, w = Tap(), Work()
    try:
        for day in DAYS:
            bad = []
            for kinds in [KINDS, KINDS[:3], *([k] for k in KINDS)]:
                bad += ask(day, kinds,
                           {p: rnd.choice([1, 2, 7]) for p in PLACES}, {})
            t.equal(bad[:5], [], f"discovered {day}, every kind and place")
        columns = ("regulator_threshold", "cra_threshold")
        numbers = sorted({int(x) for r in LAWS for c in columns
                          for x in re.findall(r"\d+", r[c].split("@")[0])})
        for n in numbers:
            bad = []
            for k in (n - 1, n, n + 1):
                if k > 0:
                    bad += ask("2026-02-10", KINDS, {p: k for p in PLACES}, {})
            t.equal(bad[:5], [], f"{n} people, one fewer and one more")
        for i in range(10):
            bad = []
            for _ in range(10):
                options = settings()
                bad += [(options, x) for x in ask(
                    rnd.choice(DAYS), rnd.sample(KINDS, rnd.randint(1, 5)),
                    {p: rnd.choice([1, 300, 1100])
                     for p in rnd.sample(PLACES, 25)}, options)]
            t.equal(bad[:3], [], f"settings at random, ten times: {i + 1}")
        in_folder(t, w)
    finally:
        w.close()
    t.done()

main()
