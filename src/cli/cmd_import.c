#include "cli/cli.h"
#include "notice/audience.h"
#include "notice/tranche.h"
#include "store/people.h"

#include <signal.h>
#include <stdatomic.h>

#define MAPS_MAX 64

extern const struct cli_command cmd_import;

static atomic_int interrupted;

static void on_signal(int sig)
{
	(void)sig;
	atomic_store(&interrupted, 1);
}

static void catch_signals(void)
{
	struct sigaction sa = {.sa_handler = on_signal};

	sigaction(SIGINT, &sa, NULL);
	sigaction(SIGTERM, &sa, NULL);
	sigaction(SIGHUP, &sa, NULL);
}

struct bar {
	struct cli *cli;
	struct cli_progress p;
	const char *what;
	uint64_t done;
};

static int on_progress(const char *what, const char *unit, uint64_t done,
    uint64_t total, void *arg)
{
	struct bar *b = arg;

	if (b->what != what) {
		if (b->what)
			cli_progress_end(&b->p, b->done, NULL);
		cli_progress_start(&b->p, b->cli, what, unit, 0, total);
		b->what = what;
	}
	b->done = done;
	/* an audience that stands already adds to what is written */
	if (b->p.total && done > b->p.total)
		b->p.total = 0;
	cli_progress_at(&b->p, done, NULL);
	return atomic_load(&interrupted) ? ERR_CANCEL : 0;
}

/* ---- who may come in at all */

/* Settings that can not be read say nothing of that, and stop no import. */
static bool is_closed(const struct cli *c, const char *dir)
{
	struct notice *n = NULL;
	struct people *p = NULL;
	struct err e;
	bool closed = notice_open_with(dir, c->config, &n, &e) >= 0 &&
		      n->corrects.n && people_open(dir, &p, &e) >= 0 &&
		      people_count(p) > 0;

	people_close(p);
	notice_free(n);
	return closed;
}

/* ---- the tranche they are in, and its clock */

struct added {
	const char *discovered; /* --discovered, or NULL */
	struct arena arena;
	struct notice *notice;
	struct tranche tranche; /* of no name: none is asked for */
	enum tranche_source source;
};

static const char *const source_names[] = {
    [TRANCHE_GIVEN] = "option",
    [TRANCHE_RECORDED] = "recorded",
    [TRANCHE_NOTICE] = "notice",
    [TRANCHE_UNDATED] = "none",
};
static const char *const source_texts[] = {
    [TRANCHE_GIVEN] = "as given",
    [TRANCHE_RECORDED] = "as recorded before",
    [TRANCHE_NOTICE] = "taken from [notice] discovered",
    [TRANCHE_UNDATED] = "",
};

static int choose_tranche(const struct cli *c, const struct audience_options *o,
    struct added *add, struct err *e)
{
	int rc;

	if (!o->tranche)
		return 0;
	rc = notice_open_with(o->dir, c->config, &add->notice, e);
	return rc < 0 ? rc
		      : tranche_choose(add->notice, str_of(o->tranche),
			    add->discovered, clock_wall(&clock_system),
			    &add->arena, &add->tranche, &add->source, e);
}

/* Only now that the people are in. */
static int record_tranche(
    const struct audience_options *o, const struct added *add, struct err *e)
{
	int rc;

	if (!add->tranche.name.n || add->source == TRANCHE_UNDATED ||
	    o->dry_run)
		return 0;
	rc = tranche_record(o->dir, &add->tranche, e);
	return rc < 0 ? err_wrap(e, "the people are in the audience, the date "
				    "of their tranche is not recorded; import "
				    "the file again")
		      : 0;
}

static void say_tranche(const struct cli *c, const struct added *add)
{
	if (add->tranche.name.n && add->source == TRANCHE_UNDATED)
		cli_say(c,
		    "warning: nobody said when the tranche '%.*s' was "
		    "discovered, so its deadlines can not be counted; import "
		    "it again with --discovered DATE",
		    STR_ARG(add->tranche.name));
}

static void put_tranche(struct json *j, const struct added *add)
{
	char date[CLOCK_ISO_SIZE];

	json_key(j, "tranche");
	if (!add->tranche.name.n) {
		json_null(j);
		return;
	}
	clock_iso(add->tranche.discovered, date);
	json_object(j);
	json_put_str(j, "name", add->tranche.name);
	json_key(j, "discovered");
	if (add->source == TRANCHE_UNDATED)
		json_null(j);
	else
		json_str(j, str_of(date));
	json_put_str(j, "from", str_of(source_names[add->source]));
	json_end(j);
}

static void print_tranche(const struct added *add)
{
	char date[CLOCK_ISO_SIZE];

	if (!add->tranche.name.n || add->source == TRANCHE_UNDATED)
		return;
	clock_iso(add->tranche.discovered, date);
	printf("  tranche '%.*s': its clock runs from %s, %s\n",
	    STR_ARG(add->tranche.name), date, source_texts[add->source]);
}

