// SPDX-License-Identifier: EUPL-1.2
#ifndef DAEMON_HARVEST_H
#define DAEMON_HARVEST_H

/*
 * One run over one source: a harvest, or a replay of what is kept.
 *
 *   OPEN ──► LIST ──► PULL ──► SETTLE ──► DONE
 *
 *   OPEN    note the run in the store; what is known of the source
 *   LIST    a replay only: which responses are kept
 *   PULL    the worker asks, fetch (or what is kept) answers, each page is one
 *           transaction in the store
 *   SETTLE  close the ledger; if the run is complete, sweep. A failure and a
 *           cancel pass through here too: what was stored must be accounted for
 *
 * Thread: loop.
 */

#include "daemon/fetch.h"
#include "daemon/harvest_sink.h"
#include "daemon/network_answerer.h"
#include "daemon/pull.h"
#include "daemon/replay_answerer.h"

enum harvest_run_state { HARVEST_OPEN, HARVEST_LIST, HARVEST_PULL, HARVEST_SETTLE, HARVEST_DONE };

struct harvest_run_options {
	const struct kept_options *kept; /* loop, store and spools; borrowed */
	struct fetcher *fetcher;
	struct pool_queue *batches; /* makes items of frames */
	const struct config *config; /* limits of workers, vocabulary; borrowed until done */
	const struct config_source *source; /* of that configuration */
	enum run_kind kind; /* RUN_HARVEST or RUN_REPLAY */
	const char *worker_program; /* NULL: this program */
};

struct harvest_run {
	struct harvest_run_options options;
	enum harvest_run_state state;
	int64_t run; /* 0: not known yet */
	int64_t started_s;
	uint64_t n_before; /* records it had */
	/* results, valid in done */
	struct run_outcome outcome; /* outcome.end is RUN_RUNNING when nothing was settled */
	int64_t not_before_s; /* the partner asked to come back later; 0: no */
	/* private */
	struct err err;
	bool is_cancelled;
	void (*on_opened)(struct harvest_run *h);
	void (*done)(struct harvest_run *h, const struct err *failure);
	struct store_run_open open;
	struct store_replay_list list;
	struct run_state *run_state;
	struct network_answerer network;
	struct replay_answerer replay;
	struct answerer asker; /* notes which page a tag stands for, before one of the two */
	struct harvest_sink_queue sink;
	struct pull pull;
	struct buf begin;
	struct buf origin;
	struct store_run_settle settle;
};

/*
 * on_opened (may be NULL) runs when the run has a number; done once, last.
 * failure NULL: the run was settled, as outcome says (also when it failed);
 * else it could not be opened or settled.
 */
void harvest_run_start(struct harvest_run *h, const struct harvest_run_options *options,
		       void (*on_opened)(struct harvest_run *),
		       void (*done)(struct harvest_run *, const struct err *failure));
/* Kills the worker; done still comes, after settling. */
void harvest_run_cancel(struct harvest_run *h);
const char *harvest_run_state_name(const struct harvest_run *h);

/* For progress. */
struct harvest_figures {
	struct pull_figures pull;
	struct network_figures network;
};
void harvest_run_figures(struct harvest_figures *out, const struct harvest_run *h);

#endif
