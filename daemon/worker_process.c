// SPDX-License-Identifier: EUPL-1.2
/*
 * Starting, limiting, killing and reaping a worker process. Its exit is
 * awaited even while closing: nobody else reaps it.
 */
#include "daemon/worker_process.h"

#include "base/limits.h"
#include "base/log.h"
#include "base/priority.h"
#include "harvesters/sandbox.h"
#include "harvesters/worker.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum { WORDS_AT_ONCE = 4096 };

static void close_when_reaped(struct worker_process *w);

static void on_handle_closed(uv_handle_t *handle)
{
	struct worker_process *w = handle->data;

	if (--w->n_open == 0)
		w->on_closed(w); /* w may be gone after this line */
}

static void on_process_exit(uv_process_t *uv, int64_t exit_status, int term_signal)
{
	struct worker_process *w = container_of(uv, struct worker_process, uv);

	loop_signal_came(w->loop);
	w->is_running = false;
	w->exit_status = exit_status;
	w->term_signal = term_signal;
	if (w->on_closed != NULL)
		close_when_reaped(w);
	else
		w->on_exit(w); /* w may be gone after this line */
}

/* The daemon's environment is none of its business. */
static char *const *environment(void)
{
#ifdef MICROCAT_SANITIZED
	static char *const sanitized[] = {
		/* A leak check, and a program that prints names, are what the lock forbids. */
		"ASAN_OPTIONS=detect_leaks=0:symbolize=0:abort_on_error=1",
		"UBSAN_OPTIONS=symbolize=0:print_stacktrace=0",
		"TSAN_OPTIONS=symbolize=0:report_bugs=0:atexit_sleep_ms=0",
		NULL,
	};

	return sanitized;
#else
	static char *const empty[] = { NULL };

	return empty;
#endif
}

/* --- its words --- */

static void log_line_of(struct worker_process *w)
{
	if (w->line.len > 0)
		log_warning(LOG_WORKER, "source=%s: the worker says: %s", w->id, buf_z(&w->line));
	buf_reset(&w->line);
}

static void take_words(struct worker_process *w, struct slice bytes)
{
	w->n_word_bytes += bytes.n;
	if (w->n_word_bytes > LIMIT_WORKER_WORDS_BYTES) {
		w->is_too_loud = true;
		worker_process_kill(w);
		return;
	}
	for (size_t i = 0; i < bytes.n; i++) {
		if (bytes.p[i] == '\n' || w->line.len == w->line.max)
			log_line_of(w);
		if (bytes.p[i] != '\n')
			buf_char(&w->line, bytes.p[i] != 0 ? bytes.p[i] : ' ');
	}
}

static void on_room_for_words(uv_handle_t *handle, size_t suggested, uv_buf_t *out)
{
	static char room[WORDS_AT_ONCE]; /* taken before the next read */

	(void)handle;
	(void)suggested;
	*out = uv_buf_init(room, sizeof(room));
}

static void on_words(uv_stream_t *stream, ssize_t n, const uv_buf_t *bytes)
{
	struct worker_process *w = stream->data;

	if (n > 0 && !w->is_too_loud)
		take_words(w, slice_make(bytes->base, (size_t)n));
	if (n < 0 || w->is_too_loud)
		uv_read_stop(stream);
}

/* Its last ones: it may have ended before the loop came to them. */
static void take_last_words(struct worker_process *w)
{
	char bytes[WORDS_AT_ONCE];
	uv_os_fd_t fd;
	ssize_t n;

	if (uv_fileno((const uv_handle_t *)&w->words, &fd) == 0)
		while (!w->is_too_loud && (n = read(fd, bytes, sizeof(bytes))) > 0)
			take_words(w, slice_make(bytes, (size_t)n));
	log_line_of(w);
	buf_clear(&w->line);
}

/* --- starting --- */

/*
 * This program itself, also when its file was replaced meanwhile. A program that
 * runs it (memcheck) has another file there, and names ours.
 */
static const char *own_program(void)
{
	const char *named = getenv("MICROCAT_TEST_WORKER");

	return named != NULL ? named : "/proc/self/exe";
}

static void limit_cpu(struct worker_process *w)
{
	/* SIGXCPU at the first, SIGKILL at the second for one that ignores it. */
	struct rlimit limit = { w->cpu_s, (rlim_t)w->cpu_s + 2 };

	if (w->cpu_s > 0)
		(void)prlimit(w->uv.pid, RLIMIT_CPU, &limit, NULL);
}

