#include "notice/approval.h"

#include "base/codec.h"
#include "notice/kept.h"
#include "t.h"

#include <sys/stat.h>
#include <unistd.h>

#define NOW (1795000000 * USEC_PER_SEC)

static const char settings[] = "[notice]\n"
			       "kind = breach\n"
			       "title = A breach\n"
			       "discovered = 2026-11-03\n"
			       "[organisation]\n"
			       "name = Lumen\n"
			       "own_domains = lumen.test\n"
			       "[from]\n"
			       "name = Lumen\n"
			       "address = notice@lumen.test\n"
			       "[message]\n"
			       "subject = Lumen: notice of data breach\n"
			       "[dkim]\n"
			       "domain = lumen.test\n"
			       "selector = s1\n"
			       "key = dkim.pem\n"
			       "[bounce]\n"
			       "address = bounces@lumen.test\n"
			       "[send]\n"
			       "helo = mail.lumen.test\n"
			       "workers = 2\n";

static const struct roll_tranche people = {
    .name = "", .people = 1000, .sha256 = {1}};

static void folder(char dir[64])
{
	char channels[80];

	t_mkdir(dir);
	t_write(dir, "notice.ini", str_of(settings));
	t_write(dir, "message.md", S("Dear customer\n"));
	snprintf(channels, sizeof(channels), "%s/channels", dir);
	t_int(mkdir(channels, 0700), 0);
	t_write(channels, "sms.txt", S("Watch out\n"));
}

/* The request as it is now; the notice is read anew. */
static void request(const char *dir, const struct roll_tranche *t,
    struct buf *ret, unsigned char digest[DIGEST_SIZE])
{
	struct notice *n;
	struct err e = {0};

	*ret = BUF_INIT(LIMIT_APPROVAL_REQUEST);
	t_ok(notice_open(dir, &n, &e), &e);
	t_ok(approval_request_make(n, t, ret, digest, &e), &e);
	notice_free(n);
}

static void replace(
    const char *dir, const char *file, const char *was, const char *is)
{
	struct buf text = BUF_INIT(MiB), out = BUF_INIT(MiB);
	struct err e = {0};
	ptrdiff_t at;

	t_ok(kept_read(dir, file, &text, &e), &e);
	at = str_find(buf_str(&text), str_of(was));
	t_true(at >= 0);
	buf_add(&out, str_sub(buf_str(&text), 0, (size_t)at));
	buf_addz(&out, is);
	buf_add(&out, str_from(buf_str(&text), (size_t)at + strlen(was)));
	t_write(dir, file, buf_str(&out));
	buf_release(&text);
	buf_release(&out);
}

/* ---- needs */

static void needs_of(const char *ini, const char *want)
{
	struct arena a = ARENA_INIT(MiB);
	struct buf got = BUF_INIT(KiB), text = BUF_INIT(KiB);
	struct approval_need *need;
	struct notice *n;
	struct err e = {0};
	size_t count;

	buf_addf(&text, "[notice]\nkind = breach\n%s", ini);
	t_ok(notice_parse(buf_str(&text), "x", &n, &e), &e);
	if (approval_needs(n, &a, &need, &count, &e) < 0)
		buf_addz(&got, "refused");
	else
		for (size_t i = 0; i < count; i++)
			buf_addf(&got, "%s%.*s %u", i ? ", " : "",
			    STR_ARG(need[i].role), need[i].count);
	t_str(buf_str(&got), want);
	notice_free(n);
	buf_release(&got);
	buf_release(&text);
	arena_release(&a);
}

static void roles_are_read(void **state)
{
	(void)state;
	needs_of("", "legal 1, security 1, communications 1");
	needs_of("[esp]\nname = Acme\n",
	    "legal 1, security 1, communications 1, esp 1");
	needs_of("[approval]\nroles =\n[esp]\nname = Acme\n", "");
	needs_of(
	    "[approval]\nroles = legal, security : 2\n", "legal 1, security 2");
	needs_of("[esp]\nname = A\n[approval]\nroles = ESP:2, legal\n",
	    "ESP 2, legal 1");
	needs_of("[approval]\nroles = legal:0\n", "refused");
	needs_of("[approval]\nroles = legal:21\n", "refused");
	needs_of("[approval]\nroles = legal:two\n", "refused");
	needs_of("[approval]\nroles = legal, Legal\n", "refused");
	needs_of("[approval]\nroles = :2\n", "refused");
	needs_of("[approval]\nroles = ,\n", "refused");
}

