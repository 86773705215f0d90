// SPDX-License-Identifier: EUPL-1.2
/*
 * index/apply: what is no new record and no change. Refused items and what is known
 * of them, duplicates, and batches that are a breach.
 */
#include "index/apply.h"

#include "base/limits.h"
#include "tests/support/db_fixture.h"

static void the_second_of_two_with_one_id_is_a_duplicate(void **state)
{
	struct db_fixture *f = *state;
	struct run_state *run = fixture_run(f, RUN_HARVEST);

	/* In one batch, and in two. */
	struct apply_item items[2] = { fixture_item(f, "a", "First", 1),
				       fixture_item(f, "a", "Second", 2) };

	assert_int_equal(fixture_batch(f, run, items, 2), ERR_OK);
	fixture_offer(f, run, "a", "Third", 3);
	assert_int_equal(run->counters.ledger.new_, 1);
	assert_int_equal(run->counters.ledger.duplicate, 2);
	assert_int_equal(fixture_n_found(f, "first"), 1);
	assert_int_equal(fixture_n_found(f, "second") + fixture_n_found(f, "third"), 0);
	assert_slice(fixture_newest_note(f), "duplicate duplicate a");
	run_state_free(run);
}

static void seeing_a_hash_twice_is_a_duplicate(void **state)
{
	struct db_fixture *f = *state;
	struct run_state *run;

	fixture_harvest(f, 2, 1);
	run = fixture_run(f, RUN_HARVEST);
	fixture_seen(f, run, "1", 1);
	fixture_seen(f, run, "1", 1);
	fixture_offer(f, run, "1", "Title 1", 1);
	assert_int_equal(run->counters.ledger.unchanged, 1);
	assert_int_equal(run->counters.ledger.kept, 1);
	assert_int_equal(run->counters.ledger.duplicate, 2);
	run_state_free(run);
}

static void a_hash_nobody_knows_is_a_breach_and_undoes_the_batch(void **state)
{
	struct db_fixture *f = *state;
	struct run_state *run = fixture_run(f, RUN_HARVEST);
	struct apply_item items[2] = { fixture_item(f, "a", "First", 1), { .kind = APPLY_SEEN } };

	assert_int_equal(fixture_batch(f, run, items, 2), ERR_PROTOCOL);
	assert_int_equal(run->counters.ledger.new_, 0);
	assert_int_equal(fixture_number(f, "SELECT count(*) FROM record"), 0);
	assert_int_equal(fixture_n_found(f, "first"), 0);
	/* The same record again is new, not a duplicate. */
	assert_int_equal(fixture_batch(f, run, items, 1), ERR_OK);
	assert_int_equal(run->counters.ledger.new_, 1);
	run_state_free(run);
}

static void a_known_record_that_is_rejected_stays_as_stale(void **state)
{
	struct db_fixture *f = *state;
	struct run_state *run;

	fixture_harvest(f, 2, 1);
	run = fixture_run(f, RUN_HARVEST);
	fixture_reject(f, run, "1");
	assert_int_equal(run->counters.ledger.rejected, 1);
	assert_int_equal(run->counters.ledger.kept, 1);
	assert_slice(fixture_state_of(f, "1"), "stale");
	assert_int_equal(f->generation, 3); /* users see the state of a record */
	assert_int_equal(fixture_n_found(f, "title"), 2);
	assert_slice(fixture_newest_note(f), "reject no-title 1");
	fixture_seen(f, run, "2", 1);
	fixture_page(f, run, 2);
	assert_int_equal(fixture_settle(f, run, NULL), RUN_COMPLETE);
	/* The bytes it was last read from are known still, and make it live again. */
	run = fixture_run(f, RUN_HARVEST);
	assert_int_equal(run->n_known, 2);
	fixture_seen(f, run, "1", 1);
	assert_slice(fixture_state_of(f, "1"), "live");
	assert_int_equal(f->generation, 4);
	run_state_free(run);
}

static void what_cannot_be_read_is_rejected_and_the_rest_of_the_batch_is_not(void **state)
{
	static const struct {
		const char *offer, *words, *part; /* of the message */
	} rows[] = {
		{ "{\"title\":", "[]", "" },
		{ "[]", "[]", "" },
		{ "{}", "[]", "title" },
		{ "{\"title\":{\"en\":7}}", "[]", "title" },
		{ "{\"title\":{\"en\":\"Fine\"}}", "{}", "words" },
		{ "{\"title\":{\"en\":\"Fine\"}}", "[7]", "words" },
	};
	struct db_fixture *f = *state;
	struct run_state *run = fixture_run(f, RUN_HARVEST);

	for (size_t i = 0; i < countof(rows); i++) {
		char id[8];
		struct apply_item items[2];

		snprintf(id, sizeof(id), "bad%zu", i);
		items[0] = fixture_item(f, id, "Bad", 1);
		items[0].offer = slice_of(rows[i].offer);
		items[0].words = slice_of(rows[i].words);
		snprintf(id, sizeof(id), "good%zu", i);
		items[1] = fixture_item(f, id, "Good", 1);
		assert_int_equal(fixture_batch(f, run, items, 2), ERR_OK);
		assert_int_equal(run->counters.ledger.rejected, i + 1);
		assert_int_equal(run->counters.ledger.new_, i + 1);
		assert_true(slice_contains(
			fixture_text(f, "SELECT msg FROM run_note ORDER BY seq DESC LIMIT 1"),
			slice_of(rows[i].part)));
	}
	assert_int_equal(fixture_n_found(f, "good"), countof(rows));
	run_state_free(run);
}

