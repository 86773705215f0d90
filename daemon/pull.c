// SPDX-License-Identifier: EUPL-1.2
/*
 * One harvest's PULL: life of the worker, what goes to the sink, deadlines,
 * and the end. See pull_internal.h for the states.
 */
#include "daemon/pull_internal.h"

#include "base/limits.h"
#include "base/log.h"

#include <stdio.h>

enum {
	READ_BYTES = 64 * 1024,
};

void answer_clear(struct answer *a)
{
	mem_free(a->final_url);
	mem_free(a->content_type);
	mem_free(a->link);
	spool_free(a->body);
	a->final_url = a->content_type = a->link = NULL;
	a->body = NULL;
}

/* --- failing --- */

void pull_fail(struct pull_state *p, const struct err *why)
{
	if (pull_has_failed(p) || p->phase == PULL_CLOSING) {
		log_debug(LOG_WORKER, "source=%s: then also: %s", p->id, why->msg);
		return;
	}
	if (p->hand != NULL && why->code != ERR_CANCELLED)
		err_set(&p->failure, why->code, "%s: %s while reading %s", p->id, why->msg,
			p->hand->url);
	else
		err_set(&p->failure, why->code, "%s: %s", p->id, why->msg);
	worker_process_kill(&p->worker);
	pull_drop_requests(p);
	buf_reset(&p->in);
	buf_reset(&p->out);
	p->is_batch_due = true; /* what was said in whole frames is good */
}

/* --- the sink --- */

static bool batch_is_full(const struct pull_state *p)
{
	return p->n_batch_records >= LIMIT_BATCH_RECORDS || p->batch.len >= LIMIT_BATCH_BYTES;
}

/* A batch that is not full waits until the sink has nothing in hand. */
static bool sink_can_take(const struct pull_state *p)
{
	unsigned n_at_once = p->sink->n_at_once > 0 ? p->sink->n_at_once : 1;

	return p->n_in_sink == 0 || (p->n_in_sink < n_at_once && batch_is_full(p));
}

/*
 * While the sink is busy, pages gather in one batch until it is full: so a
 * writer that is behind gets larger transactions, and the worker need not
 * stop at the end of each page.
 */
static bool must_wait_for_sink(const struct pull_state *p)
{
	return batch_is_full(p) && !sink_can_take(p);
}

static void hand_over(struct pull_state *p)
{
	if (!p->is_batch_due || !sink_can_take(p))
		return;
	p->is_batch_due = false;
	p->n_batch_records = 0;
	if (p->batch.len == 0)
		return;
	p->n_in_sink++;
	p->sink->take(p->sink, p->pull, &p->batch);
	buf_reset(&p->batch);
}

void pull_sink_taken(struct pull *pull)
{
	struct pull_state *p = pull->state;

	assert_on_loop();
	require(p->n_in_sink > 0);
	p->n_in_sink--;
	pull_step_later(p);
}

void pull_refuse(struct pull *pull, const struct err *why)
{
	assert_on_loop();
	require(pull->state != NULL);
	pull_fail(pull->state, why);
	pull_step_later(pull->state);
}

/* --- hearing and saying --- */

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *out)
{
	struct worker_process *worker = handle->data;
	struct pull_state *p = container_of(worker, struct pull_state, worker);
	char *room = buf_room(&p->in, READ_BYTES);

	(void)suggested;
	*out = uv_buf_init(room, room != NULL ? READ_BYTES : 0);
}

static void on_heard(uv_stream_t *stream, ssize_t n, const uv_buf_t *bytes)
{
	struct worker_process *worker = stream->data;
	struct pull_state *p = container_of(worker, struct pull_state, worker);

	(void)bytes;
	if (n == 0)
		return;
	if (n < 0) {
		uv_read_stop(stream);
		p->is_reading = false;
		p->has_ended = true;
	} else {
		buf_added(&p->in, (size_t)n);
		p->is_watch_stale = true; /* the deadline begins anew */
	}
	pull_step(p);
}

static void listen_or_not(struct pull_state *p)
{
	/* The process may be gone and the socket still hold what it said. */
	bool should = !p->has_ended && !pull_has_failed(p) && !must_wait_for_sink(p);

	if (should == p->is_reading)
		return;
	p->is_reading = should;
	if (should)
		require(uv_read_start((uv_stream_t *)&p->worker.socket, on_alloc, on_heard) == 0);
	else
		uv_read_stop((uv_stream_t *)&p->worker.socket);
}

static void on_said(uv_write_t *write, int status)
{
	struct pull_state *p = container_of(write, struct pull_state, write);

	p->is_writing = false;
	if (status < 0)
		p->is_deaf = true; /* it has ended or will; its exit says why */
	if (p->phase != PULL_CLOSING)
		pull_step(p);
}

