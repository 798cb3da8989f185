"""Shared measuring code: cgroups (CPU seconds, memory), speed probe, sink, W1 run loop. python3 stdlib only, root."""
import json, os, re, shutil, signal, statistics, subprocess, sys, time
HERE = os.path.dirname(os.path.abspath(__file__))
WORK = os.environ.get("BENCH_WORK", "/tmp/mailbench")          # scratch: queues, keys, node_modules, results
W1 = os.path.join(WORK, "w1"); SINKPORT = 2525
NPM = os.path.join(WORK, "npm", "node_modules"); XROOT = os.path.join(WORK, "root")   # XROOT: unpacked conflicting MTA packages
DOMS = [f"r{i:02d}.test" for i in range(1, 51)]                 # rNN.test -> 127.0.1.NN:2525
mx = lambda d: f"127.0.1.{int(d[1:3])}"

class CG:
    """cpu + memory accounting for a group of processes (cgroup v1 or v2)."""
    def __init__(self, name):
        b = "/sys/fs/cgroup"; self.v2 = os.path.exists(b + "/cgroup.controllers")
        self.dirs = [f"{b}/{name}"] if self.v2 else [f"{b}/cpuacct/{name}", f"{b}/memory/{name}"]
        for d in self.dirs: os.makedirs(d, exist_ok=True)
    def enter(self):
        for d in self.dirs: open(d + "/cgroup.procs", "w").write(str(os.getpid()))
    def popen(self, cmd, **kw): return subprocess.Popen(cmd, preexec_fn=self.enter, start_new_session=True, **kw)
    def pids(self): return [int(x) for x in open(self.dirs[0] + "/cgroup.procs").read().split()]
    def cpu(self):
        if self.v2: return int(re.search(r"usage_usec (\d+)", open(self.dirs[0] + "/cpu.stat").read())[1]) / 1e6
        return int(open(self.dirs[0] + "/cpuacct.usage").read()) / 1e9
    def anon(self):
        return int(re.search(r"^(?:anon|rss) (\d+)", open(self.dirs[-1] + "/memory.stat").read(), re.M)[1]) / 2**20
    def maxrss(self):
        m = 0
        for p in self.pids():
            try: m = max(m, int(re.search(r"VmHWM:\s+(\d+)", open(f"/proc/{p}/status").read())[1]) / 1024)
            except Exception: pass
        return m
    def killall(self):
        for sig, tries in ((signal.SIGTERM, 15), (signal.SIGKILL, 30)):
            for _ in range(tries):
                ps = self.pids()
                if not ps: return
                for p in ps:
                    try: os.kill(p, sig)
                    except ProcessLookupError: pass
                time.sleep(0.1)

def probe(sec=1):
    """RSA-2048 signs/s on all cores right now: the yardstick every figure is divided by."""
    o = subprocess.run(["openssl", "speed", "-seconds", str(sec), "-multi", str(os.cpu_count()), "rsa2048"], capture_output=True, text=True).stdout
    return float(o.strip().splitlines()[-1].split()[5])

def write(path, text, mode=0o644):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as f: f.write(text)
    os.chmod(path, mode)

def wait_port(host, port, t=20):
    import socket
    end = time.time() + t
    while time.time() < end:
        try: socket.create_connection((host, port), 1).close(); return
        except OSError: time.sleep(0.05)
    raise RuntimeError(f"nothing listens on {host}:{port}")

def run_w1(peer, n, tls=False, timeout=280, dump=3):
    sender, inj, snk = CG("bsender"), CG("binject"), CG("bsink"); out = f"{WORK}/sink.json"; dd = f"{WORK}/dump"
    for c in (sender, inj, snk): c.killall()
    if os.path.exists(out): os.remove(out)
    shutil.rmtree(dd, True); os.makedirs(dd); sp = probe()
    sink = snk.popen([f"{WORK}/sink", str(SINKPORT), str(n), out, "-d", dd, "-D", str(dump)] + (["-c", f"{W1}/tls.crt", "-k", f"{W1}/tls.key"] if tls else []))
    wait_port("127.0.0.1", SINKPORT); ip = None
    try:
        peer.start(sender, tls); getattr(peer, "prepare", lambda n: None)(n); time.sleep(0.3); os.sync()
        if os.environ.get("BENCH_STRACE"):     # count sync calls: follow every sender process
            subprocess.Popen(["strace", "-f", "-o", os.environ["BENCH_STRACE"], "-e", "trace=fsync,fdatasync,sync_file_range,syncfs,msync,sync"] + sum((["-p", str(p)] for p in sender.pids()), []), stderr=subprocess.DEVNULL); time.sleep(2)
        c0, peak, t0 = sender.cpu(), 0, time.time(); i0 = inj.cpu(); s0 = snk.cpu()
        cmd = peer.inject(n)
        ip = inj.popen(cmd) if cmd else None; tin = None
        if not cmd: peer.go(sender, n)
        while not os.path.exists(out) and time.time() - t0 < timeout:
            peak = max(peak, sender.anon()); time.sleep(0.05)
            if ip and tin is None and ip.poll() is not None: tin = time.time() - t0
        rss = sender.maxrss()
        ok = os.path.exists(out)
        if not ok: os.kill(sink.pid, signal.SIGTERM); time.sleep(0.5)
        r = json.load(open(out)); cpu = sender.cpu() - c0
        res = dict(peer=peer.name, n=n, tls=tls, ok=ok, unique=r["unique"], msgs=r["msgs"], dkim=r["dkim"], wall=round(r["t_last"] - t0, 3),
            rate=round(r["unique"] / (r["t_last"] - t0), 1), inj_wall=tin and round(tin, 2), cpu=round(cpu, 2), inj_cpu=round(inj.cpu() - i0, 2), sink_cpu=round(snk.cpu() - s0, 2),
            anon_mb=round(peak, 1), maxproc_mb=round(rss, 1), conns=r["conns"], tlsc=r["tls"], resumed=r["resumed"], probe=sp, bytes=r["bytes"] // max(1, r["msgs"]))
        res["rel"] = round(res["rate"] / ((sp + probe()) / 2), 4)
        return res
    finally:
        peer.stop(sender); sender.killall(); inj.killall(); snk.killall()

def summary(rows, keys, cols):
    from collections import OrderedDict
    g = OrderedDict()
    for r in rows: g.setdefault(tuple(r.get(k) for k in keys), []).append(r)
    for k, rs in g.items():
        s = []
        for c in cols:
            v = [r[c] for r in rs if r.get(c) is not None]
            if v: s.append(f"{c} {statistics.median(v):g} ({min(v):g}-{max(v):g})")
        print(*k, f"x{len(rs)}:", "; ".join(s))