/* ---- who they are, by place, language, segment */

struct tally {
	struct name_count {
		struct str name;
		uint64_t people;
	} * at;
	size_t count;
};

struct groups {
	struct arena arena;
	struct tally jurisdictions, languages, segments;
	uint64_t no_address;
};

static void tally_add(
    struct groups *g, struct tally *t, struct str name, uint64_t people)
{
	t->at = mem_realloc(t->at, (t->count + 1) * sizeof(*t->at));
	t->at[t->count++] =
	    (struct name_count){arena_dup(&g->arena, name), people};
}

static int on_group(const struct people_group *pg, void *arg)
{
	struct groups *g = arg;

	tally_add(g, &g->jurisdictions, pg->jurisdiction, pg->people);
	tally_add(g, &g->languages, pg->language, pg->people);
	tally_add(g, &g->segments, pg->segment, pg->people);
	return 0;
}

static int by_name(const void *a, const void *b)
{
	const struct name_count *x = a, *y = b;

	return str_cmp(x->name, y->name);
}

static int by_people(const void *a, const void *b)
{
	const struct name_count *x = a, *y = b;

	if (x->people != y->people)
		return x->people > y->people ? -1 : 1;
	return str_cmp(x->name, y->name);
}

/* One entry a name, the most people first. */
static void tally_end(struct tally *t)
{
	size_t n = 0;

	if (!t->count)
		return;
	qsort(t->at, t->count, sizeof(*t->at), by_name);
	for (size_t i = 1; i < t->count; i++) {
		if (str_eq(t->at[n].name, t->at[i].name))
			t->at[n].people += t->at[i].people;
		else
			t->at[++n] = t->at[i];
	}
	t->count = n + 1;
	qsort(t->at, t->count, sizeof(*t->at), by_people);
}

static int count_groups(const char *dir, struct groups *g, struct err *e)
{
	struct people *p;
	int r = people_open(dir, &p, e);

	g->arena = ARENA_INIT(64 * MiB);
	if (r < 0)
		return r;
	g->no_address = people_count_no_address(p);
	r = people_each_group(p, on_group, g, e);
	people_close(p);
	if (r == 0 && g->arena.failed)
		r = err_set(e, ERR_LIMIT, "too many segments to list");
	tally_end(&g->jurisdictions);
	tally_end(&g->languages);
	tally_end(&g->segments);
	return r;
}

static void groups_release(struct groups *g)
{
	free(g->jurisdictions.at);
	free(g->languages.at);
	free(g->segments.at);
	arena_release(&g->arena);
}

static uint64_t tally_unknown(const struct tally *t)
{
	for (size_t i = 0; i < t->count; i++)
		if (!t->at[i].name.n)
			return t->at[i].people;
	return 0;
}

/* ---- saying it */

static void put_tally(struct json *j, const char *key, const struct tally *t)
{
	struct buf name = BUF_INIT(KiB);

	json_key(j, key);
	json_object(j);
	for (size_t i = 0; i < t->count; i++) {
		if (!t->at[i].name.n)
			continue;
		buf_reset(&name);
		buf_add(&name, t->at[i].name);
		json_put_u64(j, buf_cstr(&name), t->at[i].people);
	}
	json_end(j);
	buf_release(&name);
}

static void put_file(struct json *j, const char *key, const char *dir,
    const char *file, bool written)
{
	struct buf path = BUF_INIT(64 * KiB);

	json_key(j, key);
	buf_addf(&path, "%s/%s", dir, file);
	if (written)
		json_str(j, buf_str(&path));
	else
		json_null(j);
	buf_release(&path);
}

static int print_json(const struct audience_options *o,
    const struct audience_result *r, const struct groups *g,
    const struct added *add)
{
	struct buf b = BUF_INIT(64 * MiB);
	struct json j;
	int rc;

	json_begin(&j, &b);
	json_object(&j);
	json_put_bool(&j, "dry_run", o->dry_run);
	json_put_u64(&j, "rows", r->rows);
	if (!o->dry_run) {
		json_put_u64(&j, "people", r->people);
		json_put_u64(&j, "new", r->fresh);
		json_put_u64(&j, "known", r->known);
		json_put_u64(&j, "amended", r->amended);
		json_put_u64(&j, "kept", r->kept);
		json_put_u64(&j, "merged", r->merged);
	}
	json_put_u64(&j, "rejected", r->rejected);
	json_put_u64(&j, "addresses_ignored", r->ignored);
	json_put_u64(
	    &j, "no_address", o->dry_run ? r->no_address : g->no_address);
	json_put_u64(&j, "unknown_jurisdiction",
	    o->dry_run ? r->unknown_place : tally_unknown(&g->jurisdictions));
	if (!o->dry_run) {
		put_tally(&j, "jurisdictions", &g->jurisdictions);
		put_tally(&j, "languages", &g->languages);
		put_tally(&j, "segments", &g->segments);
	}
	put_tranche(&j, add);
	json_key(&j, "warnings");
	json_array(&j);
	for (size_t i = 0; i < r->warnings; i++)
		json_str(&j, str_of(r->warning[i]));
	json_end(&j);
	put_file(&j, "rejects_file", o->dir, "rejects.csv", r->has_rejects);
	put_file(&j, "merges_file", o->dir, "merges.csv", r->has_merges);
	json_end(&j);
	rc = cli_print(&b);
	buf_release(&b);
	return rc;
}

