// SPDX-License-Identifier: EUPL-1.2
/* Tests of index/store and its requests: order, snapshots, closing, faults, recovery, kept bodies.
 */
#include "index/store_requests.h"

#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/loop.h"
#include "index/history.h"
#include "index/offer_index.h"
#include "tests/support/db_fixture.h"
#include "tests/support/faulty_vfs.h"

#include <poll.h>
#include <semaphore.h>

enum { PATIENCE_MS = 20000 };

struct fixture {
	struct loop loop;
	struct temp_dir dir;
	struct store_options options;
	struct store *store;
	bool is_closed;
	int64_t now_s;
	struct db_fixture texts; /* only its arena, for fixture_item() */
};

/* A done that notes how often it ran and what it was given. */
struct seen {
	bool is_done;
	unsigned n_done;
	struct err failure; /* ERR_OK: none */
};

static void note_done(struct seen *s, const struct err *failure)
{
	s->n_done++;
	s->is_done = true;
	if (failure != NULL)
		s->failure = *failure;
}

static int set_up(void **state)
{
	struct fixture *x = mem_new(struct fixture);
	struct err err = ERR_INIT;

	log_set_level(LOG_LEVEL_ERROR);
	x->now_s = 1795000000;
	arena_init(&x->texts.arena, 16 * 1024 * 1024);
	temp_dir_make(&x->dir);
	assert_int_equal(loop_init(&x->loop, &err), ERR_OK);
	*state = x;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *x = *state;
	struct err err = ERR_INIT;

	if (loop_close(&x->loop, &err) != ERR_OK)
		fail_msg("%s", err.msg);
	arena_clear(&x->texts.arena);
	temp_dir_remove(&x->dir);
	mem_free(x);
	return 0;
}

static enum err_code try_open(struct fixture *x, const char *vfs, struct err *err)
{
	x->is_closed = false;
	return store_open(&x->store, &x->loop,
			  &(struct store_options){
				  .state_dir = temp_dir_path(&x->dir, "state"),
				  .keep_responses_bytes = x->options.keep_responses_bytes > 0
								  ? x->options.keep_responses_bytes
								  : 1 << 30,
				  .keep_days = 30,
				  .vfs = vfs,
				  .mapping_version = "map-1",
				  .vocab_version = "vocab-1",
				  .now_s = x->now_s,
			  },
			  err);
}

static void open_store(struct fixture *x)
{
	struct err err = ERR_INIT;

	if (try_open(x, NULL, &err) != ERR_OK)
		fail_msg("%s", err.msg);
}

static void on_closed(void *data)
{
	struct fixture *x = data;

	x->is_closed = true;
	x->store = NULL;
}

static void close_store(struct fixture *x)
{
	store_close(x->store, on_closed, x);
	assert_false(x->is_closed);
	assert_true(loop_run_until(&x->loop, &x->is_closed, PATIENCE_MS));
}

#define WAIT(seen) assert_true(loop_run_until(&x->loop, &(seen)->is_done, PATIENCE_MS))

/* --- requests that note their done --- */

struct apply_sources {
	struct store_sources_apply req;
	struct source_entry entry;
	struct seen seen;
	struct source_row first;
	size_t n, n_hosts;
};

static void on_sources_applied(struct store_sources_apply *req, const struct err *failure)
{
	struct apply_sources *a = container_of(req, struct apply_sources, req);

	a->n = req->sources.n;
	a->n_hosts = req->hosts.n;
	if (req->sources.n > 0)
		a->first = req->sources.items[0];
	note_done(&a->seen, failure);
}

static void configure(struct fixture *x, struct apply_sources *a)
{
	*a = (struct apply_sources){ .n = 0 };
	a->entry = (struct source_entry){
		.id = "jyu", .title = "Jyväskylä", .settings = SLICE_LIT("{}"), .is_enabled = true
	};
	a->req.entries = &a->entry;
	a->req.n = 1;
	a->req.now_s = x->now_s;
	store_sources_apply_start(&a->req, x->store, on_sources_applied);
}

struct run_open_seen {
	struct store_run_open req;
	struct seen seen;
};

static void on_run_opened(struct store_run_open *req, const struct err *failure)
{
	note_done(&container_of(req, struct run_open_seen, req)->seen, failure);
}

struct batch_seen {
	struct store_run_batch req;
	struct seen seen;
	struct apply_item items[64];
};

static void on_batch(struct store_run_batch *req, const struct err *failure)
{
	note_done(&container_of(req, struct batch_seen, req)->seen, failure);
}

struct settle_seen {
	struct store_run_settle req;
	struct seen seen;
};

static void on_settled(struct store_run_settle *req, const struct err *failure)
{
	note_done(&container_of(req, struct settle_seen, req)->seen, failure);
}

/* Opens a run of the configured source. */
static struct run_state *open_run(struct fixture *x)
{
	struct run_open_seen open = { .seen = { .n_done = 0 } };

	open.req.options.source_id = "jyu";
	open.req.options.now_s = x->now_s;
	store_run_open_start(&open.req, x->store, on_run_opened);
	WAIT(&open.seen);
	if (open.seen.failure.code != ERR_OK)
		fail_msg("%s", open.seen.failure.msg);
	return open.req.state;
}

/* Prepares n records and their page; not started. */
static void fill_batch(struct fixture *x, struct batch_seen *b, struct run_state *run, size_t n,
		       unsigned revision)
{
	*b = (struct batch_seen){ .seen = { .n_done = 0 } };
	for (size_t i = 0; i < n; i++) {
		char id[24];

		snprintf(id, sizeof(id), "%zu", i + 1);
		b->items[i] = fixture_item(&x->texts, id, "Title", revision);
	}
	b->items[n] = (struct apply_item){ .kind = APPLY_PAGE, .count = n };
	b->req.state = run;
	b->req.items = b->items;
	b->req.n = n + 1;
	b->req.now_s = x->now_s;
}

static struct run_outcome settle(struct fixture *x, struct run_state *run)
{
	struct settle_seen s = { .seen = { .n_done = 0 } };

	s.req.state = run;
	s.req.settle = (struct run_settle){ .is_proven = true,
					    .end_rule = "the end",
					    .shrink_guard_permille = 300,
					    .now_s = x->now_s };
	store_run_settle_start(&s.req, x->store, on_settled);
	WAIT(&s.seen);
	assert_int_equal(s.seen.failure.code, ERR_OK);
	run_state_free(run);
	return s.req.outcome;
}

/* A whole harvest of n records. */
static struct run_outcome harvest(struct fixture *x, size_t n, unsigned revision)
{
	struct run_state *run = open_run(x);
	struct batch_seen b;

	fill_batch(x, &b, run, n, revision);
	store_run_batch_start(&b.req, x->store, on_batch);
	WAIT(&b.seen);
	if (b.seen.failure.code != ERR_OK)
		fail_msg("%s", b.seen.failure.msg);
	return settle(x, run);
}

static void open_configured(struct fixture *x)
{
	struct apply_sources a;

	open_store(x);
	configure(x, &a);
	WAIT(&a.seen);
	assert_int_equal(a.seen.failure.code, ERR_OK);
}