static void say(struct pull_state *p)
{
	struct buf empty;
	uv_buf_t bytes;
	int status;

	if (p->is_deaf)
		buf_reset(&p->out);
	if (p->is_writing || p->out.len == 0)
		return;
	require(!buf_failed(&p->out));
	empty = p->writing;
	p->writing = p->out;
	p->out = empty;
	buf_reset(&p->out);
	bytes = uv_buf_init(p->writing.data, (unsigned)p->writing.len);
	status = uv_write(&p->write, (uv_stream_t *)&p->worker.socket, &bytes, 1, on_said);
	if (status < 0)
		p->is_deaf = true;
	else
		p->is_writing = true;
}

/* Takes whole frames for as long as there is room for what they bring. */
static void hear(struct pull_state *p)
{
	struct slice rest = buf_view(&p->in);
	struct err err = ERR_INIT;
	bool is_whole = true;

	while (!pull_has_failed(p) && !must_wait_for_sink(p) && is_whole) {
		struct frame f;

		if (rest.n > 4 && !frame_is_from_worker((uint8_t)rest.p[4]))
			err_set(&err, ERR_PROTOCOL, "the worker said a frame of type %u",
				(uint8_t)rest.p[4]);
		else if (frame_take(&f, &is_whole, &rest, &err) != ERR_OK)
			err_wrap(&err, "the worker said");
		else if (is_whole)
			pull_hear(p, &f);
		if (err.code != ERR_OK)
			pull_fail(p, &err);
		hand_over(p);
	}
	if (!pull_has_failed(p))
		buf_consume(&p->in, p->in.len - rest.n);
}

/* --- time --- */

static enum pull_watch what_is_due(const struct pull_state *p)
{
	if (pull_has_failed(p) || must_wait_for_sink(p))
		return WATCH_NOTHING;
	if (p->has_ended || !p->has_process || p->phase == PULL_COMPLETE)
		return WATCH_EXIT;
	if (p->phase == PULL_STARTING)
		return WATCH_START;
	if (p->phase != PULL_RUNNING || p->hand != NULL)
		return WATCH_ANSWER;
	return WATCH_NOTHING;
}

static void on_too_late(struct deadline *deadline)
{
	struct pull_state *p = container_of(deadline, struct pull_state, watch_deadline);
	struct err err = ERR_INIT;

	switch (p->watch) {
	case WATCH_START:
		err_set(&err, ERR_TIMEOUT, "the worker was not ready after %d s",
			LIMIT_WORKER_START_MS / 1000);
		break;
	case WATCH_EXIT:
		err_set(&err, ERR_TIMEOUT, "the worker had ended its work and did not exit");
		break;
	default:
		err_set(&err, ERR_TIMEOUT, "the worker said nothing for %u s (stall-timeout)",
			p->stall_timeout_ms / 1000);
		break;
	}
	pull_fail(p, &err);
	pull_step(p);
}

static void watch(struct pull_state *p)
{
	enum pull_watch due = what_is_due(p);
	uint32_t within_ms = due == WATCH_START  ? LIMIT_WORKER_START_MS
			     : due == WATCH_EXIT ? LIMIT_WORKER_EXIT_MS
						 : p->stall_timeout_ms;

	if (due == p->watch && !p->is_watch_stale)
		return;
	p->watch = due;
	p->is_watch_stale = false;
	deadline_stop(&p->watch_deadline);
	if (due != WATCH_NOTHING)
		deadline_start(&p->watch_deadline, within_ms, on_too_late);
}

static void on_too_long(struct deadline *deadline)
{
	struct pull_state *p = container_of(deadline, struct pull_state, duration);
	struct err err = ERR_INIT;

	err_set(&err, ERR_TIMEOUT, "the harvest took longer than it may (max-duration)");
	pull_fail(p, &err);
	pull_step(p);
}

static void count_fetching(struct pull_state *p)
{
	bool is_fetching =
		p->phase == PULL_RUNNING && p->hand == NULL && p->n_ready == 0 && p->n_started > 0;
	uint64_t now_ms = loop_now_ms(p->loop);

	if (p->is_fetching)
		p->pull->figures.fetch_ms += now_ms - p->fetching_since_ms;
	p->is_fetching = is_fetching;
	p->fetching_since_ms = now_ms;
}

/* --- the end --- */

static void on_exit_seen(struct worker_process *worker)
{
	struct pull_state *p = container_of(worker, struct pull_state, worker);

	p->has_process = false;
	pull_step(p);
}

/* The process is gone and all it said was heard: was that a good end? */
static void judge_exit(struct pull_state *p)
{
	struct err err = ERR_INIT;

	if (pull_has_failed(p) || p->has_process || !p->has_ended || must_wait_for_sink(p))
		return;
	if (worker_process_reason(&p->worker, &err) == ERR_OK && p->phase != PULL_COMPLETE)
		err_set(&err, ERR_PROTOCOL, "the worker exited in the middle of its work");
	else if (err.code == ERR_OK && p->in.len > 0)
		err_set(&err, ERR_PROTOCOL, "the worker said half a frame after COMPLETE");
	if (err.code != ERR_OK)
		pull_fail(p, &err);
	p->is_batch_due = true;
}

static bool is_over(const struct pull_state *p)
{
	return !p->has_process && (p->has_ended || pull_has_failed(p)) && p->n_started == 0 &&
	       p->batch.len == 0 && p->n_in_sink == 0;
}

