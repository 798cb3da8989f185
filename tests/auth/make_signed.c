/* make_signed DIR: writes DIR/mail/NNN.eml, strange but lawful messages signed
 * with every kind of key, and DIR/keys, the records to verify them with.  For
 * tests/integration/dkim_oracle.py.
 */
#include "auth/dkim_key.h"
#include "auth/dkim_sign.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/rand.h"

#include <sys/stat.h>

#define MAILS 120

static void fail(const struct err *e)
{
	fprintf(stderr, "make_signed: %s\n", e->msg);
	exit(1);
}

static void put(const char *dir, const char *name, const struct buf *b)
{
	char path[512];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "wb");
	if (!f || b->over || fwrite(b->p, 1, b->len, f) != b->len ||
	    fclose(f)) {
		fprintf(stderr, "make_signed: %s\n", path);
		exit(1);
	}
}

/* ---- strange messages */

static const char *const subjects[] = {
    "Subject: plain",
    "Subject:no space",
    "SUBJECT:   many   spaces   ",
    "Subject:\ttabs\tin\tit\t",
    "Subject: folded\r\n\tonce",
    "Subject: folded \r\n   with   spaces \r\n\t and again",
    "Subject:\r\n folded at once",
    "Subject:",
    "Subject: =?utf-8?Q?Ihre_Daten_=C3=BC?=",
    "Subject: \xc3\xbc 8-bit \xe2\x82\xac",
    "Subject: one: two; three = four",
    "subject: lower\r\nSubject: and a second",
};

static const char *const extras[] = {
    "",
    "To: a@example.net\r\n",
    "To: a@example.net\r\nTo: b@example.net\r\nTO: c@example.net\r\n",
    "To: \"Doe, Jane\" <jane@example.net>,\r\n\tb@example.net\r\n",
    "Reply-To: help@example.com\r\n",
    "Received: from a by b;\r\n\tTue, 24 Nov 2026 04:17:09 +0000\r\n"
    "Received: from b by c\r\n",
    "MIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n"
    "Content-Transfer-Encoding: 8bit\r\n",
    "Feedback-ID: breach:example:notice:example\r\n"
    "Auto-Submitted: auto-generated\r\n",
    "X-From: no\r\nFromage: no\r\nX: \r\n",
    "Message-ID: <a@example.com>\r\nDate: Tue, 24 Nov 2026 04:17:09 "
    "+0000\r\n",
    "Message-ID:\r\n <a.very.long.token.that.was.folded@example.com>\r\n",
};

static const char *const bodies[] = {
    "",
    "\r\n",
    "\r\n\r\n\r\n",
    "one line\r\n",
    "no line end",
    "trailing blank lines\r\n\r\n\r\n\r\n",
    "trailing spaces   \r\nand\ttabs\t\t\r\n",
    "runs   of    spaces\t\tand \t mixed\r\n   leading\r\n",
    "  \r\n\t\r\nonly white lines above\r\n \t \r\n",
    "\xc3\xbc\xe2\x82\xac\xff\xfe 8-bit\r\n",
    ".\r\n..\r\n.dots\r\n",
    "From here\r\n>From there\r\n",
    "--=_b\r\nContent-Type: text/plain\r\n\r\nhi=20\r\n--=_b--\r\n",
};

static void random_lines(struct rand_seq *r, struct buf *m)
{
	for (uint64_t lines = rand_seq_below(r, 60); lines > 0; lines--) {
		for (uint64_t n = rand_seq_below(r, 300); n > 0; n--) {
			uint64_t c = rand_seq_below(r, 120);

			buf_addc(m, c > 94 ? ' ' : (char)(c + 32));
		}
		buf_add(m, S("\r\n"));
	}
}

