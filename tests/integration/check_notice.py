"""A whole, honest notice with its DNS, which `check` passes; the check tests
break one thing of it at a time."""
import os, shutil
from harness import keygen, must

SETTINGS = {
    "notice": {"kind": "breach", "title": "Notice of Data Breach",
               "discovered": "2026-11-20",
               "canonical_url": "https://www.example.com/incident"},
    "organisation": {"name": "Harbor Books", "brands": "Harbor Books",
                     "own_domains": "example.com",
                     "marketing_senders": "news@example.com"},
    "from": {"name": "Harbor Books", "address": "privacy@example.com",
             "reply_to": "privacy@example.com"},
    "message": {"subject": "Harbor Books: Notice of Data Breach"},
    "dkim": {"domain": "example.com", "selector": "n1", "key": "dkim.pem"},
    "bounce": {"address": "bounces@example.com"},
    "send": {"helo": "out.example.com", "source": "192.0.2.25",
             "tls": "required"},
    "facts": {"sector": "general", "data_types": "name, email, ssn",
              "encrypted": "no", "listed": "no", "role": "controller",
              "determined": "2026-11-20"},
    "approval": {"roles": "legal, security, communications"},
}

MESSAGE = """# Notice of Data Breach

Date of this notice: November 25, 2026

Dear {{name|customer}},

We are writing to you about an incident that involves your personal data.

## What Happened

On November 20, 2026 we found that a stranger had copied a part of our
customer database. The copying took place between November 14 and November 18,
2026. The police have not asked us to delay this notice.

## What Information Was Involved

The copied records hold your name, your email address and your Social Security
number. Passwords and payment cards were not part of them.

## What We Are Doing

We closed the gap on the same day and had our systems examined by outside
experts. We have told the police, the attorneys general and the data protection
authority. We offer you 24 months of identity protection at no cost. The letter
with your code comes by post, and no payment card is needed.

## What You Can Do

* Look through your account statements and credit reports.
* Ask a credit bureau for a fraud alert or a security freeze, which is free.
* Report identity theft to the police, to your attorney general or to the
  Federal Trade Commission, 600 Pennsylvania Avenue NW, Washington, DC 20580,
  1-877-438-4338, identitytheft.gov.
* Be careful with calls and messages that mention this notice. A stranger may
  use your data to pretend to be you or to be us. That is the likely consequence.
* You have the right to complain to your data protection authority.

Equifax: P.O. Box 105788, Atlanta, GA 30348-5788, 1-888-298-0045.
Experian: P.O. Box 9554, Allen, TX 75013, 1-888-397-3742.
TransUnion: P.O. Box 160, Woodlyn, PA 19094, 1-800-916-8800.

We send this notice from privacy@example.com only. We will not call you about
it, we will not send attachments, and we will not ask you for data, passwords or
payments.

## For More Information

Call us at +1 800 555 0100 (free of charge, every day from 8 to 20), write to
privacy@example.com, or to Harbor Books, 1 Quay Street, Boston, MA 02110. Our
data protection officer is Ada Bell, dpo@example.com. You find this notice on
our home page, www.example.com, under "Incident", and at
<https://www.example.com/incident>.

Jane Miller, Managing Director, Harbor Books
"""

WEB = MESSAGE.replace("Dear {{name|customer}},\n\n", "")
CHANNELS = {
    "web.md": WEB,
    "sms.txt": "Harbor Books: a stranger copied customer data, yours may be "
               "among them. Read www.example.com/incident or call "
               "+1 800 555 0100.\n",
    "phone.txt": "Good day, this is Harbor Books. On November 20, 2026 we "
                 "found that a stranger had copied customer data. I will not "
                 "ask you for any data. Our page is www.example.com/incident, "
                 "our number +1 800 555 0100.\n",
    "social.txt": "Notice of Data Breach. What happened and what to do stands "
                  "at https://www.example.com/incident. Call +1 800 555 "
                  "0100.\n",
}

