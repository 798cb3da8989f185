#!/usr/bin/env python3
"""tocsin spf: words, exit statuses, and what is data and what is a mistake."""
import json, os, sys
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import Tap, Work, run

ZONE = """
x.com TXT "v=spf1 ip4:192.0.2.1 -all exp=e.x.com"
e.x.com TXT "%{c} is not ours"
;!timeout slow.com
bad.com TXT "v=spf1 moo"
"""
NAMES = ["result", "domain", "mechanism", "explanation", "lookups",
         "void_lookups"]

def main():
    t, w = Tap(), Work()
    try:
        zone = w.path("zone")
        with open(zone, "w", encoding="ascii") as f:
            f.write(ZONE)

        def spf(ip, helo, sender, *more):
            return run("spf", "--zone", zone, "--ip", ip, "--helo", helo,
                       "--mail-from", sender, *more)

        for ip, helo, sender, rc, result, mechanism in (
                ("192.0.2.1", "h", "a@x.com", 0, "pass", "ip4:192.0.2.1"),
                ("::ffff:192.0.2.1", "h", "<a@X.COM>", 0, "pass",
                 "ip4:192.0.2.1"),
                ("192.0.2.2", "h", "a@x.com", 1, "fail", "-all"),
                ("192.0.2.1", "x.com", "", 0, "pass", "ip4:192.0.2.1"),
                ("192.0.2.1", "x.com", "<>", 0, "pass", "ip4:192.0.2.1"),
                ("192.0.2.1", "h", "a@slow.com", 3, "temperror", None),
                ("192.0.2.1", "h", "a@bad.com", 1, "permerror", None),
                ("192.0.2.1", "", "", 1, "none", None),
                ("192.0.2.1", "-x", "\"@\n\"@[::1]", 1, "none", None),
                ("192.0.2.1", "h", "\x01\u00fc@\u00fc\u00fc", 1, "none",
                 None)):
            got, out, err = spf(ip, helo, sender, "--json")
            what = f"{ip} {helo!r} {sender!r}: {result}"
            j = json.loads(out) if out else {}
            t.equal((got, j.get("result"), j.get("mechanism"), err),
                    (rc, result, mechanism, ""), what)
            t.equal(list(j)[:6], NAMES, what + ", with the names promised")
        rc, out, err = spf("192.0.2.2", "h", "a@x.com")
        t.ok(rc == 1 and out.startswith("fail: 192.0.2.2 may not send mail "
                                        "for x.com: -all matches\n")
             and "v=spf1 ip4:192.0.2.1 -all" in out
             and "they say  192.0.2.2 is not ours" in out, "in words", out)
        for args, why in (
                (("--helo", "h", "--mail-from", "a@x.com"), "no address"),
                (("--ip", "::1"), "nobody to judge"),
                (("--ip", "192.0.2", "--helo", "x.com"), "half an address"),
                (("--ip", "", "--helo", "x.com"), "an empty address"),
                (("--ip", "::1", "--helo", "x.com", "--zone",
                  w.path("none")), "no such zone file"),
                (("--ip", "::1", "--helo", "x.com", "word"), "a word")):
            rc, out, err = run("spf", "--json", *args)
            t.ok(rc == 2 and out == "" and err, f"{why}: exit 2",
                 (rc, out, err))
        rc, out, err = run("spf", "--help")
        t.ok(rc == 0 and "--zone" in out and "Exit status" in out, "--help")
    finally:
        w.close()
    t.done()

main()
