#!/usr/bin/python3
"""Approvals and overrides: what voids them and how that is named, on this
device and on another, and that a send holds to them."""
import email, email.policy, glob, hashlib, stat
from harness import *
from check_notice import CheckNotice

t, w = Tap(), Work()
os.environ["XDG_CONFIG_HOME"] = w.path("config")
ROLES = [("legal", "Ann Smith"), ("security", "Bob"),
         ("communications", "Cleo")]

def gated(name, **kw):
    """A notice that asks for the usual three roles."""
    d = w.notice(name, message="Dear {{name}},\n\nsomething happened.\n",
                 subject="Example: notice of data breach", **kw)
    edit(d, "notice.ini", "[approval]\nroles =\n", "")
    return d

zones = {}

def honest(name):
    """One that the checks pass, with its DNS."""
    c = CheckNotice()
    c.people = None
    c.set("send", "tls", "opportunistic")
    c.set("send", "source", None)
    d, zones[name], _ = c.write(w, name)
    return d

def edit(d, file, was, now):
    text = open(f"{d}/{file}", encoding="utf-8").read()
    assert was in text, (file, was)
    with open(f"{d}/{file}", "w", encoding="utf-8") as f:
        f.write(text.replace(was, now, 1))

def csv(name, rows, head="person_id,name,email"):
    return w.write(name, "\n".join([head] + rows) + "\n")

def approve_all(d, *more):
    for role, name in ROLES:
        must("approve", d, "--as", role, "--by", name, *more)

def state(d):
    rc, out, err = run("approve", d, "--json")
    if rc not in (0, 1):
        raise RuntimeError(f"approve: exit {rc}: {err}")
    s = json.loads(out)
    assert (rc == 0) == s["approved"], (rc, s)
    return s

def snapshot(d):
    """Every file with its bytes and mode."""
    seen = {}
    for folder, _, files in os.walk(d):
        seen[os.path.relpath(folder, d)] = "folder"
        for f in files:
            p = os.path.join(folder, f)
            seen[os.path.relpath(p, d)] = (
                open(p, "rb").read(), stat.S_IMODE(os.stat(p).st_mode))
    return seen

def refused(d, what, says, *args):
    """Exit 2, nothing on stdout, a reason, and the folder as before."""
    before = snapshot(d)
    rc, out, err = run(*args)
    t.ok(rc == 2 and out == "" and says in err and snapshot(d) == before,
         f"refused, nothing changed: {what}", (rc, out, err,
         set(snapshot(d)) ^ set(before)))

def mails(box):
    """Recipients in the order of arrival."""
    files = sorted(glob.glob(f"{box}/new/*"),
                   key=lambda f: os.stat(f).st_mtime_ns)
    return [str(email.message_from_bytes(open(f, "rb").read(),
            policy=email.policy.default)["To"].addresses[0].addr_spec)
            for f in files]

