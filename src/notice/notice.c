#include "base/conf.h"
#include "crypto/digest.h"
#include "notice/letter.h"

#include <limits.h>

static const char *const kinds[] = {
    [NOTICE_BREACH] = "breach",
    [NOTICE_RECALL] = "recall",
    [NOTICE_POLICY] = "policy",
    [NOTICE_SAFETY] = "safety",
    [NOTICE_LEGAL] = "legal",
    NULL,
};
static const char *const tls_names[] = {
    [NOTICE_TLS_OPPORTUNISTIC] = "opportunistic",
    [NOTICE_TLS_REQUIRED] = "required",
    NULL,
};
static const char *const uncertain_names[] = {
    [NOTICE_UNCERTAIN_RETRY] = "retry",
    [NOTICE_UNCERTAIN_HOLD] = "hold",
    NULL,
};
static const char *const answers[] = {
    [NOTICE_UNSAID] = "unknown",
    [NOTICE_YES] = "yes",
    [NOTICE_NO] = "no",
    NULL,
};
static const char *const complained_names[] = {
    [NOTICE_COMPLAINED_LAST] = "last",
    [NOTICE_COMPLAINED_POST] = "post",
    NULL,
};
_Static_assert(sizeof(enum notice_kind) == sizeof(unsigned) &&
		   sizeof(enum notice_tls) == sizeof(unsigned) &&
		   sizeof(enum notice_uncertain) == sizeof(unsigned) &&
		   sizeof(enum notice_answer) == sizeof(unsigned) &&
		   sizeof(enum notice_complained) == sizeof(unsigned),
    "CONF_CHOICE writes an unsigned");

static int check_date(struct str value, struct err *e)
{
	usec_t t;

	if (clock_parse_iso(value, &t))
		return 0;
	return err_set(e, ERR_INPUT,
	    "a date such as 2026-11-03 or 2026-11-03T14:00:00Z (UTC)");
}

static bool is_placeholder(struct str value)
{
	return str_find(value, S(NOTICE_PLACEHOLDER)) >= 0;
}

static int check_url(struct str value, struct err *e)
{
	if (str_istarts(value, S("https://")) || is_placeholder(value))
		return 0;
	return err_set(e, ERR_INPUT, "a whole URL that begins with https://");
}

static int check_number(struct str value, struct err *e)
{
	uint64_t v;

	if (str_to_u64(value, UINT32_MAX, &v))
		return 0;
	return err_set(e, ERR_INPUT, "a number");
}

static int put_subject(void *target, struct str name, struct str value,
    unsigned long line, struct err *e)
{
	return letter_subject_add(target, name, value, line, e);
}

/* Until [notice] kind is read. */
#define KIND_NONE     UINT_MAX
#define RETRY_FOR_MAX (30 * 24 * (uint64_t)USEC_PER_HOUR)
#define WORKERS_MAX   256
#define DKIM_MAX      2
#define AT(field)     offsetof(struct notice, field)
#define DKIM(name)                                                            \
	{                                                                     \
		"dkim", #name, CONF_STR, AT(dkim[0].name),                    \
		    .family = DKIM_MAX, .stride = sizeof(struct notice_dkim), \
	}
