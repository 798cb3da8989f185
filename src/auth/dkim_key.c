#include "auth/dkim_key.h"
#include "base/codec.h"
#include "base/limits.h"

#define TXT_STRING 255

static int check_label(
    struct str label, struct str whole, bool underscore, struct err *e)
{
	if (label.n == 0)
		return err_set(
		    e, ERR_INPUT, "\"%.*s\": a label is empty", STR_ARG(whole));
	if (label.n > LIMIT_LABEL)
		return err_set(e, ERR_INPUT,
		    "\"%.*s\": a label is longer than 63 bytes (RFC 1035 "
		    "2.3.4)",
		    STR_ARG(whole));
	for (size_t i = 0; i < label.n; i++) {
		char c = label.p[i];

		if (!ascii_is_alnum(c) && c != '-' && !(underscore && c == '_'))
			return err_set(e, ERR_INPUT,
			    "\"%.*s\": byte %zu of a label is no letter, digit "
			    "or hyphen (RFC 6376 3.5; a name beyond ASCII is "
			    "written in A-labels, xn--...)",
			    STR_ARG(whole), i + 1);
	}
	if (label.p[0] == '-' || label.p[label.n - 1] == '-')
		return err_set(e, ERR_INPUT,
		    "\"%.*s\": a label starts or ends with a hyphen",
		    STR_ARG(whole));
	return 0;
}

static int check_labels(struct str name, bool underscore, struct err *e)
{
	struct str rest = name;
	int rc = 0;

	if (name.n > LIMIT_DOMAIN - 2)
		return err_set(e, ERR_INPUT,
		    "a name of %zu bytes is longer than 253 (RFC 1035 2.3.4)",
		    name.n);
	if (name.n == 0)
		return err_set(e, ERR_INPUT, "the name is empty");
	while (rest.p && rc == 0)
		rc = check_label(str_cut(&rest, '.'), name, underscore, e);
	return rc;
}

int dkim_check_domain(struct str domain, struct err *e)
{
	if (check_labels(domain, false, e) < 0)
		return err_wrap(e, "DKIM domain");
	if (str_chr(domain, '.') < 0)
		return err_set(e, ERR_INPUT,
		    "DKIM domain: \"%.*s\" has no dot; receivers take no "
		    "signature of a whole top-level domain",
		    STR_ARG(domain));
	return 0;
}

int dkim_check_selector(struct str selector, struct str domain, struct err *e)
{
	static const struct str mid = S("._domainkey.");

	if (check_labels(selector, true, e) < 0)
		return err_wrap(e, "DKIM selector");
	if (selector.n + mid.n + domain.n > LIMIT_DOMAIN - 2)
		return err_set(e, ERR_INPUT,
		    "DKIM selector: the name of its record would be longer "
		    "than 253 bytes (RFC 1035 2.3.4)");
	return 0;
}

void dkim_key_name(struct str selector, struct str domain, struct buf *out)
{
	buf_add(out, selector);
	buf_add(out, S("._domainkey"));
	if (domain.n) {
		buf_addc(out, '.');
		buf_add(out, domain);
	}
}

int dkim_key_record(const struct pkey *k, struct buf *out, struct err *e)
{
	struct buf raw = BUF_INIT(2 * KiB);
	int rc = pkey_write_public(k, &raw, e);

	if (rc == 0) {
		buf_addf(
		    out, "v=DKIM1; k=%s; p=", pkey_kind_name(pkey_kind(k)));
		codec_base64(out, buf_str(&raw));
		if (out->over)
			rc =
			    err_set(e, ERR_LIMIT, "the key record is too long");
	}
	buf_release(&raw);
	return rc;
}

void dkim_key_zone_line(
    struct str selector, struct str domain, struct str record, struct buf *out)
{
	dkim_key_name(selector, domain, out);
	if (domain.n)
		buf_addc(out, '.');
	buf_add(out, S(" IN TXT"));
	while (record.n) {
		struct str part = str_sub(record, 0, TXT_STRING);

		buf_add(out, S(" \""));
		buf_add(out, part);
		buf_addc(out, '"');
		record = str_from(record, part.n);
	}
}
