/* What is in the folder: settings, text, audience, law pack. */
#include "base/limits.h"
#include "base/rand.h"
#include "check/facts.h"
#include "loop/loop.h"
#include "net/dns.h"
#include "notice/composer.h"

#include <dirent.h>
#include <errno.h>

#define PLACEHOLDERS_MAX 500UL
#define FIELDS_MAX       LIMIT_CSV_COLUMNS

/* ---- placeholders */

static int add_placeholder(struct check_context *c, struct check_facts *x,
    const char *file, unsigned long line, struct err *e)
{
	char where[300];

	if (x->placeholders == PLACEHOLDERS_MAX)
		return 0;
	if (!x->placeholder)
		x->placeholder =
		    arena_array(c->arena, PLACEHOLDERS_MAX, sizeof(struct str));
	snprintf(where, sizeof(where), "%s:%lu", file, line);
	if (!x->placeholder)
		return err_set(e, ERR_LIMIT, "no memory for the check");
	x->placeholder[x->placeholders++] = arena_dup(c->arena, str_of(where));
	return 0;
}

/* `name` is relative to the folder; a file that is not there has none. */
static int look_for_placeholders(struct check_context *c, struct check_facts *x,
    const char *name, struct err *e)
{
	struct buf text = BUF_INIT(LIMIT_TEMPLATE);
	struct arena a = ARENA_INIT(8 * KiB);
	const char *path = notice_path(c->notice, str_of(name), &a);
	struct str rest;
	unsigned long line = 0;
	int rc = path ? buf_read_file(&text, path, e) : ERR_NOENT;

	rest = buf_str(&text);
	if (rc == ERR_NOENT)
		rc = 0;
	while (rc >= 0 && rest.p) {
		struct str one = str_cut(&rest, '\n');
		struct str s = str_trim(one);

		line++;
		if (str_find(s, S(NOTICE_PLACEHOLDER)) >= 0 &&
		    !(str_ends(str_of(name), S(".ini")) && s.n &&
			(s.p[0] == ';' || s.p[0] == '#')))
			rc = add_placeholder(c, x, name, line, e);
	}
	arena_release(&a);
	buf_release(&text);
	return rc < 0 ? rc : 0;
}

/* Every message*.md, each channel's copy, and the settings. */
static int find_placeholders(
    struct check_context *c, struct check_facts *x, struct err *e)
{
	static const char *const fixed[] = {"notice.ini", "channels/web.md",
	    "channels/sms.txt", "channels/phone.txt", "channels/social.txt"};
	DIR *d = opendir(c->o.dir);
	struct dirent *f;
	int rc = 0;

	if (!d)
		return err_sys(e, errno, "%s", c->o.dir);
	for (size_t i = 0; i < ARRAY_SIZE(fixed) && rc == 0; i++)
		rc = look_for_placeholders(c, x, fixed[i], e);
	while (rc == 0 && (f = readdir(d)))
		if (str_starts(str_of(f->d_name), S("message")) &&
		    str_ends(str_of(f->d_name), S(".md")))
			rc = look_for_placeholders(c, x, f->d_name, e);
	closedir(d);
	return rc;
}

bool check_has_placeholder(const struct check_facts *x, struct str where)
{
	if (str_find(where, S(NOTICE_PLACEHOLDER)) >= 0)
		return true;
	for (size_t i = 0; i < x->placeholders; i++) {
		struct str p = x->placeholder[i];

		if (str_starts(p, where) && p.n > where.n &&
		    p.p[where.n] == ':')
			return true;
	}
	return false;
}

/* ---- text */

/* Without an audience any field that the text names may become a column. */
static size_t fields_of_text(struct str text, struct str *ret, size_t n)
{
	ptrdiff_t at;

	while (n < FIELDS_MAX && (at = str_find(text, S("{{"))) >= 0) {
		struct str one = str_from(text, (size_t)at + 2);
		ptrdiff_t end = str_find(one, S("}}"));

		text = one;
		if (end < 0)
			break;
		one = str_sub(one, 0, (size_t)end);
		ret[n++] = str_trim(str_cut(&one, '|'));
	}
	return n;
}

static size_t fields_without_audience(
    struct check_context *c, struct str *ret, struct arena *a)
{
	size_t n = fields_of_text(c->notice->subject, ret, 0);
	DIR *d = opendir(c->o.dir);
	struct dirent *f;