static void compose(struct rand_seq *r, int number, struct buf *m)
{
	uint64_t body = rand_seq_below(r, ARRAY_SIZE(bodies) + 4);

	buf_reset(m);
	if (number % 3 == 0)
		buf_addz(m, extras[rand_seq_below(r, ARRAY_SIZE(extras))]);
	buf_addz(m, number % 5 ? "From: Example <notice@example.com>\r\n"
			       : "from:Example\r\n <notice@example.com> \r\n");
	buf_addz(m, subjects[(size_t)number % ARRAY_SIZE(subjects)]);
	buf_add(m, S("\r\n"));
	buf_addz(m, extras[rand_seq_below(r, ARRAY_SIZE(extras))]);
	buf_addz(m, extras[rand_seq_below(r, ARRAY_SIZE(extras))]);
	buf_add(m, S("\r\n"));
	if (body < ARRAY_SIZE(bodies))
		buf_addz(m, bodies[body]);
	else
		random_lines(r, m);
}

/* ---- keys */

static const struct {
	const char *selector;
	enum pkey_kind kind;
	unsigned bits;
} keys[] = {
    {"rsa2048", PKEY_RSA, 2048},
    {"rsa4096", PKEY_RSA, 4096},
    {"ed25519", PKEY_ED25519, 0},
};
#define DOMAIN "mail.xn--mller-kva.example"

static void make_keys(struct pkey *ret[ARRAY_SIZE(keys)], struct buf *records)
{
	struct buf record = BUF_INIT(4 * KiB);
	struct err e = {0};

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		buf_reset(&record);
		if (pkey_generate(keys[i].kind, keys[i].bits, &ret[i], &e) <
			0 ||
		    dkim_key_record(ret[i], &record, &e) < 0)
			fail(&e);
		dkim_key_zone_line(str_of(keys[i].selector), S(DOMAIN),
		    buf_str(&record), records);
		buf_addc(records, '\n');
	}
	buf_release(&record);
}

static struct dkim_signer *make_signer(
    struct pkey *const pool[ARRAY_SIZE(keys)], size_t which)
{
	/* one of each, then RSA and Ed25519 together */
	size_t first = which < ARRAY_SIZE(keys) ? which : 0, count = 1;
	struct dkim_sign_options o = dkim_sign_defaults;
	struct dkim_identity ids[DKIM_KEYS_MAX];
	size_t at[DKIM_KEYS_MAX] = {first, ARRAY_SIZE(keys) - 1};

	count += which == ARRAY_SIZE(keys);
	o.lifetime = which % 2 ? 7 * 86400 : 0;
	for (size_t i = 0; i < count; i++)
		ids[i] = (struct dkim_identity){.domain = S(DOMAIN),
		    .selector = str_of(keys[at[i]].selector),
		    .key = pkey_dup(pool[at[i]]),
		    .kind = keys[at[i]].kind};
	return dkim_signer_new(ids, count, &o);
}

int main(int argc, char **argv)
{
	struct buf message = BUF_INIT(MiB), out = BUF_INIT(2 * MiB);
	struct buf records = BUF_INIT(16 * KiB);
	struct pkey *pool[ARRAY_SIZE(keys)];
	struct dkim_signer *s[ARRAY_SIZE(keys) + 1];
	struct dkim_signature sigs[DKIM_KEYS_MAX];
	struct rand_seq r;
	struct err e = {0};
	char name[300];

	if (argc != 2)
		return 2;
	rand_seq_init(&r, 20261124);
	make_keys(pool, &records);
	put(argv[1], "keys", &records);
	snprintf(name, sizeof(name), "%s/mail", argv[1]);
	mkdir(name, 0700);
	for (size_t i = 0; i < ARRAY_SIZE(s); i++)
		s[i] = make_signer(pool, i);
	for (int i = 0; i < MAILS; i++) {
		compose(&r, i, &message);
		buf_reset(&out);
		if (dkim_sign(s[(size_t)i % ARRAY_SIZE(s)], buf_str(&message),
			clock_wall(&clock_system) / USEC_PER_SEC, &out, sigs,
			&e) < 0)
			fail(&e);
		buf_add(&out, buf_str(&message));
		if (!str_ends(buf_str(&message), S("\r\n")))
			buf_add(&out, S("\r\n"));
		snprintf(name, sizeof(name), "mail/%03d.eml", i);
		put(argv[1], name, &out);
	}
	for (size_t i = 0; i < ARRAY_SIZE(s); i++)
		dkim_signer_free(s[i]);
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		pkey_free(pool[i]);
	buf_release(&records);
	buf_release(&message);
	buf_release(&out);
	return 0;
}
