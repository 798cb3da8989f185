#!/usr/bin/python3
"""The secret for a relay: from a file or from a command; what is wrong with it
is told before anything is sent, and it is never in what is said."""
from harness import *

t, w = Tap(), Work()
SECRET = "s3cret-and-more"

def relayed(name, how):
    d = w.notice(name, dkim=False, message="Dear {{name}},\n\nwords.\n",
                 subject="Example: notice of data breach",
                 send="tls = required\nrelay_user = me\n" + how)
    must("import", d, people)
    return d

try:
    people = w.people(3)
    cert = w.path("cert.pem")
    sink, at = w.sink("--tls", "--auth", f"me:{SECRET}", "--cert-out", cert)
    trust = dict(os.environ, SSL_CERT_FILE=cert)
    secret = w.write("secret", SECRET + "\r\n")
    other = w.write("other", "wrong\n")
    open_to_all = w.write("open", SECRET, 0o640)
    n = 0
    for what, how in (
            ("a file", f"relay_secret_file = {secret}"),
            ("a file of the folder", "relay_secret_file = secret"),
            ("a command", f"relay_secret_command = cat {secret}")):
        n += 1
        d = relayed(f"good{n}", how)
        w.write(f"good{n}/secret", SECRET)
        rc, out, err = run("send", d, "--relay", at, "--json", env=trust)
        t.ok(rc == 0 and json.loads(out)["handed"] == 3, f"{what}: sent",
             (rc, out, err))
        t.ok(SECRET not in out + err, f"{what}: nowhere in what is said")
    for what, how, part in (
            ("none", "", "is missing"),
            ("an empty command", "relay_secret_command = true",
             "there is no secret"),
            ("a command that fails", f"relay_secret_command = cat {secret}; "
             "exit 7", "status 7"),
            ("a command that is not there",
             "relay_secret_command = no-such-command", "status 127"),
            ("a file that is not there", "relay_secret_file = none",
             "relay_secret_file"),
            ("a file that others may read",
             f"relay_secret_file = {open_to_all}", "chmod 600")):
        n += 1
        d = relayed(f"bad{n}", how)
        rc, out, err = run("send", d, "--relay", at, "--json", env=trust)
        t.ok(rc in (2, 3) and out == "" and part in err,
             f"{what}: refused, and says why", (rc, out, err))
        t.ok(SECRET not in out + err, f"{what}: nowhere in what is said")
    d = relayed("wrong", f"relay_secret_file = {other}")
    rc, out, err = run("send", d, "--relay", at, "--json", env=trust)
    t.ok(rc != 0 and json.loads(out)["pending"] == 3 and
         "does not let us in" in err and "nobody was lost" in err,
         "a wrong secret: nobody was lost", (rc, out, err))
    w.stop(sink)
finally:
    w.close()
t.done()
