#include "net/fetch.h"
#include "base/clock.h"
#include "base/limits.h"
#include "net/endpoint.h"
#include "net/fetch_private.h"
#include "net/public_address.h"

#include <pthread.h>

struct asking {
	const struct fetch_options *o;
	CURL *curl;
	usec_t until; /* steady */
	unsigned seconds;
	struct buf body;
	size_t header_bytes;
	char refused[ENDPOINT_TEXT]; /* the address not connected to */
	char why[CURL_ERROR_SIZE];
};

static void start_library(void)
{
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		BUG("libcurl does not start");
}

static size_t take_body(char *p, size_t size, size_t n, void *arg)
{
	struct asking *a = arg;

	buf_add(&a->body, str_make(p, size * n));
	return a->body.over ? 0 : size * n;
}

static size_t take_header(char *p, size_t size, size_t n, void *arg)
{
	struct asking *a = arg;

	a->header_bytes += size * n;
	return a->header_bytes > LIMIT_FETCH_HEADER ? 0 : size * n;
}

/* Sees the very address that is connected to, so that a name can not have
 * another address when it is asked a second time. */
static curl_socket_t open_socket(
    void *arg, curlsocktype purpose, struct curl_sockaddr *to)
{
	struct asking *a = arg;
	struct endpoint at = {0};

	if (!a->o->allow_private && !public_address(&to->addr)) {
		at.len = to->addrlen;
		if (at.len > sizeof(at.u))
			at.len = sizeof(at.u);
		memcpy(&at.u, &to->addr, at.len);
		endpoint_ip(&at, a->refused);
		return CURL_SOCKET_BAD;
	}
	return socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
}

static bool set_up(struct asking *a)
{
	CURL *c = a->curl;
	bool ok = true;

#define SET(option, value) \
	ok = ok && curl_easy_setopt(c, option, value) == CURLE_OK
	SET(CURLOPT_PROTOCOLS_STR, "https");
	SET(CURLOPT_NOSIGNAL, 1L);
	SET(CURLOPT_PROXY, "");
	SET(CURLOPT_USERAGENT, "tocsin/" TOCSIN_VERSION);
	SET(CURLOPT_FOLLOWLOCATION, 0L);
	SET(CURLOPT_PATH_AS_IS, 1L);
	SET(CURLOPT_SSL_VERIFYPEER, 1L);
	SET(CURLOPT_SSL_VERIFYHOST, 2L);
	SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	SET(CURLOPT_ERRORBUFFER, a->why);
	SET(CURLOPT_WRITEFUNCTION, take_body);
	SET(CURLOPT_WRITEDATA, a);
	SET(CURLOPT_HEADERFUNCTION, take_header);
	SET(CURLOPT_HEADERDATA, a);
	SET(CURLOPT_OPENSOCKETFUNCTION, open_socket);
	SET(CURLOPT_OPENSOCKETDATA, a);
	if (a->o->ca_file) {
		SET(CURLOPT_CAINFO, a->o->ca_file);
		SET(CURLOPT_CAPATH, NULL);
	}
#undef SET
	return ok;
}

static int say(struct asking *a, CURLcode rc, const char *url, struct err *e)
{
	if (a->body.over)
		return err_set(e, ERR_LIMIT,
		    "%.200s: answers with more than %zu bytes", url,
		    a->body.max);
	if (a->header_bytes > LIMIT_FETCH_HEADER)
		return err_set(e, ERR_LIMIT,
		    "%.200s: answers with more than %lu bytes of header", url,
		    LIMIT_FETCH_HEADER);
	if (a->refused[0])
		return err_set(e, ERR_NET,
		    "%.200s: has the address %s, which is not one of the "
		    "public Internet; it was not connected to",
		    url, a->refused);
	if (rc == CURLE_OPERATION_TIMEDOUT)
		return err_set(e, ERR_NET,
		    "%.200s: gave no whole answer within %u seconds", url,
		    a->seconds);
	if (rc == CURLE_COULDNT_RESOLVE_HOST)
		return err_set(e, ERR_NET,
		    "%.200s: the host has no address, or its DNS does not "
		    "answer",
		    url);
	if (rc == CURLE_PEER_FAILED_VERIFICATION)
		return err_set(e, ERR_NET,
		    "%.200s: the certificate does not hold: %s", url,
		    a->why[0] ? a->why : curl_easy_strerror(rc));
	return err_set(e, ERR_NET, "%.200s: %s", url,
	    a->why[0] ? a->why : curl_easy_strerror(rc));
}

