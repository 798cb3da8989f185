/* Drafts to authorities and credit bureaus: what the forms ask for, as far as
 * the folder knows it. */
#include "report/prenotice_text.h"

bool prenotice_is_owed(const struct law_duty *d, enum law_who who)
{
	return d->who == who && d->applies != LAW_NO;
}

/* 0: the first import, or the first of those added later. */
static size_t number_of(const struct prenotice *p, const struct obligation *in)
{
	return (size_t)(in - p->owed.v);
}

void prenotice_put_tranche(const struct obligation *in, struct buf *out)
{
	if (!in->tranche.n)
		return;
	buf_addf(out, " (people added later: '%.*s'", STR_ARG(in->tranche));
	if (in->facts.discovered) {
		buf_addz(out, ", discovered ");
		prenotice_put_date(out, in->facts.discovered);
	}
	buf_addc(out, ')');
}

void prenotice_put_name(const struct prenotice *p, const struct obligation *in,
    const struct law_duty *d, struct buf *out)
{
	buf_addz(out, "regulators/");
	for (size_t i = 0; i < d->id.n; i++) {
		char c = d->id.p[i];

		buf_addc(out, ascii_is_alnum(c) ? c : '-');
	}
	if (d->step > 1)
		buf_addf(out, "-step%u", d->step);
	if (number_of(p, in))
		buf_addf(out, "-tranche%zu", number_of(p, in) + 1);
	buf_addz(out, ".txt");
}

static void put_by_when(const struct law_duty *d, struct buf *out)
{
	if (!d->has_deadline) {
		buf_add(out, d->rule_text.n ? d->rule_text : d->rule);
		return;
	}
	prenotice_put_date(out, d->deadline);
	if (d->passed)
		buf_addz(out, " (PASSED: say why it is late)");
	if (d->house)
		buf_addz(out, " (your own limit; the law names no day)");
	if (d->rule_text.n)
		buf_addf(out, "; %.*s", STR_ARG(d->rule_text));
}

static void put_head(const struct law_duty *d, struct buf *out)
{
	buf_addz(out, "DRAFT. Most authorities have a form of their own; this "
		      "has what such forms ask for.\n"
		      "Not legal advice: counsel must read the law named "
		      "below.\n"
		      "\n");
	buf_addf(out, "To:          %.*s\n", STR_ARG(d->regulator));
	buf_addf(out, "Law:         %.*s, %.*s\n", STR_ARG(d->name),
	    STR_ARG(d->regime));
	buf_addz(out, "By when:     ");
	put_by_when(d, out);
	buf_addc(out, '\n');
	if (d->before_individuals)
		buf_addz(out, "Order:       BEFORE the people are told\n");
	if (d->wait_business_days)
		buf_addf(out,
		    "Wait:        %u business days between this and the "
		    "people\n",
		    d->wait_business_days);
	if (d->applies == LAW_IF)
		buf_addf(out, "Only if:     %.*s\n", STR_ARG(d->question));
	buf_addf(out,
	    "Law table:   %.*s; as of %.*s; confidence %.*s\n"
	    "             %.*s\n\n",
	    STR_ARG(d->id), STR_ARG(d->as_of), STR_ARG(d->confidence_deadline),
	    STR_ARG(d->source));
}

static void put_reporter(const struct prenotice *p, struct buf *out)
{
	const struct notice *n = p->notice;

	buf_addf(out,
	    "1. Who reports\n"
	    "   Company:       %.*s\n"
	    "   Address:       CHANGE ME (seat, registration number)\n"
	    "   Contact:       CHANGE ME (name, office, telephone; in the EU "
	    "the data\n"
	    "                  protection officer)\n"
	    "   Mail:          %.*s\n"
	    "   Role:          ",
	    STR_ARG(n->org_name),
	    STR_ARG(n->reply_to.n ? n->reply_to : n->from_address));
	buf_add(out, n->facts.role.n
			 ? n->facts.role
			 : S("CHANGE ME (owner of the data, processor, "
			     "manufacturer ...)"));
	buf_addz(out, "\n\n");
}

static void put_discovered(const struct obligation *in, struct buf *out)
{
	buf_addz(out, "   Discovered:    ");
	if (in->facts.discovered)
		prenotice_put_date(out, in->facts.discovered);
	else
		buf_addz(out, "CHANGE ME (day)");
	buf_addc(out, '\n');
}

static void put_incident(
    const struct prenotice *p, const struct obligation *in, struct buf *out)
{
	const struct notice *n = p->notice;

	buf_addz(out,
	    "2. What happened\n"
	    "   In short:      CHANGE ME (nature of the breach, how it "
	    "came about)\n"
	    "   Happened:      CHANGE ME (day, or first and last "
	    "day)\n");
	put_discovered(in, out);
	buf_addz(out, "   Determined:    ");
	if (in->facts.determined)
		prenotice_put_date(out, in->facts.determined);
	else
		buf_addz(out, "CHANGE ME (day on which you were sure)");
	buf_addz(out, "\n   Kinds of data: ");
	buf_add(out, n->facts.data_types.n ? n->facts.data_types
					   : S("CHANGE ME (by name)"));
	buf_addz(out, "\n   Encrypted:     ");
	buf_addz(out, n->facts.encrypted == NOTICE_YES  ? "yes"
		      : n->facts.encrypted == NOTICE_NO ? "no"
							: "CHANGE ME");
	buf_addz(out,
	    "\n"
	    "   Police:        CHANGE ME (told on which day; did they "
	    "ask to wait)\n"
	    "   Consequences:  CHANGE ME (what may follow for the "
	    "people)\n"
	    "   Measures:      CHANGE ME (what was done, what is "
	    "planned)\n\n");
}

