#!/usr/bin/python3
"""tocsin deadlines: what is printed, from options and from a folder, as JSON,
in words and as a calendar; and what is refused."""
import datetime, json, os, re, shutil, sys
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import Tap, Work, run

NAMES = ["id", "step", "applies", "question", "jurisdiction", "regime", "who",
         "people", "deadline", "rule", "email", "required", "substitute",
         "as_of", "confidence", "source"]
FIVE = ("deadlines", "--discovered", "2026-11-01", "--people",
        "US-CA=1200,US-MA=80,US-TX=400,DE=900,CA-QC=30")


def duty(rows, id, who, step=1):
    hits = [r for r in rows if (r["id"], r["who"], r["step"]) ==
            (id, who, step)]
    return hits[0] if len(hits) == 1 else {"hits": len(hits)}


def as_json(t):
    rc, out, err = run(*FIVE, "--json")
    rows = json.loads(out)
    t.equal((rc, err), (0, ""), "five places, as JSON")
    t.equal([n for n in NAMES for r in rows if n not in r], [],
            "every name that was promised")
    t.ok(all(set(r["confidence"]) == {"deadline", "channel", "content"}
             for r in rows), "the confidence of three groups")
    t.ok(all(r["applies"] in ("yes", "if", "no") and
             r["who"] in ("individuals", "regulator", "cra") for r in rows),
         "words as promised")
    dates = [r["deadline"] for r in rows]
    dated = [d for d in dates if d]
    t.ok(dates == sorted(dated) + [None] * (len(dates) - len(dated)),
         "sorted, those without a date last", dates)
    t.ok(all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", d)
             for d in dated), "moments in UTC", dated)
    keys = [(r["id"], r["who"], r["step"]) for r in rows]
    t.equal(len(set(keys)), len(keys), "one row a law, addressee and step")
    for id, who, step, applies, people, date in (
            ("us-ca", "individuals", 1, "yes", 1200, "2026-12-01T00:00:00Z"),
            ("us-ca", "regulator", 1, "yes", 1200, "2026-12-16T00:00:00Z"),
            ("us-tx", "individuals", 1, "yes", 400, "2026-12-31T00:00:00Z"),
            ("us-tx", "regulator", 1, "yes", 400, "2026-12-01T00:00:00Z"),
            ("us-tx", "cra", 1, "no", 400, None),
            ("us-ma", "individuals", 1, "yes", 80, None),
            ("us-ma", "regulator", 1, "yes", 80, None),
            ("eu-gdpr", "regulator", 1, "yes", 900, "2026-11-04T00:00:00Z"),
            ("eu-gdpr", "individuals", 1, "yes", 900, None),
            ("eu-nis2", "regulator", 3, "if", 900, "2026-12-01T00:00:00Z"),
            ("ca-qc", "individuals", 1, "yes", 30, None),
            ("ca-pipeda", "individuals", 1, "yes", 30, None),
            ("us-hipaa", "individuals", 1, "if", 1680,
             "2026-12-31T00:00:00Z")):
        r = duty(rows, id, who, step)
        t.equal((r.get("applies"), r.get("people"), r.get("deadline")),
                (applies, people, date), f"{id}, {who}, step {step}")
    t.ok("no-nature-of-breach" in duty(rows, "us-ma", "individuals")
         ["required"], "what Massachusetts forbids is told")
    rc, again, _ = run(*FIVE, "--json", "--at", "2026-11-30T23:59:59Z")
    left = [r["days_left"] for r in json.loads(again)
            if r["id"] == "us-ca" and r["who"] == "individuals"]
    t.equal((rc, left), (0, [1]), "a day is left on the day before")


