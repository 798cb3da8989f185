/* cmd_duties: tocsin duties DIR: what the laws want done, and what was. */
#include "cli/duties.h"
#include "cli/status_text.h"

#define OUT_MAX   (64 * MiB)
#define ARENA_MAX (256 * MiB)

extern const struct cli_command cmd_duties;

struct asked {
	struct cli *cli;
	const char *dir;
	const char *done, *waive, *reopen, *hold, *by, *at, *note, *tranche;
	bool lift, every;
	usec_t now;
	struct arena arena;
	struct notice *notice;
	struct law_pack *pack;
	struct people *people;
	struct obligations all;
};

/* ---- what stands */

static int load_pack(struct asked *o, struct err *e)
{
	struct buf dir = BUF_INIT(8 * KiB);
	int rc;

	buf_addf(&dir, "%s/laws", status_data_dir());
	rc = law_pack_load(buf_cstr(&dir), &o->pack, e);
	buf_release(&dir);
	return rc;
}

static int gather(struct asked *o, struct err *e)
{
	int rc;

	if ((rc = notice_open_with(o->dir, o->cli->config, &o->notice, e)) <
		0 ||
	    (rc = load_pack(o, e)) < 0)
		return rc;
	rc = people_open(o->dir, &o->people, e);
	if (rc == ERR_NOENT)
		rc = err_set(e, ERR_INPUT,
		    "%s has no audience yet; run: tocsin import %s FILE.csv",
		    o->dir, o->dir);
	return rc < 0 ? rc
		      : obligations_gather(o->notice, o->pack, o->people,
			    o->now, &o->arena, &o->all, e);
}

/* ---- what is to be recorded */

/* ID[:who[:step]] */
struct wanted {
	struct str id, who, step;
};

static bool fits(const struct wanted *w, const struct law_duty *d)
{
	uint64_t step;

	return str_eq(w->id, d->id) &&
	       (!w->who.p || str_eq(w->who, str_of(law_who_name(d->who)))) &&
	       (!w->step.p ||
		   (str_to_u64(w->step, 99, &step) && step == d->step));
}

static void name_duty(struct buf *b, const struct law_duty *d)
{
	buf_addf(b, "%s%.*s:%s:%u", b->len ? ", " : "", STR_ARG(d->id),
	    law_who_name(d->who), d->step);
}

static int refuse_unknown(
    const struct obligation *in, const char *text, struct str id, struct err *e)
{
	struct buf have = BUF_INIT(300);

	for (size_t i = 0; i < in->duties.count; i++)
		if (str_eq(in->duties.d[i].id, id))
			name_duty(&have, &in->duties.d[i]);
	if (have.len)
		err_set(e, ERR_INPUT, "there is no duty '%s'; there are %s",
		    text, buf_cstr(&have));
	else
		err_set(e, ERR_INPUT,
		    "there is no duty '%s' towards these people; 'tocsin "
		    "duties --all' lists those there are",
		    text);
	buf_release(&have);
	return ERR_INPUT;
}

static int find_duty(const struct obligation *in, const char *text,
    const struct law_duty **ret, struct err *e)
{
	struct str rest = str_of(text);
	struct wanted w = {.id = str_cut(&rest, ':')};
	struct buf several = BUF_INIT(300);
	size_t n = 0;
	int rc = 0;

	if (rest.p)
		w.who = str_cut(&rest, ':');
	w.step = rest;
	for (size_t i = 0; i < in->duties.count; i++)
		if (fits(&w, &in->duties.d[i])) {
			*ret = &in->duties.d[i];
			name_duty(&several, *ret);
			n++;
		}
	if (!n)
		rc = refuse_unknown(in, text, w.id, e);
	else if (n > 1)
		rc = err_set(e, ERR_INPUT,
		    "'%s' is several duties; say which: %s", text,
		    buf_cstr(&several));
	buf_release(&several);
	return rc;
}

