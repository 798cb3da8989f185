#!/usr/bin/python3
"""What goes wrong before and on the way: each gets a clear message with place
and remedy, the right exit status, and nobody is lost or sent to twice unsaid."""
import re, threading
from harness import *

t, w = Tap(), Work()

def send(d, at, *more, **kw):
    rc, out, err = run("send", d, "--relay", at, "--json", *more, **kw)
    return rc, json.loads(out) if out.strip() else None, err

def taken(log):
    """Recipient -> how many mails the provider accepted for it."""
    got = {}
    if os.path.exists(log):
        for line in open(log, encoding="utf-8"):
            for r in re.findall(r"<([^<>]*@r\d\d\.test)>", line):
                got[r] = got.get(r, 0) + 1
    return got

try:
    people = w.people(40)

    # ---- settings, text, keys: exit 2, nothing on stdout, nothing sent
    d = w.notice("text", message="Dear {{name}},\n\n\nyour {{refernce}}.\n")
    must("import", d, people)
    rc, s, err = send(d, w.nobody())
    t.ok(rc == 2 and s is None and "message.md:4" in err and
         "{{refernce}}" in err and "{{ref}}" in err,
         "an unknown field: file, line, field and the nearest name", err)

    d = w.notice("key")
    must("import", d, people)
    os.chmod(f"{d}/dkim.pem", 0o644)
    rc, s, err = send(d, w.nobody())
    t.ok(rc == 2 and s is None and "chmod 600" in err and "[dkim]" in err,
         "a key that others may read: says what to run", err)
    os.rename(f"{d}/dkim.pem", f"{d}/elsewhere.pem")
    rc, s, err = send(d, w.nobody())
    t.ok(rc == 2 and s is None and "dkim keygen" in err,
         "a key that is not there: says how to make one", err)

    d = w.notice("unknown", send="rlay = x")
    rc, out, err = run("import", d, people)
    rc, s, err = send(d, w.nobody())
    t.ok(rc == 2 and re.search(r"notice\.ini:\d+: \[send\] rlay", err) and
         "relay" in err, "a misspelt setting: file, line, nearest", err)

    d = w.notice("nobody")
    rc, s, err = send(d, w.nobody())
    t.ok(rc == 2 and "tocsin import" in err, "no audience: says so", err)

    w.write("n_variant.csv", "person_id,name,email,ref,detail,segment\n"
            "1,A,a@r01.test,x,,minor\n")
    d = w.notice("variant")
    must("import", d, w.path("n_variant.csv"))
    rc, s, err = send(d, w.nobody())
    t.ok(rc == 2 and "message.minor" in err,
         "a segment without a text refuses the send, and names the file to "
         "write", err)

    # ---- a relay that is not there, or does not play by the rules
    d = w.notice("down")
    must("import", d, people)
    rc, s, err = send(d, w.nobody())
    t.ok(rc == 3 and s["pending"] == 40 and adds_up(s) and
         "127.0.0.1" in err and "run the command again" in err,
         "a relay that is down: exit 3, everyone still pending", (s, err))

    lies = [
        ("lies about PIPELINING by hanging up", ["--pipelining-lie", "close"]),
        ("answers pipelined commands out of order",
         ["--pipelining-lie", "disorder"]),
        ("replies before being asked", ["--early-reply"]),
        ("sends 100 kB replies", ["--reply-bytes", "100000"]),
        ("breaks the TLS handshake", ["--tls", "--tls-broken"]),
        ("refuses STARTTLS", ["--tls", "--tls-refuse"]),
        ("hangs up in the content", ["--cut-data", "300"]),
    ]
    results = {}

    def lie(i, options):
        log = w.path(f"lie{i}.log")
        d = w.path(f"lie{i}")
        sink, at = w.sink("--log", log, *options)
        # the time to be tried again would outlast this test: Ctrl-C after
        p = subprocess.Popen([TOCSIN, "send", d, "--relay", at, "--json"],
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        try:
            p.wait(12)
        except subprocess.TimeoutExpired:
            p.send_signal(signal.SIGINT)
        out, err = p.communicate(timeout=PATIENCE)
        w.stop(sink)
        good, at = w.sink("--log", log, "--tls")
        # those put off by the liar come back when their time has come
        db = sqlite3.connect(f"{d}/state.db", timeout=PATIENCE)
        db.execute("UPDATE state SET due = 1 WHERE due IS NOT NULL")
        db.commit()
        db.close()
        again = run("send", d, "--relay", at, "--json")
        w.stop(good)
        results[i] = (p.returncode, out.decode(), err.decode(), again,
                      taken(log))

    for i, (name, options) in enumerate(lies):
        d = w.notice(f"lie{i}",
                     send="tls = required" if "--tls" in options else "")
        must("import", d, people)
    threads = [threading.Thread(target=lie, args=(i, o))
               for i, (_, o) in enumerate(lies)]
    for x in threads:
        x.start()
    for x in threads:
        x.join()
    for i, (name, options) in enumerate(lies):
        rc, out, err, again, got = results[i]
        s, s2 = json.loads(out), json.loads(again[1])
        resent = {r[0] for r in state_rows(
            w.path(f"lie{i}"),
            "SELECT p.addresses FROM state s JOIN people.person p "
            "ON p.id = s.person WHERE s.resent = 1")}
        twice = {r for r, n in got.items() if n > 1}
        t.ok(rc in (0, 3) and adds_up(s),
             f"a relay that {name}: exit 0 or 3, all accounted for",
             (rc, s, err))
        t.ok(again[0] == 0 and s2["handed"] == 40 and len(got) == 40 and
             twice <= resent, f"... and with an honest one nobody is lost",
             (again, len(got), twice, resent))
        if options == ["--tls", "--tls-broken"]:
            t.ok(rc == 3 and s["handed"] == 0 and "TLS" in err,
                 "TLS that breaks where it is required is said", err)
        if "--reply-bytes" in options:
            t.ok("limit" in err or "long" in err or rc == 0,
                 "a reply beyond the limit is said", err)

    # ---- a full disk
    small = w.path("small")
    os.makedirs(small)
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m,mode=700",
                       "tmpfs", small], capture_output=True).returncode == 0:
        try:
            d = w.notice("small/n")
            must("import", d, w.people(1500, name="many.csv"))
            rest = os.statvfs(small)
            # leave room for the start, not for everyone
            fill = rest.f_bavail * rest.f_frsize - 1400 * 1024
            if fill > 0:
                with open(f"{small}/filler", "wb") as f:
                    f.write(b"x" * fill)
            log = w.path("full.log")
            sink, at = w.sink("--log", log, "--dot-latency", "5")
            rc, s, err = send(d, at)
            t.ok(rc == 3 and "no space left" in err,
                 "a full disk: exit 3, says so", (rc, err))
            before = taken(log)
            os.unlink(f"{small}/filler")
            subprocess.run(["mount", "-o", "remount,size=64m", small],
                           check=True)
            s1 = status(d)
            t.equal((s1["handed"], s1["uncertain"]), (len(before), 0),
                    "what the relay took is known")
            rc, s, err = send(d, at)
            got = taken(log)
            t.ok(rc == 0 and s["handed"] == 1500 and len(got) == 1500 and
                 max(got.values()) == 1, "with room again everyone has it, "
                 "once", (rc, s, err, len(got)))
            w.stop(sink)
        finally:
            subprocess.run(["umount", "-l", small])
    else:
        t.note("no tmpfs can be mounted here: the full disk is left to "
               "fault/bad_disk")
finally:
    w.close()
t.done()
