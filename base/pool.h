// SPDX-License-Identifier: EUPL-1.2
#ifndef BASE_POOL_H
#define BASE_POOL_H

/*
 * Work on libuv's threads, in queues. A job is a struct with everything it
 * reads and everything it produces: the loop fills it, pool_start() gives it
 * away, the thread touches nothing else, done gets it back. Nothing is shared
 * but is_cancelled, which long jobs look at between records.
 *
 * A queue keeps at most n_parallel of its jobs on threads, first in first
 * out: a SQLite connection belongs to a queue of 1, so that waiting happens
 * here and not inside the library. A queue whose jobs may wait for those of
 * others has a thread of its own, with a lower priority.
 *
 * Thread: all functions on the loop; run_in_pool on a pool thread.
 */

#include "base/pool_thread.h"

#include <stdatomic.h>

struct pool_job {
	struct list_node node;
	struct pool_queue *queue;
	void (*run_in_pool)(struct pool_job *);
	void (*done)(struct pool_job *);
	atomic_bool is_cancelled;
	/* To set before pool_start(): on a queue with a thread of its own it may begin before the
	 * done of the job in front of it has run. A thread with a low priority waits long
	 * for the loop's word; many small jobs need not. */
	bool may_follow;
	/* private */
	uv_work_t work;
	enum { POOL_JOB_IDLE, POOL_JOB_WAITING, POOL_JOB_RUNNING } state;
	bool has_run; /* false in done: cancelled before it began */
};

struct pool_queue {
	struct loop *loop;
	const char *name; /* for logs; static */
	unsigned n_parallel; /* jobs on threads at most */
	/* private */
	bool has_own_thread;
	bool is_thread_closing;
	struct pool_thread *thread; /* its own, from its first job on */
	struct list_node waiting;
	unsigned n_waiting;
	unsigned n_running;
	bool is_closing;
	void (*on_closed)(struct pool_queue *);
	struct deferred closed;
	struct deferred skipped;
	struct list_node skipped_jobs; /* cancelled before they ran; done is due */
	struct list_node skipped_end; /* among them, while they are called */
};

void pool_queue_init(struct pool_queue *q, struct loop *loop, const char *name,
		     unsigned n_parallel);
/*
 * A queue of 1 with a thread of its own that goes behind the others where
 * processors are short (base/priority.h). Once it has had a job it must be
 * closed before the loop. name is the thread's too, at most 15 bytes.
 */
void pool_queue_init_low(struct pool_queue *q, struct loop *loop, const char *name);
/*
 * Runs job->run_in_pool on a thread and then job->done on the loop: exactly
 * once each, never before this returns. On a closing queue, and for a job
 * cancelled while it waits, only done runs, with job->has_run false.
 */
void pool_start(struct pool_queue *q, struct pool_job *job, void (*run_in_pool)(struct pool_job *),
		void (*done)(struct pool_job *));
/* Asks a job to stop; done still comes once. Twice or too late does nothing. */
void pool_cancel(struct pool_job *job);
bool pool_job_is_cancelled(const struct pool_job *job);
/* Jobs that wait or run. */
unsigned pool_queue_length(const struct pool_queue *q);
/* Lets what was started finish, refuses what comes, then on_closed on a later turn. */
void pool_queue_close(struct pool_queue *q, void (*on_closed)(struct pool_queue *));

#endif
