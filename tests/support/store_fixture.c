// SPDX-License-Identifier: EUPL-1.2
/* A store on a loop for tests, and its requests with what became of them. */
#include "tests/support/store_fixture.h"

#include "base/log.h"

int store_fixture_set_up(void **state)
{
	struct store_fixture *x = mem_new(struct store_fixture);
	struct err err = ERR_INIT;

	log_set_level(LOG_LEVEL_ERROR);
	x->now_s = 1795000000;
	x->file.now_s = x->now_s;
	arena_init(&x->file.arena, 16 * 1024 * 1024);
	temp_dir_make(&x->dir);
	assert_int_equal(loop_init(&x->loop, &err), ERR_OK);
	*state = x;
	return 0;
}

int store_fixture_tear_down(void **state)
{
	struct store_fixture *x = *state;
	struct err err = ERR_INIT;

	if (loop_close(&x->loop, &err) != ERR_OK)
		fail_msg("%s", err.msg);
	arena_clear(&x->file.arena);
	temp_dir_remove(&x->dir);
	mem_free(x);
	return 0;
}

/* --- opening and closing --- */

enum err_code store_fixture_try_open(struct store_fixture *x, const char *vfs, struct err *err)
{
	struct store_options options = {
		.state_dir = temp_dir_path(&x->dir, "state"),
		.keep_responses_bytes =
			x->keep_responses_bytes > 0 ? x->keep_responses_bytes : 1 << 30,
		.keep_days = 30,
		.vfs = vfs,
		.quiet_ms = x->quiet_ms,
		.mapping_version = "map-1",
		.vocab_version = "vocab-1",
		.now_s = x->now_s,
	};

	x->is_closed = false;
	return store_open(&x->store, &x->loop, &options, err);
}

void store_fixture_open(struct store_fixture *x)
{
	struct err err = ERR_INIT;

	if (store_fixture_try_open(x, NULL, &err) != ERR_OK)
		fail_msg("%s", err.msg);
}

void store_fixture_open_configured(struct store_fixture *x)
{
	struct sources_seen a;

	store_fixture_open(x);
	sources_seen_start(x, &a);
	WAIT_FOR(x, &a.seen);
	assert_int_equal(a.seen.failure.code, ERR_OK);
}

static void on_closed(void *data)
{
	struct store_fixture *x = data;

	x->is_closed = true;
	x->store = NULL;
}

void store_fixture_begin_close(struct store_fixture *x)
{
	store_close(x->store, on_closed, x);
	assert_false(x->is_closed);
}

void store_fixture_close(struct store_fixture *x)
{
	store_fixture_begin_close(x);
	assert_true(loop_run_until(&x->loop, &x->is_closed, STORE_PATIENCE_MS));
}

void store_fixture_open_file(struct store_fixture *x)
{
	const char *path = temp_dir_path(&x->dir, "state/microcat.db");
	struct err err = ERR_INIT;

	if (db_open(&x->file.db, path, DB_WRITE, NULL, &err) != ERR_OK)
		fail_msg("%s", err.msg);
}

void store_fixture_close_file(struct store_fixture *x)
{
	db_close(&x->file.db);
}

/* --- requests --- */

void seen_note(struct seen *s, const struct err *failure)
{
	s->n_done++;
	s->is_done = true;
	if (failure != NULL)
		s->failure = *failure;
}

static void on_sources_applied(struct store_sources_apply *req, const struct err *failure)
{
	struct sources_seen *a = container_of(req, struct sources_seen, req);

	a->n = req->sources.n;
	a->n_hosts = req->hosts.n;
	if (req->sources.n > 0)
		a->first = req->sources.items[0];
	seen_note(&a->seen, failure);
}

void sources_seen_start(struct store_fixture *x, struct sources_seen *a)
{
	*a = (struct sources_seen){ .n = 0 };
	a->entry = (struct source_entry){
		.id = "jyu", .title = "Jyväskylä", .settings = SLICE_LIT("{}"), .is_enabled = true
	};
	a->req.entries = &a->entry;
	a->req.n = 1;
	a->req.now_s = x->now_s;
	store_sources_apply_start(&a->req, x->store, on_sources_applied);
}

