#include "check/claims.h"
#include "base/limits.h"
#include "check/claims_private.h"

/* ---- collecting */

void claim_add(struct claim_scan *s, enum claim_kind kind, struct str value,
    struct str shown)
{
	struct claim one = {
	    .kind = kind, .shown = shown, .line = s->line, .mail = s->mail};

	if (s->ret->count == CLAIMS_MAX) {
		s->ret->more = true;
		return;
	}
	if (!value.n || value.n > CLAIM_LONG)
		return;
	one.value = arena_dup(s->arena, value);
	one.shown = arena_dup(s->arena, shown);
	for (size_t i = 0; i < s->ret->count; i++)
		if (s->ret->v[i].kind == kind && s->ret->v[i].mail == s->mail &&
		    str_eq(s->ret->v[i].value, one.value))
			return;
	s->ret->v[s->ret->count++] = one;
}

/* ---- web addresses */

/* Endings of names that are taken for domains where no scheme says so. */
static bool is_ending(struct str label)
{
	static const char *const endings[] = {"app", "at", "au", "be", "biz",
	    "br", "ca", "cc", "ch", "cloud", "club", "cn", "co", "com", "cz",
	    "de", "dev", "dk", "edu", "es", "eu", "fi", "fr", "gov", "help",
	    "hu", "ie", "in", "info", "int", "io", "it", "jp", "kr", "legal",
	    "li", "live", "lu", "me", "mil", "mx", "name", "net", "news", "nl",
	    "no", "nz", "online", "org", "pl", "pt", "ro", "ru", "se", "sg",
	    "shop", "site", "support", "tech", "top", "tv", "uk", "us", "vip",
	    "website", "xyz"};

	for (size_t i = 0; i < ARRAY_SIZE(endings); i++)
		if (str_ieq(label, str_of(endings[i])))
			return true;
	return false;
}

static bool is_name_byte(char c)
{
	return ascii_is_alnum(c) || c == '-' || c == '.' ||
	       (unsigned char)c >= 0x80;
}

static bool is_path_byte(char c)
{
	return (unsigned char)c > ' ' && !strchr("<>\"'`)]}|\\", c) &&
	       c != 0x7f;
}

static size_t run_of(struct str s, size_t at, bool (*is)(char c))
{
	size_t n = 0;

	while (at + n < s.n && is(s.p[at + n]))
		n++;
	return n;
}

/* Without what ends the sentence. */
static struct str without_stop(struct str s)
{
	while (s.n && strchr(".,;:!?*_", s.p[s.n - 1]))
		s.n--;
	return s;
}

static void add_address(
    struct claim_scan *s, struct str host, struct str path, struct str shown)
{
	struct buf b = BUF_INIT(4 * KiB);

	for (size_t i = 0; i < host.n; i++)
		buf_addc(&b, ascii_lower(host.p[i]));
	while (path.n && path.p[path.n - 1] == '/')
		path.n--;
	buf_add(&b, path);
	claim_add(s, path.n ? CLAIM_URL : CLAIM_HOST, buf_str(&b), shown);
	buf_release(&b);
}

/* Numbers inside an address are no claims of their own. */
static void blank(struct claim_scan *s, size_t from, size_t to)
{
	memset(s->rest.p + from, ' ', to - from);
}

/* At `at` stands the host of an address with scheme. Returns its end. */
static size_t read_url(
    struct claim_scan *s, struct str text, size_t begin, size_t at)
{
	size_t end = at + run_of(text, at, is_path_byte);
	struct str rest = without_stop(str_sub(text, at, end - at));
	size_t host = 0;
	ptrdiff_t user;

	while (host < rest.n && !strchr("/?#", rest.p[host]))
		host++;
	/* what stands before an @ only looks like a host */
	user = str_rchr(str_sub(rest, 0, host), '@');
	if (host)
		add_address(s,
		    str_sub(
			rest, (size_t)(user + 1), host - (size_t)(user + 1)),
		    str_from(rest, host),
		    str_sub(text, begin, at - begin + rest.n));
	blank(s, begin, end);
	return end;
}

