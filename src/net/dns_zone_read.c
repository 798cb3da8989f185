#include "base/mem.h"
#include "net/dns_zone.h"

#define TTL_DEFAULT 3600u
/* A TXT record of empty strings, its owner, TTL, class and type. */
#define WORDS_MAX (65535u + 8)

struct reader {
	struct str rest;
	const char *file;
	uint32_t line;       /* where `rest` begins */
	uint32_t entry_line; /* where the entry's first word stands */
	struct zone *zone;
	struct dns_name origin, owner;
	uint32_t owner_node; /* of `owner`, or ZONE_NONE: not put yet */
	uint32_t ttl;        /* for records that have none */
	bool ttl_is_set;     /* by $TTL */
	struct zone_word *word;
	size_t words, word_cap;
	struct buf rdata;
	struct err *e;
};

__attribute__((format(printf, 3, 4))) static int refuse(
    struct reader *r, uint32_t line, const char *fmt, ...)
{
	char text[400];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	return err_set(r->e, ERR_INPUT, "%s:%u: %s", r->file, line, text);
}

/* ---- words */

static int add_word(struct reader *r, size_t n, bool quoted)
{
	if (r->words == WORDS_MAX)
		return refuse(r, r->line, "too many words in one record");
	if (!mem_try_grow(
		&r->word, &r->word_cap, r->words, 16, sizeof(*r->word)))
		return ERR_NOMEM;
	if (!r->words)
		r->entry_line = r->line;
	r->word[r->words++] = (struct zone_word){
	    .text = str_sub(r->rest, 0, n), .quoted = quoted};
	r->rest = str_from(r->rest, n);
	return 0;
}

static bool ends_word(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == ';' ||
	       c == '(' || c == ')' || c == '"';
}

/* `rest` begins with a quote or a word. */
static int take_word(struct reader *r)
{
	bool quoted = r->rest.p[0] == '"';
	size_t n = 0;
	int rc;

	if (quoted)
		r->rest = str_from(r->rest, 1);
	for (; n < r->rest.n; n++) {
		char c = r->rest.p[n];

		if (quoted ? c == '"' || c == '\n' : ends_word(c))
			break;
		if (c == 0)
			return refuse(r, r->line, "a NUL byte");
		if (c == '\\' && n + 1 < r->rest.n && r->rest.p[n + 1] != '\n')
			n++;
	}
	if (quoted && (n == r->rest.n || r->rest.p[n] == '\n'))
		return refuse(r, r->line, "a quoted string has no end");
	rc = add_word(r, n, quoted);
	if (quoted)
		r->rest = str_from(r->rest, 1);
	return rc;
}

static void skip_comment(struct reader *r)
{
	ptrdiff_t n = str_chr(r->rest, '\n');

	r->rest =
	    n < 0 ? str_from(r->rest, r->rest.n) : str_from(r->rest, (size_t)n);
}

/* The words up to the end of the line, or of the parentheses. */
static int take_entry(struct reader *r)
{
	uint32_t open_line = 0;
	unsigned open = 0;
	int rc = 0;

	r->words = 0;
	r->entry_line = r->line;
	while (r->rest.n && rc == 0) {
		char c = r->rest.p[0];

		if (c == ';') {
			skip_comment(r);
			continue;
		}
		if (!ends_word(c) || c == '"') {
			rc = take_word(r);
			continue;
		}
		r->rest = str_from(r->rest, 1);
		if (c == '\n') {
			r->line++;
			if (!open)
				return 0;
		} else if (c == '(') {
			open_line = r->line;
			open++;
		} else if (c == ')' && open-- == 0) {
			return refuse(r, r->line, "a ')' without its '('");
		}
	}
	if (rc == 0 && open)
		return refuse(r, open_line, "a '(' without its ')'");
	return rc;
}

/* ---- entries */

static int read_name(struct reader *r, struct zone_word w, struct dns_name *ret)
{
	const char *why;

	if (!w.quoted && str_eq(w.text, S("@"))) {
		*ret = r->origin;
		return 0;
	}
	why = dns_name_parse(w.text, &r->origin, ret);
	if (why)
		return refuse(r, r->entry_line, "'%.*s': %s",
		    (int)(w.text.n < 100 ? w.text.n : 100), w.text.p, why);
	return 0;
}

