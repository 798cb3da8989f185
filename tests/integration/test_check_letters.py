#!/usr/bin/python3
"""tocsin check on honest letters in words that its lists were not made from:
nothing in the text blocks them, until what was done about it is cut out."""
import os, sys
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import *
from check_notice import CheckNotice, PEOPLE

LETTERS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..",
                       "letters")

def read(file):
    head, text = open(os.path.join(LETTERS, file),
                      encoding="utf-8").read().split("\n\n", 1)
    return dict(x.split(": ", 1) for x in head.splitlines()), text

def without(text, heading):
    """The section with all that stands in it."""
    cut = re.sub(rf"^## {re.escape(heading)}\n.*?(?=^## )", "", text,
                 flags=re.M | re.S)
    assert cut != text, heading
    return cut

def blocks(work, name, head, text):
    """The content rules that block."""
    n = CheckNotice()
    n.settings["notice"]["kind"] = head["kind"]
    n.settings["message"]["subject"] = head["subject"]
    n.settings["facts"]["data_types"] = head["data_types"]
    n.texts, n.channels = {"message.md": text}, {}
    n.people = PEOPLE.splitlines()[0] + "\n" + "".join(
        f"{i},{who},{i}@mail.example,{head['place']},{head['language']},"
        "1 Elm St,Town,12345,contract,shop,yes\n"
        for i, who in enumerate(("Anna Alder", "Ben Birch")))
    d, zone, options = n.write(work, name)
    rc, out, err = run("check", d, "--zone", zone, "--json", "--quiet",
                       *options)
    return [f"{x['rule']}: {x['text']}" for x in json.loads(out)["findings"]
            if x["severity"] == "block" and "S-20" <= x["rule"] < "S-40"]

t, w = Tap(), Work()
try:
    for file in sorted(os.listdir(LETTERS)):
        if not file.endswith(".txt"):
            continue
        head, text = read(file)
        t.equal(blocks(w, file, head, text), [], f"{file}: nothing blocks")
        got = blocks(w, file + "-cut", head, without(text, head["measures"]))
        t.ok(len(got) == 1 and got[0].startswith("S-29:"),
             f"{file}, without '{head['measures']}': S-29 blocks", got)
finally:
    w.close()
t.done()
