/* cmd_deadlines: tocsin deadlines DIR | --discovered DATE --people ... */
#include "cli/cli.h"
#include "cli/deadlines.h"
#include "cli/status_text.h"
#include "base/file.h"
#include "base/limits.h"
#include "notice/facts.h"
#include "notice/tranche.h"
#include "store/people.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#define OUT_MAX (64 * MiB)

extern const struct cli_command cmd_deadlines;

struct asked {
	struct cli *cli;
	const char *dir; /* NULL: by --people */
	const char *discovered, *people, *kind, *ics, *determined, *sector,
	    *data_types, *encrypted, *listed, *role, *house_limit, *effective,
	    *at;
	bool all;
	struct arena arena;
	struct notice *notice;
	struct deadlines d;
	bool no_law; /* a notice of a kind no law of the pack is about */
};

/* ---- options into facts; each adds to what the folder said */

static int set_moment(
    const char *option, const char *value, usec_t *ret, struct err *e)
{
	if (!value || law_moment_parse(str_of(value), ret))
		return 0;
	return err_set(e, ERR_USAGE,
	    "--%s: '%s' is no date that exists; write 2026-11-03 or "
	    "2026-11-03T14:00:00-08:00",
	    option, value);
}

static int set_answer(
    const char *option, const char *value, enum law_answer *ret, struct err *e)
{
	if (!value)
		return 0;
	if (!strcmp(value, "yes"))
		*ret = LAW_SAID_YES;
	else if (!strcmp(value, "no"))
		*ret = LAW_SAID_NO;
	else
		return err_set(
		    e, ERR_USAGE, "--%s: '%s' is not yes or no", option, value);
	return 0;
}

/* "10 d", "72h": the settings' way to write a time. */
static int set_limit(const char *value, usec_t *ret, struct err *e)
{
	static const struct {
		const char *unit;
		usec_t usec;
	} units[] = {{"s", USEC_PER_SEC}, {"min", USEC_PER_MIN},
	    {"h", USEC_PER_HOUR}, {"d", 24 * USEC_PER_HOUR}};
	struct str s = str_of(value);
	size_t digits = 0;
	uint64_t n;

	if (!value)
		return 0;
	while (digits < s.n && ascii_is_digit(s.p[digits]))
		digits++;
	if (str_to_u64(str_sub(s, 0, digits), 1000000, &n) && n)
		for (size_t i = 0; i < ARRAY_SIZE(units); i++)
			if (str_eq(str_trim(str_from(s, digits)),
				str_of(units[i].unit))) {
				*ret = (usec_t)n * units[i].usec;
				return 0;
			}
	return err_set(e, ERR_USAGE,
	    "--house-limit: '%s' is no time; write 10 d or 72 h", value);
}

static void set_list(const char *value, struct str *ret)
{
	if (value)
		*ret = str_of(value);
}

static int read_options(
    const struct asked *o, struct law_facts *f, struct err *e)
{
	int r = set_moment("discovered", o->discovered, &f->discovered, e);

	set_list(o->sector, &f->sector);
	set_list(o->data_types, &f->data_types);
	set_list(o->role, &f->role);
	if (r == 0)
		r = set_moment("determined", o->determined, &f->determined, e);
	if (r == 0)
		r = set_moment("effective", o->effective, &f->effective, e);
	if (r == 0)
		r = set_moment("at", o->at, &f->now, e);
	if (r == 0)
		r = set_answer("encrypted", o->encrypted, &f->encrypted, e);
	if (r == 0)
		r = set_answer("listed", o->listed, &f->listed, e);
	if (r == 0)
		r = set_limit(o->house_limit, &f->house_limit, e);
	if (r == 0 && o->kind)
		r = law_kinds_parse(str_of(o->kind), &f->kinds, e);
	return r == 0 ? law_facts_check(f, e) : r;
}

/* ---- a notice's folder */

static int read_settings(struct asked *o, struct law_facts *f, struct err *e)
{
	struct duty_log log = {0};
	struct err unknown = {0};
	int r = notice_open_with(o->dir, o->cli->config, &o->notice, e);

	if (r == 0)
		r = duty_log_load(o->dir, &o->arena, &log, e);
	if (r == 0)
		r = notice_law_facts(o->notice, f->now, &log, f, &unknown, e);
	if (r == 0 && unknown.code)
		cli_say(o->cli, "%s; it counts as not said", unknown.msg);
	o->no_law = r == 0 && f->kinds == FACTS_NO_LAW && !o->kind;
	return r;
}

struct counting {
	struct asked *o;
	size_t room;
};

