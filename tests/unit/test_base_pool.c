// SPDX-License-Identifier: EUPL-1.2
/* Tests of base/pool: one done for every job, order, cancelling, closing. */
#include "base/pool.h"

#include "base/priority.h"
#include "tests/support/unit.h"

#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <sys/resource.h>
#include <unistd.h>

enum { N_JOBS = 12 };

struct fixture;

/* A job that notes what happened to it; the test asserts. */
struct work {
	struct pool_job job;
	struct fixture *f;
	unsigned number;
	bool waits_for_gate;
	bool was_claimed_thread;
	unsigned n_done;
	bool had_run;
	struct work *starts; /* in done */
	unsigned order_run;
};

struct fixture {
	struct loop loop;
	struct pool_queue queue;
	struct work works[N_JOBS];
	sem_t gate;
	sem_t entered;
	atomic_uint n_inside;
	atomic_uint most_inside;
	atomic_uint n_run;
	unsigned n_done;
	bool is_closed;
	unsigned done_when_closed;
	bool is_all_done;
	unsigned n_expected;
};

static void run_in_pool(struct pool_job *job)
{
	struct work *w = container_of(job, struct work, job);
	struct fixture *f = w->f;
	unsigned n_inside = atomic_fetch_add(&f->n_inside, 1) + 1;
	unsigned most = atomic_load(&f->most_inside);

	assert_in_pool(); /* ends the process if it is not so */
	w->was_claimed_thread = true;
	while (n_inside > most && !atomic_compare_exchange_weak(&f->most_inside, &most, n_inside))
		;
	w->order_run = atomic_fetch_add(&f->n_run, 1);
	if (w->waits_for_gate) {
		sem_post(&f->entered);
		sem_wait(&f->gate);
	}
	atomic_fetch_sub(&f->n_inside, 1);
}

static void on_done(struct pool_job *job)
{
	struct work *w = container_of(job, struct work, job);
	struct fixture *f = w->f;

	w->n_done++;
	w->had_run = job->has_run;
	f->n_done++;
	f->is_all_done = f->n_done >= f->n_expected;
	if (w->starts != NULL) {
		struct work *next = w->starts;

		w->starts = NULL;
		pool_start(&f->queue, &next->job, run_in_pool, on_done);
	}
}

static void on_closed(struct pool_queue *q)
{
	struct fixture *f = container_of(q, struct fixture, queue);

	f->is_closed = true;
	f->done_when_closed = f->n_done;
	memset(q, 0xee, sizeof(*q)); /* it is the owner's again */
}

/* n_parallel 0: one, on a thread of its own. */
static void open_fixture(struct fixture *f, unsigned n_parallel)
{
	*f = (struct fixture){ .n_expected = N_JOBS };
	assert_int_equal(loop_init(&f->loop, NULL), ERR_OK);
	if (n_parallel > 0)
		pool_queue_init(&f->queue, &f->loop, "test", n_parallel);
	else
		pool_queue_init_low(&f->queue, &f->loop, "low");
	sem_init(&f->gate, 0, 0);
	sem_init(&f->entered, 0, 0);
	for (unsigned i = 0; i < N_JOBS; i++) {
		f->works[i].f = f;
		f->works[i].number = i;
	}
}

static void close_fixture(struct fixture *f)
{
	loop_run(&f->loop);
	assert_int_equal(loop_close(&f->loop, NULL), ERR_OK);
	sem_destroy(&f->gate);
	sem_destroy(&f->entered);
}

static void start(struct fixture *f, unsigned i)
{
	pool_start(&f->queue, &f->works[i].job, run_in_pool, on_done);
}

