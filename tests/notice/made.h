/* made: a notice, a person and their letter, for tests. */
#pragma once

#include "mail/header.h"
#include "mail/qp.h"
#include "notice/letter.h"

static const struct str made_columns[] = {S("ref"), S("url"), S("city")};

static inline struct notice made_notice(const char *subject)
{
	return (struct notice){
	    .kind = NOTICE_BREACH,
	    .title = S("Data breach of May 2026"),
	    .from_name = S("Example"),
	    .from_address = S("notice@example.com"),
	    .subject = str_of(subject),
	};
}

struct made {
	struct people_layout *layout;
	struct buf cells;
	struct person person;
	struct letter_input in;
};

/* One person with the columns above. */
static inline void made_person(struct made *m, struct str name,
    struct str address, struct str ref, struct str url, struct str city)
{
	*m = (struct made){.cells = BUF_INIT(16 * MiB)};
	m->layout = mem_zalloc(sizeof(*m->layout) + sizeof(made_columns));
	m->layout->id = 1;
	m->layout->count = 3;
	memcpy(m->layout->name, made_columns, sizeof(made_columns));
	people_cell_add(&m->cells, ref);
	people_cell_add(&m->cells, url);
	people_cell_add(&m->cells, city);
	m->person = (struct person){.id = 4711,
	    .layout = 1,
	    .name = name,
	    .address = {address},
	    .addresses = 1,
	    .cells = buf_str(&m->cells)};
	m->in = (struct letter_input){.person = &m->person,
	    .date = 1795586828,
	    .code = S("CODE-1"),
	    .message_id = S("token")};
}

static inline void made_release(struct made *m)
{
	free(m->layout);
	buf_release(&m->cells);
}

static inline int made_compose(const struct letter_template *t,
    const struct made *m, struct buf *out, struct str *missing, struct err *e)
{
	struct letter_binding *b = letter_bind(t, m->layout);
	int rc = letter_compose(t, b, &m->in, out, missing, e);

	letter_binding_free(b);
	return rc;
}

/* The `no`th part's content, still encoded: between its empty line and the
 * boundary line; none when there is no such part. */
static inline struct str made_part(struct str mail, int no)
{
	struct str line = S("\r\n--=_tocsin_alternative");
	ptrdiff_t at;

	for (int i = 0; i <= no; i++) {
		at = str_find(mail, line);
		if (at < 0)
			return STR_NONE;
		mail = str_from(mail, (size_t)at + line.n);
	}
	at = str_find(mail, S("\r\n\r\n"));
	if (at < 0)
		return STR_NONE;
	mail = str_from(mail, (size_t)at + 4);
	at = str_find(mail, line);
	return str_sub(mail, 0, at < 0 ? 0 : (size_t)at);
}
