// SPDX-License-Identifier: EUPL-1.2
/* Tests of index/history: generations, days, versions. */
#include "index/history.h"

#include "base/clock.h"
#include "tests/support/db_fixture.h"

/* A generation at this moment; its number. */
static int64_t make_generation(struct db_fixture *f, int64_t at_s)
{
	struct index_changes changes;
	int64_t gen;

	index_changes_init(&changes);
	assert_int_equal(db_begin_write(&f->db, &f->err), ERR_OK);
	assert_int_equal(history_begin(&f->db, &changes, at_s, 0, "test", &f->err), ERR_OK);
	gen = changes.generation;
	/* Twice in a transaction is the same one. */
	assert_int_equal(history_begin(&f->db, &changes, at_s + 5, 0, "test", &f->err), ERR_OK);
	assert_int_equal(changes.generation, gen);
	assert_int_equal(db_commit(&f->db, &f->err), ERR_OK);
	index_changes_clear(&changes);
	return gen;
}

static void generations_count_up_from_one(void **state)
{
	struct db_fixture *f = *state;
	int64_t gen = -1;

	assert_int_equal(db_generation(&f->db, &gen, &f->err), ERR_OK);
	assert_int_equal(gen, 0);
	for (int64_t i = 1; i <= 3; i++)
		assert_int_equal(make_generation(f, f->now_s), i);
	assert_int_equal(db_generation(&f->db, &gen, &f->err), ERR_OK);
	assert_int_equal(gen, 3);
}

static void a_generation_that_is_rolled_back_never_was(void **state)
{
	struct db_fixture *f = *state;
	struct index_changes changes;

	make_generation(f, f->now_s);
	index_changes_init(&changes);
	assert_int_equal(db_begin_write(&f->db, &f->err), ERR_OK);
	assert_int_equal(history_begin(&f->db, &changes, f->now_s, 0, "test", &f->err), ERR_OK);
	db_rollback(&f->db);
	index_changes_clear(&changes);
	assert_int_equal(make_generation(f, f->now_s), 2);
}

static void a_day_has_the_generation_of_its_last_second(void **state)
{
	enum { DAY = 20000 };
	static const struct {
		int32_t day;
		int64_t gen;
	} rows[] = {
		{ DAY - 1, 0 }, { DAY, 2 },     { DAY + 1, 3 },
		{ DAY + 2, 3 }, { DAY + 3, 4 }, { DAY + 1000, 4 },
	};
	struct db_fixture *f = *state;
	int64_t start_s = (int64_t)DAY * CLOCK_DAY_S;
	int64_t gen = -1;

	make_generation(f, start_s);
	make_generation(f, start_s + CLOCK_DAY_S - 1);
	make_generation(f, start_s + CLOCK_DAY_S);
	make_generation(f, start_s + 3 * CLOCK_DAY_S + 17);
	for (size_t i = 0; i < countof(rows); i++) {
		assert_int_equal(history_generation_of_day(&f->db, rows[i].day, &gen, &f->err),
				 ERR_OK);
		assert_int_equal(gen, rows[i].gen);
	}
}

static void time_never_goes_back_when_the_clock_does(void **state)
{
	struct db_fixture *f = *state;
	int64_t at_s = 0;

	make_generation(f, 1000);
	make_generation(f, 500);
	assert_int_equal(history_time_of_generation(&f->db, 2, &at_s, &f->err), ERR_OK);
	assert_int_equal(at_s, 1000);
	make_generation(f, 2000);
	assert_int_equal(history_time_of_generation(&f->db, 3, &at_s, &f->err), ERR_OK);
	assert_int_equal(at_s, 2000);
	assert_int_equal(history_time_of_generation(&f->db, 4, &at_s, &f->err), ERR_NOTFOUND);
	assert_string_equal(f->err.msg, "generation 4");
}

