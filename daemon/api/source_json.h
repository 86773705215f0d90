// SPDX-License-Identifier: EUPL-1.2
#ifndef DAEMON_API_SOURCE_JSON_H
#define DAEMON_API_SOURCE_JSON_H

/*
 * Sources and runs as JSON: what the database keeps, with what the schedule
 * says at the moment. The loop copies the schedule's part into the exchange's
 * arena before a read, since the pool may not look at it.
 *
 * Thread: schedule_read() on the loop; the rest any.
 */

#include "base/json_write.h"
#include "daemon/control.h"
#include "index/reports.h"

/* One configured source, as the schedule has it. */
struct scheduled {
	struct slice id;
	bool is_enabled, is_running, is_queued;
	uint32_t every_s;
	int64_t next_due_s, not_before_s, n_failures;
	int64_t run; /* that is running; 0: none */
};

struct schedule {
	struct scheduled *items;
	size_t n;
	struct control_running *running; /* texts copied */
	size_t n_running;
	int64_t now_s;
	const char *mapping_version; /* of what is read now */
};

/* control NULL: an empty one. mapping_version is left to the caller. Errors: ERR_LIMIT when the arena is full. */
enum err_code schedule_read(struct schedule *out, struct arena *arena,
			    const struct control *control, int64_t now_s,
			    struct err *err) ERR_MUST_USE;
/* NULL for one that is not configured, or does not run. */
const struct scheduled *schedule_source(const struct schedule *s, struct slice id);
const struct control_running *schedule_running(const struct schedule *s, struct slice id,
					       int64_t run);

/* The members of a run without braces; running (or NULL): its live figures. */
void run_json_members(struct json_writer *w, const struct report_run *run,
		      const struct control_running *running);
/* The newest run that waits for confirmation; 0 without. */
enum err_code source_held_run(int64_t *out, struct arena *arena, struct db *db,
			      const struct report_source *source, struct err *err) ERR_MUST_USE;
/* One object. Errors: those of source_read(). */
enum err_code source_json_write(struct json_writer *w, const struct report_source *source,
				const struct schedule *schedule, int64_t held_run,
				struct arena *arena, struct err *err) ERR_MUST_USE;
/* "current", or what has changed since all of it was read: "older-rules" (another version, or other
 * rows in vocab-dir), "older-settings"; NULL where nothing was read yet. */
const char *source_read_with(const struct report_source *source, const char *mapping_version);
/* Findable ones. */
static inline uint64_t source_findable(const struct report_source *source)
{
	return source->n_live + source->n_unlisted + source->n_stale;
}

#endif
