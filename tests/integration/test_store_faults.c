// SPDX-License-Identifier: EUPL-1.2
/*
 * Each call in turn that SQLite makes of its files fails: full, broken, in use;
 * then its memory, and zstd. A small harvest, from the opening of the store to
 * its closing, meets the nth of them, for n = 1, 2, 3 ... until one passes
 * untouched. The failure says what it was; the same harvest again ends with
 * the database of one that met none, row by row.
 *
 * Many faults leave the same bytes behind, since what they broke was rolled
 * back: from each state that a fault left the harvest is made again once. So that equal
 * states are equal bytes, SQLite's random numbers are the same in each trial.
 */
#include "index/store_requests.h"

#include "base/log.h"
#include "tests/support/db_dump.h"
#include "tests/support/db_fixture.h"
#include "tests/support/faults.h"
#include "tests/support/faulty_vfs.h"
#include "tests/support/folder.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <xxhash.h>

enum {
	PATIENCE_MS = 60000,
	DUMP_BYTES = 16 * 1024 * 1024,
	DAY_S = 86400,
	N_RECORDS = 20,
	N_A_PAGE = 10,
};

/* A harvest: what the source has. */
struct catalogue {
	unsigned n; /* records */
	unsigned revision; /* of every third */
	bool has_reject;
};

static const struct catalogue first = { N_RECORDS, 1, false };
static const struct catalogue second = { N_RECORDS - 2, 2, true };

/* Where a harvest starts from, and where it ends without a fault. */
struct scene {
	const char *before; /* the state, NULL: none */
	const struct catalogue *catalogue;
	struct buf dump;
	XXH128_hash_t *left; /* states that faults left, from which it was harvested again */
	size_t n_left, cap_left, n_faults;
};

struct fixture {
	struct loop loop;
	struct temp_dir dir;
	struct db_fixture texts; /* only its arena, for fixture_item() */
	struct store *store;
	bool is_closed;
	int64_t now_s;
	enum run_end end; /* of the last harvest; RUN_RUNNING: it was not settled */
	char why[ERR_MSG_BYTES];
	struct scene scenes[2];
	char state[128];
	char before[128];
};

/* --- requests, waited for --- */

struct seen {
	bool is_done;
	struct err failure;
};

static void note_done(struct seen *s, const struct err *failure)
{
	s->is_done = true;
	if (failure != NULL)
		s->failure = *failure;
}

static enum err_code wait_for(struct fixture *x, const struct seen *s, struct err *err)
{
	assert_true(loop_run_until(&x->loop, &s->is_done, PATIENCE_MS));
	if (s->failure.code != ERR_OK)
		*err = s->failure;
	return s->failure.code;
}

struct sources_seen {
	struct store_sources_apply req;
	struct seen seen;
};

static void on_applied(struct store_sources_apply *req, const struct err *failure)
{
	note_done(&container_of(req, struct sources_seen, req)->seen, failure);
}

static enum err_code configure(struct fixture *x, struct err *err)
{
	const struct source_entry entry = {
		.id = "jyu", .title = "Jyväskylä", .settings = SLICE_LIT("{}"), .is_enabled = true
	};
	struct sources_seen s = { .req = { .entries = &entry, .n = 1, .now_s = x->now_s } };

	store_sources_apply_start(&s.req, x->store, on_applied);
	return wait_for(x, &s.seen, err);
}

struct open_seen {
	struct store_run_open req;
	struct seen seen;
};

static void on_opened(struct store_run_open *req, const struct err *failure)
{
	note_done(&container_of(req, struct open_seen, req)->seen, failure);
}

static enum err_code open_run(struct fixture *x, struct run_state **run, struct err *err)
{
	struct open_seen s = { .req.options = { .source_id = "jyu", .now_s = x->now_s } };
	enum err_code rc;

	store_run_open_start(&s.req, x->store, on_opened);
	rc = wait_for(x, &s.seen, err);
	*run = s.req.state;
	return rc;
}

struct batch_seen {
	struct store_run_batch req;
	struct seen seen;
};

