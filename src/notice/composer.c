#include "notice/composer.h"

#include "crypto/digest.h"
#include "mail/dot.h"
#include "mail/orcpt.h"
#include "mail/verp.h"

/* A stored template, and where its fields stand in each layout. */
struct stored {
	int64_t id;
	const struct letter_template *template;
	struct letter_template *owned;   /* NULL: a current variant's */
	struct letter_binding **binding; /* by layout id - 1 */
	struct stored *next;
};

struct composer {
	struct composer_config c;
	struct stored *stored;
	size_t layouts;
	struct dkim_signer *signer; /* NULL: unsigned */
	struct verp verp;
	struct digest *digest;
	struct str sign[16]; /* what the relay does not rewrite */
	struct dkim_sign_options options;
};

static void stored_free(struct composer *c, struct stored *s)
{
	for (size_t i = 0; i < c->layouts; i++)
		letter_binding_free(s->binding[i]);
	letter_template_free(s->owned);
	free(s->binding);
	free(s);
}

static struct stored *stored_add(struct composer *c, int64_t id,
    const struct letter_template *t, struct letter_template *owned)
{
	struct stored *s = mem_zalloc(sizeof(*s));

	s->id = id;
	s->template = t;
	s->owned = owned;
	s->binding = mem_zalloc((c->layouts + 1) * sizeof(s->binding[0]));
	s->next = c->stored;
	c->stored = s;
	return s;
}

static int stored_find(
    struct composer *c, int64_t id, struct stored **ret, struct err *e)
{
	struct buf bytes = BUF_INIT(LIMIT_LETTER);
	struct letter_template *t = NULL;
	int rc;

	for (*ret = c->stored; *ret; *ret = (*ret)->next)
		if ((*ret)->id == id)
			return 0;
	rc = store_template_get(c->c.store, id, &bytes, e);
	if (rc >= 0)
		rc = letter_template_parse(buf_str(&bytes), &t, e);
	if (rc >= 0)
		*ret = stored_add(c, id, t, t);
	buf_release(&bytes);
	return rc;
}

static const struct letter_binding *binding_of(
    struct composer *c, struct stored *s, uint32_t layout)
{
	const struct people_layout *l = people_layout(c->c.people, layout);

	if (!l || layout > c->layouts)
		return NULL;
	if (!s->binding[layout - 1])
		s->binding[layout - 1] = letter_bind(s->template, l);
	return s->binding[layout - 1];
}

/* ---- signing */
static void choose_headers(struct composer *c)
{
	const struct dkim_sign_options *d = &dkim_sign_defaults;
	size_t n = 0;

	for (size_t i = 0; i < d->sign_count && n < ARRAY_SIZE(c->sign); i++)
		if (!c->c.profile || !relay_rewrites(c->c.profile, d->sign[i]))
			c->sign[n++] = d->sign[i];
	c->options = *d;
	c->options.sign = c->sign;
	c->options.sign_count = n;
	c->options.lifetime = c->c.lifetime;
}

static int make_signer(struct composer *c, struct err *e)
{
	const struct notice *n = c->c.notice;
	struct dkim_identity id[DKIM_KEYS_MAX] = {0};
	struct arena a = ARENA_INIT(16 * KiB);
	int rc = 0;

	for (size_t i = 0; i < n->dkim_count && rc >= 0; i++) {
		id[i].domain = n->dkim[i].domain;
		id[i].selector = n->dkim[i].selector;
		rc = pkey_load_private(
		    notice_path(n, n->dkim[i].key, &a), &id[i].key, e);
		if (rc >= 0)
			id[i].kind = pkey_kind(id[i].key);
		else
			err_wrap(e, "notice.ini: [dkim%s] key", i ? ".2" : "");
	}
	/* RSA on top: receivers that know no Ed25519 look there */
	if (n->dkim_count == 2 && id[0].kind == PKEY_ED25519 &&
	    id[1].kind == PKEY_RSA) {
		struct dkim_identity t = id[0];

		id[0] = id[1];
		id[1] = t;
	}
	if (rc >= 0)
		c->signer = dkim_signer_new(id, n->dkim_count, &c->options);
	else
		for (size_t i = 0; i < DKIM_KEYS_MAX; i++)
			pkey_free(id[i].key);
	arena_release(&a);
	return rc;
}

int64_t composer_lifetime(const struct notice *n)
{
	return n->retry_for / USEC_PER_SEC + 86400 * 5;
}

size_t composer_columns(struct people *p, struct str **ret)
{
	size_t total = 0, n = 0;

	for (uint32_t i = 1; i <= people_layout_count(p); i++)
		total += people_layout(p, i)->count;
	*ret = mem_alloc((total + 1) * sizeof(**ret));
	for (uint32_t i = 1; i <= people_layout_count(p); i++) {
		const struct people_layout *l = people_layout(p, i);

		for (size_t k = 0; k < l->count; k++)
			(*ret)[n++] = l->name[k];
	}
	return n;
}

