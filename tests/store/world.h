/* world: a notice folder for the store's tests: an audience of numbered
 * people, and the records of a mail's life with everything filled in.
 */
#pragma once

#include "store/store.h"
#include "t.h"

struct world {
	char dir[64];
	struct store *s;
	int64_t epoch, next_attempt;
	struct err e;
};

/* People with ids 16, 32, ... (no address: every `gap`th, 0: none); domains
 * d0.example ... d<domains - 1>.example in turn. */
void world_people(const char *dir, int64_t count, int gap, int domains);
/* A folder with `people` (gap 7, 3 domains), a writer and its lease. */
void world_open(struct world *w, int64_t people);
void world_close(struct world *w);
/* The store closed (as by a crash, without a word) and opened again with a
 * new lease. */
void world_crash(struct world *w, struct store_lease *ret);

struct store_record world_intent(struct world *w, int64_t person);
struct store_record world_outcome(struct world *w, int64_t attempt,
    int64_t person, enum person_status status);
/* One record alone in a commit. */
void world_commit(struct world *w, const struct store_record *r);
enum person_status world_status(struct world *w, int64_t person);
/* A number from the database itself. */
int64_t world_sql(const char *dir, const char *sql);
