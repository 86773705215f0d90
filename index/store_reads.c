// SPDX-License-Identifier: EUPL-1.2
/*
 * Reading: lines, readers, snapshots.
 *
 *   start ─► in line ─► a reader has it ─► done
 *               ▲             └── the database was ahead of all columns: waits for the next ─┐
 *               └───────────────────────── in front ─────────────────────────────────────────┘
 */
#include "base/clock.h"
#include "base/limits.h"
#include "base/mem.h"
#include "index/store_internal.h"

static void serve(struct store *store);

static void end_read(struct store_read *read, const struct err *failure)
{
	struct store *store = read->store;

	list_remove(&read->node);
	store->n_open--;
	read->done(read, failure); /* read may be gone after this line */
	store_after_done(store);
}

static void on_read_failed(struct deferred *d)
{
	struct store_read *read = container_of(d, struct store_read, deferred);

	end_read(read, &read->err);
}

/* For what is known before a thread has it. */
static void fail_read(struct store_read *read, enum err_code code, const char *why)
{
	err_set(&read->err, code, "%s", why);
	loop_defer(read->store->loop, &read->deferred, on_read_failed);
}

/* The snapshot of the transaction's generation, when the database is ahead of the read's. */
static void catch_up(struct store_read *read, int64_t generation)
{
	struct columns *columns = read->store->columns;
	struct snapshot *newer = columns_find(columns, generation);

	if (newer == NULL) {
		read->is_overtaken = true;
		return;
	}
	columns_release(columns, read->snapshot);
	read->snapshot = newer;
}

/* In the read's own transaction. */
static enum err_code read_in_transaction(struct store_read *read, struct db *db)
{
	int64_t gen = 0;
	enum err_code rc;

	if (!read->is_bare) {
		rc = db_generation(db, &gen, &read->err);
		if (rc != ERR_OK)
			return rc;
		if (gen != snapshot_generation(read->snapshot))
			catch_up(read, gen);
		if (read->is_overtaken)
			return ERR_OK;
	}
	return read->run_in_pool(read, db, read->snapshot, &read->err);
}

/*
 * Pages of the mapped file count as this process' memory once they were looked
 * at, for as long as they are mapped: with time, all of them. They stay in the
 * system's memory when they are given back, and come again at little cost.
 */
static void give_back_mapped(struct store_reader *reader)
{
	uint64_t now_ms = clock_mono_ms();

	if (now_ms - reader->looked_ms < LIMIT_STORE_MAPPED_MS)
		return;
	reader->looked_ms = now_ms;
	if (mem_mapped_bytes() <= LIMIT_STORE_MAPPED_BYTES)
		return;
	db_set_mapped(&reader->db, false);
	db_set_mapped(&reader->db, true);
}

static void read_in_pool(struct pool_job *job)
{
	struct store_read *read = container_of(job, struct store_read, job);
	struct store_reader *reader = &read->store->readers[read->reader];
	struct db *db = &reader->db;
	uint64_t started_us = clock_mono_us();
	enum err_code rc;

	/* One that looks at much would fill the memory in one go. */
	if (read->is_large)
		db_set_mapped(db, false);
	db->is_cancelled = &job->is_cancelled;
	db->deadline_ms = read->deadline_ms;
	rc = db_begin_read(db, &read->err);
	if (rc == ERR_OK)
		rc = read_in_transaction(read, db);
	db->is_cancelled = NULL;
	db->deadline_ms = 0;
	db_rollback(db);
	if (rc != ERR_OK && read->err.code != rc)
		err_set(&read->err, rc, "a read failed without saying why");
	if (read->is_large)
		db_set_mapped(db, true);
	else
		give_back_mapped(reader);
	read->took_us = clock_mono_us() - started_us;
}

static enum read_line line_of(const struct store_read *read)
{
	return read->is_large ? READ_LARGE : READ_SMALL;
}

/* again: its turn was in vain. Whoever has put reads in line serves. */
static void stand_in_line(struct store_read *read, bool again)
{
	struct read_lines *lines = &read->store->lines;

	err_clear(&read->err);
	read->is_in_line = true;
	if (again)
		read_lines_add_again(lines, line_of(read), &read->turn);
	else
		read_lines_add(lines, line_of(read), &read->turn);
}

/* The database was ahead: again with the next snapshot, which may be here already. */
static void retry_read(struct store_read *read, bool is_newer_here)
{
	struct store *store = read->store;

	store->figures.n_reads_overtaken++;
	read->is_overtaken = false;
	if (++read->n_tries >= LIMIT_STORE_READ_TRIES)
		fail_read(read, ERR_BUSY, "overtaken by changes again and again");
	else if (!is_newer_here)
		list_push_back(&store->overtaken, &read->turn.node);
	else
		stand_in_line(read, true);
	serve(store);
}

