#include "check/rdap.h"
#include "base/json_read.h"
#include "base/limits.h"
#include "domain/idna.h"
#include "net/fetch.h"

#include <stdio.h>
#include <unistd.h>

#define SERVICE "https://rdap.org/domain/"

static bool two_digits(struct str s, size_t at, int max, int *ret)
{
	uint64_t n;

	if (at + 2 > s.n || !str_to_u64(str_sub(s, at, 2), (uint64_t)max, &n))
		return false;
	*ret = (int)n;
	return true;
}

/* "Z", "+02:00", or nothing. */
static bool parse_offset(struct str s, usec_t *ret)
{
	int hours, minutes;

	*ret = 0;
	if (!s.n || str_ieq(s, S("z")))
		return true;
	if (s.n != 6 || (s.p[0] != '+' && s.p[0] != '-') || s.p[3] != ':' ||
	    !two_digits(s, 1, 23, &hours) || !two_digits(s, 4, 59, &minutes))
		return false;
	*ret = hours * USEC_PER_HOUR + minutes * USEC_PER_MIN;
	if (s.p[0] == '-')
		*ret = -*ret;
	return true;
}

/* Takes ".123" off the front; digits beyond the sixth count for nothing. */
static bool parse_fraction(struct str *s, usec_t *ret)
{
	usec_t unit = USEC_PER_SEC;
	size_t i = 1;

	*ret = 0;
	if (!s->n || s->p[0] != '.')
		return true;
	while (i < s->n && ascii_is_digit(s->p[i])) {
		unit /= 10;
		*ret += (s->p[i] - '0') * unit;
		i++;
	}
	*s = str_from(*s, i);
	return i > 1;
}

bool rdap_parse_date(struct str s, usec_t *ret_wall)
{
	char text[CLOCK_ISO_SIZE] = "0000-00-00T00:00:00Z";
	usec_t day_time, fraction = 0, offset = 0;
	bool leap = false;
	struct str rest;

	if (s.n != 10 && s.n < 19)
		return false;
	memcpy(text, s.p, 10);
	if (s.n > 10) {
		if (ascii_lower(s.p[10]) != 't' && s.p[10] != ' ')
			return false;
		memcpy(text + 11, s.p + 11, 8);
		leap = memcmp(text + 17, "60", 2) == 0;
		if (leap)
			memcpy(text + 17, "59", 2);
		rest = str_from(s, 19);
		if (!parse_fraction(&rest, &fraction) ||
		    !parse_offset(rest, &offset))
			return false;
	}
	if (!clock_parse_iso(str_make(text, 20), &day_time))
		return false;
	*ret_wall = day_time + fraction + (leap ? USEC_PER_SEC : 0) - offset;
	return true;
}

/* True if the object is about `domain`, or says no name at all. */
static bool is_about(const struct json_value *v, struct str domain)
{
	struct buf name = BUF_INIT(LIMIT_DOMAIN);
	struct str said;
	bool is;

	if (!domain.n || (!json_get_str(v, "ldhName", &said) &&
			     !json_get_str(v, "unicodeName", &said)))
		return true;
	is = idna_to_ascii(said, &name, NULL) == 0 &&
	     str_ieq(buf_str(&name), domain);
	buf_release(&name);
	return is;
}

/* The last time that somebody registered it. */
static bool find_date(const struct json_value *v, usec_t *ret, bool *ret_bad)
{
	const struct json_value *events = json_get_array(v, "events");
	bool found = false;

	*ret_bad = false;
	for (size_t i = 0; i < json_count(events); i++) {
		const struct json_value *event = json_at(events, i);
		struct str action, date;
		usec_t wall;

		if (!json_get_str(event, "eventAction", &action) ||
		    (!str_ieq(action, S("registration")) &&
			!str_ieq(action, S("reregistration"))))
			continue;
		if (!json_get_str(event, "eventDate", &date) ||
		    !rdap_parse_date(date, &wall)) {
			*ret_bad = true;
			continue;
		}
		if (!found || wall > *ret)
			*ret = wall;
		found = true;
	}
	return found;
}

static int read_domain(const struct json_value *v, struct str domain,
    struct rdap *ret, struct err *e)
{
	struct str kind;
	bool bad;
	int64_t code;

	if (json_get_i64(v, "errorCode", &code)) {
		if (code != 404)
			return err_set(e, ERR_INPUT,
			    "the registry answers with error %lld",
			    (long long)code);
		ret->status = RDAP_NOT_FOUND;
		return 0;
	}
	if (!json_get_str(v, "objectClassName", &kind) ||
	    !str_ieq(kind, S("domain")))
		return err_set(e, ERR_INPUT,
		    "the answer is not about a domain (RFC 9083 5.3)");
	if (!is_about(v, domain))
		return err_set(e, ERR_INPUT,
		    "the answer is about another domain than %.*s",
		    STR_ARG(domain));
	if (!find_date(v, &ret->registered, &bad))
		return err_set(e, ERR_INPUT,
		    bad ? "the date of registration can not be read "
			  "(RFC 3339)"
			: "the registry does not say when the domain was "
			  "registered");
	ret->status = RDAP_OK;
	return 0;
}

