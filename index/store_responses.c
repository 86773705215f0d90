// SPDX-License-Identifier: EUPL-1.2
/*
 * Keeping and loading bodies of responses, piece by piece, and dropping those
 * that are too many.
 *
 *   keep:  OPEN ─► WANT ◄─► PIECE ─► ROW ─► done        (OPEN ─► ROW: the body is here already)
 *   load:  PIECE ◄─► WAIT ─► done                       (PIECE ─► DROP: missing or damaged)
 *
 * Where a request waits for its owner and the store closes, the file is let go
 * in a job of its own, and done comes with ERR_CANCELLED.
 */
#include "index/store_requests.h"

#include "base/limits.h"
#include "base/log.h"
#include "base/mem.h"
#include "index/store_internal.h"

/* --- keeping --- */

static void end_keep(struct store_response_keep *req)
{
	struct store *store = req->store;

	buf_clear(&req->piece);
	store_transfer_end(store, &req->transfer);
	req->done(req, req->err.code != ERR_OK ? &req->err : NULL); /* req may be gone */
	store_after_done(store);
}

static enum err_code put_row_in_pool(struct store_write *write, struct db *db, struct err *err)
{
	return response_put(db, &container_of(write, struct store_response_keep, write)->row, err);
}

static void on_row_put(struct store_write *write, const struct err *failure)
{
	struct store_response_keep *req = container_of(write, struct store_response_keep, write);

	if (failure != NULL)
		req->err = *failure;
	end_keep(req);
}

static void abort_in_pool(struct pool_job *job)
{
	struct store_response_keep *req = container_of(job, struct store_response_keep, job);

	response_writer_abort(req->writer);
	req->writer = NULL;
}

static void on_aborted(struct pool_job *job)
{
	end_keep(container_of(job, struct store_response_keep, job));
}

/* The first failure stays; the unfinished file goes. */
static void give_up_keep(struct store_response_keep *req, const struct err *why)
{
	req->is_waiting = false;
	if (req->err.code == ERR_OK)
		req->err = *why;
	pool_start(&req->store->files_queue, &req->job, abort_in_pool, on_aborted);
}

static void cancel_keep(struct store_response_keep *req)
{
	struct err why = ERR_INIT;

	err_set(&why, ERR_CANCELLED, "the store is closing");
	give_up_keep(req, &why);
}

static void on_keep_closing(struct store_transfer *t)
{
	struct store_response_keep *req = container_of(t, struct store_response_keep, transfer);

	/* A job in hand comes back by itself. */
	if (req->is_waiting)
		cancel_keep(req);
}

/* After a job: what comes next. */
static void on_kept(struct pool_job *job)
{
	struct store_response_keep *req = container_of(job, struct store_response_keep, job);

	if (req->err.code != ERR_OK) {
		give_up_keep(req, &req->err);
	} else if (req->is_last) {
		store_write_small_start(&req->write, req->store, put_row_in_pool, on_row_put);
	} else if (req->store->is_closing) {
		cancel_keep(req);
	} else {
		req->is_waiting = true;
		req->want(req);
	}
}

static void open_in_pool(struct pool_job *job)
{
	struct store_response_keep *req = container_of(job, struct store_response_keep, job);
	const char *dir = req->store->responses_dir;

	req->is_last = response_file_exists(dir, req->row.body_hash, &req->row.file_bytes);
	if (!req->is_last && response_writer_open(&req->writer, dir, &req->err) != ERR_OK)
		req->writer = NULL;
}

static void piece_in_pool(struct pool_job *job)
{
	struct store_response_keep *req = container_of(job, struct store_response_keep, job);
	struct response_writer *writer = req->writer;

	if (!req->is_last) {
		if (response_writer_add(writer, buf_view(&req->piece), &req->err) == ERR_OK)
			buf_reset(&req->piece);
		return;
	}
	req->writer = NULL; /* freed whatever happens */
	if (response_writer_finish(writer, req->row.body_hash, &req->row.file_bytes, &req->err) !=
	    ERR_OK)
		req->is_last = false;
}

