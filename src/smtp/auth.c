#include "smtp/auth.h"
#include "smtp/ehlo.h"
#include "base/codec.h"

#define COMMAND_LINE 512u /* RFC 5321 section 4.5.3.1.4 */

static const struct {
	enum smtp_auth_mechanism mechanism;
	unsigned offer;
	const char *name;
} mechanisms[] = {
    {SMTP_AUTH_PLAIN, SMTP_OFFER_PLAIN, "PLAIN"},
    {SMTP_AUTH_LOGIN, SMTP_OFFER_LOGIN, "LOGIN"},
    {SMTP_AUTH_XOAUTH2, SMTP_OFFER_XOAUTH2, "XOAUTH2"},
};

enum smtp_auth_mechanism smtp_auth_choose(
    enum smtp_auth_mechanism wanted, unsigned offered)
{
	for (size_t i = 0; i < ARRAY_SIZE(mechanisms); i++)
		if ((mechanisms[i].offer & offered) &&
		    (wanted == SMTP_AUTH_ANY ||
			wanted == mechanisms[i].mechanism))
			return mechanisms[i].mechanism;
	return SMTP_AUTH_ANY;
}

const char *smtp_auth_name(enum smtp_auth_mechanism m)
{
	for (size_t i = 0; i < ARRAY_SIZE(mechanisms); i++)
		if (mechanisms[i].mechanism == m)
			return mechanisms[i].name;
	return "any mechanism";
}

bool smtp_auth_sayable(
    enum smtp_auth_mechanism m, struct str user, struct str secret)
{
	if (m == SMTP_AUTH_XOAUTH2 &&
	    (str_chr(user, 1) >= 0 || str_chr(secret, 1) >= 0))
		return false;
	return str_chr(user, '\0') < 0 && str_chr(secret, '\0') < 0;
}

static void wipe(struct buf *b)
{
	if (b->p)
		explicit_bzero(b->p, b->cap);
	buf_release(b);
}

/* The response number `step` in base64; false when there is none. */
static bool response(enum smtp_auth_mechanism m, unsigned step, struct str user,
    struct str secret, struct buf *out)
{
	struct buf plain;
	bool ok = true;

	/* room at once, so that no copy of the secret stays behind */
	buf_init(&plain, user.n + secret.n + 32);
	buf_room(&plain, user.n + secret.n + 32);
	if (m == SMTP_AUTH_PLAIN && step == 0) {
		buf_addc(&plain, '\0');
		buf_add(&plain, user);
		buf_addc(&plain, '\0');
		buf_add(&plain, secret);
	} else if (m == SMTP_AUTH_LOGIN && step < 2) {
		buf_add(&plain, step == 0 ? user : secret);
	} else if (m == SMTP_AUTH_XOAUTH2 && step == 0) {
		buf_addz(&plain, "user=");
		buf_add(&plain, user);
		buf_addz(&plain, "\001auth=Bearer ");
		buf_add(&plain, secret);
		buf_addz(&plain, "\001\001");
	} else if (m == SMTP_AUTH_XOAUTH2 && step == 1) {
		/* the 334 told why not; an empty line asks for the 535 */
	} else {
		ok = false;
	}
	if (ok)
		codec_base64(out, buf_str(&plain));
	wipe(&plain);
	return ok;
}

void smtp_auth_start(struct smtp_auth *a, enum smtp_auth_mechanism m,
    struct str user, struct str secret, struct buf *out)
{
	size_t encoded = (user.n + secret.n + 32 + 2) / 3 * 4;

	*a = (struct smtp_auth){.mechanism = m};
	/* room at once, so that no copy of the secret stays behind */
	buf_room(out, encoded + 32);
	buf_addz(out, "AUTH ");
	buf_addz(out, smtp_auth_name(m));
	/* LOGIN takes no initial response everywhere, so it never gets one */
	if (m != SMTP_AUTH_LOGIN && encoded + 20 <= COMMAND_LINE) {
		buf_addc(out, ' ');
		response(m, a->step++, user, secret, out);
		a->initial = true;
	}
	buf_addz(out, "\r\n");
}

bool smtp_auth_respond(
    struct smtp_auth *a, struct str user, struct str secret, struct buf *out)
{
	buf_room(out, (user.n + secret.n + 32 + 2) / 3 * 4 + 2);
	if (!response(a->mechanism, a->step, user, secret, out))
		return false;
	a->step++;
	buf_addz(out, "\r\n");
	return true;
}

bool smtp_auth_leaks(const struct smtp_auth *a, struct str user,
    struct str secret, struct str text)
{
	struct buf line;
	bool leaks = secret.n > 0 && str_find(text, secret) >= 0;

	buf_init(&line, 4 * LIMIT_SECRET);
	buf_room(&line, (user.n + secret.n + 34) / 3 * 4);
	codec_base64(&line, secret);
	leaks = leaks || (line.len && str_find(text, buf_str(&line)) >= 0);
	buf_reset(&line);
	if (a->mechanism != SMTP_AUTH_LOGIN) {
		response(a->mechanism, 0, user, secret, &line);
		leaks = leaks || str_find(text, buf_str(&line)) >= 0;
	}
	wipe(&line);
	return leaks;
}