int rdap_parse(
    struct str json, struct str domain, struct rdap *ret, struct err *e)
{
	struct json_doc *doc;
	int rc = json_parse(json, LIMIT_RDAP, &doc, e);

	*ret = (struct rdap){.status = RDAP_NO_ANSWER};
	if (rc < 0)
		return rc;
	rc = read_domain(json_root(doc), domain, ret, e);
	json_free(doc);
	return rc;
}

__attribute__((format(printf, 3, 4))) static void say(
    struct rdap *r, enum rdap_status status, const char *fmt, ...)
{
	va_list ap;

	r->status = status;
	va_start(ap, fmt);
	vsnprintf(r->why, sizeof(r->why), fmt, ap);
	va_end(ap);
}

static void read_text(struct str body, struct str domain, struct rdap *ret)
{
	struct err e = {0};

	if (rdap_parse(body, domain, ret, &e) < 0)
		say(ret, RDAP_NO_ANSWER, "%.290s", e.msg);
}

void rdap_read_answer(int http_status, unsigned redirects, struct str body,
    struct str domain, struct rdap *ret)
{
	*ret = (struct rdap){.status = RDAP_NO_ANSWER};
	if (http_status == 200)
		read_text(body, domain, ret);
	else if (http_status == 404 && redirects)
		ret->status = RDAP_NOT_FOUND;
	else if (http_status == 404)
		say(ret, RDAP_NO_ANSWER,
		    "no registry is known that tells when %.*s was "
		    "registered",
		    (int)(domain.n < 200 ? domain.n : 200), domain.p);
	else if (http_status == 429)
		say(ret, RDAP_NO_ANSWER,
		    "the registry was asked too often (HTTP 429); ask again "
		    "later");
	else
		say(ret, RDAP_NO_ANSWER, "the registry answers with HTTP %d",
		    http_status);
}

/* False: the folder has nothing about it. */
static bool ask_folder(const char *folder, struct str domain, struct rdap *ret)
{
	struct buf path = BUF_INIT(4096), text = BUF_INIT(LIMIT_RDAP);
	struct err e = {0};
	bool there;

	buf_addf(&path, "%s/%.*s.json", folder, STR_ARG(domain));
	there = !path.over && access(buf_cstr(&path), F_OK) == 0;
	if (there) {
		if (buf_read_file(&text, buf_cstr(&path), &e) < 0)
			say(ret, RDAP_NO_ANSWER, "%.290s", e.msg);
		else
			read_text(buf_str(&text), domain, ret);
		snprintf(ret->source, sizeof(ret->source), "%.299s",
		    buf_cstr(&path));
	}
	buf_release(&path);
	buf_release(&text);
	return there;
}

static void ask_web(struct str domain, struct rdap *ret)
{
	struct fetch_options o = {.max_body = LIMIT_RDAP};
	struct buf url = BUF_INIT(sizeof(SERVICE) + LIMIT_DOMAIN);
	struct fetch_result page;
	struct err e = {0};

	buf_addz(&url, SERVICE);
	buf_add(&url, domain);
	if (fetch_get(&o, buf_cstr(&url), &page, &e) < 0) {
		say(ret, RDAP_NO_ANSWER, "%.290s", e.msg);
		snprintf(
		    ret->source, sizeof(ret->source), "%.299s", buf_cstr(&url));
	} else {
		rdap_read_answer(page.status, page.redirects,
		    buf_str(&page.body), domain, ret);
		snprintf(
		    ret->source, sizeof(ret->source), "%.299s", page.final_url);
		fetch_result_free(&page);
	}
	buf_release(&url);
}

void rdap_ask(
    const char *folder, bool online, struct str domain, struct rdap *ret)
{
	struct buf name = BUF_INIT(LIMIT_DOMAIN);
	struct err e = {0};

	*ret = (struct rdap){.status = RDAP_NOT_ASKED};
	if (idna_to_ascii(domain, &name, &e) < 0)
		say(ret, RDAP_NO_ANSWER, "%.290s", e.msg);
	else if (!(folder && ask_folder(folder, buf_str(&name), ret)) && online)
		ask_web(buf_str(&name), ret);
	else if (ret->status == RDAP_NOT_ASKED)
		say(ret, RDAP_NOT_ASKED, "the registry is not asked offline%s",
		    folder ? ", and the folder has no answer of it" : "");
	buf_release(&name);
}

const char *rdap_status_name(enum rdap_status s)
{
	static const char *const names[] = {
	    [RDAP_OK] = "ok",
	    [RDAP_NOT_FOUND] = "not found",
	    [RDAP_NO_ANSWER] = "no answer",
	    [RDAP_NOT_ASKED] = "not asked",
	};

	return names[s];
}
