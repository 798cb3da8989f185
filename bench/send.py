#!/usr/bin/env python3
"""CPU per message of a send, against one RSA-2048 signature of the same run.

  bench/send.py [--people 20000] [--rounds 5] [--tls] [--plain]

Each round: one RSA signature (as many threads as processors), then a whole
`tocsin send` of everyone into a local sink, then RSA again.  CPU is the
kernel's own account of the finished sender (user + system), the sink apart."""
import argparse, json, os, re, resource, shutil, statistics, subprocess, sys
import tempfile, time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "tests", "integration"))
ap = argparse.ArgumentParser()
ap.add_argument("--people", type=int, default=20000)
ap.add_argument("--rounds", type=int, default=5)
ap.add_argument("--connections", type=int, default=32)
ap.add_argument("--workers", type=int, default=os.cpu_count())
ap.add_argument("--only", choices=["plain", "starttls"])
ap.add_argument("--build", default="build")
a = ap.parse_args()
os.environ["TOCSIN"] = os.path.abspath(os.path.join(a.build, "tocsin"))
from harness import TOCSIN, Work, must, status

LINE = ("The terms for the settlement of complaints are replaced by the "
        "attached version, and your price and the term of your contract "
        "{{ref}} stay as they are. ")
MESSAGE = ("# Notice of Data Breach\n\nDear {{name}},\n\nyour reference is "
           "**{{ref}}**.\n\n## What Happened\n\n" + LINE * 2 +
           "\n\n## What You Can Do\n\n* Keep this message, {{name}}.\n* Write "
           "to notice@example.com about {{ref}}.\n\nYours sincerely\n")

def rsa(key):
    return float(subprocess.check_output(
        [f"{a.build}/bench/bench_rsa", key, "1", str(os.cpu_count())]))

def one_send(w, mode, number):
    d = w.path(f"n{number}")
    if not os.path.isdir(d):
        w.notice(f"n{number}", message=MESSAGE,
                 send=f"relay_profile = {w.path('relay.ini')}\ntls = " +
                 ("required" if mode == "starttls" else "opportunistic"))
        must("import", d, w.path("people.csv"), "--quiet", timeout=600)
    sink, at = w.sink(*(["--tls"] if mode == "starttls" else []))
    t0 = time.time()
    p = subprocess.Popen([TOCSIN, "send", d, "--relay", at, "--json",
                          "--workers", str(a.workers)],
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                         env=dict(os.environ, TOCSIN_FIGURES="1"))
    out = p.stdout.read()
    err = p.stderr.read()
    _, code, use = os.wait4(p.pid, 0)
    wall = time.time() - t0
    p.returncode = code
    s = status(d)
    w.stop(sink)
    if s["handed"] != a.people:
        raise RuntimeError(f"handed {s['handed']} of {a.people}: {err}")
    figures = json.loads(re.search(rb"figures (\{.*\})", err).group(1)) \
        if b"figures {" in err else {}
    size = os.path.getsize(os.path.join(d, "state.db"))
    shutil.rmtree(d)
    return dict(cpu=(use.ru_utime + use.ru_stime) * 1e6 / a.people,
                sys=use.ru_stime * 1e6 / a.people, rate=a.people / wall,
                mem=use.ru_maxrss / 1024, disk=size / a.people, **figures)

w = Work()
try:
    subprocess.check_call(["ninja", "-C", a.build, "--quiet",
                           "bench/bench_rsa"])
    w.people(a.people)
    w.write("relay.ini", f"[limits]\nconnections = {a.connections}\n")
    w.notice("key")
    key = w.path("key", "dkim.pem")
    modes = [a.only] if a.only else ["plain", "starttls"]
    rows = {m: [] for m in modes}
    for r in range(a.rounds):
        for m in modes:
            before = rsa(key)
            row = one_send(w, m, f"{m}{r}")
            row["rsa"] = (before + rsa(key)) / 2
            row["ratio"] = row["cpu"] / row["rsa"]
            rows[m].append(row)
            print(f"{m} {r + 1}: " + ", ".join(
                f"{k} {v:.4g}" for k, v in row.items()), flush=True)
    for m in modes:
        med = {k: statistics.median(x[k] for x in rows[m])
               for k in rows[m][0]}
        limit, aim = (1.8, 1.6) if m == "starttls" else (1.5, 1.35)
        print(f"\n{m}, {a.people} people, median of {a.rounds}: "
              f"RSA-2048 {med['rsa']:.0f} us; sender {med['cpu']:.0f} us CPU "
              f"a message = {med['ratio']:.2f} x (aim {aim}, limit {limit}); "
              f"{med['rate']:.0f} messages/s; peak {med['mem']:.1f} MiB")
        if "commits" in med:
            print(f"  journal: {med['commits']:.0f} commits, "
                  f"{med['intents'] / max(1, med['intent_commits']):.1f} intents a "
                  f"commit, {med['journal_us'] / a.people:.1f} us CPU a "
                  f"message = {med['journal_us'] / a.people / med['cpu']:.1%}"
                  f" of the sender's")
finally:
    w.close()