static void a_queue_of_one_runs_jobs_in_order_one_at_a_time(void **state)
{
	static struct fixture f;

	(void)state;
	open_fixture(&f, 1);
	for (unsigned i = 0; i < N_JOBS; i++)
		start(&f, i);
	assert_int_equal(f.n_done, 0);
	assert_int_equal(pool_queue_length(&f.queue), N_JOBS);
	assert_true(loop_run_until(&f.loop, &f.is_all_done, 20000));
	assert_int_equal(pool_queue_length(&f.queue), 0);
	assert_int_equal(atomic_load(&f.most_inside), 1);
	for (unsigned i = 0; i < N_JOBS; i++) {
		assert_true(f.works[i].was_claimed_thread);
		assert_int_equal(f.works[i].n_done, 1);
		assert_true(f.works[i].had_run);
		assert_int_equal(f.works[i].order_run, i);
	}
	close_fixture(&f);
}

static void a_wider_queue_uses_as_many_threads_and_no_more(void **state)
{
	static struct fixture f;

	(void)state;
	open_fixture(&f, 2);
	for (unsigned i = 0; i < N_JOBS; i++) {
		f.works[i].waits_for_gate = true;
		start(&f, i);
	}
	/* Two are inside at once, and the gate lets them go one by one. */
	sem_wait(&f.entered);
	sem_wait(&f.entered);
	assert_int_equal(atomic_load(&f.n_inside), 2);
	for (unsigned i = 0; i < N_JOBS; i++)
		sem_post(&f.gate);
	assert_true(loop_run_until(&f.loop, &f.is_all_done, 20000));
	assert_int_equal(atomic_load(&f.most_inside), 2);
	close_fixture(&f);
}

static void a_job_cancelled_while_it_waits_does_not_run(void **state)
{
	static struct fixture f;

	(void)state;
	open_fixture(&f, 1);
	f.n_expected = 3;
	f.works[0].waits_for_gate = true;
	for (unsigned i = 0; i < 3; i++)
		start(&f, i);
	sem_wait(&f.entered);
	pool_cancel(&f.works[1].job);
	pool_cancel(&f.works[1].job);
	assert_int_equal(f.n_done, 0);
	assert_int_equal(pool_queue_length(&f.queue), 3);
	/* Its done does not wait for the job in front of it. */
	loop_turn(&f.loop, 0);
	assert_int_equal(f.works[1].n_done, 1);
	assert_false(f.works[1].had_run);
	assert_true(pool_job_is_cancelled(&f.works[1].job));
	sem_post(&f.gate);
	assert_true(loop_run_until(&f.loop, &f.is_all_done, 20000));
	pool_cancel(&f.works[1].job); /* too late */
	assert_false(f.works[1].was_claimed_thread);
	assert_true(f.works[0].had_run && f.works[2].had_run);
	assert_int_equal(f.works[1].n_done, 1);
	close_fixture(&f);
}

static void a_running_job_sees_that_it_was_cancelled(void **state)
{
	static struct fixture f;

	(void)state;
	open_fixture(&f, 1);
	f.n_expected = 1;
	f.works[0].waits_for_gate = true;
	start(&f, 0);
	sem_wait(&f.entered);
	assert_false(pool_job_is_cancelled(&f.works[0].job));
	pool_cancel(&f.works[0].job);
	assert_true(pool_job_is_cancelled(&f.works[0].job));
	sem_post(&f.gate);
	assert_true(loop_run_until(&f.loop, &f.is_all_done, 20000));
	assert_true(f.works[0].had_run);
	assert_int_equal(f.works[0].n_done, 1);
	close_fixture(&f);
}

static void a_job_that_no_thread_took_yet_is_taken_back(void **state)
{
	static struct fixture f;
	unsigned n_blocking = 4; /* libuv's threads, as set in main() */

	(void)state;
	open_fixture(&f, N_JOBS);
	f.n_expected = n_blocking + 1;
	for (unsigned i = 0; i < n_blocking; i++) {
		f.works[i].waits_for_gate = true;
		start(&f, i);
	}
	for (unsigned i = 0; i < n_blocking; i++)
		sem_wait(&f.entered);
	start(&f, n_blocking);
	pool_cancel(&f.works[n_blocking].job);
	for (unsigned i = 0; i < n_blocking; i++)
		sem_post(&f.gate);
	assert_true(loop_run_until(&f.loop, &f.is_all_done, 20000));
	assert_int_equal(f.works[n_blocking].n_done, 1);
	assert_false(f.works[n_blocking].had_run);
	assert_false(f.works[n_blocking].was_claimed_thread);
	close_fixture(&f);
}