static const struct conf_key keys[] = {
    {"notice", "kind", CONF_CHOICE, AT(kind), .choices = kinds},
    {"notice", "title", CONF_STR, AT(title)},
    {"notice", "discovered", CONF_STR, AT(discovered), .check = check_date},
    {"notice", "canonical_url", CONF_STR, AT(canonical_url),
	.check = check_url},
    {"notice", "corrects", CONF_STR, AT(corrects)},
    {"organisation", "name", CONF_STR, AT(org_name)},
    {"organisation", "brands", CONF_LIST, AT(brands)},
    {"organisation", "own_domains", CONF_LIST, AT(own_domains)},
    {"organisation", "marketing_senders", CONF_LIST, AT(marketing_senders)},
    {"from", "name", CONF_STR, AT(from_name)},
    {"from", "address", CONF_STR, AT(from_address)},
    {"from", "reply_to", CONF_STR, AT(reply_to)},
    {"message", "subject", CONF_STR, AT(subject)},
    {"message", "subject", CONF_NAMED, 0, .named = put_subject},
    {"message", "codes", CONF_STR, AT(codes)},
    DKIM(domain),
    DKIM(selector),
    DKIM(key),
    {"bounce", "address", CONF_STR, AT(bounce_address)},
    {"send", "relay", CONF_STR, AT(relay)},
    {"send", "relay_profile", CONF_STR, AT(relay_profile)},
    {"send", "relay_user", CONF_STR, AT(relay_user)},
    {"send", "relay_secret_file", CONF_STR, AT(relay_secret_file)},
    {"send", "relay_secret_command", CONF_STR, AT(relay_secret_command)},
    {"send", "helo", CONF_STR, AT(helo)},
    {"send", "source", CONF_STR, AT(source)},
    {"send", "workers", CONF_UNSIGNED, AT(workers), .max = WORKERS_MAX},
    {"send", "tls", CONF_CHOICE, AT(tls), .choices = tls_names},
    {"send", "tls_ca_file", CONF_STR, AT(tls_ca_file)},
    {"send", "window", CONF_STR, AT(window)},
    {"send", "canary", CONF_STR, AT(canary)},
    {"send", "retry_for", CONF_DURATION, AT(retry_for), .max = RETRY_FOR_MAX},
    {"send", "not_after", CONF_DATE, AT(not_after)},
    {"send", "uncertain", CONF_CHOICE, AT(uncertain),
	.choices = uncertain_names},
    {"dns", "resolver", CONF_STR, AT(resolver)},
    {"dns", "trust_anchor", CONF_STR, AT(trust_anchor)},
    {"facts", "sector", CONF_LIST, AT(facts.sector)},
    {"facts", "data_types", CONF_LIST, AT(facts.data_types)},
    {"facts", "encrypted", CONF_CHOICE, AT(facts.encrypted),
	.choices = answers},
    {"facts", "listed", CONF_CHOICE, AT(facts.listed), .choices = answers},
    {"facts", "role", CONF_STR, AT(facts.role)},
    {"facts", "determined", CONF_DATE, AT(facts.determined)},
    {"facts", "intruded", CONF_DATE, AT(facts.intruded)},
    {"facts", "mailboxes_taken", CONF_LIST, AT(facts.mailboxes_taken)},
    {"necessity", "basis", CONF_STR, AT(necessity.basis)},
    {"necessity", "decided_by", CONF_STR, AT(necessity.decided_by)},
    {"necessity", "decided_on", CONF_DATE, AT(necessity.decided_on)},
    {"necessity", "why_email", CONF_STR, AT(necessity.why_email)},
    {"necessity", "mailings", CONF_STR, AT(necessity.mailings),
	.check = check_number},
    {"attest", "volume", CONF_STR, AT(attest.volume), .check = check_number},
    {"attest", "feedback", CONF_STR, AT(attest.feedback)},
    {"attest", "keys_changed", CONF_DATE, AT(attest.keys_changed)},
    {"esp", "name", CONF_STR, AT(esp.name)},
    {"esp", "contract", CONF_STR, AT(esp.contract)},
    {"esp", "answers", CONF_STR, AT(esp.answers)},
    {"list", "complained", CONF_CHOICE, AT(complained),
	.choices = complained_names},
    {"check", "links", CONF_UNSIGNED, AT(check.links), .max = 50},
    {"check", "subject_length", CONF_UNSIGNED, AT(check.subject_length),
	.max = 200},
    {"check", "grade", CONF_UNSIGNED, AT(check.grade), .max = 30},
    {"check", "sentence", CONF_UNSIGNED, AT(check.sentence), .max = 200},
    {"check", "parity", CONF_UNSIGNED, AT(check.parity), .max = 100},
    {"check", "kilobytes", CONF_UNSIGNED, AT(check.kilobytes), .max = 1000},
    {"check", "age_block", CONF_UNSIGNED, AT(check.age_block), .max = 3650},
    {"check", "age_warn", CONF_UNSIGNED, AT(check.age_warn), .max = 3650},
    {"check", "stale_percent", CONF_UNSIGNED, AT(check.stale_percent),
	.max = 100},
    {"check", "rate", CONF_UNSIGNED, AT(check.rate)},
    {"check", "start", CONF_DATE, AT(check.start)},
    {"check", "house_limit", CONF_DURATION, AT(check.house_limit)},
    {"check", "block", CONF_LIST, AT(check.block)},
    {"seed", "addresses", CONF_LIST, AT(seed_addresses)},
    {"store", "url", CONF_STR, AT(store_url)},
    {"approval", "roles", CONF_LIST, AT(roles), .given = AT(roles_given)},
};

