// SPDX-License-Identifier: EUPL-1.2
/* Tests of index/store on a disk that is full, or cannot be written or read. */
#include "tests/support/faulty_vfs.h"
#include "tests/support/store_fixture.h"

#include "base/limits.h"

/* Opens the store on a disk that can be told to fail, with its source. */
static void open_on_faulty_disk(struct store_fixture *x)
{
	struct err err = ERR_INIT;
	struct sources_seen a;

	faulty_vfs_reset();
	assert_int_equal(store_fixture_try_open(x, FAULTY_VFS, &err), ERR_OK);
	sources_seen_start(x, &a);
	WAIT_FOR(x, &a.seen);
}

static void a_full_or_broken_disk_loses_no_more_than_the_batch(void **state)
{
	static const struct {
		int sqlite_code;
		enum err_code code;
	} rows[] = { { SQLITE_FULL, ERR_FULL }, { SQLITE_IOERR_WRITE, ERR_IO } };
	struct store_fixture *x = *state;

	for (size_t i = 0; i < countof(rows); i++) {
		struct batch_seen b;
		struct run_state *run;
		unsigned n_failed = 0;
		enum err_code rc = ERR_FULL;
		struct read_seen r = { .n_runs = 0 };

		open_on_faulty_disk(x);
		run = store_fixture_open_run(x);
		batch_seen_fill(x, &b, run, 20, (unsigned)i + 1);
		/* Each write of the batch in turn. */
		for (int nth = 1; rc != ERR_OK; nth++) {
			assert_true(nth < 500);
			faulty_vfs_fail_writes(rows[i].sqlite_code, nth);
			rc = batch_seen_try(x, &b);
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
		assert_int_equal(store_fixture_settle(x, run).end, RUN_COMPLETE);
		read_seen_start(x, &r, 0);
		WAIT_FOR(x, &r.seen);
		assert_int_equal(r.seen.failure.code, ERR_OK);
		assert_int_equal(r.n_offers, 20);
		assert_int_equal(r.db_gen, i + 1);
		store_fixture_close(x);
	}
	/* And what is there is sound. */
	store_fixture_open_file(x);
	assert_slice(fixture_text(&x->file, "PRAGMA integrity_check"), "ok");
	fixture_exec(&x->file, "INSERT INTO offer_fts(offer_fts) VALUES('integrity-check')");
	assert_int_equal(fixture_n_found(&x->file, "title"), 20);
	store_fixture_close_file(x);
}

static void a_settling_that_fails_leaves_the_run_to_be_settled_again(void **state)
{
	struct store_fixture *x = *state;
	struct batch_seen b;
	struct settle_seen s;
	struct run_state *run;

	open_on_faulty_disk(x);
	store_fixture_harvest(x, 20, 1);
	run = store_fixture_open_run(x);
	batch_seen_fill(x, &b, run, 18, 1);
	assert_int_equal(batch_seen_try(x, &b), ERR_OK);
	faulty_vfs_fail_writes(SQLITE_FULL, 1);
	assert_int_equal(settle_seen_try(x, &s, run), ERR_FULL);
	faulty_vfs_reset();
	assert_int_equal(settle_seen_try(x, &s, run), ERR_OK);
	assert_int_equal(s.req.outcome.end, RUN_COMPLETE);
	assert_int_equal(s.req.outcome.ledger.removed_absent, 2);
	run_state_free(run);
	store_fixture_close(x);
}

/* How often SQLite asks for the lock before it gives up. */
static int n_calls_of_one_try(struct store_fixture *x)
{
	sqlite3 *conn;
	int n;

	faulty_vfs_lock_out(INT_MAX);
	assert_int_equal(sqlite3_open_v2(temp_dir_path(&x->dir, "state/microcat.db"), &conn,
					 SQLITE_OPEN_READWRITE, FAULTY_VFS),
			 SQLITE_OK);
	sqlite3_busy_timeout(conn, LIMIT_DB_BUSY_MS);
	assert_int_equal(sqlite3_exec(conn, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_BUSY);
	sqlite3_close(conn);
	n = faulty_vfs_calls(FAULTY_WRITE_LOCK);
	faulty_vfs_reset();
	return n;
}

/* A backup may take its time: the end of a run must not be lost to it. */
static void a_settling_waits_for_a_database_that_is_in_use(void **state)
{
	struct store_fixture *x = *state;
	struct settle_seen s;
	struct run_state *run;
	int n_calls;

	open_on_faulty_disk(x);
	store_fixture_harvest(x, 20, 1);
	run = store_fixture_open_run(x);
	n_calls = n_calls_of_one_try(x);
	faulty_vfs_lock_out(INT_MAX);
	assert_int_equal(settle_seen_try(x, &s, run), ERR_BUSY);
	faulty_vfs_lock_out((LIMIT_STORE_WRITE_TRIES - 1) * n_calls);
	assert_int_equal(settle_seen_try(x, &s, run), ERR_OK);
	assert_true(faulty_vfs_has_struck());
	faulty_vfs_reset();
	run_state_free(run);
	store_fixture_close(x);
}

static void a_disk_that_cannot_be_read_fails_the_read_and_not_the_store(void **state)
{
	struct store_fixture *x = *state;
	struct read_seen r = { .n_runs = 0 };

	open_on_faulty_disk(x);
	store_fixture_harvest(x, 20, 1);
	faulty_vfs_fail_reads(true);
	read_seen_start(x, &r, 0);
	WAIT_FOR(x, &r.seen);
	assert_int_equal(r.seen.failure.code, ERR_IO);
	faulty_vfs_fail_reads(false);
	r = (struct read_seen){ .n_runs = 0 };
	read_seen_start(x, &r, 0);
	WAIT_FOR(x, &r.seen);
	assert_int_equal(r.seen.failure.code, ERR_OK);
	assert_int_equal(r.n_offers, 20);
	store_fixture_close(x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		STORE_TEST(a_full_or_broken_disk_loses_no_more_than_the_batch),
		STORE_TEST(a_settling_that_fails_leaves_the_run_to_be_settled_again),
		STORE_TEST(a_settling_waits_for_a_database_that_is_in_use),
		STORE_TEST(a_disk_that_cannot_be_read_fails_the_read_and_not_the_store),
	};

	faulty_vfs_install();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
