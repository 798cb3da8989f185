#include "store/people_sql.h"

#include "base/json.h"
#include "base/rand.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/* A segment, a language and a jurisdiction are classes of people; a column
 * with a value of its own for everyone is none. */
#define GROUPS_MAX  65536u
#define LAYOUTS_MAX 4096u

struct group {
	char *key; /* segment NUL language NUL jurisdiction, key_n bytes */
	size_t key_n;
	size_t segment_n, language_n;
	uint64_t hash, people, no_address;
};

struct people_writer {
	sqlite3 *db;
	sqlite3_stmt *insert;
	char dir[PEOPLE_PATH], path[PEOPLE_PATH];
	int64_t last;
	uint64_t count, no_address;
	struct group *group; /* open addressing, a power of two */
	size_t groups, group_cap;
	struct siphash_key group_key;
	struct buf key; /* of the group of the row at hand */
	char **layout;  /* JSON, by id - 1 */
	size_t layouts;
};

static const char schema[] =
    "CREATE TABLE person(id INTEGER PRIMARY KEY, layout INTEGER NOT NULL,"
    " person_id TEXT NOT NULL, addresses TEXT NOT NULL, domain TEXT NOT NULL,"
    " name TEXT NOT NULL, language TEXT NOT NULL, segment TEXT NOT NULL,"
    " jurisdiction TEXT NOT NULL, flags INTEGER NOT NULL,"
    " cells BLOB NOT NULL);"
    "CREATE TABLE layout(id INTEGER PRIMARY KEY, columns TEXT NOT NULL);"
    "CREATE TABLE people_group(segment TEXT NOT NULL, language TEXT NOT NULL,"
    " jurisdiction TEXT NOT NULL, people INTEGER NOT NULL,"
    " no_address INTEGER NOT NULL,"
    " PRIMARY KEY(segment, language, jurisdiction)) WITHOUT ROWID;"
    "CREATE TABLE meta(key TEXT PRIMARY KEY, value) WITHOUT ROWID;";

