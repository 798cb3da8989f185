/* Any bytes: as the value of a field, which is written again and must then
 * read the same; as words of a stranger, which must stay in their place; as a
 * message, whose forged fields are found. */
#include "fuzz.h"

#include "auth/authres.h"
#include "base/limits.h"
#include "base/utf8.h"

static void write_again(const struct authres *x, struct buf *out)
{
	struct authres_writer w;

	authres_begin(&w, out, x->id);
	for (size_t i = 0; i < x->count; i++) {
		authres_method(&w, "m", "r");
		authres_reason(&w, x->result[i].reason);
		for (size_t k = 0; k < x->result[i].property_count; k++)
			authres_property(
			    &w, "t", "n", x->result[i].property[k].value);
	}
	ENSURE(authres_end(&w));
}

static void same(struct str got, struct str want)
{
	if (want.n <= LIMIT_AUTHRES_VALUE && utf8_is_clean(want))
		ENSURE(str_eq(got, want));
}

static void check_round(const struct authres *x)
{
	struct buf out = BUF_INIT(16 * MiB);
	struct arena a = ARENA_INIT(8 * MiB);
	struct header_field f;
	struct authres y;

	write_again(x, &out);
	ENSURE(header_find(buf_str(&out), S("Authentication-Results"), &f));
	ENSURE(f.at == 0 && f.end == out.len);
	if (f.value.n <= LIMIT_AUTHRES_FIELD) {
		ENSURE(authres_parse(f.value, true, &a, &y, NULL) == 0);
		ENSURE(y.count == x->count);
		same(y.id, x->id);
		for (size_t i = 0; i < x->count; i++) {
			ENSURE(y.result[i].property_count ==
			       x->result[i].property_count);
			same(y.result[i].reason, x->result[i].reason);
			for (size_t k = 0; k < x->result[i].property_count; k++)
				same(y.result[i].property[k].value,
				    x->result[i].property[k].value);
		}
	}
	arena_release(&a);
	buf_release(&out);
}

static void check_words(struct str in)
{
	struct buf out = BUF_INIT(64 * KiB);
	struct arena a = ARENA_INIT(MiB);
	struct authres_writer w;
	struct header_field f;
	struct authres y;

	authres_begin(&w, &out, S("me"));
	authres_method(&w, "spf", "fail");
	authres_reason(&w, in);
	authres_comment(&w, in);
	authres_property(&w, "smtp", "mailfrom", in);
	ENSURE(authres_end(&w));
	ENSURE(header_find(buf_str(&out), S("Authentication-Results"), &f));
	ENSURE(f.end == out.len);
	ENSURE(authres_parse(f.value, true, &a, &y, NULL) == 0);
	ENSURE(y.count == 1 && str_eq(y.result[0].result, S("fail")) &&
	       y.result[0].property_count == 1 && str_eq(y.id, S("me")));
	arena_release(&a);
	buf_release(&out);
}

void fuzz_one(struct str in)
{
	struct authres x, found[LIMIT_AUTHRES_FIELDS];
	struct arena a = ARENA_INIT(8 * MiB);
	struct header_reader r;
	struct header_field f;

	if (authres_parse(in, true, &a, &x, NULL) == 0)
		check_round(&x);
	if (authres_parse(in, false, &a, &x, NULL) == 0)
		ENSURE(!x.id.n);
	check_words(in);
	authres_find(in,
	    &(struct authres_trust){.id = S("me"), .without_id = true}, &a,
	    found);
	header_reader_init(&r, in);
	while (authres_next_forged(&r, S("me"), &f))
		ENSURE(f.end <= in.n && f.at < f.end);
	arena_release(&a);
}
