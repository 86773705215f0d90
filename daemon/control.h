// SPDX-License-Identifier: EUPL-1.2
#ifndef DAEMON_CONTROL_H
#define DAEMON_CONTROL_H

/*
 * What the rest of the program, above all the API, may ask of the running
 * daemon: to harvest, replay, confirm, restore and reload; and what is going
 * on. The one interface to schedule, harvests and configuration.
 *
 * Thread: loop.
 */

#include "daemon/config.h"
#include "index/run.h"

struct control; /* service; made by daemon/daemon.c */

/* --- asking for something: embedded in whoever waits --- */

struct control_request {
	/* results, borrowed until done returns */
	int64_t run; /* the run's number; 0: not known yet */
	int64_t of_run; /* confirm, restore: the run it is about */
	bool is_queued; /* harvest, replay: it waits until others have ended */
	size_t n_sources; /* reload: configured now */
	struct buf ignored; /* reload: keys that only a restart takes, one a line */
	/* Once, on a later turn. */
	void (*done)(struct control_request *req, const struct err *failure);
	/* private */
	struct control_work *work;
};

/*
 * Starts a harvest of the source now, or queues it; done comes when its run
 * has a number, or when it is queued. One that is under way or queued already
 * is joined: done gets that one.
 *
 * Errors: ERR_NOTFOUND for an unknown source; ERR_CONFLICT when it is being
 * replayed, is switched off, or must not be asked before a time (named in the
 * message).
 */
void control_harvest_start(struct control_request *req, struct control *c, struct slice source_id,
			   void (*done)(struct control_request *, const struct err *));
/* Normalises the kept responses again; without any the run fails. Errors as above;
 * ERR_CONFLICT also when the source is being harvested or queued. */
void control_replay_start(struct control_request *req, struct control *c, struct slice source_id,
			  void (*done)(struct control_request *, const struct err *));
/* Lets the newest held run remove what it wanted to. ERR_CONFLICT when none is held. */
void control_confirm_start(struct control_request *req, struct control *c, struct slice source_id,
			   void (*done)(struct control_request *, const struct err *));
/* Brings back what that run removed. ERR_NOTFOUND, ERR_CONFLICT: see run_restore(). */
void control_restore_start(struct control_request *req, struct control *c, struct slice source_id,
			   int64_t run, void (*done)(struct control_request *, const struct err *));
/* Reads the configuration anew. ERR_CONFIG says why the old one is kept. */
void control_reload_start(struct control_request *req, struct control *c,
			  void (*done)(struct control_request *, const struct err *));
/* What was asked for goes on, but done does not run. Does nothing when it has run. */
void control_forget(struct control_request *req);

/* --- what is going on --- */

/* A harvest or replay that runs or waits for its turn. */
struct control_running {
	struct slice source_id; /* borrowed until the next turn, as all slices here */
	int64_t run; /* 0: not known yet */
	enum run_kind kind;
	const char *state; /* "queued", "opening", "pulling", "settling" */
	int64_t started_s;
	uint64_t n_requests, n_pages, n_pages_lost, n_shown, n_records;
	uint64_t n_not_modified, wire_bytes, body_bytes;
	int64_t estimated_s; /* until its end, by what it had before; -1: unknown */
};
/* The ith of them; false beyond the last. */
bool control_running_at(struct control_running *out, const struct control *c, size_t i);

/* A configured source in the schedule. */
struct control_source {
	const struct config_source *config; /* borrowed until the next turn */
	bool is_running;
	bool is_queued;
	int64_t run; /* that is running; 0: none, or not known yet */
	int64_t next_due_s; /* 0: as soon as there is room, or switched off */
	int64_t not_before_s; /* the partner asked for time; 0: no */
	int64_t n_failures; /* runs in a row that were not complete */
};
/* False for a source that is not configured. */
bool control_source(struct control_source *out, const struct control *c, struct slice source_id);
/* The ith configured source, in the order of the configuration; false beyond the last. */
bool control_source_at(struct control_source *out, const struct control *c, size_t i);

int64_t control_started_s(const struct control *c);
/* False from the moment the daemon begins to stop: readiness. */
bool control_is_ready(const struct control *c);
const struct config *control_config(const struct control *c);

#endif
