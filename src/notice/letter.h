/* letter: one person's mail, from compiled text.
 *
 * Markdown is compiled once (cmark, safe mode) into segments: bytes that are
 * the same for all, and fields.  Composing is filling in, nothing else: the
 * same template and person give the same bytes for ever.  text/plain and
 * text/html say the same; both are quoted-printable, 7-bit, CRLF.
 *
 * A field {{name}} or {{name|default}} may stand in the text, in a link target
 * and in the subject; {{name}} of a person who has none holds that person.
 * Values are typed by where they stand: text is escaped for HTML and never
 * read as Markdown; a header word is encoded by RFC 2047 when needed; in a
 * link target it is percent-encoded. CR, LF, NUL and other controls can not
 * occur in any (they become a space), nor bidi overrides. A value never begins
 * a link target: scheme and host stand in the text. Only where a field is the
 * whole target, [x]({{url}}), its value is the URL: it must begin with https://
 * or http:// (else the person is held), bytes that no URL has are
 * percent-encoded. "\{{" stands for the braces themselves.
 *
 * A link whose target no mail can follow (no scheme) is refused; other schemes
 * than http, https, mailto, tel and sms are dropped, and so are raw HTML and
 * images, of which the words stay.
 *
 * Life of one letter: letter_template_compile (once), letter_bind (once a
 * layout), letter_compose (each person); to keep: letter_template_format, and
 * letter_template_parse to compose the same mail years later.
 */
#pragma once

#include "notice/notice.h"
#include "notice/person.h"

struct letter_template;

/* `markdown` is message*.md, `file` its name for error messages; `columns` are
 * all names a field may use (unknown: ERR_INPUT with file, line, field and the
 * nearest known name). Sender, Feedback-ID and Message-ID domain come from `n`,
 * and the subject for this segment and language. */
int letter_template_compile(const struct notice *n, struct str markdown,
    const char *file, struct str segment, struct str language,
    const struct str *columns, size_t count, struct letter_template **ret,
    struct err *e);
void letter_template_free(struct letter_template *t);
/* Bytes from which letter_template_parse() makes the same template again. */
void letter_template_format(const struct letter_template *t, struct buf *out);
int letter_template_parse(
    struct str bytes, struct letter_template **ret, struct err *e);

/* Where each field stands for persons of one layout. */
struct letter_binding;
struct letter_binding *letter_bind(
    const struct letter_template *t, const struct people_layout *layout);
void letter_binding_free(struct letter_binding *b);

struct letter_input {
	const struct person *person;
	size_t address_no;     /* which address stands in To */
	struct str code;       /* {{code}} */
	int64_t date;          /* seconds since 1970, written as +0000 */
	struct str message_id; /* left part: letter_message_token() */
};

/* Appends the message (CRLF, no DKIM field, not dot-stuffed) to `out`.
 * 1: done; 0: held, `ret_missing` names the field; negative: ERR_LIMIT. */
int letter_compose(const struct letter_template *t,
    const struct letter_binding *b, const struct letter_input *in,
    struct buf *out, struct str *ret_missing, struct err *e);

/* Appends the text or the HTML of a composed message, decoded, lines ending
 * with LF: to be shown. False: this is no message of ours. */
bool letter_part(struct str message, bool html, struct buf *out);

/* Keyed by the notice's secret: unique and the same for a person for ever. */
#define LETTER_TOKEN_SIZE 40
void letter_message_token(const unsigned char secret[32], int64_t person,
    char ret[LETTER_TOKEN_SIZE]);

/* ---- variants
 * A last part of a file's name that looks like a language tag is the language:
 * two or three letters, then at will a script of four letters and a region of
 * two letters or three digits ("de", "pt-BR", "zh-Hant").  A segment that
 * looks so needs the language written behind it: message.us.en.md.
 */
bool letter_is_language(struct str s);
/* What can stand between the dots: letters, digits, '-', '_', beyond ASCII. */
bool letter_is_segment(struct str s);
struct letter_variant {
	struct str file, segment, language; /* message.minor.de.md */
	struct notice_subject subject;      /* views into the notice */
	struct letter_template *template;
	unsigned char sha256[32]; /* of the file, as it was read */
};
struct letter_variants {
	struct letter_variant *v;
	size_t count;
	struct arena arena;
};
/* Finds and compiles every message*.md of the folder.  Other names than
 * message[.SEGMENT][.LANG].md, two files for the same people (case does not
 * count), and a subject that none of them gets, are refused. */
int letter_variants_load(const struct notice *n, const struct str *columns,
    size_t count, struct letter_variants **ret, struct err *e);
void letter_variants_free(struct letter_variants *v);
/* The one variant of a person: same segment (none only for none), language as
 * near as there is: "de-AT", "de", else the one without language. NULL: none
 * fits. */
const struct letter_variant *letter_variant_for(
    const struct letter_variants *v, struct str segment, struct str language);

/* ---- subjects
 * [message] subject.NAME is named as a text is, and chosen as one, by the
 * segment and language of the text (not by those of the person, who may have
 * got the nearest): subject.SEGMENT in the nearest language; where the segment
 * has none, the same among those without a segment; at last [message] subject.
 */
struct notice_subject letter_subject_for(
    const struct notice *n, struct str segment, struct str language);
/* Refuses, with file and line, a subject that no text of the folder gets.  What
 * is wrong with the texts themselves letter_variants_load() tells. */
int letter_subjects_check(const struct notice *n, struct err *e);
/* For notice_parse(): one more of line `line`, none when `value` is empty.
 * ERR_INPUT: no such name, or one that is there. */
int letter_subject_add(struct notice *n, struct str name, struct str value,
    unsigned long line, struct err *e);
