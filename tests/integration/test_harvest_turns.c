// SPDX-License-Identifier: EUPL-1.2
/*
 * One harvest in this process, with a real worker, partner and store, stopped
 * at each turn of the loop that it takes: it ends once, all closes, and no run
 * stays "running". The same for a harvest of what is kept (304) and a replay.
 */
#include "base/log.h"
#include "daemon/config.h"
#include "daemon/harvest.h"
#include "tests/support/catalogue_pages.h"
#include "tests/support/patience.h"
#include "tests/support/temp_dir.h"

#include <errno.h>
#include <sqlite3.h>
#include <sys/wait.h>

#define WAIT_MS patience_ms(PATIENCE_MS)
enum { MOST_TURNS = 2000 };

struct fixture {
	struct temp_dir dir;
	struct partner *p;
	struct config *config;
	struct loop loop;
	struct pool_queue batches;
	struct store *store;
	struct kept_options kept;
	struct fetcher *fetcher;
	struct store_sources_apply apply;
	struct harvest_run run;
	struct err failure; /* of the run or a request */
	unsigned n_done;
	bool is_done, is_closed;
};

static const struct page_of pages[] = { { 1, 6, NULL, 0 }, { 7, 10, NULL, 8 } };

static int set_up(void **state)
{
	struct fixture *f = mem_new(struct fixture);
	struct partner_answer like = { .etag = "\"v1\"" };
	struct err err = ERR_INIT;
	char text[512];

	log_set_level(LOG_LEVEL_ERROR);
	temp_dir_make(&f->dir);
	f->p = partner_open(NULL);
	assert_non_null(f->p);
	serve_moochub(f->p, pages, countof(pages), &like);
	snprintf(text, sizeof(text),
		 "source \"hub\" { format = \"moochub\" version = \"3\" url = \"%s/moochub\"\n"
		 "allow-private = true retry-delay = \"1ms\" }\n",
		 partner_base(f->p));
	if (config_load(&f->config, temp_dir_write(&f->dir, "m.conf", text), &err) != ERR_OK)
		fail_msg("%s", err.msg);
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	config_free(f->config);
	partner_close(f->p);
	temp_dir_remove(&f->dir);
	mem_free(f);
	return 0;
}

static void wait_until(struct fixture *f, const bool *flag)
{
	assert_true(loop_run_until(&f->loop, flag, WAIT_MS));
}

/* --- what a harvest stands on --- */

static void on_applied(struct store_sources_apply *apply, const struct err *failure)
{
	struct fixture *f = container_of(apply, struct fixture, apply);

	f->is_done = true;
	if (failure != NULL)
		f->failure = *failure;
}

static void know_source(struct fixture *f)
{
	const struct config_source *s = &f->config->sources[0];
	struct source_entry entry = { .id = s->source.id.p,
				      .title = s->source.title.p,
				      .settings = s->settings_json,
				      .is_enabled = true };

	memcpy(entry.settings_hash, s->settings_hash, sizeof(entry.settings_hash));
	f->apply = (struct store_sources_apply){ .entries = &entry, .n = 1, .now_s = 1800000000 };
	f->is_done = false;
	store_sources_apply_start(&f->apply, f->store, on_applied);
	wait_until(f, &f->is_done);
	assert_int_equal(f->failure.code, ERR_OK);
}

static void open_all(struct fixture *f)
{
	char state_dir[128];
	struct store_options options = {
		.state_dir = state_dir,
		.keep_responses_bytes = 1 << 30,
		.keep_days = 30,
		.mapping_version = "map-1",
		.vocab_version = "vocab-1",
		.now_s = 1800000000,
	};
	struct fetcher_options fetching = { .user_agent = "test", .spool_dir = f->dir.path };
	struct err err = ERR_INIT;

	snprintf(state_dir, sizeof(state_dir), "%s", temp_dir_path(&f->dir, "state"));
	assert_int_equal(loop_init(&f->loop, &err), ERR_OK);
	pool_queue_init(&f->batches, &f->loop, "batches", 1);
	if (store_open(&f->store, &f->loop, &options, &err) != ERR_OK)
		fail_msg("%s", err.msg);
	fetching.files = store_files_queue(f->store);
	assert_int_equal(fetcher_open(&f->fetcher, &f->loop, &fetching, &err), ERR_OK);
	f->kept = (struct kept_options){ .loop = &f->loop,
					 .store = f->store,
					 .files = store_files_queue(f->store),
					 .spool_dir = f->dir.path };
	know_source(f);
}

static void on_closed(void *data)
{
	((struct fixture *)data)->is_closed = true;
}

static void on_queue_closed(struct pool_queue *q)
{
	container_of(q, struct fixture, batches)->is_closed = true;
}

/* As the daemon does: what asks, then what is asked. */
static void close_all(struct fixture *f)
{
	struct err err = ERR_INIT;

	f->is_closed = false;
	fetcher_close(f->fetcher, on_closed, f);
	wait_until(f, &f->is_closed);
	f->is_closed = false;
	pool_queue_close(&f->batches, on_queue_closed);
	wait_until(f, &f->is_closed);
	f->is_closed = false;
	store_close(f->store, on_closed, f);
	wait_until(f, &f->is_closed);
	if (loop_close(&f->loop, &err) != ERR_OK)
		fail_msg("%s", err.msg);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1); /* no worker is left */
	assert_int_equal(errno, ECHILD);
}

