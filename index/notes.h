// SPDX-License-Identifier: EUPL-1.2
#ifndef INDEX_NOTES_H
#define INDEX_NOTES_H

/*
 * Notes of a run: what its partner should know about records and pages. At
 * most LIMIT_RUN_NOTES are kept; a fifth of that room is kept free for losses
 * (rejects, lost pages), which repairs and doubts must not crowd out. All are
 * counted.
 *
 * Thread: pool (writer), inside the caller's write transaction.
 */

#include "index/run.h"

enum run_note_kind {
	RUN_NOTE_REJECT,
	RUN_NOTE_PAGE_LOST,
	RUN_NOTE_MISSING,
	RUN_NOTE_NOTE, /* a repair or a doubt */
	RUN_NOTE_OUT_OF_SCOPE,
	RUN_NOTE_DUPLICATE,
	RUN_NOTE_GONE, /* the source says gone of what it has shown in the same run */
	RUN_NOTE_KIND_COUNT
};
const char *run_note_kind_name(enum run_note_kind kind);

/* Slices may be absent, except code; long ones are cut. */
struct run_note {
	enum run_note_kind kind;
	struct slice code, page, record_id, element, path, got, expected, msg;
};

enum err_code notes_store(struct db *db, struct run_state *run, const struct run_note *note,
			  struct err *err) ERR_MUST_USE;

#endif