/* ---- the request */

static void a_request_is_the_same_each_time(void **state)
{
	unsigned char a[DIGEST_SIZE], b[DIGEST_SIZE], c[DIGEST_SIZE];
	struct buf one, two;
	struct str tranche;
	struct err e = {0};
	char dir[64];

	(void)state;
	folder(dir);
	request(dir, &people, &one, a);
	request(dir, &people, &two, b);
	t_eq(buf_str(&one), buf_str(&two));
	digest_sha256(buf_str(&one), c);
	t_true(memcmp(a, b, sizeof(a)) == 0 && memcmp(a, c, sizeof(a)) == 0);
	t_ok(approval_request_check(buf_str(&one), &tranche, &e), &e);
	t_str(tranche, "");
	t_has(buf_str(&one), "\nfile\tmessage.md\t14 bytes, sha256 ");
	t_has(buf_str(&one), "\nfile\tchannels/sms.txt\t10 bytes, sha256 ");
	t_has(buf_str(&one), "\naudience\t\t1000 people, sha256 0100");
	t_has(buf_str(&one), "\nsetting\t[dkim] selector\ts1\n");
	t_true(str_find(buf_str(&one), S("dkim.pem")) < 0);
	t_true(str_find(buf_str(&one), S("workers")) < 0);
	buf_release(&one);
	buf_release(&two);
	t_rmdir(dir);
}

/* What one change in the folder is called; "" if the digest stays. */
static void change(
    const char *file, const char *was, const char *is, const char *want)
{
	struct arena a = ARENA_INIT(MiB);
	unsigned char before[DIGEST_SIZE], after[DIGEST_SIZE];
	struct buf one, two, got = BUF_INIT(4 * KiB);
	struct err e = {0};
	struct str *v;
	size_t n;
	char dir[64];

	folder(dir);
	request(dir, &people, &one, before);
	if (was)
		replace(dir, file, was, is);
	else
		t_write(dir, file, str_of(is));
	request(dir, &people, &two, after);
	t_ok(approval_request_compare(
		 buf_str(&one), buf_str(&two), &a, &v, &n, &e),
	    &e);
	for (size_t i = 0; i < n; i++)
		buf_addf(&got, "%s%.*s", i ? "; " : "", STR_ARG(v[i]));
	t_str(buf_str(&got), want);
	t_int(memcmp(before, after, sizeof(before)) != 0, *want != '\0');
	buf_release(&one);
	buf_release(&two);
	buf_release(&got);
	arena_release(&a);
	t_rmdir(dir);
}

static void changes_are_named(void **state)
{
	(void)state;
	change("message.md", "customer", "Customer", "message.md changed");
	change("message.de.md", NULL, "Hallo\n", "message.de.md is new");
	change("segments.ini", NULL, "[ma]\n", "segments.ini is new");
	change("channels/web.md", NULL, "x\n", "channels/web.md is new");
	change("notice.ini", "name = Lumen\naddress", "name = Lumina\naddress",
	    "notice.ini [from] name was 'Lumen', now 'Lumina'");
	change("notice.ini", "selector = s1", "selector = s2",
	    "notice.ini [dkim] selector was 's1', now 's2'");
	change("notice.ini", "discovered = 2026-11-03\n", "",
	    "notice.ini [notice] discovered is gone; it was '2026-11-03'");
	change("notice.ini", "[bounce]", "[check]\nlinks = 2\n[bounce]",
	    "notice.ini [check] links is new: '2'");
	change("notice.ini", "[bounce]", "[list]\ncomplained = post\n[bounce]",
	    "notice.ini [list] complained was 'last', now 'post'");
	/* a tranche's dates are of that tranche */
	change("tranches.tsv", NULL, "second\t2026-11-20T00:00:00Z\tx\n", "");
}

static void what_is_not_covered_may_change(void **state)
{
	(void)state;
	change("notice.ini", "workers = 2", "workers = 3", "");
	change("notice.ini", "key = dkim.pem", "key = other.pem", "");
	change("notice.ini", "[bounce]", "[facts]\nrole = controller\n[bounce]",
	    "");
	change("notice.ini", "kind = breach", "; a word\nkind = breach", "");
	change("notes.md", NULL, "mine\n", "");
	change("channels/.web.md.swp", NULL, "x", "");
}

