#!/usr/bin/python3
"""Imports as a user meets them: odd files, bad files, full disks, kills."""
import csv as csvlib, hashlib, io, signal, time
from harness import *

t, w = Tap(), Work()

def notice(name):
    """A folder good enough to import into."""
    os.makedirs(w.path(name), mode=0o700)
    w.write(os.path.join(name, "notice.ini"), "[notice]\nkind = breach\n")
    return w.path(name)

def put(name, data):
    with open(w.path(name), "wb") as f:
        f.write(data)
    return w.path(name)

def imp(d, data, *args, **kw):
    """Imports bytes; returns (exit, parsed JSON or None, stderr)."""
    f = put("in.csv", data if isinstance(data, bytes) else data.encode())
    rc, out, err = run("import", d, f, "--json", *args, **kw)
    return rc, json.loads(out) if out else None, err

def people(d):
    db = sqlite3.connect(f"file:{d}/audience.db?mode=ro", uri=True)
    try:
        return db.execute("SELECT person_id, addresses, name, jurisdiction "
                          "FROM person ORDER BY person_id, name").fetchall()
    finally:
        db.close()

def sums(d):
    return {f: hashlib.sha256(open(os.path.join(d, f), "rb").read())
            .hexdigest() for f in sorted(os.listdir(d))
            if f.startswith(("audience", "rejects", "merges"))}

ROWS = ('person_id,name,email,ref\n'
        '1,"Müller, ""Jörg""",j@x.example,"two\nlines"\n'
        '2,Ann,a@x.example,r\n')
