#include "cli/approve.h"

#include "notice/kept.h"

extern const struct cli_command cmd_approve;

usec_t approve_now(void)
{
	usec_t now = clock_wall(&clock_system);

	return now - now % USEC_PER_SEC;
}

int approve_look(struct approve *a, struct err *e)
{
	int rc = gate_look(a->dir, a->cli->config, &a->view, e);

	if (rc == 0 && !a->view.gated)
		rc = err_set(e, ERR_INPUT,
		    "%s is ungated: notice.ini says 'roles =' under "
		    "[approval], so nobody is asked; name the roles there, or "
		    "remove the line",
		    a->dir);
	return rc;
}

int approve_find(
    const struct approve *a, struct str name, size_t *ret, struct err *e)
{
	struct buf all = BUF_INIT(400);

	for (size_t i = 0; i < a->view.tranches; i++)
		if (str_eq(a->view.state[i].tranche, name)) {
			*ret = i;
			return 0;
		}
	for (size_t i = 0; i < a->view.tranches; i++)
		buf_addf(
		    &all, "%s'%s'", i ? ", " : "", a->view.tranche[i].name);
	err_set(e, ERR_INPUT,
	    "there is nobody in a tranche '%.*s'; there are: %.*s",
	    STR_ARG(name), STR_ARG(buf_str(&all)));
	buf_release(&all);
	return ERR_INPUT;
}

/* ---- here and now */

static int record(
    struct approve *a, const struct approver_key *k, size_t i, struct err *e)
{
	const struct approval_state *s = &a->view.state[i];
	struct approval_record r = {.role = k->role,
	    .name = k->name,
	    .tranche = s->tranche,
	    .at = approve_now()};
	char name[GATE_NAME], number[CLI_NUMBER];
	int rc;

	memcpy(r.digest, s->digest, sizeof(r.digest));
	rc = approval_sign(&r, k->key, e);
	if (rc == 0)
		rc = approval_keep(a->dir, &r, buf_str(&a->view.request[i]), e);
	if (rc == 0) {
		a->recorded++;
		cli_say(a->cli, "%s (%s people) is approved as %.*s by %.*s",
		    gate_tranche_name(s->tranche, name),
		    cli_number(s->people, number), STR_ARG(r.role),
		    STR_ARG(r.name));
	}
	return rc;
}

/* Which tranches this person may approve: the one named, or all that lack
 * their role. */
static int choose(const struct approve *a, bool *chosen, struct err *e)
{
	struct str role = str_of(a->role), name = str_of(a->name);
	struct err first = {0};
	size_t i = 0, n = 0;
	int rc = 0;

	if (a->tranche) {
		rc = approve_find(a, str_of(a->tranche), &i, e);
		if (rc == 0)
			rc = approval_admit(
			    &a->view.all, &a->view.state[i], role, name, e);
		chosen[i] = rc == 0;
		return rc;
	}
	for (i = 0; i < a->view.tranches; i++) {
		chosen[i] = approval_admit(&a->view.all, &a->view.state[i],
				role, name, e) == 0;
		n += chosen[i];
		if (!chosen[i] && !first.code)
			first = *e;
	}
	if (!n)
		*e = first;
	return n ? 0 : first.code;
}

static int approve_here(struct approve *a, struct err *e)
{
	bool chosen[ROLL_TRANCHES] = {false};
	struct approver_key k = {0};
	int rc = approve_look(a, e);

	if (rc == 0)
		rc = choose(a, chosen, e);
	if (rc == 0)
		rc = approver_open(&k, a->role, a->name, a->key, e);
	if (rc == 0)
		rc = approver_check(&k, &a->view.all.keys, false, e);
	if (rc == 0)
		rc = approver_settle(a->cli, &k, a->dir, e);
	for (size_t i = 0; rc == 0 && i < a->view.tranches; i++)
		if (chosen[i])
			rc = record(a, &k, i, e);
	approver_release(&k);
	return rc;
}

/* ---- how it stands */

static int show(struct approve *a, struct err *e)
{
	struct buf out = BUF_INIT(16 * MiB);
	struct json j;
	int rc;

	gate_view_release(&a->view);
	rc = gate_look(a->dir, a->cli->config, &a->view, e);
	if (rc < 0)
		return cli_fail(&cmd_approve, e);
	if (a->cli->json) {
		json_begin(&j, &out);
		json_object(&j);
		json_put_u64(&j, "recorded", a->recorded);
		gate_put_json(&j, &a->view);
		json_end(&j);
		rc = cli_print(&out);
	} else if (!a->cli->quiet) {
		gate_print(&a->view, &out);
		buf_truncate(&out, out.len ? out.len - 1 : 0);
		rc = cli_print(&out);
	}
	buf_release(&out);
	if (rc == 0 && !a->recorded && a->view.gated)
		rc = !gate_is_approved(&a->view);
	return rc;
}

/* ---- the command */

