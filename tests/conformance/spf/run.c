/* The RFC 7208 suite against the library, or with --cli PROGRAM against the
 * command, which must say just what the library says.
 *
 *	run rfc7208-tests.yml [--cli build/tocsin]
 */
#include "suite.h"

#include "auth/spf.h"
#include "base/json.h"
#include "base/limits.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

/* All pass: none is ruled out. */
#define GOLDEN 203u

struct got {
	char result[16];
	struct buf explanation, json;
	bool explained;
	unsigned done;
};

static void on_verdict(const struct spf_verdict *v, void *arg)
{
	struct got *g = arg;
	struct json j;

	g->done++;
	snprintf(
	    g->result, sizeof(g->result), "%s", spf_result_name(v->result));
	g->explained = v->explained;
	buf_add(&g->explanation, v->explanation);
	json_begin(&j, &g->json);
	json_object(&j);
	json_put_str(&j, "result", str_of(spf_result_name(v->result)));
	json_put_str(&j, "domain", v->domain);
	json_key(&j, "mechanism");
	v->mechanism.n ? json_str(&j, v->mechanism) : json_null(&j);
	json_key(&j, "explanation");
	v->explanation.n ? json_str(&j, v->explanation) : json_null(&j);
	json_put_u64(&j, "lookups", v->lookups);
	json_put_u64(&j, "void_lookups", v->void_lookups);
	json_end(&j);
}

static void judge(const struct suite_case *c, struct got *g)
{
	struct loop *l = loop_sim_new(0);
	struct spf_request r = {.helo = c->helo, .mail_from = c->mail_from};
	struct err e = {0};
	struct dns *d;

	*g = (struct got){
	    .explanation = BUF_INIT(64 * KiB), .json = BUF_INIT(64 * KiB)};
	ENSURE(endpoint_parse_ip(c->host, 0, &r.ip));
	if (dns_zone_new(l, str_of(c->zone), "zone", &d, &e) < 0) {
		printf("Bail out! %s: %s\n", c->name, e.msg);
		exit(1);
	}
	spf_start(l, d, &r, on_verdict, g);
	ENSURE(g->done == 0);
	loop_run(l);
	ENSURE(g->done == 1);
	dns_free(d);
	loop_free(l);
}

static void release(struct got *g)
{
	buf_release(&g->explanation);
	buf_release(&g->json);
}

static bool library_agrees(const struct suite_case *c, const struct got *g)
{
	bool ok = false;

	for (size_t i = 0; i < c->results; i++)
		ok |= str_eq(c->result[i], str_of(g->result));
	if (!ok || !c->explanation.p)
		return ok;
	if (str_eq(c->explanation, S("DEFAULT")))
		return !g->explained;
	return g->explained && str_eq(c->explanation, buf_str(&g->explanation));
}

/* ---- the command */

static int run_command(
    const char *program, const struct suite_case *c, struct buf *out)
{
	char path[] = "/tmp/tocsin-spf-XXXXXX";
	int fd = mkstemp(path), pipes[2], status = 0;
	char *ip = str_dup(c->host), *helo = str_dup(c->helo);
	char *from = str_dup(c->mail_from);
	size_t n = strlen(c->zone);
	ssize_t got;
	pid_t pid;

	ENSURE(
	    fd >= 0 && write(fd, c->zone, n) == (ssize_t)n && pipe(pipes) == 0);
	close(fd);
	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		dup2(pipes[1], STDOUT_FILENO);
		close(pipes[0]);
		close(pipes[1]);
		execl(program, program, "spf", "--json", "--zone", path, "--ip",
		    ip, "--helo", helo, "--mail-from", from, (char *)NULL);
		_exit(127);
	}
	close(pipes[1]);
	do {
		char *room = buf_room(out, 4096);

		got = room ? read(pipes[0], room, 4096) : 0;
		if (got > 0)
			buf_commit(out, (size_t)got);
	} while (got > 0);
	close(pipes[0]);
	waitpid(pid, &status, 0);
	unlink(path);
	free(ip);
	free(helo);
	free(from);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* Its JSON begins as ours does, and goes on with more fields. */
static bool command_agrees(
    const char *program, const struct suite_case *c, const struct got *g)
{
	struct buf out = BUF_INIT(256 * KiB);
	int want = strcmp(g->result, "pass") == 0        ? 0
		   : strcmp(g->result, "temperror") == 0 ? 3
							 : 1;
	int status = run_command(program, c, &out);
	struct str same = buf_str(&g->json);
	bool ok;

	same.n--; /* its brace */
	ok = status == want && str_starts(buf_str(&out), same);
	if (!ok)
		printf("# exit %d, not %d; got\n# %.*s# not\n# %.*s\n", status,
		    want, STR_ARG(buf_str(&out)), STR_ARG(buf_str(&g->json)));
	buf_release(&out);
	return ok;
}

int main(int argc, char **argv)
{
	const char *program =
	    argc == 4 && strcmp(argv[2], "--cli") == 0 ? argv[3] : NULL;
	struct suite s;
	unsigned passed = 0;
	bool all;

	if (argc != 2 && !program)
		return 2;
	suite_load(&s, argv[1]);
	printf("1..%zu\n", s.count + 1);
	for (size_t i = 0; i < s.count; i++) {
		const struct suite_case *c = &s.all[i];
		struct got g;
		bool ok;

		judge(c, &g);
		ok = program ? command_agrees(program, c, &g)
			     : library_agrees(c, &g);
		passed += ok;
		printf("%s %zu - %s\n", ok ? "ok" : "not ok", i + 1, c->name);
		if (!ok)
			printf("# wanted %.*s \"%.*s\", got %s \"%.*s\"\n",
			    STR_ARG(c->result[0]), STR_ARG(c->explanation),
			    g.result, STR_ARG(buf_str(&g.explanation)));
		release(&g);
	}
	all = passed == GOLDEN && s.count == GOLDEN;
	printf("%s %zu - as many pass as ever\n", all ? "ok" : "not ok",
	    s.count + 1);
	printf("# rfc7208: %u/%zu\n", passed, s.count);
	suite_release(&s);
	return all ? 0 : 1;
}
