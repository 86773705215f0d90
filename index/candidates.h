// SPDX-License-Identifier: EUPL-1.2
#ifndef INDEX_CANDIDATES_H
#define INDEX_CANDIDATES_H

/*
 * The offers that hold a query's words, one after the other, with their
 * scores: the seam between looking up words and everything that is done with
 * the offers found. Whoever computes candidates in another way (segments in
 * memory) replaces what stands behind these three functions.
 *
 *   words           FTS5's matches, by slot
 *   words OR -x     then all others that lack x, by slot, with score 0
 *   nothing         all offers, by slot, with score 0
 *
 * Thread: the connection's.
 */

#include "index/columns.h"
#include "index/db.h"
#include "index/text_query.h"

struct candidate {
	int64_t slot;
	struct row_view view;
	double score;
};

struct candidates {
	struct db *db;
	const struct snapshot *snapshot;
	sqlite3_stmt *st;      /* while FTS5 is asked; NULL afterwards */
	bool has_scores;
	bool scans;            /* after FTS5: the rest of the offers */
	int64_t next_slot;
	int64_t n_slots;
	uint64_t *is_seen;     /* bit a slot: FTS5 gave it; NULL when nothing is scanned after */
	uint64_t **left_out;   /* of each group that only excludes: bit a slot */
	size_t n_left_out;
	uint64_t n_steps;
};

/*
 * query and snapshot are borrowed until close, also after a failure. Scores
 * are computed only if wanted.
 * Errors: ERR_DB and its kin, ERR_TIMEOUT, ERR_CANCELLED, ERR_LIMIT.
 */
enum err_code candidates_open(struct candidates *c, struct db *db, const struct snapshot *snapshot,
			      const struct text_query *query, bool wants_scores,
			      struct arena *arena, struct err *err) ERR_MUST_USE;
/* *has_next false at the end. */
enum err_code candidates_next(struct candidate *out, bool *has_next, struct candidates *c,
			      struct err *err) ERR_MUST_USE;
void candidates_close(struct candidates *c);

#endif
