#!/usr/bin/python3
"""A thousand mails, composed a second time: each is byte for byte the one the
provider took, in another process, after the key has gone."""
import glob, re
from concurrent.futures import ThreadPoolExecutor
from harness import *

t, w = Tap(), Work()
people = int(os.environ.get("PEOPLE", "1000"))
try:
    box = w.path("box")
    sink, at = w.sink("--maildir", box)
    d = w.notice(ed25519=True)
    must("import", d, w.people(people))
    rc, out, err = run("send", d, "--relay", at, "--json")
    t.equal((rc, json.loads(out or "{}").get("handed")), (0, people),
            "everyone is handed")
    w.stop(sink)
    os.unlink(f"{d}/dkim.pem")
    os.unlink(f"{d}/ed.pem")
    files = glob.glob(f"{box}/new/*")

    def again(f):
        raw = open(f, "rb").read()
        to = re.search(rb"^To: .*<(.*)>\r$", raw, re.M).group(1).decode()
        p = subprocess.run([TOCSIN, "preview", d, "--recipient", to, "--raw"],
                           capture_output=True)
        return None if p.returncode == 0 and p.stdout == raw else (
            to, p.returncode, p.stderr)

    with ThreadPoolExecutor(2) as pool:
        wrong = [x for x in pool.map(again, files) if x]
    t.equal(len(files), people, "the provider has every mail")
    t.equal(wrong[:3], [], "every mail is composed again, byte for byte")
finally:
    w.close()
t.done()
