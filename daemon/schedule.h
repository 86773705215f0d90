// SPDX-License-Identifier: EUPL-1.2
#ifndef DAEMON_SCHEDULE_H
#define DAEMON_SCHEDULE_H

/*
 * When each source is due. Remembered in the store, so that a restart neither
 * forgets nor hurries: what is overdue then is spread over some minutes.
 *
 *   complete, held   next after `every`, less up to a tenth of it
 *   anything else    sooner: 5 minutes, doubled with each failure in a row,
 *                    until that is as long as `every`
 *   never            before a time the partner asked for
 *
 * Thread: loop; the rules at the end are pure.
 */

#include "base/loop.h"
#include "daemon/config.h"
#include "index/run.h"
#include "index/sources.h"

struct schedule; /* service */

/* A source is due; false: not now (it is running), the schedule asks again later. */
typedef bool schedule_due_cb(void *data, const struct config_source *source);

struct schedule *schedule_open(struct loop *loop, schedule_due_cb *on_due, void *data);
/* No callback runs after this; on_closed on a later turn. */
void schedule_close(struct schedule *s, void (*on_closed)(void *data), void *data);

/*
 * Takes over a configuration, and for sources not known yet what the store
 * remembers; config is borrowed until the next call. is_spread: what is
 * overdue does not come all at once.
 */
void schedule_apply(struct schedule *s, const struct config *config, const struct source_rows *rows,
		    bool is_spread);

/* A source's place in it. */
struct schedule_entry {
	const struct config_source *source;
	int64_t next_due_s; /* 0: at once */
	int64_t not_before_s; /* 0: no */
	int64_t n_failures;
	bool has_run; /* ever */
};
/* NULL for an unknown one; valid until the next schedule_apply(). */
const struct schedule_entry *schedule_find(const struct schedule *s, struct slice source_id);
const struct schedule_entry *schedule_at(const struct schedule *s, size_t i);

/* A run has ended: sets when the source is due next, and returns that. */
const struct schedule_entry *schedule_ended(struct schedule *s, struct slice source_id,
					    enum run_end end, int64_t not_before_s);

/* --- the rules --- */

/* After a run that ended at now_s; jitter is below 1000, thousandths of what is left to chance. */
int64_t schedule_next_s(const struct config_source *source, enum run_end end, int64_t n_failures,
			int64_t not_before_s, int64_t now_s, unsigned jitter);
/* Of n overdue sources at start, when the ith of them comes; parallel of them at once. */
int64_t schedule_spread_s(size_t i, size_t n, unsigned parallel, int64_t now_s);

#endif
