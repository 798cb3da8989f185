/* csv: the first byte chooses encoding, separator and the split; the rest is
 * the file.  All at once, split, and byte by byte must agree in every row and
 * in the error; what is handed on is UTF-8 without NUL; rows written again
 * read as the same rows.
 */
#include "fuzz.h"

#include "base/csv.h"
#include "base/rand.h"
#include "base/utf8.h"

struct out {
	struct buf text;  /* rows, told apart by NULs */
	struct buf again; /* the same as CSV */
	uint64_t line;
};

static int on_row(const struct csv_row *row, void *arg, struct err *e)
{
	struct out *o = arg;

	ENSURE(row->line > o->line);
	ENSURE(row->count >= 1 && row->count <= LIMIT_CSV_COLUMNS);
	o->line = row->line;
	for (size_t i = 0; i < row->count; i++) {
		struct str cell = row->cell[i];

		ENSURE(cell.n <= LIMIT_CSV_CELL);
		ENSURE(utf8_valid(cell));
		ENSURE(str_chr(cell, '\0') < 0);
		buf_add(&o->text, cell);
		buf_addc(&o->text, '\0');
		buf_addc(&o->again, i ? ',' : '"');
		if (i)
			buf_addc(&o->again, '"');
		for (struct str rest = cell; rest.p && cell.n;) {
			buf_add(&o->again, str_cut(&rest, '"'));
			if (rest.p)
				buf_addz(&o->again, "\"\"");
		}
		buf_addc(&o->again, '"');
	}
	buf_add(&o->text, S("\0\0"));
	buf_addz(&o->again, "\r\n");
	(void)e;
	return 0;
}

static int run(const struct csv_options *o, struct str in, uint64_t seed,
    struct out *out, struct err *e)
{
	struct rand_seq r;
	struct csv *c;
	int code;

	rand_seq_init(&r, seed + 1);
	*out = (struct out){
	    .text = BUF_INIT(64 * MiB), .again = BUF_INIT(64 * MiB)};
	code = csv_new(o, on_row, out, &c, e);
	ENSURE(code == 0);
	while (in.n && code == 0) {
		size_t n = seed == 0   ? in.n
			   : seed == 1 ? 1
				       : 1 + rand_seq_below(&r, in.n);

		code = csv_feed(c, str_make(in.p, n), e);
		in = str_from(in, n);
	}
	if (code == 0)
		code = csv_end(c, e);
	csv_free(c);
	return code;
}

static void release(struct out *o)
{
	buf_release(&o->text);
	buf_release(&o->again);
}

/* What was read, written plainly, reads the same. */
static void read_again(struct out *first)
{
	struct csv_options o = {.separator = ','};
	struct out second;
	struct err e = {0};

	ENSURE(run(&o, buf_str(&first->again), 0, &second, &e) == 0);
	ENSURE(str_eq(buf_str(&first->text), buf_str(&second.text)));
	release(&second);
}

void fuzz_one(struct str in)
{
	static const char *const encodings[] = {NULL, NULL, NULL, "UTF-8",
	    "windows-1252", "UTF-16", "Shift_JIS", "ISO-2022-JP"};
	static const char separators[] = {0, 0, ',', '|'};
	struct csv_options o = {0};
	struct out first;
	struct err e = {0};
	unsigned char how;
	int r;

	if (in.n == 0)
		return;
	how = (unsigned char)in.p[0];
	in = str_from(in, 1);
	o.encoding = encodings[how & 7];
	o.separator = separators[how >> 3 & 3];
	r = run(&o, in, 0, &first, &e);
	for (uint64_t seed = 1; seed < 4; seed++) {
		struct out split;
		struct err se = {0};

		ENSURE(
		    run(&o, in, seed + (seed > 1 ? how : 0), &split, &se) == r);
		ENSURE(str_eq(buf_str(&first.text), buf_str(&split.text)));
		ENSURE(strcmp(e.msg, se.msg) == 0);
		release(&split);
	}
	if (!first.again.over)
		read_again(&first);
	release(&first);
}