	for (size_t i = 0; i < c->notice->own_subjects; i++)
		n = fields_of_text(c->notice->own_subject[i].text, ret, n);
	while (d && (f = readdir(d))) {
		struct buf text = BUF_INIT(LIMIT_TEMPLATE);
		const char *path = notice_path(c->notice, str_of(f->d_name), a);
		struct err ignored = {0};

		if (path && str_starts(str_of(f->d_name), S("message")) &&
		    str_ends(str_of(f->d_name), S(".md")) &&
		    buf_read_file(&text, path, &ignored) >= 0)
			n = fields_of_text(
			    arena_dup(a, buf_str(&text)), ret, n);
		buf_release(&text);
	}
	if (d)
		closedir(d);
	return n;
}

/* A text that can not be read is a fact, not the end. */
static void read_text(struct check_context *c, struct check_facts *x)
{
	struct arena a = ARENA_INIT(64 * MiB);
	struct str *columns = NULL;
	struct err e = {0};
	size_t n;

	if (c->people) {
		n = composer_columns(c->people, &columns);
	} else {
		columns = mem_alloc(FIELDS_MAX * sizeof(*columns));
		n = fields_without_audience(c, columns, &a);
	}
	if (letter_variants_load(c->notice, columns, n, &c->variants, &e) < 0)
		x->text_error = arena_dup(c->arena, str_of(e.msg));
	free(columns);
	arena_release(&a);
}

/* ---- audience and the rest */

static int read_audience(struct check_context *c, struct err *e)
{
	int rc = people_open(c->o.dir, &c->people, e);

	if (rc == ERR_NOENT) {
		c->people = NULL;
		rand_bytes(c->secret, sizeof(c->secret));
		err_clear(e);
		return 0;
	}
	if (rc >= 0)
		rc = store_open(c->o.dir, STORE_READ, &c->store, e);
	if (rc >= 0)
		rc = store_secret(c->store, c->secret, e);
	return rc;
}

static int open_dns(struct check_context *c, struct err *e)
{
	char anchor[1024];

	c->loop = loop_event_new(e);
	if (!c->loop)
		return e->code;
	if (c->o.zone)
		return dns_zone_load(c->loop, c->o.zone, &c->dns, e);
	snprintf(
	    anchor, sizeof(anchor), "%.*s", STR_ARG(c->notice->trust_anchor));
	return dns_unbound_new(
	    c->loop, c->notice->resolver, anchor, &c->dns, e);
}

int check_open(const struct check_options *o, struct arena *a,
    struct check_context **ret, struct check_facts *x, struct err *e)
{
	struct check_context *c = mem_zalloc(sizeof(*c));
	struct buf laws = BUF_INIT(4 * KiB);
	int rc;

	c->o = *o;
	c->arena = a;
	buf_addf(&laws, "%s/laws", o->data_dir);
	if ((rc = notice_open_with(o->dir, o->config, &c->notice, e)) < 0 ||
	    (rc = letter_subjects_check(c->notice, e)) < 0 ||
	    (rc = law_pack_load(buf_cstr(&laws), &c->pack, e)) < 0 ||
	    (rc = read_audience(c, e)) < 0 || (rc = open_dns(c, e)) < 0 ||
	    (rc = find_placeholders(c, x, e)) < 0 ||
	    (rc = overrides_load(o->dir, a, &x->override, &x->overrides, e)) <
		0 ||
	    (rc = relay_profile_load(
		 c->notice->relay_profile, o->data_dir, &c->profile, e)) < 0) {
		buf_release(&laws);
		check_close(c);
		return rc;
	}
	buf_release(&laws);
	if (o->relay)
		c->notice->relay = str_of(o->relay);
	read_text(c, x);
	x->notice = c->notice;
	x->now = o->now;
	x->has_audience = c->people != NULL;
	x->direct = !c->notice->relay.n;
	x->profile = c->profile;
	x->pack = c->pack;
	*ret = c;
	return 0;
}

void check_close(struct check_context *c)
{
	if (!c)
		return;
	letter_variants_free(c->variants);
	relay_profile_free(c->profile);
	people_close(c->people);
	store_close(c->store);
	dns_free(c->dns);
	if (c->loop)
		loop_free(c->loop);
	law_pack_free(c->pack);
	notice_free(c->notice);
	free(c);
}
