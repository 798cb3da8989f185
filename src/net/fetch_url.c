#include "base/limits.h"
#include "domain/idna.h"
#include "net/fetch_private.h"

char *fetch_url_part(CURLU *u, CURLUPart part, unsigned flags)
{
	char *got = NULL, *copy;

	if (curl_url_get(u, part, &got, flags) != CURLUE_OK)
		got = NULL;
	copy = mem_strdup(got ? got : "");
	curl_free(got);
	return copy;
}

/* What comes between "https://" and the path may not name a user. */
static bool has_user(CURLU *u)
{
	char *user = NULL, *password = NULL;
	bool has =
	    curl_url_get(u, CURLUPART_USER, &user, 0) == CURLUE_OK ||
	    curl_url_get(u, CURLUPART_PASSWORD, &password, 0) == CURLUE_OK;

	curl_free(user);
	curl_free(password);
	return has;
}

static int host_to_ascii(CURLU *u, struct err *e)
{
	struct buf ascii = BUF_INIT(LIMIT_DOMAIN + 1);
	char *host = fetch_url_part(u, CURLUPART_HOST, CURLU_URLDECODE);
	int rc = 0;

	/* "[2001:db8::1]" has no name */
	if (host[0] != '[' &&
	    (rc = idna_to_ascii(str_of(host), &ascii, e)) == 0 &&
	    curl_url_set(u, CURLUPART_HOST, buf_cstr(&ascii), 0) != CURLUE_OK)
		rc = err_set(e, ERR_INPUT, "the host is not one of a URL");
	buf_release(&ascii);
	free(host);
	return rc;
}

static int check(CURLU *u, const char *url, struct err *e)
{
	char *scheme = fetch_url_part(u, CURLUPART_SCHEME, 0);
	bool https = str_ieq(str_of(scheme), S("https"));

	free(scheme);
	if (!https)
		return err_set(e, ERR_INPUT,
		    "%.200s: is not an https:// address, and only those are "
		    "fetched",
		    url);
	if (has_user(u))
		return err_set(e, ERR_INPUT,
		    "%.200s: has a user name or password in it; take it out",
		    url);
	if (host_to_ascii(u, e) < 0)
		return err_wrap(e, "%.200s", url);
	curl_url_set(u, CURLUPART_FRAGMENT, NULL, 0);
	return 0;
}

int fetch_url(const char *url, CURLU **ret, struct err *e)
{
	CURLU *u = curl_url();
	CURLUcode why;
	int rc;

	if (!u)
		return err_set(e, ERR_NOMEM, "out of memory");
	if (strlen(url) > LIMIT_URL)
		rc = err_set(e, ERR_LIMIT, "the URL is %zu bytes, at most %lu",
		    strlen(url), LIMIT_URL);
	else if ((why = curl_url_set(u, CURLUPART_URL, url,
		      CURLU_NON_SUPPORT_SCHEME | CURLU_PATH_AS_IS)) !=
		 CURLUE_OK)
		rc = err_set(e, ERR_INPUT, "%.200s: is not a URL: %s", url,
		    curl_url_strerror(why));
	else
		rc = check(u, url, e);
	if (rc < 0)
		curl_url_cleanup(u);
	else
		*ret = u;
	return rc;
}

void fetch_result_free(struct fetch_result *r)
{
	free(r->final_url);
	free(r->content_type);
	buf_release(&r->body);
	for (unsigned i = 0; i < r->redirects; i++)
		free(r->hops[i].url);
	*r = (struct fetch_result){0};
}
