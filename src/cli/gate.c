#include "cli/gate.h"

#include "base/codec.h"

const char *gate_tranche_name(struct str name, char tmp[GATE_NAME])
{
	if (name.n)
		snprintf(tmp, GATE_NAME, "tranche '%.*s'", STR_ARG(name));
	else
		snprintf(tmp, GATE_NAME, "the first import");
	return tmp;
}

/* ---- looking */

static int roll_unchanged(const char *dir, struct gate_view *v, struct err *e)
{
	struct gate_audience after;
	int rc = gate_audience_look(dir, &v->audience, e);

	if (rc == ERR_NOENT) /* in better words */
		err_clear(e);
	else if (rc < 0)
		return rc;
	rc = roll_audience(dir, &v->roll, &v->tranche, &v->tranches, e);
	if (rc == 0)
		rc = gate_audience_look(dir, &after, e);
	if (rc == 0 && !gate_audience_same(&v->audience, &after))
		rc = err_set(e, ERR_LEASE,
		    "%s: the list of people changed while it was read; try "
		    "again",
		    dir);
	return rc;
}

static int judge_all(struct gate_view *v, struct err *e)
{
	usec_t now = clock_wall(&clock_system);
	unsigned char digest[DIGEST_SIZE];
	int rc = approvals_load(v->notice, &v->arena, &v->all, e);

	v->request = mem_zalloc(v->tranches * sizeof(*v->request));
	v->state = mem_zalloc(v->tranches * sizeof(*v->state));
	for (size_t i = 0; rc == 0 && i < v->tranches; i++) {
		v->request[i] = BUF_INIT(LIMIT_APPROVAL_REQUEST);
		rc = approval_request_make(
		    v->notice, &v->tranche[i], &v->request[i], digest, e);
		if (rc == 0)
			rc = approval_judge(&v->all, &v->tranche[i],
			    buf_str(&v->request[i]), now, &v->arena,
			    &v->state[i], e);
	}
	return rc;
}

int gate_look(
    const char *dir, const char *config, struct gate_view *ret, struct err *e)
{
	int rc;

	*ret = (struct gate_view){.arena = ARENA_INIT(LIMIT_APPROVAL_MEMORY)};
	rc = notice_open_with(dir, config, &ret->notice, e);
	if (rc < 0)
		return rc;
	ret->gated = notice_is_gated(ret->notice);
	if (!ret->gated)
		return 0;
	/* what is missing in the settings before what is missing beside them */
	rc = notice_check_sendable(ret->notice, e);
	if (rc == 0)
		rc = roll_unchanged(dir, ret, e);
	if (rc == 0)
		rc = judge_all(ret, e);
	if (rc < 0 && e)
		ret->why = *e;
	return rc;
}

void gate_view_release(struct gate_view *v)
{
	for (size_t i = 0; v->request && i < v->tranches; i++)
		buf_release(&v->request[i]);
	free(v->request);
	free(v->state);
	roll_free(v->roll);
	notice_free(v->notice);
	arena_release(&v->arena);
	*v = (struct gate_view){0};
}

bool gate_is_approved(const struct gate_view *v)
{
	if (v->why.code)
		return false;
	for (size_t i = 0; i < v->tranches; i++)
		if (v->state[i].needs)
			return false;
	return true;
}

/* ---- the answer */

static void fill_files(struct gate_view *v, struct gate_file *file)
{
	struct str rest = buf_str(&v->request[0]);
	struct approval_row row;

	while (approval_request_next(&rest, &row)) {
		struct buf sum = BUF_INIT(DIGEST_SIZE);

		if (!str_eq(row.kind, S("file")) || str_chr(row.key, '/') >= 0)
			continue;
		ENSURE(
		    row.value.n > 64 &&
		    codec_unhex(&sum, str_from(row.value, row.value.n - 64)));
		file[v->gate.files].name = row.key;
		memcpy(file[v->gate.files++].sha256, sum.p, DIGEST_SIZE);
		buf_release(&sum);
	}
	v->gate.file = file;
}

/* All but who it is for. */
static struct str rest_of_request(const struct buf *request)
{
	struct str rest = buf_str(request), from = rest;
	struct approval_row row;

	while (
	    approval_request_next(&rest, &row) &&
	    (str_eq(row.kind, S("tranche")) || str_eq(row.kind, S("audience"))))
		from = rest;
	return from;
}

