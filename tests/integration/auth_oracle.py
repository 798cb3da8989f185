#!/usr/bin/python3
"""Holds `tocsin dkim` and `tocsin arc` against dkimpy and Mail::DKIM.

What we sign and seal must verify there, what they sign and seal must verify
here, and when a message is changed in a seeded random place, all must agree
whether its signature, and its chain, still hold.  TAP; TOCSIN names the
program, T_SEED the seed.

RULINGS, where we and an oracle differ by intent:
  - a line that ends in LF or CR alone is no line end for us (RFC 6376 2.8 and
    RFC 5321 2.3.8); dkimpy and Mail::DKIM make it CRLF.  No change makes one.
  - a line of the header that is no field, or has a blank before its colon:
    dkimpy gives up the message, we and Mail::DKIM pass over the one and take
    the other (RFC 5322 4.5).
  - bytes in b= or bh= that are no base64: Mail::DKIM skips them, for us and
    dkimpy the signature is wrong (RFC 6376 3.5).
"""
import json
import os
import random
import re
import subprocess
import sys
import tempfile

try:
    import dkim
except ImportError:
    dkim = None

TOCSIN = os.environ.get("TOCSIN", "build/tocsin")
PERL = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                    "mail_dkim.pl")
CHANGES = 40
number, bad = 0, 0


def case(ok, name, more=""):
    global number, bad
    number += 1
    bad += not ok
    print(f"{'ok' if ok else 'not ok'} {number} - {name}")
    if not ok and more:
        print("# " + str(more).replace("\n", "\n# "))


def run(*args, status=(0,)):
    p = subprocess.run([str(a) for a in args], capture_output=True)
    if p.returncode not in status:
        raise RuntimeError(f"{args}: {p.returncode} {p.stderr.decode()}")
    return p.stdout


def messages():
    heads = [
        b"From: a@example.com\r\nSubject: plain\r\n",
        b"From: A\r\n <a@example.com>\r\nSubject:  two\r\n\t lines \r\n"
        b"To: b@example.net\r\nTo: c@example.net\r\n",
        b"SUBJECT: \xc3\xbc\r\nFrom: a@example.com\r\nDate: Tue, 24 Nov 2026"
        b" 04:17:09 +0000\r\nMessage-ID: <1@example.com>\r\n"
        b"MIME-Version: 1.0\r\nContent-Type: text/plain\r\n",
    ]
    bodies = [b"", b"one line\r\n", b"  a  b \t\r\n\r\n\r\nc \r\n\r\n\r\n",
              b"x" * 900 + b"\r\n.\r\n" + b"\t \r\n" * 3 + b"end"]
    results = (b"Authentication-Results: mx.example.com; arc=none;\r\n"
               b" spf=pass smtp.mfrom=a@example.com; dmarc=pass\r\n")
    for h in heads:
        for b in bodies:
            yield results + h + b"\r\n" + b


class World:
    def __init__(self, folder):
        self.folder, self.zone = folder, os.path.join(folder, "zone")
        self.keys = {}
        lines = b""
        for selector, kind in (("r", []), ("e", ["--ed25519"])):
            lines += run(TOCSIN, "dkim", "keygen", "--quiet", "--domain",
                         "example.com", "--selector", selector, *kind,
                         "--out", self.key(selector))
        with open(self.zone, "wb") as f:
            f.write(lines)
        for line in lines.decode().splitlines():
            name, rest = line.split(None, 1)
            self.keys[name.rstrip(".")] = "".join(
                re.findall('"([^"]*)"', rest))
        self.list = os.path.join(folder, "list")
        with open(self.list, "w", encoding="ascii") as f:
            f.writelines(f"{n} {r}\n" for n, r in self.keys.items())

    def key(self, selector):
        return os.path.join(self.folder, selector + ".pem")

    def put(self, message):
        path = os.path.join(self.folder, "mail.eml")
        with open(path, "wb") as f:
            f.write(message)
        return path

    # ---- ours
    def ours(self, message, what):
        out = json.loads(run(TOCSIN, what, "verify", self.put(message),
                             "--zone", self.zone, "--json", status=(0, 1)))
        return out["result"] if what == "arc" else [r["result"] for r in out]

    def sign(self, message):
        return run(TOCSIN, "dkim", "sign", self.put(message), "--domain",
                   "example.com", "--selector", "r", "--key", self.key("r"))

    def seal(self, message):
        return run(TOCSIN, "arc", "seal", self.put(message), "--domain",
                   "example.com", "--selector", "r", "--key", self.key("r"),
                   "--authserv-id", "mx.example.com", "--zone", self.zone)

    # ---- dkimpy
    def ask(self, name, timeout=5):
        return self.keys.get(name.decode().rstrip("."), "").encode() or None

    def dkimpy(self, message):
        try:
            return dkim.verify(message, dnsfunc=self.ask)
        except Exception:  # whatever it says no with
            return False

    def dkimpy_arc(self, message):
        try:
            return dkim.arc_verify(message, dnsfunc=self.ask)[0] == b"pass"
        except Exception:
            return False

    def pem(self):
        with open(self.key("r"), "rb") as f:
            return f.read()

    # ---- Mail::DKIM
    def perl(self, message):
        words = run("perl", PERL, self.list, "verify",
                    self.put(message)).decode().split()
        return words[1:-1], words[-1] == "arc:pass"

    def perl_make(self, what, message):
        return run("perl", PERL, self.list, what, "r", "example.com",
                   self.key("r"), self.put(message))


