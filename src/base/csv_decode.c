#include "base/csv_int.h"

#include <errno.h>

#define SNIFF_ZIP 4096UL /* a ZIP's first entries stand here */

static const char convert[] = "libreoffice --headless --convert-to "
			      "csv:\"Text - txt - csv (StarCalc)\":44,34,76";

static int refuse_sheet(struct csv *c, const char *what, struct err *e)
{
	return err_set(e, ERR_INPUT,
	    "%s: this is %s, not CSV; make it one with: %s %s   "
	    "(44 comma, 34 quote, 76 UTF-8; without LibreOffice, save it as "
	    "CSV UTF-8), then import the .csv file",
	    c->name, what, convert, c->name);
}

static int refuse_zip(struct csv *c, struct str start, struct err *e)
{
	if (str_find(start, S("[Content_Types].xml")) >= 0)
		return refuse_sheet(c, "an Excel workbook (XLSX)", e);
	if (str_find(start, S("opendocument.spreadsheet")) >= 0)
		return refuse_sheet(c, "an OpenDocument spreadsheet", e);
	return err_set(e, ERR_INPUT,
	    "%s: this is a ZIP archive, not CSV; unpack it first", c->name);
}

/* The mark at the start, its length and what it stands for. */
static const char *find_mark(struct str start, size_t *ret_skip)
{
	static const struct {
		struct str mark;
		const char *encoding;
	} marks[] = {
	    {S("\xef\xbb\xbf"), "UTF-8"},
	    {S("\xff\xfe"), "UTF-16LE"},
	    {S("\xfe\xff"), "UTF-16BE"},
	};

	*ret_skip = 0;
	for (size_t i = 0; i < ARRAY_SIZE(marks); i++)
		if (str_starts(start, marks[i].mark)) {
			*ret_skip = marks[i].mark.n;
			return marks[i].encoding;
		}
	return NULL;
}

static int open_iconv(struct csv *c, const char *encoding, struct err *e)
{
	if (c->decoding)
		return 0;
	c->iconv = iconv_open("UTF-8", encoding);
	if (c->iconv == (iconv_t)-1)
		return err_set(e, ERR_USAGE,
		    "the encoding '%s' is not known; 'iconv -l' lists them "
		    "(windows-1252, ISO-8859-1, UTF-16LE, ...)",
		    encoding);
	c->decoding = true;
	return 0;
}

static bool is_utf8(const char *encoding)
{
	return str_ieq(str_of(encoding), S("utf-8")) ||
	       str_ieq(str_of(encoding), S("utf8"));
}

/* A mark against what the user said. */
static int check_mark(struct csv *c, const char *mark, struct err *e)
{
	struct str said = str_of(c->encoding);

	if (!c->encoding || !mark || str_ieq(said, str_of(mark)) ||
	    (is_utf8(mark) && is_utf8(c->encoding)) ||
	    (str_starts(str_of(mark), S("UTF-16")) &&
		(str_ieq(said, S("UTF-16")) || str_ieq(said, S("UTF16")))))
		return 0;
	return err_set(e, ERR_INPUT,
	    "%s: the file begins with the mark of %s, but --encoding says %s; "
	    "leave --encoding out",
	    c->name, mark, c->encoding);
}

int csv_sniff(struct csv *c, struct str start, bool final, size_t *ret_skip,
    struct err *e)
{
	const char *mark;
	int r;

	if (start.n < 8 && !final)
		return 1;
	if (str_starts(start, S("PK\x03\x04"))) {
		if (start.n < SNIFF_ZIP && !final)
			return 1;
		return refuse_zip(c, str_sub(start, 0, SNIFF_ZIP), e);
	}
	if (str_starts(start, S("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")))
		return refuse_sheet(c, "an old Excel workbook (XLS)", e);
	if (str_starts(start, S("\x1f\x8b")))
		return err_set(e, ERR_INPUT,
		    "%s: this is compressed with gzip; unpack it, or: "
		    "zcat %s | tocsin import DIR -",
		    c->name, c->name);
	mark = find_mark(start, ret_skip);
	r = check_mark(c, mark, e);
	if (r == 0 && mark && !is_utf8(mark)) {
		if (c->decoding) /* "UTF-16": the mark says which */
			iconv_close(c->iconv);
		c->decoding = false;
		r = open_iconv(c, mark, e);
	}
	return r;
}

/* One call of iconv into the window, and a scan.  Returns how many bytes were
 * taken; `*ret_why` is errno or 0. */
static ptrdiff_t convert_some(
    struct csv *c, struct str in, int *ret_why, struct err *e)
{
	char *from = (char *)(uintptr_t)in.p, *to;
	size_t left = in.n, room = CSV_CHUNK;
	int r;

	csv_room(c, room);
	to = c->p + c->end;
	*ret_why =
	    iconv(c->iconv, &from, &left, &to, &room) == (size_t)-1 ? errno : 0;
	c->end = (size_t)(to - c->p);
	r = csv_scan(c, false, e);
	return r < 0 ? r : (ptrdiff_t)(in.n - left);
}

static int refuse_byte(struct csv *c, char byte, struct err *e)
{
	return csv_refuse(c, ERR_INPUT, c->end - c->start, e,
	    "byte 0x%02X can not be read as %s; is --encoding right?",
	    (unsigned char)byte, c->encoding ? c->encoding : "UTF-16");
}

