#include "made.h"

#include "auth/canon.h"
#include "auth/dkim_key.h"
#include "auth/signature.h"
#include "base/codec.h"
#include "mail/tags.h"

static void add_key(struct made *m, const char *selector, struct pkey *k)
{
	struct buf record = BUF_INIT(8 * KiB);
	struct err e = {0};

	t_ok(dkim_key_record(k, &record, &e), &e);
	dkim_key_zone_line(
	    str_of(selector), S("example.com"), buf_str(&record), &m->zone);
	buf_addc(&m->zone, '\n');
	buf_release(&record);
}

void made_open(struct made *m)
{
	struct err e = {0};

	*m = (struct made){.zone = BUF_INIT(MiB)};
	m->loop = loop_sim_new(0);
	t_ok(pkey_generate(PKEY_RSA, 1024, &m->rsa, &e), &e);
	t_ok(pkey_generate(PKEY_ED25519, 0, &m->ed25519, &e), &e);
	add_key(m, "r", m->rsa);
	add_key(m, "e", m->ed25519);
	t_ok(dns_zone_new(m->loop, buf_str(&m->zone), "zone", &m->dns, &e), &e);
	m->verifier = dkim_verifier_new(m->loop, m->dns);
}

void made_close(struct made *m)
{
	dkim_verifier_free(m->verifier);
	dns_free(m->dns);
	loop_free(m->loop);
	pkey_free(m->rsa);
	pkey_free(m->ed25519);
	buf_release(&m->zone);
}

void made_add(struct made *m, const char *lines)
{
	struct err e = {0};

	buf_addz(&m->zone, lines);
	t_ok(dns_zone_replace(m->dns, buf_str(&m->zone), "zone", &e), &e);
}

void made_sign(struct made *m, struct str message, struct buf *out)
{
	struct dkim_identity ids[] = {
	    {S("example.com"), S("r"), pkey_dup(m->rsa), PKEY_RSA},
	    {S("example.com"), S("e"), pkey_dup(m->ed25519), PKEY_ED25519},
	};
	struct dkim_signer *s =
	    dkim_signer_new(ids, ARRAY_SIZE(ids), &dkim_sign_defaults);
	struct dkim_signature sigs[DKIM_KEYS_MAX];
	struct err e = {0};

	t_ok(dkim_sign(s, message, MADE_AT, out, sigs, &e), &e);
	buf_add(out, message);
	dkim_signer_free(s);
}

/* ---- signatures that say anything */

static void add_piece(void *arg, struct str piece)
{
	buf_add(arg, piece);
}

static void add_body_hash(
    struct str body, enum canon_kind kind, struct buf *out)
{
	struct buf text = BUF_INIT(64 * MiB);
	unsigned char sum[DIGEST_SIZE];
	struct canon_body c;

	canon_body_begin(&c, kind, add_piece, &text);
	canon_body_update(&c, body);
	canon_body_end(&c);
	digest_sha256(buf_str(&text), sum);
	codec_base64(out, str_make((const char *)sum, sizeof(sum)));
	buf_release(&text);
}

static void sign_field(struct made *m, struct fields *f, struct buf *out)
{
	struct str value = fields_value(f, 0);
	struct digest *d = digest_new();
	struct buf scratch = BUF_INIT(2 * MiB);
	unsigned char sum[DIGEST_SIZE], sig[PKEY_SIGNATURE_MAX];
	struct signature s = {.header = CANON_SIMPLE};
	struct err e = {0};
	struct tags t;
	size_t n;

	tags_parse(value, &t, NULL);
	if (str_find(value, S("c=relaxed")) >= 0)
		s.header = CANON_RELAXED;
	s.names = tags_value(&t, S("h"));
	s.b_at = s.b_end = value.n;
	if (tags_find(&t, S("b")))
		s.b_at = tags_find(&t, S("b"))->value_at;
	assert_true(signature_sum(&s, f, 0, d, &scratch, sum));
	t_ok(pkey_sign_digest(m->rsa, sum, sig, &n, &e), &e);
	codec_base64(out, str_make((const char *)sig, n));
	digest_free(d);
	buf_release(&scratch);
}

