"""tocsin: a notice folder, sent through --relay. Journal, retries and all. Import is not counted (the peers' lists are ready too)."""
import os, shutil, subprocess
import meas
TOCSIN = os.environ["TOCSIN"]
class Peer:
    def __init__(self, workers="2"): self.workers = workers
    def start(self, cg, tls):
        self.d = d = f"{meas.WORK}/tocsin"; shutil.rmtree(d, True); run = lambda *a: subprocess.run([TOCSIN, *a], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        run("new", d, "--kind", "policy"); shutil.copy(f"{meas.W1}/dkim.pem", f"{d}/dkim.pem"); os.chmod(f"{d}/dkim.pem", 0o600)
        meas.write(f"{d}/notice.ini", f"""[notice]
kind = policy
title = Contract change
[organisation]
name = Example Utilities
own_domains = sender.test
[from]
name = Example Utilities
address = notices@sender.test
[message]
subject = Important change to your contract {{{{ref}}}}
[dkim]
domain = sender.test
selector = s1
key = dkim.pem
[bounce]
address = bounces@sender.test
[send]
helo = sender.test
tls = {"required" if tls else "opportunistic"}
[approval]
roles =
""", 0o600)
        text = open(f"{meas.W1}/text.tpl").read(); meas.write(f"{d}/message.md", text, 0o600); self.tls = tls
        for f in os.listdir(d):
            if f.startswith("message.") and f != "message.md": os.unlink(f"{d}/{f}")
    def inject(self, n): return None
    def prepare(self, n):
        rows = open(f"{meas.W1}/recipients.csv").read().split("\n")[: n + 1]; meas.write(f"{meas.WORK}/tocsin.csv", "\n".join(rows) + "\n")
        subprocess.run([TOCSIN, "import", self.d, f"{meas.WORK}/tocsin.csv", "--map", "person_id=idx"], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    def go(self, cg, n):
        self.p = cg.popen([TOCSIN, "send", self.d, "--relay", f"127.0.0.1:{meas.SINKPORT}", "--workers", self.workers, "--quiet"])
    def stop(self, cg): self.p.wait(20)
