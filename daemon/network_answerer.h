// SPDX-License-Identifier: EUPL-1.2
#ifndef DAEMON_NETWORK_ANSWERER_H
#define DAEMON_NETWORK_ANSWERER_H

/*
 * Answers a worker's requests from the partner, with the kept responses beside
 * it: a validator is sent only for what is kept, a 304 is answered with the
 * kept body, and a request about one record that is younger than
 * "details-every" is not made at all. What a page brought is kept when the page
 * was handled.
 *
 *     FIND ─► (young enough) ─► LOAD ─► done
 *        └──► FETCH ─► 304 ─► LOAD ─► done
 *                │              └ not kept any more ─► FETCH, unconditionally
 *                └► done
 *
 * Thread: loop.
 */

#include "daemon/fetch.h"
#include "daemon/kept_body.h"
#include "daemon/pull.h"

struct network_figures {
	uint64_t n_requests; /* sent, with every try */
	uint64_t n_not_modified; /* 304, and details that were young enough */
	uint64_t wire_bytes;
	int64_t not_before_s; /* the partner asked to come back later; 0: no */
};

struct network_answerer {
	struct answerer answerer;
	struct network_figures figures;
	/* private */
	struct kept_options kept;
	struct fetcher *fetcher;
	const struct config_source *source;
	int64_t sid, run;
	int64_t next_seq;
	struct list_node noted; /* answers given whose page is not handled yet */
	unsigned n_keeping;
	bool has_warned; /* that a response is not kept: once a run */
	void (*on_kept)(struct network_answerer *);
};

/* kept and source are borrowed until network_answerer_clear(). */
void network_answerer_init(struct network_answerer *n, const struct kept_options *kept,
			   struct fetcher *fetcher, const struct config_source *source, int64_t sid,
			   int64_t run);
/*
 * The page was handled: keeps its response. Takes the answer's body if it
 * keeps it.
 */
void network_answerer_keep(struct network_answerer *n, struct answer *a);
/* Responses on their way into the store; on_kept runs whenever it becomes fewer. */
unsigned network_answerer_keeping(const struct network_answerer *n);
void network_answerer_on_kept(struct network_answerer *n,
			      void (*on_kept)(struct network_answerer *));
/* Nothing is asked or being kept any more. */
void network_answerer_clear(struct network_answerer *n);

#endif
