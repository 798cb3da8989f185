#include "notice/audience.h"

#include "notice/record.h"
#include "notice/unite.h"
#include "store/store.h"
#include "t.h"

#include <sys/stat.h>
#include <unistd.h>

static const char *folder(char dir[64])
{
	t_mkdir(dir);
	t_write(dir, "notice.ini", S("[notice]\n"));
	return dir;
}

/* Imports `text` into `dir`; `o` may be NULL. */
static int import(const char *dir, const char *text,
    const struct audience_options *with, struct audience_result *ret,
    struct err *e)
{
	struct audience_options o = {0};
	char path[128];

	if (with)
		o = *with;
	o.dir = dir;
	snprintf(path, sizeof(path), "%s/people.csv", dir);
	o.file = path;
	t_write(dir, "people.csv", str_of(text));
	return audience_import(&o, ret, e);
}

static void imports(
    const char *dir, const char *text, struct audience_result *ret)
{
	struct err e = {0};

	t_ok(import(dir, text, NULL, ret, &e), &e);
	t_int(ret->rows, ret->fresh + ret->known + ret->merged + ret->rejected);
}

struct found {
	const char *person_id;
	struct arena a;
	struct people_row row;
	size_t count;
};

static int look(const struct people_row *row, void *arg)
{
	struct found *f = arg;

	if (f->person_id && !str_eq(row->person_id, str_of(f->person_id)))
		return 0;
	f->count++;
	f->row = *row;
	f->row.addresses = arena_dup(&f->a, row->addresses);
	f->row.domain = arena_dup(&f->a, row->domain);
	f->row.name = arena_dup(&f->a, row->name);
	f->row.language = arena_dup(&f->a, row->language);
	f->row.segment = arena_dup(&f->a, row->segment);
	f->row.jurisdiction = arena_dup(&f->a, row->jurisdiction);
	f->row.cells = arena_dup(&f->a, row->cells);
	return 0;
}

/* The one of this person_id, or with NULL the last of all. */
static void find(const char *dir, const char *person_id, struct found *ret)
{
	struct people *p;
	struct err e = {0};

	*ret = (struct found){.person_id = person_id, .a = ARENA_INIT(MiB)};
	t_ok(people_open(dir, &p, &e), &e);
	t_ok(people_each(p, 0, look, ret, &e), &e);
	people_close(p);
}

static void read_text(const char *dir, const char *file, struct buf *b)
{
	char path[128];
	struct err e = {0};

	*b = BUF_INIT(MiB);
	snprintf(path, sizeof(path), "%s/%s", dir, file);
	t_ok(buf_read_file(b, path, &e), &e);
}

static bool exists(const char *dir, const char *file)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/%s", dir, file);
	return access(path, F_OK) == 0;
}

static void a_person_is_kept_with_all_their_cells(void **state)
{
	struct audience_result r;
	struct found f;
	char dir[64];

	imports(folder(dir),
	    "person_id;first_name;last_name;email2;email;language;country;"
	    "region;segment;unsubscribed;engaged;ref\n"
	    "7;J\xc3\xb6rg;M\xc3\xbcller;b@X.Example;A.B@b\xc3\xbc"
	    "cher.example;de_at;US;CA;minor;2025-01-02;no;\"a;\"\"b\"\"\"\n",
	    &r);
	t_int(r.fresh, 1);
	find(dir, "7", &f);
	t_int(f.count, 1);
	t_eq(f.row.addresses, S("A.B@xn--bcher-kva.example\nb@x.example"));
	t_str(f.row.domain, "xn--bcher-kva.example");
	t_str(f.row.name, "J\xc3\xb6rg M\xc3\xbcller");
	t_str(f.row.language, "de-AT");
	t_str(f.row.segment, "minor");
	t_str(f.row.jurisdiction, "US-CA");
	t_int(f.row.flags, PEOPLE_FLAG_UNSUBSCRIBED);
	t_str(people_cell(f.row.cells, 4), "a;\"b\"");
	arena_release(&f.a);
	t_rmdir(dir);
}