ZONE = """$TTL 300
example.com. SOA ns.example.com. hostmaster.example.com. 1 7200 900 1209600 300
example.com. MX 10 mx.example.com.
example.com. A 192.0.2.80
www.example.com. A 192.0.2.80
mx.example.com. A 192.0.2.20
out.example.com. A 192.0.2.25
25.2.0.192.in-addr.arpa. PTR out.example.com.
example.com. TXT "v=spf1 ip4:192.0.2.25 -all"
_dmarc.example.com. TXT "v=DMARC1; p=reject; rua=mailto:dmarc@example.com"
_smtp._tls.example.com. TXT "v=TLSRPTv1; rua=mailto:tls@example.com"
mail.example. MX 10 mx.mail.example.
mx.mail.example. A 192.0.2.200
"""

PEOPLE = """person_id,name,email,country,region,language,street,city,postcode,legal_ground,source,engaged
1,Anna Alder,anna@mail.example,US,CA,en,1 Elm St,Fresno,93650,consent,shop,yes
2,Ben Birch,ben@mail.example,US,CA,en,2 Elm St,Fresno,93650,consent,shop,yes
3,Cora Cedar,cora@mail.example,DE,,en,Ulmenweg 3,Kiel,24103,contract,shop,yes
4,Dan Dogwood,dan@mail.example,US,TX,en,4 Elm St,Waco,76701,consent,shop,yes
"""

def settings_text(settings):
    return "\n".join(f"[{name}]\n" + "".join(f"{k} = {v}\n"
                                             for k, v in keys.items())
                     for name, keys in settings.items())

class CheckNotice:
    """The notice as values; write() makes the folder."""
    def __init__(self):
        self.settings = {k: dict(v) for k, v in SETTINGS.items()}
        self.texts = {"message.md": MESSAGE}
        self.channels = dict(CHANNELS)
        self.zone = ZONE
        self.people = PEOPLE
        self.import_options = []
        self.key_options = []
        self.key_record = None      # over what keygen says
        self.after = []             # commands on the folder, at the end
        self.options = []           # of check
        self.files = {}             # beside the folder: rdap/x.json ...

    def set(self, section, key, value):
        if value is None:
            self.settings[section].pop(key, None)
        else:
            self.settings.setdefault(section, {})[key] = value

    def edit(self, old, new, file="message.md"):
        assert old in self.texts[file], old
        self.texts[file] = self.texts[file].replace(old, new)

    def write(self, w, name):
        """Makes the folder `name` in the work `w`; (folder, zone file)."""
        d, beside = w.path(name), w.path(name + "-world")
        os.mkdir(d, 0o700)
        os.mkdir(beside)
        os.mkdir(os.path.join(d, "channels"))
        record = ""
        key = os.path.join(d, "dkim.pem")
        dkim = self.settings.get("dkim")
        if dkim and self.key_options is not None:
            record = keygen(dkim["domain"], dkim["selector"], key,
                            *self.key_options)
        if self.key_record is not None:
            record = self.key_record
        w.write(os.path.join(name, "notice.ini"),
                settings_text(self.settings))
        for file, text in self.texts.items():
            w.write(os.path.join(name, file), text)
        for file, text in self.channels.items():
            w.write(os.path.join(name, "channels", file), text)
        for file, text in self.files.items():
            os.makedirs(os.path.dirname(os.path.join(beside, file)),
                        exist_ok=True)
            w.write(os.path.join(name + "-world", file), text)
        zone = w.write(os.path.join(name + "-world", "zone"),
                       self.zone + record)
        if self.people is not None:
            csv = w.write(os.path.join(name + "-world", "people.csv"),
                          self.people)
            must("import", d, csv, "--quiet", *self.import_options)
        for command in self.after:
            must(*[a.replace("DIR", d).replace("WORLD", beside)
                   for a in command])
        options = [a.replace("WORLD", beside) for a in self.options]
        return d, zone, ["--at", "2026-11-25T12:00:00Z", *options]
