/* cmd_new: tocsin new DIR --kind KIND | --corrects OLD */
#include "cli/cli.h"
#include "notice/correct.h"
#include "notice/create_laws.h"

static int new_run(struct cli *c, int argc, char **argv);

const struct cli_command cmd_new = {
    .name = "new",
    .args = "DIR --kind breach|recall|policy|safety|legal [--laws LIST] | "
	    "--corrects OLD",
    .summary = "Make the folder of a notice, ready to fill in.",
    .help =
	"DIR must not exist yet, or be empty; only you can read it. In it:\n"
	"\n"
	"  notice.ini    every setting, explained: sender, key, relay ...\n"
	"  message.md    the text, with the headings the law asks for\n"
	"  channels/     the same for a web page, SMS, telephone, social media\n"
	"  README.txt    the steps from here to a notice that is sent\n"
	"\n"
	"Whatever says CHANGE ME is yours to write; nothing is sent before.\n"
	"\n"
	"The kind decides headings, subject and, later, which laws are asked:\n"
	"\n"
	"  breach   personal data were lost, stolen or seen by others\n"
	"  recall   a product must be brought back, mended or thrown away\n"
	"  policy   terms or the privacy policy change\n"
	"  safety   a product is dangerous unless people do something\n"
	"  legal    a law or a court asks for the notice\n"
	"\n"
	"The text then has what some laws ask for. Without --laws: california\n"
	"for a breach (its five headings fit most states of the US), cpsc and\n"
	"eu for a recall.\n"
	"\n"
	"  breach         california, hipaa, gdpr, massachusetts\n"
	"  recall safety  cpsc, eu\n"
	"  policy         gdpr\n"
	"\n"
	"massachusetts adds segments.ini and message.massachusetts.md, because\n"
	"that law forbids what others demand. It is a start, not legal advice.\n"
	"\n"
	"  tocsin new breach-2026 --kind breach\n"
	"  tocsin new breach-2026 --kind breach --laws california,gdpr\n"
	"  tocsin new breach-2026-b --corrects breach-2026\n"
	"\n"
	"--corrects makes the correction of a notice that was sent: its settings,\n"
	"texts and channels to be mended, and as its audience exactly those who\n"
	"may have got the first notice (accepted, handed, complained, uncertain),\n"
	"nobody else. Keys stay in the first folder: keep it.\n"
	"\n"
	"Exit status: 0 made; 2 wrong arguments, DIR is not empty, or the notice\n"
	"to correct was never sent; 3 the folder can not be written, or the\n"
	"notice to correct is being sent. There is a whole folder or none.\n",
    .run = new_run,
};

static void put_json(
    struct str dir, enum notice_kind kind, unsigned laws, struct buf *out)
{
	const char *name;
	struct json j;

	json_begin(&j, out);
	json_object(&j);
	json_put_str(&j, "dir", dir);
	json_put_str(&j, "kind", str_of(notice_kind_name(kind)));
	json_key(&j, "files");
	json_array(&j);
	for (size_t i = 0; (name = create_name(laws, i)); i++)
		json_str(&j, str_of(name));
	json_end(&j);
	json_end(&j);
}

static void put_text(struct str dir, unsigned laws, struct buf *out)
{
	const char *name;

	for (size_t i = 0; (name = create_name(laws, i)); i++)
		buf_addf(out, "%s%.*s/%s", i ? "\n" : "", STR_ARG(dir), name);
}

static int make(
    const struct cli *c, const char *dir, enum notice_kind kind, unsigned laws)
{
	struct buf out = BUF_INIT(64 * KiB);
	struct str shown = str_of(dir);
	struct err e = {0};
	int rc;

	while (shown.n > 1 && shown.p[shown.n - 1] == '/')
		shown.n--;
	if (notice_create_for(dir, kind, laws, &e) < 0)
		return cli_fail(&cmd_new, &e);
	if (c->json)
		put_json(shown, kind, laws, &out);
	else
		put_text(shown, laws, &out);
	rc = cli_print(&out);
	buf_release(&out);
	if (rc == 0)
		cli_say(c,
		    "The steps from here are in %.*s/README.txt; begin with "
		    "notice.ini and message.md",
		    STR_ARG(shown));
	return rc;
}