def facts(t):
    def ask(id, who, *more, people="US-CA=1200,DE=5"):
        rc, out, err = run("deadlines", "--json", "--discovered",
                           "2026-11-03T14:00:00-08:00", "--people", people,
                           *more)
        r = duty(json.loads(out), id, who) if rc == 0 else {"err": err}
        return r.get("applies"), r.get("deadline")

    t.equal(ask("us-ca", "individuals"), ("yes", "2026-12-03T22:00:00Z"),
            "an offset moves the start")
    t.equal(ask("eu-gdpr", "regulator"), ("yes", "2026-11-06T22:00:00Z"),
            "hours are added to the moment")
    t.equal(ask("us-hipaa", "individuals", "--sector", "bank")[0], "no",
            "a sector said")
    t.equal(ask("us-interagency-glba", "individuals", "--sector", "bank",
                "--house-limit", "10 d"), ("yes", "2026-11-13T22:00:00Z"),
            "a house limit")
    t.equal(ask("us-ca", "individuals", "--encrypted", "yes")[0], "if",
            "encrypted")
    t.equal(ask("us-sec-8k", "regulator", "--listed", "no")[0], "no",
            "not listed")
    t.equal(ask("us-ca", "individuals", "--role", "processor")[0], "if",
            "a processor")
    t.equal(ask("us-ca", "individuals", "--data-types", "name,email")[0], "if",
            "nothing protected was named")
    t.equal(ask("us-al", "individuals", "--determined", "2026-11-10",
                people="US-AL=5"), ("yes", "2026-12-25T00:00:00Z"),
            "a determination of its own")
    t.equal(ask("eu-gdpr-policy", "individuals", "--kind", "policy",
                "--effective", "2027-01-01"), ("yes", "2027-01-01T00:00:00Z"),
            "a change takes effect")
    t.equal(ask("us-nhtsa-recall", "regulator", "--kind", "recall", "--sector",
                "vehicle"), ("yes", "2026-11-10T22:00:00Z"),
            "a recall, in business days")


def in_words(t):
    rc, out, err = run(*FIVE, "--at", "2026-11-30")
    t.equal((rc, err), (0, ""), "five places, in words")
    parts = [out.find(s) for s in
             ("Due, the earliest first:", "Due, with no date in the law:",
              "Applies if:", "--all shows why",
              "What the notice must hold", "Not legal advice")]
    t.ok(-1 not in parts and parts == sorted(parts), "its parts, in order",
         parts)
    t.ok("2026-12-01 Tue        in 1 day        the persons    US-CA        "
         "1,200" in out and "PASSED 26d ago" in out, "a table", out[:1500])
    flat = re.sub(r"\s+", " ", out)
    t.ok("Confidence of the date: high (as of 2024-11-15, over a year old: "
         "take as low)." in flat, "old knowledge is marked", out)
    t.ok("E-mail only with consent, confidence high (as of 2026-01-23): " in flat
         and "Substitute notice, confidence high (as of 2026-01-23): " in flat
         and "no holidays" in out, "channels, with their own confidence")
    t.ok(out.strip().split("\n")[-1].startswith("Not legal advice"),
         "the last line")
    t.ok("10001 people" not in out, "what does not apply is left out")
    rc, out, err = run(*FIVE, "--all")
    t.ok("Only from 10001 people; there are 400." in out, "--all tells why")
    rc, out, err = run("deadlines", "--discovered", "2026-11-01", "--people",
                       "BO=7,US=3")
    t.ok(rc == 0 and "No row for BO (7 people): the pack does not cover it; "
         "ask counsel." in out and "The state of 3 people" in out,
         "what is not covered is said", out)
    rc, out, err = run("deadlines", "--discovered", "2026-11-01", "--people",
                       "BO=7", "--json")
    t.equal((rc, json.loads(out)), (0, []), "nothing is an empty array")
    t.ok("No row for BO" in err, "and is told beside it", err)


def unfold(t, raw):
    """The lines of a calendar, as RFC 5545 3.1 puts them together."""
    t.ok(raw.endswith(b"\r\n") and b"\n" not in raw.replace(b"\r\n", b""),
         "lines end with CRLF")
    lines = raw[:-2].split(b"\r\n")
    t.equal([x for x in lines if len(x) > 75], [], "75 octets at most")
    for x in lines:
        x.decode("utf-8")
    return re.sub("\r\n[ \t]", "", raw.decode("utf-8")).split("\r\n")[:-1]


