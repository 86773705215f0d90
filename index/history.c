// SPDX-License-Identifier: EUPL-1.2
/*
 * Generations, change rows and versions of records.
 */
#include "index/history.h"

#include "base/clock.h"
#include "base/limits.h"
#include "index/blob.h"

enum err_code history_begin(struct db *db, struct index_changes *changes, int64_t now_s,
			    int64_t run, const char *cause, struct err *err)
{
	sqlite3_stmt *st;
	int64_t gen = 0;
	enum err_code rc;

	if (changes->generation != 0)
		return ERR_OK;
	rc = db_generation(db, &gen, err);
	if (rc != ERR_OK)
		return rc;
	st = db_stmt(db, STMT_GENERATION_ADD);
	stmt_bind_i64(st, ":gen", gen + 1);
	stmt_bind_i64(st, ":at_s", now_s);
	stmt_bind_i64_or_null(st, ":run", run);
	stmt_bind_z(st, ":cause", cause);
	rc = stmt_run(db, st, "generation", err);
	if (rc == ERR_OK)
		changes->generation = gen + 1;
	return rc;
}

enum err_code history_change(struct db *db, int64_t generation, int64_t slot, const char *kind,
			     int64_t other, struct err *err)
{
	sqlite3_stmt *st = db_stmt(db, STMT_CHANGE_ADD);

	stmt_bind_i64(st, ":gen", generation);
	stmt_bind_i64(st, ":offer", slot);
	stmt_bind_z(st, ":kind", kind);
	stmt_bind_i64_or_null(st, ":other", other);
	return stmt_run(db, st, "change", err);
}

enum err_code history_record_version(struct db *db, int64_t rec, const struct record_version *v,
				     struct err *err)
{
	struct slice packed = SLICE_NONE;
	sqlite3_stmt *st;

	if (v->body.p != NULL) {
		enum err_code rc = blob_pack(db, &packed, v->body, err);

		if (rc != ERR_OK)
			return rc;
	}
	st = db_stmt(db, STMT_RECORD_VERSION_ADD);
	stmt_bind_i64(st, ":rec", rec);
	stmt_bind_i64(st, ":gen_from", v->gen_from);
	stmt_bind_i64(st, ":gen_to", v->gen_to);
	stmt_bind_i64(st, ":run", v->run);
	stmt_bind_text(st, ":state", v->state);
	stmt_bind_text(st, ":mapping_version", v->mapping_version);
	stmt_bind_blob(st, ":body", packed);
	return stmt_run(db, st, "version of a record", err);
}

static enum err_code read_version(struct record_versions *out, struct arena *arena, struct db *db,
				  sqlite3_stmt *st, struct err *err)
{
	struct record_version *v =
		arena_push(arena, (void **)&out->items, &out->n, &out->cap, sizeof(*out->items));

	if (v == NULL)
		return err_set(err, ERR_LIMIT, "too many versions of a record");
	v->gen_from = stmt_i64(st, 0);
	v->gen_to = stmt_i64(st, 1);
	v->run = stmt_i64(st, 2);
	v->state = arena_dup(arena, stmt_text(st, 3));
	v->mapping_version = arena_dup(arena, stmt_text(st, 4));
	if (stmt_is_null(st, 5))
		return ERR_OK;
	return blob_unpack(db, &v->body, arena, stmt_blob(st, 5), LIMIT_OFFER_ARENA_BYTES, err);
}

enum err_code history_record_versions(struct record_versions *out, struct arena *arena,
				      struct db *db, int64_t rec, struct err *err)
{
	sqlite3_stmt *st = db_stmt(db, STMT_RECORD_VERSION_LIST);
	struct record_versions found = { .n = 0 };
	bool has_row = false;
	enum err_code rc;

	stmt_bind_i64(st, ":rec", rec);
	rc = stmt_next(db, st, &has_row, "versions of a record", err);
	while (rc == ERR_OK && has_row) {
		rc = read_version(&found, arena, db, st, err);
		if (rc == ERR_OK)
			rc = stmt_next(db, st, &has_row, "versions of a record", err);
	}
	stmt_done(st);
	if (rc == ERR_OK)
		*out = found;
	return rc;
}

enum err_code history_generation_of_day(struct db *db, int32_t day, int64_t *gen, struct err *err)
{
	sqlite3_stmt *st = db_stmt(db, STMT_GENERATION_OF_TIME);
	bool has_row = false;
	enum err_code rc;

	stmt_bind_i64(st, ":before_s", ((int64_t)day + 1) * CLOCK_DAY_S);
	rc = stmt_next(db, st, &has_row, "generation of a day", err);
	if (rc == ERR_OK)
		*gen = has_row ? stmt_i64(st, 0) : 0;
	stmt_done(st);
	return rc;
}

enum err_code history_time_of_generation(struct db *db, int64_t gen, int64_t *at_s, struct err *err)
{
	sqlite3_stmt *st = db_stmt(db, STMT_GENERATION_TIME);
	bool has_row = false;
	enum err_code rc;

	stmt_bind_i64(st, ":gen", gen);
	rc = stmt_next(db, st, &has_row, "time of a generation", err);
	if (rc == ERR_OK && has_row)
		*at_s = stmt_i64(st, 0);
	else if (rc == ERR_OK)
		rc = err_set(err, ERR_NOTFOUND, "generation %lld", (long long)gen);
	stmt_done(st);
	return rc;
}
