/* The folder of a new notice: which files, by kind and law. */
#include "notice/create.h"
#include "notice/create_text.h"

const char *const notice_created_files[] = {
    "notice.ini",
    "message.md",
    "README.txt",
    "channels/web.md",
    "channels/sms.txt",
    "channels/phone.txt",
    "channels/social.txt",
    NULL,
};
static void (*const writers[])(const struct create *c, struct buf *out) = {
    create_text_settings,
    create_text_message,
    create_text_readme,
    create_text_web,
    create_text_sms,
    create_text_phone,
    create_text_social,
};
#define ALWAYS ARRAY_SIZE(writers)
_Static_assert(ARRAY_SIZE(notice_created_files) == ALWAYS + 1, "one each");

/* ... and those of a law. */
static const struct {
	const char *name;
	unsigned law;
	void (*write)(const struct create *c, struct buf *out);
} more[] = {
    {"segments.ini", CREATE_MASSACHUSETTS, create_text_segments},
    {"message.massachusetts.md", CREATE_MASSACHUSETTS,
	create_text_massachusetts},
};

/* The place in `more` of the i-th file of these laws; its size: none. */
static size_t find_more(unsigned laws, size_t i)
{
	size_t k = 0;

	for (; k < ARRAY_SIZE(more); k++)
		if (laws & more[k].law && i-- == 0)
			break;
	return k;
}

const char *create_name(unsigned laws, size_t i)
{
	size_t k;

	if (i < ALWAYS)
		return notice_created_files[i];
	k = find_more(laws, i - ALWAYS);
	return k < ARRAY_SIZE(more) ? more[k].name : NULL;
}

static void write_text(const struct create *c, size_t i, struct buf *out)
{
	if (i < ALWAYS)
		writers[i](c, out);
	else
		more[find_more(c->laws, i - ALWAYS)].write(c, out);
}

static int fill(int folder, const char *path, void *arg, struct err *e)
{
	struct buf text = BUF_INIT(LIMIT_TEMPLATE);
	const struct create *c = arg;
	int rc = create_inner(folder, "channels", e);
	const char *name;

	(void)path;
	for (size_t i = 0; (name = create_name(c->laws, i)) && rc == 0; i++) {
		buf_reset(&text);
		write_text(c, i, &text);
		ENSURE(!text.over);
		rc = create_file(folder, name, buf_str(&text), e);
	}
	buf_release(&text);
	return rc;
}

int notice_create_for(
    const char *dir, enum notice_kind kind, unsigned laws, struct err *e)
{
	struct create c = {.kind = kind, .laws = laws};

	return create_folder(dir, fill, &c, e);
}

int notice_create(const char *dir, enum notice_kind kind, struct err *e)
{
	return notice_create_for(dir, kind, create_laws_default(kind), e);
}
