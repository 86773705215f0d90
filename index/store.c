// SPDX-License-Identifier: EUPL-1.2
/*
 * Writing, publishing what was written, copying the log back, closing. Reading
 * is in store_reads.c.
 *
 * Closing:  refuse and cancel ─► all dones have run ─► connections close (in the
 *           writer's last job) ─► queues and the timer close ─► on_closed
 */
#include "index/store.h"

#include "base/clock.h"
#include "base/limits.h"
#include "index/store_internal.h"

static void close_step(struct store *store);

/* --- writing --- */

/*
 * Another program may have the database for longer than LIMIT_DB_BUSY_MS. What
 * waits here may be the end of a run: it is not given up at once.
 */
static enum err_code begin_write(struct db *db, struct err *err)
{
	enum err_code rc = db_begin_write(db, err);

	for (unsigned n = 1; rc == ERR_BUSY && n < LIMIT_STORE_WRITE_TRIES; n++) {
		err_clear(err);
		rc = db_begin_write(db, err);
	}
	return rc;
}

/* Runs the job's function in its transaction; the time is counted whatever comes of it. */
static enum err_code write_in_transaction(struct store_write *write, struct db *db)
{
	struct columns *columns = write->store->columns;
	enum err_code rc = begin_write(db, &write->err);

	if (rc == ERR_OK)
		rc = write->run_in_pool(write, db, &write->err);
	if (rc == ERR_OK && write->changes.generation != 0)
		write->prepared = columns_prepare(columns, &write->changes);
	if (rc == ERR_OK)
		rc = db_commit(db, &write->err);
	if (rc == ERR_OK) {
		columns_keep(columns);
		return rc;
	}
	db_rollback(db);
	if (write->prepared != NULL)
		columns_discard(columns, write->prepared);
	write->prepared = NULL;
	return rc;
}

static void write_in_pool(struct pool_job *job)
{
	struct store_write *write = container_of(job, struct store_write, job);
	struct store *store = write->store;
	uint64_t started_ms = clock_mono_ms();
	enum err_code rc = write_in_transaction(write, &store->writer);

	if (rc != ERR_OK && write->err.code != rc)
		err_set(&write->err, rc, "a write failed without saying why");
	write->log_pages = store->writer.log_pages;
	write->took_ms = clock_mono_ms() - started_ms;
}

static void count_write(struct store *store, const struct store_write *write)
{
	struct store_figures *f = &store->figures;

	if (write->err.code == ERR_OK)
		f->n_commits++;
	else
		f->n_rollbacks++;
	f->write_ms += write->took_ms;
	if (write->took_ms > f->longest_write_ms)
		f->longest_write_ms = write->took_ms;
}

static void copy_beside_writer(struct pool_job *job)
{
	struct store *store = container_of(job, struct store, copy_back_job);

	store->log_copied = db_copy_back(&store->copier);
}

static void copy_as_writer(struct pool_job *job)
{
	struct store *store = container_of(job, struct store, copy_back_job);

	store->log_copied = db_copy_back(&store->writer);
}

static void start_copying(struct store *store, struct pool_queue *queue,
			  void (*run_in_pool)(struct pool_job *), void (*done)(struct pool_job *))
{
	store->is_copying_back = true;
	store->n_open++;
	pool_start(queue, &store->copy_back_job, run_in_pool, done);
}

static void on_copied_as_writer(struct pool_job *job)
{
	struct store *store = container_of(job, struct store, copy_back_job);

	store->is_copying_back = false;
	store->n_open--;
	store_after_done(store);
}

/* An overfull log ends here: what was written meanwhile is copied while nothing is written. */
static void on_copied_beside(struct pool_job *job)
{
	struct store *store = container_of(job, struct store, copy_back_job);

	store->is_copying_back = false;
	store->n_open--;
	if (!store->is_closing && db_log_is_overfull(store->log_pages))
		start_copying(store, &store->writer_queue, copy_as_writer, on_copied_as_writer);
	else
		store_after_done(store);
}

/* A job of its own, behind what was committed and published. */
static void copy_back_if_full(struct store *store)
{
	if (store->is_copying_back || store->is_closing)
		return; /* closing copies all of it */
	if (store->log_pages < store->log_copied)
		store->log_copied = 0; /* another log by now */
	if (db_log_is_full(store->log_pages, store->log_copied))
		start_copying(store, &store->copier_queue, copy_beside_writer, on_copied_beside);
}

static void end_write(struct store_write *write)
{
	struct store *store = write->store;

	index_changes_clear(&write->changes);
	list_remove(&write->node);
	store->n_open--;
	/* write may be gone after this line */
	write->done(write, write->err.code != ERR_OK ? &write->err : NULL);
	store_after_done(store);
}

static void on_written(struct pool_job *job)
{
	struct store_write *write = container_of(job, struct store_write, job);
	struct store *store = write->store;

	if (!job->has_run)
		err_set(&write->err, ERR_CANCELLED, "the store is closing");
	else
		count_write(store, write);
	if (write->prepared != NULL) {
		store->generation = write->changes.generation;
		columns_publish(store->columns, write->prepared);
		write->prepared = NULL;
		store_resume_overtaken(store);
		store_tidy_after_write(store);
	}
	if (job->has_run)
		store->log_pages = write->log_pages;
	copy_back_if_full(store);
	end_write(write);
}

static void on_write_refused(struct deferred *d)
{
	struct store_write *write = container_of(d, struct store_write, deferred);

	end_write(write);
}

