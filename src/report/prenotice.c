/* The folder: which texts there are, and the two that lead through them. */
#include "base/limits.h"
#include "report/html.h"
#include "report/prenotice_text.h"

#define TEXT_MAX MiB

void prenotice_put_number(struct buf *out, uint64_t v)
{
	html_number(out, v);
}

void prenotice_put_date(struct buf *out, usec_t t)
{
	html_plain_date(out, t, false);
}

static size_t count_owed(const struct prenotice *p, enum law_who who)
{
	size_t n = 0;

	for (size_t i = 0; i < p->owed.count; i++)
		for (size_t k = 0; k < p->owed.v[i].duties.count; k++)
			n += prenotice_is_owed(&p->owed.v[i].duties.d[k], who);
	return n;
}

/* ---- README.txt: whom first */

static void put_authority(const struct prenotice *p,
    const struct obligation *in, const struct law_duty *d, struct buf *out)
{
	buf_addz(out, "   ");
	prenotice_put_name(p, in, d, out);
	buf_addf(out, ": %.*s", STR_ARG(d->regulator));
	if (d->has_deadline) {
		buf_addz(out, ", by ");
		prenotice_put_date(out, d->deadline);
		if (d->passed)
			buf_addz(out, " (PASSED)");
	} else {
		buf_addf(out, ", %.*s", STR_ARG(d->rule_text));
	}
	if (d->applies == LAW_IF)
		buf_addz(out, " (only if it applies)");
	prenotice_put_tranche(in, out);
	buf_addc(out, '\n');
}

/* Those to be told before the people, or the others; how many.  `out` may be
 * NULL. */
static size_t put_authorities(
    const struct prenotice *p, bool before, struct buf *out)
{
	size_t n = 0;

	for (size_t i = 0; i < p->owed.count; i++) {
		const struct obligation *in = &p->owed.v[i];

		for (size_t k = 0; k < in->duties.count; k++) {
			const struct law_duty *d = &in->duties.d[k];

			if (!prenotice_is_owed(d, LAW_REGULATOR) ||
			    d->before_individuals != before)
				continue;
			if (out)
				put_authority(p, in, d, out);
			n++;
		}
	}
	return n;
}

static void put_mail_side(
    const struct prenotice *p, unsigned *step, struct buf *out)
{
	if (p->notice->esp.name.n || p->notice->relay.n)
		buf_addf(out,
		    "%u. The provider that sends for you, first of all: it "
		    "can stop the mailing.\n"
		    "   esp-memo.txt\n\n",
		    (*step)++);
	buf_addf(out,
	    "%u. Mailbox providers, two to five days before the start:\n"
	    "   yahoo-sender-support.txt (a form that has this reason), "
	    "microsoft.txt,\n"
	    "   apple-icloudadmin.txt; google.txt is kept ready, there is no "
	    "form.\n\n",
	    (*step)++);
	buf_addf(out,
	    "%u. Block lists: blocklists.txt, kept ready for a ticket.\n\n",
	    (*step)++);
	buf_addf(out,
	    "%u. Partners whose people will get the notice: "
	    "partner-gateways.txt with\n"
	    "   partner-gateways.json and sample.eml, the day before.\n\n",
	    (*step)++);
}

/* "sector: 'x' is unknown; did you mean y?", without the list of all words. */
static struct str first_sentence(struct str s)
{
	ptrdiff_t end = str_find(s, S("? "));

	return end < 0 ? s : str_sub(s, 0, (size_t)end + 1);
}