/* A read that compares its snapshot with its transaction. */
struct read_seen {
	struct store_read read;
	struct seen seen;
	int64_t db_gen, snapshot_gen;
	int64_t n_offers;
	sem_t *entered, *gate; /* NULL: does not wait */
	bool counts_for_ever;
	unsigned n_runs;
};

static enum err_code read_in_pool(struct store_read *read, struct db *db,
				  const struct snapshot *snapshot, struct err *err)
{
	struct read_seen *r = container_of(read, struct read_seen, read);
	sqlite3_stmt *st = NULL;
	enum err_code rc = db_generation(db, &r->db_gen, err);
	bool has_row = false;

	r->n_runs++;
	r->snapshot_gen = snapshot != NULL ? snapshot_generation(snapshot) : -1;
	if (r->entered != NULL)
		sem_post(r->entered);
	if (r->gate != NULL)
		sem_wait(r->gate);
	if (rc != ERR_OK)
		return rc;
	sqlite3_prepare_v2(
		db->conn,
		r->counts_for_ever
			? "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
			  " SELECT count(*) FROM n"
			: "SELECT count(*) FROM offer WHERE state = 'live'",
		-1, &st, NULL);
	rc = stmt_next(db, st, &has_row, "counting", err);
	if (rc == ERR_OK)
		r->n_offers = stmt_i64(st, 0);
	sqlite3_finalize(st);
	return rc;
}

static void on_read(struct store_read *read, const struct err *failure)
{
	note_done(&container_of(read, struct read_seen, read)->seen, failure);
}

static void start_read(struct fixture *x, struct read_seen *r, uint32_t timeout_ms)
{
	store_read_start(&r->read, x->store, timeout_ms, read_in_pool, on_read);
}

/* A write that waits for a gate and then does nothing, or makes a generation. */
struct write_seen {
	struct store_write write;
	struct seen seen;
	sem_t *entered, *gate;
	bool has_run;
	bool makes_generation;
};

static enum err_code write_in_pool(struct store_write *write, struct db *db, struct err *err)
{
	struct write_seen *w = container_of(write, struct write_seen, write);

	w->has_run = true;
	if (w->entered != NULL)
		sem_post(w->entered);
	if (w->gate != NULL)
		sem_wait(w->gate);
	if (w->makes_generation)
		return history_begin(db, &write->changes, 5, 0, "test", err);
	return ERR_OK;
}

static void on_write(struct store_write *write, const struct err *failure)
{
	note_done(&container_of(write, struct write_seen, write)->seen, failure);
}

/* --- opening --- */

