// SPDX-License-Identifier: EUPL-1.2
/* Tests of base/loop: deferring, timers, the end of a loop, and closing it. */
#include "base/loop.h"

#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"

#include "tests/support/unit.h"

#include <pthread.h>
#include <signal.h>
#include <sys/time.h>

struct fixture {
	struct loop loop;
	struct err err;
};

static int set_up(void **state)
{
	static struct fixture f;

	f.err = (struct err)ERR_INIT;
	*state = &f;
	return loop_init(&f.loop, &f.err) == ERR_OK ? 0 : -1;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	return loop_close(&f->loop, &f->err) == ERR_OK ? 0 : -1;
}

/* Work that notes when it ran, and may do something then. */
struct job {
	struct deferred deferred;
	struct loop *loop;
	char name;
	char *order; /* where it writes its name */
	uint64_t ran_in_turn;
	unsigned n_again; /* defers itself this often */
	struct job *other; /* undefers this one */
};

static void run_job(struct deferred *d)
{
	struct job *job = container_of(d, struct job, deferred);

	assert_false(deferred_is_waiting(d));
	job->ran_in_turn = job->loop->n_turns;
	if (job->order != NULL)
		job->order[strlen(job->order)] = job->name; /* zeroed behind */
	if (job->other != NULL)
		loop_undefer(&job->other->deferred);
	if (job->n_again > 0) {
		job->n_again--;
		loop_defer(job->loop, &job->deferred, run_job);
	}
}

static void a_loop_without_work_ends_at_once(void **state)
{
	struct fixture *f = *state;

	loop_run(&f->loop);
	loop_turn(&f->loop, 0);
	assert_int_equal(f->loop.n_turns, 0);
}

static void deferred_work_runs_in_order_on_a_later_turn(void **state)
{
	struct fixture *f = *state;
	char order[8] = "";
	struct job jobs[3] = {
		{ .loop = &f->loop, .name = 'a', .order = order },
		{ .loop = &f->loop, .name = 'b', .order = order },
		{ .loop = &f->loop, .name = 'c', .order = order },
	};

	for (size_t i = 0; i < countof(jobs); i++)
		loop_defer(&f->loop, &jobs[i].deferred, run_job);
	loop_defer(&f->loop, &jobs[0].deferred, run_job); /* waits already: nothing happens */
	assert_string_equal(order, "");
	assert_true(deferred_is_waiting(&jobs[0].deferred));
	loop_run(&f->loop);
	assert_string_equal(order, "abc");
	assert_false(deferred_is_waiting(&jobs[0].deferred));
	assert_int_equal(f->loop.n_turns, 1);
}

static void work_deferred_by_work_has_the_next_turn(void **state)
{
	struct fixture *f = *state;
	char order[8] = "";
	struct job again = { .loop = &f->loop, .name = 'a', .order = order, .n_again = 2 };
	struct job once = { .loop = &f->loop, .name = 'b', .order = order };

	loop_defer(&f->loop, &again.deferred, run_job);
	loop_defer(&f->loop, &once.deferred, run_job);
	loop_turn(&f->loop, 0);
	assert_string_equal(order, "ab");
	loop_turn(&f->loop, 0);
	assert_string_equal(order, "aba");
	loop_run(&f->loop);
	assert_string_equal(order, "abaa");
	assert_int_equal(again.ran_in_turn, 3);
}

static void undeferred_work_does_not_run(void **state)
{
	struct fixture *f = *state;
	struct deferred zeroed = { .run = NULL };
	struct deferred initialised;
	char order[8] = "";
	struct job second = { .loop = &f->loop, .name = 'b', .order = order };
	struct job first = { .loop = &f->loop, .name = 'a', .order = order, .other = &second };
	struct job third = { .loop = &f->loop, .name = 'c', .order = order };

	deferred_init(&initialised);
	loop_undefer(&zeroed);
	loop_undefer(&initialised);
	assert_false(deferred_is_waiting(&zeroed));
	assert_false(deferred_is_waiting(&initialised));
	loop_defer(&f->loop, &first.deferred, run_job);
	loop_defer(&f->loop, &second.deferred, run_job);
	loop_defer(&f->loop, &third.deferred, run_job);
	loop_undefer(&third.deferred);
	loop_undefer(&third.deferred);
	loop_run(&f->loop);
	assert_string_equal(order, "a");
	/* The last one taken back: the loop ends nevertheless. */
	loop_defer(&f->loop, &third.deferred, run_job);
	loop_undefer(&third.deferred);
	loop_run(&f->loop);
	assert_string_equal(order, "a");
}

