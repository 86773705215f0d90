// SPDX-License-Identifier: EUPL-1.2
/*
 * A thread of a queue's own. The loop and the thread share two lists under one
 * mutex: what was given and what is finished.
 */
#include "base/pool_thread.h"

#include "base/mem.h"
#include "base/pool.h"
#include "base/priority.h"

#include <sys/prctl.h>

struct pool_thread {
	uv_async_t finishing; /* wakes the loop */
	uv_thread_t thread;
	const char *name;
	void (*on_finished)(struct pool_job *);
	void (*on_closed)(void *data);
	void *data;
	unsigned n_given; /* and not finished yet, as the loop knows */
	uv_mutex_t mutex; /* for what follows */
	uv_cond_t is_given;
	struct list_node given; /* jobs in the order in which they run */
	struct list_node finished;
	bool must_end;
};

/* NULL: there is none. */
static struct pool_job *take_first(struct list_node *jobs)
{
	struct list_node *node = list_pop_front(jobs);

	return node != NULL ? container_of(node, struct pool_job, node) : NULL;
}

/* NULL: there will be none any more. */
static struct pool_job *wait_for_job(struct pool_thread *t)
{
	struct pool_job *job;

	uv_mutex_lock(&t->mutex);
	while ((job = take_first(&t->given)) == NULL && !t->must_end)
		uv_cond_wait(&t->is_given, &t->mutex);
	uv_mutex_unlock(&t->mutex);
	return job;
}

static void finish(struct pool_thread *t, struct pool_job *job)
{
	uv_mutex_lock(&t->mutex);
	list_push_back(&t->finished, &job->node);
	uv_mutex_unlock(&t->mutex);
	uv_async_send(&t->finishing);
}

static void run_thread(void *arg)
{
	struct pool_thread *t = arg;
	struct pool_job *job;

	pool_claim_thread();
	(void)prctl(PR_SET_NAME, t->name);
	priority_lower(0);
	while ((job = wait_for_job(t)) != NULL) {
		job->has_run = true;
		job->run_in_pool(job);
		finish(t, job);
	}
}

static struct pool_job *take_finished(struct pool_thread *t)
{
	struct pool_job *job;

	uv_mutex_lock(&t->mutex);
	job = take_first(&t->finished);
	uv_mutex_unlock(&t->mutex);
	return job;
}

/* One a turn: t may have another one after it, or be closing. */
static void on_finishing(uv_async_t *async)
{
	struct pool_thread *t = container_of(async, struct pool_thread, finishing);
	struct pool_job *job = take_finished(t);

	if (job == NULL)
		return;
	if (--t->n_given == 0)
		uv_unref((uv_handle_t *)&t->finishing);
	else
		uv_async_send(&t->finishing); /* whoever comes now has another turn */
	t->on_finished(job);
}

struct pool_thread *pool_thread_open(struct loop *loop, const char *name,
				     void (*on_finished)(struct pool_job *))
{
	struct pool_thread *t = mem_new(struct pool_thread);

	assert_on_loop();
	t->name = name;
	t->on_finished = on_finished;
	list_init(&t->given);
	list_init(&t->finished);
	require(uv_mutex_init(&t->mutex) == 0);
	require(uv_cond_init(&t->is_given) == 0);
	require(uv_async_init(&loop->uv, &t->finishing, on_finishing) == 0);
	uv_unref((uv_handle_t *)&t->finishing);
	require(uv_thread_create(&t->thread, run_thread, t) == 0);
	return t;
}

void pool_thread_give(struct pool_thread *t, struct pool_job *job)
{
	if (t->n_given++ == 0)
		uv_ref((uv_handle_t *)&t->finishing);
	uv_mutex_lock(&t->mutex);
	list_push_back(&t->given, &job->node);
	uv_cond_signal(&t->is_given);
	uv_mutex_unlock(&t->mutex);
}

static void on_async_closed(uv_handle_t *handle)
{
	struct pool_thread *t = container_of((uv_async_t *)handle, struct pool_thread, finishing);
	void (*on_closed)(void *data) = t->on_closed;
	void *data = t->data;

	uv_cond_destroy(&t->is_given);
	uv_mutex_destroy(&t->mutex);
	mem_free(t);
	on_closed(data);
}

void pool_thread_close(struct pool_thread *t, void (*on_closed)(void *data), void *data)
{
	assert_on_loop();
	t->on_closed = on_closed;
	t->data = data;
	require(t->n_given == 0);
	uv_mutex_lock(&t->mutex);
	t->must_end = true;
	uv_cond_signal(&t->is_given);
	uv_mutex_unlock(&t->mutex);
	uv_thread_join(&t->thread); /* it waits for us: it ends at once */
	uv_close((uv_handle_t *)&t->finishing, on_async_closed);
}
