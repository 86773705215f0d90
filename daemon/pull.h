// SPDX-License-Identifier: EUPL-1.2
#ifndef DAEMON_PULL_H
#define DAEMON_PULL_H

/*
 * One harvest's PULL: a worker process that asks, somebody who answers (the
 * network, the kept responses, a file), and a sink that takes what the worker
 * says (the store, lint). Knows neither SQLite nor HTTP.
 *
 *   spawn ─► READY ─► BEGIN, KNOWN... ─► REQUEST/RESPONSE/BODY ... ─► FINISH ─► COMPLETE ─► exit
 *
 * What the worker sends is checked here: frame types, tags, sizes, URLs on the
 * source's origin, exactly one PAGE a tag, READY first, a proof that the
 * sandbox is on. A breach kills the worker and fails the pull.
 *
 * Back-pressure: while the sink is busy the worker's socket is not read; a
 * worker that cannot write does not ask. Nothing heard from the worker for
 * stall_timeout_ms while it owes an answer: it is killed. Time in which the
 * whole machine stood still does not count (daemon/deadline.h).
 *
 * Thread: loop.
 */

#include "base/limits.h"
#include "base/loop.h"
#include "base/pool.h"
#include "daemon/spool.h"
#include "harvesters/frame.h"
#include "harvesters/harvester.h"

/* --- who answers --- */

struct pull;
struct pull_state;
struct answer; /* one request on its way to a response */

struct answerer {
	/* Begins; a->done runs exactly once, on a later turn; then a is the pull's again. */
	void (*start)(struct answerer *self, struct answer *a);
	/* Asks it to stop; done still comes, on a later turn. Twice does nothing. */
	void (*cancel)(struct answerer *self, struct answer *a);
};

struct answer {
	/* asked */
	enum request_kind kind;
	const char *url;
	const char *accept; /* "" without */
	uint32_t tag;
	/* answered: valid in done without failure */
	unsigned status;
	char *final_url; /* owned; NULL: as asked */
	char *content_type;
	char *link;
	int64_t fetched_s;
	bool is_kept; /* the kept body stands in for a 304, or for "details-every" */
	struct spool *body; /* owned by the answer; finished; holds what came, also when cut */
	enum body_end end;
	struct err why; /* of an end that is not BODY_OK */
	void (*done)(struct answer *a, const struct err *failure);
	/* private to the answerer */
	void *state;
	/* private to the pull */
	struct pull_state *pull;
	struct list_node node;
	struct err failure;
};

/* --- who takes what was said --- */

enum {
	PULL_FRAME_MAX_BYTES = FRAME_HEADER_BYTES + LIMIT_OFFER_BYTES + LIMIT_FRAME_BYTES,
	/* A batch is full at LIMIT_BATCH_BYTES; the frame that fills it is in it. */
	PULL_BATCH_MAX_BYTES = LIMIT_BATCH_BYTES + PULL_FRAME_MAX_BYTES,
};

struct pull_sink {
	/*
	 * Whole frames of records, notes and pages (OFFER SEEN GONE OUT_OF_SCOPE REJECT NOTE
	 * ANNOUNCE REMEMBER PAGE), as they came, one after the other; message_read() reads
	 * their payloads, which are not checked yet. The sink takes the bytes out
	 * (buf_move(); or buf_swap() for an empty one of PULL_BATCH_MAX_BYTES, whose memory is
	 * used again) and calls pull_sink_taken() once for each batch, when it is done with it,
	 * now or later. A batch ends at a PAGE, at LIMIT_BATCH_RECORDS or at LIMIT_BATCH_BYTES;
	 * while the sink can take none the next one grows over pages
	 * (docs/decisions/transactions.md).
	 */
	void (*take)(struct pull_sink *self, struct pull *pull, struct buf *frames);
	unsigned n_at_once; /* batches it can have in hand; 0: one */
	/* A request was answered and its PAGE frame is about to be handed over: the answer
	 * may be kept; a->body too, by setting it to NULL. May be NULL. */
	void (*answered)(struct pull_sink *self, struct pull *pull, struct answer *a);
};

struct pull_options {
	const char *worker_program; /* NULL: this program itself */
	const char *harvest_id; /* "jyu", for messages and the process list; copied */
	struct slice begin; /* BEGIN's JSON (begin_write()); copied */
	const struct raw_hash *known; /* borrowed until done */
	size_t n_known;
	const char *origin; /* "https://example.org": requests elsewhere are a breach; NULL: any */
	/* A query parameter that the answerer sets, a secret: it is taken out of what is asked,
	 * which may be a link that the partner wrote. NULL: none. Copied. */
	const char *own_parameter;
	unsigned parallel_requests; /* at the answerer; one more answer may wait for the worker */
	uint64_t memory_bytes; /* the same as in BEGIN */
	uint32_t cpu_s; /* 0: no limit */
	uint32_t stall_timeout_ms;
	uint32_t max_duration_ms; /* 0: none */
};

struct pull_figures {
	uint64_t n_requests;
	uint64_t n_pages, n_pages_lost;
	uint64_t n_shown; /* items, as the worker counted them */
	uint64_t n_records; /* OFFER and SEEN frames' records so far, for progress */
	uint64_t body_bytes;
	uint64_t worker_peak_kib; /* as the worker says at its end; 0: it did not */
	uint64_t worker_cpu_ms; /* likewise, or when it was killed */
	uint64_t fetch_ms; /* time with nothing but requests outstanding */
};

struct pull {
	/* results, valid in done */
	struct pull_figures figures; /* also readable while it runs */
	bool is_proven; /* the end of the list was proven */
	char end_rule[160]; /* by this rule; or "" */
	struct err incomplete; /* why not proven, when nothing failed */
	/* private */
	struct pull_state *state;
};

/*
 * failure NULL: the worker said COMPLETE and exited 0 (is_proven may still be
 * false). Else: ERR_CANCELLED, ERR_PROTOCOL, ERR_LIMIT (memory, time), ERR_TIMEOUT,
 * ERR_IO, ... Everything the worker said before was handed to the sink and taken.
 */
typedef void (*pull_done)(struct pull *pull, const struct err *failure);

void pull_start(struct pull *pull, struct loop *loop, const struct pull_options *options,
		struct answerer *answerer, struct pull_sink *sink, pull_done done);
void pull_cancel(struct pull *pull);
void pull_sink_taken(struct pull *pull);
/* The sink could not make anything of a frame: the pull ends with this failure. */
void pull_refuse(struct pull *pull, const struct err *why);

/* For answerers: frees what an answer owns. */
void answer_clear(struct answer *a);

#endif