static void print_tally(const char *what, const struct tally *t)
{
	char a[CLI_NUMBER];

	if (!t->count || (t->count == 1 && !t->at[0].name.n))
		return;
	printf("  %s:", what);
	for (size_t i = 0; i < t->count && i < 8; i++)
		printf("%s %s %.*s", i ? "," : "",
		    cli_number(t->at[i].people, a),
		    STR_ARG(t->at[i].name.n ? t->at[i].name : S("unknown")));
	printf("%s\n", t->count > 8 ? ", ..." : "");
}

static void print_count(uint64_t n, const char *what)
{
	char a[CLI_NUMBER];

	if (n)
		printf("  %12s  %s\n", cli_number(n, a), what);
}

static void print_text(const struct audience_options *o,
    const struct audience_result *r, const struct groups *g,
    const struct added *add)
{
	char a[CLI_NUMBER];

	printf("%s: %s rows read%s\n", o->file, cli_number(r->rows, a),
	    o->dry_run ? ", nothing written (dry run)" : "");
	print_count(r->fresh, "people are new");
	print_count(r->known - r->amended - r->kept, "were known already");
	print_count(r->amended, "were known and got new cells");
	print_count(r->kept, "were known and stay as they were (merges.csv)");
	print_count(r->merged, "rows joined to an earlier one (merges.csv)");
	print_count(r->rejected, "ROWS REJECTED: not in the audience");
	print_count(r->ignored, "impossible addresses left out");
	print_tranche(add);
	if (o->dry_run) {
		print_count(
		    r->no_address, "rows without an address that works");
		print_count(r->unknown_place, "rows without a jurisdiction");
		return;
	}
	printf("\n%s: the notice is owed to %s people\n", o->dir,
	    cli_number(r->people, a));
	print_count(g->no_address, "have no address: owed another channel");
	print_count(tally_unknown(&g->jurisdictions),
	    "live who knows where: no jurisdiction");
	print_tally("jurisdictions", &g->jurisdictions);
	print_tally("languages", &g->languages);
	print_tally("segments", &g->segments);
}

static void say_problems(struct cli *c, const struct audience_options *o,
    const struct audience_result *r)
{
	uint64_t all = r->rejected + r->ignored;
	char a[CLI_NUMBER];

	for (size_t i = 0; i < r->warnings; i++)
		cli_say(c, "warning: %s", r->warning[i]);
	for (size_t i = 0; i < r->samples; i++)
		cli_say(c, "%s", r->sample[i]);
	if (all > r->samples)
		cli_say(c, "... and %s more", cli_number(all - r->samples, a));
	if (r->rejected)
		fprintf(stderr,
		    "tocsin import: %s rows were rejected%s%s%s; whoever they "
		    "are, the notice will not reach them until the rows are "
		    "mended and imported\n",
		    cli_number(r->rejected, a), r->has_rejects ? ", see " : "",
		    r->has_rejects ? o->dir : "",
		    r->has_rejects ? "/rejects.csv" : "");
}

static int finish(struct cli *c, const struct audience_options *o,
    const struct audience_result *r, const struct added *add)
{
	struct groups g = {0};
	struct err e = {0};
	int rc = o->dry_run ? 0 : count_groups(o->dir, &g, &e);

	if (rc < 0) {
		rc = cli_fail(&cmd_import, &e);
	} else {
		say_problems(c, o, r);
		say_tranche(c, add);
		rc = 0;
		if (c->json)
			rc = print_json(o, r, &g, add);
		else if (!c->quiet)
			print_text(o, r, &g, add);
	}
	groups_release(&g);
	return rc ? rc : r->rejected > 0;
}

