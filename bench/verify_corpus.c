/* verify_corpus: signed mail as a receiver sees it, always the same for the
 * same number but for the keys, which are made new.
 *
 *	verify_corpus DIR N
 *
 * Writes DIR/msg/NNNNN.eml (2 to 20 kB, RSA-2048, 50 domains), the zone that
 * answers for them (example.zone, empty.zone) and manifest.tsv, a line a
 * message: file, client address, HELO, MAIL FROM, what it is, and whether SPF,
 * DKIM and DMARC must pass.  DIR/msg is there already.
 *
 * Of a hundred: 80 sound, 8 with another body and 2 with another Subject (4
 * and 2 of these also from a wrong address), 2 whose key is gone, 4 unsigned
 * (2 from a wrong address), 1 with a stranger's From, 1 from a wrong address
 * only, 2 with a second signature that does not hold.
 */
#include "auth/dkim_key.h"
#include "auth/dkim_sign.h"
#include "base/arena.h"
#include "base/codec.h"
#include "base/rand.h"

#include <errno.h>

#define DOMAINS 50u
#define AT      1795521600 /* 2026-11-24T12:00:00Z */

static const char *const words[] = {"account", "change", "contract", "customer",
    "delivery", "document", "energy", "invoice", "letter", "market", "notice",
    "order", "payment", "please", "price", "product", "reference", "service",
    "statement", "term", "transfer", "update", "utility", "value"};

enum fate {
	GOOD,
	BODY,
	BODY_SPF,
	HEADER_SPF,
	NO_KEY,
	UNSIGNED,
	UNSIGNED_SPF,
	SPOOF,
	SPF,
	TWO_SIGNATURES,
};
static const struct {
	const char *name;
	unsigned below; /* of a hundred */
	bool spf, dkim, dmarc;
} fates[] = {
    [GOOD] = {"good", 80, true, true, true},
    [BODY] = {"body", 84, true, false, true},
    [BODY_SPF] = {"body+spf", 88, false, false, false},
    [HEADER_SPF] = {"header+spf", 90, false, false, false},
    [NO_KEY] = {"nokey", 92, true, false, true},
    [UNSIGNED] = {"unsigned", 94, true, false, true},
    [UNSIGNED_SPF] = {"unsigned+spf", 96, false, false, false},
    [SPOOF] = {"spoof", 97, true, true, false},
    [SPF] = {"spf", 98, false, true, true},
    [TWO_SIGNATURES] = {"twosig", 100, true, true, true},
};

struct sender {
	struct dkim_signer *right, *gone, *wrong;
	struct buf record;
};

static const struct str sign[] = {{"From", 4}, {"To", 2}, {"Subject", 7},
    {"Date", 4}, {"Message-ID", 10}, {"MIME-Version", 12},
    {"Content-Type", 12}};
static const struct dkim_sign_options options = {
    .sign = sign, .sign_count = ARRAY_SIZE(sign)};

static struct err trouble;
static void must(int rc)
{
	if (rc >= 0)
		return;
	fprintf(stderr, "verify_corpus: %s\n", trouble.msg);
	exit(1);
}

static FILE *create(const char *dir, const char *name)
{
	struct buf path = BUF_INIT(KiB * 4);
	FILE *f;

	buf_addf(&path, "%s/%s", dir, name);
	f = fopen(buf_cstr(&path), "wb");
	if (!f)
		must(err_sys(&trouble, errno, "%s", buf_cstr(&path)));
	buf_release(&path);
	return f;
}

static void finish(FILE *f)
{
	if (ferror(f) | fclose(f))
		must(err_sys(&trouble, errno, "writing"));
}

/* ---- keys and zone */

static struct dkim_signer *signer(
    unsigned number, const char *selector, const struct pkey *key)
{
	char domain[32];
	struct dkim_identity id = {
	    .selector = str_of(selector), .key = pkey_dup(key)};

	snprintf(domain, sizeof(domain), "w%02u.example", number);
	id.domain = str_of(domain);
	return dkim_signer_new(&id, 1, &options);
}

static void make_senders(struct sender *s)
{
	struct pkey *key[DOMAINS];

	for (unsigned i = 0; i < DOMAINS; i++)
		must(pkey_generate(PKEY_RSA, 2048, &key[i], &trouble));
	for (unsigned i = 0; i < DOMAINS; i++) {
		s[i].right = signer(i + 1, "s1", key[i]);
		s[i].gone = signer(i + 1, "gone", key[i]);
		s[i].wrong = signer(i + 1, "s1", key[(i + 1) % DOMAINS]);
		buf_init(&s[i].record, 4 * KiB);
		must(dkim_key_record(key[i], &s[i].record, &trouble));
	}
	for (unsigned i = 0; i < DOMAINS; i++)
		pkey_free(key[i]);
}

