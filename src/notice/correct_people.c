#include "notice/correct.h"

#include "crypto/digest.h"
#include "notice/record.h"
#include "notice/runs.h"

#define BATCH    4096u
#define SAME_MAX 16u /* people of one hash: the low 4 bits of an id */

bool correct_reached(const struct store_standing *s)
{
	switch (s->status) {
	case PERSON_SENDING:
	case PERSON_ACCEPTED:
	case PERSON_HANDED:
	case PERSON_COMPLAINED:
	case PERSON_UNCERTAIN: return true;
	case PERSON_PENDING:
	case PERSON_DEFERRED:
	case PERSON_REJECTED:
	case PERSON_EXPIRED:
	case PERSON_HELD: return s->resent;
	case PERSON_BOUNCED:
	case PERSON_OTHER_CHANNEL:
	case PERSON_EXCLUDED:
	case PERSON_STATUS_COUNT: return false;
	}
	return false;
}

struct copy {
	struct people *people; /* of the first notice */
	struct store *store;
	struct store_standing batch[BATCH];
	size_t count, at;
	struct siphash_key key; /* of the correction */
	struct runs *runs;
	struct buf record;
	struct correction *to;
	struct err *e;
};

/* ---- who */

/* Where a person stands; those never tried have no row. Ids ascend. */
static int find_standing(
    struct copy *c, const struct people_row *row, struct store_standing *ret)
{
	*ret = (struct store_standing){.person = row->id,
	    .status = row->addresses.n ? PERSON_PENDING : PERSON_OTHER_CHANNEL};
	for (;;) {
		int n;

		while (c->at < c->count && c->batch[c->at].person < row->id)
			c->at++;
		if (c->at < c->count) {
			if (c->batch[c->at].person == row->id)
				*ret = c->batch[c->at];
			return 0;
		}
		n = store_standings(
		    c->store, row->id - 1, c->batch, BATCH, c->e);
		if (n <= 0)
			return n;
		c->count = (size_t)n;
		c->at = 0;
	}
}

static int take(struct copy *c, const struct people_row *row)
{
	const struct record r = {.line = row->layout,
	    .flags = row->flags,
	    .person_id = row->person_id,
	    .name = row->name,
	    .addresses = row->addresses,
	    .language = row->language,
	    .segment = row->segment,
	    .jurisdiction = row->jurisdiction,
	    .cells = row->cells};
	int64_t hash =
	    people_hash(c->key, row->person_id, row->name, record_key(&r));

	buf_reset(&c->record);
	record_put(&r, &c->record);
	if (c->record.over || c->record.len > RUNS_RECORD)
		return err_set(c->e, ERR_DB, "a person's row is too large");
	return runs_add(c->runs, (uint64_t)hash, buf_str(&c->record), c->e);
}

static int on_person(const struct people_row *row, void *arg)
{
	struct copy *c = arg;
	struct store_standing s;
	int rc = find_standing(c, row, &s);

	if (rc < 0)
		return rc;
	c->to->audience++;
	if (!correct_reached(&s)) {
		c->to->left[s.status]++;
		return 0;
	}
	c->to->people++;
	if (s.first_try && (!c->to->sent || s.first_try < c->to->sent))
		c->to->sent = s.first_try;
	return take(c, row);
}

/* ---- written anew */

static int copy_layouts(
    struct copy *c, struct people_writer *w, uint32_t **ret, struct err *e)
{
	size_t n = people_layout_count(c->people);
	int rc = 0;

	*ret = mem_zalloc((n + 1) * sizeof(**ret));
	for (uint32_t i = 1; i <= n && rc == 0; i++) {
		const struct people_layout *l = people_layout(c->people, i);

		rc = people_writer_layout(w, l->name, l->count, &(*ret)[i], e);
	}
	return rc;
}

static struct str domain_of(struct str addresses)
{
	struct str first = str_cut(&addresses, '\n');
	ptrdiff_t at = str_rchr(first, '@');

	return at < 0 ? S("") : str_from(first, (size_t)at + 1);
}

static int write_people(struct copy *c, struct people_writer *w,
    const uint32_t *layout, struct err *e)
{
	uint64_t hash, last = 0;
	unsigned same = 0;
	struct str bytes;
	int rc;

	while ((rc = runs_next(c->runs, &hash, &bytes, e)) > 0) {
		struct people_row row;
		struct record r;

		same = hash == last ? same + 1 : 0;
		last = hash;
		if (same == SAME_MAX)
			return err_set(e, ERR_LIMIT,
			    "more than %u people share one hash", SAME_MAX);
		record_get(bytes, &r);
		row = (struct people_row){.id = (int64_t)(hash + same),
		    .layout = layout[r.line],
		    .person_id = r.person_id,
		    .addresses = r.addresses,
		    .domain = domain_of(r.addresses),
		    .name = r.name,
		    .language = r.language,
		    .segment = r.segment,
		    .jurisdiction = r.jurisdiction,
		    .flags = r.flags,
		    .cells = r.cells};
		if ((rc = people_writer_add(w, &row, e)) < 0)
			return rc;
	}
	return rc;
}

static int write_audience(struct copy *c, const char *path, struct err *e)
{
	struct people_writer *w = NULL;
	uint32_t *layout = NULL;
	int rc;

	if ((rc = runs_finish(c->runs, e)) == 0 &&
	    (rc = people_writer_new(path, &w, e)) == 0 &&
	    (rc = copy_layouts(c, w, &layout, e)) == 0 &&
	    (rc = write_people(c, w, layout, e)) == 0)
		rc = people_writer_commit(w, e);
	people_writer_free(w);
	free(layout);
	return rc;
}

/* The key of the new folder's ids, as an import draws it. */
static int make_key(const char *path, struct siphash_key *ret, struct err *e)
{
	unsigned char secret[STORE_SECRET_SIZE], sum[DIGEST_SIZE];
	struct store *s = NULL;
	int rc = store_open(path, STORE_WRITE, &s, e);

	if (rc == 0)
		rc = store_secret(s, secret, e);
	if (rc == 0) {
		digest_hmac(str_make((const char *)secret, sizeof(secret)),
		    S("tocsin person id"), sum);
		*ret = siphash_key_make(sum);
		explicit_bzero(secret, sizeof(secret));
	}
	store_close(s);
	return rc;
}

static int copy_people(struct copy *c, const char *path, struct err *e)
{
	const struct runs_options sort = {.dir = path};
	int rc = make_key(path, &c->key, e);

	if (rc < 0)
		return rc;
	c->runs = runs_new(&sort);
	rc = people_each(c->people, 0, on_person, c, e);
	if (rc == 0 && !c->to->people)
		rc = err_set(e, ERR_INPUT,
		    "nobody can have got the first notice, so there is nobody "
		    "to correct it to");
	if (rc == 0)
		rc = write_audience(c, path, e);
	runs_free(c->runs);
	return rc;
}

int correct_people(
    const char *old, const char *path, struct correction *ret, struct err *e)
{
	struct copy *c = mem_zalloc(sizeof(*c));
	int rc;

	c->to = ret;
	c->e = e;
	c->record = BUF_INIT(2 * RUNS_RECORD);
	if ((rc = people_open(old, &c->people, e)) == 0 &&
	    (rc = store_open(old, STORE_READ, &c->store, e)) == 0)
		rc = copy_people(c, path, e);
	buf_release(&c->record);
	store_close(c->store);
	people_close(c->people);
	free(c);
	return rc;
}
