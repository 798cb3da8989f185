#include "judged.h"

static const char mail[] =
    "On 3 November 2026 data of 1,200 people was read. Call 1-800-555-0199 "
    "or read https://www.example.com/notice.\n";

struct world {
	struct notice n;
	struct check_facts x;
	struct arena arena;
};

static void say(struct world *w, enum channel_kind k, const char *text)
{
	static const char *const files[] = {"channels/web.md",
	    "channels/sms.txt", "channels/phone.txt", "channels/social.txt"};
	struct channel_text *t = &w->x.channel.text[k];

	*t = (struct channel_text){.file = files[k], .there = text != NULL};
	if (!text)
		return;
	claims_find(str_of(text), &w->arena, &t->claims);
	if (k == CHANNEL_SMS)
		t->sms = sms_measure(str_of(text));
}

static void say_mail(struct world *w, const char *text)
{
	claims_find(str_of(text), &w->arena, &w->x.channel.mail);
	w->x.channel.has_mail = true;
}

static void honest(struct world *w)
{
	*w = (struct world){
	    .n = {.kind = NOTICE_BREACH,
		.title = S("Notice of Data Breach"),
		.canonical_url = S("https://www.example.com/notice"),
		.from_address = S("notice@example.com"),
		.own_domains = S("example.com, example.de")},
	    .arena = {.max = 16 * MiB},
	};
	w->x.notice = &w->n;
	w->x.channel = (struct channel_facts){.gathered = true,
	    .page = PAGE_THERE,
	    .page_has_from = true,
	    .page_has_title = true,
	    .prenotice = true};
	claims_find(w->n.canonical_url, &w->arena, &w->x.channel.canonical);
	say_mail(w, mail);
	say(w, CHANNEL_WEB,
	    "On November 3, 2026, data of 1,200 people was read. Call (800) "
	    "555-0199. This page: www.example.com/notice. Also see "
	    "www.identitytheft.gov and 1-877-438-4338; write to "
	    "notice@example.com.\n");
	say(w, CHANNEL_SMS, "Data breach. Read example.com/notice\n");
	say(w, CHANNEL_PHONE,
	    "It happened on 3 November. See www.example.com/notice\n");
	say(w, CHANNEL_SOCIAL, "Only https://www.example.com/notice is ours\n");
}

static struct judged *run(const struct world *w)
{
	return judge_family(&family_channel, &w->x);
}

static void done(struct world *w, struct judged *j)
{
	judged_free(j);
	arena_release(&w->arena);
}

static void channels_that_agree_pass(void **state)
{
	struct findings_count n;
	struct world w;
	struct judged *j;

	honest(&w);
	j = run(&w);
	n = findings_tally(j->f);
	for (size_t i = 0; i < j->f->count; i++)
		if (j->f->v[i].severity != SEVERITY_INFO)
			print_error("# %.*s\n", STR_ARG(j->f->v[i].text));
	t_int(n.blocks + n.warns + n.unchecked, 0);
	judged_says(j, "S-50", "sms-length", SEVERITY_INFO, "1 SMS");
	done(&w, j);
}

/* One channel's copy, and what is said of it. */
static void with(enum channel_kind k, const char *text, const char *check,
    enum severity s, const char *part)
{
	struct world w;
	struct judged *j;

	honest(&w);
	say(&w, k, text);
	j = run(&w);
	judged_says(j, "S-50", check, s, part);
	t_int(judged_blocks(j), s == SEVERITY_BLOCK);
	done(&w, j);
}

static void a_foreign_address_blocks_with_and_without_scheme(void **state)
{
	with(CHANNEL_SOCIAL,
	    "Read example.com/notice or equifaxsecurity2017.com\n",
	    "foreign-address", SEVERITY_BLOCK, "equifaxsecurity2017.com");
	with(CHANNEL_SMS, "Read http://example-notice.com/a example.com/notice",
	    "foreign-address", SEVERITY_BLOCK, "example-notice.com");
	with(CHANNEL_PHONE, "example.com/notice, press@agency.com",
	    "foreign-address", SEVERITY_BLOCK, "agency.com");
}

