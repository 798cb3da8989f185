/* content_made: facts about a text, made by hand, and what is found. */
#pragma once

#include "check/check.h"
#include "check/facts_content.h"
#include "t.h"

#include <stdlib.h>

struct content_made {
	struct arena a;
	struct notice n;
	struct check_facts x;
	struct phrases *p;
	struct content_variant v[4];
	struct findings *f;
};

static inline void content_begin(struct content_made *m)
{
	struct err e = {0};
	struct buf dir = BUF_INIT(4 * KiB);

	memset(m, 0, sizeof(*m));
	m->a = ARENA_INIT(64 * MiB);
	m->n = (struct notice){.kind = NOTICE_BREACH,
	    .title = S("Notice of Data Breach"),
	    .org_name = S("Acme Tools, Inc."),
	    .brands = S("Acme"),
	    .own_domains = S("acme.example"),
	    .from_name = S("Acme"),
	    .from_address = S("notice@acme.example"),
	    .subject = S("Acme: Notice of Data Breach"),
	    .bounce_address = S("bounces@acme.example")};
	buf_addf(&dir, "%s/phrases", getenv("TOCSIN_DATA"));
	t_ok(phrases_load(buf_cstr(&dir), &m->p, &e), &e);
	buf_release(&dir);
	m->x.notice = &m->n;
	m->x.content.phrases = m->p;
	m->x.content.variant = m->v;
	m->x.content.own = arena_array(&m->a, 1, sizeof(struct str));
	m->x.content.own[0] = S("acme.example");
	m->x.content.owns = 1;
}

static inline void content_end(struct content_made *m)
{
	phrases_free(m->p);
	arena_release(&m->n.arena);
	arena_release(&m->a);
}

/* [message] subject.NAME, before the texts. */
static inline void content_subject(
    struct content_made *m, const char *name, const char *text)
{
	struct err e = {0};

	if (!m->n.arena.max)
		m->n.arena = ARENA_INIT(1 * MiB);
	t_ok(letter_subject_add(
		 &m->n, str_of(name), str_of(text), m->n.own_subjects + 1, &e),
	    &e);
}

/* A text for one made-up person, Jo Doe. */
static inline struct content_variant *content_add_for(struct content_made *m,
    const char *file, const char *segment, const char *language,
    const char *markdown)
{
	struct content_variant *v = &m->v[m->x.content.variants++];
	struct letter_template *t = NULL;
	struct people_layout l = {.id = 1};
	struct buf out = BUF_INIT(LIMIT_LETTER);
	struct person p = {.id = 16,
	    .name = S("Jo Doe"),
	    .address = {S("jo@mail.example")},
	    .addresses = 1};
	struct letter_input in = {
	    .person = &p, .date = 1795586828, .message_id = S("token")};
	struct letter_binding *b;
	struct str missing, name = str_of(file);
	struct err e = {0};

	*v = (struct content_variant){.file = name,
	    .markdown = str_of(markdown),
	    .segment = str_of(segment),
	    .language = str_of(language),
	    .subject =
		letter_subject_for(&m->n, str_of(segment), str_of(language)),
	    .greets = str_find(str_of(markdown), S("{{name")) >= 0};
	content_source_read(v->markdown, &m->a, &v->source);
	t_ok(letter_template_compile(&m->n, v->markdown, file, v->segment,
		 v->language, NULL, 0, &t, &e),
	    &e);
	b = letter_bind(t, &l);
	t_int(letter_compose(t, b, &in, &out, &missing, &e), 1);
	v->made = content_letter_read(buf_str(&out), STR_NONE, &m->a);
	letter_binding_free(b);
	letter_template_free(t);
	buf_release(&out);
	return v;
}

static inline struct content_variant *content_add(
    struct content_made *m, const char *file, const char *markdown)
{
	return content_add_for(m, file, "", "en", markdown);
}

/* A letter written by hand instead. */
static inline void content_letter_is(struct content_made *m,
    struct content_variant *v, const char *head, const char *text,
    const char *html)
{
	struct buf b = BUF_INIT(1 * MiB);

	buf_addf(&b,
	    "%sContent-Type: multipart/alternative;"
	    " boundary=\"=_tocsin_alternative\"\r\n\r\n"
	    "--=_tocsin_alternative\r\n"
	    "Content-Type: text/plain; charset=utf-8\r\n\r\n%s\r\n"
	    "--=_tocsin_alternative\r\n"
	    "Content-Type: text/html; charset=utf-8\r\n\r\n%s\r\n"
	    "--=_tocsin_alternative--\r\n",
	    head, text, html);
	v->made = content_letter_read(buf_str(&b), STR_NONE, &m->a);
	buf_release(&b);
}

static inline void content_judge(struct content_made *m)
{
	m->f = findings_new(&m->a);
	family_content.judge(&m->x, m->f);
}

/* The worst the rule says by this check (NULL: by any); -1: nothing. */
static inline int content_says(
    const struct content_made *m, const char *rule, const char *check)
{
	int worst = -1;

	for (size_t i = 0; i < m->f->count; i++) {
		const struct finding *x = &m->f->v[i];

		if (strcmp(x->rule->id, rule) == 0 && !x->unchecked &&
		    (!check || strcmp(x->check, check) == 0) &&
		    (int)x->severity > worst)
			worst = (int)x->severity;
	}
	return worst;
}
