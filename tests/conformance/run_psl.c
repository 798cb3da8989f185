/* The vectors of publicsuffix.org on the list that came with them.  Names in
 * upper case, in Unicode or with a leading dot are made ready as a caller has
 * to: a leading dot is no name, the rest goes through domain/idna. */
#include "suite.h"

#include "base/limits.h"
#include "domain/idna.h"
#include "domain/psl.h"

#include <stdio.h>

static void run(const struct psl *p, struct str in, struct str want)
{
	struct buf name = BUF_INIT(LIMIT_DOMAIN),
		   ascii = BUF_INIT(LIMIT_DOMAIN);
	struct buf title = BUF_INIT(KiB);
	struct str got = STR_NONE;

	buf_add(&title, in);
	if (str_eq(want, S("null")))
		want = STR_NONE;
	else if (idna_to_ascii(want, &ascii, NULL) < 0)
		buf_addz(&ascii, "?");
	if (idna_to_ascii(in, &name, NULL) == 0 &&
	    !psl_registrable(p, buf_str(&name), &got))
		got = STR_NONE;
	suite_case(str_eq(got, buf_str(&ascii)), buf_cstr(&title),
	    "got \"%.*s\", want \"%.*s\"", STR_ARG(got), STR_ARG(want));
	buf_release(&name);
	buf_release(&ascii);
	buf_release(&title);
}

/* checkPublicSuffix('input', 'expected' or null); */
static bool next_argument(struct str *line, struct str *ret)
{
	ptrdiff_t at = str_chr(*line, '\'');

	if (str_starts(str_trim(*line), S("null"))) {
		*line = str_from(*line, (size_t)str_find(*line, S("null")) + 4);
		*ret = S("null");
		return true;
	}
	if (at < 0)
		return false;
	*line = str_from(*line, (size_t)at + 1);
	*ret = str_cut(line, '\'');
	return line->p != NULL;
}

static void run_checks(const struct psl *p, struct str text)
{
	while (text.p) {
		struct str line = str_trim(str_cut(&text, '\n')), in, want;

		if (!str_starts(line, S("checkPublicSuffix(")))
			continue;
		line = str_from(line, sizeof("checkPublicSuffix(") - 1);
		if (!next_argument(&line, &in))
			continue;
		line = str_from(line, (size_t)(str_chr(line, ',') + 1));
		if (next_argument(&line, &want))
			run(p, in, want);
	}
}

static void run_pairs(const struct psl *p, struct str text)
{
	while (text.p) {
		struct str line = str_trim(str_cut(&text, '\n')), in;

		if (!line.n || str_starts(line, S("//")))
			continue;
		in = str_cut(&line, ' ');
		run(p, in, str_trim(line));
	}
}

int main(int argc, char **argv)
{
	struct buf path = BUF_INIT(4 * KiB), text;
	struct psl *p;
	struct err e = {0};

	suite_begin("psl", argc > 1 ? argv[1] : NULL);
	buf_addf(
	    &path, "%s/psl/public_suffix_list.dat", argc > 1 ? argv[1] : ".");
	if (psl_load(buf_cstr(&path), &p, &e) < 0) {
		printf("Bail out! %s\n", e.msg);
		return 1;
	}
	text = suite_text("psl/test_psl.txt");
	run_checks(p, buf_str(&text));
	buf_release(&text);
	text = suite_text("psl/tests.txt");
	run_pairs(p, buf_str(&text));
	buf_release(&text);
	buf_release(&path);
	psl_close(p);
	return suite_end(156);
}
