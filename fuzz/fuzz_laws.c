/* laws: a pack of any bytes is refused with a reason, or what follows from it
 * is sound.  The input is laws.tsv, keywords.tsv and applicability.tsv with a
 * line "%%" between. */
#include "fuzz.h"

#include "law/law.h"

static struct str cut_part(struct str *rest)
{
	ptrdiff_t at = str_find(*rest, S("%%\n"));
	struct str part = *rest;

	if (at < 0) {
		*rest = S("");
		return part;
	}
	part = str_sub(*rest, 0, (size_t)at);
	*rest = str_from(*rest, (size_t)at + 3);
	return part;
}

static void check_duty(const struct law_duty *d, const struct law_duty *before)
{
	ENSURE(d->step > 0 && d->people > 0 && d->rule_text.n > 0);
	ENSURE(d->id.n > 0 && d->source.n > 0);
	ENSURE(d->applies != LAW_NO || !d->has_deadline);
	ENSURE(law_who_name(d->who));
	if (before && d->has_deadline)
		ENSURE(before->has_deadline && before->deadline <= d->deadline);
}

static void ask(const struct law_pack *p, const struct law_facts *f)
{
	static const struct law_place place[] = {{S("US-CA"), 700},
	    {S("DE"), 1}, {S("CA-QC"), 100001}, {S("US"), 3}, {S("JP"), 4}};
	struct arena a = {.max = 64 * MiB};
	struct law_channel_choice choice;
	struct law_duties d;
	struct err e;

	if (law_assess(p, f, place, ARRAY_SIZE(place), &a, &d, &e) == 0)
		for (size_t i = 0; i < d.count; i++)
			check_duty(&d.d[i], i ? &d.d[i - 1] : NULL);
	law_channel_for(p, f, S("US-CA"), S("consent"), true, true, &choice);
	ENSURE(choice.why && law_channel_name(choice.channel));
	arena_release(&a);
}

void fuzz_one(struct str in)
{
	struct law_texts t = {.dir = "pack"};
	struct law_pack *p = NULL;
	struct err e = {0};
	struct law_facts f = {.kinds = ~0u,
	    .discovered = 1800000000 * USEC_PER_SEC,
	    .effective = 1900000000 * USEC_PER_SEC,
	    .sector = S("bank")};

	t.laws = cut_part(&in);
	t.keywords = cut_part(&in);
	t.applicability = in;
	if (law_pack_parse(&t, &p, &e) < 0) {
		ENSURE(e.code < 0 && e.msg[0] && !p);
		return;
	}
	ask(p, &f);
	f = (struct law_facts){.kinds = ~0u,
	    .discovered = 1800000000 * USEC_PER_SEC,
	    .held_until = 1850000000 * USEC_PER_SEC,
	    .house_limit = USEC_PER_HOUR,
	    .encrypted = LAW_SAID_YES};
	ask(p, &f);
	law_pack_free(p);
}
