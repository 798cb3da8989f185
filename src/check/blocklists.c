#include "check/blocklists.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "domain/idna.h"

static bool is_zone(struct str s)
{
	struct buf ascii = BUF_INIT(2 * LIMIT_DOMAIN);
	struct err ignored = {0};
	bool good = idna_to_ascii(s, &ascii, &ignored) == 0 &&
		    str_eq(buf_str(&ascii), s) && str_chr(s, '.') > 0;

	buf_release(&ascii);
	return good;
}

static bool is_day(struct str s)
{
	static const char form[] = "dddd-dd-dd";

	if (s.n != sizeof(form) - 1)
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (form[i] == 'd' ? !ascii_is_digit(s.p[i]) : s.p[i] != '-')
			return false;
	return true;
}

/* NULL: it is good. */
static const char *read_line(struct str line, struct blocklist *ret)
{
	struct str *const field[] = {
	    &ret->zone, &ret->name, &ret->source, &ret->as_of};

	for (size_t i = 0; i < ARRAY_SIZE(field); i++) {
		if (!line.p)
			return "four fields are wanted: zone, name, source, "
			       "day";
		*field[i] = str_cut(&line, '\t');
		if (!field[i]->n || !utf8_is_clean(*field[i]))
			return "a field is empty, or has controls";
	}
	if (line.p)
		return "four fields are wanted, here are more";
	if (!is_zone(ret->zone))
		return "the zone is no domain name in lower-case A-labels";
	if (!str_starts(ret->source, S("https://")))
		return "the source must begin with https://";
	return is_day(ret->as_of) ? NULL : "the day must be like 2026-04-01";
}

int blocklists_parse(struct str text, const char *name, struct arena *a,
    struct blocklists *ret, struct err *e)
{
	struct str rest = arena_dup(a, text);
	unsigned long line = 0;

	*ret = (struct blocklists){0};
	while (rest.p && rest.n) {
		struct str one = str_cut(&rest, '\n');
		struct blocklist b;
		const char *wrong;

		line++;
		if (!one.n || one.p[0] == '#')
			continue;
		wrong = read_line(one, &b);
		for (size_t i = 0; !wrong && i < ret->count; i++)
			if (str_eq(ret->v[i].zone, b.zone))
				wrong = "this zone stands there twice";
		if (!wrong && ret->count == BLOCKLISTS_MAX)
			wrong = "too many lists; 16 are the most";
		if (wrong)
			return err_set(
			    e, ERR_INPUT, "%s:%lu: %s", name, line, wrong);
		ret->v[ret->count++] = b;
	}
	return 0;
}

int blocklists_load(const char *data_dir, struct arena *a,
    struct blocklists *ret, struct err *e)
{
	struct buf path = BUF_INIT(4 * KiB), text = BUF_INIT(BLOCKLISTS_FILE);
	int rc;

	buf_addf(&path, "%s/blocklists.txt", data_dir);
	rc = buf_read_file(&text, buf_cstr(&path), e);
	if (rc >= 0)
		rc = blocklists_parse(
		    buf_str(&text), buf_cstr(&path), a, ret, e);
	buf_release(&path);
	buf_release(&text);
	return rc < 0 ? rc : 0;
}
