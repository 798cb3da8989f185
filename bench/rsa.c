/* What one RSA-2048 signature costs right now, as this program makes them:
 * bench_rsa KEY.pem SECONDS THREADS prints CPU microseconds a signature.
 */
#include "base/clock.h"
#include "crypto/pkey.h"

#include <pthread.h>

struct load {
	struct pkey *key;
	usec_t until;
	uint64_t signatures;
	double cpu;
};

static double thread_cpu(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void *run(void *arg)
{
	struct load *l = arg;
	unsigned char sum[32] = {0}, sig[PKEY_SIGNATURE_MAX];
	double start = thread_cpu();
	struct err e;
	size_t n;

	while (clock_steady(&clock_system) < l->until) {
		sum[0]++;
		if (pkey_sign_digest(l->key, sum, sig, &n, &e) < 0)
			BUG("%s", e.msg);
		l->signatures++;
	}
	l->cpu = thread_cpu() - start;
	return NULL;
}

int main(int argc, char **argv)
{
	struct load load[16] = {0};
	pthread_t thread[16];
	uint64_t threads = 1, signatures = 0;
	double cpu = 0;
	struct err e;

	if (argc != 4 || !str_to_u64(str_of(argv[3]), 16, &threads) || !threads)
		return 2;
	for (uint64_t i = 0; i < threads; i++) {
		if (pkey_load_private(argv[1], &load[i].key, &e) < 0) {
			fprintf(stderr, "%s\n", e.msg);
			return 2;
		}
		load[i].until = clock_steady(&clock_system) +
				(usec_t)(strtod(argv[2], NULL) * 1e6);
	}
	for (uint64_t i = 0; i < threads; i++)
		pthread_create(&thread[i], NULL, run, &load[i]);
	for (uint64_t i = 0; i < threads; i++) {
		pthread_join(thread[i], NULL);
		signatures += load[i].signatures;
		cpu += load[i].cpu;
		pkey_free(load[i].key);
	}
	printf("%.2f\n", cpu * 1e6 / (double)signatures);
	return 0;
}
