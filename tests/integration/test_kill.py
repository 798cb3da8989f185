#!/usr/bin/python3
"""SIGKILL at random moments of one mailing.  Nobody may be lost; only persons
counted as resent may have the mail twice.

The provider records every mail it accepts (synced) and waits about 150 ms
before it says so, so that most kills find mails whose fate nobody saw.  Three
kills in four wait for the run's first mail at the provider, then a random
while: on a busy machine a clock that runs from the start would hit only the
start.  One in four does run from the start, and hits that too."""
import os, random, sys, time
from harness import *

kills = int(os.environ.get("KILLS", "100"))
people = int(os.environ.get("PEOPLE", "5000"))
seed = int(os.environ.get("T_SEED", "20261124"))

def size(path):
    return os.path.getsize(path) if os.path.exists(path) else 0

def wait_for_mail(p, path, had):
    """Until the provider's record grows or the run ends."""
    end = time.monotonic() + PATIENCE
    while size(path) == had and p.poll() is None and time.monotonic() < end:
        time.sleep(0.002)

t, w = Tap(), Work()
rnd = random.Random(seed)
t.note(f"T_SEED={seed} KILLS={kills} PEOPLE={people}")
try:
    log = w.path("accepted.log")
    sink, at = w.sink("--dot-latency", "150", "--log", log)
    d = w.notice()
    must("import", d, w.people(people))
    with_open = done = 0
    span = people / 20 * 0.15 / kills  # a full run, cut into equal parts
    for k in range(kills):
        had = size(log)
        p = w.spawn([TOCSIN, "send", d, "--relay", at, "--quiet"],
                    stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        if k % 4:
            wait_for_mail(p, log, had)
        time.sleep(rnd.random() * 2 * span)
        if p.poll() is not None:
            err = p.stderr.read().decode()
            done += 1
            if p.returncode not in (0,):
                t.ok(False, f"run {k} ended with {p.returncode}", err)
                break
            continue
        p.kill()
        p.communicate()
        open_now = state_rows(d, "SELECT count(*) FROM state "
                                 "WHERE status = 1")[0][0]
        with_open += open_now > 0
    rc, out, err = run("send", d, "--relay", at, "--quiet",
                       timeout=4 * PATIENCE)
    t.equal(rc, 0, "the last run sends the rest")
    w.stop(sink)
    s = status(d)
    got = {}
    for line in open(log, encoding="utf-8"):
        rcpt = [x for x in line.split() if "@r" in x and "test" in x][0]
        rcpt = rcpt.strip("<>")
        got[rcpt] = got.get(rcpt, 0) + 1
    twice = {r for r, n in got.items() if n > 1}
    resent = {r[0] for r in state_rows(
        d, "SELECT p.addresses FROM state s JOIN people.person p "
           "ON p.id = s.person WHERE s.resent = 1")}
    t.note(f"{kills - done} kills ({done} runs had ended), {with_open} found "
           f"open intents; {len(got)} people have the mail, {len(twice)} of "
           f"them twice, {s['resent']} resent")
    t.ok(with_open * 2 >= kills - done and kills - done > 0,
         "at least half of the kills find open intents", with_open)
    t.equal(len(got), people, "nobody is lost")
    t.ok(twice <= resent, "duplicates only among the resent",
         sorted(twice - resent)[:10])
    t.ok(max(got.values()) <= kills, "no address is hammered")
    t.equal(s["resent"], len(resent), "the resent are counted")
    t.equal(s["handed"], people, "everyone is handed")
    t.ok(adds_up(s), "the states add up", s)
finally:
    w.close()
t.done()