static void another_list_is_named(void **state)
{
	struct arena a = ARENA_INIT(MiB);
	unsigned char sum[DIGEST_SIZE];
	struct roll_tranche more = people, other = people;
	struct buf one, two, three;
	struct err e = {0};
	struct str *v;
	size_t n;
	char dir[64];

	(void)state;
	folder(dir);
	more.people = 1001;
	more.sha256[1] = 1;
	other.sha256[1] = 2;
	request(dir, &people, &one, sum);
	request(dir, &more, &two, sum);
	request(dir, &other, &three, sum);
	t_ok(approval_request_compare(
		 buf_str(&one), buf_str(&two), &a, &v, &n, &e),
	    &e);
	t_int(n, 1);
	t_str(v[0], "the list of the first import changed: 1,000 people then, "
		    "1,001 now");
	t_ok(approval_request_compare(
		 buf_str(&one), buf_str(&three), &a, &v, &n, &e),
	    &e);
	t_int(n, 1);
	t_has(v[0], "as many people (1,000), but not the same rows");
	buf_release(&one);
	buf_release(&two);
	buf_release(&three);
	arena_release(&a);
	t_rmdir(dir);
}

static void another_date_of_a_tranche_is_named(void **state)
{
	struct arena a = ARENA_INIT(MiB);
	unsigned char sum[DIGEST_SIZE];
	struct roll_tranche second = people;
	struct buf one, two;
	struct err e = {0};
	struct str *v, tranche;
	size_t n;
	char dir[64];

	(void)state;
	folder(dir);
	snprintf(second.name, sizeof(second.name), "second");
	t_write(dir, "tranches.tsv",
	    S("third\t2026-11-01\tx\nsecond\t2026-11-20\tx\n"));
	request(dir, &second, &one, sum);
	t_has(buf_str(&one), "\ntranche\tsecond\t2026-11-20\tx\n");
	t_ok(approval_request_check(buf_str(&one), &tranche, &e), &e);
	t_str(tranche, "second");
	t_write(dir, "tranches.tsv", S("second\t2026-11-21\tx\n"));
	request(dir, &second, &two, sum);
	t_ok(approval_request_compare(
		 buf_str(&one), buf_str(&two), &a, &v, &n, &e),
	    &e);
	t_int(n, 1);
	t_str(v[0], "the dates of tranche 'second' changed");
	buf_release(&one);
	buf_release(&two);
	arena_release(&a);
	t_rmdir(dir);
}

static void half_a_notice_is_refused(void **state)
{
	unsigned char sum[DIGEST_SIZE];
	struct buf out = BUF_INIT(MiB);
	struct notice *n;
	struct err e = {0};
	char dir[64], path[96];

	(void)state;
	folder(dir);
	replace(dir, "message.md", "customer", "CHANGE ME");
	t_ok(notice_open(dir, &n, &e), &e);
	t_fails(approval_request_make(n, &people, &out, sum, &e), &e, ERR_INPUT,
	    "CHANGE ME");
	snprintf(path, sizeof(path), "%s/message.md", dir);
	t_int(unlink(path), 0);
	t_fails(approval_request_make(n, &people, &out, sum, &e), &e, ERR_INPUT,
	    "there is no message.md");
	notice_free(n);
	buf_release(&out);
	t_rmdir(dir);
}

static void a_strange_request_is_refused(void **state)
{
	unsigned char sum[DIGEST_SIZE];
	struct str tranche;
	struct buf one;
	struct err e = {0};
	char dir[64];

	(void)state;
	folder(dir);
	request(dir, &people, &one, sum);
	for (size_t i = 0; i < one.len; i++) {
		char was = one.p[i];

		one.p[i] = '\x01';
		t_true(approval_request_check(buf_str(&one), &tranche, &e) < 0,
		    "byte %zu", i);
		one.p[i] = was;
	}
	t_fails(approval_request_check(S(""), &tranche, &e), &e, ERR_INPUT,
	    "no request");
	t_fails(approval_request_check(
		    str_sub(buf_str(&one), 0, one.len - 1), &tranche, &e),
	    &e, ERR_INPUT, "no request");
	buf_addz(&one, "tranche\tx\t\n");
	t_fails(approval_request_check(buf_str(&one), &tranche, &e), &e,
	    ERR_INPUT, "one tranche");
	buf_release(&one);
	t_rmdir(dir);
}

/* ---- records */

