/* ask: whatever is asked, and however often, each question is put once.  The
 * linker leads ask's calls of dns_start() here, where they are counted. */
#include "base/limits.h"
#include "check/facts.h"
#include "loop/loop.h"
#include "t.h"

#define NAMES 6u
#define PAIRS (NAMES * 2)

static unsigned started[PAIRS];

/* "n3.example", in any case */
static size_t number(struct str name, enum dns_type type)
{
	return 2 * (size_t)(name.p[1] - '0') + (type == DNS_MX);
}

struct dns_query *__real_dns_start(
    struct dns *d, struct str name, enum dns_type type, dns_fn *fn, void *arg);
struct dns_query *__wrap_dns_start(
    struct dns *d, struct str name, enum dns_type type, dns_fn *fn, void *arg);
struct dns_query *__wrap_dns_start(
    struct dns *d, struct str name, enum dns_type type, dns_fn *fn, void *arg)
{
	started[number(name, type)]++;
	return __real_dns_start(d, name, type, fn, arg);
}

static uint64_t next(uint64_t *seed)
{
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return *seed >> 33;
}

/* Any questions in any rounds; answers stay what they were. */
static void one_run(struct dns *dns, struct loop *loop, uint64_t *seed)
{
	struct arena arena = ARENA_INIT(MiB);
	struct check_context c = {.arena = &arena, .dns = dns, .loop = loop};
	struct ask a = {.context = &c};
	const struct dns_fact *of[PAIRS] = {0};

	memset(started, 0, sizeof(started));
	for (uint64_t rounds = 1 + next(seed) % 4; rounds; rounds--) {
		for (uint64_t k = next(seed) % 20; k; k--) {
			char name[] = "n0.example";
			enum dns_type type = next(seed) % 2 ? DNS_MX : DNS_A;
			const struct dns_fact *f;
			size_t i;

			name[0] = next(seed) % 2 ? 'n' : 'N';
			name[1] = (char)('0' + next(seed) % NAMES);
			f = ask_add(&a, str_of(name), type);
			ENSURE(f);
			i = number(f->name, type);
			t_true(!of[i] || of[i] == f, "one fact a question");
			of[i] = f;
		}
		ask_run(&a);
		for (size_t i = 0; i < PAIRS; i++) {
			t_int(started[i], of[i] != NULL);
			t_true(!of[i] || of[i]->done, "answered");
		}
	}
	/* n0 and n1 are there, n2 fails, n3 is silent */
	for (size_t i = 0; i < PAIRS; i++) {
		if (!of[i])
			continue;
		t_int(dns_fact_has(of[i]), i < 4 && i % 2 == 0);
		t_int(dns_fact_trouble(of[i]), i / 2 == 2 || i / 2 == 3);
	}
	arena_release(&arena);
}

static void each_question_is_put_once(void **state)
{
	uint64_t seed = t_seed();
	struct err e = {0};
	struct loop *loop = loop_event_new(&e);
	struct dns *dns = NULL;

	ENSURE(loop);
	t_ok(dns_zone_new(loop,
		 S("n0.example. A 192.0.2.1\nn1.example. A 192.0.2.2\n"
		   ";!servfail n2.example\n;!timeout n3.example\n"),
		 "zone", &dns, &e),
	    &e);
	for (int i = 0; i < 200; i++)
		one_run(dns, loop, &seed);
	dns_free(dns);
	loop_free(loop);
}

static void nothing_is_no_question(void **state)
{
	struct ask a = {0};

	t_true(!ask_add(&a, STR_NONE, DNS_A), "no name");
	t_true(!dns_fact_has(NULL) && !dns_fact_trouble(NULL), "no fact");
	ask_run(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(each_question_is_put_once),
	    T(nothing_is_no_question),
	};

	return t_run("ask", tests);
}
