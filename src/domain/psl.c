#include "domain/psl.h"
#include "base/limits.h"
#include "base/mem.h"

#include <errno.h>
#include <libpsl.h>
#include <stdio.h>

/* A name in U-labels may be longer than the name the DNS sees. */
#define NAME_MAX_BYTES 1024UL

struct psl {
	const psl_ctx_t *list;
	psl_ctx_t *own; /* to free; NULL when built in */
};

struct psl *psl_open(void)
{
	struct psl *p = mem_try_zalloc(sizeof(*p));

	if (!p)
		return NULL;
	errno = 0;
	p->own = psl_latest(NULL);
	if (!p->own && errno == ENOMEM) {
		/* not an older list than with memory */
		mem_lost(0);
		free(p);
		return NULL;
	}
	p->list = p->own ? p->own : psl_builtin();
	return p;
}

int psl_load(const char *path, struct psl **ret, struct err *e)
{
	FILE *f = fopen(path, "re");
	psl_ctx_t *list;

	if (!f)
		return err_sys(e, errno, "%s", path);
	list = psl_load_fp(f);
	fclose(f);
	if (list && psl_suffix_count(list) <= 0) {
		psl_free(list);
		list = NULL;
	}
	if (!list)
		return err_set(e, ERR_INPUT,
		    "%s: is not a public suffix list; get one from "
		    "https://publicsuffix.org/list/public_suffix_list.dat",
		    path);
	*ret = mem_try_zalloc(sizeof(**ret));
	if (!*ret) {
		psl_free(list);
		return err_set(e, ERR_NOMEM, "%s: there is no memory", path);
	}
	(*ret)->list = (*ret)->own = list;
	return 0;
}

void psl_close(struct psl *p)
{
	if (!p)
		return;
	psl_free(p->own);
	free(p);
}

/* The library wants a string, and reads a leading dot as "somewhere below". */
static bool copy_name(struct str domain, char out[NAME_MAX_BYTES + 1])
{
	struct str rest = domain;

	if (!domain.n || domain.n > NAME_MAX_BYTES ||
	    memchr(domain.p, '\0', domain.n))
		return false;
	while (rest.p)
		if (!str_cut(&rest, '.').n)
			return false;
	memcpy(out, domain.p, domain.n);
	out[domain.n] = '\0';
	return true;
}

typedef const char *psl_ask(const psl_ctx_t *, const char *);

static bool ask(
    const struct psl *p, struct str domain, psl_ask *fn, struct str *ret)
{
	char name[NAME_MAX_BYTES + 1];
	const char *got;

	if (!copy_name(domain, name) || !(got = fn(p->list, name)))
		return false;
	*ret = str_from(domain, (size_t)(got - name));
	return true;
}

bool psl_registrable(const struct psl *p, struct str domain, struct str *ret)
{
	return ask(p, domain, psl_registrable_domain, ret);
}

bool psl_suffix(const struct psl *p, struct str domain, struct str *ret)
{
	return ask(p, domain, psl_unregistrable_domain, ret);
}