static void who_is_who_decides_what_is_joined(void **state)
{
	struct audience_result r;
	struct found f;
	struct buf merges;
	char dir[64];

	imports(folder(dir),
	    "person_id,name,email,ref\n"
	    "1,Ann,a@x.example,r1\n"
	    "2,Bob,a@x.example,r2\n"
	    "1,Anne,b@x.example,\n"
	    ",Cyd,c@x.example,r3\n"
	    ",Dan,c@x.example,r4\n"
	    ",Cyd,c@x.example,r5\n"
	    ",Eve,,r6\n",
	    &r);
	t_int(r.fresh, 5);
	t_int(r.merged, 2);
	t_int(r.no_address, 1);
	find(dir, "1", &f);
	t_str(f.row.addresses, "a@x.example\nb@x.example");
	t_str(f.row.name, "Ann");
	t_str(people_cell(f.row.cells, 0), "r1");
	arena_release(&f.a);
	read_text(dir, "merges.csv", &merges);
	t_has(buf_str(&merges), "2,4,1,name\r\n");
	t_has(buf_str(&merges), "5,7,,ref\r\n");
	buf_release(&merges);
	t_rmdir(dir);
}

static void nobody_is_dropped_for_an_impossible_address(void **state)
{
	struct audience_result r;
	struct buf rejects;
	char dir[64];

	imports(folder(dir),
	    "email\na@@b.example\nc@nodot\n\"\"\nd@x.example\na@@b.example\n",
	    &r);
	t_int(r.rows, 4);
	t_int(r.people, 3);
	t_int(r.ignored, 3);
	t_int(r.no_address, 3);
	t_int(r.rejected, 0);
	read_text(dir, "rejects.csv", &rejects);
	t_has(buf_str(&rejects), "2,1,email,");
	t_has(buf_str(&rejects), "second @");
	t_has(buf_str(&rejects), "address ignored");
	t_true(str_find(buf_str(&rejects), S("a@@b")) < 0, "masked");
	buf_release(&rejects);
	imports(dir, "email\na@@b.example\nd@x.example\n", &r);
	t_int(r.known, 2);
	t_rmdir(dir);
}

static void what_would_be_guessed_at_is_rejected(void **state)
{
	static const char head[] = "person_id,name,email,language,country,"
				   "region,segment,bounced,discovered\n";
	static const struct {
		const char *row, *reason;
	} c[] = {
	    {"1,A,a@x.example,,,CA,,,", "both Canada and California"},
	    {"1,A,a@x.example,german,,,,,", "BCP 47"},
	    {"1,A,a@x.example,,Atlantis,,,,", "no country"},
	    {"1,A,a@x.example,,,,two words,,", "one word"},
	    {"1,A,a@x.example,,,,,perhaps,", "neither yes nor no"},
	    {"1,A,a@x.example,,,,,2025-02-30,", "neither yes nor no"},
	    {"1,A,a@x.example,,,,,,yesterday", "YYYY-MM-DD"},
	    {"1.23457E+11,A,a@x.example,,,,,,", "rounded"},
	    {"1,A,a@x.example", "3 cells"},
	    {",,,,,,x,,", "nobody can be told"},
	};
	static const char good[] = "77,A,b@x.example,EN,US,CA,s,YES,"
				   "2026-11-03\n"
				   "78,A,b@x.example,EN,US,CA,s,false,\n"
				   "79,A,b@x.example,EN,US,CA,s,"
				   "2025-02-03 10:11:12,\n";

	for (size_t i = 0; i < ARRAY_SIZE(c); i++) {
		struct buf text = BUF_INIT(4096), rejects;
		struct audience_result r;
		char dir[64];

		buf_addf(&text, "%s%s\n%s", head, c[i].row, good);
		imports(folder(dir), buf_cstr(&text), &r);
		t_int(r.rejected, 1);
		t_int(r.people, 3);
		read_text(dir, "rejects.csv", &rejects);
		t_has(buf_str(&rejects), c[i].reason);
		t_has(str_of(r.sample[0]), c[i].reason);
		buf_release(&rejects);
		buf_release(&text);
		t_rmdir(dir);
	}
}

