#include "deliver/gate.h"

#include "t.h"

#include <sys/stat.h>
#include <unistd.h>

#define SETTINGS                                                 \
	"[notice]\nkind = breach\n[from]\nname = L\naddress = "  \
	"n@l.test\n[message]\nsubject = x\n[bounce]\naddress = " \
	"b@l.test\n"

struct world {
	char dir[64];
	struct notice *notice;
	struct letter_variants *variants;
	struct gate_file file[3];
	struct gate gate;
};

static const struct str all[] = {S("")};

static void hash(struct gate_file *f, const char *name, const char *text)
{
	f->name = str_of(name);
	digest_sha256(str_of(text), f->sha256);
}

static void world_init(struct world *w)
{
	struct people_writer *p;
	struct err e = {0};

	*w = (struct world){0};
	t_mkdir(w->dir);
	t_write(w->dir, "notice.ini", S(SETTINGS));
	t_write(w->dir, "message.md", S("one\n"));
	t_write(w->dir, "message.de.md", S("eins\n"));
	t_write(w->dir, "segments.ini", S("[ma]\n"));
	t_ok(people_writer_new(w->dir, &p, &e), &e);
	t_ok(people_writer_commit(p, &e), &e);
	people_writer_free(p);
	hash(&w->file[0], "message.de.md", "eins\n");
	hash(&w->file[1], "message.md", "one\n");
	hash(&w->file[2], "segments.ini", "[ma]\n");
	w->gate = (struct gate){
	    .tranche = all, .tranches = 1, .file = w->file, .files = 3};
	digest_sha256(S(SETTINGS), w->gate.settings);
	t_ok(gate_audience_look(w->dir, &w->gate.audience, &e), &e);
}

static void world_release(struct world *w)
{
	notice_free(w->notice);
	letter_variants_free(w->variants);
	t_rmdir(w->dir);
}

static int holds(struct world *w, struct err *e)
{
	notice_free(w->notice);
	letter_variants_free(w->variants);
	w->notice = NULL;
	w->variants = NULL;
	t_ok(notice_open(w->dir, &w->notice, e), e);
	t_ok(letter_variants_load(w->notice, NULL, 0, &w->variants, e), e);
	return gate_holds(&w->gate, w->notice, w->variants, w->dir, e);
}

static void what_was_looked_at_must_be_there(void **state)
{
	static const struct {
		const char *file, *text, *says;
	} c[] = {
	    {"notice.ini", SETTINGS "; a word\n", "notice.ini changed"},
	    {"message.md", "two\n", "message.md changed"},
	    {"message.de.md", "zwei\n", "message.de.md changed"},
	    {"message.fr.md", "un\n", "message.fr.md changed"},
	    {"message.de.md", NULL, "the text changed"},
	    {"segments.ini", "[il]\n", "segments.ini changed"},
	    {"segments.ini", NULL, "segments.ini changed"},
	    {"audience.db", "x", "the list of people changed"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(c); i++) {
		struct world w;
		struct err e = {0};
		char path[128];

		world_init(&w);
		t_ok(holds(&w, &e), &e);
		snprintf(path, sizeof(path), "%s/%s", w.dir, c[i].file);
		if (c[i].text)
			t_write(w.dir, c[i].file, str_of(c[i].text));
		else
			t_int(unlink(path), 0);
		t_fails(holds(&w, &e), &e, ERR_REFUSED, c[i].says);
		t_has(str_of(e.msg), "run send again");
		world_release(&w);
	}
}

static void rules_that_came_since_are_seen(void **state)
{
	struct world w;
	struct err e = {0};

	(void)state;
	world_init(&w);
	w.gate.files = 2;
	t_fails(holds(&w, &e), &e, ERR_REFUSED, "segments.ini changed");
	world_release(&w);
}

static void a_gated_notice_needs_a_gate(void **state)
{
	const struct gate none = {.closed = all, .closeds = 1},
			  some = {.tranche = all, .tranches = 1};
	struct notice n = {0};
	struct err e = {0};

	(void)state;
	t_fails(
	    gate_check(&n, NULL, "d", &e), &e, ERR_REFUSED, "tocsin approve d");
	t_fails(gate_check(&n, &none, "d", &e), &e, ERR_REFUSED,
	    "tocsin approve d");
	t_ok(gate_check(&n, &some, "d", &e), &e);
	n.canary = S("1 %");
	t_fails(gate_check(&n, &some, "d", &e), &e, ERR_INPUT, "canary");
	n.roles_given = true; /* and empty */
	t_ok(gate_check(&n, NULL, "d", &e), &e);
}

static void only_approved_tranches_pass(void **state)
{
	const struct str names[] = {S("a"), S("b")};
	const struct gate g = {.tranche = names, .tranches = 2};

	(void)state;
	t_true(gate_lets(&g, S("a")) && gate_lets(&g, S("b")));
	t_true(!gate_lets(&g, S("")) && !gate_lets(&g, S("A")));
	t_true(gate_lets(NULL, S("anything")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(what_was_looked_at_must_be_there),
	    T(rules_that_came_since_are_seen),
	    T(a_gated_notice_needs_a_gate),
	    T(only_approved_tranches_pass),
	};
	return t_run("gate", tests);
}
