// SPDX-License-Identifier: EUPL-1.2
/*
 * What belongs together when a record is new, changes, goes or returns.
 */
#include "index/records.h"

#include "base/limits.h"
#include "base/mem.h"
#include "index/history.h"
#include "index/offer_index.h"

static const char *const state_names[RECORD_STATE_COUNT] = {
	[RECORD_LIVE] = "live",
	[RECORD_UNLISTED] = "unlisted",
	[RECORD_STALE] = "stale",
	[RECORD_GONE] = "gone",
};

const char *record_state_name(enum record_state state)
{
	return state_names[state];
}

enum record_state record_state_of_name(struct slice name)
{
	int i = 0;

	while (i < RECORD_STATE_COUNT && !slice_eq_z(name, state_names[i]))
		i++;
	return (enum record_state)i;
}

static struct slice hash_slice(const uint8_t *hash)
{
	return hash != NULL ? slice_make((const char *)hash, BLOB_HASH_BYTES) : SLICE_NONE;
}

static bool read_hash(uint8_t out[BLOB_HASH_BYTES], struct slice bytes)
{
	if (bytes.n != BLOB_HASH_BYTES)
		return false;
	memcpy(out, bytes.p, BLOB_HASH_BYTES);
	return true;
}

static enum err_code begin_generation(struct record_writer *w, struct err *err)
{
	return history_begin(w->db, w->changes, w->now_s, w->run, w->cause, err);
}

static void bind_seen(const struct record_writer *w, sqlite3_stmt *st)
{
	stmt_bind_i64(st, ":run", w->run);
	stmt_bind_i64_or_null(st, ":seen_s", w->is_sighting ? w->now_s : 0);
}

/* --- rows --- */

enum err_code records_find(struct record_writer *w, struct record_row *out, bool *is_found,
			   struct slice record_id, struct err *err)
{
	sqlite3_stmt *st = db_stmt(w->db, STMT_RECORD_FIND);
	enum err_code rc;

	stmt_bind_i64(st, ":sid", w->sid);
	stmt_bind_text(st, ":record_id", record_id);
	rc = stmt_next(w->db, st, is_found, "record", err);
	if (rc == ERR_OK && *is_found) {
		*out = (struct record_row){
			.rec = stmt_i64(st, 0),
			.offer = stmt_i64(st, 1),
			.state = record_state_of_name(stmt_text(st, 2)),
			.gen_from = stmt_i64(st, 5),
			.first_seen_s = stmt_i64(st, 6),
			.seen_run = stmt_i64(st, 7),
		};
		if (!read_hash(out->raw_hash, stmt_blob(st, 3)) ||
		    !read_hash(out->body_hash, stmt_blob(st, 4)) ||
		    out->state == RECORD_STATE_COUNT)
			rc = err_set(err, ERR_DB, "record %lld is damaged", (long long)out->rec);
	}
	stmt_done(st);
	return rc;
}

void record_rows_clear(struct record_rows *rows)
{
	mem_free(rows->items);
	*rows = (struct record_rows){ .n = 0 };
}

/* Takes the rows of a statement that selects the columns of STMT_RECORD_ABSENT. */
static enum err_code take_rows(struct record_rows *out, struct db *db, sqlite3_stmt *st,
			       struct err *err)
{
	bool has_row = false;
	enum err_code rc = stmt_next(db, st, &has_row, "records of a source", err);

	while (rc == ERR_OK && has_row) {
		if (out->n == out->cap) {
			out->cap = out->cap > 0 ? out->cap * 2 : 64;
			out->items = mem_resize(out->items, out->cap, sizeof(*out->items));
		}
		out->items[out->n++] = (struct record_row){
			.rec = stmt_i64(st, 0),
			.offer = stmt_i64(st, 1),
			.state = record_state_of_name(stmt_text(st, 2)),
			.gen_from = stmt_i64(st, 3),
			.absent_since_s = stmt_i64(st, 4),
			.first_seen_s = stmt_i64(st, 5),
		};
		rc = stmt_next(db, st, &has_row, "records of a source", err);
	}
	stmt_done(st);
	if (rc != ERR_OK)
		record_rows_clear(out);
	return rc;
}