static void another_page_of_ones_own_blocks(void **state)
{
	with(CHANNEL_SMS, "Read example.com/notices", "other-address",
	    SEVERITY_BLOCK, "the notice stands at https://www.example.com");
	with(CHANNEL_SMS, "Read https://example.de/notice", "other-address",
	    SEVERITY_BLOCK, "example.de/notice");
}

static void the_own_home_page_and_mailboxes_are_no_second_notice(void **state)
{
	struct world w;
	struct judged *j;

	honest(&w);
	say(&w, CHANNEL_SOCIAL,
	    "example.com/notice, found from www.example.com; "
	    "help@example.de\n");
	j = run(&w);
	t_int(judged_blocks(j), 0);
	done(&w, j);
}

static void a_channel_without_the_address_warns(void **state)
{
	with(CHANNEL_SMS, "There was a data breach", "no-address",
	    SEVERITY_WARN, "https://www.example.com/notice");
}

static void another_telephone_number_blocks(void **state)
{
	struct world w;
	struct judged *j;

	with(CHANNEL_PHONE, "Call 1-800-555-0198. example.com/notice", "phone",
	    SEVERITY_BLOCK, "the mail says 1-800-555-0199");
	honest(&w);
	say_mail(&w, "On 3 November 2026 data of 1,200 people was read.\n");
	j = run(&w);
	judged_says(j, "S-50", "phone", SEVERITY_WARN, "no telephone");
	t_int(judged_blocks(j), 0);
	judged_free(j);
	/* an authority's number is not the company's */
	say_mail(&w, "On 3 November 2026 data of 1,200 people was read. The "
		     "FTC: 1-877-438-4338.\n");
	j = run(&w);
	judged_says(j, "S-50", "phone", SEVERITY_WARN, "of yours");
	done(&w, j);
}

static void another_day_or_count_contradicts(void **state)
{
	with(CHANNEL_SMS, "Breach of 4 November 2026: example.com/notice",
	    "day", SEVERITY_BLOCK, "\"4 November 2026\" where the mail says 3");
	with(CHANNEL_SOCIAL, "1,300 people concerned: example.com/notice",
	    "count", SEVERITY_BLOCK, "1,200");
}

static void one_day_more_is_worth_a_look(void **state)
{
	with(CHANNEL_WEB,
	    "On 3 November 2026 data of 1,200 people was read. As of 20 "
	    "November 2026.",
	    "day", SEVERITY_WARN, "which the mail does not");
	with(CHANNEL_WEB, "Data of 1,200 people was read.", "day",
	    SEVERITY_WARN, "none of the days");
}

static void lots_count_for_a_recall(void **state)
{
	struct world w;
	struct judged *j;

	honest(&w);
	say_mail(&w, "Lot A77 is recalled, see example.com/notice.\n");
	for (unsigned k = 0; k < CHANNEL_KINDS; k++)
		say(&w, (enum channel_kind)k, "Lot A77: example.com/notice");
	say(&w, CHANNEL_SMS, "Lot A78 is recalled: example.com/notice");
	j = run(&w);
	judged_silent(j, "S-50", "lot");
	judged_free(j);
	w.n.kind = NOTICE_RECALL;
	j = run(&w);
	judged_says(j, "S-50", "lot", SEVERITY_BLOCK, "Lot A78");
	t_int(judged_blocks(j), 1);
	done(&w, j);
}

static void a_missing_channel_warns_and_an_unwritten_one_is_silent(void **state)
{
	static struct str placeholder[] = {S("channels/sms.txt:1")};
	struct world w;
	struct judged *j;

	honest(&w);
	say(&w, CHANNEL_SMS, NULL);
	j = run(&w);
	judged_says(j, "S-50", "missing", SEVERITY_WARN, "no copy");
	judged_free(j);
	say(&w, CHANNEL_SMS, "CHANGE ME evil.com");
	w.x.placeholder = placeholder;
	w.x.placeholders = 1;
	j = run(&w);
	t_int(findings_tally(j->f).warns + judged_blocks(j), 0);
	judged_free(j);
	/* nor does a mail that is not written contradict anything */
	placeholder[0] = S("message.de.md:3");
	say(&w, CHANNEL_SMS, "Read evil.com");
	j = run(&w);
	t_int(findings_tally(j->f).warns + judged_blocks(j), 0);
	done(&w, j);
}