static void a_record_id_must_be_a_text_of_bounded_length(void **state)
{
	struct db_fixture *f = *state;
	struct run_state *run = fixture_run(f, RUN_HARVEST);
	char longest[LIMIT_RECORD_ID_BYTES + 2];
	struct apply_item item;
	const struct {
		struct slice id;
		bool is_fine;
	} rows[] = {
		{ SLICE_NONE, false },
		{ SLICE_LIT(""), false },
		{ SLICE_LIT("a\0b"), false },
		{ SLICE_LIT("\xff"), false },
		{ { longest, LIMIT_RECORD_ID_BYTES }, true },
		{ { longest, LIMIT_RECORD_ID_BYTES + 1 }, false },
	};

	memset(longest, 'x', sizeof(longest));
	for (size_t i = 0; i < countof(rows); i++) {
		struct ledger before = run->counters.ledger;

		item = fixture_item(f, "a", "Title", 1);
		item.record_id = rows[i].id;
		assert_int_equal(fixture_batch(f, run, &item, 1), ERR_OK);
		assert_int_equal(run->counters.ledger.new_ - before.new_, rows[i].is_fine);
		assert_int_equal(run->counters.ledger.rejected - before.rejected, !rows[i].is_fine);
	}
	run_state_free(run);
}

static void an_id_refused_before_is_a_duplicate(void **state)
{
	struct db_fixture *f = *state;
	struct run_state *run = fixture_run(f, RUN_HARVEST);
	struct apply_item out = { .kind = APPLY_OUT_OF_SCOPE,
				  .record_id = SLICE_LIT("b"),
				  .msg = SLICE_LIT("a degree") };

	fixture_reject(f, run, "a");
	fixture_reject(f, run, "a");
	fixture_offer(f, run, "a", "Too late", 1);
	assert_int_equal(fixture_batch(f, run, &out, 1), ERR_OK);
	assert_int_equal(fixture_batch(f, run, &out, 1), ERR_OK);
	assert_int_equal(run->counters.ledger.rejected, 1);
	assert_int_equal(run->counters.ledger.out_of_scope, 1);
	assert_int_equal(run->counters.ledger.duplicate, 3);
	assert_int_equal(run->counters.ledger.new_, 0);
	/* Without an id nothing can be known twice. */
	fixture_reject(f, run, NULL);
	fixture_reject(f, run, NULL);
	assert_int_equal(run->counters.ledger.rejected, 3);
	run_state_free(run);
}

static void refused_ids_of_a_batch_that_fails_are_forgotten(void **state)
{
	struct db_fixture *f = *state;
	struct run_state *run = fixture_run(f, RUN_HARVEST);
	struct apply_item items[201];
	char ids[200][16];

	for (size_t i = 0; i < 200; i++) {
		snprintf(ids[i], sizeof(ids[i]), "r%zu", i);
		items[i] = (struct apply_item){ .kind = APPLY_REJECT,
						.record_id = slice_of(ids[i]),
						.code = SLICE_LIT("x") };
	}
	items[200] = (struct apply_item){ .kind = APPLY_SEEN };
	fixture_reject(f, run, "before");
	assert_int_equal(fixture_batch(f, run, items, 201), ERR_PROTOCOL);
	assert_int_equal(run->counters.ledger.rejected, 1);
	assert_int_equal(fixture_batch(f, run, items, 200), ERR_OK);
	assert_int_equal(run->counters.ledger.rejected, 201);
	assert_int_equal(run->counters.ledger.duplicate, 0);
	fixture_reject(f, run, "before");
	assert_int_equal(run->counters.ledger.duplicate, 1);
	run_state_free(run);
}

static void impossible_items_are_breaches(void **state)
{
	static char long_value[LIMIT_REMEMBER_BYTES + 1];
	const struct apply_item rows[] = {
		{ .kind = APPLY_KIND_COUNT },
		{ .kind = (enum apply_kind)99 },
		{ .kind = APPLY_GONE },
		{ .kind = APPLY_PAGE, .count = UINT64_MAX },
		{ .kind = APPLY_PAGE, .count = (uint64_t)LIMIT_RUN_ITEMS + 1 },
		{ .kind = APPLY_REMEMBER },
		{ .kind = APPLY_REMEMBER, .key = SLICE_LIT("k") },
		{ .kind = APPLY_REMEMBER,
		  .key = SLICE_LIT("k"),
		  .value = { long_value, sizeof(long_value) } },
	};
	struct db_fixture *f = *state;
	struct run_state *run = fixture_run(f, RUN_HARVEST);

	for (size_t i = 0; i < countof(rows); i++) {
		assert_int_equal(fixture_batch(f, run, &rows[i], 1), ERR_PROTOCOL);
		assert_true(f->err.msg[0] != '\0');
	}
	/* What a partner announces is its own business. */
	assert_int_equal(
		fixture_batch(f, run,
			      &(struct apply_item){ .kind = APPLY_ANNOUNCE, .count = UINT64_MAX },
			      1),
		ERR_OK);
	assert_true(fixture_number(f, "SELECT announced FROM run") == INT64_MAX);
	run_state_free(run);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, db_fixture_set_up, db_fixture_tear_down)
		T(the_second_of_two_with_one_id_is_a_duplicate),
		T(seeing_a_hash_twice_is_a_duplicate),
		T(a_hash_nobody_knows_is_a_breach_and_undoes_the_batch),
		T(a_known_record_that_is_rejected_stays_as_stale),
		T(what_cannot_be_read_is_rejected_and_the_rest_of_the_batch_is_not),
		T(a_record_id_must_be_a_text_of_bounded_length),
		T(an_id_refused_before_is_a_duplicate),
		T(refused_ids_of_a_batch_that_fails_are_forgotten),
		T(impossible_items_are_breaches),
#undef T
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
