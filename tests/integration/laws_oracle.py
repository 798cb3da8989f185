"""The duties that `tocsin deadlines` should tell, computed a second time from
laws.tsv and its README alone: dates by Python's calendar, thresholds, tiers,
steps, anchors.  Nothing of src/law is used or copied."""
import csv, datetime, os, re

HERE = os.path.dirname(os.path.abspath(__file__))
LAWS = os.path.join(HERE, "..", "..", "data", "laws")
EU = set("AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT "
         "RO SK SI ES SE".split())
DETERMINED = {"determination", "confirmation", "assessment",
              "materiality-determination"}

def table(name):
    with open(os.path.join(LAWS, name), encoding="utf-8", newline="") as f:
        return list(csv.DictReader(f, delimiter="\t", quoting=csv.QUOTE_NONE))

def moment(s):
    if len(s) == 10:
        return datetime.datetime.strptime(s, "%Y-%m-%d")
    return datetime.datetime.fromisoformat(s.replace("Z", "+00:00")
        ).astimezone(datetime.timezone.utc).replace(tzinfo=None)

def iso(t):
    return t.strftime("%Y-%m-%dT%H:%M:%SZ") if t else None

def within(place, area):
    return (place == area or place.startswith(area + "-") or
            area == "EU" and place in EU)

def add(t, duration, sign=1):
    text, _, business = duration.partition(":")
    years, months, days, hours = (int(x or 0) for x in re.fullmatch(
        r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?(?:T(\d+)H)?", text).groups())
    while business and days:
        t += datetime.timedelta(days=sign)
        days -= t.weekday() < 5
    if years or months:
        year, month = divmod(t.month - 1 + sign * (12 * years + months), 12)
        day = t.day
        while True: # the month's end, if it is shorter
            try:
                t = t.replace(year=t.year + year, month=month + 1, day=day)
                break
            except ValueError:
                day -= 1
    return t + sign * datetime.timedelta(days=days, hours=hours)

def start(event, facts):
    if event in DETERMINED and facts.get("determined"):
        return facts["determined"]
    if event == "change" and facts.get("effective"):
        return facts["effective"]
    if event == "before-change":
        return facts.get("effective")
    if event == "calendar-year-end":
        return datetime.datetime(facts["discovered"].year, 12, 31)
    return facts["discovered"]

def date(rule, event, facts, told):
    """The first of "A;B"; told: the persons' last day, or None."""
    found = []
    for term in rule.split(";"):
        duration, _, anchor = term.partition("@")
        anchor = anchor or event
        if duration in ("with-notice-to-individuals",
                        "before-notice-to-individuals"):
            found.append(told)
        elif duration == "before-change":
            found.append(facts.get("effective"))
        elif re.match(r"P[0-9T]", duration):
            at = (told if anchor == "notice-to-individuals"
                  else start(anchor, facts))
            found.append(at and add(at, duration,
                                    -1 if anchor == "before-change" else 1))
    return min((x for x in found if x), default=None)

def number(text):
    """"501@PT48H", "1 (harm; else 500)" -> 501, rule, condition, otherwise"""
    m = re.match(r"(\d+)(?:@(\S+))?(?: \((.*)\))?$", text)
    if not m:
        return None
    other = re.search(r"else (\d+)", m[3] or "")
    return int(m[1]), m[2], m[3], int(other[1]) if other else None

def by_number(applies, n, people):
    if applies == "no" or not n:
        return applies
    if people < n[0]:
        return "no"
    return "if" if n[2] and not (n[3] and people >= n[3]) else applies

# ---- applicability

def fits(pattern, row):
    if "/" not in pattern:
        return 2 * (pattern == row["id"])
    ok = lambda p, s: s.startswith(p[:-1]) if p.endswith("*") else p == s
    place, kind = pattern.split("/")
    return int(ok(place, row["jurisdiction"]) and ok(kind, row["kind"]))

def one_fact(fact, words, said):
    takes = [w for w in words if w[0] != "!"]
    if not said:
        return "if" if fact == "listed" or fact == "sector" and takes else "yes"
    if any(w in words for w in said):
        return "yes"
    if any(w + "?" in words for w in said):
        return "if"
    if fact == "sector" and not takes:
        return "no" if any("!" + w in words for w in said) else "yes"
    return "no" if fact in ("sector", "listed") else "if"

def applies(row, facts, asked):
    worst = "yes"
    for fact in ("sector", "listed", "data_types", "encrypted", "role"):
        lines = [a for a in asked if a["fact"] == fact and fits(a["id"], row)]
        if lines:
            line = max(lines, key=lambda a: fits(a["id"], row))
            worst = min(worst, one_fact(fact, line["words"].split(","),
                                        facts.get(fact, [])),
                        key=["no", "if", "yes"].index)
    m = re.match(r"effective:(\S+?);", row["trigger"])
    if m and m[1] == "unknown":
        return min(worst, "if", key=["no", "if", "yes"].index)
    begins = facts["discovered"]
    if row["kind"] == "policy":
        begins = facts.get("effective") or begins
    return "no" if m and begins < moment(m[1]) else worst

# ---- all duties

def duties(laws, asked, facts, people, kinds):
    """{(id, who, step): {field: value}}"""
    out = {}
    for row in laws:
        n = sum(k for place, k in people.items()
                if within(place, row["jurisdiction"]))
        if row["kind"] in kinds and n:
            out.update(of_row(row, asked, facts, n))
    return out

def of_row(row, asked, facts, people):
    law, out, event = applies(row, facts, asked), {}, row["deadline_starts"]
    same = {"jurisdiction": row["jurisdiction"], "regime": row["regime"],
            "people": people, "email": row["email_allowed"],
            "required": row["required_elements"].split(";"),
            "as_of": row["as_of"], "source": row["source"],
            "confidence": {k: row["confidence_" + k]
                           for k in ("deadline", "channel", "content")}}

    def put(who, step, applies, rule, at):
        dated = applies != "no" and "effective:unknown" not in row["trigger"]
        at = at if dated else None
        out[row["id"], who, step] = {**same, "applies": applies, "rule": rule,
                                     "deadline": iso(at)}
        return at

    told = None
    if row["individual_deadline"] != "none":
        told = put("individuals", 1, law, row["individual_deadline"],
                   date(row["individual_deadline"], event, facts, None))
    if row["regulator_deadline"] != "none":
        from_ = row["regulator_threshold"].split("|")
        tier = sum(people >= number(x)[0] for x in from_[1:])
        steps = row["regulator_deadline"].split("|")[tier].split("+")
        for i, rule in enumerate(steps):
            put("regulator", i + 1,
                by_number(law, number(from_[tier]), people), rule,
                date(rule, event, facts, told))
    cra = number(row["cra_threshold"])
    if cra:
        put("cra", 1, by_number(law, cra, people), cra[1] or "unspecified",
            cra[1] and date(cra[1], event, facts, told))
    elif row["cra_threshold"] == "as-directed":
        put("cra", 1, min(law, "if", key=["no", "if", "yes"].index),
            "as-directed", None)
    if not out:
        put("individuals", 1, "no", "none", None)
    return out
