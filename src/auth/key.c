#include "auth/key.h"
#include "base/codec.h"
#include "mail/tags.h"

#define TXT_STRING 255UL

static void refuse(struct key_record *r, enum key_status status,
    const char *fmt, ...) __attribute__((format(printf, 3, 4)));

static void refuse(
    struct key_record *r, enum key_status status, const char *fmt, ...)
{
	char text[sizeof(r->why.msg)];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	r->status = status;
	err_set(&r->why, ERR_INPUT, "%s", text);
}

static bool has_item(struct str list, struct str want)
{
	while (list.p)
		if (str_eq(tags_cut_item(&list), want))
			return true;
	return false;
}

/* What a person did to the record on its way into the zone, as the end of a
 * sentence. */
static const char *guess(struct str record)
{
	if (str_find(record, S("-----BEGIN")) >= 0)
		return "; the lines -----BEGIN and -----END of a key file do "
		       "not belong into p=, only what stands between them";
	if (str_chr(record, '"') >= 0)
		return "; it holds quotes, probably pasted from a zone file: "
		       "publish it without them";
	if (str_chr(record, '\\') >= 0)
		return "; it holds a backslash, probably pasted from a zone "
		       "file: publish it without";
	if (record.n == TXT_STRING)
		return "; it ends at byte 255, so probably only its first "
		       "string was published: split the rest into further "
		       "strings of the same TXT record";
	return "";
}

/* ---- the parts */

/* A record that says nothing of DKIM is another's that stands at the name. */
static bool is_foreign(struct str record)
{
	struct str s = str_trim(record);

	return str_istarts(s, S("v=")) && !str_istarts(s, S("v=DKIM")) &&
	       str_find(s, S("p=")) < 0;
}

static bool check_version(
    struct key_record *r, const struct tags *t, struct str record)
{
	const struct tag *v = tags_find(t, S("v"));

	if (!v)
		return true;
	if (!str_eq(v->value, S("DKIM1"))) {
		refuse(r, KEY_SYNTAX,
		    "the key record starts with v=%.*s; it must be exactly "
		    "v=DKIM1; (RFC 6376 3.6.1)%s",
		    STR_ARG(str_sub(v->value, 0, 40)), guess(record));
		return false;
	}
	if (v != &t->tag[0]) {
		refuse(r, KEY_SYNTAX,
		    "v=DKIM1 is not the first tag of the key record "
		    "(RFC 6376 3.6.1)");
		return false;
	}
	return true;
}

static bool check_kind(
    struct key_record *r, const struct tags *t, enum pkey_kind want)
{
	struct str k = tags_value(t, S("k"));

	if (!k.p || str_eq(k, S("rsa"))) {
		r->kind = PKEY_RSA;
	} else if (str_eq(k, S("ed25519"))) {
		r->kind = PKEY_ED25519;
	} else {
		refuse(r, KEY_KIND,
		    "the key record says k=%.*s; known are rsa and ed25519 "
		    "(RFC 8463 4)",
		    STR_ARG(str_sub(k, 0, 40)));
		return false;
	}
	if (r->kind != want) {
		refuse(r, KEY_KIND,
		    "the key record is for %s%s, the signature was made with "
		    "%s (RFC 6376 6.1.2 step 8)",
		    pkey_kind_name(r->kind),
		    k.p ? "" : " (it has no k=, which means rsa)",
		    pkey_kind_name(want));
		return false;
	}
	return true;
}

static bool check_use(struct key_record *r, const struct tags *t)
{
	struct str h = tags_value(t, S("h")), s = tags_value(t, S("s"));
	struct str flags = tags_value(t, S("t"));

	r->testing = flags.p && has_item(flags, S("y"));
	r->strict = flags.p && has_item(flags, S("s"));
	if (h.p && !has_item(h, S("sha256"))) {
		refuse(r, KEY_HASH,
		    "the key record allows only h=%.*s, the signature uses "
		    "sha256 (RFC 6376 6.1.2 step 6)",
		    STR_ARG(str_sub(h, 0, 40)));
		return false;
	}
	if (s.p && !has_item(s, S("email")) && !has_item(s, S("*"))) {
		refuse(r, KEY_SERVICE,
		    "the key record is for s=%.*s, not for mail (RFC 6376 "
		    "3.6.1)",
		    STR_ARG(str_sub(s, 0, 40)));
		return false;
	}
	return true;
}

/* ---- p= */

static size_t first_no_base64(struct str p)
{
	size_t i = 0;

	while (i < p.n &&
	       (ascii_is_alnum(p.p[i]) || p.p[i] == '+' || p.p[i] == '/' ||
		   p.p[i] == '=' || ascii_is_wsp(p.p[i]) || p.p[i] == '\r' ||
		   p.p[i] == '\n'))
		i++;
	return i;
}