static void a_long_sms_warns(void **state)
{
	char text[200];

	memset(text, 'x', sizeof(text));
	memcpy(text, "example.com/notice ", 19);
	text[199] = '\0';
	with(CHANNEL_SMS, text, "sms-length", SEVERITY_WARN, "2 SMS");
}

/* ---- S-51, S-53 */

static void the_page_must_be_live_and_name_the_sender(void **state)
{
	struct world w;
	struct judged *j;

	honest(&w);
	w.x.channel.page_has_title = false;
	j = run(&w);
	judged_says(j, "S-51", "page-title", SEVERITY_BLOCK, "Notice of Data");
	judged_free(j);
	w.x.channel.page_has_from = false;
	j = run(&w);
	judged_says(j, "S-51", "page-from", SEVERITY_BLOCK, "notice@example");
	t_int(judged_blocks(j), 1);
	judged_free(j);
	w.x.channel.page = PAGE_MISSING;
	w.x.channel.page_why = S("it answers 404");
	j = run(&w);
	judged_says(j, "S-51", "page", SEVERITY_BLOCK, "404");
	t_int(judged_blocks(j), 1);
	judged_free(j);
	w.x.channel.page = PAGE_UNASKED;
	j = run(&w);
	t_true(judged_find(j, "S-51", "page")->unchecked &&
		   !judged_find(j, "S-51", "page")->trouble,
	    "offline");
	judged_free(j);
	w.x.channel.page = PAGE_SILENT;
	j = run(&w);
	t_true(judged_find(j, "S-51", "page")->trouble, "no answer");
	done(&w, j);
}

static void a_notice_without_a_page_blocks_once(void **state)
{
	struct world w;
	struct judged *j;

	honest(&w);
	w.n.canonical_url = S("");
	w.x.channel.canonical = (struct claims){0};
	w.x.channel.page = PAGE_UNASKED;
	j = run(&w);
	judged_says(j, "S-51", "canonical-url", SEVERITY_BLOCK, "website");
	t_int(judged_blocks(j), 1);
	judged_free(j);
	w.n.canonical_url = S("CHANGE ME");
	j = run(&w);
	judged_silent(j, "S-51", "canonical-url");
	done(&w, j);
}

static void nobody_was_told_beforehand(void **state)
{
	struct world w;
	struct judged *j;

	honest(&w);
	w.x.channel.prenotice = false;
	j = run(&w);
	judged_says(j, "S-53", "prenotice", SEVERITY_WARN, "partners");
	done(&w, j);
}

static void a_page_is_read_as_people_do(void **state)
{
	struct buf b = BUF_INIT(KiB);

	channel_page_text(S("<p>Notice\n  of <b>Data</b>&nbsp;Breach</p><a "
			    "href='x>y'>n&#64;example.com</a> 1 < 2 &amp; 3"),
	    &b);
	t_has(buf_str(&b), "Notice of Data Breach ");
	t_has(buf_str(&b), "n@example.com");
	t_has(buf_str(&b), "1 < 2 & 3");
	buf_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(channels_that_agree_pass),
	    T(a_foreign_address_blocks_with_and_without_scheme),
	    T(another_page_of_ones_own_blocks),
	    T(the_own_home_page_and_mailboxes_are_no_second_notice),
	    T(a_channel_without_the_address_warns),
	    T(another_telephone_number_blocks),
	    T(another_day_or_count_contradicts),
	    T(one_day_more_is_worth_a_look),
	    T(lots_count_for_a_recall),
	    T(a_missing_channel_warns_and_an_unwritten_one_is_silent),
	    T(a_long_sms_warns),
	    T(the_page_must_be_live_and_name_the_sender),
	    T(a_notice_without_a_page_blocks_once),
	    T(nobody_was_told_beforehand),
	    T(a_page_is_read_as_people_do),
	};

	return t_run("rules_channel", tests);
}
