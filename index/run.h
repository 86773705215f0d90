// SPDX-License-Identifier: EUPL-1.2
#ifndef INDEX_RUN_H
#define INDEX_RUN_H

/*
 * A run in the database: its opening, its end (settling), and what an operator
 * decides about it afterwards (confirm, restore). What happens between is in
 * apply.h, a batch of a page at a time.
 *
 *   OPEN ──► apply_batch() ... ──► SETTLE
 *
 * struct run_state lives over the run in the daemon's memory and is touched
 * only by the writer's jobs: one at a time, so without a lock. Its figures are
 * committed with each batch in table run.
 *
 * Every function here works inside the caller's write transaction. When that
 * is rolled back, run_state_rewind() puts the figures back too.
 *
 * Thread: pool (writer), but where a function says otherwise.
 */

#include "index/columns.h"
#include "index/ledger.h"
#include "index/records.h"

enum run_kind { RUN_HARVEST, RUN_REPLAY, RUN_RESTORE, RUN_CONFIRM, RUN_KIND_COUNT };
const char *run_kind_name(enum run_kind kind); /* "harvest", ... */

enum run_end {
	RUN_RUNNING,
	RUN_COMPLETE,
	RUN_INCOMPLETE,
	RUN_HELD,
	RUN_CANCELLED,
	RUN_FAILED,
	RUN_INTERRUPTED, /* the daemon stopped while it ran */
	RUN_CONFIRMED, /* was held, and an operator confirmed it */
	RUN_END_COUNT
};
const char *run_end_name(enum run_end end);

struct run_counters {
	struct ledger ledger;
	uint64_t n_pages, n_pages_lost;
	uint64_t n_notes; /* all */
	uint64_t n_notes_stored; /* at most LIMIT_RUN_NOTES */
	uint64_t n_unidentified; /* rejected, and no id of theirs could be read */
	size_t n_refused;
};

struct run_refused; /* ids of records that were refused in this run, so that a second one is a
		       duplicate */

/* A value that a harvester asked to remember; final. */
struct run_memory {
	struct slice key, value;
};

struct run_state {
	int64_t run, sid;
	enum run_kind kind;
	struct slice source_id;
	struct slice mapping_version;
	/* Raw hashes of the findable records, sorted, and the record of each: n_known of both. */
	uint8_t (*known)[BLOB_HASH_BYTES];
	int64_t *known_recs;
	size_t n_known;
	struct run_memory *memory;
	size_t n_memory;
	struct run_counters counters;
	/* private */
	int64_t max_rec_before; /* later ones are new in this run (or of another source) */
	struct run_counters saved;
	struct run_refused *refused;
	struct arena arena;
};

struct run_options {
	const char *source_id;
	enum run_kind kind; /* RUN_HARVEST or RUN_REPLAY */
	const char *mapping_version;
	uint8_t settings_hash[BLOB_HASH_BYTES];
	int64_t now_s;
};

/*
 * Notes the run and loads what is known of the source. The state is the
 * caller's: run_state_free(). The caller sees to it that a source has one run
 * at a time: one that is still "running" here was cut off (its end could not
 * be written), and becomes "interrupted".
 *
 * Errors: ERR_NOTFOUND for an unknown source, those of the database.
 */
enum err_code run_open(struct run_state **out, struct db *db, const struct run_options *options,
		       struct err *err) ERR_MUST_USE;
/* Any thread, when no job has it; NULL is fine. */
void run_state_free(struct run_state *state);
/* Before a transaction that may fail, and after it has. */
void run_state_mark(struct run_state *state);
void run_state_rewind(struct run_state *state);

/* What the pull says at the end, and what the source's settings allow. */
struct run_settle {
	struct err failure; /* of the pull; ERR_OK: the worker said COMPLETE and exited */
	bool is_proven; /* the end of the list, by end_rule */
	const char *end_rule; /* "" without */
	struct err incomplete; /* why it was not proven */
	uint64_t n_requests, n_not_modified, wire_bytes, body_bytes;
	uint64_t fetch_ms, worker_ms, write_ms;
	uint32_t shrink_guard_permille; /* shrink-guard: 300 for 0.3 */
	int64_t absent_grace_s;
	bool is_total_hint; /* total = "hint" */
	int64_t now_s;
};

struct run_outcome {
	enum run_end end;
	char why[ERR_MSG_BYTES]; /* "" for a complete run with nothing to say */
	struct ledger ledger;
};

/*
 * Closes the ledger, decides, and if the run is complete removes what it did
 * not see:
 *
 *   cancelled    the pull was
 *   failed       the pull failed, or the ledger does not balance
 *   incomplete   the end was not proven, a page was lost, or of an announced
 *                total something is missing (unless it is a hint)
 *   held         complete, but removing looks wrong: more than the shrink-guard's
 *                share and more than 5 records; no record was shown where there
 *                were some; most are new and have the titles of absent ones; or
 *                what is absent may be among rejects whose ids cannot be read,
 *                of which there are more than in the last complete run
 *   complete     else; a replay removes nothing
 *
 * What a complete harvest remembered becomes final.
 */
enum err_code run_settle(struct run_outcome *out, struct db *db, struct run_state *state,
			 const struct run_settle *settle, struct index_changes *changes,
			 struct err *err) ERR_MUST_USE;

struct run_decision {
	const char *source_id;
	int64_t run; /* restore: the run whose removals are undone */
	const char *mapping_version;
	int64_t now_s;
};

struct run_decided {
	int64_t run; /* the row of the decision itself */
	int64_t of_run;
	struct ledger ledger;
};

/*
 * Applies the newest held run's removal: records that neither it nor a later
 * harvest has seen are gone at once; what a replay has shown since is not what
 * the source lists, and what was restored since stays. The held run becomes
 * RUN_CONFIRMED, and what it remembered final.
 *
 * Errors: ERR_NOTFOUND for an unknown source; ERR_CONFLICT when no run is held
 * or one of the source is running.
 */
enum err_code run_confirm(struct run_decided *out, struct db *db, const struct run_decision *d,
			  struct index_changes *changes, struct err *err) ERR_MUST_USE;
/*
 * Brings back what that run removed (or the confirmation of it), as unlisted,
 * with the same offer ids.
 *
 * Errors: ERR_NOTFOUND for an unknown source or run; ERR_CONFLICT when nothing
 * that it removed is still gone, or a run of the source is running.
 */
enum err_code run_restore(struct run_decided *out, struct db *db, const struct run_decision *d,
			  struct index_changes *changes, struct err *err) ERR_MUST_USE;

/* At start-up: runs that a crash left "running" become "interrupted"; *n of them. */
enum err_code run_interrupt_left_over(struct db *db, int64_t now_s, size_t *n,
				      struct err *err) ERR_MUST_USE;

/* --- for apply.c --- */

/* Writes the figures of the state into table run. */
enum err_code run_store_counters(struct db *db, const struct run_state *state,
				 struct err *err) ERR_MUST_USE;
/* Whether the id was refused in this run; notes it when it was not. */
bool run_refuse(struct run_state *state, struct slice record_id);
bool run_is_refused(const struct run_state *state, struct slice record_id);
/* The first record that is known by this raw hash, from *at on, or 0; *at starts as 0. */
int64_t run_known_next(const struct run_state *state, const uint8_t hash[BLOB_HASH_BYTES],
		       size_t *at);
/* The rows of a run: in whose name records are written. */
void run_writer(struct record_writer *w, struct db *db, const struct run_state *state,
		struct index_changes *changes, int64_t now_s);

#endif