static int run_import(struct cli *c, int argc, char **argv)
{
	const char *maps[MAPS_MAX];
	struct bar bar = {.cli = c};
	struct added add = {.arena = ARENA_INIT(16 * MiB)};
	struct audience_options o = {
	    .map = maps, .progress = on_progress, .arg = &bar};
	const struct cli_option options[] = {
	    {"map", "NAME=HEADER,...", "what columns mean: email=Mail",
		.many = maps, .many_count = &o.map_count, .many_max = MAPS_MAX},
	    {"encoding", "NAME", "of the file, if it is not UTF-8 or marked",
		.value = &o.encoding},
	    {"country", "XX", "of rows that name none; settles what CA means",
		.value = &o.country},
	    {"tranche", "NAME", "mark who is new; the known stay as they are",
		.value = &o.tranche},
	    {"discovered", "DATE", "of the tranche: its own clock",
		.value = &add.discovered},
	    {"amend", NULL, "known people get the file's cells",
		.flag = &o.amend},
	    {"no-email", NULL, "nobody in the file has an address",
		.flag = &o.no_email},
	    {"dry-run", NULL, "read, judge and report; write nothing",
		.flag = &o.dry_run},
	};
	struct audience_result r;
	struct err e = {0};
	int words, rc;

	rc = cli_parse(c, &cmd_import, options, ARRAY_SIZE(options), argc, argv,
	    2, 2, &words);
	if (rc)
		return rc > 0 ? 0 : 2;
	if (o.amend && o.tranche)
		return cli_usage(&cmd_import,
		    "--amend and --tranche answer the same question; give one");
	if (o.tranche && !*o.tranche)
		return cli_usage(&cmd_import, "--tranche wants a name");
	if (add.discovered && !o.tranche)
		return cli_usage(&cmd_import,
		    "--discovered is the date of a tranche: give --tranche "
		    "NAME too, or write it to [notice] discovered");
	o.settings = c->config;
	o.dir = argv[0];
	o.file = argv[1];
	o.closed = is_closed(c, o.dir);
	catch_signals();
	rc = choose_tranche(c, &o, &add, &e);
	if (rc >= 0)
		rc = audience_import(&o, &r, &e);
	if (bar.what)
		cli_progress_end(&bar.p, bar.done, NULL);
	if (rc >= 0)
		rc = record_tranche(&o, &add, &e);
	rc = rc < 0 ? cli_fail(&cmd_import, &e) : finish(c, &o, &r, &add);
	notice_free(add.notice);
	arena_release(&add.arena);
	return rc;
}

const struct cli_command cmd_import = {
    .name = "import",
    .args =
	"DIR FILE.csv [--map email=Mail,...] [--tranche NAME [--discovered DATE] | --amend]",
    .summary = "Read people into the audience; again: add who is new.",
    .help =
	"Reads a CSV file of any size (`-`: standard input): comma, semicolon\n"
	"or tab, UTF-8 or UTF-16 by itself, others with --encoding.\n"
	"\n"
	"  tocsin import breach-2026 people.csv\n"
	"  tocsin import breach-2026 export.csv --map 'email=E-Mail,name=Full Name'\n"
	"  tocsin import breach-2026 old.csv --encoding windows-1252 --country US\n"
	"  tocsin import breach-2026 more.csv --tranche second \\\n"
	"      --discovered 2026-11-20\n"
	"  zcat people.csv.gz | tocsin import breach-2026 -\n"
	"\n"
	"Columns known by name: person_id, email (email2 ... email16, tried in\n"
	"order), name (or first_name and last_name), language, country,\n"
	"jurisdiction, region, postcode, street, city, phone, role, segment,\n"
	"data_types, legal_channel, legal_ground, engaged, unsubscribed,\n"
	"complained, bounced (yes, no or a date), discovered, source. Any other\n"
	"column can be used in the text: {{ref}} for a column ref.\n"
	"\n"
	"One person is one person_id, or without it one name and address. Two\n"
	"people who share a mailbox stay two. Rows of one person are joined and\n"
	"listed in DIR/merges.csv. Nobody is left out for having unsubscribed:\n"
	"a mandated notice is owed to all. Who has no address that works stays\n"
	"in the audience, owed another channel.\n"
	"\n"
	"A tranche is people found later: they have a clock of their own, from\n"
	"--discovered on (without it: from [notice] discovered), kept in\n"
	"DIR/tranches.tsv. The same name takes more people, never another date.\n"
	"\n"
	"Where a person lives decides which laws count. A bare code that is both\n"
	"a country and a state of the US (CA, DE, IN) is rejected until a country\n"
	"column or --country settles it: write US-CA or CAN.\n"
	"\n"
	"Every row rejected and every address left out is in DIR/rejects.csv,\n"
	"with line, column and reason. Mend those rows and import them again.\n"
	"A known person with other cells than before refuses the import until\n"
	"--amend or --tranche says what is meant. Nobody new comes into a\n"
	"correction (new --corrects).\n"
	"\n"
	"Exit: 0 everyone is in; 1 the audience is written, but rows were\n"
	"rejected; 2 the file, its columns or the options must be mended,\n"
	"nothing changed; 3 disk, database, or a send is running: nothing\n"
	"changed, safe to try again.\n",
    .run = run_import,
};
