// SPDX-License-Identifier: EUPL-1.2
/*
 * Rows of table run_note.
 */
#include "index/notes.h"

#include "base/limits.h"
#include "base/utf8.h"

/* What is kept for rejects and lost pages alone. */
enum { NOTES_FOR_LOSSES = LIMIT_RUN_NOTES / 5 };

static const char *const kind_names[RUN_NOTE_KIND_COUNT] = {
	[RUN_NOTE_REJECT] = "reject",
	[RUN_NOTE_PAGE_LOST] = "page-lost",
	[RUN_NOTE_MISSING] = "missing",
	[RUN_NOTE_NOTE] = "note",
	[RUN_NOTE_OUT_OF_SCOPE] = "out-of-scope",
	[RUN_NOTE_DUPLICATE] = "duplicate",
	[RUN_NOTE_GONE] = "gone",
};

const char *run_note_kind_name(enum run_note_kind kind)
{
	return kind_names[kind];
}

static bool has_room(const struct run_state *run, enum run_note_kind kind)
{
	bool is_loss =
		kind == RUN_NOTE_REJECT || kind == RUN_NOTE_PAGE_LOST || kind == RUN_NOTE_MISSING;

	return run->counters.n_notes_stored <
	       (uint64_t)(is_loss ? LIMIT_RUN_NOTES : LIMIT_RUN_NOTES - NOTES_FOR_LOSSES);
}

static void bind_cut(sqlite3_stmt *st, const char *name, struct slice text, size_t max_bytes)
{
	stmt_bind_text(st, name, text.p != NULL ? utf8_first(text, max_bytes) : text);
}

enum err_code notes_store(struct db *db, struct run_state *run, const struct run_note *note,
			  struct err *err)
{
	sqlite3_stmt *st;

	run->counters.n_notes++;
	if (!has_room(run, note->kind))
		return ERR_OK;
	run->counters.n_notes_stored++;
	st = db_stmt(db, STMT_NOTE_ADD);
	stmt_bind_i64(st, ":run", run->run);
	stmt_bind_i64(st, ":seq", (int64_t)run->counters.n_notes_stored);
	stmt_bind_z(st, ":kind", kind_names[note->kind]);
	bind_cut(st, ":code", note->code.p != NULL ? note->code : SLICE_LIT("unknown"),
		 LIMIT_PATH_BYTES);
	bind_cut(st, ":page", note->page, LIMIT_URL_BYTES);
	bind_cut(st, ":record_id", note->record_id, LIMIT_RECORD_ID_BYTES);
	bind_cut(st, ":element", note->element, LIMIT_PATH_BYTES);
	bind_cut(st, ":path", note->path, LIMIT_PATH_BYTES);
	bind_cut(st, ":got", note->got, LIMIT_NOTE_BYTES);
	bind_cut(st, ":expected", note->expected, LIMIT_PATH_BYTES);
	bind_cut(st, ":msg", note->msg, ERR_MSG_BYTES);
	return stmt_run(db, st, "note of a run", err);
}