static void on_read(struct pool_job *job)
{
	struct store_read *read = container_of(job, struct store_read, job);
	struct store *store = read->store;
	bool is_newer_here = false;

	store->readers[read->reader].read = NULL;
	read_lines_ended(&store->lines, line_of(read), job->has_run ? read->took_us : 0);
	if (read->snapshot != NULL) {
		is_newer_here = snapshot_generation(read->snapshot) != store->generation;
		columns_release(store->columns, read->snapshot);
		read->snapshot = NULL;
	}
	/* In line first: what came later is not to have its reader. */
	if (read->is_overtaken && job->has_run && !read->is_cancelled && !store->is_closing) {
		retry_read(read, is_newer_here);
		return;
	}
	serve(store);
	if (read->is_cancelled || store->is_closing || !job->has_run) {
		/* A result that was faster is a result. */
		if (!job->has_run || read->is_overtaken)
			err_set(&read->err, ERR_CANCELLED, "stopped");
	}
	end_read(read, read->err.code != ERR_OK ? &read->err : NULL);
}

static unsigned free_reader(const struct store *store)
{
	unsigned i = 0;

	while (store->readers[i].read != NULL)
		i++;
	return i; /* the lines count: there is one */
}

static void begin_read(struct store_read *read)
{
	struct store *store = read->store;

	read->reader = free_reader(store);
	read->snapshot = read->is_bare ? NULL : columns_take(store->columns);
	store->readers[read->reader].read = read;
	pool_start(&store->readers[read->reader].queue, &read->job, read_in_pool, on_read);
}

/* Gives readers to those who wait, as the lines say. */
static void serve(struct store *store)
{
	struct read_turn *turn;
	enum read_line line;

	while ((turn = read_lines_next(&store->lines, &line)) != NULL) {
		struct store_read *read = container_of(turn, struct store_read, turn);

		read->is_in_line = false;
		if (clock_mono_ms() < read->deadline_ms) {
			begin_read(read);
			continue;
		}
		read_lines_ended(&store->lines, line, 0);
		fail_read(read, ERR_TIMEOUT, "waited too long for its turn");
	}
}

static bool is_too_many(const struct store *store, const struct store_read *read)
{
	return read_lines_length(&store->lines, line_of(read)) >=
	       (read->is_large ? LIMIT_STORE_LARGE_READS : LIMIT_STORE_READS);
}

void store_read_start_as(struct store_read *read, struct store *store,
			 const struct store_read_options *options,
			 enum err_code (*run_in_pool)(struct store_read *, struct db *,
						      const struct snapshot *, struct err *),
			 void (*done)(struct store_read *, const struct err *failure))
{
	assert_on_loop();
	*read = (struct store_read){
		.store = store,
		.run_in_pool = run_in_pool,
		.done = done,
		.is_bare = options->is_bare,
		.is_large = options->is_large,
		.deadline_ms = clock_mono_ms() +
			       (options->timeout_ms > 0 ? options->timeout_ms : LIMIT_QUERY_MS),
	};
	deferred_init(&read->deferred);
	list_init(&read->turn.node);
	list_init(&read->node);
	list_push_back(&store->reads, &read->node);
	store->n_open++;
	store->figures.n_reads++;
	store->figures.n_reads_large += read->is_large;
	if (store->is_closing) {
		fail_read(read, ERR_CANCELLED, "the store is closing");
	} else if (is_too_many(store, read)) {
		store->figures.n_reads_refused++;
		fail_read(read, ERR_BUSY, "too many reads are waiting");
	} else {
		stand_in_line(read, false);
		serve(store);
	}
}

void store_read_start(struct store_read *read, struct store *store, uint32_t timeout_ms,
		      enum err_code (*run_in_pool)(struct store_read *, struct db *,
						   const struct snapshot *, struct err *),
		      void (*done)(struct store_read *, const struct err *failure))
{
	struct store_read_options options = { .timeout_ms = timeout_ms };

	store_read_start_as(read, store, &options, run_in_pool, done);
}

void store_read_bare_start(struct store_read *read, struct store *store, uint32_t timeout_ms,
			   enum err_code (*run_in_pool)(struct store_read *, struct db *,
							const struct snapshot *, struct err *),
			   void (*done)(struct store_read *, const struct err *))
{
	struct store_read_options options = { .timeout_ms = timeout_ms, .is_bare = true };

	store_read_start_as(read, store, &options, run_in_pool, done);
}

void store_read_cancel(struct store_read *read)
{
	assert_on_loop();
	if (read->node.next == NULL || list_is_empty(&read->node) || read->is_cancelled)
		return;
	read->is_cancelled = true;
	if (read->is_in_line) {
		read_lines_remove(&read->store->lines, line_of(read), &read->turn);
		read->is_in_line = false;
		fail_read(read, ERR_CANCELLED, "stopped");
	} else if (!list_is_empty(&read->turn.node)) {
		list_remove(&read->turn.node);
		fail_read(read, ERR_CANCELLED, "stopped");
	} else if (!deferred_is_waiting(&read->deferred)) {
		pool_cancel(&read->job);
	}
}

void store_resume_overtaken(struct store *store)
{
	struct list_node *node;

	while ((node = list_pop_front(&store->overtaken)) != NULL)
		stand_in_line(container_of(node, struct store_read, turn.node), true);
	serve(store);
}
