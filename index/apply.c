// SPDX-License-Identifier: EUPL-1.2
/*
 * One batch: each item counted where it happens.
 */
#include "index/apply.h"

#include "base/limits.h"
#include "base/loop.h"
#include "base/utf8.h"
#include "index/notes.h"

struct batch {
	struct record_writer w;
	struct run_state *run;
	struct ledger *ledger;
	struct err *err;
};

static enum err_code note(struct batch *b, enum run_note_kind kind, const struct apply_item *item,
			  const char *code, const char *msg)
{
	struct run_note n = {
		.kind = kind,
		.code = code != NULL ? slice_of(code) : item->code,
		.page = item->page,
		.record_id = item->record_id,
		.element = item->element,
		.path = item->path,
		.got = item->got,
		.expected = item->expected,
		.msg = msg != NULL ? slice_of(msg) : item->msg,
	};

	return notes_store(b->w.db, b->run, &n, b->err);
}

static bool is_record_id(struct slice id)
{
	return id.p != NULL && id.n > 0 && id.n <= LIMIT_RECORD_ID_BYTES && utf8_is_valid(id) &&
	       memchr(id.p, '\0', id.n) == NULL;
}

/* A record was findable when the run began, and is seen now for the first time. */
static bool is_kept(const struct batch *b, const struct record_row *row)
{
	return row->state != RECORD_GONE && row->seen_run != b->run->run;
}

/* --- duplicates and rejects --- */

static enum err_code count_duplicate(struct batch *b, const struct apply_item *item)
{
	b->ledger->duplicate++;
	return note(b, RUN_NOTE_DUPLICATE, item, "duplicate", "shown before in this run");
}

/*
 * Looks up an item that becomes no record: is_found and row where one is known
 * by its id, is_again when this run has shown that id before.
 */
static enum err_code find_refused(struct batch *b, const struct apply_item *item,
				  struct record_row *row, bool *is_found, bool *is_again)
{
	enum err_code rc;

	*is_found = *is_again = false;
	if (!is_record_id(item->record_id))
		return ERR_OK;
	rc = records_find(&b->w, row, is_found, item->record_id, b->err);
	if (rc == ERR_OK)
		*is_again = (*is_found && row->seen_run == b->run->run) ||
			    !run_refuse(b->run, item->record_id);
	return rc;
}

/* An item that becomes no record; code and msg: its own where NULL. */
static enum err_code refuse(struct batch *b, const struct apply_item *item, enum run_note_kind kind,
			    const char *code, const char *msg)
{
	struct record_row row;
	bool is_found, is_again;
	enum err_code rc = find_refused(b, item, &row, &is_found, &is_again);

	if (rc != ERR_OK)
		return rc;
	if (is_again)
		return count_duplicate(b, item);
	if (kind == RUN_NOTE_OUT_OF_SCOPE) {
		/* A known one is left to the sweep, as if it had not been shown. */
		b->ledger->out_of_scope++;
	} else {
		b->ledger->rejected++;
		b->run->counters.n_unidentified += !is_record_id(item->record_id);
		if (is_found && is_kept(b, &row)) {
			b->ledger->kept++;
			rc = records_stale(&b->w, &row, b->err);
		}
	}
	return rc == ERR_OK ? note(b, kind, item, code, msg) : rc;
}

static enum err_code reject(struct batch *b, const struct apply_item *item, const char *code,
			    const char *msg)
{
	return refuse(b, item, RUN_NOTE_REJECT, code, msg);
}

/* --- records --- */

static struct record_text text_of(const struct apply_item *item, const struct record_reading *r)
{
	return (struct record_text){
		.raw_hash = item->raw_hash,
		.body_hash = r->body_hash,
		.body = r->body,
		.words = r->words,
		.offer = &r->offer,
	};
}

