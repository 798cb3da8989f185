#include "cli/folder.h"

int folder_open(
    const struct cli *c, const char *dir, struct notice **ret, struct err *e)
{
	struct buf text = BUF_INIT(LIMIT_SETTINGS_FILE);
	int rc;

	if (!c->config)
		return notice_open(dir, ret, e);
	rc = buf_read_file(&text, c->config, e);
	if (rc >= 0)
		rc = notice_parse(buf_str(&text), c->config, ret, e);
	if (rc >= 0)
		(*ret)->dir = arena_dup(&(*ret)->arena, str_of(dir));
	buf_release(&text);
	return rc;
}