/* Finishes the character that `carry` begins; `*bytes` moves on. */
static int convert_carry(struct csv *c, struct str *bytes, struct err *e)
{
	while (c->carry_n && bytes->n) {
		int why;
		ptrdiff_t took;

		ENSURE(c->carry_n < sizeof(c->carry));
		c->carry[c->carry_n++] = bytes->p[0];
		*bytes = str_from(*bytes, 1);
		took = convert_some(c, str_make(c->carry, c->carry_n), &why, e);
		if (took < 0)
			return (int)took;
		if (why == EILSEQ ||
		    (why == EINVAL && c->carry_n == sizeof(c->carry)))
			return refuse_byte(c, c->carry[took], e);
		memmove(c->carry, c->carry + took, c->carry_n - (size_t)took);
		c->carry_n -= (size_t)took;
	}
	return 0;
}

static int convert_all(struct csv *c, struct str bytes, struct err *e)
{
	int r = convert_carry(c, &bytes, e);

	while (r == 0 && bytes.n) {
		int why;
		ptrdiff_t took = convert_some(c, bytes, &why, e);

		if (took < 0)
			return (int)took;
		bytes = str_from(bytes, (size_t)took);
		if (why == EILSEQ)
			return refuse_byte(c, bytes.p[0], e);
		if (why == EINVAL) {
			if (bytes.n >= sizeof(c->carry))
				return refuse_byte(c, bytes.p[0], e);
			memcpy(c->carry, bytes.p, bytes.n);
			c->carry_n = bytes.n;
			break;
		}
	}
	return r;
}

int csv_decode(struct csv *c, struct str bytes, struct err *e)
{
	int r = 0;

	if (c->decoding)
		return convert_all(c, bytes, e);
	while (r == 0 && bytes.n) {
		struct str piece = str_sub(bytes, 0, CSV_CHUNK);

		csv_room(c, piece.n);
		memcpy(c->p + c->end, piece.p, piece.n);
		c->end += piece.n;
		bytes = str_from(bytes, piece.n);
		r = csv_scan(c, false, e);
	}
	return r;
}

int csv_decode_end(struct csv *c, struct err *e)
{
	char *to;
	size_t room = 64;

	if (!c->decoding)
		return 0;
	if (c->carry_n)
		return csv_refuse(c, ERR_INPUT, c->end - c->start, e,
		    "the file ends inside a character; is it cut off, or "
		    "--encoding wrong?");
	csv_room(c, room);
	to = c->p + c->end;
	iconv(c->iconv, NULL, NULL, &to, &room);
	c->end = (size_t)(to - c->p);
	return csv_scan(c, false, e);
}

/* ---- the public side */

int csv_new(const struct csv_options *o, csv_row_fn *fn, void *arg,
    struct csv **ret, struct err *e)
{
	struct csv *c = mem_zalloc(sizeof(*c));
	int r = 0;

	c->fn = fn;
	c->arg = arg;
	c->name = mem_strdup(o->name ? o->name : "input");
	c->separator = o->separator;
	c->line = 1;
	c->state = CSV_SNIFF;
	if (o->encoding) {
		c->encoding = mem_strdup(o->encoding);
		if (strchr(o->encoding, '/') || strlen(o->encoding) > 40)
			r = err_set(e, ERR_USAGE,
			    "--encoding wants a plain name as 'iconv -l' "
			    "lists them");
		else if (!is_utf8(o->encoding))
			r = open_iconv(c, o->encoding, e);
	}
	if (r < 0) {
		csv_free(c);
		return r;
	}
	*ret = c;
	return 0;
}

static int fail(struct csv *c, int r, struct err *e)
{
	if (r >= 0 || c->state == CSV_FAILED)
		return r;
	c->failed = *e;
	c->failed.code = r;
	c->state = CSV_FAILED;
	return r;
}

static int again(const struct csv *c, struct err *e)
{
	*e = c->failed;
	return c->failed.code;
}

/* Until the kind of file is known, its start is gathered in the window. */
static int feed_start(
    struct csv *c, struct str *bytes, bool final, struct err *e)
{
	size_t take = bytes->n < SNIFF_ZIP ? bytes->n : SNIFF_ZIP;
	struct str start;
	char *copy;
	size_t skip = 0;
	int r;

	csv_room(c, take);
	if (take)
		memcpy(c->p + c->end, bytes->p, take);
	c->end += take;
	*bytes = str_from(*bytes, take);
	start = str_make(c->p, c->end);
	r = csv_sniff(c, start, final, &skip, e);
	if (r != 0)
		return r < 0 ? r : 0;
	c->state = CSV_HEADER;
	copy = str_dup(str_from(start, skip));
	c->end = 0;
	r = csv_decode(c, str_make(copy, start.n - skip), e);
	free(copy);
	return r;
}

int csv_feed(struct csv *c, struct str bytes, struct err *e)
{
	struct err own = {0};
	int r = 0;

	e = e ? e : &own;
	if (c->state == CSV_FAILED)
		return again(c, e);
	while (r == 0 && bytes.n && c->state == CSV_SNIFF)
		r = feed_start(c, &bytes, false, e);
	if (r == 0 && bytes.n)
		r = csv_decode(c, bytes, e);
	return fail(c, r, e);
}

int csv_end(struct csv *c, struct err *e)
{
	struct err own = {0};
	struct str none = S("");
	int r = 0;

	e = e ? e : &own;
	if (c->state == CSV_FAILED)
		return again(c, e);
	ENSURE(!c->ended);
	c->ended = true;
	if (c->state == CSV_SNIFF)
		r = feed_start(c, &none, true, e);
	if (r == 0)
		r = csv_decode_end(c, e);
	if (r == 0)
		r = csv_scan(c, true, e);
	return fail(c, r, e);
}

void csv_free(struct csv *c)
{
	if (!c)
		return;
	if (c->decoding)
		iconv_close(c->iconv);
	free(c->name);
	free(c->encoding);
	free(c->p);
	free(c);
}
