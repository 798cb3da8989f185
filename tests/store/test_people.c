#include "store/people.h"
#include "t.h"

#include <sys/stat.h>
#include <unistd.h>

static const struct str names[] = {
    {"postcode", 8}, {"order \"no\"", 10}, {"\xc3\xa9t\xc3\xa9", 5}};

static struct people_writer *writer(const char *dir)
{
	struct people_writer *w;
	struct err e = {0};

	t_ok(people_writer_new(dir, &w, &e), &e);
	return w;
}

static void add(struct people_writer *w, int64_t id, uint32_t layout,
    const char *addresses, const char *segment)
{
	struct buf cells = BUF_INIT(4096);
	struct err e = {0};
	struct people_row row = {.id = id,
	    .layout = layout,
	    .person_id = S("p"),
	    .addresses = str_of(addresses),
	    .domain = *addresses ? S("example.com") : S(""),
	    .name = S("J\xc3\xb8rgen"),
	    .language = S("en"),
	    .segment = str_of(segment),
	    .jurisdiction = S("US-CA"),
	    .flags = PEOPLE_FLAG_BOUNCED};

	people_cell_add(&cells, S("01234"));
	people_cell_add(&cells, S(""));
	people_cell_add(&cells, S("x,y\n"));
	row.cells = buf_str(&cells);
	t_ok(people_writer_add(w, &row, &e), &e);
	buf_release(&cells);
}

static void commit(struct people_writer *w)
{
	struct err e = {0};

	t_ok(people_writer_commit(w, &e), &e);
	people_writer_free(w);
}

/* Four people in `dir`: ids 16, 17, 32, 48. */
static void fill(const char *dir)
{
	struct people_writer *w = writer(dir);
	struct err e = {0};
	uint32_t layout = 0, again = 0;

	t_ok(people_writer_layout(w, names, 3, &layout, &e), &e);
	t_ok(people_writer_layout(w, names, 3, &again, &e), &e);
	t_int(layout, 1);
	t_int(again, 1);
	t_ok(people_writer_layout(w, names, 2, &again, &e), &e);
	t_int(again, 2);
	add(w, 16, 1, "a@example.com", "");
	add(w, 17, 1, "b@example.com\na2@example.com", "vip");
	add(w, 32, 2, "", "vip");
	add(w, 48, 1, "xa@example.com", "");
	commit(w);
}

static void what_is_written_is_read(void **state)
{
	char dir[64];
	struct people *p;
	struct err e = {0};
	struct arena a = ARENA_INIT(KiB * 64);
	struct people_row row;

	fill(t_mkdir(dir));
	t_ok(people_open(dir, &p, &e), &e);
	t_int(people_count(p), 4);
	t_int(people_count_no_address(p), 1);
	t_int(people_layout_count(p), 2);
	t_int(people_layout(p, 1)->count, 3);
	t_eq(people_layout(p, 1)->name[1], names[1]);
	t_eq(people_layout(p, 1)->name[2], names[2]);
	t_int(people_layout(p, 2)->count, 2);
	assert_null(people_layout(p, 0));
	assert_null(people_layout(p, 3));
	t_int(people_get(p, 17, &a, &row, &e), 1);
	t_str(row.addresses, "b@example.com\na2@example.com");
	t_str(row.name, "J\xc3\xb8rgen");
	t_str(row.segment, "vip");
	t_int(row.flags, PEOPLE_FLAG_BOUNCED);
	t_str(people_cell(row.cells, 0), "01234");
	t_str(people_cell(row.cells, 1), "");
	t_str(people_cell(row.cells, 2), "x,y\n");
	t_str(people_cell(row.cells, 3), "");
	t_int(people_get(p, 18, &a, &row, &e), 0);
	arena_release(&a);
	people_close(p);
	t_rmdir(dir);
}

static void an_address_is_found_whole_and_only_whole(void **state)
{
	static const struct {
		const char *address;
		int64_t id;
	} c[] = {{"a@example.com", 16}, {"a2@example.com", 17},
	    {"b@example.com", 17}, {"xa@example.com", 48}, {"example.com", 0},
	    {"A@example.com", 0}, {"", 0}, {"a@example.com\na2@example.com", 0},
	    {"%@example.com", 0}};
	char dir[64];
	struct people *p;
	struct err e = {0};

	fill(t_mkdir(dir));
	t_ok(people_open(dir, &p, &e), &e);
	for (size_t i = 0; i < ARRAY_SIZE(c); i++) {
		struct arena a = ARENA_INIT(KiB * 64);
		struct people_row row = {0};

		t_int(
		    people_find_address(p, str_of(c[i].address), &a, &row, &e),
		    c[i].id != 0);
		t_int(row.id, c[i].id);
		arena_release(&a);
	}
	people_close(p);
	t_rmdir(dir);
}

