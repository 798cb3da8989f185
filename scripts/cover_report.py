#!/usr/bin/env python3
"""cover_report.py COVERAGE.json FLOOR: what gcovr counted, in words: the files
under FLOOR percent of lines, and the functions that never ran."""
import json, sys

floor = float(sys.argv[2])
with open(sys.argv[1], encoding="utf-8") as f:
    files = json.load(f)["files"]
low, never = [], []
for x in files:
    lines = [l["count"] for l in x["lines"] if not l.get("gcovr/noncode")]
    if lines:
        percent = 100 * sum(n > 0 for n in lines) / len(lines)
        if percent < floor:
            low.append((percent, len(lines), x["file"]))
    never += [f"{x['file']}:{fn['lineno']} {fn['name']}"
              for fn in x["functions"] if not fn["execution_count"]]
print(f"files under {floor:g} % of lines: {len(low)}")
for percent, lines, file in sorted(low):
    print(f"  {percent:5.1f} % of {lines:4d}  {file}")
print(f"functions that never ran: {len(never)}")
for x in sorted(never):
    print(f"  {x}")
