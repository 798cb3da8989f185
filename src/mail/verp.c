#include "mail/verp.h"
#include "base/codec.h"
#include "base/limits.h"
#include "crypto/digest.h"

#define MAC_SIZE  8
#define ID_SIZE   8
#define TOKEN_MAX 26 /* base32 of 16 bytes */

static void put_id(uint64_t id, unsigned char ret[ID_SIZE])
{
	for (int i = ID_SIZE; i-- > 0; id >>= 8)
		ret[i] = (unsigned char)(id & 0xff);
}

static void make_mac(const struct verp *v, const unsigned char id[ID_SIZE],
    unsigned char ret[DIGEST_SIZE])
{
	char text[4 + ID_SIZE];

	memcpy(text, "verp", 4);
	memcpy(text + 4, id, ID_SIZE);
	digest_hmac(str_make((const char *)v->secret, sizeof(v->secret)),
	    str_make(text, sizeof(text)), ret);
}

/* atext of RFC 5322 3.2.3, or a dot. */
static bool is_plain(char c)
{
	return ascii_is_alnum(c) ||
	       (c && memchr("!#$%&'*+-/=?^_`{|}~.", c, 20) != NULL);
}

static bool is_plain_local(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!is_plain(s.p[i]) ||
		    (s.p[i] == '.' && (i == 0 || s.p[i - 1] == '.')))
			return false;
	return s.n > 0;
}

static bool is_plain_domain(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!ascii_is_alnum(s.p[i]) && s.p[i] != '-' && s.p[i] != '.')
			return false;
	return s.n > 0 && s.n <= LIMIT_DOMAIN;
}

int verp_init(struct verp *v, struct str base,
    const unsigned char secret[VERP_SECRET_SIZE], struct err *e)
{
	size_t room = LIMIT_LOCAL_PART - TOKEN_MAX - 1;

	v->domain = base;
	v->local = str_cut(&v->domain, '@');
	if (!v->domain.p || !is_plain_local(v->local) ||
	    !is_plain_domain(v->domain))
		return err_set(e, ERR_INPUT,
		    "\"%.*s\": bounces need a plain address, as "
		    "bounce@example.com",
		    STR_ARG(base));
	if (v->local.n > room)
		return err_set(e, ERR_INPUT,
		    "\"%.*s\": the part before the @ has %zu bytes; at most "
		    "%zu leave room for the token that names the person "
		    "(RFC 5321 4.5.3.1.1)",
		    STR_ARG(base), v->local.n, room);
	memcpy(v->secret, secret, sizeof(v->secret));
	return 0;
}

void verp_format(const struct verp *v, int64_t person, struct buf *out)
{
	unsigned char id[ID_SIZE], mac[DIGEST_SIZE], raw[ID_SIZE + MAC_SIZE];
	size_t zeros = 0;

	ENSURE(person > 0);
	put_id((uint64_t)person, id);
	make_mac(v, id, mac);
	while (id[zeros] == 0)
		zeros++;
	memcpy(raw, id + zeros, ID_SIZE - zeros);
	memcpy(raw + ID_SIZE - zeros, mac, MAC_SIZE);
	buf_add(out, v->local);
	buf_addc(out, '+');
	codec_base32(
	    out, str_make((const char *)raw, ID_SIZE - zeros + MAC_SIZE));
	buf_addc(out, '@');
	buf_add(out, v->domain);
}

static bool check_token(
    const struct verp *v, struct str token, int64_t *ret_person)
{
	struct buf raw = BUF_INIT(ID_SIZE + MAC_SIZE);
	unsigned char id[ID_SIZE] = {0}, mac[DIGEST_SIZE];
	bool ok = token.n <= TOKEN_MAX && codec_unbase32(&raw, token) &&
		  raw.len > MAC_SIZE && raw.p[0] != 0;
	uint64_t person = 0;

	if (ok) {
		size_t n = raw.len - MAC_SIZE;

		memcpy(id + ID_SIZE - n, raw.p, n);
		make_mac(v, id, mac);
		ok = digest_equal(mac, raw.p + n, MAC_SIZE) && id[0] < 0x80;
	}
	for (size_t i = 0; i < ID_SIZE; i++)
		person = person << 8 | id[i];
	if (ok)
		*ret_person = (int64_t)person;
	buf_release(&raw);
	return ok;
}

enum verp_result verp_parse(
    const struct verp *v, struct str address, int64_t *ret_person)
{
	ptrdiff_t at = str_rchr(address, '@');
	struct str local, token;

	if (at < 0 || !str_ieq(str_from(address, (size_t)at + 1), v->domain))
		return VERP_OTHER;
	local = str_sub(address, 0, (size_t)at);
	if (!str_istarts(local, v->local) || local.n <= v->local.n + 1 ||
	    local.p[v->local.n] != '+')
		return VERP_OTHER;
	token = str_from(local, v->local.n + 1);
	return check_token(v, token, ret_person) ? VERP_OK : VERP_FORGED;
}
