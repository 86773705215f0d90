// SPDX-License-Identifier: EUPL-1.2
/*
 * What is asked about runs, sources, offers and changes.
 */
#include "index/reports.h"

#include "base/limits.h"
#include "base/loop.h"
#include "index/blob.h"
#include "index/records.h"

static enum err_code too_much(struct err *err)
{
	return err_set(err, ERR_LIMIT, "the answer is too large");
}

/* Reads one row of a statement into a new thing at the end of a list. */
typedef void (*read_row_fn)(void *item, struct arena *arena, sqlite3_stmt *st);

struct list {
	void **items;
	size_t *n, *cap;
	size_t size;
};

#define LIST_OF(l) ((struct list){ (void **)&(l)->items, &(l)->n, &(l)->cap, sizeof(*(l)->items) })

/* Takes all rows of a statement that is bound, and gives it back. */
static enum err_code take_rows(struct list list, struct arena *arena, struct db *db,
			       sqlite3_stmt *st, read_row_fn read_row, struct err *err)
{
	bool has_row = false;
	enum err_code rc = stmt_next(db, st, &has_row, "report", err);

	while (rc == ERR_OK && has_row) {
		void *item = arena_push(arena, list.items, list.n, list.cap, list.size);

		if (item != NULL)
			read_row(item, arena, st);
		rc = arena->has_failed ? too_much(err) : stmt_next(db, st, &has_row, "report", err);
	}
	stmt_done(st);
	return rc;
}

/* --- runs --- */

static void read_ledger(struct ledger *l, sqlite3_stmt *st)
{
	*l = (struct ledger){
		.has_announced = !stmt_is_null(st, 18),
		.announced = stmt_u64(st, 18),
		.missing = stmt_u64(st, 19),
		.shown = stmt_u64(st, 20),
		.new_ = stmt_u64(st, 21),
		.back = stmt_u64(st, 22),
		.changed = stmt_u64(st, 23),
		.unchanged = stmt_u64(st, 24),
		.rejected = stmt_u64(st, 25),
		.out_of_scope = stmt_u64(st, 26),
		.duplicate = stmt_u64(st, 27),
		.before = stmt_u64(st, 28),
		.kept = stmt_u64(st, 29),
		.unlisted = stmt_u64(st, 30),
		.removed_gone = stmt_u64(st, 31),
		.removed_absent = stmt_u64(st, 32),
		.held = stmt_u64(st, 33),
	};
}

/* The columns RUN_COLUMNS of statements.c. */
static void read_run(void *item, struct arena *arena, sqlite3_stmt *st)
{
	struct report_run *r = item;

	*r = (struct report_run){
		.run = stmt_i64(st, 0),
		.sid = stmt_i64(st, 1),
		.source_id = arena_dup(arena, stmt_text(st, 2)),
		.kind = arena_dup(arena, stmt_text(st, 3)),
		.state = arena_dup(arena, stmt_text(st, 4)),
		.why = arena_dup(arena, stmt_text(st, 5)),
		.end_rule = arena_dup(arena, stmt_text(st, 6)),
		.started_s = stmt_i64(st, 7),
		.ended_s = stmt_i64(st, 8),
		.gen_from = stmt_i64(st, 9),
		.gen_to = stmt_i64(st, 10),
		.of_run = stmt_i64(st, 11),
		.n_requests = stmt_u64(st, 12),
		.n_pages = stmt_u64(st, 13),
		.n_pages_lost = stmt_u64(st, 14),
		.n_not_modified = stmt_u64(st, 15),
		.wire_bytes = stmt_u64(st, 16),
		.body_bytes = stmt_u64(st, 17),
		.n_notes = stmt_u64(st, 34),
		.mapping_version = arena_dup(arena, stmt_text(st, 35)),
		.fetch_ms = stmt_u64(st, 36),
		.worker_ms = stmt_u64(st, 37),
		.write_ms = stmt_u64(st, 38),
	};
	read_ledger(&r->ledger, st);
}

enum err_code report_runs(struct report_runs *out, struct arena *arena, struct db *db,
			  const char *source_id, int64_t before_run, uint32_t limit,
			  struct err *err)
{
	struct report_runs runs = { .n = 0 };
	int64_t sid = 0;
	sqlite3_stmt *st;
	enum err_code rc;

