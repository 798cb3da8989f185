#!/usr/bin/python3
"""tocsin check, the content rules: published notices pass, and each fault gives
exactly the one rule that is about it."""
import os, sys
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import *

SPECIMENS = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                         "..", "specimens")
HONEST = ["01-california-table", "02-ftc-model", "03-affiliate-letter",
          "04-hotel-email", "07-agreement-update", "08-ny-consumer",
          "09-health-phi", "10-direct-recall"]

with open(os.path.join(SPECIMENS, "02-ftc-model", "message.md")) as f:
    SPECIMEN_DOING = f.read().split("**What We Are Doing**\n\n")[1].split(
        "\n\n**What You Can Do")[0]

def check(work, d, changes=(), ini=(), people=None, files={}):
    """A specimen with changed text and settings: its content findings."""
    work.count = getattr(work, "count", 0) + 1
    to = os.path.join(work.dir, f"n{work.count}")
    shutil.copytree(os.path.join(SPECIMENS, d), to)
    def edit(name, change):
        path = os.path.join(to, name)
        with open(path) as f:
            text = change(f.read())
        with open(path, "w") as f:
            f.write(text)
    def message(text):
        for a, b in changes:
            assert a in text, a
            text = text.replace(a, b) if a else text + b
        return text
    def settings(text):
        for a, b in ini:
            text = re.sub(a, b, text, flags=re.M)
        return text
    edit("message.md", message)
    edit("notice.ini", settings)
    for name, text in dict(files, z="").items():
        with open(os.path.join(to, name), "w") as f:
            f.write(text)
    if people:
        with open(os.path.join(to, "people.csv"), "w") as f:
            f.write(people)
    run("import", to, os.path.join(to, "people.csv"))
    rc, out, err = run("check", to, "--zone", os.path.join(to, "z"), "--json")
    found = [x for x in json.loads(out)["findings"]
             if x["rule"] == "S-00" or "S-20" <= x["rule"] < "S-40"] if out else []
    shutil.rmtree(to)
    return found, err

def rules(found, severity):
    return sorted({x["rule"] for x in found
                   if x["severity"] == severity and not x["unchecked"]})