static void changed_cells_refuse_all_until_told_what_is_meant(void **state)
{
	static const char first[] = "person_id,name,email,ref\n"
				    "1,Ann,a@x.example,r1\n"
				    "2,Bob,b@x.example,r2\n";
	static const char second[] = "ref,person_id,email,more\n"
				     "r1,1,a@x.example,\n"
				     "R2,2,b@x.example,\n"
				     "r3,3,c@x.example,m\n";
	struct audience_options amend = {.amend = true};
	struct audience_options tranche = {.tranche = "two"};
	struct audience_result r;
	struct err e = {0};
	struct found f;
	char dir[64], with[64];

	imports(folder(dir), first, &r);
	imports(folder(with), first, &r);
	t_fails(import(dir, second, NULL, &r, &e), &e, ERR_INPUT,
	    "before: 1, the first on line 3 (ref)");
	find(dir, NULL, &f);
	t_int(f.count, 2);
	arena_release(&f.a);
	t_ok(import(dir, second, &amend, &r, &e), &e);
	t_int(r.amended, 1);
	t_int(r.known, 2);
	t_int(r.fresh, 1);
	find(dir, "2", &f);
	t_str(f.row.name, "Bob"); /* the file did not say */
	t_str(people_cell(f.row.cells, 0), "R2");
	arena_release(&f.a);
	t_ok(import(with, second, &tranche, &r, &e), &e);
	t_int(r.kept, 1);
	find(with, "2", &f);
	t_str(people_cell(f.row.cells, 0), "r2");
	arena_release(&f.a);
	find(with, "3", &f);
	t_str(people_cell(f.row.cells, 2), "two");
	arena_release(&f.a);
	/* and the same files again change nothing */
	imports(dir, second, &r);
	t_int(r.known, 3);
	imports(with, first, &r);
	t_int(r.known, 2);
	t_rmdir(dir);
	t_rmdir(with);
}

static void who_has_a_mail_is_not_amended(void **state)
{
	struct audience_options amend = {.amend = true};
	struct store_record sent = {.is_intent = true};
	struct audience_result r;
	struct store *s;
	struct err e = {0};
	struct buf rejects;
	struct found f;
	char dir[64];

	imports(folder(dir),
	    "person_id,email,ref\n1,a@x.example,r1\n2,b@x.example,r2\n", &r);
	find(dir, "1", &f);
	t_ok(store_open(dir, STORE_WRITE, &s, &e), &e);
	sent.u.intent.attempt = 1;
	sent.u.intent.person = f.row.id;
	sent.u.intent.site = S("x.example");
	sent.u.intent.state.status = PERSON_SENDING;
	t_ok(store_commit(s, &sent, 1, &e), &e);
	store_close(s);
	arena_release(&f.a);
	t_ok(import(dir,
		 "person_id,email,ref\n1,a@x.example,R1\n"
		 "2,b@x.example,R2\n",
		 &amend, &r, &e),
	    &e);
	t_int(r.amended, 1);
	t_int(r.rejected, 1);
	t_int(r.rows, r.fresh + r.known + r.merged + r.rejected);
	find(dir, "1", &f);
	t_str(people_cell(f.row.cells, 0), "r1");
	arena_release(&f.a);
	read_text(dir, "rejects.csv", &rejects);
	t_has(buf_str(&rejects), "sent to already");
	buf_release(&rejects);
	t_rmdir(dir);
}

static void a_refusal_changes_nothing(void **state)
{
	static const char bad[] = "email\ne@x.example\n\"never closed\n";
	struct audience_result r;
	struct err e = {0};
	struct buf before, after;
	struct found f;
	char dir[64];

	imports(folder(dir), "email\na@@x.example\nb@x.example\n", &r);
	read_text(dir, "rejects.csv", &before);
	t_fails(import(dir, bad, NULL, &r, &e), &e, ERR_INPUT, "line 3");
	t_fails(import(dir, "", NULL, &r, &e), &e, ERR_INPUT, "empty");
	t_fails(import(dir, "email\n", NULL, &r, &e), &e, ERR_INPUT,
	    "nobody below");
	t_fails(import(dir, "email,a\nx\nb@x.example,1\ny\n", NULL, &r, &e), &e,
	    ERR_INPUT, "2 of the first 3 rows");
	read_text(dir, "rejects.csv", &after);
	t_eq(buf_str(&after), buf_cstr(&before) ? buf_str(&before) : S(""));
	find(dir, NULL, &f);
	t_int(f.count, 2);
	arena_release(&f.a);
	assert_false(exists(dir, "audience.db.new"));
	assert_false(exists(dir, "rejects.csv.new"));
	/* a good one with nothing to reject removes the old report */
	imports(dir, "email\nb@x.example\n", &r);
	assert_false(exists(dir, "rejects.csv"));
	buf_release(&before);
	buf_release(&after);
	t_rmdir(dir);
}