	assert_in_pool();
	rc = source_sid(db, source_id, &sid, err);
	if (rc != ERR_OK)
		return rc;
	st = db_stmt(db, STMT_RUN_LIST);
	stmt_bind_z(st, ":source", source_id);
	stmt_bind_i64(st, ":before_run", before_run > 0 ? before_run : INT64_MAX);
	stmt_bind_i64(st, ":limit", limit);
	rc = take_rows(LIST_OF(&runs), arena, db, st, read_run, err);
	if (rc == ERR_OK)
		*out = runs;
	return rc;
}

/* *is_found false: there is no such run. */
static enum err_code find_run(struct report_run *out, bool *is_found, struct arena *arena,
			      struct db *db, int64_t run, struct err *err)
{
	sqlite3_stmt *st = db_stmt(db, STMT_RUN_GET);
	enum err_code rc;

	stmt_bind_i64(st, ":run", run);
	rc = stmt_next(db, st, is_found, "run", err);
	if (rc == ERR_OK && *is_found)
		read_run(out, arena, st);
	stmt_done(st);
	if (rc == ERR_OK && arena->has_failed)
		rc = too_much(err);
	return rc;
}

enum err_code report_run(struct report_run *out, struct arena *arena, struct db *db,
			 const char *source_id, int64_t run, struct err *err)
{
	struct report_run found;
	bool is_found = false;
	enum err_code rc;

	assert_in_pool();
	rc = find_run(&found, &is_found, arena, db, run, err);
	if (rc != ERR_OK)
		return rc;
	if (is_found && (source_id == NULL || slice_eq_z(found.source_id, source_id))) {
		*out = found;
		return ERR_OK;
	}
	if (source_id == NULL)
		return err_set(err, ERR_NOTFOUND, "there is no run %lld", (long long)run);
	return err_set(err, ERR_NOTFOUND, "source %s has no run %lld", source_id, (long long)run);
}

static void read_note(void *item, struct arena *arena, sqlite3_stmt *st)
{
	*(struct report_note *)item = (struct report_note){
		.seq = stmt_i64(st, 0),
		.kind = arena_dup(arena, stmt_text(st, 1)),
		.code = arena_dup(arena, stmt_text(st, 2)),
		.page = arena_dup(arena, stmt_text(st, 3)),
		.record_id = arena_dup(arena, stmt_text(st, 4)),
		.element = arena_dup(arena, stmt_text(st, 5)),
		.path = arena_dup(arena, stmt_text(st, 6)),
		.got = arena_dup(arena, stmt_text(st, 7)),
		.expected = arena_dup(arena, stmt_text(st, 8)),
		.msg = arena_dup(arena, stmt_text(st, 9)),
	};
}

enum err_code report_notes(struct report_notes *out, struct arena *arena, struct db *db,
			   int64_t run, int64_t after_seq, uint32_t limit, struct err *err)
{
	struct report_notes notes = { .n = 0 };
	sqlite3_stmt *st = db_stmt(db, STMT_NOTE_LIST);
	enum err_code rc;

	assert_in_pool();
	stmt_bind_i64(st, ":run", run);
	stmt_bind_i64(st, ":after", after_seq);
	stmt_bind_i64(st, ":limit", limit);
	rc = take_rows(LIST_OF(&notes), arena, db, st, read_note, err);
	if (rc == ERR_OK)
		*out = notes;
	return rc;
}

static void read_note_count(void *item, struct arena *arena, sqlite3_stmt *st)
{
	*(struct report_note_count *)item = (struct report_note_count){
		.kind = arena_dup(arena, stmt_text(st, 0)),
		.code = arena_dup(arena, stmt_text(st, 1)),
		.n = stmt_u64(st, 2),
	};
}

enum err_code report_note_counts(struct report_note_counts *out, struct arena *arena, struct db *db,
				 int64_t run, struct err *err)
{
	struct report_note_counts counts = { .n = 0 };
	sqlite3_stmt *st = db_stmt(db, STMT_NOTE_COUNTS);
	enum err_code rc;

	assert_in_pool();
	stmt_bind_i64(st, ":run", run);
	rc = take_rows(LIST_OF(&counts), arena, db, st, read_note_count, err);
	if (rc == ERR_OK)
		*out = counts;
	return rc;
}

/* --- sources --- */

static enum err_code count_records(struct report_source *s, struct db *db, struct err *err)
{
	uint64_t n[RECORD_STATE_COUNT + 1] = { 0 };
	sqlite3_stmt *st = db_stmt(db, STMT_REPORT_SOURCE_COUNTS);
	bool has_row = false;
	enum err_code rc;