static struct approval_record signed_record(
    struct pkey *key, const char *role, const char *name, struct str request)
{
	struct approval_record r = {
	    .role = str_of(role), .name = str_of(name), .at = NOW};
	struct err e = {0};

	digest_sha256(request, r.digest);
	t_ok(approval_sign(&r, key, &e), &e);
	return r;
}

static struct pkey *new_key(void)
{
	struct pkey *k;
	struct err e = {0};

	t_ok(pkey_generate(PKEY_ED25519, 0, &k, &e), &e);
	return k;
}

static void any_altered_byte_is_seen(void **state)
{
	struct pkey *key = new_key();
	struct approval_record r = signed_record(
				   key, "legal", "Ann Smith", S("x")),
			       got;
	struct buf text = BUF_INIT(KiB * 8);
	struct err e = {0};

	(void)state;
	approval_record_format(&r, &text);
	t_ok(approval_record_parse(buf_str(&text), "x", &got, &e), &e);
	t_true(approval_verify(&got));
	t_str(got.name, "Ann Smith");
	t_int(got.at, NOW);
	for (size_t i = 0; i < text.len; i++)
		for (int bit = 0; bit < 8; bit++) {
			text.p[i] = (char)(text.p[i] ^ (1 << bit));
			t_true(approval_record_parse(
				   buf_str(&text), "x", &got, &e) < 0 ||
				   !approval_verify(&got),
			    "byte %zu bit %d", i, bit);
			text.p[i] = (char)(text.p[i] ^ (1 << bit));
		}
	buf_addc(&text, '\n');
	t_fails(approval_record_parse(buf_str(&text), "x", &got, &e), &e,
	    ERR_INPUT, "altered");
	buf_release(&text);
	pkey_free(key);
}

static void only_ed25519_signs(void **state)
{
	struct approval_record r = {.role = S("legal"), .name = S("Ann")};
	struct pkey *key;
	struct err e = {0};

	(void)state;
	t_ok(pkey_generate(PKEY_RSA, 1024, &key, &e), &e);
	t_fails(approval_sign(&r, key, &e), &e, ERR_INPUT, "Ed25519");
	pkey_free(key);
}

/* ---- keys */

static void keys_are_read_in_each_form(void **state)
{
	static const char *const forms[] = {
	    "302a300506032b6570032100d75a980182b10ab7d54bfed3c964073a"
	    "0ee172f3daa62325af021a68f707511a",
	    "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
	    " 11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo= \n",
	    "-----BEGIN PUBLIC KEY-----\n"
	    "MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n"
	    "-----END PUBLIC KEY-----\n",
	    "-----BEGIN PUBLIC KEY-----\n"
	    "MCowBQYDK2VuAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n"
	    "-----END PUBLIC KEY-----\n",
	    "",
	};
	unsigned char key[APPROVAL_KEY];
	struct err e = {0};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(forms); i++) {
		bool good = i >= 1 && i <= 3;

		t_int(approver_key_parse(str_of(forms[i]), key, &e) == 0, good);
		if (good)
			t_int(key[0] << 8 | key[31], 0xd71a);
	}
}

static void approvers_are_read_strictly(void **state)
{
#define K1 "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
#define K2 "a75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
	static const struct {
		const char *text, *wrong;
	} cases[] = {
	    {"", NULL},
	    {"# nobody\n\n", NULL},
	    {"legal\tAnn\t" K1 "\nsecurity\tAnn\t" K1 "\n", NULL},
	    {"legal\tAnn\t" K1 "\nlegal\tBob\t" K2, NULL},
	    {"legal\tAnn\n", "a.txt:1: a line is"},
	    {"legal Ann " K1 "\n", "a.txt:1: name ''"},
	    {"legal\tAnn\tx\n", "a.txt:1: is no public Ed25519 key"},
	    {"legal\tAnn\t" K1 "\nlegal\tann\t" K2 "\n", "a.txt:2: Ann is"},
	    {"legal\tAnn\t" K1 "\nlegal\tBob\t" K1 "\n",
		"a.txt:2: this key is enrolled for Ann"},
	};
	struct arena a = ARENA_INIT(MiB);
	struct approvers all;
	struct err e = {0};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		if (cases[i].wrong)
			t_fails(approvers_parse(str_of(cases[i].text), "a.txt",
				    &a, &all, &e),
			    &e, ERR_INPUT, cases[i].wrong);
		else
			t_ok(approvers_parse(
				 str_of(cases[i].text), "a.txt", &a, &all, &e),
			    &e);
	t_ok(approvers_parse(str_of(cases[2].text), "a.txt", &a, &all, &e), &e);
	t_true(approver_find(&all, S("LEGAL"), S("ann")) == &all.v[0]);
	t_true(approver_find(&all, STR_NONE, S("Ann")) == &all.v[0]);
	t_true(!approver_find(&all, S("legal"), S("Bob")));
	arena_release(&a);
}