void made_sign_raw(
    struct made *m, const char *tags, struct str message, struct buf *out)
{
	struct arena a = ARENA_INIT(64 * MiB);
	struct buf head = BUF_INIT(MiB), whole = BUF_INIT(64 * MiB);
	struct str text = str_of(tags);
	ptrdiff_t star = str_find(text, S("bh=*"));
	enum canon_kind kind =
	    str_find(text, S("/relaxed")) >= 0 ? CANON_RELAXED : CANON_SIMPLE;
	struct fields f;

	assert_int_equal(fields_read(message, &a, &f), 0);
	buf_addz(&head, "DKIM-Signature: ");
	if (star >= 0) {
		buf_add(&head, str_sub(text, 0, (size_t)star + 3));
		add_body_hash(f.body, kind, &head);
		text = str_from(text, (size_t)star + 4);
	}
	buf_add(&head, text);
	buf_add(&whole, buf_str(&head));
	buf_add(&whole, S("\r\n"));
	buf_add(&whole, message);
	assert_int_equal(fields_read(buf_str(&whole), &a, &f), 0);
	sign_field(m, &f, &head);
	buf_reset(out);
	buf_add(out, buf_str(&head));
	buf_add(out, S("\r\n"));
	buf_add(out, message);
	arena_release(&a);
	buf_release(&head);
	buf_release(&whole);
}

/* ---- verifying */

#define KEEP(to, s) snprintf(to, sizeof(to), "%.*s", STR_ARG(s))

static void on_report(const struct dkim_report *r, void *arg)
{
	struct made_report *ret = arg;

	t_int(ret->count, SIZE_MAX);
	ret->count = r->count;
	ret->truncated = r->truncated;
	for (size_t i = 0; i < r->count && i < MADE_ROWS; i++) {
		const struct dkim_verdict *v = &r->row[i];
		struct made_row *row = &ret->row[i];

		row->result = v->result;
		row->key_bits = v->key_bits;
		row->flags = v->flags;
		KEEP(row->domain, v->domain);
		KEEP(row->selector, v->selector);
		KEEP(row->identity, v->identity);
		KEEP(row->algorithm, v->algorithm);
		KEEP(row->reason, v->reason);
		KEEP(row->record, v->record);
	}
}

void made_verify(struct made *m, struct str message,
    const struct dkim_verify_options *o, struct made_report *ret)
{
	*ret = (struct made_report){.count = SIZE_MAX};
	dkim_verify_start(m->verifier, message, o, on_report, ret);
	t_int(ret->count, SIZE_MAX);
	loop_run(m->loop);
	t_true(ret->count != SIZE_MAX, "no completion");
}

enum dkim_result made_first(
    struct made *m, struct str message, struct made_report *ret)
{
	struct dkim_verify_options o = dkim_verify_defaults;

	o.at = MADE_AT;
	made_verify(m, message, &o, ret);
	return ret->count ? ret->row[0].result : DKIM_NONE;
}

static void on_chain(const struct arc_report *r, void *arg)
{
	struct made_arc *ret = arg;

	t_int(ret->instances, UINT32_MAX);
	*ret = (struct made_arc){.result = r->result,
	    .instances = r->instances,
	    .oldest_pass = r->oldest_pass,
	    .ended = r->ended};
	KEEP(ret->reason, r->reason);
}

void made_arc_verify(struct made *m, struct str message, struct made_arc *ret)
{
	struct dkim_verify_options o = dkim_verify_defaults;

	o.at = MADE_AT;
	*ret = (struct made_arc){.instances = UINT32_MAX};
	arc_verify_start(m->verifier, message, &o, on_chain, ret);
	t_int(ret->instances, UINT32_MAX);
	loop_run(m->loop);
	t_true(ret->instances != UINT32_MAX, "no completion");
}
