#!/usr/bin/env python3
"""tocsin verify: words, exit statuses, JSON names; what is believed of a
message's own header; a message of every suite explained."""
import glob, json, os, sys
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import Tap, Work, must, run

SUITES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..",
                      "conformance")
AT = "2026-11-24"
NAMES = {
    "spf": ["result", "domain", "mechanism", "explanation", "lookups",
            "void_lookups"],
    "dkim": ["result", "domain", "selector", "identity", "algorithm",
             "key_bits", "reason"],
    "dmarc": ["result", "from_domain", "organizational_domain", "policy",
              "disposition", "spf_aligned", "dkim_aligned"],
    "arc": ["result", "instances", "reason"],
}
ZONE = """
example.com TXT "v=spf1 ip4:192.0.2.1 -all"
_dmarc.example.com TXT "v=DMARC1; p=reject; sp=quarantine"
bounce.example.com TXT "v=spf1 ip4:192.0.2.1 -all"
example.net TXT "v=spf1 ip4:192.0.2.9 -all"
_dmarc.test.example.org TXT "v=DMARC1; p=reject; t=y"
;!timeout slow.com
;!timeout _dmarc.slow.com
_dmarc.slower.com TXT "v=DMARC1; p=reject"
;!timeout slower.com
"""
BODY = "To: b@example.net\r\nSubject: Hello\r\n\r\nHello.\r\n"
FROM = "From: Example <news@example.com>\r\n"
EDGE = ("Received: from mail.example.com (unknown [192.0.2.1])\r\n"
        "\t(using TLSv1.3 with cipher X (256/256 bits))\r\n"
        "\tby mx.here.example (Postfix) with ESMTPS id 4;\r\n"
        "\tTue, 24 Nov 2026 04:17:09 +0000 (UTC)\r\n")
INNER = ("Received: from mx.here.example (mx [10.0.0.1])\r\n"
         "\tby store.here.example with LMTP id 5;\r\n"
         "\tTue, 24 Nov 2026 04:17:10 +0000\r\n")

