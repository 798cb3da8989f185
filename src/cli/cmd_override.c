#include "cli/approver.h"

#include "base/codec.h"
#include "base/utf8.h"
#include "check/finding.h"
#include "notice/kept.h"

extern const struct cli_command cmd_override;

struct job {
	const struct cli *cli;
	const char *dir, *rule, *subject, *name, *key, *reason, *reason_file;
	bool withdraw;
	struct arena arena;
	struct notice *notice;
	struct approvers keys;
	struct override *o;
	size_t count;
	struct buf text; /* the reason */
	struct buf hash;
};

static int load(struct job *j, struct err *e)
{
	int rc = notice_open_with(j->dir, j->cli->config, &j->notice, e);

	if (rc == 0)
		rc = approvers_load(j->dir, &j->arena, &j->keys, e);
	if (rc == 0)
		rc = overrides_load(j->dir, &j->arena, &j->o, &j->count, e);
	return rc;
}

static const struct override *find(const struct job *j)
{
	for (size_t i = 0; i < j->count; i++)
		if (str_eq(j->o[i].rule, str_of(j->rule)) &&
		    str_eq(j->o[i].subject, str_of(j->subject)))
			return &j->o[i];
	return NULL;
}

/* ---- the list */

static void put_one(struct json *j, const struct override *o)
{
	char at[CLOCK_ISO_SIZE];

	clock_iso(o->at, at);
	json_object(j);
	json_put_str(j, "rule", o->rule);
	json_put_str(j, "subject", o->subject);
	json_put_bool(j, "in_force", o->names == ARRAY_SIZE(o->name));
	json_key(j, "names");
	json_array(j);
	for (unsigned k = 0; k < o->names; k++)
		json_str(j, o->name[k]);
	json_end(j);
	json_put_str(j, "reason_sha256", o->reason_sha256);
	json_put_str(j, "at", str_of(at));
	json_end(j);
}

static int print_list(const struct job *j)
{
	struct buf out = BUF_INIT(16 * MiB);
	struct json json;
	int rc;

	if (j->cli->json) {
		json_begin(&json, &out);
		json_array(&json);
		for (size_t i = 0; i < j->count; i++)
			put_one(&json, &j->o[i]);
		json_end(&json);
	}
	for (size_t i = 0; !j->cli->json && i < j->count; i++) {
		const struct override *o = &j->o[i];

		buf_addf(&out, "%s%.*s%s%.*s: ", i ? "\n" : "",
		    STR_ARG(o->rule), o->subject.n ? " " : "",
		    STR_ARG(o->subject));
		if (o->names == ARRAY_SIZE(o->name))
			buf_addf(&out, "overruled by %.*s and %.*s",
			    STR_ARG(o->name[0]), STR_ARG(o->name[1]));
		else
			buf_addf(&out,
			    "asked for by %.*s; not in force, somebody else "
			    "must confirm",
			    STR_ARG(o->name[0]));
	}
	rc = j->count || j->cli->json ? cli_print(&out) : 0;
	if (!j->count)
		cli_say(j->cli, "nothing is overruled");
	buf_release(&out);
	return rc;
}

/* ---- the reason */

static int given_reason(struct job *j, struct err *e)
{
	int rc = 0;

	if (j->reason)
		buf_addz(&j->text, j->reason);
	else
		rc = buf_read_file(&j->text, j->reason_file, e);
	if (rc == 0 && (j->text.over || !str_trim(buf_str(&j->text)).n ||
			   !utf8_valid(buf_str(&j->text))))
		rc = err_set(e, ERR_INPUT,
		    "the reason must be text, at most %lu bytes, and say "
		    "something",
		    LIMIT_OVERRIDE_REASON);
	return rc;
}

/* The hash that is signed: of the reason given, or of the one that is
 * confirmed, which is shown if it is still there. */
