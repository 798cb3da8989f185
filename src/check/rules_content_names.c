/* S-35: the names of other people.  An officer who signs, a contact, a lawyer
 * may stand in every letter, and be on the list too; a reader may not. */
#include "check/rules_content.h"

static const struct content_variant *variant_of(
    const struct check_facts *x, struct str file)
{
	for (size_t i = 0; i < x->content.variants; i++)
		if (str_eq(x->content.variant[i].file, file))
			return &x->content.variant[i];
	return NULL;
}

static void judge_for_all(struct findings *f, const struct content_named *n)
{
	bool known = n->person || n->listed;

	if (n->where == ADDRESSEE_GREETING)
		finding_remedy(f,
		    finding_add(f, "S-35", "greeting",
			known ? SEVERITY_BLOCK : SEVERITY_WARN, n->file,
			"greets everybody as \"%.*s\"%s", STR_ARG(n->name),
			n->listed ? ", the name of a person on the list" : ""),
		    "Write {{name}} in its place.");
	else if (n->where != ADDRESSEE_TEXT && known && !n->official)
		finding_remedy(f,
		    finding_add(f, "S-35", "addressed", SEVERITY_BLOCK, n->file,
			"is addressed to \"%.*s\" for everybody%s",
			STR_ARG(n->name),
			n->listed ? ", and that is a person on the list" : ""),
		    "Take the name out, or write {{name}}.");
	else if (n->listed && !n->official)
		finding_remedy(f,
		    finding_add(f, "S-35", "person-named", SEVERITY_WARN,
			n->file,
			"names \"%.*s\" to everybody; a person on the list is "
			"called so",
			STR_ARG(n->name)),
		    "Leave it if it is an officer or a contact of yours; else "
		    "take it out.");
}

/* Two or more, and half of the letters looked at: a column is wrong.  One may
 * be a guardian who is on the list as well. */
static void judge_merged(const struct check_facts *x, struct findings *f,
    const struct content_variant *v)
{
	const struct content_facts *c = &x->content;
	const struct content_named *first = NULL;
	size_t n = 0;
	bool many;

	for (size_t i = 0; i < c->nameds; i++) {
		if (!c->named[i].merged || !c->named[i].listed ||
		    !str_eq(c->named[i].file, v->file))
			continue;
		first = n++ ? first : &c->named[i];
	}
	if (!first)
		return;
	many = n >= 2 && 2 * n >= v->composed && !v->segment.n;
	finding_remedy(f,
	    finding_add(f, "S-35", "greeting-merged",
		many ? SEVERITY_BLOCK : SEVERITY_WARN, v->file,
		"the mail to %.*s greets \"%.*s\", another person of the list "
		"(%zu of %zu letters looked at are so)",
		STR_ARG(first->reader), STR_ARG(first->name), n, v->composed),
	    "Look at the column that is merged there: does it belong to its "
	    "row?");
}

void content_judge_names(const struct check_facts *x, struct findings *f)
{
	const struct content_facts *c = &x->content;

	for (size_t i = 0; i < c->nameds; i++) {
		const struct content_variant *v =
		    variant_of(x, c->named[i].file);

		/* written to one person only: it is their name */
		if (!v || c->named[i].merged || v->people == 1 ||
		    !content_letter_of(x, v))
			continue;
		judge_for_all(f, &c->named[i]);
	}
	for (size_t i = 0; i < c->variants; i++)
		judge_merged(x, f, &c->variant[i]);
}
