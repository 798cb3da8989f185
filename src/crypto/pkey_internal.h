/* pkey_internal: what pkey.c and pkey_load.c share. */
#pragma once

#include "crypto/pkey.h"

#include <openssl/evp.h>

/* Takes `k` over, also on failure.  Refuses kinds and sizes that DKIM does not
 * sign with; `where` names the key in the error. */
int pkey_adopt(
    EVP_PKEY *k, const char *where, struct pkey **ret_key, struct err *e);

/* Empties OpenSSL's error queue.  True: memory was the trouble, as far as it
 * can be told, and is counted.  One failure of many may be hidden: who reads a
 * key tries twice. */
bool pkey_forget_errors(void);
/* Fills `e` with "<what>: <OpenSSL's reason>" and empties its error queue;
 * ERR_NOMEM, whatever `code` is, when memory was the trouble. */
int pkey_openssl_error(struct err *e, int code, const char *what);
