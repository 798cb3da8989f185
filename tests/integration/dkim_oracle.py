#!/usr/bin/python3
"""Checks DKIM signatures with two verifiers that are not ours.

    dkim_oracle.py DIR KEYFILE...
    dkim_oracle.py --make PROGRAM

Every file of DIR is one message.  Each must carry at least one
DKIM-Signature, and every signature on it must pass in dkimpy (python3-dkim)
and in OpenDKIM (libopendkim, driven in this process).  A KEYFILE holds DNS
records: zone-file lines as `tocsin dkim keygen` prints them, or OpenDKIM's
"NAME RECORD".  Prints TAP, one line a message; exit status 1 if any fails.

--make runs PROGRAM with a fresh folder, in which it leaves mail/ and keys.

The first thing checked is that both verifiers refuse the first message with
one byte of its body and one of its Subject changed: an oracle that says yes to
everything is none.
"""
import ctypes
import os
import re
import subprocess
import sys
import tempfile

try:
    import dkim
except ImportError:
    dkim = None


def read_keys(paths):
    """Name without final dot, lower case -> record."""
    keys = {}
    for path in paths:
        for line in open(path, encoding="ascii"):
            line = line.strip()
            if not line or line.startswith((";", "#")):
                continue
            name, rest = line.split(None, 1)
            m = re.match(r"(?:\d+\s+)?(?:IN\s+)?TXT\s+(.*)", rest)
            if m:
                rest = "".join(re.findall(r'"([^"]*)"', m.group(1)))
            keys[name.rstrip(".").lower()] = rest
    return keys


class Dkimpy:
    name = "dkimpy"

    def __init__(self, keys):
        self.keys = {k.encode(): v.encode() for k, v in keys.items()}

    def ask_dns(self, name, timeout=5):
        return self.keys.get(name.rstrip(b".").lower())

    def check(self, message):
        """One reason a signature, None where it passes."""
        d = dkim.DKIM(message)
        n = sum(h[0].lower() == b"dkim-signature" for h in d.headers)
        found = []
        for i in range(n):
            try:
                ok = d.verify(idx=i, dnsfunc=self.ask_dns)
                found.append(None if ok else "the signature is wrong")
            except Exception as e:  # whatever it says no with
                found.append(f"{type(e).__name__}: {e}")
        return found


class OpenDKIM:
    """libopendkim's C interface, the part that verifies (its dkim.h)."""

    name = "OpenDKIM"
    SETOPT, QUERYMETHOD, QUERYINFO, QUERY_FILE = 1, 6, 7, 1
    STAT_OK, SIG_PASSED, BODY_MATCH = 0, 0x04, 0

    def __init__(self, keys, folder):
        self.lib = lib = ctypes.CDLL("libopendkim.so.11")
        pointer, number = ctypes.c_void_p, ctypes.c_int
        lib.dkim_init.restype = pointer
        lib.dkim_init.argtypes = [pointer, pointer]
        lib.dkim_options.argtypes = [pointer, number, number, pointer,
                                     ctypes.c_size_t]
        lib.dkim_verify.restype = pointer
        lib.dkim_verify.argtypes = [pointer, ctypes.c_char_p, pointer,
                                    ctypes.POINTER(number)]
        lib.dkim_chunk.argtypes = [pointer, ctypes.c_char_p, ctypes.c_size_t]
        lib.dkim_eom.argtypes = [pointer, pointer]
        lib.dkim_getsiglist.argtypes = [
            pointer, ctypes.POINTER(ctypes.POINTER(pointer)),
            ctypes.POINTER(number)]
        lib.dkim_sig_process.argtypes = [pointer, pointer]
        for f in (lib.dkim_sig_getflags, lib.dkim_sig_getbh,
                  lib.dkim_sig_geterror, lib.dkim_free):
            f.argtypes = [pointer]
        lib.dkim_sig_getflags.restype = ctypes.c_uint
        lib.dkim_sig_geterrorstr.restype = ctypes.c_char_p
        lib.dkim_getresultstr.restype = ctypes.c_char_p
        self.ctx = lib.dkim_init(None, None)
        path = os.path.join(folder, "opendkim.keys")
        with open(path, "w", encoding="ascii") as f:
            for name, record in keys.items():
                f.write(f"{name} {record}\n")
        # the library keeps the path by value, the method as an int
        method = ctypes.c_int(self.QUERY_FILE)
        self.set(self.QUERYMETHOD, ctypes.byref(method),
                 ctypes.sizeof(method))
        self.path = ctypes.create_string_buffer(path.encode(), 1024)
        self.set(self.QUERYINFO, self.path, len(path) + 1)

    def set(self, option, value, size):
        stat = self.lib.dkim_options(self.ctx, self.SETOPT, option,
                                     ctypes.cast(value, ctypes.c_void_p),
                                     size)
        if stat != self.STAT_OK:
            raise RuntimeError(f"dkim_options({option}): {stat}")

    def check(self, message):
        lib, stat = self.lib, ctypes.c_int()
        d = lib.dkim_verify(self.ctx, b"oracle", None, ctypes.byref(stat))
        if not d:
            raise RuntimeError(f"dkim_verify: {stat.value}")
        try:
            for step in (lambda: lib.dkim_chunk(d, message, len(message)),
                         lambda: lib.dkim_chunk(d, None, 0),
                         lambda: lib.dkim_eom(d, None)):
                got = step()
            sigs = ctypes.POINTER(ctypes.c_void_p)()
            n = ctypes.c_int(0)
            if lib.dkim_getsiglist(d, ctypes.byref(sigs),
                                   ctypes.byref(n)) != self.STAT_OK:
                return [] if got == 2 else [lib.dkim_getresultstr(
                    got).decode()]
            return [self.judge(d, sigs[i]) for i in range(n.value)]
        finally:
            lib.dkim_free(d)

    def judge(self, d, sig):
        # dkim_eom stops at the first that passes; this looks at the others
        self.lib.dkim_sig_process(d, sig)
        if self.lib.dkim_sig_getbh(sig) != self.BODY_MATCH:
            return "the body hash is wrong"
        if self.lib.dkim_sig_getflags(sig) & self.SIG_PASSED:
            return None
        why = self.lib.dkim_sig_geterrorstr(self.lib.dkim_sig_geterror(sig))
        return why.decode() if why else "the signature is wrong"


