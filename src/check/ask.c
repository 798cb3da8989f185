#include "check/ask.h"
#include "check/facts.h"

static void on_answer(const struct dns_answer *a, void *arg)
{
	struct dns_fact *f = arg;
	struct arena *to = f->ask->context->arena;

	f->status = a->status;
	f->secure = a->secure;
	f->done = true;
	f->rr = arena_array(to, a->rr_count, sizeof(*f->rr));
	for (size_t i = 0; f->rr && i < a->rr_count; i++) {
		f->rr[i].rdata = arena_dup(to, a->rr[i].rdata);
		f->count++;
	}
	if (--f->ask->pending == 0)
		loop_stop(f->ask->context->loop);
}

const struct dns_fact *ask_add(
    struct ask *a, struct str name, enum dns_type type)
{
	struct dns_fact *f;

	if (!name.n)
		return NULL;
	for (f = a->first; f; f = f->next)
		if (f->type == type && str_ieq(f->name, name))
			return f;
	f = arena_alloc(a->context->arena, sizeof(*f));
	if (!f)
		return NULL;
	*f = (struct dns_fact){
	    .name = arena_dup(a->context->arena, name),
	    .type = type,
	    .status = DNS_TIMEOUT,
	    .next = a->first,
	    .ask = a,
	};
	a->first = f;
	return f;
}

void ask_run(struct ask *a)
{
	/* counted first: an answer must not end the loop before its time */
	for (struct dns_fact *f = a->first; f; f = f->next)
		a->pending += !f->done;
	if (!a->pending)
		return;
	for (struct dns_fact *f = a->first; f; f = f->next)
		if (!f->done)
			dns_start(
			    a->context->dns, f->name, f->type, on_answer, f);
	loop_run(a->context->loop);
}

bool dns_fact_trouble(const struct dns_fact *f)
{
	return f && (f->status == DNS_SERVFAIL || f->status == DNS_TIMEOUT);
}

bool dns_fact_has(const struct dns_fact *f)
{
	return f && f->status == DNS_OK && f->count > 0;
}