try:
    # ---- the same list in many dresses
    want = None
    for i, (what, data, args) in enumerate([
            ("UTF-8", ROWS.encode(), ()),
            ("a byte order mark", ROWS.encode("utf-8-sig"), ()),
            ("CRLF", ROWS.replace("\n", "\r\n").encode(), ()),
            ("UTF-16", ROWS.encode("utf-16"), ()),
            ("windows-1252", ROWS.encode("cp1252"),
             ("--encoding", "windows-1252")),
            ("semicolons", ROWS.replace(",", ";").replace("r; \"", "r, \"")
             .replace("Müller;", "Müller,").encode(), ()),
            ("tabs", ROWS.replace(",", "\t").replace("Müller\t", "Müller,")
             .encode(), ())]):
        d = notice(f"dress{i}")
        rc, s, err = imp(d, data, *args)
        got = people(d)
        want = want or got
        t.ok(rc == 0 and got == want and len(got) == 2, f"read as {what}",
             (rc, got, err))
    t.equal(want[0][2], 'Müller, "Jörg"', "quotes and umlauts are kept")

    p = subprocess.run([TOCSIN, "import", notice("stdin"), "-", "--json"],
                       input=ROWS.encode(), capture_output=True)
    t.equal((p.returncode, json.loads(p.stdout)["people"]), (0, 2),
            "read from standard input")

    # ---- refusals: exit 2, nothing on stdout, nothing changed
    d = notice("refuse")
    rc, s, err = imp(d, "email,ref\na@@x.example,1\nb@x.example,2\n"
                        "b@x.example,2\n")
    t.equal((rc, s["people"], s["addresses_ignored"], s["merged"]),
            (0, 2, 1, 1), "an audience to be left alone")
    before = sums(d)
    zip_xlsx = b"PK\x03\x04" + b"\0" * 26 + b"[Content_Types].xml" + b"x" * 5000
    for what, data, part in [
            ("an Excel workbook", zip_xlsx, "libreoffice --headless"),
            ("an empty file", b"", "empty"),
            ("a header alone", b"email\n", "nobody below"),
            ("no address column", b"name,E-Mail\nx,a@b.example\n",
             "--map 'email=E-Mail'"),
            ("two equal headers", b"email,Ref,ref\na@b.example,1,2\n",
             "column 2 ('Ref') and column 3 ('ref')"),
            ("a nameless column", b"email,,ref\na@b.example,1,2\n",
             "column 2 has no name"),
            ("an open quote", b'email,ref\na@b.example,"x\nb@b.example,y\n',
             "line 2"),
            ("text behind a quote", b'email,ref\na@b.example,"x"y\n',
             "RFC 4180"),
            ("a NUL byte", b"email\na@b.exa\0mple\n", "NUL"),
            ("bytes that are no text", b"email\nr\xe9my@b.example\n",
             "--encoding windows-1252"),
            ("mostly rows of another width",
             b"email,ref\n" + b"a@b.example\n" * 3 + b"a@b.example,1\n",
             "3 of the first 4"),
            ("changed cells", b"email,ref\nb@x.example,9\n", "--amend")]:
        rc, s, err = imp(d, data)
        t.ok(rc == 2 and s is None and part in err and sums(d) == before,
             f"{what} refused, nothing changed", (rc, err))
    for what, args, part in [
            ("a folder", ("import", d, w.dir), "folder"),
            ("a missing file", ("import", d, w.path("nope.csv")), "No such"),
            ("no notice folder", ("import", w.dir, w.path("in.csv")),
             "tocsin new"),
            ("an unknown country", ("import", d, w.path("in.csv"),
                                    "--country", "Mars"), "ISO 3166"),
            ("an unknown encoding", ("import", d, w.path("in.csv"),
                                     "--encoding", "klingon"), "iconv"),
            ("both answers at once", ("import", d, w.path("in.csv"),
                                      "--amend", "--tranche", "x"), "one")]:
        rc, out, err = run(*args)
        t.ok(rc == 2 and out == "" and part in err and sums(d) == before,
             f"{what} refused", (rc, err))

    # ---- one line of a gigabyte: told soon, in little memory
    def big():
        r, wr = os.pipe()
        p = subprocess.Popen([TOCSIN, "import", d, "-"], stdin=r,
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        os.close(r)
        try:
            os.write(wr, b"email,ref\n")
            for _ in range(1024):
                os.write(wr, b"x" * (1 << 20))
        except BrokenPipeError:
            pass
        os.close(wr)
        err = p.stderr.read().decode()
        p.stdout.close()
        _, code, use = os.wait4(p.pid, 0)
        p.returncode = os.waitstatus_to_exitcode(code)
        return p.returncode, err, use.ru_maxrss / 1024
    rc, err, mib = big()
    limit = 96 if "asan" not in TOCSIN else 400
    t.ok(rc == 2 and "longer than" in err and mib < limit,
         "a line of 1 GB is refused in bounded memory", (rc, err, mib))

    # ---- rejects: the others are in, the exit says so
    d = notice("rejects")
    rc, s, err = imp(d, "person_id,name,email,region,unsubscribed\n"
                        "1,Ann,a@x.example,CA,no\n"
                        "2,Bob,b@x.example,NY,perhaps\n"
                        "3,Cyd,c@x.example\n"
                        "4,Dan,not an address,TX,yes\n"
                        "5,Eve,,US-CA,2025-05-05\n")
    t.equal((rc, s["rows"], s["people"], s["rejected"], s["no_address"]),
            (1, 5, 2, 3, 2), "rejected rows: exit 1, the others are in")
    t.ok("3 rows were rejected" in err and s["rejects_file"] in err,
         "and it is said aloud", err)
    rows = list(csvlib.DictReader(io.StringIO(
        open(s["rejects_file"], newline="", encoding="utf-8").read())))
    t.equal([(r["line"], r["field"], r["what_happened"]) for r in rows],
            [("2", "region", "row rejected"),
             ("3", "unsubscribed", "row rejected"),
             ("4", "", "row rejected"),
             ("5", "email", "address ignored")],
            "rejects.csv names line, column and what happened")
    t.ok(all(r["reason"] for r in rows) and "not an address" not in str(rows),
         "with a reason, and the address masked", rows)
    t.equal(os.stat(s["rejects_file"]).st_mode & 0o777, 0o600,
            "which only its owner may read")
    rc, s, err = imp(d, "person_id,name,email,region,unsubscribed\n"
                        "1,Ann,a@x.example,CA,no\n"
                        "2,Bob,b@x.example,NY,no\n", "--country", "US")
    t.equal((rc, s["new"], s["people"], s["jurisdictions"]["US-CA"]),
            (0, 2, 4, 2), "mended rows come in; --country settles CA")
    t.ok(not os.path.exists(os.path.join(d, "rejects.csv")),
         "and the old report is gone")

    # ---- growing: a tranche
    rc, s, err = imp(d, "person_id,name,email\n1,Anna,a@x.example\n"
                        "9,Neu,n@x.example\n", "--tranche", "second")
    t.equal((rc, s["new"], s["kept"]), (0, 1, 1),
            "a tranche adds who is new and leaves the known as they were")
    t.ok("known,2,1,name" in open(s["merges_file"], newline="").read(),
         "and lists them")
    rc, s, err = imp(d, "person_id,name,email\n1,Anna,a@x.example\n",
                     "--amend")
    t.ok((rc, s["amended"]) == (0, 1) and
         ("1", "a@x.example", "Anna", "US-CA") in people(d),
         "--amend takes the new cells and leaves the others", people(d))

    # ---- killed, stopped, beside another
    d = notice("kill")
    w.people(60000)
    must("import", d, w.path("people.csv"), "--quiet")
    before = sums(d)
    with open(w.path("more.csv"), "w") as f:
        f.write("person_id,name,email\n")
        f.writelines(f"M{i},N{i},m{i}@x.example\n" for i in range(200000))

    def unfinished():
        """What an import under way changes all the time."""
        try:
            return [(x.name, x.inode(), x.stat().st_size)
                    for x in os.scandir(d) if x.name.endswith((".new",
                    ".runs"))]
        except FileNotFoundError:  # gone between the two calls
            return None

    # how long one takes here: the same in a copy
    shutil.copytree(d, w.path("copy"))
    began = time.monotonic()
    must("import", w.path("copy"), w.path("more.csv"), "--quiet")
    whole = time.monotonic() - began
    killed = stopped = 0
    for k in range(12):
        was = unfinished()
        p = w.spawn([TOCSIN, "import", d, w.path("more.csv"), "--quiet"],
                    stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        if k not in (4, 5):  # else at once, before anything is done
            wait_until(lambda: p.poll() is not None or unfinished() != was)
            time.sleep(k * whole / 12)
        if p.poll() is None:
            p.send_signal(signal.SIGINT if k % 2 else signal.SIGKILL)
        err = p.communicate()[1].decode()
        if p.returncode == 0:
            break
        killed += p.returncode == -9
        stopped += p.returncode == 3
        if p.returncode == 3:
            t.ok(not [f for f in os.listdir(d) if f.endswith((".new",
                 ".runs"))] and "nothing was changed" in err,
                 "stopped by Ctrl-C: nothing is left behind", os.listdir(d))
        if len(people(d)) == 260000:  # it had just been put in place
            break
        if any(sums(d)[f] != before[f] for f in before):
            t.ok(False, f"kill {k} changed the audience")
    t.ok(killed > 0 and stopped > 0, "some were killed and some stopped",
         (killed, stopped))
    must("import", d, w.path("more.csv"), "--quiet")
    t.ok(len(people(d)) == 260000 and
         not [f for f in os.listdir(d) if f.endswith((".new", ".runs"))],
         "the next import is whole and cleans up", os.listdir(d))

    # ---- no room
    before = sums(d)
    import resource
    def small():
        resource.setrlimit(resource.RLIMIT_FSIZE, (4 << 20, 4 << 20))
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    p = subprocess.run([TOCSIN, "import", d, w.path("people.csv")],
                       capture_output=True, preexec_fn=small)
    t.ok(p.returncode == 3 and sums(d) == before and p.stdout == b"",
         "a file that may not grow: exit 3, nothing changed",
         (p.returncode, p.stderr.decode()))
finally:
    w.close()
t.done()
