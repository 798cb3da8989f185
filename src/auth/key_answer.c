#include "auth/key_answer.h"

void key_answer_keep(const struct dns_answer *dns, struct str name,
    struct arena *a, struct key_answer *ret)
{
	struct buf text = BUF_INIT(LIMIT_DNS_ANSWER);

	*ret = (struct key_answer){.status = dns->status,
	    .bogus = dns->bogus,
	    .name = name,
	    .canonical = arena_dup(a, dns->canonical),
	    .count = dns->rr_count};
	for (size_t i = 0; i < dns->rr_count && i < LIMIT_KEY_RECORDS; i++) {
		buf_reset(&text);
		dns_rr_txt(&dns->rr[i], &text);
		ret->record[i] = arena_dup(
		    a, str_sub(buf_str(&text), 0, LIMIT_KEY_RECORD + 1));
	}
	buf_release(&text);
}

/* Nothing usable came from the DNS. */
static void judge_absent(const struct key_answer *k, struct key_outcome *ret)
{
	struct str name = str_sub(k->name, 0, 120);
	bool alias = k->canonical.n && !str_ieq(k->canonical, k->name);

	ret->verdict = KEY_PERMERROR;
	if (k->status == DNS_TIMEOUT || k->status == DNS_SERVFAIL) {
		ret->verdict = KEY_TEMPERROR;
		err_set(&ret->reason, ERR_NET,
		    "the key at %.*s could not be asked for: %s%s",
		    STR_ARG(name), dns_status_name(k->status),
		    k->bogus ? " (its DNSSEC signatures are wrong)" : "");
	} else if (alias) {
		err_set(&ret->reason, ERR_NOENT,
		    "there is no key: %.*s is an alias (CNAME) of %.*s, which "
		    "%s",
		    STR_ARG(name), STR_ARG(str_sub(k->canonical, 0, 120)),
		    k->status == DNS_NODATA ? "has no TXT record"
					    : "does not exist");
	} else {
		err_set(&ret->reason, ERR_NOENT,
		    "there is no key: %.*s %s (RFC 6376 6.1.2 step 3)",
		    STR_ARG(name),
		    k->status == DNS_NODATA ? "has no TXT record"
					    : "does not exist");
	}
}

/* One record.  True: the signature holds by it. */
static bool judge_record(struct str record, struct pkey_cache *cache,
    const struct key_question *q, struct key_outcome *ret)
{
	struct key_record r;

	key_read(cache, record, q->kind, q->bits_min, &r);
	*ret = (struct key_outcome){.verdict = KEY_PERMERROR,
	    .bits = r.bits,
	    .testing = r.testing,
	    .strict = r.strict,
	    .record = record,
	    .reason = r.why};
	if (r.status != KEY_USABLE)
		return false;
	if (r.strict && q->subdomain) {
		err_set(&ret->reason, ERR_INPUT,
		    "the key (t=s) does not allow i= in a subdomain of d= "
		    "(RFC 6376 3.6.1)");
		return false;
	}
	if (q->historic) {
		err_set(&ret->reason, ERR_INPUT,
		    "the signature uses rsa-sha1, which proves nothing any "
		    "more; the sender must sign with rsa-sha256 (RFC 8301 "
		    "3.1)");
		return false;
	}
	ret->verdict = KEY_FAIL;
	if (!q->body_ok)
		err_set(&ret->reason, ERR_REFUSED,
		    "the body was changed after it was signed (bh= differs, "
		    "RFC 6376 6.1.3)");
	else if (!q->sum || !pkey_verify_digest(r.key, q->sum, q->signature))
		err_set(&ret->reason, ERR_REFUSED,
		    "a signed header field was changed after it was signed, "
		    "or the key is not the one that signed (RFC 6376 6.1.3)");
	else
		ret->verdict = KEY_PASS;
	return ret->verdict == KEY_PASS;
}

/* Which of two records says more about what went wrong. */
static bool says_more(
    const struct key_outcome *new, const struct key_outcome *old)
{
	if (new->verdict != old->verdict)
		return new->verdict == KEY_FAIL;
	return new->bits > old->bits;
}

void key_answer_judge(const struct key_answer *k, struct pkey_cache *cache,
    const struct key_question *q, struct key_outcome *ret)
{
	struct key_outcome one;
	size_t n = k->count < LIMIT_KEY_RECORDS ? k->count : LIMIT_KEY_RECORDS;

	*ret = (struct key_outcome){0};
	if (k->status != DNS_OK) {
		judge_absent(k, ret);
		return;
	}
	for (size_t i = 0; i < n; i++) {
		if (judge_record(k->record[i], cache, q, &one)) {
			*ret = one;
			return;
		}
		if (i == 0 || says_more(&one, ret))
			*ret = one;
	}
	if (k->count > 1)
		err_wrap(&ret->reason,
		    "%zu TXT records stand at %.*s, where one should "
		    "(RFC 6376 3.6.2.2)",
		    k->count, STR_ARG(str_sub(k->name, 0, 120)));
}