	stmt_bind_i64(st, ":sid", s->source.sid);
	rc = stmt_next(db, st, &has_row, "records of a source", err);
	while (rc == ERR_OK && has_row) {
		n[record_state_of_name(stmt_text(st, 0))] += stmt_u64(st, 1);
		rc = stmt_next(db, st, &has_row, "records of a source", err);
	}
	stmt_done(st);
	s->n_live = n[RECORD_LIVE];
	s->n_unlisted = n[RECORD_UNLISTED];
	s->n_stale = n[RECORD_STALE];
	s->n_gone = n[RECORD_GONE];
	return rc;
}

/* Which rules and settings made what is findable of the source. */
static enum err_code find_rules(struct report_source *s, struct arena *arena, struct db *db,
				struct err *err)
{
	sqlite3_stmt *st = db_stmt(db, STMT_RUN_READ_ALL);
	bool has_row = false;
	enum err_code rc;

	stmt_bind_i64(st, ":sid", s->source.sid);
	rc = stmt_next(db, st, &has_row, "rules of a source", err);
	if (rc == ERR_OK && has_row) {
		s->rules = arena_dup(arena, stmt_text(st, 0));
		s->has_other_settings = !slice_eq(stmt_blob(st, 1), s->source.settings_hash);
	}
	stmt_done(st);
	return rc;
}

/* Everything but the source's own row. */
static enum err_code fill_source(struct report_source *s, struct arena *arena, struct db *db,
				 struct err *err)
{
	enum err_code rc = count_records(s, db, err);

	if (rc == ERR_OK && s->source.last_run != 0)
		rc = find_run(&s->last_run, &s->has_last_run, arena, db, s->source.last_run, err);
	if (rc == ERR_OK && s->source.last_complete_run != 0)
		rc = find_run(&s->last_complete_run, &s->has_last_complete_run, arena, db,
			      s->source.last_complete_run, err);
	return rc == ERR_OK ? find_rules(s, arena, db, err) : rc;
}

enum err_code report_sources(struct report_sources *out, struct arena *arena, struct db *db,
			     struct err *err)
{
	struct report_sources result = { .n = 0 };
	struct source_rows rows = { .n = 0 };
	enum err_code rc;

	assert_in_pool();
	rc = sources_list(&rows, arena, db, err);
	if (rc == ERR_OK && rows.n > 0) {
		result.items = arena_new_n(arena, struct report_source, rows.n);
		if (result.items == NULL)
			rc = too_much(err);
	}
	for (size_t i = 0; rc == ERR_OK && i < rows.n; i++) {
		result.items[i].source = rows.items[i];
		rc = fill_source(&result.items[i], arena, db, err);
	}
	result.n = result.cap = rows.n;
	if (rc == ERR_OK)
		*out = result;
	return rc;
}

enum err_code report_source(struct report_source *out, struct arena *arena, struct db *db,
			    const char *id, struct err *err)
{
	struct report_source s = { .n_live = 0 };
	enum err_code rc;

	assert_in_pool();
	rc = source_by_id(&s.source, arena, db, id, err);
	if (rc == ERR_OK)
		rc = fill_source(&s, arena, db, err);
	if (rc == ERR_OK)
		*out = s;
	return rc;
}

static void count_missing(struct report_quality *q, const struct attrs *a)
{
	q->n_offers++;
	q->score_sum += a->score;
	q->n_complete += a->missing == 0;
	for (unsigned e = 0; e < REQ_COUNT; e++)
		q->n_missing[e] += a->missing >> e & 1;
}

static enum err_code sum_attrs(struct report_quality *q, struct db *db, struct err *err)
{
	struct arena *arena = blob_arena(db);
	sqlite3_stmt *st = db_stmt(db, STMT_REPORT_SOURCE_ATTRS);
	bool has_row = false;
	enum err_code rc;

	stmt_bind_i64(st, ":sid", q->source.source.sid);
	rc = stmt_next(db, st, &has_row, "quality of a source", err);
	while (rc == ERR_OK && has_row) {
		struct attrs a;

		arena_reset(arena);
		rc = attrs_decode(&a, arena, stmt_blob(st, 0), err);
		if (rc != ERR_OK)
			break;
		count_missing(q, &a);
		rc = stmt_next(db, st, &has_row, "quality of a source", err);
	}
	stmt_done(st);
	return rc;
}