static void an_audience_of_another_secret_is_refused(void **state)
{
	static const char text[] = "person_id,email\n1,a@x.example\n";
	struct audience_result r;
	struct err e = {0};
	char dir[64], path[128];

	imports(folder(dir), text, &r);
	snprintf(path, sizeof(path), "%s/state.db", dir);
	t_int(unlink(path), 0);
	t_fails(import(dir, text, NULL, &r, &e), &e, ERR_DB,
	    "do not belong together");
	t_rmdir(dir);
}

static void a_dry_run_writes_nothing(void **state)
{
	struct audience_options dry = {.dry_run = true};
	struct audience_result r;
	struct err e = {0};
	char dir[64];

	t_ok(import(folder(dir), "email\na@@x.example\n", &dry, &r, &e), &e);
	t_int(r.rows, 1);
	t_int(r.ignored, 1);
	assert_false(exists(dir, "state.db"));
	assert_false(exists(dir, "state.lock"));
	assert_false(exists(dir, "rejects.csv"));
	t_rmdir(dir);
}

static void lost_zeros_are_noticed_once_a_column(void **state)
{
	struct buf text = BUF_INIT(MiB);
	struct audience_result r;
	char dir[64];

	buf_addz(&text, "person_id,email,country,postcode,account,serial\n");
	for (unsigned i = 1; i <= 200; i++)
		buf_addf(&text, "%u,p%u@x.example,DE,%u,%u,%u\n", i, i,
		    i % 20 ? 10000 + i : 1067,
		    i % 25 ? 10000000 + i : 9000000 + i, i);
	imports(folder(dir), buf_cstr(&text), &r);
	t_int(r.warnings, 2); /* a serial number has lost nothing */
	t_has(str_of(r.warning[0]), "'postcode': 10 numbers");
	t_has(str_of(r.warning[0]), "line 21;");
	t_has(str_of(r.warning[1]), "'account': 8 numbers");
	buf_release(&text);
	t_rmdir(dir);
}

/* Joins people named "p<from>" to "p0" into `dir`, all of hash 32. */
static void unite_down(const char *dir, const struct columns *c, unsigned from)
{
	struct runs_options ro = {.dir = dir};
	struct runs *runs = runs_new(&ro);
	struct ledger rejects, merges;
	struct unite_options o = {.dir = dir,
	    .file = "p.csv",
	    .columns = c,
	    .rejects = &rejects,
	    .merges = &merges};
	struct people_writer *w;
	struct unite_counts n;
	struct err e = {0};

	ledger_init(&rejects, dir, "rejects.csv", "a");
	ledger_init(&merges, dir, "merges.csv", "a");
	for (unsigned i = from + 1; i-- > 0;) {
		struct buf b = BUF_INIT(4096);
		char name[8];
		struct record rec = {.line = from - i + 2, .key = S("home")};

		snprintf(name, sizeof(name), "p%u", i);
		rec.name = str_of(name);
		record_put(&rec, &b);
		t_ok(runs_add(runs, 32, buf_str(&b), &e), &e);
		buf_release(&b);
	}
	t_ok(runs_finish(runs, &e), &e);
	t_ok(people_writer_new(dir, &w, &e), &e);
	if (from < 16) {
		t_ok(unite_run(&o, runs, w, &n, &e), &e);
		t_ok(people_writer_commit(w, &e), &e);
		t_int(n.people, from + 1);
	} else {
		t_fails(unite_run(&o, runs, w, &n, &e), &e, ERR_LIMIT,
		    "share one hash");
	}
	people_writer_free(w);
	runs_free(runs);
	ledger_release(&rejects);
	ledger_release(&merges);
}