static void a_store_makes_its_directories_and_opens_again(void **state)
{
	struct fixture *x = *state;
	struct stat st;
	char uuid[64];

	open_store(x);
	assert_int_equal(stat(temp_dir_path(&x->dir, "state"), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	assert_int_equal(stat(temp_dir_path(&x->dir, "state/responses"), &st), 0);
	snprintf(uuid, sizeof(uuid), "%s", store_db_uuid(x->store));
	assert_int_equal(strlen(uuid), 32);
	assert_int_equal(store_generation(x->store), 0);
	close_store(x);
	/* Closed cleanly: nothing is left of the write-ahead log. */
	assert_int_not_equal(stat(temp_dir_path(&x->dir, "state/microcat.db-wal"), &st), 0);
	open_store(x);
	assert_string_equal(store_db_uuid(x->store), uuid);
	close_store(x);
}

static void a_store_that_cannot_open_says_why_and_leaves_nothing_open(void **state)
{
	struct fixture *x = *state;
	struct err err = ERR_INIT;
	struct db db;

	temp_dir_write(&x->dir, "state", "a file");
	assert_int_not_equal(try_open(x, NULL, &err), ERR_OK);
	assert_true(err.msg[0] != '\0');
	assert_int_equal(remove(temp_dir_path(&x->dir, "state")), 0);
	open_store(x);
	close_store(x);
	assert_int_equal(
		db_open(&db, temp_dir_path(&x->dir, "state/microcat.db"), DB_WRITE, NULL, &err),
		ERR_OK);
	sqlite3_exec(db.conn, "PRAGMA user_version = 99", NULL, NULL, NULL);
	db_close(&db);
	assert_int_equal(try_open(x, NULL, &err), ERR_CONFLICT);
	assert_non_null(strstr(err.msg, "99"));
}

static void what_a_crash_left_is_put_in_order(void **state)
{
	struct fixture *x = *state;
	struct err err = ERR_INIT;
	struct run_state *run;
	struct read_seen r = { .n_runs = 0 };
	struct db_fixture f = { .now_s = x->now_s };
	const char *path = temp_dir_path(&x->dir, "state/microcat.db");

	open_configured(x);
	harvest(x, 5, 1);
	run = open_run(x);
	run_state_free(run); /* still "running" */
	close_store(x);
	arena_init(&f.arena, 1024 * 1024);
	assert_int_equal(db_open(&f.db, path, DB_WRITE, NULL, &err), ERR_OK);
	fixture_exec(
		&f, "UPDATE record_body SET body = replace(body, 'Title', 'Rescued') WHERE rec = 1;"
		    "INSERT INTO dirty(rec) VALUES(1)");
	db_close(&f.db);
	temp_dir_write(&x->dir, "state/responses/new-abc", "half written");

	open_store(x);
	assert_int_equal(store_generation(x->store), 2); /* of indexing what was dirty */
	start_read(x, &r, 0);
	WAIT(&r.seen);
	assert_int_equal(r.snapshot_gen, 2);
	close_store(x);
	assert_int_not_equal(access(temp_dir_path(&x->dir, "state/responses/new-abc"), F_OK), 0);
	assert_int_equal(db_open(&f.db, path, DB_WRITE, NULL, &err), ERR_OK);
	assert_slice(fixture_text(&f, "SELECT state FROM run WHERE run = 2"), "interrupted");
	assert_int_equal(fixture_n_found(&f, "rescued"), 1);
	assert_int_equal(fixture_number(&f, "SELECT count(*) FROM dirty"), 0);
	assert_slice(fixture_text(&f, "SELECT value FROM meta WHERE key = 'mapping_version'"),
		     "map-1");
	db_close(&f.db);
	arena_clear(&f.arena);
}

static void full_text_of_another_version_is_built_anew(void **state)
{
	struct fixture *x = *state;
	struct err err = ERR_INIT;
	struct db_fixture f = { .now_s = x->now_s };
	const char *path = temp_dir_path(&x->dir, "state/microcat.db");

	open_configured(x);
	harvest(x, 3, 1);
	close_store(x);
	arena_init(&f.arena, 1024 * 1024);
	assert_int_equal(db_open(&f.db, path, DB_WRITE, NULL, &err), ERR_OK);
	fixture_exec(&f, "UPDATE meta SET value = 'old' WHERE key = 'text_version';"
			 "INSERT INTO offer_fts(offer_fts) VALUES('delete-all')");
	assert_int_equal(fixture_n_found(&f, "title"), 0);
	db_close(&f.db);
	open_store(x);
	close_store(x);
	assert_int_equal(db_open(&f.db, path, DB_WRITE, NULL, &err), ERR_OK);
	assert_int_equal(fixture_n_found(&f, "title"), 3);
	assert_slice(fixture_text(&f, "SELECT value FROM meta WHERE key = 'text_version'"),
		     OFFER_TEXT_VERSION);
	db_close(&f.db);
	arena_clear(&f.arena);
}

/* --- requests --- */

static void a_harvest_through_the_requests_is_found_afterwards(void **state)
{
	struct fixture *x = *state;
	struct run_outcome outcome;
	struct read_seen r = { .n_runs = 0 };
	struct store_figures figures;

	open_configured(x);
	outcome = harvest(x, 20, 1);
	assert_int_equal(outcome.end, RUN_COMPLETE);
	assert_int_equal(outcome.ledger.new_, 20);
	assert_int_equal(store_generation(x->store), 1);
	start_read(x, &r, 0);
	assert_false(r.seen.is_done);
	WAIT(&r.seen);
	assert_int_equal(r.seen.failure.code, ERR_OK);
	assert_int_equal(r.n_offers, 20);
	assert_int_equal(r.db_gen, 1);
	assert_int_equal(r.snapshot_gen, 1);
	outcome = harvest(x, 18, 2);
	assert_int_equal(outcome.ledger.changed, 18);
	assert_int_equal(outcome.ledger.removed_absent, 2);
	assert_int_equal(store_generation(x->store), 3);
	store_figures(&figures, x->store);
	assert_true(figures.n_commits >= 7);
	assert_int_equal(figures.n_rollbacks, 0);
	assert_int_equal(figures.n_reads, 1);
	assert_true(figures.column_bytes > 0);
	close_store(x);
}

struct decision_seen {
	struct store_decision req;
	struct seen seen;
};

static void on_decided(struct store_decision *req, const struct err *failure)
{
	note_done(&container_of(req, struct decision_seen, req)->seen, failure);
}

static void decisions_run_through_the_store(void **state)
{
	struct fixture *x = *state;
	struct decision_seen d = { .seen = { .n_done = 0 } };
	struct read_seen r = { .n_runs = 0 };

	open_configured(x);
	harvest(x, 20, 1);
	assert_int_equal(harvest(x, 2, 1).end, RUN_HELD);
	d.req.decision = (struct run_decision){ .source_id = "jyu", .now_s = x->now_s };
	store_confirm_start(&d.req, x->store, on_decided);
	WAIT(&d.seen);
	assert_int_equal(d.seen.failure.code, ERR_OK);
	assert_int_equal(d.req.decided.ledger.removed_absent, 18);
	start_read(x, &r, 0);
	WAIT(&r.seen);
	assert_int_equal(r.n_offers, 2);
	d.seen = (struct seen){ .n_done = 0 };
	d.req.decision.run = d.req.decided.run;
	store_restore_start(&d.req, x->store, on_decided);
	WAIT(&d.seen);
	assert_int_equal(d.seen.failure.code, ERR_OK);
	assert_int_equal(d.req.decided.ledger.back, 18);
	d.seen = (struct seen){ .n_done = 0 };
	store_confirm_start(&d.req, x->store, on_decided);
	WAIT(&d.seen);
	assert_int_equal(d.seen.failure.code, ERR_CONFLICT);
	close_store(x);
}

struct due_seen {
	struct store_source_due due;
	struct store_host_backoff backoff;
	struct seen due_done, backoff_done;
};

static void on_due(struct store_source_due *req, const struct err *failure)
{
	note_done(&container_of(req, struct due_seen, due)->due_done, failure);
}

static void on_backoff(struct store_host_backoff *req, const struct err *failure)
{
	note_done(&container_of(req, struct due_seen, backoff)->backoff_done, failure);
}

static void due_times_and_hosts_survive_a_restart(void **state)
{
	struct fixture *x = *state;
	struct due_seen d = { .due_done = { .n_done = 0 } };
	struct apply_sources a;

	open_configured(x);
	d.due.due = (struct source_due){ .id = "jyu",
					 .next_due_s = x->now_s + 100,
					 .not_before_s = x->now_s + 50,
					 .n_failures = 2 };
	d.backoff.host = "jyu.example";
	d.backoff.not_before_s = x->now_s + 70;
	store_source_due_start(&d.due, x->store, on_due);
	store_host_backoff_start(&d.backoff, x->store, on_backoff);
	WAIT(&d.due_done);
	WAIT(&d.backoff_done);
	close_store(x);
	open_store(x);
	configure(x, &a);
	WAIT(&a.seen);
	assert_int_equal(a.n, 1);
	assert_int_equal(a.first.next_due_s, x->now_s + 100);
	assert_int_equal(a.first.not_before_s, x->now_s + 50);
	assert_int_equal(a.first.n_failures, 2);
	assert_int_equal(a.n_hosts, 1);
	close_store(x);
}

static void an_unknown_source_fails_its_requests(void **state)
{
	struct fixture *x = *state;
	struct run_open_seen open = { .seen = { .n_done = 0 } };

	open_store(x);
	open.req.options.source_id = "nowhere";
	store_run_open_start(&open.req, x->store, on_run_opened);
	WAIT(&open.seen);
	assert_int_equal(open.seen.failure.code, ERR_NOTFOUND);
	assert_null(open.req.state);
	close_store(x);
}

static void a_batch_that_fails_changes_nothing_and_may_be_tried_again(void **state)
{
	struct fixture *x = *state;
	struct run_state *run;
	struct batch_seen b;

	open_configured(x);
	run = open_run(x);
	fill_batch(x, &b, run, 10, 1);
	b.items[10] = (struct apply_item){ .kind = APPLY_SEEN }; /* a breach, last */
	store_run_batch_start(&b.req, x->store, on_batch);
	WAIT(&b.seen);
	assert_int_equal(b.seen.failure.code, ERR_PROTOCOL);
	assert_int_equal(run->counters.ledger.new_, 0);
	assert_int_equal(store_generation(x->store), 0);
	b.seen = (struct seen){ .n_done = 0 };
	b.req.n = 10;
	store_run_batch_start(&b.req, x->store, on_batch);
	WAIT(&b.seen);
	assert_int_equal(b.seen.failure.code, ERR_OK);
	assert_int_equal(run->counters.ledger.new_, 10);
	assert_int_equal(store_generation(x->store), 1);
	run_state_free(run);
	close_store(x);
}

/* --- reading --- */

static void a_read_always_has_the_snapshot_of_its_transaction(void **state)
{
	enum { READS = 40, WRITES = 20 };
	struct fixture *x = *state;
	struct read_seen *reads = mem_new_n(struct read_seen, READS * WRITES + 1);
	struct write_seen *writes = mem_new_n(struct write_seen, WRITES);
	size_t n_reads = 0;
	int64_t newest = 0;

	open_configured(x);
	for (size_t i = 0; i < WRITES; i++) {
		writes[i].makes_generation = true;
		store_write_start(&writes[i].write, x->store, write_in_pool, on_write);
		for (size_t k = 0; k < READS; k++) {
			store_read_start(&reads[n_reads].read, x->store, PATIENCE_MS, read_in_pool,
					 on_read);
			n_reads++;
		}
		WAIT(&reads[n_reads - 1].seen);
	}
	for (size_t i = 0; i < WRITES; i++)
		WAIT(&writes[i].seen);
	start_read(x, &reads[n_reads++], PATIENCE_MS); /* behind them, however slow they were */
	for (size_t i = 0; i < n_reads; i++) {
		WAIT(&reads[i].seen);
		assert_int_equal(reads[i].seen.n_done, 1);
		if (reads[i].seen.failure.code != ERR_OK)
			fail_msg("%s", reads[i].seen.failure.msg);
		assert_int_equal(reads[i].db_gen, reads[i].snapshot_gen);
		newest = reads[i].db_gen > newest ? reads[i].db_gen : newest;
	}
	assert_int_equal(store_generation(x->store), WRITES);
	assert_int_equal(newest, WRITES);
	close_store(x);
	mem_free(reads);
	mem_free(writes);
}

/* Waits, on a connection of its own and without a turn of the loop, for a commit. */
static bool wait_for_generation(struct fixture *x, int64_t generation)
{
	uint64_t deadline_ms = clock_mono_ms() + PATIENCE_MS;
	struct db db;
	int64_t now = 0;
	const char *path = temp_dir_path(&x->dir, "state/microcat.db");

	assert_int_equal(db_open(&db, path, DB_READ, NULL, NULL), ERR_OK);
	while (now < generation && clock_mono_ms() < deadline_ms) {
		assert_int_equal(db_generation(&db, &now, NULL), ERR_OK);
		(void)poll(NULL, 0, 1); /* lets the writer's thread, which goes behind us, run */
	}
	db_close(&db);
	return now == generation;
}

/* What is committed is read, though the loop has not heard of it yet. */
static void a_read_does_not_wait_for_the_loop_to_publish(void **state)
{
	struct fixture *x = *state;
	struct write_seen w = { .makes_generation = true };
	struct read_seen r = { .n_runs = 0 };
	struct store_figures figures;
	sem_t entered;

	open_configured(x);
	sem_init(&entered, 0, 0);
	r.entered = &entered;
	store_write_start(&w.write, x->store, write_in_pool, on_write);
	assert_true(wait_for_generation(x, store_generation(x->store) + 1));
	start_read(x, &r, PATIENCE_MS);
	sem_wait(&entered); /* it runs while the loop stands still */
	WAIT(&r.seen);
	WAIT(&w.seen);
	assert_int_equal(r.seen.failure.code, ERR_OK);
	assert_int_equal(r.db_gen, store_generation(x->store));
	assert_int_equal(r.snapshot_gen, r.db_gen);
	assert_int_equal(r.n_runs, 1);
	store_figures(&figures, x->store);
	assert_int_equal(figures.n_reads_overtaken, 0);
	close_store(x);
	sem_destroy(&entered);
}

static void a_read_may_do_without_a_snapshot(void **state)
{
	struct fixture *x = *state;
	struct read_seen r = { .n_runs = 0 };

	open_store(x);
	store_read_bare_start(&r.read, x->store, 0, read_in_pool, on_read);
	WAIT(&r.seen);
	assert_int_equal(r.seen.failure.code, ERR_OK);
	assert_int_equal(r.snapshot_gen, -1);
	close_store(x);
}

static void a_read_ends_at_its_deadline(void **state)
{
	struct fixture *x = *state;
	struct read_seen r = { .counts_for_ever = true };

	open_store(x);
	start_read(x, &r, 20);
	WAIT(&r.seen);
	assert_int_equal(r.seen.failure.code, ERR_TIMEOUT);
	/* The connection serves on. */
	r = (struct read_seen){ .n_runs = 0 };
	start_read(x, &r, 0);
	WAIT(&r.seen);
	assert_int_equal(r.seen.failure.code, ERR_OK);
	close_store(x);
}

static void a_read_can_be_cancelled_running_waiting_and_too_late(void **state)
{
	enum { N = 6 }; /* two run, four wait */
	struct fixture *x = *state;
	struct read_seen reads[N];
	sem_t entered;

	sem_init(&entered, 0, 0);
	open_store(x);
	for (size_t i = 0; i < N; i++) {
		reads[i] = (struct read_seen){ .counts_for_ever = true, .entered = &entered };
		start_read(x, &reads[i], PATIENCE_MS * 10);
	}
	sem_wait(&entered);
	sem_wait(&entered);
	for (size_t i = 0; i < N; i++) {
		store_read_cancel(&reads[i].read);
		store_read_cancel(&reads[i].read);
	}
	for (size_t i = 0; i < N; i++) {
		WAIT(&reads[i].seen);
		assert_int_equal(reads[i].seen.n_done, 1);
		assert_int_equal(reads[i].seen.failure.code, ERR_CANCELLED);
		store_read_cancel(&reads[i].read);
	}
	close_store(x);
	sem_destroy(&entered);
}

static void too_many_reads_are_refused(void **state)
{
	enum { N = LIMIT_STORE_READS + 3 };
	struct fixture *x = *state;
	struct read_seen *reads = mem_new_n(struct read_seen, N);
	sem_t gate;
	size_t n_refused = 0;

	sem_init(&gate, 0, 0);
	open_store(x);
	for (size_t i = 0; i < N; i++) {
		reads[i].gate = &gate;
		start_read(x, &reads[i], PATIENCE_MS);
	}
	for (size_t i = 0; i < N; i++)
		sem_post(&gate);
	for (size_t i = 0; i < N; i++) {
		WAIT(&reads[i].seen);
		n_refused += reads[i].seen.failure.code == ERR_BUSY;
	}
	assert_int_equal(n_refused, 3);
	close_store(x);
	mem_free(reads);
	sem_destroy(&gate);
}

static void start_large_read(struct fixture *x, struct read_seen *r, uint32_t timeout_ms)
{
	struct store_read_options options = { .timeout_ms = timeout_ms, .is_large = true };

	store_read_start_as(&r->read, x->store, &options, read_in_pool, on_read);
}

/* However many large reads wait, and however long each takes. */
static void a_small_read_does_not_wait_for_large_ones(void **state)
{
	enum { LARGE = 20, SMALL = 5 };
	struct fixture *x = *state;
	struct read_seen large[LARGE] = { { .n_runs = 0 } }, small[SMALL] = { { .n_runs = 0 } };
	struct store_figures figures;
	sem_t gate;

	sem_init(&gate, 0, 0);
	open_store(x);
	for (size_t i = 0; i < LARGE; i++) {
		large[i].gate = &gate; /* none ends before it is opened */
		start_large_read(x, &large[i], PATIENCE_MS);
	}
	for (size_t i = 0; i < SMALL; i++)
		start_read(x, &small[i], PATIENCE_MS);
	for (size_t i = 0; i < SMALL; i++) {
		WAIT(&small[i].seen);
		assert_int_equal(small[i].seen.failure.code, ERR_OK);
	}
	for (size_t i = 0; i < LARGE; i++)
		assert_int_equal(large[i].seen.n_done, 0);
	store_figures(&figures, x->store);
	assert_int_equal(figures.n_reads_waiting, LARGE);
	store_read_cancel(&large[1].read); /* while it stands in line */
	for (size_t i = 0; i < LARGE; i++)
		sem_post(&gate);
	for (size_t i = 0; i < LARGE; i++) {
		WAIT(&large[i].seen);
		assert_int_equal(large[i].seen.n_done, 1);
		assert_int_equal(large[i].seen.failure.code, i == 1 ? ERR_CANCELLED : ERR_OK);
		assert_int_equal(large[i].n_runs, i == 1 ? 0 : 1);
	}
	close_store(x);
	sem_destroy(&gate);
}

static void too_many_large_reads_are_refused_and_small_ones_are_not(void **state)
{
	enum { N = LIMIT_STORE_LARGE_READS + 3 };
	struct fixture *x = *state;
	struct read_seen *reads = mem_new_n(struct read_seen, N);
	struct read_seen small = { .n_runs = 0 };
	sem_t gate;
	size_t n_refused = 0;

	sem_init(&gate, 0, 0);
	open_store(x);
	for (size_t i = 0; i < N; i++) {
		reads[i].gate = &gate;
		start_large_read(x, &reads[i], PATIENCE_MS);
	}
	start_read(x, &small, PATIENCE_MS);
	WAIT(&small.seen);
	assert_int_equal(small.seen.failure.code, ERR_OK);
	for (size_t i = 0; i < N; i++)
		sem_post(&gate);
	for (size_t i = 0; i < N; i++) {
		WAIT(&reads[i].seen);
		n_refused += reads[i].seen.failure.code == ERR_BUSY;
	}
	assert_int_equal(n_refused, 3);
	close_store(x);
	mem_free(reads);
	sem_destroy(&gate);
}

static void a_read_whose_turn_comes_too_late_does_not_run(void **state)
{
	struct fixture *x = *state;
	struct read_seen first = { .n_runs = 0 }, late = { .n_runs = 0 };
	sem_t gate;

	sem_init(&gate, 0, 0);
	open_store(x);
	first.gate = &gate;
	start_large_read(x, &first, PATIENCE_MS);
	start_large_read(x, &late, 1);
	while (clock_mono_ms() < late.read.deadline_ms)
		;
	sem_post(&gate);
	WAIT(&late.seen);
	WAIT(&first.seen);
	assert_int_equal(late.seen.failure.code, ERR_TIMEOUT);
	assert_int_equal(late.n_runs, 0);
	assert_int_equal(first.seen.failure.code, ERR_OK);
	close_store(x);
	sem_destroy(&gate);
}

/* Notes how much of the file its connection may map, and that it can read. */
static enum err_code see_mapped_in_pool(struct store_read *read, struct db *db,
					const struct snapshot *snapshot, struct err *err)
{
	struct read_seen *r = container_of(read, struct read_seen, read);
	sqlite3_stmt *st = NULL;
	bool has_row = false;
	enum err_code rc;

	(void)snapshot;
	sqlite3_prepare_v2(db->conn, "PRAGMA mmap_size", -1, &st, NULL);
	rc = stmt_next(db, st, &has_row, "mmap_size", err);
	r->n_offers = stmt_i64(st, 0);
	sqlite3_finalize(st);
	return rc == ERR_OK ? db_generation(db, &r->db_gen, err) : rc;
}

static void large_reads_do_not_fill_the_memory_with_the_file(void **state)
{
	static const bool is_large[] = { false, true, false, true, true, false };
	struct fixture *x = *state;

	open_configured(x);
	harvest(x, 20, 1);
	for (size_t i = 0; i < countof(is_large); i++) {
		struct store_read_options options = { .is_large = is_large[i] };
		struct read_seen r = { .n_runs = 0 };

		store_read_start_as(&r.read, x->store, &options, see_mapped_in_pool, on_read);
		WAIT(&r.seen);
		assert_int_equal(r.seen.failure.code, ERR_OK);
		assert_int_equal(r.n_offers > 0, !is_large[i]);
		assert_int_equal(r.db_gen, store_generation(x->store));
	}
	close_store(x);
}

/* --- closing --- */

static void closing_finishes_the_write_in_hand_and_cancels_those_that_wait(void **state)
{
	struct fixture *x = *state;
	struct write_seen writes[4];
	struct read_seen late = { .n_runs = 0 };
	struct write_seen later = { .has_run = false };
	sem_t entered, gate;

	sem_init(&entered, 0, 0);
	sem_init(&gate, 0, 0);
	open_store(x);
	for (size_t i = 0; i < countof(writes); i++) {
		writes[i] = (struct write_seen){ .entered = &entered,
						 .gate = &gate,
						 .makes_generation = true };
		store_write_start(&writes[i].write, x->store, write_in_pool, on_write);
	}
	assert_int_equal(store_write_backlog(x->store), 4);
	sem_wait(&entered);
	store_close(x->store, on_closed, x);
	start_read(x, &late, 0);
	store_write_start(&later.write, x->store, write_in_pool, on_write);
	sem_post(&gate);
	assert_true(loop_run_until(&x->loop, &x->is_closed, PATIENCE_MS));
	for (size_t i = 0; i < countof(writes); i++) {
		assert_int_equal(writes[i].seen.n_done, 1);
		assert_int_equal(writes[i].has_run, i == 0);
		assert_int_equal(writes[i].seen.failure.code, i == 0 ? ERR_OK : ERR_CANCELLED);
	}
	assert_int_equal(late.seen.failure.code, ERR_CANCELLED);
	assert_int_equal(later.seen.failure.code, ERR_CANCELLED);
	assert_false(later.has_run);
	open_store(x);
	assert_int_equal(store_generation(x->store), 1);
	close_store(x);
	sem_destroy(&entered);
	sem_destroy(&gate);
}

/* --- kept bodies --- */

struct keep_seen {
	struct store_response_keep req;
	struct seen seen;
	struct slice body;
	size_t at, n_piece;
	unsigned n_wants;
	bool gives_up, is_silent;
};

static void on_want(struct store_response_keep *req)
{
	struct keep_seen *k = container_of(req, struct keep_seen, req);
	struct buf piece = BUF_INIT(LIMIT_SPOOL_PIECE_BYTES);
	struct slice bytes = slice_first(slice_from(k->body, k->at), k->n_piece);

	k->n_wants++;
	if (k->is_silent)
		return;
	if (k->gives_up && k->n_wants == 2) {
		struct err why = ERR_INIT;

		err_set(&why, ERR_IO, "the spool is gone");
		store_response_keep_give_up(req, &why);
		return;
	}
	buf_slice(&piece, bytes);
	k->at += bytes.n;
	store_response_keep_piece(req, &piece);
}

static void on_kept(struct store_response_keep *req, const struct err *failure)
{
	note_done(&container_of(req, struct keep_seen, req)->seen, failure);
}

static void start_keep(struct fixture *x, struct keep_seen *k, const char *url, struct slice body)
{
	k->body = body;
	k->n_piece = 1000;
	k->req.row = (struct response_row){ .sid = 1,
					    .run = 1,
					    .seq = 1,
					    .url = slice_of(url),
					    .status = 200,
					    .etag = SLICE_LIT("\"v1\""),
					    .fetched_s = x->now_s,
					    .checked_s = x->now_s,
					    .body_bytes = body.n };
	blob_hash(k->req.row.body_hash, body);
	store_response_keep_start(&k->req, x->store, on_want, on_kept);
}

struct load_seen {
	struct store_response_load req;
	struct seen seen;
	struct buf got;
	unsigned n_pieces;
	bool is_slow; /* the test calls next */
	bool cancels; /* at the first piece */
};

static void on_piece(struct store_response_load *req, struct slice bytes)
{
	struct load_seen *l = container_of(req, struct load_seen, req);

	l->n_pieces++;
	if (l->cancels) {
		store_response_load_cancel(req);
		return;
	}
	if (!l->is_slow)
		store_response_load_next(req);
	buf_slice(&l->got, bytes); /* still good after next() */
}

static void on_loaded(struct store_response_load *req, const struct err *failure)
{
	note_done(&container_of(req, struct load_seen, req)->seen, failure);
}

static void start_load(struct fixture *x, struct load_seen *l, struct slice body)
{
	buf_init(&l->got, 4 * 1024 * 1024);
	blob_hash(l->req.body_hash, body);
	store_response_load_start(&l->req, x->store, on_piece, on_loaded);
}

struct find_seen {
	struct store_response_find req;
	struct seen seen;
	bool is_found;
	uint64_t body_bytes;
	char etag[16];
};

static void on_found(struct store_response_find *req, const struct err *failure)
{
	struct find_seen *s = container_of(req, struct find_seen, req);

	s->is_found = req->is_found;
	s->body_bytes = req->row.body_bytes;
	if (req->is_found)
		snprintf(s->etag, sizeof(s->etag), "%.*s", SLICE_ARG(req->row.etag));
	note_done(&s->seen, failure);
}

static struct find_seen find(struct fixture *x, const char *url)
{
	struct find_seen s = { .is_found = false };

	s.req.sid = 1;
	s.req.url = slice_of(url);
	store_response_find_start(&s.req, x->store, on_found);
	WAIT(&s.seen);
	assert_int_equal(s.seen.failure.code, ERR_OK);
	return s;
}

/* Compresses badly enough to have several pieces. */
static struct slice noise(struct fixture *x, size_t n)
{
	char *p = arena_alloc(&x->texts.arena, n + 1);
	uint64_t v = 88172645463325252u;

	for (size_t i = 0; i < n; i++) {
		v ^= v << 13;
		v ^= v >> 7;
		v ^= v << 17;
		p[i] = (char)v;
	}
	return slice_make(p, n);
}

static void a_body_is_kept_found_and_loaded(void **state)
{
	struct fixture *x = *state;
	struct slice body = noise(x, 3 * LIMIT_RESPONSE_CHUNK_BYTES / 2);
	struct keep_seen k = { .n_wants = 0 };
	struct keep_seen again = { .n_wants = 0 };
	struct load_seen l = { .n_pieces = 0 };
	struct find_seen s;

	open_configured(x);
	assert_false(find(x, "https://a/1").is_found);
	start_keep(x, &k, "https://a/1", body);
	k.n_piece = 100000;
	WAIT(&k.seen);
	assert_int_equal(k.seen.failure.code, ERR_OK);
	assert_int_equal(k.n_wants, 5); /* four pieces and the end */
	s = find(x, "https://a/1");
	assert_true(s.is_found);
	assert_int_equal(s.body_bytes, body.n);
	assert_string_equal(s.etag, "\"v1\"");
	start_load(x, &l, body);
	WAIT(&l.seen);
	assert_int_equal(l.seen.failure.code, ERR_OK);
	assert_int_equal(l.n_pieces, 2);
	assert_slices_equal(buf_view(&l.got), body);
	/* The same body of another URL is not asked for. */
	start_keep(x, &again, "https://a/2", body);
	WAIT(&again.seen);
	assert_int_equal(again.seen.failure.code, ERR_OK);
	assert_int_equal(again.n_wants, 0);
	assert_true(find(x, "https://a/2").is_found);
	buf_clear(&l.got);
	close_store(x);
}

static void a_body_that_cannot_be_kept_leaves_nothing(void **state)
{
	struct fixture *x = *state;
	struct keep_seen k = { .gives_up = true };
	struct keep_seen wrong = { .n_wants = 0 };

	open_configured(x);
	start_keep(x, &k, "https://a/1", noise(x, 5000));
	WAIT(&k.seen);
	assert_int_equal(k.seen.failure.code, ERR_IO);
	assert_string_equal(k.seen.failure.msg, "the spool is gone");
	start_keep(x, &wrong, "https://a/1", noise(x, 5000));
	wrong.body = slice_first(wrong.body, 4000); /* less than was hashed */
	WAIT(&wrong.seen);
	assert_int_equal(wrong.seen.failure.code, ERR_CONFLICT);
	assert_false(find(x, "https://a/1").is_found);
	close_store(x);
	/* No unfinished file either: opening again finds none to delete. */
	{
		struct db db;
		struct err err = ERR_INIT;
		size_t n = 7;

		assert_int_equal(db_open(&db, temp_dir_path(&x->dir, "state/microcat.db"), DB_WRITE,
					 NULL, &err),
				 ERR_OK);
		assert_int_equal(response_files_clean(temp_dir_path(&x->dir, "state/responses"),
						      &db, &n, &err),
				 ERR_OK);
		assert_int_equal(n, 0);
		db_close(&db);
	}
}

static void a_file_that_is_missing_takes_its_row_along(void **state)
{
	struct fixture *x = *state;
	struct slice body = noise(x, 5000);
	struct keep_seen k = { .n_wants = 0 };
	struct keep_seen again = { .n_wants = 0 };
	struct load_seen l = { .n_pieces = 0 };
	char dir[128];

	open_configured(x);
	start_keep(x, &k, "https://a/1", body);
	WAIT(&k.seen);
	snprintf(dir, sizeof(dir), "%s/state/responses", x->dir.path);
	response_file_delete(dir, k.req.row.body_hash);
	start_load(x, &l, body);
	WAIT(&l.seen);
	assert_int_equal(l.seen.failure.code, ERR_NOTFOUND);
	assert_int_equal(l.n_pieces, 0);
	assert_false(find(x, "https://a/1").is_found);
	/* It can be kept again. */
	start_keep(x, &again, "https://a/1", body);
	WAIT(&again.seen);
	assert_int_equal(again.seen.failure.code, ERR_OK);
	assert_true(again.n_wants > 0);
	assert_true(find(x, "https://a/1").is_found);
	buf_clear(&l.got);
	close_store(x);
}

static void loading_goes_on_when_asked_and_can_be_cancelled(void **state)
{
	struct fixture *x = *state;
	struct slice body = noise(x, 2 * LIMIT_RESPONSE_CHUNK_BYTES);
	struct keep_seen k = { .n_wants = 0 };
	struct load_seen slow = { .is_slow = true };
	struct load_seen stopped = { .cancels = true };

	open_configured(x);
	start_keep(x, &k, "https://a/1", body);
	k.n_piece = LIMIT_SPOOL_PIECE_BYTES;
	WAIT(&k.seen);
	start_load(x, &slow, body);
	while (slow.n_pieces == 0)
		loop_turn(&x->loop, 10);
	for (int i = 0; i < 10; i++)
		loop_turn(&x->loop, 1);
	assert_int_equal(slow.n_pieces, 1);
	store_response_load_next(&slow.req);
	while (slow.n_pieces == 1)
		loop_turn(&x->loop, 10);
	store_response_load_next(&slow.req);
	WAIT(&slow.seen);
	assert_int_equal(slow.seen.failure.code, ERR_OK);
	assert_slices_equal(buf_view(&slow.got), body);
	start_load(x, &stopped, body);
	WAIT(&stopped.seen);
	assert_int_equal(stopped.seen.failure.code, ERR_CANCELLED);
	assert_int_equal(stopped.n_pieces, 1);
	store_response_load_cancel(&stopped.req);
	buf_clear(&slow.got);
	buf_clear(&stopped.got);
	close_store(x);
}

struct list_seen {
	struct store_replay_list req;
	struct seen seen;
	size_t n;
	int64_t last_complete_run;
	char first_url[64];
};

static void on_listed(struct store_replay_list *req, const struct err *failure)
{
	struct list_seen *l = container_of(req, struct list_seen, req);

	l->n = req->responses.n;
	l->last_complete_run = req->last_complete_run;
	if (l->n > 0)
		snprintf(l->first_url, sizeof(l->first_url), "%.*s",
			 SLICE_ARG(req->responses.items[0].url));
	note_done(&l->seen, failure);
}

struct touch_seen {
	struct store_response_touch req;
	struct seen seen;
};

static void on_touched(struct store_response_touch *req, const struct err *failure)
{
	note_done(&container_of(req, struct touch_seen, req)->seen, failure);
}

static void a_replay_finds_what_was_kept_in_order(void **state)
{
	struct fixture *x = *state;
	struct keep_seen a = { .n_wants = 0 };
	struct keep_seen b = { .n_wants = 0 };
	struct touch_seen t = { .seen = { .n_done = 0 } };
	struct list_seen l = { .n = 0 };

	open_configured(x);
	harvest(x, 2, 1);
	start_keep(x, &a, "https://a/1", SLICE_LIT("one"));
	WAIT(&a.seen);
	start_keep(x, &b, "https://a/2", SLICE_LIT("two"));
	WAIT(&b.seen);
	t.req.row = (struct response_row){
		.sid = 1, .url = SLICE_LIT("https://a/1"), .run = 2, .seq = 1, .checked_s = x->now_s
	};
	store_response_touch_start(&t.req, x->store, on_touched);
	WAIT(&t.seen);
	l.req.source_id = "jyu";
	store_replay_list_start(&l.req, x->store, on_listed);
	WAIT(&l.seen);
	assert_int_equal(l.n, 2);
	assert_string_equal(l.first_url, "https://a/2");
	assert_int_equal(l.last_complete_run, 1);
	l = (struct list_seen){ .n = 0 };
	l.req.source_id = "nowhere";
	store_replay_list_start(&l.req, x->store, on_listed);
	WAIT(&l.seen);
	assert_int_equal(l.seen.failure.code, ERR_NOTFOUND);
	close_store(x);
}

static void settling_drops_what_is_too_much(void **state)
{
	struct fixture *x = *state;
	struct keep_seen k = { .n_wants = 0 };
	struct slice body = noise(x, 5000);
	uint64_t n;
	char dir[128];

	x->options.keep_responses_bytes = 100;
	open_configured(x);
	start_keep(x, &k, "https://a/1", body);
	WAIT(&k.seen);
	assert_true(find(x, "https://a/1").is_found);
	harvest(x, 1, 1);
	close_store(x); /* waits for what runs in the background, or has it given up */
	open_store(x);
	harvest(x, 1, 1);
	while (find(x, "https://a/1").is_found)
		loop_turn(&x->loop, 10);
	close_store(x);
	snprintf(dir, sizeof(dir), "%s/state/responses", x->dir.path);
	assert_false(response_file_exists(dir, k.req.row.body_hash, &n));
}

/* --- closing at every turn --- */

static void closing_at_any_turn_ends_each_request_once(void **state)
{
	struct fixture *x = *state;
	struct slice body = noise(x, 300000);
	bool was_all_done = false;

	open_configured(x);
	{
		struct keep_seen k = { .n_wants = 0 };

		start_keep(x, &k, "https://a/0", body);
		WAIT(&k.seen);
	}
	close_store(x);
	for (unsigned n_turns = 0; !was_all_done; n_turns++) {
		struct apply_sources a;
		struct read_seen r[3] = { { .n_runs = 0 } };
		struct write_seen w = { .makes_generation = true };
		struct keep_seen k = { .n_wants = 0 };
		struct keep_seen silent = { .is_silent = n_turns % 2 == 0 };
		struct load_seen l = { .n_pieces = 0 };
		struct load_seen slow = { .is_slow = n_turns % 3 == 0 };
		struct run_open_seen open = { .seen = { .n_done = 0 } };
		char url[32];
		char text[32];

		assert_true(n_turns < 2000);
		open_store(x);
		configure(x, &a);
		open.req.options.source_id = "jyu";
		open.req.options.now_s = x->now_s;
		store_run_open_start(&open.req, x->store, on_run_opened);
		store_write_start(&w.write, x->store, write_in_pool, on_write);
		for (size_t i = 0; i < countof(r); i++)
			start_read(x, &r[i], PATIENCE_MS);
		snprintf(url, sizeof(url), "https://a/%u", n_turns + 1);
		snprintf(text, sizeof(text), "body %u", n_turns);
		start_keep(x, &k, url, slice_of(text));
		start_keep(x, &silent, "https://a/silent", slice_make(text, 4));
		start_load(x, &l, body);
		start_load(x, &slow, body);
		for (unsigned i = 0; i < n_turns; i++)
			loop_turn(&x->loop, 1);
		was_all_done = a.seen.is_done && open.seen.is_done && w.seen.is_done &&
			       r[0].seen.is_done && r[1].seen.is_done && r[2].seen.is_done &&
			       k.seen.is_done && l.seen.is_done;
		close_store(x);
		assert_int_equal(a.seen.n_done, 1);
		assert_int_equal(open.seen.n_done, 1);
		assert_int_equal(w.seen.n_done, 1);
		for (size_t i = 0; i < countof(r); i++)
			assert_int_equal(r[i].seen.n_done, 1);
		assert_int_equal(k.seen.n_done, 1);
		assert_int_equal(silent.seen.n_done, 1);
		assert_int_equal(l.seen.n_done, 1);
		assert_int_equal(slow.seen.n_done, 1);
		assert_true(a.seen.failure.code == ERR_OK || a.seen.failure.code == ERR_CANCELLED);
		assert_true(l.seen.failure.code == ERR_OK || l.seen.failure.code == ERR_CANCELLED);
		run_state_free(open.req.state);
		buf_clear(&l.got);
		buf_clear(&slow.got);
	}
}

/* --- faults --- */

/* Runs one batch; the code it ends with. */
static enum err_code try_batch(struct fixture *x, struct batch_seen *b)
{
	b->seen = (struct seen){ .n_done = 0 };
	store_run_batch_start(&b->req, x->store, on_batch);
	WAIT(&b->seen);
	return b->seen.failure.code;
}

static void a_full_or_broken_disk_loses_no_more_than_the_batch(void **state)
{
	static const struct {
		int sqlite_code;
		enum err_code code;
	} rows[] = { { SQLITE_FULL, ERR_FULL }, { SQLITE_IOERR_WRITE, ERR_IO } };
	struct fixture *x = *state;
	struct err err = ERR_INIT;

	for (size_t i = 0; i < countof(rows); i++) {
		struct apply_sources a;
		struct batch_seen b;
		struct run_state *run;
		unsigned n_failed = 0;
		enum err_code rc = ERR_FULL;
		struct read_seen r = { .n_runs = 0 };

		faulty_vfs_reset();
		assert_int_equal(try_open(x, FAULTY_VFS, &err), ERR_OK);
		configure(x, &a);
		WAIT(&a.seen);
		run = open_run(x);
		fill_batch(x, &b, run, 20, (unsigned)i + 1);
		/* Each write of the batch in turn. */
		for (int nth = 1; rc != ERR_OK; nth++) {
			assert_true(nth < 500);
			faulty_vfs_fail_writes(rows[i].sqlite_code, nth);
			rc = try_batch(x, &b);
			if (rc == ERR_OK)
				break;
			n_failed++;
			assert_int_equal(rc, rows[i].code);
			assert_int_equal(run->counters.ledger.shown, 0);
			assert_int_equal(store_generation(x->store), (int64_t)i);
		}
		faulty_vfs_reset();
		assert_true(n_failed >= 2);
		assert_int_equal(run->counters.ledger.new_ + run->counters.ledger.changed, 20);
		assert_int_equal(settle(x, run).end, RUN_COMPLETE);
		start_read(x, &r, 0);
		WAIT(&r.seen);
		assert_int_equal(r.seen.failure.code, ERR_OK);
		assert_int_equal(r.n_offers, 20);
		assert_int_equal(r.db_gen, i + 1);
		close_store(x);
	}
	/* And what is there is sound. */
	{
		struct db_fixture f = { .now_s = 0 };

		arena_init(&f.arena, 1024 * 1024);
		assert_int_equal(db_open(&f.db, temp_dir_path(&x->dir, "state/microcat.db"),
					 DB_WRITE, NULL, &err),
				 ERR_OK);
		assert_slice(fixture_text(&f, "PRAGMA integrity_check"), "ok");
		fixture_exec(&f, "INSERT INTO offer_fts(offer_fts) VALUES('integrity-check')");
		assert_int_equal(fixture_n_found(&f, "title"), 20);
		db_close(&f.db);
		arena_clear(&f.arena);
	}
}

static void a_settling_that_fails_leaves_the_run_to_be_settled_again(void **state)
{
	struct fixture *x = *state;
	struct err err = ERR_INIT;
	struct apply_sources a;
	struct batch_seen b;
	struct settle_seen s = { .seen = { .n_done = 0 } };
	struct run_state *run;

	faulty_vfs_reset();
	assert_int_equal(try_open(x, FAULTY_VFS, &err), ERR_OK);
	configure(x, &a);
	WAIT(&a.seen);
	harvest(x, 20, 1);
	run = open_run(x);
	fill_batch(x, &b, run, 18, 1);
	assert_int_equal(try_batch(x, &b), ERR_OK);
	s.req.state = run;
	s.req.settle = (struct run_settle){ .is_proven = true,
					    .shrink_guard_permille = 300,
					    .now_s = x->now_s };
	faulty_vfs_fail_writes(SQLITE_FULL, 1);
	store_run_settle_start(&s.req, x->store, on_settled);
	WAIT(&s.seen);
	assert_int_equal(s.seen.failure.code, ERR_FULL);
	faulty_vfs_reset();
	s.seen = (struct seen){ .n_done = 0 };
	store_run_settle_start(&s.req, x->store, on_settled);
	WAIT(&s.seen);
	assert_int_equal(s.seen.failure.code, ERR_OK);
	assert_int_equal(s.req.outcome.end, RUN_COMPLETE);
	assert_int_equal(s.req.outcome.ledger.removed_absent, 2);
	run_state_free(run);
	close_store(x);
}

static void a_disk_that_cannot_be_read_fails_the_read_and_not_the_store(void **state)
{
	struct fixture *x = *state;
	struct err err = ERR_INIT;
	struct apply_sources a;
	struct read_seen r = { .n_runs = 0 };

	faulty_vfs_reset();
	assert_int_equal(try_open(x, FAULTY_VFS, &err), ERR_OK);
	configure(x, &a);
	WAIT(&a.seen);
	harvest(x, 20, 1);
	faulty_vfs_fail_reads(true);
	start_read(x, &r, 0);
	WAIT(&r.seen);
	assert_int_equal(r.seen.failure.code, ERR_IO);
	faulty_vfs_fail_reads(false);
	r = (struct read_seen){ .n_runs = 0 };
	start_read(x, &r, 0);
	WAIT(&r.seen);
	assert_int_equal(r.seen.failure.code, ERR_OK);
	assert_int_equal(r.n_offers, 20);
	close_store(x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
		T(a_store_makes_its_directories_and_opens_again),
		T(a_store_that_cannot_open_says_why_and_leaves_nothing_open),
		T(what_a_crash_left_is_put_in_order),
		T(full_text_of_another_version_is_built_anew),
		T(a_harvest_through_the_requests_is_found_afterwards),
		T(decisions_run_through_the_store),
		T(due_times_and_hosts_survive_a_restart),
		T(an_unknown_source_fails_its_requests),
		T(a_batch_that_fails_changes_nothing_and_may_be_tried_again),
		T(a_read_always_has_the_snapshot_of_its_transaction),
		T(a_read_does_not_wait_for_the_loop_to_publish),
		T(a_read_may_do_without_a_snapshot),
		T(a_read_ends_at_its_deadline),
		T(a_read_can_be_cancelled_running_waiting_and_too_late),
		T(too_many_reads_are_refused),
		T(a_small_read_does_not_wait_for_large_ones),
		T(too_many_large_reads_are_refused_and_small_ones_are_not),
		T(a_read_whose_turn_comes_too_late_does_not_run),
		T(large_reads_do_not_fill_the_memory_with_the_file),
		T(closing_finishes_the_write_in_hand_and_cancels_those_that_wait),
		T(a_body_is_kept_found_and_loaded),
		T(a_body_that_cannot_be_kept_leaves_nothing),
		T(a_file_that_is_missing_takes_its_row_along),
		T(loading_goes_on_when_asked_and_can_be_cancelled),
		T(a_replay_finds_what_was_kept_in_order),
		T(settling_drops_what_is_too_much),
		T(closing_at_any_turn_ends_each_request_once),
		T(a_full_or_broken_disk_loses_no_more_than_the_batch),
		T(a_settling_that_fails_leaves_the_run_to_be_settled_again),
		T(a_disk_that_cannot_be_read_fails_the_read_and_not_the_store),
#undef T
	};

	faulty_vfs_install();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
