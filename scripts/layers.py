#!/usr/bin/env python3
"""Checks the house: a folder of src/ includes only from lower levels, never a
neighbour of its own level; a third-party header is included only by the room
that wraps it.  Prints one TAP line a rule broken, else one "ok"."""
import os, re, sys

LEVEL = {
    "base": 0,
    "crypto": 1, "loop": 1, "domain": 1,
    "net": 2, "mail": 2,
    "auth": 3, "smtp": 3, "store": 3, "evidence": 3, "law": 3, "statement": 3,
    "bounce": 3,
    "notice": 4, "pace": 4, "sim": 4, "verdict": 4,
    "check": 5, "deliver": 5, "gateway": 5,
    "report": 6, "console": 7, "cli": 8,
}
# header prefix -> rooms that wrap it
THIRD = {
    "openssl/ssl": {"net"}, "openssl/": {"crypto", "net"},
    "event2/": {"loop"}, "unbound": {"net"}, "sqlite3": {"store"},
    "cmark": {"notice"}, "idn2": {"domain"}, "libpsl": {"domain"},
    "ini.h": {"base"}, "jansson": {"base"}, "curl/": {"net"},
    "libpq": {"store"}, "libmilter": {"gateway"},
}
MAX_LINES = 600

root = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "src")
bad = []
for folder, _, files in os.walk(root):
    room = os.path.relpath(folder, root).split(os.sep)[0]
    for name in sorted(files):
        if not name.endswith((".c", ".h")):
            continue
        path = os.path.join(folder, name)
        where = os.path.relpath(path, os.path.join(root, ".."))
        if room not in LEVEL:
            bad.append(f"{where}: the room '{room}' is not in the plan")
            continue
        lines = open(path, encoding="utf-8").read().split("\n")
        if len(lines) - 1 > MAX_LINES:
            bad.append(f"{where}: {len(lines) - 1} lines, at most {MAX_LINES}")
        for n, line in enumerate(lines, 1):
            m = re.match(r'\s*#\s*include\s*([<"])([^>"]+)[>"]', line)
            if not m:
                continue
            inc = m.group(2)
            if m.group(1) == '"':
                other = inc.split("/")[0]
                if "/" not in inc or other not in LEVEL:
                    bad.append(f"{where}:{n}: include \"{inc}\" by its room")
                elif other != room and LEVEL[other] >= LEVEL[room]:
                    bad.append(f"{where}:{n}: {room} (level {LEVEL[room]}) "
                               f"includes {inc} (level {LEVEL[other]})")
            else:
                for prefix, rooms in THIRD.items():
                    if inc.startswith(prefix):
                        if room not in rooms:
                            bad.append(f"{where}:{n}: only "
                                       f"{', '.join(sorted(rooms))} may "
                                       f"include <{inc}>")
                        break
print(f"1..{max(1, len(bad))}")
for i, b in enumerate(bad, 1):
    print(f"not ok {i} - {b}")
if not bad:
    print("ok 1 - every include goes down, every file is short")
sys.exit(1 if bad else 0)
