#!/usr/bin/env python3
"""What `tocsin dmarc` promises: fields, exit statuses, an empty stdout when
the words make no sense.

  dmarc_command.py TOCSIN
"""
import json, subprocess, sys, tempfile

ZONE = r'''
$ORIGIN example.com.
_dmarc        TXT "v=DMARC1\; p=reject\; sp=quarantine\; np=none\; pct=5"
www           A 192.0.2.1
_dmarc.two    TXT "v=DMARC1\; p=reject"
_dmarc.two    TXT "v=DMARC1\; p=none"
_dmarc.own    TXT "v=DMARC1\; p=none\; t=y"
_dmarc.broken TXT "v=DMARC1\; p=nonsense"
_dmarc.stray  TXT "v=dmarc1\; p=reject"
;!servfail _dmarc.bad
'''
FIELDS = ["domain", "organizational_domain", "policy_domain", "policy",
          "subdomain_policy", "np", "testing", "records", "problems"]
ORG = {"organizational_domain": "example.com", "policy_domain": "example.com",
       "policy": "reject", "subdomain_policy": "quarantine", "np": "none",
       "testing": False}
ROWS = [
    # words, exit status, fields
    (["example.com"], 0, dict(ORG, applied="reject")),
    (["EXAMPLE.com."], 0, dict(ORG, domain="example.com")),
    (["www.example.com"], 0, dict(ORG, applied="quarantine")),
    (["nx.example.com"], 0, dict(ORG, applied="none")),
    (["two.example.com"], 0, dict(ORG, applied="quarantine")),
    (["own.example.com"], 0, {"policy_domain": "own.example.com",
        "organizational_domain": "example.com", "policy": "none",
        "testing": True, "problems": []}),
    (["--rfc7489", "own.example.com"], 0, {"policy": "none",
        "organizational_domain": "example.com"}),
    (["--rfc7489", "two.example.com"], 1, {"policy": None}),
    (["broken.example.com"], 1, {"policy": None, "policy_domain": None}),
    (["stray.example.com"], 0, dict(ORG)),
    (["example.net"], 1, {"policy": None, "records": [], "problems": []}),
    (["bad.example.com"], 3, {"policy": None,
        "organizational_domain": None}),
    (["not a domain"], 2, None),
    (["a@example.com"], 2, None),
    (["_dmarc.example.com"], 2, None),
    ([""], 2, None),
    ([], 2, None),
    (["example.com", "example.net"], 2, None),
]

def check(run, status, want):
    if run.returncode != status:
        return "exit %d, not %d: %s" % (run.returncode, status, run.stderr)
    if want is None:
        return "stdout: " + run.stdout if run.stdout else ""
    got = json.loads(run.stdout)
    missing = [f for f in FIELDS if f not in got]
    wrong = ["%s is %r" % (k, got.get(k)) for k in want if got.get(k) != want[k]]
    return ", ".join(["no " + f for f in missing] + wrong)

def main(tocsin):
    bad = n = 0
    with tempfile.NamedTemporaryFile("w", suffix=".zone") as zone:
        zone.write(ZONE)
        zone.flush()
        def run(words, *more):
            return subprocess.run([tocsin, "dmarc", "--zone", zone.name,
                                   *more, *words],
                                  capture_output=True, text=True)
        def tell(why, name):
            nonlocal bad, n
            n += 1
            bad += bool(why)
            print("%sok %d - %s" % ("not " if why else "", n, name))
            if why:
                print("# " + why)
        for words, status, want in ROWS:
            tell(check(run(words, "--json"), status, want),
                 " ".join(words) or "no word")
        text = run(["two.example.com"]).stdout
        tell("" if "There are 2 DMARC records at _dmarc.two.example.com" in
             text and "Organizational domain: example.com" in text else text,
             "people are told of several records")
        text = run(["stray.example.com"]).stdout
        tell("" if "is no DMARC record" in text else text,
             "people are told of a text that is nearly a record")
    print("1..%d" % n)
    return 1 if bad else 0

sys.exit(main(sys.argv[1]))
