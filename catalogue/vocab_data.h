// SPDX-License-Identifier: EUPL-1.2
#ifndef CATALOGUE_VOCAB_DATA_H
#define CATALOGUE_VOCAB_DATA_H

/*
 * The compiled vocabularies, as vocab-compile writes them: texts, each ended
 * by a 0, in one pool; numbers, offsets into the pool mostly, in one array. No
 * pointers, so that nothing is relocated at start and all processes share the
 * pages. Private to vocab.c.
 */

#include <stdint.h>

struct vocab_data_table {
	uint32_t n_keys;
	uint32_t keys_at; /* in words: n_keys offsets of keys, sorted as bytes */
	uint32_t rows_at; /* in words: n_keys places of rows, also in words */
};

extern const char vocab_data_pool[];
/* A row: offset of the file's name, then of each cell. */
extern const uint32_t vocab_data_words[];
extern const struct vocab_data_table vocab_data_tables[];
extern const uint64_t vocab_data_hash;

#endif
