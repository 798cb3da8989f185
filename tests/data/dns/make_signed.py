#!/usr/bin/python3
"""Writes signed.zone and signed.anchor beside this file: a zone signed until
2085, in which bad.signed.example was changed after it was signed."""
import os

import dns.dnssec, dns.name, dns.rdata, dns.rdataset, dns.rdatatype as T
import dns.rrset
from cryptography.hazmat.primitives.asymmetric import ec

ORIGIN = dns.name.from_text("signed.example.")
SOA = "ns.signed.example. root.signed.example. 1 3600 900 86400 60"
RECORDS = [
    ("@", "SOA", SOA), ("@", "NS", "ns.signed.example."),
    ("@", "MX", "10 mail.signed.example."),
    ("alias", "CNAME", "mail.signed.example."),
    ("bad", "A", "192.0.2.66"), ("mail", "A", "192.0.2.25"),
    ("ns", "A", "127.0.0.1"),
]
private = ec.generate_private_key(ec.SECP256R1())
key = dns.dnssec.make_dnskey(private.public_key(), "ECDSAP256SHA256",
                             flags=257)
here = os.path.dirname(os.path.abspath(__file__))


def name_of(label):
    return dns.name.from_text(label, ORIGIN)


sets = {}
for label, kind, text in RECORDS + [("@", "DNSKEY", key.to_text())]:
    rr = dns.rdata.from_text("IN", kind, text, origin=ORIGIN,
                             relativize=False)
    sets.setdefault((name_of(label), rr.rdtype), []).append(rr)
names = sorted({n for n, _ in sets})
for at, name in enumerate(names):
    kinds = [T.to_text(t) for n, t in sets if n == name]
    after = names[(at + 1) % len(names)]
    nsec = f"{after} {' '.join(kinds)} RRSIG NSEC"
    sets[name, T.NSEC] = [dns.rdata.from_text("IN", "NSEC", nsec)]
with open(os.path.join(here, "signed.zone"), "w") as out:
    for (name, kind), rrs in sorted(sets.items()):
        rrset = dns.rrset.from_rdata_list(name, 60, rrs)
        sig = dns.dnssec.sign(rrset, private, ORIGIN, key,
                              inception="20200101000000",
                              expiration="20850101000000")
        text = rrset.to_text().replace("192.0.2.66", "192.0.2.99")
        out.write(f"{text}\n{name} 60 IN RRSIG {sig.to_text()}\n")
with open(os.path.join(here, "signed.anchor"), "w") as out:
    out.write(f"{ORIGIN} IN DNSKEY {key.to_text()}\n")
