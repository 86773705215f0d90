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
 * (or until x_clear() where there is one). What daemon/ asks for by name is in
 * index/store_requests.h, made of the two general ones here.
 *
 *     write:  BEGIN ─► run_in_pool ─► columns_prepare ─► COMMIT ─► loop: publish ─► done
 *                          └ error ─► ROLLBACK ─────────────────────────────────► done
 *     read:   snapshot of generation g ─► BEGIN ─► is the database at g? ─► run_in_pool ─► done
 *                          └ it is ahead: with the snapshot that was prepared for it, or
 *                            again, when that is published
 *
 * Thread: loop, but where a function says "in pool".
 */

#include "base/buf.h"
#include "base/pool.h"
#include "index/columns.h"
#include "index/db.h"
#include "index/ledger.h"
#include "index/read_lines.h"

struct store;

struct store_options {
	const char *state_dir; /* microcat.db and responses/ are made in it, mode 0700 */
	uint64_t keep_responses_bytes;
	uint32_t keep_days;
	const char *vfs; /* NULL, or for tests */
	uint32_t quiet_ms; /* 0: LIMIT_STORE_QUIET_MS, or for tests */
	const char *mapping_version; /* of the rules: mapping_version(), with that of own rows; copied */
	const char *vocab_version;
	int64_t now_s;
};

/*
 * Opens, migrates, ends what a crash left (runs "running" become
 * "interrupted", dirty records are indexed, files of responses that no row
 * names are deleted), rebuilds the full text if its version is another, loads
 * the columns. Blocks: at start-up only.
 *
 * Errors: those of db_open(); ERR_IO and its kin for the directories.
 */
enum err_code store_open(struct store **out, struct loop *loop, const struct store_options *options,
			 struct err *err) ERR_MUST_USE;
/*
 * Behind the last commit: what the writer has in hand is finished, requests
 * still waiting end with ERR_CANCELLED, reads are stopped. Requests made from
 * now on end with ERR_CANCELLED too. on_closed runs on a later turn, after the
 * last done; the store is gone then.
 */
void store_close(struct store *store, void (*on_closed)(void *data), void *data);

/* --- reading: any function over a connection, in a pool thread --- */

struct store_read {
	struct pool_job job;
	struct store *store;
	/* Runs in the pool inside one read transaction; renders its answer into memory it owns.
	 * It may run again from the start, so it begins by emptying what it fills. */
	enum err_code (*run_in_pool)(struct store_read *read, struct db *db,
				     const struct snapshot *snapshot, struct err *err);
	void (*done)(struct store_read *read, const struct err *failure); /* failure NULL: fine */
	/* private */
	struct list_node node; /* of the store's reads */
	struct read_turn turn; /* in a line, or its node among those that wait for a snapshot */
	bool is_in_line;
	bool is_large;
	struct deferred deferred;
	struct snapshot *snapshot;
	struct err err;
	uint64_t deadline_ms;
	uint64_t took_us; /* of a reader, the last time it ran */
	unsigned reader;
	unsigned n_tries;
	bool is_overtaken; /* the database was ahead of the snapshot */
	bool is_cancelled;
	bool is_bare; /* needs no snapshot of its generation */
};

struct store_read_options {
	uint32_t timeout_ms; /* from now; 0: LIMIT_QUERY_MS */
	bool is_bare; /* has nothing to do with generations: snapshot is NULL */
	/*
	 * It takes many times as long as a page of results: more than
	 * LIMIT_STORE_SMALL_ROWS rows, statistics, a report on all of a source. Such
	 * reads have a line of their own, and leave a reader to the others
	 * (index/read_lines.h).
	 */
	bool is_large;
};

/*
 * snapshot is that of the transaction's generation. Errors: what run_in_pool
 * returns, ERR_TIMEOUT, ERR_CANCELLED, ERR_BUSY when LIMIT_STORE_READS, or
 * LIMIT_STORE_LARGE_READS large ones, are under way.
 */
void store_read_start_as(struct store_read *read, struct store *store,
			 const struct store_read_options *options,
			 enum err_code (*run_in_pool)(struct store_read *, struct db *,
						      const struct snapshot *, struct err *),
			 void (*done)(struct store_read *, const struct err *failure));
/* A small one. */
void store_read_start(struct store_read *read, struct store *store, uint32_t timeout_ms,
		      enum err_code (*run_in_pool)(struct store_read *, struct db *,
						   const struct snapshot *, struct err *),
		      void (*done)(struct store_read *, const struct err *failure));
/* A small, bare one (runs, sources, responses). */
void store_read_bare_start(struct store_read *read, struct store *store, uint32_t timeout_ms,
			   enum err_code (*run_in_pool)(struct store_read *, struct db *,
							const struct snapshot *, struct err *),
			   void (*done)(struct store_read *, const struct err *failure));
/* Also stops a statement that runs. Twice or too late does nothing. */
void store_read_cancel(struct store_read *read);

/* --- writing --- */

struct store_write {
	struct pool_job job;
	struct store *store;
	enum err_code (*run_in_pool)(struct store_write *write, struct db *db, struct err *err);
	void (*done)(struct store_write *write, const struct err *failure);
	struct index_changes changes; /* of the columns; for run_in_pool to fill */
	/* private */
	struct list_node node; /* of the store's writes */
	struct deferred deferred;
	struct snapshot *prepared;
	unsigned log_pages; /* in the log, after it */
	uint64_t took_ms; /* in the transaction */
	struct err err;
};

/*
 * Runs in one write transaction on the writer's queue: committed on ERR_OK,
 * else rolled back. Errors: what run_in_pool returns; ERR_FULL and ERR_IO of the
 * database; ERR_BUSY when another program has had it all the time of
 * LIMIT_STORE_WRITE_TRIES; ERR_CANCELLED when the store closes first.
 */
void store_write_start(struct store_write *write, struct store *store,
		       enum err_code (*run_in_pool)(struct store_write *, struct db *,
						    struct err *),
		       void (*done)(struct store_write *, const struct err *failure));
/*
 * The same for one that is small and changes nothing that is found: it need not
 * wait for the done of the write in front of it.
 */
void store_write_small_start(struct store_write *write, struct store *store,
			     enum err_code (*run_in_pool)(struct store_write *, struct db *,
							  struct err *),
			     void (*done)(struct store_write *, const struct err *failure));

/* Part of requests in several steps, which may wait for their owner when the store closes. */
struct store_transfer {
	/* private */
	struct list_node node;
	void (*on_store_closing)(struct store_transfer *);
};

/* Jobs that wait for the writer or run: harvests stop reading from their workers above
 * LIMIT_STORE_WRITE_BACKLOG. */
unsigned store_write_backlog(const struct store *store);

/* The queue that does files: for spools too. */
struct pool_queue *store_files_queue(struct store *store);

/* The generation users see now; grows with every committed change of it. */
int64_t store_generation(const struct store *store);
const char *store_db_uuid(const struct store *store);
/* The version of the rules that records are made with now: store_options.mapping_version. */
const char *store_mapping_version(const struct store *store);

struct store_figures {
	unsigned n_reads_waiting, n_writes_waiting;
	uint64_t n_reads, n_reads_large, n_reads_overtaken, n_reads_refused;
	uint64_t n_commits, n_rollbacks;
	uint64_t write_ms; /* in transactions, all */
	uint64_t longest_write_ms;
	size_t column_bytes;
};
/* For metrics and /v1/status. */
void store_figures(struct store_figures *out, const struct store *store);

#endif
