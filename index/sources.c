// SPDX-License-Identifier: EUPL-1.2
/*
 * Rows of tables source and host.
 */
#include "index/sources.h"

#include "base/limits.h"

static enum err_code put_source(struct db *db, const struct source_entry *e, struct err *err)
{
	sqlite3_stmt *st = db_stmt(db, STMT_SOURCE_PUT);

	stmt_bind_z(st, ":id", e->id);
	stmt_bind_z(st, ":title", e->title);
	stmt_bind_text(st, ":settings", e->settings);
	stmt_bind_blob(st, ":settings_hash",
		       slice_make((const char *)e->settings_hash, BLOB_HASH_BYTES));
	stmt_bind_i64(st, ":is_enabled", e->is_enabled);
	return stmt_run(db, st, "configured source", err);
}

enum err_code sources_apply(struct db *db, const struct source_entry *entries, size_t n,
			    int64_t now_s, struct err *err)
{
	sqlite3_stmt *st;
	enum err_code rc;

	rc = stmt_run(db, db_stmt(db, STMT_SOURCES_UNCONFIGURE), "configured sources", err);
	for (size_t i = 0; rc == ERR_OK && i < n; i++)
		rc = put_source(db, &entries[i], err);
	if (rc != ERR_OK)
		return rc;
	st = db_stmt(db, STMT_SOURCES_DROP);
	stmt_bind_i64(st, ":now_s", now_s);
	return stmt_run(db, st, "dropped sources", err);
}

static void read_source(struct source_row *out, struct arena *arena, sqlite3_stmt *st)
{
	*out = (struct source_row){
		.sid = stmt_i64(st, 0),
		.id = arena_dup(arena, stmt_text(st, 1)),
		.title = arena_dup(arena, stmt_text(st, 2)),
		.settings = arena_dup(arena, stmt_text(st, 3)),
		.settings_hash = arena_dup(arena, stmt_blob(st, 4)),
		.is_enabled = stmt_i64(st, 5) != 0,
		.is_configured = stmt_i64(st, 6) != 0,
		.next_due_s = stmt_i64(st, 7),
		.not_before_s = stmt_i64(st, 8),
		.last_complete_run = stmt_i64(st, 9),
		.last_run = stmt_i64(st, 10),
		.n_failures = stmt_i64(st, 11),
		.dropped_s = stmt_i64(st, 12),
	};
}

enum err_code sources_list(struct source_rows *out, struct arena *arena, struct db *db,
			   struct err *err)
{
	sqlite3_stmt *st = db_stmt(db, STMT_SOURCE_LIST);
	struct source_rows rows = { .n = 0 };
	bool has_row = false;
	enum err_code rc = stmt_next(db, st, &has_row, "sources", err);

	while (rc == ERR_OK && has_row) {
		struct source_row *row =
			arena_push(arena, (void **)&rows.items, &rows.n, &rows.cap, sizeof(*row));

		if (row != NULL)
			read_source(row, arena, st);
		rc = arena->has_failed ? err_set(err, ERR_LIMIT, "too many sources")
				       : stmt_next(db, st, &has_row, "sources", err);
	}
	stmt_done(st);
	if (rc == ERR_OK)
		*out = rows;
	return rc;
}

enum err_code source_by_id(struct source_row *out, struct arena *arena, struct db *db,
			   const char *id, struct err *err)
{
	sqlite3_stmt *st = db_stmt(db, STMT_SOURCE_BY_ID);
	bool has_row = false;
	enum err_code rc;

	stmt_bind_z(st, ":id", id);
	rc = stmt_next(db, st, &has_row, "source", err);
	if (rc == ERR_OK && !has_row)
		rc = err_set(err, ERR_NOTFOUND, "source %s is not known", id);
	if (rc == ERR_OK)
		read_source(out, arena, st);
	stmt_done(st);
	if (rc == ERR_OK && arena->has_failed)
		rc = err_set(err, ERR_LIMIT, "source %s: too large", id);
	return rc;
}

enum err_code source_sid(struct db *db, const char *id, int64_t *sid, struct err *err)
{
	struct arena arena = ARENA_INIT(LIMIT_SOURCE_ARENA_BYTES);
	struct source_row row;
	enum err_code rc = source_by_id(&row, &arena, db, id, err);

	if (rc == ERR_OK)
		*sid = row.sid;
	arena_clear(&arena);
	return rc;
}

enum err_code source_set_due(struct db *db, const struct source_due *due, struct err *err)
{
	sqlite3_stmt *st = db_stmt(db, STMT_SOURCE_DUE);
	enum err_code rc;

	stmt_bind_z(st, ":id", due->id);
	stmt_bind_i64_or_null(st, ":next_due_s", due->next_due_s);
	stmt_bind_i64_or_null(st, ":not_before_s", due->not_before_s);
	stmt_bind_i64(st, ":n_failures", due->n_failures);
	rc = stmt_run(db, st, "next time of a source", err);
	if (rc == ERR_OK && sqlite3_changes(db->conn) == 0)
		rc = err_set(err, ERR_NOTFOUND, "source %s is not known", due->id);
	return rc;
}

enum err_code host_set_not_before(struct db *db, const char *host, int64_t not_before_s,
				  struct err *err)
{
	sqlite3_stmt *st = db_stmt(db, STMT_HOST_PUT);

	stmt_bind_z(st, ":host", host);
	stmt_bind_i64(st, ":not_before_s", not_before_s);
	return stmt_run(db, st, "host that waits", err);
}

enum err_code hosts_list(struct host_rows *out, struct arena *arena, struct db *db, int64_t now_s,
			 bool forgets, struct err *err)
{
	struct host_rows rows = { .n = 0 };
	sqlite3_stmt *st = db_stmt(db, STMT_HOST_FORGET);
	bool has_row = false;
	enum err_code rc = ERR_OK;

	stmt_bind_i64(st, ":now_s", now_s);
	if (forgets)
		rc = stmt_run(db, st, "hosts that waited", err);
	else
		stmt_done(st);
	if (rc != ERR_OK)
		return rc;
	st = db_stmt(db, STMT_HOST_LIST);
	stmt_bind_i64(st, ":now_s", now_s);
	rc = stmt_next(db, st, &has_row, "hosts that wait", err);
	while (rc == ERR_OK && has_row) {
		struct host_row *row =
			arena_push(arena, (void **)&rows.items, &rows.n, &rows.cap, sizeof(*row));

		if (row != NULL) {
			row->host = arena_dup(arena, stmt_text(st, 0));
			row->not_before_s = stmt_i64(st, 1);
		}
		rc = arena->has_failed ? err_set(err, ERR_LIMIT, "too many hosts")
				       : stmt_next(db, st, &has_row, "hosts that wait", err);
	}
	stmt_done(st);
	if (rc == ERR_OK)
		*out = rows;
	return rc;
}