static void free_itself(struct deferred *d)
{
	mem_free(d);
}

static void deferred_work_may_free_itself(void **state)
{
	struct fixture *f = *state;

	loop_defer(&f->loop, mem_new(struct deferred), free_itself);
	loop_defer(&f->loop, mem_new(struct deferred), free_itself);
	loop_run(&f->loop);
}

/* A timer that notes when it was due and closed. */
struct alarm {
	struct loop_timer timer;
	bool is_due;
	bool is_closed;
	unsigned n_due;
};

static void on_due(struct loop_timer *t)
{
	struct alarm *a = container_of(t, struct alarm, timer);

	assert_false(loop_timer_is_running(t));
	a->is_due = true;
	a->n_due++;
}

static void on_closed(struct loop_timer *t)
{
	container_of(t, struct alarm, timer)->is_closed = true;
}

static void a_timer_keeps_the_loop_until_it_is_due(void **state)
{
	struct fixture *f = *state;
	struct alarm a = { .is_due = false };
	uint64_t started_ms = clock_mono_ms();

	loop_timer_init(&a.timer, &f->loop, false);
	assert_false(loop_timer_is_running(&a.timer));
	loop_timer_start(&a.timer, 1000, on_due);
	loop_timer_start(&a.timer, 20, on_due);
	assert_true(loop_timer_is_running(&a.timer));
	loop_run(&f->loop);
	assert_int_equal(a.n_due, 1);
	/* libuv's clock has whole milliseconds. */
	assert_true(clock_mono_ms() - started_ms + 1 >= 20);
	loop_timer_close(&a.timer, on_closed);
	assert_false(a.is_closed);
	loop_run(&f->loop);
	assert_true(a.is_closed);
}

static void a_delay_counts_from_the_call_and_not_from_the_turn(void **state)
{
	struct fixture *f = *state;
	struct alarm a = { .is_due = false };
	uint64_t until_us = clock_mono_us() + 30000;

	/* The loop's cached time falls behind. */
	while (clock_mono_us() < until_us)
		;
	loop_timer_init(&a.timer, &f->loop, false);
	loop_timer_start(&a.timer, 10000, on_due);
	assert_true(uv_timer_get_due_in(&a.timer.uv) >= 10000 + 20);
	loop_timer_start(&a.timer, UINT64_MAX, on_due); /* never, and nothing overflows */
	loop_turn(&f->loop, 0);
	assert_false(a.is_due);
	loop_timer_close(&a.timer, NULL);
	loop_run(&f->loop);
}

static void a_stopped_timer_is_not_due(void **state)
{
	struct fixture *f = *state;
	struct alarm a = { .is_due = false };

	loop_timer_init(&a.timer, &f->loop, false);
	loop_timer_stop(&a.timer);
	loop_timer_start(&a.timer, 0, on_due);
	loop_timer_stop(&a.timer);
	loop_run(&f->loop);
	assert_false(a.is_due);
	loop_timer_start(&a.timer, 0, on_due);
	loop_timer_close(&a.timer, on_closed); /* closing stops it too */
	loop_timer_stop(&a.timer);
	assert_false(loop_timer_is_running(&a.timer));
	loop_run(&f->loop);
	assert_false(a.is_due);
	assert_true(a.is_closed);
}

