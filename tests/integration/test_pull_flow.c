// SPDX-License-Identifier: EUPL-1.2
/*
 * Tests of daemon/pull between a slow partner and a busy sink: who waits for
 * whom, how much is in hand meanwhile, and how long it may take.
 */
#include "base/clock.h"
#include "daemon/pull_internal.h"
#include "tests/support/jumping_clock.h"
#include "tests/support/pull_fixture.h"

enum { HOUR_MS = 60 * 60 * 1000 }; /* longer than any deadline here */

/* Until the sink has so many batches and the worker owes nothing: it has said what it can. */
static void turn_until_nobody_is_waited_for(struct pull_fixture *f, unsigned n_batches)
{
	uint64_t until_ms = clock_mono_ms() + PULL_WAIT_MS;
	const struct pull_state *p = f->pull.state;

	do {
		assert_true(clock_mono_ms() < until_ms);
		loop_turn(&f->loop, PULL_WAIT_MS);
		assert_false(f->is_done);
	} while (f->recorder.n_batches < n_batches || p->watch != WATCH_NOTHING);
}

/* More often than any deadline has parts. */
static void let_hours_pass(struct pull_fixture *f)
{
	for (unsigned i = 0; i < 2 * LIMIT_DEADLINE_PARTS; i++) {
		jumping_clock_forward_ms(HOUR_MS);
		loop_turn(&f->loop, 0);
	}
}

static void slow_partner_is_no_stall(void **state)
{
	struct pull_fixture *f = *state;

	f->options.stall_timeout_ms = HOUR_MS / 2;
	f->answerer.is_slow = true;
	pull_fixture_start(f, pull_small_source, 2, PULL_FIRST);
	turn_until_nobody_is_waited_for(f, 0);
	let_hours_pass(f);
	assert_false(f->is_done);
	assert_int_equal(f->answerer.n_open, 1);
	pull_cancel(&f->pull);
	assert_true(loop_run_until(&f->loop, &f->is_done, PULL_WAIT_MS));
	pull_fixture_expect_failure(f, ERR_CANCELLED, "stopped");
	assert_true(f->answerer.n_cancelled > 0);
}

static void harvest_may_not_take_longer_than_allowed(void **state)
{
	struct pull_fixture *f = *state;

	f->options.max_duration_ms = 300;
	f->answerer.is_slow = true;
	pull_fixture_run(f, pull_small_source, 2, PULL_FIRST);
	pull_fixture_expect_failure(f, ERR_TIMEOUT, "max-duration");
}

/* Stands still for an hour after n turns; whether the pull had come to its end before. */
static bool stand_still_after_turns(struct pull_fixture *f, unsigned n_turns)
{
	pull_fixture_start(f, pull_small_source, PULL_SMALL_PAGES, PULL_FIRST);
	for (unsigned i = 0; i < n_turns && !f->is_done; i++)
		loop_turn(&f->loop, PULL_WAIT_MS);
	if (f->is_done)
		return true;
	jumping_clock_forward_ms(HOUR_MS);
	assert_true(loop_run_until(&f->loop, &f->is_done, PULL_WAIT_MS));
	pull_fixture_expect_success(f);
	return false;
}

static void a_machine_that_stands_still_at_any_turn_fails_no_harvest(void **state)
{
	struct pull_fixture *f = *state;
	unsigned n = 0;

	f->options.stall_timeout_ms = HOUR_MS / 2;
	f->options.max_duration_ms = HOUR_MS / 2;
	while (!stand_still_after_turns(f, n))
		assert_true(++n < 2000);
	assert_true(n > 5);
	pull_fixture_expect_success(f);
}

static void a_machine_that_stands_still_again_and_again_ends_what_does_not_end(void **state)
{
	static const struct pull_page pages[] = { { "/a", NULL, 1000000, 0, 0, 0 } };
	static const struct {
		const char *play;
		uint32_t max_duration_ms;
		const char *message;
	} cases[] = {
		{ "is_silent_in_page", 0, "said nothing for 1800 s (stall-timeout)" },
		{ "is_silent_in_page", HOUR_MS / 4, "max-duration" },
	};
	struct pull_fixture *f = *state;

	f->options.stall_timeout_ms = HOUR_MS / 2;
	for (size_t i = 0; i < countof(cases); i++) {
		unsigned n = 0;

		f->options.harvest_id = cases[i].play;
		f->options.max_duration_ms = cases[i].max_duration_ms;
		f->answerer.n_most_open = 0;
		pull_fixture_start(f, pages, 1, PULL_FIRST);
		while (f->answerer.n_most_open == 0)
			loop_turn(&f->loop, PULL_WAIT_MS);
		for (n = 0; !f->is_done; n++) {
			jumping_clock_forward_ms(HOUR_MS);
			loop_turn(&f->loop, 0);
		}
		pull_fixture_expect_failure(f, ERR_TIMEOUT, cases[i].message);
		assert_true(n >= LIMIT_DEADLINE_PARTS);
	}
}

