// SPDX-License-Identifier: EUPL-1.2
/* Tests of what the store does in quiet times: the full text's segments are merged. */
#include "base/limits.h"
#include "tests/support/store_fixture.h"

enum {
	N_HARVESTS = 12,
	FEW_SEGMENTS = 4, /* FTS5's "usermerge": fewer of a level are left */
	AN_HOUR_MS = 3600 * 1000,
};

/* Segments of the full text, and the offers that a word common to all finds. */
static enum err_code count_segments(struct store_read *read, struct db *db,
				    const struct snapshot *snapshot, struct err *err)
{
	struct read_seen *r = container_of(read, struct read_seen, read);
	sqlite3_stmt *st = NULL;
	bool has_row = false;
	enum err_code rc;

	(void)snapshot;
	sqlite3_prepare_v2(db->conn,
			   "SELECT (SELECT count(DISTINCT segid) FROM offer_fts_idx),"
			   " (SELECT count(*) FROM offer_fts WHERE offer_fts MATCH 'title')",
			   -1, &st, NULL);
	rc = stmt_next(db, st, &has_row, "counting", err);
	if (rc == ERR_OK) {
		r->db_gen = stmt_i64(st, 0);
		r->n_offers = stmt_i64(st, 1);
	}
	sqlite3_finalize(st);
	return rc;
}

static int64_t segments(struct store_fixture *x, int64_t *n_found)
{
	const struct store_read_options options = { .timeout_ms = 0 };
	struct read_seen r = { .n_runs = 0 };

	read_seen_start_as(x, &r, &options, count_segments);
	WAIT_FOR(x, &r.seen);
	assert_int_equal(r.seen.failure.code, ERR_OK);
	*n_found = r.n_offers;
	return r.db_gen;
}

static void wait_until_merged(struct store_fixture *x, int64_t n_offers)
{
	uint64_t end_ms = loop_now_ms(&x->loop) + STORE_PATIENCE_MS;
	int64_t n_found = 0;

	while (segments(x, &n_found) >= FEW_SEGMENTS) {
		assert_int_equal(n_found, n_offers);
		assert_true(loop_now_ms(&x->loop) < end_ms);
		loop_turn(&x->loop, 100);
	}
	assert_int_equal(n_found, n_offers);
}

static void segments_are_merged_when_nothing_is_written(void **state)
{
	struct store_fixture *x = *state;
	struct store_figures figures;
	int64_t generation;

	x->quiet_ms = 1;
	store_fixture_open_configured(x);
	for (unsigned i = 1; i <= N_HARVESTS; i++)
		store_fixture_harvest(x, 20, i);
	generation = store_generation(x->store);
	wait_until_merged(x, 20);
	store_figures(&figures, x->store);
	assert_int_equal(figures.n_rollbacks, 0);
	assert_int_equal(store_generation(x->store), generation);
	store_fixture_close(x);
}

static void what_a_stop_left_is_merged_after_the_next_start(void **state)
{
	struct store_fixture *x = *state;
	int64_t n_found = 0;

	x->quiet_ms = AN_HOUR_MS;
	store_fixture_open_configured(x);
	for (unsigned i = 1; i <= N_HARVESTS; i++)
		store_fixture_harvest(x, 20, i);
	assert_true(segments(x, &n_found) >= N_HARVESTS);
	assert_int_equal(n_found, 20);
	store_fixture_close(x);
	x->quiet_ms = 1;
	store_fixture_open(x);
	wait_until_merged(x, 20);
	store_fixture_close(x);
}

static void writes_without_a_pause_leave_few_segments(void **state)
{
	struct store_fixture *x = *state;
	int64_t n_found = 0;

	x->quiet_ms = AN_HOUR_MS;
	store_fixture_open_configured(x);
	for (unsigned i = 1; i <= LIMIT_STORE_SEGMENTS + N_HARVESTS; i++)
		store_fixture_harvest(x, 5, i);
	assert_true(segments(x, &n_found) < LIMIT_STORE_SEGMENTS);
	assert_int_equal(n_found, 5);
	store_fixture_close(x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		STORE_TEST(segments_are_merged_when_nothing_is_written),
		STORE_TEST(writes_without_a_pause_leave_few_segments),
		STORE_TEST(what_a_stop_left_is_merged_after_the_next_start),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
