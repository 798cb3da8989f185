/* Approving on another device: a request goes out, a signature comes in. */
#include "cli/approve.h"

#include "base/codec.h"
#include "notice/kept.h"

/* Named, or the only one, or the only one that lacks approvals. */
static int choose(const struct approve *a, size_t *ret, struct err *e)
{
	size_t open = 0;

	if (a->tranche)
		return approve_find(a, str_of(a->tranche), ret, e);
	*ret = 0;
	if (a->view.tranches == 1)
		return 0;
	for (size_t i = 0; i < a->view.tranches; i++)
		if (a->view.state[i].needs) {
			*ret = i;
			open++;
		}
	return open == 1 ? 0
			 : err_set(e, ERR_INPUT,
			       "there are several tranches; say which with "
			       "--tranche NAME ('tocsin approve %s' lists "
			       "them)",
			       a->dir);
}

int approve_write_request(struct approve *a, struct err *e)
{
	char name[GATE_NAME];
	size_t i = 0;
	int rc = approve_look(a, e);

	if (rc == 0)
		rc = choose(a, &i, e);
	if (rc == 0)
		rc = approver_write_out(
		    a->request, buf_str(&a->view.request[i]), e);
	if (rc == 0)
		cli_say(a->cli,
		    "the request for %s; sign it with: tocsin approve --sign "
		    "%s --as ROLE --by NAME --key KEY -o FILE",
		    gate_tranche_name(a->view.state[i].tranche, name),
		    a->request);
	return rc;
}

/* ---- the other device: no notice is there */

int approve_sign_request(struct approve *a, struct err *e)
{
	struct buf request = BUF_INIT(LIMIT_APPROVAL_REQUEST),
		   text = BUF_INIT(LIMIT_APPROVAL_RECORD);
	struct approval_record r = {.at = approve_now()};
	struct approver_key k = {0};
	int rc = buf_read_file(&request, a->sign, e);

	if (rc == 0) {
		rc = approval_request_check(buf_str(&request), &r.tranche, e);
		if (rc < 0)
			rc = err_wrap(e, "%s", a->sign);
	}
	if (rc == 0)
		rc = approver_open(&k, a->role, a->name, a->key, e);
	if (rc == 0) {
		r.role = k.role;
		r.name = k.name;
		digest_sha256(buf_str(&request), r.digest);
		rc = approval_sign(&r, k.key, e);
	}
	if (rc == 0) {
		cli_say(a->cli, "%.*s", STR_ARG(buf_str(&request)));
		rc = approver_settle(a->cli, &k, NULL, e);
	}
	if (rc == 0) {
		approval_record_format(&r, &text);
		rc = approver_write_out(a->out, buf_str(&text), e);
	}
	if (rc == 0)
		cli_say(a->cli,
		    "the text above is approved as %.*s by %.*s; bring the "
		    "file back: tocsin approve DIR --accept FILE",
		    STR_ARG(r.role), STR_ARG(r.name));
	approver_release(&k);
	buf_release(&request);
	buf_release(&text);
	return rc;
}

/* ---- coming back */

int approve_accept(struct approve *a, struct err *e)
{
	struct buf text = BUF_INIT(LIMIT_APPROVAL_RECORD + 1);
	struct approval_record r;
	size_t i = 0;
	int rc = buf_read_file(&text, a->accept, e);

	if (rc == 0)
		rc = approval_record_parse(buf_str(&text), a->accept, &r, e);
	if (rc == 0)
		rc = approve_look(a, e);
	if (rc == 0)
		rc = approve_find(a, r.tranche, &i, e);
	if (rc == 0) {
		rc = approval_accept(
		    &a->view.all, &a->view.state[i], &r, approve_now(), e);
		if (rc < 0)
			rc = err_wrap(e, "%s", a->accept);
	}
	if (rc == 0)
		rc = approval_keep(a->dir, &r, buf_str(&a->view.request[i]), e);
	if (rc == 0)
		a->recorded++;
	buf_release(&text);
	return rc;
}

/* ---- keys */

int approve_enroll(struct approve *a, struct err *e)
{
	struct approver one = {
	    .role = str_of(a->role), .name = str_of(a->name)};
	struct arena arena = ARENA_INIT(16 * MiB);
	struct buf text = BUF_INIT(LIMIT_KEY_FILE);
	struct approvers all;
	struct notice *n = NULL;
	int rc = notice_open_with(a->dir, a->cli->config, &n, e);

	if (rc == 0 && (!approval_name_ok("--as", one.role, e) ||
			   !approval_name_ok("--by", one.name, e)))
		rc = ERR_INPUT;
	if (rc == 0)
		rc = buf_read_file(&text, a->public_key, e);
	if (rc == 0) {
		rc = approver_key_parse(buf_str(&text), one.key, e);
		if (rc < 0)
			rc = err_wrap(e, "%s", a->public_key);
	}
	if (rc == 0)
		rc = approvers_load(a->dir, &arena, &all, e);
	if (rc == 0)
		rc = approver_admit(&all, &one, e);
	if (rc == 0)
		rc = approver_enroll(a->dir, &one, e);
	if (rc == 0)
		cli_say(a->cli, "%.*s may approve as %.*s with this key",
		    STR_ARG(one.name), STR_ARG(one.role));
	notice_free(n);
	buf_release(&text);
	arena_release(&arena);
	return rc;
}

int approve_new_key(struct approve *a, struct err *e)
{
	struct approval_record r = {.role = S("x"), .name = S("x")};
	struct buf hex = BUF_INIT(KiB);
	struct pkey *key = NULL;
	int rc = pkey_generate(PKEY_ED25519, 0, &key, e);

	if (rc == 0)
		rc = approval_sign(&r, key, e);
	if (rc == 0)
		rc = approver_write_key(a->new_key, key, e);
	if (rc == 0) {
		buf_addz(&hex, a->cli->json ? "{\"public\":\"" : "");
		codec_hex(&hex, str_make((const char *)r.key, APPROVAL_KEY));
		buf_addz(&hex, a->cli->json ? "\"}" : "");
		cli_say(a->cli,
		    "%s holds the private key; the public one, for "
		    "--enroll:",
		    a->new_key);
		rc = cli_print(&hex) ? ERR_SYS : 0;
	}
	pkey_free(key);
	buf_release(&hex);
	return rc;
}
