#!/usr/bin/python3
"""No rule's finding is worse than what --explain says of the rule: its severity
in the family's table is the worst that is written in the code."""
import pathlib, re, sys

LEVEL = {"INFO": 0, "WARN": 1, "BLOCK": 2}
RULE = re.compile(r'\{\s*"([SEL]-\d+[a-z]?)",(?:[^{}]*?)SEVERITY_(\w+)', re.S)
FINDING = re.compile(r'finding_add\(\s*\w+,\s*"([^"]+)",([^;]*?);', re.S)

def main():
    table, worst, bad = {}, {}, []
    files = sorted(pathlib.Path(sys.argv[1]).glob("*.c"))
    for path in files:
        text = path.read_text()
        for m in RULE.finditer(text):
            table[m[1]] = LEVEL[m[2]]
        for m in FINDING.finditer(text):
            # up to the sentence: subject and words name no severity
            said = re.findall(r"\bSEVERITY_(\w+)", m[2])
            line = text.count("\n", 0, m.start()) + 1
            for s in said:
                worst.setdefault(m[1], []).append(
                    (LEVEL[s], f"{path.name}:{line}: {m[1]} says {s}"))
    for rule, found in worst.items():
        if rule not in table:
            bad.append(f"{found[0][1]}; no table has this rule")
            continue
        bad += [where for level, where in found if level > table[rule]]
    enough = len(table) > 50 and len(worst) > 40
    print(f"{'ok' if not bad and enough else 'not ok'} 1 - "
          "no finding is worse than its rule")
    for line in bad:
        print(f"# {line}")
    if not enough:
        print(f"# only {len(table)} rules and {len(worst)} with findings read")
    print("1..1")
    sys.exit(0 if not bad and enough else 1)

main()
