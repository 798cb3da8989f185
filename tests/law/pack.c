#include "pack.h"

struct law_pack *pack;

int pack_open(void **state)
{
	struct err e = {0};

	(void)state;
	t_ok(law_pack_load(LAWS, &pack, &e), &e);
	return 0;
}

int pack_close(void **state)
{
	(void)state;
	law_pack_free(pack);
	return 0;
}

usec_t pack_moment(const char *when)
{
	usec_t t = 0;

	t_true(law_moment_parse(str_of(when), &t), "%s", when);
	return t;
}

struct law_facts pack_facts(const char *when)
{
	return (struct law_facts){.discovered = pack_moment(when)};
}

struct law_duties pack_assess(
    const struct law_facts *f, const char *people, struct arena *a)
{
	struct law_place *place;
	struct law_duties d;
	struct err e = {0};
	size_t n;

	t_ok(law_places_parse(str_of(people), a, &place, &n, &e), &e);
	t_ok(law_assess(pack, f, place, n, a, &d, &e), &e);
	return d;
}

const struct law_duty *pack_find(
    const struct law_duties *d, const char *id, enum law_who who, unsigned step)
{
	for (size_t i = 0; i < d->count; i++)
		if (str_eq(d->d[i].id, str_of(id)) && d->d[i].who == who &&
		    d->d[i].step == step)
			return &d->d[i];
	return NULL;
}

void pack_deadline(const struct law_duty *d, const char *want)
{
	char iso[CLOCK_ISO_SIZE] = "none";

	assert_non_null(d);
	if (d->has_deadline)
		clock_iso(d->deadline, iso);
	t_str(str_of(iso), want);
}
