/* After a gated send: who was passed over, counted from the rows. */
#include "deliver/mailing_private.h"

#define BATCH 4096u

struct count {
	const struct gate *gate;
	struct people *people;
	struct mailing_waiting *ret;
	int64_t last;
};

static int on_row(const struct store_due *d, void *arg)
{
	struct count *c = arg;
	struct str name =
	    roll_tranche_of(people_layout(c->people, d->row.layout), &d->row);

	c->last = d->row.id;
	if (gate_lets(c->gate, name))
		return 0;
	for (size_t i = 0; i < c->gate->closeds && i < ROLL_TRANCHES; i++)
		if (str_eq(c->gate->closed[i], name)) {
			c->ret->tranche[i]++;
			c->ret->by_status[d->state.status]++;
			c->ret->people++;
			break;
		}
	return 0;
}

int mailing_waiting(
    struct mailing *m, struct mailing_waiting *ret, struct err *e)
{
	struct count c = {m->o.gate, m->people, ret, 0};
	int n = (int)BATCH;

	*ret = (struct mailing_waiting){0};
	if (!m->o.gate || !m->o.gate->closeds)
		return 0;
	while (n == (int)BATCH) {
		n = store_next_fresh(
		    m->store, c.last, STR_NONE, 0, 1, BATCH, on_row, &c, e);
		if (n < 0)
			return n;
	}
	n = store_next_due(
	    m->store, INT64_MAX, STR_NONE, 0, 1, INT32_MAX, on_row, &c, e);
	return n < 0 ? n : 0;
}
