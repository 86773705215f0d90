// SPDX-License-Identifier: EUPL-1.2
/* Bodies put by and loaded again through a store, for tests. */
#include "tests/support/kept_bodies.h"

#include "base/limits.h"

static void on_want(struct store_response_keep *req)
{
	struct keep_seen *k = container_of(req, struct keep_seen, req);
	struct buf piece = BUF_INIT(LIMIT_SPOOL_PIECE_BYTES);
	struct slice bytes = slice_first(slice_from(k->body, k->at), k->n_piece);

	k->n_wants++;
	if (k->is_silent)
		return;
	if (k->gives_up && k->n_wants == 2) {
		struct err why = ERR_INIT;

		err_set(&why, ERR_IO, "the spool is gone");
		store_response_keep_give_up(req, &why);
		return;
	}
	buf_slice(&piece, bytes);
	k->at += bytes.n;
	store_response_keep_piece(req, &piece);
}

static void on_kept(struct store_response_keep *req, const struct err *failure)
{
	seen_note(&container_of(req, struct keep_seen, req)->seen, failure);
}

void keep_seen_start(struct store_fixture *x, struct keep_seen *k, const char *url,
		     struct slice body)
{
	k->body = body;
	k->n_piece = 1000;
	k->req.row = (struct response_row){ .sid = 1,
					    .run = 1,
					    .seq = 1,
					    .url = slice_of(url),
					    .status = 200,
					    .etag = SLICE_LIT("\"v1\""),
					    .fetched_s = x->now_s,
					    .checked_s = x->now_s,
					    .body_bytes = body.n };
	blob_hash(k->req.row.body_hash, body);
	store_response_keep_start(&k->req, x->store, on_want, on_kept);
}

static void on_piece(struct store_response_load *req, struct slice bytes)
{
	struct load_seen *l = container_of(req, struct load_seen, req);

	l->n_pieces++;
	if (l->cancels) {
		store_response_load_cancel(req);
		return;
	}
	if (!l->is_slow)
		store_response_load_next(req);
	buf_slice(&l->got, bytes); /* still good after next() */
}

static void on_loaded(struct store_response_load *req, const struct err *failure)
{
	seen_note(&container_of(req, struct load_seen, req)->seen, failure);
}

void load_seen_start(struct store_fixture *x, struct load_seen *l, struct slice body)
{
	buf_init(&l->got, 4 * 1024 * 1024);
	blob_hash(l->req.body_hash, body);
	store_response_load_start(&l->req, x->store, on_piece, on_loaded);
}

struct slice kept_noise(struct store_fixture *x, size_t n)
{
	char *p = arena_alloc(&x->file.arena, n + 1);
	uint64_t v = 88172645463325252u;

	for (size_t i = 0; i < n; i++) {
		v ^= v << 13;
		v ^= v >> 7;
		v ^= v << 17;
		p[i] = (char)v;
	}
	return slice_make(p, n);
}