static void on_batch(struct store_run_batch *req, const struct err *failure)
{
	note_done(&container_of(req, struct batch_seen, req)->seen, failure);
}

/* Records from..to and their page; the last page has a reject, if the catalogue has one. */
static enum err_code store_page(struct fixture *x, struct run_state *run, const struct catalogue *c,
				unsigned from, struct err *err)
{
	unsigned to = from + N_A_PAGE < c->n ? from + N_A_PAGE : c->n;
	struct apply_item items[N_A_PAGE + 2];
	struct batch_seen s = { .req = { .state = run, .items = items, .now_s = x->now_s } };
	uint64_t n_shown = to - from;
	size_t n = 0;

	for (unsigned i = from; i < to; i++) {
		char id[24];

		snprintf(id, sizeof(id), "%u", i + 1);
		items[n++] = fixture_item(&x->texts, id, "Title", i % 3 == 0 ? c->revision : 1);
	}
	if (to == c->n && c->has_reject) {
		items[n++] = (struct apply_item){ .kind = APPLY_REJECT,
						  .record_id = SLICE_LIT("bad"),
						  .code = SLICE_LIT("parse"),
						  .msg = SLICE_LIT("no title") };
		n_shown++;
	}
	items[n++] = (struct apply_item){ .kind = APPLY_PAGE, .count = n_shown };
	s.req.n = n;
	store_run_batch_start(&s.req, x->store, on_batch);
	return wait_for(x, &s.seen, err);
}

struct settle_seen {
	struct store_run_settle req;
	struct seen seen;
};

static void on_settled(struct store_run_settle *req, const struct err *failure)
{
	note_done(&container_of(req, struct settle_seen, req)->seen, failure);
}

static enum err_code settle(struct fixture *x, struct run_state *run, const struct err *failure,
			    struct err *err)
{
	struct settle_seen s = { .req = { .state = run,
					  .settle = { .failure = *failure,
						      .is_proven = true,
						      .end_rule = "the end",
						      .shrink_guard_permille = 300,
						      .now_s = x->now_s } } };
	enum err_code rc;

	store_run_settle_start(&s.req, x->store, on_settled);
	rc = wait_for(x, &s.seen, err);
	if (rc == ERR_OK) {
		x->end = s.req.outcome.end;
		snprintf(x->why, sizeof(x->why), "%s", s.req.outcome.why);
	}
	return rc;
}

/* --- a harvest --- */

static enum err_code open_store(struct fixture *x, const char *vfs, struct err *err)
{
	const struct store_options options = {
		.state_dir = x->state,
		.keep_responses_bytes = 1 << 30,
		.keep_days = 30,
		.vfs = vfs,
		.mapping_version = "map-1",
		.vocab_version = "vocab-1",
		.now_s = x->now_s,
	};

	return store_open(&x->store, &x->loop, &options, err);
}

static void on_closed(void *data)
{
	*(bool *)data = true;
}

static void close_store(struct fixture *x)
{
	x->is_closed = false;
	store_close(x->store, on_closed, &x->is_closed);
	assert_true(loop_run_until(&x->loop, &x->is_closed, PATIENCE_MS));
	x->store = NULL;
}

/* As daemon/harvest.c does it: a failure of the pages goes into the run. */
static enum err_code harvest_opened(struct fixture *x, const struct catalogue *c, struct err *err)
{
	struct run_state *run = NULL;
	struct err of_pages = ERR_INIT;
	struct err of_settling = ERR_INIT;
	enum err_code rc = configure(x, err);

	if (rc == ERR_OK)
		rc = open_run(x, &run, err);
	if (rc != ERR_OK)
		return rc;
	for (unsigned from = 0; of_pages.code == ERR_OK && from < c->n; from += N_A_PAGE)
		(void)store_page(x, run, c, from, &of_pages);
	(void)settle(x, run, &of_pages, &of_settling);
	run_state_free(run);
	*err = of_pages.code != ERR_OK ? of_pages : of_settling;
	return err->code;
}

