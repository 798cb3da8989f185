#include "base/csv.h"
#include "t.h"

#include <sys/resource.h>

struct out {
	struct buf text; /* rows as "line:cell|cell\n" */
	uint64_t stop;   /* row at which the callback fails */
	uint64_t rows;
};

static int on_row(const struct csv_row *row, void *arg, struct err *e)
{
	struct out *o = arg;

	buf_addf(&o->text, "%d:", (int)row->line);
	for (size_t i = 0; i < row->count; i++) {
		if (i)
			buf_addc(&o->text, '|');
		buf_add(&o->text, row->cell[i]);
	}
	buf_addc(&o->text, '\n');
	if (++o->rows == o->stop)
		return err_set(e, ERR_CANCEL, "stopped");
	return 0;
}

/* Reads `in` in pieces of `step` bytes, or of random sizes if it is 0. */
static int read_all(const struct csv_options *o, struct str in, size_t step,
    struct rand_seq *r, struct out *out, struct err *e)
{
	struct csv *c;
	int code = csv_new(o, on_row, out, &c, e);

	if (code < 0)
		return code;
	while (code == 0 && in.n) {
		size_t n = step ? step : 1 + rand_seq_below(r, 20);

		if (n > in.n)
			n = in.n;
		code = csv_feed(c, str_make(in.p, n), e);
		in = str_from(in, n);
	}
	if (code == 0)
		code = csv_end(c, e);
	csv_free(c);
	return code;
}

#define OUT_INIT ((struct out){.text = BUF_INIT(64 * MiB)})

/* All at once, one byte at a time, and in threes: all the same. */
static void rows_in(
    struct csv_options o, struct str in, const char *want, const char *error)
{
	static const size_t steps[] = {1u << 30, 1, 3};

	for (size_t i = 0; i < ARRAY_SIZE(steps); i++) {
		struct out out = OUT_INIT;
		struct err e = {0};
		int r = read_all(&o, in, steps[i], NULL, &out, &e);

		t_str(buf_str(&out.text), want);
		if (error)
			t_str(str_of(e.msg), error);
		else
			t_ok(r, &e);
		t_int(r < 0, error != NULL);
		buf_release(&out.text);
	}
}

static void rows(const char *in, const char *want)
{
	rows_in((struct csv_options){0}, str_of(in), want, NULL);
}

static void plain_and_quoted_cells_are_read(void **state)
{
	rows("a,b\n1,2\n", "1:a|b\n2:1|2\n");
	rows("a,b\n1,2", "1:a|b\n2:1|2\n");
	rows("a,b\n,\n", "1:a|b\n2:|\n");
	rows("a,b\n1,", "1:a|b\n2:1|\n");
	rows(
	    "\"a\",\"b, \"\"c\"\"\"\n\"\",\"\"\"\"\n", "1:a|b, \"c\"\n2:|\"\n");
	rows("a,b\n\"x\ny\",2\n3,4\n", "1:a|b\n2:x\ny|2\n4:3|4\n");
	rows("a,b\n5\" pipe,say \"hi\"\n", "1:a|b\n2:5\" pipe|say \"hi\"\n");
	rows("a,b\n\"x\"", "1:a|b\n2:x\n");
	rows("", "");
	rows("\n\r\n\n", "");
	rows("a\n\n\nb\n", "1:a\n4:b\n");
	rows("a\n\"\"\n", "1:a\n2:\n");
}

static void every_line_end_counts_as_one_line(void **state)
{
	rows("a\r\nb\r\nc\r\n", "1:a\n2:b\n3:c\n");
	rows("a\rb\rc", "1:a\n2:b\n3:c\n");
	rows("a\n\rb\r\r\nc", "1:a\n3:b\n5:c\n");
	rows("h,i\r\n\"x\r\ny\rz\nw\",1\r\nq,2\r\n",
	    "1:h|i\n2:x\r\ny\rz\nw|1\n6:q|2\n");
}

