// SPDX-License-Identifier: EUPL-1.2
#ifndef INDEX_SEARCH_STATE_H
#define INDEX_SEARCH_STATE_H

/*
 * What searching and indexing keep with a connection between two jobs: the
 * terms, document frequencies, and what the ranking function needs while a
 * statement runs. Made when the connection is opened, since SQL functions are
 * registered with it.
 *
 * Thread: the connection's.
 */

#include "index/db.h"
#include "index/rank.h"
#include "index/terms.h"
#include "index/tokenizer.h"

struct index_scratch; /* of offer_index.c */

struct search_state {
	struct terms terms;
	struct rank rank;
	uint64_t db_mark; /* of the database's uuid, for cursors; 0 until asked for */
	struct tokenizer_counts counts; /* writer: of the text that FTS5 was given last */
	int64_t put_gen; /* writer: the generation for which terms were read */
	struct index_scratch *scratch; /* writer: memory from one offer to the next */
};

/*
 * Called by db_open() before statements are prepared: registers the tokenizer
 * and the ranking function and sets db->search_state with its free function.
 */
enum err_code search_state_attach(struct db *db, struct err *err) ERR_MUST_USE;

void index_scratch_free(struct index_scratch *s);

static inline struct search_state *search_state_of(struct db *db)
{
	return db->search_state;
}

#endif