static void zone_spf(FILE *f, unsigned d)
{
	fprintf(f, "w%02u TXT \"v=spf1 ", d);
	if (d % 3 == 0)
		fprintf(f, "ip4:198.51.100.%u -all", d);
	else if (d % 3 == 1)
		fprintf(f, "a:mail.w%02u.example mx -all", d);
	else
		fprintf(f, "include:_spf.w%02u.example ~all", d);
	fputs("\"\n", f);
	fprintf(f,
	    "_spf.w%02u TXT \"v=spf1 ip4:192.0.2.0/24 ip4:198.51.100.%u "
	    "-all\"\n",
	    d, d);
}

static void write_zones(const char *dir, const struct sender *s)
{
	static const char soa[] = "@ SOA ns.example. h.example. 1 3600 600 "
				  "86400 3600\n@ NS ns.example.\n";
	static const char *const policy[] = {"none", "quarantine", "reject"};
	FILE *f = create(dir, "example.zone");

	fprintf(f, "$ORIGIN example.\n$TTL 86400\n%sns A 127.0.0.1\n", soa);
	for (unsigned d = 1; d <= DOMAINS; d++) {
		struct buf line = BUF_INIT(8 * KiB);

		fprintf(f,
		    "w%02u A 198.51.100.%u\nw%02u MX 10 mail.w%02u\n"
		    "mail.w%02u A 198.51.100.%u\nnews.w%02u A "
		    "198.51.100.%u\n",
		    d, d, d, d, d, d, d, d);
		zone_spf(f, d);
		fprintf(f,
		    "_dmarc.w%02u TXT \"v=DMARC1; p=%s; "
		    "rua=mailto:r@w%02u.example\"\n",
		    d, policy[d % 3], d);
		dkim_key_zone_line(
		    S("s1"), STR_NONE, buf_str(&s[d - 1].record), &line);
		fprintf(f, "s1._domainkey.w%02u%s\n", d,
		    strstr(buf_cstr(&line), " IN TXT "));
		buf_release(&line);
	}
	finish(f);
	f = create(dir, "empty.zone");
	fprintf(f, "$TTL 86400\n%s", soa);
	finish(f);
}

/* ---- messages */

static const char *word(struct rand_seq *r)
{
	return words[rand_seq_below(r, ARRAY_SIZE(words))];
}

static void add_paragraph(struct buf *b, struct rand_seq *r)
{
	uint64_t lines = 3 + rand_seq_below(r, 7);

	for (uint64_t i = 0; i < lines; i++) {
		for (int k = 0; k < 11; k++)
			buf_addf(b, "%s%s", k ? " " : "", word(r));
		buf_addz(b, "\r\n");
	}
}

static void add_base64(struct buf *b, struct rand_seq *r, size_t bytes)
{
	for (; bytes >= 57; bytes -= 57) {
		uint64_t line[8];

		for (size_t i = 0; i < ARRAY_SIZE(line); i++)
			line[i] = rand_seq_next(r);
		codec_base64(b, str_make((const char *)line, 57));
		buf_addz(b, "\r\n");
	}
}

static void add_body(struct buf *b, struct rand_seq *r)
{
	size_t size = 1200 + (size_t)rand_seq_below(r, 17300), at = b->len;

	buf_addz(b, "--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n");
	while (b->len - at < size * 3 / 10) {
		add_paragraph(b, r);
		buf_addz(b, "\r\n");
	}
	buf_addz(b, "--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
		    "<html><body>\r\n");
	while (b->len - at < size * 6 / 10) {
		buf_addz(b, "<p class=\"x\">");
		add_paragraph(b, r);
		buf_addz(b, "</p>\r\n");
	}
	buf_addz(b, "</body></html>\r\n");
	if (size > b->len - at + 300) {
		buf_addz(b,
		    "--b\r\nContent-Type: application/pdf; name=\"d.pdf\"\r\n"
		    "Content-Transfer-Encoding: base64\r\n\r\n");
		add_base64(b, r, (size - (b->len - at)) * 72 / 100);
	}
	buf_addz(b, "--b--\r\n");
}

static void add_head(
    struct buf *b, struct rand_seq *r, unsigned i, unsigned d, enum fate fate)
{
	const char *net = fates[fate].spf ? "198.51.100" : "203.0.113";

