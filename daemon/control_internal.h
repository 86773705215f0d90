// SPDX-License-Identifier: EUPL-1.2
#ifndef DAEMON_CONTROL_INTERNAL_H
#define DAEMON_CONTROL_INTERNAL_H

/*
 * The running daemon behind control.h: its configuration, schedule and
 * harvests. control.c holds them together, control_ask.c answers what is asked
 * for, reload.c takes a new configuration. daemon.c opens and closes it.
 *
 * Thread: loop.
 */

#include "daemon/control.h"
#include "daemon/harvests.h"
#include "daemon/schedule.h"

struct control_options {
	struct kept_options kept;
	struct fetcher *fetcher;
	struct pool_queue *batches; /* frames to items */
	struct pool_queue *files; /* reading a new configuration */
	const char *worker_program; /* NULL: this program */
	struct config *config; /* taken */
	bool is_once; /* harvest what is due, then say so */
	bool has_log_level; /* the command line decided, not the configuration */
	/* The configuration is in the store and the schedule: ready. failure: it could not be. */
	void (*on_ready)(void *data, const struct err *failure);
	/* is_once: all is done; is_complete: every run was. */
	void (*on_once_done)(void *data, bool is_complete);
	void *data;
};

struct control {
	struct control_options options;
	struct config *config;
	struct config **retired; /* replaced, and still used by a run */
	size_t n_retired;
	struct harvests *harvests;
	struct schedule *schedule;
	int64_t started_s;
	bool is_ready;
	bool is_stopping;
	bool is_incomplete; /* is_once: a run was not complete */
	struct store_sources_apply apply;
	struct source_entry *entries; /* of apply */
	struct config *incoming; /* being applied */
	struct control_work *reload; /* under way */
	unsigned n_pending; /* small writes, and work that is asked for */
	struct deferred look;
	bool is_told; /* is_once: that all is done */
	void (*on_stopped)(void *data);
	void *stopped_data;
};

void control_open(struct control **out, const struct control_options *options);
/* Stops the schedule and every run; on_stopped when all is settled. Queries still work. */
void control_stop(struct control *c, void (*on_stopped)(void *data), void *data);
/* After on_stopped, and when nobody asks any more. */
void control_free(struct control *c);
/* A host asked for time: remembered across restarts. */
void control_host_backoff(struct control *c, const char *host, int64_t not_before_s);

/* --- between the parts --- */

/* Takes a configuration over; done on a later turn. On failure it stays the caller's. */
void control_apply(struct control *c, struct config *config);
/* reload.c: what control_apply() came to. */
void reload_applied(struct control *c, const struct err *failure);
void control_finished_one(struct control *c); /* of n_pending */
/* A source that may be harvested now; says why not. */
enum err_code control_find_source(const struct config_source **out, const struct control *c,
				  struct slice source_id, struct err *err) ERR_MUST_USE;

struct control_work {
	struct control *control;
	struct control_request *req; /* NULL: forgotten */
	struct deferred deferred;
	struct harvest_watch watch;
	struct store_decision decision;
	struct pool_job job; /* reload: reads files */
	char *path;
	char *source_id;
	struct config *loaded;
	struct buf ignored;
	struct err err;
};

struct control_work *control_work_new(struct control *c, struct control_request *req,
				      struct slice source_id,
				      void (*done)(struct control_request *, const struct err *));
/* Tells whoever asked, and frees. */
void control_work_end(struct control_work *w, const struct err *failure);

#endif
