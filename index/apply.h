// SPDX-License-Identifier: EUPL-1.2
#ifndef INDEX_APPLY_H
#define INDEX_APPLY_H

/*
 * One batch of what a worker said, applied to the database: records with their
 * offers, full text, history and changes, notes and figures. The caller parses
 * the worker's messages and hands over typed items; what they hold is checked
 * here like any input.
 *
 *     the id is           and the content is         counts as
 *     unknown                                        new
 *     gone                                           back (same offer id)
 *     known               other                      changed
 *     known               the same, or by raw hash   unchanged
 *     seen in this run                               duplicate; the first one holds
 *     (any)               not readable               rejected; a known one stays, as stale
 *
 * Thread: pool (writer), inside the caller's write transaction, where nothing else is said.
 */

#include "index/record_reading.h"
#include "index/run.h"

enum apply_kind {
	APPLY_OFFER, /* record_id, raw_hash, offer, words */
	APPLY_SEEN, /* raw_hash: one of the run's known ones */
	APPLY_GONE, /* record_id: the source says so */
	APPLY_OUT_OF_SCOPE, /* record_id?, msg */
	APPLY_REJECT, /* record_id?, code, msg */
	APPLY_NOTE, /* record_id?, code, element?, path?, got?, expected? */
	APPLY_ANNOUNCE, /* count: what the source says it has; the last one holds */
	APPLY_REMEMBER, /* key, value */
	APPLY_PAGE, /* count: items it showed; is_lost with code and msg */
	APPLY_KIND_COUNT
};

/* Slices are borrowed until apply_batch() returns; absent where the kind has none. */
struct apply_item {
	enum apply_kind kind;
	bool is_lost;
	uint8_t raw_hash[BLOB_HASH_BYTES];
	uint64_t count;
	struct slice page; /* what it was read from, for the notes: a URL */
	struct slice record_id;
	struct slice offer; /* JSON object */
	struct slice words; /* JSON array */
	const struct record_reading *reading; /* of offer and words; NULL: not made yet */
	struct slice code, msg;
	struct slice element, path, got, expected;
	struct slice key, value;
};

/*
 * Reads what is in the items, before their turn at the database comes. What the
 * arena has no room for is left to apply_batch(). The arena outlives the items.
 * Thread: any.
 */
void apply_read_ahead(struct apply_item *items, size_t n, struct arena *arena);

/*
 * Applies n items in order and brings the run's row up to date. changes is
 * that of the transaction. A record that cannot be read is rejected with its
 * reason; only the items below and the database fail the whole batch, and then
 * the caller rolls back and calls run_state_rewind() (it has called
 * run_state_mark() before).
 *
 * Errors: ERR_PROTOCOL for a hash that is not known, an item without what its
 * kind needs, or too long a memory; those of the database.
 */
enum err_code apply_batch(struct db *db, struct run_state *run, const struct apply_item *items,
			  size_t n, struct index_changes *changes, int64_t now_s,
			  struct err *err) ERR_MUST_USE;

#endif
