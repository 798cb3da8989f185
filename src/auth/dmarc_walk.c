#include "auth/dmarc_walk.h"
#include "base/utf8.h"
#include "domain/idna.h"

/* RFC 9989 4.10, step 4: names with more labels are left out. */
#define LABELS_KEPT 7

size_t dmarc_labels(struct str name)
{
	size_t n = 0;

	while (name.p) {
		str_cut(&name, '.');
		n++;
	}
	return n;
}

bool dmarc_is_below(struct str name, struct str top)
{
	if (str_eq(name, top))
		return true;
	return top.n && name.n > top.n + 1 && str_ends(name, top) &&
	       name.p[name.n - top.n - 1] == '.';
}

static struct str parent(struct str name)
{
	str_cut(&name, '.');
	return name;
}

/* The `n` labels at the right of `name`. */
static struct str rightmost(struct str name, size_t n)
{
	for (size_t have = dmarc_labels(name); have > n; have--)
		name = parent(name);
	return name;
}

void dmarc_walk_init(struct dmarc_walk *w, struct str domain)
{
	*w = (struct dmarc_walk){.domain = domain, .next = domain};
}

void dmarc_walk_init_psl(
    struct dmarc_walk *w, struct str domain, struct str organizational)
{
	dmarc_walk_init(w, domain);
	w->psl = organizational;
}

bool dmarc_walk_wants(const struct dmarc_walk *w, struct str *ret_name)
{
	*ret_name = w->next;
	return w->next.n > 0;
}

static struct str name_after(
    const struct dmarc_walk *w, const struct dmarc_step *s)
{
	if (w->failed)
		return STR_NONE;
	if (w->psl.n)
		return s->seen || str_eq(w->next, w->psl) ? STR_NONE : w->psl;
	if (w->steps == LIMIT_DMARC_WALK ||
	    (s->record && s->record->psd != DMARC_PSD_U))
		return STR_NONE;
	if (w->steps == 1 && dmarc_labels(w->domain) > LABELS_KEPT)
		return rightmost(w->domain, LABELS_KEPT);
	return parent(w->next);
}

void dmarc_walk_take(struct dmarc_walk *w, const struct dmarc_step *step)
{
	ENSURE(w->next.n && w->steps < LIMIT_DMARC_WALK);
	w->step[w->steps++] = step;
	w->failed = step->status == DNS_SERVFAIL || step->status == DNS_TIMEOUT;
	w->next = name_after(w, step);
}

struct str dmarc_walk_organization(const struct dmarc_walk *w)
{
	struct str org = w->domain;

	if (w->psl.n)
		return w->psl;
	if (w->failed)
		return STR_NONE;
	for (size_t i = 0; i < w->steps; i++) {
		const struct dmarc_record *r = w->step[i]->record;

		if (!r)
			continue;
		org = rightmost(w->domain, dmarc_labels(w->step[i]->name));
		if (r->psd == DMARC_PSD_N)
			break;
		if (r->psd == DMARC_PSD_Y && i > 0)
			return rightmost(w->domain, dmarc_labels(org) + 1);
	}
	return org;
}

static const struct dmarc_step *step_at(
    const struct dmarc_walk *w, struct str name)
{
	for (size_t i = 0; i < w->steps; i++)
		if (w->step[i]->record && str_eq(w->step[i]->name, name))
			return w->step[i];
	return NULL;
}

const struct dmarc_step *dmarc_walk_policy(const struct dmarc_walk *w)
{
	const struct dmarc_step *s = step_at(w, w->domain), *last;

	if (s || w->failed || !w->steps)
		return s;
	if ((s = step_at(w, dmarc_walk_organization(w))) != NULL || w->psl.n)
		return s;
	last = w->step[w->steps - 1];
	return last->record && last->record->psd == DMARC_PSD_Y ? last : NULL;
}

/* ---- names */

static bool is_plain(struct str name)
{
	struct str rest = name;

	for (size_t i = 0; i < name.n; i++)
		if (!ascii_is_alnum(name.p[i]) && name.p[i] != '-' &&
		    name.p[i] != '_' && name.p[i] != '.')
			return false;
	while (rest.p) {
		struct str label = str_cut(&rest, '.');

		if (!label.n || label.n > LIMIT_LABEL)
			return false;
	}
	return name.n > 0 && name.n <= LIMIT_DOMAIN - 2;
}

int dmarc_domain(struct str name, struct buf *out, struct err *e)
{
	struct str plain = name;

	if (plain.n > 1 && plain.p[plain.n - 1] == '.')
		plain.n--;
	if (!is_plain(plain))
		return idna_to_ascii(name, out, e);
	for (size_t i = 0; i < plain.n; i++)
		buf_addc(out, ascii_lower(plain.p[i]));
	if (out->over)
		return err_set(e, ERR_LIMIT, "no room for the domain");
	return 0;
}
