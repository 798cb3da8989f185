/* The copy for other channels, and the page on the company's own site. */
#include "base/limits.h"
#include "base/utf8.h"
#include "net/fetch.h"
#include "check/facts.h"

#include <dirent.h>
#include <errno.h>
#include <sys/stat.h>

#define PAGE_MAX (4 * MiB)

static const char *const files[CHANNEL_KINDS] = {
    [CHANNEL_WEB] = "channels/web.md",
    [CHANNEL_SMS] = "channels/sms.txt",
    [CHANNEL_PHONE] = "channels/phone.txt",
    [CHANNEL_SOCIAL] = "channels/social.txt",
};

/* ---- the folder */

static int no_memory(struct err *e)
{
	return err_set(e, ERR_LIMIT,
	    "the texts and the channels are too large for one check");
}

/* 1: read; 0: not there. */
static int read_file(
    struct check_context *c, const char *name, struct buf *out, struct err *e)
{
	struct arena a = ARENA_INIT(16 * KiB);
	const char *path = notice_path(c->notice, str_of(name), &a);
	int rc = path ? buf_read_file(out, path, e) : no_memory(e);

	arena_release(&a);
	if (rc == ERR_NOENT) {
		err_clear(e);
		return 0;
	}
	return rc < 0 ? rc : 1;
}

static int read_channels(
    struct check_context *c, struct channel_facts *f, struct err *e)
{
	int rc = 0;

	for (size_t i = 0; i < CHANNEL_KINDS && rc >= 0; i++) {
		struct channel_text *t = &f->text[i];
		struct buf text = BUF_INIT(LIMIT_TEMPLATE);

		t->file = files[i];
		rc = read_file(c, files[i], &text, e);
		t->there = rc > 0 && str_trim(buf_str(&text)).n;
		if (t->there &&
		    claims_find(buf_str(&text), c->arena, &t->claims) < 0)
			rc = no_memory(e);
		if (t->there && i == CHANNEL_SMS)
			t->sms = sms_measure(buf_str(&text));
		buf_release(&text);
	}
	return rc < 0 ? rc : 0;
}

/* All languages and segments: what one of them says, the mail says. */
static int read_mail(
    struct check_context *c, struct channel_facts *f, struct err *e)
{
	struct buf all = BUF_INIT(LIMIT_TEMPLATE);
	DIR *d = opendir(c->o.dir);
	struct dirent *file;
	int rc = 0;

	if (!d)
		return err_sys(e, errno, "%s", c->o.dir);
	buf_add(&all, c->notice->subject);
	buf_addc(&all, '\n');
	for (size_t i = 0; i < c->notice->own_subjects; i++) {
		buf_add(&all, c->notice->own_subject[i].text);
		buf_addc(&all, '\n');
	}
	while (rc >= 0 && (file = readdir(d))) {
		struct buf one = BUF_INIT(LIMIT_TEMPLATE);

		if (str_starts(str_of(file->d_name), S("message")) &&
		    str_ends(str_of(file->d_name), S(".md")))
			rc = read_file(c, file->d_name, &one, e);
		if (rc > 0) {
			f->has_mail = true;
			buf_add(&all, buf_str(&one));
			buf_addc(&all, '\n');
			rc = 0;
		}
		buf_release(&one);
	}
	closedir(d);
	if (rc >= 0 && claims_find(buf_str(&all), c->arena, &f->mail) < 0)
		rc = no_memory(e);
	buf_release(&all);
	return rc;
}

/* ---- the page */

static bool starts_tag(struct str html, size_t i)
{
	return html.p[i] == '<' && i + 1 < html.n &&
	       (ascii_is_alpha(html.p[i + 1]) || html.p[i + 1] == '/' ||
		   html.p[i + 1] == '!');
}

static void add_blank(struct buf *out)
{
	if (out->len && out->p[out->len - 1] != ' ')
		buf_addc(out, ' ');
}

