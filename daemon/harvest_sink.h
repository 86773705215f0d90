// SPDX-License-Identifier: EUPL-1.2
#ifndef DAEMON_HARVEST_SINK_H
#define DAEMON_HARVEST_SINK_H

/*
 * What a pull says on its way into the store: one batch at a time is made into
 * items on a pool thread, applied in one transaction, and only then is more
 * taken. So a slow writer stops the worker.
 *
 *     take ─► convert (pool) ─► store_run_batch ─► pull_sink_taken
 *
 * Thread: loop.
 */

#include "daemon/config.h"
#include "daemon/frames_to_items.h"
#include "daemon/network_answerer.h"
#include "daemon/pull.h"
#include "index/store_requests.h"

struct harvest_sink_queue {
	struct pull_sink sink;
	uint64_t write_ms; /* in transactions, all */
	/* private */
	struct store *store;
	struct pool_queue *batches;
	struct run_state *run;
	const struct config_source *source;
	struct network_answerer *network; /* NULL for a replay */
	struct pull *pull;
	struct list_node pages; /* of tags that were asked for and whose PAGE has not been stored */
	bool is_busy;
	bool must_wait; /* stored, and waiting for kept responses */
	unsigned n_tries;
	/* the batch in hand */
	struct buf frames;
	struct arena arena;
	struct tag_page *tags;
	size_t n_tags, cap_tags;
	struct frame_items items;
	enum err_code rc; /* of the conversion */
	struct err err;
	struct pool_job job;
	struct store_run_batch batch;
};

void harvest_sink_init(struct harvest_sink_queue *q, struct store *store,
		       struct pool_queue *batches, struct run_state *run,
		       const struct config_source *source, struct network_answerer *network,
		       struct pull *pull);
/* A page was asked for: its notes name it. */
void harvest_sink_asked(struct harvest_sink_queue *q, uint32_t tag, const char *url);
/* Fewer responses are on their way into the store. */
void harvest_sink_kept(struct harvest_sink_queue *q);
/* After the pull is done. */
void harvest_sink_clear(struct harvest_sink_queue *q);

#endif
