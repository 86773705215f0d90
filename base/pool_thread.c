// SPDX-License-Identifier: EUPL-1.2
/*
 * A thread of a queue's own. The loop and the thread share two places under
 * one mutex: what was given and what is finished.
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
	uv_mutex_t mutex; /* for what follows */
	uv_cond_t is_given;
	struct pool_job *given;
	struct pool_job *finished;
	bool must_end;
};

/* NULL: there will be none any more. */
static struct pool_job *wait_for_job(struct pool_thread *t)
{
	struct pool_job *job;

	uv_mutex_lock(&t->mutex);
	while (t->given == NULL && !t->must_end)
		uv_cond_wait(&t->is_given, &t->mutex);
	job = t->given;
	t->given = NULL;
	uv_mutex_unlock(&t->mutex);
	return job;
}

static void finish(struct pool_thread *t, struct pool_job *job)
{
	uv_mutex_lock(&t->mutex);
	t->finished = job;
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

static void on_finishing(uv_async_t *async)
{
	struct pool_thread *t = container_of(async, struct pool_thread, finishing);
	struct pool_job *job;

	uv_mutex_lock(&t->mutex);
	job = t->finished;
	t->finished = NULL;
	uv_mutex_unlock(&t->mutex);
	if (job == NULL)
		return;
	uv_unref((uv_handle_t *)&t->finishing);
	t->on_finished(job); /* t may have another one after this line, or be closing */
}

struct pool_thread *pool_thread_open(struct loop *loop, const char *name,
				     void (*on_finished)(struct pool_job *))
{
	struct pool_thread *t = mem_new(struct pool_thread);

	assert_on_loop();
	t->name = name;
	t->on_finished = on_finished;
	require(uv_mutex_init(&t->mutex) == 0);
	require(uv_cond_init(&t->is_given) == 0);
	require(uv_async_init(&loop->uv, &t->finishing, on_finishing) == 0);
	uv_unref((uv_handle_t *)&t->finishing);
	require(uv_thread_create(&t->thread, run_thread, t) == 0);
	return t;
}

void pool_thread_give(struct pool_thread *t, struct pool_job *job)
{
	uv_ref((uv_handle_t *)&t->finishing);
	uv_mutex_lock(&t->mutex);
	require(t->given == NULL && t->finished == NULL);
	t->given = job;
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
	uv_mutex_lock(&t->mutex);
	require(t->given == NULL && t->finished == NULL);
	t->must_end = true;
	uv_cond_signal(&t->is_given);
	uv_mutex_unlock(&t->mutex);
	uv_thread_join(&t->thread); /* it waits for us: it ends at once */
	uv_close((uv_handle_t *)&t->finishing, on_async_closed);
}
