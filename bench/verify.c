/* verify: what verifying a message costs: SPF, DKIM, ARC and DMARC of each
 * message of a corpus (bench/verify_corpus.c), several at once on one loop,
 * round after round, the DNS asked of RESOLVER and its answers kept.
 *
 *	verify DIR RESOLVER ROUNDS [VERDICTS]
 *
 * The first round only warms up; with 0 ROUNDS it is all there is, and each
 * message is read when its turn comes.  Between rounds, RSA-2048 verifications
 * with one key that is read are measured, so that both figures are of the same
 * minutes.  Prints one line of JSON: CPU (user and system) a message and an RSA
 * verification in microseconds, the mean and the median of the rounds, and the
 * peak of memory after 100,000 messages and at the end.  VERDICTS gets a line a
 * message: its number, then 1 where SPF, DKIM and DMARC pass.
 */
#include "auth/verify.h"
#include "base/json.h"
#include "crypto/pkey_public.h"

#include <errno.h>
#include <sys/resource.h>

#define AT         1795521660 /* a minute after they were signed */
#define AT_ONCE    16u
#define ROUNDS_MAX 100000u
#define RSA_BATCH  1000u

struct message {
	struct bench *bench;
	struct buf bytes, line;
	struct endpoint ip;
	struct str path, helo, mail_from;
	bool want[3], got[3]; /* SPF, DKIM, DMARC pass */
};

struct bench {
	struct loop *loop;
	struct dns *dns;
	struct auth_verifier *verifier;
	struct message *message;
	size_t count, next, done;
	uint64_t round, rounds, wrong, all;
	double *cpu, *rsa, wall; /* a message, a verification; us */
	double cpu_at, wall_at;
	long peak_early; /* KiB */
	struct loop_task step;
};

static void must(int rc, const struct err *e)
{
	if (rc >= 0)
		return;
	fprintf(stderr, "verify: %s\n", e->msg);
	exit(1);
}

static double cpu_now(void)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1e6 +
	       (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec);
}

static long peak_now(void)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	return u.ru_maxrss;
}

/* ---- one message */

static void begin(struct bench *b);

static void on_report(struct auth_report *r, void *arg)
{
	struct message *m = arg;
	struct bench *b = m->bench;

	m->got[0] = r->spf.result == SPF_PASS;
	m->got[1] = false;
	for (size_t i = 0; i < r->dkim.count; i++)
		m->got[1] |= r->dkim.row[i].result == DKIM_PASS;
	m->got[2] = r->dmarc.result == DMARC_VERDICT_PASS;
	ENSURE(r->arc.result == ARC_NONE);
	auth_report_free(r);
	if (!b->rounds)
		buf_release(&m->bytes);
	for (size_t i = 0; i < ARRAY_SIZE(m->want); i++)
		b->wrong += m->got[i] != m->want[i];
	if (b->all + ++b->done == 100000)
		b->peak_early = peak_now();
	if (b->next < b->count)
		begin(b);
	if (b->done == b->count)
		loop_post(b->loop, &b->step);
}

static void verify(struct message *m)
{
	struct auth_request r = {.message = buf_str(&m->bytes),
	    .facts = {.ip = m->ip, .helo = m->helo, .mail_from = m->mail_from},
	    .at = AT};

	auth_verify_start(m->bench->verifier, &r, on_report, m);
}

static void read_message(struct message *m)
{
	struct buf path = BUF_INIT(4 * KiB);
	struct err e;

	buf_add(&path, m->path);
	m->bytes = BUF_INIT(MiB);
	must(buf_read_file(&m->bytes, buf_cstr(&path), &e), &e);
	buf_release(&path);
}

static void begin(struct bench *b)
{
	struct message *m = &b->message[b->next++];

	if (!b->rounds)
		read_message(m);
	verify(m);
}

/* ---- rounds */

static double measure_rsa(void)
{
	static struct pkey *private;
	static struct pkey_public *public;
	static unsigned char signature[PKEY_SIGNATURE_MAX];
	static const unsigned char sum[32];
	static size_t n;
	struct buf der = BUF_INIT(4 * KiB);
	struct err e;
	double start;

	if (!private) {
		must(pkey_generate(PKEY_RSA, 2048, &private, &e), &e);
		must(pkey_write_public(private, &der, &e), &e);
		must(
		    pkey_read_public(PKEY_RSA, buf_str(&der), &public, &e), &e);
		must(pkey_sign_digest(private, sum, signature, &n, &e), &e);
	}
	start = cpu_now();
	for (unsigned i = 0; i < RSA_BATCH; i++)
		if (!pkey_verify_digest(
			public, sum, str_make((char *)signature, n)))
			BUG("a good signature does not hold");
	buf_release(&der);
	return (cpu_now() - start) / RSA_BATCH;
}

static void start_round(struct bench *b)
{
	b->next = b->done = 0;
	if (b->rounds)
		b->rsa[b->round] = measure_rsa();
	b->wall_at = (double)clock_steady(&clock_system);
	b->cpu_at = cpu_now();
	for (unsigned i = 0; i < AT_ONCE && b->next < b->count; i++)
		begin(b);
}

