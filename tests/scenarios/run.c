/* The wire stories: every .scn file given, or of a folder given, one TAP case
 * each.  -v prints the wire as it goes; else several processes share them. */
#include "base/log.h"
#include "play.h"

#include <errno.h>
#include <glob.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define JOBS 4u

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

/* Stories [from, to); true when all are as they should be. */
static bool run_some(const glob_t *all, size_t from, size_t to)
{
	bool ok = true;

	for (size_t i = from; i < to; i++) {
		ok &= run_story(all->gl_pathv[i], i + 1);
		fflush(stdout);
	}
	return ok;
}

struct job {
	pid_t pid;
	FILE *said;
};

static void start_job(struct job *j, const glob_t *all, size_t from, size_t to)
{
	j->said = tmpfile();
	ENSURE(j->said);
	fflush(stdout);
	j->pid = fork();
	ENSURE(j->pid >= 0);
	if (j->pid)
		return;
	ENSURE(dup2(fileno(j->said), STDOUT_FILENO) >= 0);
	exit(run_some(all, from, to) ? 0 : 1);
}

static bool end_job(struct job *j)
{
	char tmp[4096];
	int status = 0;
	size_t n;

	waitpid(j->pid, &status, 0);
	rewind(j->said);
	while ((n = fread(tmp, 1, sizeof(tmp), j->said)))
		fwrite(tmp, 1, n, stdout);
	fclose(j->said);
	if (WIFSIGNALED(status))
		printf("Bail out! a story ended with signal %d\n",
		    WTERMSIG(status));
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static bool run_all(const glob_t *all)
{
	size_t n = all->gl_pathc;
	struct job job[JOBS];
	bool ok = true;

	if (verbose || n < JOBS)
		return run_some(all, 0, n);
	for (size_t i = 0; i < JOBS; i++)
		start_job(&job[i], all, i * n / JOBS, (i + 1) * n / JOBS);
	for (size_t i = 0; i < JOBS; i++)
		ok &= end_job(&job[i]);
	return ok;
}

int main(int argc, char **argv)
{
	glob_t all = {0};
	bool ok;

	program = argv[0];
	/* nothing here outlives its story */
	if (access("/dev/shm", W_OK) == 0)
		setenv("TMPDIR", "/dev/shm", 0);
	for (int i = 1; i < argc; i++)
		if (strcmp(argv[i], "-v") == 0)
			verbose = true;
		else
			find(argv[i], &all);
	if (!verbose) /* trouble is what these are about */
		log_set_level(LOG_ERROR);
	printf("1..%zu\n", all.gl_pathc);
	ok = run_all(&all);
	globfree(&all);
	return ok ? 0 : 1;
}