/* ---- judging */

struct world {
	struct arena a;
	struct pkey *key[3];
	struct approver person[3];
	struct approval_need need[2];
	struct approval_record record[8];
	struct approval_old old[2];
	struct approvals all;
	struct approval_state s;
};

#define THEN                                                                 \
	"tocsin approval request 1\nWhat follows is what will be sent. Who " \
	"signs this consents to exactly it.\n\ntranche\t\t\n"                \
	"file\tmessage.md\t1 bytes, sha256 00\n"
#define LATER                                                                \
	"tocsin approval request 1\nWhat follows is what will be sent. Who " \
	"signs this consents to exactly it.\n\ntranche\t\t\n"                \
	"file\tmessage.md\t1 bytes, sha256 01\n"

/* legal:1 (Ann), security:2 (Bob, Cleo) */
static void world_init(struct world *w)
{
	static const char *const who[] = {"Ann", "Bob", "Cleo"};

	*w = (struct world){.a = ARENA_INIT(MiB),
	    .need = {{S("legal"), 1}, {S("security"), 2}},
	    .all = {.needs = 2}};
	for (size_t i = 0; i < 3; i++) {
		struct approval_record r;

		w->key[i] = new_key();
		r = signed_record(w->key[i], "x", "x", S(""));
		w->person[i] = (struct approver){
		    i ? S("security") : S("legal"), str_of(who[i]), {0}};
		memcpy(w->person[i].key, r.key, APPROVAL_KEY);
	}
	w->all.need = w->need;
	w->all.keys = (struct approvers){w->person, 3};
	w->all.record = w->record;
	w->all.request = w->old;
	digest_sha256(S(THEN), w->old[0].digest);
	w->old[0].text = S(THEN);
	w->all.requests = 1;
}

static void world_release(struct world *w)
{
	for (size_t i = 0; i < 3; i++)
		pkey_free(w->key[i]);
	arena_release(&w->a);
}

static void approve(struct world *w, size_t who, struct str request)
{
	char role[16], name[16];

	snprintf(role, sizeof(role), "%.*s", STR_ARG(w->person[who].role));
	snprintf(name, sizeof(name), "%.*s", STR_ARG(w->person[who].name));
	w->record[w->all.records] =
	    signed_record(w->key[who], role, name, request);
	w->record[w->all.records].role = w->person[who].role;
	w->record[w->all.records++].name = w->person[who].name;
}

static void judge(struct world *w, struct str request)
{
	struct err e = {0};

	t_ok(approval_judge(&w->all, &people, request, NOW, &w->a, &w->s, &e),
	    &e);
}

static void each_role_must_approve(void **state)
{
	struct world w;

	(void)state;
	world_init(&w);
	judge(&w, S(THEN));
	t_int(w.s.needs, 2);
	t_int(w.s.change_count, 0);
	approve(&w, 1, S(THEN));
	judge(&w, S(THEN));
	t_int(w.s.needs, 2);
	t_str(w.s.need[1].role, "security");
	t_int(w.s.need[1].count, 1);
	approve(&w, 2, S(THEN));
	approve(&w, 0, S(THEN));
	judge(&w, S(THEN));
	t_int(w.s.needs, 0);
	t_int(w.s.valids, 3);
	t_int(w.s.voided, 0);
	world_release(&w);
}

static void a_change_voids_and_is_named(void **state)
{
	struct world w;

	(void)state;
	world_init(&w);
	for (size_t i = 0; i < 3; i++)
		approve(&w, i, S(THEN));
	judge(&w, S(LATER));
	t_int(w.s.needs, 2);
	t_int(w.s.valids, 0);
	t_int(w.s.voided, 3);
	t_int(w.s.change_count, 1);
	t_str(w.s.changes[0], "message.md changed");
	approve(&w, 0, S(LATER));
	judge(&w, S(LATER));
	t_int(w.s.voided, 2);
	t_int(w.s.valids, 1);
	judge(&w, S(THEN)); /* changed back: what was approved is there */
	t_int(w.s.needs, 0);
	world_release(&w);
}

