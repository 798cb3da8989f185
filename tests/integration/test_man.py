#!/usr/bin/env python3
"""The manual pages: no mistake in them, every command and option told.

  test_man.py MANDOC FOLDER
"""
import glob, os, re, subprocess, sys
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import Tap, must

def main():
    t, (mandoc, folder) = Tap(), sys.argv[1:3]
    text = {}
    for page in sorted(glob.glob(os.path.join(folder, "*.[1-9]"))):
        p = subprocess.run([mandoc, "-T", "lint", "-W", "warning", page],
                           capture_output=True, text=True)
        name = os.path.basename(page)
        t.ok(p.returncode == 0 and not p.stdout, f"{name} has no mistake",
             p.stdout + p.stderr)
        p = subprocess.run([mandoc, "-T", "ascii", page], capture_output=True,
                           text=True)
        text[name] = re.sub(".\b", "", p.stdout)
    told = re.findall(r"^  --([a-z0-9-]+)", must("verify", "--help"), re.M)
    told = [o for o in told if o not in ("quiet", "config", "help")]
    t.equal([o for o in told if "--" + o not in
             text["tocsin-verify.1"].replace("\u2010", "-")], [],
            "tocsin-verify(1) tells every option")
    listed = re.findall(r"^  ([a-z]+) ", must("--help"), re.M)
    t.ok(len(listed) > 5, "there are commands", listed)
    t.equal([c for c in listed if not re.search(rf"^ +{c}\b", text["tocsin.1"],
                                                re.M)], [],
            "tocsin(1) tells every command")
    with open(os.path.join(folder, "..", "..", "include", "tocsin",
                           "tocsin.h"), encoding="utf-8") as f:
        names = set(re.findall(r"\b(tocsin_\w+)\(", f.read()))
    t.equal(sorted(n for n in names if n not in text["libtocsin.3"]), [],
            "libtocsin(3) tells every function")
    t.done()

main()
