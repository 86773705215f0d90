// SPDX-License-Identifier: EUPL-1.2
/*
 * When sources are due: after runs of each end, after a long stop, after a
 * partner asked for time; and the service that says so.
 */
#include "tests/support/unit.h"

#include "base/clock.h"
#include "base/limits.h"
#include "daemon/schedule.h"

enum { HOUR_S = 3600, DAY_S = 86400, TURN_MS = 5, MAX_TURNS = 24000, N_SOURCES = 40 };

static void the_next_run_comes_after_every_or_sooner_after_a_failure(void **state)
{
	static const struct {
		enum run_end end;
		uint32_t every_s;
		int64_t n_failures;
		int64_t not_before_s;
		unsigned chance; /* thousandths */
		int64_t expected_s;
	} cases[] = {
		{ RUN_COMPLETE, 6 * HOUR_S, 0, 0, 0, 6 * HOUR_S },
		{ RUN_COMPLETE, 6 * HOUR_S, 0, 0, 999, 6 * HOUR_S - 2157 },
		{ RUN_HELD, 6 * HOUR_S, 0, 0, 0, 6 * HOUR_S },
		{ RUN_COMPLETE, 6 * HOUR_S, 0, 7 * HOUR_S, 0, 7 * HOUR_S },
		{ RUN_INCOMPLETE, 6 * HOUR_S, 1, 0, 0, 300 },
		{ RUN_INCOMPLETE, 6 * HOUR_S, 2, 0, 0, 600 },
		{ RUN_FAILED, 6 * HOUR_S, 3, 0, 0, 1200 },
		{ RUN_FAILED, 6 * HOUR_S, 7, 0, 0, 19200 },
		{ RUN_FAILED, 6 * HOUR_S, 8, 0, 0, 6 * HOUR_S },
		{ RUN_FAILED, 6 * HOUR_S, 1000000, 0, 0, 6 * HOUR_S },
		{ RUN_FAILED, 60, 1, 0, 0, 60 },
		{ RUN_RUNNING, 6 * HOUR_S, 1, 0, 0, 300 },
		{ RUN_INCOMPLETE, 6 * HOUR_S, 1, 0, 999, 300 - 74 },
		{ RUN_INCOMPLETE, 6 * HOUR_S, 1, DAY_S, 0, DAY_S },
	};
	const int64_t now_s = INT64_C(1800000000);

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		struct config_source source = { .every_s = cases[i].every_s };
		int64_t wish_s = cases[i].not_before_s != 0 ? now_s + cases[i].not_before_s : 0;
		int64_t got = schedule_next_s(&source, cases[i].end, cases[i].n_failures, wish_s,
					      now_s, cases[i].chance);

		if (got - now_s != cases[i].expected_s)
			fail_msg("case %zu: %lld, expected %lld", i, (long long)(got - now_s),
				 (long long)cases[i].expected_s);
	}
}

static void what_is_overdue_at_start_is_spread(void **state)
{
	int64_t before_s = 0;

	(void)state;
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(schedule_spread_s(i, 100, 4, 1000), 1000);
	for (size_t i = 4; i < 100; i++) {
		int64_t at_s = schedule_spread_s(i, 100, 4, 1000);

		assert_true(at_s > before_s && at_s < 1000 + LIMIT_SPREAD_S);
		before_s = at_s;
	}
	/* As many as may run at once need no spreading. */
	assert_int_equal(schedule_spread_s(3, 4, 4, 1000), 1000);
}

/* --- the service --- */

struct fixture {
	struct loop loop;
	struct schedule *schedule;
	struct config config;
	struct config_source sources[N_SOURCES];
	char ids[N_SOURCES][8];
	struct source_row rows[N_SOURCES];
	struct source_rows known;
	bool is_due[N_SOURCES];
	unsigned n_due; /* of these; a source that is not run comes again with the next look */
	char last[8];
	bool is_closed;
};

static bool on_due(void *data, const struct config_source *source)
{
	struct fixture *f = data;

	bool *is_due = &f->is_due[source - f->sources];

	snprintf(f->last, sizeof(f->last), "%s", source->source.id.p);
	f->n_due += !*is_due;
	*is_due = true;
	return true;
}

static void on_closed(void *data)
{
	*(bool *)data = true;
}

static int open_fixture(void **state)
{
	struct fixture *f = mem_new(struct fixture);

	assert_int_equal(loop_init(&f->loop, NULL), ERR_OK);
	f->schedule = schedule_open(&f->loop, on_due, f);
	f->config.sources = f->sources;
	f->config.parallel = 4;
	f->known.items = f->rows;
	for (size_t i = 0; i < N_SOURCES; i++) {
		snprintf(f->ids[i], sizeof(f->ids[i]), "s%zu", i);
		f->sources[i].source.id = slice_of(f->ids[i]);
		f->sources[i].is_enabled = true;
		f->sources[i].every_s = 6 * HOUR_S;
		f->rows[i].id = f->sources[i].source.id;
		f->rows[i].last_run = 1;
	}
	*state = f;
	return 0;
}

static int close_fixture(void **state)
{
	struct fixture *f = *state;

	clock_set_offset_s(0);
	schedule_close(f->schedule, on_closed, &f->is_closed);
	loop_run(&f->loop);
	assert_true(f->is_closed);
	assert_int_equal(loop_close(&f->loop, NULL), ERR_OK);
	mem_free(f);
	return 0;
}

static void use(struct fixture *f, size_t n)
{
	f->config.n_sources = f->known.n = n;
	schedule_apply(f->schedule, &f->config, &f->known, true);
}

