#include "auth/arc_chain.h"
#include "mail/tags.h"

struct str arc_skip_cfws(struct str s)
{
	size_t depth = 0;

	while (s.n) {
		char c = s.p[0];

		if (c == '(')
			depth++;
		else if (c == ')' && depth > 0)
			depth--;
		else if (c == '\\' && depth > 0 && s.n > 1)
			s = str_from(s, 1);
		else if (depth == 0 && !ascii_is_wsp(c) && c != '\r' &&
			 c != '\n')
			break;
		s = str_from(s, 1);
	}
	return s;
}

/* ---- instances */

static bool read_instance(struct str s, unsigned *ret)
{
	uint64_t n;

	if (!str_to_u64(s, ARC_SETS_MAX, &n) || n == 0)
		return false;
	*ret = (unsigned)n;
	return true;
}

struct str arc_results_value(struct str value, unsigned *ret_instance)
{
	struct str s = arc_skip_cfws(value);
	size_t n = 0;

	if (s.n == 0 || s.p[0] != 'i')
		return STR_NONE;
	s = arc_skip_cfws(str_from(s, 1));
	if (s.n == 0 || s.p[0] != '=')
		return STR_NONE;
	s = arc_skip_cfws(str_from(s, 1));
	while (n < s.n && ascii_is_digit(s.p[n]))
		n++;
	if (!read_instance(str_sub(s, 0, n), ret_instance))
		return STR_NONE;
	s = arc_skip_cfws(str_from(s, n));
	return s.n && s.p[0] == ';' ? str_from(s, 1) : STR_NONE;
}

static bool tag_instance(struct str value, unsigned *ret)
{
	struct tags t;

	return tags_parse(value, &t, NULL) == 0 &&
	       read_instance(tags_value(&t, S("i")), ret);
}

/* ---- sets */

static int place(struct arc_chain *c, const struct fields *f, size_t i,
    size_t *slot, unsigned instance, struct err *e)
{
	if (instance > c->count)
		c->count = instance;
	if (*slot != FIELDS_NONE)
		return err_set(e, ERR_INPUT,
		    "there are two %.*s fields with i=%u (RFC 8617 5.2)",
		    STR_ARG(fields_name(f, i)), instance);
	*slot = i;
	return 0;
}

static int place_field(
    struct arc_chain *c, const struct fields *f, size_t i, struct err *e)
{
	struct str value = fields_value(f, i);
	unsigned n = 0;

	if (fields_is(f, i, S("ARC-Authentication-Results"))) {
		if (arc_results_value(value, &n).p)
			return place(c, f, i, &c->set[n - 1].results, n, e);
	} else if (fields_is(f, i, S("ARC-Message-Signature"))) {
		if (tag_instance(value, &n))
			return place(c, f, i, &c->set[n - 1].signature, n, e);
	} else if (fields_is(f, i, S("ARC-Seal"))) {
		if (tag_instance(value, &n))
			return place(c, f, i, &c->set[n - 1].seal, n, e);
	} else {
		return 0;
	}
	return err_set(e, ERR_INPUT,
	    "a field %.*s has no instance i= of 1 to 50 that can be read "
	    "(RFC 8617 4.2.1)",
	    STR_ARG(fields_name(f, i)));
}

static int check_whole(const struct arc_chain *c, struct err *e)
{
	for (unsigned i = 0; i < c->count; i++) {
		const struct arc_fields *s = &c->set[i];
		const char *missing =
		    s->results == FIELDS_NONE     ? "Authentication-Results"
		    : s->signature == FIELDS_NONE ? "Message-Signature"
		    : s->seal == FIELDS_NONE      ? "Seal"
						  : NULL;

		if (missing)
			return err_set(e, ERR_INPUT,
			    "the ARC-%s with i=%u is missing (RFC 8617 5.2)",
			    missing, i + 1);
	}
	return 0;
}

int arc_chain_read(const struct fields *f, struct arc_chain *ret, struct err *e)
{
	int rc = 0;

	ret->count = 0;
	for (size_t i = 0; i < ARC_SETS_MAX; i++)
		ret->set[i] =
		    (struct arc_fields){FIELDS_NONE, FIELDS_NONE, FIELDS_NONE};
	/* the first mistake is told, all instances are counted */
	for (size_t i = 0; i < f->count; i++) {
		int one = place_field(ret, f, i, rc == 0 ? e : NULL);

		rc = rc == 0 ? one : rc;
	}
	return rc == 0 ? check_whole(ret, e) : rc;
}

/* ---- what a seal covers */

static bool add_field(
    const struct fields *f, size_t i, struct digest *d, struct buf *scratch)
{
	buf_reset(scratch);
	canon_header(CANON_RELAXED, fields_raw(f, i), scratch);
	digest_update(d, buf_str(scratch));
	digest_update(d, S("\r\n"));
	return !scratch->over;
}

bool arc_chain_sum(const struct arc_chain *c, struct fields *f, unsigned number,
    bool alone, const struct signature *seal, struct digest *d,
    struct buf *scratch, unsigned char ret_sum[DIGEST_SIZE])
{
	bool ok = true;

	digest_begin(d);
	for (unsigned i = alone ? number - 1 : 0; i < number; i++) {
		ok &= add_field(f, c->set[i].results, d, scratch);
		ok &= add_field(f, c->set[i].signature, d, scratch);
		if (i + 1 < number)
			ok &= add_field(f, c->set[i].seal, d, scratch);
	}
	ok &= signature_add_own(seal, f, c->set[number - 1].seal, d, scratch);
	digest_end(d, ret_sum);
	return ok;
}
