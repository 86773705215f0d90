// SPDX-License-Identifier: EUPL-1.2
/* Tests of reads through index/store: their snapshot, their deadline, their turn. */
#include "tests/support/store_fixture.h"

#include "base/clock.h"
#include "base/limits.h"

#include <poll.h>

static void a_read_always_has_the_snapshot_of_its_transaction(void **state)
{
	enum { READS = 40, WRITES = 20 };
	struct store_fixture *x = *state;
	struct read_seen *reads = mem_new_n(struct read_seen, READS * WRITES + 1);
	struct write_seen *writes = mem_new_n(struct write_seen, WRITES);
	size_t n_reads = 0;
	int64_t newest = 0;

	store_fixture_open_configured(x);
	for (size_t i = 0; i < WRITES; i++) {
		writes[i].makes_generation = true;
		write_seen_start(x, &writes[i]);
		for (size_t k = 0; k < READS; k++) {
			read_seen_start(x, &reads[n_reads++], STORE_PATIENCE_MS);
		}
		WAIT_FOR(x, &reads[n_reads - 1].seen);
	}
	for (size_t i = 0; i < WRITES; i++)
		WAIT_FOR(x, &writes[i].seen);
	read_seen_start(x, &reads[n_reads++],
			STORE_PATIENCE_MS); /* behind them, however slow they were */
	for (size_t i = 0; i < n_reads; i++) {
		WAIT_FOR(x, &reads[i].seen);
		assert_int_equal(reads[i].seen.n_done, 1);
		if (reads[i].seen.failure.code != ERR_OK)
			fail_msg("%s", reads[i].seen.failure.msg);
		assert_int_equal(reads[i].db_gen, reads[i].snapshot_gen);
		newest = reads[i].db_gen > newest ? reads[i].db_gen : newest;
	}
	assert_int_equal(store_generation(x->store), WRITES);
	assert_int_equal(newest, WRITES);
	store_fixture_close(x);
	mem_free(reads);
	mem_free(writes);
}

/* Waits, on a connection of its own and without a turn of the loop, for a commit. */
static bool wait_for_generation(struct store_fixture *x, int64_t generation)
{
	uint64_t deadline_ms = clock_mono_ms() + STORE_PATIENCE_MS;
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
	struct store_fixture *x = *state;
	struct write_seen w = { .makes_generation = true };
	struct read_seen r = { .n_runs = 0 };
	struct store_figures figures;
	sem_t entered;

	store_fixture_open_configured(x);
	sem_init(&entered, 0, 0);
	r.entered = &entered;
	write_seen_start(x, &w);
	assert_true(wait_for_generation(x, store_generation(x->store) + 1));
	read_seen_start(x, &r, STORE_PATIENCE_MS);
	sem_wait(&entered); /* it runs while the loop stands still */
	WAIT_FOR(x, &r.seen);
	WAIT_FOR(x, &w.seen);
	assert_int_equal(r.seen.failure.code, ERR_OK);
	assert_int_equal(r.db_gen, store_generation(x->store));
	assert_int_equal(r.snapshot_gen, r.db_gen);
	assert_int_equal(r.n_runs, 1);
	store_figures(&figures, x->store);
	assert_int_equal(figures.n_reads_overtaken, 0);
	store_fixture_close(x);
	sem_destroy(&entered);
}

static void a_read_may_do_without_a_snapshot(void **state)
{
	struct store_fixture *x = *state;
	struct read_seen r = { .n_runs = 0 };

	store_fixture_open(x);
	read_seen_start_as(x, &r, &(struct store_read_options){ .is_bare = true }, NULL);
	WAIT_FOR(x, &r.seen);
	assert_int_equal(r.seen.failure.code, ERR_OK);
	assert_int_equal(r.snapshot_gen, -1);
	store_fixture_close(x);
}

static void a_read_ends_at_its_deadline(void **state)
{
	struct store_fixture *x = *state;
	struct read_seen r = { .counts_for_ever = true };

	store_fixture_open(x);
	read_seen_start(x, &r, 20);
	WAIT_FOR(x, &r.seen);
	assert_int_equal(r.seen.failure.code, ERR_TIMEOUT);
	/* The connection serves on. */
	r = (struct read_seen){ .n_runs = 0 };
	read_seen_start(x, &r, 0);
	WAIT_FOR(x, &r.seen);
	assert_int_equal(r.seen.failure.code, ERR_OK);
	store_fixture_close(x);
}

static void a_read_can_be_cancelled_running_waiting_and_too_late(void **state)
{
	enum { N = 6 }; /* two run, four wait */
	struct store_fixture *x = *state;
	struct read_seen reads[N];
	sem_t entered;

	sem_init(&entered, 0, 0);
	store_fixture_open(x);
	for (size_t i = 0; i < N; i++) {
		reads[i] = (struct read_seen){ .counts_for_ever = true, .entered = &entered };
		read_seen_start(x, &reads[i], STORE_PATIENCE_MS * 10);
	}
	sem_wait(&entered);
	sem_wait(&entered);
	for (size_t i = 0; i < N; i++) {
		store_read_cancel(&reads[i].read);
		store_read_cancel(&reads[i].read);
	}
	for (size_t i = 0; i < N; i++) {
		WAIT_FOR(x, &reads[i].seen);
		assert_int_equal(reads[i].seen.n_done, 1);
		assert_int_equal(reads[i].seen.failure.code, ERR_CANCELLED);
		store_read_cancel(&reads[i].read);
	}
	store_fixture_close(x);
	sem_destroy(&entered);
}

