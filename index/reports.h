// SPDX-License-Identifier: EUPL-1.2
#ifndef INDEX_REPORTS_H
#define INDEX_REPORTS_H

/*
 * The read side beside searching: runs with their ledgers and notes, sources
 * and their quality, changes since a generation, offers by id. Plain functions
 * over a connection, for store_read_start() (offers, changes, quality) and
 * store_read_bare_start() (runs, sources). Results are values in the caller's
 * arena; whoever serves them writes the JSON.
 *
 * Lists come in pages: a limit, and the key to go on from.
 *
 * Errors, all functions: ERR_LIMIT when the arena is full, those of the
 * database, ERR_TIMEOUT and ERR_CANCELLED of the connection's deadline; others
 * are named.
 *
 * Thread: pool; the connection's.
 */

#include "catalogue/offer.h"
#include "index/attrs.h"
#include "index/db.h"
#include "index/ledger.h"
#include "index/sources.h"

/* --- runs --- */

struct report_run {
	int64_t run, sid;
	struct slice source_id;
	struct slice kind;  /* harvest, replay, restore, confirm */
	/* running, complete, incomplete, held, cancelled, failed, interrupted, confirmed */
	struct slice state;
	struct slice why, end_rule; /* absent: nothing to say */
	int64_t started_s, ended_s; /* ended_s 0: running */
	int64_t gen_from, gen_to;   /* generations before and after; gen_to 0: running */
	int64_t of_run;             /* restore, confirm: of which; 0 */
	uint64_t n_requests, n_pages, n_pages_lost, n_not_modified, wire_bytes, body_bytes;
	uint64_t n_notes;           /* all; at most LIMIT_RUN_NOTES of them are kept */
	struct ledger ledger;       /* live while it runs */
	struct slice mapping_version;
	uint64_t fetch_ms, worker_ms, write_ms;
};

struct report_runs {
	struct report_run *items;
	size_t n;
	size_t cap; /* private */
};

/* Newest first, of one source; before_run 0: from the newest. ERR_NOTFOUND for an unknown source. */
enum err_code report_runs(struct report_runs *out, struct arena *arena, struct db *db,
			  const char *source_id, int64_t before_run, uint32_t limit,
			  struct err *err) ERR_MUST_USE;
/* ERR_NOTFOUND unless it is a run of that source (NULL: of any). */
enum err_code report_run(struct report_run *out, struct arena *arena, struct db *db,
			 const char *source_id, int64_t run, struct err *err) ERR_MUST_USE;

struct report_note {
	int64_t seq;
	struct slice kind; /* reject, page-lost, missing, note, out-of-scope, duplicate, gone */
	struct slice code, page, record_id, element, path, got, expected, msg; /* absent without */
};

struct report_notes {
	struct report_note *items;
	size_t n;
	size_t cap;
};

/* In the order in which they were made; after_seq 0: from the first. */
enum err_code report_notes(struct report_notes *out, struct arena *arena, struct db *db,
			   int64_t run, int64_t after_seq, uint32_t limit, struct err *err)
	ERR_MUST_USE;

struct report_note_count {
	struct slice kind, code;
	uint64_t n;
};

struct report_note_counts {
	struct report_note_count *items; /* most frequent first */
	size_t n;
	size_t cap;
};

enum err_code report_note_counts(struct report_note_counts *out, struct arena *arena,
				 struct db *db, int64_t run, struct err *err) ERR_MUST_USE;

/* --- sources --- */

struct report_source {
	struct source_row source;
	uint64_t n_live, n_unlisted, n_stale, n_gone; /* records */
	bool has_last_run, has_last_complete_run;
	struct report_run last_run;          /* of any kind */
	struct report_run last_complete_run; /* harvest */
	struct slice rules; /* mapping version of the newest run that read all; absent: none did */
	bool has_other_settings; /* than those that run had */
};

struct report_sources {
	struct report_source *items; /* by id */
	size_t n;
	size_t cap;
};

enum err_code report_sources(struct report_sources *out, struct arena *arena, struct db *db,
			     struct err *err) ERR_MUST_USE;
/* ERR_NOTFOUND. */
enum err_code report_source(struct report_source *out, struct arena *arena, struct db *db,
			    const char *id, struct err *err) ERR_MUST_USE;

/* What a source's catalogue lacks against the European standard elements. */
struct report_quality {
	struct report_source source;
	uint64_t n_offers;              /* findable */
	uint64_t n_missing[REQ_COUNT];  /* of them: without that element */
	uint64_t n_complete;            /* with all of them */
	uint64_t score_sum;             /* of percentages: mean = score_sum / n_offers */
	int64_t notes_run;              /* the newest run with notes to show; 0: none */
	struct report_note_counts notes;
};
/* ERR_NOTFOUND. */
enum err_code report_quality(struct report_quality *out, struct arena *arena, struct db *db,
			     const char *id, struct err *err) ERR_MUST_USE;

/* --- offers --- */

struct report_offer {
	int64_t slot;
	struct slice id;
	struct slice state;     /* live, gone */
	struct slice merged_id; /* the id that it was reached by, when that one was merged into it */
	int64_t first_seen_s, changed_s;
	struct slice body;      /* offer_write(): its JSON object; also of one that is gone */
};

/*
 * By id, following merges. A removed offer is found with state "gone" and the
 * last body it had. ERR_NOTFOUND.
 */
enum err_code report_offer(struct report_offer *out, struct arena *arena, struct db *db,
			   struct slice id, struct err *err) ERR_MUST_USE;
/* Of a search's hit. */
enum err_code report_offer_at(struct report_offer *out, struct arena *arena, struct db *db,
			      int64_t slot, struct err *err) ERR_MUST_USE;

struct report_record {
	int64_t rec;
	struct slice source_id, source_title; /* title absent without */
	struct slice record_id;
	struct slice state;                   /* live, unlisted, stale, gone */
	int64_t first_seen_s, seen_s, changed_s, gone_s; /* gone_s 0: it is not */
	struct slice gone_why;                /* source, absent, confirmed */
	struct slice mapping_version;
	struct slice body;                    /* offer_write() */
	struct slice words;                   /* words_write(); absent unless asked for */
};

struct report_records {
	struct report_record *items; /* the founding one first */
	size_t n;
	size_t cap;
};

/* The records of an offer; with the source's own words for explain and /records. */
enum err_code report_records(struct report_records *out, struct arena *arena, struct db *db,
			     int64_t slot, bool wants_words, struct err *err) ERR_MUST_USE;

/* --- changes --- */

struct report_change {
	int64_t gen, at_s, slot;
	struct slice id;
	struct slice kind;     /* added, changed, removed, merged */
	struct slice other_id; /* merged: into which; absent */
};

struct report_changes {
	struct report_change *items; /* by generation, then slot */
	size_t n;
	size_t cap;
	bool has_more;
};

/*
 * Changes after (gen, slot): begin with (since, INT64_MAX), go on with those of
 * the last item.
 */
enum err_code report_changes(struct report_changes *out, struct arena *arena, struct db *db,
			     int64_t gen, int64_t slot, uint32_t limit, struct err *err)
	ERR_MUST_USE;

#endif