static void refuse_base64(struct key_record *r, struct str p, struct str record)
{
	size_t bad = first_no_base64(p);

	if (bad < p.n)
		refuse(r, KEY_SYNTAX,
		    "p= of the key record is no base64: byte %zu of it is "
		    "0x%02x%s",
		    bad + 1, (unsigned)(unsigned char)p.p[bad], guess(record));
	else
		refuse(r, KEY_SYNTAX,
		    "p= of the key record is no base64: %zu characters that "
		    "do not end as they should, so something was cut off or "
		    "lost%s",
		    p.n, guess(record));
}

/* Length that the DER at hand says it has, header included; 0: no SEQUENCE. */
static size_t der_length(struct str der)
{
	const unsigned char *p = (const unsigned char *)der.p;

	if (der.n < 4 || p[0] != 0x30)
		return 0;
	if (p[1] < 0x80)
		return p[1] + 2u;
	if (p[1] == 0x81)
		return p[2] + 3u;
	if (p[1] == 0x82)
		return (size_t)p[2] << 8 | (p[3] + 4u);
	return 0;
}

static void refuse_material(struct key_record *r, struct str der,
    struct str record, const struct err *why)
{
	size_t n = der_length(der);

	if (r->kind == PKEY_RSA && der.n == 32)
		refuse(r, KEY_MATERIAL,
		    "p= of the key record has 32 bytes, as an Ed25519 key "
		    "has; then k=ed25519 must say so (RFC 8463 4)");
	else if (r->kind == PKEY_ED25519 && n == der.n && n == 44)
		refuse(r, KEY_MATERIAL,
		    "p= of the key record is an Ed25519 key in its DER "
		    "wrapping; publish only the last 32 of its 44 bytes "
		    "(RFC 8463 4)");
	else if (r->kind == PKEY_RSA && n > der.n)
		refuse(r, KEY_MATERIAL,
		    "p= of the key record was cut off: the key has %zu "
		    "bytes, %zu are there%s",
		    n, der.n, guess(record));
	else
		refuse(r, KEY_MATERIAL, "p= of the key record: %s%s", why->msg,
		    guess(record));
}

static void read_material(struct key_record *r, struct pkey_cache *cache,
    struct str der, struct str record, unsigned bits_min)
{
	struct pkey_public *key;
	struct err e = {0};

	if (pkey_cache_get(cache, r->kind, der, &key, &e) < 0) {
		refuse_material(r, der, record, &e);
		return;
	}
	r->bits = pkey_public_bits(key);
	if (r->kind == PKEY_RSA && r->bits < bits_min)
		refuse(r, KEY_SMALL,
		    "the RSA key has %u bits; below %u a signature counts for "
		    "nothing (RFC 8301 3.2)",
		    r->bits, bits_min);
	else
		r->key = key;
}

static void read_p(struct key_record *r, struct pkey_cache *cache,
    const struct tags *t, struct str record, unsigned bits_min)
{
	struct str p = tags_value(t, S("p"));
	struct buf der = BUF_INIT(LIMIT_KEY_RECORD);

	if (!p.p)
		refuse(r, KEY_SYNTAX,
		    "the key record has no p= (RFC 6376 3.6.1)%s",
		    guess(record));
	else if (p.n == 0)
		refuse(r, KEY_REVOKED,
		    "the key was revoked: p= of its record is empty "
		    "(RFC 6376 3.6.1)");
	else if (!codec_unbase64(&der, p, false))
		refuse_base64(r, p, record);
	else
		read_material(r, cache, buf_str(&der), record, bits_min);
	buf_release(&der);
}

void key_read(struct pkey_cache *cache, struct str record, enum pkey_kind want,
    unsigned bits_min, struct key_record *ret)
{
	struct tags t;
	struct err e = {0};

	*ret = (struct key_record){.status = KEY_USABLE};
	if (record.n > LIMIT_KEY_RECORD) {
		refuse(ret, KEY_SYNTAX,
		    "the key record has %zu bytes; at most %lu are read",
		    record.n, LIMIT_KEY_RECORD);
		return;
	}
	if (is_foreign(record)) {
		refuse(ret, KEY_FOREIGN,
		    "the TXT record is no key record, it starts with \"%.*s\"",
		    STR_ARG(str_sub(str_trim(record), 0, 12)));
		return;
	}
	if (tags_parse(record, &t, &e) < 0) {
		refuse(ret, KEY_SYNTAX, "the key record is no tag-list: %s%s",
		    e.msg, guess(record));
		return;
	}
	if (check_version(ret, &t, record) && check_kind(ret, &t, want) &&
	    check_use(ret, &t))
		read_p(ret, cache, &t, record, bits_min);
}