enum err_code worker_process_start(struct worker_process *w, struct loop *loop,
				   const struct worker_process_options *options,
				   void (*on_exit)(struct worker_process *), struct err *err)
{
	char *args[] = { "microcatd", "--worker", (char *)(uintptr_t)options->id, NULL };
	uv_stdio_container_t stdio[SANDBOX_FD + 1] = {
		{ .flags = UV_IGNORE },
		{ .flags = UV_IGNORE },
		{ .flags = UV_CREATE_PIPE | UV_WRITABLE_PIPE,
		  .data.stream = (uv_stream_t *)&w->words },
		{ .flags = UV_CREATE_PIPE | UV_READABLE_PIPE | UV_WRITABLE_PIPE,
		  .data.stream = (uv_stream_t *)&w->socket },
	};
	const char *program = options->program != NULL ? options->program : own_program();
	uv_process_options_t o = {
		.exit_cb = on_process_exit,
		.file = program,
		.args = args,
		.env = (char **)(uintptr_t)environment(),
		.stdio_count = (int)countof(stdio),
		.stdio = stdio,
	};
	int status;

	assert_on_loop();
	*w = (struct worker_process){ .loop = loop,
				      .on_exit = on_exit,
				      .memory_bytes = options->memory_bytes,
				      .cpu_s = options->cpu_s,
				      .n_open = 3 };
	snprintf(w->id, sizeof(w->id), "%s", options->id);
	buf_init(&w->line, LIMIT_LOG_LINE_BYTES / 2);
	require(uv_pipe_init(&loop->uv, &w->socket, 0) == 0);
	require(uv_pipe_init(&loop->uv, &w->words, 0) == 0);
	status = uv_spawn(&loop->uv, &w->uv, &o);
	w->socket.data = w;
	w->words.data = w;
	w->uv.data = w;
	if (status != 0)
		return err_from_uv(err, status, program);
	w->is_running = true;
	limit_cpu(w);
	priority_lower(w->uv.pid);
	require(uv_read_start((uv_stream_t *)&w->words, on_room_for_words, on_words) == 0);
	return ERR_OK;
}

void worker_process_limit_memory(struct worker_process *w, uint64_t own_size_kib)
{
#ifdef MICROCAT_SANITIZED
	(void)w;
	(void)own_size_kib;
#else
	/* Stacks, arenas of malloc and what libraries take without asking us. */
	const uint64_t slack_bytes = 64ull * LIMIT_MIB;
	uint64_t bytes = own_size_kib * 1024 + w->memory_bytes + slack_bytes;
	struct rlimit limit = { bytes, bytes };

	if (w->is_running && w->memory_bytes > 0 && own_size_kib < UINT32_MAX)
		(void)prlimit(w->uv.pid, RLIMIT_AS, &limit, NULL);
#endif
}

static uint64_t cpu_ms_of(int pid)
{
	struct timespec t;
	clockid_t clock;

	if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &t) != 0)
		return 0;
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

void worker_process_kill(struct worker_process *w)
{
	assert_on_loop();
	if (!w->is_running || w->is_killed)
		return;
	w->is_killed = true;
	w->cpu_ms = cpu_ms_of(w->uv.pid);
	uv_process_kill(&w->uv, SIGKILL);
}

static enum err_code reason_of_signal(const struct worker_process *w, struct err *err)
{
	const char *name = sigabbrev_np(w->term_signal);

	if (w->term_signal == SIGXCPU)
		return err_set(err, ERR_LIMIT,
			       "the worker used more than %u s of processor time "
			       "(worker-cpu)",
			       w->cpu_s);
	if (w->term_signal == SIGSYS)
		return err_set(err, ERR_DENIED,
			       "the worker was killed by its lock: it tried what no worker does");
	if (name == NULL)
		return err_set(err, ERR_INTERNAL, "the worker died of signal %d", w->term_signal);
	return err_set(err, ERR_INTERNAL, "the worker died of SIG%s", name);
}

enum err_code worker_process_reason(const struct worker_process *w, struct err *err)
{
	require(!w->is_running);
	if (w->is_too_loud)
		return err_set(err, ERR_LIMIT,
			       "the worker wrote more than %d bytes to standard error "
			       "(LIMIT_WORKER_WORDS_BYTES)",
			       LIMIT_WORKER_WORDS_BYTES);
	if (w->term_signal != 0)
		return reason_of_signal(w, err);
	switch (w->exit_status) {
	case WORKER_EXIT_OK:
		return ERR_OK;
	case WORKER_EXIT_MEMORY:
		return err_set(err, ERR_LIMIT,
			       "the worker needs more than %llu MiB of memory (worker-memory)",
			       (unsigned long long)(w->memory_bytes / LIMIT_MIB));
	case WORKER_EXIT_SANDBOX:
		return err_set(err, ERR_DENIED, "the worker could not be locked up");
	case WORKER_EXIT_PROTOCOL:
		return err_set(err, ERR_PROTOCOL, "the worker did not understand the daemon");
	default:
		return err_set(err, ERR_INTERNAL, "the worker exited with status %lld",
			       (long long)w->exit_status);
	}
}

static void close_when_reaped(struct worker_process *w)
{
	if (w->is_running)
		return;
	uv_close((uv_handle_t *)&w->uv, on_handle_closed);
	uv_close((uv_handle_t *)&w->socket, on_handle_closed);
	take_last_words(w);
	uv_close((uv_handle_t *)&w->words, on_handle_closed);
}

void worker_process_close(struct worker_process *w, void (*on_closed)(struct worker_process *))
{
	assert_on_loop();
	require(w->on_closed == NULL && w->n_open == 3);
	w->on_closed = on_closed;
	worker_process_kill(w);
	close_when_reaped(w);
}
