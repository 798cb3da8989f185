#!/usr/bin/python3
"""Policies as another program finds them: authheaders (Debian's
python3-authheaders), by the Public Suffix List (its tree walk is that of an
early draft, with five labels).

  dmarc_oracle.py TOCSIN

Rulings, where it is not right by RFC 7489 either, so such worlds are not made:
  - at the author domain itself it takes sp before p (6.3: p is for the domain
    queried);
  - it knows no record without p (6.6.3);
  - it asks for A, MX and AAAA of the author domain with the same function that
    gives texts: each name that exists has a text here;
  - its list has no default rule "*", so top-level domains are listed ones.
"""
import json, os, random, subprocess, sys, tempfile
try:
    from authheaders import dmarc_per_from
except ImportError:
    print("1..0 # SKIP no authheaders (python3-authheaders)")
    sys.exit(0)

COUNT = 60
POLICY = ["none", "quarantine", "reject"]

def record(r, own_only):
    tags = ["p=" + r.choice(POLICY)]
    if not own_only and r.random() < 0.5:
        tags.append("sp=" + r.choice(POLICY))
    if not own_only and r.random() < 0.5:
        tags.append("np=" + r.choice(POLICY))
    for extra in ("adkim=s", "aspf=r", "pct=100", "fo=1", "x=y",
                  "rua=mailto:a@b.example"):
        if r.random() < 0.3:
            tags.append(extra)
    r.shuffle(tags)
    sep = r.choice([";", "; ", " ;  "])
    return "v=DMARC1" + sep + sep.join(tags) + r.choice(["", ";"])

def world(r):
    """texts: name -> text; asked: the domains to ask for"""
    texts, asked = {}, []
    for i in range(COUNT // 4):
        suffix = r.choice(["com", "co.uk", "org", "github.io", "net"])
        org = "o%d.%s" % (i, suffix)
        sub, deep = "s." + org, "a.b.s." + org
        if r.random() < 0.8:
            texts["_dmarc." + org] = record(r, False)
            if "sp=" in texts["_dmarc." + org]:
                asked += [sub, deep, "nx." + org]
            else:
                asked.append(org)
        if r.random() < 0.4:
            texts["_dmarc." + sub] = record(r, True)
        if r.random() < 0.2:
            texts["_dmarc." + deep] = "not a record"
        if r.random() < 0.5:
            texts[deep] = "here"
        asked += [sub, deep, "other." + org]
    return texts, asked[:COUNT]

def exists(texts, name):
    return any(t == name or t.endswith("." + name) for t in texts)

def main(tocsin):
    seed = int(os.environ.get("T_SEED", "20261124"))
    texts, asked = world(random.Random(seed))
    print("# T_SEED=%d" % seed)
    print("1..%d" % len(asked))
    bad = 0
    def dns(name, *_):
        if name.startswith("_dmarc."):
            return texts.get(name)
        return "here" if exists(texts, name) else None
    with tempfile.NamedTemporaryFile("w", suffix=".zone") as zone:
        for name, text in texts.items():
            zone.write('%s. TXT "%s"\n' % (name, text.replace(";", "\\;")))
        zone.flush()
        for n, domain in enumerate(asked, 1):
            p = subprocess.run([tocsin, "dmarc", "--rfc7489", "--json",
                                "--zone", zone.name, domain],
                               capture_output=True, text=True)
            mine = json.loads(p.stdout)
            got = mine.get("applied", "none at all")
            want = dmarc_per_from(domain, dnsfunc=dns, policy_only=True)
            want = want[3] or "none at all"
            ok = got == want and p.returncode == (want == "none at all")
            bad += not ok
            print("%sok %d - %s" % ("" if ok else "not ", n, domain))
            if not ok:
                print("# tocsin: %s (exit %d), authheaders: %s"
                      % (got, p.returncode, want))
    return 1 if bad else 0

sys.exit(main(sys.argv[1]))