static int put(struct reader *r, const struct dns_name *name, unsigned flags,
    uint32_t *ret_node)
{
	struct dns_name lower = *name;

	dns_name_lower(&lower);
	*ret_node = zone_put(r->zone, &lower, flags);
	if (*ret_node == ZONE_NONE)
		return err_set(r->e, ERR_LIMIT,
		    "%s:%u: too many names for one zone file", r->file,
		    r->entry_line);
	return 0;
}

static int control(struct reader *r)
{
	struct str what = r->word[0].text;

	if (r->words != 2)
		return refuse(r, r->entry_line, "%.*s wants one value",
		    (int)(what.n < 40 ? what.n : 40), what.p);
	if (str_ieq(what, S("$ORIGIN"))) {
		struct dns_name n;
		int rc = read_name(r, r->word[1], &n);

		if (rc == 0)
			r->origin = n;
		return rc;
	}
	if (!str_ieq(what, S("$TTL")))
		return refuse(r, r->entry_line,
		    "%.*s is not supported: a zone file holds $ORIGIN, $TTL "
		    "and records",
		    (int)(what.n < 40 ? what.n : 40), what.p);
	if (!zone_ttl(r->word[1].text, &r->ttl))
		return refuse(
		    r, r->entry_line, "$TTL wants seconds, at most 2147483647");
	r->ttl_is_set = true;
	return 0;
}

/* Takes TTL and class, in any order, from word `*i` on. */
static int ttl_and_class(struct reader *r, size_t *i, uint32_t *ret_ttl)
{
	bool class = false, ttl = false;

	*ret_ttl = r->ttl;
	for (; *i < r->words && !r->word[*i].quoted; ++*i) {
		struct str w = r->word[*i].text;

		if (!class && str_ieq(w, S("IN"))) {
			class = true;
		} else if (str_ieq(w, S("CH")) || str_ieq(w, S("HS")) ||
			   str_ieq(w, S("CS"))) {
			return refuse(r, r->entry_line,
			    "class %.*s: only IN is answered", STR_ARG(w));
		} else if (!ttl && w.n && ascii_is_digit(w.p[0])) {
			if (!zone_ttl(w, ret_ttl))
				return refuse(r, r->entry_line,
				    "'%.*s' is not a TTL, at most 2147483647",
				    (int)(w.n < 40 ? w.n : 40), w.p);
			ttl = true;
			if (!r->ttl_is_set) /* RFC 1035 5.1 */
				r->ttl = *ret_ttl;
		} else {
			break;
		}
	}
	return 0;
}

static int add_record(struct reader *r, size_t i, uint32_t ttl)
{
	struct str name = r->word[i].text;
	const struct zone_word *w = r->word + i + 1;
	size_t n = r->words - i - 1;
	bool reads, generic;
	unsigned type = zone_type(name, &reads);
	int cut = (int)(name.n < 40 ? name.n : 40);

	generic = n && !w[0].quoted && str_eq(w[0].text, S("\\#"));
	if (!type || r->word[i].quoted)
		return refuse(r, r->entry_line,
		    "'%.*s' is not a record type known here; any type can be "
		    "written as TYPE<number> \\# <length> <hex> (RFC 3597)",
		    cut, name.p);
	if (!generic && !reads) {
		if (str_istarts(name, S("TYPE")))
			return refuse(r, r->entry_line,
			    "%.*s wants \\# <length> <hex> (RFC 3597)", cut,
			    name.p);
		return 0;
	}
	buf_reset(&r->rdata);
	if (zone_rdata(type, w, n, &r->origin, &r->rdata, r->e) < 0)
		return err_wrap(
		    r->e, "%s:%u: %.*s", r->file, r->entry_line, cut, name.p);
	if (!zone_add(r->zone, r->owner_node, type, ttl, buf_str(&r->rdata)))
		return err_set(r->e, ERR_LIMIT,
		    "%s:%u: too many records for one zone file", r->file,
		    r->entry_line);
	return 0;
}