static void wait_due(struct fixture *f, unsigned n)
{
	for (unsigned i = 0; i < MAX_TURNS && f->n_due < n; i++)
		loop_turn(&f->loop, TURN_MS);
	assert_true(f->n_due >= n);
}

static void turn_some(struct fixture *f)
{
	for (int i = 0; i < 10; i++)
		loop_turn(&f->loop, 1);
}

static void a_new_source_is_due_at_once_and_a_known_one_when_remembered(void **state)
{
	struct fixture *f = *state;

	f->rows[0].last_run = 0;
	f->rows[1].next_due_s = clock_now_s() + HOUR_S;
	f->sources[2].is_enabled = false;
	f->rows[3].not_before_s = clock_now_s() + HOUR_S;
	use(f, 4);
	wait_due(f, 1);
	assert_string_equal(f->last, "s0");
	turn_some(f);
	assert_int_equal(f->n_due, 1);
	assert_false(schedule_find(f->schedule, SLICE_LIT("s0"))->has_run);
	assert_true(schedule_find(f->schedule, SLICE_LIT("s1"))->has_run);
	assert_null(schedule_find(f->schedule, SLICE_LIT("s9")));
}

static void many_that_are_overdue_do_not_all_come_at_once(void **state)
{
	struct fixture *f = *state;
	int64_t first_s;

	use(f, N_SOURCES);
	wait_due(f, 4);
	first_s = schedule_at(f->schedule, 0)->next_due_s;
	for (size_t i = 0; i < N_SOURCES; i++) {
		assert_true(i >= 4 || f->is_due[i]);
		assert_true((schedule_at(f->schedule, i)->next_due_s > first_s) == (i >= 4));
	}
}

static void a_clock_that_was_wrong_does_not_hold_a_source_back(void **state)
{
	struct fixture *f = *state;
	int64_t now_s = clock_now_s();

	f->rows[0].next_due_s = now_s + 1000 * (int64_t)DAY_S;
	f->rows[1].not_before_s = now_s + 1000 * (int64_t)DAY_S;
	use(f, 2);
	/* Now, and not in so long from each start. */
	assert_true(schedule_at(f->schedule, 0)->next_due_s <= now_s + LIMIT_SPREAD_S);
	assert_int_equal(schedule_at(f->schedule, 1)->not_before_s, 0);
}

static void failures_are_counted_until_a_run_is_complete(void **state)
{
	struct fixture *f = *state;
	const struct schedule_entry *e;

	f->rows[0].next_due_s = clock_now_s() + HOUR_S;
	f->rows[0].n_failures = 2;
	use(f, 1);
	e = schedule_ended(f->schedule, SLICE_LIT("s0"), RUN_INCOMPLETE, 0);
	assert_int_equal(e->n_failures, 3);
	assert_in_range(e->next_due_s - clock_now_s(), 800, 1200);
	e = schedule_ended(f->schedule, SLICE_LIT("s0"), RUN_COMPLETE, 0);
	assert_int_equal(e->n_failures, 0);
	assert_in_range(e->next_due_s - clock_now_s(), 5 * HOUR_S, 6 * HOUR_S);
	assert_null(schedule_ended(f->schedule, SLICE_LIT("gone"), RUN_COMPLETE, 0));
}

static void a_reload_keeps_what_is_known_and_forgets_what_is_gone(void **state)
{
	struct fixture *f = *state;
	int64_t due_s = clock_now_s() + HOUR_S;

	f->rows[0].next_due_s = due_s;
	f->rows[1].next_due_s = due_s;
	use(f, 2);
	f->rows[0].next_due_s = 0; /* what the store says now is older */
	use(f, 1);
	assert_int_equal(schedule_at(f->schedule, 0)->next_due_s, due_s);
	assert_null(schedule_at(f->schedule, 1));
	/* A shorter `every` holds at once. */
	f->sources[0].every_s = 60;
	use(f, 1);
	assert_true(schedule_at(f->schedule, 0)->next_due_s <= clock_now_s() + 60);
}

static void a_schedule_closes_after_any_turn(void **state)
{
	struct fixture *f = *state;

	for (unsigned n_turns = 0; f->n_due == 0; n_turns++) {
		unsigned n_due;

		use(f, N_SOURCES);
		for (unsigned i = 0; i < n_turns; i++)
			loop_turn(&f->loop, 5);
		n_due = f->n_due;
		f->is_closed = false;
		schedule_close(f->schedule, on_closed, &f->is_closed);
		assert_true(loop_run_until(&f->loop, &f->is_closed, 5000));
		assert_int_equal(f->n_due, n_due);
		f->schedule = schedule_open(&f->loop, on_due, f);
		assert_true(n_turns < 1000);
	}
	f->is_closed = false;
}

#define WITH_FIXTURE(test) cmocka_unit_test_setup_teardown(test, open_fixture, close_fixture)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_next_run_comes_after_every_or_sooner_after_a_failure),
		cmocka_unit_test(what_is_overdue_at_start_is_spread),
		WITH_FIXTURE(a_new_source_is_due_at_once_and_a_known_one_when_remembered),
		WITH_FIXTURE(many_that_are_overdue_do_not_all_come_at_once),
		WITH_FIXTURE(a_schedule_closes_after_any_turn),
		WITH_FIXTURE(a_clock_that_was_wrong_does_not_hold_a_source_back),
		WITH_FIXTURE(failures_are_counted_until_a_run_is_complete),
		WITH_FIXTURE(a_reload_keeps_what_is_known_and_forgets_what_is_gone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