void prenotice_put_readme(const struct prenotice *p, struct buf *out)
{
	unsigned step = 1;

	buf_addf(out,
	    "To be sent before the notice of %.*s goes out, in this order. "
	    "What says\n"
	    "CHANGE ME is yours to write. No name and no address of a "
	    "recipient is in here.\n"
	    "\n",
	    STR_ARG(p->notice->org_name));
	buf_addf(out,
	    "%u. Counsel reads all of it, with 'tocsin deadlines'. Not legal "
	    "advice.\n\n",
	    step++);
	if (p->unknown_word.n)
		buf_addf(out,
		    "   A word of [facts] in notice.ini says nothing to the "
		    "law table, so it was\n"
		    "   left out: %.*s\n\n",
		    STR_ARG(first_sentence(p->unknown_word)));
	if (put_authorities(p, true, NULL)) {
		buf_addf(out,
		    "%u. Authorities that must know BEFORE the people do; the "
		    "gate of 'tocsin\n"
		    "   send' stays closed until that is written down:\n",
		    step++);
		put_authorities(p, true, out);
		buf_addc(out, '\n');
	}
	put_mail_side(p, &step, out);
	if (put_authorities(p, false, NULL)) {
		buf_addf(out, "%u. The other authorities, each by its day:\n",
		    step++);
		put_authorities(p, false, out);
		buf_addc(out, '\n');
	}
	if (count_owed(p, LAW_CRA))
		buf_addf(out, "%u. Credit bureaus: cra.txt\n\n", step++);
	buf_addz(out,
	    "Write into sent.tsv what went to whom, and what came back (one "
	    "line each, tabs\n"
	    "between). sample.eml is the mail to a person made up; it is not "
	    "signed.\n"
	    "Mailboxes are counted by the domain of the first address: those "
	    "of companies that\n"
	    "use Google or Microsoft under a name of their own count as "
	    "other.\n");
}

void prenotice_put_log(const struct prenotice *p, struct buf *out)
{
	(void)p;
	buf_addz(out, "sent_at\tfile\tto\tway\tby\tacknowledged_at\treference"
		      "\tnote\n");
}

/* ---- the folder */

static void put_sample(const struct prenotice *p, struct buf *out)
{
	buf_add(out, buf_str(&p->sample));
}

typedef void put_fn(const struct prenotice *p, struct buf *out);

static int add(const struct prenotice *p, struct report_folder *f,
    const char *name, put_fn *put, struct err *e)
{
	struct buf text = BUF_INIT(LIMIT_LETTER);
	int rc;

	put(p, &text);
	rc = text.over ? err_set(e, ERR_LIMIT, "%s: too long", name)
		       : report_folder_add(f, name, buf_str(&text), e);
	buf_release(&text);
	return rc;
}

static int add_regulators(const struct prenotice *p,
    const struct obligation *in, struct report_folder *f, struct err *e)
{
	struct buf name = BUF_INIT(KiB), text = BUF_INIT(TEXT_MAX);
	int rc = 0;

	for (size_t i = 0; i < in->duties.count && rc >= 0; i++) {
		const struct law_duty *d = &in->duties.d[i];

		if (!prenotice_is_owed(d, LAW_REGULATOR))
			continue;
		buf_reset(&name);
		buf_reset(&text);
		prenotice_put_name(p, in, d, &name);
		prenotice_put_regulator(p, in, d, &text);
		rc = report_folder_add(f, buf_cstr(&name), buf_str(&text), e);
	}
	buf_release(&name);
	buf_release(&text);
	return rc;
}

int prenotice_write(
    const struct prenotice *p, struct report_folder *f, struct err *e)
{
	static const struct {
		const char *name;
		put_fn *put;
	} files[] = {
	    {"README.txt", prenotice_put_readme},
	    {"yahoo-sender-support.txt", prenotice_put_yahoo},
	    {"google.txt", prenotice_put_google},
	    {"microsoft.txt", prenotice_put_microsoft},
	    {"apple-icloudadmin.txt", prenotice_put_apple},
	    {"esp-memo.txt", prenotice_put_esp},
	    {"blocklists.txt", prenotice_put_blocklists},
	    {"partner-gateways.txt", prenotice_put_partners},
	    {"partner-gateways.json", prenotice_put_partners_json},
	    {"sample.eml", put_sample},
	    {"sent.tsv", prenotice_put_log},
	};
	int rc = 0;

	for (size_t i = 0; i < ARRAY_SIZE(files) && rc >= 0; i++)
		rc = add(p, f, files[i].name, files[i].put, e);
	if (rc >= 0 && count_owed(p, LAW_CRA))
		rc = add(p, f, "cra.txt", prenotice_put_bureaus, e);
	for (size_t i = 0; i < p->owed.count && rc >= 0; i++)
		rc = add_regulators(p, &p->owed.v[i], f, e);
	return rc;
}
