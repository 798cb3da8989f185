#!/usr/bin/env python3
"""libtocsin as its users meet it: installed, found by pkg-config, linked
shared and static; it shows its own names only.

  test_library.py BUILD SOURCE [CFLAG...]
"""
import os, re, subprocess, sys
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import Tap, Work, must

BUILD, SOURCE, FLAGS = sys.argv[1], sys.argv[2], sys.argv[3:]
MAIL = ("From: Example <news@example.com>\r\nTo: b@example.net\r\n"
        "Subject: Hello\r\n\r\nHello.\r\n")

def call(args, **kw):
    p = subprocess.run([str(a) for a in args], capture_output=True, **kw)
    return p.returncode, p.stdout.decode(), p.stderr.decode()

def main():
    t, w = Tap(), Work()
    try:
        root = w.path("root")
        rc, out, err = call(["meson", "install", "-C", BUILD, "--destdir", root,
                             "--no-rebuild", "--quiet"])
        if not t.ok(rc == 0, "installs", out + err):
            t.done()
        found = {}
        for folder, _, files in os.walk(root):
            for f in files:
                found[f] = os.path.join(folder, f)
        wanted = ("tocsin", "tocsin.h", "libtocsin.so", "libtocsin.a",
                  "tocsin.pc", "tocsin.1", "tocsin-verify.1", "libtocsin.3")
        t.equal([f for f in wanted if f not in found], [],
                "everything is there")
        env = dict(os.environ, PKG_CONFIG_SYSROOT_DIR=root,
                   PKG_CONFIG_PATH=os.path.dirname(found["tocsin.pc"]))
        libs = os.path.dirname(found["libtocsin.so"])
        key = must("dkim", "keygen", "--domain", "example.com", "--selector",
                   "s", "--out", w.path("key"))
        zone = w.write("zone", key + '_dmarc.example.com TXT "v=DMARC1; '
                                     'p=reject"\n')
        signed = subprocess.run(
            [os.environ["TOCSIN"], "dkim", "sign", "--domain", "example.com",
             "--selector", "s", "--key", w.path("key"), w.write("m", MAIL)],
            capture_output=True, check=True).stdout
        for kind in ("shared", "static"):
            rc, flags, err = call(["pkg-config", "--cflags", "--libs",
                                   "tocsin"], env=env)
            t.ok(rc == 0 and "-ltocsin" in flags, f"{kind}: pkg-config",
                 flags + err)
            flags = flags.split()
            if kind == "static":
                # with what the library uses as shared objects
                _, needs, _ = call(["pkg-config", "--print-requires-private",
                                    "tocsin"], env=env)
                _, others, err = call(["pkg-config", "--libs",
                                       *needs.split()])
                flags = [found["libtocsin.a"] if f == "-ltocsin" else f
                         for f in flags] + others.split() + ["-pthread"]
            exe = w.path("verify-" + kind)
            rc, out, err = call(["gcc", "-Wall", "-Wextra", "-Werror", *FLAGS,
                                 os.path.join(SOURCE, "example", "verify.c"),
                                 "-o", exe, *flags])
            t.ok(rc == 0, f"{kind}: the example compiles", err)
            run_env = dict(env, LD_LIBRARY_PATH=libs)
            rc, out, err = call([exe, zone], input=signed, env=run_env)
            t.ok(rc == 0 and out.startswith("dmarc=pass example.com: ")
                 and "\ndkim=pass example.com: " in out,
                 f"{kind}: it confirms what was signed", (rc, out, err))
            rc, out, err = call([exe, zone], env=run_env,
                                input=signed.replace(b"Hello.", b"Hullo."))
            t.ok(rc == 1 and out.startswith("dmarc=fail example.com: "),
                 f"{kind}: and nothing else", (rc, out, err))
        with open(found["tocsin.h"], encoding="utf-8") as f:
            header = f.read()
        told = set(re.findall(r"(?<!typedef void )\b(tocsin_\w+)\(\s*(?:const|struct|void|enum|"
                              r"int|char|size_t)\b", header))
        for name, option in (("libtocsin.so", "-D"), ("libtocsin.a", "-g")):
            rc, out, err = call(["nm", option, "--defined-only", found[name]])
            names = set(re.findall(r" [A-Z] (\w+)(?:@|$)", out, re.M))
            # the sanitizers have their own
            names = {n for n in names if not n.startswith("__")}
            t.ok(told and names == told, f"{name} shows what the header "
                 "tells, and nothing else", sorted(names ^ told))
        rc, out, err = call(["g++", "-x", "c++", "-fsyntax-only", "-Wall",
                             "-Werror", found["tocsin.h"]])
        if "not found" not in err and rc != 127:
            t.ok(rc == 0, "C++ reads the header", err)
    finally:
        w.close()
    t.done()

main()
