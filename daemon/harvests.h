// SPDX-License-Identifier: EUPL-1.2
#ifndef DAEMON_HARVESTS_H
#define DAEMON_HARVESTS_H

/*
 * The runs that are under way and those that wait: at most `parallel` at a
 * time, one a source, in the order in which they were asked for.
 *
 * Thread: loop.
 */

#include "daemon/harvest.h"

struct harvests; /* service */

/* One run that is queued or under way. */
struct harvest_job {
	/* readable */
	const struct config *config; /* that it was asked for under; borrowed until it ends */
	const struct config_source *source;
	enum run_kind kind;
	bool is_running; /* else it is queued */
	struct harvest_run run; /* valid while it is running */
	struct list_node watchers; /* of harvest_watch */
	/* private */
	struct list_node node;
	struct harvests *of;
};

/* Somebody who wants to know when a job has a number or waits. */
struct harvest_watch {
	struct list_node node;
	/* failure: it could not be opened; else job->run.run is set. */
	void (*opened)(struct harvest_watch *watch, struct harvest_job *job,
		       const struct err *failure);
};

struct harvests_options {
	struct kept_options kept;
	struct fetcher *fetcher;
	struct pool_queue *batches;
	const char *worker_program; /* NULL: this program */
	unsigned parallel;
	/* A job has ended (the job is gone afterwards). outcome.end is RUN_RUNNING when the run
	 * could not be opened or settled; then failure says why. */
	void (*on_ended)(void *data, struct harvest_job *job, const struct err *failure);
	void *data;
};

struct harvests *harvests_open(const struct harvests_options *options);
/* Frees; nothing is queued or running any more. */
void harvests_free(struct harvests *h);

/* Queues a run. ERR_CONFLICT when the source has one already, or all are being stopped. */
enum err_code harvests_add(struct harvest_job **out, struct harvests *h,
			   const struct config *config, const struct config_source *source,
			   enum run_kind kind, struct err *err) ERR_MUST_USE;
/* NULL: the source has none. */
struct harvest_job *harvests_find(const struct harvests *h, struct slice source_id);
/* The ith, in the order of asking; NULL beyond the last. */
struct harvest_job *harvests_at(const struct harvests *h, size_t i);
void harvests_set_parallel(struct harvests *h, unsigned parallel);
/* Whether a job was asked for under this configuration. */
bool harvests_use(const struct harvests *h, const struct config *config);
/* Takes back what is queued, stops what runs; no more are taken. */
void harvests_stop(struct harvests *h);
/* Whether one more would start at once. */
bool harvests_have_room(const struct harvests *h);
bool harvests_are_idle(const struct harvests *h);

#endif