static void step(void *arg)
{
	struct bench *b = arg;

	if (b->done) {
		b->cpu[b->round] = (cpu_now() - b->cpu_at) / (double)b->count;
		if (b->round)
			b->wall +=
			    (double)clock_steady(&clock_system) - b->wall_at;
		b->all += b->count;
		b->round++;
	}
	if (b->round <= b->rounds)
		start_round(b);
	else
		loop_stop(b->loop);
}

/* ---- the corpus */

/* With the directory before it. */
static void read_line(struct message *m, const char *dir, struct str line)
{
	struct str field[8];

	m->line = BUF_INIT(4 * KiB);
	buf_addf(&m->line, "%s/", dir);
	buf_add(&m->line, line);
	line = buf_str(&m->line);
	for (size_t i = 0; i < ARRAY_SIZE(field); i++)
		field[i] = line.p ? str_cut(&line, '\t') : STR_NONE;
	m->path = field[0];
	if (!endpoint_parse_ip(field[1], 0, &m->ip))
		BUG("manifest.tsv: no address");
	m->helo = field[2];
	m->mail_from = field[3];
	for (size_t i = 0; i < ARRAY_SIZE(m->want); i++)
		m->want[i] = str_eq(field[5 + i], S("1"));
}

static void read_corpus(struct bench *b, const char *dir)
{
	struct buf manifest = BUF_INIT(64 * MiB), path = BUF_INIT(4 * KiB);
	struct str rest;
	struct err e;
	size_t lines = 0;

	buf_addf(&path, "%s/manifest.tsv", dir);
	must(buf_read_file(&manifest, buf_cstr(&path), &e), &e);
	for (size_t i = 0; i < manifest.len; i++)
		lines += manifest.p[i] == '\n';
	b->message = mem_zalloc((lines + 1) * sizeof(*b->message));
	rest = buf_str(&manifest);
	while (b->count < lines) {
		struct message *m = &b->message[b->count++];

		m->bench = b;
		read_line(m, dir, str_cut(&rest, '\n'));
		if (b->rounds)
			read_message(m);
	}
	if (!b->count)
		BUG("%s: no messages", buf_cstr(&path));
	buf_release(&manifest);
	buf_release(&path);
}

static void write_verdicts(const struct bench *b, const char *path)
{
	FILE *f = fopen(path, "w");
	struct err e;

	if (!f)
		must(err_sys(&e, errno, "%s", path), &e);
	for (size_t i = 0; i < b->count; i++) {
		const bool *got = b->message[i].got;

		fprintf(f, "%zu %d %d %d\n", i, got[0], got[1], got[2]);
	}
	if (ferror(f) | fclose(f))
		must(err_sys(&e, errno, "%s", path), &e);
}

/* ---- figures */

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median(double *v, uint64_t n)
{
	qsort(v, n, sizeof(*v), by_size);
	return (v[(n - 1) / 2] + v[n / 2]) / 2;
}

static double mean(const double *v, uint64_t n)
{
	double sum = 0;

	for (uint64_t i = 0; i < n; i++)
		sum += v[i];
	return sum / (double)n;
}

static void put_real(struct json *j, const char *key, double v)
{
	json_key(j, key);
	json_real(j, v);
}

static void print_figures(struct bench *b)
{
	struct buf out = BUF_INIT(4 * KiB);
	uint64_t n = b->rounds;
	struct json j;

	json_begin(&j, &out);
	json_object(&j);
	json_put_u64(&j, "messages", n * b->count);
	json_put_u64(&j, "wrong", b->wrong);
	put_real(&j, "cold_us", b->cpu[0]);
	if (n) {
		put_real(&j, "mean_us", mean(b->cpu + 1, n));
		put_real(&j, "mean_rsa_us", mean(b->rsa + 1, n));
		put_real(&j, "cpu_us", median(b->cpu + 1, n));
		put_real(&j, "rsa_us", median(b->rsa + 1, n));
		put_real(&j, "rate", (double)(n * b->count) * 1e6 / b->wall);
	}
	json_put_u64(&j, "peak_100k_kib", (uint64_t)b->peak_early);
	json_put_u64(&j, "peak_kib", (uint64_t)peak_now());
	json_end(&j);
	puts(buf_cstr(&out));
	buf_release(&out);
}

int main(int argc, char **argv)
{
	struct bench b = {0};
	struct err e = {0};

	if (argc < 4 || argc > 5 ||
	    !str_to_u64(str_of(argv[3]), ROUNDS_MAX, &b.rounds)) {
		fprintf(stderr, "usage: verify DIR RESOLVER ROUNDS "
				"[VERDICTS]\n");
		return 2;
	}
	read_corpus(&b, argv[1]);
	b.cpu = mem_zalloc((b.rounds + 1) * sizeof(*b.cpu));
	b.rsa = mem_zalloc((b.rounds + 1) * sizeof(*b.rsa));
	b.loop = loop_event_new(&e);
	must(b.loop ? 0 : e.code, &e);
	must(dns_unbound_new(b.loop, str_of(argv[2]), NULL, &b.dns, &e), &e);
	b.verifier = auth_verifier_new(b.loop, b.dns);
	loop_task_init(&b.step, step, &b);
	loop_post(b.loop, &b.step);
	loop_run(b.loop);
	print_figures(&b);
	if (argc == 5)
		write_verdicts(&b, argv[4]);
	auth_verifier_free(b.verifier);
	dns_free(b.dns);
	loop_free(b.loop);
	return b.wrong != 0;
}
