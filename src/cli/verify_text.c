#include "cli/verify_text.h"
#include "base/limits.h"

#define ROWS_SHOWN 20UL

/* ---- one line first */

static const char *what_to_do(enum dmarc_policy p)
{
	switch (p) {
	case DMARC_NONE: return "does not ask for anything to be done";
	case DMARC_QUARANTINE:
		return "asks that such mail be treated as suspicious";
	case DMARC_REJECT: return "asks that such mail be refused";
	}
	BUG("dmarc policy %d", (int)p);
}

static void say_pass(const struct auth_dmarc *d, struct buf *out)
{
	const char *shown = "it is signed by, and was sent from a server of, "
			    "that domain";

	if (!d->spf_aligned)
		shown = "it is signed with a key of that domain";
	else if (!d->dkim_aligned)
		shown = "it was sent from a server that the domain names "
			"(nothing is signed)";
	buf_addf(out, "The owner of %.*s confirms this mail: %s%s.\n",
	    STR_ARG(d->from_domain), shown,
	    str_eq(d->from_domain, d->organizational)
		? ""
		: " or one of the same organization");
	buf_addz(out, "That says who sent it, not that what it says is "
		      "true.\n");
}

static void say_none(const struct auth_report *r, struct buf *out)
{
	buf_addf(out,
	    "Nobody can tell by DMARC whether this mail is from %.*s: the "
	    "domain publishes no policy.\n",
	    STR_ARG(r->dmarc.from_domain));
}

static void say_summary(const struct auth_report *r, struct buf *out)
{
	const struct auth_dmarc *d = &r->dmarc;

	switch (d->result) {
	case DMARC_VERDICT_PASS: say_pass(d, out); return;
	case DMARC_VERDICT_NONE: say_none(r, out); return;
	case DMARC_VERDICT_FAIL:
		buf_addf(out,
		    "Nothing shows that this mail is from %.*s; the owner of "
		    "that domain %s.\n",
		    STR_ARG(d->from_domain), what_to_do(d->disposition));
		if (!r->spf_judged)
			buf_addz(out,
			    "SPF could not be judged (see below), so this is "
			    "said by the signatures alone.\n");
		return;
	case DMARC_VERDICT_TEMPERROR:
		buf_addz(out, "This mail could not be judged now; try again "
			      "later. It is neither confirmed nor refuted.\n");
		return;
	case DMARC_VERDICT_PERMERROR:
		buf_addz(out, "This mail names no one sender that could be "
			      "confirmed; treat it as suspicious.\n");
		return;
	}
	BUG("dmarc verdict %d", (int)d->result);
}

/* ---- each part */

static void put_dmarc(const struct auth_dmarc *d, struct buf *out)
{
	buf_addf(out, "\ndmarc   %s: %.*s\n", dmarc_verdict_name(d->result),
	    STR_ARG(d->reason));
	if (d->record.n)
		buf_addf(out, "        record at _dmarc.%.*s: %.*s\n",
		    STR_ARG(d->policy_domain), STR_ARG(d->record));
}

static const char *spf_meaning(enum spf_result r)
{
	switch (r) {
	case SPF_PASS:
		return "the owner of that domain names this server as one "
		       "that sends its mail";
	case SPF_FAIL:
		return "the owner of that domain says this server does not "
		       "send its mail";
	case SPF_SOFTFAIL:
		return "the owner of that domain doubts that this server "
		       "sends its mail";
	case SPF_NEUTRAL:
		return "the owner of that domain says neither yes nor no";
	case SPF_NONE: return "there is nothing that could be judged";
	case SPF_TEMPERROR: return "the DNS did not answer; no verdict";
	case SPF_PERMERROR:
		return "the record is wrong, so nothing follows from it; only "
		       "the domain's owner can mend it";
	}
	BUG("spf result %d", (int)r);
}

static void put_spf(const struct auth_report *r, struct buf *out)
{
	const struct spf_verdict *v = &r->spf;

	buf_addf(out, "\nspf     %s: %.*s\n", spf_result_name(v->result),
	    STR_ARG(v->reason));
	if (!r->spf_judged)
		return;
	buf_addf(out, "        (%s)\n", spf_meaning(v->result));
	buf_addf(out, "        judged: %.*s (%s) from %.*s\n",
	    STR_ARG(v->domain), v->helo ? "HELO" : "MAIL FROM", STR_ARG(r->ip));
	if (v->record.n)
		buf_addf(out, "        record at %.*s: %.*s\n",
		    STR_ARG(v->record_domain), STR_ARG(v->record));
}

static void put_row(const struct dkim_verdict *v, struct buf *out)
{
	buf_addf(out, "\ndkim    %s", dkim_result_name(v->result));
	if (v->domain.n)
		buf_addf(out, " (%.*s)", STR_ARG(v->domain));
	buf_addf(out, ": %.*s\n", STR_ARG(v->reason));
	if (v->record.n)
		buf_addf(out, "        key at %.*s._domainkey.%.*s: %.*s\n",
		    STR_ARG(v->selector), STR_ARG(v->domain),
		    STR_ARG(v->record));
}

static void put_dkim(const struct dkim_report *r, struct buf *out)
{
	const struct dkim_verdict *none = auth_unsigned_row(r);

	if (none)
		put_row(none, out);
	for (size_t i = 0; i < r->count && i < ROWS_SHOWN; i++)
		put_row(&r->row[i], out);
	if (r->count > ROWS_SHOWN)
		buf_addf(out, "\ndkim    and %zu signatures more\n",
		    r->count - ROWS_SHOWN);
}

static void put_arc(const struct arc_report *r, struct buf *out)
{
	buf_addf(out, "\narc     %s: %.*s\n", arc_result_name(r->result),
	    STR_ARG(r->reason));
	for (size_t i = 0; i < r->sets && i < ROWS_SHOWN; i++)
		buf_addf(out, "        %zu. %.*s says: %.*s\n", i + 1,
		    STR_ARG(r->set[i].domain), STR_ARG(r->set[i].results));
	if (r->result == ARC_PASS)
		buf_addz(out, "        (that is the word of these hosts; it "
			      "confirms nothing by itself)\n");
}

void verify_text(const struct auth_report *r, struct buf *out)
{
	say_summary(r, out);
	if (r->dmarc.from_domain.n)
		buf_addf(out, "\nfrom    %.*s%s<%.*s>\n", STR_ARG(r->from_name),
		    r->from_name.n ? " " : "", STR_ARG(r->from_address));
	put_dmarc(&r->dmarc, out);
	put_spf(r, out);
	put_dkim(&r->dkim, out);
	put_arc(&r->arc, out);
	buf_truncate(out, out->len - 1); /* cli_print() ends the line */
}