/* Groups differ by segment and language, too. */
static int count_group(const struct people_group *g, void *arg)
{
	struct counting *c = arg;
	struct deadlines *d = &c->o->d;
	struct law_place *bigger;
	size_t i = 0;

	if (!g->jurisdiction.n) {
		d->unknown += g->people;
		return 0;
	}
	while (i < d->places && !str_eq(d->place[i].code, g->jurisdiction))
		i++;
	if (i < d->places) {
		d->place[i].people += g->people;
		return 0;
	}
	if (d->places == c->room) {
		bigger = arena_array(
		    &c->o->arena, 2 * c->room + 16, sizeof(*bigger));
		if (!bigger)
			return ERR_LIMIT;
		if (d->places)
			memcpy(bigger, d->place, d->places * sizeof(*bigger));
		d->place = bigger;
		c->room = 2 * c->room + 16;
	}
	d->place[d->places++] =
	    (struct law_place){.code = arena_dup(&c->o->arena, g->jurisdiction),
		.people = g->people};
	return 0;
}

/* These dates are those of the first discovery. */
static int tell_of_tranches(struct asked *o, struct err *e)
{
	struct tranches all;
	int r = tranches_load(o->dir, &o->arena, &all, e);

	if (r == 0 && all.count)
		cli_say(o->cli,
		    "%s: people added later (a tranche) have a clock of their "
		    "own; here all are counted from the first discovery, "
		    "'tocsin duties %s' has each",
		    o->dir, o->dir);
	return r;
}

static int read_audience(struct asked *o, struct err *e)
{
	struct counting c = {.o = o};
	struct people *p;
	int r = tell_of_tranches(o, e);

	if (r == 0)
		r = people_open(o->dir, &p, e);
	if (r < 0)
		return r;
	r = people_each_group(p, count_group, &c, e);
	if (r < 0 && !e->code)
		err_set(e, r, "%s: too many places", o->dir);
	people_close(p);
	return r;
}

/* ---- the command */

static int gather(struct asked *o, struct err *e)
{
	struct law_facts *f = &o->d.facts;
	int r = 0;

	f->now = clock_wall(&clock_system);
	if (o->dir)
		r = read_settings(o, f, e);
	if (r == 0)
		r = read_options(o, f, e);
	if (r < 0)
		return r;
	if (!f->discovered && f->kinds != LAW_KIND_POLICY && !o->no_law)
		return err_set(e, ERR_INPUT,
		    o->dir ? "%s/notice.ini: [notice] discovered is not set; "
			     "most clocks start there"
			   : "give --discovered%.0s",
		    o->dir ? o->dir : "");
	if (o->people)
		return law_places_parse(
		    str_of(o->people), &o->arena, &o->d.place, &o->d.places, e);
	return read_audience(o, e);
}

static int assess(struct asked *o, struct err *e)
{
	char dir[4096];
	int r, n = snprintf(dir, sizeof(dir), "%s/laws", status_data_dir());

	if (o->no_law)
		return 0;
	if (n < 0 || (size_t)n >= sizeof(dir))
		return err_set(
		    e, ERR_LIMIT, "the data folder's name is too long");
	r = law_pack_load(dir, &o->d.pack, e);
	if (r < 0)
		return r;
	return law_assess(o->d.pack, &o->d.facts, o->d.place, o->d.places,
	    &o->arena, &o->d.duties, e);
}