try:
    # ---- a subject for one text
    line = "subject = Example: notice of data breach\n"
    lines = line + "subject.fr = Example : violation\n"
    for name, first, then, says in [
            ("s1", line, lines, "is new: 'Example : violation'"),
            ("s2", lines, line, "is gone; it was 'Example : violation'"),
            ("s3", lines, lines.replace("Example :", "Exemple :"),
             "was 'Example : violation', now 'Exemple : violation'")]:
        d = gated(name)
        w.write(f"{name}/message.fr.md", "Bonjour {{name}},\n\nvoici.\n")
        edit(d, "notice.ini", line, first)
        must("import", d, csv("s.csv", ["1,Anna,anna@example.org"]))
        approve_all(d)
        t.ok(state(d)["approved"], f"{name}: approved")
        edit(d, "notice.ini", first, then)
        s = state(d)
        t.ok(not s["approved"] and s["changed"] == [
            f"notice.ini [message] subject.fr {says}"],
            f"voids: subject.fr {says}", s)
        edit(d, "notice.ini", then, first)
        t.ok(state(d)["approved"], "put back, it is what was approved")

    # ---- asked, refused, given
    d = gated("a")
    must("import", d, csv("a.csv", ["1,Anna,anna@example.org",
                                    "2,Bert,bert@example.org"]))
    sink, at = w.sink()
    rc, out, err = run("send", d, "--relay", at)
    t.ok(rc == 1 and out == "" and "legal, security, communications" in err,
         "send is refused and says who is missing", (rc, err))
    rc, out, err = run("send", d, "--relay", at, "--json")
    c = json.loads(out)
    t.ok(rc == 1 and c["pending"] == 2 and not c["gate"]["approved"] and
         len(c["gate"]["missing"]) == 3, "with --json all the same", out)
    before = snapshot(d)
    s = state(d)
    t.ok(snapshot(d) == before, "asking changes nothing")
    t.equal([(m["role"], m["count"]) for m in s["missing"]],
            [(r, 1) for r, _ in ROLES], "each role is missing")
    rc, out, err = run("approve", d, "--as", "legal", "--by", "Ann Smith")
    t.ok(rc == 0 and "first use" in err, "the first use of a key is said", err)
    own = w.path("config", "tocsin", "approvers", "Ann Smith.pem")
    t.equal(stat.S_IMODE(os.stat(own).st_mode), 0o600,
            "a key of their own was made, for them only")
    rc, out, err = run("approve", d, "--as", "security", "--by", "Bob")
    must("approve", d, "--as", "communications", "--by", "Cleo")
    t.ok(state(d)["approved"], "three roles, approved")
    request = open(glob.glob(f"{d}/approvals/*.request")[0], "rb").read()
    t.ok(b"anna@" not in request and b"Anna" not in request,
         "no person of the list stands in the request")
    t.equal(hashlib.sha256(request).hexdigest(),
            state(d)["tranches"][0]["digest"], "the digest is its SHA-256")
    t.ok(all(stat.S_IMODE(os.stat(f).st_mode) == 0o600 for f in
             glob.glob(f"{d}/approvals/*") + [f"{d}/approvers.txt"]),
         "what is kept is for the owner only")
    rc, out, err = run("preview", d)
    t.ok(err.strip().splitlines()[-1].endswith("is approved"),
         "preview says so", err)

    # ---- what voids, and its name
    def voids(file, was, now, says):
        edit(d, file, was, now)
        s = state(d)
        t.ok(not s["approved"] and s["changed"] == [says] and
             s["tranches"][0]["voided"] == 3, f"voids: {says}", s)
        rc, out, err = run("send", d, "--relay", at)
        t.ok(rc == 1 and says[:60] in err, "and send names it", (rc, err))
        edit(d, file, now, was)
        t.ok(state(d)["approved"], "put back, it is what was approved")

    voids("message.md", "happened.", "happened,", "message.md changed")
    voids("channels/sms.txt", "a", "b", "channels/sms.txt changed")
    for section, key, was, now in [
            ("[from]", "name", "Example", "Exempel"),
            ("[from]", "address", "notice@example.com", "news@example.com"),
            ("[dkim]", "selector", "s1", "s2"),
            ("[notice]", "title", "Breach of November 2026", "A breach"),
            ("[organisation]", "own_domains", "example.com", "example.net"),
            ("[message]", "subject", "Example: notice of data breach",
             "Example: a word")]:
        text = open(f"{d}/notice.ini", encoding="utf-8").read()
        head = text[text.index(section):]
        line = re.search(rf"^{key} = .*$", head, re.M).group(0)
        part = head[:head.index(line) + len(line)]
        voids("notice.ini", part, part.replace(line, f"{key} = {now}"),
              f"notice.ini {section} {key} was '{was}', now '{now}'")
    t.ok(b"[message] subject." not in request and
         request.count(b"[message] subject\t") == 1,
         "without subjects of their own there are no rows for them")

    for was, now in [("helo = mail.example.com",
                      "helo = mail.example.com\nworkers = 3"),
                     ("[send]", "[facts]\nrole = processor\n[send]"),
                     ("kind = breach", "; a word\nkind = breach"),
                     ("key = dkim.pem", f"key = {d}/dkim.pem")]:
        edit(d, "notice.ini", was, now)
        t.ok(state(d)["approved"], f"does not void: {now.splitlines()[0]}")
        edit(d, "notice.ini", now, was)
    must("import", d, csv("b.csv", ["2,Berta,bert@example.org"]), "--amend")
    s = state(d)
    t.ok(not s["approved"] and "the list of the first import changed" in
         s["changed"][0] and "not the same rows" in s["changed"][0],
         "one cell of one row voids", s["changed"])
    must("import", d, csv("b.csv", ["2,Bert,bert@example.org"]), "--amend")
    t.ok(state(d)["approved"], "amended back, it is what was approved")
    must("import", d, csv("b.csv", ["3,Cora,cora@example.org"]))
    t.equal(state(d)["changed"], ["the list of the first import changed: "
            "2 people then, 3 now"], "one more row voids, with both numbers")

    # ---- refusals
    approve_all(d)
    refused(d, "a role nobody asks for", "the roles are: legal, security",
            "approve", d, "--as", "board", "--by", "Zoe")
    refused(d, "the same person twice", "already",
            "approve", d, "--as", "legal", "--by", "ann smith")
    refused(d, "more than a role needs", "no more approvals are needed",
            "approve", d, "--as", "legal", "--by", "Zoe")
    edit(d, "message.md", "happened.", "happened!")
    other = w.path("other.pem")
    pub = must("approve", "--new-key", other, "--quiet").strip()
    refused(d, "another key than the one enrolled", "another key is enrolled",
            "approve", d, "--as", "legal", "--by", "Ann Smith",
            "--key", other)
    refused(d, "a key that is somebody else's", "enrolled for Ann Smith",
            "approve", d, "--as", "legal", "--by", "Zoe", "--key", own)
    refused(d, "a key that is no Ed25519", "must be Ed25519",
            "approve", d, "--as", "legal", "--by", "Zoe",
            "--key", f"{d}/dkim.pem")
    refused(d, "nobody in that tranche", "there is nobody in a tranche",
            "approve", d, "--as", "legal", "--by", "Zoe", "--tranche", "x")
    refused(d, "a name that is no line", "--by", "approve", d, "--as", "legal",
            "--by", "a/b")
    edit(d, "message.md", "happened!", "CHANGE ME")
    refused(d, "a text with a placeholder", "CHANGE ME",
            "approve", d, "--as", "legal", "--by", "Ann Smith")
    edit(d, "message.md", "CHANGE ME", "happened.")
    os.rename(f"{d}/message.md", f"{d}/text")
    refused(d, "no text", "there is no message.md",
            "approve", d, "--as", "legal", "--by", "Ann Smith")
    os.rename(f"{d}/text", f"{d}/message.md")
    os.rename(f"{d}/notice.ini", f"{d}/x.ini")
    refused(d, "no settings", "is no notice",
            "approve", d, "--as", "legal", "--by", "Ann Smith")
    os.rename(f"{d}/x.ini", f"{d}/notice.ini")
    e = gated("empty")
    refused(e, "no audience", "no audience yet",
            "approve", e, "--as", "legal", "--by", "Ann Smith")
    u = w.notice("ungated")
    must("import", u, w.path("a.csv"))
    refused(u, "an ungated notice", "is ungated",
            "approve", u, "--as", "legal", "--by", "Ann Smith")
    edit(e, "notice.ini", "[send]", "[approval]\nroles = a:0\n[send]")
    must("import", e, w.path("a.csv"))
    refused(e, "roles that are none", "[approval] roles",
            "approve", e, "--as", "a", "--by", "Ann Smith")
    t.ok(state(d)["approved"], "after all of them nothing has changed")

    # ---- who counts: two of a role; the provider
    m = gated("m")
    edit(m, "notice.ini", "[send]", "[esp]\nname = Acme\n[approval]\n"
         "roles = legal, security:2\n[send]")
    must("import", m, w.path("a.csv"))
    must("approve", m, "--as", "Security", "--by", "Bob")
    t.equal([(x["role"], x["count"]) for x in state(m)["missing"]],
            [("legal", 1), ("security", 1), ("esp", 1)],
            "two of a role are asked for, and the provider's")
    for role, name in [("security", "Cleo"), ("legal", "Ann Smith"),
                       ("esp", "Eve")]:
        must("approve", m, "--as", role, "--by", name)
    t.ok(state(m)["approved"], "and then it is approved")

    # ---- one person in several roles: allowed, and said (S-49)
    one = gated("one")
    must("import", one, w.path("a.csv"))
    must("approve", one, "--as", "legal", "--by", "Ann Smith")
    t.equal(state(one)["tranches"][0]["several_roles"], [],
            "one role is nothing to tell")
    rc, out, err = run("approve", one, "--as", "security", "--by",
                       "Ann Smith")
    t.ok(rc == 0 and "note: Ann Smith approved in 2 roles (legal, security)"
         in " ".join(out.split()), "a second role is, when it is given", out)
    must("approve", one, "--as", "communications", "--by", "Bob")
    s = state(one)
    t.equal((s["approved"], s["tranches"][0]["several_roles"]),
            (True, [{"name": "Ann Smith", "roles": ["legal", "security"]}]),
            "and in the list; it counts all the same")
    rc, out, err = run("send", one, "--relay", at)
    t.ok("note: the first import: Ann Smith approved in 2 roles" in err,
         "and at the gate of send", err)

    # ---- another device
    o = gated("o")
    must("import", o, w.path("a.csv"))
    ask, yes = w.path("ask.txt"), w.path("yes.txt")
    w.write("pub.txt", pub + "\n")
    must("approve", o, "--request", ask)
    there = dict(os.environ, XDG_CONFIG_HOME=w.path("there"))
    rc, out, err = run("approve", "--sign", ask, "--as", "legal", "--by",
                       "Remote", "--key", other, "-o", yes, env=there,
                       cwd=w.dir)
    t.ok(rc == 0 and out == "" and "message.md" in err,
         "signed without a notice, and shown what", (rc, err))
    refused(o, "a key nobody enrolled", "no key is enrolled",
            "approve", o, "--accept", yes)
    must("approve", o, "--enroll", "--as", "legal", "--by", "Remote",
         "--public", w.path("pub.txt"))
    good = open(yes).read()
    for what, was, now in [("name", "Remote", "Remota"),
                           ("role", "role: legal", "role: security"),
                           ("time", "at: 20", "at: 19"),
                           ("signature", "signature: ", "signature: 0")]:
        bad = good.replace(was, now, 1)
        if what == "signature":
            bad = good[:-2] + ("0" if good[-2] != "0" else "1") + "\n"
        refused(o, f"an altered {what}", "refused", "approve", o, "--accept",
                w.write("bad.txt", bad))
    refused(o, "no approval at all", "is no approval", "approve", o,
            "--accept", w.write("bad.txt", good + "\n"))
    edit(o, "message.md", "happened.", "happened?")
    refused(o, "an approval of something else", "another request",
            "approve", o, "--accept", yes)
    edit(o, "message.md", "happened?", "happened.")
    must("approve", o, "--accept", yes)
    t.equal([a["name"] for a in state(o)["tranches"][0]["approvals"]],
            ["Remote"], "what came back is recorded")
    refused(o, "the same file twice", "already", "approve", o,
            "--accept", yes)
    rc, out, err = run("approve", "--sign", w.write("x.txt", good), "--as",
                       "legal", "--by", "Remote", "--key", other)
    t.ok(rc == 2 and out == "" and "no request" in err,
         "what is no request is not signed", err)
    rc, out, err = run("approve", "--sign", ask, "--as", "security", "--by",
                       "New", env=there)
    t.ok(rc == 0 and "tocsin approval 1" in out and
         os.path.exists(w.path("there", "tocsin", "approvers", "New.pem")),
         "without --key and -o: the person's own key, standard output", err)

    # ---- a record that was tampered with in the folder
    f = glob.glob(f"{o}/approvals/*.approval")[0]
    text = open(f).read()
    w.write(f, text.replace("at: 20", "at: 19"))
    s = state(o)
    t.ok(not s["tranches"][0]["approvals"] and
         "does not count" in s["tranches"][0]["problems"][0],
         "an altered record does not count and is named", s)
    for what, make in [("a pipe", os.mkfifo),
                       ("a folder", os.mkdir),
                       ("a device", lambda p: os.symlink("/dev/zero", p))]:
        os.unlink(f)
        make(f)
        t.ok("is no plain file" in run("approve", o, timeout=20)[1],
             f"{what} in its place is named, not read")
        (os.rmdir if what == "a folder" else os.unlink)(f)
        w.write(f, "x")
    keys = open(f"{o}/approvers.txt", encoding="utf-8").read()
    w.write(f"{o}/approvers.txt", "\ufeff" + keys)
    t.ok(run("approve", o)[0] == 1, "an editor's byte order mark is no key")
    w.write(f"{o}/approvers.txt", keys)
    t.ok("is no approval" in state(o)["tranches"][0]["problems"][0],
         "nor does a broken one")

    # ---- overrides
    v = gated("v")
    must("import", v, w.path("a.csv"))
    approve_all(v)
    must("override", v, "S-07", "--subject", "example.com", "--by",
         "Ann Smith", "--reason", "the old domain is known to all")
    t.ok(state(v)["approved"], "one name overrules nothing")
    refused(v, "the same name again", "somebody else must confirm",
            "override", v, "S-07", "--subject", "example.com", "--by",
            "ann smith")
    for what, name in [("blanks", "Ann  Smith"), ("a dot", "Ann Smith."),
                       ("a no-break space", "Ann\u00a0Smith"),
                       ("nothing to see", "Ann\u200b Smith"),
                       ("a Cyrillic letter", "\u0410nn Smith"),
                       ("wide letters", "\uff21nn Smith")]:
        for more in [], ["--key", own]:
            refused(v, f"the same name with {what}", "somebody else must",
                    "override", v, "S-07", "--subject", "example.com",
                    "--by", name, *more)
    refused(v, "the same key under two names", "two people can not sign",
            "override", v, "S-07", "--subject", "example.com", "--by",
            "Quite Else", "--key", own)
    refused(v, "another reason", "another reason", "override", v, "S-07",
            "--subject", "example.com", "--by", "Bob", "--reason", "x")
    refused(v, "nothing to confirm", "nothing to confirm", "override", v,
            "S-08", "--by", "Bob")
    for rule in ("X-1", "S-49", "S-99"):
        refused(v, f"no rule of check: {rule}", "is no rule", "override", v,
                rule, "--by", "Bob", "--reason", "why not")
    refused(v, "no rule", "is no rule", "override", v, "seven", "--by", "Bob",
            "--reason", "x")
    refused(v, "an empty reason", "must be text", "override", v, "S-08",
            "--by", "Bob", "--reason", " ")
    rc, out, err = run("override", v, "S-07", "--subject", "example.com",
                       "--by", "Bob")
    t.ok(rc == 0 and "the old domain is known" in err and "void" in err,
         "the second is shown the reason and told what becomes void", err)
    t.equal(state(v)["changed"],
            ["the override of S-07 example.com is new"],
            "it is part of what is approved")
    o1 = json.loads(must("override", v, "--json"))[0]
    t.equal((o1["names"], o1["in_force"], o1["reason_sha256"]),
            (["Ann Smith", "Bob"], True, hashlib.sha256(
                b"the old domain is known to all").hexdigest()),
            "listed with names and the hash of the reason")
    approve_all(v)
    t.ok(b"known to all" not in b"".join(
        x[0] for p, x in snapshot(v).items()
        if x != "folder" and not p.startswith("privileged")),
        "the reason stands in privileged/ only")
    shutil.rmtree(f"{v}/privileged")
    t.ok(state(v)["approved"] and
         json.loads(must("override", v, "--json"))[0]["in_force"],
         "which can be deleted")
    refused(v, "a third name", "is in force", "override", v, "S-07",
            "--subject", "example.com", "--by", "Cleo", "--reason",
            "the old domain is known to all")
    must("override", v, "S-07", "--subject", "example.com", "--by", "Cleo",
         "--withdraw")
    t.ok(json.loads(must("override", v, "--json")) == [] and
         state(v)["approved"], "withdrawn: what was approved before stands")
    edit(v, "overrides.tsv", "Bob", "Rob")
    rc, out, err = run("approve", v)
    t.ok(rc == 2 and "overrides.tsv:2" in err, "an altered log is refused",
         err)

    # ---- a send holds to it
    box = w.path("box")
    sink2, at2 = w.sink("--maildir", box)
    n = honest("n")
    head = "person_id,name,email,unsubscribed,complained,bounced"
    must("import", n, csv("n.csv", [
        "1,Spam,spam@example.org,,yes,", "2,Anna,anna@example.org,,,",
        "3,Gone,gone@example.org,,,yes", "4,Uma,uma@example.org,yes,,",
        "5,Info,info@example.org,,,", "6,Nobody,,,,"], head),
        "--country", "DE")
    approve_all(n)
    must("import", n, csv("n2.csv", ["7,Sven,sven@example.org",
                                     "8,Sara,sara@example.org"]),
         "--tranche", "second", "--country", "DE", "--discovered",
         "2026-11-24")
    s = state(n)
    t.equal([(x["tranche"], x["approved"]) for x in s["tranches"]],
            [("", True), ("second", False)],
            "people added later need their own; earlier approvals stand")
    # what a check finds stops it, and voids nothing
    world = open(zones["n"]).read()
    w.write(zones["n"], world.replace("v=spf1", "v=spf2"))
    rc, out, err = run("send", n, "--zone", zones["n"], "--relay", at2, "--json")
    t.ok(rc == 1 and "S-07" in err and json.loads(out)["pending"] == 7 and
         state(n)["tranches"][0]["approved"],
         "a new finding that blocks stops the send and voids no approval",
         (rc, err))
    w.write(zones["n"], world.replace(
        "example.com. TXT", "other.example. TXT").replace(
        "example.com. MX", "x.example. MX").replace(
        "example.com. A ", "x.example. A ").replace(
        "example.com. SOA", "x.example. SOA") + ";!timeout example.com\n")
    rc, out, err = run("send", n, "--zone", zones["n"], "--relay", at2)
    t.ok(rc == 3 and "run it again" in err and out == "",
         "no answer from the DNS: nothing decided, exit 3", (rc, err))
    w.write(zones["n"], world)
    rc, out, err = run("send", n, "--zone", zones["n"], "--relay", at2, "--json")
    c = json.loads(out)
    t.equal((rc, c["handed"], c["pending"], c["other_channel"]),
            (1, 3, 2, 3), "the approved tranche is sent, the other is not")
    t.ok("2 people of tranche 'second' await approval" in err and
         adds_up(c) and not c["ungated"] and c["gate"]["gated"],
         "and told of", (err, c))
    got = mails(box)
    t.ok(sorted(got) == ["anna@example.org", "spam@example.org",
                         "uma@example.org"] and
         got[-1] == "spam@example.org",
         "unsubscribed ones get it, who complained last", got)
    rows = state_rows(n, "SELECT p.person_id, o.text FROM state s "
                      "JOIN people.person p ON p.id = s.person JOIN outcome o "
                      "ON o.attempt = s.attempt WHERE s.status = 11")
    t.ok(len(rows) == 2 and all("owed another channel" in
         (x[1].decode() if isinstance(x[1], bytes) else x[1]) for x in rows),
         "with the reason why not by mail", rows)
    rc, out, err = run("status", n)
    t.ok(rc == 0 and "tranche 'second' lacks approval: legal" in out,
         "status says who is missing", out)
    approve_all(n)
    rc, out, err = run("send", n, "--zone", zones["n"], "--relay", at2, "--json")
    c = json.loads(out)
    t.ok(rc == 0 and c["handed"] == 5 and c["gate"]["approved"] and
         adds_up(c), "approved, the rest is sent", (rc, c, err))
    edit(n, "notice.ini", "[send]", "[send]\ncanary = 1 %")
    rc, out, err = run("send", n, "--zone", zones["n"], "--relay", at2)
    t.ok(rc == 2 and out == "" and "canary" in err,
         "a promise that can not be kept is refused", err)
    p = honest("p")
    edit(p, "notice.ini", "[send]", "[list]\ncomplained = post\n[send]")
    must("import", p, w.path("n.csv"), "--country", "DE")
    approve_all(p)
    rc, out, err = run("send", p, "--zone", zones["p"], "--relay", at2, "--json", "--workers", "3")
    c = json.loads(out)
    t.equal((rc, c["handed"], c["other_channel"]), (0, 2, 4),
            "complained = post: another channel for them too")
    w.stop(sink)
    w.stop(sink2)

    # ---- several workers, direct: the last are the last
    many = honest("many")
    box = w.path("boxm")
    sink3, at3 = w.sink("--maildir", box)
    must("import", many, csv("many.csv", [
        f"{i},P{i},{'s' if i % 10 == 0 else 'p'}{i}@example.org,"
        f"{'yes' if i % 10 == 0 else ''}" for i in range(400)],
        "person_id,name,email,complained"), "--country", "DE")
    approve_all(many)
    rc, out, err = run("send", many, "--zone", zones["many"], "--relay", at3, "--json", "--workers",
                       "4")
    got = mails(box)
    t.ok(rc == 0 and len(got) == 400 and
         all(x[0] == "s" for x in got[-40:]),
         "with four workers too, who complained comes after all others",
         (rc, err, got[-45:]))
    w.stop(sink3)
finally:
    w.close()
t.done()
