/* DIR/overrides.tsv and the reasons beside it. */
#include "notice/approval_private.h"

#include "base/codec.h"
#include "base/utf8.h"
#include "notice/kept.h"

#define ACTS_MAX  4096u
#define FILE_NAME "overrides.tsv"
#define REASONS   "privileged/overrides/"

/* ---- one line */

static void add_signed(const struct override_act *x, struct buf *out)
{
	char at[CLOCK_ISO_SIZE];

	clock_iso(x->at, at);
	buf_addz(out, x->withdraw ? "withdraw\t" : "grant\t");
	buf_addf(out, "%.*s\t%.*s\t%.*s\t%.*s\t%s\t", STR_ARG(x->rule),
	    STR_ARG(x->subject), STR_ARG(x->reason_sha256), STR_ARG(x->name),
	    at);
	codec_hex(out, str_make((const char *)x->key, sizeof(x->key)));
}

static void signed_text(const struct override_act *x, struct buf *out)
{
	buf_addz(out, "tocsin override 1\n");
	add_signed(x, out);
	buf_addc(out, '\n');
}

int override_sign(struct override_act *act, struct pkey *key, struct err *e)
{
	struct buf text = BUF_INIT(LIMIT_APPROVAL_RECORD);
	int rc = approval_public(key, act->key, e);

	if (rc == 0) {
		signed_text(act, &text);
		rc = approval_sign_text(buf_str(&text), key, act->signature, e);
	}
	buf_release(&text);
	return rc;
}

void override_act_format(const struct override_act *act, struct buf *out)
{
	add_signed(act, out);
	buf_addc(out, '\t');
	codec_hex(out,
	    str_make((const char *)act->signature, sizeof(act->signature)));
	buf_addc(out, '\n');
}

static bool read_line(struct str line, struct override_act *x)
{
	struct str f[8], rest = line;
	unsigned char sum[DIGEST_SIZE];

	for (size_t i = 0; i < ARRAY_SIZE(f); i++) {
		if (!rest.p)
			return false;
		f[i] = str_cut(&rest, '\t');
	}
	x->withdraw = str_eq(f[0], S("withdraw"));
	x->rule = f[1];
	x->subject = f[2];
	x->reason_sha256 = f[3];
	x->name = f[4];
	return !rest.p && (x->withdraw || str_eq(f[0], S("grant"))) &&
	       approval_unhex(f[3], sum, sizeof(sum)) &&
	       approval_time(f[5], &x->at) &&
	       approval_unhex(f[6], x->key, sizeof(x->key)) &&
	       approval_unhex(f[7], x->signature, sizeof(x->signature));
}

static bool signed_by_them(
    const struct override_act *x, const struct approvers *keys)
{
	struct buf text = BUF_INIT(LIMIT_APPROVAL_RECORD);
	bool ok = false;

	for (size_t i = 0; i < keys->count && !ok; i++)
		ok = approval_same_person(keys->v[i].name, x->name) &&
		     memcmp(keys->v[i].key, x->key, sizeof(x->key)) == 0;
	signed_text(x, &text);
	ok = ok && !text.over &&
	     approval_verify_text(buf_str(&text), x->key, x->signature);
	buf_release(&text);
	return ok;
}

static int parse_line(struct str line, const struct approvers *keys,
    struct override_act *x, struct err *e)
{
	struct err why;

	if (!read_line(line, x) || !override_rule_ok(x->rule) ||
	    x->subject.n > LIMIT_OVERRIDE_SUBJECT ||
	    !utf8_is_clean(x->subject) ||
	    !approval_name_ok("name", x->name, &why))
		return err_set(e, ERR_INPUT, "this line is damaged");
	if (!signed_by_them(x, keys))
		return err_set(e, ERR_INPUT,
		    "the signature of %.*s does not fit this line, or their "
		    "key is not enrolled: it was altered",
		    STR_ARG(x->name));
	return 0;
}

