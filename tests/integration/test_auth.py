#!/usr/bin/env python3
"""tocsin dkim sign|verify and tocsin arc seal|verify from outside: words,
exit statuses, JSON.  TAP; TOCSIN names the program."""
import json
import os
import subprocess
import sys
import tempfile

TOCSIN = os.environ.get("TOCSIN", "build/tocsin")
MAIL = "From: a@example.com\nSubject: x\n\nHello\n"
number, bad = 0, 0


def run(*args, text=None):
    p = subprocess.run([TOCSIN, *args], capture_output=True,
                       input=text.encode() if text is not None else None)
    return p.returncode, p.stdout.decode(), p.stderr.decode()


def case(name, got, want):
    global number, bad
    number += 1
    bad += got != want
    print(f"{'ok' if got == want else 'not ok'} {number} - {name}")
    if got != want:
        print(f"# got  {got!r}\n# want {want!r}")


def results(*args, text=None):
    status, out, _ = run(*args, "--json", text=text)
    rows = json.loads(out)
    return status, [r["result"] for r in rows] if isinstance(rows, list) \
        else rows["result"]


def main(folder):
    os.chdir(folder)
    zone = run("dkim", "keygen", "--quiet", "--domain", "example.com",
               "--selector", "s", "--out", "key.pem")[1]
    with open("zone", "w", encoding="ascii") as f:
        f.write(zone)
    with open("slow", "w", encoding="ascii") as f:
        f.write(";!timeout s._domainkey.example.com.\n")
    sign = ["--domain", "example.com", "--selector", "s", "--key", "key.pem"]
    verify = ["dkim", "verify", "-", "--zone"]
    status, signed, _ = run("dkim", "sign", "-", *sign, "--at", "2026-01-01",
                            text=MAIL)
    case("a message is signed, with CRLF", (status, signed.endswith(
        "\r\nFrom: a@example.com\r\nSubject: x\r\n\r\nHello\r\n")), (0, True))
    case("it verifies", results(*verify, "zone", text=signed), (0, ["pass"]))
    case("with LF alone too", results(
        *verify, "zone", text=signed.replace("\r\n", "\n")), (0, ["pass"]))
    case("changed it does not", results(
        *verify, "zone", text=signed.replace("Hello", "Bye")), (1, ["fail"]))
    case("a time-out is no verdict", results(*verify, "slow", text=signed),
         (3, ["temperror"]))
    case("no signature is said so", results(*verify, "zone", text=MAIL),
         (1, ["none"]))
    status, brief, _ = run("dkim", "sign", "-", *sign, "--at", "1000",
                           "--lifetime", "60", text=MAIL)
    case("an old signature has expired", results(
        *verify, "zone", text=brief), (1, ["permerror"]))
    case("it is judged at the time given", results(
        *verify, "zone", "--at", "1970-01-01T00:17:00Z", text=brief),
        (0, ["pass"]))
    seal = ["arc", "seal", "-", *sign, "--authserv-id", "mx.example.com",
            "--zone"]
    chain = ["arc", "verify", "-", "--zone"]
    status, sealed, _ = run(*seal, "zone", "--authres", "spf=pass",
                            text=signed)
    case("a chain is begun", (status, results(*chain, "zone", text=sealed)),
         (0, (0, "pass")))
    case("no chain is none", results(*chain, "zone", text=MAIL), (1, "none"))
    case("a changed message breaks it", results(
        *chain, "zone", text=sealed.replace("Hello", "Bye")), (1, "fail"))
    case("a time-out is no verdict on it", results(
        *chain, "slow", text=sealed), (3, "temperror"))
    case("nothing is sealed then", run(*seal, "slow", text=sealed)[:2],
         (3, ""))
    for name, args in (
            ("a file that is not there", ["dkim", "verify", "none.eml"]),
            ("a folder", ["arc", "verify", "."]),
            ("a bad time", [*verify, "zone", "--at", "yesterday"]),
            ("a bad zone", [*verify, "none"]),
            ("no file", ["dkim", "verify"]),
            ("no such action", ["dkim", "forge"]),
            ("a key that is not there", ["dkim", "sign", "-", "--domain",
                                         "example.com", "--selector", "s",
                                         "--key", "none.pem"]),
            ("no authserv-id", ["arc", "seal", "-", *sign])):
        case(f"{name} is bad input", run(*args, text=MAIL)[:2], (2, ""))
    print(f"1..{number}")
    return int(bad > 0)


if __name__ == "__main__":
    TOCSIN = os.path.abspath(TOCSIN)
    with tempfile.TemporaryDirectory() as scratch:
        sys.exit(main(scratch))
