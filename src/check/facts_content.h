/* facts_content: the text as people will read it.
 *
 * For each message file: its Markdown, who reads it and where they live, and
 * letters composed from it: one for a made-up person whose every field is
 * filled (`made`), and those of a few real ones.  The rules judge the first
 * real letter, or else the made-up one.
 */
#pragma once

#include "check/addressee.h"
#include "check/markup.h"
#include "check/phrases.h"
#include "law/law.h"
#include "notice/notice.h"

/* What the made-up person has in each field: it is found again in links. */
#define CONTENT_MARKER "Samplevalue"
/* ... and who that is. */
#define CONTENT_GIVEN   "Alex"
#define CONTENT_FAMILY  "Sample"
#define CONTENT_ADDRESS "alex.sample@example.net"

#define CONTENT_LETTERS 3u  /* real ones kept of one file */
#define CONTENT_PEOPLE  20u /* of all files, compared with one another */

struct content_letter {
	struct str who;     /* their address; empty: made up */
	struct str message; /* as composed, CRLF, unsigned */
	size_t size;
	struct str subject, from_name; /* decoded */
	struct str text, html;         /* decoded parts */
	struct markup page;            /* of the HTML part */
	struct prose prose;            /* of the page: headings, paragraphs */
};

/* One element that a law asks of this text, or forbids. */
struct content_owed {
	struct str keyword, meaning;
	struct str id, regime, jurisdiction, confidence;
	bool recommended, forbidden;
	bool sure; /* the law applies; else it may, if ... */
};

/* What stands in the Markdown and never reaches a reader. */
struct content_source {
	struct str remote; /* target of a picture elsewhere */
	unsigned remote_line;
	unsigned images, image_line;
	struct str raw; /* HTML that is dropped; comments are not */
	unsigned raw_line;
	bool forms;            /* a form in it */
	struct str raw_remote; /* a picture elsewhere in it */
	/* what that HTML would hide, and by what; it is lost, or shown */
	struct str hidden, hidden_by;
	unsigned hidden_line;
};

struct content_variant {
	struct str file, segment;
	struct str language; /* of the file's name, or as guessed */
	bool guessed;
	bool foreign; /* not named, and surely none whose words we know */
	struct notice_subject subject; /* what stands above it */
	struct str markdown;
	struct content_source source;
	bool greets;        /* {{name}}, {{first_name}} ... stands in it */
	struct str tracked; /* the field in a link target or URL, or "" */
	uint64_t people;    /* 0: nobody, or no audience */
	struct law_place *place;
	size_t places;
	struct content_letter *letter[CONTENT_LETTERS];
	size_t letters, composed;    /* composed: all for real people */
	struct content_letter *made; /* NULL: it could not be composed */
	struct str made_error;
	struct str held_field, held_who; /* one sampled person has none */
	struct content_owed *owed;
	size_t owes;
	bool law_asked; /* `owed` is the whole answer */
};

/* A letter that holds what is another person's. */
struct content_leak {
	struct str file, reader, other; /* addresses */
	struct str what;                /* what was found */
	bool in_text;                   /* written in the file itself */
};

/* A person's name that stands in a text for all, or in another's greeting. */
struct content_named {
	struct str file, name;
	enum addressee_where where;
	bool person, official; /* see addressee.h */
	bool listed;           /* somebody of the list has it */
	bool merged;           /* came by a field, into the letter to: */
	struct str reader;
};

struct content_facts {
	const struct phrases *phrases; /* NULL: see phrases_error */
	struct str phrases_error;
	struct content_variant *variant;
	size_t variants;
	size_t sampled;     /* people composed for, in two orders */
	struct str unequal; /* who had another letter in the other order */
	struct content_leak *leak;
	size_t leaks;
	struct content_named *named;
	size_t nameds;
	struct str twice; /* a Message-ID of two people */
	struct str *own;  /* registrable names of the organisation */
	size_t owns;
};

/* Headings and paragraphs of a page as prose.  What looks like a heading is
 * one: bold alone, bold before the text, a cell or a line of few words. */
void content_prose(
    const struct markup *page, struct arena *a, struct prose *ret);
/* Takes a composed message apart. */
struct content_letter *content_letter_read(
    struct str message, struct str who, struct arena *a);
/* What is dropped of a Markdown text. */
void content_source_read(
    struct str markdown, struct arena *a, struct content_source *ret);
/* "en", "de", "fr", "es" by the commonest words, or "" when in doubt;
 * `ret_foreign`: a text that has hardly any of them. */
struct str content_guess_language(
    const struct phrases *p, const struct prose *text, bool *ret_foreign);
