/* What is in the folder: settings, numbers of the audience, duties, a sample.
 */
#include "base/limits.h"
#include "notice/composer.h"
#include "report/prenotice.h"
#include "report/sample.h"

#define MEMORY (64 * MiB)

/* ---- whose mailboxes */

static const char *const providers[] = {
    [PRENOTICE_GOOGLE] = "google",
    [PRENOTICE_YAHOO] = "yahoo",
    [PRENOTICE_MICROSOFT] = "microsoft",
    [PRENOTICE_APPLE] = "apple",
    [PRENOTICE_OTHER] = "other",
};

const char *prenotice_provider_name(enum prenotice_provider p)
{
	return providers[p];
}

/* A name that ends with a dot stands for all of its top-level domains. */
static const struct {
	const char *domain;
	enum prenotice_provider provider;
} domains[] = {
    {"gmail.com", PRENOTICE_GOOGLE},
    {"googlemail.com", PRENOTICE_GOOGLE},
    {"yahoo.", PRENOTICE_YAHOO},
    {"ymail.com", PRENOTICE_YAHOO},
    {"rocketmail.com", PRENOTICE_YAHOO},
    {"myyahoo.com", PRENOTICE_YAHOO},
    {"aol.", PRENOTICE_YAHOO},
    {"aim.com", PRENOTICE_YAHOO},
    {"verizon.net", PRENOTICE_YAHOO},
    {"netscape.net", PRENOTICE_YAHOO},
    {"outlook.", PRENOTICE_MICROSOFT},
    {"hotmail.", PRENOTICE_MICROSOFT},
    {"live.", PRENOTICE_MICROSOFT},
    {"msn.com", PRENOTICE_MICROSOFT},
    {"windowslive.com", PRENOTICE_MICROSOFT},
    {"passport.com", PRENOTICE_MICROSOFT},
    {"icloud.com", PRENOTICE_APPLE},
    {"me.com", PRENOTICE_APPLE},
    {"mac.com", PRENOTICE_APPLE},
    {"privaterelay.appleid.com", PRENOTICE_APPLE},
};

/* "uk", "co.uk", "com.br": nothing else stands behind the name. */
static bool is_top_level(struct str s)
{
	struct str first = str_cut(&s, '.');

	if (!s.p)
		return first.n >= 2 && first.n <= 3;
	return (str_eq(first, S("co")) || str_eq(first, S("com"))) && s.n == 2;
}

enum prenotice_provider prenotice_provider_of(struct str domain)
{
	/* another company of that name */
	if (str_eq(domain, S("yahoo.co.jp")) ||
	    str_eq(domain, S("yahoo.ne.jp")))
		return PRENOTICE_OTHER;
	for (size_t i = 0; i < ARRAY_SIZE(domains); i++) {
		struct str d = str_of(domains[i].domain);

		if (str_ends(d, S("."))
			? str_starts(domain, d) &&
			      is_top_level(str_from(domain, d.n))
			: str_eq(domain, d))
			return domains[i].provider;
	}
	return PRENOTICE_OTHER;
}

/* ---- numbers */

static int count_person(const struct people_row *row, void *arg)
{
	struct prenotice *p = arg;

	p->people++;
	if (row->domain.n)
		p->provider[prenotice_provider_of(row->domain)]++;
	else
		p->no_address++;
	return 0;
}

static int count(struct prenotice *p, struct people *people, struct err *e)
{
	int rc = people_each(people, 0, count_person, p, e);

	if (rc >= 0 && !p->people)
		return err_set(e, ERR_INPUT, "nobody is in the audience");
	return rc;
}

/* ---- duties */

static int assess(struct prenotice *p, struct people *people,
    const struct prenotice_options *o, struct err *e)
{
	struct buf path = BUF_INIT(8 * KiB);
	struct law_facts facts;
	struct err why = {0};
	int rc;

	buf_addf(&path, "%s/laws", o->data_dir);
	rc = law_pack_load(buf_cstr(&path), &p->pack, e);
	buf_release(&path);
	if (rc >= 0)
		rc = obligations_gather(
		    o->notice, p->pack, people, o->now, &p->arena, &p->owed, e);
	if (rc >= 0)
		rc = notice_law_facts(
		    o->notice, o->now, &p->owed.log, &facts, &why, e);
	/* as in a check: the other facts still say much */
	if (rc >= 0 && why.code)
		p->unknown_word = arena_dup(&p->arena, str_of(why.msg));
	return rc;
}

int prenotice_gather(
    const struct prenotice_options *o, struct prenotice **ret, struct err *e)
{
	struct prenotice *p = mem_zalloc(sizeof(*p));
	struct people *people = NULL;
	int rc;

	p->arena = ARENA_INIT(MEMORY);
	p->sample = BUF_INIT(LIMIT_LETTER);
	p->notice = o->notice;
	p->now = o->now;
	rc = notice_check_sendable(o->notice, e);
	if (rc >= 0)
		rc = people_open(o->dir, &people, e);
	if (rc == ERR_NOENT)
		rc = err_set(e, ERR_INPUT,
		    "%s has no audience yet, and these texts need its numbers; "
		    "run: tocsin import %s FILE.csv",
		    o->dir, o->dir);
	if (rc >= 0)
		rc = count(p, people, e);
	if (rc >= 0)
		rc = assess(p, people, o, e);
	if (rc >= 0)
		rc = sample_compose(o->notice, people, o->now, &p->sample,
		    &p->sample_subject, e);
	if (rc >= 0)
		digest_sha256(buf_str(&p->sample), p->sample_sha256);
	people_close(people);
	if (rc < 0) {
		prenotice_free(p);
		return rc;
	}
	*ret = p;
	return 0;
}

void prenotice_free(struct prenotice *p)
{
	if (!p)
		return;
	law_pack_free(p->pack);
	buf_release(&p->sample);
	arena_release(&p->arena);
	free(p);
}
