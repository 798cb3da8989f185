/* Which laws a kind of notice can be made for. */
#include "base/conf.h"
#include "notice/create_laws.h"

static const struct {
	const char *name;
	unsigned law, kinds; /* kinds: bits by enum notice_kind */
} laws[] = {
    {"california", CREATE_CALIFORNIA, 1u << NOTICE_BREACH},
    {"hipaa", CREATE_HIPAA, 1u << NOTICE_BREACH},
    {"gdpr", CREATE_GDPR, 1u << NOTICE_BREACH | 1u << NOTICE_POLICY},
    {"massachusetts", CREATE_MASSACHUSETTS, 1u << NOTICE_BREACH},
    {"cpsc", CREATE_CPSC, 1u << NOTICE_RECALL | 1u << NOTICE_SAFETY},
    {"eu", CREATE_EU, 1u << NOTICE_RECALL | 1u << NOTICE_SAFETY},
};

static unsigned of_kind(enum notice_kind kind)
{
	unsigned all = 0;

	for (size_t i = 0; i < ARRAY_SIZE(laws); i++)
		if (laws[i].kinds & 1u << kind)
			all |= laws[i].law;
	return all;
}

unsigned create_laws_default(enum notice_kind kind)
{
	return kind == NOTICE_BREACH ? CREATE_CALIFORNIA : of_kind(kind);
}

static unsigned find(enum notice_kind kind, struct str name)
{
	for (size_t i = 0; i < ARRAY_SIZE(laws); i++)
		if (laws[i].kinds & 1u << kind &&
		    str_ieq(name, str_of(laws[i].name)))
			return laws[i].law;
	return 0;
}

int create_laws_parse(
    enum notice_kind kind, struct str list, unsigned *ret, struct err *e)
{
	struct buf known = BUF_INIT(KiB);
	struct str one;
	unsigned all = 0, law = 1;

	while (law && conf_list_next(&list, &one)) {
		law = find(kind, one);
		all |= law;
	}
	if (law && all) {
		*ret = all;
		return 0;
	}
	create_laws_format(of_kind(kind), &known);
	if (!known.len)
		err_set(e, ERR_USAGE,
		    "--laws: there is one text for %s notices; leave it out",
		    notice_kind_name(kind));
	else if (law)
		err_set(e, ERR_USAGE, "--laws is empty; for %s there is %s",
		    notice_kind_name(kind), buf_cstr(&known));
	else
		err_set(e, ERR_USAGE,
		    "--laws: there is no '%.*s' for %s; there is %s",
		    STR_ARG(str_sub(one, 0, 80)), notice_kind_name(kind),
		    buf_cstr(&known));
	buf_release(&known);
	return ERR_USAGE;
}

void create_laws_format(unsigned set, struct buf *out)
{
	const char *between = "";

	for (size_t i = 0; i < ARRAY_SIZE(laws); i++)
		if (set & laws[i].law) {
			buf_addf(out, "%s%s", between, laws[i].name);
			between = ", ";
		}
}
