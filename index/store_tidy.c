// SPDX-License-Identifier: EUPL-1.2
/*
 * Merging in quiet times: see store_tidy.h.
 *
 *     a write is done ─► quiet for a while ─► merge some ─► more? and nobody waits ─► merge some
 *        │                    ▲                              └ somebody waits ─┐
 *        │                    └────────────────────────────────────────────────┘
 *        └─ too many segments ─► merge some
 */
#include "index/store_tidy.h"

#include "base/limits.h"
#include "base/log.h"
#include "index/full_text.h"
#include "index/store_internal.h"

static void on_quiet(struct loop_timer *timer);

static void wait_for_quiet(struct store *store)
{
	loop_timer_start(&store->tidy.timer, store->tidy.quiet_ms, on_quiet);
}

void store_tidy_open(struct store *store, uint32_t quiet_ms)
{
	store->tidy.quiet_ms = quiet_ms != 0 ? quiet_ms : LIMIT_STORE_QUIET_MS;
	loop_timer_init(&store->tidy.timer, store->loop, true);
	wait_for_quiet(store); /* the last process may have left something */
}

static enum err_code merge_in_pool(struct store_write *write, struct db *db, struct err *err)
{
	struct store *store = container_of(write, struct store, tidy.write);

	return full_text_merge(&store->tidy.has_more, db, LIMIT_STORE_TIDY_PAGES, err);
}

static void on_merged(struct store_write *write, const struct err *failure);

static void merge(struct store *store)
{
	store->tidy.is_merging = true;
	store->tidy.has_more = false;
	store_write_start(&store->tidy.write, store, merge_in_pool, on_merged);
}

static void on_merged(struct store_write *write, const struct err *failure)
{
	struct store *store = container_of(write, struct store, tidy.write);

	store->tidy.is_merging = false;
	if (failure != NULL && failure->code != ERR_CANCELLED)
		log_warning(LOG_STORE, "%s; its segments stay as they are until offers change",
			    failure->msg);
	if (failure != NULL || store->is_closing)
		return;
	if (!store->tidy.has_more)
		store->tidy.n_segments = 0;
	else if (store_write_backlog(store) == 0)
		merge(store);
	else
		wait_for_quiet(store);
}

static void on_quiet(struct loop_timer *timer)
{
	struct store *store = container_of(timer, struct store, tidy.timer);

	if (store_write_backlog(store) == 0)
		merge(store);
	else
		wait_for_quiet(store);
}

void store_tidy_after_write(struct store *store)
{
	store->tidy.n_segments++;
	if (store->tidy.is_merging || store->is_closing)
		return;
	if (store->tidy.n_segments < LIMIT_STORE_SEGMENTS) {
		wait_for_quiet(store);
	} else {
		loop_timer_stop(&store->tidy.timer);
		merge(store);
	}
}

void store_tidy_stop(struct store *store)
{
	loop_timer_stop(&store->tidy.timer);
}

void store_tidy_close(struct store *store, void (*on_closed)(struct loop_timer *))
{
	loop_timer_close(&store->tidy.timer, on_closed);
}
