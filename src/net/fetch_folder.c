#include "base/limits.h"
#include "net/fetch_private.h"

#include <errno.h>
#include <sys/stat.h>

static const char *type_of(struct str path)
{
	static const struct {
		const char *ending, *type;
	} types[] = {
	    {".html", "text/html"},
	    {".htm", "text/html"},
	    {".txt", "text/plain"},
	    {".json", "application/json"},
	    {".xml", "application/xml"},
	    {".svg", "image/svg+xml"},
	    {".png", "image/png"},
	    {".pdf", "application/pdf"},
	};
	ptrdiff_t slash = str_rchr(path, '/');
	struct str name = str_from(path, (size_t)(slash + 1));

	for (size_t i = 0; i < ARRAY_SIZE(types); i++)
		if (str_iends(name, str_of(types[i].ending)))
			return types[i].type;
	return str_chr(name, '.') < 0 ? "text/html"
				      : "application/octet-stream";
}

/* `path` is decoded: what it could climb with is refused, not cleaned. */
static int check_path(struct str path, const char *url, struct err *e)
{
	struct str rest = path;
	bool bad = memchr(path.p, '\\', path.n) || memchr(path.p, '\0', path.n);

	while (rest.p && !bad) {
		struct str part = str_cut(&rest, '/');

		bad = str_eq(part, S(".")) || str_eq(part, S(".."));
	}
	if (bad)
		return err_set(e, ERR_INPUT,
		    "%.200s: the path has \"..\" or the like in it", url);
	return 0;
}

/* DIR/HOST/PATH. */
static int file_of(
    const char *dir, CURLU *u, const char *url, struct buf *out, struct err *e)
{
	char *host = fetch_url_part(u, CURLUPART_HOST, 0);
	char *path = NULL;
	int rc = 0;

	/* the library refuses what decodes to a control character */
	if (curl_url_get(u, CURLUPART_PATH, &path, CURLU_URLDECODE) !=
	    CURLUE_OK)
		rc = err_set(
		    e, ERR_INPUT, "%.200s: the path can not be decoded", url);
	else if (host[0] == '[' || !host[0])
		rc = err_set(e, ERR_INPUT,
		    "%.200s: a folder of pages knows hosts by name", url);
	else if ((rc = check_path(str_of(path), url, e)) == 0)
		buf_addf(out, "%s/%s%s%s", dir, host, path,
		    str_ends(str_of(path), S("/")) ? "index.html" : "");
	if (rc == 0 && out->over)
		rc = err_set(e, ERR_LIMIT, "%.200s: the path is too long", url);
	curl_free(path);
	free(host);
	return rc;
}

static int read_page(struct buf *path, struct fetch_result *r, struct err *e)
{
	struct stat st;
	int rc;

	if (stat(buf_cstr(path), &st) == 0 && S_ISDIR(st.st_mode))
		buf_addz(path, "/index.html");
	r->status = 200;
	if (path->over || stat(buf_cstr(path), &st) < 0 ||
	    !S_ISREG(st.st_mode)) {
		r->status = 404;
		r->content_type = mem_strdup("");
		return 0;
	}
	if ((rc = buf_read_file(&r->body, buf_cstr(path), e)) < 0)
		return rc;
	r->content_type = mem_strdup(type_of(buf_str(path)));
	return 0;
}

int fetch_from_folder(
    const char *dir, const char *url, struct fetch_result *ret, struct err *e)
{
	struct fetch_result r = {.body = BUF_INIT(LIMIT_FETCH_BODY)};
	struct buf path = BUF_INIT(4096);
	struct stat st;
	CURLU *u;
	int rc;

	if (stat(dir, &st) < 0)
		return err_sys(e, errno, "%s", dir);
	if ((rc = fetch_url(url, &u, e)) < 0)
		return rc;
	r.final_url = fetch_url_part(u, CURLUPART_URL, 0);
	if ((rc = file_of(dir, u, url, &path, e)) == 0)
		rc = read_page(&path, &r, e);
	curl_url_cleanup(u);
	buf_release(&path);
	if (rc < 0) {
		fetch_result_free(&r);
		return rc;
	}
	*ret = r;
	return 0;
}
