/* Any bytes: a list of phrases is refused with its line, or can be searched;
 * up to the first NUL the input is the list, behind it HTML that is read, made
 * prose and searched. Hits lie inside, words lie inside their blocks. */
#include "fuzz.h"

#include "base/utf8.h"
#include "check/facts_content.h"

static void check_prose(const struct prose *p)
{
	size_t at = 0;

	for (size_t i = 0; i < p->blocks; i++) {
		const struct prose_block *b = &p->block[i];

		ENSURE(b->from == at && b->to >= b->from);
		for (size_t k = b->from; k < b->to; k++) {
			const struct prose_word *w = &p->word[k];

			ENSURE(w->block == i && w->written.n);
			ENSURE(w->written.p >= b->text.p &&
			       w->written.p + w->written.n <=
				   b->text.p + b->text.n);
			ENSURE(k == 0 || w->sentence >= w[-1].sentence);
			ENSURE(w->sentence < p->sentences);
		}
		at = b->to;
	}
	ENSURE(at == p->words);
}

static void search(const struct phrases *list, const struct prose *p)
{
	struct phrase_hit hit;
	size_t at = 0;

	while (phrases_find(list, "x", S("en"), p, at, &hit)) {
		ENSURE(hit.from >= at && hit.to > hit.from);
		ENSURE(hit.to <= p->words && hit.pattern.n);
		at = hit.to;
	}
}

void fuzz_one(struct str in)
{
	struct phrases *list = phrases_new();
	struct arena a = ARENA_INIT(64 * MiB);
	ptrdiff_t nul = in.n ? str_chr(in, '\0') : -1;
	struct str text = nul < 0 ? in : str_sub(in, 0, (size_t)nul);
	struct str html = nul < 0 ? in : str_from(in, (size_t)nul + 1);
	struct content_source source;
	struct markup page;
	struct prose prose;
	struct err e = {0};
	int rc;

	if (html.n > 64 * KiB)
		html.n = 64 * KiB;
	rc = phrases_parse(list, text, "x", &e);
	ENSURE((rc < 0) == (e.code != 0));
	markup_read(html, &a, &page);
	for (size_t i = 0; i < page.blocks; i++)
		ENSURE(page.block[i].bold <= page.block[i].text.n);
	content_prose(&page, &a, &prose);
	check_prose(&prose);
	if (rc == 0)
		search(list, &prose);
	content_source_read(html, &a, &source);
	phrases_free(list);
	arena_release(&a);
}
