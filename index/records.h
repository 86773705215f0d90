// SPDX-License-Identifier: EUPL-1.2
#ifndef INDEX_RECORDS_H
#define INDEX_RECORDS_H

/*
 * Records and the offers they found: rows, bodies, and what has to happen
 * together when one is new, changes, goes or returns - its row, its version,
 * its offer, the full text and attributes (offer_index.h), a change row. Each
 * function brings all of it up to date inside the caller's write transaction.
 *
 * One record founds one offer; its id is made from source id and record id, so
 * that a rebuilt database gives the same.
 *
 * Thread: pool (writer).
 */

#include "catalogue/offer.h"
#include "index/blob.h"
#include "index/columns.h"

enum record_state {
	RECORD_LIVE,
	RECORD_UNLISTED, /* absent from the source, within its grace */
	RECORD_STALE, /* the source's present form is rejected */
	RECORD_GONE, /* no longer findable */
	RECORD_STATE_COUNT
};
const char *record_state_name(enum record_state state);
/* RECORD_STATE_COUNT for an unknown name. */
enum record_state record_state_of_name(struct slice name);

/* In whose name the writer works: one run's part of a transaction. */
struct record_writer {
	struct db *db;
	struct index_changes *changes;
	int64_t run, sid;
	struct slice source_id;
	struct slice mapping_version;
	const char *cause; /* of the generation: "harvest", "replay", "confirm", "restore" */
	int64_t now_s;
	bool is_sighting; /* the source was asked: seen_s is set */
};

struct record_row {
	int64_t rec, offer;
	enum record_state state;
	uint8_t raw_hash[BLOB_HASH_BYTES], body_hash[BLOB_HASH_BYTES];
	int64_t gen_from, first_seen_s, seen_run, absent_since_s;
};

/* What a source says about a record now. */
struct record_text {
	const uint8_t *raw_hash; /* of the source's bytes, settings, mapping and vocabulary */
	const uint8_t *body_hash; /* of body */
	struct slice body; /* offer_write() */
	struct slice words; /* words_write(), packed beside the body */
	const struct offer *offer;
};

enum err_code records_find(struct record_writer *w, struct record_row *out, bool *is_found,
			   struct slice record_id, struct err *err) ERR_MUST_USE;

/* A record never seen before: its offer, full text and an "added" change too. */
enum err_code records_add(struct record_writer *w, struct slice record_id,
			  const struct record_text *text, struct err *err) ERR_MUST_USE;
/* Other content than before, or back after it was gone ("added" again, with the same offer id). */
enum err_code records_change(struct record_writer *w, const struct record_row *row,
			     const struct record_text *text, struct err *err) ERR_MUST_USE;
/*
 * Seen with the content it has; unlisted and stale ones are live again.
 * text NULL: known by its raw hash; else hash and words are replaced.
 * *is_first false: it was seen in this run already, or is gone; nothing is done.
 */
enum err_code records_same(struct record_writer *w, int64_t rec, const struct record_text *text,
			   bool *is_first, struct err *err) ERR_MUST_USE;
/* Seen, but rejected: a findable one stays findable, as stale. */
enum err_code records_stale(struct record_writer *w, const struct record_row *row,
			    struct err *err) ERR_MUST_USE;
/* No longer findable; why: "source", "absent", "confirmed". */
enum err_code records_remove(struct record_writer *w, const struct record_row *row, const char *why,
			     struct err *err) ERR_MUST_USE;
/* A removed one is findable again with the body it had, as unlisted. */
enum err_code records_restore(struct record_writer *w, const struct record_row *row,
			      struct err *err) ERR_MUST_USE;
/* Findable, but not in the source's list; one that is unlisted already stays so since then. */
enum err_code records_unlist(struct record_writer *w, const struct record_row *row,
			     struct err *err) ERR_MUST_USE;

/* Many rows of one source, on the heap. */
struct record_rows {
	struct record_row *items; /* all but hashes and seen_run are set */
	size_t n, cap;
};
void record_rows_clear(struct record_rows *rows);
/* Findable ones that this run has not seen. */
enum err_code records_absent(struct record_rows *out, struct db *db, int64_t sid, int64_t run,
			     struct err *err) ERR_MUST_USE;
/* Findable ones that the source has not listed since that run, nor an operator brought back. */
enum err_code records_absent_since(struct record_rows *out, struct db *db, int64_t sid, int64_t run,
				   struct err *err) ERR_MUST_USE;
/* Those that this run, or the confirmation of it, has removed and that are still gone. */
enum err_code records_gone_by(struct record_rows *out, struct db *db, int64_t sid, int64_t run,
			      struct err *err) ERR_MUST_USE;
enum err_code records_count_findable(struct db *db, int64_t sid, uint64_t *n,
				     struct err *err) ERR_MUST_USE;

/*
 * Indexes what table dirty names and empties it: at start-up, so that nothing
 * that was stored stays unfindable.
 */
enum err_code records_index_dirty(struct db *db, struct index_changes *changes, int64_t now_s,
				  size_t *n, struct err *err) ERR_MUST_USE;

#endif