static void on_all_closed(struct pull_state *p)
{
	struct pull *pull = p->pull;
	struct err failure = p->failure;
	pull_done done = p->done;

	if (pull->figures.worker_cpu_ms == 0)
		pull->figures.worker_cpu_ms = p->worker.cpu_ms;
	buf_clear(&p->begin);
	buf_clear(&p->in);
	buf_clear(&p->out);
	buf_clear(&p->writing);
	buf_clear(&p->batch);
	buf_clear(&p->read.chunk);
	mem_free(p->id);
	mem_free(p->origin);
	mem_free(p->own_parameter);
	mem_free(p);
	pull->state = NULL;
	done(pull, failure.code != ERR_OK ? &failure : NULL); /* pull may be gone after this */
}

static void on_process_closed(struct worker_process *worker)
{
	struct pull_state *p = container_of(worker, struct pull_state, worker);

	if (--p->n_open == 0)
		on_all_closed(p);
}

static void on_watch_closed(struct deadline *deadline)
{
	struct pull_state *p = container_of(deadline, struct pull_state, watch_deadline);

	if (--p->n_open == 0)
		on_all_closed(p);
}

static void on_duration_closed(struct deadline *deadline)
{
	struct pull_state *p = container_of(deadline, struct pull_state, duration);

	if (--p->n_open == 0)
		on_all_closed(p);
}

static void close_all(struct pull_state *p)
{
	pull_drop_requests(p); /* a worker that gave up may have left some */
	loop_undefer(&p->deferred);
	p->phase = PULL_CLOSING;
	p->n_open = 3;
	worker_process_close(&p->worker, on_process_closed);
	deadline_close(&p->watch_deadline, on_watch_closed);
	deadline_close(&p->duration, on_duration_closed);
}

/* --- going on --- */

/* Everything that happens comes here. */
void pull_step(struct pull_state *p)
{
	require(p->phase != PULL_CLOSING);
	hear(p);
	judge_exit(p);
	hand_over(p);
	if (!pull_has_failed(p)) {
		pull_serve(p);
		say(p);
	}
	count_fetching(p);
	listen_or_not(p);
	watch(p);
	if (is_over(p))
		close_all(p);
}

static void on_due(struct deferred *d)
{
	pull_step(container_of(d, struct pull_state, deferred));
}

void pull_step_later(struct pull_state *p)
{
	if (p->phase != PULL_CLOSING)
		loop_defer(p->loop, &p->deferred, on_due);
}

static void start_worker(struct pull_state *p, const struct pull_options *options)
{
	const struct worker_process_options process = {
		.program = options->worker_program,
		.id = p->id,
		.memory_bytes = options->memory_bytes,
		.cpu_s = options->cpu_s,
	};
	struct err err = ERR_INIT;

	if (worker_process_start(&p->worker, p->loop, &process, on_exit_seen, &err) != ERR_OK) {
		err_wrap(&err, "starting the worker");
		pull_fail(p, &err);
		return;
	}
	p->has_process = true;
}

void pull_start(struct pull *pull, struct loop *loop, const struct pull_options *options,
		struct answerer *answerer, struct pull_sink *sink, pull_done done)
{
	struct pull_state *p = mem_new(struct pull_state);

	assert_on_loop();
	*pull = (struct pull){ .state = p };
	p->pull = pull;
	p->loop = loop;
	p->answerer = answerer;
	p->sink = sink;
	p->done = done;
	p->id = mem_strdup(options->harvest_id);
	p->origin = mem_strdup(options->origin);
	p->own_parameter = mem_strdup(options->own_parameter);
	p->known = options->known;
	p->n_known = options->n_known;
	p->parallel = options->parallel_requests > 0 ? options->parallel_requests : 1;
	p->stall_timeout_ms = options->stall_timeout_ms;
	buf_init(&p->begin, LIMIT_BEGIN_BYTES);
	buf_slice(&p->begin, options->begin);
	buf_init(&p->in, PULL_FRAME_MAX_BYTES + 2 * READ_BYTES);
	buf_init(&p->out, LIMIT_BEGIN_BYTES + 2 * (size_t)LIMIT_MIB);
	buf_init(&p->writing, p->out.max);
	buf_init(&p->batch, PULL_BATCH_MAX_BYTES);
	list_init(&p->waiting_details);
	list_init(&p->waiting_lists);
	list_init(&p->started);
	list_init(&p->ready);
	deadline_init(&p->watch_deadline, loop);
	deadline_init(&p->duration, loop);
	if (options->max_duration_ms > 0)
		deadline_start(&p->duration, options->max_duration_ms, on_too_long);
	start_worker(p, options);
	pull_step_later(p);
}

void pull_cancel(struct pull *pull)
{
	struct err err = ERR_INIT;

	assert_on_loop();
	if (pull->state == NULL)
		return;
	err_set(&err, ERR_CANCELLED, "the harvest was stopped");
	pull_fail(pull->state, &err);
	pull_step_later(pull->state);
}
