/* walk: reads every row of an audience and adds up its bytes: what any pass
 * over it costs at least.
 *
 *	walk DIR
 */
#include "store/people.h"

#include <stdio.h>

static int add(const struct people_row *row, void *arg)
{
	uint64_t *sum = arg;

	*sum += row->addresses.n + row->name.n + row->cells.n +
		row->jurisdiction.n + row->flags;
	return 0;
}

int main(int argc, char **argv)
{
	struct people *p;
	struct err e = {0};
	uint64_t sum = 0;

	if (argc != 2) {
		fprintf(stderr, "usage: walk DIR\n");
		return 2;
	}
	if (people_open(argv[1], &p, &e) < 0 ||
	    people_each(p, 0, add, &sum, &e) < 0) {
		fprintf(stderr, "walk: %s\n", e.msg);
		return 3;
	}
	printf("%llu people, %llu bytes\n", (unsigned long long)people_count(p),
	    (unsigned long long)sum);
	people_close(p);
	return 0;
}