static void what_is_forged_does_not_count(void **state)
{
	struct world w;

	(void)state;
	for (int i = 0; i < 6; i++) {
		struct approval_record *r;
		struct err e = {0};

		world_init(&w);
		approve(&w, 0, S(THEN));
		r = &w.record[0];
		switch (i) {
		case 0: r->signature[0] ^= 1; break;
		case 1: /* somebody else's key */
			t_ok(approval_sign(r, w.key[1], &e), &e);
			break;
		case 2: /* nobody knows them */
			r->name = S("Zoe");
			t_ok(approval_sign(r, w.key[0], &e), &e);
			break;
		case 3:
			r->at = NOW + APPROVAL_FUTURE + USEC_PER_SEC;
			t_ok(approval_sign(r, w.key[0], &e), &e);
			break;
		case 4: /* another role than they are enrolled for */
			r->role = S("security");
			t_ok(approval_sign(r, w.key[0], &e), &e);
			break;
		case 5: /* another tranche */
			r->tranche = S("second");
			t_ok(approval_sign(r, w.key[0], &e), &e);
			break;
		}
		judge(&w, S(THEN));
		t_int(w.s.valids, 0);
		t_int(w.s.needs, 2);
		t_int(w.s.problems, i != 5);
		t_true(approval_accept(&w.all, &w.s, r, NOW, &e) < 0, "case %d",
		    i);
		judge(&w, S(LATER)); /* nor is it told of as voided */
		t_int(w.s.voided, 0);
		world_release(&w);
	}
}

static void the_same_person_counts_once(void **state)
{
	struct world w;

	(void)state;
	world_init(&w);
	approve(&w, 1, S(THEN));
	approve(&w, 1, S(THEN));
	judge(&w, S(THEN));
	t_int(w.s.valids, 1);
	t_int(w.s.need[1].count, 1);
	world_release(&w);
}

static void names_that_look_the_same_are_one_person(void **state)
{
	static const struct {
		const char *a, *b;
		bool same;
	} c[] = {
	    {"Ann Smith", "ann smith", true}, {"Ann Smith", "Ann  Smith", true},
	    {"Ann Smith", "Ann Smith.", true}, {"Ann Smith", "Ann-Smith", true},
	    {"Ann Smith", "Ann\xc2\xa0Smith", true},      /* no-break space */
	    {"Ann Smith", "Ann Smi\xe2\x80\x8bth", true}, /* zero width */
	    {"Ann Smith", "\xd0\x90nn Smith", true},      /* Cyrillic A */
	    {"Ann Smith", "Ann Sm\xd1\x96th", true},      /* Cyrillic i */
	    {"Bob", "\xd0\x92ob", true},                  /* Cyrillic Ve */
	    {"Bob",
		"B\xce\xbf"
		"b",
		true},                       /* Greek omicron */
	    {"Bob", "\xef\xbc\xa2ob", true}, /* full width */
	    {"Jos\xc3\xa9", "JOS\xc3\x89", true},
	    {"Jos\xc3\xa9", "Jose\xcc\x81", true}, /* a mark of its own */
	    {"\xd0\x98\xd0\xb2\xd0\xb0\xd0\xbd",   /* Ivan, small and large */
		"\xd0\xb8\xd0\xb2\xd0\xb0\xd0\xbd", true},
	    {"Ann Smith", "Ann Smyth", false},
	    {"Ann Smith", "Anna Smith", false}, {"Tim Bem", "Tim Bern", false},
	    {"Bill", "Bil1", false}, {"!", "?", false},
	    {"\xd0\x98\xd0\xb2\xd0\xb0\xd0\xbd", "Ivan", false},
	    {"\xe6\x9d\x8e", "\xe7\x8e\x8b", false}, /* Li, Wang */
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(c); i++)
		t_true(approval_same_person(str_of(c[i].a), str_of(c[i].b)) ==
			   c[i].same,
		    "%s, %s", c[i].a, c[i].b);
}