def cases(t):
    d = '02-ftc-model'
    S = '^subject = .*$'
    for s in [
            'Harbor Payroll: Notice of Data Breach',
            'Notice of a data breach at Harbor Payroll',
            'Harbor Payroll – Important information about your personal data',
            'Harbor security incident',
            'Important notice from Harbor Payroll: your Social Security number was exposed in a breach',
            'Harbor Payroll: cybersecurity incident notification',
    ]:
        t('subj ok ' + s, '', d, ini=[(S, 'subject = ' + s)])
    for s in [
            'Legal Notice',
            'Important Notice',
            'Notice',
            'Notice of Data Breach',
            'Harbor Payroll: Important notice',
            'Re: Harbor Payroll: Notice of Data Breach',
            'FWD: Harbor Payroll data breach',
            'HARBOR PAYROLL: NOTICE OF DATA BREACH',
            'Harbor Payroll: data breach!',
            '🚨 Harbor Payroll: data breach',
            'Harbor Payroll: update for you',
            'Important update about your account from Harbor Payroll',
    ]:
        t('subj bad ' + s, 'S-20', d, ini=[(S, 'subject = ' + s)])
    t('subj a bit long', '~S-20', d,
      ini=[(S, 'subject = Harbor Payroll: Notice of Data Breach that happened in the month of October 2026')])
    t('subj long', 'S-20', d,
      ini=[(S, 'subject = Harbor Payroll: Notice of Data Breach that happened in the month of October 2026 and was found in Novembe')])
    N = '(?s)(\\[from\\]\nname = )[^\n]*'
    for s in [
            'Harbor Payroll',
            'harbor payroll llc',
            'Harbor Payroll LLC',
    ]:
        t('name ' + s, '', d,
          ini=[(N + '(?=\n)', '\\1' + s)] if s != 'Harbor Payroll LLC' else [])
    for s in [
            'Breach Notice',
            'Security Alert',
            'Harbor Payroll Data Breach Notice',
            'notice@harborpayroll.example',
            'Kroll',
            'John Mille',
            'Harbor via gmail.com',
            '{{name}}',
    ]:
        t('name ' + s, 'S-21', d, ini=[(N + '(?=\n)', '\\1' + s)])
    A = 'Sincerely,'
    def add(x):
        return [(A, x + '\n\nSincerely,')]
    own = 'https://www.harborpayroll.example/'
    t('1 link', '', d, add(f'See <{own}notice>.'))
    t('2 links', '', d,
      add(f'See [our page about this notice]({own}notice) or [help]({own}help), or again <{own}notice>.'))
    t('3 links', 'S-22', d,
      add(f'See [a page]({own}a) [b page]({own}b) [c page]({own}c).'))
    for u in [
            'https://www.kroll.example/x',
            'http://www.harborpayroll.example/notice',
            'https://bit.ly/3xYz',
            'https://192.0.2.7/notice',
            'https://www.harborpayroll.example@evil.example/',
            'https://xn--hrbor-zra.example/',
            'https://www.harborpayroll.example/n?utm_source=mail',
            'https://www.harborpayroll.example/n?mc_eid=123',
            'https://www.harborpayroll.example/letter.pdf',
            'https://www.harborpayroll.example/setup.exe',
            'https://harborpayroll-notice.example/',
            'https://harborpayroll.example.evil.example/x',
    ]:
        t('link ' + u, 'S-22', d, add(f'Read more on [our page]({u}).'))
        t('bare ' + u, 'S-22', d, add(f'Read more at {u} today.'))
    t('mismatch', 'S-22', d,
      add('Go to [www.harborpayroll.example](https://www.harborpayroll.evil.example/x).'))
    t('mismatch2', 'S-22', d, add(f'Go to [www.bank.example]({own}x).'))
    t('canonical foreign', 'S-22', d,
      ini=[('^canonical_url = .*', 'canonical_url = https://harbor-notice.example/')])
    t('ftc ok', '', d,
      add('See <https://www.ftc.gov/idtheft>, <https://www.identitytheft.gov>, <https://oag.ca.gov/privacy> and https://www.annualcreditreport.com.'))
    for x in [
            '![logo](https://www.harborpayroll.example/logo.png)',
            '<img src="https://t.example/o.gif?u={{person_id}}" width="1" height="1">',
            '![][l]\n\n[l]: https://www.harborpayroll.example/p.gif',
            f'[Your page]({own}n?id={{{{person_id}}}})',
            f'Go to {own}n/{{{{person_id}}}} now.',
    ]:
        t('track ' + x, 'S-24', d, add(x))
    t('inline img', '~S-24', d, add('![our logo](cid:logo)'))
    for x in [
            'Get 20% off your next order.',
            'Follow us on Facebook and Instagram.',
            'Use promo code SAFE10 at checkout.',
            'Shop now and save.',
            'Upgrade today to our Premium plan!',
            'Download our app on the App Store.',
            'As an apology, enjoy 10% off your next purchase.',
            'Take our survey and tell us what you think.',
            'Check out our new products. Buy now!',
            'Sign up now for our special offer.',
    ]:
        t('mkt ' + x, 'S-25', d, add(x))
    t('weak', '~S-25', d, add('Our newsletter will tell you more.'))
    for x in [
            'Please reply to this e-mail with your Social Security number.',
            'To verify your account, enter your password.',
            'Please confirm your date of birth and card number.',
            'Please provide your Social Security number to enroll in the service.',
            'Click the link and enter your PIN.',
            'Send us your bank account details so that we can pay you.',
            'Please fill in your date of birth and your password.',
            'To continue, verify your account.',
            'Please send us the following:\n\n* your name\n* your Social Security number\n* your date of birth',
            'You must enter your current password on our page.',
            'Use the PIN below to enroll: 88231.',
            'You will be asked to provide your Social Security number and date of birth.',
            'Please submit a copy of your passport number.',
            'Give us your recovery phrase to secure your wallet.',
            'To activate the service you will need your Social Security number.',
            'Your PIN code: 88231\n\n[Enroll Now](https://www.harborpayroll.example/e)',
    ]:
        t('ask ' + x, 'S-26', d, add(x))
    t('form', 'S-26', d,
      add('<form action="https://www.harborpayroll.example/x"><input name="ssn"></form>'))
    for x in [
            'Change your password now, and wherever else you use it.',
            'We will not ask you for your password.',
            'Your Social Security number was involved.',
            'Never give your password or PIN to anyone.',
            'If someone asks you to confirm your Social Security number, hang up.',
            'Please choose a new password at log-in.',
            'To place a freeze the credit bureaus will ask you to provide your Social Security number and date of birth.',
            'Your activation code for credit monitoring is ABC-123. It needs no payment card.',
            'We can confirm that your password was not taken.',
            'You do not need to provide a credit card number to enroll.',
            'The file contained the information you provide when you register, such as your date of birth.',
            'Be wary of messages that ask you to enter your password.',
            'We recommend that you reset your password and PIN.',
            'We do not need your date of birth.',
            'Criminals may call you and try to get you to provide your card number.',
            'We are providing this notice because your password was exposed.',
            'You can verify that this notice is genuine on our website.',
            'Log in to your account as you always do and review your settings.',
            'Your freeze comes with a PIN from the credit bureau; keep your PIN safe. '
            'To enroll in credit monitoring, use the code AB12 at our website.',
            'Do not share your PIN. To enroll, call us.',
    ]:
        t('fine ' + x, '', d, add(x))
    t('raw', '~S-27', d, add('<div class="box">a box</div>'))
    for x in [
            '<div style="display:none">hidden words</div>',
            '<div style="max-height:0;overflow:hidden">\n\nhidden words\n\n</div>',
            'Read <span style="color:#ffffff">hidden words</span> here.',
            '<style>.preheader { font-size: 0 }</style>\n\n<p class="preheader">hidden words</p>',
    ]:
        t('hidden ' + x, 'S-27', d, add(x))
    for h in [
            'What Happened?',
            'What Information Was Involved?',
            'What We Are Doing',
            'What You Can Do',
            'For More Information',
    ]:
        t('no ' + h, 'S-29', d, [(f'**{h}**\n', '')])
    t('title gone', 'S-29', d,
      [('**NOTICE OF DATA BREACH**', '**Letter to our employees**')])
    t('other heading', 'S-29', d,
      [('**What Information Was Involved?**', '**What Data Was Involved?**')])
    t('headings #', '', d,
      [('**What Happened?**', '## What Happened'), ('**What We Are Doing**', '## WHAT WE ARE DOING')])
    t('run-in', '', d, [('**What Happened?**\n\n', '**What Happened.** ')])
    t('plain', '', d,
      [('**What Happened?**', 'What Happened:'), ('**NOTICE OF DATA BREACH**', 'Notice of Data Breach')])
    for x in ['', 'We take the security of your information very seriously.']:
        t('emptied ' + x, 'S-29', d,
          [(SPECIMEN_DOING, x)])
    for x in ['Dear Maria Lopez,', 'Dear Ms. Lopez,', 'Hello Jennifer,']:
        t('fixed ' + x, 'S-35', d, [('Dear {{name}}:', x)])
    for x in ['Dear Valued Customer,', 'Dear Harbor Payroll employee:']:
        t('for all ' + x, '~S-36', d, [('Dear {{name}}:', x)])
    listed = 'person_id,name,email,jurisdiction\n1,Jane Okonkwo,j@mail.example,US-CA\n2,Ben Ortiz,ben@mail.example,US-CA\n'
    t('an officer who is on the list', '', d,
      [(A, 'Sincerely,\n\nJane Okonkwo, President')], people=listed)
    t('addressed', 'S-35', d, [('Dear {{name}}:', 'Maria Lopez\\\n12 Elm Street\\\nFresno, CA 93650\n\nDear {{name}}:')])
    t('a column of other names', 'S-35', d,
      [('Dear {{name}}:', 'Dear {{to}},')],
      people='person_id,name,email,jurisdiction,to\n1,Ada Moss,ada@mail.example,US-CA,Cleo Park\n2,Ben Ortiz,ben@mail.example,US-CA,Ada Moss\n3,Cleo Park,cleo@mail.example,US-CA,Ben Ortiz\n')
    t('an honest column of names', '', d,
      [('Dear {{name}}:', 'Dear {{to}},')],
      people='person_id,name,email,jurisdiction,to\n1,Ada Moss,ada@mail.example,US-CA,Ms. Moss\n2,Ben Ortiz,ben@mail.example,US-CA,Mr. Ortiz\n')
    t('no bureaus', 'S-29', d,
      [('TransUnion: transunion.com/credit-help', 'Other: ask us')])
    t('no contact', 'S-29', d,
      [('Call us at 1-800-555-0177 or go to our website, harborpayroll.example, and choose "Notice of Data Breach" on the first page.', ''), ('44 Dock Road, Oakland, CA 94607', '')])
    t('MA', 'S-29', '09-health-phi',
      people='person_id,name,email,jurisdiction\n1,A B,a@b.example,US-MA\n')
    t('CHANGE ME', 'S-00', d, add('CHANGE ME: the address'))
    t('CHANGE ME subj', 'S-00', d, ini=[(S, 'subject = CHANGE ME')])
    t('no org', 'S-00', d,
      ini=[('^name = Harbor Payroll LLC\nbrands', 'name =\nbrands')])
    t('unknown field', 'S-35', d, add('Your code: {{code_of_you}}'))
    t('unclosed', 'S-35', d, add('Your code: {{code'))
    t('leak', 'S-35', d, add('Copy to ben@mail.example.'))
    t('braces', 'S-35', d, add('Your code: \\{{name}}'))
    t('mark', 'S-35', d, add('Your case number is [insert number].'))
    t('empty', 'S-34', d, files={'message.md': '\n'})
    t('big', 'S-34', d, [('', 'Word upon word upon word. ' * 5000)])
    t('unsub', '~S-33', d, add('Click here to unsubscribe.'))
    t('noname', '~S-36', d, [('Dear {{name}}:', 'Dear customer:')])
    t('hipaa D', 'S-29', '09-health-phi',
      [('**D. What we are doing.** We reported the theft to the police, we are encrypting all laptops, and we are training our staff again.', '')])
    t('hipaa C', 'S-29', '09-health-phi',
      [('**C. What you should do.** Check the statements of your health plan for care that you did not get. If you see any, call your plan at the number on your card.', '')])
    t('hipaa A', 'S-29', '09-health-phi',
      [('**A. What happened.** On October 26, 2026 a laptop was stolen from the car of one of our nurses. We discovered the breach on November 2, 2026.', '')])
    t('gdpr cons', 'S-29', '04-hotel-email',
      [('The likely consequences are unwanted mail, attempts at fraud with your name, and misuse of passport numbers.', ''), ('* Be vigilant against third parties who try to gather information by deception, also through links to fake websites. We will not ask you to provide your password by phone or email.', '')])
    t('recall word', 'S-29', '10-direct-recall',
      [('# Safety Recall: WarmUp electric kettles', '# WarmUp electric kettles')])
    t('recall hazard', 'S-29', '10-direct-recall',
      [('## Hazard\n\nThe handle can break when the kettle is full. Hot water can spill on the user and cause burns.', ''), ('We received 31 reports of handles that broke, with 4 injuries: burns of hand and arm.', 'We received 31 letters.'), ('## Incidents and injuries', '## Letters'), ('# Safety Recall', '# Recall')])
    t('recall remedy', 'S-29', '10-direct-recall',
      [('## Remedy: refund or replacement\n\nYou get a full refund of $39 or a free replacement, as you choose. Cut the cord, and call us or fill in nothing: we have your order. The refund takes two weeks.', '')])
    t('policy date', 'S-29', '07-agreement-update',
      [(' The new version takes effect on December 15, 2026.', '')])

def main():
    tap, work = Tap(), Work()

    def t(name, want, *args, **kw):
        """want: the one rule that blocks; ~RULE: warns; empty: none blocks."""
        name = name.replace("\n", " ")
        found, err = check(work, *args, **kw)
        told = "\n".join([f"{x['severity']} {x['rule']} {x['check']} {x['text']}"
                          for x in found] + [err])
        blocks = rules(found, "block")
        if want.startswith("~"):
            tap.ok(want[1:] in rules(found, "warn") and not blocks,
                   f"{name}: {want[1:]} warns", told)
        else:
            tap.ok(blocks == ([want] if want else []),
                   f"{name}: {want or 'nothing'} blocks", told)

    try:
        for d in HONEST:
            t(d, "", d)
        found, _ = check(work, "05-vendor-enrolment")
        tap.ok({"S-22", "S-26"} <= set(rules(found, "block")),
               "05: a stranger's link, and asks for data", found)
        t("06-class-notice", "S-20", "06-class-notice")
        cases(t)
    finally:
        work.close()
    tap.done()

main()
