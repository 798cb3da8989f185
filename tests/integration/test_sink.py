#!/usr/bin/env python3
"""The sink as a stranger sees it: Python's smtplib talks to it."""
import glob, json, smtplib, socket, ssl
from harness import *

t, w = Tap(), Work()
MAIL = (b"Subject: t\r\n\r\n.a dot\r\n..two dots\r\n" +
        "grüße\r\n".encode() * 200 + b".\r\nend\r\n")

def port(at):
    return int(at.split(":")[1])

def send(at, rcpts, context=None, login=None, sender="bounces+1@example.com"):
    with smtplib.SMTP("127.0.0.1", port(at), timeout=PATIENCE) as s:
        s.ehlo()
        if context:
            s.starttls(context=context)
            s.ehlo()
        if login:
            s.login(*login)
        return s.sendmail(sender, rcpts, MAIL, mail_options=["BODY=8BITMIME"])

def totals(w, p):
    out = w.stop(p)
    return p.returncode, json.loads(out.strip().splitlines()[-1])

try:
    box, log, cert = w.path("box"), w.path("log"), w.path("cert.pem")
    p, at = w.sink("--maildir", box, "--log", log, "--tls", "--cert-out", cert,
                   "--reject-match", "gone*:550 5.1.1 No such user")
    trust = ssl.create_default_context(cafile=cert)
    refused = send(at, ["a@r1.test", "gone@r1.test", "b@r2.test"])
    t.equal(refused, {"gone@r1.test": (550, b"5.1.1 No such user")},
            "one recipient is refused, in clear text")
    send(at, ["c@r3.test"], context=trust)
    got = [open(f, "rb").read() for f in glob.glob(f"{box}/new/*")]
    t.equal(got, [MAIL, MAIL], "mail is filed byte for byte, dots and all")
    lines = [l.split() for l in open(log)]
    t.equal([(l[1], l[2], l[3]) for l in lines],
            [("<bounces+1@example.com>", f"<{r}>", str(len(MAIL)))
             for r in ("a@r1.test", "b@r2.test", "c@r3.test")],
            "the log names sender, recipient and size")
    rc, n = totals(w, p)
    t.equal((rc, n["accepted"], n["recipients"], n["rejected"],
             n["connections"], n["tls"], n["bytes"]),
            (0, 2, 3, 1, 2, 1, 2 * len(MAIL)), "SIGTERM: exit 0 and totals")

    p, at = w.sink("--tls", "--auth", "me:secret", "--cert-out", cert)
    trust = ssl.create_default_context(cafile=cert)
    t.equal(send(at, ["a@r1.test"], trust, ("me", "secret")), {},
            "AUTH with the right password")
    try:
        send(at, ["a@r1.test"], trust, ("me", "wrong"))
        t.ok(False, "AUTH with a wrong password is refused")
    except smtplib.SMTPAuthenticationError as e:
        t.equal(e.smtp_code, 535, "AUTH with a wrong password is refused")
    w.stop(p)

    p, at = w.sink("--workers", "3", "--count", "5", "--dot-latency", "50")
    for i in range(5):
        send(at, [f"u{i}@r1.test"])
    out, _ = p.communicate(timeout=PATIENCE)
    t.equal((p.returncode, json.loads(out.splitlines()[-1])["accepted"]),
            (0, 5), "--count ends it when all are answered, over workers")

    # the mail is in the log before its answer
    p, at = w.sink("--log", w.path("log2"), "--dot-latency", "60000")
    s = socket.create_connection(("127.0.0.1", port(at)), timeout=PATIENCE)
    s.sendall(b"EHLO x\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<c@r1.test>\r\n"
              b"DATA\r\nhi\r\n.\r\n")
    wait_until(lambda: os.path.getsize(w.path("log2")))
    p.kill()
    p.communicate()
    t.ok("<c@r1.test> 4" in open(w.path("log2")).read(),
         "killed before its answer, the mail is in the log")
    s.close()

    # smuggling: https://www.postfix.org/smtp-smuggling.html
    p, at = w.sink("--maildir", w.path("box3"))
    s = socket.create_connection(("127.0.0.1", port(at)), timeout=PATIENCE)
    s.sendall(b"EHLO x\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<c@r1.test>\r\n"
              b"DATA\r\nhi\n.\r\nMAIL FROM:<evil@b.test>\r\n\r\n.\r\nQUIT\r\n")
    said = b""
    while True:
        part = s.recv(65536)
        if not part:
            break
        said += part
    t.ok(b"\r\n554 5.5.2 " in said and not glob.glob(w.path("box3/new/*")),
         "a mail with a bare line feed is refused", said)
    s.close()

    for args, what in [(["--listen", "0.0.0.0:0"], "--public"),
                       (["--reject-match", "x"], "GLOB:REPLY"),
                       (["--count", "0"], "--count"),
                       (["--cert", "x"], "--key"),
                       (["--rate", "x"], "rate x")]:
        rc, out, err = run("sink", *args, timeout=PATIENCE)
        t.ok(rc == 2 and out == "" and what in err,
             f"{' '.join(args)} is refused", (rc, out, err))
    rc, out, err = run("sink", "--listen", at, timeout=PATIENCE)
    t.ok(rc == 3 and "in use" in err, "an endpoint in use: exit 3", err)
    w.stop(p)
finally:
    w.close()
t.done()
