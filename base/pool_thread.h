// SPDX-License-Identifier: EUPL-1.2
#ifndef BASE_POOL_THREAD_H
#define BASE_POOL_THREAD_H

/*
 * A thread that runs the jobs of one queue, one at a time, at a lower priority
 * than the threads that all queues share (base/priority.h): a thread that has
 * lowered its priority cannot raise it again, so it is never lent to others.
 * Part of base/pool.h, which is what queues' owners use.
 *
 *     give ─► run_in_pool ─► on_finished (loop) ─► give ...  ─► close ─► on_closed (loop)
 *
 * Thread: loop.
 */

#include "base/loop.h"

struct pool_job;
struct pool_thread;

/* Keeps the loop alive while it has a job, and no longer. */
struct pool_thread *pool_thread_open(struct loop *loop, const char *name,
				     void (*on_finished)(struct pool_job *));
/* Runs behind those that were given before; job->node is the thread's until on_finished. */
void pool_thread_give(struct pool_thread *t, struct pool_job *job);
/* Without a job. Ends the thread; on_closed(data) runs on a later turn, t is gone then. */
void pool_thread_close(struct pool_thread *t, void (*on_closed)(void *data), void *data);

#endif
