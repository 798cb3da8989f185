#include "notice/audience.h"

#include "base/log.h"
#include "crypto/digest.h"
#include "notice/intake.h"
#include "notice/unite.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define READ_SIZE   (256 * KiB)
#define TRIAL_ROWS  1000u /* half of them must have the header's width */
#define REJECTS     "rejects.csv"
#define MERGES      "merges.csv"
#define REJECTS_TOP "line,column,field,value,reason,what_happened"
#define MERGES_TOP  "kept_line,line,person_id,differs"

struct import {
	const struct audience_options *o;
	struct audience_result *ret;
	const char *file; /* its name in messages */
	char country[3];
	struct csv *csv;
	struct columns *columns;
	struct intake *intake;
	/* not in a dry run */
	struct store *store;
	struct siphash_key key;
	struct runs *runs;
	struct ledger rejects, merges;
	struct buf record;
};

/* ---- words for the user */

static void warn(struct import *im, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
static void warn(struct import *im, const char *fmt, ...)
{
	struct audience_result *ret = im->ret;
	va_list ap;

	if (ret->warnings == AUDIENCE_WARNINGS)
		return;
	va_start(ap, fmt);
	vsnprintf(
	    ret->warning[ret->warnings++], sizeof(ret->warning[0]), fmt, ap);
	va_end(ap);
}

static void warn_zeros(struct import *im)
{
	const struct columns *c = im->columns;

	for (size_t i = 0; i < c->count; i++) {
		uint64_t line, lost;

		lost = c->column[i].kind == COLUMN_POSTCODE
			   ? zeros_lost_postcodes(&im->intake->zeros[i], &line)
			   : zeros_lost(&im->intake->zeros[i], &line);
		if (lost)
			warn(im,
			    "column '%.60s': %llu numbers are shorter than the "
			    "others, the first on line %llu; did a spreadsheet "
			    "drop leading zeros?",
			    c->column[i].header, (unsigned long long)lost,
			    (unsigned long long)line);
	}
}

static void warn_all(struct import *im)
{
	const struct intake *in = im->intake;
	const struct columns *c = im->columns;
	struct buf text = BUF_INIT(4 * KiB);

	warn_zeros(im);
	if (in->coarse)
		warn(im,
		    "%llu rows have a region that is no state or province we "
		    "know, the first on line %llu; only their country counts",
		    (unsigned long long)in->coarse,
		    (unsigned long long)in->coarse_line);
	if (in->blank)
		warn(im,
		    "%llu rows have only empty cells, the first on line %llu; "
		    "they are nobody",
		    (unsigned long long)in->blank,
		    (unsigned long long)in->blank_line);
	if (c->at[COLUMN_PERSON_ID] == COLUMN_NOWHERE &&
	    c->at[COLUMN_NAME] == COLUMN_NOWHERE &&
	    c->at[COLUMN_FIRST_NAME] == COLUMN_NOWHERE &&
	    c->at[COLUMN_LAST_NAME] == COLUMN_NOWHERE)
		warn(im, "there is no person_id and no name: rows with the "
			 "same address count as one person");
	if (columns_advice(c, &text))
		warn(im, "%s", buf_cstr(&text));
	buf_release(&text);
}

/* ---- problems of single rows */

static void add_sample(struct import *im, const struct intake_problem *p,
    const char *field, const char *value)
{
	struct audience_result *ret = im->ret;

	if (ret->samples == AUDIENCE_SAMPLES)
		return;
	snprintf(ret->sample[ret->samples++], sizeof(ret->sample[0]),
	    "line %llu%s%.60s%s%s: %s (%s)", (unsigned long long)p->line,
	    *field ? ", " : "", field, *value ? " " : "", value, p->reason,
	    p->rejected ? "row rejected" : "address ignored");
}

static int on_problem(const struct intake_problem *p, void *arg, struct err *e)
{
	struct import *im = arg;
	char line[24], column[24], mask[LOG_MASK_SIZE];
	const char *field = "", *value = "";
	struct str cells[6];

	snprintf(line, sizeof(line), "%llu", (unsigned long long)p->line);
	column[0] = '\0';
	if (p->column != COLUMN_NOWHERE) {
		const struct column *c = &im->columns->column[p->column];

		snprintf(column, sizeof(column), "%zu", p->column + 1);
		field = c->header;
		if (c->kind == COLUMN_EMAIL)
			value = log_mask_address(str_trim(p->value), mask);
	}
	add_sample(im, p, field, value);
	if (im->o->dry_run)
		return 0;
	cells[0] = str_of(line);
	cells[1] = str_of(column);
	cells[2] = str_of(field);
	cells[3] = *value || p->column == COLUMN_NOWHERE
		       ? str_of(value)
		       : str_sub(p->value, 0, 100);
	cells[4] = str_of(p->reason);
	cells[5] = p->rejected ? S("row rejected") : S("address ignored");
	return ledger_add(&im->rejects, cells, ARRAY_SIZE(cells), e);
}

/* ---- rows */

static int open_store(struct import *im, struct err *e)
{
	unsigned char secret[STORE_SECRET_SIZE], sum[DIGEST_SIZE];
	int r = store_open(im->o->dir, STORE_WRITE, &im->store, e);

	if (r == 0)
		r = store_secret(im->store, secret, e);
	if (r < 0)
		return r;
	digest_hmac(str_make((const char *)secret, sizeof(secret)),
	    S("tocsin person id"), sum);
	im->key = siphash_key_make(sum);
	explicit_bzero(secret, sizeof(secret));
	return 0;
}

static int check_tranche(const struct import *im, struct err *e)
{
	const struct columns *c = im->columns;

	for (size_t i = 0; im->o->tranche && i < c->cells; i++)
		if (str_ieq(c->cell_name[i], S("tranche")))
			return err_set(e, ERR_INPUT,
			    "%s: there is a column 'tranche', and --tranche "
			    "%s; which of them counts? leave one out, or map "
			    "the column: --map other=%.60s",
			    im->file, im->o->tranche,
			    c->column[c->cell[i]].header);
	return 0;
}

static int take_header(
    struct import *im, const struct csv_row *row, struct err *e)
{
	const struct columns_options o = {.name = im->file,
	    .map = im->o->map,
	    .map_count = im->o->map_count,
	    .no_email = im->o->no_email};
	const struct runs_options sort = {.dir = im->o->dir};
	int r = columns_parse(row, &o, &im->columns, e);

	if (r == 0)
		r = check_tranche(im, e);
	if (r < 0)
		return r;
	im->intake = intake_new(im->columns, im->country, on_problem, im);
	if (im->o->dry_run)
		return 0;
	im->runs = runs_new(&sort);
	return open_store(im, e);
}

/* A file cut at the wrong character is refused as a whole. */
static int check_trial(const struct import *im, struct err *e)
{
	const struct intake *in = im->intake;
	char separator = csv_separator(im->csv);

	if (in->wrong_count * 2 <= in->rows)
		return 0;
	return err_set(e, ERR_INPUT,
	    "%s: %llu of the first %llu rows do not have the header's %zu "
	    "cells (separated by %s); is a line missing at the top, or a quote "
	    "somewhere? nothing was changed",
	    im->file, (unsigned long long)in->wrong_count,
	    (unsigned long long)in->rows, im->columns->count,
	    separator == '\t'  ? "tab"
	    : separator == ';' ? "semicolon"
			       : "comma");
}

static int on_row(const struct csv_row *row, void *arg, struct err *e)
{
	struct import *im = arg;
	enum intake_verdict verdict;
	struct record person;
	int64_t hash;
	int r;

	if (!im->columns)
		return take_header(im, row, e);
	r = intake_row(im->intake, row, &verdict, &person, e);
	if (r == 0 && im->intake->rows == TRIAL_ROWS && verdict != INTAKE_BLANK)
		r = check_trial(im, e);
	if (r < 0 || verdict != INTAKE_PERSON || im->o->dry_run)
		return r;
	buf_reset(&im->record);
	record_put(&person, &im->record);
	if (im->record.over || im->record.len > RUNS_RECORD)
		BUG("a row of %zu bytes passed", im->record.len);
	hash = people_hash(
	    im->key, person.person_id, person.name, record_key(&person));
	return runs_add(im->runs, (uint64_t)hash, buf_str(&im->record), e);
}

/* ---- the file */

static int open_input(
    const struct import *im, uint64_t *ret_size, struct err *e)
{
	struct stat st;
	int fd;

	*ret_size = 0;
	if (strcmp(im->o->file, "-") == 0)
		return STDIN_FILENO;
	fd = open(im->o->file, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		int code = err_sys(e, errno, "%s", im->o->file);

		/* a wrong name or no right to read is the user's to mend */
		return e->code = code == ERR_SYS ? ERR_INPUT : code;
	}
	if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode)) {
		close(fd);
		return err_set(e, ERR_INPUT, "%s: is a folder, not a CSV file",
		    im->o->file);
	}
	if (S_ISREG(st.st_mode))
		*ret_size = (uint64_t)st.st_size;
	return fd;
}