static void a_job_can_be_started_again_in_its_done(void **state)
{
	static struct fixture f;

	(void)state;
	open_fixture(&f, 1);
	f.n_expected = 4;
	f.works[0].starts = &f.works[1];
	f.works[1].starts = &f.works[0];
	start(&f, 0); /* 0, then 1, then 0 again */
	pool_cancel(&f.works[0].job);
	start(&f, 2);
	assert_true(loop_run_until(&f.loop, &f.is_all_done, 20000));
	assert_int_equal(f.works[0].n_done, 2);
	assert_int_equal(f.works[1].n_done, 1);
	assert_true(f.works[0].had_run); /* the second time: cancelling is forgotten */
	assert_false(pool_job_is_cancelled(&f.works[0].job));
	close_fixture(&f);
}

static void a_closing_queue_finishes_what_was_started_and_refuses_what_comes(void **state)
{
	static struct fixture f;

	(void)state;
	open_fixture(&f, 1);
	f.works[0].waits_for_gate = true;
	for (unsigned i = 0; i < 3; i++)
		start(&f, i);
	sem_wait(&f.entered);
	pool_queue_close(&f.queue, on_closed);
	start(&f, 3);
	f.works[3].starts = &f.works[4]; /* and its done starts another one */
	assert_int_equal(f.n_done, 0);
	sem_post(&f.gate);
	assert_true(loop_run_until(&f.loop, &f.is_closed, 20000));
	assert_int_equal(f.done_when_closed, 5);
	for (unsigned i = 0; i < 5; i++) {
		assert_int_equal(f.works[i].n_done, 1);
		assert_int_equal(f.works[i].had_run, i < 3);
		assert_int_equal(pool_job_is_cancelled(&f.works[i].job), i >= 3);
	}
	close_fixture(&f);
}

static void an_empty_queue_closes_on_a_later_turn(void **state)
{
	static struct fixture f;

	(void)state;
	open_fixture(&f, 1);
	pool_queue_close(&f.queue, on_closed);
	assert_false(f.is_closed);
	loop_run(&f.loop);
	assert_true(f.is_closed);
	close_fixture(&f);
}

static void a_queue_may_close_without_telling(void **state)
{
	static struct fixture f;

	(void)state;
	open_fixture(&f, 1);
	f.n_expected = 1;
	start(&f, 0);
	pool_queue_close(&f.queue, NULL);
	loop_run(&f.loop);
	assert_int_equal(f.works[0].n_done, 1);
	close_fixture(&f);
}

/* --- a thread of its own --- */

static void a_low_queue_runs_jobs_in_order_one_at_a_time(void **state)
{
	static struct fixture f;

	(void)state;
	open_fixture(&f, 0);
	for (unsigned i = 0; i < N_JOBS; i++)
		start(&f, i);
	assert_true(loop_run_until(&f.loop, &f.is_all_done, 20000));
	assert_int_equal(atomic_load(&f.most_inside), 1);
	for (unsigned i = 0; i < N_JOBS; i++) {
		assert_int_equal(f.works[i].n_done, 1);
		assert_true(f.works[i].had_run);
		assert_int_equal(f.works[i].order_run, i);
	}
	loop_run(&f.loop); /* without jobs it does not keep the loop alive */
	pool_queue_close(&f.queue, on_closed);
	loop_run(&f.loop);
	assert_true(f.is_closed);
	close_fixture(&f);
}

