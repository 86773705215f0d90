// SPDX-License-Identifier: EUPL-1.2
#ifndef DAEMON_PULL_INTERNAL_H
#define DAEMON_PULL_INTERNAL_H

/*
 * What the parts of a pull share: pull.c (life, sink, time), pull_hear.c (what
 * the worker says) and pull_serve.c (what it is told). Everything that
 * happens ends in pull_step(), which looks at the state and does what is due.
 *
 *   STARTING ─► BEGINNING ─► RUNNING ─► FINISHING ─► COMPLETE ─► CLOSING ─► done
 *      │            │           │           │           │           ▲
 *      └────────────┴───────────┴───────────┴───────────┴─ failure ─┘
 *
 *  STARTING   spawned, not READY        BEGINNING  told what; begin speaks
 *  RUNNING    answers go in one by one  FINISHING  FINISH said; finish speaks
 *  COMPLETE   COMPLETE heard; to exit   CLOSING    all handed over; handles close
 *
 * A failure does not change the phase: it kills the worker, cancels the
 * requests, and CLOSING begins when both are gone and the sink has everything.
 *
 * Thread: loop.
 */

#include "daemon/deadline.h"
#include "daemon/pull.h"
#include "daemon/worker_process.h"

enum pull_phase {
	PULL_STARTING,
	PULL_BEGINNING,
	PULL_RUNNING,
	PULL_FINISHING,
	PULL_COMPLETE,
	PULL_CLOSING
};

/* What is being waited for, with a deadline. */
enum pull_watch { WATCH_NOTHING, WATCH_START, WATCH_ANSWER, WATCH_EXIT };

struct pull_state {
	struct pull *pull;
	struct loop *loop;
	struct answerer *answerer;
	struct pull_sink *sink;
	pull_done done;
	/* of the options */
	char *id;
	char *origin;
	char *own_parameter;
	struct buf begin;
	const struct raw_hash *known;
	size_t n_known;
	unsigned parallel;
	uint32_t stall_timeout_ms;

	enum pull_phase phase;
	struct err failure;
	struct deferred deferred;

	/* the worker */
	struct worker_process worker;
	bool has_process; /* started and not reaped */
	bool is_reading;
	bool has_ended; /* it will say no more */
	struct buf in; /* heard, not yet looked at */
	struct buf out; /* to be said */
	struct buf writing;
	uv_write_t write;
	bool is_writing;
	bool is_deaf; /* it does not read any more */
	size_t n_known_said;
	bool is_known_said;

	/* time */
	enum pull_watch watch;
	bool is_watch_stale; /* something was heard */
	struct deadline watch_deadline;
	struct deadline duration; /* of the whole */
	unsigned n_open; /* closing: deadlines and the process */
	bool is_fetching;
	uint64_t fetching_since_ms;

	/* requests: waiting ─► started ─► ready ─► hand; details first, so that what a
	 * worker must remember of a page is settled before the next page comes */
	struct list_node waiting_details;
	struct list_node waiting_lists;
	struct list_node started;
	struct list_node ready;
	unsigned n_waiting, n_started, n_ready;
	uint32_t last_tag;
	struct answer *hand; /* given to the worker, no PAGE yet */
	struct spool_read read;
	uint64_t body_at;
	uint32_t credit;
	unsigned n_rewinds;
	bool is_body_said;

	/* to the sink */
	struct buf batch;
	unsigned n_batch_records;
	bool is_batch_due;
	unsigned n_in_sink; /* batches it has in hand */
};

/* pull.c */
static inline bool pull_has_failed(const struct pull_state *p)
{
	return p->failure.code != ERR_OK;
}
/* Remembers the first failure, with the page in hand, kills the worker and cancels all. */
void pull_fail(struct pull_state *p, const struct err *why);
void pull_step(struct pull_state *p);
void pull_step_later(struct pull_state *p);

/* pull_hear.c */
/* Looks at one frame; a breach fails the pull. */
void pull_hear(struct pull_state *p, const struct frame *f);

/* pull_serve.c */
/* A request the worker has made, checked; copied. */
void pull_request(struct pull_state *p, const struct request *r);
/* Starts requests, gives answers and bodies to the worker, says FINISH. */
void pull_serve(struct pull_state *p);
void pull_say_response(struct pull_state *p);
/* The answer in hand is done with. */
void pull_drop_hand(struct pull_state *p);
/* Cancels what was started and forgets the rest. */
void pull_drop_requests(struct pull_state *p);

#endif