def calendar(t, w):
    def write(*more):
        f = w.path("dates.ics")
        rc, out, err = run(*FIVE, "--json", "--ics", f, *more)
        with open(f, "rb") as h:
            return rc, json.loads(out), h.read()

    rc, rows, raw = write("--at", "2026-11-05")
    lines = unfold(t, raw)
    want = [r for r in rows if r["deadline"] and r["applies"] != "no"]
    t.equal((rc, lines[0], lines[-1]),
            (0, "BEGIN:VCALENDAR", "END:VCALENDAR"), "a calendar")
    t.equal(lines.count("BEGIN:VEVENT"), len(want), "an event a date")
    t.equal(lines.count("BEGIN:VALARM"), len(want), "and an alarm each")
    depth, ordered = [], True
    for x in lines:
        if x.startswith("BEGIN:"):
            depth.append(x[6:])
        elif x.startswith("END:"):
            ordered = ordered and depth and depth.pop() == x[4:]
    t.ok(ordered and not depth, "every part ends, in order", depth)
    uids = [x for x in lines if x.startswith("UID:")]
    t.equal(len(set(uids)), len(want), "a UID each")
    t.equal(lines.count("DTSTAMP:20261105T000000Z"), len(want), "stamped")
    ca = lines[lines.index("UID:us-ca-individuals-1-20261101T000000Z@"
                           "tocsin.invalid"):]
    t.equal(ca[2], "DTSTART;VALUE=DATE:20261201", "days are whole days")
    gdpr = lines[lines.index("UID:eu-gdpr-regulator-1-20261101T000000Z@"
                             "tocsin.invalid"):]
    t.equal(gdpr[2], "DTSTART:20261104T000000Z", "hours are moments")
    text = [x for x in lines if x.startswith("DESCRIPTION:")]
    t.ok(all(re.fullmatch(r"DESCRIPTION:(?:[^\\;,]|\\[\\;,n])*", x)
             for x in text), "escaped")
    _, _, later = write("--at", "2026-11-06", "--determined", "2026-11-09")
    t.equal([x for x in unfold(t, later) if x.startswith("UID:") and
             x not in uids], [], "UIDs stay when dates move")
    t.equal([n for n in os.listdir(w.dir) if n.endswith(".tmp")], [],
            "nothing is left beside it")


def folder(t, w):
    d = w.path("n")
    run("new", d, "--kind", "breach")
    rc, out, err = run("deadlines", d, "--json")
    t.ok(rc == 2 and out == "" and "discovered" in err,
         "a folder without its day", err)
    with open(os.path.join(d, "notice.ini"), encoding="utf-8") as f:
        text = f.read()
    text = text.replace("discovered =\n", "discovered = 2026-11-01\n", 1)
    with open(os.path.join(d, "notice.ini"), "w", encoding="utf-8") as f:
        f.write(text)
    rc, out, err = run("deadlines", d, "--json")
    t.ok(rc == 2 and out == "" and err, "a folder without people", err)
    people = w.write("people.csv", "person_id,email,name,jurisdiction,"
                     "language\n" + "".join(
                         f"{i},p{i}@example.org,P {i},"
                         f"{('US-CA', 'DEU', 'FRA', '')[i % 4]},"
                         f"{('en', 'de')[i % 2]}\n" for i in range(40)))
    run("import", d, people)
    rc, out, err = run("deadlines", d, "--json")
    rows = json.loads(out) if rc == 0 else []
    t.equal((rc, duty(rows, "us-ca", "individuals").get("people"),
             duty(rows, "eu-gdpr", "regulator").get("people")), (0, 10, 20),
            "the numbers of the audience")
    t.ok("residence of 10 people is unknown" in err,
         "unknown residence is counted", err)
    t.equal(duty(rows, "us-ca", "individuals").get("deadline"),
            "2026-12-01T00:00:00Z", "the day of the settings")
    text, n = re.subn(r"^sector =.*$", "sector = health", text, flags=re.M)
    t.equal(n, 1, "the settings ask for the sector")
    with open(os.path.join(d, "notice.ini"), "w", encoding="utf-8") as f:
        f.write(text)
    rc, out, err = run("deadlines", d, "--json")
    rows = json.loads(out) if rc == 0 else []
    t.ok(duty(rows, "us-bank-36h", "regulator").get("applies") == "no",
         "the facts of the settings", err)
    rc, out, err = run("deadlines", d, "--json", "--sector", "bank")
    t.equal(duty(json.loads(out), "us-bank-36h", "regulator").get("applies"),
            "yes", "an option goes before")


