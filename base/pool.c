// SPDX-License-Identifier: EUPL-1.2
/*
 * Queues in front of libuv's threads.
 *
 *   IDLE ──► WAITING ──► RUNNING ──► IDLE, done
 *               └── cancelled or refused: skipped ──► IDLE, done
 *
 * Everything here happens on the loop but run_in_pool_thread(). libuv's own
 * lock, or that of the queue's own thread, orders what a thread did before what
 * done sees.
 */
#include "base/pool.h"

static void on_worked(uv_work_t *work, int status);
static void on_finished(struct pool_job *job);
static void on_skipped(struct deferred *skipped);

void pool_queue_init(struct pool_queue *q, struct loop *loop, const char *name, unsigned n_parallel)
{
	require(n_parallel > 0);
	*q = (struct pool_queue){ .loop = loop, .name = name, .n_parallel = n_parallel };
	list_init(&q->waiting);
	list_init(&q->skipped_jobs);
	deferred_init(&q->closed);
	deferred_init(&q->skipped);
}

void pool_queue_init_low(struct pool_queue *q, struct loop *loop, const char *name)
{
	pool_queue_init(q, loop, name, 1);
	q->has_own_thread = true;
}

static void run_in_pool_thread(uv_work_t *work)
{
	struct pool_job *job = container_of(work, struct pool_job, work);

	pool_claim_thread();
	job->has_run = true;
	job->run_in_pool(job);
}

static void give(struct pool_queue *q, struct pool_job *job)
{
	if (!q->has_own_thread) {
		require(uv_queue_work(&q->loop->uv, &job->work, run_in_pool_thread, on_worked) ==
			0);
		return;
	}
	if (q->thread == NULL)
		q->thread = pool_thread_open(q->loop, q->name, on_finished);
	pool_thread_give(q->thread, job);
}

static bool first_may_go(const struct pool_queue *q)
{
	if (list_is_empty(&q->waiting))
		return false;
	return q->n_running < q->n_parallel ||
	       (q->has_own_thread &&
		container_of(q->waiting.next, struct pool_job, node)->may_follow);
}

/* Gives waiting jobs to threads, as many as the queue may have. */
static void pump(struct pool_queue *q)
{
	while (first_may_go(q)) {
		struct list_node *node = list_pop_front(&q->waiting);
		struct pool_job *job = container_of(node, struct pool_job, node);

		q->n_waiting--;
		q->n_running++;
		job->state = POOL_JOB_RUNNING;
		give(q, job);
	}
}

static void close_when_empty(struct pool_queue *q);

static void on_thread_closed(void *data)
{
	struct pool_queue *q = data;

	q->is_thread_closing = false;
	close_when_empty(q);
}

static void on_closed_due(struct deferred *closed)
{
	struct pool_queue *q = container_of(closed, struct pool_queue, closed);

	/* A done may have started another job, which is on its way to its own done. */
	if (pool_queue_length(q) > 0 || q->is_thread_closing)
		return;
	if (q->thread != NULL) {
		q->is_thread_closing = true;
		pool_thread_close(q->thread, on_thread_closed, q);
		q->thread = NULL;
	} else if (q->on_closed != NULL) {
		q->on_closed(q); /* q may be gone after this line */
	}
}

static void close_when_empty(struct pool_queue *q)
{
	if (q->is_closing && pool_queue_length(q) == 0)
		loop_defer(q->loop, &q->closed, on_closed_due);
}

/* Only done is left to come for this job. */
static void skip(struct pool_queue *q, struct pool_job *job)
{
	atomic_store(&job->is_cancelled, true);
	list_push_back(&q->skipped_jobs, &job->node);
	loop_defer(q->loop, &q->skipped, on_skipped);
}

static void on_skipped(struct deferred *skipped)
{
	struct pool_queue *q = container_of(skipped, struct pool_queue, skipped);
	struct list_node *node;

	/* Jobs that a done starts have their turn later, behind the mark. */
	list_init(&q->skipped_end);
	list_push_back(&q->skipped_jobs, &q->skipped_end);
	while ((node = list_pop_front(&q->skipped_jobs)) != &q->skipped_end) {
		struct pool_job *job = container_of(node, struct pool_job, node);

		q->n_waiting--;
		job->state = POOL_JOB_IDLE;
		job->done(job); /* job may be gone after this line */
	}
	close_when_empty(q);
}

static void on_worked(uv_work_t *work, int status)
{
	/* UV_ECANCELED, before a thread took it: has_run says so too. */
	(void)status;
	on_finished(container_of(work, struct pool_job, work));
}

static void on_finished(struct pool_job *job)
{
	struct pool_queue *q = job->queue;

	q->n_running--;
	job->state = POOL_JOB_IDLE;
	pump(q);
	close_when_empty(q);
	job->done(job); /* job may be gone after this line */
}

void pool_start(struct pool_queue *q, struct pool_job *job, void (*run_in_pool)(struct pool_job *),
		void (*done)(struct pool_job *))
{
	assert_on_loop();
	require(job->state == POOL_JOB_IDLE);
	job->queue = q;
	job->run_in_pool = run_in_pool;
	job->done = done;
	job->has_run = false;
	job->state = POOL_JOB_WAITING;
	atomic_store(&job->is_cancelled, false);
	list_init(&job->node);
	q->n_waiting++;
	if (q->is_closing) {
		skip(q, job);
		return;
	}
	list_push_back(&q->waiting, &job->node);
	pump(q);
}

void pool_cancel(struct pool_job *job)
{
	assert_on_loop();
	if (job->state == POOL_JOB_IDLE || pool_job_is_cancelled(job))
		return;
	if (job->state == POOL_JOB_WAITING) {
		list_remove(&job->node);
		skip(job->queue, job);
		return;
	}
	atomic_store(&job->is_cancelled, true);
	/* Fails when a thread has it already; then the job looks at is_cancelled itself. */
	if (!job->queue->has_own_thread)
		(void)uv_cancel((uv_req_t *)&job->work);
}

bool pool_job_is_cancelled(const struct pool_job *job)
{
	return atomic_load(&job->is_cancelled);
}

unsigned pool_queue_length(const struct pool_queue *q)
{
	return q->n_waiting + q->n_running;
}

void pool_queue_close(struct pool_queue *q, void (*on_closed)(struct pool_queue *))
{
	assert_on_loop();
	require(!q->is_closing);
	q->is_closing = true;
	q->on_closed = on_closed;
	close_when_empty(q);
}
