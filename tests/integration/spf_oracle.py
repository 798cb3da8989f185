#!/usr/bin/python3
"""Holds `tocsin spf` against pyspf (Debian's python3-spf).

    spf_oracle.py PROGRAM [COUNT]

COUNT records and identities are made up from $T_SEED (or a fixed one) in one
world of names; both must give one result, and for a fail one explanation.  A
disagreement fails, unless a ruling below says why pyspf is wrong there.
Prints TAP, a line for each hundred.
"""
import ipaddress
import json
import os
import random
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

try:
    import spf
except ImportError:
    spf = None

DEFAULT = "SPF fail - not authorized"

# Why pyspf may differ: name -> (what, test).  `ours` is our JSON, `text` what
# pyspf says beside its result, `zone` all records that were read.
RULINGS = {
    "void": ("RFC 7208 4.6.4 limits the terms that find nothing; pyspf counts "
             "each query, also those for names that PTR records claim",
             lambda ours, theirs, text, records:
             theirs == "permerror" and "Void lookup limit" in text
             and ours["void_lookups"] <= 2
             and re.search(r"(?i)mx|ptr|%\{p", records)),
    "delimiters": ("RFC 7208 7.1: only . - + , / _ = part a macro's value; "
                   "pyspf reads any characters there",
                   lambda ours, theirs, text, records:
                   ours["result"] == "permerror"
                   and "a:%{d@}.com: a macro is not as" in ours["reason"]),
    "zero": ("RFC 7208 7.3: the number of parts must not be zero; pyspf keeps "
             "them all",
             lambda ours, theirs, text, records:
             ours["result"] == "permerror"
             and "mx:%{d0}.com: a macro can not keep 0" in ours["reason"]),
    "twice": ("RFC 7208 6: unrecognized modifiers are ignored, however often "
              "they appear; pyspf wants them once",
              lambda ours, theirs, text, records:
              theirs == "permerror" and "MUST appear at most once" in text
              and not re.search("(redirect|exp)= MUST", text)),
    "postmaster": ("RFC 7208 4.3: a sender without a local part is "
                   "postmaster's, in %{s} too",
                   lambda ours, theirs, text, records:
                   theirs == "fail" == ours["result"] and
                   ours["explanation"].replace("postmaster", "") == text),
}