def refused(t, w):
    day = ("--discovered", "2026-11-01")
    bad = w.path("bad")
    here = os.path.dirname(os.path.abspath(__file__))
    shutil.copytree(os.path.join(here, "..", "..", "data"), bad)
    laws = os.path.join(bad, "laws", "laws.tsv")
    with open(laws, encoding="utf-8") as f:
        text = f.read()
    with open(laws, "w", encoding="utf-8") as f:
        f.write(text.replace("\tP30D\t", "\tP30\t", 1))
    for args, says in (
            (("--discovered", "2026-02-30", "--people", "DE=1"), "2026-02-30"),
            (("--discovered", "2026-11-01T14:00", "--people", "DE=1"),
             "2026-11-01T14:00"),
            (("--people", "DE=1"), "--discovered"),
            (day, "--people"),
            ((*day, "--people", "XX=1"), "XX"),
            ((*day, "--people", "US-XX=1"), "US-XX"),
            ((*day, "--people", "UK=1"), "GB"),
            ((*day, "--people", "DE"), "DE"),
            ((*day, "--people", "DE=x"), "number"),
            ((*day, "--people", "DE=1,DE=2"), "twice"),
            ((*day, "--people", ""), "US-CA=1200"),
            ((*day, "--people", "DE=1", "--kind", "fire"), "fire"),
            ((*day, "--people", "DE=1", "--sector", "telekom"), "telecom?"),
            ((*day, "--people", "DE=1", "--data-types", "shoe"), "shoe"),
            ((*day, "--people", "DE=1", "--role", "boss"), "boss"),
            ((*day, "--people", "DE=1", "--encrypted", "maybe"), "yes or no"),
            ((*day, "--people", "DE=1", "--house-limit", "soon"), "10 d"),
            ((*day, "--people", "DE=1", "--at", "today"), "today"),
            ((w.path("none"), ), "none"),
            ((w.path("none"), "--people", "DE=1"), "--people")):
        rc, out, err = run("deadlines", *args, "--json")
        t.ok(rc == 2 and out == "" and says in err,
             f"refused: {' '.join(args)[-50:]}", (rc, out, err))
    rc, out, err = run("deadlines", *day, "--people", "DE=1",
                       env={**os.environ, "TOCSIN_DATA": bad})
    line = 1 + text.split("\n").index(next(
        x for x in text.split("\n") if "\tP30D\t" in x))
    t.ok(rc == 2 and out == "" and re.search(
        rf"laws\.tsv:{line}: \w+_deadline: 'P30'", err),
         "a mistake in the pack, with its line and column", err)
    rc, out, err = run("deadlines", *day, "--people", "DE=1", "--ics",
                       w.path("no", "such", "folder.ics"))
    t.ok(rc in (2, 3) and out == "" and "folder.ics" in err,
         "a calendar that can not be written", (rc, out, err))


def main():
    t, w = Tap(), Work()
    try:
        as_json(t)
        facts(t)
        in_words(t)
        calendar(t, w)
        folder(t, w)
        refused(t, w)
    finally:
        w.close()
    t.done()


main()
