/* The copy of the mail that came back from a mailbox of one's own: who sent it
 * by its header, whether its signature holds, and what it says. */
#include "base/limits.h"
#include "base/utf8.h"
#include "check/gather_identity.h"
#include "mail/header.h"
#include "mail/parts.h"

#include <dirent.h>
#include <sys/stat.h>

static struct str newest_copy(struct gather_identity *g)
{
	struct arena *a = g->c->arena;
	const char *dir = notice_path(g->c->notice, S("seed"), a);
	DIR *d = dir ? opendir(dir) : NULL;
	struct str newest = STR_NONE;
	time_t when = 0;
	struct dirent *f;

	while (d && (f = readdir(d))) {
		char path[4096];
		struct stat st;

		if (!str_ends(str_of(f->d_name), S(".eml")))
			continue;
		snprintf(path, sizeof(path), "%s/%s", dir, f->d_name);
		if (stat(path, &st) == 0 && (!newest.n || st.st_mtime > when)) {
			newest = arena_dup(a, str_of(path));
			when = st.st_mtime;
		}
	}
	if (d)
		closedir(d);
	return newest;
}

/* With CRLF, whatever the program that saved it wrote. */
static void to_crlf(struct str in, struct buf *out)
{
	while (in.p) {
		struct str line = str_cut(&in, '\n');

		if (line.n && line.p[line.n - 1] == '\r')
			line.n--;
		if (!in.p && !line.n)
			break;
		buf_add(out, line);
		buf_addz(out, "\r\n");
	}
}

/* "Harbor Books <a@example.com>" -> a@example.com */
static struct str address_of(struct str value, struct arena *a)
{
	struct buf flat = BUF_INIT(LIMIT_HEADER_SECTION);
	struct buf clean = BUF_INIT(4 * LIMIT_HEADER_SECTION);
	ptrdiff_t open, close;
	struct str s;

	header_unfold(value, &flat);
	s = buf_str(&flat);
	open = str_rchr(s, '<');
	if (open >= 0) {
		s = str_from(s, (size_t)open + 1);
		close = str_chr(s, '>');
		s = str_sub(s, 0, close < 0 ? s.n : (size_t)close);
	}
	utf8_add_clean(&clean, str_trim(s));
	s = arena_dup(a, buf_str(&clean));
	buf_release(&flat);
	buf_release(&clean);
	return s;
}

static struct str org_of_address(struct gather_identity *g, struct str address)
{
	ptrdiff_t at = str_rchr(address, '@');
	struct str domain, org;
	char *p;

	if (at < 0)
		return STR_NONE;
	domain = str_from(address, (size_t)at + 1);
	p = arena_strz(g->c->arena, domain);
	for (size_t i = 0; p && i < domain.n; i++)
		p[i] = ascii_lower(p[i]);
	domain = str_make(p, p ? domain.n : 0);
	return psl_registrable(g->psl, domain, &org) ? org : domain;
}

/* The topmost Return-Path is the one of the last delivery. */
static void read_copy_header(struct gather_identity *g, struct str message)
{
	struct identity_copy *to = &g->x->copy;
	struct header_reader r;
	struct header_field f;

	header_reader_init(&r, message);
	while (header_next(&r, &f)) {
		if (str_ieq(f.name, S("Return-Path")) &&
		    !to->return_path_org.n) {
			to->return_path_org =
			    org_of_address(g, address_of(f.value, g->c->arena));
			to->return_path_own =
			    identity_is_own(g->c, g->psl, to->return_path_org);
		}
		if (str_ieq(f.name, S("From")) && !to->from.n)
			to->from = address_of(f.value, g->c->arena);
		if (str_ieq(f.name, S("List-Unsubscribe")))
			to->list_unsubscribe = true;
	}
}

static void read_copy_text(struct gather_identity *g, struct str message)
{
	struct identity_copy *to = &g->x->copy;
	struct arena *a = g->c->arena;
	struct buf part = BUF_INIT(LIMIT_LETTER);

	if (parts_text(message, false, &part))
		prose_of(&to->text, a, arena_dup(a, buf_str(&part)));
	buf_reset(&part);
	if (parts_text(message, true, &part)) {
		to->has_html = true;
		markup_read(arena_dup(a, buf_str(&part)), a, &to->page);
		content_prose(&to->page, a, &to->html);
	}
	buf_release(&part);
}

static void judge_copy(struct gather_identity *g, struct str message)
{
	struct auth_facts facts = {.missing = "a copy has no connection"};
	struct auth_report *r = identity_judge_mail(g, message, &facts);
	struct identity_copy *to = &g->x->copy;

	for (size_t i = 0; i < r->dkim.count; i++) {
		const struct dkim_verdict *row = &r->dkim.row[i];

		to->trouble |= row->result == DKIM_TEMPERROR;
		if (row->result != DKIM_PASS)
			continue;
		if (!to->dkim_passes)
			to->dkim_domain = arena_dup(g->c->arena, row->domain);
		to->dkim_passes = true;
	}
	to->dkim_aligned = r->dmarc.dkim_aligned;
}

void gather_identity_copy(struct gather_identity *g)
{
	struct buf raw = BUF_INIT(LIMIT_LETTER),
		   message = BUF_INIT(2 * LIMIT_LETTER);
	struct str file = newest_copy(g);
	struct err e = {0};

	if (!file.n)
		return;
	g->x->copy.there = true;
	g->x->copy.file = file;
	if (buf_read_file(&raw, file.p, &e) < 0) {
		g->x->copy.read_error = arena_dup(g->c->arena, str_of(e.msg));
	} else {
		struct str kept;

		to_crlf(buf_str(&raw), &message);
		kept = arena_dup(g->c->arena, buf_str(&message));
		read_copy_header(g, kept);
		read_copy_text(g, kept);
		judge_copy(g, kept);
	}
	buf_release(&raw);
	buf_release(&message);
}