static enum err_code harvest(struct fixture *x, const struct catalogue *c, const char *vfs,
			     struct err *err)
{
	enum err_code rc;

	x->end = RUN_RUNNING;
	arena_reset(&x->texts.arena);
	rc = open_store(x, vfs, err);
	if (rc != ERR_OK)
		return rc;
	rc = harvest_opened(x, c, err);
	close_store(x);
	return rc;
}

static void harvest_well(struct fixture *x, const struct catalogue *c, const char *when)
{
	struct err err = ERR_INIT;

	if (harvest(x, c, NULL, &err) != ERR_OK)
		fail_msg("%s: %s", when, err.msg);
	if (x->end != RUN_COMPLETE)
		fail_msg("%s: %s: %s", when, run_end_name(x->end), x->why);
}

/* --- the fixture: both scenes once without a fault --- */

static void begin_scene(struct fixture *x, const struct scene *s)
{
	folder_remove(x->state);
	if (s->before != NULL)
		folder_copy(s->before, x->state);
	(void)sqlite3_test_control(SQLITE_TESTCTRL_PRNG_RESTORE);
}

static void play_scene(struct fixture *x, struct scene *s)
{
	buf_init(&s->dump, DUMP_BYTES);
	begin_scene(x, s);
	harvest_well(x, s->catalogue, "without a fault");
	db_check_whole(x->state);
	db_dump(&s->dump, x->state, true);
}

static int set_up(void **state)
{
	struct fixture *x = mem_new(struct fixture);

	log_set_level(LOG_LEVEL_ERROR);
	x->now_s = 1795000000;
	arena_init(&x->texts.arena, 16 * 1024 * 1024);
	temp_dir_make_in_memory(&x->dir);
	snprintf(x->state, sizeof(x->state), "%s/state", x->dir.path);
	snprintf(x->before, sizeof(x->before), "%s/before", x->dir.path);
	assert_int_equal(loop_init(&x->loop, NULL), ERR_OK);
	x->scenes[0] = (struct scene){ .catalogue = &first };
	x->scenes[1] = (struct scene){ .before = x->before, .catalogue = &second };
	(void)sqlite3_test_control(SQLITE_TESTCTRL_PRNG_SAVE);
	play_scene(x, &x->scenes[0]);
	folder_copy(x->state, x->before);
	x->now_s += DAY_S;
	play_scene(x, &x->scenes[1]);
	*state = x;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *x = *state;
	struct err err = ERR_INIT;

	if (loop_close(&x->loop, &err) != ERR_OK)
		fail_msg("%s", err.msg);
	for (size_t i = 0; i < countof(x->scenes); i++) {
		print_message("%zu faults left %zu states\n", x->scenes[i].n_faults,
			      x->scenes[i].n_left);
		buf_clear(&x->scenes[i].dump);
		mem_free(x->scenes[i].left);
	}
	arena_clear(&x->texts.arena);
	temp_dir_remove(&x->dir);
	mem_free(x);
	return 0;
}

/* --- what a fault may do --- */

/* It is said; where a page met it the run has failed of it. */
static void check_failure(const struct fixture *x, enum err_code rc, const struct err *err,
			  const char *when)
{
	if (rc == ERR_OK) {
		if (x->end != RUN_COMPLETE)
			fail_msg("%s: no failure, and the run is %s", when, run_end_name(x->end));
		return; /* it could be done without */
	}
	if (err->code != rc || err->msg[0] == 0)
		fail_msg("%s: %s without a message", when, err_code_name(rc));
	if (x->end == RUN_COMPLETE)
		fail_msg("%s: complete in spite of: %s", when, err->msg);
	if (x->end != RUN_RUNNING && strstr(x->why, err->msg) == NULL)
		fail_msg("%s: the run says \"%s\", not \"%s\"", when, x->why, err->msg);
}

static int is_named(const struct dirent *entry)
{
	return strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
}

static void hash_file(XXH3_state_t *hashing, const char *path)
{
	char piece[65536];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	assert_true(fd >= 0);
	while ((n = read(fd, piece, sizeof(piece))) > 0)
		(void)XXH3_128bits_update(hashing, piece, (size_t)n);
	assert_int_equal(n, 0);
	close(fd);
}