static enum err_code select_rows(struct record_rows *out, struct db *db, enum stmt which,
				 int64_t sid, int64_t run, struct err *err)
{
	sqlite3_stmt *st = db_stmt(db, which);

	*out = (struct record_rows){ .n = 0 };
	stmt_bind_i64(st, ":sid", sid);
	stmt_bind_i64(st, ":run", run);
	return take_rows(out, db, st, err);
}

enum err_code records_absent(struct record_rows *out, struct db *db, int64_t sid, int64_t run,
			     struct err *err)
{
	return select_rows(out, db, STMT_RECORD_ABSENT, sid, run, err);
}

enum err_code records_absent_since(struct record_rows *out, struct db *db, int64_t sid, int64_t run,
				   struct err *err)
{
	return select_rows(out, db, STMT_RECORD_STILL_ABSENT, sid, run, err);
}

enum err_code records_gone_by(struct record_rows *out, struct db *db, int64_t sid, int64_t run,
			      struct err *err)
{
	return select_rows(out, db, STMT_RECORD_GONE_BY, sid, run, err);
}

enum err_code records_count_findable(struct db *db, int64_t sid, uint64_t *n, struct err *err)
{
	sqlite3_stmt *st = db_stmt(db, STMT_RECORD_COUNT_FINDABLE);
	bool has_row = false;
	enum err_code rc;

	stmt_bind_i64(st, ":sid", sid);
	rc = stmt_next(db, st, &has_row, "records of a source", err);
	if (rc == ERR_OK)
		*n = stmt_u64(st, 0);
	stmt_done(st);
	return rc;
}

/* --- bodies --- */

/* The stored body and its mapping, copied into the arena. */
static enum err_code load_body(struct db *db, struct slice *body, struct slice *mapping_version,
			       struct arena *arena, int64_t rec, struct err *err)
{
	sqlite3_stmt *st = db_stmt(db, STMT_RECORD_BODY_GET);
	bool has_row = false;
	enum err_code rc;

	stmt_bind_i64(st, ":rec", rec);
	rc = stmt_next(db, st, &has_row, "body of a record", err);
	if (rc == ERR_OK && !has_row)
		rc = err_set(err, ERR_DB, "record %lld has no body", (long long)rec);
	if (rc == ERR_OK) {
		*body = arena_dup(arena, stmt_text(st, 0));
		*mapping_version = arena_dup(arena, stmt_text(st, 1));
		if (arena->has_failed)
			rc = err_set(err, ERR_LIMIT, "body of record %lld is too large",
				     (long long)rec);
	}
	stmt_done(st);
	return rc;
}

/* Body and words, of a record that is new or had others. */
static enum err_code store_body(struct record_writer *w, bool is_new, int64_t rec,
				const struct record_text *text, struct err *err)
{
	sqlite3_stmt *st = db_stmt(w->db, is_new ? STMT_RECORD_BODY_ADD : STMT_RECORD_BODY_PUT);
	enum err_code rc;

	stmt_bind_i64(st, ":rec", rec);
	stmt_bind_text(st, ":mapping_version", w->mapping_version);
	stmt_bind_text(st, ":body", text->body);
	rc = stmt_run(w->db, st, "body of a record", err);
	if (rc != ERR_OK)
		return rc;
	st = db_stmt(w->db, is_new ? STMT_RECORD_WORDS_ADD : STMT_RECORD_WORDS_PUT);
	stmt_bind_i64(st, ":rec", rec);
	stmt_bind_blob(st, ":words", text->words);
	return stmt_run(w->db, st, "words of a record", err);
}

/* Keeps what the record was until now: with its body, or as gone. */
static enum err_code store_version(struct record_writer *w, const struct record_row *row,
				   struct err *err)
{
	struct record_version v = {
		.gen_from = row->gen_from,
		.gen_to = w->changes->generation,
		.run = w->run,
		.state = slice_of(record_state_name(row->state)),
	};
	struct arena arena = ARENA_INIT(LIMIT_OFFER_ARENA_BYTES);
	enum err_code rc = load_body(w->db, &v.body, &v.mapping_version, &arena, row->rec, err);

	if (row->state == RECORD_GONE)
		v.body = SLICE_NONE;
	if (rc == ERR_OK)
		rc = history_record_version(w->db, row->rec, &v, err);
	arena_clear(&arena);
	return rc;
}

/* --- offers --- */