def main():
    t, w = Tap(), Work()
    try:
        key = must("dkim", "keygen", "--domain", "example.com", "--selector",
                   "s", "--out", w.path("key"))
        zone = w.write("zone", ZONE + key)
        signed = must("dkim", "sign", "--domain", "example.com", "--selector",
                      "s", "--key", w.path("key"), "--at", AT,
                      w.write("plain", FROM + BODY)).replace("\n", "\r\n")
        signed = signed.replace("\r\r\n", "\r\n")

        def verify(text, *more, at=AT):
            path = w.write("m.eml", text)
            return run("verify", "--zone", zone, "--at", at, path, *more)

        def judge(text, *more):
            rc, out, err = verify(text, "--json", *more)
            if not out:
                return rc, {}, err
            return rc, json.loads(out), err

        ip = ("--ip", "192.0.2.1", "--helo", "mail.example.com",
              "--mail-from")

        # ---- results, exit statuses, names
        for what, text, more, rc, result, spf, spf_al, dkim_al in (
                ("signed, no facts", signed, (), 0, "pass", "none", False,
                 True),
                ("signed and sent", signed, (*ip, "a@example.com"), 0, "pass",
                 "pass", True, True),
                ("sent by a subdomain", FROM + BODY,
                 (*ip, "<a@bounce.example.com>"), 0, "pass", "pass", True,
                 False),
                ("SPF of a stranger", FROM + BODY,
                 ("--ip", "192.0.2.9", "--helo", "h", "--mail-from",
                  "a@example.net"), 1, "fail", "pass", False, False),
                ("nothing", FROM + BODY, (), 1, "fail", "none", False, False),
                ("changed", signed.replace("Hello.", "Hullo."), (), 1, "fail",
                 "none", False, False),
                ("no policy", BODY.join(("From: a@example.net\r\n", "")),
                 (*ip, "a@example.net"), 1, "none", "fail", False, False),
                ("no answer", "From: a@slow.com\r\n" + BODY, (), 3,
                 "temperror", "none", False, False),
                ("SPF without answer", "From: a@slower.com\r\n" + BODY,
                 (*ip, "a@slower.com"), 3, "temperror", "temperror", False,
                 False),
                ("two From", FROM + signed, (), 1, "permerror", "none", False,
                 False),
                ("no From", BODY, (), 1, "permerror", "none", False, False),
                ("nothing at all", "", (), 1, "permerror", "none", False,
                 False)):
            got, j, err = judge(text, *more)
            d = j.get("dmarc", {})
            t.equal((got, d.get("result"), j.get("spf", {}).get("result"),
                     d.get("spf_aligned"), d.get("dkim_aligned"), err),
                    (rc, result, spf, spf_al, dkim_al, ""), what)
            t.equal([list(j[k] if k != "dkim" else j[k][0])[:len(n)]
                     for k, n in NAMES.items()], list(NAMES.values()),
                    what + ", with the names promised")
        rc, j, _ = judge(FROM + BODY)
        t.equal((j["dmarc"]["policy"], j["dmarc"]["disposition"],
                 j["dmarc"]["from_domain"],
                 j["dmarc"]["organizational_domain"], j["arc"]["result"],
                 j["dkim"][0]["result"], "claim" in j, "verdict" in j),
                ("reject", "reject", "example.com", "example.com", "none",
                 "none", False, False), "what the owner asks for")
        rc, j, _ = judge("From: a@x.test.example.org\r\n" + BODY)
        t.equal((j["dmarc"]["policy"], j["dmarc"]["disposition"]),
                ("reject", "quarantine"), "t=y costs one step")
        rc, j, _ = judge(FROM.replace("@", "@a.b.") + BODY, "--rfc7489")
        t.equal((j["dmarc"]["policy"], j["dmarc"]["organizational_domain"]),
                ("quarantine", "example.com"), "--rfc7489")

        # ---- the edge
        path = "Return-Path: <a@example.com>\r\n"
        for what, text, host, spf, facts in (
                ("the edge is believed", path + INNER + EDGE + FROM + BODY,
                 "mx.here.example", "pass",
                 ["received", "192.0.2.1", "mail.example.com",
                  "a@example.com"]),
                ("in any case, with a dot", path + EDGE + FROM + BODY,
                 "MX.here.example.", "pass",
                 ["received", "192.0.2.1", "mail.example.com",
                  "a@example.com"]),
                ("a Return-Path below it is not", EDGE + path + FROM + BODY,
                 "mx.here.example", "none",
                 ["received", "192.0.2.1", "mail.example.com", None]),
                ("another host is not", path + EDGE + FROM + BODY,
                 "mx.there.example", "none", ["none", None, None, None]),
                ("nor a lower field when the top one can not be read",
                 path + EDGE.replace("[192.0.2.1]", "[192.0.2]") + EDGE +
                 FROM + BODY, "mx.here.example", "none",
                 ["none", None, None, None])):
            rc, j, _ = judge(text, "--edge", host)
            t.equal((j["spf"]["result"], list(j["facts"].values())),
                    (spf, facts), what)
        rc, j, _ = judge(path + EDGE + FROM + BODY)
        t.equal((rc, j["spf"]["result"]), (1, "none"),
                "without --edge no Received field is believed")

        # ---- in words, and as a field
        rc, out, err = verify(signed, *ip, "a@example.com")
        t.ok(rc == 0 and out.startswith("The owner of example.com confirms "
                                        "this mail: ")
             and "v=DMARC1; p=reject" in out and "v=spf1 ip4" in out
             and "s._domainkey.example.com" in out, "in words", out)
        rc, out, err = verify(signed, "--json", "--authserv-id",
                              "mx.here.example")
        field = json.loads(out)["authentication_results"]
        t.ok(field.startswith("Authentication-Results: mx.here.example;")
             and "dkim=pass" in field and "dmarc=pass" in field
             and "policy.dmarc=reject" in field, "as a field", field)
        rc, out, err = verify(signed, "--authserv-id", "mx.here.example")
        t.ok(out.startswith("Authentication-Results: mx.here.example;"),
             "as a field before the words", out)

        # ---- mistakes
        for args, why in (
                ((), "no file"),
                ((w.path("none"),), "no such file"),
                ((w.dir,), "a folder"),
                ((w.path("m.eml"), "--ip", "192.0.2"), "half an address"),
                ((w.path("m.eml"), "--helo", "h"), "HELO without address"),
                ((w.path("m.eml"), "--ip", "::1", "--edge", "h"), "both"),
                ((w.path("m.eml"), "--at", "soon"), "no time"),
                ((w.path("m.eml"), "--zone", w.path("none")), "no zone")):
            rc, out, err = run("verify", "--json", *args)
            t.ok(rc == 2 and out == "" and err, f"{why}: exit 2",
                 (rc, out, err))
        rc, out, err = run("verify", "--help")
        t.ok(rc == 0 and "--edge" in out and "Exit status" in out, "--help")

        # ---- one message of every suite explains itself
        for suite in sorted(os.listdir(SUITES)):
            found = sorted(glob.glob(os.path.join(SUITES, suite, "**"),
                                     recursive=True))
            found = [f for f in found if f.endswith(".eml")
                     or "corpus" in os.path.dirname(f) and os.path.isfile(f)]
            if not found:
                continue
            rc, out, err = run("verify", "--zone", zone, "--at", AT, found[0])
            lines = out.splitlines()
            t.ok(rc in (0, 1, 3) and err == "" and lines
                 and lines[0].endswith(".")
                 and all(any(l.startswith(k + " ") for l in lines)
                         for k in ("dmarc", "spf", "dkim", "arc")),
                 f"{suite}: {os.path.basename(found[0])} explains itself",
                 (rc, out, err))
    finally:
        w.close()
    t.done()

main()