static void the_separator_is_seen_in_the_first_line(void **state)
{
	rows("a;b;c\n1,5;2;3\n", "1:a|b|c\n2:1,5|2|3\n");
	rows("a\tb\n1,5\t2\n", "1:a|b\n2:1,5|2\n");
	rows("\"a,b,c,d\";e\n1;2\n", "1:a,b,c,d|e\n2:1|2\n");
	rows("\"a;b;c;d\",\"e\nf;;\"\n1,2\n", "1:a;b;c;d|e\nf;;\n3:1|2\n");
	rows("sep=;\r\na,b;c\r\n1;2\r\n", "2:a,b|c\n3:1|2\n");
	rows("sep=\t\na,b\tc\n", "2:a,b|c\n");
	rows_in((struct csv_options){.separator = '|'}, S("a,b|c\n"),
	    "1:a,b|c\n", NULL);
	rows_in((struct csv_options){.separator = ','}, S("sep=;\na,b;c\n"),
	    "2:a|b;c\n", NULL);
}

static void encodings_become_utf8(void **state)
{
	static const char want[] = "1:n\xc3\xa9|\xe2\x82\xac\n2:x|y\n";

	rows("\xef\xbb\xbfn\xc3\xa9,\xe2\x82\xac\nx,y\n", want);
	rows_in((struct csv_options){0},
	    S("\xff\xfen\0\xe9\0,\0\xac\x20\n\0x\0,\0y\0\n\0"), want, NULL);
	rows_in((struct csv_options){0},
	    S("\xfe\xff\0n\0\xe9\0,\x20\xac\0\n\0x\0,\0y\0\n"), want, NULL);
	rows_in((struct csv_options){.encoding = "windows-1252"},
	    S("n\xe9,\x80\nx,y\n"), want, NULL);
	rows_in((struct csv_options){.encoding = "UTF-16"},
	    S("\xfe\xff\0n\0\xe9\0,\x20\xac\0\n\0x\0,\0y\0\n"), want, NULL);
	rows_in((struct csv_options){.encoding = "utf-8"},
	    S("\xef\xbb\xbfn\xc3\xa9,\xe2\x82\xac\nx,y\n"), want, NULL);
	rows_in((struct csv_options){.encoding = "Shift_JIS"},
	    S("\x83\x65,b\nc,d\n"), "1:\xe3\x83\x86|b\n2:c|d\n", NULL);
	/* outside the first plane: a pair of UTF-16 */
	rows_in((struct csv_options){0}, S("\xff\xfe\x3d\xd8\x00\xde,\0x\0"),
	    "1:\xf0\x9f\x98\x80|x\n", NULL);
}