static void a_background_timer_does_not_keep_the_loop(void **state)
{
	struct fixture *f = *state;
	struct alarm a = { .is_due = false };

	loop_timer_init(&a.timer, &f->loop, true);
	loop_timer_start(&a.timer, 3600 * 1000, on_due);
	loop_run(&f->loop);
	assert_false(a.is_due);
	/* It is due nevertheless while something runs the loop. */
	loop_timer_start(&a.timer, 5, on_due);
	assert_true(loop_run_until(&f->loop, &a.is_due, 10000));
	loop_timer_close(&a.timer, on_closed);
	loop_run(&f->loop);
	assert_true(a.is_closed);
}

static void a_turn_waits_no_longer_than_asked(void **state)
{
	struct fixture *f = *state;
	struct alarm a = { .is_due = false };
	bool never = false;
	uint64_t started_ms = clock_mono_ms();

	loop_timer_init(&a.timer, &f->loop, false);
	loop_timer_start(&a.timer, 3600 * 1000, on_due);
	loop_turn(&f->loop, 0);
	loop_turn(&f->loop, 5);
	assert_false(loop_run_until(&f->loop, &never, 20));
	assert_true(clock_mono_ms() - started_ms >= 20);
	assert_true(clock_mono_ms() - started_ms < 3600 * 1000);
	loop_timer_close(&a.timer, NULL);
	loop_run(&f->loop);
}

static void waste_time(struct deferred *d)
{
	uint64_t until_us = clock_mono_us() + (LIMIT_LOOP_TURN_MS + 5) * 1000;

	(void)d;
	while (clock_mono_us() < until_us)
		;
}

static void a_long_turn_is_counted_and_waiting_is_not(void **state)
{
	struct fixture *f = *state;
	struct alarm a = { .is_due = false };
	struct deferred work = { .run = NULL };
	uint64_t n_long_turns;

	log_set_level(LOG_LEVEL_ERROR);
	loop_timer_init(&a.timer, &f->loop, false);
	loop_timer_start(&a.timer, 10 * LIMIT_LOOP_TURN_MS, on_due);
	assert_true(loop_run_until(&f->loop, &a.is_due, 10000));
	/* A machine that is busy with others may count some, not the waiting. */
	n_long_turns = f->loop.n_long_turns;
	if (n_long_turns > 0)
		print_message("the machine is busy: %d long turns\n", (int)n_long_turns);
	loop_defer(&f->loop, &work, waste_time);
	loop_turn(&f->loop, 0);
	assert_true(f->loop.n_long_turns > n_long_turns);
	loop_timer_close(&a.timer, NULL);
	loop_run(&f->loop);
	log_set_level(LOG_LEVEL_INFO);
}

struct signalled {
	struct loop *loop;
	uv_signal_t handle;
	bool has_come;
};

static void on_signal(uv_signal_t *handle, int number)
{
	struct signalled *s = container_of(handle, struct signalled, handle);

	(void)number;
	loop_signal_came(s->loop);
	s->has_come = true;
}

static void waiting_that_a_signal_ended_is_no_long_turn(void **state)
{
	struct fixture *f = *state;
	struct signalled s = { .loop = &f->loop };
	const struct itimerval soon = { .it_value = { .tv_usec = 3 * LIMIT_LOOP_TURN_MS * 1000 } };
	bool is_counted = true;

	log_set_level(LOG_LEVEL_ERROR);
	assert_int_equal(uv_signal_init(&f->loop.uv, &s.handle), 0);
	assert_int_equal(uv_signal_start(&s.handle, on_signal, SIGALRM), 0);
	/* A busy machine may count one for itself, but not each time. */
	for (int i = 0; i < 10 && is_counted; i++) {
		uint64_t n_long_turns = f->loop.n_long_turns;

		s.has_come = false;
		assert_int_equal(setitimer(ITIMER_REAL, &soon, NULL), 0);
		assert_true(loop_run_until(&f->loop, &s.has_come, 10000));
		is_counted = f->loop.n_long_turns > n_long_turns;
	}
	assert_false(is_counted);
	uv_close((uv_handle_t *)&s.handle, NULL);
	loop_run(&f->loop);
	log_set_level(LOG_LEVEL_INFO);
}

