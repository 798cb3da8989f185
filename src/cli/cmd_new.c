/* cmd_new: tocsin new DIR --kind KIND */
#include "cli/cli.h"
#include "notice/create.h"

static int new_run(struct cli *c, int argc, char **argv);

const struct cli_command cmd_new = {
    .name = "new",
    .args = "DIR --kind breach|recall|policy|safety|legal [--laws LIST]",
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
	"\n"
	"Exit status: 0 made; 2 wrong arguments, or DIR is not empty; 3 the\n"
	"folder can not be written. There is a whole folder or none.\n",
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
	for (size_t i = 0; (name = create_file(laws, i)); i++)
		json_str(&j, str_of(name));
	json_end(&j);
	json_end(&j);
}

static void put_text(struct str dir, unsigned laws, struct buf *out)
{
	const char *name;

	for (size_t i = 0; (name = create_file(laws, i)); i++)
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

static int new_run(struct cli *c, int argc, char **argv)
{
	const char *name = NULL, *laws = NULL;
	const struct cli_option options[] = {
	    {.name = "kind",
		.arg = "KIND",
		.help = "breach, recall, policy, safety or legal",
		.value = &name},
	    {.name = "laws",
		.arg = "LIST",
		.help = "whose wording the text has, by commas",
		.value = &laws},
	};
	enum notice_kind kind;
	struct err e = {0};
	unsigned set;
	int words, rc;

	rc = cli_parse(c, &cmd_new, options, ARRAY_SIZE(options), argc, argv, 1,
	    1, &words);
	if (rc != 0)
		return rc < 0 ? 2 : 0;
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
