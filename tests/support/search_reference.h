// SPDX-License-Identifier: EUPL-1.2
#ifndef TESTS_SUPPORT_SEARCH_REFERENCE_H
#define TESTS_SUPPORT_SEARCH_REFERENCE_H

/*
 * A simple search for comparing: which offers of a corpus the words of a query
 * find, and with which score, told by looking at every word of every text.
 * Filters are in tests/support/reference.h.
 *
 * Thread: one.
 */

#include "index/search.h"
#include "index/tokenizer.h"
#include "tests/support/corpus.h"

struct reference_fields {
	struct token_list fields[FIELD_COUNT];
};

struct search_reference {
	const struct corpus *corpus; /* borrowed */
	struct arena *arena; /* borrowed: of one query */
	struct reference_fields texts[CORPUS_MAX];
	struct arena texts_arena;
	double mean[FIELD_COUNT]; /* words of a field, of the offers that are live */
	size_t n_live;
};

/* Reads the corpus too. */
void search_reference_open(struct search_reference *r, const struct corpus *corpus,
			   struct arena *arena);
void search_reference_close(struct search_reference *r);
/* Reads the corpus again, after it has changed. */
void search_reference_read(struct search_reference *r);

/* Whether the words of a query find the i-th offer; a query without words finds all. */
bool search_reference_matches(struct search_reference *r, size_t i, const struct search_query *q);
/* The score of an offer that a query with one group finds. */
double search_reference_score(struct search_reference *r, size_t i, const struct search_query *q);

#endif