void store_response_keep_start(struct store_response_keep *req, struct store *store,
			       void (*want)(struct store_response_keep *),
			       void (*done)(struct store_response_keep *, const struct err *))
{
	req->store = store;
	req->want = want;
	req->done = done;
	req->job = (struct pool_job){ .state = POOL_JOB_IDLE };
	req->writer = NULL;
	req->is_last = req->is_waiting = false;
	err_clear(&req->err);
	buf_init(&req->piece, LIMIT_SPOOL_PIECE_BYTES);
	store_transfer_begin(store, &req->transfer, on_keep_closing);
	if (store->is_closing)
		cancel_keep(req);
	else
		pool_start(&store->files_queue, &req->job, open_in_pool, on_kept);
}

void store_response_keep_piece(struct store_response_keep *req, struct buf *piece)
{
	assert_on_loop();
	require(req->is_waiting);
	req->is_waiting = false;
	req->is_last = piece->len == 0;
	buf_move(&req->piece, piece);
	pool_start(&req->store->files_queue, &req->job, piece_in_pool, on_kept);
}

void store_response_keep_give_up(struct store_response_keep *req, const struct err *why)
{
	assert_on_loop();
	require(req->is_waiting);
	give_up_keep(req, why);
}

/* --- loading --- */

static void load_more(struct store_response_load *req);

static void end_load(struct store_response_load *req)
{
	struct store *store = req->store;

	loop_undefer(&req->deferred);
	buf_clear(&req->piece);
	store_transfer_end(store, &req->transfer);
	req->done(req, req->err.code != ERR_OK ? &req->err : NULL); /* req may be gone */
	store_after_done(store);
}

static enum err_code drop_in_pool(struct store_write *write, struct db *db, struct err *err)
{
	return response_drop(db, container_of(write, struct store_response_load, write)->body_hash,
			     err);
}

static void on_dropped(struct store_write *write, const struct err *failure)
{
	struct store_response_load *req = container_of(write, struct store_response_load, write);

	/* What the owner needs to know is that the body is not there. */
	if (failure != NULL)
		log_debug(LOG_STORE, "a damaged response stays named: %s", failure->msg);
	end_load(req);
}

static void close_in_pool(struct pool_job *job)
{
	struct store_response_load *req = container_of(job, struct store_response_load, job);

	response_reader_close(req->reader);
	req->reader = NULL;
}

static void on_reader_closed(struct pool_job *job)
{
	struct store_response_load *req = container_of(job, struct store_response_load, job);

	if (req->err.code == ERR_NOTFOUND)
		store_write_start(&req->write, req->store, drop_in_pool, on_dropped);
	else
		end_load(req);
}

static void stop_load(struct store_response_load *req)
{
	req->is_waiting = false;
	loop_undefer(&req->deferred);
	if (req->is_stopped && req->err.code == ERR_OK)
		err_set(&req->err, ERR_CANCELLED, "stopped");
	pool_start(&req->store->files_queue, &req->job, close_in_pool, on_reader_closed);
}

static void load_in_pool(struct pool_job *job)
{
	struct store_response_load *req = container_of(job, struct store_response_load, job);
	const char *dir = req->store->responses_dir;
	enum err_code rc = ERR_OK;

	buf_reset(&req->piece);
	if (req->reader == NULL)
		rc = response_reader_open(&req->reader, dir, req->body_hash, &req->err);
	if (rc == ERR_OK)
		rc = response_reader_next(req->reader, &req->piece, LIMIT_RESPONSE_CHUNK_BYTES,
					  &req->err);
	if (rc == ERR_NOTFOUND) /* or else the same bytes would be kept by its name again */
		response_file_delete(dir, req->body_hash);
}

static void on_loaded(struct pool_job *job)
{
	struct store_response_load *req = container_of(job, struct store_response_load, job);

	req->is_stopped = req->is_stopped || req->store->is_closing;
	if (req->err.code != ERR_OK || req->is_stopped || req->piece.len == 0) {
		stop_load(req);
		return;
	}
	req->is_waiting = true;
	req->on_piece(req, buf_view(&req->piece));
}

