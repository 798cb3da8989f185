/* cmd_prenotice: tocsin prenotice DIR OUT/: what to tell whom beforehand. */
#include "cli/cli.h"
#include "cli/status_text.h"
#include "report/prenotice.h"

static int run_prenotice(struct cli *c, int argc, char **argv);

const struct cli_command cmd_prenotice = {
    .name = "prenotice",
    .args = "DIR OUT/",
    .summary = "Write what providers, partners and authorities are told first.",
    .help =
	"Makes the folder OUT with texts to send before the notice goes out:\n"
	"\n"
	"  README.txt             what to send to whom, in which order\n"
	"  yahoo-sender-support.txt google.txt microsoft.txt\n"
	"  apple-icloudadmin.txt  mailbox providers, with numbers\n"
	"  esp-memo.txt           questions to the provider that sends for you\n"
	"  blocklists.txt         a heads-up\n"
	"  partner-gateways.txt   how partners recognise the notice; .json for\n"
	"                         machines, sample.eml to look at\n"
	"  regulators/ID.txt      a draft for each authority that is owed one;\n"
	"                         people added later (a tranche) have a clock\n"
	"                         of their own, so ID-tranche2.txt and so on\n"
	"  cra.txt                credit bureaus, where they are owed one\n"
	"  sent.tsv               an empty log: what was sent, what came back\n"
	"\n"
	"What only you know says CHANGE ME. Of the people only numbers are\n"
	"used; no name and no address of theirs is in these texts. Nothing is\n"
	"sent, and the notice is not changed.\n"
	"\n"
	"  tocsin prenotice breach-2026 prenotice-2026\n"
	"\n"
	"Exit status: 0 made; 2 OUT is not empty, there is no audience yet, or\n"
	"notice.ini or the text is wrong; 3 something can not be read or\n"
	"written. There is a whole folder or none.\n",
    .run = run_prenotice,
};

static void put_json(const struct prenotice *p, struct str out_dir,
    const struct report_folder *f, struct buf *out)
{
	const char *name;
	struct json j;

	json_begin(&j, out);
	json_object(&j);
	json_put_str(&j, "out", out_dir);
	json_put_u64(&j, "people", p->people);
	json_put_u64(&j, "no_address", p->no_address);
	json_key(&j, "providers");
	json_object(&j);
	for (unsigned i = 0; i < PRENOTICE_PROVIDERS; i++)
		json_put_u64(&j,
		    prenotice_provider_name((enum prenotice_provider)i),
		    p->provider[i]);
	json_end(&j);
	json_key(&j, "files");
	json_array(&j);
	for (size_t i = 0; (name = report_folder_file(f, i)); i++)
		json_str(&j, str_of(name));
	json_end(&j);
	json_end(&j);
}

static void put_text(
    struct str out_dir, const struct report_folder *f, struct buf *out)
{
	const char *name;

	for (size_t i = 0; (name = report_folder_file(f, i)); i++)
		buf_addf(
		    out, "%s%.*s/%s", i ? "\n" : "", STR_ARG(out_dir), name);
}

static int make(const struct cli *c, const struct prenotice *p,
    const char *path, struct err *e)
{
	struct buf out = BUF_INIT(MiB);
	struct report_folder *f = NULL;
	struct str shown = str_of(path);
	int rc = report_folder_begin(path, &f, e);

	while (shown.n > 1 && shown.p[shown.n - 1] == '/')
		shown.n--;
	if (rc >= 0)
		rc = prenotice_write(p, f, e);
	if (rc >= 0)
		rc = report_folder_commit(f, e);
	if (rc >= 0) {
		if (c->json)
			put_json(p, shown, f, &out);
		else
			put_text(shown, f, &out);
		rc = cli_print(&out)
			 ? err_set(e, ERR_SYS, "the output can not be written")
			 : 0;
	}
	if (rc >= 0)
		cli_say(c, "Begin with %.*s/README.txt", STR_ARG(shown));
	report_folder_free(f);
	buf_release(&out);
	return rc;
}

static int run_prenotice(struct cli *c, int argc, char **argv)
{
	struct prenotice_options o = {
	    .data_dir = status_data_dir(), .now = clock_wall(&clock_system)};
	const char *at = NULL;
	const struct cli_option options[] = {
	    {.name = "at",
		.arg = "TIME",
		.help = "as if it were then (default: now)",
		.value = &at},
	};
	struct prenotice *p = NULL;
	struct notice *n = NULL;
	struct err e = {0};
	int words, rc;

	rc = cli_parse(c, &cmd_prenotice, options, ARRAY_SIZE(options), argc,
	    argv, 2, 2, &words);
	if (rc != 0)
		return rc < 0 ? 2 : 0;
	if (at && !clock_parse_iso(str_of(at), &o.now))
		return cli_usage(&cmd_prenotice,
		    "--at %s: write a date such as 2026-11-03 or "
		    "2026-11-03T14:00:00Z",
		    at);
	o.dir = argv[0];
	rc = notice_open_with(o.dir, c->config, &n, &e);
	o.notice = n;
	if (rc >= 0)
		rc = prenotice_gather(&o, &p, &e);
	if (rc >= 0)
		rc = make(c, p, argv[1], &e);
	prenotice_free(p);
	notice_free(n);
	return rc < 0 ? cli_fail(&cmd_prenotice, &e) : 0;
}
