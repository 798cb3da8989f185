"""What the integration tests share: a notice folder, an imitated provider, the
program, and TAP.  Only loopback, only processes started here."""
import json, os, re, shutil, signal, socket, sqlite3, subprocess, sys, tempfile
import time

TOCSIN = os.environ.get("TOCSIN") or os.path.join(
    os.path.dirname(os.path.abspath(__file__)), "..", "..", "build", "tocsin")

# Seconds that nothing here takes on any machine, however slow or busy: a limit
# is for what hangs, never a claim about speed.
PATIENCE = 240

MESSAGE = """# Notice of Data Breach

Dear {{name}},

## What Happened

On 3 November 2026 a stranger read part of our customer records.
Your reference is **{{ref}}**.

## What Information Was Involved

Your name, address and {{detail|telephone number}}.

## What We Are Doing

We closed the gap on the same day and told the authorities.

## What You Can Do

* Be wary of calls that mention {{ref}}.
* Read <https://www.example.com/notice>.

## For More Information

Write to notice@example.com or call +1 555 0100.
"""

class Tap:
    def __init__(self):
        self.n = self.bad = 0

    def ok(self, good, name, got=None):
        self.n += 1
        self.bad += not good
        print(f"{'ok' if good else 'not ok'} {self.n} - {name}")
        if not good and got is not None:
            for line in str(got).splitlines()[:40]:
                print(f"#   {line}")
        sys.stdout.flush()
        return good

    def equal(self, got, want, name):
        return self.ok(got == want, name, f"got  {got!r}\nwant {want!r}")

    def note(self, text):
        print(f"# {text}", flush=True)

    def done(self):
        print(f"1..{self.n}")
        sys.exit(1 if self.bad else 0)

def skip_all(why):
    print(f"1..0 # SKIP {why}")
    sys.exit(0)

def wait_until(fact, timeout=PATIENCE):
    """Asks `fact` again and again until it is true (or something like it) and
    returns what it said; after `timeout` seconds, what it said last."""
    end = time.monotonic() + timeout
    while True:
        got = fact()
        if got or time.monotonic() > end:
            return got
        time.sleep(0.02)

def run(*args, timeout=PATIENCE, **kw):
    """Runs tocsin; returns (exit, stdout, stderr)."""
    p = subprocess.run([TOCSIN, *map(str, args)], capture_output=True,
                       timeout=timeout, **kw)
    return (p.returncode, p.stdout.decode("utf-8", "replace"),
            p.stderr.decode("utf-8", "replace"))

def must(*args, **kw):
    rc, out, err = run(*args, **kw)
    if rc != 0:
        raise RuntimeError(f"tocsin {' '.join(map(str, args))}: "
                           f"exit {rc}\n{out}{err}")
    return out

def keygen(domain, selector, out, *options, made={}):
    """tocsin dkim keygen, but each kind of key is made only once: making one
    takes longer than most that is done with it.  Returns its DNS record."""
    if options not in made:
        record = must("dkim", "keygen", "--domain", "d.invalid", "--selector",
                      "s", "--out", out, *options)
        with open(out, encoding="ascii") as f:
            made[options] = f.read(), record
    else:
        with open(out, "x", encoding="ascii") as f:
            f.write(made[options][0])
        os.chmod(out, 0o600)
    return made[options][1].replace("s._domainkey.d.invalid",
                                    f"{selector}._domainkey.{domain}")