static void a_job_that_may_follow_does_not_wait_for_the_loop_and_keeps_its_place(void **state)
{
	static struct fixture f;

	(void)state;
	open_fixture(&f, 0);
	f.n_expected = 5;
	f.works[1].job.may_follow = f.works[2].job.may_follow = f.works[4].job.may_follow = true;
	f.works[2].waits_for_gate = true;
	for (unsigned i = 0; i < 5; i++)
		start(&f, i);
	/* The loop has not run: the first one and two that follow have. */
	sem_wait(&f.entered);
	assert_int_equal(atomic_load(&f.n_run), 3);
	assert_int_equal(f.n_done, 0);
	assert_int_equal(pool_queue_length(&f.queue), 5);
	sem_post(&f.gate);
	assert_true(loop_run_until(&f.loop, &f.is_all_done, 20000));
	assert_int_equal(atomic_load(&f.most_inside), 1);
	for (unsigned i = 0; i < 5; i++) {
		assert_int_equal(f.works[i].n_done, 1);
		assert_int_equal(f.works[i].order_run, i);
	}
	pool_queue_close(&f.queue, on_closed);
	loop_run(&f.loop);
	assert_true(f.is_closed);
	close_fixture(&f);
}

static void a_queue_that_closes_lets_what_was_given_ahead_finish(void **state)
{
	static struct fixture f;

	(void)state;
	open_fixture(&f, 0);
	f.n_expected = 3;
	f.works[0].waits_for_gate = true;
	f.works[1].job.may_follow = true;
	for (unsigned i = 0; i < 3; i++)
		start(&f, i);
	sem_wait(&f.entered);
	pool_cancel(&f.works[1].job); /* on the thread already: only asked to stop */
	pool_cancel(&f.works[2].job);
	pool_queue_close(&f.queue, on_closed);
	sem_post(&f.gate);
	loop_run(&f.loop);
	assert_true(f.is_closed);
	assert_int_equal(f.done_when_closed, 3);
	assert_true(f.works[0].had_run);
	assert_true(f.works[1].had_run);
	assert_false(f.works[2].had_run);
	close_fixture(&f);
}

/* A job that notes with which priority it ran. */
struct priority_seen {
	struct pool_job job;
	pthread_t thread;
	pid_t tid;
	int nice, policy;
	char name[16];
	bool is_done;
};

static void see_priority_in_pool(struct pool_job *job)
{
	struct priority_seen *p = container_of(job, struct priority_seen, job);

	p->thread = pthread_self();
	p->tid = gettid();
	p->nice = getpriority(PRIO_PROCESS, 0);
	p->policy = sched_getscheduler(0);
	pthread_getname_np(p->thread, p->name, sizeof(p->name));
}

static void on_priority_seen(struct pool_job *job)
{
	container_of(job, struct priority_seen, job)->is_done = true;
}

static void see_priority(struct fixture *f, struct priority_seen *p)
{
	*p = (struct priority_seen){ .is_done = false };
	pool_start(&f->queue, &p->job, see_priority_in_pool, on_priority_seen);
	assert_true(loop_run_until(&f->loop, &p->is_done, 20000));
}

static void a_low_queue_goes_behind_the_others_and_lends_its_thread_to_nobody(void **state)
{
	static struct fixture low, usual;
	struct priority_seen first, second, other;
	int own = getpriority(PRIO_PROCESS, 0);
	int lower = own + PRIORITY_NICENESS < 19 ? own + PRIORITY_NICENESS : 19;

	(void)state;
	open_fixture(&low, 0);
	open_fixture(&usual, 1);
	see_priority(&low, &first);
	see_priority(&usual, &other);
	see_priority(&low, &second);
	assert_int_equal(first.nice, lower);
	assert_int_equal(first.policy, SCHED_BATCH);
	assert_string_equal(first.name, "low");
	assert_int_equal(first.tid, second.tid);
	assert_int_not_equal(first.tid, other.tid);
	assert_int_equal(other.nice, own);
	assert_int_equal(getpriority(PRIO_PROCESS, 0), own);
	pool_queue_close(&low.queue, on_closed);
	loop_run(&low.loop);
	close_fixture(&low);
	close_fixture(&usual);
}

