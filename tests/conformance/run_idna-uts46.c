/* IdnaTestV2.txt, toASCII, non-transitional.  What the file says is wrong must
 * be refused, what it says is right must come out so; but for the rulings, each
 * of which must hold for exactly as many lines as is written here. */
#include "suite.h"

#include "base/limits.h"
#include "base/utf8.h"
#include "domain/idna.h"

#include <stdio.h>

enum ruling {
	RULED_STRICT,
	RULED_ROOT,
	RULED_BIDI,
	RULED_HYPHENS,
	RULED_SHARP_S,
	RULINGS,
};
static const struct {
	const char *what;
	unsigned lines;
} ruling[RULINGS] = {
    [RULED_STRICT] = {"IDNA 2008 has no symbols, a host name letters, digits "
		      "and hyphens only: we refuse more, as the file's head "
		      "allows (NV8, XV8)",
	148},
    [RULED_ROOT] = {"a final dot names the root and is dropped: mail writes "
		    "names without",
	48},
    [RULED_BIDI] = {"the Bidi rule is applied label by label (RFC 5893 2 "
		    "would have it for all labels of a name once one is "
		    "right-to-left)",
	47},
    [RULED_HYPHENS] =
	{"two hyphens in third and fourth place without xn are taken: such hosts exist (RFC 5890 2.3.1 reserves them)",
	    1},
    [RULED_SHARP_S] = {"capital sharp s becomes ss: Unicode before 15.1, of "
		       "which libidn2's tables are",
	2},
};
static unsigned ruled[RULINGS];

/* \uXXXX and \x{XXXX}; false: what it stands for is no character. */
static bool unescape(struct str in, struct buf *out)
{
	static const char digits[] = "0123456789abcdef";

	if (str_eq(in, S("\"\"")))
		return true;
	for (size_t i = 0; i < in.n; i++) {
		struct str hex;
		unsigned code = 0;

		if (in.p[i] != '\\') {
			buf_addc(out, in.p[i]);
			continue;
		}
		if (in.p[i + 1] == 'u') {
			hex = str_sub(in, i + 2, 4);
			i += 5;
		} else {
			hex = str_from(in, i + 3);
			hex = str_cut(&hex, '}');
			i += 3 + hex.n;
		}
		for (size_t k = 0; k < hex.n; k++)
			code =
			    code * 16 +
			    (unsigned)(strchr(digits, ascii_lower(hex.p[k])) -
				       digits);
		if (code > 0x10ffff || (code >= 0xd800 && code < 0xe000))
			return false;
		utf8_add(out, code);
	}
	return true;
}

struct row {
	struct buf source, want;
	bool wrong;       /* a status is given */
	bool unencodable; /* an unpaired surrogate */
	char status[32];  /* "B1, B2" */
};

static void read_row(struct str line, struct row *r)
{
	ptrdiff_t comment = str_find(line, S(" #"));
	struct str column[7], rest = line, ascii, status;

	if (comment >= 0)
		rest.n = (size_t)comment;
	for (size_t i = 0; i < 7; i++)
		column[i] = rest.p ? str_trim(str_cut(&rest, ';')) : STR_NONE;
	ascii = column[3].n ? column[3] : column[1].n ? column[1] : column[0];
	status = column[4].n ? column[4] : column[2];
	r->source = BUF_INIT(8 * KiB);
	r->want = BUF_INIT(8 * KiB);
	r->wrong = status.n && !str_eq(status, S("[]"));
	snprintf(
	    r->status, sizeof(r->status), "%.*s", STR_ARG(str_from(status, 1)));
	r->unencodable =
	    !unescape(column[0], &r->source) || !unescape(ascii, &r->want);
}

struct given {
	bool ok;
	struct str text;
	const char *why;
	const char *status;
};

static bool is_without_root(struct str got, struct str want)
{
	return want.n && want.p[want.n - 1] == '.' &&
	       str_eq(got, str_sub(want, 0, want.n - 1));
}

/* The ruling that covers a difference, or RULINGS: none. */
static enum ruling rule(const struct row *r, const struct given *g)
{
	struct str want = buf_str(&r->want), why = str_of(g->why);

	if (!r->wrong && !g->ok)
		return str_find(why, S("international name")) >= 0 ||
			       str_find(why, S("only letters, digits")) >= 0
			   ? RULED_STRICT
			   : RULINGS;
	if (!r->wrong)
		return str_find(buf_str(&r->source), S("\xe1\xba\x9e")) >= 0
			   ? RULED_SHARP_S
			   : RULINGS;
	if (is_without_root(g->text, want))
		return RULED_ROOT;
	if (str_eq(g->text, want) && g->status[0] == 'B')
		return RULED_BIDI;
	return g->status[0] == 'V' ? RULED_HYPHENS : RULINGS;
}

static void run(struct str line, unsigned number)
{
	struct buf got = BUF_INIT(LIMIT_DOMAIN), title = BUF_INIT(KiB);
	struct err e = {0};
	struct given g;
	struct row r;
	bool good;

	read_row(line, &r);
	buf_addf(&title, "line %u", number);
	g.ok =
	    !r.unencodable && idna_to_ascii(buf_str(&r.source), &got, &e) == 0;
	g.text = buf_str(&got);
	g.why = e.msg;
	g.status = r.status;
	/* An unpaired surrogate can not come in as UTF-8: it is refused. */
	good = r.wrong ? !g.ok : g.ok && str_eq(g.text, buf_str(&r.want));
	if (!good && rule(&r, &g) != RULINGS) {
		ruled[rule(&r, &g)]++;
		good = true;
	}
	suite_case(good, buf_cstr(&title),
	    "got \"%.*s\" (%s), want \"%.*s\" %s", STR_ARG(g.text), e.msg,
	    STR_ARG(buf_str(&r.want)), r.status);
	buf_release(&r.source);
	buf_release(&r.want);
	buf_release(&got);
	buf_release(&title);
}

int main(int argc, char **argv)
{
	struct buf table;
	struct str rest;
	unsigned number = 0;

	suite_begin("idna-uts46", argc > 1 ? argv[1] : NULL);
	table = suite_text("idna-uts46/IdnaTestV2.txt");
	rest = buf_str(&table);
	while (rest.p) {
		struct str line = str_cut(&rest, '\n');

		number++;
		if (line.n && line.p[0] != '#')
			run(line, number);
	}
	buf_release(&table);
	for (size_t i = 0; i < RULINGS; i++) {
		suite_case(ruled[i] == ruling[i].lines, ruling[i].what,
		    "%u lines", ruled[i]);
		printf("# %u lines: %s\n", ruled[i], ruling[i].what);
	}
	return suite_end(6391 + RULINGS);
}
