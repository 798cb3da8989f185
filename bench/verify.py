#!/usr/bin/env python3
"""CPU per message of verifying SPF, DKIM, ARC and DMARC, against one RSA-2048
verification of the same run, and the peak of memory.

  bench/verify.py [--build build] [--messages 5000] [--rounds 4]

The corpus is made once, in $BENCH_WORK/w2 (default /tmp/mailbench); the DNS is
a local nsd; the first round, which fills the caches, does not count."""
import argparse, json, os, shutil, subprocess, sys
from nsd import Nsd

LIMIT = 80      # us a message, beside one RSA verification

def corpus(build, n):
    """The folder of a corpus of n messages, made if it is not there."""
    work = os.environ.get("BENCH_WORK", "/tmp/mailbench")
    w2 = os.path.join(work, "w2")
    manifest = os.path.join(w2, "manifest.tsv")
    if os.path.exists(manifest):
        with open(manifest) as f:
            if sum(1 for _ in f) == n:
                return w2
    shutil.rmtree(w2, ignore_errors=True)
    os.makedirs(os.path.join(w2, "msg"))
    subprocess.check_call([f"{build}/bench/bench_verify_corpus", w2, str(n)])
    os.chmod(work, 0o755)
    return w2

def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--build", default="build")
    ap.add_argument("--messages", type=int, default=5000)
    ap.add_argument("--rounds", type=int, default=4)
    a = ap.parse_args()
    subprocess.check_call(["ninja", "-C", a.build, "--quiet",
                           "bench/bench_verify", "bench/bench_verify_corpus"])
    w2 = corpus(a.build, a.messages)
    with Nsd(os.path.join(w2, "nsd"), w2) as dns:
        out = subprocess.run(
            [f"{a.build}/bench/bench_verify", w2, dns.at, str(a.rounds)],
            stdout=subprocess.PIPE).stdout
    r = json.loads(out)
    print(f"verify, {a.messages} messages, median of {a.rounds} rounds: "
          f"{r['cpu_us']:.1f} us CPU a message = RSA-2048 "
          f"{r['rsa_us']:.1f} us + {r['cpu_us'] - r['rsa_us']:.1f} us (limit "
          f"{LIMIT}); {r['rate']:.0f} messages/s on one thread; first round "
          f"{r['cold_us']:.1f} us")
    early = r["peak_100k_kib"]
    print(f"  peak memory {r['peak_kib'] / 1024:.1f} MiB, corpus included" +
          (f", {early / 1024:.1f} MiB after 100,000 messages of "
           f"{r['messages']}" if early else ""))
    if r["wrong"]:
        sys.exit(f"{r['wrong']} verdicts are wrong")
    if r["cpu_us"] > r["rsa_us"] + LIMIT:
        sys.exit("above the limit")

if __name__ == "__main__":
    main()