static void flood_stops_at_a_busy_sink(void **state)
{
	static const struct pull_page pages[] = { { "/a", "", 0, 0, 0, 0 } };
	struct pull_fixture *f = *state;

	f->recorder.is_lazy = true;
	f->options.harvest_id = "floods";
	f->options.stall_timeout_ms = HOUR_MS / 2; /* which does not run while nobody listens */
	pull_fixture_start(f, pages, 1, PULL_FIRST);
	turn_until_nobody_is_waited_for(f, 1);
	let_hours_pass(f);
	assert_false(f->is_done);
	assert_int_equal(f->recorder.n_batches, 1);
	assert_true(f->recorder.most_bytes <= LIMIT_BATCH_BYTES + 200);
	f->recorder.is_lazy = false;
	pull_cancel(&f->pull);
	pull_recorder_ready(&f->recorder);
	assert_true(loop_run_until(&f->loop, &f->is_done, PULL_WAIT_MS));
	pull_fixture_expect_failure(f, ERR_CANCELLED, "stopped");
	assert_true(f->recorder.most_bytes <= LIMIT_BATCH_BYTES + 200);
	assert_in_range(f->recorder.n_batches, 1, 2);
}

static void second_batch_goes_ahead_when_it_is_full(void **state)
{
	static const struct pull_page pages[] = { { "/a", "", 0, 0, 0, 0 } };
	struct pull_fixture *f = *state;

	f->recorder.is_lazy = true;
	f->recorder.base.n_at_once = 2;
	f->options.harvest_id = "floods";
	pull_fixture_start(f, pages, 1, PULL_FIRST);
	turn_until_nobody_is_waited_for(f, 2);
	assert_int_equal(f->recorder.n_batches, 2);
	assert_true(f->recorder.last_bytes >= LIMIT_BATCH_BYTES ||
		    f->recorder.last_records >= LIMIT_BATCH_RECORDS);
	f->recorder.is_lazy = false;
	pull_cancel(&f->pull);
	pull_recorder_ready(&f->recorder);
	pull_recorder_ready(&f->recorder);
	assert_true(loop_run_until(&f->loop, &f->is_done, PULL_WAIT_MS));
	pull_fixture_expect_failure(f, ERR_CANCELLED, "stopped");
}

static void batch_that_is_not_full_waits_for_an_idle_sink(void **state)
{
	struct pull_fixture *f = *state;
	bool never = false;

	pull_fixture_know_all(f);
	f->recorder.is_lazy = true;
	f->recorder.base.n_at_once = 2;
	pull_fixture_start(f, pull_small_source, PULL_SMALL_PAGES, PULL_FIRST);
	while (f->pull.figures.n_pages < 2)
		assert_false(loop_run_until(&f->loop, &never, 10));
	assert_int_equal(f->recorder.n_batches, 1);
	f->recorder.is_lazy = false;
	pull_recorder_ready(&f->recorder);
	assert_true(loop_run_until(&f->loop, &f->is_done, PULL_WAIT_MS));
	pull_fixture_expect_success(f);
	assert_buf(&f->recorder.log, pull_small_source_log);
	/* Each page and the end for themselves at most, as the worker is slow. */
	assert_in_range(f->recorder.n_batches, 2, PULL_SMALL_PAGES + 1);
}

static void sink_can_refuse(void **state)
{
	struct pull_fixture *f = *state;

	f->recorder.is_refusing = true;
	pull_fixture_run_one(f, "reject a\n");
	pull_fixture_expect_failure(f, ERR_PROTOCOL, "the sink does not like it");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		PULL_TEST(slow_partner_is_no_stall),
		PULL_TEST(harvest_may_not_take_longer_than_allowed),
		PULL_TEST(a_machine_that_stands_still_at_any_turn_fails_no_harvest),
		PULL_TEST(a_machine_that_stands_still_again_and_again_ends_what_does_not_end),
		PULL_TEST(flood_stops_at_a_busy_sink),
		PULL_TEST(second_batch_goes_ahead_when_it_is_full),
		PULL_TEST(batch_that_is_not_full_waits_for_an_idle_sink),
		PULL_TEST(sink_can_refuse),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
