/* The content rules, by thing; the table is in rules_content.c. */
#pragma once

#include "base/limits.h"
#include "check/facts.h"
#include "check/finding.h"

/* What the rules about words read: the first real letter, or the made-up one;
 * NULL: there is none, or the file still has a placeholder. */
const struct content_letter *content_letter_of(
    const struct check_facts *x, const struct content_variant *v);
/* `host` is a name of the organisation, or below one. */
bool content_is_own(const struct check_facts *x, struct str host);
/* "https://u@Example.com:8/x" -> "Example.com"; also of a bare domain. */
struct str content_host(struct str url);
/* A sentence for a finding: cut at a word, with "..." */
struct str content_shown(struct arena *a, struct str s);

/* The headings of an element (its patterns with ^) are there, and under none
 * of them is a word that says anything; `ret_heading`: the first one's block. */
bool content_is_hollow(const struct phrases *p, struct str language,
    const struct prose *t, const char *element, size_t *ret_heading);
/* The same of one heading, whatever its words. */
bool content_is_hollow_at(const struct phrases *p, struct str language,
    const struct prose *t, size_t heading);
/* "notice.ini [message] subject.fr" */
#define SUBJECT_PLACE (LIMIT_SEGMENT + LIMIT_LANGUAGE + 40)
struct str content_subject_place(
    const struct notice_subject *s, char ret[SUBJECT_PLACE]);

void content_judge_subject(const struct check_facts *x, struct findings *f);
void content_judge_sender(const struct check_facts *x, struct findings *f);
void content_judge_links(const struct check_facts *x, struct findings *f);
void content_judge_without_links(
    const struct check_facts *x, struct findings *f);
void content_judge_tracking(const struct check_facts *x, struct findings *f);
void content_judge_marketing(const struct check_facts *x, struct findings *f);
void content_judge_asks(const struct check_facts *x, struct findings *f);
void content_judge_parity(const struct check_facts *x, struct findings *f);
void content_judge_reading(const struct check_facts *x, struct findings *f);
void content_judge_law(const struct check_facts *x, struct findings *f);
void content_judge_languages(const struct check_facts *x, struct findings *f);
void content_judge_words(const struct check_facts *x, struct findings *f);
void content_judge_headers(const struct check_facts *x, struct findings *f);
void content_judge_form(const struct check_facts *x, struct findings *f);
void content_judge_isolation(const struct check_facts *x, struct findings *f);
void content_judge_names(const struct check_facts *x, struct findings *f);
void content_judge_access(const struct check_facts *x, struct findings *f);
