// SPDX-License-Identifier: EUPL-1.2
#ifndef DAEMON_HARVEST_SINK_H
#define DAEMON_HARVEST_SINK_H

/*
 * What a pull says on its way into the store. A batch is made into items and
 * read on a pool thread while the one before is applied in its transaction; only
 * then is more taken. So a slow writer stops the worker.
 *
 *     take ─► convert (pool) ─► its turn ─► store_run_batch ─► pull_sink_taken
 *
 * Thread: loop.
 */

#include "daemon/config.h"
#include "daemon/frames_to_items.h"
#include "daemon/network_answerer.h"
#include "daemon/pull.h"
#include "index/store_requests.h"

enum { SINK_BATCHES = 2 };

struct sink_batch {
	struct harvest_sink_queue *queue;
	enum { SINK_EMPTY, SINK_CONVERTING, SINK_READY, SINK_APPLYING } state;
	struct buf frames;
	struct arena arena; /* of tags and items */
	struct arena readings; /* read ahead, as far as there is room */
	struct tag_page *tags;
	size_t n_tags, cap_tags;
	struct frame_items items;
	enum err_code rc; /* of the conversion */
	struct err err;
	struct pool_job job;
	struct store_run_batch write;
};

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
	struct sink_batch in_hand[SINK_BATCHES]; /* a ring: they are applied as they came */
	unsigned first, n_in_hand;
	unsigned n_owed; /* stored, and waiting for kept responses before more is taken */
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
