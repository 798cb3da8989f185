/* The record tests of Mail::BIMI. */
#include "suite.h"

#include "auth/bimi.h"

static void run(struct str line)
{
	struct str text = str_cut(&line, '\t'), valid = str_cut(&line, '\t');
	struct buf title = BUF_INIT(KiB);
	struct bimi_record r;
	const char *why;
	bool ok;

	str_cut(&line, '\t');
	buf_addf(&title, "%.*s: %.*s", STR_ARG(line), STR_ARG(text));
	ok = bimi_record_parse(text, &r, &why);
	suite_case(ok == str_eq(valid, S("1")), buf_cstr(&title), "%s",
	    why ? why : "was taken");
	buf_release(&title);
}

int main(int argc, char **argv)
{
	struct buf table;
	struct str rest;

	suite_begin("bimi-records", argc > 1 ? argv[1] : NULL);
	table = suite_text("bimi-records/cases.tsv");
	rest = buf_str(&table);
	while (rest.p) {
		struct str line = str_cut(&rest, '\n');

		if (line.n && line.p[0] != '#')
			run(line);
	}
	buf_release(&table);
	return suite_end(12);
}