static enum err_code add_offer(struct record_writer *w, int64_t *slot, struct slice record_id,
			       struct err *err)
{
	char id[OFFER_ID_CHARS + 1];
	uint8_t hash[BLOB_HASH_BYTES];
	struct buf *key = blob_buf(w->db);
	sqlite3_stmt *st;
	enum err_code rc;

	buf_reset(key);
	buf_slice(key, w->source_id);
	buf_char(key, '\0');
	buf_slice(key, record_id);
	blob_hash(hash, buf_view(key));
	offer_id_of_hash(id, hash);
	st = db_stmt(w->db, STMT_OFFER_ADD);
	stmt_bind_z(st, ":id", id);
	stmt_bind_i64(st, ":gen", w->changes->generation);
	stmt_bind_i64(st, ":now_s", w->now_s);
	rc = stmt_run(w->db, st, "new offer", err);
	if (rc == ERR_OK)
		*slot = sqlite3_last_insert_rowid(w->db->conn);
	return rc;
}

static enum err_code set_offer_state(struct record_writer *w, int64_t slot, const char *state,
				     struct err *err)
{
	sqlite3_stmt *st = db_stmt(w->db, STMT_OFFER_STATE);

	stmt_bind_i64(st, ":offer", slot);
	stmt_bind_z(st, ":state", state);
	stmt_bind_i64(st, ":now_s", w->now_s);
	return stmt_run(w->db, st, "state of an offer", err);
}

static enum err_code index_offer(struct record_writer *w, int64_t slot, int64_t first_seen_s,
				 const struct offer *offer, struct err *err)
{
	struct offer_facts facts = {
		.sources = &w->source_id,
		.n_sources = 1,
		.first_seen_s = first_seen_s,
		.changed_s = w->now_s,
	};

	return offer_index_put(w->db, w->changes, slot, w->changes->generation, offer, &facts, err);
}

/* --- what happens to records --- */

static enum err_code add_row(struct record_writer *w, int64_t *rec, int64_t slot,
			     struct slice record_id, const struct record_text *text,
			     struct err *err)
{
	sqlite3_stmt *st = db_stmt(w->db, STMT_RECORD_ADD);
	enum err_code rc;

	stmt_bind_i64(st, ":sid", w->sid);
	stmt_bind_text(st, ":record_id", record_id);
	stmt_bind_i64(st, ":offer", slot);
	stmt_bind_blob(st, ":raw_hash", hash_slice(text->raw_hash));
	stmt_bind_blob(st, ":body_hash", hash_slice(text->body_hash));
	stmt_bind_i64(st, ":gen", w->changes->generation);
	stmt_bind_i64(st, ":now_s", w->now_s);
	stmt_bind_i64(st, ":run", w->run);
	rc = stmt_run(w->db, st, "new record", err);
	if (rc == ERR_OK)
		*rec = sqlite3_last_insert_rowid(w->db->conn);
	return rc;
}

enum err_code records_add(struct record_writer *w, struct slice record_id,
			  const struct record_text *text, struct err *err)
{
	int64_t slot = 0;
	int64_t rec = 0;
	enum err_code rc = begin_generation(w, err);

	if (rc == ERR_OK)
		rc = add_offer(w, &slot, record_id, err);
	if (rc == ERR_OK)
		rc = add_row(w, &rec, slot, record_id, text, err);
	if (rc == ERR_OK)
		rc = store_body(w, true, rec, text, err);
	if (rc == ERR_OK)
		rc = index_offer(w, slot, w->now_s, text->offer, err);
	if (rc == ERR_OK)
		rc = history_change(w->db, w->changes->generation, slot, "added", 0, err);
	return rc;
}

static enum err_code change_row(struct record_writer *w, int64_t rec,
				const struct record_text *text, struct err *err)
{
	sqlite3_stmt *st = db_stmt(w->db, STMT_RECORD_CHANGED);

	stmt_bind_i64(st, ":rec", rec);
	stmt_bind_blob(st, ":raw_hash", hash_slice(text->raw_hash));
	stmt_bind_blob(st, ":body_hash", hash_slice(text->body_hash));
	stmt_bind_i64(st, ":gen", w->changes->generation);
	stmt_bind_i64(st, ":now_s", w->now_s);
	bind_seen(w, st);
	return stmt_run(w->db, st, "changed record", err);
}