static int tell(const struct import *im, const char *what, const char *unit,
    uint64_t done, uint64_t total, struct err *e)
{
	int r;

	if (!im->o->progress)
		return 0;
	r = im->o->progress(what, unit, done, total, im->o->arg);
	return r < 0 ? err_set(e, r, "stopped; nothing was changed") : 0;
}

static int read_file(struct import *im, int fd, uint64_t size, struct err *e)
{
	char *p = mem_alloc(READ_SIZE);
	uint64_t done = 0;
	int r = 0;

	while (r == 0) {
		ssize_t n = read(fd, p, READ_SIZE);

		if (n < 0 && errno == EINTR)
			n = 0;
		else if (n < 0)
			r = err_sys(e, errno, "%s: could not read", im->file);
		else if (n == 0)
			break;
		done += n > 0 ? (uint64_t)n : 0;
		if (r == 0)
			r = tell(im, "reading", "bytes", done, size, e);
		if (r == 0 && n > 0)
			r = csv_feed(im->csv, str_make(p, (size_t)n), e);
	}
	free(p);
	return r;
}

static int end_rows(struct import *im, struct err *e)
{
	int r = csv_end(im->csv, e);

	if (r < 0)
		return r;
	if (!im->columns)
		return err_set(e, ERR_INPUT, "%s: the file is empty", im->file);
	if (!im->intake->rows)
		return err_set(e, ERR_INPUT,
		    "%s: there is a header and nobody below it", im->file);
	if (im->intake->rows < TRIAL_ROWS)
		r = check_trial(im, e);
	warn_all(im);
	im->ret->rows = im->intake->rows;
	im->ret->rejected = im->intake->rejected;
	im->ret->ignored = im->intake->ignored;
	im->ret->no_address = im->intake->no_address;
	im->ret->unknown_place = im->intake->unknown_place;
	return r;
}