struct seen {
	int64_t id[8];
	size_t n, stop;
};

static int see(const struct people_row *row, void *arg)
{
	struct seen *s = arg;

	s->id[s->n++] = row->id;
	return s->n == s->stop ? ERR_CANCEL : 0;
}

static void a_walk_goes_by_id_from_a_place_and_can_stop(void **state)
{
	char dir[64];
	struct people *p;
	struct err e = {0};
	struct seen s = {0};

	fill(t_mkdir(dir));
	t_ok(people_open(dir, &p, &e), &e);
	t_int(people_each(p, 16, see, &s, &e), 0);
	t_int(s.n, 3);
	t_int(s.id[0], 17);
	t_int(s.id[2], 48);
	s = (struct seen){.stop = 2};
	t_int(people_each(p, 0, see, &s, &e), ERR_CANCEL);
	t_int(s.n, 2);
	people_close(p);
	t_rmdir(dir);
}

static int see_group(const struct people_group *g, void *arg)
{
	struct buf *b = arg;

	buf_addf(b, "%.*s/%.*s/%.*s=%d-%d ", STR_ARG(g->segment),
	    STR_ARG(g->language), STR_ARG(g->jurisdiction), (int)g->people,
	    (int)g->no_address);
	return 0;
}

static void groups_add_up(void **state)
{
	char dir[64];
	struct people *p;
	struct err e = {0};
	struct buf b = BUF_INIT(4096);

	fill(t_mkdir(dir));
	t_ok(people_open(dir, &p, &e), &e);
	t_ok(people_each_group(p, see_group, &b, &e), &e);
	t_str(buf_str(&b), "/en/US-CA=2-0 vip/en/US-CA=2-1 ");
	buf_release(&b);
	people_close(p);
	t_rmdir(dir);
}

static void many_groups_are_counted_and_too_many_refused(void **state)
{
	char dir[64], name[32];
	struct people_writer *w = writer(t_mkdir(dir));
	struct err e = {0};
	uint32_t layout;
	struct people_row row = {.addresses = S("a@example.com")};
	int r = 0;

	t_ok(people_writer_layout(w, NULL, 0, &layout, &e), &e);
	row.layout = layout;
	for (int64_t i = 1; r == 0; i++) {
		snprintf(name, sizeof(name), "s%lld", (long long)i);
		row.id = i;
		row.segment = str_of(name);
		r = people_writer_add(w, &row, &e);
		t_int(r, i <= 65536 ? 0 : ERR_LIMIT);
	}
	t_has(str_of(e.msg), "a segment names a class of people");
	people_writer_free(w);
	t_rmdir(dir);
}

static void nothing_imported_says_what_to_do(void **state)
{
	char dir[64];
	struct people *p;
	struct err e;

	t_mkdir(dir);
	t_fails(people_open(dir, &p, &e), &e, ERR_NOENT, "tocsin import");
	t_rmdir(dir);
}

static void a_foreign_or_damaged_file_is_refused(void **state)
{
	char dir[64];
	struct people *p;
	struct err e;

	t_mkdir(dir);
	t_write(dir, "audience.db",
	    S("this is no database, not at all, but it "
	      "is long enough to look like a header of "
	      "one hundred bytes or even more"));
	t_fails(people_open(dir, &p, &e), &e, ERR_DB, "damaged");
	t_write(dir, "audience.db", S(""));
	t_fails(people_open(dir, &p, &e), &e, ERR_DB, "schema version 0");
	t_rmdir(dir);
}

static void an_uncommitted_writer_leaves_the_old_audience(void **state)
{
	char dir[64], path[96];
	struct people_writer *w;
	struct people *p;
	struct err e = {0};
	uint32_t layout;
	struct stat st;

	fill(t_mkdir(dir));
	snprintf(path, sizeof(path), "%s/audience.db", dir);
	t_int(stat(path, &st), 0);
	t_int(st.st_mode & 0777, 0600);
	w = writer(dir);
	t_ok(people_writer_layout(w, names, 1, &layout, &e), &e);
	add(w, 160, 1, "z@example.com", "");
	people_writer_free(w);
	snprintf(path, sizeof(path), "%s/audience.db.new", dir);
	t_int(access(path, F_OK), -1);
	t_ok(people_open(dir, &p, &e), &e);
	t_int(people_count(p), 4);
	people_close(p);
	t_rmdir(dir);
}