class Work:
    """A temporary folder and the processes started in it."""
    def __init__(self):
        self.dir = tempfile.mkdtemp(prefix="tocsin-it-")
        self.procs = []
        self.closed = None

    def path(self, *p):
        return os.path.join(self.dir, *p)

    def write(self, name, text, mode=0o600):
        with open(self.path(name), "w", encoding="utf-8", newline="") as f:
            f.write(text)
        os.chmod(self.path(name), mode)
        return self.path(name)

    def spawn(self, args, **kw):
        p = subprocess.Popen(list(map(str, args)), **kw)
        self.procs.append(p)
        return p

    def sink(self, *options):
        """An imitated provider; returns (process, "127.0.0.1:port")."""
        p = self.spawn([TOCSIN, "sink", "--listen", "127.0.0.1:0", "--quiet",
                        "--json", *options], stdout=subprocess.PIPE,
                       stderr=subprocess.DEVNULL)
        line = p.stdout.readline().decode()
        m = re.search(r"127\.0\.0\.1:(\d+)", line)
        if not m:
            raise RuntimeError(f"the sink did not start: {line!r}")
        return p, f"127.0.0.1:{m.group(1)}"

    def nobody(self):
        """"127.0.0.1:port" where nobody listens, nor can while we run."""
        if not self.closed:
            self.closed = socket.socket()
            self.closed.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{self.closed.getsockname()[1]}"

    def stop(self, p, sig=signal.SIGTERM):
        """Ends one process by its pid; returns its last stdout."""
        if p.poll() is None:
            p.send_signal(sig)
        out = b""
        try:
            out, _ = p.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            p.kill()
            p.communicate()
        return (out or b"").decode("utf-8", "replace")

    def close(self):
        for p in self.procs:
            if p.poll() is None:
                p.kill()
                p.wait()
        if self.closed:
            self.closed.close()
        shutil.rmtree(self.dir, ignore_errors=True)

    # ---- notices
    def notice(self, name="n", message=MESSAGE, send="", extra="", dkim=True,
               ed25519=False, subject="Example: notice of data breach {{ref}}"):
        d = self.path(name)
        must("new", d, "--kind", "breach")
        keys = zone = ""
        if dkim:
            zone = keygen("example.com", "s1", os.path.join(d, "dkim.pem"))
            keys += ("[dkim]\ndomain = example.com\nselector = s1\n"
                     "key = dkim.pem\n")
        if ed25519:
            zone += keygen("example.com", "e1", os.path.join(d, "ed.pem"),
                           "--ed25519")
            keys += ("[dkim.2]\ndomain = example.com\nselector = e1\n"
                     "key = ed.pem\n")
        self.write("dkim.zone", zone)
        self.write(os.path.join(name, "notice.ini"), f"""[notice]
kind = breach
title = Breach of November 2026
discovered = 2026-11-03
canonical_url = https://www.example.com/notice
[organisation]
name = Example
brands = Example
own_domains = example.com
[from]
name = Example
address = notice@example.com
reply_to = notice@example.com
[message]
subject = {subject}
[bounce]
address = bounces@example.com
{keys}[send]
helo = mail.example.com
{send}
[approval]
roles =
{extra}
""")
        self.write(os.path.join(name, "message.md"), message)
        return d

    def people(self, n, name="people.csv", domain="r{d:02d}.test"):
        with open(self.path(name), "w", encoding="utf-8") as f:
            f.write("person_id,name,email,ref,detail\n")
            for i in range(n):
                f.write(f"P{i},Person Nümber {i},u{i:06d}@"
                        f"{domain.format(d=i % 50)},KD-{i},\n")
        return self.path(name)

def status(d):
    rc, out, err = run("status", d, "--json")
    if rc != 0:
        raise RuntimeError(f"status: exit {rc}: {err}")
    return json.loads(out)

COUNTS = ("accepted handed deferred rejected bounced complained expired "
          "uncertain pending held other_channel excluded").split()

def adds_up(s):
    return sum(s[c] for c in COUNTS) == s["audience"]

def state_rows(d, sql, *args):
    """Reads the folder's databases beside everything else."""
    db = sqlite3.connect(f"file:{d}/state.db?mode=ro", uri=True,
                         timeout=PATIENCE)
    db.execute("ATTACH ? AS people", (f"{d}/audience.db",))
    try:
        return db.execute(sql, args).fetchall()
    finally:
        db.close()