/* Each tranche's request read the files anew: one state of the folder must
 * have been there for all. */
static int check_one_state(const struct gate_view *v, struct err *e)
{
	for (size_t i = 1; i < v->tranches; i++)
		if (!str_eq(rest_of_request(&v->request[i]),
			rest_of_request(&v->request[0])))
			return err_set(e, ERR_REFUSED,
			    "%.*s changed while it was being checked; run "
			    "send again",
			    STR_ARG(v->notice->dir));
	return 0;
}

static int refuse(const struct gate_view *v, struct err *e)
{
	struct buf text = BUF_INIT(sizeof(e->msg));
	const struct approval_state *s = &v->state[0];
	int rc;

	for (size_t i = 0; i < s->needs; i++) {
		buf_addf(
		    &text, "%s%.*s", i ? ", " : "", STR_ARG(s->need[i].role));
		if (s->need[i].count > 1)
			buf_addf(&text, " (%u)", s->need[i].count);
	}
	if (s->change_count)
		buf_addf(&text, "; since it was approved: %.*s",
		    STR_ARG(str_sub(s->changes[0], 0, 160)));
	rc = err_set(e, ERR_REFUSED,
	    "not approved; missing: %.*s; see: tocsin approve %.*s",
	    STR_ARG(buf_str(&text)), STR_ARG(v->notice->dir));
	buf_release(&text);
	return rc;
}

int ask_gate(struct gate_view *v, const struct check_options *o, struct err *e)
{
	struct str *open =
		       arena_array(&v->arena, v->tranches + 1, sizeof(*open)),
		   *closed =
		       arena_array(&v->arena, v->tranches + 1, sizeof(*closed));
	size_t lines = 0;
	struct gate_file *file;

	for (size_t i = 0; i < v->request[0].len; i++)
		lines += v->request[0].p[i] == '\n';
	file = arena_array(&v->arena, lines + 1, sizeof(*file));
	if (!open || !closed || !file)
		return err_set(e, ERR_NOMEM, "no memory for the gate");
	v->gate = (struct gate){
	    .tranche = open, .closed = closed, .audience = v->audience};
	memcpy(v->gate.settings, v->notice->sha256, DIGEST_SIZE);
	for (size_t i = 0; i < v->tranches; i++) {
		struct str name = str_of(v->tranche[i].name);

		if (v->state[i].needs)
			closed[v->gate.closeds++] = name;
		else
			open[v->gate.tranches++] = name;
	}
	fill_files(v, file);
	if (!v->gate.tranches)
		return refuse(v, e);
	if (check_one_state(v, e) < 0)
		return e->code;
	return check_gate(o, e);
}

/* ---- telling */

static void put_needs(struct json *j, const struct approval_state *s)
{
	for (size_t i = 0; i < s->needs; i++) {
		json_object(j);
		json_put_str(j, "tranche", s->tranche);
		json_put_str(j, "role", s->need[i].role);
		json_put_u64(j, "count", s->need[i].count);
		json_end(j);
	}
}

static void put_strings(
    struct json *j, const char *key, const struct str *v, size_t n)
{
	json_key(j, key);
	json_array(j);
	for (size_t i = 0; i < n; i++)
		json_str(j, v[i]);
	json_end(j);
}

static void put_several(struct json *j, const struct approval_state *s)
{
	json_key(j, "several_roles");
	json_array(j);
	for (size_t i = 0; i < s->severals; i++) {
		json_object(j);
		json_put_str(j, "name", s->several[i].name);
		put_strings(
		    j, "roles", s->several[i].role, s->several[i].roles);
		json_end(j);
	}
	json_end(j);
}

static void put_tranche(struct json *j, const struct approval_state *s)
{
	struct buf hex = BUF_INIT(64);
	char at[CLOCK_ISO_SIZE];

	codec_hex(&hex, str_make((const char *)s->digest, DIGEST_SIZE));
	json_object(j);
	json_put_str(j, "tranche", s->tranche);
	json_put_u64(j, "people", s->people);
	json_put_str(j, "digest", buf_str(&hex));
	json_put_bool(j, "approved", s->needs == 0);
	json_key(j, "approvals");
	json_array(j);
	for (size_t i = 0; i < s->valids; i++) {
		clock_iso(s->valid[i].at, at);
		json_object(j);
		json_put_str(j, "role", s->valid[i].role);
		json_put_str(j, "name", s->valid[i].name);
		json_put_str(j, "at", str_of(at));
		json_end(j);
	}
	json_end(j);
	json_put_u64(j, "voided", s->voided);
	put_strings(j, "changed", s->changes, s->change_count);
	put_strings(j, "problems", s->problem, s->problems);
	put_several(j, s);
	json_end(j);
	buf_release(&hex);
}