static int read_at(const struct asked *o, usec_t *ret, struct err *e)
{
	*ret = o->now;
	if (!o->at)
		return 0;
	if (!law_moment_parse(str_of(o->at), ret))
		return err_set(e, ERR_INPUT,
		    "--at %s: write a date that exists, such as 2026-11-03 or "
		    "2026-11-03T14:00:00Z",
		    o->at);
	if (*ret > o->now)
		return err_set(e, ERR_INPUT,
		    "--at %s lies ahead; record it when it is done (times are "
		    "UTC)",
		    o->at);
	return 0;
}

/* Whom nobody can have told yet; a day alone is 00:00 of it. */
static int refuse_too_early(const struct asked *o, const struct obligation *in,
    usec_t at, struct err *e)
{
	usec_t discovered = in->facts.discovered;
	char date[CLOCK_ISO_SIZE];

	if (!discovered || at >= discovered - discovered % (24 * USEC_PER_HOUR))
		return 0;
	clock_iso(discovered, date);
	return err_set(e, ERR_INPUT,
	    "--at %s is before the discovery on %.10s%s%.*s%s; nothing can "
	    "have been done about it then",
	    o->at ? o->at : "now", date, in->tranche.n ? " of '" : "",
	    STR_ARG(in->tranche), in->tranche.n ? "'" : "");
}

static int make_duty_event(
    const struct asked *o, struct duty_event *ev, struct err *e)
{
	const char *text = o->done ? o->done : o->waive ? o->waive : o->reopen;
	struct str tranche = str_of(o->tranche);
	const struct obligation *in = obligations_find(&o->all, tranche);
	const struct law_duty *d = NULL;
	const struct duty_event *last;
	int rc;

	if (!in && tranche.n)
		return err_set(
		    e, ERR_INPUT, "nobody is in a tranche '%s'", o->tranche);
	if (!in)
		return err_set(e, ERR_INPUT,
		    "everybody is in a tranche; say which with --tranche");
	if ((rc = find_duty(in, text, &d, e)) < 0 ||
	    (rc = read_at(o, &ev->at, e)) < 0)
		return rc;
	last = duty_last(&in->log, d->id, d->step, d->who);
	if (o->reopen && (!last || last->state == DUTY_OPEN))
		return err_set(e, ERR_INPUT, "'%s' is open", text);
	ev->id = d->id;
	ev->step = d->step;
	ev->who = d->who;
	ev->tranche = in->tranche;
	ev->state = o->done ? DUTY_DONE : o->waive ? DUTY_WAIVED : DUTY_OPEN;
	return o->done ? refuse_too_early(o, in, ev->at, e) : 0;
}

static int make_hold_event(
    const struct asked *o, struct duty_event *ev, struct err *e)
{
	ev->id = S(DUTY_HOLD);
	ev->step = 1;
	ev->who = LAW_INDIVIDUALS;
	if (o->lift) {
		ev->state = DUTY_DONE;
		ev->at = o->now;
		return duty_hold(&o->all.log)
			   ? 0
			   : err_set(e, ERR_INPUT,
				 "there is no hold that could be lifted");
	}
	ev->state = DUTY_OPEN;
	if (!law_moment_parse(str_of(o->hold), &ev->at))
		return err_set(e, ERR_INPUT,
		    "--hold-until %s: write a date that exists, such as "
		    "2026-12-01 or 2026-12-01T09:00:00Z",
		    o->hold);
	if (ev->at <= o->now)
		return err_set(e, ERR_INPUT,
		    "--hold-until %s is over already (times are UTC)", o->hold);
	return 0;
}

static bool is_hold(const struct asked *o)
{
	return o->hold || o->lift;
}

static bool is_record(const struct asked *o)
{
	return o->done || o->waive || o->reopen || is_hold(o);
}

