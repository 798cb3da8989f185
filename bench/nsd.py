"""A name server for the made-up world of verify_corpus, on loopback."""
import os, shutil, socket, subprocess, time

def free_port():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]

def configure(work, zones, ports):
    """Writes work/nsd.conf; `zones` holds example.zone and empty.zone."""
    os.makedirs(work, exist_ok=True)
    text = ('server:\n username: ""\n database: ""\n server-count: 1\n'
            f' rrl-ratelimit: 0\n zonesdir: "{zones}"\n'
            f' pidfile: "{work}/nsd.pid"\n xfrdir: "{work}"\n'
            f' zonelistfile: "{work}/zone.list"\n xfrdfile: "{work}/xfrd"\n')
    for port in ports:
        text += f" ip-address: 127.0.0.1@{port}\n"
    text += "remote-control:\n control-enable: no\n"
    for name, file in (("example", "example"), ("in-addr.arpa", "empty"),
                       (".", "empty")):
        text += f'zone:\n name: "{name}"\n zonefile: "{zones}/{file}.zone"\n'
    with open(f"{work}/nsd.conf", "w") as f:
        f.write(text)
    return [shutil.which("nsd") or "/usr/sbin/nsd", "-d", "-c",
            f"{work}/nsd.conf"]

class Nsd:
    """with Nsd(work, zones) as n: ... n.at is "127.0.0.1@PORT"."""
    def __init__(self, work, zones):
        self.port = free_port()
        self.at = f"127.0.0.1@{self.port}"
        self.process = subprocess.Popen(configure(work, zones, [self.port]),
                                        stderr=subprocess.DEVNULL)
    def __enter__(self):
        end = time.time() + 10
        while time.time() < end:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return self
            except OSError:
                time.sleep(0.05)
        self.__exit__()
        raise RuntimeError("nsd does not answer")
    def __exit__(self, *why):
        self.process.terminate()
        self.process.wait()
