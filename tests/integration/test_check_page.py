#!/usr/bin/python3
"""tocsin check --html: the page, as a browser shows it on a phone, on a desk
and on paper; and that nothing written into a notice gets out of its place."""
import json, os, re, stat, sys
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import Tap, Work, run, skip_all
from browser import CHROMIUM, Browser, png_size
from check_notice import CheckNotice

EVIL = "<script>alert(1)</script><b>\"'&amp; x"

def broken():
    """A notice with something of everything, and with hostile words."""
    n = CheckNotice()
    n.set("notice", "title", "Notice of Data Breach " + EVIL)
    n.set("organisation", "name", "Harbor & Sons " + EVIL)
    n.zone = n.zone.replace("ip4:192.0.2.25 ", "ip4:192.0.2.99 ")
    n.edit("<https://www.example.com/incident>",
           "<https://a-long-host-name-of-somebody-else-that-breaks-nowhere."
           "example/with/a/path/that/goes/on?and=parameters>")
    n.people = ("person_id,name,email,jurisdiction,language,segment,"
                "legal_ground,legal_channel\n" + "".join(
        f"{i},Person {i},person{i}@mail{i % 7}.test,{place},{lang},{seg},"
        f"{ground},\n" for i, (place, lang, seg, ground) in enumerate(
            [("US-CA", "en", "", "consent"), ("US-MA", "en", "young", ""),
             ("DEU", "de", "", EVIL.replace('"', '""').join('""')),
             ("US-NY", "en", "", ""), ("FRA", "fr", "", "contract")] * 8)))
    return n

def words(text):
    """Without white space and without what stands before an @."""
    return re.sub(r"\s+", "", re.sub(r"[^\s@<>\"]*@", "@", text))

def alone(t, page):
    t.ok(not re.search(r"<script|</script|onclick|javascript:", page, re.I),
         "nothing in it runs")
    t.equal(re.findall(r"(?:src|href)=\"(?!#)([^\"]*)", page),
            ["https://www.example.com/incident"],
            "nothing is fetched; one link leads out")
    t.ok("url(" not in page and "@import" not in page and "<link" not in page,
         "nor by the style")
    t.ok("<b>&quot;" not in page and "<b>\"" not in page and "&lt;b&gt;" in page,
         "what looks like markup is shown as it is")
    t.ok("person0@" not in page and "person33@" not in page,
         "no address of a recipient is whole")

def read(t, m, findings, name):
    t.ok(m.get("width") and m["width"] <= m["window"],
         f"{name}: nothing to scroll sideways", m.get("width"))
    t.equal(m.get("wide"), [], f"{name}: nothing sticks out")
    t.equal(m.get("faint"), [], f"{name}: contrast of text is AA")
    seen = words(m.get("text", ""))
    t.equal([f["text"] for f in findings if words(f["text"]) not in seen], [],
            f"{name}: each of {len(findings)} findings is there")
    levels = m.get("headings", [0])
    t.ok(levels[0] == 1 and levels.count(1) == 1 and
         all(b <= a + 1 for a, b in zip(levels, levels[1:])),
         f"{name}: headings in order", levels)

def main():
    if not CHROMIUM:
        skip_all("chromium is not installed")
    t, w = Tap(), Work()
    try:
        d, zone, options = broken().write(w, "n")
        page = w.path("page.html")
        args = ("check", d, "--zone", zone, *options)
        rc, out, err = run(*args, "--html", page, "--json")
        t.ok(rc in (0, 1, 3), "checked", (rc, err))
        t.equal(stat.S_IMODE(os.stat(page).st_mode), 0o600, "only we read it")
        result = json.loads(out)
        findings = result["findings"]
        t.ok(findings, "there is something to show")
        with open(page, encoding="utf-8") as f:
            text = f.read()
        alone(t, text)
        b = Browser(w)
        phone = b.measure(page, 390, 844)
        read(t, phone, findings, "phone")
        t.equal(phone.get("window"), 390, "a phone is as narrow as that")
        read(t, b.measure(page, 320, 568), findings, "old phone")
        read(t, b.measure(page, 1280, 900), findings, "wide")
        dark = b.measure(page, 390, 844, dark=True)
        read(t, dark, findings, "dark")
        t.ok(dark.get("ground") != phone.get("ground"), "dark is dark",
             dark.get("ground"))
        stops = result["blocks"]
        t.ok((f"{stops} thing{'s' * (stops != 1)} stop" if stops else
              "Nothing blocks") in phone["text"], "the verdict counts them")
        t.ok("US-MA" in phone["text"], "people stand by place")
        for width, height in ((390, 844), (1280, 900)):
            shot = b.screenshot(page, width, height, f"shot{width}.png")
            t.equal(png_size(shot), (width, height), f"{width}: a picture")
            t.ok(os.path.getsize(shot) > 20000, f"{width}: with something on")
        data, sheets = b.sheets(page, "page.pdf")
        t.ok(2 <= sheets <= 3 + len(findings), "sheets of paper", sheets)
        t.ok(len(data) > 20000, "and they are not empty")

        rc, out, err = run(*args, "--html", w.path("no", "such"))
        t.equal((rc, out), (2, ""), "a folder that is not there: exit 2")
        rc, out, err = run(*args, "--html", d)
        t.equal((rc, out), (2, ""), "a folder as the file: exit 2")
    finally:
        w.close()
    t.done()

main()