enum err_code report_quality(struct report_quality *out, struct arena *arena, struct db *db,
			     const char *id, struct err *err)
{
	struct report_quality q = { .n_offers = 0 };
	enum err_code rc = report_source(&q.source, arena, db, id, err);

	if (rc == ERR_OK)
		rc = sum_attrs(&q, db, err);
	/* An operator's decision says nothing about the catalogue; the run before it does. */
	if (q.source.has_last_run && q.source.last_run.of_run == 0)
		q.notes_run = q.source.last_run.run;
	else if (q.source.has_last_complete_run)
		q.notes_run = q.source.last_complete_run.run;
	if (rc == ERR_OK && q.notes_run != 0)
		rc = report_note_counts(&q.notes, arena, db, q.notes_run, err);
	if (rc == ERR_OK)
		*out = q;
	return rc;
}

/* --- offers --- */

struct offer_row {
	int64_t slot, merged_into, first_seen_s, changed_s;
	struct slice id, state;
};

/* Reads the row of a statement that is bound; *is_found false without one. */
static enum err_code take_offer(struct offer_row *out, bool *is_found, struct arena *arena,
				struct db *db, sqlite3_stmt *st, struct err *err)
{
	enum err_code rc = stmt_next(db, st, is_found, "offer", err);

	if (rc == ERR_OK && *is_found)
		*out = (struct offer_row){
			.slot = stmt_i64(st, 0),
			.id = arena_dup(arena, stmt_text(st, 1)),
			.state = arena_dup(arena, stmt_text(st, 2)),
			.merged_into = stmt_i64(st, 3),
			.first_seen_s = stmt_i64(st, 4),
			.changed_s = stmt_i64(st, 5),
		};
	stmt_done(st);
	return rc;
}

static enum err_code offer_at(struct offer_row *out, bool *is_found, struct arena *arena,
			      struct db *db, int64_t slot, struct err *err)
{
	sqlite3_stmt *st = db_stmt(db, STMT_OFFER_BY_SLOT);

	stmt_bind_i64(st, ":offer", slot);
	return take_offer(out, is_found, arena, db, st, err);
}

static enum err_code load_offer_body(struct slice *out, struct arena *arena, struct db *db,
				     int64_t slot, struct err *err)
{
	sqlite3_stmt *st = db_stmt(db, STMT_OFFER_BODY);
	bool has_row = false;
	enum err_code rc;

	stmt_bind_i64(st, ":offer", slot);
	rc = stmt_next(db, st, &has_row, "offer", err);
	if (rc == ERR_OK)
		*out = arena_dup(arena, stmt_text(st, 0));
	stmt_done(st);
	if (rc == ERR_OK && arena->has_failed)
		rc = too_much(err);
	return rc;
}

static enum err_code finish_offer(struct report_offer *out, const struct offer_row *row,
				  struct slice merged_id, struct arena *arena, struct db *db,
				  struct err *err)
{
	struct report_offer o = {
		.slot = row->slot,
		.id = row->id,
		.state = row->state,
		.merged_id = merged_id,
		.first_seen_s = row->first_seen_s,
		.changed_s = row->changed_s,
	};
	enum err_code rc = load_offer_body(&o.body, arena, db, row->slot, err);

	if (rc == ERR_OK)
		*out = o;
	return rc;
}

enum { MERGES_MAX = 64 }; /* of merges into merged ones: more is a circle */

enum err_code report_offer(struct report_offer *out, struct arena *arena, struct db *db,
			   struct slice id, struct err *err)
{
	char canonical[OFFER_ID_CHARS + 1];
	struct slice merged_id = SLICE_NONE;
	struct offer_row row = { .slot = 0 };
	bool is_found = false;
	sqlite3_stmt *st;
	enum err_code rc;

	assert_in_pool();
	if (!offer_id_parse(canonical, id))
		return err_set(err, ERR_NOTFOUND, "%.*s is no offer's id",
			       SLICE_ARG(slice_first(id, 64)));
	st = db_stmt(db, STMT_OFFER_BY_ID);
	stmt_bind_z(st, ":id", canonical);
	rc = take_offer(&row, &is_found, arena, db, st, err);
	for (int i = 0; rc == ERR_OK && is_found && row.merged_into != 0 && i < MERGES_MAX; i++) {
		if (merged_id.p == NULL)
			merged_id = row.id;
		rc = offer_at(&row, &is_found, arena, db, row.merged_into, err);
	}
	if (rc != ERR_OK)
		return rc;
	if (!is_found)
		return err_set(err, ERR_NOTFOUND, "there is no offer %s", canonical);
	return finish_offer(out, &row, merged_id, arena, db, err);
}