static int copy_id(const struct people_row *row, void *arg)
{
	int64_t *id = arg;

	id[row->name.p[1] - '0'] = row->id;
	return 0;
}

static void equal_hashes_are_numbered_and_keep_their_number(void **state)
{
	struct str header[] = {S("name"), S("email")};
	struct csv_row row = {.line = 1, .count = 2, .cell = header};
	struct columns_options co = {.name = "p.csv"};
	int64_t id[10] = {0};
	struct columns *c;
	struct people *p;
	struct err e = {0};
	char dir[64];

	folder(dir);
	t_ok(columns_parse(&row, &co, &c, &e), &e);
	unite_down(dir, c, 1);
	unite_down(dir, c, 3);
	unite_down(dir, c, 4);
	t_ok(people_open(dir, &p, &e), &e);
	t_ok(people_each(p, 0, copy_id, id, &e), &e);
	people_close(p);
	t_int(id[1], 32);
	t_int(id[0], 33);
	t_int(id[3], 34);
	t_int(id[2], 35);
	t_int(id[4], 36);
	unite_down(dir, c, 15);
	unite_down(dir, c, 16);
	columns_free(c);
	t_rmdir(dir);
}

/* Any order, any cut into files, files imported again: the same people. */
static void however_it_is_imported_everyone_is_there_once(void **state)
{
	enum { PEOPLE = 300, FILES = 12 };
	struct audience_result r;
	struct rand_seq seq;
	bool in[PEOPLE] = {false};
	unsigned expect = 0;
	struct found f;
	char dir[64];

	folder(dir);
	rand_seq_init(&seq, t_seed());
	for (unsigned k = 0; k < FILES; k++) {
		struct buf text = BUF_INIT(MiB);
		unsigned n = 1 + (unsigned)rand_seq_below(&seq, 200);
		unsigned fresh = 0;

		buf_addz(&text, k % 2 ? "name,email,person_id,ref\n"
				      : "name,email,person_id,ref,x\n");
		for (unsigned i = 0; i < n; i++) {
			unsigned p = (unsigned)rand_seq_below(&seq, PEOPLE);

			fresh += !in[p];
			in[p] = true;
			buf_addf(&text, "N%u,%s%u@x.example,", p % 9,
			    p % 3 ? "u" : "shared", p % 3 ? p : p % 30);
			if (p % 3 != 1)
				buf_addf(&text, "P%u", p);
			buf_addf(&text, ",r%u%s\n", p, k % 2 ? "" : ",");
		}
		expect += fresh;
		imports(dir, buf_cstr(&text), &r);
		t_int(r.fresh, fresh);
		t_int(r.people, expect);
		buf_release(&text);
	}
	find(dir, NULL, &f);
	t_int(f.count, expect);
	arena_release(&f.a);
	t_rmdir(dir);
}

static void it_does_not_run_beside_a_sender(void **state)
{
	struct audience_result r;
	struct err e = {0};
	char dir[64];
	int fd;

	imports(folder(dir), "email\na@x.example\n", &r);
	t_ok(store_guard_take(dir, &fd, &e), &e);
	t_int(import(dir, "email\nb@x.example\n", NULL, &r, &e), ERR_LEASE);
	store_guard_drop(fd);
	imports(dir, "email\nb@x.example\n", &r);
	t_int(r.people, 2);
	t_rmdir(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(a_person_is_kept_with_all_their_cells),
	    T(who_is_who_decides_what_is_joined),
	    T(nobody_is_dropped_for_an_impossible_address),
	    T(what_would_be_guessed_at_is_rejected),
	    T(changed_cells_refuse_all_until_told_what_is_meant),
	    T(who_has_a_mail_is_not_amended),
	    T(a_refusal_changes_nothing),
	    T(an_audience_of_another_secret_is_refused),
	    T(a_dry_run_writes_nothing),
	    T(lost_zeros_are_noticed_once_a_column),
	    T(equal_hashes_are_numbered_and_keep_their_number),
	    T(however_it_is_imported_everyone_is_there_once),
	    T(it_does_not_run_beside_a_sender),
	};

	return t_run("audience", tests);
}