static void a_job_on_the_queues_own_thread_sees_that_it_was_cancelled(void **state)
{
	static struct fixture f;

	(void)state;
	open_fixture(&f, 0);
	f.n_expected = 2;
	f.works[0].waits_for_gate = true;
	start(&f, 0);
	start(&f, 1);
	sem_wait(&f.entered);
	pool_cancel(&f.works[0].job);
	assert_true(pool_job_is_cancelled(&f.works[0].job));
	pool_queue_close(&f.queue, on_closed);
	sem_post(&f.gate);
	loop_run(&f.loop);
	assert_true(f.is_closed);
	assert_true(f.works[0].had_run && f.works[1].had_run);
	assert_int_equal(f.works[0].n_done, 1);
	assert_int_equal(f.works[1].n_done, 1);
	close_fixture(&f);
}

enum ending { CLOSE_ONLY, CANCEL_ALL_AND_CLOSE, CLOSE_AND_CANCEL_ALL };

static void cancel_all(struct fixture *f)
{
	for (unsigned i = 0; i < N_JOBS; i++)
		pool_cancel(&f->works[i].job);
}

/* Close at every turn. */
static void every_job_is_done_once_whenever_the_queue_closes(void **state)
{
	static struct fixture f;

	(void)state;
	for (int ending = CLOSE_ONLY; ending <= CLOSE_AND_CANCEL_ALL; ending++) {
		for (unsigned n_turns = 0; n_turns < 16; n_turns++) {
			open_fixture(&f, n_turns % 4);
			for (unsigned i = 0; i + 1 < N_JOBS; i++)
				start(&f, i);
			f.works[0].starts = &f.works[N_JOBS - 1];
			for (unsigned i = 0; i < n_turns; i++)
				loop_turn(&f.loop, 1);
			if (ending == CANCEL_ALL_AND_CLOSE)
				cancel_all(&f);
			pool_queue_close(&f.queue, on_closed);
			if (ending == CLOSE_AND_CANCEL_ALL)
				cancel_all(&f);
			loop_run(&f.loop);
			assert_true(f.is_closed);
			assert_int_equal(f.done_when_closed, N_JOBS);
			for (unsigned i = 0; i < N_JOBS; i++) {
				assert_int_equal(f.works[i].n_done, 1);
				assert_int_equal(f.works[i].had_run, f.works[i].was_claimed_thread);
			}
			close_fixture(&f);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_queue_of_one_runs_jobs_in_order_one_at_a_time),
		cmocka_unit_test(a_wider_queue_uses_as_many_threads_and_no_more),
		cmocka_unit_test(a_job_cancelled_while_it_waits_does_not_run),
		cmocka_unit_test(a_running_job_sees_that_it_was_cancelled),
		cmocka_unit_test(a_job_that_no_thread_took_yet_is_taken_back),
		cmocka_unit_test(a_job_can_be_started_again_in_its_done),
		cmocka_unit_test(a_closing_queue_finishes_what_was_started_and_refuses_what_comes),
		cmocka_unit_test(an_empty_queue_closes_on_a_later_turn),
		cmocka_unit_test(a_queue_may_close_without_telling),
		cmocka_unit_test(a_low_queue_runs_jobs_in_order_one_at_a_time),
		cmocka_unit_test(
			a_job_that_may_follow_does_not_wait_for_the_loop_and_keeps_its_place),
		cmocka_unit_test(a_queue_that_closes_lets_what_was_given_ahead_finish),
		cmocka_unit_test(a_low_queue_goes_behind_the_others_and_lends_its_thread_to_nobody),
		cmocka_unit_test(a_job_on_the_queues_own_thread_sees_that_it_was_cancelled),
		cmocka_unit_test(every_job_is_done_once_whenever_the_queue_closes),
	};

	setenv("UV_THREADPOOL_SIZE", "4", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
