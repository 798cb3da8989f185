/* people: N rows of a made-up customer list as CSV on stdout, always the same
 * for the same seed.  Domains are spread as real lists are: a few providers
 * hold most, a long tail holds the rest; one row in fifty has a second
 * address, one in two hundred none.
 *
 *	people N [SEED]
 */
#include "base/rand.h"
#include "base/str.h"

static const char *const domains[] = {"gmail.com", "gmail.com", "gmail.com",
    "outlook.com", "yahoo.com", "icloud.com", "hotmail.com", "web.de", "gmx.de",
    "t-online.de", "orange.fr", "libero.it"};
static const char *const names[] = {"Anna", "J\xc3\xbcrgen",
    "Mar\xc3\xad"
    "a",
    "Wei", "John", "Fatima", "Olga", "Ren\xc3\xa9"};
static const char *const places[][3] = {{"US", "CA", "en"}, {"US", "TX", "en"},
    {"US", "NY", "en"}, {"US", "IN", "en"}, {"DE", "", "de"}, {"FR", "", "fr"},
    {"CA", "QC", "fr-CA"}, {"GB", "", "en-GB"}};

#define PICK(r, list) list[rand_seq_below(r, ARRAY_SIZE(list))]

static void row(struct rand_seq *r, uint64_t i)
{
	const char *const *place = PICK(r, places);
	const char *name = PICK(r, names);
	char domain[32], second[64] = "";

	if (rand_seq_below(r, 10) < 8)
		snprintf(domain, sizeof(domain), "%s", PICK(r, domains));
	else
		snprintf(domain, sizeof(domain), "d%u.example",
		    (unsigned)rand_seq_below(r, 50000));
	if (rand_seq_below(r, 50) == 0)
		snprintf(second, sizeof(second), "u%llu@backup.example",
		    (unsigned long long)i);
	printf("P%09llu,%s N%llu,", (unsigned long long)i, name,
	    (unsigned long long)(i % 99991));
	if (rand_seq_below(r, 200))
		printf("u%llu.%s@%s", (unsigned long long)i,
		    (const char *[]){"a", "news", "mail"}[i % 3], domain);
	printf(",%s,%s,%s,%s,KD-%u,%05u\n", second, place[2], place[0],
	    place[1], (unsigned)rand_seq_below(r, 100000000),
	    10000 + (unsigned)rand_seq_below(r, 89999));
}

int main(int argc, char **argv)
{
	struct rand_seq r;
	uint64_t n = 0, seed = 1;

	if (argc < 2 || !str_to_u64(str_of(argv[1]), UINT64_MAX, &n) ||
	    (argc > 2 && !str_to_u64(str_of(argv[2]), UINT64_MAX, &seed))) {
		fprintf(stderr, "usage: people N [SEED]\n");
		return 2;
	}
	rand_seq_init(&r, seed);
	puts("person_id,name,email,email2,language,country,region,ref,"
	     "postcode");
	for (uint64_t i = 0; i < n; i++)
		row(&r, i);
	return fflush(stdout) == 0 && !ferror(stdout) ? 0 : 1;
}
