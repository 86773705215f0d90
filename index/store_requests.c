// SPDX-License-Identifier: EUPL-1.2
/*
 * The named requests that are one transaction each.
 */
#include "index/store_requests.h"

#include "base/limits.h"
#include "base/mem.h"
#include "index/store_internal.h"

enum { REPORT_MS = 30000 }; /* for what only the daemon itself asks */

/* --- runs --- */

static enum err_code open_in_pool(struct store_write *write, struct db *db, struct err *err)
{
	struct store_run_open *req = container_of(write, struct store_run_open, write);

	return run_open(&req->state, db, &req->options, err);
}

static void on_run_opened(struct store_write *write, const struct err *failure)
{
	struct store_run_open *req = container_of(write, struct store_run_open, write);

	if (failure != NULL) { /* it may have been opened and not committed */
		run_state_free(req->state);
		req->state = NULL;
	}
	req->done(req, failure);
}

void store_run_open_start(struct store_run_open *req, struct store *store,
			  void (*done)(struct store_run_open *, const struct err *))
{
	req->done = done;
	req->state = NULL;
	if (req->options.mapping_version == NULL)
		req->options.mapping_version = store->mapping_version;
	store_write_start(&req->write, store, open_in_pool, on_run_opened);
}

static enum err_code batch_in_pool(struct store_write *write, struct db *db, struct err *err)
{
	struct store_run_batch *req = container_of(write, struct store_run_batch, write);

	return apply_batch(db, req->state, req->items, req->n, &write->changes, req->now_s, err);
}

static void on_batch_written(struct store_write *write, const struct err *failure)
{
	struct store_run_batch *req = container_of(write, struct store_run_batch, write);

	if (failure != NULL)
		run_state_rewind(req->state);
	req->write_ms = write->took_ms;
	req->done(req, failure);
}

void store_run_batch_start(struct store_run_batch *req, struct store *store,
			   void (*done)(struct store_run_batch *, const struct err *))
{
	req->done = done;
	run_state_mark(req->state);
	store_write_start(&req->write, store, batch_in_pool, on_batch_written);
}

static enum err_code settle_in_pool(struct store_write *write, struct db *db, struct err *err)
{
	struct store_run_settle *req = container_of(write, struct store_run_settle, write);

	return run_settle(&req->outcome, db, req->state, &req->settle, &write->changes, err);
}

static void on_settle_written(struct store_write *write, const struct err *failure)
{
	struct store_run_settle *req = container_of(write, struct store_run_settle, write);

	if (failure != NULL)
		run_state_rewind(req->state);
	else
		store_evict(write->store, req->settle.now_s);
	req->done(req, failure);
}

void store_run_settle_start(struct store_run_settle *req, struct store *store,
			    void (*done)(struct store_run_settle *, const struct err *))
{
	req->done = done;
	run_state_mark(req->state);
	store_write_start(&req->write, store, settle_in_pool, on_settle_written);
}

/* --- decisions --- */

static enum err_code confirm_in_pool(struct store_write *write, struct db *db, struct err *err)
{
	struct store_decision *req = container_of(write, struct store_decision, write);

	return run_confirm(&req->decided, db, &req->decision, &write->changes, err);
}

static enum err_code restore_in_pool(struct store_write *write, struct db *db, struct err *err)
{
	struct store_decision *req = container_of(write, struct store_decision, write);

	return run_restore(&req->decided, db, &req->decision, &write->changes, err);
}

static void on_decided(struct store_write *write, const struct err *failure)
{
	struct store_decision *req = container_of(write, struct store_decision, write);

	req->done(req, failure);
}

static void start_decision(struct store_decision *req, struct store *store,
			   enum err_code (*run_in_pool)(struct store_write *, struct db *,
							struct err *),
			   void (*done)(struct store_decision *, const struct err *))
{
	req->done = done;
	if (req->decision.mapping_version == NULL)
		req->decision.mapping_version = store->mapping_version;
	store_write_start(&req->write, store, run_in_pool, on_decided);
}

void store_confirm_start(struct store_decision *req, struct store *store,
			 void (*done)(struct store_decision *, const struct err *))
{
	start_decision(req, store, confirm_in_pool, done);
}

void store_restore_start(struct store_decision *req, struct store *store,
			 void (*done)(struct store_decision *, const struct err *))
{
	start_decision(req, store, restore_in_pool, done);
}

/* --- sources and hosts --- */

static enum err_code apply_sources_in_pool(struct store_write *write, struct db *db,
					   struct err *err)
{
	struct store_sources_apply *req = container_of(write, struct store_sources_apply, write);
	enum err_code rc = sources_apply(db, req->entries, req->n, req->now_s, err);

	if (rc == ERR_OK)
		rc = sources_list(&req->sources, &req->arena, db, err);
	if (rc == ERR_OK)
		rc = hosts_list(&req->hosts, &req->arena, db, req->now_s, true, err);
	return rc;
}

