/* Three public collections of DKIM messages against the library.
 *
 *	run mail-dkim|modern|vectors FOLDER
 *
 * What each column of their tables means is told in the README beside them.
 */
#include "world.h"

#include "auth/dkim_key.h"
#include "auth/dkim_sign.h"
#include "auth/key.h"
#include "base/codec.h"

#include <stdio.h>

struct suite {
	const char *dir;
	unsigned passed, total;
	struct buf zone, table, message;
};

static void report(struct suite *s, bool ok, struct str name,
    struct str expected, const struct results *r)
{
	s->total++;
	s->passed += ok;
	printf("%s %u - %.*s: %.*s\n", ok ? "ok" : "not ok", s->total,
	    STR_ARG(name), STR_ARG(expected));
	for (size_t i = 0; i < r->count && !ok; i++)
		printf(
		    "# %s: %s\n", dkim_result_name(r->result[i]), r->reason[i]);
}

/* The next line that is no remark, cut at the first `sep`s. */
static bool next_row(struct str *text, char sep, struct str *cell, size_t cells)
{
	while (text->p) {
		struct str line = str_cut(text, '\n'), rest = line;

		if (line.n == 0 || line.p[0] == '#')
			continue;
		for (size_t i = 0; i < cells; i++)
			cell[i] = i + 1 < cells ? str_cut(&rest, sep) : rest;
		return true;
	}
	return false;
}

static void read_zone(struct suite *s, const char *file, char sep)
{
	struct str text, cell[2];

	read_file(s->dir, str_of(file), &s->table);
	text = buf_str(&s->table);
	while (next_row(&text, sep, cell, 2)) {
		struct str v = str_trim(cell[1]);

		if (str_eq(v, S("NXDOMAIN")))
			continue;
		if (str_eq(v, S("~~Query timed out~~")))
			buf_addf(
			    &s->zone, ";!timeout %.*s.\n", STR_ARG(cell[0]));
		else if (str_eq(v, S("~~SERVFAIL~~")))
			buf_addf(
			    &s->zone, ";!servfail %.*s.\n", STR_ARG(cell[0]));
		else if (str_eq(v, S("\"\"")))
			add_txt(&s->zone, cell[0], S(""));
		else
			add_txt(&s->zone, cell[0], v);
	}
}

static bool says(enum dkim_result r, struct str want)
{
	/* what may not be used is a matter of words: see the README */
	if (r == DKIM_POLICY)
		return str_eq(want, S("permerror"));
	return str_eq(want, str_of(dkim_result_name(r)));
}

/* "pass,fail" a signature each, or "none" */
static bool all_say(const struct results *r, struct str want)
{
	struct str rest = want;

	if (r->count == 0)
		return str_eq(want, S("none"));
	for (size_t i = 0; i < r->count; i++)
		if (!rest.p || !says(r->result[i], str_cut(&rest, ',')))
			return false;
	return !rest.p;
}

/* ---- Mail::DKIM's corpus */

/* One word for the message; what each signature gives if small keys counted
 * is in `recomputed`, and compared where the signature can be used at all. */
static bool holds_without_the_size_rule(
    const struct results *r, struct str recomputed)
{
	struct str rest = recomputed;

	for (size_t i = 0; i < r->count; i++) {
		struct str one = str_cut(&rest, ';');
		enum dkim_result got = r->result[i];

		if (got != DKIM_PASS && got != DKIM_FAIL)
			continue;
		if ((got == DKIM_PASS) != str_ends(one, S(":ok")))
			return false;
	}
	return true;
}

static void run_mail_dkim(struct suite *s)
{
	struct str text, cell[5];
	struct world w;

	read_zone(s, "dns.txt", ' ');
	read_file(s->dir, S("expected.tsv"), &s->table);
	text = buf_str(&s->table);
	world_open(&w, buf_str(&s->zone));
	while (next_row(&text, '\t', cell, 5)) {
		struct results r, lax;
		char name[256];
		int64_t at;
		bool ok = true;

		snprintf(name, sizeof(name), "corpus/%.*s", STR_ARG(cell[0]));
		read_message(s->dir, str_of(name), &s->message);
		at = time_of(buf_str(&s->message));
		world_verify(&w, buf_str(&s->message), at, KEY_BITS_MIN, &r);
		world_verify(&w, buf_str(&s->message), at, 0, &lax);
		for (size_t i = 0; i < r.count; i++)
			ok &= says(r.result[i], cell[3]);
		ok &= r.count > 0 || str_eq(cell[3], S("none"));
		ok &= holds_without_the_size_rule(&lax, cell[2]);
		report(s, ok, cell[0], cell[3], &r);
	}
	world_close(&w);
}