/* Of the tranches before `upto`, whether one tells the same. */
static bool told_before(
    const struct gate_view *v, size_t upto, struct str sentence)
{
	for (size_t i = 0; i < upto; i++)
		for (size_t k = 0; k < v->state[i].change_count; k++)
			if (str_eq(v->state[i].changes[k], sentence))
				return true;
	return false;
}

void gate_put_json(struct json *j, const struct gate_view *v)
{
	size_t n = v->why.code ? 0 : v->tranches;

	json_put_bool(j, "gated", v->gated);
	json_put_bool(j, "approved", gate_is_approved(v));
	json_key(j, "missing");
	json_array(j);
	for (size_t i = 0; i < n; i++)
		put_needs(j, &v->state[i]);
	json_end(j);
	json_key(j, "changed");
	json_array(j);
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < v->state[i].change_count; k++)
			if (!told_before(v, i, v->state[i].changes[k]))
				json_str(j, v->state[i].changes[k]);
	json_end(j);
	if (v->why.code)
		json_put_str(j, "problem", str_of(v->why.msg));
	json_key(j, "tranches");
	json_array(j);
	for (size_t i = 0; i < n; i++)
		put_tranche(j, &v->state[i]);
	json_end(j);
}

static void print_tranche(const struct approval_state *s, struct buf *out)
{
	char name[GATE_NAME], number[CLI_NUMBER], at[CLOCK_ISO_SIZE];

	buf_addf(out, "%s, %s people, request ",
	    gate_tranche_name(s->tranche, name), cli_number(s->people, number));
	codec_hex(out, str_make((const char *)s->digest, 8));
	buf_addf(out, "...: %s\n", s->needs ? "not approved" : "approved");
	for (size_t i = 0; i < s->valids; i++) {
		clock_iso(s->valid[i].at, at);
		buf_addf(out, "  %.*s: approved by %.*s, %s\n",
		    STR_ARG(s->valid[i].role), STR_ARG(s->valid[i].name), at);
	}
	for (size_t i = 0; i < s->needs; i++) {
		buf_addf(out, "  %.*s: missing", STR_ARG(s->need[i].role));
		if (s->need[i].count > 1)
			buf_addf(out, " (%u people)", s->need[i].count);
		buf_addc(out, '\n');
	}
	for (size_t i = 0; s->needs && i < s->voided; i++)
		buf_addf(out, "  void: %.*s approved something else as %.*s\n",
		    STR_ARG(s->gone[i].name), STR_ARG(s->gone[i].role));
	for (size_t i = 0; i < s->change_count; i++)
		buf_addf(out, "  since then: %.*s\n", STR_ARG(s->changes[i]));
	for (size_t i = 0; i < s->problems; i++)
		buf_addf(out, "  warning: %.*s\n", STR_ARG(s->problem[i]));
	for (size_t i = 0; i < s->severals; i++) {
		buf_addz(out, "  note: ");
		approval_several_text(&s->several[i], out);
		buf_addc(out, '\n');
	}
}

void gate_say_several(const struct cli *c, const struct gate_view *v)
{
	char name[GATE_NAME];

	for (size_t i = 0; i < v->tranches; i++)
		for (size_t k = 0; k < v->state[i].severals; k++) {
			struct buf text = BUF_INIT(8 * KiB);

			approval_several_text(&v->state[i].several[k], &text);
			cli_say(c, "note: %s: %.*s",
			    gate_tranche_name(v->state[i].tranche, name),
			    STR_ARG(buf_str(&text)));
			buf_release(&text);
		}
}

void gate_print(const struct gate_view *v, struct buf *out)
{
	if (v->why.code) {
		buf_addf(out, "can not be approved yet: %s\n", v->why.msg);
		return;
	}
	if (!v->gated)
		buf_addz(out, "ungated: no approval is asked\n");
	for (size_t i = 0; i < v->tranches; i++)
		print_tranche(&v->state[i], out);
}