enum err_code records_change(struct record_writer *w, const struct record_row *row,
			     const struct record_text *text, struct err *err)
{
	bool is_back = row->state == RECORD_GONE;
	enum err_code rc = begin_generation(w, err);

	if (rc == ERR_OK)
		rc = store_version(w, row, err);
	if (rc == ERR_OK)
		rc = change_row(w, row->rec, text, err);
	if (rc == ERR_OK)
		rc = store_body(w, false, row->rec, text, err);
	if (rc == ERR_OK)
		rc = set_offer_state(w, row->offer, "live", err);
	if (rc == ERR_OK)
		rc = index_offer(w, row->offer, row->first_seen_s, text->offer, err);
	if (rc == ERR_OK)
		rc = history_change(w->db, w->changes->generation, row->offer,
				    is_back ? "added" : "changed", 0, err);
	return rc;
}

/* A live one without other words: one narrow update, which a SEEN costs. */
static enum err_code touch_live(struct record_writer *w, int64_t rec, bool *is_done,
				struct err *err)
{
	sqlite3_stmt *st = db_stmt(w->db, STMT_RECORD_SEEN);
	enum err_code rc;

	stmt_bind_i64(st, ":rec", rec);
	bind_seen(w, st);
	rc = stmt_run(w->db, st, "seen record", err);
	*is_done = rc == ERR_OK && sqlite3_changes(w->db->conn) > 0;
	return rc;
}

enum err_code records_same(struct record_writer *w, int64_t rec, const struct record_text *text,
			   bool *is_first, struct err *err)
{
	bool was_live = false;
	sqlite3_stmt *st;
	enum err_code rc = touch_live(w, rec, &was_live, err);

	*is_first = was_live;
	if (rc != ERR_OK || (was_live && text == NULL))
		return rc;
	if (!was_live) {
		st = db_stmt(w->db, STMT_RECORD_SAME);
		stmt_bind_i64(st, ":rec", rec);
		bind_seen(w, st);
		rc = stmt_run(w->db, st, "seen record", err);
		*is_first = rc == ERR_OK && sqlite3_changes(w->db->conn) > 0;
		if (*is_first) /* users are shown the state of each record */
			rc = begin_generation(w, err);
	}
	if (rc != ERR_OK || !*is_first || text == NULL)
		return rc;
	st = db_stmt(w->db, STMT_RECORD_RAW_HASH);
	stmt_bind_i64(st, ":rec", rec);
	stmt_bind_blob(st, ":raw_hash", hash_slice(text->raw_hash));
	rc = stmt_run(w->db, st, "seen record", err);
	return rc == ERR_OK ? store_body(w, false, rec, text, err) : rc;
}

enum err_code records_stale(struct record_writer *w, const struct record_row *row, struct err *err)
{
	sqlite3_stmt *st = db_stmt(w->db, STMT_RECORD_STALE);
	enum err_code rc;

	stmt_bind_i64(st, ":rec", row->rec);
	bind_seen(w, st);
	rc = stmt_run(w->db, st, "rejected record", err);
	if (rc == ERR_OK && row->state != RECORD_STALE)
		rc = begin_generation(w, err);
	return rc;
}

enum err_code records_remove(struct record_writer *w, const struct record_row *row, const char *why,
			     struct err *err)
{
	sqlite3_stmt *st;
	enum err_code rc = begin_generation(w, err);

	if (rc == ERR_OK)
		rc = store_version(w, row, err);
	if (rc != ERR_OK)
		return rc;
	st = db_stmt(w->db, STMT_RECORD_GONE);
	stmt_bind_i64(st, ":rec", row->rec);
	stmt_bind_i64(st, ":gen", w->changes->generation);
	stmt_bind_i64(st, ":now_s", w->now_s);
	stmt_bind_i64(st, ":run", w->run);
	stmt_bind_z(st, ":why", why);
	rc = stmt_run(w->db, st, "removed record", err);
	if (rc == ERR_OK)
		rc = set_offer_state(w, row->offer, "gone", err);
	if (rc == ERR_OK)
		rc = offer_index_remove(w->db, w->changes, row->offer, w->changes->generation, err);
	if (rc == ERR_OK)
		rc = history_change(w->db, w->changes->generation, row->offer, "removed", 0, err);
	return rc;
}

