#include "cli/message.h"
#include "base/clock.h"
#include "base/limits.h"

#include <errno.h>

#define AT_MAX INT64_C(253402300799) /* the end of the year 9999 */

static int read_all(FILE *f, const char *name, struct buf *out, struct err *e)
{
	for (;;) {
		char *room = buf_room(out, 64 * KiB);
		size_t n;

		if (!room)
			return err_set(e, ERR_LIMIT,
			    "%s: is larger than %lu MiB", name,
			    LIMIT_MESSAGE_FILE / MiB);
		n = fread(room, 1, 64 * KiB, f);
		buf_commit(out, n);
		if (n == 0 && ferror(f))
			return err_set(e, ERR_INPUT, "%s: %s", name,
			    strerror(errno)); /* a folder, for instance */
		if (n == 0)
			return 0;
	}
}

static size_t count_lf(struct str s)
{
	size_t n = 0;

	while (s.n) {
		ptrdiff_t at = str_chr(s, '\n');

		if (at < 0)
			break;
		n++;
		s = str_from(s, (size_t)at + 1);
	}
	return n;
}

static int add_with_crlf(struct str s, struct buf *out, struct err *e)
{
	char *to = buf_room(out, s.n + count_lf(s));
	size_t n = 0;

	if (!to)
		return err_set(e, ERR_LIMIT,
		    "the message is larger than %zu MiB", out->max / MiB);
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '\n')
			to[n++] = '\r';
		to[n++] = s.p[i];
	}
	buf_commit(out, n);
	return 0;
}

int cli_message_read(const char *path, struct buf *out, struct err *e)
{
	bool standard = strcmp(path, "-") == 0;
	struct buf raw = BUF_INIT(LIMIT_MESSAGE_FILE);
	FILE *f = standard ? stdin : fopen(path, "rbe");
	int rc;

	if (!f)
		return err_set(e, ERR_INPUT, "%s: %s", path, strerror(errno));
	rc = read_all(f, standard ? "standard input" : path, &raw, e);
	if (!standard)
		fclose(f);
	buf_init(out, 2 * LIMIT_MESSAGE_FILE);
	if (rc == 0 && str_find(buf_str(&raw), S("\r\n")) < 0) {
		rc = add_with_crlf(buf_str(&raw), out, e);
		buf_release(&raw);
	} else {
		*out = raw;
	}
	return rc;
}

int cli_time(const struct cli_command *cmd, const char *text, int64_t *ret)
{
	uint64_t seconds;
	usec_t wall;

	if (!text) {
		*ret = clock_wall(&clock_system) / USEC_PER_SEC;
	} else if (str_to_u64(str_of(text), AT_MAX, &seconds)) {
		*ret = (int64_t)seconds;
	} else if (clock_parse_iso(str_of(text), &wall)) {
		*ret = wall / USEC_PER_SEC;
	} else {
		cli_usage(cmd,
		    "--at %s: is no YYYY-MM-DD, no YYYY-MM-DDThh:mm:ssZ and no "
		    "seconds since 1970",
		    text);
		return ERR_USAGE;
	}
	return 0;
}

void cli_put_or_null(struct json *j, const char *key, struct str s)
{
	json_key(j, key);
	if (s.n)
		json_str(j, s);
	else
		json_null(j);
}

int cli_write(struct str s)
{
	struct err e = {0};

	if ((s.n && fwrite(s.p, 1, s.n, stdout) != s.n) || fflush(stdout)) {
		err_sys(&e, errno, "standard output");
		fprintf(stderr, "tocsin: %s\n", e.msg);
		return err_exit_status(e.code);
	}
	return 0;
}
