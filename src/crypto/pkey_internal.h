/* pkey_internal: what pkey.c and pkey_load.c share. */
#pragma once

#include "crypto/pkey.h"

#include <openssl/evp.h>

/* Takes `k` over, also on failure.  Refuses kinds and sizes that DKIM does not
 * sign with; `where` names the key in the error. */
int pkey_adopt(
    EVP_PKEY *k, const char *where, struct pkey **ret_key, struct err *e);

/* Fills `e` with "<what>: <OpenSSL's reason>" and empties its error queue. */
int pkey_openssl_error(struct err *e, int code, const char *what);