static void load_more(struct store_response_load *req)
{
	pool_start(&req->store->files_queue, &req->job, load_in_pool, on_loaded);
}

static void on_next(struct deferred *d)
{
	struct store_response_load *req = container_of(d, struct store_response_load, deferred);

	req->is_waiting = false;
	load_more(req);
}

static void on_load_closing(struct store_transfer *t)
{
	store_response_load_cancel(container_of(t, struct store_response_load, transfer));
}

void store_response_load_start(struct store_response_load *req, struct store *store,
			       void (*on_piece)(struct store_response_load *, struct slice),
			       void (*done)(struct store_response_load *, const struct err *))
{
	req->store = store;
	req->on_piece = on_piece;
	req->done = done;
	req->job = (struct pool_job){ .state = POOL_JOB_IDLE };
	req->reader = NULL;
	req->is_waiting = req->is_stopped = false;
	err_clear(&req->err);
	deferred_init(&req->deferred);
	buf_init(&req->piece, LIMIT_RESPONSE_CHUNK_BYTES);
	store_transfer_begin(store, &req->transfer, on_load_closing);
	req->is_stopped = store->is_closing;
	if (req->is_stopped)
		stop_load(req);
	else
		load_more(req);
}

void store_response_load_next(struct store_response_load *req)
{
	assert_on_loop();
	require(req->is_waiting || req->is_stopped);
	/* Later: the bytes of the piece may still be in use. */
	if (!req->is_stopped)
		loop_defer(req->store->loop, &req->deferred, on_next);
}

void store_response_load_cancel(struct store_response_load *req)
{
	assert_on_loop();
	if (req->is_stopped)
		return;
	req->is_stopped = true;
	if (req->is_waiting)
		stop_load(req);
}

/* --- dropping what is too much --- */

struct eviction {
	struct store *store;
	struct store_transfer transfer;
	struct store_write write;
	struct pool_job job;
	struct response_limits limits;
	struct response_hashes unnamed;
};

static void end_eviction(struct eviction *e)
{
	struct store *store = e->store;

	store->is_evicting = false;
	store_transfer_end(store, &e->transfer);
	response_hashes_clear(&e->unnamed);
	mem_free(e);
	store_after_done(store);
}

static void delete_in_pool(struct pool_job *job)
{
	struct eviction *e = container_of(job, struct eviction, job);

	for (size_t i = 0; i < e->unnamed.n; i++)
		response_file_delete(e->store->responses_dir, e->unnamed.items[i]);
}

static void on_deleted(struct pool_job *job)
{
	end_eviction(container_of(job, struct eviction, job));
}

static enum err_code evict_in_pool(struct store_write *write, struct db *db, struct err *err)
{
	struct eviction *e = container_of(write, struct eviction, write);

	return response_evict(db, &e->limits, &e->unnamed, err);
}

static void on_evicted(struct store_write *write, const struct err *failure)
{
	struct eviction *e = container_of(write, struct eviction, write);

	if (failure != NULL && failure->code != ERR_CANCELLED)
		log_warning(LOG_STORE, "old responses could not be dropped: %s", failure->msg);
	if (failure != NULL)
		end_eviction(e);
	else
		pool_start(&e->store->files_queue, &e->job, delete_in_pool, on_deleted);
}

static void on_eviction_closing(struct store_transfer *t)
{
	(void)t; /* it waits for nobody */
}

void store_evict(struct store *store, int64_t now_s)
{
	struct eviction *e;

	if (store->is_evicting || store->is_closing)
		return;
	store->is_evicting = true;
	e = mem_new(struct eviction);
	e->store = store;
	e->limits = (struct response_limits){
		.keep_bytes = store->keep_responses_bytes,
		.keep_days = store->keep_days,
		.now_s = now_s,
	};
	store_transfer_begin(store, &e->transfer, on_eviction_closing);
	store_write_start(&e->write, store, evict_in_pool, on_evicted);
}