/* A number out of the database, past the store. */
static int64_t number(struct fixture *f, const char *sql)
{
	sqlite3 *db = NULL;
	sqlite3_stmt *st = NULL;
	int64_t n;

	assert_int_equal(sqlite3_open_v2(temp_dir_path(&f->dir, "state/microcat.db"), &db,
					 SQLITE_OPEN_READONLY, NULL),
			 SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &st, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(st), SQLITE_ROW);
	n = sqlite3_column_int64(st, 0);
	sqlite3_finalize(st);
	sqlite3_close(db);
	return n;
}

/* --- one run --- */

static void on_done(struct harvest_run *run, const struct err *failure)
{
	struct fixture *f = container_of(run, struct fixture, run);

	f->is_done = true;
	f->n_done++;
	if (failure != NULL)
		f->failure = *failure;
}

static void start(struct fixture *f, enum run_kind kind)
{
	const struct harvest_run_options options = {
		.kept = &f->kept,
		.fetcher = f->fetcher,
		.batches = &f->batches,
		.config = f->config,
		.source = &f->config->sources[0],
		.kind = kind,
		.worker_program = MICROCAT_BIN_DIR "/microcatd",
	};

	f->is_done = false;
	f->n_done = 0;
	err_clear(&f->failure);
	harvest_run_start(&f->run, &options, NULL, on_done);
	assert_false(f->is_done);
}

/* Stopped after n turns; whether it had come to its end by itself. */
static bool stop_after(struct fixture *f, enum run_kind kind, unsigned n)
{
	bool has_ended;

	start(f, kind);
	for (unsigned i = 0; i < n && !f->is_done; i++)
		loop_turn(&f->loop, WAIT_MS);
	has_ended = f->is_done;
	if (!has_ended) {
		harvest_run_cancel(&f->run);
		harvest_run_cancel(&f->run);
		assert_false(f->is_done);
		wait_until(f, &f->is_done);
	}
	assert_int_equal(f->n_done, 1);
	if (f->failure.code != ERR_OK) {
		assert_int_equal(f->failure.code, ERR_CANCELLED); /* it was not opened */
		assert_false(has_ended);
	} else if (f->run.outcome.end != RUN_COMPLETE) {
		assert_int_equal(f->run.outcome.end, RUN_CANCELLED);
		assert_false(has_ended);
	}
	return has_ended;
}

static void expect_settled(struct fixture *f, unsigned n)
{
	if (number(f, "SELECT count(*) FROM run WHERE state = 'running'") != 0)
		fail_msg("stopped at turn %u, a run is running", n);
	assert_int_equal(number(f, "SELECT count(*) FROM dirty"), 0);
}

static void expect_complete(struct fixture *f, uint64_t shown)
{
	assert_int_equal(f->run.outcome.end, RUN_COMPLETE);
	assert_int_equal(f->run.outcome.ledger.shown, shown);
	assert_int_equal(f->run.outcome.ledger.rejected, 1);
}

static void a_first_harvest_can_be_stopped_at_every_turn(void **state)
{
	struct fixture *f = *state;
	bool has_ended = false;
	unsigned n;

	for (n = 0; !has_ended; n++) {
		(void)nftw(temp_dir_path(&f->dir, "state"), temp_dir_remove_one, 16,
			   FTW_DEPTH | FTW_PHYS); /* none the first time */
		open_all(f);
		has_ended = stop_after(f, RUN_HARVEST, n);
		if (has_ended)
			expect_complete(f, 10);
		close_all(f);
		expect_settled(f, n);
		assert_true(n < MOST_TURNS);
	}
	assert_true(n > 10);
	assert_int_equal(number(f, "SELECT count(*) FROM record WHERE state = 'live'"), 9);
}

/* On what a complete harvest left; what was stopped before changes nothing of it. */
static void stop_at_every_turn(struct fixture *f, enum run_kind kind)
{
	bool has_ended = false;
	unsigned n;

	open_all(f);
	assert_true(stop_after(f, RUN_HARVEST, MOST_TURNS));
	for (n = 0; !has_ended; n++) {
		has_ended = stop_after(f, kind, n);
		expect_settled(f, n);
		assert_true(n < MOST_TURNS);
	}
	assert_true(n > 10);
	expect_complete(f, 10);
	assert_int_equal(f->run.outcome.ledger.unchanged, 9);
	close_all(f);
	assert_int_equal(number(f, "SELECT count(*) FROM record WHERE state = 'live'"), 9);
}

static void a_harvest_of_what_is_kept_can_be_stopped_at_every_turn(void **state)
{
	stop_at_every_turn(*state, RUN_HARVEST);
}

static void a_replay_can_be_stopped_at_every_turn(void **state)
{
	stop_at_every_turn(*state, RUN_REPLAY);
}

int main(void)
{
#define T(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		T(a_first_harvest_can_be_stopped_at_every_turn),
		T(a_harvest_of_what_is_kept_can_be_stopped_at_every_turn),
		T(a_replay_can_be_stopped_at_every_turn),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