class World:
    """Names, and what both sides are told about them."""

    def __init__(self, rng):
        self.rng = rng
        self.rr = {}        # (name, type) -> [data]
        self.slow = set()
        self.lines = []
        self.ips = (["192.0.2.%d" % i for i in (1, 2, 65, 130, 200)]
                    + ["2001:db8::%x" % i for i in (1, 2, 0xffff)]
                    + ["2001:db8:8000::1", "::ffff:192.0.2.1"])
        self.fill()

    def add(self, name, rtype, data, shown=None):
        self.rr.setdefault((name.lower(), rtype), []).append(data)
        self.lines.append("%s. %s %s" % (name, rtype, shown or data))

    def text(self, name, text):
        pieces = [text[i:i + 200] for i in range(0, len(text), 200)] or [""]
        self.add(name, "TXT", [p.encode() for p in pieces],
                 " ".join('"%s"' % p.replace("\\", "\\\\")
                          .replace('"', '\\"') for p in pieces))

    def fill(self):
        r = self.rng
        plain = [i for i in self.ips if ":" not in i]
        long = [i for i in self.ips if ":" in i and "." not in i]
        for i in range(8):
            name = "h%d.pool.example" % i
            for ip in r.sample(plain, r.randint(0, 2)):
                self.add(name, "A", ip)
            for ip in r.sample(long, r.randint(0, 2)):
                self.add(name, "AAAA", str(ipaddress.ip_address(ip)))
        for i in range(5):
            for k in r.sample(range(9), r.randint(1, 4)):
                self.add("m%d.pool.example" % i, "MX",
                         (k, "h%d.pool.example" % k),
                         "%d h%d.pool.example." % (k, k))
        for ip in plain + long:
            arpa = ipaddress.ip_address(ip).reverse_pointer
            for k in r.sample(range(8), r.randint(0, 2)):
                self.add(arpa, "PTR", "h%d.pool.example" % k,
                         "h%d.pool.example." % k)
        for name in ("slow.pool.example", "slow2.pool.example"):
            self.slow.add(name)
            self.lines.append(";!timeout %s." % name)
        for i in range(6):
            self.text("inc%d.pool.example" % i, self.record(2))
        for name in ("a.b-c", "x", "b", "c.b.a"):
            self.add("%s.l.pool.example" % name, "A", "127.0.0.2")
        self.text("e0.pool.example", "%{c} may not send as %{S}: %{d2r}, %{h}")
        self.text("e1.pool.example", "Sorry, %{l}%% %{ir}.%{v} %{o} %{p}")
        self.text("e2.pool.example", "broken %{x}")
        self.text("e3.pool.example", "one")
        self.text("e3.pool.example", "two")

    def target(self):
        r = self.rng
        return r.choice([
            "h%d.pool.example" % r.randrange(9), "m%d.pool.example"
            % r.randrange(6), "none%d.pool.example" % r.randrange(3),
            "%{l}.l.pool.example", "%{lr}.l.pool.example",
            "%{l1r-}.l.pool.example", "%{h}", "%{d}", "%{o}", "%{p}",
            "%{d2}.pool.example", "%{ir}.%{v}.arpa.pool.example",
            "h%d.pool.example." % r.randrange(8),
            "H%d.%%{d1}" % r.randrange(8), "slow.pool.example"])

    def bad(self):
        return self.rng.choice([
            "a:", "a:foo", "ip4:1.2.3", "ip4:1.2.3.4/33", "a/032", "mo:x",
            "ip6:::1/129", "exists", "include", "all:x", "a:x.1", "redirect=",
            "exp=", "a:%{x}.com", "a:%.com", "foo=%(d)", "mx:%{d0}.com",
            "a:%{d@}.com", "ptr/24", "a:%{c}.com", "=x", "1=x", "a:x.-a",
            "a:b..example", "include:museum"])

    def term(self, depth):
        r = self.rng
        q = r.choice(["", "", "", "+", "-", "~", "?"])
        v4 = r.choice(["", "", "/24", "/25", "/32", "/0"])
        v6 = r.choice(["", "", "//64", "//33", "//128"])
        kind = r.randrange(12)
        if kind == 0 and depth < 4:
            return q + "include:inc%d.pool.example" % r.randrange(8)
        if kind <= 2:
            return q + "a" + r.choice(["", ":" + self.target()]) + v4 + v6
        if kind <= 4:
            return q + r.choice(["mx", "MX"]) + r.choice(
                ["", ":m%d.pool.example" % r.randrange(5),
                 ":" + self.target()]) + v4 + v6
        if kind == 5:
            return q + "ptr" + r.choice(["", ":pool.example", ":example.net"])
        if kind <= 7:
            return q + "ip4:192.0.2.%d" % r.choice([1, 0, 64, 128]) + \
                r.choice(["", "/32", "/26", "/25", "/31", "/0"])
        if kind <= 8:
            return q + "ip6:2001:db8::" + r.choice(["", "1"]) + \
                r.choice(["", "/32", "/33", "/127", "/0"])
        if kind <= 10:
            return q + "exists:" + self.target()
        return r.choice(["x-mod=%{d}", "moo=", "a=b", q + "ALL"])

    def record(self, depth=0):
        r = self.rng
        terms = [self.term(depth)
                 for _ in range(r.choice([0, 1, 2, 3, 3, 4, 5, 7, 12]))]
        if r.random() < 0.6:
            terms.append(r.choice(["-all", "-all", "~all", "?all", "all"]))
        elif r.random() < 0.5:
            terms.append("redirect=inc%d.pool.example" % r.randrange(7))
        if r.random() < 0.4:
            terms.insert(r.randint(0, len(terms)),
                         "exp=e%d.pool.example" % r.randrange(5))
        if r.random() < 0.12:
            terms.insert(r.randint(0, len(terms)), self.bad())
        return r.choice(["v=spf1", "v=spf1", "V=SPF1"]) + "".join(
            r.choice([" ", " ", "  "]) + t for t in terms)

    def ask(self, name, rtype, *args, **more):
        """pyspf's DNSLookup."""
        name = name.lower().rstrip(".")
        if (name, rtype) not in self.rr and name in self.slow:
            raise spf.TempError("DNS timeout")
        return [((name, rtype), data)
                for data in self.rr.get((name, rtype), [])]


