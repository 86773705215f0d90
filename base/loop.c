// SPDX-License-Identifier: EUPL-1.2
/*
 * libuv's loop with deferred work. The loop's own handles are unreferenced, so
 * that it ends when nothing else is left; only the idle handle keeps it alive,
 * and it is started just while deferred work waits.
 */
#include "base/loop.h"

#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"

static _Thread_local bool is_loop_thread;
static _Thread_local bool is_pool_thread;

void loop_claim_thread(void)
{
	is_loop_thread = true;
}

void pool_claim_thread(void)
{
	is_pool_thread = true;
}

void assert_on_loop(void)
{
	require(is_loop_thread);
}

void assert_in_pool(void)
{
	require(is_pool_thread);
}

static uint64_t waited_us(struct loop *loop)
{
	return uv_metrics_idle_time(&loop->uv) / 1000;
}

static void start_turn(struct loop *loop)
{
	loop->has_signal = false;
	loop->turn_started_us = clock_mono_us();
	loop->waited_before_us = waited_us(loop);
}

/* Counts and logs the turn when it was too long. */
static void end_turn(struct loop *loop)
{
	uint64_t now_us = clock_mono_us();
	uint64_t took_us = now_us - loop->turn_started_us;
	uint64_t idle_us = waited_us(loop) - loop->waited_before_us;

	if (loop->has_signal || took_us <= idle_us ||
	    took_us - idle_us <= LIMIT_LOOP_TURN_MS * 1000ull)
		return;
	loop->n_long_turns++;
	if (loop->is_alone)
		return;
	if (loop->warned_us != 0 && now_us - loop->warned_us < LIMIT_LOOP_WARN_MS * 1000ull)
		return;
	loop->warned_us = now_us;
	log_warning(LOG_LOOP, "turn=%llu: took %llu ms, longer than %d ms; %llu such turns so far",
		    (unsigned long long)loop->n_turns,
		    (unsigned long long)((took_us - idle_us) / 1000), LIMIT_LOOP_TURN_MS,
		    (unsigned long long)loop->n_long_turns);
}

static void on_prepared(uv_prepare_t *prepare)
{
	struct loop *loop = container_of(prepare, struct loop, prepare);

	/* From one wait to the next: events, deferred work, closing, timers. */
	end_turn(loop);
	start_turn(loop);
	loop->n_turns++;
}

static void on_idle(uv_idle_t *idle)
{
	/* That it is there is all: the loop does not wait. */
	(void)idle;
}

static void on_checked(uv_check_t *check)
{
	struct loop *loop = container_of(check, struct loop, check);
	struct list_node *node;

	/* What is deferred from now on comes behind the mark, and later. */
	list_init(&loop->turn_end);
	list_push_back(&loop->deferred, &loop->turn_end);
	while ((node = list_pop_front(&loop->deferred)) != &loop->turn_end) {
		struct deferred *d = container_of(node, struct deferred, node);

		d->run(d); /* d may be gone after this line */
	}
	if (list_is_empty(&loop->deferred))
		uv_idle_stop(&loop->idle);
}

static void on_alarm(uv_timer_t *alarm)
{
	/* It has ended the waiting. */
	(void)alarm;
}

enum err_code loop_init(struct loop *loop, struct err *err)
{
	int status;

	*loop = (struct loop){ .n_open = 0 };
	loop_claim_thread();
	list_init(&loop->deferred);
	status = uv_loop_init(&loop->uv);
	if (status != 0)
		return err_from_uv(err, status, "event loop");
	require(uv_loop_configure(&loop->uv, UV_METRICS_IDLE_TIME) == 0);

	/* These four cannot fail. */
	uv_idle_init(&loop->uv, &loop->idle);
	uv_timer_init(&loop->uv, &loop->alarm);
	uv_check_init(&loop->uv, &loop->check);
	uv_check_start(&loop->check, on_checked);
	uv_unref((uv_handle_t *)&loop->check);
	uv_prepare_init(&loop->uv, &loop->prepare);
	uv_prepare_start(&loop->prepare, on_prepared);
	uv_unref((uv_handle_t *)&loop->prepare);
	loop->n_open = 4;
	start_turn(loop);
	return ERR_OK;
}

/* Runs libuv; the time before does not belong to a turn. */
static void run(struct loop *loop, uv_run_mode mode)
{
	start_turn(loop);
	uv_run(&loop->uv, mode);
	end_turn(loop);
	start_turn(loop);
}

void loop_run(struct loop *loop)
{
	assert_on_loop();
	run(loop, UV_RUN_DEFAULT);
}

void loop_turn(struct loop *loop, uint64_t timeout_ms)
{
	assert_on_loop();
	if (timeout_ms == 0) {
		run(loop, UV_RUN_NOWAIT);
		return;
	}
	uv_update_time(&loop->uv);
	uv_timer_start(&loop->alarm, on_alarm, timeout_ms, 0);
	run(loop, UV_RUN_ONCE);
	uv_timer_stop(&loop->alarm);
}

void loop_signal_came(struct loop *loop)
{
	assert_on_loop();
	loop->has_signal = true;
}

bool loop_run_until(struct loop *loop, const bool *is_done, uint64_t timeout_ms)
{
	uint64_t started_ms = clock_mono_ms();
	uint64_t passed_ms = 0;

	while (!*is_done && passed_ms < timeout_ms) {
		loop_turn(loop, timeout_ms - passed_ms);
		passed_ms = clock_mono_ms() - started_ms;
	}
	return *is_done;
}

static bool is_own(const struct loop *loop, const uv_handle_t *handle)
{
	return handle == (const uv_handle_t *)&loop->idle ||
	       handle == (const uv_handle_t *)&loop->check ||
	       handle == (const uv_handle_t *)&loop->prepare ||
	       handle == (const uv_handle_t *)&loop->alarm;
}

