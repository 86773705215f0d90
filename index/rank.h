// SPDX-License-Identifier: EUPL-1.2
#ifndef INDEX_RANK_H
#define INDEX_RANK_H

/*
 * How well an offer fits the words of a query: BM25 over weighted fields
 * (Robertson, Zaragoza, Taylor 2004), as a function that FTS5 calls for each
 * row: microcat_rank(offer_fts).
 *
 *   score = sum over the phrases of the query:  idf * tf / (K1 + tf)
 *   tf    = sum over the fields:  weight * occurrences / (1 - B + B * words / mean words)
 *   idf   = ln(1 + (offers - df + 0.5) / (df + 0.5))
 *
 * FTS5's own bm25() looks up each row's size in a table, which is nine tenths
 * of its cost. Here the words of each field come from the snapshot, and the
 * offers that hold a phrase are counted once a generation and remembered.
 *
 * Thread: the connection's.
 */

#include "base/limits.h"
#include "index/columns.h"

struct sqlite3;

struct rank_phrase {
	struct slice key;  /* what it searches: equal keys, equal offers */
	bool is_excluded;
	double idf;        /* private */
};

/* How many offers hold a phrase, for one generation. */
struct rank_frequency {
	uint64_t key_hash; /* 0: empty */
	uint64_t n_offers;
};

enum { RANK_FREQUENCIES = 4096 };

struct rank {
	const struct snapshot *snapshot;
	const struct db *db;
	struct rank_phrase *phrases; /* in the order of the expression */
	size_t n_phrases;
	bool is_ready;               /* idf is set */
	float per_word[FIELD_COUNT][256]; /* weight / length norm, by row.n_words */
	struct rank_frequency *frequencies; /* RANK_FREQUENCIES */
	int64_t frequencies_of;      /* generation */
};

enum err_code rank_register(struct rank *r, struct sqlite3 *conn, struct err *err) ERR_MUST_USE;
void rank_clear(struct rank *r);
/*
 * Before a statement with microcat_rank() is stepped: the query whose phrases
 * these are is asked of this snapshot. All is borrowed until the statement is done.
 */
void rank_prepare(struct rank *r, const struct db *db, const struct snapshot *snapshot,
		  struct rank_phrase *phrases, size_t n_phrases);

#endif
