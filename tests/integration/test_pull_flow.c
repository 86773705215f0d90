// SPDX-License-Identifier: EUPL-1.2
/*
 * Tests of daemon/pull between a slow partner and a busy sink: who waits for
 * whom, how much is in hand meanwhile, and how long it may take.
 */
#include "tests/support/pull_fixture.h"

static void slow_partner_is_no_stall(void **state)
{
	struct pull_fixture *f = *state;
	bool never = false;

	f->options.stall_timeout_ms = 1000;
	f->answerer.is_slow = true;
	pull_fixture_start(f, pull_small_source, 2, PULL_FIRST);
	(void)loop_run_until(&f->loop, &never, 1500);
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

static void flood_stops_at_a_busy_sink(void **state)
{
	static const struct pull_page pages[] = { { "/a", "", 0, 0, 0, 0 } };
	struct pull_fixture *f = *state;
	bool never = false;

	f->recorder.is_lazy = true;
	f->options.harvest_id = "floods";
	f->options.stall_timeout_ms = 1000; /* which does not run while nobody listens */
	pull_fixture_start(f, pages, 1, PULL_FIRST);
	/* The first batch is full when it is, on a slow machine too. */
	for (unsigned ms = 0; f->recorder.n_batches == 0 && ms < PULL_WAIT_MS; ms += 50)
		assert_false(loop_run_until(&f->loop, &never, 50));
	assert_false(loop_run_until(&f->loop, &never, 1500));
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
	bool never = false;

	f->recorder.is_lazy = true;
	f->recorder.base.n_at_once = 2;
	f->options.harvest_id = "floods";
	pull_fixture_start(f, pages, 1, PULL_FIRST);
	for (unsigned ms = 0; f->recorder.n_batches < 2 && ms < PULL_WAIT_MS; ms += 50)
		assert_false(loop_run_until(&f->loop, &never, 50));
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
		PULL_TEST(flood_stops_at_a_busy_sink),
		PULL_TEST(second_batch_goes_ahead_when_it_is_full),
		PULL_TEST(batch_that_is_not_full_waits_for_an_idle_sink),
		PULL_TEST(sink_can_refuse),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