/* Names and contents, in their order; a folder that is not there is as an empty one. */
static void hash_folder(XXH3_state_t *hashing, const char *path)
{
	struct dirent **entries = NULL;
	int n = scandir(path, &entries, is_named, alphasort);

	for (int i = 0; i < n; i++) {
		char inside[512];

		snprintf(inside, sizeof(inside), "%s/%s", path, entries[i]->d_name);
		(void)XXH3_128bits_update(hashing, inside, strlen(inside) + 1);
		if (entries[i]->d_type == DT_DIR)
			hash_folder(hashing, inside);
		else
			hash_file(hashing, inside);
		free(entries[i]);
	}
	free(entries);
}

/* Whether a fault left this state before, byte for byte. */
static bool is_known(const struct fixture *x, struct scene *s)
{
	XXH3_state_t *hashing = mem_made(XXH3_createState());
	XXH128_hash_t left;

	(void)XXH3_128bits_reset(hashing);
	hash_folder(hashing, x->state);
	left = XXH3_128bits_digest(hashing);
	XXH3_freeState(hashing);
	s->n_faults++;
	for (size_t i = 0; i < s->n_left; i++)
		if (XXH128_isEqual(s->left[i], left))
			return true;
	if (s->n_left == s->cap_left) {
		s->cap_left = s->cap_left > 0 ? 2 * s->cap_left : 64;
		s->left = mem_resize(s->left, s->cap_left, sizeof(*s->left));
	}
	s->left[s->n_left++] = left;
	return false;
}

/* The same harvest a day later, without a fault. */
static void check_again(struct fixture *x, struct scene *s, const char *when)
{
	struct buf got = BUF_INIT(DUMP_BYTES);

	if (is_known(x, s))
		return;
	x->now_s += DAY_S;
	harvest_well(x, s->catalogue, when);
	x->now_s -= DAY_S;
	db_check_whole(x->state);
	db_dump(&got, x->state, true);
	db_dump_expect(&got, &s->dump, when);
	buf_clear(&got);
}

/* --- files --- */

static const struct fault {
	const char *name;
	enum faulty_call call;
	int code;
	bool is_lasting;
	enum err_code expected; /* of a harvest that fails */
} file_faults[] = {
	{ "full", FAULTY_WRITE, SQLITE_FULL, true, ERR_FULL },
	{ "write", FAULTY_WRITE, SQLITE_IOERR_WRITE, false, ERR_IO },
	{ "sync", FAULTY_SYNC, SQLITE_IOERR_FSYNC, false, ERR_IO },
	{ "truncate", FAULTY_TRUNCATE, SQLITE_IOERR_TRUNCATE, false, ERR_IO },
	{ "read", FAULTY_READ, SQLITE_IOERR_READ, false, ERR_IO },
	{ "open", FAULTY_OPEN, SQLITE_CANTOPEN, true, ERR_IO },
	{ "delete", FAULTY_DELETE, SQLITE_IOERR_DELETE, true, ERR_IO },
	{ "lock", FAULTY_LOCK, SQLITE_IOERR_LOCK, false, ERR_IO },
	{ "busy", FAULTY_LOCK, SQLITE_BUSY, false, ERR_BUSY },
};

/* Whether the nth call was made at all. */
static bool fail_call(struct fixture *x, struct scene *s, const struct fault *f, int nth)
{
	struct err err = ERR_INIT;
	enum err_code rc;
	bool has_struck;
	char when[80];

	snprintf(when, sizeof(when), "%s harvest, %s %d", s->before != NULL ? "second" : "first",
		 f->name, nth);
	begin_scene(x, s);
	faulty_vfs_reset();
	faulty_vfs_fail(f->call, f->code, nth, f->is_lasting);
	rc = harvest(x, s->catalogue, FAULTY_VFS, &err);
	has_struck = faulty_vfs_has_struck();
	faulty_vfs_reset();
	check_failure(x, rc, &err, when);
	if (rc != ERR_OK && rc != f->expected)
		fail_msg("%s: %s: %s", when, err_code_name(rc), err.msg);
	check_again(x, s, when);
	return has_struck;
}