/* Indexes a record with the body that is stored. */
static enum err_code index_stored(struct record_writer *w, int64_t rec, int64_t slot,
				  int64_t first_seen_s, struct err *err)
{
	struct arena arena = ARENA_INIT(4 * LIMIT_OFFER_ARENA_BYTES);
	struct slice mapping_version;
	struct slice body;
	struct offer offer;
	enum err_code rc = load_body(w->db, &body, &mapping_version, &arena, rec, err);

	if (rc == ERR_OK)
		rc = offer_read(&offer, &arena, body, err);
	if (rc == ERR_OK)
		rc = index_offer(w, slot, first_seen_s, &offer, err);
	arena_clear(&arena);
	return rc;
}

enum err_code records_restore(struct record_writer *w, const struct record_row *row,
			      struct err *err)
{
	sqlite3_stmt *st;
	enum err_code rc = begin_generation(w, err);

	if (rc == ERR_OK)
		rc = store_version(w, row, err);
	if (rc != ERR_OK)
		return rc;
	st = db_stmt(w->db, STMT_RECORD_RESTORE);
	stmt_bind_i64(st, ":rec", row->rec);
	stmt_bind_i64(st, ":gen", w->changes->generation);
	stmt_bind_i64(st, ":now_s", w->now_s);
	stmt_bind_i64(st, ":run", w->run);
	rc = stmt_run(w->db, st, "restored record", err);
	if (rc == ERR_OK)
		rc = set_offer_state(w, row->offer, "live", err);
	if (rc == ERR_OK)
		rc = index_stored(w, row->rec, row->offer, row->first_seen_s, err);
	if (rc == ERR_OK)
		rc = history_change(w->db, w->changes->generation, row->offer, "added", 0, err);
	return rc;
}

enum err_code records_unlist(struct record_writer *w, const struct record_row *row, struct err *err)
{
	sqlite3_stmt *st;
	enum err_code rc;

	if (row->state == RECORD_UNLISTED)
		return ERR_OK;
	rc = begin_generation(w, err);
	if (rc != ERR_OK)
		return rc;
	st = db_stmt(w->db, STMT_RECORD_UNLISTED);
	stmt_bind_i64(st, ":rec", row->rec);
	stmt_bind_i64(st, ":now_s", w->now_s);
	return stmt_run(w->db, st, "unlisted record", err);
}

/* --- what was left --- */

/* One row of table dirty: as it is now, so shall it be found. */
static enum err_code index_dirty_one(struct record_writer *w, sqlite3_stmt *st, struct err *err)
{
	int64_t rec = stmt_i64(st, 0);
	int64_t slot = stmt_i64(st, 1);
	enum record_state state = record_state_of_name(stmt_text(st, 2));
	enum err_code rc;

	w->source_id = stmt_text(st, 4);
	rc = begin_generation(w, err);
	if (rc == ERR_OK && state == RECORD_GONE)
		rc = offer_index_remove(w->db, w->changes, slot, w->changes->generation, err);
	else if (rc == ERR_OK)
		rc = index_stored(w, rec, slot, stmt_i64(st, 3), err);
	if (rc == ERR_OK)
		rc = history_change(w->db, w->changes->generation, slot,
				    state == RECORD_GONE ? "removed" : "changed", 0, err);
	return rc;
}

enum err_code records_index_dirty(struct db *db, struct index_changes *changes, int64_t now_s,
				  size_t *n, struct err *err)
{
	struct record_writer w = {
		.db = db, .changes = changes, .cause = "recovery", .now_s = now_s
	};
	sqlite3_stmt *st = db_stmt(db, STMT_DIRTY_LIST);
	bool has_row = false;
	enum err_code rc = stmt_next(db, st, &has_row, "records to be indexed", err);

	*n = 0;
	while (rc == ERR_OK && has_row) {
		rc = index_dirty_one(&w, st, err);
		if (rc != ERR_OK)
			break;
		++*n;
		rc = stmt_next(db, st, &has_row, "records to be indexed", err);
	}
	stmt_done(st);
	if (rc == ERR_OK)
		rc = stmt_run(db, db_stmt(db, STMT_DIRTY_DELETE), "records to be indexed", err);
	return rc;
}