class Case:
    def __init__(self, world, i):
        r = world.rng
        self.domain = "d%d.example" % i
        record = world.record()
        if r.random() < 0.95:
            world.text(self.domain, record)
        if r.random() < 0.05:
            world.text(self.domain, "v=spf1 second=one")
        if r.random() < 0.5:
            world.add(self.domain, "A", r.choice(["192.0.2.1", "192.0.2.9"]))
        self.ip = r.choice(world.ips)
        self.helo = r.choice(["h1.pool.example", "h2.pool.example",
                              self.domain, "localhost", "[192.0.2.1]"])
        local = r.choice(["a.b-c", "x", "b-x", "a.b.c", "no body", "", "q_/"])
        self.sender = "%s@%s" % (local, self.domain)
        if r.random() < 0.1:
            self.sender, self.helo = "", self.domain

    def theirs(self):
        q = spf.query(i=self.ip, s=self.sender, h=self.helo)
        result, _, text = q.check()
        return result, text

    def ours(self, program, zone):
        p = subprocess.run(
            [program, "spf", "--json", "--zone", zone, "--ip", self.ip,
             "--helo", self.helo, "--mail-from", self.sender],
            capture_output=True)
        try:
            return json.loads(p.stdout)
        except ValueError:
            return {"result": "exit %d: %s" % (p.returncode, p.stderr)}


def records_read(world, ours):
    """The record that decided and every one it may lead to."""
    seen, queue = [], [ours.get("domain", "")]
    while queue:
        name = queue.pop()
        for data in world.rr.get((name, "TXT"), []):
            text = b"".join(data).decode()
            if text not in seen:
                seen.append(text)
                queue += re.findall(r"(?:include:|redirect=|exp=)"
                                    r"([a-z0-9.]+)", text)
    return "\n".join(seen)


def differs(case, ours, result, text):
    if ours["result"] != result:
        return "%s, pyspf says %s" % (ours["result"], result)
    if result != "fail":
        return None
    own = ours["explanation"].endswith(
        " is not allowed to send mail for " + case.domain)
    if text == DEFAULT:
        return None if own else "explained with " + ours["explanation"]
    if ours["explanation"] != text:
        return "explained with %r, pyspf: %r" % (ours["explanation"], text)
    return None


def judge(world, case, ours, ruled):
    result, text = case.theirs()
    what = differs(case, ours, result, text)
    if not what:
        return None
    records = records_read(world, ours)
    for name, (_, applies) in RULINGS.items():
        if applies(ours, result, text, records):
            ruled[name] = ruled.get(name, 0) + 1
            return None
    return "%s from %s (HELO %s): %s (%s)\n%s" % (
        case.sender, case.ip, case.helo, what,
        text + "; " + str(ours.get("reason")), records)


def run(program, count):
    seed = int(os.environ.get("T_SEED") or 7208)
    world = World(random.Random(seed))
    cases = [Case(world, i) for i in range(count)]
    spf.DNSLookup = world.ask
    ruled, failed, step = {}, 0, 100
    print("# T_SEED=%d" % seed)
    print("1..%d" % ((count + step - 1) // step))
    with tempfile.NamedTemporaryFile("w", suffix=".zone") as f, \
            ThreadPoolExecutor(2) as pool:
        f.write("\n".join(world.lines) + "\n")
        f.flush()
        answers = list(pool.map(lambda c: c.ours(program, f.name), cases))
    results = {a["result"] for a in answers}
    for at in range(0, count, step):
        wrong = [w for c, a in zip(cases[at:at + step], answers[at:])
                 if (w := judge(world, c, a, ruled))]
        failed += bool(wrong)
        print("%s %d - cases %d to %d agree" % (
            "not ok" if wrong else "ok", at // step + 1, at,
            min(at + step, count) - 1))
        for w in wrong:
            print("# " + w.replace("\n", "\n#   "))
    for name, n in sorted(ruled.items()):
        print("# ruled out %d: %s" % (n, RULINGS[name][0]))
    print("# results seen: " + ", ".join(sorted(results)))
    return 1 if failed else 0


def main(argv):
    if not spf:
        print("1..0 # SKIP python3-spf is not installed")
        return 0
    return run(argv[0], int(argv[1]) if len(argv) > 1 else 400)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