static void too_many_reads_are_refused(void **state)
{
	enum { N = LIMIT_STORE_READS + 3 };
	struct store_fixture *x = *state;
	struct read_seen *reads = mem_new_n(struct read_seen, N);
	sem_t gate;
	size_t n_refused = 0;

	sem_init(&gate, 0, 0);
	store_fixture_open(x);
	for (size_t i = 0; i < N; i++) {
		reads[i].gate = &gate;
		read_seen_start(x, &reads[i], STORE_PATIENCE_MS);
	}
	for (size_t i = 0; i < N; i++)
		sem_post(&gate);
	for (size_t i = 0; i < N; i++) {
		WAIT_FOR(x, &reads[i].seen);
		n_refused += reads[i].seen.failure.code == ERR_BUSY;
	}
	assert_int_equal(n_refused, 3);
	store_fixture_close(x);
	mem_free(reads);
	sem_destroy(&gate);
}

static void start_large_read(struct store_fixture *x, struct read_seen *r, uint32_t timeout_ms)
{
	struct store_read_options options = { .timeout_ms = timeout_ms, .is_large = true };

	read_seen_start_as(x, r, &options, NULL);
}

/* However many large reads wait, and however long each takes. */
static void a_small_read_does_not_wait_for_large_ones(void **state)
{
	enum { LARGE = 20, SMALL = 5 };
	struct store_fixture *x = *state;
	struct read_seen large[LARGE] = { { .n_runs = 0 } }, small[SMALL] = { { .n_runs = 0 } };
	struct store_figures figures;
	sem_t gate;

	sem_init(&gate, 0, 0);
	store_fixture_open(x);
	for (size_t i = 0; i < LARGE; i++) {
		large[i].gate = &gate; /* none ends before it is opened */
		start_large_read(x, &large[i], STORE_PATIENCE_MS);
	}
	for (size_t i = 0; i < SMALL; i++)
		read_seen_start(x, &small[i], STORE_PATIENCE_MS);
	for (size_t i = 0; i < SMALL; i++) {
		WAIT_FOR(x, &small[i].seen);
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
		WAIT_FOR(x, &large[i].seen);
		assert_int_equal(large[i].seen.n_done, 1);
		assert_int_equal(large[i].seen.failure.code, i == 1 ? ERR_CANCELLED : ERR_OK);
		assert_int_equal(large[i].n_runs, i == 1 ? 0 : 1);
	}
	store_fixture_close(x);
	sem_destroy(&gate);
}

static void too_many_large_reads_are_refused_and_small_ones_are_not(void **state)
{
	enum { N = LIMIT_STORE_LARGE_READS + 3 };
	struct store_fixture *x = *state;
	struct read_seen *reads = mem_new_n(struct read_seen, N);
	struct read_seen small = { .n_runs = 0 };
	sem_t gate;
	size_t n_refused = 0;

	sem_init(&gate, 0, 0);
	store_fixture_open(x);
	for (size_t i = 0; i < N; i++) {
		reads[i].gate = &gate;
		start_large_read(x, &reads[i], STORE_PATIENCE_MS);
	}
	read_seen_start(x, &small, STORE_PATIENCE_MS);
	WAIT_FOR(x, &small.seen);
	assert_int_equal(small.seen.failure.code, ERR_OK);
	for (size_t i = 0; i < N; i++)
		sem_post(&gate);
	for (size_t i = 0; i < N; i++) {
		WAIT_FOR(x, &reads[i].seen);
		n_refused += reads[i].seen.failure.code == ERR_BUSY;
	}
	assert_int_equal(n_refused, 3);
	store_fixture_close(x);
	mem_free(reads);
	sem_destroy(&gate);
}

static void a_read_whose_turn_comes_too_late_does_not_run(void **state)
{
	struct store_fixture *x = *state;
	struct read_seen first = { .n_runs = 0 }, late = { .n_runs = 0 };
	sem_t gate;

	sem_init(&gate, 0, 0);
	store_fixture_open(x);
	first.gate = &gate;
	start_large_read(x, &first, STORE_PATIENCE_MS);
	start_large_read(x, &late, 1);
	while (clock_mono_ms() < late.read.deadline_ms)
		;
	sem_post(&gate);
	WAIT_FOR(x, &late.seen);
	WAIT_FOR(x, &first.seen);
	assert_int_equal(late.seen.failure.code, ERR_TIMEOUT);
	assert_int_equal(late.n_runs, 0);
	assert_int_equal(first.seen.failure.code, ERR_OK);
	store_fixture_close(x);
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
	struct store_fixture *x = *state;

	store_fixture_open_configured(x);
	store_fixture_harvest(x, 20, 1);
	for (size_t i = 0; i < countof(is_large); i++) {
		struct store_read_options options = { .is_large = is_large[i] };
		struct read_seen r = { .n_runs = 0 };

		read_seen_start_as(x, &r, &options, see_mapped_in_pool);
		WAIT_FOR(x, &r.seen);
		assert_int_equal(r.seen.failure.code, ERR_OK);
		assert_int_equal(r.n_offers > 0, !is_large[i]);
		assert_int_equal(r.db_gen, store_generation(x->store));
	}
	store_fixture_close(x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		STORE_TEST(a_read_always_has_the_snapshot_of_its_transaction),
		STORE_TEST(a_read_does_not_wait_for_the_loop_to_publish),
		STORE_TEST(a_read_may_do_without_a_snapshot),
		STORE_TEST(a_read_ends_at_its_deadline),
		STORE_TEST(a_read_can_be_cancelled_running_waiting_and_too_late),
		STORE_TEST(too_many_reads_are_refused),
		STORE_TEST(a_small_read_does_not_wait_for_large_ones),
		STORE_TEST(too_many_large_reads_are_refused_and_small_ones_are_not),
		STORE_TEST(a_read_whose_turn_comes_too_late_does_not_run),
		STORE_TEST(large_reads_do_not_fill_the_memory_with_the_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