static void each_call_of_a_file_may_fail(void **state)
{
	struct fixture *x = *state;

	for (size_t i = 0; i < countof(x->scenes); i++)
		for (size_t k = 0; k < countof(file_faults); k++) {
			int nth = 1;

			while (fail_call(x, &x->scenes[i], &file_faults[k], nth))
				nth++;
		}
}

/* --- memory --- */

static bool fail_passing(struct fixture *x, struct scene *s, const char *point, long nth)
{
	struct err err = ERR_INIT;
	enum err_code rc;
	bool has_struck;
	char when[80];

	snprintf(when, sizeof(when), "%s harvest, %s %ld", s->before != NULL ? "second" : "first",
		 point, nth);
	begin_scene(x, s);
	faults_fail(point, nth);
	rc = harvest(x, s->catalogue, NULL, &err);
	has_struck = faults_have_struck();
	faults_fail(point, 0);
	check_failure(x, rc, &err, when);
	check_again(x, s, when);
	return has_struck;
}

static void each_piece_of_memory_may_be_missing(void **state)
{
	struct fixture *x = *state;

	for (size_t i = 0; i < countof(x->scenes); i++) {
		long n_trials = getenv("MICROCAT_TEST_LONG") != NULL ? 3000 : 60;
		long n;

		begin_scene(x, &x->scenes[i]);
		faults_fail("sqlite-mem", 0);
		harvest_well(x, x->scenes[i].catalogue, "counting");
		n = faults_passed("sqlite-mem");
		for (long nth = 1; nth <= n; nth += 1 + n / n_trials)
			(void)fail_passing(x, &x->scenes[i], "sqlite-mem", nth);
	}
}

/* A text that lies on several pages of the database is copied to be read. */
static void a_long_text_is_there_or_fails(void **state)
{
	enum { TEXT_BYTES = 30007 };
	struct fixture *x = *state;
	struct db db;
	struct err err = ERR_INIT;
	bool has_struck = true;
	unsigned n_rows = 0;
	char path[160];

	pool_claim_thread();
	snprintf(path, sizeof(path), "%s/text.db", x->dir.path);
	assert_int_equal(db_open(&db, path, DB_WRITE, NULL, &err), ERR_OK);
	assert_int_equal(sqlite3_exec(db.conn,
				      "CREATE TABLE t(x TEXT) STRICT;"
				      "INSERT INTO t VALUES(printf('%.*c', 30007, 'x'))",
				      NULL, NULL, NULL),
			 SQLITE_OK);
	for (long nth = 1; has_struck; nth++) {
		sqlite3_stmt *st = NULL;
		struct slice text = SLICE_NONE;
		bool has_row = false;

		assert_int_equal(sqlite3_prepare_v2(db.conn, "SELECT x FROM t", -1, &st, NULL),
				 SQLITE_OK);
		faults_fail("sqlite-mem", nth);
		has_row = sqlite3_step(st) == SQLITE_ROW;
		if (has_row)
			text = stmt_text(st, 0);
		has_struck = faults_have_struck();
		faults_fail("sqlite-mem", 0);
		if (has_row)
			assert_int_equal(text.n, TEXT_BYTES);
		n_rows += has_row;
		sqlite3_finalize(st);
	}
	assert_true(n_rows > 0);
	db_close(&db);
}

static void each_call_of_zstd_may_fail(void **state)
{
	struct fixture *x = *state;

	for (size_t i = 0; i < countof(x->scenes); i++) {
		long nth = 1;

		while (fail_passing(x, &x->scenes[i], "zstd", nth))
			nth++;
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
		T(each_call_of_a_file_may_fail),
		T(each_piece_of_memory_may_be_missing),
		T(a_long_text_is_there_or_fails),
		T(each_call_of_zstd_may_fail),
#undef T
	};

	faults_begin();
	faulty_vfs_install();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