/* One request.  `u` stays the caller's. */
static int ask(
    struct asking *a, CURLU *u, const char *url, int *ret_status, struct err *e)
{
	usec_t left = a->until - clock_steady(&clock_system);
	long status = 0;
	CURLcode rc;

	buf_reset(&a->body);
	a->header_bytes = 0;
	a->refused[0] = a->why[0] = '\0';
	if (left < USEC_PER_MSEC)
		return say(a, CURLE_OPERATION_TIMEDOUT, url, e);
	if (curl_easy_setopt(a->curl, CURLOPT_CURLU, u) != CURLE_OK ||
	    curl_easy_setopt(a->curl, CURLOPT_TIMEOUT_MS,
		(long)(left / USEC_PER_MSEC)) != CURLE_OK)
		return err_set(e, ERR_NOMEM, "out of memory");
	rc = curl_easy_perform(a->curl);
	if (rc != CURLE_OK)
		return say(a, rc, url, e);
	curl_easy_getinfo(a->curl, CURLINFO_RESPONSE_CODE, &status);
	*ret_status = (int)status;
	return 0;
}

/* Where the answer sends us; NULL: nowhere. */
static const char *redirect_of(CURL *curl, int status)
{
	char *to = NULL;

	if (status != 301 && status != 302 && status != 303 && status != 307 &&
	    status != 308)
		return NULL;
	curl_easy_getinfo(curl, CURLINFO_REDIRECT_URL, &to);
	return to;
}

/* Notes the hop and turns `*u` to where it leads. */
static int go_on(CURLU **u, const char *to, unsigned most, int status,
    struct fetch_result *r, struct err *e)
{
	struct err why = {0};
	char *from_host, *to_host;
	CURLU *next;

	if (r->redirects == most)
		return err_set(e, ERR_LIMIT,
		    "%.200s: redirects once more after %u redirects",
		    r->final_url, most);
	if (fetch_url(to, &next, &why) < 0)
		return err_set(e, ERR_NET,
		    "%.120s: redirects to what is not fetched: %.250s",
		    r->final_url, why.msg);
	from_host = fetch_url_part(*u, CURLUPART_HOST, 0);
	to_host = fetch_url_part(next, CURLUPART_HOST, 0);
	if (!str_ieq(str_of(from_host), str_of(to_host)))
		r->left_host = true;
	free(from_host);
	free(to_host);
	r->hops[r->redirects++] =
	    (struct fetch_hop){.url = r->final_url, .status = status};
	r->final_url = NULL;
	curl_url_cleanup(*u);
	*u = next;
	return 0;
}

static int follow(
    struct asking *a, CURLU **u, struct fetch_result *r, struct err *e)
{
	unsigned most = a->o->max_redirects ? a->o->max_redirects : 5;

	if (most > FETCH_REDIRECTS)
		most = FETCH_REDIRECTS;
	for (;;) {
		const char *to, *type = NULL;
		int rc;

		free(r->final_url);
		r->final_url = fetch_url_part(*u, CURLUPART_URL, 0);
		if ((rc = ask(a, *u, r->final_url, &r->status, e)) < 0)
			return rc;
		to = redirect_of(a->curl, r->status);
		if (!to || a->o->no_redirects) {
			curl_easy_getinfo(
			    a->curl, CURLINFO_CONTENT_TYPE, &type);
			r->content_type = mem_strdup(type ? type : "");
			return 0;
		}
		if ((rc = go_on(u, to, most, r->status, r, e)) < 0)
			return rc;
	}
}

int fetch_get(const struct fetch_options *o, const char *url,
    struct fetch_result *ret, struct err *e)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	struct asking a = {.o = o, .seconds = o->timeout ? o->timeout : 10};
	struct fetch_result r = {0};
	CURLU *u;
	int rc;

	if ((rc = fetch_url(url, &u, e)) < 0)
		return rc;
	pthread_once(&once, start_library);
	buf_init(&a.body, o->max_body ? o->max_body : LIMIT_FETCH_BODY);
	a.until = clock_steady(&clock_system) + a.seconds * USEC_PER_SEC;
	a.curl = curl_easy_init();
	if (!a.curl || !set_up(&a))
		rc = err_set(e, ERR_SYS, "libcurl can not be set up");
	else
		rc = follow(&a, &u, &r, e);
	curl_easy_cleanup(a.curl);
	curl_url_cleanup(u);
	if (rc < 0) {
		buf_release(&a.body);
		fetch_result_free(&r);
		return rc;
	}
	r.body = a.body;
	*ret = r;
	return 0;
}