static int record(struct asked *o, struct err *e)
{
	struct duty_event ev = {.recorded = o->now,
	    .by = str_trim(str_of(o->by)),
	    .note = str_trim(str_of(o->note))};
	int rc = is_hold(o) ? make_hold_event(o, &ev, e)
			    : make_duty_event(o, &ev, e);

	if (rc == 0)
		rc = duty_record(o->dir, &ev, e);
	if (rc < 0)
		return rc;
	cli_say(o->cli, "recorded: %.*s:%s:%u is %s, by %.*s", STR_ARG(ev.id),
	    law_who_name(ev.who), ev.step, duty_state_name(ev.state),
	    STR_ARG(ev.by));
	if (o->hold && duty_hold_until(&o->all.log) > ev.at)
		cli_say(o->cli,
		    "a longer hold stands and goes on; --release-hold lifts "
		    "all, then record what is left");
	return obligations_gather(
	    o->notice, o->pack, o->people, o->now, &o->arena, &o->all, e);
}

/* ---- showing */

static void say_gaps(const struct asked *o)
{
	for (size_t i = 0; i < o->all.count; i++) {
		const struct obligation *in = &o->all.v[i];

		if (in->unknown)
			cli_say(o->cli,
			    "%llu people live who knows where: no law can be "
			    "asked for them",
			    (unsigned long long)in->unknown);
		if (in->duties.unknown_state)
			cli_say(o->cli,
			    "%llu people live in the US, in no state we know: "
			    "only federal laws are asked",
			    (unsigned long long)in->duties.unknown_state);
		for (size_t k = 0; k < in->duties.not_covered_count &&
				   o->notice->kind != NOTICE_LEGAL;
		     k++)
			cli_say(o->cli,
			    "%.*s: the pack knows no law there, which does "
			    "not mean that there is none",
			    STR_ARG(in->duties.not_covered[k].code));
		if (!in->facts.discovered)
			cli_say(o->cli,
			    "nobody said when it was discovered ([notice] "
			    "discovered), so most deadlines have no date");
	}
}

static int show(struct asked *o)
{
	struct buf out = BUF_INIT(OUT_MAX);
	int rc;

	say_gaps(o);
	if (o->cli->json)
		duties_json(&o->all, &o->arena, &out);
	else
		duties_text(&o->all, o->every, &o->arena, &out);
	rc = cli_print(&out);
	buf_release(&out);
	if (rc || is_record(o))
		return rc;
	return obligations_bar(&o->all) ? 1 : 0;
}

/* ---- words */

static int check_words(const struct asked *o)
{
	int actions =
	    !!o->done + !!o->waive + !!o->reopen + !!o->hold + o->lift;
	bool named = o->by && str_trim(str_of(o->by)).n;

	if (actions > 1)
		return cli_usage(&cmd_duties,
		    "record one thing at a time: --done, --waive, --reopen, "
		    "--hold-until or --release-hold");
	if (!actions && (o->by || o->at || o->note || o->tranche))
		return cli_usage(&cmd_duties,
		    "--by, --at, --note and --tranche say more about --done, "
		    "--waive, --reopen, --hold-until or --release-hold");
	if (actions && !named)
		return cli_usage(&cmd_duties,
		    "who decided it? give --by NAME; the name is recorded");
	if (o->at && !o->done)
		return cli_usage(
		    &cmd_duties, "--at is the day when something was --done");
	if (o->waive && !(o->note && str_trim(str_of(o->note)).n))
		return cli_usage(&cmd_duties,
		    "a waiver needs its reason: --note 'why the duty need not "
		    "be done'");
	if (o->hold && !(o->note && str_trim(str_of(o->note)).n))
		return cli_usage(&cmd_duties,
		    "which authority asked, and how? give --note 'FBI Boston, "
		    "letter of 3 November'");
	if (o->tranche && is_hold(o))
		return cli_usage(
		    &cmd_duties, "a hold is for everybody, not for a tranche");
	return 0;
}