/* ---- DKIM Verifier's messages */

static void run_modern(struct suite *s)
{
	struct buf zone = BUF_INIT(64 * KiB);
	struct str text, cell[4];
	struct results r;
	struct world w;

	read_zone(s, "dns.tsv", '\t');
	world_open(&w, buf_str(&s->zone));
	read_file(s->dir, S("expected.tsv"), &s->table);
	text = buf_str(&s->table);
	while (next_row(&text, '\t', cell, 4)) {
		read_message(s->dir, cell[0], &s->message);
		world_verify(&w, buf_str(&s->message),
		    time_of(buf_str(&s->message)), KEY_BITS_MIN, &r);
		report(s, all_say(&r, cell[1]), cell[0], cell[1], &r);
	}
	world_close(&w);
	read_message(s->dir, S("rfc6376-A.2.eml"), &s->message);
	read_file(s->dir, S("key-variants.tsv"), &s->table);
	text = buf_str(&s->table);
	while (next_row(&text, '\t', cell, 3)) {
		buf_reset(&zone);
		add_txt(&zone, S("brisbane._domainkey.example.com"), cell[0]);
		world_open(&w, buf_str(&zone));
		world_verify(
		    &w, buf_str(&s->message), 1700000000, KEY_BITS_MIN, &r);
		report(s, all_say(&r, cell[1]), cell[2], cell[1], &r);
		world_close(&w);
	}
	buf_release(&zone);
}

/* ---- dkimpy's vectors */

static void run_cases(struct suite *s)
{
	struct str text, cell[4];
	struct results r;
	struct world w;

	read_zone(s, "dns.tsv", '\t');
	world_open(&w, buf_str(&s->zone));
	read_file(s->dir, S("cases.tsv"), &s->table);
	text = buf_str(&s->table);
	while (next_row(&text, '\t', cell, 4)) {
		uint64_t number = 0;
		bool ok;

		ENSURE(str_to_u64(cell[1], RESULTS_MAX, &number));
		read_message(s->dir, cell[0], &s->message);
		world_verify(&w, buf_str(&s->message),
		    time_of(buf_str(&s->message)), KEY_BITS_MIN, &r);
		ok = number == 0 ? r.count == 0 && str_eq(cell[2], S("none"))
				 : number <= r.count &&
				       says(r.result[number - 1], cell[2]);
		report(s, ok, cell[0], cell[2], &r);
	}
	world_close(&w);
}

/* The key of a row, as a file pkey_load_private() takes: a seed in base64
 * gets its wrapping (RFC 8410 7). */
static struct pkey *load_key(struct suite *s, struct str name)
{
	static const struct str wrap = S("\x30\x2e\x02\x01\x00\x30\x05\x06\x03"
					 "\x2b\x65\x70\x04\x22\x04\x20");
	char path[] = "/tmp/tocsin-key-XXXXXX";
	struct buf der = BUF_INIT(KiB);
	struct pkey *k = NULL;
	struct err e = {0};
	FILE *f = fdopen(mkstemp(path), "w");

	ENSURE(f);
	read_file(s->dir, name, &s->message);
	if (str_starts(buf_str(&s->message), S("-----"))) {
		fwrite(s->message.p, 1, s->message.len, f);
	} else {
		struct buf b64 = BUF_INIT(KiB);

		buf_add(&der, wrap);
		ENSURE(codec_unbase64(&der, buf_str(&s->message), false));
		codec_base64(&b64, buf_str(&der));
		fprintf(f,
		    "-----BEGIN PRIVATE KEY-----\n%s\n"
		    "-----END PRIVATE KEY-----\n",
		    buf_cstr(&b64));
		buf_release(&b64);
	}
	fclose(f);
	if (pkey_load_private(path, &k, &e) < 0)
		bail("%.*s: %s", STR_ARG(name), e.msg);
	remove(path);
	buf_release(&der);
	return k;
}

