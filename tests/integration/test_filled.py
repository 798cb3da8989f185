#!/usr/bin/python3
"""What tocsin new writes: before it is filled in, a check stops only at what a
person must write; filled in, with its DNS, it passes."""
import json, os, re, sys
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import Tap, Work, must, run
from check_notice import PEOPLE, ZONE

WORDS = {
    "address in [from]": "privacy@example.com",
    "an address that a person reads": "privacy@example.com",
    "canonical_url of notice.ini": "https://www.example.com/incident",
    "company and postal address": "Harbor Books, 1 Quay Street, Boston, MA "
                                  "02110",
    "company": "Harbor Books",
    "day": "November 20, 2026", "date": "January 10, 2027",
    "effective date": "January 10, 2027",
    "day, or first and last day": "November 18, 2026",
    "did or did not ask": "did not ask",
    "investigation": "asked outside experts to examine our systems.",
    "measures planned": "will encrypt all customer records.",
    "measures taken": "changed all passwords of our staff on the same day.",
    "name and office of the person who answers for this":
        "Jane Miller, Managing Director",
    "number and hours": "+1 800 555 0100, every day from 8 to 20",
    "number": "+1 800 555 0100",
    "one kind of data a line": "your name, your email address and your Social "
                               "Security number",
    "the day this is published": "November 25, 2026",
    "the day this is sent": "November 25, 2026",
    "the steps of the notice": "Look through your account statements.",
    "three sentences, with the dates of the notice":
        "Please read this. It concerns you.",
    "what happened": "A stranger copied a part of our customer records.",
    "www and your domain": "www.example.com",
    "what may follow": "Strangers may use your data to open accounts in your "
                       "name.",
    "authority where these people live, or where you are":
        "the supervisory authority of Schleswig-Holstein, Kiel, Germany",
    # recall
    "at least two of: repair, replacement, refund": "a refund or a replacement",
    "how, from which day, how long it takes":
        "in our shops, from November 26, 2026, within two weeks",
    "from when to when": "from March 2024 to June 2026",
    "how to make it safe: unplug it, keep it from children ...":
        "Unplug it and keep it from children.",
    "manufacturer or importer, postal address":
        "Harbor Books, 1 Quay Street, Boston, MA 02110",
    "model, batch or serial numbers": "model L7, batches 100 to 140",
    "name and brand": "Harbor reading lamp", "product": "reading lamp",
    "number and kind": "three lamps that caught fire, and no injury",
    "number of units": "12,000", "place on the product": "under its foot",
    "price or range of prices, with $": "$30 to $40",
    "product, model, batch or serial numbers": "reading lamp, model L7, "
                                               "batches 100 to 140",
    "recall of the product, or repair at the customer's":
        "recall of the product",
    "retailers, places, websites": "our shops and www.example.com",
    "the defect, what can happen, whom it can hurt":
        "The cable can overheat and start a fire, which can hurt anyone near "
        "it.",
    "whether to keep it, bring it back or dispose of it": "Bring it back.",
    # policy
    "how": "write to privacy@example.com",
    "name or office, e-mail, telephone":
        "Data Protection Office, privacy@example.com, +1 800 555 0100",
    "one change a line": "we will keep delivery addresses for two years, no "
                         "longer for ten",
    "what then, how to close the account":
        "The old rules go on for you. Write to us to close the account.",
}
SETTINGS = {"canonical_url": "https://www.example.com/incident",
            "own_domains": "example.com", "address": "privacy@example.com",
            "domain": "example.com", "selector": "n1",
            "name": "Harbor Books", "discovered": "2026-11-20",
            "helo": "out.example.com", "source": "192.0.2.25"}

def fill(d):
    """Every gap by its hint; in notice.ini by its key, where it has none."""
    for folder, _, files in os.walk(d):
        for file in files:
            path = os.path.join(folder, file)
            text = open(path, encoding="utf-8").read()
            if file == "notice.ini":
                text = text.replace("[bounce]\n", "[bounce]\n#")
                head, tail = text.split("[bounce]\n#")
                tail = re.sub(r"^address = CHANGE ME$",
                              "address = bounces@example.com", tail,
                              flags=re.M)
                text = head + "[bounce]\n" + tail
                for key, value in SETTINGS.items():
                    text = re.sub(rf"^{key} =( CHANGE ME)?$",
                                  f"{key} = {value}", text, flags=re.M)
            text = re.sub(r"CHANGE ME \(([^)]*)\)",
                          lambda m: WORDS[" ".join(m[1].split())], text)
            with open(path, "w", encoding="utf-8") as f:
                f.write(text)

def check(d, *options):
    rc, out, err = run("check", d, "--json", "--quiet", "--at",
                       "2026-11-25T12:00:00Z", *options)
    return rc, json.loads(out) if out else None, err

def blocks(r):
    return [f"{f['rule']}/{f['check']} {f['subject']}: {f['text']}"
            for f in r["findings"] if f["severity"] == "block"]

def main():
    t, w = Tap(), Work()
    try:
        for kind, options in (("breach", []), ("breach", ["--laws", "gdpr"]),
                              ("recall", []), ("policy", [])):
            name = kind + "".join(options[1:])
            d = w.path(name)
            must("new", d, "--kind", kind, *options)
            zone = w.write(name + ".zone", ZONE)
            rc, r, err = check(d, "--zone", zone)
            t.ok(rc == 1 and {f["rule"] for f in r["findings"]
                              if f["severity"] == "block"} <=
                 {"S-00", "S-40", "S-41", "S-08"},
                 f"{name}: only what a person must fill in stops it",
                 "\n".join(blocks(r)))
            fill(d)
            key = must("dkim", "keygen", "--domain", "example.com",
                       "--selector", "n1", "--out", f"{d}/dkim.pem")
            w.write(name + ".zone", ZONE + key)
            people = PEOPLE if "gdpr" not in options else "".join(
                x + "\n" for x in PEOPLE.splitlines() if ",US," not in x)
            must("import", d, w.write(name + ".csv", people), "--quiet")
            rc, r, err = check(d, "--zone", zone)
            t.ok(rc == 0 and not r["blocks"], f"{name}: filled in, it passes",
                 f"exit {rc} {err}\n" + "\n".join(blocks(r) if r else []))
    finally:
        w.close()
    t.done()

main()
