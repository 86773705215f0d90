// SPDX-License-Identifier: EUPL-1.2
#ifndef INDEX_STORE_H
#define INDEX_STORE_H

/*
 * The store: everything that must survive a crash, behind asynchronous
 * requests. It owns the database (one writer queue, two reader queues, each
 * with its own connection), the kept responses (one file queue) and the
 * snapshots of the column arrays.
 *
 * Requests are embedded in their owner; done runs exactly once, never before
 * start returns; the results in the request are borrowed until done returns
 * (or until x_clear() where there is one).
 *
 * Thread: loop, but where a function says "in pool".
 */

#include "base/buf.h"
#include "base/pool.h"
#include "index/columns.h"
#include "index/db.h"
#include "index/ledger.h"

struct store;

struct store_options {
	const char *state_dir;       /* microcat.db and responses/ are made in it, mode 0700 */
	uint64_t keep_responses_bytes;
	uint32_t keep_days;
	const char *vfs;             /* NULL, or for tests */
	const char *mapping_version; /* NORMALISE_VERSION and the harvesters' versions */
	const char *vocab_version;
};

/*
 * Opens, migrates, ends what a crash left (runs "running" become
 * "interrupted", dirty records are indexed, spools are removed), loads the
 * columns. Blocks: at start-up only.
 */
enum err_code store_open(struct store **out, struct loop *loop, const struct store_options *options,
			 struct err *err) ERR_MUST_USE;
/* Behind the last commit; requests still waiting end with ERR_CANCELLED. */
void store_close(struct store *store, void (*on_closed)(void *data), void *data);

/* --- reading: any function over a connection, in a pool thread --- */

struct store_read {
	struct pool_job job;
	struct store *store;
	/* Runs in the pool inside one read transaction; renders its answer into memory it owns. */
	enum err_code (*run_in_pool)(struct store_read *read, struct db *db,
				     const struct snapshot *snapshot, struct err *err);
	void (*done)(struct store_read *read, const struct err *failure); /* failure NULL: fine */
	/* private */
	struct snapshot *snapshot;
	struct err err;
	uint64_t deadline_ms;
	unsigned n_tries;
};

/*
 * snapshot is that of the transaction's generation: when they differ the read
 * is tried again. timeout_ms 0: LIMIT_QUERY_MS. Errors: what run_in_pool
 * returns, ERR_TIMEOUT, ERR_CANCELLED, ERR_BUSY when too many reads wait.
 */
void store_read_start(struct store_read *read, struct store *store, uint32_t timeout_ms,
		      enum err_code (*run_in_pool)(struct store_read *, struct db *,
						   const struct snapshot *, struct err *),
		      void (*done)(struct store_read *, const struct err *failure));
void store_read_cancel(struct store_read *read);

/* --- writing --- */

struct store_write {
	struct pool_job job;
	struct store *store;
	enum err_code (*run_in_pool)(struct store_write *write, struct db *db, struct err *err);
	void (*done)(struct store_write *write, const struct err *failure);
	/* private */
	struct err err;
	struct index_changes changes; /* of the columns; published when the job is done */
};

/* Runs in one write transaction on the writer's queue: committed on ERR_OK, else rolled back. */
void store_write_start(struct store_write *write, struct store *store,
		       enum err_code (*run_in_pool)(struct store_write *, struct db *, struct err *),
		       void (*done)(struct store_write *, const struct err *failure));
/* Jobs that wait for the writer: harvests stop reading from their workers above a limit. */
unsigned store_write_backlog(const struct store *store);

/* The generation users see now; grows with every committed change of it. */
int64_t store_generation(const struct store *store);
const char *store_db_uuid(const struct store *store);

#endif
