/* scenario_impl: what the files of the scenario parser share.
 *
 *	scenario.c         lines, words, sections
 *	scenario_config.c  CONFIG
 *	scenario_place.c   PROVIDER, PEER and their changes
 *	scenario_step.c    steps and EXPECT
 */
#pragma once

#include "sim/scenario.h"

#define SCENARIO_WORDS 24u

/* The words of a line; what stood in quotes has lost them. */
struct scenario_words {
	size_t n;
	struct str w[SCENARIO_WORDS];
};

struct scenario_reader {
	struct scenario *s;
	const char *name;
	size_t line;
	struct str source; /* the line, without blanks at its ends */
	/* the section whose indented lines come */
	int (*body)(struct scenario_reader *r, const struct scenario_words *w,
	    struct err *e);
	bool in_zone;
	struct buf zone;
	size_t zone_line;
	struct scenario_zone *zone_to;
	struct scenario_place *place;
	struct scenario_script *script;
	struct scenario_act **act_last;
	struct scenario_person **person_last;
	struct scenario_place **place_last;
	struct scenario_change **change_last;
	struct scenario_step **step_last;
	size_t zones;
	struct buf text, profile, profile_section;
	struct buf scratch; /* a word being unquoted */
};

/* "NAME:LINE: ..." */
int scenario_bad(struct scenario_reader *r, struct err *e, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
int scenario_full(struct scenario_reader *r, struct err *e, const char *what);
void *scenario_alloc(struct scenario_reader *r, size_t n);
/* "90s", "10m", "2h", "3d", "250ms" */
bool scenario_duration(struct str s, usec_t *ret);
const struct scenario_place *scenario_place_find(
    const struct scenario_reader *r, struct str name);

int scenario_config_line(
    struct scenario_reader *r, const struct scenario_words *w, struct err *e);
int scenario_place_begin(struct scenario_reader *r,
    const struct scenario_words *w, bool peer, struct err *e);
/* w: "provider NAME OPTION VALUE" from word `from` on. */
int scenario_change_add(struct scenario_reader *r,
    const struct scenario_words *w, size_t from, usec_t at, struct err *e);
/* 0 where the first word is no step, 1 when it was taken. */
int scenario_step_line(
    struct scenario_reader *r, const struct scenario_words *w, struct err *e);
int scenario_expect_line(struct scenario_reader *r,
    const struct scenario_words *w, struct scenario_expect *x, struct err *e);
