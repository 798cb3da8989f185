#include "cli/status_text.h"

#include "base/log.h"

#include <unistd.h>

/* The order of the design, section 6. */
static const enum person_status shown[] = {PERSON_ACCEPTED, PERSON_HANDED,
    PERSON_DEFERRED, PERSON_REJECTED, PERSON_BOUNCED, PERSON_COMPLAINED,
    PERSON_EXPIRED, PERSON_UNCERTAIN, PERSON_PENDING, PERSON_HELD,
    PERSON_OTHER_CHANNEL, PERSON_EXCLUDED};

static const char *const meaning[PERSON_STATUS_COUNT] = {
    [PERSON_ACCEPTED] = "taken by the recipient's own mail server",
    [PERSON_HANDED] = "taken by the relay; nothing known beyond",
    [PERSON_DEFERRED] = "not taken yet, will be tried again",
    [PERSON_REJECTED] = "refused for good",
    [PERSON_BOUNCED] = "came back later",
    [PERSON_COMPLAINED] = "taken, and marked as spam",
    [PERSON_EXPIRED] = "the time to try has passed",
    [PERSON_UNCERTAIN] = "the connection died before the reply",
    [PERSON_PENDING] = "not tried yet",
    [PERSON_HELD] = "cannot be composed, see below",
    [PERSON_OTHER_CHANNEL] = "no address that works: owed another channel",
    [PERSON_EXCLUDED] = "excluded on record",
};

const char *status_state(
    const struct store_counts *n, bool running, bool paused)
{
	uint64_t open =
	    n->by_status[PERSON_PENDING] + n->by_status[PERSON_DEFERRED] +
	    n->by_status[PERSON_UNCERTAIN] + n->by_status[PERSON_SENDING];

	if (paused)
		return "paused";
	if (running)
		return "sending";
	if (!open)
		return "done";
	return n->attempts ? "stopped" : "not started";
}

static bool is_paused(struct store *s)
{
	struct buf b = BUF_INIT(4096);
	struct err e;
	bool paused = s && store_control_get(s, "paused", &b, &e) > 0 &&
		      str_eq(buf_str(&b), S("*"));

	buf_release(&b);
	return paused;
}

static int site_json(const struct store_site *site, void *arg)
{
	struct json *j = arg;

	json_object(j);
	json_put_str(j, "site", site->name);
	for (size_t i = 0; i < ARRAY_SIZE(shown); i++)
		if (site->by_status[shown[i]])
			json_put_u64(j, person_status_name(shown[i]),
			    site->by_status[shown[i]]);
	json_end(j);
	return 0;
}

static void put_legal(struct json *j, const struct channel_census *legal)
{
	json_key(j, "legal_channel");
	json_object(j);
	for (unsigned i = 0; i < LAW_CHANNEL_COUNT; i++)
		json_put_u64(
		    j, law_channel_name((enum law_channel)i), legal->by[i]);
	json_end(j);
	json_put_u64(j, "courtesy", legal->courtesy);
}

static void say_legal(const struct channel_census *legal)
{
	char a[CLI_NUMBER];

	printf("\nThe legal notice goes by");
	for (unsigned i = 0; i < LAW_CHANNEL_COUNT; i++)
		printf("%s %s %s", i ? "," : "",
		    law_channel_name((enum law_channel)i),
		    cli_number(legal->by[i], a));
	printf(".\n");
	if (legal->courtesy)
		printf("%s mails are only a courtesy beside another channel, "
		       "never the legal notice.\n",
		    cli_number(legal->courtesy, a));
}

int status_print_json(const char *dir, const struct store_counts *n,
    struct store *s, const struct gate_view *gate,
    const struct channel_census *legal)
{
	struct buf b = BUF_INIT(64 * MiB);
	struct json j;
	struct err e;
	int rc = 0;

	json_begin(&j, &b);
	json_object(&j);
	json_put_str(&j, "state",
	    str_of(status_state(n, store_lease_held(dir) && s, is_paused(s))));
	json_put_u64(&j, "audience", n->audience);
	for (size_t i = 0; i < ARRAY_SIZE(shown); i++)
		json_put_u64(
		    &j, person_status_name(shown[i]), n->by_status[shown[i]]);
	json_put_u64(&j, "resent", n->resent);
	json_put_u64(&j, "attempts", n->attempts);
	if (legal)
		put_legal(&j, legal);
	json_put_bool(&j, "ungated", !gate->gated);
	json_key(&j, "gate");
	json_object(&j);
	gate_put_json(&j, gate);
	json_end(&j);
	json_key(&j, "sites");
	json_array(&j);
	if (s)
		rc = store_each_site(s, site_json, &j, &e);
	json_end(&j);
	json_end(&j);
	if (rc >= 0)
		rc = cli_print(&b);
	buf_release(&b);
	return rc < 0 ? err_exit_status(rc) : rc;
}

