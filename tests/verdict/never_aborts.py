#!/usr/bin/env python3
"""never_aborts.py libtocsin.so libtocsin.a: what is installed can not end the
process of its caller for want of memory: the functions of base/mem_abort.c are
not in it, nothing that exits is asked for, and abort() is called by BUG() only,
which is for broken invariants."""
import re
import subprocess
import sys

ENDS = {"exit", "_exit", "_Exit", "quick_exit", "raise", "kill", "__assert_fail", "err", "errx"}
OURS = {"mem_alloc", "mem_zalloc", "mem_realloc", "mem_strdup", "out_of_memory", "str_dup",
        "mem_abort_at_failure"}


def run(*argv):
    return subprocess.run(argv, capture_output=True, text=True, check=True).stdout


def names(path):
    """All symbols, without their version."""
    return {line.split()[-1].split("@")[0] for line in run("nm", path).splitlines() if line.strip()
            and not line.endswith(":")}


def callers_of_abort(path):
    found, function = set(), "?"
    for line in run("objdump", "-dr", "--no-show-raw-insn", path).splitlines():
        head = re.match(r"[0-9a-f]+ <([^>]+)>:", line)
        if head:
            function = head.group(1)
        elif re.search(r"\babort(@plt|@GLIBC[^>]*|[-+]0x[0-9a-f]+)?(>|$)", line):
            found.add(re.sub(r"(\.cold|\.part\.\d+|\.isra\.\d+|\.constprop\.\d+)+$", "", function))
    return found - {"abort@plt"}


def main():
    tests = []
    for path in sys.argv[1:]:
        kind = path.rsplit("libtocsin", 1)[1]
        have = names(path)
        tests.append((f"{kind} has its names", "bug_at" in have))
        tests.append((f"{kind} has nothing of the program that aborts", not have & OURS))
        tests.append((f"{kind} asks for nothing that exits", not have & ENDS))
        tests.append((f"{kind} aborts in BUG() only", callers_of_abort(path) == {"bug_at"}))
    print(f"1..{len(tests)}")
    for i, (name, ok) in enumerate(tests, 1):
        print(f"{'ok' if ok else 'not ok'} {i} - {name}")
    return 0 if all(ok for _, ok in tests) else 1


sys.exit(main())
