/* The wire stories: every .scn file given, or of a folder given, one TAP case
 * each.  -v prints the wire as it goes. */
#include "play.h"

#include <errno.h>
#include <glob.h>
#include <sys/stat.h>

static bool verbose;
static const char *program;

static void print_wrong(struct str rest)
{
	while (rest.p) {
		struct str line = str_cut(&rest, '\n');

		if (line.n)
			printf("# %.*s\n", STR_ARG(line));
	}
}

static bool run_story(const char *path, size_t number)
{
	struct buf text = BUF_INIT(LIMIT_SCENARIO_FILE);
	const char *base = strrchr(path, '/');
	struct scenario *s = NULL;
	struct play p;
	struct err e = {0};
	bool ok = false;

	base = base ? base + 1 : path;
	if (buf_read_file(&text, path, &e) < 0 ||
	    scenario_parse(buf_str(&text), path, &s, &e) < 0) {
		printf("not ok %zu - %s\n# %s\n", number, base, e.msg);
		buf_release(&text);
		return false;
	}
	play_story(&p, s, path, verbose);
	ok = !p.wrong.len;
	if (ok && !s->about.n)
		play_wrong(
		    &p, "%s:1: a first comment should tell the story", path);
	ok = !p.wrong.len;
	printf("%sok %zu - %s: %.*s\n", ok ? "" : "not ", number, base,
	    STR_ARG(s->about));
	if (!ok) {
		print_wrong(buf_str(&p.wrong));
		printf("# alone, with its wire: %s -v %s\n", program, path);
	}
	play_release(&p);
	scenario_free(s);
	buf_release(&text);
	return ok;
}

static void find(const char *path, glob_t *all)
{
	char pattern[1024];
	struct stat st;

	if (stat(path, &st) < 0) {
		printf("Bail out! %s: %s\n", path, strerror(errno));
		exit(2);
	}
	snprintf(pattern, sizeof(pattern), "%s%s", path,
	    S_ISDIR(st.st_mode) ? "/*.scn" : "");
	glob(pattern, all->gl_pathc ? GLOB_APPEND : 0, NULL, all);
}

int main(int argc, char **argv)
{
	glob_t all = {0};
	size_t failed = 0;

	program = argv[0];
	for (int i = 1; i < argc; i++)
		if (strcmp(argv[i], "-v") == 0)
			verbose = true;
		else
			find(argv[i], &all);
	printf("1..%zu\n", all.gl_pathc);
	for (size_t i = 0; i < all.gl_pathc; i++) {
		failed += !run_story(all.gl_pathv[i], i + 1);
		fflush(stdout);
	}
	globfree(&all);
	return failed ? 1 : 0;
}