static void what_a_record_was_at_each_generation_can_be_told(void **state)
{
	struct db_fixture *f = *state;
	struct record_versions v;
	struct run_state *run;

	fixture_harvest(f, 1, 1); /* generation 1: live */
	run = fixture_run(f, RUN_HARVEST);
	fixture_offer(f, run, "1", "Second", 2); /* 2: changed */
	run_state_free(run);
	run = fixture_run(f, RUN_HARVEST);
	fixture_gone(f, run, "1"); /* 3: gone */
	run_state_free(run);
	run = fixture_run(f, RUN_HARVEST);
	fixture_offer(f, run, "1", "Third", 3); /* 4: back */
	run_state_free(run);
	assert_int_equal(history_record_versions(&v, &f->arena, &f->db, 1, &f->err), ERR_OK);
	assert_int_equal(v.n, 3);
	for (size_t i = 0; i < v.n; i++) {
		static const char *const states[] = { "live", "live", "gone" };
		static const char *const texts[] = { "Title 1", "Second", NULL };

		assert_int_equal(v.items[i].gen_from, i + 1);
		assert_int_equal(v.items[i].gen_to, i + 2);
		assert_slice(v.items[i].state, states[i]);
		assert_slice(v.items[i].mapping_version, "test-1");
		if (texts[i] != NULL)
			assert_true(slice_contains(v.items[i].body, slice_of(texts[i])));
		else
			assert_slice(v.items[i].body, NULL);
	}
	assert_int_equal(fixture_number(f, "SELECT gen_from FROM record"), 4);
	/* The offer's attributes: findable in [1,2), [2,3) and since 4. */
	assert_slice(
		fixture_text(f,
			     "SELECT group_concat(gen_from || '-' || gen_to) FROM offer_version"),
		"1-2,2-3");
	assert_int_equal(fixture_number(f, "SELECT gen_from FROM offer"), 4);
}

static void damaged_versions_are_an_error_and_no_crash(void **state)
{
	struct db_fixture *f = *state;
	struct record_versions v = { .n = 77 };
	struct run_state *run;

	fixture_harvest(f, 1, 1);
	run = fixture_run(f, RUN_HARVEST);
	fixture_offer(f, run, "1", "Second", 2);
	run_state_free(run);
	fixture_exec(f, "UPDATE record_version SET body = substr(body, 1, length(body) - 4)");
	assert_int_equal(history_record_versions(&v, &f->arena, &f->db, 1, &f->err), ERR_DB);
	fixture_exec(f, "UPDATE record_version SET body = x'00112233'");
	assert_int_equal(history_record_versions(&v, &f->arena, &f->db, 1, &f->err), ERR_DB);
	assert_int_equal(v.n, 77);
}

static void what_was_left_dirty_is_indexed(void **state)
{
	struct db_fixture *f = *state;
	struct index_changes changes;
	struct run_state *run;
	size_t n = 0;

	fixture_harvest(f, 3, 1);
	run = fixture_run(f, RUN_HARVEST);
	fixture_gone(f, run, "3");
	run_state_free(run);
	/* Stored with another title, and not indexed. */
	fixture_exec(f, "UPDATE record_body SET body = replace(body, 'Title', 'Rescued');"
			"INSERT INTO dirty(rec) VALUES(1), (3)");
	index_changes_init(&changes);
	assert_int_equal(db_begin_write(&f->db, &f->err), ERR_OK);
	assert_int_equal(records_index_dirty(&f->db, &changes, f->now_s, &n, &f->err), ERR_OK);
	assert_int_equal(db_commit(&f->db, &f->err), ERR_OK);
	index_changes_clear(&changes);
	assert_int_equal(n, 2);
	assert_int_equal(fixture_n_found(f, "rescued"), 1);
	assert_int_equal(fixture_n_found(f, "title"), 1);
	assert_int_equal(fixture_number(f, "SELECT count(*) FROM dirty"), 0);
	assert_slice(fixture_text(f, "SELECT group_concat(kind) FROM change WHERE gen ="
				     " (SELECT max(gen) FROM generation)"),
		     "changed,removed");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, db_fixture_set_up, db_fixture_tear_down)
		T(generations_count_up_from_one),
		T(a_generation_that_is_rolled_back_never_was),
		T(a_day_has_the_generation_of_its_last_second),
		T(time_never_goes_back_when_the_clock_does),
		T(what_a_record_was_at_each_generation_can_be_told),
		T(damaged_versions_are_an_error_and_no_crash),
		T(what_was_left_dirty_is_indexed),
#undef T
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
