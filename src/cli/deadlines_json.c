#include "cli/deadlines.h"

#include "base/json.h"

#define DAY (24 * USEC_PER_HOUR)

/* Days since 1970, rounded down. */
static int64_t day_of(usec_t t)
{
	return t / DAY - (t % DAY < 0);
}

int64_t deadlines_days_left(const struct deadlines *d, usec_t when)
{
	return day_of(when) - day_of(d->facts.now);
}

bool deadlines_is_day(const struct law_duty *y)
{
	return y->deadline % DAY == 0 && str_find(y->rule, S("PT")) < 0;
}

static void put_deadline(
    struct json *j, const struct deadlines *d, const struct law_duty *y)
{
	char iso[CLOCK_ISO_SIZE];

	json_key(j, "deadline");
	if (!y->has_deadline) {
		json_null(j);
		return;
	}
	clock_iso(y->deadline, iso);
	json_str(j, str_of(iso));
	json_key(j, "days_left");
	json_real(j, (double)deadlines_days_left(d, y->deadline));
	json_put_bool(j, "passed", y->passed);
}

static void put_required(
    struct json *j, const struct deadlines *d, const struct law_duty *y)
{
	json_key(j, "required");
	json_array(j);
	for (size_t i = 0; i < y->required_count; i++)
		json_str(j, y->required[i]);
	json_end(j);
	json_key(j, "required_text");
	json_array(j);
	for (size_t i = 0; i < y->required_count; i++)
		json_str(j, str_of(law_keyword_text(d->pack, y->required[i])));
	json_end(j);
}

static void put_confidence(struct json *j, const struct law_duty *y)
{
	json_key(j, "confidence");
	json_object(j);
	json_put_str(j, "deadline", y->confidence_deadline);
	json_put_str(j, "channel", y->confidence_channel);
	json_put_str(j, "content", y->confidence_content);
	json_end(j);
}

static void put_duty(
    struct json *j, const struct deadlines *d, const struct law_duty *y)
{
	static const char *const applies[] = {
	    [LAW_YES] = "yes", [LAW_IF] = "if", [LAW_NO] = "no"};

	json_object(j);
	json_put_str(j, "id", y->id);
	json_put_u64(j, "step", y->step);
	json_put_str(j, "applies", str_of(applies[y->applies]));
	json_put_str(j, "question", y->question);
	json_put_str(j, "jurisdiction", y->jurisdiction);
	json_put_str(j, "name", y->name);
	json_put_str(j, "kind", y->kind);
	json_put_str(j, "regime", y->regime);
	json_put_str(j, "trigger", y->trigger);
	json_put_str(j, "who", str_of(law_who_name(y->who)));
	json_put_str(j, "regulator", y->regulator);
	json_put_u64(j, "people", y->people);
	put_deadline(j, d, y);
	json_put_str(j, "rule", y->rule);
	json_put_str(j, "rule_text", y->rule_text);
	json_put_bool(j, "house_limit", y->house);
	json_put_bool(j, "before_individuals", y->before_individuals);
	json_put_u64(j, "wait_business_days", y->wait_business_days);
	json_put_str(j, "email", y->email);
	json_put_str(j, "email_condition", y->email_condition);
	put_required(j, d, y);
	json_put_str(j, "substitute", y->substitute);
	json_put_bool(j, "substitute_allowed", y->substitute_allowed);
	json_put_str(j, "language", y->language);
	json_put_bool(j, "delay_for_law_enforcement", y->delay_for_police);
	json_put_str(j, "as_of", y->as_of);
	put_confidence(j, y);
	json_put_str(j, "source", y->source);
	json_end(j);
}

void deadlines_json(const struct deadlines *d, struct buf *out)
{
	struct json j;

	json_begin(&j, out);
	json_array(&j);
	for (size_t i = 0; i < d->duties.count; i++)
		put_duty(&j, d, &d->duties.d[i]);
	json_end(&j);
}