int composer_new(
    const struct composer_config *cfg, struct composer **ret, struct err *e)
{
	struct composer *c = mem_zalloc(sizeof(*c));
	int rc;

	c->c = *cfg;
	c->layouts = cfg->people ? people_layout_count(cfg->people) : 0;
	c->digest = digest_new();
	choose_headers(c);
	rc = verp_init(&c->verp, cfg->notice->bounce_address, cfg->secret, e);
	if (rc < 0)
		err_wrap(e, "notice.ini: [bounce] address");
	else if (cfg->notice->dkim_count && cfg->with_keys)
		rc = make_signer(c, e);
	if (rc < 0) {
		composer_free(c);
		return rc;
	}
	for (size_t i = 0; cfg->variants && i < cfg->variants->count; i++)
		stored_add(c, cfg->template_ids ? cfg->template_ids[i] : 0,
		    cfg->variants->v[i].template, NULL);
	*ret = c;
	return 0;
}

void composer_free(struct composer *c)
{
	if (!c)
		return;
	while (c->stored) {
		struct stored *s = c->stored;

		c->stored = s->next;
		stored_free(c, s);
	}
	dkim_signer_free(c->signer);
	digest_free(c->digest);
	free(c);
}

/* ---- composing */
void composed_init(struct composed *m)
{
	*m = (struct composed){
	    .head = BUF_INIT(16 * KiB),
	    .message = BUF_INIT(LIMIT_LETTER),
	    .stuffed = BUF_INIT(LIMIT_LETTER + LIMIT_LETTER / 8),
	    .sender = BUF_INIT(LIMIT_PATH),
	    .recipient = BUF_INIT(LIMIT_LOCAL_PART + LIMIT_DOMAIN + 1),
	    .envid = BUF_INIT(100),
	    .orcpt = BUF_INIT(ORCPT_MAX),
	    .code = BUF_INIT(LIMIT_CODE_LINE),
	};
}

void composed_release(struct composed *m)
{
	buf_release(&m->head);
	buf_release(&m->message);
	buf_release(&m->stuffed);
	buf_release(&m->sender);
	buf_release(&m->recipient);
	buf_release(&m->envid);
	buf_release(&m->orcpt);
	buf_release(&m->code);
}

static void composed_reset(struct composed *m)
{
	buf_reset(&m->head);
	buf_reset(&m->message);
	buf_reset(&m->stuffed);
	buf_reset(&m->sender);
	buf_reset(&m->recipient);
	buf_reset(&m->envid);
	buf_reset(&m->orcpt);
	buf_reset(&m->code);
	m->record = (struct letter_record){0};
	m->missing[0] = m->variant[0] = '\0';
	memset(m->sig, 0, sizeof(m->sig));
	m->same = false;
}

size_t composed_wire(const struct composed *m, struct str ret_piece[2])
{
	ret_piece[0] = buf_str(&m->head);
	ret_piece[1] =
	    m->stuffed.len ? buf_str(&m->stuffed) : buf_str(&m->message);
	if (ret_piece[0].n)
		return 2;
	ret_piece[0] = ret_piece[1];
	return 1;
}

/* The letter they have goes out again only to the address it was made for. */
static bool has_letter(const struct store_due *d)
{
	return d->has_letter && d->letter.address_no == d->state.address_no;
}

/* Which text: the one they had, or the variant for them. */
static int choose_text(struct composer *c, const struct store_due *d,
    struct composed *m, struct stored **ret, struct err *e)
{
	const struct letter_variant *v = NULL;
	struct str segment;
	struct stored *s;

	if (has_letter(d))
		return stored_find(c, d->letter.template, ret, e);
	segment = segment_of(
	    c->c.rules, people_layout(c->c.people, d->row.layout), &d->row);
	if (c->c.variants)
		v = letter_variant_for(c->c.variants, segment, d->row.language);
	if (!v)
		return err_set(e, ERR_INPUT,
		    "no message text for segment "
		    "'%.*s', language '%.*s'",
		    STR_ARG(segment), STR_ARG(d->row.language));
	snprintf(m->variant, sizeof(m->variant), "%.*s", STR_ARG(v->file));
	for (s = c->stored; s; s = s->next)
		if (s->template == v->template)
			break;
	ENSURE(s);
	*ret = s;
	return 0;
}

static int find_code(struct composer *c, const struct store_due *d,
    struct composed *m, struct err *e)
{
	if (d->has_letter)
		buf_add(&m->code, d->letter.code);
	else if (c->c.notice->codes.n && c->c.store)
		return store_code_get(c->c.store, d->row.id, &m->code, e);
	return 0;
}