bool notice_is_gated(const struct notice *n)
{
	return n->roles.n > 0 || !n->roles_given;
}

const char *notice_kind_name(enum notice_kind k)
{
	return kinds[k];
}

bool notice_kind_parse(struct str s, enum notice_kind *ret)
{
	for (unsigned i = 0; kinds[i]; i++)
		if (str_eq(s, str_of(kinds[i]))) {
			*ret = (enum notice_kind)i;
			return true;
		}
	return false;
}

static bool dkim_is_set(const struct notice_dkim *d)
{
	return d->domain.n || d->selector.n || d->key.n;
}

static int by_key(const void *a, const void *b)
{
	const struct notice_subject *x = a, *y = b;

	return str_cmp(x->key, y->key);
}

static int finish(struct notice *n, const char *name, struct err *e)
{
	/* the order of the lines says nothing */
	if (n->own_subjects)
		qsort(n->own_subject, n->own_subjects,
		    sizeof(n->own_subject[0]), by_key);
	if ((unsigned)n->kind == KIND_NONE)
		return err_set(e, ERR_INPUT,
		    "%s: [notice] kind is missing: write kind = breach, "
		    "recall, policy, safety or legal",
		    name);
	while (n->dkim_count < DKIM_MAX && dkim_is_set(&n->dkim[n->dkim_count]))
		n->dkim_count++;
	for (size_t i = n->dkim_count; i < DKIM_MAX; i++)
		if (dkim_is_set(&n->dkim[i]))
			return err_set(e, ERR_INPUT,
			    "%s: [dkim.%zu] is there without [dkim]; the "
			    "first key stands in [dkim]",
			    name, i + 1);
	return 0;
}

int notice_parse(
    struct str text, const char *name, struct notice **ret, struct err *e)
{
	struct notice *n = mem_zalloc(sizeof(*n));
	int rc;

	n->arena = ARENA_INIT(3 * LIMIT_SETTINGS_FILE);
	n->settings = arena_dup(&n->arena, str_of(name));
	n->kind = (enum notice_kind)KIND_NONE;
	n->retry_for = 72 * USEC_PER_HOUR;
	digest_sha256(text, n->sha256);
	rc = conf_parse(text, name, keys, ARRAY_SIZE(keys), n, &n->arena, e);
	if (rc == 0)
		rc = finish(n, name, e);
	if (rc < 0) {
		notice_free(n);
		return rc;
	}
	*ret = n;
	return 0;
}

void notice_free(struct notice *n)
{
	if (!n)
		return;
	arena_release(&n->arena);
	free(n);
}

/* ---- settings as text */

static void print_value(
    const struct conf_key *k, const char *field, struct buf *out)
{
	char iso[CLOCK_ISO_SIZE];
	struct str s;
	unsigned u;
	usec_t t;

	switch (k->type) {
	case CONF_STR:
	case CONF_LIST:
		memcpy(&s, field, sizeof(s));
		buf_add(out, s);
		return;
	case CONF_UNSIGNED:
		memcpy(&u, field, sizeof(u));
		if (u)
			buf_add_u64(out, u);
		return;
	case CONF_CHOICE:
		memcpy(&u, field, sizeof(u));
		buf_addz(out, k->choices[u]);
		return;
	case CONF_DATE:
		memcpy(&t, field, sizeof(t));
		clock_iso(t, iso);
		if (t)
			buf_addz(out, iso);
		return;
	case CONF_DURATION:
		memcpy(&t, field, sizeof(t));
		if (t)
			buf_addf(out, "%lld s", (long long)(t / USEC_PER_SEC));
		return;
	case CONF_NAMED:
	case CONF_ANY: return;
	}
}

