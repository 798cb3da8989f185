/* dkim_key: any record is usable or says why, in one line; the same both
 * times, from the cache or not. */
#include "fuzz.h"

#include "auth/key.h"

static void check(const struct key_record *r)
{
	ENSURE((r->status == KEY_USABLE) == (r->key != NULL));
	ENSURE((r->status == KEY_USABLE) == (r->why.code == 0));
	ENSURE(r->status == KEY_USABLE || r->why.msg[0]);
	if (r->key)
		ENSURE(r->bits == pkey_public_bits(r->key) &&
		       (r->kind == PKEY_ED25519 || r->bits >= KEY_BITS_MIN));
}

void fuzz_one(struct str in)
{
	static const enum pkey_kind kinds[] = {PKEY_RSA, PKEY_ED25519};
	struct pkey_cache *c = pkey_cache_new(2);
	static const unsigned char sum[32];

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		struct key_record r, again;

		key_read(c, in, kinds[i], KEY_BITS_MIN, &r);
		check(&r);
		if (r.key)
			pkey_verify_digest(r.key, sum, str_sub(in, 0, 64));
		key_read(c, in, kinds[i], KEY_BITS_MIN, &again);
		check(&again);
		ENSURE(r.status == again.status && r.key == again.key);
	}
	pkey_cache_free(c);
}