/* Whole or not at all. */
static int write_ics(const struct asked *o, struct err *e)
{
	struct buf b = BUF_INIT(OUT_MAX);
	char tmp[4096];
	int fd, r = 0;
	int n = snprintf(tmp, sizeof(tmp), "%s.tmp", o->ics);

	if (n < 0 || (size_t)n >= sizeof(tmp))
		return err_set(e, ERR_LIMIT, "--ics: the name is too long");
	deadlines_ics(&o->d, &b);
	fd = open(tmp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (fd < 0) {
		buf_release(&b);
		return err_sys(e, errno, "%s", tmp);
	}
	if (file_write_all(fd, buf_str(&b)) < 0)
		r = err_sys(e, errno, "%s", tmp);
	if (close(fd) < 0 && r == 0)
		r = err_sys(e, errno, "%s", tmp);
	if (r == 0 && rename(tmp, o->ics) < 0)
		r = err_sys(e, errno, "%s", o->ics);
	if (r < 0)
		unlink(tmp);
	buf_release(&b);
	return r;
}

static int print(const struct asked *o)
{
	struct buf out = BUF_INIT(OUT_MAX), gaps = BUF_INIT(OUT_MAX);
	int status;

	if (o->no_law)
		cli_say(o->cli, "No law of the pack is about a notice of kind "
				"legal; --kind asks about others.");
	if (o->cli->json) {
		deadlines_gaps(&o->d, &gaps);
		deadlines_json(&o->d, &out);
		fprintf(stderr, "%s", buf_cstr(&gaps));
	} else {
		deadlines_text(&o->d, &out);
	}
	status = cli_print(&out);
	buf_release(&out);
	buf_release(&gaps);
	return status;
}

static int run_deadlines(struct cli *c, int argc, char **argv)
{
	struct asked o = {.cli = c, .arena = ARENA_INIT(256 * MiB)};
	const struct cli_option options[] = {
	    {"discovered", "DATE", "a day (00:00 UTC) or a moment",
		.value = &o.discovered},
	    {"people", "LIST", "US-CA=1200,DE=40: ISO 3166, by residence",
		.value = &o.people},
	    {"kind", "LIST", "breach, health, telecom, recall, policy",
		.value = &o.kind},
	    {"determined", "DATE", "when it was clear that it is a breach",
		.value = &o.determined},
	    {"sector", "LIST", "bank, health, telecom, ... or general",
		.value = &o.sector},
	    {"data-types", "LIST", "ssn, card, credentials, ...",
		.value = &o.data_types},
	    {"encrypted", "yes|no", "was the data encrypted",
		.value = &o.encrypted},
	    {"listed", "yes|no", "shares traded in the United States",
		.value = &o.listed},
	    {"role", "ROLE", "controller, processor, ...", .value = &o.role},
	    {"house-limit", "TIME",
		"\"10 d\": your own limit where a law says only \"soon\"",
		.value = &o.house_limit},
	    {"effective", "DATE", "when a change takes effect",
		.value = &o.effective},
	    {"at", "DATE", "count days from then, not from now",
		.value = &o.at},
	    {"ics", "FILE", "write the dates as a calendar", .value = &o.ics},
	    {"all", NULL, "show what does not apply, and why", .flag = &o.all},
	};
	struct err e = {0};
	int words, r;

	r = cli_parse(c, &cmd_deadlines, options, ARRAY_SIZE(options), argc,
	    argv, 0, 1, &words);
	if (r)
		return r > 0 ? 0 : 2;
	if ((words == 1) == (o.people != NULL))
		return cli_usage(&cmd_deadlines,
		    "give the folder of a notice, or --discovered and "
		    "--people");
	o.dir = words ? argv[0] : NULL;
	o.d.all = o.all;
	r = gather(&o, &e);
	if (r == 0)
		r = assess(&o, &e);
	if (r == 0 && o.ics)
		r = write_ics(&o, &e);
	r = r < 0 ? cli_fail(&cmd_deadlines, &e) : print(&o);
	law_pack_free(o.d.pack);
	notice_free(o.notice);
	arena_release(&o.arena);
	return r;
}

const struct cli_command cmd_deadlines = {
    .name = "deadlines",
    .args = "DIR | --discovered DATE --people US-CA=1200,DE=40",
    .summary = "Tell which laws ask that whom be told, by when and how.",
    .help =
	"Looks up every law of the pack (data/laws) for the people and says who\n"
	"must be told by when, which contents are owed, whether e-mail may be\n"
	"the notice, and when substitute notice is open. The numbers come from\n"
	"the audience of DIR and the facts from its notice.ini, or both from\n"
	"options; options go before settings.\n"
	"\n"
	"  tocsin deadlines breach-2026\n"
	"  tocsin deadlines breach-2026 --ics dates.ics\n"
	"  tocsin deadlines --discovered 2026-11-01 --people US-CA=1200,DE=900\n"
	"  tocsin deadlines --discovered 2026-11-03T14:00:00-08:00 \\\n"
	"      --people US-NY=80 --sector bank --data-types ssn,name \\\n"
	"      --encrypted no --house-limit '10 d'\n"
	"\n"
	"A law applies, applies if a question is answered, or does not apply.\n"
	"What you say settles questions:\n"
	"\n"
	"  sector      general, health, health-app, health-facility, bank,\n"
	"              non-bank-financial, broker-dealer, insurer, dfs,\n"
	"              financial-entity, telecom, public-agency, data-broker,\n"
	"              essential-entity, digital-product, child-service,\n"
	"              consumer-product, vehicle, food, meat, drug,\n"
	"              medical-device, cosmetic\n"
	"  data types  name, address, email, phone, birth-date, ssn, tax-id,\n"
	"              drivers-licence, passport, government-id, bank-account,\n"
	"              card, health, health-insurance, biometric, genetic,\n"
	"              credentials, email-credentials, location, children,\n"
	"              cpni, employment, purchases, other\n"
	"  role        controller, owner, processor, service-provider,\n"
	"              manufacturer, importer, distributor, retailer\n"
	"\n"
	"A date is the last day: the law's days are added to the start. Months\n"
	"end at the month's end; business days are Monday to Friday, without\n"
	"holidays. Laws that say only \"without delay\" have no date unless you\n"
	"set a house limit, which is shown as yours. One date stands for all\n"
	"events unless you give more.\n"
	"\n"
	"Not legal advice. Each row shows the date of its knowledge and how far\n"
	"it was checked; counsel must confirm it.\n"
	"\n"
	"Exit status: 0 told; 2 an unknown place, a date that does not exist,\n"
	"no audience, or a pack with a mistake; 3 a file can not be read or\n"
	"written.\n",
    .run = run_deadlines,
};