struct listing {
	enum person_status status;
	unsigned shown;
};

static int list_one(const struct store_listed *l, void *arg)
{
	struct listing *x = arg;
	char mask[LOG_MASK_SIZE];
	struct str first = l->addresses;

	if (x->shown == 5)
		return 1;
	if (!x->shown++)
		printf("\n%s, the first of them:\n",
		    person_status_name(x->status));
	first = str_cut(&first, '\n');
	printf("  %.*s%s%s  %.*s\n", STR_ARG(l->person_id),
	    l->person_id.n ? "  " : "",
	    first.n ? log_mask_address(first, mask) : "(no address)",
	    STR_ARG(str_sub(l->text, 0, 160)));
	return 0;
}

static void list_troubles(struct store *s)
{
	static const enum person_status which[] = {
	    PERSON_HELD, PERSON_REJECTED, PERSON_EXPIRED, PERSON_UNCERTAIN};
	struct err e;

	for (size_t i = 0; i < ARRAY_SIZE(which); i++) {
		struct listing x = {.status = which[i]};

		store_list(s, which[i], list_one, &x, &e);
	}
}

struct site_table {
	unsigned rows;
};

static int site_row(const struct store_site *site, void *arg)
{
	struct site_table *t = arg;
	char a[CLI_NUMBER], b[CLI_NUMBER], c[CLI_NUMBER];
	uint64_t good =
	    site->by_status[PERSON_ACCEPTED] + site->by_status[PERSON_HANDED];

	if (t->rows == 20)
		return 1;
	if (!t->rows++)
		printf("\n%-40s %12s %12s %12s\n", "site", "taken", "deferred",
		    "refused");
	printf("%-40.*s %12s %12s %12s\n", STR_ARG(site->name),
	    cli_number(good, a),
	    cli_number(site->by_status[PERSON_DEFERRED], b),
	    cli_number(site->by_status[PERSON_REJECTED], c));
	return 0;
}

/* In a few words: approved, or who is missing. */
static void say_gate(const struct gate_view *gate, struct buf *out)
{
	char name[GATE_NAME];

	if (!gate->gated)
		buf_addz(out, "ungated: no approval is asked");
	else if (gate->why.code)
		buf_addf(out, "not approved: %s", gate->why.msg);
	else if (gate_is_approved(gate))
		buf_addz(out, "approved");
	for (size_t i = 0; !gate->why.code && i < gate->tranches; i++) {
		const struct approval_state *s = &gate->state[i];

		if (!s->needs)
			continue;
		buf_addf(out, "%s%s lacks approval: ", out->len ? "; " : "",
		    gate_tranche_name(s->tranche, name));
		for (size_t k = 0; k < s->needs; k++)
			buf_addf(out, "%s%.*s", k ? ", " : "",
			    STR_ARG(s->need[k].role));
	}
}

void status_print_text(const char *dir, const struct store_counts *n,
    struct store *s, const struct gate_view *gate,
    const struct channel_census *legal)
{
	struct buf words = BUF_INIT(64 * KiB);
	struct site_table t = {0};
	char a[CLI_NUMBER];
	struct err e;
	uint64_t sum = 0;

	say_gate(gate, &words);
	printf("%s: %s (%s)\n\n", dir,
	    status_state(n, s && store_lease_held(dir), is_paused(s)),
	    buf_cstr(&words));
	buf_release(&words);
	for (size_t i = 0; i < ARRAY_SIZE(shown); i++) {
		uint64_t v = n->by_status[shown[i]];

		sum += v;
		if (v || shown[i] == PERSON_PENDING)
			printf("  %12s  %-14s %s\n", cli_number(v, a),
			    person_status_name(shown[i]), meaning[shown[i]]);
	}
	printf("  %12s  %s\n", cli_number(n->audience, a),
	    sum == n->audience ? "people: everyone accounted for"
			       : "people: THE STATES DO NOT ADD UP");
	if (n->resent)
		printf("\n%s people were tried again after an attempt whose "
		       "end nobody saw: only they may have the mail twice "
		       "(resent).\n",
		    cli_number(n->resent, a));
	if (legal)
		say_legal(legal);
	if (!s)
		return;
	store_each_site(s, site_row, &t, &e);
	list_troubles(s);
}

static bool is_folder(const char *path)
{
	return access(path, R_OK | X_OK) == 0;
}

const char *status_data_dir(void)
{
	static char path[1200];
	const char *env = getenv("TOCSIN_DATA");
	char exe[1024];
	ssize_t n = readlink("/proc/self/exe", exe, sizeof(exe) - 1);
	char *slash;

	if (env && *env)
		return env;
	if (n > 0) {
		exe[n] = '\0';
		slash = strrchr(exe, '/');
		if (slash)
			*slash = '\0';
		snprintf(path, sizeof(path), "%s/../data", exe);
		if (is_folder(path))
			return path;
	}
	return TOCSIN_DATADIR;
}