static int settle_reason(
    struct job *j, const struct override *open, struct err *e)
{
	unsigned char sum[DIGEST_SIZE];
	bool given = j->reason || j->reason_file;
	int rc = given ? given_reason(j, e) : 0;

	if (rc < 0)
		return rc;
	if (given) {
		digest_sha256(buf_str(&j->text), sum);
		codec_hex(&j->hash, str_make((const char *)sum, sizeof(sum)));
		return 0;
	}
	if (!open)
		return err_set(e, ERR_INPUT,
		    "there is nothing to %s: %s has no override of %s with "
		    "this subject; the first name gives --reason or "
		    "--reason-file",
		    j->withdraw ? "withdraw" : "confirm", j->dir, j->rule);
	buf_add(&j->hash, open->reason_sha256);
	if (j->withdraw)
		return 0;
	rc = override_reason_read(j->dir, open->reason_sha256, &j->text, e);
	if (rc == 0)
		rc = err_set(e, ERR_INPUT,
		    "the reason of %.*s was deleted and can not be shown; "
		    "give the same one again with --reason-file",
		    STR_ARG(open->name[0]));
	else if (rc > 0)
		cli_say(j->cli, "the reason of %.*s:\n%.*s",
		    STR_ARG(open->name[0]), STR_ARG(buf_str(&j->text)));
	return rc < 0 ? rc : 0;
}

/* ---- signing */

static size_t approvals_there(const struct job *j)
{
	struct arena a = ARENA_INIT(LIMIT_APPROVAL_MEMORY);
	struct approvals all = {0};
	struct err e;
	size_t n = 0;

	if (notice_is_gated(j->notice) &&
	    approvals_load(j->notice, &a, &all, &e) == 0)
		n = all.records;
	arena_release(&a);
	return n;
}

static void say_done(
    const struct job *j, const struct override_act *x, bool in_force)
{
	bool matters = in_force && approvals_there(j);

	if (x->withdraw)
		cli_say(j->cli, "the override of %.*s is withdrawn",
		    STR_ARG(x->rule));
	else
		cli_say(j->cli,
		    in_force ? "%.*s is overruled; two people signed"
			     : "%.*s: asked for; it is in force when somebody "
			       "else confirms it",
		    STR_ARG(x->rule));
	if (matters)
		cli_say(j->cli,
		    "what would be sent has changed by this: approvals given "
		    "before are void");
}

static int sign(struct job *j, struct err *e)
{
	struct override_act x = {.withdraw = j->withdraw,
	    .rule = str_of(j->rule),
	    .subject = str_of(j->subject)};
	const struct override *open = find(j);
	struct approver_key k = {0};
	usec_t now = clock_wall(&clock_system);
	int rc = settle_reason(j, open, e);

	if (rc == 0)
		rc = approver_open(&k, "override", j->name, j->key, e);
	x.name = k.name;
	x.reason_sha256 = buf_str(&j->hash);
	x.at = now - now % USEC_PER_SEC;
	if (rc == 0)
		rc = override_admit(j->o, j->count, &x, e);
	if (rc == 0)
		rc = approver_check(&k, &j->keys, true, e);
	if (rc == 0)
		rc = override_sign(&x, k.key, e);
	if (rc == 0)
		rc = approver_settle(j->cli, &k, j->dir, e);
	if (rc == 0 && !open)
		rc = override_reason_keep(
		    j->dir, buf_str(&j->text), x.reason_sha256, e);
	if (rc == 0)
		rc = override_keep(j->dir, &x, e);
	if (rc == 0)
		say_done(j, &x, open && (!x.withdraw || open->names == 2));
	approver_release(&k);
	return rc;
}

