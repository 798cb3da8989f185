#include "law/law_private.h"

static const char *const group_names[] = {
    [GROUP_ELEMENT] = "element",
    [GROUP_FORBIDDEN] = "forbidden",
    [GROUP_SUBSTITUTE] = "substitute",
};

static bool same_table(enum law_keyword_group a, bool substitute)
{
	return (a == GROUP_SUBSTITUTE) == substitute;
}

const struct law_keyword *law_keyword_find(
    const struct law_pack *p, struct str word, bool substitute)
{
	for (size_t i = 0; i < p->keywords; i++)
		if (same_table(p->keyword[i].group, substitute) &&
		    str_eq(p->keyword[i].word, word))
			return &p->keyword[i];
	return NULL;
}

const char *law_keyword_text(const struct law_pack *p, struct str keyword)
{
	const struct law_keyword *k;

	if (str_starts(keyword, S("rec-")))
		keyword = str_from(keyword, 4);
	k = law_keyword_find(p, keyword, false);
	if (!k)
		k = law_keyword_find(p, keyword, true);
	return k ? k->meaning : NULL;
}

/* ---- keywords.tsv */

static bool is_keyword(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!ascii_is_digit(s.p[i]) && s.p[i] != '-' &&
		    (s.p[i] < 'a' || s.p[i] > 'z'))
			return false;
	return s.n > 0 && !str_starts(s, S("rec-"));
}

static int parse_line(struct law_pack *p, struct str line, struct err *e)
{
	struct law_keyword *k = &p->keyword[p->keywords];
	struct str group;
	size_t g = 0;

	k->word = str_cut(&line, '\t');
	group = str_cut(&line, '\t');
	if (!line.p || !line.n || str_chr(line, '\t') >= 0)
		return err_set(
		    e, ERR_INPUT, "not three fields: keyword, group, meaning");
	if (!is_keyword(k->word))
		return err_set(e, ERR_INPUT,
		    "keyword: '%.*s' is not of lower-case letters, digits and "
		    "hyphens, or begins with rec-",
		    STR_ARG(k->word));
	while (g < ARRAY_SIZE(group_names) &&
	       !str_eq(group, str_of(group_names[g])))
		g++;
	if (g == ARRAY_SIZE(group_names))
		return err_set(e, ERR_INPUT,
		    "group: '%.*s' is not element, forbidden or substitute",
		    STR_ARG(group));
	k->group = (enum law_keyword_group)g;
	if (g != GROUP_SUBSTITUTE &&
	    str_starts(k->word, S("no-")) != (g == GROUP_FORBIDDEN))
		return err_set(e, ERR_INPUT,
		    "group: keywords that begin with no- are forbidden, and "
		    "no others");
	if (law_keyword_find(p, k->word, g == GROUP_SUBSTITUTE))
		return err_set(e, ERR_INPUT, "keyword: %.*s stands there twice",
		    STR_ARG(k->word));
	k->meaning = arena_strz(&p->arena, line);
	p->keywords += k->meaning != NULL;
	return 0;
}

int law_keywords_parse(
    struct law_pack *p, struct str text, const char *name, struct err *e)
{
	unsigned line = 0;
	size_t lines = 0;
	int r = 0;

	for (size_t i = 0; i < text.n; i++)
		lines += text.p[i] == '\n';
	p->keyword = arena_array(&p->arena, lines + 1, sizeof(*p->keyword));
	if (!p->keyword)
		return err_set(
		    e, ERR_LIMIT, "%s/keywords.tsv: too large", name);
	while (r == 0 && text.n) {
		struct str one = str_cut(&text, '\n');

		if (++line == 1)
			r = str_eq(one, S("keyword\tgroup\tmeaning"))
				? 0
				: err_set(e, ERR_INPUT,
				      "the heads of the columns must be "
				      "keyword, group, meaning");
		else
			r = parse_line(p, one, e);
	}
	if (r < 0)
		err_wrap(e, "%s/keywords.tsv:%u", name, line);
	return r;
}

/* ---- required_elements */

