#!/usr/bin/env python3
"""Imports of a made-up list: rows a second and peak memory.

  bench/import.py [--build build] [--rows 1000000] [--send K]

parse+validate is a dry run (one thread, nothing written), import is a whole
one (sorted, deduplicated, synced), again is the same file once more (everyone
known).  --send K also sends from the audience to a local sink until K people
are through, and measures the sender."""
import argparse, json, os, signal, subprocess, sys, time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "tests", "integration"))
ap = argparse.ArgumentParser()
ap.add_argument("--build", default="build")
ap.add_argument("--rows", type=int, default=1000000)
ap.add_argument("--seed", type=int, default=1)
ap.add_argument("--send", type=int, default=0)
a = ap.parse_args()
os.environ["TOCSIN"] = os.path.abspath(os.path.join(a.build, "tocsin"))
from harness import TOCSIN, Work, status

def measured(*args):
    """Runs tocsin; returns (exit, stdout, seconds, CPU seconds, peak MiB)."""
    t0 = time.time()
    p = subprocess.Popen([TOCSIN, *args], stdout=subprocess.PIPE)
    out = p.stdout.read()
    p.stdout.close()
    _, code, use = os.wait4(p.pid, 0)
    p.returncode = os.waitstatus_to_exitcode(code)
    return (p.returncode, out, time.time() - t0, use.ru_utime + use.ru_stime,
            use.ru_maxrss / 1024)

def one(what, *args):
    rc, out, wall, cpu, mib = measured("import", *args, "--quiet", "--json")
    if rc != 0:
        raise RuntimeError(f"{what}: exit {rc}")
    print(f"{what}: {a.rows} rows in {wall:.2f} s = {a.rows / wall:,.0f} "
          f"rows/s ({a.rows / cpu:,.0f} rows/s a core); peak {mib:.1f} MiB",
          flush=True)
    return json.loads(out)

def send(w, d):
    sink, at = w.sink()
    t0 = time.time()
    p = subprocess.Popen([TOCSIN, "send", d, "--relay", at, "--quiet"],
                         stdout=subprocess.DEVNULL)
    begun = None
    while p.poll() is None:
        s = status(d)
        done = s["accepted"] + s["handed"]
        if done and begun is None:
            begun = time.time() - t0
        if done >= a.send:
            break
        time.sleep(0.2)
    wall = time.time() - t0
    if p.poll() is None:
        p.send_signal(signal.SIGINT)
    _, code, use = os.wait4(p.pid, 0)
    p.returncode = os.waitstatus_to_exitcode(code)
    s = status(d)
    done = s["accepted"] + s["handed"]
    w.stop(sink)
    if done < a.send:
        raise RuntimeError(f"send ended with {p.returncode} after {done}")
    print(f"send: the first seen after {begun:.2f} s, {done} people through "
          f"after {wall:.2f} s; sender's peak {use.ru_maxrss / 1024:.1f} MiB")

w = Work()
try:
    subprocess.check_call(["ninja", "-C", a.build, "--quiet",
                           "bench/bench_people"], stdout=subprocess.DEVNULL)
    people = w.path("people.csv")
    with open(people, "wb") as f:
        subprocess.check_call([f"{a.build}/bench/bench_people", str(a.rows),
                               str(a.seed)], stdout=f)
    size = os.path.getsize(people)
    print(f"{a.rows} rows, {size / 1e6:.0f} MB, seed {a.seed}")
    if a.send:
        d = w.notice("n", message="Dear {{name}},\n\nyour number is {{ref}}.\n")
    else:
        d = w.path("n")
        os.makedirs(d, mode=0o700)
        w.write("n/notice.ini", "[notice]\nkind = breach\n")
    one("parse+validate", d, people, "--dry-run")
    s = one("import", d, people)
    if s["people"] != a.rows or s["new"] != a.rows:
        raise RuntimeError(f"not everyone is in: {s}")
    print(f"  audience.db {os.path.getsize(d + '/audience.db') / a.rows:.0f} "
          f"bytes a person")
    s = one("again", d, people)
    if s["known"] != a.rows or s["new"] != 0:
        raise RuntimeError(f"not everyone is known: {s}")
    if a.send:
        send(w, d)
finally:
    w.close()
