// SPDX-License-Identifier: EUPL-1.2
#ifndef INDEX_STORE_INTERNAL_H
#define INDEX_STORE_INTERNAL_H

/*
 * The inside of the store, for store.c, store_reads.c, store_open.c and the
 * requests made of it (store_requests.c, store_responses.c).
 *
 * Thread: loop; the connections belong to their queues' jobs.
 */

#include "index/read_lines.h"
#include "index/responses.h"
#include "index/store.h"
#include "index/store_tidy.h"

enum { STORE_READERS = 2 };

struct store_reader {
	struct store *store;
	struct pool_queue queue;
	struct db db;
	struct store_read *read; /* that it has, or NULL */
	uint64_t looked_ms; /* at the memory that is mapped; its job's */
};

struct store {
	struct loop *loop;
	struct columns *columns;
	struct pool_queue writer_queue;
	struct db writer;
	struct pool_queue copier_queue; /* copies the log back beside the writer */
	struct db copier;
	struct store_reader readers[STORE_READERS];
	struct pool_queue files_queue;
	int64_t generation;
	char *db_uuid;
	char *responses_dir;
	char *mapping_version;
	uint64_t keep_responses_bytes;
	uint32_t keep_days;
	struct store_figures figures;

	struct list_node reads; /* in flight */
	struct read_lines lines; /* of them: those that wait for a reader */
	struct list_node overtaken; /* of them: waiting for a snapshot to be published */
	struct list_node writes;
	struct list_node transfers;
	unsigned n_open; /* requests whose done has not run */

	struct {
		struct loop_timer timer; /* runs while nothing is written */
		struct store_write write;
		uint32_t quiet_ms;
		unsigned n_segments; /* added since all were merged, by this process */
		bool is_merging;
		bool has_more;
	} tidy; /* store_tidy.c */

	bool is_evicting;
	bool is_closing;
	enum {
		STORE_OPEN,
		STORE_DRAINING, /* until all dones have run */
		STORE_CLOSING_DATABASES, /* in the writer's last job */
		STORE_CLOSING_QUEUES
	} closing;
	unsigned n_queues_open; /* and the timer */
	struct pool_job close_job;
	bool is_copying_back;
	unsigned log_pages; /* in the log after the last write */
	unsigned log_copied; /* of them: in the database, as far as known */
	struct pool_job copy_back_job;
	void (*on_closed)(void *data);
	void *closed_data;
};

/* store_reads.c: after a generation was published, for those who waited for it. */
void store_resume_overtaken(struct store *store);
/* store_open.c: blocks; the last connection copies the log back. */
void store_close_databases(struct store *store);
/* When nothing of it is in use any more. */
void store_free(struct store *store);
/* Counts a request that is not a read or write; each ended by store_transfer_end(). */
void store_transfer_begin(struct store *store, struct store_transfer *t,
			  void (*on_store_closing)(struct store_transfer *));
/* Before done. */
void store_transfer_end(struct store *store, struct store_transfer *t);
/* After a done: goes on with closing, if that is what it waited for. */
void store_after_done(struct store *store);
/* Drops kept responses beyond the limits, on its own, in the background. */
void store_evict(struct store *store, int64_t now_s);

#endif
