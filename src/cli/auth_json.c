#include "cli/auth_json.h"
#include "cli/message.h"

/* ---- spf */

void auth_json_spf(struct json *j, const struct spf_verdict *v)
{
	json_object(j);
	json_put_str(j, "result", str_of(spf_result_name(v->result)));
	json_put_str(j, "domain", v->domain);
	cli_put_or_null(j, "mechanism", v->mechanism);
	cli_put_or_null(j, "explanation", v->explanation);
	json_put_u64(j, "lookups", v->lookups);
	json_put_u64(j, "void_lookups", v->void_lookups);
	json_put_str(j, "identity", str_of(v->helo ? "helo" : "mailfrom"));
	cli_put_or_null(j, "record", v->record);
	cli_put_or_null(j, "record_domain", v->record_domain);
	json_put_str(j, "reason", v->reason);
	json_end(j);
}

/* ---- dkim */

static void flag(struct json *j, const struct dkim_verdict *v, unsigned bit,
    const char *name)
{
	json_put_bool(j, name, v->flags & bit);
}

static void put_row(struct json *j, const struct dkim_verdict *v)
{
	json_object(j);
	json_put_str(j, "result", str_of(dkim_result_name(v->result)));
	cli_put_or_null(j, "domain", v->domain);
	cli_put_or_null(j, "selector", v->selector);
	cli_put_or_null(j, "identity", v->identity);
	cli_put_or_null(j, "algorithm", v->algorithm);
	json_key(j, "key_bits");
	if (v->key_bits)
		json_u64(j, v->key_bits);
	else
		json_null(j);
	json_put_str(j, "reason", v->reason);
	cli_put_or_null(j, "record", v->record);
	flag(j, v, DKIM_TESTING, "testing");
	flag(j, v, DKIM_UNSIGNED_REST, "unsigned_rest");
	flag(j, v, DKIM_FUTURE, "future");
	flag(j, v, DKIM_ADDED_FIELD, "added_field");
	json_end(j);
}

void auth_json_dkim(struct json *j, const struct dkim_report *r)
{
	const struct dkim_verdict *none = auth_unsigned_row(r);

	json_array(j);
	if (none)
		put_row(j, none);
	for (size_t i = 0; i < r->count; i++)
		put_row(j, &r->row[i]);
	json_end(j);
}

/* ---- arc */

static void put_sets(struct json *j, const struct arc_report *r)
{
	json_key(j, "sets");
	json_array(j);
	for (size_t i = 0; i < r->sets; i++) {
		json_object(j);
		json_put_u64(j, "instance", i + 1);
		json_put_str(j, "domain", r->set[i].domain);
		json_put_str(j, "selector", r->set[i].selector);
		cli_put_or_null(j, "signed_by", r->set[i].signed_by);
		json_put_str(j, "results", r->set[i].results);
		json_end(j);
	}
	json_end(j);
}

void auth_json_arc(struct json *j, const struct arc_report *r)
{
	json_object(j);
	json_put_str(j, "result", str_of(arc_result_name(r->result)));
	json_put_u64(j, "instances", r->instances);
	json_put_str(j, "reason", r->reason);
	json_key(j, "oldest_pass");
	if (r->result == ARC_PASS)
		json_u64(j, r->oldest_pass);
	else
		json_null(j);
	put_sets(j, r);
	json_end(j);
}

/* ---- dmarc */

void auth_json_dmarc(struct json *j, const struct auth_dmarc *d)
{
	json_object(j);
	json_put_str(j, "result", str_of(dmarc_verdict_name(d->result)));
	cli_put_or_null(j, "from_domain", d->from_domain);
	cli_put_or_null(j, "organizational_domain", d->organizational);
	cli_put_or_null(j, "policy",
	    d->has_policy ? str_of(dmarc_policy_name(d->policy)) : STR_NONE);
	json_put_str(
	    j, "disposition", str_of(dmarc_policy_name(d->disposition)));
	json_put_bool(j, "spf_aligned", d->spf_aligned);
	json_put_bool(j, "dkim_aligned", d->dkim_aligned);
	cli_put_or_null(
	    j, "policy_domain", d->has_policy ? d->policy_domain : STR_NONE);
	json_put_bool(j, "testing", d->testing);
	cli_put_or_null(j, "record", d->record);
	json_put_str(j, "reason", d->reason);
	json_end(j);
}