/* ---- a correction */

static void put_left_json(struct json *j, const struct correction *n)
{
	json_key(j, "left_out");
	json_object(j);
	for (unsigned i = 0; i < PERSON_STATUS_COUNT; i++)
		if (n->left[i])
			json_put_u64(j, person_status_name(i), n->left[i]);
	json_end(j);
}

static void put_correction_json(struct str dir, const char *old,
    const struct correction *n, struct buf *out)
{
	struct json j;

	json_begin(&j, out);
	json_object(&j);
	json_put_str(&j, "dir", dir);
	json_put_str(&j, "kind", str_of(notice_kind_name(n->kind)));
	json_put_str(&j, "corrects", str_of(old));
	json_put_u64(&j, "audience", n->audience);
	json_put_u64(&j, "people", n->people);
	put_left_json(&j, n);
	json_end(&j);
}

static void put_correction_text(struct str dir, const char *old,
    const struct correction *n, struct buf *out)
{
	char a[CLI_NUMBER], b[CLI_NUMBER];
	const char *before = "; left out: ";

	buf_addf(out, "%.*s corrects %s: %s of its %s people may have got it",
	    STR_ARG(dir), old, cli_number(n->people, a),
	    cli_number(n->audience, b));
	for (unsigned i = 0; i < PERSON_STATUS_COUNT; i++) {
		if (!n->left[i])
			continue;
		buf_addf(out, "%s%s %s", before, cli_number(n->left[i], a),
		    person_status_name(i));
		before = ", ";
	}
}

static int correct(const struct cli *c, const char *dir, const char *old)
{
	struct buf out = BUF_INIT(64 * KiB);
	struct str shown = str_of(dir);
	struct correction n;
	struct err e = {0};
	int rc;

	while (shown.n > 1 && shown.p[shown.n - 1] == '/')
		shown.n--;
	if (notice_correct(dir, old, c->config, &n, &e) < 0)
		return cli_fail(&cmd_new, &e);
	if (c->json)
		put_correction_json(shown, old, &n, &out);
	else
		put_correction_text(shown, old, &n, &out);
	rc = cli_print(&out);
	buf_release(&out);
	if (rc == 0)
		cli_say(c,
		    "Mend what says CHANGE ME in %.*s, then: tocsin preview "
		    "%.*s",
		    STR_ARG(shown), STR_ARG(shown));
	return rc;
}

static int new_run(struct cli *c, int argc, char **argv)
{
	const char *name = NULL, *laws = NULL, *old = NULL;
	const struct cli_option options[] = {
	    {.name = "kind",
		.arg = "KIND",
		.help = "breach, recall, policy, safety or legal",
		.value = &name},
	    {.name = "laws",
		.arg = "LIST",
		.help = "whose wording the text has, by commas",
		.value = &laws},
	    {.name = "corrects",
		.arg = "OLD",
		.help = "the folder of the notice to be corrected",
		.value = &old},
	};
	enum notice_kind kind;
	struct err e = {0};
	unsigned set;
	int words, rc;

	rc = cli_parse(c, &cmd_new, options, ARRAY_SIZE(options), argc, argv, 1,
	    1, &words);
	if (rc != 0)
		return rc < 0 ? 2 : 0;
	if (old && (name || laws))
		return cli_usage(&cmd_new,
		    "--corrects takes kind and text of the first notice; leave "
		    "--kind and --laws out");
	if (old)
		return correct(c, argv[0], old);
	if (!name)
		return cli_usage(&cmd_new,
		    "--kind is missing: breach, recall, policy, safety or "
		    "legal");
	if (!notice_kind_parse(str_of(name), &kind))
		return cli_usage(&cmd_new,
		    "there is no kind '%s': breach, recall, policy, safety or "
		    "legal",
		    name);
	set = create_laws_default(kind);
	if (laws && create_laws_parse(kind, str_of(laws), &set, &e) < 0)
		return cli_fail(&cmd_new, &e);
	return make(c, argv[0], kind, set);
}