def spoil(message):
    """The message with one changed byte: in the body, in the Subject."""
    m = re.search(rb"\r\n\r\n", message)
    if m and len(message) > m.end() + 2:
        yield message[:m.end()] + b"~" + message[m.end():]
    m = re.search(rb"(?im)^subject:[^\r]*", message)
    if m:
        yield message[:m.end()] + b"~" + message[m.end():]


def read_mail(path):
    data = open(path, "rb").read()
    if b"\r\n" not in data:
        data = data.replace(b"\n", b"\r\n")
    return data


def run(folder, keyfiles, scratch):
    keys = read_keys(keyfiles)
    oracles = [Dkimpy(keys), OpenDKIM(keys, scratch)]
    names = sorted(n for n in os.listdir(folder)
                   if os.path.isfile(os.path.join(folder, n)))
    print(f"1..{len(names) + 1}")
    if not names:
        print(f"not ok 1 - {folder} holds no message")
        return 1
    first = read_mail(os.path.join(folder, names[0]))
    fooled = [o.name for o in oracles for m in spoil(first)
              if None in o.check(m)]
    print(f"{'not ok' if fooled else 'ok'} 1 - a changed message is refused"
          f" {' '.join(fooled)}")
    bad = bool(fooled)
    for number, name in enumerate(names, 2):
        message = read_mail(os.path.join(folder, name))
        want = len(re.findall(rb"(?im)^dkim-signature:",
                              message.split(b"\r\n\r\n", 1)[0]))
        words, wrong = [], want == 0
        for o in oracles:
            found = o.check(message)
            passed = found.count(None)
            words.append(f"{o.name} {passed} of {want}")
            wrong |= passed != want
            words += [f for f in found if f]
        print(f"{'not ok' if wrong else 'ok'} {number} - {name}: "
              + ", ".join(words))
        bad |= wrong
    return int(bad)


def main(args):
    if len(args) < 2:
        print(__doc__.split("\n\n")[1], file=sys.stderr)
        return 2
    try:
        ctypes.CDLL("libopendkim.so.11")
    except OSError:
        print("1..0 # SKIP libopendkim is not installed (package opendkim)")
        return 0
    if not dkim:
        print("1..0 # SKIP dkimpy is not installed (package python3-dkim)")
        return 0
    with tempfile.TemporaryDirectory() as scratch:
        if args[0] == "--make":
            subprocess.run([args[1], scratch], check=True)
            args = [scratch + "/mail", scratch + "/keys"]
        return run(args[0], args[1:], scratch)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
