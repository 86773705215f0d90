// SPDX-License-Identifier: EUPL-1.2
#ifndef DAEMON_WORKER_PROCESS_H
#define DAEMON_WORKER_PROCESS_H

/*
 * One worker process from the daemon's side: started over a socket pair,
 * limited, killed, reaped, and why it ended put into words. What is said over
 * the socket is the pull's.
 *
 * Embedded in its owner, who closes it (worker_process_close()) after every
 * start, also a failed one, and keeps its memory until on_closed.
 *
 * Thread: loop.
 */

#include "base/buf.h"
#include "base/limits.h"
#include "base/loop.h"

struct worker_process {
	uv_pipe_t socket; /* read and written by the owner */
	uv_pipe_t words; /* what it writes to standard error */
	uv_process_t uv;
	struct loop *loop;
	void (*on_exit)(struct worker_process *);
	void (*on_closed)(struct worker_process *);
	bool is_running; /* started and not reaped */
	bool is_killed; /* by worker_process_kill() */
	int64_t exit_status;
	int term_signal; /* 0: it exited by itself */
	uint64_t cpu_ms; /* used when it was killed; 0: not known */
	uint64_t memory_bytes;
	uint32_t cpu_s;
	unsigned n_open; /* handles */
	char id[LIMIT_SOURCE_ID_BYTES + 1];
	struct buf line; /* of its words, begun */
	size_t n_word_bytes;
	bool is_too_loud; /* killed for more than LIMIT_WORKER_WORDS_BYTES of them */
};

struct worker_process_options {
	const char *program; /* NULL: this program itself */
	const char *id; /* of the source, cut: in the log, and argv[2] in the process list */
	uint64_t memory_bytes; /* named in messages, and see worker_process_limit_memory() */
	uint32_t cpu_s; /* processor time; 0: no limit */
};

/*
 * Runs `program --worker id` with descriptor 3 as its end of the socket pair,
 * /dev/null as standard input and output, and no environment. What it writes to
 * standard error is logged, line by line, up to LIMIT_WORKER_WORDS_BYTES: whoever
 * has taken it over writes no line of the daemon's log himself. on_exit runs
 * once, on a later turn, when it has ended (what it said may still be in the
 * socket). Errors: ERR_IO, ERR_NOTFOUND ...: then there is no process.
 */
enum err_code worker_process_start(struct worker_process *w, struct loop *loop,
				   const struct worker_process_options *options,
				   void (*on_exit)(struct worker_process *),
				   struct err *err) ERR_MUST_USE;
/*
 * A second limit behind the worker's own counting: memory_bytes beyond the
 * address space it had (in KiB) before it was fed. Not under sanitizers,
 * which need far more.
 */
void worker_process_limit_memory(struct worker_process *w, uint64_t own_size_kib);
/* SIGKILL; nothing when it has ended. */
void worker_process_kill(struct worker_process *w);
/*
 * After on_exit: ERR_OK for exit status 0, else in words what happened: ERR_LIMIT
 * for memory, processor time and words, ERR_DENIED for a worker that cannot be locked up,
 * ERR_INTERNAL for a crash.
 */
enum err_code worker_process_reason(const struct worker_process *w, struct err *err);
/* Kills what still runs, then closes; on_closed runs once, on a later turn. */
void worker_process_close(struct worker_process *w, void (*on_closed)(struct worker_process *));

#endif