static void what_is_wrong_is_said_with_its_place(void **state)
{
	static const struct {
		struct csv_options o;
		struct str in;
		const char *rows, *error;
	} c[] = {
	    {{0}, S("a,b\n1,\xc3\xa9\xff\n"), "1:a|b\n",
		"input: line 2, column 4: byte 0xFF is not UTF-8; say which "
		"encoding the file has, often --encoding windows-1252"},
	    {{.name = "p.csv"}, S("a,b\n1,\"x\ny\xe9z\"\n3,4\n"), "1:a|b\n",
		"p.csv: line 3, column 2: byte 0xE9 is not UTF-8; say which "
		"encoding the file has, often --encoding windows-1252"},
	    {{0}, S("a,b\n1,2\0003\n"), "1:a|b\n",
		"input: line 2, column 4: a NUL byte, so this is no CSV text"},
	    {{0}, S("a\0,\0b\0\n\0"), "",
		"input: line 1, column 2: a NUL byte, so this is no CSV text; "
		"if it is UTF-16, say --encoding UTF-16LE (or UTF-16BE)"},
	    {{0}, S("a,b\n\"1\0\",2"), "1:a|b\n",
		"input: line 2, column 3: a NUL byte, so this is no CSV text"},
	    {{0}, S("a,b\n1,\"2\n3,4\n5,6\n"), "1:a|b\n",
		"input: line 2, column 3: the quoted cell that begins here is "
		"never closed"},
	    {{0}, S("a,b\n1,\"x\"y\n"), "1:a|b\n",
		"input: line 2, column 6: text behind a closing quote; a quote "
		"inside a quoted cell is written twice (RFC 4180, section 2)"},
	    {{0}, S("a,b\n\"p\nq\" ,1\n"), "1:a|b\n",
		"input: line 3, column 3: text behind a closing quote; a quote "
		"inside a quoted cell is written twice (RFC 4180, section 2)"},
	    {{.encoding = "windows-1252"}, S("a,b\n1,\x81\n"), "1:a|b\n",
		"input: line 2, column 3: byte 0x81 can not be read as "
		"windows-1252; is --encoding right?"},
	    {{0},
		S("\xff\xfe"
		  "a\0,\0b\0\n\0x"),
		"1:a|b\n",
		"input: line 2, column 1: the file ends inside a character; is "
		"it cut off, or --encoding wrong?"},
	    {{0},
		S("\xff\xfe"
		  "a\0\n\0\x00\xdc"
		  "b\0"),
		"1:a\n",
		"input: line 2, column 1: byte 0x00 can not be read as UTF-16; "
		"is --encoding right?"},
	    {{.encoding = "windows-1252"},
		S("\xef\xbb\xbf"
		  "a,b\n1,2\n"),
		"",
		"input: the file begins with the mark of UTF-8, but --encoding "
		"says windows-1252; leave --encoding out"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(c); i++)
		rows_in(c[i].o, c[i].in, c[i].rows, c[i].error);
}

static void an_unknown_encoding_is_a_usage_error(void **state)
{
	struct csv_options o = {.encoding = "klingon-7"};
	struct csv *c;
	struct err e;

	t_fails(csv_new(&o, on_row, NULL, &c, &e), &e, ERR_USAGE, "iconv -l");
	o.encoding = "latin1//TRANSLIT";
	t_fails(csv_new(&o, on_row, NULL, &c, &e), &e, ERR_USAGE, "plain name");
}

static void other_kinds_of_files_are_named(void **state)
{
	static const struct {
		struct str in;
		const char *says;
	} c[] = {
	    {S("PK\x03\x04\x14\0\x06\0\x08\0[Content_Types].xml"),
		"libreoffice --headless --convert-to csv:\"Text - txt - csv "
		"(StarCalc)\":44,34,76 people.xlsx"},
	    {S("PK\x03\x04mimetypeapplication/vnd.oasis.opendocument."
	       "spreadsheet"),
		"OpenDocument"},
	    {S("PK\x03\x04 other.txt"), "ZIP archive"},
	    {S("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 more"), "old Excel"},
	    {S("\x1f\x8b\x08\0\0\0\0\0"), "zcat people.xlsx"},
	};
	struct csv_options o = {.name = "people.xlsx"};

	for (size_t i = 0; i < ARRAY_SIZE(c); i++)
		for (size_t step = 1; step < 100; step += 98) {
			struct out out = OUT_INIT;
			struct err e;

			t_fails(read_all(&o, c[i].in, step, NULL, &out, &e), &e,
			    ERR_INPUT, c[i].says);
			t_int(out.rows, 0);
			buf_release(&out.text);
		}
}

static void a_row_function_can_stop_and_the_error_stays(void **state)
{
	struct csv_options o = {0};
	struct out out = OUT_INIT;
	struct csv *c;
	struct err e;

	out.stop = 2;
	t_ok(csv_new(&o, on_row, &out, &c, &e), &e);
	t_fails(
	    csv_feed(c, S("a,b\n1,2\n3,4\n"), &e), &e, ERR_CANCEL, "stopped");
	t_fails(csv_feed(c, S("5,6\n"), &e), &e, ERR_CANCEL, "stopped");
	t_fails(csv_end(c, &e), &e, ERR_CANCEL, "stopped");
	t_int(out.rows, 2);
	csv_free(c);
	buf_release(&out.text);
}

/* ---- limits */

/* Feeds `head`, then 'x' up to `n` bytes; the code, and how much was taken. */
static int flood(const char *head, const char *fill, uint64_t n,
    uint64_t *ret_taken, struct err *e)
{
	struct csv_options o = {0};
	struct out out = OUT_INIT;
	struct csv *c;
	char block[1 << 16];
	size_t unit = strlen(fill);
	int r = csv_new(&o, on_row, &out, &c, e);

	for (size_t i = 0; i < sizeof(block); i++)
		block[i] = fill[i % unit];
	t_ok(r, e);
	r = csv_feed(c, str_of(head), e);
	for (*ret_taken = 0; r == 0 && *ret_taken < n;) {
		r = csv_feed(c, str_make(block, sizeof(block)), e);
		*ret_taken += sizeof(block);
	}
	csv_free(c);
	buf_release(&out.text);
	return r;
}

static void a_line_without_end_fails_at_the_limit(void **state)
{
	static const struct {
		const char *head, *fill, *says;
	} c[] = {
	    {"a,b\n", "x",
		"line 2, column 1: the cell that begins here is longer than "
		"1 MiB; are the line ends missing?"},
	    {"a,b\n1,\"", "x",
		"line 2, column 3: the cell that begins here is longer than "
		"1 MiB; is a closing quote missing?"},
	    {"a,b\n1,\"", "\n", "line 2, column 3"},
	    {"a,b\n1,\"", "\"\"", "line 2, column 3"},
	    {"a,b\n", ",", "line 2, column 1025: more than 1024 cells"},
	    {"", "x", "line 1, column 1: the cell"},
	    {"\"", "x", "line 1, column 1: the cell"},
	    {"", ",", "line 1, column 1025: more than 1024 cells"},
	};
	struct rusage before, after;

	getrusage(RUSAGE_SELF, &before);
	for (size_t i = 0; i < ARRAY_SIZE(c); i++) {
		uint64_t taken;
		struct err e = {0};

		t_int(flood(c[i].head, c[i].fill, 1u << 30, &taken, &e),
		    ERR_LIMIT);
		t_has(str_of(e.msg), c[i].says);
		t_true(taken <= LIMIT_CSV_ROW + 2 * 65536, "read %llu bytes on",
		    (unsigned long long)taken);
	}
	getrusage(RUSAGE_SELF, &after);
	/* generous: the sanitizers keep what was freed */
	t_true(after.ru_maxrss - before.ru_maxrss < 160 * 1024,
	    "grew by %ld KiB", after.ru_maxrss - before.ru_maxrss);
}

static void a_cell_and_a_row_of_the_limit_pass_and_one_more_does_not(
    void **state)
{
	for (size_t over = 0; over < 2; over++) {
		struct buf in = BUF_INIT(8 * MiB);
		struct csv_options o = {0};
		struct out out = OUT_INIT;
		struct err e = {0};
		char *x = mem_alloc(LIMIT_CSV_CELL + 1);

		memset(x, 'x', LIMIT_CSV_CELL + 1);
		buf_addz(&in, "a\n");
		buf_add(&in, str_make(x, LIMIT_CSV_CELL + over));
		t_int(read_all(&o, buf_str(&in), 1u << 30, NULL, &out, &e),
		    over ? ERR_LIMIT : 0);
		buf_reset(&in);
		buf_reset(&out.text);
		buf_addz(&in, "a\n");
		for (int i = 0; i < 4; i++) {
			buf_add(&in, str_make(x, LIMIT_CSV_CELL - 1));
			buf_addc(&in, i < 3 ? ',' : 'y');
		}
		if (over)
			buf_addc(&in, 'z');
		t_int(read_all(&o, buf_str(&in), 1u << 30, NULL, &out, &e),
		    over ? ERR_LIMIT : 0);
		if (over)
			t_has(str_of(e.msg), "line 2, column 1: the row");
		free(x);
		buf_release(&in);
		buf_release(&out.text);
	}
}

/* ---- properties */

/* A second reader, as plain as can be: commas, whole input, UTF-8.  False
 * when the input is refused. */
static bool read_plainly(struct str in, struct buf *out)
{
	size_t i = 0, line = 1;

	while (i < in.n) {
		size_t start = line, cells = 0, mark = out->len, from = i;
		bool end = false;

		buf_addf(out, "%d:", (int)start);
		while (!end) {
			if (cells++)
				buf_addc(out, '|');
			if (i < in.n && in.p[i] == '"') {
				for (i++;; i++) {
					if (i >= in.n) {
						buf_truncate(out, mark);
						return false;
					}
					if (in.p[i] == '"') {
						if (i + 1 >= in.n ||
						    in.p[i + 1] != '"')
							break;
						i++;
					} else if (in.p[i] == '\n' ||
						   (in.p[i] == '\r' &&
						       !(i + 1 < in.n &&
							   in.p[i + 1] ==
							       '\n'))) {
						line++;
					}
					buf_addc(out, in.p[i]);
				}
				i++;
			} else {
				while (i < in.n && !strchr(",\r\n", in.p[i]))
					buf_addc(out, in.p[i++]);
			}
			if (i >= in.n) {
				end = true;
			} else if (in.p[i] == ',') {
				i++;
			} else if (in.p[i] == '\r' || in.p[i] == '\n') {
				end = true;
			} else {
				buf_truncate(out, mark);
				return false;
			}
		}
		if (cells == 1 && i == from)
			buf_truncate(out, mark);
		else
			buf_addc(out, '\n');
		if (i < in.n) {
			bool crlf = in.p[i] == '\r' && i + 1 < in.n &&
				    in.p[i + 1] == '\n';

			i += crlf ? 2 : 1;
			line++;
		}
	}
	return true;
}

static void any_split_reads_as_the_plain_reader_does(void **state)
{
	static const char *const bits[] = {"a", ",", ",", "\"", "\"\"", "\n",
	    "\r", "\r\n", "\xc3\xa9", "bcdefghijk", ";", " ", "\"x\"", ",\""};
	struct rand_seq r;

	rand_seq_init(&r, t_seed());
	for (int n = 0; n < 20000; n++) {
		struct buf in = BUF_INIT(4096), want = BUF_INIT(8192);
		struct out a = OUT_INIT, b = OUT_INIT;
		struct csv_options o = {.separator = ','};
		struct err ea = {0}, eb = {0};
		bool good;
		int ra, rb;

		for (uint64_t k = rand_seq_below(&r, 40); k; k--)
			buf_addz(
			    &in, bits[rand_seq_below(&r, ARRAY_SIZE(bits))]);
		good = read_plainly(buf_str(&in), &want);
		ra = read_all(&o, buf_str(&in), 1u << 20, NULL, &a, &ea);
		rb = read_all(&o, buf_str(&in), 0, &r, &b, &eb);
		t_int(ra < 0, !good);
		t_int(rb, ra);
		t_eq(buf_str(&a.text), buf_str(&want));
		t_eq(buf_str(&b.text), buf_str(&want));
		t_str(str_of(ea.msg), eb.msg);
		buf_release(&in);
		buf_release(&want);
		buf_release(&a.text);
		buf_release(&b.text);
	}
}

static void long_rows_survive_the_window(void **state)
{
	struct buf in = BUF_INIT(32 * MiB), want = BUF_INIT(32 * MiB);
	struct csv_options o = {.separator = ','};
	struct out out = OUT_INIT;
	struct err e = {0};
	struct rand_seq r;

	rand_seq_init(&r, t_seed());
	for (int i = 0; i < 60; i++) {
		size_t n = rand_seq_below(&r, 300000);

		for (size_t k = 0; k < n; k++)
			buf_addc(&in, (char)('a' + k % 26));
		buf_addf(&in, ",\"%d\"\"\n\"\r\n", i);
	}
	t_true(read_plainly(buf_str(&in), &want), "the test is wrong");
	t_ok(read_all(&o, buf_str(&in), 70001, NULL, &out, &e), &e);
	t_true(str_eq(buf_str(&out.text), buf_str(&want)), "rows differ");
	buf_release(&in);
	buf_release(&want);
	buf_release(&out.text);
}

static void written_cells_read_back(void **state)
{
	static const struct {
		const char *cell, *text;
	} c[] = {
	    {"", ""},
	    {"plain", "plain"},
	    {"a,b", "\"a,b\""},
	    {"say \"hi\"", "\"say \"\"hi\"\"\""},
	    {"\"", "\"\"\"\""},
	    {"two\nlines", "\"two\nlines\""},
	    {"=1+1", "'=1+1"},
	    {"+49 30", "'+49 30"},
	    {"-5", "'-5"},
	    {"@x", "'@x"},
	    {"=HYPERLINK(\"x\",1)", "\"'=HYPERLINK(\"\"x\"\",1)\""},
	    {"\t=1", "\"'\t=1\""},
	};

	for (size_t i = 0; i < ARRAY_SIZE(c); i++) {
		struct buf b = BUF_INIT(256);

		csv_add_cell(&b, str_of(c[i].cell), true);
		t_str(buf_str(&b), c[i].text);
		csv_add_cell(&b, S("x"), false);
		csv_add_end(&b);
		t_true(str_ends(buf_str(&b), S(",x\r\n")), "the end");
		buf_release(&b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(plain_and_quoted_cells_are_read),
	    T(every_line_end_counts_as_one_line),
	    T(the_separator_is_seen_in_the_first_line),
	    T(encodings_become_utf8),
	    T(what_is_wrong_is_said_with_its_place),
	    T(an_unknown_encoding_is_a_usage_error),
	    T(other_kinds_of_files_are_named),
	    T(a_row_function_can_stop_and_the_error_stays),
	    T(a_line_without_end_fails_at_the_limit),
	    T(a_cell_and_a_row_of_the_limit_pass_and_one_more_does_not),
	    T(any_split_reads_as_the_plain_reader_does),
	    T(long_rows_survive_the_window),
	    T(written_cells_read_back),
	};

	return t_run("csv", tests);
}
