// SPDX-License-Identifier: EUPL-1.2
#ifndef TESTS_SUPPORT_DB_FIXTURE_H
#define TESTS_SUPPORT_DB_FIXTURE_H

/*
 * A database in a folder of its own with one source, "jyu", and short ways to
 * say what a worker would: records by id, title and revision. Everything runs
 * on the test's thread, which is claimed for the pool too.
 *
 *     struct db_fixture f;
 *     db_fixture_open(&f);
 *     struct run_state *run = fixture_run(&f, RUN_HARVEST);
 *     fixture_offer(&f, run, "a", "Title", 1);
 *     fixture_page(&f, run, 1);
 *     fixture_settle(&f, run, NULL)    -> RUN_COMPLETE
 *     db_fixture_close(&f);
 *
 * A failure of the database fails the test.
 */

#include "index/apply.h"
#include "index/history.h"
#include "index/reports.h"
#include "tests/support/temp_dir.h"

struct db_fixture {
	struct temp_dir dir;
	struct db db;
	char path[128];
	int64_t now_s; /* given to all that asks; tests move it */
	struct arena arena; /* of whatever a test reads */
	struct run_outcome outcome; /* of the last fixture_settle() */
	struct err err; /* of the last batch */
	int64_t generation; /* of the last transaction; 0: it made none */
};

void db_fixture_open(struct db_fixture *f);
void db_fixture_close(struct db_fixture *f);
/* For tests of cmocka that each have one: a new fixture, opened, and freed again. */
int db_fixture_set_up(void **state);
int db_fixture_tear_down(void **state);
/* Closes and opens the database again. */
void db_fixture_reopen(struct db_fixture *f);
void fixture_add_source(struct db_fixture *f, const char *id);

/* --- one record --- */

/* The offer's JSON, in the arena: other for each title and revision. */
struct slice fixture_json(struct db_fixture *f, const char *title, unsigned revision);
/* An item with raw hash and words, as a worker would say it. */
struct apply_item fixture_item(struct db_fixture *f, const char *id, const char *title,
			       unsigned revision);
/* The raw hash that goes with it. */
void fixture_raw_hash(uint8_t out[BLOB_HASH_BYTES], const char *id, unsigned revision);

/* --- a run: each call one transaction --- */

struct run_state *fixture_run(struct db_fixture *f, enum run_kind kind);
struct run_state *fixture_run_of(struct db_fixture *f, const char *source, enum run_kind kind);
/* The error is in f->err; the run is as before the batch then. */
enum err_code fixture_batch(struct db_fixture *f, struct run_state *run,
			    const struct apply_item *items, size_t n);
void fixture_offer(struct db_fixture *f, struct run_state *run, const char *id, const char *title,
		   unsigned revision);
void fixture_seen(struct db_fixture *f, struct run_state *run, const char *id, unsigned revision);
void fixture_gone(struct db_fixture *f, struct run_state *run, const char *id);
void fixture_reject(struct db_fixture *f, struct run_state *run, const char *id);
void fixture_page(struct db_fixture *f, struct run_state *run, uint64_t n_items);
/* What a good pull says at its end; for tests to spoil. */
struct run_settle fixture_good_end(const struct db_fixture *f);
/* Settles and frees the run; settle NULL: a good end. The outcome is in f->outcome. */
enum run_end fixture_settle(struct db_fixture *f, struct run_state *run,
			    const struct run_settle *settle);
/* A whole harvest of records "1" to "n" with titles "Title 1" ..., at this revision; complete. */
int64_t fixture_harvest(struct db_fixture *f, unsigned n, unsigned revision);

/* --- looking --- */

/* The first column of the first row, as a number; fails without a row. */
int64_t fixture_number(struct db_fixture *f, const char *sql);
/* As text, in the arena; SLICE_NONE without a row. */
struct slice fixture_text(struct db_fixture *f, const char *sql);
/* "live", "stale" ...; SLICE_NONE for a record that is not known. */
struct slice fixture_state_of(struct db_fixture *f, const char *record_id);
/* "KIND CODE RECORD" of the newest run's last note. */
struct slice fixture_newest_note(struct db_fixture *f);
void fixture_exec(struct db_fixture *f, const char *sql);
/* The number of offers that a word finds. */
int64_t fixture_n_found(struct db_fixture *f, const char *word);
/* Fails unless the figures of this run's row are these and balance. */
void fixture_check_ledger(struct db_fixture *f, int64_t run, const struct ledger *expected);

#endif
