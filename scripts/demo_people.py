#!/usr/bin/env python3
"""Prints COUNT made-up customers as CSV, the same ones for the same SEED.

  scripts/demo_people.py [COUNT] [SEED]

Names, places, languages and mail domains are as mixed as a real list: IDN
domains, UTF-8 names, two people who share a mailbox, people with two addresses,
people with none, people who unsubscribed, an address that can not be one."""
import csv, random, sys

count = int(sys.argv[1]) if len(sys.argv) > 1 else 10000
rnd = random.Random(int(sys.argv[2]) if len(sys.argv) > 2 else 2026)

PLACES = [  # country, region, language, postcode, cities, first, last
    ("US", "CA", "en", "9####", ["Fresno", "Oakland", "San José"],
     ["Maria", "James", "Aaliyah", "Wei"], ["García", "Smith", "Nguyen"]),
    ("US", "MA", "en", "0####", ["Boston", "Lowell"],
     ["Emma", "Liam", "Siobhán"], ["O'Brien", "Murphy", "Silva"]),
    ("US", "TX", "en", "7####", ["Austin", "El Paso"],
     ["Olivia", "Mateo", "Grace"], ["Johnson", "Hernández", "Lee"]),
    ("CA", "QC", "fr", "H#A #B#", ["Montréal", "Québec"],
     ["Chloé", "Étienne", "Noémie"], ["Tremblay", "Côté", "Lefèvre"]),
    ("CA", "ON", "en", "K#A #B#", ["Toronto", "Ottawa"],
     ["Ava", "Noah", "Priya"], ["Brown", "Singh", "Martin"]),
    ("DE", "", "de", "#####", ["Köln", "München", "Görlitz"],
     ["Jürgen", "Anke", "Şeyma", "Łukasz"], ["Müller", "Weiß", "Yılmaz"]),
    ("FR", "", "fr", "#####", ["Besançon", "Nîmes"],
     ["Zoé", "François", "Inès"], ["Dupont", "Lefebvre", "N'Diaye"]),
    ("PL", "", "pl", "##-###", ["Łódź", "Kraków"],
     ["Małgorzata", "Paweł"], ["Wiśniewska", "Dąbrowski"]),
    ("GR", "", "el", "#####", ["Αθήνα", "Θεσσαλονίκη"],
     ["Ελένη", "Γιώργος"], ["Παπαδοπούλου", "Νικολάου"]),
    ("JP", "", "ja", "###-####", ["東京", "大阪"],
     ["花子", "太郎"], ["佐藤", "鈴木"]),
]
WEIGHT = [20, 8, 14, 8, 10, 16, 10, 6, 4, 4]
DOMAINS = (["mail%02d.example" % i for i in range(60)]
           + ["bücher%d.example" % i for i in range(6)]
           + ["почта.example", "例え.example", "post.straße.example"])
PLAIN = str.maketrans("áàâäãåąçćčéèêëęíìîïłñńóòôöõøśšúùûüýżźžßışğΑαΕεΓγΠπ",
                      "aaaaaaaccceeeeeiiiilnnoooooossuuuuyzzzsisgAaEeGgPp")

def local(first, last, n):
    s = f"{first}.{last}".lower().translate(PLAIN)
    s = "".join(c for c in s if c.isascii() and (c.isalnum() or c in ".'"))
    return f"{s.strip('.') or 'kunde'}{n}"

def domain():
    # a few providers have most of the people
    return DOMAINS[min(int(rnd.expovariate(0.12)), len(DOMAINS) - 1)]

out = csv.writer(sys.stdout, lineterminator="\r\n")
out.writerow(["Customer No", "name", "email", "email2", "language", "country",
              "region", "postcode", "city", "unsubscribed", "ref"])
shared = None
for n in range(count):
    country, region, lang, code, cities, first, last = rnd.choices(
        PLACES, WEIGHT)[0]
    f, l = rnd.choice(first), rnd.choice(last)
    email, second = f"{local(f, l, n)}@{domain()}", ""
    dice = rnd.random()
    if dice < 0.01:
        email = ""
    elif dice < 0.03:
        second = f"{local(f, l, n)}@{domain()}"
    elif dice < 0.04 and shared:
        email = shared
    elif dice < 0.045:
        email = f"jörg.größe{n}@{domain()}"
    elif dice < 0.046:
        email = f"{local(f, l, n)} at nowhere"
    if email and second == "" and dice > 0.5:
        shared = email
    code = "".join(str(rnd.randrange(10)) if c == "#" else c for c in code)
    out.writerow([f"K-{100000 + n}", f"{f} {l}", email, second, lang, country,
                  region, code, rnd.choice(cities),
                  "yes" if rnd.random() < 0.2 else "",
                  f"REF-{rnd.randrange(16**8):08X}"])
