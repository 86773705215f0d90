// SPDX-License-Identifier: EUPL-1.2
/*
 * Rows of table response, and which of them are dropped when there are too
 * many. Files are in response_files.c.
 */
#include "index/responses.h"

#include "base/clock.h"
#include "base/limits.h"
#include "base/mem.h"

static struct slice hash_slice(const uint8_t *hash)
{
	return slice_make((const char *)hash, BLOB_HASH_BYTES);
}

static void read_row(struct response_row *out, struct arena *arena, sqlite3_stmt *st)
{
	struct slice hash = stmt_blob(st, 13);

	*out = (struct response_row){
		.sid = stmt_i64(st, 0),
		.url = arena_dup(arena, stmt_text(st, 1)),
		.run = stmt_i64(st, 2),
		.seq = stmt_i64(st, 3),
		.kind = (int)stmt_i64(st, 4),
		.status = (unsigned)stmt_u64(st, 5),
		.final_url = arena_dup(arena, stmt_text(st, 6)),
		.content_type = arena_dup(arena, stmt_text(st, 7)),
		.link = arena_dup(arena, stmt_text(st, 8)),
		.etag = arena_dup(arena, stmt_text(st, 9)),
		.last_modified = arena_dup(arena, stmt_text(st, 10)),
		.fetched_s = stmt_i64(st, 11),
		.checked_s = stmt_i64(st, 12),
		.body_bytes = stmt_u64(st, 14),
		.file_bytes = stmt_u64(st, 15),
	};
	if (hash.n == BLOB_HASH_BYTES)
		memcpy(out->body_hash, hash.p, BLOB_HASH_BYTES);
}

enum err_code response_find(struct response_row *out, bool *is_found, struct arena *arena,
			    struct db *db, int64_t sid, struct slice url, struct err *err)
{
	sqlite3_stmt *st = db_stmt(db, STMT_RESPONSE_FIND);
	enum err_code rc;

	stmt_bind_i64(st, ":sid", sid);
	stmt_bind_text(st, ":url", url);
	rc = stmt_next(db, st, is_found, "kept response", err);
	if (rc == ERR_OK && *is_found)
		read_row(out, arena, st);
	stmt_done(st);
	if (rc == ERR_OK && arena->has_failed)
		rc = err_set(err, ERR_LIMIT, "a kept response's headers are too large");
	return rc;
}

enum err_code response_put(struct db *db, const struct response_row *row, struct err *err)
{
	sqlite3_stmt *st = db_stmt(db, STMT_RESPONSE_PUT);

	stmt_bind_i64(st, ":sid", row->sid);
	stmt_bind_text(st, ":url", row->url);
	stmt_bind_i64(st, ":run", row->run);
	stmt_bind_i64(st, ":seq", row->seq);
	stmt_bind_i64(st, ":kind", row->kind);
	stmt_bind_i64(st, ":status", row->status);
	stmt_bind_text(st, ":final_url", row->final_url);
	stmt_bind_text(st, ":content_type", row->content_type);
	stmt_bind_text(st, ":link", row->link);
	stmt_bind_text(st, ":etag", row->etag);
	stmt_bind_text(st, ":last_modified", row->last_modified);
	stmt_bind_i64(st, ":fetched_s", row->fetched_s);
	stmt_bind_i64(st, ":checked_s", row->checked_s);
	stmt_bind_blob(st, ":body_hash", hash_slice(row->body_hash));
	stmt_bind_i64(st, ":body_bytes", (int64_t)row->body_bytes);
	stmt_bind_i64(st, ":file_bytes", (int64_t)row->file_bytes);
	return stmt_run(db, st, "kept response", err);
}

enum err_code response_touch(struct db *db, const struct response_row *row, struct err *err)
{
	sqlite3_stmt *st = db_stmt(db, STMT_RESPONSE_TOUCH);

	stmt_bind_i64(st, ":sid", row->sid);
	stmt_bind_text(st, ":url", row->url);
	stmt_bind_i64(st, ":run", row->run);
	stmt_bind_i64(st, ":seq", row->seq);
	stmt_bind_i64(st, ":checked_s", row->checked_s);
	return stmt_run(db, st, "kept response", err);
}

enum err_code response_drop(struct db *db, const uint8_t hash[BLOB_HASH_BYTES], struct err *err)
{
	sqlite3_stmt *st = db_stmt(db, STMT_RESPONSE_DROP_HASH);

	stmt_bind_blob(st, ":body_hash", hash_slice(hash));
	return stmt_run(db, st, "kept response", err);
}

enum err_code response_list(struct response_rows *out, struct arena *arena, struct db *db,
			    int64_t sid, struct err *err)
{
	sqlite3_stmt *st = db_stmt(db, STMT_RESPONSE_LIST);
	struct response_rows rows = { .n = 0 };
	bool has_row = false;
	enum err_code rc;

	stmt_bind_i64(st, ":sid", sid);
	rc = stmt_next(db, st, &has_row, "kept responses", err);
	while (rc == ERR_OK && has_row) {
		struct response_row *row =
			arena_push(arena, (void **)&rows.items, &rows.n, &rows.cap, sizeof(*row));

		if (row != NULL)
			read_row(row, arena, st);
		rc = arena->has_failed ? err_set(err, ERR_LIMIT, "too many kept responses")
				       : stmt_next(db, st, &has_row, "kept responses", err);
	}
	stmt_done(st);
	if (rc == ERR_OK)
		*out = rows;
	return rc;
}

/* --- dropping --- */