static int entry(struct reader *r, bool same_owner)
{
	size_t i = 0;
	uint32_t ttl;
	int rc;

	if (!r->word[0].quoted && r->word[0].text.n &&
	    r->word[0].text.p[0] == '$')
		return control(r);
	if (!same_owner) {
		if ((rc = read_name(r, r->word[i++], &r->owner)) < 0)
			return rc;
		r->owner_node = ZONE_NONE;
	} else if (!r->owner.n) {
		return refuse(r, r->entry_line,
		    "the first record begins with a blank, so it has no name");
	}
	if ((rc = ttl_and_class(r, &i, &ttl)) < 0)
		return rc;
	if (i == r->words)
		return refuse(r, r->entry_line, "a record without a type");
	if (r->owner_node == ZONE_NONE &&
	    (rc = put(r, &r->owner, ZONE_EXISTS, &r->owner_node)) < 0)
		return rc;
	return add_record(r, i, ttl);
}

/* `;!WORD NAME`, a comment to others. */
static int directive(struct reader *r)
{
	static const struct {
		const char *name;
		unsigned flags;
	} known[] = {
	    {"servfail", ZONE_SERVFAIL | ZONE_EXISTS},
	    {"timeout", ZONE_TIMEOUT | ZONE_EXISTS},
	    {"secure", ZONE_SECURE},
	    {"bogus", ZONE_BOGUS},
	};
	struct dns_name name;
	uint32_t node;
	size_t i = 0;
	int rc;

	r->rest = str_from(r->rest, 2);
	if ((rc = take_entry(r)) < 0)
		return rc;
	while (i < ARRAY_SIZE(known) && r->words &&
	       !str_ieq(r->word[0].text, str_of(known[i].name)))
		i++;
	if (!r->words || i == ARRAY_SIZE(known))
		return refuse(r, r->entry_line,
		    "';!' wants servfail, timeout, secure or bogus, and a "
		    "name");
	if (r->words != 2)
		return refuse(
		    r, r->entry_line, "';!%s' wants one name", known[i].name);
	if ((rc = read_name(r, r->word[1], &name)) < 0)
		return rc;
	return put(r, &name, known[i].flags, &node);
}

static int read_line(struct reader *r)
{
	bool blank = r->rest.n && ascii_is_wsp(r->rest.p[0]);
	int rc;

	while (r->rest.n && ascii_is_wsp(r->rest.p[0]))
		r->rest = str_from(r->rest, 1);
	if (str_starts(r->rest, S(";!")))
		return directive(r);
	rc = take_entry(r);
	return rc < 0 || !r->words ? rc : entry(r, blank);
}

int zone_read(
    struct str text, const char *name, struct zone **ret, struct err *e)
{
	struct reader r = {
	    .rest = text,
	    .file = name,
	    .line = 1,
	    .origin = {.n = 1},
	    .owner_node = ZONE_NONE,
	    .ttl = TTL_DEFAULT,
	    .rdata = BUF_INIT(65536),
	    .e = e,
	};
	unsigned long before = mem_failures();
	int rc = 0;

	if (text.n > LIMIT_ZONE_FILE)
		return err_set(e, ERR_LIMIT,
		    "%s: a zone file has at most %lu bytes", name,
		    LIMIT_ZONE_FILE);
	if (str_starts(r.rest, S("\xef\xbb\xbf")))
		r.rest = str_from(r.rest, 3);
	r.zone = mem_try_zalloc(sizeof(*r.zone));
	if (r.zone)
		buf_init(&r.zone->data, LIMIT_ZONE_DATA);
	while (r.rest.n && rc == 0 && r.zone)
		rc = read_line(&r);
	/* whatever was said of it */
	if (mem_failures() != before)
		rc = err_set(
		    e, ERR_NOMEM, "%s: there is no memory for it", name);
	free(r.word);
	buf_release(&r.rdata);
	if (rc < 0)
		zone_free(r.zone);
	else
		*ret = r.zone;
	return rc;
}
