// SPDX-License-Identifier: EUPL-1.2
#ifndef DAEMON_KEPT_BODY_H
#define DAEMON_KEPT_BODY_H

/*
 * Bodies between the kept responses of the store and spools: one taken out, to
 * stand in for a response, and one put away when its page was handled.
 *
 * Thread: loop.
 */

#include "daemon/spool.h"
#include "index/store_requests.h"

struct kept_options {
	struct loop *loop;
	struct store *store;
	struct pool_queue *files; /* of spools */
	const char *spool_dir;
};

/* --- out of the store --- */

struct kept_load {
	struct spool *body; /* result: finished; the owner's, who sets it to NULL or frees it */
	void (*done)(struct kept_load *load, const struct err *failure);
	/* private */
	struct store_response_load load;
	struct err err;
	bool is_waiting; /* for the spool to drain */
};

/* ERR_NOTFOUND: it is not kept any more; ERR_CANCELLED; those of the spool. */
void kept_load_start(struct kept_load *load, const struct kept_options *options,
		     const uint8_t hash[BLOB_HASH_BYTES],
		     void (*done)(struct kept_load *, const struct err *failure));
/* done still comes. */
void kept_load_cancel(struct kept_load *load);

/* --- into the store --- */

struct kept_put {
	void (*done)(struct kept_put *put, const struct err *failure);
	/* private */
	struct store_response_keep keep;
	struct spool *body;
	struct spool_read read;
	uint64_t at;
};

/*
 * Takes the body, which is freed before done. row and its texts stay the
 * caller's until done; body_hash and body_bytes are set here.
 */
void kept_put_start(struct kept_put *put, struct store *store, const struct response_row *row,
		    struct spool *body, void (*done)(struct kept_put *, const struct err *failure));

#endif
