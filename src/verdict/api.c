#include "verdict/api.h"
#include "auth/authres.h"
#include "auth/dkim_key.h"
#include "auth/dkim_sign.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "domain/idna.h"

const char *tocsin_version(void)
{
	return TOCSIN_VERSION;
}

void tocsin_free(char *text)
{
	free(text);
}

/* ---- errors */

int api_fail_with(struct tocsin_error *e, int code, const char *fmt, ...)
{
	va_list ap;

	if (e) {
		e->code = code;
		va_start(ap, fmt);
		vsnprintf(e->text, sizeof(e->text), fmt, ap);
		va_end(ap);
	}
	return code;
}

static int public_code(int code)
{
	switch (code) {
	case ERR_USAGE:
	case ERR_INPUT:
	case ERR_NOENT:
	case ERR_REFUSED: return TOCSIN_ERR_INPUT;
	case ERR_LIMIT: return TOCSIN_ERR_LIMIT;
	case ERR_NOMEM: return TOCSIN_ERR_NOMEM;
	default: return TOCSIN_ERR_SYSTEM;
	}
}

int api_fail(struct tocsin_error *e, const struct err *why)
{
	return api_fail_with(e, public_code(why->code), "%s", why->msg);
}

int api_no_memory(struct tocsin_error *e)
{
	return api_fail_with(e, TOCSIN_ERR_NOMEM, "there is no memory");
}

/* Text that the caller frees.  `failures`: as when it was begun; one since
 * then may have left something out of it. */
static int give(
    struct buf *b, unsigned long failures, char **ret, struct tocsin_error *e)
{
	buf_addc(b, '\0');
	if (b->over || mem_failures() != failures) {
		buf_release(b);
		return api_no_memory(e);
	}
	*ret = b->p;
	return 0;
}

/* ---- signing */

static int load_identity(const struct tocsin_key *k, struct buf *domain,
    struct dkim_identity *id, struct err *e)
{
	int rc;

	if (!k->domain || !k->selector || !k->key)
		return err_set(e, ERR_INPUT,
		    "a key needs a domain, a selector and a file");
	rc = idna_to_ascii(str_of(k->domain), domain, e);
	if (rc == 0)
		rc = dkim_check_domain(buf_str(domain), e);
	if (rc == 0)
		rc = dkim_check_selector(
		    str_of(k->selector), buf_str(domain), e);
	if (rc == 0)
		rc = pkey_load_private(k->key, &id->key, e);
	if (rc < 0)
		return rc;
	id->domain = buf_str(domain);
	id->selector = str_of(k->selector);
	id->kind = pkey_kind(id->key);
	return 0;
}

int tocsin_sign(const void *message, size_t size, const struct tocsin_key *k,
    int64_t at, char **ret, struct tocsin_error *e)
{
	struct buf domain = BUF_INIT(LIMIT_DOMAIN), out = BUF_INIT(MiB);
	struct dkim_signature sigs[DKIM_KEYS_MAX];
	unsigned long failures = mem_failures();
	struct dkim_signer *signer = NULL;
	struct dkim_identity id = {0};
	struct err why = {0};
	int rc;

	*ret = NULL;
	if (size > LIMIT_MESSAGE_FILE)
		return api_fail_with(e, TOCSIN_ERR_LIMIT,
		    "the message is larger than %lu MiB",
		    LIMIT_MESSAGE_FILE / MiB);
	rc = load_identity(k, &domain, &id, &why);
	if (rc == 0) {
		signer = dkim_signer_new(&id, 1, &dkim_sign_defaults);
		if (signer)
			rc = dkim_sign(signer, str_make(message, size), at,
			    &out, sigs, &why);
		dkim_signer_free(signer);
	}
	buf_release(&domain);
	if (rc < 0 && mem_failures() == failures) {
		buf_release(&out);
		return api_fail(e, &why);
	}
	return give(&out, failures, ret, e);
}

/* ---- Authentication-Results */