static void start_write(struct store_write *write, struct store *store)
{
	assert_on_loop();
	write->store = store;
	index_changes_init(&write->changes);
	deferred_init(&write->deferred);
	list_init(&write->node);
	list_push_back(&store->writes, &write->node);
	store->n_open++;
	if (store->is_closing) {
		err_set(&write->err, ERR_CANCELLED, "the store is closing");
		loop_defer(store->loop, &write->deferred, on_write_refused);
		return;
	}
	pool_start(&store->writer_queue, &write->job, write_in_pool, on_written);
}

void store_write_start(struct store_write *write, struct store *store,
		       enum err_code (*run_in_pool)(struct store_write *, struct db *,
						    struct err *),
		       void (*done)(struct store_write *, const struct err *failure))
{
	*write = (struct store_write){ .run_in_pool = run_in_pool, .done = done };
	start_write(write, store);
}

void store_write_small_start(struct store_write *write, struct store *store,
			     enum err_code (*run_in_pool)(struct store_write *, struct db *,
							  struct err *),
			     void (*done)(struct store_write *, const struct err *failure))
{
	*write = (struct store_write){ .run_in_pool = run_in_pool, .done = done };
	write->job.may_follow = true;
	start_write(write, store);
}

/* --- closing --- */

void store_transfer_begin(struct store *store, struct store_transfer *t,
			  void (*on_store_closing)(struct store_transfer *))
{
	list_init(&t->node);
	list_push_back(&store->transfers, &t->node);
	t->on_store_closing = on_store_closing;
	store->n_open++;
}

void store_transfer_end(struct store *store, struct store_transfer *t)
{
	list_remove(&t->node);
	store->n_open--;
}

void store_after_done(struct store *store)
{
	if (store->is_closing)
		close_step(store);
}

static void close_in_pool(struct pool_job *job)
{
	store_close_databases(container_of(job, struct store, close_job));
}

static void on_queue_closed(struct store *store)
{
	store->n_queues_open--;
	close_step(store);
}

static void on_writer_queue_closed(struct pool_queue *q)
{
	on_queue_closed(container_of(q, struct store, writer_queue));
}

static void on_copier_queue_closed(struct pool_queue *q)
{
	on_queue_closed(container_of(q, struct store, copier_queue));
}

static void on_files_queue_closed(struct pool_queue *q)
{
	on_queue_closed(container_of(q, struct store, files_queue));
}

static void on_reader_queue_closed(struct pool_queue *q)
{
	on_queue_closed(container_of(q, struct store_reader, queue)->store);
}

static void on_tidy_closed(struct loop_timer *timer)
{
	on_queue_closed(container_of(timer, struct store, tidy.timer));
}

static void on_databases_closed(struct pool_job *job)
{
	struct store *store = container_of(job, struct store, close_job);

	store->closing = STORE_CLOSING_QUEUES;
	store->n_queues_open = 4 + STORE_READERS;
	store_tidy_close(store, on_tidy_closed);
	pool_queue_close(&store->writer_queue, on_writer_queue_closed);
	pool_queue_close(&store->copier_queue, on_copier_queue_closed);
	pool_queue_close(&store->files_queue, on_files_queue_closed);
	for (unsigned i = 0; i < STORE_READERS; i++)
		pool_queue_close(&store->readers[i].queue, on_reader_queue_closed);
}

/* Goes on where closing waits: for dones that have not run, then for the queues. */
static void close_step(struct store *store)
{
	void (*on_closed)(void *data) = store->on_closed;
	void *data = store->closed_data;

	if (store->n_open > 0)
		return;
	if (store->closing == STORE_DRAINING) {
		/* Nobody uses a connection any more. */
		store->closing = STORE_CLOSING_DATABASES;
		pool_start(&store->writer_queue, &store->close_job, close_in_pool,
			   on_databases_closed);
	} else if (store->closing == STORE_CLOSING_QUEUES && store->n_queues_open == 0) {
		store_free(store);
		on_closed(data);
	}
}

void store_close(struct store *store, void (*on_closed)(void *data), void *data)
{
	assert_on_loop();
	require(!store->is_closing);
	store->is_closing = true;
	store->closing = STORE_DRAINING;
	store->on_closed = on_closed;
	store->closed_data = data;
	store_tidy_stop(store);
	list_each (node, &store->reads)
		store_read_cancel(container_of(node, struct store_read, node));
	/* What the writer has in hand is finished: it may be the last page of a harvest. */
	list_each (node, &store->writes) {
		struct store_write *write = container_of(node, struct store_write, node);

		if (write->job.state == POOL_JOB_WAITING)
			pool_cancel(&write->job);
	}
	list_each (node, &store->transfers) {
		struct store_transfer *t = container_of(node, struct store_transfer, node);

		t->on_store_closing(t);
	}
	close_step(store);
}

/* --- what is known without waiting --- */

unsigned store_write_backlog(const struct store *store)
{
	return pool_queue_length(&store->writer_queue);
}

struct pool_queue *store_files_queue(struct store *store)
{
	return &store->files_queue;
}

int64_t store_generation(const struct store *store)
{
	return store->generation;
}

const char *store_mapping_version(const struct store *store)
{
	return store->mapping_version;
}

const char *store_db_uuid(const struct store *store)
{
	return store->db_uuid;
}

void store_figures(struct store_figures *out, const struct store *store)
{
	*out = store->figures;
	out->n_reads_waiting = read_lines_length(&store->lines, READ_SMALL) +
			       read_lines_length(&store->lines, READ_LARGE);
	out->n_writes_waiting = store_write_backlog(store);
	out->column_bytes = columns_bytes(store->columns);
}