	buf_addf(b,
	    "Received: from mail.w%02u.example (mail.w%02u.example "
	    "[%s.%u])\r\n\tby mx.rcv.example with ESMTPS id Q%06u;\r\n"
	    "\tTue, 24 Nov 2026 12:00:00 +0000\r\n",
	    d, d, net, d, i);
	buf_addf(b, "From: \"Sender %u\" <info@%sw%02u.example>\r\n", d,
	    d % 5 == 0 && fate != SPOOF ? "news." : "",
	    fate == SPOOF ? d % DOMAINS + 1 : d);
	buf_addf(b, "To: \"Rcpt %u\" <rcpt%u@rcv.example>\r\nSubject: ", i, i);
	for (int k = 0; k < 5; k++)
		buf_addf(b, "%s ", word(r));
	buf_addf(b,
	    "%u\r\nDate: Tue, 24 Nov 2026 12:00:00 +0000\r\n"
	    "Message-ID: <%u.%llu@w%02u.example>\r\nMIME-Version: 1.0\r\n"
	    "Content-Type: multipart/mixed; boundary=\"b\"\r\n\r\n",
	    i, i, (unsigned long long)rand_seq_below(r, 1ULL << 40), d);
}

static void add_signature(
    struct buf *out, struct dkim_signer *by, const struct buf *message)
{
	struct dkim_signature kept[DKIM_KEYS_MAX];

	must(dkim_sign(by, buf_str(message), AT, out, kept, &trouble));
}

/* The message, with what was changed on its way. */
static void add_changed(struct buf *out, struct str message, enum fate fate)
{
	struct str subject = S("\r\nSubject: "), end = S("--b--\r\n");
	size_t at = message.n;

	if (fate == HEADER_SPF)
		at = (size_t)str_find(message, subject) + subject.n;
	else if (fate == BODY || fate == BODY_SPF)
		at = message.n - end.n;
	buf_add(out, str_sub(message, 0, at));
	if (fate == HEADER_SPF)
		buf_addz(out, "Re: ");
	else if (at < message.n)
		buf_addz(out, "P.S. pay elsewhere\r\n");
	buf_add(out, str_from(message, at));
}

static enum fate fate_of(unsigned i)
{
	enum fate fate = GOOD;

	while (i / DOMAINS % 100 >= fates[fate].below)
		fate++;
	return fate;
}

static void write_message(
    const char *dir, unsigned i, const struct sender *s, FILE *manifest)
{
	unsigned d = i % DOMAINS + 1;
	enum fate fate = fate_of(i);
	struct buf message = BUF_INIT(64 * KiB), out = BUF_INIT(64 * KiB);
	struct rand_seq r;
	char name[32];
	FILE *f;

	s += d - 1;
	rand_seq_init(&r, i + 1);
	add_head(&message, &r, i, d, fate);
	add_body(&message, &r);
	if (fate == TWO_SIGNATURES)
		add_signature(&out, s->wrong, &message);
	if (fate != UNSIGNED && fate != UNSIGNED_SPF)
		add_signature(
		    &out, fate == NO_KEY ? s->gone : s->right, &message);
	add_changed(&out, buf_str(&message), fate);
	ENSURE(!message.over && !out.over);
	snprintf(name, sizeof(name), "msg/%05u.eml", i);
	f = create(dir, name);
	fwrite(out.p, 1, out.len, f);
	finish(f);
	fprintf(manifest,
	    "%s\t%s.%u\tmail.w%02u.example\tbounce@w%02u.example\t%s\t%d\t%d"
	    "\t%d\n",
	    name, fates[fate].spf ? "198.51.100" : "203.0.113", d, d, d,
	    fates[fate].name, fates[fate].spf, fates[fate].dkim,
	    fates[fate].dmarc);
	buf_release(&message);
	buf_release(&out);
}

int main(int argc, char **argv)
{
	struct sender senders[DOMAINS];
	uint64_t n = 0;
	FILE *manifest;

	if (argc != 3 || !str_to_u64(str_of(argv[2]), 99999, &n)) {
		fprintf(stderr, "usage: verify_corpus DIR N\n");
		return 2;
	}
	make_senders(senders);
	write_zones(argv[1], senders);
	manifest = create(argv[1], "manifest.tsv");
	for (unsigned i = 0; i < n; i++)
		write_message(argv[1], i, senders, manifest);
	finish(manifest);
	for (unsigned i = 0; i < DOMAINS; i++) {
		dkim_signer_free(senders[i].right);
		dkim_signer_free(senders[i].gone);
		dkim_signer_free(senders[i].wrong);
		buf_release(&senders[i].record);
	}
	return 0;
}
