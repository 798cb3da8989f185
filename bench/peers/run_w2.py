#!/usr/bin/env python3
"""W2: verifying a corpus (bench/verify_corpus.c), peers in interleaved rounds.
  run_w2.py [-r 3] [--build BUILD] PEER ...    peers: tocsin mailauth milters rspamd
Every run starts with empty caches; programs that are libraries (tocsin, mailauth) are counted from their start, daemons are not."""
import argparse, json, os, shutil, statistics, subprocess, sys, time
import meas
sys.path.insert(0, os.path.join(meas.HERE, ".."))
import nsd, rspamd_conf
from verify import corpus
RUN = os.path.join(meas.WORK, "w2run"); PEERS = os.path.join(meas.HERE, "peers")
ap = argparse.ArgumentParser(); ap.add_argument("-r", type=int, default=3); ap.add_argument("-n", type=int, default=5000); ap.add_argument("--timeout", type=int, default=240)
ap.add_argument("--build", default=os.path.join(meas.HERE, "..", "..", "build")); ap.add_argument("-o", default=os.path.join(meas.WORK, "results-w2.jsonl")); ap.add_argument("peers", nargs="+"); a = ap.parse_args()
W2 = corpus(a.build, a.n); OUT = f"{RUN}/out"
rows = [l.rstrip("\n").split("\t") for l in open(f"{W2}/manifest.tsv")]

def with_dns(cmd):
    """In a mount namespace of its own, with our server in /etc/resolv.conf."""
    meas.write(f"{RUN}/resolv.conf", "nameserver 127.0.0.1\noptions timeout:2\n")
    return ["unshare", "-m", "--propagation", "private", "sh", "-c", f"mount --bind {RUN}/resolv.conf /etc/resolv.conf && exec \"$@\"", "sh"] + cmd

def milters(g):
    socks = [f"/tmp/bench-v{s}.sock" for s in "kd"]
    for s in socks:
        if os.path.exists(s): os.remove(s)
    # .example is in no public suffix list
    meas.write(f"{RUN}/psl", "example\n" + open("/usr/share/publicsuffix/public_suffix_list.dat").read())
    meas.write(f"{RUN}/vk.conf", f"Socket local:{socks[0]}\nUMask 000\nMode v\nSyslog no\nBackground no\nAuthservID mx.example.test\nUserID opendkim\nInternalHosts 127.0.0.1\nQueryCache yes\nNameservers 127.0.0.1\nAlwaysAddARHeader yes\n")
    meas.write(f"{RUN}/vd.conf", f"Socket local:{socks[1]}\nUMask 000\nSyslog no\nBackground no\nAuthservID mx.example.test\nTrustedAuthservIDs mx.example.test\nUserID opendmarc\nSPFIgnoreResults true\nSPFSelfValidate true\nRejectFailures false\nPublicSuffixList {RUN}/psl\n")
    g.popen(with_dns(["opendkim", "-f", "-x", f"{RUN}/vk.conf"])); g.popen(with_dns(["opendmarc", "-f", "-c", f"{RUN}/vd.conf"])); time.sleep(2)
    return [f"{meas.WORK}/vclient", W2, OUT, "16", "milter"] + socks

def start(peer, g, port):
    """The command that makes it verify everything, and whether it is the peer itself."""
    if peer == "tocsin": return [f"{a.build}/bench/bench_verify", W2, f"127.0.0.1@{port}", "0", OUT], True
    if peer == "mailauth": return ["node", f"{PEERS}/mailauth.cjs", meas.NPM, W2, str(port), OUT], True
    if peer == "milters": return milters(g), False
    if peer == "rspamd":
        g.popen(rspamd_conf.make(port)); meas.wait_port("127.0.0.1", rspamd_conf.PORT, 40); time.sleep(6)
        return [f"{meas.WORK}/vclient", W2, OUT, "16", "rspamd", str(rspamd_conf.PORT)], False
    raise SystemExit(f"no such peer: {peer}")

def wrong(out):
    """How many verdicts are not what they must be, by kind of message."""
    got = {int(x[0]): x[1:] for x in (l.split() for l in open(out))} if os.path.exists(out) else {}
    bad = {}
    for i, m in enumerate(rows):
        for j, k in enumerate(("spf", "dkim", "dmarc")):
            if i in got and got[i][j] != m[5 + j]: bad[f"{m[4]}/{k}"] = bad.get(f"{m[4]}/{k}", 0) + 1
    return len(got), bad

def run(peer):
    v, d, cl = meas.CG("bverify"), meas.CG("bdns"), meas.CG("bclient")
    for c in (v, d, cl): c.killall()
    shutil.rmtree(RUN, True); os.makedirs(RUN); os.chmod(RUN, 0o755); sp = meas.probe()
    try:
        port = nsd.free_port(); d.popen(nsd.configure(f"{RUN}/nsd", W2, [port] + ([53] if peer == "milters" else [])), stderr=subprocess.DEVNULL)
        meas.wait_port("127.0.0.1", port); cmd, inside = start(peer, v, port)
        c0, n0, k0, t0, peak, rss = v.cpu(), d.cpu(), cl.cpu(), time.time(), 0, 0
        p = (v if inside else cl).popen(cmd, stdout=subprocess.DEVNULL)
        while p.poll() is None and time.time() - t0 < a.timeout: peak = max(peak, v.anon()); rss = max(rss, v.maxrss()); time.sleep(0.02)
        wall = time.time() - t0; cpu = v.cpu() - c0; done, bad = wrong(OUT)
        r = dict(peer=peer, done=done, wall=round(wall, 2), rate=round(done / wall, 1), cpu_us=round(cpu * 1e6 / max(1, done), 1), dns_us=round((d.cpu() - n0) * 1e6 / max(1, done), 1),
            client_us=round((cl.cpu() - k0) * 1e6 / max(1, done), 1), anon_mb=round(peak, 1), maxproc_mb=round(rss, 1), wrong=sum(bad.values()), bad=bad)
        if done != len(rows): raise RuntimeError(f"{peer}: {done} of {len(rows)} verified")
        r["probe"] = sp; r["rel"] = round(r["rate"] / ((sp + meas.probe()) / 2), 4)
        return r
    finally:
        for c in (cl, v, d): c.killall()

got = []
for _ in range(a.r):
    for peer in a.peers:
        r = run(peer); got.append(r); print(json.dumps(r), flush=True); open(a.o, "a").write(json.dumps(r) + "\n")
meas.summary(got, ["peer"], ["cpu_us", "rate", "rel", "dns_us", "client_us", "anon_mb", "maxproc_mb", "wrong"])
cost = {p: statistics.median(r["cpu_us"] for r in got if r["peer"] == p) for p in a.peers}
if "tocsin" in cost:
    for p in a.peers:
        if p != "tocsin": print(f"messages per CPU second, tocsin over {p}: {cost[p] / cost['tocsin']:.1f}")