static void write_envelope(struct composer *c, const struct store_due *d,
    const struct person *p, const char *token, struct composed *m)
{
	struct str address = p->address[d->state.address_no];

	buf_add(&m->recipient, address);
	m->needs_utf8 = false;
	m->eight_bit = false;
	for (size_t i = 0; i < address.n; i++)
		if ((unsigned char)address.p[i] & 0x80)
			m->needs_utf8 = m->eight_bit = true;
	verp_format(&c->verp, p->id, &m->sender);
	buf_addz(&m->envid, token);
	orcpt_format(&m->orcpt, address);
}

/* The signatures they have, written out again. 1: done, 0: there are none. */
static int sign_again(struct composer *c, const struct store_due *d,
    struct composed *m, struct err *e)
{
	struct dkim_identity id[DKIM_KEYS_MAX] = {0};
	struct dkim_signer *again = NULL;
	size_t n = 0;
	int rc;

	for (size_t i = 0; i < DKIM_KEYS_MAX; i++) {
		struct dkim_signature *to = &m->sig[i];
		struct str s = d->letter.sig[i];

		if (s.n > sizeof(to->bytes))
			return err_set(
			    e, ERR_DB, "a kept signature is too long");
		to->len = s.n;
		if (!s.n)
			continue;
		memcpy(to->bytes, s.p, s.n);
		/* without the key: its kind follows from the length */
		id[n++] = (struct dkim_identity){
		    .domain = c->c.notice->dkim[i].domain,
		    .selector = c->c.notice->dkim[i].selector,
		    .kind = s.n == 64 ? PKEY_ED25519 : PKEY_RSA};
	}
	if (!n || n > c->c.notice->dkim_count)
		return 0;
	if (!c->signer)
		again = dkim_signer_new(id, n, &c->options);
	rc = dkim_sign_with(c->signer ? c->signer : again, buf_str(&m->message),
	    d->letter.date, m->sig, &m->head, e);
	dkim_signer_free(again);
	return rc < 0 ? rc : 1;
}

static void sum(struct composer *c, struct composed *m)
{
	digest_begin(c->digest);
	digest_update(c->digest, buf_str(&m->head));
	digest_update(c->digest, buf_str(&m->message));
	digest_end(c->digest, m->record.sha256);
}

/* Signs, and takes the digest of the whole.  Where the letter they have can
 * not be made again (its key or selector is no longer in the settings), the
 * same words get a new signature. */
static int sign(struct composer *c, const struct store_due *d,
    struct composed *m, struct err *e)
{
	int rc;

	if (has_letter(d)) {
		if ((rc = sign_again(c, d, m, e)) < 0)
			return rc;
		sum(c, m);
		m->same = memcmp(m->record.sha256, d->letter.sha256,
			      sizeof(m->record.sha256)) == 0;
	}
	if (!m->same) {
		buf_reset(&m->head);
		memset(m->sig, 0, sizeof(m->sig));
		if (c->signer &&
		    (rc = dkim_sign(c->signer, buf_str(&m->message),
			 m->record.date, &m->head, m->sig, e)) < 0)
			return rc;
		sum(c, m);
	}
	for (size_t i = 0; i < DKIM_KEYS_MAX; i++)
		m->record.sig[i] =
		    str_make((const char *)m->sig[i].bytes, m->sig[i].len);
	return 0;
}

int composer_compose(struct composer *c, const struct store_due *d, int64_t now,
    struct composed *m, struct err *e)
{
	char token[LETTER_TOKEN_SIZE];
	struct letter_input in = {0};
	const struct letter_binding *b;
	struct stored *text = NULL;
	struct person p;
	struct str missing = STR_NONE;
	int rc;

	composed_reset(m);
	person_from_row(&d->row, &p);
	if (d->state.address_no >= p.addresses)
		return err_set(e, ERR_INPUT, "there is no address");
	if ((rc = choose_text(c, d, m, &text, e)) < 0 ||
	    (rc = find_code(c, d, m, e)) < 0)
		return rc;
	b = binding_of(c, text, p.layout);
	if (!b)
		return err_set(e, ERR_DB, "unknown layout of columns");
	letter_message_token(c->c.secret, p.id, token);
	in.person = &p;
	in.address_no = d->state.address_no;
	in.code = buf_str(&m->code);
	in.date = has_letter(d) ? d->letter.date : now;
	in.message_id = str_of(token);
	rc = letter_compose(text->template, b, &in, &m->message, &missing, e);
	if (rc == 0)
		snprintf(
		    m->missing, sizeof(m->missing), "%.*s", STR_ARG(missing));
	if (rc <= 0)
		return rc;
	m->record.date = in.date;
	m->record.template = text->id;
	m->record.address_no = d->state.address_no;
	m->record.code = buf_str(&m->code);
	write_envelope(c, d, &p, token, m);
	if ((rc = sign(c, d, m, e)) < 0)
		return rc;
	if (dot_needed(buf_str(&m->message)))
		dot_stuff(buf_str(&m->message), &m->stuffed);
	if (m->message.over || m->head.over || m->stuffed.over ||
	    m->sender.over || m->recipient.over)
		return err_set(e, ERR_LIMIT, "the mail is too large");
	return 1;
}