static size_t read_entity(struct str html, size_t i, struct buf *out)
{
	static const struct {
		const char *name;
		uint32_t code;
	} named[] = {{"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'},
	    {"&quot;", '"'}, {"&apos;", '\''}, {"&nbsp;", ' '}, {"&#39;", '\''},
	    {"&#64;", '@'}, {"&#x40;", '@'}, {"&commat;", '@'},
	    {"&ndash;", 0x2013}, {"&mdash;", 0x2014}, {"&rsquo;", 0x2019}};

	for (size_t k = 0; k < ARRAY_SIZE(named); k++)
		if (str_istarts(str_from(html, i), str_of(named[k].name))) {
			if (named[k].code != ' ')
				utf8_add(out, named[k].code);
			else
				add_blank(out);
			return strlen(named[k].name);
		}
	buf_addc(out, '&');
	return 1;
}

void channel_page_text(struct str html, struct buf *out)
{
	size_t i = 0;

	while (i < html.n) {
		char c = html.p[i];

		if (starts_tag(html, i)) {
			while (i < html.n && html.p[i] != '>')
				i++;
			i++;
			c = ' ';
		} else if (c == '&') {
			i += read_entity(html, i, out);
			continue;
		} else {
			i++;
		}
		if (c == '\n' || c == '\r' || c == '\t' || c == ' ')
			add_blank(out);
		else
			buf_addc(out, c);
	}
}

static bool page_has(struct str page, struct str what)
{
	struct buf want = BUF_INIT(16 * KiB);
	bool found = false;

	channel_page_text(what, &want);
	for (size_t i = 0; !found && want.len && i + want.len <= page.n; i++)
		found = str_ieq(str_sub(page, i, want.len), buf_str(&want));
	buf_release(&want);
	return found;
}

static void read_page(
    struct check_context *c, struct channel_facts *f, struct str html)
{
	struct buf text = BUF_INIT(PAGE_MAX);

	f->page = PAGE_THERE;
	channel_page_text(html, &text);
	f->page_has_from =
	    page_has(buf_str(&text), str_trim(c->notice->from_address));
	f->page_has_title =
	    !c->notice->title.n ||
	    page_has(buf_str(&text), str_trim(c->notice->title));
	buf_release(&text);
}

/* The answer of a server, or of the folder that stands for the web. */
static void read_answer(struct check_context *c, struct channel_facts *f,
    const struct fetch_result *r)
{
	char why[200];

	f->page_left_host = r->left_host;
	f->page_final = arena_dup(c->arena, str_of(r->final_url));
	if (r->status == 200) {
		read_page(c, f, buf_str(&r->body));
		return;
	}
	f->page = PAGE_MISSING;
	snprintf(why, sizeof(why), "it answers with %d", r->status);
	f->page_why = arena_dup(c->arena, str_of(why));
}

/* Not asked when DNS comes from a file and nothing stands for the web. */
static void look_at_page(struct check_context *c, struct channel_facts *f)
{
	const char *url =
	    arena_strz(c->arena, str_trim(c->notice->canonical_url));
	struct fetch_options o = {.max_body = PAGE_MAX};
	struct fetch_result r;
	struct err e = {0};
	int rc;

	if (!url || !*url || (c->o.zone && !c->o.web_dir))
		return;
	rc = c->o.web_dir ? fetch_from_folder(c->o.web_dir, url, &r, &e)
			  : fetch_get(&o, url, &r, &e);
	if (rc < 0) {
		f->page = rc == ERR_NET ? PAGE_SILENT : PAGE_MISSING;
		f->page_why = arena_dup(c->arena, str_of(e.msg));
		return;
	}
	read_answer(c, f, &r);
	fetch_result_free(&r);
}

int gather_channel(
    struct check_context *c, struct check_facts *x, struct err *e)
{
	struct channel_facts *f = &x->channel;
	struct arena a = ARENA_INIT(16 * KiB);
	const char *prenotice = notice_path(c->notice, S("prenotice"), &a);
	struct stat st;
	int rc = read_channels(c, f, e);

	f->prenotice = prenotice && stat(prenotice, &st) == 0;
	arena_release(&a);
	if (rc >= 0)
		rc = read_mail(c, f, e);
	if (rc >= 0 &&
	    claims_find(c->notice->canonical_url, c->arena, &f->canonical) < 0)
		rc = no_memory(e);
	if (rc >= 0 && f->canonical.count)
		look_at_page(c, f);
	f->gathered = true;
	return rc;
}