static void closing_lets_deferred_work_and_closing_handles_finish(void **state)
{
	struct loop loop;
	struct alarm a = { .is_due = false };
	struct job job = { .n_again = 3 };

	(void)state;
	assert_int_equal(loop_init(&loop, NULL), ERR_OK);
	job.loop = &loop;
	loop_timer_init(&a.timer, &loop, false);
	loop_timer_close(&a.timer, on_closed);
	loop_defer(&loop, &job.deferred, run_job);
	assert_int_equal(loop_close(&loop, NULL), ERR_OK);
	assert_true(a.is_closed);
	assert_int_equal(job.ran_in_turn, 4);
}

static void a_forgotten_handle_is_reported_and_not_waited_for(void **state)
{
	struct loop loop;
	struct alarm a = { .is_due = false };
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(loop_init(&loop, &err), ERR_OK);
	loop_timer_init(&a.timer, &loop, false);
	loop_timer_start(&a.timer, 3600 * 1000, on_due);
	assert_int_equal(loop_close(&loop, &err), ERR_CONFLICT);
	assert_string_equal(err.msg, "event loop: 1 handles are still open");
	loop_timer_close(&a.timer, on_closed);
	assert_int_equal(loop_close(&loop, &err), ERR_OK);
	assert_true(a.is_closed);
}

/* Close at every turn: N turns of a loop that is busy with itself. */
static void a_loop_closes_after_any_number_of_turns(void **state)
{
	(void)state;
	for (unsigned n_turns = 0; n_turns < 8; n_turns++) {
		struct loop loop;
		struct alarm a = { .is_due = false };
		struct job job = { .n_again = 4 };

		assert_int_equal(loop_init(&loop, NULL), ERR_OK);
		job.loop = &loop;
		loop_defer(&loop, &job.deferred, run_job);
		loop_timer_init(&a.timer, &loop, false);
		loop_timer_start(&a.timer, 0, on_due);
		for (unsigned i = 0; i < n_turns; i++)
			loop_turn(&loop, 0);
		loop_timer_close(&a.timer, on_closed);
		loop_run(&loop);
		assert_int_equal(loop_close(&loop, NULL), ERR_OK);
		assert_true(a.is_closed);
		assert_int_equal(job.n_again, 0);
	}
}

static void *is_refused_elsewhere(void *refused)
{
	/* A thread that claimed nothing. The child of a fork keeps only this thread. */
	*(bool *)refused = unit_aborts((void (*)(void *))(void (*)(void))assert_on_loop, NULL) &&
			   unit_aborts((void (*)(void *))(void (*)(void))assert_in_pool, NULL);
	return NULL;
}

static void another_thread_is_not_the_loops(void **state)
{
	pthread_t thread;
	bool is_refused = false;

	(void)state;
	assert_on_loop();
	assert_int_equal(pthread_create(&thread, NULL, is_refused_elsewhere, &is_refused), 0);
	pthread_join(thread, NULL);
	assert_true(is_refused);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_loop_without_work_ends_at_once, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(deferred_work_runs_in_order_on_a_later_turn, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(work_deferred_by_work_has_the_next_turn, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(undeferred_work_does_not_run, set_up, tear_down),
		cmocka_unit_test_setup_teardown(deferred_work_may_free_itself, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_timer_keeps_the_loop_until_it_is_due, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(a_delay_counts_from_the_call_and_not_from_the_turn,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_stopped_timer_is_not_due, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_background_timer_does_not_keep_the_loop, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(a_turn_waits_no_longer_than_asked, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(a_long_turn_is_counted_and_waiting_is_not, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(waiting_that_a_signal_ended_is_no_long_turn, set_up,
						tear_down),
		cmocka_unit_test(closing_lets_deferred_work_and_closing_handles_finish),
		cmocka_unit_test(a_forgotten_handle_is_reported_and_not_waited_for),
		cmocka_unit_test(a_loop_closes_after_any_number_of_turns),
		cmocka_unit_test(another_thread_is_not_the_loops),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