/* Made by us, so that nobody else may read it from the first byte. */
static int make_file(struct people_writer *w, struct err *e)
{
	int fd;

	if (unlink(w->path) < 0 && errno != ENOENT)
		return err_sys(e, errno, "could not remove %s", w->path);
	fd = open(w->path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return err_sys(e, errno, "could not create %s", w->path);
	close(fd);
	return 0;
}

static int open_db(struct people_writer *w, struct err *e)
{
	int rc = sqlite3_open_v2(w->path, &w->db,
	    SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
	    NULL);
	int r;

	if (rc != SQLITE_OK)
		return people_db_error(w->db, w->path, "open it", e);
	r = people_exec(w->db, w->path,
	    "PRAGMA page_size=8192; PRAGMA journal_mode=OFF;"
	    "PRAGMA synchronous=OFF; PRAGMA locking_mode=EXCLUSIVE;"
	    "PRAGMA cache_size=-4096; PRAGMA user_version=1; BEGIN;",
	    e);
	static_assert(PEOPLE_SCHEMA == 1, "user_version above");
	if (r == 0)
		r = people_exec(w->db, w->path, schema, e);
	if (r == 0 &&
	    sqlite3_prepare_v3(w->db,
		"INSERT INTO person(" PEOPLE_COLUMNS ")"
		" VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11)",
		-1, SQLITE_PREPARE_PERSISTENT, &w->insert, NULL) != SQLITE_OK)
		r = people_db_error(w->db, w->path, "set it up", e);
	return r;
}

int people_writer_new(
    const char *dir, struct people_writer **ret, struct err *e)
{
	struct people_writer *w = mem_zalloc(sizeof(*w));
	unsigned char seed[16];
	int r;

	rand_bytes(seed, sizeof(seed));
	w->key = BUF_INIT(LIMIT_CSV_ROW);
	w->group_key = siphash_key_make(seed);
	w->group_cap = 64;
	w->group = mem_zalloc(w->group_cap * sizeof(*w->group));
	snprintf(w->dir, sizeof(w->dir), "%s", dir);
	r = people_path(dir, PEOPLE_NEW, w->path, e);
	if (r < 0) {
		w->path[0] = '\0';
		people_writer_free(w);
		return r;
	}
	r = make_file(w, e);
	if (r == 0)
		r = open_db(w, e);
	if (r < 0) {
		people_writer_free(w);
		return r;
	}
	*ret = w;
	return 0;
}

int people_writer_layout(struct people_writer *w, const struct str *name,
    size_t count, uint32_t *ret_id, struct err *e)
{
	struct buf text = BUF_INIT(16 * MiB);
	struct json j;
	int r = 0;

	json_begin(&j, &text);
	json_array(&j);
	for (size_t i = 0; i < count; i++)
		json_str(&j, name[i]);
	json_end(&j);
	*ret_id = 0;
	for (size_t i = 0; i < w->layouts && !*ret_id; i++)
		if (strcmp(w->layout[i], buf_cstr(&text)) == 0)
			*ret_id = (uint32_t)i + 1;
	if (text.over)
		r = err_set(e, ERR_LIMIT,
		    "the names of the columns are too "
		    "long");
	else if (!*ret_id && w->layouts == LAYOUTS_MAX)
		r = err_set(e, ERR_LIMIT,
		    "the audience holds %u different headers, that is the "
		    "most; import files with one header",
		    LAYOUTS_MAX);
	else if (!*ret_id) {
		w->layout =
		    mem_realloc(w->layout, (w->layouts + 1) * sizeof(char *));
		w->layout[w->layouts++] = mem_strdup(buf_cstr(&text));
		*ret_id = (uint32_t)w->layouts;
	}
	buf_release(&text);
	return r;
}

static void grow_groups(struct people_writer *w)
{
	size_t cap = w->group_cap * 2;
	struct group *g = mem_zalloc(cap * sizeof(*g));

	for (size_t i = 0; i < w->group_cap; i++) {
		size_t at = w->group[i].hash & (cap - 1);

		if (!w->group[i].key)
			continue;
		while (g[at].key)
			at = (at + 1) & (cap - 1);
		g[at] = w->group[i];
	}
	free(w->group);
	w->group = g;
	w->group_cap = cap;
}

static void group_key(struct buf *b, const struct people_row *row)
{
	buf_add(b, row->segment);
	buf_addc(b, '\0');
	buf_add(b, row->language);
	buf_addc(b, '\0');
	buf_add(b, row->jurisdiction);
}

/* The group's place, or the free one where it belongs. */
static struct group *find_group(
    struct people_writer *w, struct str key, uint64_t hash)
{
	size_t at = hash & (w->group_cap - 1);

	while (w->group[at].key &&
	       !(w->group[at].hash == hash &&
		   str_eq(str_make(w->group[at].key, w->group[at].key_n), key)))
		at = (at + 1) & (w->group_cap - 1);
	return &w->group[at];
}

static int count_group(
    struct people_writer *w, const struct people_row *row, struct err *e)
{
	struct group *g;
	uint64_t hash;

	buf_reset(&w->key);
	group_key(&w->key, row);
	if (w->key.over)
		return err_set(e, ERR_LIMIT, "a segment is too long");
	hash = siphash(w->group_key, buf_str(&w->key));
	g = find_group(w, buf_str(&w->key), hash);
	if (!g->key) {
		if (w->groups == GROUPS_MAX)
			return err_set(e, ERR_LIMIT,
			    "more than %u different segments, languages and "
			    "jurisdictions: a segment names a class of people, "
			    "and a column with a value for each person is "
			    "none; give it another name with --map",
			    GROUPS_MAX);
		*g = (struct group){.key = str_dup(buf_str(&w->key)),
		    .key_n = w->key.len,
		    .segment_n = row->segment.n,
		    .language_n = row->language.n,
		    .hash = hash};
		w->groups++;
	}
	g->people++;
	g->no_address += row->addresses.n == 0;
	if (w->groups * 2 > w->group_cap)
		grow_groups(w);
	return 0;
}

static void bind(sqlite3_stmt *q, int i, struct str s)
{
	sqlite3_bind_text(q, i, s.n ? s.p : "", (int)s.n, SQLITE_STATIC);
}

int people_writer_add(
    struct people_writer *w, const struct people_row *row, struct err *e)
{
	sqlite3_stmt *q = w->insert;
	int rc, r;

	ENSURE(row->id > w->last);
	ENSURE(row->layout >= 1 && row->layout <= w->layouts);
	w->last = row->id;
	sqlite3_bind_int64(q, 1, row->id);
	sqlite3_bind_int64(q, 2, row->layout);
	bind(q, 3, row->person_id);
	bind(q, 4, row->addresses);
	bind(q, 5, row->domain);
	bind(q, 6, row->name);
	bind(q, 7, row->language);
	bind(q, 8, row->segment);
	bind(q, 9, row->jurisdiction);
	sqlite3_bind_int64(q, 10, row->flags);
	sqlite3_bind_blob(q, 11, row->cells.n ? row->cells.p : "",
	    (int)row->cells.n, SQLITE_STATIC);
	rc = sqlite3_step(q);
	if (rc != SQLITE_DONE)
		return people_db_error(w->db, w->path, "write a person", e);
	sqlite3_reset(q);
	r = count_group(w, row, e);
	w->count++;
	w->no_address += row->addresses.n == 0;
	return r;
}

static int run_insert(struct people_writer *w, sqlite3_stmt *q, struct err *e)
{
	if (sqlite3_step(q) != SQLITE_DONE)
		return people_db_error(w->db, w->path, "write the counts", e);
	sqlite3_reset(q);
	return 0;
}

static int write_groups(struct people_writer *w, sqlite3_stmt *q, struct err *e)
{
	int r = 0;

	for (size_t i = 0; i < w->group_cap && r == 0; i++) {
		const struct group *g = &w->group[i];
		const char *language;

		if (!g->key)
			continue;
		language = g->key + g->segment_n + 1;
		bind(q, 1, str_make(g->key, g->segment_n));
		bind(q, 2, str_make(language, g->language_n));
		bind(q, 3,
		    str_make(language + g->language_n + 1,
			g->key_n - g->segment_n - g->language_n - 2));
		sqlite3_bind_int64(q, 4, (sqlite3_int64)g->people);
		sqlite3_bind_int64(q, 5, (sqlite3_int64)g->no_address);
		r = run_insert(w, q, e);
	}
	return r;
}

static int write_meta(struct people_writer *w, sqlite3_stmt *q, struct err *e)
{
	const struct {
		struct str key;
		uint64_t value;
	} meta[] = {
	    {S("people"), w->count},
	    {S("no_address"), w->no_address},
	};
	int r = 0;

	for (size_t i = 0; i < ARRAY_SIZE(meta) && r == 0; i++) {
		bind(q, 1, meta[i].key);
		sqlite3_bind_int64(q, 2, (sqlite3_int64)meta[i].value);
		r = run_insert(w, q, e);
	}
	return r;
}

static int write_layouts(
    struct people_writer *w, sqlite3_stmt *q, struct err *e)
{
	int r = 0;

	for (size_t i = 0; i < w->layouts && r == 0; i++) {
		sqlite3_bind_int64(q, 1, (sqlite3_int64)i + 1);
		bind(q, 2, str_of(w->layout[i]));
		r = run_insert(w, q, e);
	}
	return r;
}

static int write_tables(struct people_writer *w, struct err *e)
{
	static const struct {
		const char *sql;
		int (*fn)(struct people_writer *, sqlite3_stmt *, struct err *);
	} part[] = {
	    {"INSERT INTO layout VALUES(?1,?2)", write_layouts},
	    {"INSERT INTO people_group VALUES(?1,?2,?3,?4,?5)", write_groups},
	    {"INSERT INTO meta VALUES(?1,?2)", write_meta},
	};

	for (size_t i = 0; i < ARRAY_SIZE(part); i++) {
		sqlite3_stmt *q;
		int r;

		if (sqlite3_prepare_v2(w->db, part[i].sql, -1, &q, NULL) !=
		    SQLITE_OK)
			return people_db_error(w->db, w->path, "write it", e);
		r = part[i].fn(w, q, e);
		sqlite3_finalize(q);
		if (r < 0)
			return r;
	}
	return people_exec(w->db, w->path, "COMMIT", e);
}

static int sync_path(const char *path, int flags, struct err *e)
{
	int fd = open(path, flags | O_CLOEXEC);
	int r = 0;

	if (fd < 0)
		return err_sys(e, errno, "could not open %s", path);
	if (fsync(fd) < 0)
		r = err_sys(e, errno, "could not sync %s", path);
	close(fd);
	return r;
}

int people_writer_commit(struct people_writer *w, struct err *e)
{
	char final[PEOPLE_PATH];
	int r = people_path(w->dir, PEOPLE_FILE, final, e);

	if (r == 0)
		r = write_tables(w, e);
	sqlite3_finalize(w->insert);
	w->insert = NULL;
	if (r == 0 && sqlite3_close(w->db) != SQLITE_OK)
		return people_db_error(w->db, w->path, "close it", e);
	if (r < 0)
		return r;
	w->db = NULL;
	r = sync_path(w->path, O_RDWR, e);
	if (r == 0)
		r = people_recover(w->dir, e);
	if (r < 0)
		return r;
	if (rename(w->path, final) < 0)
		return err_sys(e, errno, "could not put %s in place", w->path);
	w->path[0] = '\0'; /* nothing left to remove */
	return sync_path(w->dir, O_RDONLY | O_DIRECTORY, e);
}

void people_writer_free(struct people_writer *w)
{
	if (!w)
		return;
	sqlite3_finalize(w->insert);
	sqlite3_close(w->db);
	if (w->path[0])
		unlink(w->path);
	for (size_t i = 0; i < w->group_cap; i++)
		free(w->group[i].key);
	for (size_t i = 0; i < w->layouts; i++)
		free(w->layout[i]);
	buf_release(&w->key);
	free(w->group);
	free(w->layout);
	free(w);
}