static void on_run_opened(struct store_run_open *req, const struct err *failure)
{
	seen_note(&container_of(req, struct run_open_seen, req)->seen, failure);
}

void run_open_seen_start(struct store_fixture *x, struct run_open_seen *open, const char *source)
{
	*open = (struct run_open_seen){ .seen = { .n_done = 0 } };
	open->req.options.source_id = source;
	open->req.options.now_s = x->now_s;
	store_run_open_start(&open->req, x->store, on_run_opened);
}

void batch_seen_fill(struct store_fixture *x, struct batch_seen *b, struct run_state *run, size_t n,
		     unsigned revision)
{
	*b = (struct batch_seen){ .seen = { .n_done = 0 } };
	for (size_t i = 0; i < n; i++) {
		char id[24];

		snprintf(id, sizeof(id), "%zu", i + 1);
		b->items[i] = fixture_item(&x->file, id, "Title", revision);
	}
	b->items[n] = (struct apply_item){ .kind = APPLY_PAGE, .count = n };
	b->req.state = run;
	b->req.items = b->items;
	b->req.n = n + 1;
	b->req.now_s = x->now_s;
}

static void on_batch(struct store_run_batch *req, const struct err *failure)
{
	seen_note(&container_of(req, struct batch_seen, req)->seen, failure);
}

enum err_code batch_seen_try(struct store_fixture *x, struct batch_seen *b)
{
	b->seen = (struct seen){ .n_done = 0 };
	store_run_batch_start(&b->req, x->store, on_batch);
	WAIT_FOR(x, &b->seen);
	return b->seen.failure.code;
}

static void on_settled(struct store_run_settle *req, const struct err *failure)
{
	seen_note(&container_of(req, struct settle_seen, req)->seen, failure);
}

enum err_code settle_seen_try(struct store_fixture *x, struct settle_seen *s, struct run_state *run)
{
	*s = (struct settle_seen){ .seen = { .n_done = 0 } };
	s->req.state = run;
	s->req.settle = (struct run_settle){ .is_proven = true,
					     .end_rule = "the end",
					     .shrink_guard_permille = 300,
					     .now_s = x->now_s };
	store_run_settle_start(&s->req, x->store, on_settled);
	WAIT_FOR(x, &s->seen);
	return s->seen.failure.code;
}

static enum err_code count_in_pool(struct store_read *read, struct db *db,
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
	seen_note(&container_of(read, struct read_seen, read)->seen, failure);
}

void read_seen_start(struct store_fixture *x, struct read_seen *r, uint32_t timeout_ms)
{
	store_read_start(&r->read, x->store, timeout_ms, count_in_pool, on_read);
}

void read_seen_start_as(struct store_fixture *x, struct read_seen *r,
			const struct store_read_options *options, read_seen_pool_fn *run_in_pool)
{
	store_read_start_as(&r->read, x->store, options,
			    run_in_pool != NULL ? run_in_pool : count_in_pool, on_read);
}

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
	seen_note(&container_of(write, struct write_seen, write)->seen, failure);
}

void write_seen_start(struct store_fixture *x, struct write_seen *w)
{
	store_write_start(&w->write, x->store, write_in_pool, on_write);
}

/* --- runs --- */

struct run_state *store_fixture_open_run(struct store_fixture *x)
{
	struct run_open_seen open;

	run_open_seen_start(x, &open, "jyu");
	WAIT_FOR(x, &open.seen);
	if (open.seen.failure.code != ERR_OK)
		fail_msg("%s", open.seen.failure.msg);
	return open.req.state;
}

struct run_outcome store_fixture_settle(struct store_fixture *x, struct run_state *run)
{
	struct settle_seen s;

	if (settle_seen_try(x, &s, run) != ERR_OK)
		fail_msg("%s", s.seen.failure.msg);
	run_state_free(run);
	return s.req.outcome;
}

struct run_outcome store_fixture_harvest(struct store_fixture *x, size_t n, unsigned revision)
{
	struct run_state *run = store_fixture_open_run(x);
	struct batch_seen b;

	batch_seen_fill(x, &b, run, n, revision);
	if (batch_seen_try(x, &b) != ERR_OK)
		fail_msg("%s", b.seen.failure.msg);
	return store_fixture_settle(x, run);
}