static void sign(struct pkey *k, struct str message, struct buf *out)
{
	struct dkim_identity id = {.domain = S("example.com"),
	    .selector = S("s"),
	    .key = k,
	    .kind = pkey_kind(k)};
	struct dkim_signer *signer =
	    dkim_signer_new(&id, 1, &dkim_sign_defaults);
	struct dkim_signature sig[DKIM_KEYS_MAX];
	struct err e = {0};

	buf_reset(out);
	if (dkim_sign(signer, message, 1700000000, out, sig, &e) < 0)
		bail("%s", e.msg);
	buf_add(out, message);
	dkim_signer_free(signer);
}

/* RULING dkimpy/test_bad.txt, "fail" in the table: a byte of the key is
 * missing, so p= holds no key at all.  RFC 6376 6.1.2 step 8: key data that is
 * not suitable is PERMFAIL, and the table says so itself of badkey1_ed25519 in
 * dkim-mail-dkim.  We say permerror. */
static struct str expected_of(const struct str cell[4])
{
	if (str_eq(cell[0], S("dkimpy/test_bad.txt")))
		return S("permerror");
	return str_eq(cell[2], S("usable")) ? S("pass") : cell[2];
}

static void run_keys(struct suite *s)
{
	struct buf record = BUF_INIT(8 * KiB), zone = BUF_INIT(64 * KiB);
	struct buf mail = BUF_INIT(MiB), keys = BUF_INIT(64 * KiB);
	struct str text, cell[4], seven = S("(RFC 8032 7.1 key)");

	read_file(s->dir, S("keys.tsv"), &keys);
	text = buf_str(&keys);
	while (next_row(&text, '\t', cell, 4)) {
		struct pkey *k = load_key(s, cell[1]);
		struct results r;
		struct world w;
		struct str txt;

		if (str_eq(cell[0], seven)) {
			buf_reset(&record);
			buf_addz(&record,
			    "v=DKIM1; k=ed25519; "
			    "p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=");
		} else {
			read_file(s->dir, cell[0], &record);
		}
		txt = str_trim(buf_str(&record));
		buf_reset(&zone);
		add_txt(&zone, S("s._domainkey.example.com"), txt);
		read_message(s->dir, S("dkimpy/rfc6376.msg"), &s->message);
		sign(k, buf_str(&s->message), &mail);
		world_open(&w, buf_str(&zone));
		world_verify(&w, buf_str(&mail), 1700000000, KEY_BITS_MIN, &r);
		report(s, r.count == 1 && says(r.result[0], expected_of(cell)),
		    cell[0], expected_of(cell), &r);
		world_close(&w);
	}
	buf_release(&record);
	buf_release(&zone);
	buf_release(&mail);
	buf_release(&keys);
}

static void run_vectors(struct suite *s)
{
	run_cases(s);
	run_keys(s);
}

static const struct {
	const char *name;
	void (*run)(struct suite *s);
	unsigned golden; /* every row, but for the rulings */
} suites[] = {
    {"mail-dkim", run_mail_dkim, 79},
    {"modern", run_modern, 32},
    {"vectors", run_vectors, 26},
};

int main(int argc, char **argv)
{
	struct suite s = {.zone = BUF_INIT(MiB),
	    .table = BUF_INIT(MiB),
	    .message = BUF_INIT(16 * MiB)};
	bool bad = true;

	ENSURE(argc == 3);
	s.dir = argv[2];
	for (size_t i = 0; i < ARRAY_SIZE(suites); i++) {
		if (strcmp(suites[i].name, argv[1]) != 0)
			continue;
		suites[i].run(&s);
		bad = s.passed != suites[i].golden || s.passed != s.total;
		printf("1..%u\n# %s: %u/%u\n", s.total, argv[1], s.passed,
		    s.total);
	}
	buf_release(&s.zone);
	buf_release(&s.table);
	buf_release(&s.message);
	return bad;
}