static int usage(const struct approve *a)
{
	int ways = !!a->request + !!a->sign + !!a->accept + a->enroll +
		   !!a->new_key + a->status;
	bool signs = !ways && (a->role || a->name);

	if (ways > 1)
		return cli_usage(&cmd_approve,
		    "--request, --sign, --accept, --enroll, --new-key and "
		    "--status do not go together");
	if (!a->dir != (a->sign || a->new_key))
		return cli_usage(&cmd_approve,
		    a->dir ? "--sign and --new-key take no folder"
			   : "the folder of the notice is missing");
	if ((signs || a->sign || a->enroll) && (!a->role || !a->name))
		return cli_usage(
		    &cmd_approve, "--as ROLE and --by NAME are needed");
	if (a->enroll != !!a->public_key)
		return cli_usage(
		    &cmd_approve, "--enroll and --public FILE go together");
	if (a->out && !a->sign)
		return cli_usage(&cmd_approve, "-o goes with --sign");
	if (a->key && !signs && !a->sign)
		return cli_usage(&cmd_approve, "--key goes with --as and --by");
	return 0;
}

/* One at a time changes the folder; readers need no lock. */
static int act(struct approve *a, struct err *e)
{
	bool writes = a->dir && (a->role || a->accept || a->enroll);
	int lock = -1, rc = writes ? kept_lock(a->dir, &lock, e) : 0;

	if (rc < 0)
		return rc;
	if (a->request)
		rc = approve_write_request(a, e);
	else if (a->sign)
		rc = approve_sign_request(a, e);
	else if (a->accept)
		rc = approve_accept(a, e);
	else if (a->enroll)
		rc = approve_enroll(a, e);
	else if (a->new_key)
		rc = approve_new_key(a, e);
	else if (a->role)
		rc = approve_here(a, e);
	kept_unlock(lock);
	return rc;
}

static int run_approve(struct cli *c, int argc, char **argv)
{
	struct approve a = {.cli = c};
	const struct cli_option options[] = {
	    {"as", "ROLE", "the role this approval is given in",
		.value = &a.role},
	    {"by", "NAME", "who gives it", .value = &a.name},
	    {"key", "FILE", "sign with this key (default: the person's own)",
		.value = &a.key},
	    {"tranche", "NAME", "only these people", .value = &a.tranche},
	    {"status", NULL, "who has approved, who is missing, what changed",
		.flag = &a.status},
	    {"request", "FILE", "write what is to be approved",
		.value = &a.request},
	    {"sign", "REQUEST", "approve it on another device, without DIR",
		.value = &a.sign},
	    {"o", "FILE", "where --sign writes (default: standard output)",
		.value = &a.out},
	    {"accept", "FILE", "take what --sign wrote", .value = &a.accept},
	    {"enroll", NULL, "from now on this key signs for ROLE and NAME",
		.flag = &a.enroll},
	    {"public", "FILE", "the public key to enroll: hex, base64, PEM",
		.value = &a.public_key},
	    {"new-key", "FILE", "make a private key, print the public one",
		.value = &a.new_key},
	};
	struct err e = {0};
	int words, rc = cli_parse(c, &cmd_approve, options, ARRAY_SIZE(options),
		       argc, argv, 0, 1, &words);

	if (rc)
		return rc > 0 ? 0 : 2;
	a.dir = words ? argv[0] : NULL;
	rc = usage(&a);
	if (rc)
		return rc;
	if (act(&a, &e) < 0)
		rc = cli_fail(&cmd_approve, &e);
	else if (a.dir && !a.request && !a.enroll)
		rc = show(&a, &e);
	gate_view_release(&a.view);
	return rc;
}

const struct cli_command cmd_approve = {
    .name = "approve",
    .args = "DIR [--as ROLE --by NAME] [--key FILE] [--tranche NAME]",
    .summary = "Approve exactly what would be sent; see who has.",
    .help =
	"An approval is a signature under a list of everything that would be\n"
	"sent: the text, the settings a reader sees, the list of people, by\n"
	"their SHA-256. Change one byte of it and the approval is void; the\n"
	"command then names what changed. [approval] roles says who must\n"
	"approve (legal, security, communications if it says nothing; a name\n"
	"under [esp] adds esp).\n"
	"\n"
	"  tocsin approve breach-2026                 how it stands\n"
	"  tocsin approve breach-2026 --as legal --by 'Ann Smith'\n"
	"\n"
	"Without --key a key of this person is used, in ~/.config/tocsin/\n"
	"approvers/; it is made, and enrolled in the notice, at the first use.\n"
	"Nobody else can sign for that name from then on. People added later\n"
	"(a tranche) are approved by themselves; earlier approvals stand.\n"
	"One person may approve in several roles; that is told.\n"
	"\n"
	"On another device, which needs no notice:\n"
	"  there  tocsin approve --new-key ann.pem > ann.pub\n"
	"  here   tocsin approve DIR --enroll --as legal --by Ann --public "
	"ann.pub\n"
	"  here   tocsin approve DIR --request ask.txt\n"
	"  there  tocsin approve --sign ask.txt --as legal --by Ann \\\n"
	"             --key ann.pem -o yes.txt\n"
	"  here   tocsin approve DIR --accept yes.txt\n"
	"\n"
	"Exit: 0 recorded, or everybody has approved; 1 somebody is missing;\n"
	"2 refused (not a role that is asked for, twice, altered, not what\n"
	"would be sent now, nothing to approve yet), nothing recorded; 3 disk.\n",
    .run = run_approve,
};
