// SPDX-License-Identifier: EUPL-1.2
#ifndef BASE_LOOP_H
#define BASE_LOOP_H

/*
 * The event loop: libuv's, with three things every module needs: work for a
 * later turn (loop_defer), timers that are embedded, and the thread that the
 * loop runs on, for assert_on_loop(). A turn that works longer than
 * LIMIT_LOOP_TURN_MS (waiting does not count) is counted and logged, at most
 * once in LIMIT_LOOP_WARN_MS.
 *
 *     turn:  timers ► wait ► events ► deferred work ► closed handles
 *
 * Closing: nothing here outlives its owner. Handles close first, memory goes
 * in the close callback. uv_stop() is never called: a loop ends when it has
 * nothing left, and loop_close() then succeeds.
 *
 * Thread: all of it on the loop's thread, except loop_init().
 */

#include "base/err.h"
#include "base/list.h"

#include <stdint.h>
#include <uv.h>

struct loop {
	uv_loop_t uv; /* public: for uv_*_init() */
	uint64_t n_turns;
	uint64_t n_long_turns; /* longer than LIMIT_LOOP_TURN_MS */
	bool is_alone; /* nobody waits for its turns: long ones are not logged */
	/* private */
	uv_idle_t idle; /* keeps the loop from waiting while deferred work waits */
	uv_check_t check; /* runs deferred work */
	uv_prepare_t prepare; /* measures turns */
	uv_timer_t alarm; /* ends the waiting of loop_turn() */
	struct list_node deferred;
	struct list_node turn_end; /* among the deferred, while they run */
	uint64_t turn_started_us;
	uint64_t waited_before_us; /* all waiting up to the start of the turn */
	uint64_t warned_us;
	bool has_signal; /* this turn */
	unsigned n_open; /* of our own handles */
};

enum err_code loop_init(struct loop *loop, struct err *err) ERR_MUST_USE;
/* Runs until nothing is left to do but the loop's own handles. */
void loop_run(struct loop *loop);
/*
 * One turn; waits for an event at most timeout_ms (0: does not wait). With a
 * wait there is always a turn, without one only if something keeps the loop
 * alive.
 */
void loop_turn(struct loop *loop, uint64_t timeout_ms);
/*
 * For callbacks of signals and of children that have ended: the turn is not
 * measured. A signal interrupts the waiting, and libuv then forgets how long it
 * has waited: a quiet minute would be a turn of a minute.
 */
void loop_signal_came(struct loop *loop);
/* For tests: turns until *is_done or timeout_ms; returns *is_done. */
bool loop_run_until(struct loop *loop, const bool *is_done, uint64_t timeout_ms);
/*
 * For a loop whose loop_run() has returned: lets deferred work, pool jobs and
 * closing handles finish, closes the loop's own handles and runs dry.
 * ERR_CONFLICT when handles of others are still open (they are named in the
 * debug log); they are not waited for, and calling again after they were
 * closed is right.
 */
enum err_code loop_close(struct loop *loop, struct err *err) ERR_MUST_USE;

/* Work for a later turn: embedded in what it is for. */
struct deferred {
	struct list_node node;
	void (*run)(struct deferred *);
};

/*
 * Runs d->run once, never before this returns and never inside another
 * callback: at the end of this turn, or of the next one when called from
 * deferred work. In the order of deferring. Deferring what is deferred already
 * does nothing. d is zeroed or deferred_init() at first; it may be freed or
 * deferred again in run. A loop with deferred work does not end.
 */
void loop_defer(struct loop *loop, struct deferred *d, void (*run)(struct deferred *));
/* Does nothing when d is not waiting (d zeroed or deferred_init()). */
void loop_undefer(struct deferred *d);
void deferred_init(struct deferred *d);
bool deferred_is_waiting(const struct deferred *d);

/*
 * A timer embedded in its owner. It does not keep the loop alive when
 * is_background was set at init. Everybody with a timer closes it and keeps
 * its memory until on_closed.
 */
struct loop_timer {
	uv_timer_t uv;
	struct loop *loop;
	void (*on_due)(struct loop_timer *);
	void (*on_closed)(struct loop_timer *);
	bool is_open;
};

void loop_timer_init(struct loop_timer *t, struct loop *loop, bool is_background);
/* Due once, not before delay_ms from now have passed; starting again moves it. */
void loop_timer_start(struct loop_timer *t, uint64_t delay_ms, void (*on_due)(struct loop_timer *));
void loop_timer_stop(struct loop_timer *t);
bool loop_timer_is_running(const struct loop_timer *t);
/* on_closed (may be NULL) runs on a later turn; then the memory may go. Once per init. */
void loop_timer_close(struct loop_timer *t, void (*on_closed)(struct loop_timer *));

/* The loop's running time in ms (cached at the start of a turn). */
uint64_t loop_now_ms(const struct loop *loop);

/*
 * Marks the calling thread as the loop's; done by loop_init() for its caller.
 * Another thread that is going to run the loop claims it for itself.
 */
void loop_claim_thread(void);
/*
 * Marks the calling thread as one of the pool's; done by the pool for its own.
 * A test that calls what belongs into a pool job directly claims its thread,
 * which may be the loop's too.
 */
void pool_claim_thread(void);
/* End the process on another thread than the one they name. */
void assert_on_loop(void);
void assert_in_pool(void);

/* Translates a libuv code (below 0); what is the thing it was about. */
enum err_code err_from_uv(struct err *err, int status, const char *what);

#endif