static void an_open_reader_keeps_its_audience(void **state)
{
	char dir[64];
	struct people *p;
	struct err e = {0};
	struct seen s = {0};
	struct people_writer *w;
	uint32_t layout;

	fill(t_mkdir(dir));
	t_ok(people_open(dir, &p, &e), &e);
	w = writer(dir);
	t_ok(people_writer_layout(w, names, 1, &layout, &e), &e);
	commit(w);
	t_ok(people_each(p, 0, see, &s, &e), &e);
	t_int(s.n, 4);
	people_close(p);
	t_ok(people_open(dir, &p, &e), &e);
	t_int(people_count(p), 0);
	people_close(p);
	t_rmdir(dir);
}

static void domains_are_indexed_in_place_and_twice_is_fine(void **state)
{
	char dir[64], path[96];
	struct people *p;
	struct err e = {0};
	struct stat before, after;

	fill(t_mkdir(dir));
	snprintf(path, sizeof(path), "%s/audience.db", dir);
	t_int(stat(path, &before), 0);
	t_ok(people_index_domains(dir, &e), &e);
	t_ok(people_index_domains(dir, &e), &e);
	t_int(stat(path, &after), 0);
	t_true(after.st_size > before.st_size, "no index was written");
	t_ok(people_open(dir, &p, &e), &e);
	t_int(people_count(p), 4);
	people_close(p);
	snprintf(path, sizeof(path), "%s/audience.db-journal", dir);
	t_int(access(path, F_OK), -1);
	t_rmdir(dir);
}

static void hashes_tell_people_apart(void **state)
{
	struct siphash_key k = {1, 2}, other = {1, 3};
	int64_t h = people_hash(k, S("42"), S("Ann"), S("a@b.example"));

	t_int(h & 15, 0);
	t_true(h > 0, "not positive");
	/* with a person_id nothing else counts */
	t_int(people_hash(k, S("42"), S("Bob"), S("")), h);
	t_true(people_hash(other, S("42"), S(""), S("")) != h, "key unused");
	h = people_hash(k, S(""), S("Ann"), S("a@b.example"));
	t_true(people_hash(k, S(""), S("Anna"), S("@b.example")) != h,
	    "the parts run together");
	t_true(people_hash(k, S(""), S("Bob"), S("a@b.example")) != h,
	    "two people share a mailbox");
	t_true(people_hash(k, S("Ann"), S(""), S("")) !=
		   people_hash(k, S(""), S("Ann"), S("")),
	    "an id is not a name");
}

static void cells_of_any_size_come_back(void **state)
{
	static const size_t size[] = {0, 1, 127, 128, 16383, 16384, 100000};
	struct buf cells = BUF_INIT(MiB);
	char *text = mem_zalloc(100000);

	memset(text, 'x', 100000);
	for (size_t i = 0; i < ARRAY_SIZE(size); i++)
		people_cell_add(&cells, str_make(text, size[i]));
	for (size_t i = 0; i < ARRAY_SIZE(size); i++)
		t_int(people_cell(buf_str(&cells), i).n, size[i]);
	t_int(people_cell(buf_str(&cells), ARRAY_SIZE(size)).n, 0);
	/* cut short: no cell, never beyond the end */
	t_int(people_cell(str_make(cells.p, cells.len - 1), 6).n, 0);
	t_int(people_cell(S("\xff\xff\xff\xff\xff\xff"), 0).n, 0);
	t_int(people_cell(S("\x85x"), 0).n, 0);
	free(text);
	buf_release(&cells);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(what_is_written_is_read),
	    T(an_address_is_found_whole_and_only_whole),
	    T(a_walk_goes_by_id_from_a_place_and_can_stop),
	    T(groups_add_up),
	    T(many_groups_are_counted_and_too_many_refused),
	    T(nothing_imported_says_what_to_do),
	    T(a_foreign_or_damaged_file_is_refused),
	    T(an_uncommitted_writer_leaves_the_old_audience),
	    T(an_open_reader_keeps_its_audience),
	    T(domains_are_indexed_in_place_and_twice_is_fine),
	    T(hashes_tell_people_apart),
	    T(cells_of_any_size_come_back),
	};

	return t_run("people", tests);
}