int law_required_parse(struct law_pack *p, struct law_row *r, struct err *e)
{
	struct str rest = r->f[COL_REQUIRED];

	r->required =
	    arena_array(&p->arena, LIMIT_LAW_LIST, sizeof(*r->required));
	if (!r->required)
		return err_set(e, ERR_LIMIT, "the pack is too large");
	while (rest.p) {
		struct str one = str_cut(&rest, ';'), bare = one;
		const struct law_keyword *k;

		if (str_starts(bare, S("rec-")))
			bare = str_from(bare, 4);
		k = law_keyword_find(p, bare, false);
		if (!k)
			return err_set(e, ERR_INPUT,
			    "'%.*s' is not in keywords.tsv", STR_ARG(one));
		if (r->required_count == LIMIT_LAW_LIST)
			return err_set(e, ERR_LIMIT, "more than %lu keywords",
			    LIMIT_LAW_LIST);
		for (size_t i = 0; i < r->required_count; i++)
			if (str_eq(r->required[i], one))
				return err_set(e, ERR_INPUT,
				    "%.*s stands there twice", STR_ARG(one));
		r->required[r->required_count++] = one;
	}
	return 0;
}

/* ---- substitute_methods */

/* Takes one method of the list: a keyword, or "anyN(a,b)" whole. */
static struct str take_method(struct str *rest)
{
	struct str s = *rest;
	ptrdiff_t open = str_chr(s, '('), semi = str_chr(s, ';');
	ptrdiff_t close = str_chr(s, ')');

	if (open < 0 || close < open || (semi >= 0 && semi < open))
		return str_cut(rest, ';');
	s = str_sub(s, 0, (size_t)close + 1);
	*rest = str_from(*rest, s.n);
	if (rest->n && rest->p[0] == ';')
		*rest = str_from(*rest, 1);
	else if (!rest->n)
		*rest = STR_NONE;
	return s;
}

/* "any2(a,b,c)": how many, and the list; false: not of this form. */
static bool split_group(struct str s, uint64_t *ret_n, struct str *ret_list)
{
	ptrdiff_t open = str_chr(s, '(');

	if (!str_starts(s, S("any")) || open < 4 || !str_ends(s, S(")")) ||
	    !str_to_u64(str_sub(s, 3, (size_t)open - 3), 9, ret_n))
		return false;
	*ret_list = str_sub(s, (size_t)open + 1, s.n - (size_t)open - 2);
	return true;
}

static int check_method(const struct law_pack *p, struct str one, struct err *e)
{
	struct str list;
	uint64_t n, members = 0;

	if (!split_group(one, &n, &list)) {
		if (law_keyword_find(p, one, true))
			return 0;
		return err_set(e, ERR_INPUT, "'%.*s' is not in keywords.tsv",
		    STR_ARG(one));
	}
	for (; list.p; members++) {
		struct str member = str_cut(&list, ',');

		if (!law_keyword_find(p, member, true))
			return err_set(e, ERR_INPUT,
			    "'%.*s' is not in keywords.tsv", STR_ARG(member));
	}
	if (n < 1 || n > members)
		return err_set(e, ERR_INPUT,
		    "%.*s: the number is not 1 to %llu", STR_ARG(one),
		    (unsigned long long)members);
	return 0;
}

int law_substitute_check(
    const struct law_pack *p, struct str methods, struct err *e)
{
	int r = 0;

	while (r == 0 && methods.p)
		r = check_method(p, take_method(&methods), e);
	return r;
}

static const char *meaning(const struct law_pack *p, struct str method)
{
	const struct law_keyword *k = law_keyword_find(p, method, true);

	return k ? k->meaning : "";
}

static void add_group(
    const struct law_pack *p, uint64_t n, struct str list, struct buf *out)
{
	buf_addf(out, "at least %llu of: ", (unsigned long long)n);
	for (bool first = true; list.p; first = false) {
		struct str member = str_cut(&list, ',');

		buf_addz(out, first ? "" : ", ");
		buf_addz(out, meaning(p, member));
	}
}

void law_substitute_text(const struct law_pack *p, struct str methods,
    struct buf *out, bool *ret_if_no_contact)
{
	size_t start = out->len;

	*ret_if_no_contact = false;
	while (methods.p) {
		struct str one = take_method(&methods), list;
		uint64_t n;

		if (str_eq(one, S("if-no-contact"))) {
			*ret_if_no_contact = true;
			continue;
		}
		if (str_eq(one, S("none")))
			continue;
		if (out->len > start)
			buf_addz(out, "; ");
		if (split_group(one, &n, &list))
			add_group(p, n, list, out);
		else
			buf_addz(out, meaning(p, one));
	}
}