/* S-49: allowed in a small company, and said. */
static void one_person_in_two_roles_is_named(void **state)
{
	struct buf text = BUF_INIT(KiB);
	struct world w;

	(void)state;
	world_init(&w);
	approve(&w, 0, S(THEN));
	approve(&w, 1, S(THEN));
	judge(&w, S(THEN));
	t_int(w.s.severals, 0);
	world_release(&w);
	for (int by_key = 0; by_key < 2; by_key++) {
		world_init(&w);
		if (by_key) {
			pkey_free(w.key[1]);
			w.key[1] = w.key[0];
			memcpy(w.person[1].key, w.person[0].key, APPROVAL_KEY);
		} else {
			w.person[1].name = S("ANN");
		}
		approve(&w, 0, S(THEN));
		approve(&w, 1, S(THEN));
		approve(&w, 2, S(THEN));
		judge(&w, S(THEN));
		t_int(w.s.needs, 0);
		t_int(w.s.severals, 1);
		t_int(w.s.several[0].roles, 2);
		t_str(w.s.several[0].name, "Ann");
		approval_several_text(&w.s.several[0], &text);
		t_has(buf_str(&text), "Ann approved in 2 roles (legal, secur");
		buf_reset(&text);
		if (by_key)
			w.key[1] = NULL;
		world_release(&w);
	}
	buf_release(&text);
}

static void who_may_approve(void **state)
{
	struct err e = {0};
	struct world w;

	(void)state;
	world_init(&w);
	approve(&w, 0, S(THEN));
	approve(&w, 1, S(THEN));
	judge(&w, S(THEN));
	t_ok(approval_admit(&w.all, &w.s, S("Security"), S("Cleo"), &e), &e);
	t_fails(approval_admit(&w.all, &w.s, S("board"), S("Zoe"), &e), &e,
	    ERR_INPUT, "the roles are: legal, security");
	t_fails(approval_admit(&w.all, &w.s, S("security"), S("bob"), &e), &e,
	    ERR_INPUT, "Bob has approved exactly this");
	t_fails(approval_admit(&w.all, &w.s, S("legal"), S("Zoe"), &e), &e,
	    ERR_INPUT, "no more approvals are needed as legal");
	t_fails(approval_admit(&w.all, &w.s, S("security"), S("a/b"), &e), &e,
	    ERR_INPUT, "--by 'a/b'");
	world_release(&w);
}

static void what_was_kept_is_found(void **state)
{
	struct pkey *key = new_key();
	struct arena a = ARENA_INIT(LIMIT_APPROVAL_MEMORY);
	struct approval_record r;
	struct approval_state s;
	struct approver ann = {S("legal"), S("Ann"), {0}};
	unsigned char digest[DIGEST_SIZE];
	struct notice *n;
	struct err e = {0};
	struct buf text;
	char dir[64];

	(void)state;
	folder(dir);
	request(dir, &people, &text, digest);
	r = signed_record(key, "legal", "Ann", buf_str(&text));
	memcpy(ann.key, r.key, sizeof(ann.key));
	t_ok(approver_enroll(dir, &ann, &e), &e);
	t_ok(approval_keep(dir, &r, buf_str(&text), &e), &e);
	t_ok(notice_open(dir, &n, &e), &e);
	t_ok(approval_look(n, &people, NOW, &a, &s, &e), &e);
	t_int(s.valids, 1);
	t_int(s.needs, 2);
	replace(dir, "message.md", "customer", "client");
	t_write(dir, "approvals/zzz.approval", S("tocsin approval 1\n"));
	t_ok(approval_look(n, &people, NOW, &a, &s, &e), &e);
	t_int(s.valids, 0);
	t_int(s.voided, 1);
	t_int(s.change_count, 1);
	t_str(s.changes[0], "message.md changed");
	t_int(s.problems, 1);
	t_has(s.problem[0], "approvals/zzz.approval");
	notice_free(n);
	buf_release(&text);
	arena_release(&a);
	pkey_free(key);
	t_rmdir(dir);
}

/* ---- overrides */

static struct override_act act(
    struct pkey *key, const char *rule, const char *name, const char *reason)
{
	static char hex[65];
	struct override_act x = {.rule = str_of(rule),
	    .subject = S("example.com"),
	    .name = str_of(name),
	    .at = NOW};
	unsigned char sum[DIGEST_SIZE];
	struct buf b = BUF_INIT(KiB);
	struct err e = {0};

	digest_sha256(str_of(reason), sum);
	codec_hex(&b, str_make((const char *)sum, sizeof(sum)));
	snprintf(hex, sizeof(hex), "%.*s", STR_ARG(buf_str(&b)));
	x.reason_sha256 = str_of(hex);
	t_ok(override_sign(&x, key, &e), &e);
	buf_release(&b);
	return x;
}

