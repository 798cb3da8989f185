/* tags: whatever the bytes, views lie inside and in order; a list that parses
 * reads the same one by one, and again when written out plainly. */
#include "fuzz.h"

#include "base/buf.h"
#include "mail/tags.h"

static void check_tag(struct str in, const struct tag *t, size_t *at)
{
	ENSURE(t->at >= *at && t->name.n > 0);
	ENSURE(t->name.p == in.p + t->at);
	ENSURE(t->value_at > t->at && t->value_end >= t->value_at);
	ENSURE(t->value_end <= in.n && t->end <= t->value_end);
	ENSURE(t->value.n == 0 ||
	       (t->value.p >= in.p + t->value_at &&
		   t->value.p + t->value.n <= in.p + t->value_end));
	ENSURE(str_chr(t->value, ';') < 0);
	ENSURE(str_trim(t->value).n == t->value.n);
	*at = t->value_end;
}

static void check_again(const struct tags *t, struct buf *out)
{
	struct tags again;

	for (size_t i = 0; i < t->count; i++) {
		buf_add(out, t->tag[i].name);
		buf_addc(out, '=');
		buf_add(out, t->tag[i].value);
		buf_addc(out, ';');
	}
	ENSURE(tags_parse(buf_str(out), &again, NULL) == 0);
	ENSURE(again.count == t->count);
	for (size_t i = 0; i < t->count; i++)
		ENSURE(str_eq(
		    tags_value(&again, t->tag[i].name), t->tag[i].value));
}

void fuzz_one(struct str in)
{
	struct buf out = BUF_INIT(1 * MiB);
	struct tags_reader r;
	struct err e = {0};
	struct tags all;
	struct tag t;
	size_t at = 0, n = 0;
	bool bad = false;
	int rc, parsed = tags_parse(in, &all, &e);

	ENSURE((parsed < 0) == (e.code != 0));
	tags_reader_init(&r, in);
	while ((rc = tags_next(&r, &t, &e)) != 0) {
		bad |= rc < 0;
		if (rc < 0)
			continue;
		check_tag(in, &t, &at);
		if (parsed == 0)
			ENSURE(str_eq(all.tag[n].name, t.name));
		n++;
	}
	if (parsed == 0) {
		ENSURE(!bad && n == all.count);
		check_again(&all, &out);
	}
	buf_release(&out);
}