static enum err_code apply_known(struct batch *b, const struct record_row *row,
				 const struct record_text *text)
{
	enum err_code rc;
	bool is_first = false;

	if (row->state == RECORD_GONE) {
		b->ledger->back++;
		return records_change(&b->w, row, text, b->err);
	}
	b->ledger->kept++;
	if (memcmp(row->body_hash, text->body_hash, BLOB_HASH_BYTES) != 0) {
		b->ledger->changed++;
		return records_change(&b->w, row, text, b->err);
	}
	b->ledger->unchanged++;
	rc = records_same(&b->w, row->rec,
			  memcmp(row->raw_hash, text->raw_hash, BLOB_HASH_BYTES) != 0 ? text : NULL,
			  &is_first, b->err);
	if (rc == ERR_OK && !is_first)
		return err_set(b->err, ERR_INTERNAL, "source %.*s: record %lld was seen twice",
			       SLICE_ARG(b->w.source_id), (long long)row->rec);
	return rc;
}

static enum err_code apply_readable(struct batch *b, const struct apply_item *item,
				    const struct record_reading *r)
{
	struct record_text text = text_of(item, r);
	struct record_row row;
	bool is_found = false;
	enum err_code rc = records_find(&b->w, &row, &is_found, item->record_id, b->err);

	if (rc != ERR_OK)
		return rc;
	if ((is_found && row.seen_run == b->run->run) || run_is_refused(b->run, item->record_id))
		return count_duplicate(b, item);
	if (is_found)
		return apply_known(b, &row, &text);
	b->ledger->new_++;
	return records_add(&b->w, item->record_id, &text, b->err);
}

static enum err_code apply_offer(struct batch *b, const struct apply_item *item)
{
	struct arena *arena = blob_arena(b->w.db);
	const struct record_reading *r = item->reading;
	struct err why = ERR_INIT;

	if (!is_record_id(item->record_id)) {
		err_set(&why, ERR_PARSE, "record id: expected text of 1 to %d bytes, got %zu bytes",
			LIMIT_RECORD_ID_BYTES, item->record_id.n);
		return reject(b, item, err_code_name(why.code), why.msg);
	}
	if (r == NULL) {
		arena_reset(arena);
		r = record_reading_make(arena, blob_packer_of(b->w.db), item->offer, item->words);
	}
	if (r == NULL)
		return reject(b, item, err_code_name(ERR_LIMIT), "record: too large to be kept");
	if (r->code != ERR_OK)
		return reject(b, item, err_code_name(r->code), r->why.p);
	return apply_readable(b, item, r);
}

static enum err_code apply_seen(struct batch *b, const struct apply_item *item)
{
	size_t at = 0;
	int64_t rec = run_known_next(b->run, item->raw_hash, &at);
	bool is_first = false;

	if (rec == 0)
		return err_set(b->err, ERR_PROTOCOL, "the worker saw a record that nobody knows");
	/* Records with equal bytes take turns. */
	for (; rec != 0; rec = run_known_next(b->run, item->raw_hash, &at)) {
		enum err_code rc = records_same(&b->w, rec, NULL, &is_first, b->err);

		if (rc != ERR_OK)
			return rc;
		if (is_first) {
			b->ledger->unchanged++;
			b->ledger->kept++;
			return ERR_OK;
		}
	}
	return count_duplicate(b, item);
}

static enum err_code apply_gone(struct batch *b, const struct apply_item *item)
{
	struct record_row row;
	bool is_found = false;
	enum err_code rc;

	if (!is_record_id(item->record_id))
		return err_set(b->err, ERR_PROTOCOL, "a record is gone, but which?");
	rc = records_find(&b->w, &row, &is_found, item->record_id, b->err);
	/* Lists of deletions name what was never here, and name it again each time. */
	if (rc != ERR_OK || !is_found || row.state == RECORD_GONE)
		return rc;
	if (row.seen_run == b->run->run)
		return note(b, RUN_NOTE_GONE, item, "gone-and-shown",
			    "said to be gone, and shown in the same run: kept");
	b->ledger->removed_gone++;
	return records_remove(&b->w, &row, "source", b->err);
}

/* --- the rest --- */

/* Otherwise a worker that was taken over could fill what each later run begins with. */
static enum err_code check_memory(struct batch *b)
{
	sqlite3_stmt *st = db_stmt(b->w.db, STMT_MEMORY_COUNT);
	bool has_row = false;
	enum err_code rc;