int override_log_parse(struct str text, const char *name,
    const struct approvers *keys, struct arena *a, struct override_act **ret,
    size_t *ret_count, struct err *e)
{
	struct override_act *v;
	struct str rest = text;
	size_t n = 0, lines = 0;
	int rc = 0;

	for (size_t i = 0; i < text.n; i++)
		lines += text.p[i] == '\n';
	*ret_count = 0;
	if (text.n && text.p[text.n - 1] != '\n')
		return err_set(
		    e, ERR_INPUT, "%s: the last line is cut off", name);
	if (lines > ACTS_MAX)
		return err_set(
		    e, ERR_LIMIT, "%s: more than %u lines", name, ACTS_MAX);
	v = arena_array(a, lines + 1, sizeof(*v));
	if (!v)
		return err_set(e, ERR_NOMEM, "no memory for the overrides");
	while (rc == 0 && rest.n) {
		rc = parse_line(str_cut(&rest, '\n'), keys, &v[n++], e);
		if (rc < 0)
			return err_wrap(e, "%s:%zu", name, n);
	}
	*ret = v;
	*ret_count = n;
	return 0;
}

/* ---- the file */

int overrides_load(const char *dir, struct arena *a, struct override **ret,
    size_t *ret_count, struct err *e)
{
	struct buf text = BUF_INIT(LIMIT_OVERRIDES_FILE);
	struct override_act *act = NULL;
	struct approvers keys = {0};
	size_t n = 0;
	int rc = kept_read(dir, FILE_NAME, &text, e);

	*ret = NULL;
	*ret_count = 0;
	if (rc == 0 && text.len) {
		rc = approvers_load(dir, a, &keys, e);
		if (rc == 0)
			rc = override_log_parse(arena_dup(a, buf_str(&text)),
			    FILE_NAME, &keys, a, &act, &n, e);
		if (rc == 0)
			rc = overrides_replay(act, n, a, ret, ret_count, e);
	}
	buf_release(&text);
	return rc;
}

int override_keep(
    const char *dir, const struct override_act *act, struct err *e)
{
	struct buf text = BUF_INIT(LIMIT_OVERRIDES_FILE);
	int rc = kept_read(dir, FILE_NAME, &text, e);

	override_act_format(act, &text);
	if (rc == 0 && text.over)
		rc = err_set(e, ERR_LIMIT, "%s is full", FILE_NAME);
	if (rc == 0)
		rc = kept_write(dir, FILE_NAME, buf_str(&text), e);
	buf_release(&text);
	return rc;
}

/* ---- reasons */

static void reason_name(struct str sha256, struct buf *b)
{
	buf_addf(b, REASONS "%.*s.txt", STR_ARG(sha256));
}

int override_reason_keep(
    const char *dir, struct str reason, struct str reason_sha256, struct err *e)
{
	struct buf name = BUF_INIT(KiB);
	int rc;

	reason_name(reason_sha256, &name);
	rc = kept_write(dir, buf_cstr(&name), reason, e);
	buf_release(&name);
	return rc;
}

int override_reason_read(
    const char *dir, struct str reason_sha256, struct buf *ret, struct err *e)
{
	unsigned char sum[DIGEST_SIZE];
	struct buf name = BUF_INIT(KiB), hex = BUF_INIT(KiB);
	int rc;

	reason_name(reason_sha256, &name);
	rc = kept_read(dir, buf_cstr(&name), ret, e);
	digest_sha256(buf_str(ret), sum);
	codec_hex(&hex, str_make((const char *)sum, sizeof(sum)));
	if (rc == 0 && ret->len && !str_eq(buf_str(&hex), reason_sha256))
		rc = err_set(e, ERR_INPUT,
		    "%s was altered: it is not the reason that was signed",
		    buf_cstr(&name));
	if (rc == 0)
		rc = ret->len > 0;
	buf_release(&name);
	buf_release(&hex);
	return rc;
}
