#!/usr/bin/python3
"""A thousand mails through a real Postfix: all are accepted, and every
signature on every one verifies in dkimpy and in OpenDKIM."""
import glob, time
from harness import *
import dkim_oracle, postfix

if not postfix.installed():
    skip_all("postfix is not installed, or this is not root")

t, w = Tap(), Work()
people = int(os.environ.get("PEOPLE", "1000"))
server = None
try:
    server = postfix.Postfix(w)
    d = w.notice(ed25519=True, send="tls = required\nrelay_profile = postfix")
    must("import", d, w.people(people))
    rc, out, err = run("send", d, "--relay", server.at, "--json")
    s = json.loads(out or "{}")
    t.equal((rc, s.get("handed")), (0, people), "Postfix takes every mail")
    t.ok(adds_up(s), "the states add up", s)
    ids = state_rows(d, "SELECT count(DISTINCT relay_id), min(length(relay_id))"
                        ", min(tls), count(*) FROM outcome WHERE status = 3")[0]
    t.ok(ids[0] == people and ids[1] > 0, "the relay's own id is kept", ids)
    t.ok(ids[2].startswith("TLSv1."), "over TLS", ids)
    files = server.mails(people)
    t.equal(len(files), people, "every mail is filed")
    log = server.log()
    t.ok("warning:" not in log or "reject" not in log,
         "Postfix has nothing to complain of", log[-2000:])

    # ---- both verifiers, every signature
    keys = dkim_oracle.read_keys([w.path("dkim.zone")])
    oracles = [dkim_oracle.Dkimpy(keys), dkim_oracle.OpenDKIM(keys, w.dir)]
    first = dkim_oracle.read_mail(files[0])
    t.equal([o.name for o in oracles for m in dkim_oracle.spoil(first)
             if None in o.check(m)], [], "a changed message is refused")
    wrong = {o.name: [] for o in oracles}
    # dkimpy's Ed25519 and RSA in pure Python: a fifth of a second a mail
    for o in oracles:
        for f in files:
            found = o.check(dkim_oracle.read_mail(f))
            if len(found) != 2 or any(found):
                wrong[o.name].append((os.path.basename(f), found))
    for o in oracles:
        t.equal(wrong[o.name][:3], [], f"every signature passes in {o.name}")
finally:
    if server:
        server.stop()
    w.close()
t.done()