def change(rng, message):
    """One byte put in, taken out or made another; line ends are left whole."""
    while True:
        at = rng.randrange(len(message))
        if message[at:at + 1] in b"\r\n" or (at and
                                             message[at - 1:at] == b"\r"):
            continue
        new = bytes([rng.choice(b" \t;:=aZ0~\xc3")])
        how = rng.randrange(3)
        return message[:at] + (new if how != 1 else b"") + \
            message[at + (how != 0):]


def is_whole(message):
    """Every line of the header is a field or goes on with one."""
    head = message.split(b"\r\n\r\n", 1)[0]
    return all(re.match(rb"[!-9;-~]+:|[ \t]", line)
               for line in head.split(b"\r\n")) and head[:1] not in b" \t"


def has_clean_base64(message):
    head = re.sub(rb"\r\n[ \t]", b"", message.split(b"\r\n\r\n", 1)[0])
    return not any(
        re.search(rb"[^A-Za-z0-9+/= \t]", value)
        for line in head.split(b"\r\n")
        if re.match(rb"(?i)(dkim-signature|arc-(seal|message-signature)) *:",
                    line)
        for value in re.findall(rb"[; ]bh?=([^;]*)", line))


def check_signing(w, all_messages):
    for i, m in enumerate(all_messages):
        s = w.sign(m)
        case(w.dkimpy(s) and w.perl(s)[0] == ["pass"]
             and w.ours(s, "dkim") == ["pass"],
             f"our signature {i} holds everywhere", w.perl(s))
        theirs = dkim.sign(m, b"r", b"example.com", w.pem(),
                           canonicalize=[(b"relaxed", b"relaxed"),
                                         (b"simple", b"simple"),
                                         (b"relaxed", b"simple")][i % 3]) + m
        case(w.ours(theirs, "dkim") == ["pass"], f"dkimpy's signature {i}",
             w.ours(theirs, "dkim"))
        theirs = w.perl_make("sign", m)
        case(w.ours(theirs, "dkim") == ["pass"],
             f"Mail::DKIM's signature {i}", w.ours(theirs, "dkim"))


def check_sealing(w, all_messages):
    for i, m in enumerate(all_messages):
        s = w.seal(w.seal(m))
        case(w.dkimpy_arc(s) and w.perl(s)[1] and w.ours(s, "arc") == "pass",
             f"our chain {i} holds everywhere",
             (w.dkimpy_arc(s), w.perl(s), w.ours(s, "arc")))
        theirs = b"".join(dkim.arc_sign(m, b"r", b"example.com", w.pem(),
                                        b"mx.example.com")) + m
        case(w.ours(theirs, "arc") == "pass", f"dkimpy's chain {i}",
             w.ours(theirs, "arc"))
        theirs = w.perl_make("seal", m)
        case(w.ours(theirs, "arc") == "pass", f"Mail::DKIM's chain {i}",
             w.ours(theirs, "arc"))


def check_changes(w, all_messages, seed):
    rng = random.Random(seed)
    made = [w.seal(w.sign(m)) for m in all_messages]
    print(f"# seed {seed}")
    for i in range(CHANGES):
        m = change(rng, made[i % len(made)])
        ours = w.ours(m, "dkim") == ["pass"], w.ours(m, "arc") == "pass"
        theirs, perl = ours, ours
        if is_whole(m):
            theirs = w.dkimpy(m), w.dkimpy_arc(m)
        if has_clean_base64(m):
            perl, perl_arc = w.perl(m)
            perl = perl == ["pass"], perl_arc
        case(ours == theirs == perl,
             f"change {i}: {ours}",
             f"dkimpy {theirs}, Mail::DKIM {perl}\n"
             f"{made[i % len(made)]!r}\nbecame\n{m!r}")


def main():
    if not dkim:
        print("1..0 # SKIP dkimpy is not installed (package python3-dkim)")
        return 0
    if subprocess.run(["perl", "-MMail::DKIM::ARC::Signer", "-e", "1"],
                      capture_output=True).returncode:
        print("1..0 # SKIP Mail::DKIM is not installed (package "
              "libmail-dkim-perl)")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        w = World(folder)
        every = list(messages())
        check_signing(w, every)
        check_sealing(w, every[::4])
        check_changes(w, every[::2], int(os.environ.get("T_SEED", 20261124)))
    print(f"1..{number}")
    return int(bad > 0)


if __name__ == "__main__":
    sys.exit(main())
