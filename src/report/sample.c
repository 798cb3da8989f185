#include "report/sample.h"
#include "notice/composer.h"

#define TRIES 64

/* Every column holds SAMPLE, or an address of the web where one is asked. */
struct made_up {
	struct people_layout *layout;
	bool *is_link;
	struct buf link, cells;
	struct person person;
};

static void make_up(struct made_up *m, const struct notice *n,
    const struct str *columns, size_t count)
{
	*m =
	    (struct made_up){.link = BUF_INIT(4 * KiB), .cells = BUF_INIT(MiB)};
	m->layout = mem_zalloc(sizeof(*m->layout) + count * sizeof(struct str));
	m->is_link = mem_zalloc(count + 1);
	m->layout->id = 1;
	m->layout->count = count;
	for (size_t i = 0; i < count; i++)
		m->layout->name[i] = columns[i];
	buf_add(&m->link, n->canonical_url.n
			      ? n->canonical_url
			      : S("https://www.example.com/SAMPLE"));
	m->person = (struct person){
	    .id = 1,
	    .layout = 1,
	    .person_id = S("SAMPLE"),
	    .name = S(SAMPLE_NAME),
	    .address = {S(SAMPLE_ADDRESS)},
	    .addresses = 1,
	};
}

static void fill_cells(struct made_up *m)
{
	buf_reset(&m->cells);
	for (size_t i = 0; i < m->layout->count; i++)
		people_cell_add(
		    &m->cells, m->is_link[i] ? buf_str(&m->link) : S("SAMPLE"));
	m->person.cells = buf_str(&m->cells);
}

static bool make_link(struct made_up *m, struct str column)
{
	for (size_t i = 0; i < m->layout->count; i++)
		if (str_ieq(m->layout->name[i], column) && !m->is_link[i]) {
			m->is_link[i] = true;
			return true;
		}
	return false;
}

static int compose(const struct letter_template *t, struct made_up *m,
    usec_t now, struct buf *out, struct err *e)
{
	static const unsigned char nobody[32];
	struct letter_binding *b = letter_bind(t, m->layout);
	char token[LETTER_TOKEN_SIZE];
	struct letter_input in = {.person = &m->person,
	    .code = S("SAMPLE"),
	    .date = now / USEC_PER_SEC};
	struct str missing = STR_NONE;
	int rc = 0;

	letter_message_token(nobody, 1, token);
	in.message_id = str_of(token);
	for (unsigned i = 0; i < TRIES && rc == 0; i++) {
		fill_cells(m);
		buf_reset(out);
		rc = letter_compose(t, b, &in, out, &missing, e);
		/* the field is a whole link, and SAMPLE is none */
		if (rc == 0 && !make_link(m, missing))
			break;
	}
	letter_binding_free(b);
	if (rc == 0)
		return err_set(e, ERR_INPUT,
		    "no sample can be made: the field {{%.*s}} takes no value "
		    "made up",
		    STR_ARG(missing));
	return rc < 0 ? rc : 0;
}

int sample_compose(const struct notice *n, struct people *people, usec_t now,
    struct buf *out, struct str *ret_subject, struct err *e)
{
	struct str *columns = NULL;
	size_t count = composer_columns(people, &columns);
	const struct letter_variant *v;
	struct letter_variants *all = NULL;
	struct made_up m;
	int rc = letter_variants_load(n, columns, count, &all, e);

	if (rc >= 0) {
		v = letter_variant_for(all, STR_NONE, STR_NONE);
		v = v ? v : &all->v[0];
		*ret_subject = v->subject.text;
		make_up(&m, n, columns, count);
		rc = compose(v->template, &m, now, out, e);
		free(m.layout);
		free(m.is_link);
		buf_release(&m.link);
		buf_release(&m.cells);
	}
	letter_variants_free(all);
	free(columns);
	return rc;
}
