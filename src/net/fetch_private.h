/* fetch_private: what asking the web and answering from a folder share. */
#pragma once

#include "net/fetch.h"

#include <curl/curl.h>

/* Reads an https URL: no user, no password, a host; international names become
 * A-labels; the fragment goes.  The caller cleans `*ret` up. */
int fetch_url(const char *url, CURLU **ret, struct err *e);
/* A part of it, copied; never NULL. */
char *fetch_url_part(CURLU *u, CURLUPart part, unsigned flags);