static void put_product(const struct obligation *in, struct buf *out)
{
	buf_addz(out,
	    "2. The product\n"
	    "   Product:       CHANGE ME (name, brand, model, batch or "
	    "serial numbers)\n"
	    "   Units:         CHANGE ME (number, where and when "
	    "sold)\n"
	    "   Hazard:        CHANGE ME (defect, risk, incidents and "
	    "injuries)\n");
	put_discovered(in, out);
	buf_addz(out, "   Measures:      CHANGE ME (stop of sale, recall, "
		      "remedy)\n\n");
}

static void put_people(const struct prenotice *p, const struct obligation *in,
    const struct law_duty *d, struct buf *out)
{
	const struct notice *n = p->notice;

	buf_addz(out, "3. People\n   Here:          ");
	prenotice_put_number(out, d->people);
	buf_addf(out, " with residence in %.*s", STR_ARG(d->jurisdiction));
	prenotice_put_tranche(in, out);
	buf_addz(out, "\n   In all:        ");
	prenotice_put_number(out, p->people);
	if (in->people < p->people) {
		buf_addz(out, ", of whom this is about ");
		prenotice_put_number(out, in->people);
	}
	buf_addz(out, "\n   Told by:       mail to ");
	prenotice_put_number(out, p->people - p->no_address);
	buf_addz(out, "; another way for ");
	prenotice_put_number(out, p->no_address);
	buf_addz(out, " without an address\n   Told from:     ");
	if (n->check.start)
		prenotice_put_date(out, n->check.start);
	else
		buf_addz(out, "CHANGE ME (day)");
	buf_addf(out,
	    "\n   Text:          attached, sample.eml (subject: %.*s)\n"
	    "   Web page:      %.*s\n\n",
	    STR_ARG(p->sample_subject), STR_ARG(n->canonical_url));
}

static void put_required(
    const struct prenotice *p, const struct law_duty *d, struct buf *out)
{
	if (!d->required_count)
		return;
	buf_addz(out, "4. What this law wants the people to be told (is it in "
		      "the text?)\n");
	for (size_t i = 0; i < d->required_count; i++) {
		const char *text = law_keyword_text(p->pack, d->required[i]);

		buf_addf(out, "   [ ] %s\n", text ? text : "");
	}
	buf_addc(out, '\n');
}

void prenotice_put_regulator(const struct prenotice *p,
    const struct obligation *in, const struct law_duty *d, struct buf *out)
{
	put_head(d, out);
	put_reporter(p, out);
	if (p->notice->kind == NOTICE_RECALL ||
	    p->notice->kind == NOTICE_SAFETY)
		put_product(in, out);
	else
		put_incident(p, in, out);
	put_people(p, in, d, out);
	put_required(p, d, out);
	buf_addf(out,
	    "When it is sent, write it down; the gate of 'tocsin send' asks "
	    "for it:\n"
	    "  tocsin duties --help\n");
}

static void put_bureau_duties(const struct obligation *in, struct buf *out)
{
	for (size_t i = 0; i < in->duties.count; i++) {
		const struct law_duty *d = &in->duties.d[i];

		if (!prenotice_is_owed(d, LAW_CRA))
			continue;
		buf_addf(out, "* %.*s, %.*s: ", STR_ARG(d->name),
		    STR_ARG(d->regime));
		prenotice_put_number(out, d->people);
		buf_addz(out, " people");
		prenotice_put_tranche(in, out);
		buf_addz(out, "; ");
		put_by_when(d, out);
		if (d->applies == LAW_IF)
			buf_addf(out, " (only if: %.*s)", STR_ARG(d->question));
		buf_addf(out, " [as of %.*s, confidence %.*s]\n",
		    STR_ARG(d->as_of), STR_ARG(d->confidence_content));
	}
}

void prenotice_put_bureaus(const struct prenotice *p, struct buf *out)
{
	buf_addf(out,
	    "To the nationwide consumer reporting agencies. DRAFT; not legal "
	    "advice.\n"
	    "(Ask each where such notices go; these are the addresses for "
	    "consumers, as of\n"
	    "January 2026, verify before use: Equifax, P.O. Box 105788, "
	    "Atlanta, GA 30348-5788;\n"
	    "Experian, P.O. Box 9554, Allen, TX 75013; TransUnion, P.O. Box "
	    "160, Woodlyn, PA\n"
	    "19094.)\n"
	    "\n"
	    "%.*s will notify people of a breach of personal data, as these "
	    "laws ask:\n"
	    "\n",
	    STR_ARG(p->notice->org_name));
	for (size_t i = 0; i < p->owed.count; i++)
		put_bureau_duties(&p->owed.v[i], out);
	buf_addz(out,
	    "\n"
	    "Timing of the notices:  CHANGE ME (first and last day)\n"
	    "Way:                    mail; post for those without an address\n"
	    "Content:                sample.eml\n"
	    "Kinds of data:          ");
	buf_add(out, p->notice->facts.data_types.n ? p->notice->facts.data_types
						   : S("CHANGE ME"));
	buf_addz(out, "\n"
		      "Contact:                CHANGE ME (name, telephone, "
		      "mail)\n"
		      "\n"
		      "No names or other data of these people are in this "
		      "notice, and none will follow.\n");
}