int tocsin_authres_write(const struct tocsin_result *r, const char *id,
    char **ret, struct tocsin_error *e)
{
	struct buf out = BUF_INIT(2 * LIMIT_AUTHRES_FIELD);
	unsigned long failures = mem_failures();

	*ret = NULL;
	if (!id || !*id)
		return api_fail_with(
		    e, TOCSIN_ERR_INPUT, "the host that writes has no name");
	if (!auth_report_authres(r->report, str_of(id), &out))
		out.over = true;
	return give(&out, failures, ret, e);
}

struct tocsin_authres {
	struct arena arena;
	struct authres field[LIMIT_AUTHRES_FIELDS];
	size_t fields;
};

/* What was read may hold anything: made fit to be shown, in place.  What lies
 * in the arena ends in NUL. */
static void clean(struct arena *a, struct str *s)
{
	struct buf b = BUF_INIT(LIMIT_AUTHRES_FIELD * 3);

	if (utf8_is_clean(*s))
		return;
	utf8_add_clean(&b, *s);
	*s = arena_dup(a, buf_str(&b));
	buf_release(&b);
}

static void clean_result(struct arena *a, struct authres_result *r)
{
	struct authres_property *p =
	    arena_array(a, r->property_count, sizeof(*p));

	clean(a, &r->method);
	clean(a, &r->result);
	for (size_t i = 0; p && i < r->property_count; i++) {
		p[i] = r->property[i];
		clean(a, &p[i].value);
	}
	r->property = p;
}

static void clean_field(struct arena *a, struct authres *f)
{
	struct authres_result *r = arena_array(a, f->count, sizeof(*r));

	for (size_t i = 0; r && i < f->count; i++) {
		r[i] = f->result[i];
		clean_result(a, &r[i]);
	}
	f->result = r;
}

int tocsin_authres_read(const void *message, size_t size, const char *id,
    unsigned hops, struct tocsin_authres **ret, struct tocsin_error *e)
{
	struct authres_trust t = {.id = str_of(id), .hops = hops};
	unsigned long failures = mem_failures();
	struct tocsin_authres *a;

	*ret = NULL;
	if (!t.id.n)
		return api_fail_with(e, TOCSIN_ERR_INPUT,
		    "without the name of the own host nothing can be "
		    "believed");
	a = mem_try_zalloc(sizeof(*a));
	if (!a)
		return api_no_memory(e);
	a->arena = ARENA_INIT(LIMIT_AUTHRES_FIELDS * 4 * LIMIT_HEADER_SECTION);
	a->fields =
	    authres_find(str_make(message, size), &t, &a->arena, a->field);
	for (size_t i = 0; i < a->fields; i++)
		clean_field(&a->arena, &a->field[i]);
	if (a->arena.failed || mem_failures() != failures) {
		tocsin_authres_free(a);
		return api_no_memory(e);
	}
	*ret = a;
	return 0;
}

void tocsin_authres_free(struct tocsin_authres *a)
{
	if (!a)
		return;
	arena_release(&a->arena);
	free(a);
}

size_t tocsin_authres_count(const struct tocsin_authres *a)
{
	size_t n = 0;

	for (size_t i = 0; i < a->fields; i++)
		n += a->field[i].count;
	return n;
}

static const struct authres_result *result_at(
    const struct tocsin_authres *a, size_t n)
{
	for (size_t i = 0; i < a->fields; n -= a->field[i++].count)
		if (n < a->field[i].count)
			return &a->field[i].result[n];
	return NULL;
}

const char *tocsin_authres_method(const struct tocsin_authres *a, size_t i)
{
	const struct authres_result *r = result_at(a, i);

	return r ? api_text(r->method) : "";
}

const char *tocsin_authres_result(const struct tocsin_authres *a, size_t i)
{
	const struct authres_result *r = result_at(a, i);

	return r ? api_text(r->result) : "";
}

const char *tocsin_authres_property(const struct tocsin_authres *a, size_t i,
    const char *type, const char *name)
{
	const struct authres_result *r = result_at(a, i);

	for (size_t k = 0; r && k < r->property_count; k++) {
		const struct authres_property *p = &r->property[k];

		if (str_ieq(p->type, str_of(type)) &&
		    str_ieq(p->name, str_of(name)))
			return api_text(p->value);
	}
	return "";
}