static int begin(struct import *im, const struct audience_options *o,
    struct audience_result *ret, struct err *e)
{
	struct csv_options csv = {.encoding = o->encoding};

	*ret = (struct audience_result){0};
	*im = (struct import){.o = o, .ret = ret};
	im->file =
	    !o->file || strcmp(o->file, "-") == 0 ? "standard input" : o->file;
	im->record = BUF_INIT(2 * RUNS_RECORD);
	im->rejects.fd = im->merges.fd = -1;
	csv.name = im->file;
	if (o->country && !place_country(str_of(o->country), im->country))
		return err_set(e, ERR_USAGE,
		    "--country %.40s: write a code of ISO 3166-1, as US or DE",
		    o->country);
	return csv_new(&csv, on_row, im, &im->csv, e);
}

static void end(struct import *im)
{
	csv_free(im->csv);
	runs_free(im->runs);
	intake_free(im->intake);
	columns_free(im->columns);
	store_close(im->store);
	ledger_release(&im->rejects);
	ledger_release(&im->merges);
	buf_release(&im->record);
}

int audience_judge(const struct audience_options *o, struct str bytes,
    struct audience_result *ret, struct err *e)
{
	struct audience_options dry = *o;
	struct import im;
	int r;

	dry.dry_run = true;
	r = begin(&im, &dry, ret, e);
	if (r == 0)
		r = csv_feed(im.csv, bytes, e);
	if (r == 0)
		r = end_rows(&im, e);
	end(&im);
	return r;
}

/* ---- the audience */

struct told {
	const struct import *im;
	uint64_t total;
};

static int on_progress(uint64_t people, void *arg)
{
	const struct told *t = arg;
	struct err e;

	return tell(t->im, "writing", "people", people, t->total, &e);
}