static int check_words(const struct job *j)
{
	if (!j->rule)
		return j->name || j->reason || j->reason_file || j->withdraw
			   ? cli_usage(&cmd_override, "the rule is missing")
			   : 0;
	if (!override_rule_ok(str_of(j->rule)) ||
	    (!j->withdraw && !rule_find(str_of(j->rule), NULL)))
		return cli_usage(&cmd_override,
		    "'%s' is no rule; 'tocsin check' prints them: S-07, L-01",
		    j->rule);
	if (!j->name)
		return cli_usage(&cmd_override, "--by NAME is needed");
	if (j->reason && j->reason_file)
		return cli_usage(
		    &cmd_override, "--reason or --reason-file, not both");
	if (j->withdraw && (j->reason || j->reason_file))
		return cli_usage(&cmd_override, "--withdraw takes no reason");
	if (strlen(j->subject) > LIMIT_OVERRIDE_SUBJECT ||
	    !utf8_is_clean(str_of(j->subject)))
		return cli_usage(&cmd_override,
		    "--subject: one line of text, at most %lu bytes",
		    LIMIT_OVERRIDE_SUBJECT);
	return 0;
}

static int run_override(struct cli *c, int argc, char **argv)
{
	struct job j = {.cli = c, .arena = ARENA_INIT(64 * MiB)};
	const struct cli_option options[] = {
	    {"subject", "TEXT",
		"only this one, as check prints it (default: any)",
		.value = &j.subject},
	    {"by", "NAME", "who overrules", .value = &j.name},
	    {"key", "FILE", "sign with this key (default: the person's own)",
		.value = &j.key},
	    {"reason", "TEXT", "why", .value = &j.reason},
	    {"reason-file", "FILE", "why, from a file",
		.value = &j.reason_file},
	    {"withdraw", NULL, "take the override back", .flag = &j.withdraw},
	};
	struct err e = {0};
	int lock = -1, words, rc;

	rc = cli_parse(c, &cmd_override, options, ARRAY_SIZE(options), argc,
	    argv, 1, 2, &words);
	if (rc)
		return rc > 0 ? 0 : 2;
	j.dir = argv[0];
	j.rule = words > 1 ? argv[1] : NULL;
	j.subject = j.subject ? j.subject : "";
	if ((rc = check_words(&j)))
		return rc;
	j.text = BUF_INIT(LIMIT_OVERRIDE_REASON);
	j.hash = BUF_INIT(KiB);
	rc = j.rule ? kept_lock(j.dir, &lock, &e) : 0;
	if (rc == 0)
		rc = load(&j, &e);
	if (rc == 0 && j.rule) {
		rc = sign(&j, &e);
		if (rc == 0)
			rc =
			    overrides_load(j.dir, &j.arena, &j.o, &j.count, &e);
	}
	kept_unlock(lock);
	if (rc < 0)
		rc = cli_fail(&cmd_override, &e);
	else
		rc = print_list(&j);
	notice_free(j.notice);
	buf_release(&j.text);
	buf_release(&j.hash);
	arena_release(&j.arena);
	return rc;
}

const struct cli_command cmd_override = {
    .name = "override",
    .args = "DIR [RULE --by NAME [--reason TEXT] [--withdraw]]",
    .summary = "Overrule a finding that blocks; two people and a reason.",
    .help =
	"A finding of 'tocsin check' that blocks can be overruled when two\n"
	"people sign for it. The first gives the reason, a second one reads\n"
	"it and confirms. Both sign with their keys, as for approve. It then\n"
	"is part of what is approved: approvals given before are void.\n"
	"\n"
	"  tocsin override DIR S-07 --by Ann --reason 'the old domain is gone'\n"
	"  tocsin override DIR S-07 --by Bob        shows the reason, confirms\n"
	"  tocsin override DIR                      what is overruled\n"
	"  tocsin override DIR S-07 --by Bob --withdraw\n"
	"\n"
	"The reason is kept in DIR/privileged/, which your counsel may want\n"
	"to keep to themselves and can delete; its SHA-256 stays in\n"
	"DIR/overrides.tsv, with rule, subject and names.\n"
	"\n"
	"Exit: 0 recorded or listed; 2 refused (the same name twice, another\n"
	"reason, another key), nothing recorded; 3 disk.\n",
    .run = run_override,
};
