#include "made.h"

#include "auth/body_hash.h"
#include "auth/fields.h"

#include <time.h>

#define BODY "Hello,\r\n\r\nyour data   was\tlost. \r\n\r\n\r\n"
#define HEAD                                                               \
	"From: A <a@example.com>\r\nTo: b@example.net\r\nSubject: One\r\n" \
	"Subject: Two\r\nX-Other: 1\r\n"
#define MESSAGE HEAD "\r\n" BODY
/* all that is required but b=, and the two dates right */
#define TAGS "v=1; a=rsa-sha256; d=example.com; s=r; h=From:Subject; bh=*; "

static struct made made;
static struct made_report got;
static struct buf out;

static enum dkim_result first(struct str message)
{
	return made_first(&made, message, &got);
}

/* Signed with these tags, the message as it was signed. */
static enum dkim_result with(const char *tags)
{
	made_sign_raw(&made, tags, S(MESSAGE), &out);
	return first(buf_str(&out));
}

static void replace(struct buf *b, const char *what, const char *by)
{
	ptrdiff_t at = str_find(buf_str(b), str_of(what));
	struct buf new = BUF_INIT(64 * MiB);

	t_true(at >= 0, "%s is not there", what);
	buf_add(&new, str_sub(buf_str(b), 0, (size_t)at));
	buf_addz(&new, by);
	buf_add(&new, str_from(buf_str(b), (size_t)at + strlen(what)));
	buf_release(b);
	*b = new;
}

/* ---- pass */

static void passes_what_we_sign(void **state)
{
	buf_reset(&out);
	made_sign(&made, S(MESSAGE), &out);
	t_int(first(buf_str(&out)), DKIM_PASS);
	t_int(got.count, 2);
	t_int(got.row[1].result, DKIM_PASS);
	t_str(str_of(got.row[0].domain), "example.com");
	t_str(str_of(got.row[0].selector), "r");
	t_str(str_of(got.row[0].identity), "@example.com");
	t_str(str_of(got.row[0].algorithm), "rsa-sha256");
	t_int(got.row[0].key_bits, 1024);
	t_int(got.row[0].flags, 0);
	t_has(str_of(got.row[0].record), "v=DKIM1; k=rsa; p=MI");
	t_str(str_of(got.row[1].algorithm), "ed25519-sha256");
	t_int(got.row[1].key_bits, 256);
}

static void passes_every_canonicalization(void **state)
{
	static const char *const forms[] = {"", "c=simple; ", "c=relaxed; ",
	    "c=simple/simple; ", "c=simple/relaxed; ", "c=relaxed/simple; ",
	    "c=relaxed/relaxed; "};
	char tags[400];

	for (size_t i = 0; i < ARRAY_SIZE(forms); i++) {
		snprintf(tags, sizeof(tags), TAGS "%sb=", forms[i]);
		t_int(with(tags), DKIM_PASS);
		/* a space more is forgiven by relaxed alone */
		replace(&out, "X-Other: 1\r\n\r\nHello,",
		    "X-Other: 1\r\n\r\nHello, ");
		t_int(first(buf_str(&out)),
		    strstr(forms[i], "/relaxed") ? DKIM_PASS : DKIM_FAIL);
	}
	t_int(with(TAGS "c=nofws; b="), DKIM_PERMERROR);
	t_has(str_of(got.row[0].reason), "c=nofws");
	t_int(with(TAGS "c=relaxed/; b="), DKIM_PERMERROR);
	t_int(with(TAGS "c=relaxed/relaxed/relaxed; b="), DKIM_PERMERROR);
}

static void takes_repeated_fields_from_the_bottom(void **state)
{
	t_int(with(TAGS "b="), DKIM_PASS);
	/* the lower Subject is the signed one */
	replace(&out, "Subject: One", "Subject: X");
	t_int(first(buf_str(&out)), DKIM_PASS);
	t_int(got.row[0].flags, DKIM_ADDED_FIELD);
	replace(&out, "Subject: Two", "Subject: X");
	t_int(first(buf_str(&out)), DKIM_FAIL);
}