static int commit(struct import *im, struct people_writer *w, struct err *e)
{
	int r = ledger_sync(&im->rejects, e);

	im->ret->has_rejects = im->rejects.lines > 0;
	im->ret->has_merges = im->merges.lines > 0;
	if (r == 0)
		r = ledger_sync(&im->merges, e);
	if (r == 0)
		r = people_writer_commit(w, e);
	if (r < 0)
		return r;
	r = ledger_commit(&im->rejects, e);
	if (r == 0)
		r = ledger_commit(&im->merges, e);
	return r < 0 ? err_wrap(e, "the audience is in place, its report not")
		     : 0;
}

/* A correction goes only to those who got the first notice (L-08). */
static int refuse_new(
    const struct import *im, const struct unite_counts *n, struct err *e)
{
	if (!im->o->closed || !n->fresh)
		return 0;
	return err_set(e, ERR_INPUT,
	    "%s: %llu people are not in the audience, and this notice corrects "
	    "another ([notice] corrects): it goes only to those who got that "
	    "one, who are in already; nothing was changed",
	    im->file, (unsigned long long)n->fresh);
}

static int write_audience(struct import *im, struct err *e)
{
	const struct columns *c = im->columns;
	struct told told = {im, im->ret->rows};
	struct unite_options o = {.dir = im->o->dir,
	    .file = im->file,
	    .columns = c,
	    .places = c->at[COLUMN_JURISDICTION] != COLUMN_NOWHERE ||
		      c->at[COLUMN_COUNTRY] != COLUMN_NOWHERE ||
		      c->at[COLUMN_REGION] != COLUMN_NOWHERE || *im->country,
	    .key = im->key,
	    .tranche = im->o->tranche,
	    .amend = im->o->amend,
	    .store = im->store,
	    .rejects = &im->rejects,
	    .merges = &im->merges,
	    .progress = on_progress,
	    .arg = &told};
	struct unite_counts n = {0};
	struct people_writer *w = NULL;
	int r = runs_finish(im->runs, e);

	if (r == 0)
		r = people_writer_new(im->o->dir, &w, e);
	if (r == 0)
		r = unite_run(&o, im->runs, w, &n, e);
	if (r == 0)
		r = refuse_new(im, &n, e);
	if (r == 0)
		r = commit(im, w, e);
	people_writer_free(w);
	im->ret->people = n.people;
	im->ret->fresh = n.fresh;
	im->ret->known = n.known;
	im->ret->merged = n.merged;
	im->ret->amended = n.amended;
	im->ret->kept = n.kept;
	im->ret->rejected += n.rejected;
	return r;
}

static int check_folder(const struct audience_options *o, struct err *e)
{
	struct buf path = BUF_INIT(64 * KiB);
	int r = 0;

	if (o->settings)
		buf_addz(&path, o->settings);
	else
		buf_addf(&path, "%s/notice.ini", o->dir);
	if (access(buf_cstr(&path), F_OK) < 0)
		r = err_set(e, ERR_NOENT,
		    "%s: is not a notice folder (there is no %s); make one "
		    "with 'tocsin new %s --kind breach'",
		    o->dir, buf_cstr(&path), o->dir);
	buf_release(&path);
	return r;
}

int audience_import(const struct audience_options *o,
    struct audience_result *ret, struct err *e)
{
	struct import im;
	uint64_t size = 0;
	int r = begin(&im, o, ret, e), fd = -1, guard = -1;

	if (r == 0)
		r = check_folder(o, e);
	if (r == 0)
		r = fd = open_input(&im, &size, e);
	if (r >= 0)
		r = o->dry_run ? 0 : store_guard_take(o->dir, &guard, e);
	if (r == 0 && !o->dry_run) {
		ledger_init(&im.rejects, o->dir, REJECTS, REJECTS_TOP);
		ledger_init(&im.merges, o->dir, MERGES, MERGES_TOP);
	}
	if (r == 0)
		r = read_file(&im, fd, size, e);
	if (r == 0)
		r = end_rows(&im, e);
	csv_free(im.csv); /* its window is not needed to write */
	im.csv = NULL;
	if (r == 0 && !o->dry_run)
		r = write_audience(&im, e);
	if (fd > STDIN_FILENO)
		close(fd);
	end(&im);
	store_guard_drop(guard);
	return r;
}
