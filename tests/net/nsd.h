/* nsd: a real name server on a free port of 127.0.0.1, with the zones of
 * tests/data/dns.
 */
#pragma once

#include "t.h"

struct nsd {
	char dir[64];
	int pid; /* 0: not running */
	uint16_t port;
};

/* False: no server is installed. */
bool nsd_is_there(void);
/* Fails the test if it does not come up. */
void nsd_start(struct nsd *n);
void nsd_stop(struct nsd *n);
/* A UDP port that is bound and never answers; close `ret_fd`. */
uint16_t nsd_silent_port(int *ret_fd);