enum err_code report_offer_at(struct report_offer *out, struct arena *arena, struct db *db,
			      int64_t slot, struct err *err)
{
	struct offer_row row = { .slot = 0 };
	bool is_found = false;
	enum err_code rc;

	assert_in_pool();
	rc = offer_at(&row, &is_found, arena, db, slot, err);
	if (rc == ERR_OK && !is_found)
		rc = err_set(err, ERR_NOTFOUND, "there is no offer in slot %lld", (long long)slot);
	return rc == ERR_OK ? finish_offer(out, &row, SLICE_NONE, arena, db, err) : rc;
}

/* But for the words, which have to be unpacked. */
static void read_record(struct report_record *r, struct arena *arena, sqlite3_stmt *st)
{
	*r = (struct report_record){
		.rec = stmt_i64(st, 0),
		.source_id = arena_dup(arena, stmt_text(st, 1)),
		.source_title = arena_dup(arena, stmt_text(st, 2)),
		.record_id = arena_dup(arena, stmt_text(st, 3)),
		.state = arena_dup(arena, stmt_text(st, 4)),
		.first_seen_s = stmt_i64(st, 5),
		.seen_s = stmt_i64(st, 6),
		.changed_s = stmt_i64(st, 7),
		.gone_s = stmt_i64(st, 8),
		.gone_why = arena_dup(arena, stmt_text(st, 9)),
		.mapping_version = arena_dup(arena, stmt_text(st, 10)),
		.body = arena_dup(arena, stmt_text(st, 11)),
	};
}

enum err_code report_records(struct report_records *out, struct arena *arena, struct db *db,
			     int64_t slot, bool wants_words, struct err *err)
{
	struct report_records records = { .n = 0 };
	sqlite3_stmt *st = db_stmt(db, STMT_OFFER_RECORDS);
	bool has_row = false;
	enum err_code rc;

	assert_in_pool();
	stmt_bind_i64(st, ":offer", slot);
	rc = stmt_next(db, st, &has_row, "records of an offer", err);
	while (rc == ERR_OK && has_row) {
		struct report_record *r = arena_push(arena, (void **)&records.items, &records.n,
						     &records.cap, sizeof(*r));

		if (r != NULL)
			read_record(r, arena, st);
		if (r == NULL || arena->has_failed)
			rc = too_much(err);
		else if (wants_words)
			rc = blob_unpack_beside(db, &r->words, arena, stmt_blob(st, 12), r->body,
						LIMIT_OFFER_ARENA_BYTES, err);
		if (rc == ERR_OK)
			rc = stmt_next(db, st, &has_row, "records of an offer", err);
	}
	stmt_done(st);
	if (rc == ERR_OK)
		*out = records;
	return rc;
}

/* --- changes --- */

static void read_change(void *item, struct arena *arena, sqlite3_stmt *st)
{
	*(struct report_change *)item = (struct report_change){
		.gen = stmt_i64(st, 0),
		.at_s = stmt_i64(st, 1),
		.slot = stmt_i64(st, 2),
		.id = arena_dup(arena, stmt_text(st, 3)),
		.kind = arena_dup(arena, stmt_text(st, 4)),
		.other_id = arena_dup(arena, stmt_text(st, 5)),
	};
}

enum err_code report_changes(struct report_changes *out, struct arena *arena, struct db *db,
			     int64_t gen, int64_t slot, uint32_t limit, struct err *err)
{
	struct report_changes changes = { .n = 0 };
	sqlite3_stmt *st = db_stmt(db, STMT_REPORT_CHANGES);
	enum err_code rc;

	assert_in_pool();
	stmt_bind_i64(st, ":gen", gen);
	stmt_bind_i64(st, ":offer", slot);
	stmt_bind_i64(st, ":limit", (int64_t)limit + 1); /* one more shows whether there is more */
	rc = take_rows(LIST_OF(&changes), arena, db, st, read_change, err);
	if (rc != ERR_OK)
		return rc;
	changes.has_more = changes.n > limit;
	if (changes.has_more)
		changes.n = limit;
	*out = changes;
	return ERR_OK;
}
