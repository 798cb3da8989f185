#include "auth/verifier.h"
#include "base/mem.h"
#include "base/utf8.h"

#define KEYS_KEPT 1024

struct dkim_verifier *dkim_verifier_new(struct loop *l, struct dns *d)
{
	struct dkim_verifier *v = mem_try_zalloc(sizeof(*v));

	if (!v)
		return NULL;
	v->loop = l;
	v->dns = d;
	v->keys = pkey_cache_new(KEYS_KEPT);
	v->digest = digest_new();
	buf_init(&v->scratch, LIMIT_HEADER_SECTION + KiB);
	if (v->keys && v->digest)
		return v;
	dkim_verifier_free(v);
	return NULL;
}

void dkim_verifier_free(struct dkim_verifier *v)
{
	if (!v)
		return;
	pkey_cache_free(v->keys);
	digest_free(v->digest);
	buf_release(&v->scratch);
	free(v);
}

/* ---- gathering */

static void hash_some(void *arg)
{
	struct gather *g = arg;
	struct str piece = str_sub(g->fields.body, g->hashed, LIMIT_DKIM_TURN);

	if (!g->body_done && g->body.count) {
		body_hash_update(&g->body, piece);
		g->hashed += piece.n;
	}
	if (!g->body_done &&
	    (!g->body.count || g->hashed == g->fields.body.n)) {
		body_hash_end(&g->body);
		g->body_done = true;
	}
	if (!g->body_done)
		loop_post(g->v->loop, &g->task);
	else if (!g->waiting)
		g->done(g);
}

static void on_key(const struct dns_answer *a, void *arg)
{
	struct verifier_row *r = arg;
	struct gather *g = r->owner;

	r->query = NULL;
	key_answer_keep(a, r->sig.key_name, &g->arena, &r->answer);
	if (--g->waiting == 0 && g->body_done)
		loop_post_soon(g->v->loop, &g->task);
}

int gather_init(struct gather *g, struct dkim_verifier *v, struct str message,
    void (*done)(struct gather *g))
{
	g->v = v;
	g->mem_failures = mem_failures();
	g->arena = ARENA_INIT(LIMIT_DKIM_MEMORY);
	g->done = done;
	body_hash_init(&g->body);
	loop_task_init(&g->task, hash_some, g);
	return fields_read(message, &g->arena, &g->fields);
}

void gather_read(struct gather *g, struct verifier_row *r,
    enum signature_what what, size_t field)
{
	*r = (struct verifier_row){.owner = g, .field = field};
	r->readable = signature_read(what, fields_value(&g->fields, field),
			  &g->arena, &r->sig, &r->bad) == 0;
}

bool gather_start(struct gather *g)
{
	for (size_t i = 0; i < g->rows && !gather_is_lost(g); i++) {
		struct verifier_row *r = &g->row[i];

		if (!r->readable)
			continue;
		if (r->sig.what != SIGNATURE_SEAL)
			r->body = body_hash_want(
			    &g->body, r->sig.body, r->sig.length);
		if (r->body == BODY_LOST)
			return false;
		r->query =
		    dns_start(g->v->dns, r->sig.key_name, DNS_TXT, on_key, r);
		if (!r->query)
			return false;
		g->waiting++;
	}
	if (gather_is_lost(g))
		return false;
	body_hash_begin(&g->body);
	loop_post(g->v->loop, &g->task);
	return true;
}

bool gather_is_lost(const struct gather *g)
{
	return mem_failures() != g->mem_failures;
}

void gather_release(struct gather *g)
{
	for (size_t i = 0; i < g->rows; i++)
		if (g->row[i].query)
			dns_cancel(g->row[i].query);
	loop_task_cancel(&g->task);
	body_hash_release(&g->body);
	arena_release(&g->arena);
}

/* ---- judging */

static bool body_agrees(const struct gather *g, const struct verifier_row *r)
{
	if (r->sig.what == SIGNATURE_SEAL)
		return true;
	return r->sig.bh.n == DIGEST_SIZE &&
	       memcmp(r->sig.bh.p, body_hash_sum(&g->body, r->body),
		   DIGEST_SIZE) == 0;
}

void gather_judge(struct gather *g, const struct verifier_row *r,
    const unsigned char *sum, unsigned bits_min, struct key_outcome *ret)
{
	struct key_question q = {
	    .kind = r->sig.kind,
	    .bits_min = bits_min,
	    .sum = sum,
	    .signature = r->sig.b,
	    .subdomain = r->sig.subdomain,
	    .body_ok = body_agrees(g, r),
	    .historic = r->sig.historic,
	};

	key_answer_judge(&r->answer, g->v->keys, &q, ret);
}

bool gather_length_is_over(const struct gather *g, const struct verifier_row *r)
{
	return r->sig.length != BODY_WHOLE &&
	       r->sig.length > body_hash_length(&g->body, r->sig.body);
}

bool gather_rest_is_unsigned(
    const struct gather *g, const struct verifier_row *r)
{
	return r->sig.length < body_hash_length(&g->body, r->sig.body);
}

struct str gather_clean(struct gather *g, struct str s)
{
	struct buf out = BUF_INIT(4 * LIMIT_KEY_RECORD);
	struct str kept;

	utf8_add_clean(&out, str_sub(s, 0, LIMIT_KEY_RECORD));
	kept = arena_dup(&g->arena, buf_str(&out));
	buf_release(&out);
	return kept;
}
