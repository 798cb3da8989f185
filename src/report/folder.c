#include "report/folder.h"
#include "base/limits.h"
#include "notice/create.h"

#define FILES_MAX 2000UL

struct report_folder {
	struct create_place at;
	char *name[FILES_MAX + 1];
	size_t names;
};

int report_folder_begin(
    const char *path, struct report_folder **ret, struct err *e)
{
	struct report_folder *f = mem_zalloc(sizeof(*f));
	int rc = create_begin(path, &f->at, e);

	if (rc < 0)
		report_folder_free(f);
	else
		*ret = f;
	return rc;
}

/* The folder in a name, made when it is first needed. */
static int make_inner(struct report_folder *f, const char *name, struct err *e)
{
	ptrdiff_t slash = str_chr(str_of(name), '/');
	char *inner;
	int rc;

	if (slash < 0)
		return 0;
	inner = str_dup(str_sub(str_of(name), 0, (size_t)slash));
	rc = create_inner(f->at.fd, inner, e);
	free(inner);
	return rc;
}

int report_folder_add(
    struct report_folder *f, const char *name, struct str bytes, struct err *e)
{
	int rc = make_inner(f, name, e);

	if (rc < 0)
		return rc;
	if (f->names == FILES_MAX)
		return err_set(e, ERR_LIMIT, "more than %lu files", FILES_MAX);
	rc = create_file(f->at.fd, name, bytes, e);
	if (rc == 0)
		f->name[f->names++] = mem_strdup(name);
	return rc;
}

int report_folder_commit(struct report_folder *f, struct err *e)
{
	return create_commit(&f->at, e);
}

const char *report_folder_file(const struct report_folder *f, size_t i)
{
	return f->name[i];
}

void report_folder_free(struct report_folder *f)
{
	if (!f)
		return;
	create_end(&f->at);
	for (size_t i = 0; i < f->names; i++)
		free(f->name[i]);
	free(f);
}
