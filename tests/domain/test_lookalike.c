#include "t.h"

#include "domain/edits.h"
#include "domain/lookalike.h"
#include "domain/lure_words.h"
#include "domain/skeleton.h"

static struct psl *list;

static int open_list(void **state)
{
	(void)state;
	list = psl_open();
	return 0;
}

static int close_list(void **state)
{
	(void)state;
	psl_close(list);
	return 0;
}

static struct lookalike judge(const char *domain, const char *trusted)
{
	struct lookalike l;

	lookalike_judge(list, str_of(domain), str_of(trusted), &l);
	t_true(l.score <= 100 && l.kind && l.reason[0], "%s", domain);
	t_int(l.score > 0, l.relation == LOOKALIKE_COUSIN);
	return l;
}

static void names_the_kind_of_imitation(void **state)
{
	static const struct {
		const char *domain, *trusted, *kind;
	} rows[] = {
	    {"harborline.net", "harborline.com", "tld-swap"},
	    {"harborline.co.uk", "harborline.com", "tld-swap"},
	    {"harborline.github.io", "harborline.com", "tld-swap"},
	    {"harbor-line.com", "harborline.com", "hyphen"},
	    {"northbank.org", "north-bank.org", "hyphen"},
	    {"harb0rline.com", "harborline.com", "homoglyph"},
	    {"harborllne.com", "harborline.com", "homoglyph"},
	    {"rnidwest.com", "midwest.com", "homoglyph"},
	    {"vvestbank.com", "westbank.com", "homoglyph"},
	    {"clelmar.com", "delmar.com", "homoglyph"},
	    {"5underland.com", "sunderland.com", "homoglyph"},
	    {"xn--hrborline-0yh.com", "harborline.com", "homoglyph"},
	    {"harborline-security.com", "harborline.com", "added-token"},
	    {"harborlinenotice.com", "harborline.com", "added-token"},
	    {"email-harborline.com", "harborline.com", "added-token"},
	    {"harborline-mail.com", "harborline.com", "added-token"},
	    {"harborline2017.com", "harborline.com", "added-token"},
	    {"wwwharborline.com", "harborline.com", "added-token"},
	    {"harborlinequuxly.com", "harborline.com", "added-token"},
	    {"securityharborline2017.com", "harborline.com", "added-token"},
	    {"equifaxsecurity2017.com", "equifax.com", "added-token"},
	    {"securityequifax2017.com", "equifax.com", "added-token"},
	    {"securityequifax2017.com", "equifaxsecurity2017.com", "reorder"},
	    {"security-equifax-2017.com", "equifaxsecurity2017.com", "reorder"},
	    {"linesharbor.net", "harborlines.com", "reorder"},
	    {"harbrline.com", "harborline.com", "typo"},
	    {"harborlline.com", "harborline.com", "typo"},
	    {"harbolrine.com", "harborline.com", "typo"},
	    {"jarborlune.com", "harborline.com", "typo"},
	    {"harborlime-login.com", "harborline.com", "added-token"},
	    {"harborline.com.evil.example", "harborline.com",
		"subdomain-trick"},
	    {"login.harborline.com-verify.net", "harborline.com",
		"subdomain-trick"},
	    {"harborline-com.evil.example", "harborline.com",
		"subdomain-trick"},
	    {"harborline.evil.example", "harborline.com", "subdomain-trick"},
	    {"harborline-com.net", "harborline.com", "tld-in-label"},
	    {"harborlinecouk.com", "harborline.co.uk", "tld-in-label"},
	    {"harb.orline.com", "harborline.com", "dot-insertion"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct lookalike l = judge(rows[i].domain, rows[i].trusted);

		if (strcmp(l.kind, rows[i].kind) != 0)
			fail_msg("%s: \"%s\", not \"%s\"", rows[i].domain,
			    l.kind, rows[i].kind);
		t_int(l.relation, LOOKALIKE_COUSIN);
		t_has(str_of(l.reason), rows[i].trusted);
	}
}

static void knows_its_own(void **state)
{
	(void)state;
	t_int(judge("brand.com", "brand.com").relation, LOOKALIKE_TRUSTED);
	t_int(
	    judge("a.b.brand.com", "brand.com").relation, LOOKALIKE_SUBDOMAIN);
	/* whatever stands at the left of one's own domain is one's own */
	t_int(judge("other.com.brand.com", "brand.com").relation,
	    LOOKALIKE_SUBDOMAIN);
	t_int(judge("xbrand.com", "brand.com").relation == LOOKALIKE_SUBDOMAIN,
	    false);
}

static void leaves_strangers_alone(void **state)
{
	static const struct {
		const char *domain, *trusted;
	} rows[] = {
	    {"example.org", "harborline.com"},
	    {"mail.example.org", "mail.com"},
	    {"com", "harborline.com"},
	    {"", "harborline.com"},
	    {"..", "harborline.com"},
	    {"harborline.com", ""},
	    /* short labels are near to everything */
	    {"abd.com", "abc.com"},
	    {"fort.com", "ford.com"},
	    {"afford.com", "ford.com"},
	    {"catering.com", "cat.com"},
	    {"fisher.com", "archer.com"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct lookalike l = judge(rows[i].domain, rows[i].trusted);

		if (l.relation != LOOKALIKE_UNRELATED)
			fail_msg("%s, %s: %s", rows[i].domain, rows[i].trusted,
			    l.kind);
	}
}

static void short_labels_need_a_word_or_the_same_looks(void **state)
{
	(void)state;
	t_str(str_of(judge("ups-login.com", "ups.com").kind), "added-token");
	t_str(str_of(judge("upslogin.com", "ups.com").kind), "added-token");
	t_str(str_of(judge("f0rd.com", "ford.com").kind), "homoglyph");
	t_str(str_of(judge("ford-recall.com", "ford.com").kind), "added-token");
}

static void a_surer_likeness_scores_higher(void **state)
{
	(void)state;
	t_true(judge("harborline-notice.com", "harborline.com").score >
		   judge("harborlinequux.com", "harborline.com").score,
	    "a word against any text");
	t_true(judge("harbrline.com", "harborline.com").score >
		   judge("harbrlne.com", "harborline.com").score,
	    "one error against two");
	t_true(judge("harborline.net", "harborline.com").score >
		   judge("ups.net", "ups.com").score,
	    "a long label against a short one");
}

static void counts_edits(void **state)
{
	static const struct {
		const char *a, *b;
		unsigned count;
	} rows[] = {
	    {"", "", 0}, {"", "ab", 2}, {"abcdef", "abcdef", 0},
	    {"abcdef", "abdcef", 1}, {"abcdef", "acdef", 1},
	    {"abcdef", "xbcdef", 1}, {"abcdef", "abccdeff", 2},
	    {"ca", "abc", 3}, /* optimal string alignment, not Damerau's 2 */
	};
	struct edits e;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct str a = str_of(rows[i].a), b = str_of(rows[i].b);

		t_int(edits_between(a, b, 3, &e), true);
		t_int(e.count, rows[i].count);
		t_int(edits_between(b, a, 3, &e), true);
		t_int(e.count, rows[i].count);
		t_int(e.cost >= e.count * 5, true);
		if (e.count)
			t_int(edits_between(a, b, e.count - 1, &e), false);
	}
}

static void sees_what_a_label_looks_like(void **state)
{
	static const struct {
		const char *label, *plain, *full;
	} rows[] = {
	    {"paypal", "paypal", "paypal"},
	    {"paypa1", "paypa1", "paypal"},
	    {"xn--pypal-4ve", "paypal", "paypal"},
	    {"xn--bcher-kva", "bucher", "bucher"},
	    {"rnicr0soft", "rnicr0soft", "mlcrosoft"},
	    {"xn--999999999", "xn--999999999", "xn--ggggggggg"},
	    {"3m", "3m", "3m"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct buf plain = BUF_INIT(256), full = BUF_INIT(256);

		skeleton_plain(str_of(rows[i].label), &plain);
		t_str(buf_str(&plain), rows[i].plain);
		skeleton_full(buf_str(&plain), &full);
		t_str(buf_str(&full), rows[i].full);
		buf_release(&plain);
		buf_release(&full);
	}
}

static void divides_text_into_known_words(void **state)
{
	bool head[64], tail[64];
	struct str s = S("loginbrand2017uk");

	(void)state;
	lure_divide(s, head, tail);
	t_int(head[5], true);   /* login */
	t_int(tail[10], true);  /* 2017uk */
	t_int(tail[11], false); /* a part of a number is no number */
	t_int(tail[14], true);  /* uk */
	t_int(tail[16], true);
	t_int(head[10], false);
	t_int(lure_word(S("notice")), LURE_STRONG);
	t_int(lure_word(S("2026")), LURE_COMMON);
	t_int(lure_word(S("harborline")), LURE_NONE);
	t_int(lure_word(S("")), LURE_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T_WITH(names_the_kind_of_imitation, open_list, close_list),
	    T_WITH(knows_its_own, open_list, close_list),
	    T_WITH(leaves_strangers_alone, open_list, close_list),
	    T_WITH(short_labels_need_a_word_or_the_same_looks, open_list,
		close_list),
	    T_WITH(a_surer_likeness_scores_higher, open_list, close_list),
	    T(counts_edits),
	    T(sees_what_a_label_looks_like),
	    T(divides_text_into_known_words),
	};

	return t_run("lookalike", tests);
}
