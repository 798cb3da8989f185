#!/usr/bin/env python3
"""Checks of a made-up list: the one pass over the audience.

  bench/check.py [--build build] [--rows 1000000]

walk is a bare pass over the audience that touches every row; check is a whole
`check --zone` (with the law pack and everything else), deadlines the other
command that counts people by place.  The ratio says what the census costs
beside reading."""
import argparse, os, subprocess, sys, time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "tests", "integration"))
ap = argparse.ArgumentParser()
ap.add_argument("--build", default="build")
ap.add_argument("--rows", type=int, default=1000000)
ap.add_argument("--seed", type=int, default=1)
a = ap.parse_args()
os.environ["TOCSIN"] = os.path.abspath(os.path.join(a.build, "tocsin"))
from harness import TOCSIN, Work

def measured(what, args, codes=(0,)):
    t0 = time.time()
    p = subprocess.Popen(args, stdout=subprocess.DEVNULL,
                         stderr=subprocess.PIPE)
    said = p.stderr.read().decode(errors="replace")
    p.stderr.close()
    _, code, use = os.wait4(p.pid, 0)
    p.returncode = os.waitstatus_to_exitcode(code)
    wall, cpu = time.time() - t0, use.ru_utime + use.ru_stime
    if p.returncode not in codes:
        raise RuntimeError(f"{what}: exit {p.returncode}: {said[-500:]}")
    print(f"{what}: {wall:.2f} s, {cpu:.2f} s of CPU = {a.rows / wall:,.0f} "
          f"rows/s; peak {use.ru_maxrss / 1024:.1f} MiB", flush=True)
    return cpu

w = Work()
try:
    subprocess.check_call(["ninja", "-C", a.build, "--quiet",
                           "bench/bench_people", "bench/bench_walk"],
                          stdout=subprocess.DEVNULL)
    people, zone = w.path("people.csv"), w.write("z.zone", "")
    with open(people, "wb") as f:
        subprocess.check_call([f"{a.build}/bench/bench_people", str(a.rows),
                               str(a.seed)], stdout=f)
    d = w.notice("n", message="Dear {{name}},\n\nyour number is {{ref}}.\n")
    measured("import", [TOCSIN, "import", d, people, "--quiet"])
    walk = measured("walk", [f"{a.build}/bench/bench_walk", d])
    check = measured("check", [TOCSIN, "check", d, "--zone", zone, "--json"],
                     codes=(0, 1, 3))
    measured("deadlines", [TOCSIN, "deadlines", d, "--json"])
    print(f"check / walk: {check / walk:.1f}")
finally:
    w.close()