static void each_subject(
    const struct notice *n, notice_setting_fn *fn, void *arg)
{
	for (size_t i = 0; i < n->own_subjects; i++)
		fn("[message]", n->own_subject[i].key.p, n->own_subject[i].text,
		    arg);
}

void notice_each_setting(
    const struct notice *n, notice_setting_fn *fn, void *arg)
{
	struct buf value = BUF_INIT(LIMIT_SETTINGS_FILE);
	char section[64];

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		const struct conf_key *k = &keys[i];

		if (k->type == CONF_NAMED)
			each_subject(n, fn, arg);
		for (unsigned f = 0; f < (k->family ? k->family : 1); f++) {
			buf_reset(&value);
			print_value(k,
			    (const char *)n + k->offset + f * k->stride,
			    &value);
			snprintf(section, sizeof(section),
			    f ? "[%s.%u]" : "[%s]", k->section, f + 1);
			if (value.len)
				fn(section, k->key, buf_str(&value), arg);
		}
	}
	buf_release(&value);
}

/* "x/" and "x" are one folder, "/" is itself. */
static struct str folder_of(const char *dir)
{
	struct str s = str_of(dir);

	while (s.n > 1 && s.p[s.n - 1] == '/')
		s.n--;
	return s;
}

int notice_open(const char *dir, struct notice **ret, struct err *e)
{
	struct buf text = BUF_INIT(LIMIT_SETTINGS_FILE);
	struct buf path = BUF_INIT(8 * KiB);
	int rc;

	buf_add(&path, folder_of(dir));
	buf_addz(&path, "/notice.ini");
	if (!*dir || path.over)
		rc = err_set(e, ERR_USAGE, "the name of the folder is %s",
		    *dir ? "too long" : "missing");
	else
		rc = buf_read_file(&text, buf_cstr(&path), e);
	if (rc == ERR_NOENT)
		rc = err_set(e, ERR_NOENT,
		    "%s is no notice: there is no %s ('tocsin new %s --kind "
		    "breach' makes a folder to fill in)",
		    dir, buf_cstr(&path), dir);
	if (rc == 0)
		rc = notice_parse(buf_str(&text), buf_cstr(&path), ret, e);
	if (rc == 0)
		(*ret)->dir = arena_dup(&(*ret)->arena, folder_of(dir));
	buf_release(&text);
	buf_release(&path);
	return rc;
}

int notice_open_with(
    const char *dir, const char *config, struct notice **ret, struct err *e)
{
	struct buf text = BUF_INIT(LIMIT_SETTINGS_FILE);
	int rc;

	if (!config)
		return notice_open(dir, ret, e);
	rc = buf_read_file(&text, config, e);
	if (rc == 0)
		rc = notice_parse(buf_str(&text), config, ret, e);
	if (rc == 0)
		(*ret)->dir = arena_dup(&(*ret)->arena, folder_of(dir));
	buf_release(&text);
	return rc;
}

/* "pkcs11:..." names a key in a store; one letter would be a drive. */
static bool is_uri(struct str s)
{
	size_t n = 0;

	while (n < s.n && (ascii_is_alnum(s.p[n]) || s.p[n] == '+' ||
			      s.p[n] == '-' || s.p[n] == '.'))
		n++;
	return n > 1 && n < s.n && s.p[n] == ':' && ascii_is_alpha(s.p[0]);
}

const char *notice_path(
    const struct notice *n, struct str name, struct arena *a)
{
	size_t size = n->dir.n + name.n + 2;
	char *path;

	if (!n->dir.n || (name.n && name.p[0] == '/') || is_uri(name))
		return arena_strz(a, name);
	path = arena_alloc(a, size);
	if (path)
		snprintf(
		    path, size, "%.*s/%.*s", STR_ARG(n->dir), STR_ARG(name));
	return path;
}