void response_hashes_clear(struct response_hashes *h)
{
	mem_free(h->items);
	*h = (struct response_hashes){ .n = 0 };
}

static void add_hash(struct response_hashes *h, struct slice hash)
{
	if (hash.n != BLOB_HASH_BYTES)
		return;
	if (h->n == h->cap) {
		h->cap = h->cap > 0 ? h->cap * 2 : 64;
		h->items = mem_resize(h->items, h->cap, sizeof(*h->items));
	}
	memcpy(h->items[h->n++], hash.p, BLOB_HASH_BYTES);
}

static enum err_code is_named(bool *out, struct db *db, struct slice hash, struct err *err)
{
	sqlite3_stmt *st = db_stmt(db, STMT_RESPONSE_HAS_HASH);
	enum err_code rc;

	stmt_bind_blob(st, ":body_hash", hash);
	rc = stmt_next(db, st, out, "kept response", err);
	stmt_done(st);
	return rc;
}

/* A row to be dropped: its key in the arena. */
struct victim {
	int64_t sid;
	struct slice url, hash;
	uint64_t file_bytes;
};

struct victims {
	struct arena arena;
	struct victim *items;
	size_t n, cap;
};

/* The rows of STMT_RESPONSE_OLD or _OLDEST, whose parameters but :limit are bound. */
static enum err_code collect(struct victims *out, struct db *db, sqlite3_stmt *st, struct err *err)
{
	bool has_row = false;
	enum err_code rc;

	stmt_bind_i64(st, ":limit", LIMIT_RESPONSE_EVICTIONS);
	rc = stmt_next(db, st, &has_row, "old responses", err);
	while (rc == ERR_OK && has_row) {
		struct victim *v = arena_push(&out->arena, (void **)&out->items, &out->n, &out->cap,
					      sizeof(*v));

		if (v != NULL) {
			v->sid = stmt_i64(st, 0);
			v->url = arena_dup(&out->arena, stmt_text(st, 1));
			v->hash = arena_dup(&out->arena, stmt_blob(st, 2));
			v->file_bytes = stmt_u64(st, 3);
		}
		if (out->arena.has_failed) /* the rest goes next time */
			break;
		rc = stmt_next(db, st, &has_row, "old responses", err);
	}
	if (out->arena.has_failed && out->n > 0)
		out->n--;
	stmt_done(st);
	return rc;
}

/* Drops one row; *freed_bytes of its file, if no other row names that. */
static enum err_code drop_one(struct db *db, const struct victim *v,
			      struct response_hashes *unnamed, uint64_t *freed_bytes,
			      struct err *err)
{
	sqlite3_stmt *st = db_stmt(db, STMT_RESPONSE_DROP);
	bool is_still_named = false;
	enum err_code rc;

	stmt_bind_i64(st, ":sid", v->sid);
	stmt_bind_text(st, ":url", v->url);
	rc = stmt_run(db, st, "old response", err);
	if (rc == ERR_OK)
		rc = is_named(&is_still_named, db, v->hash, err);
	*freed_bytes = 0;
	if (rc == ERR_OK && !is_still_named) {
		add_hash(unnamed, v->hash);
		*freed_bytes = v->file_bytes;
	}
	return rc;
}

static enum err_code drop_old(struct db *db, const struct response_limits *limits,
			      struct response_hashes *unnamed, struct err *err)
{
	struct victims victims = { .arena = ARENA_INIT(LIMIT_SOURCE_ARENA_BYTES) };
	sqlite3_stmt *st = db_stmt(db, STMT_RESPONSE_OLD);
	uint64_t freed_bytes;
	enum err_code rc;

	stmt_bind_i64(st, ":before_s", limits->now_s - (int64_t)limits->keep_days * CLOCK_DAY_S);
	rc = collect(&victims, db, st, err);
	for (size_t i = 0; rc == ERR_OK && i < victims.n; i++)
		rc = drop_one(db, &victims.items[i], unnamed, &freed_bytes, err);
	arena_clear(&victims.arena);
	return rc;
}

static enum err_code count_bytes(uint64_t *out, struct db *db, struct err *err)
{
	sqlite3_stmt *st = db_stmt(db, STMT_RESPONSE_BYTES);
	bool has_row = false;
	enum err_code rc = stmt_next(db, st, &has_row, "size of kept responses", err);

	if (rc == ERR_OK)
		*out = stmt_u64(st, 0);
	stmt_done(st);
	return rc;
}

static enum err_code drop_too_many(struct db *db, const struct response_limits *limits,
				   struct response_hashes *unnamed, struct err *err)
{
	struct victims victims = { .arena = ARENA_INIT(LIMIT_SOURCE_ARENA_BYTES) };
	uint64_t total = 0;
	enum err_code rc = count_bytes(&total, db, err);

	if (rc == ERR_OK && total > limits->keep_bytes)
		rc = collect(&victims, db, db_stmt(db, STMT_RESPONSE_OLDEST), err);
	for (size_t i = 0; rc == ERR_OK && i < victims.n && total > limits->keep_bytes; i++) {
		uint64_t freed_bytes = 0;

		rc = drop_one(db, &victims.items[i], unnamed, &freed_bytes, err);
		total -= freed_bytes < total ? freed_bytes : total;
	}
	arena_clear(&victims.arena);
	return rc;
}

enum err_code response_evict(struct db *db, const struct response_limits *limits,
			     struct response_hashes *unnamed, struct err *err)
{
	enum err_code rc = drop_old(db, limits, unnamed, err);

	if (rc == ERR_OK)
		rc = drop_too_many(db, limits, unnamed, err);
	return rc;
}