static void sees_a_field_added_that_was_signed_as_absent(void **state)
{
	static const char tags[] =
	    "v=1; a=rsa-sha256; d=example.com; s=r; bh=*; "
	    "h=From:From:Subject:Subject:Subject:Reply-To; b=";

	t_int(with(tags), DKIM_PASS);
	t_int(got.row[0].flags, 0);
	replace(&out, "X-Other: 1\r\n", "Reply-To: c@example.org\r\n");
	t_int(first(buf_str(&out)), DKIM_FAIL);
	t_int(with(tags), DKIM_PASS);
	replace(&out, "X-Other: 1\r\n", "From: c@example.org\r\n");
	t_int(first(buf_str(&out)), DKIM_FAIL);
	t_int(with(tags), DKIM_PASS);
	replace(&out, "X-Other: 1\r\n", "");
	t_int(first(buf_str(&out)), DKIM_PASS);
}

/* ---- the field itself */

static void refuses_what_the_rfc_refuses(void **state)
{
	static const struct {
		const char *tags, *part;
	} rows[] = {
	    {"a=rsa-sha256; d=example.com; s=r; h=From; bh=*; b=", "no v="},
	    {"v=2; a=rsa-sha256; d=example.com; s=r; h=From; bh=*; b=", "v=2"},
	    {"v=1; d=example.com; s=r; h=From; bh=*; b=", "no a="},
	    {"v=1; a=rsa-sha512; d=example.com; s=r; h=From; bh=*; b=",
		"a=rsa-sha512"},
	    {"v=1; a=RSA-SHA256; d=example.com; s=r; h=From; bh=*; b=",
		"a=RSA-SHA256"},
	    {"v=1; a=rsa-sha1; d=example.com; s=r; h=From; bh=*; b=",
		"RFC 8301"},
	    {"v=1; a=rsa-sha256; s=r; h=From; bh=*; b=", "no d="},
	    {"v=1; a=rsa-sha256; d=; s=r; h=From; bh=*; b=", "empty d="},
	    {"v=1; a=rsa-sha256; d=com; s=r; h=From; bh=*; b=", "no dot"},
	    {"v=1; a=rsa-sha256; d=a(.example.com; s=r; h=From; bh=*; b=",
		"no letter"},
	    {"v=1; a=rsa-sha256; d=example..com; s=r; h=From; bh=*; b=",
		"label is empty"},
	    {"v=1; a=rsa-sha256; d=example.com; h=From; bh=*; b=", "no s="},
	    {"v=1; a=rsa-sha256; d=example.com; s=r.; h=From; bh=*; b=",
		"label is empty"},
	    {"v=1; a=rsa-sha256; d=example.com; s=r; bh=*; b=", "no h="},
	    {"v=1; a=rsa-sha256; d=example.com; s=r; h=To; bh=*; b=", "From"},
	    {"v=1; a=rsa-sha256; d=example.com; s=r; h=From::To; bh=*; b=",
		"name 2"},
	    {"v=1; a=rsa-sha256; d=example.com; s=r; h=From; b=", "no bh="},
	    {"v=1; a=rsa-sha256; d=example.com; s=r; h=From; bh=?; b=",
		"no base64"},
	    {TAGS "q=dns; b=", "q=dns"},
	    {TAGS "q=http:x; b=", "q=http:x"},
	    {TAGS "t=soon; b=", "t="},
	    {TAGS "t=1234567890123; b=", "12 digits"},
	    {TAGS "x=-1; b=", "x="},
	    {TAGS "t=1767225000; x=1767225000; b=", "before it begins"},
	    {TAGS "l=a; b=", "l="},
	    {TAGS "l=100000; b=", "more was signed than"},
	    {TAGS "l=99999999999999999999999999; b=", "more was signed than"},
	    {TAGS "i=@example.org; b=", "not in its d="},
	    {TAGS "i=@notexample.com; b=", "not in its d="},
	    {TAGS "i=@com; b=", "not in its d="},
	    {TAGS "i=example.com; b=", "\"@\""},
	    {TAGS "i=a=4@example.com; b=", "quoted-printable"},
	    {TAGS "v=1; b=", "occurs twice"},
	    {TAGS "; b=", "empty"},
	    {"v=1; a=rsa-sha256; d=example.com; s=none; h=From; bh=*; b=",
		"none._domainkey.example.com does not exist"},
	    {"v=1; a=ed25519-sha256; d=example.com; s=r; h=From; bh=*; b=",
		"made with ed25519"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		t_int(with(rows[i].tags), DKIM_PERMERROR);
		t_int(got.count, 1);
		t_has(str_of(got.row[0].reason), rows[i].part);
	}
}

static void takes_what_the_rfc_allows(void **state)
{
	static const char *const rows[] = {
	    TAGS "b=",
	    TAGS "x_unknown=1; z=From:a|b; b=",
	    TAGS "q=dns/txt; b=",
	    TAGS "q=http : dns/txt; b=",
	    TAGS "q=dns/txt:dns/sec; b=",
	    TAGS "i=@example.com; b=",
	    TAGS "i=a=40b@mail.Example.COM; b=",
	    TAGS "t=1; x=2000000000; b=",
	    TAGS "c=simple; l=0; b=",
	    "v=1;a=rsa-sha256;d=example.com;s=r;h=From :\r\n\tSubject;bh=*;b=",
	    "v=1; a=rsa-sha256; d=EXAMPLE.com; s=R; h=fROM; bh=*; b=",
	    "v = 1 ; a = rsa-sha256 ; d = example.com; s = r;\r\n h=From; "
	    "bh=*;\r\n\tb = ",
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		bool zero = strstr(rows[i], "l=0") != NULL;

		/* bh= is of the whole body, so l=0 is no match */
		t_int(with(rows[i]), zero ? DKIM_FAIL : DKIM_PASS);
	}
}

static void decodes_the_identity(void **state)
{
	t_int(with(TAGS "i=J=C3=BCrgen\r\n =20X@mail.example.com; b="),
	    DKIM_PASS);
	t_str(str_of(got.row[0].identity), "J\xc3\xbcrgen X@mail.example.com");
}

static void looks_up_names_beyond_ascii_as_a_labels(void **state)
{
	made_add(&made, "xn--s-5ga._domainkey.xn--bcher-kva.example. IN CNAME "
			"r._domainkey.example.com.\n");
	t_int(with("v=1; a=rsa-sha256; d=b\xc3\xbc"
		   "cher.example; s=s\xc3\xb8; i=x@b\xc3\xbc"
		   "cher.example; h=From; bh=*; b="),
	    DKIM_PASS);
	t_str(str_of(got.row[0].domain), "xn--bcher-kva.example");
}

static void judges_times_at_the_time_it_is_told(void **state)
{
	struct dkim_verify_options o = dkim_verify_defaults;

	made_sign_raw(&made, TAGS "t=1000; x=2000; b=", S(MESSAGE), &out);
	o.at = 2300;
	made_verify(&made, buf_str(&out), &o, &got);
	t_int(got.row[0].result, DKIM_PASS);
	o.at = 2301;
	made_verify(&made, buf_str(&out), &o, &got);
	t_int(got.row[0].result, DKIM_PERMERROR);
	t_has(str_of(got.row[0].reason), "expired");
	o.at = 700;
	made_verify(&made, buf_str(&out), &o, &got);
	t_int(got.row[0].flags & DKIM_FUTURE, 0);
	o.at = 699;
	made_verify(&made, buf_str(&out), &o, &got);
	t_int(got.row[0].result, DKIM_PASS);
	t_int(got.row[0].flags & DKIM_FUTURE, DKIM_FUTURE);
	o.skew = 0;
	o.at = 2001;
	made_verify(&made, buf_str(&out), &o, &got);
	t_int(got.row[0].result, DKIM_PERMERROR);
}

/* ---- the body */

static void tells_of_an_end_that_is_not_signed(void **state)
{
	struct str message = S("From: a@example.com\r\n\r\nsigned\r\n");

	made_sign_raw(&made,
	    "v=1; a=rsa-sha256; d=example.com; s=r; h=From; bh=*; l=8; b=",
	    message, &out);
	t_int(first(buf_str(&out)), DKIM_PASS);
	t_int(got.row[0].flags, 0);
	buf_addz(&out, "and more\r\n");
	t_int(first(buf_str(&out)), DKIM_PASS);
	t_int(got.row[0].flags, DKIM_UNSIGNED_REST);
	t_has(str_of(got.row[0].reason), "anybody's");
	buf_truncate(&out, out.len - 13);
	t_int(first(buf_str(&out)), DKIM_PERMERROR);
}

static void hashes_a_body_once_for_all_who_ask(void **state)
{
	struct str body = S("a  b \r\n\r\nc\r\n\r\n");
	struct body_hash b;
	size_t whole, same, part, relaxed;
	unsigned char sum[DIGEST_SIZE];

	body_hash_init(&b);
	whole = body_hash_want(&b, CANON_SIMPLE, BODY_WHOLE);
	same = body_hash_want(&b, CANON_SIMPLE, BODY_WHOLE);
	part = body_hash_want(&b, CANON_SIMPLE, 5);
	relaxed = body_hash_want(&b, CANON_RELAXED, BODY_WHOLE);
	t_int(same, whole);
	t_int(b.count, 3);
	for (size_t cut = 0; cut <= body.n; cut++) {
		body_hash_begin(&b);
		body_hash_update(&b, str_sub(body, 0, cut));
		body_hash_update(&b, str_from(body, cut));
		body_hash_end(&b);
		digest_sha256(S("a  b \r\n\r\nc\r\n"), sum);
		assert_memory_equal(body_hash_sum(&b, whole), sum, 32);
		digest_sha256(S("a  b "), sum);
		assert_memory_equal(body_hash_sum(&b, part), sum, 32);
		digest_sha256(S("a b\r\n\r\nc\r\n"), sum);
		assert_memory_equal(body_hash_sum(&b, relaxed), sum, 32);
		t_int(body_hash_length(&b, CANON_SIMPLE), 12);
		t_int(body_hash_length(&b, CANON_RELAXED), 10);
	}
	body_hash_release(&b);
}

/* ---- keys */

static void separates_trouble_from_absence(void **state)
{
	made_add(&made,
	    ";!timeout late._domainkey.example.com.\n"
	    ";!servfail broken._domainkey.example.com.\n"
	    ";!bogus forged._domainkey.example.com.\n"
	    "empty._domainkey.example.com. IN A 192.0.2.1\n"
	    "alias._domainkey.example.com. IN CNAME gone.example.org.\n");
#define BY(s) "v=1; a=rsa-sha256; d=example.com; s=" s "; h=From; bh=*; b="
	t_int(with(BY("late")), DKIM_TEMPERROR);
	t_int(with(BY("broken")), DKIM_TEMPERROR);
	t_int(with(BY("forged")), DKIM_TEMPERROR);
	t_int(with(BY("empty")), DKIM_PERMERROR);
	t_has(str_of(got.row[0].reason), "has no TXT record");
	t_int(with(BY("alias")), DKIM_PERMERROR);
	t_has(str_of(got.row[0].reason), "alias (CNAME) of gone.example.org");
}

static void tries_all_records_at_a_name(void **state)
{
	struct buf lines = BUF_INIT(8 * KiB);
	struct str key = buf_str(&made.zone);
	ptrdiff_t at = str_find(key, S("\"v=DKIM1"));

	key = str_from(key, (size_t)at);
	key = str_cut(&key, '\n');
	buf_addf(&lines,
	    "two._domainkey.example.com. IN TXT \"v=spf1 -all\"\n"
	    "two._domainkey.example.com. IN TXT \"v=DKIM1; p=AAAA\"\n"
	    "two._domainkey.example.com. IN TXT %.*s\n"
	    "bad._domainkey.example.com. IN TXT \"v=DKIM1; p=AAAA\"\n"
	    "bad._domainkey.example.com. IN TXT \"v=spf1 -all\"\n",
	    STR_ARG(key));
	made_add(&made, buf_cstr(&lines));
	t_int(with(BY("two")), DKIM_PASS);
	t_int(with(BY("bad")), DKIM_PERMERROR);
	t_has(str_of(got.row[0].reason), "2 TXT records stand at");
	buf_release(&lines);
}

static void obeys_the_flags_of_a_key(void **state)
{
	struct buf lines = BUF_INIT(8 * KiB);
	struct str key = buf_str(&made.zone);
	ptrdiff_t at = str_find(key, S("p="));

	key = str_from(key, (size_t)at);
	key = str_cut(&key, '"');
	buf_addf(&lines,
	    "flags._domainkey.example.com. IN TXT \"v=DKIM1; t=y:s;\" "
	    "\"%.*s\"\n",
	    STR_ARG(key));
	made_add(&made, buf_cstr(&lines));
	t_int(with("v=1; a=rsa-sha256; d=example.com; s=flags; h=From; bh=*; "
		   "i=a@example.com; b="),
	    DKIM_PASS);
	t_int(got.row[0].flags & (DKIM_TESTING | DKIM_STRICT),
	    DKIM_TESTING | DKIM_STRICT);
	t_int(with("v=1; a=rsa-sha256; d=example.com; s=flags; h=From; bh=*; "
		   "i=a@mail.example.com; b="),
	    DKIM_PERMERROR);
	t_has(str_of(got.row[0].reason), "t=s");
	buf_release(&lines);
}

static void holds_to_the_size_of_keys_it_is_told(void **state)
{
	struct dkim_verify_options o = dkim_verify_defaults;

	o.at = MADE_AT;
	o.key_bits_min = 1025;
	made_sign_raw(&made, TAGS "b=", S(MESSAGE), &out);
	made_verify(&made, buf_str(&out), &o, &got);
	t_int(got.row[0].result, DKIM_PERMERROR);
	t_int(got.row[0].key_bits, 1024);
}

/* ---- limits, and what is hostile */

static void reports_signatures_beyond_the_budget(void **state)
{
	struct buf many = BUF_INIT(MiB);
	struct dkim_verify_options o = dkim_verify_defaults;

	o.at = MADE_AT;
	made_sign_raw(&made, TAGS "b=", S(MESSAGE), &out);
	for (size_t i = 0; i < 9; i++)
		buf_addz(&many, "DKIM-Signature: junk\r\n");
	buf_add(
	    &many, str_sub(buf_str(&out), 0, out.len - (sizeof(MESSAGE) - 1)));
	buf_add(&many, buf_str(&out));
	made_verify(&made, buf_str(&many), &o, &got);
	t_int(got.count, 11);
	for (size_t i = 0; i < 9; i++)
		t_int(got.row[i].result, DKIM_PERMERROR);
	t_int(got.row[9].result, DKIM_PASS);
	t_int(got.row[10].result, DKIM_POLICY);
	t_has(str_of(got.row[10].reason), "over the budget");
	t_str(str_of(got.row[10].domain), "example.com");
	o.signatures_max = 0;
	made_verify(&made, buf_str(&many), &o, &got);
	t_int(got.row[9].result, DKIM_POLICY);
	buf_release(&many);
}

static void stops_at_a_thousand_names(void **state)
{
	struct buf tags = BUF_INIT(64 * KiB);

	buf_addz(&tags, "v=1; a=rsa-sha256; d=example.com; s=r; bh=*; h=From");
	for (size_t i = 1; i < LIMIT_DKIM_NAMES; i++)
		buf_addz(&tags, ":Subject");
	buf_addz(&tags, "; b=");
	t_int(with(buf_cstr(&tags)), DKIM_PASS);
	replace(&tags, "h=From", "h=From:To");
	t_int(with(buf_cstr(&tags)), DKIM_PERMERROR);
	t_has(str_of(got.row[0].reason), "1000 names");
	buf_release(&tags);
}

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void bears_headers_of_any_size(void **state)
{
	struct buf big = BUF_INIT(16 * MiB);
	double before = seconds();

	/* as many signatures as a header can hold */
	while (big.len < LIMIT_HEADER_SECTION - 200)
		buf_addz(&big, "DKIM-Signature:a=\r\n");
	buf_addz(&big, "\r\nbody\r\n");
	t_int(first(buf_str(&big)), DKIM_PERMERROR);
	t_true(got.count > 50000, "%zu rows", got.count);
	/* as many names as it can hold, all asked for */
	buf_reset(&big);
	made_sign_raw(&made, TAGS "b=", S(MESSAGE), &out);
	for (size_t i = 0; big.len < LIMIT_HEADER_SECTION - 4000; i++)
		buf_addf(&big, "%zx:\r\n", i);
	buf_add(&big, buf_str(&out));
	t_int(first(buf_str(&big)), DKIM_PASS);
	/* one more byte than is read */
	buf_reset(&big);
	buf_add(&big, str_sub(buf_str(&out), 0, out.len - sizeof(MESSAGE) + 1));
	buf_addz(&big, "X: ");
	while (big.len < 10 * MiB)
		buf_addc(&big, 'x');
	buf_addz(&big, "\r\n" MESSAGE);
	t_int(first(buf_str(&big)), DKIM_NEUTRAL);
	t_true(got.truncated, "not truncated");
	t_true(seconds() - before < 20, "%.1f s", seconds() - before);
	buf_release(&big);
}

static void takes_no_line_end_for_another(void **state)
{
	static const char tags[] =
	    "v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.com; s=r; "
	    "h=From:Subject:To; bh=*; b=";
	static const char *const changes[][2] = {
	    {"To: b@example.net\r\n", "To: b@example.net\n"},
	    {"To: b@example.net\r\n", "To: b@example.net\r\r\n"},
	    {"To: b@example.net\r\n", "To: b@example.net\r"},
	    {"To: b@", "To: \n b@"},
	    {"X-Other: 1\r\n\r\n", "X-Other: 1\r\n\n"},
	    {"X-Other: 1\r\n\r\n", "X-Other: 1\r\n"},
	    {"X-Other: 1\r\n\r\n", "X-Other: 1\r\n\r"},
	    {"X-Other: 1\r\n\r\n", "X-Other: 1\r\n\r\n\n"},
	    {"Hello,\r\n", "Hello,\n"},
	    {"Hello,\r\n", "Hello,\r"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(changes); i++) {
		t_int(with(tags), DKIM_PASS);
		replace(&out, changes[i][0], changes[i][1]);
		t_int(first(buf_str(&out)), DKIM_FAIL);
	}
}

static void cancels_at_any_time(void **state)
{
	struct dkim_verify_options o = dkim_verify_defaults;
	struct dkim_check *c;

	made_sign_raw(&made, TAGS "b=", S(MESSAGE), &out);
	got.count = SIZE_MAX;
	c = dkim_verify_start(made.verifier, buf_str(&out), &o, NULL, NULL);
	dkim_verify_cancel(c);
	loop_run(made.loop);
	t_int(first(buf_str(&out)), DKIM_PASS);
}

static void chooses_fields_by_name_from_the_bottom(void **state)
{
	struct str m = S("A: 1\r\nb: 2\r\nnone\r\na : 3\r\n fold\r\nB:4\nA:5");
	struct arena a = ARENA_INIT(MiB);
	struct fields f;
	struct str raw;

	t_int(fields_read(m, &a, &f), 0);
	t_int(f.count, 5);
	for (int twice = 0; twice < 2; twice++) {
		fields_begin(&f);
		t_int(fields_left(&f, S("a"), FIELDS_NONE), 3);
		t_int(fields_left(&f, S("a"), 2), 2);
		assert_true(fields_take(&f, S("a"), FIELDS_NONE, &raw));
		t_str(raw, "A:5");
		assert_true(fields_take(&f, S("A"), 2, &raw));
		t_str(raw, "A: 1");
		assert_false(fields_take(&f, S("A"), 2, &raw));
		assert_true(fields_take(&f, S("b"), FIELDS_NONE, &raw));
		t_str(raw, "B:4\n");
		assert_false(fields_take(&f, S("none"), FIELDS_NONE, &raw));
		assert_false(
		    fields_take(&f, S("a-very-long-name"), FIELDS_NONE, &raw));
	}
	t_int(f.body.n, 0);
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(passes_what_we_sign),
	    T(passes_every_canonicalization),
	    T(takes_repeated_fields_from_the_bottom),
	    T(sees_a_field_added_that_was_signed_as_absent),
	    T(refuses_what_the_rfc_refuses),
	    T(takes_what_the_rfc_allows),
	    T(decodes_the_identity),
	    T(looks_up_names_beyond_ascii_as_a_labels),
	    T(judges_times_at_the_time_it_is_told),
	    T(tells_of_an_end_that_is_not_signed),
	    T(hashes_a_body_once_for_all_who_ask),
	    T(separates_trouble_from_absence),
	    T(tries_all_records_at_a_name),
	    T(obeys_the_flags_of_a_key),
	    T(holds_to_the_size_of_keys_it_is_told),
	    T(reports_signatures_beyond_the_budget),
	    T(stops_at_a_thousand_names),
	    T(bears_headers_of_any_size),
	    T(takes_no_line_end_for_another),
	    T(cancels_at_any_time),
	    T(chooses_fields_by_name_from_the_bottom),
	};
	int rc;

	out = BUF_INIT(64 * MiB);
	made_open(&made);
	rc = t_run("dkim_verify", tests);
	made_close(&made);
	buf_release(&out);
	return rc;
}