static void on_sources_applied(struct store_write *write, const struct err *failure)
{
	struct store_sources_apply *req = container_of(write, struct store_sources_apply, write);
	struct arena arena = req->arena; /* req may be gone when done returns */

	req->done(req, failure);
	arena_clear(&arena);
}

void store_sources_apply_start(struct store_sources_apply *req, struct store *store,
			       void (*done)(struct store_sources_apply *, const struct err *))
{
	req->done = done;
	req->sources = (struct source_rows){ .n = 0 };
	req->hosts = (struct host_rows){ .n = 0 };
	arena_init(&req->arena, LIMIT_SOURCE_ARENA_BYTES);
	store_write_start(&req->write, store, apply_sources_in_pool, on_sources_applied);
}

static enum err_code due_in_pool(struct store_write *write, struct db *db, struct err *err)
{
	return source_set_due(db, &container_of(write, struct store_source_due, write)->due, err);
}

static void on_due_written(struct store_write *write, const struct err *failure)
{
	struct store_source_due *req = container_of(write, struct store_source_due, write);

	req->done(req, failure);
}

void store_source_due_start(struct store_source_due *req, struct store *store,
			    void (*done)(struct store_source_due *, const struct err *))
{
	req->done = done;
	store_write_start(&req->write, store, due_in_pool, on_due_written);
}

static enum err_code backoff_in_pool(struct store_write *write, struct db *db, struct err *err)
{
	struct store_host_backoff *req = container_of(write, struct store_host_backoff, write);

	return host_set_not_before(db, req->host, req->not_before_s, err);
}

static void on_backoff_written(struct store_write *write, const struct err *failure)
{
	struct store_host_backoff *req = container_of(write, struct store_host_backoff, write);

	req->done(req, failure);
}

void store_host_backoff_start(struct store_host_backoff *req, struct store *store,
			      void (*done)(struct store_host_backoff *, const struct err *))
{
	req->done = done;
	store_write_start(&req->write, store, backoff_in_pool, on_backoff_written);
}

/* --- kept responses: what is a row only --- */

static enum err_code find_in_pool(struct store_read *read, struct db *db,
				  const struct snapshot *snapshot, struct err *err)
{
	struct store_response_find *req = container_of(read, struct store_response_find, read);

	(void)snapshot;
	arena_reset(&req->arena);
	return response_find(&req->row, &req->is_found, &req->arena, db, req->sid, req->url, err);
}

static void on_found(struct store_read *read, const struct err *failure)
{
	struct store_response_find *req = container_of(read, struct store_response_find, read);
	struct arena arena = req->arena;

	req->done(req, failure);
	arena_clear(&arena);
}

void store_response_find_start(struct store_response_find *req, struct store *store,
			       void (*done)(struct store_response_find *, const struct err *))
{
	req->done = done;
	req->is_found = false;
	arena_init(&req->arena, LIMIT_SOURCE_ARENA_BYTES);
	store_read_bare_start(&req->read, store, REPORT_MS, find_in_pool, on_found);
}

static enum err_code touch_in_pool(struct store_write *write, struct db *db, struct err *err)
{
	return response_touch(db, &container_of(write, struct store_response_touch, write)->row,
			      err);
}

static void on_touched(struct store_write *write, const struct err *failure)
{
	struct store_response_touch *req = container_of(write, struct store_response_touch, write);

	req->done(req, failure);
}

void store_response_touch_start(struct store_response_touch *req, struct store *store,
				void (*done)(struct store_response_touch *, const struct err *))
{
	req->done = done;
	store_write_start(&req->write, store, touch_in_pool, on_touched);
}

static enum err_code list_in_pool(struct store_read *read, struct db *db,
				  const struct snapshot *snapshot, struct err *err)
{
	struct store_replay_list *req = container_of(read, struct store_replay_list, read);
	struct source_row source;
	enum err_code rc;

	(void)snapshot;
	arena_reset(&req->arena);
	rc = source_by_id(&source, &req->arena, db, req->source_id, err);
	if (rc != ERR_OK)
		return rc;
	req->sid = source.sid;
	req->last_complete_run = source.last_complete_run;
	return response_list(&req->responses, &req->arena, db, source.sid, err);
}

static void on_listed(struct store_read *read, const struct err *failure)
{
	struct store_replay_list *req = container_of(read, struct store_replay_list, read);
	struct arena arena = req->arena;

	req->done(req, failure);
	arena_clear(&arena);
}

void store_replay_list_start(struct store_replay_list *req, struct store *store,
			     void (*done)(struct store_replay_list *, const struct err *))
{
	req->done = done;
	req->responses = (struct response_rows){ .n = 0 };
	arena_init(&req->arena, LIMIT_REPLAY_ARENA_BYTES);
	store_read_bare_start(&req->read, store, REPORT_MS, list_in_pool, on_listed);
}