static int run_duties(struct cli *c, int argc, char **argv)
{
	struct asked o = {.cli = c, .arena = ARENA_INIT(ARENA_MAX)};
	const struct cli_option options[] = {
	    {"done", "ID[:WHO[:STEP]]", "it was done", .value = &o.done},
	    {"waive", "ID[:WHO[:STEP]]", "it need not be done",
		.value = &o.waive},
	    {"reopen", "ID[:WHO[:STEP]]", "it is open again",
		.value = &o.reopen},
	    {"hold-until", "DATE", "law enforcement asked to wait",
		.value = &o.hold},
	    {"release-hold", NULL, "they no longer ask", .flag = &o.lift},
	    {"by", "NAME", "who decided", .value = &o.by},
	    {"at", "DATE", "when it was done; default: now", .value = &o.at},
	    {"note", "TEXT", "the reason, the file number, the authority",
		.value = &o.note},
	    {"tranche", "NAME", "whose duty; default: the first import's",
		.value = &o.tranche},
	    {"all", NULL, "show also what does not apply", .flag = &o.every},
	};
	struct err e = {0};
	int words, rc;

	rc = cli_parse(c, &cmd_duties, options, ARRAY_SIZE(options), argc, argv,
	    1, 1, &words);
	if (rc)
		return rc > 0 ? 0 : 2;
	o.dir = argv[0];
	if ((rc = check_words(&o)) != 0)
		return rc;
	o.now = clock_wall(&clock_system);
	rc = gather(&o, &e);
	if (rc >= 0 && is_record(&o))
		rc = record(&o, &e);
	rc = rc < 0 ? cli_fail(&cmd_duties, &e) : show(&o);
	people_close(o.people);
	law_pack_free(o.pack);
	notice_free(o.notice);
	arena_release(&o.arena);
	return rc;
}

const struct cli_command cmd_duties = {
    .name = "duties",
    .args = "DIR [--done ID[:WHO[:STEP]] --by NAME] [--waive ... --note WHY]",
    .summary =
	"What the laws want done, what was done, and what bars the send.",
    .help =
	"Lists every duty that a law of the pack (data/laws) sets for the people\n"
	"of DIR, the earliest first: open, done or waived, by whom and when. Each\n"
	"tranche has its own dates. Some duties bar the send until they are done\n"
	"or waived: where a law wants a regulator told before the persons\n"
	"(Maryland, New Hampshire, New Jersey), where days must pass after that\n"
	"(CPNI), and while law enforcement asks to wait.\n"
	"\n"
	"  tocsin duties breach-2026\n"
	"  tocsin duties breach-2026 --done us-md:regulator --by 'Ann Lee' \\\n"
	"      --at 2026-11-10 --note 'mail to idtheft@oag, no. 4711'\n"
	"  tocsin duties breach-2026 --waive us-fcc-cpni-2007:regulator \\\n"
	"      --by 'Ann Lee' --note 'we are no carrier'\n"
	"  tocsin duties breach-2026 --reopen us-md:regulator --by 'Ann Lee'\n"
	"  tocsin duties breach-2026 --hold-until 2026-12-01 --by 'Ann Lee' \\\n"
	"      --note 'FBI Boston, letter of 3 November'\n"
	"  tocsin duties breach-2026 --release-hold --by 'Ann Lee'\n"
	"\n"
	"WHO is individuals, regulator or cra (the credit bureaus); STEP is 2 or 3\n"
	"for later reports. Both can be left out where there is only one.\n"
	"A law that only may apply bars too, until somebody answers: set the fact\n"
	"in notice.ini ([facts] sector ...), or record it as done or waived.\n"
	"Of several holds the longest counts; --release-hold lifts all of them.\n"
	"A wait of business days begins with the day after the report; holidays\n"
	"are not known.\n"
	"\n"
	"What is recorded stands in DIR/duties.tsv, one event a line; nothing is\n"
	"ever taken out of it.\n"
	"\n"
	"Not legal advice. Each row shows the date of its knowledge and how far\n"
	"it was checked; counsel must confirm it.\n"
	"\n"
	"Exit status: 0 nothing bars the send, or what was given is recorded;\n"
	"1 something bars it; 2 no such duty, a waiver without a reason, a date\n"
	"that does not exist or lies ahead, no audience: nothing was recorded;\n"
	"3 a file can not be read or written.\n",
    .run = run_duties,
};
