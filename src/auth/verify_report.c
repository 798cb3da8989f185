#include "auth/authres.h"
#include "auth/verify_private.h"
#include "base/utf8.h"

/* ---- copies */

static struct str keep(struct auth_report *r, struct str s)
{
	return s.n ? arena_dup(&r->arena, s) : STR_NONE;
}

struct str auth_keep_clean(struct auth_report *r, struct str s)
{
	struct buf b = BUF_INIT(3 * LIMIT_AUTH_SHOWN);

	utf8_add_clean(&b, str_sub(s, 0, LIMIT_AUTH_SHOWN));
	s = keep(r, buf_str(&b));
	buf_release(&b);
	return s;
}

void auth_take_spf(struct auth_report *r, const struct spf_verdict *v)
{
	struct spf_verdict *to = &r->spf;

	*to = *v;
	to->domain = keep(r, v->domain);
	to->mechanism = keep(r, v->mechanism);
	to->explanation = keep(r, v->explanation);
	to->record = keep(r, v->record);
	to->record_domain = keep(r, v->record_domain);
	to->reason = keep(r, v->reason);
}

static void copy_row(struct auth_report *r, struct dkim_verdict *to)
{
	to->domain = keep(r, to->domain);
	to->selector = keep(r, to->selector);
	to->identity = keep(r, to->identity);
	to->algorithm = keep(r, to->algorithm);
	to->reason = keep(r, to->reason);
	to->record = keep(r, to->record);
}

void auth_take_dkim(struct auth_report *r, const struct dkim_report *d)
{
	struct dkim_verdict *row;

	r->dkim.truncated = d->truncated;
	if (!d->count)
		return;
	row = arena_array(&r->arena, d->count, sizeof(*row));
	for (size_t i = 0; row && i < d->count; i++) {
		row[i] = d->row[i];
		copy_row(r, &row[i]);
	}
	r->dkim.row = row;
	r->dkim.count = row ? d->count : 0;
}

void auth_take_arc(struct auth_report *r, const struct arc_report *a)
{
	struct arc_set *set;

	r->arc = *a;
	r->arc.reason = keep(r, a->reason);
	set = arena_array(&r->arena, a->sets + 1, sizeof(*set));
	for (size_t i = 0; set && i < a->sets; i++) {
		set[i].domain = keep(r, a->set[i].domain);
		set[i].selector = keep(r, a->set[i].selector);
		set[i].signed_by = keep(r, a->set[i].signed_by);
		set[i].results = keep(r, a->set[i].results);
	}
	r->arc.set = set;
	r->arc.sets = set ? a->sets : 0;
}

void auth_take_dmarc(struct auth_report *r, const struct dmarc_result *d)
{
	struct auth_dmarc *to = &r->dmarc;

	to->result = d->verdict;
	to->organizational = keep(r, d->organizational);
	to->policy_domain = keep(r, d->policy_domain);
	to->reason = keep(r, d->reason);
	to->spf_aligned = d->spf_aligned;
	to->dkim_aligned = d->dkim_aligned;
	if (!d->record)
		return;
	to->record = keep(r, d->record->text);
	to->has_policy = d->record->applies;
	to->policy = d->policy;
	to->disposition = d->disposition;
	to->testing = d->record->testing;
}

/* ---- without memory nothing is known */

void auth_forget_all(struct auth_report *r)
{
	static const char why[] = "there is not enough memory to judge this "
				  "message now";

	arena_release(&r->arena);
	*r = (struct auth_report){.arena = ARENA_INIT(LIMIT_AUTH_MEMORY)};
	r->spf.result = SPF_TEMPERROR;
	r->arc.result = ARC_TEMPERROR;
	r->dmarc.result = DMARC_VERDICT_TEMPERROR;
	r->spf.reason = r->arc.reason = r->dmarc.reason = str_of(why);
	auth_time_out_dkim(r, why);
}

void auth_time_out_dkim(struct auth_report *r, const char *why)
{
	r->unfinished = (struct dkim_verdict){
	    .result = DKIM_TEMPERROR, .reason = str_of(why)};
	r->dkim = (struct dkim_report){.row = &r->unfinished, .count = 1};
}

void auth_report_free(struct auth_report *r)
{
	if (!r)
		return;
	arena_release(&r->arena);
	free(r);
}

const struct dkim_verdict *auth_unsigned_row(const struct dkim_report *r)
{
	static struct dkim_verdict none = {.result = DKIM_NONE,
	    .reason = S("the message has no DKIM-Signature")};
	static struct dkim_verdict unread = {.result = DKIM_NEUTRAL,
	    .reason = S("the header of the message is too long, so it was "
			"not examined")};

	if (r->count)
		return NULL;
	return r->truncated ? &unread : &none;
}

/* ---- Authentication-Results */

static void write_spf(struct authres_writer *w, const struct auth_report *r)
{
	authres_method(w, "spf", spf_result_name(r->spf.result));
	authres_reason(w, r->spf.reason);
	if (!r->spf_judged)
		return;
	if (r->spf.helo)
		authres_property(w, "smtp", "helo", r->helo);
	else
		authres_property(w, "smtp", "mailfrom", r->mail_from);
}

static void write_dkim(
    struct authres_writer *w, const struct dkim_verdict *v, bool reason)
{
	authres_method(w, "dkim", dkim_result_name(v->result));
	if (reason)
		authres_reason(w, v->reason);
	if (v->domain.n)
		authres_property(w, "header", "d", v->domain);
	if (v->identity.n)
		authres_property(w, "header", "i", v->identity);
	if (v->selector.n)
		authres_property(w, "header", "s", v->selector);
	if (v->algorithm.n)
		authres_property(w, "header", "a", v->algorithm);
}

static void write_dmarc(struct authres_writer *w, const struct auth_dmarc *d)
{
	authres_method(w, "dmarc", dmarc_verdict_name(d->result));
	authres_reason(w, d->reason);
	if (d->from_domain.n)
		authres_property(w, "header", "from", d->from_domain);
	if (d->has_policy)
		authres_property(
		    w, "policy", "dmarc", str_of(dmarc_policy_name(d->policy)));
}

bool auth_report_authres(
    const struct auth_report *r, struct str id, struct buf *out)
{
	const struct dkim_verdict *none = auth_unsigned_row(&r->dkim);
	struct authres_writer w;

	authres_begin(&w, out, id);
	write_spf(&w, r);
	if (none)
		write_dkim(&w, none, false);
	for (size_t i = 0; i < r->dkim.count && i < LIMIT_DKIM_SIGNATURES; i++)
		write_dkim(
		    &w, &r->dkim.row[i], r->dkim.row[i].result != DKIM_PASS);
	write_dmarc(&w, &r->dmarc);
	authres_method(&w, "arc", arc_result_name(r->arc.result));
	if (r->arc.result == ARC_FAIL)
		authres_reason(&w, r->arc.reason);
	return authres_end(&w);
}
