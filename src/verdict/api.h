/* api: what the files of the public library share.  Only they include it.
 *
 * The context's thread runs its loop; everything of auth/ happens there.  The
 * lock guards the two lists and the states of the checks: `asked` is what the
 * thread has to begin or to cancel, `done` what the caller has to be told.
 */
#pragma once

#include "auth/verify.h"

#include <tocsin/tocsin.h>

#include <pthread.h>

/* The year 9999, as far as times are shown. */
#define API_AT_MAX INT64_C(253402300799)

struct tocsin_result {
	struct auth_report *report;
	struct auth_report lost; /* `report` when there was no memory for one */
};

struct check_list {
	struct tocsin_check *first, **tail;
};

struct tocsin_check {
	struct tocsin_context *context;
	struct check_list *in; /* the one list it is in, or NULL */
	struct tocsin_check *next, **prev;
	bool cancelled, finished;
	bool waited_for; /* by tocsin_verify_sync(): in no list at the end */
	struct auth_request request;
	char *copy; /* of message and facts; NULL: they are the caller's */
	struct auth_check *check;
	struct auth_report *report;
	struct tocsin_result *result; /* made at the start, to be filled */
	tocsin_verify_fn *fn;
	void *arg;
};

struct tocsin_context {
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t finished;
	int fd;
	struct loop *loop;
	struct loop_wake wake;
	struct dns *dns;
	struct auth_verifier *verifier;
	struct psl *psl;
	char *receiver;
	usec_t time;
	bool stop;
	struct check_list asked, running, done;
};

/* Fills `e` (may be NULL) and returns the public code. */
int api_fail(struct tocsin_error *e, const struct err *why);
/* TOCSIN_ERR_NOMEM */
int api_no_memory(struct tocsin_error *e);
int api_fail_with(struct tocsin_error *e, int code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* "" for none. */
const char *api_text(struct str s);