/* A name with dots, or a mail address. Returns its end. */
static size_t read_name(struct claim_scan *s, struct str text, size_t at)
{
	size_t n = run_of(text, at, is_name_byte);
	struct str name = without_stop(str_sub(text, at, n)), path = STR_NONE;
	ptrdiff_t dot = str_rchr(name, '.');
	size_t end = at + n;
	bool mail = at > 0 && text.p[at - 1] == '@';

	if (at + name.n < text.n && text.p[at + name.n] == '@')
		return end; /* before an @: no name of a host */
	if (dot <= 0 || !is_ending(str_from(name, (size_t)dot + 1)))
		return end;
	if (!mail && name.n == n && end < text.n && text.p[end] == '/') {
		path = without_stop(
		    str_sub(text, end, run_of(text, end, is_path_byte)));
		end += path.n;
	}
	s->mail = mail;
	add_address(s, name, path, str_sub(text, at, name.n + path.n));
	s->mail = false;
	blank(s, at, end);
	return end;
}

static size_t scheme_at(struct str text, size_t at)
{
	struct str rest = str_from(text, at);

	if (str_istarts(rest, S("https://")))
		return 8;
	return str_istarts(rest, S("http://")) ? 7 : 0;
}

static void find_addresses(struct claim_scan *s, struct str text)
{
	size_t at = 0;

	while (at < text.n) {
		size_t scheme = scheme_at(text, at);

		if (scheme)
			at = read_url(s, text, at, at + scheme);
		else if (is_name_byte(text.p[at]))
			at = read_name(s, text, at);
		else
			at++;
	}
}

/* ---- whole texts */

int claims_find(struct str text, struct arena *a, struct claims *ret)
{
	struct claim_scan s = {
	    .arena = a, .ret = ret, .rest = BUF_INIT(LIMIT_TEMPLATE)};
	struct str rest = text;

	*ret = (struct claims){0};
	ret->v = arena_array(a, CLAIMS_MAX, sizeof(ret->v[0]));
	if (!ret->v)
		return ERR_LIMIT;
	while (rest.p) {
		struct str line = str_cut(&rest, '\n');

		s.line++;
		buf_reset(&s.rest);
		buf_add(&s.rest, line);
		if (s.rest.over)
			break;
		find_addresses(&s, line);
		claims_find_numbers(&s, buf_str(&s.rest));
	}
	buf_release(&s.rest);
	return a->failed || s.rest.over ? ERR_LIMIT : 0;
}

/* ---- comparing */

struct str claim_host(const struct claim *c)
{
	struct str host = c->value;
	size_t n = 0;

	while (n < host.n && !strchr("/?#:", host.p[n]))
		n++;
	host.n = n;
	return str_starts(host, S("www.")) ? str_from(host, 4) : host;
}

/* Without "www.", port 443 and query. */
static struct str bare_address(struct str s)
{
	return str_starts(s, S("www.")) ? str_from(s, 4) : s;
}

static struct str bare_number(struct str s)
{
	while (s.n && s.p[0] == '0')
		s = str_from(s, 1);
	return s;
}

bool claim_same(const struct claim *a, const struct claim *b)
{
	struct str x = a->value, y = b->value;

	if (a->kind != b->kind)
		return false;
	if (a->kind == CLAIM_URL || a->kind == CLAIM_HOST)
		return str_eq(bare_address(x), bare_address(y));
	if (a->kind == CLAIM_LOT)
		return str_ieq(x, y);
	if (a->kind != CLAIM_PHONE)
		return str_eq(x, y);
	x = bare_number(x);
	y = bare_number(y);
	/* one with, one without the country code: three digits at most */
	return x.n >= y.n ? x.n - y.n <= 3 && str_ends(x, y)
			  : y.n - x.n <= 3 && str_ends(y, x);
}

bool claims_have(const struct claims *all, const struct claim *c)
{
	for (size_t i = 0; i < all->count; i++)
		if (claim_same(&all->v[i], c))
			return true;
	return false;
}
