// SPDX-License-Identifier: EUPL-1.2
/*
 * Kept bodies piece by piece, each piece only when the one before has its
 * place.
 */
#include "daemon/kept_body.h"

#include "base/limits.h"
#include "base/mem.h"

/* --- out of the store --- */

static void on_drained(void *data)
{
	struct kept_load *load = data;

	load->is_waiting = false;
	store_response_load_next(&load->load);
}

static void on_piece(struct store_response_load *req, struct slice bytes)
{
	struct kept_load *load = container_of(req, struct kept_load, load);

	if (spool_append(load->body, bytes, on_drained, load))
		store_response_load_next(req);
	else
		load->is_waiting = true;
}

static void end_load(struct kept_load *load)
{
	bool has_failed = load->err.code != ERR_OK;

	if (has_failed) {
		spool_free(load->body);
		load->body = NULL;
	}
	load->done(load, has_failed ? &load->err : NULL); /* load may be gone after this line */
}

static void on_spooled(void *data, const struct err *failure)
{
	struct kept_load *load = data;

	if (failure != NULL)
		load->err = *failure;
	end_load(load);
}

static void on_loaded(struct store_response_load *req, const struct err *failure)
{
	struct kept_load *load = container_of(req, struct kept_load, load);

	if (failure != NULL) {
		load->err = *failure;
		end_load(load);
		return;
	}
	spool_finish(load->body, on_spooled, load);
}

void kept_load_start(struct kept_load *load, const struct kept_options *options,
		     const uint8_t hash[BLOB_HASH_BYTES],
		     void (*done)(struct kept_load *, const struct err *failure))
{
	*load = (struct kept_load){ .done = done };
	load->body = spool_new(options->loop, options->files, options->spool_dir);
	memcpy(load->load.body_hash, hash, BLOB_HASH_BYTES);
	store_response_load_start(&load->load, options->store, on_piece, on_loaded);
}

void kept_load_cancel(struct kept_load *load)
{
	store_response_load_cancel(&load->load);
}

/* --- into the store --- */

static void on_read(struct spool_read *read, const struct err *failure)
{
	struct kept_put *put = container_of(read, struct kept_put, read);

	if (failure != NULL) {
		store_response_keep_give_up(&put->keep, failure);
		return;
	}
	put->at += read->chunk.len;
	store_response_keep_piece(&put->keep, &read->chunk);
}

static void on_want(struct store_response_keep *req)
{
	struct kept_put *put = container_of(req, struct kept_put, keep);

	spool_read_start(&put->read, put->body, put->at, LIMIT_SPOOL_PIECE_BYTES, on_read);
}

static void on_kept(struct store_response_keep *req, const struct err *failure)
{
	struct kept_put *put = container_of(req, struct kept_put, keep);

	spool_read_forget(&put->read);
	spool_free(put->body);
	buf_clear(&put->read.chunk);
	put->done(put, failure); /* put may be gone after this line */
}

void kept_put_start(struct kept_put *put, struct store *store, const struct response_row *row,
		    struct spool *body, void (*done)(struct kept_put *, const struct err *failure))
{
	*put = (struct kept_put){ .done = done, .body = body };
	put->keep.row = *row;
	memcpy(put->keep.row.body_hash, spool_hash(body), BLOB_HASH_BYTES);
	put->keep.row.body_bytes = spool_bytes(body);
	store_response_keep_start(&put->keep, store, on_want, on_kept);
}
