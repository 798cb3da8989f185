/* play: one story, played: its providers and zone on an imitated network, the
 * real sender (stage), the steps in order.
 */
#pragma once

#include "sim/script.h"
#include "stage.h"
#include "wire.h"

struct play_mail {
	char *recipients; /* one a line */
	char *content;
	size_t n;
};

struct play_place {
	struct play *play;
	const struct scenario_place *place;
	struct provider *provider; /* or: */
	struct script *script;
	struct tls_context *tls;
	struct play_mail *mail; /* taken */
	size_t mails;
};

struct play {
	const struct scenario *scenario;
	const char *file;
	char dir[64], relay[600], relay_name[300];
	char *user, *secret;
	struct loop *loop;
	struct network *net;
	struct play_place place[SCENARIO_PLACES];
	struct tls_context *client;
	struct wire wire;
	struct loop_timer timer; /* the next of these */
	const struct scenario_zone *zone, *next_zone;
	const struct scenario_change *change;
	size_t *cursor; /* into wire.line, by connection: see judge.c */
	size_t cursors;
	/* the sender */
	struct stage stage;
	bool open, started, killed;
	struct buf wrong; /* empty: all is as expected */
};

/* Plays it all; `wrong` of `p` then says what was not as expected. */
void play_story(
    struct play *p, const struct scenario *s, const char *file, bool verbose);
void play_release(struct play *p);
/* Adds to `wrong`. */
void play_wrong(struct play *p, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
usec_t play_now(const struct play *p); /* since the start */

/* ---- judge.c */
/* A reader; NULL: said in `wrong`. */
struct store *play_store(struct play *p);
void play_store_close(struct play *p, struct store *s);
void judge(struct play *p, const struct scenario_step *x);