static void two_names_put_an_override_in_force(void **state)
{
	struct arena a = ARENA_INIT(MiB);
	struct override_act x[4];
	struct override *o;
	struct err e = {0};
	struct world w;
	size_t n;

	(void)state;
	world_init(&w);
	x[0] = act(w.key[0], "S-07", "Ann", "because");
	x[1] = act(w.key[1], "S-07", "Bob", "because");
	x[2] = x[0];
	x[2].withdraw = true;
	t_ok(overrides_replay(x, 1, &a, &o, &n, &e), &e);
	t_int(n, 1);
	t_true(!override_covers(o, n, S("S-07"), S("example.com")));
	t_fails(override_admit(o, n, &x[0], &e), &e, ERR_INPUT,
	    "somebody else must confirm");
	t_ok(overrides_replay(x, 2, &a, &o, &n, &e), &e);
	t_true(override_covers(o, n, S("S-07"), S("example.com")));
	t_true(!override_covers(o, n, S("S-07"), S("example.org")));
	t_true(!override_covers(o, n, S("S-08"), S("example.com")));
	x[3] = act(w.key[2], "S-07", "Cleo", "because");
	t_fails(override_admit(o, n, &x[3], &e), &e, ERR_INPUT, "in force");
	t_ok(overrides_replay(x, 3, &a, &o, &n, &e), &e);
	t_int(n, 0);
	t_fails(override_admit(o, n, &x[2], &e), &e, ERR_INPUT,
	    "there is no override");
	world_release(&w);
	arena_release(&a);
}

static void an_empty_subject_fits_any(void **state)
{
	const struct override o = {
	    .rule = S("S-07"), .subject = S(""), .names = 2};

	(void)state;
	t_true(override_covers(&o, 1, S("S-07"), S("anything")));
}

static void an_altered_override_is_refused(void **state)
{
	struct buf text = BUF_INIT(64 * KiB);
	struct override_act x, *got;
	struct arena a = ARENA_INIT(MiB);
	struct err e = {0};
	struct world w;
	size_t n;

	(void)state;
	world_init(&w);
	x = act(w.key[0], "S-07", "Ann", "because");
	override_act_format(&x, &text);
	t_ok(override_log_parse(
		 buf_str(&text), "o", &w.all.keys, &a, &got, &n, &e),
	    &e);
	t_int(n, 1);
	for (size_t i = 0; i < text.len; i++) {
		text.p[i] ^= 1;
		t_true(override_log_parse(buf_str(&text), "o", &w.all.keys, &a,
			   &got, &n, &e) < 0,
		    "byte %zu", i);
		text.p[i] ^= 1;
	}
	world_release(&w);
	buf_release(&text);
	arena_release(&a);
}

static void rules_have_a_form(void **state)
{
	(void)state;
	t_true(override_rule_ok(S("S-07")) && override_rule_ok(S("S-36a")) &&
	       override_rule_ok(S("L-01")));
	t_true(!override_rule_ok(S("")) && !override_rule_ok(S("s-07")) &&
	       !override_rule_ok(S("S07")) && !override_rule_ok(S("S-")) &&
	       !override_rule_ok(S("S-07ab")) && !override_rule_ok(S("S-7 ")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(roles_are_read),
	    T(a_request_is_the_same_each_time),
	    T(changes_are_named),
	    T(what_is_not_covered_may_change),
	    T(another_list_is_named),
	    T(another_date_of_a_tranche_is_named),
	    T(half_a_notice_is_refused),
	    T(a_strange_request_is_refused),
	    T(any_altered_byte_is_seen),
	    T(only_ed25519_signs),
	    T(keys_are_read_in_each_form),
	    T(approvers_are_read_strictly),
	    T(each_role_must_approve),
	    T(a_change_voids_and_is_named),
	    T(what_is_forged_does_not_count),
	    T(the_same_person_counts_once),
	    T(names_that_look_the_same_are_one_person),
	    T(one_person_in_two_roles_is_named),
	    T(who_may_approve),
	    T(what_was_kept_is_found),
	    T(two_names_put_an_override_in_force),
	    T(an_empty_subject_fits_any),
	    T(an_altered_override_is_refused),
	    T(rules_have_a_form),
	};
	return t_run("approval", tests);
}