static void forget_other(uv_handle_t *handle, void *arg)
{
	const struct loop *loop = arg;

	if (!is_own(loop, handle) && !uv_is_closing(handle))
		uv_unref(handle);
}

static void name_left_over(uv_handle_t *handle, void *arg)
{
	unsigned *n_left = arg;
	const char *type = uv_handle_type_name(uv_handle_get_type(handle));

	(*n_left)++;
	log_debug(LOG_LOOP, "left open: %s at %p%s", type != NULL ? type : "handle", (void *)handle,
		  uv_is_active(handle) ? ", active" : "");
}

static void on_own_closed(uv_handle_t *handle)
{
	struct loop *loop = container_of(handle->loop, struct loop, uv);

	loop->n_open--;
}

static void close_own(struct loop *loop)
{
	uv_close((uv_handle_t *)&loop->idle, on_own_closed);
	uv_close((uv_handle_t *)&loop->check, on_own_closed);
	uv_close((uv_handle_t *)&loop->prepare, on_own_closed);
	uv_close((uv_handle_t *)&loop->alarm, on_own_closed);
}

enum err_code loop_close(struct loop *loop, struct err *err)
{
	unsigned n_left = 0;
	int status;

	assert_on_loop();
	/* A forgotten handle is to be reported and not to be waited for. */
	uv_walk(&loop->uv, forget_other, loop);
	uv_run(&loop->uv, UV_RUN_DEFAULT);
	if (loop->n_open > 0) {
		close_own(loop);
		uv_run(&loop->uv, UV_RUN_DEFAULT);
		require(loop->n_open == 0);
	}
	status = uv_loop_close(&loop->uv);
	if (status == UV_EBUSY) {
		uv_walk(&loop->uv, name_left_over, &n_left);
		return err_set(err, ERR_CONFLICT, "event loop: %u handles are still open", n_left);
	}
	return status != 0 ? err_from_uv(err, status, "event loop") : ERR_OK;
}

void deferred_init(struct deferred *d)
{
	list_init(&d->node);
	d->run = NULL;
}

bool deferred_is_waiting(const struct deferred *d)
{
	return d->node.next != NULL && !list_is_empty(&d->node);
}

void loop_defer(struct loop *loop, struct deferred *d, void (*run_later)(struct deferred *))
{
	assert_on_loop();
	require(loop->n_open > 0);
	if (deferred_is_waiting(d))
		return;
	d->run = run_later;
	list_push_back(&loop->deferred, &d->node);
	uv_idle_start(&loop->idle, on_idle);
}

void loop_undefer(struct deferred *d)
{
	assert_on_loop();
	/* When it was the last, the next turn stops the idle handle. */
	if (deferred_is_waiting(d))
		list_remove(&d->node);
}

static void on_timer(uv_timer_t *uv)
{
	struct loop_timer *t = container_of(uv, struct loop_timer, uv);

	t->on_due(t);
}

static void on_timer_closed(uv_handle_t *handle)
{
	struct loop_timer *t = container_of(handle, struct loop_timer, uv);

	if (t->on_closed != NULL)
		t->on_closed(t);
}

void loop_timer_init(struct loop_timer *t, struct loop *loop, bool is_background)
{
	assert_on_loop();
	*t = (struct loop_timer){ .loop = loop, .is_open = true };
	uv_timer_init(&loop->uv, &t->uv);
	if (is_background)
		uv_unref((uv_handle_t *)&t->uv);
}

void loop_timer_start(struct loop_timer *t, uint64_t delay_ms, void (*on_due)(struct loop_timer *))
{
	uint64_t cached_ms;
	uint64_t now_ms;

	assert_on_loop();
	require(t->is_open);
	t->on_due = on_due;
	/* libuv counts from its cached time, which a long turn leaves behind. */
	cached_ms = loop_now_ms(t->loop);
	now_ms = uv_hrtime() / 1000000;
	if (now_ms > cached_ms && delay_ms <= UINT64_MAX - (now_ms - cached_ms))
		delay_ms += now_ms - cached_ms;
	uv_timer_start(&t->uv, on_timer, delay_ms, 0);
}

void loop_timer_stop(struct loop_timer *t)
{
	assert_on_loop();
	if (t->is_open)
		uv_timer_stop(&t->uv);
}

bool loop_timer_is_running(const struct loop_timer *t)
{
	return t->is_open && uv_is_active((const uv_handle_t *)&t->uv);
}

void loop_timer_close(struct loop_timer *t, void (*on_closed)(struct loop_timer *))
{
	assert_on_loop();
	require(t->is_open);
	t->is_open = false;
	t->on_closed = on_closed;
	uv_close((uv_handle_t *)&t->uv, on_timer_closed);
}

uint64_t loop_now_ms(const struct loop *loop)
{
	return uv_now(&loop->uv);
}

enum err_code err_from_uv(struct err *err, int status, const char *what)
{
	char text[128];

	switch (status) {
	case UV_EOF:
	case UV_EAI_AGAIN:
	case UV_EAI_NONAME:
	case UV_EAI_NODATA:
	case UV_EAI_FAIL:
		return err_set(err, ERR_NETWORK, "%s: %s", what,
			       uv_strerror_r(status, text, sizeof(text)));
	case UV_EAI_CANCELED:
		return err_set(err, ERR_CANCELLED, "%s: stopped", what);
	default:
		break;
	}
	/* libuv's other codes are those of the system, negative, or its own far below. */
	if (status < 0 && status > -1000)
		return err_from_errno(err, -status, what);
	return err_set(err, ERR_IO, "%s: %s", what, uv_strerror_r(status, text, sizeof(text)));
}