	stmt_bind_i64(st, ":sid", b->run->sid);
	rc = stmt_next(b->w.db, st, &has_row, "memory of a source", b->err);
	if (rc == ERR_OK && has_row && stmt_i64(st, 0) > LIMIT_REMEMBER_KEYS)
		rc = err_set(b->err, ERR_PROTOCOL,
			     "more than %d things to remember of one source (LIMIT_REMEMBER_KEYS)",
			     LIMIT_REMEMBER_KEYS);
	stmt_done(st);
	return rc;
}

static enum err_code apply_remember(struct batch *b, const struct apply_item *item)
{
	sqlite3_stmt *st;
	enum err_code rc;

	if (item->key.n == 0 || item->key.n > LIMIT_PATH_BYTES || item->value.p == NULL ||
	    item->value.n > LIMIT_REMEMBER_BYTES)
		return err_set(b->err, ERR_PROTOCOL,
			       "something to remember has %zu bytes under a name of %zu",
			       item->value.n, item->key.n);
	st = db_stmt(b->w.db, STMT_MEMORY_PUT);
	stmt_bind_i64(st, ":sid", b->run->sid);
	stmt_bind_text(st, ":key", item->key);
	stmt_bind_blob(st, ":value", item->value);
	stmt_bind_i64(st, ":run", b->run->run);
	rc = stmt_run(b->w.db, st, "memory of a source", b->err);
	return rc == ERR_OK ? check_memory(b) : rc;
}

static enum err_code apply_page(struct batch *b, const struct apply_item *item)
{
	if (item->count > LIMIT_RUN_ITEMS || b->ledger->shown + item->count > LIMIT_RUN_ITEMS)
		return err_set(b->err, ERR_PROTOCOL, "%llu items of one run: more than %llu",
			       (unsigned long long)item->count,
			       (unsigned long long)LIMIT_RUN_ITEMS);
	b->run->counters.n_pages++;
	b->ledger->shown += item->count;
	ledger_count_missing(b->ledger);
	if (!item->is_lost)
		return ERR_OK;
	b->run->counters.n_pages_lost++;
	return note(b, RUN_NOTE_PAGE_LOST, item, NULL, NULL);
}

static enum err_code apply_item(struct batch *b, const struct apply_item *item)
{
	switch (item->kind) {
	case APPLY_OFFER:
		return apply_offer(b, item);
	case APPLY_SEEN:
		return apply_seen(b, item);
	case APPLY_GONE:
		return apply_gone(b, item);
	case APPLY_OUT_OF_SCOPE:
		return refuse(b, item, RUN_NOTE_OUT_OF_SCOPE, "out-of-scope", NULL);
	case APPLY_REJECT:
		return reject(b, item, NULL, NULL);
	case APPLY_NOTE:
		return note(b, RUN_NOTE_NOTE, item, NULL, NULL);
	case APPLY_ANNOUNCE:
		b->ledger->has_announced = true;
		/* Whatever a partner claims, SQLite's numbers end here. */
		b->ledger->announced = item->count < INT64_MAX ? item->count : INT64_MAX;
		ledger_count_missing(b->ledger);
		return ERR_OK;
	case APPLY_REMEMBER:
		return apply_remember(b, item);
	case APPLY_PAGE:
		return apply_page(b, item);
	case APPLY_KIND_COUNT:
		break;
	}
	return err_set(b->err, ERR_PROTOCOL, "the worker said something unknown");
}

void apply_read_ahead(struct apply_item *items, size_t n, struct arena *arena)
{
	struct blob_packer *packer = blob_packer_new();

	for (size_t i = 0; i < n && !arena->has_failed; i++)
		if (items[i].kind == APPLY_OFFER)
			items[i].reading =
				record_reading_make(arena, packer, items[i].offer, items[i].words);
	blob_packer_free(packer);
}

enum err_code apply_batch(struct db *db, struct run_state *run, const struct apply_item *items,
			  size_t n, struct index_changes *changes, int64_t now_s, struct err *err)
{
	struct batch b = { .run = run, .ledger = &run->counters.ledger, .err = err };

	assert_in_pool();
	run_writer(&b.w, db, run, changes, now_s);
	for (size_t i = 0; i < n; i++) {
		enum err_code rc = apply_item(&b, &items[i]);

		if (rc != ERR_OK)
			return rc;
	}
	return run_store_counters(db, run, err);
}
