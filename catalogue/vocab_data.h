// SPDX-License-Identifier: EUPL-1.2
#ifndef CATALOGUE_VOCAB_DATA_H
#define CATALOGUE_VOCAB_DATA_H

/*
 * The compiled vocabularies, as vocab-compile writes them: texts, each with its
 * length in front and a 0 behind, in one pool; numbers, offsets into the pool
 * mostly, in one array. No pointers, so that nothing is relocated at start and
 * all processes share the pages.
 *
 * Each table has its keys twice: sorted, for who lists them, and in a hash
 * table, for who looks one up. A slot of that is 0 when it is free, else the
 * number of the first entry of a key plus one, with bits of the key's hash
 * above it, so that most of what is not there is not compared. Private to
 * vocab.c and vocab-compile.
 *
 * Thread: any; constants.
 */

#include <stdint.h>

enum {
	/* Bytes in front of a text that hold its length, seven bits each, the low ones first: as
	 * ASCII, which every compiler takes in a literal. */
	VOCAB_DATA_LENGTH_BYTES = 2,
	VOCAB_DATA_MAX_LENGTH = (1 << 14) - 1,
	VOCAB_DATA_ENTRY_BITS = 18, /* of a slot; the others are of the hash */
	VOCAB_DATA_MAX_ENTRIES = (1 << VOCAB_DATA_ENTRY_BITS) - 1,
};

struct vocab_data_table {
	uint32_t n_keys;
	uint32_t keys_at; /* in words: n_keys offsets of keys, sorted as bytes */
	uint32_t rows_at; /* in words: n_keys places of rows, also in words */
	uint32_t slots_at; /* in words: the hash table */
	uint32_t slot_mask; /* its slots, a power of two, less 1 */
};

/* What a slot holds above its entry for a key of this hash. */
static inline uint32_t vocab_data_tag(uint64_t hash)
{
	return (uint32_t)(hash >> 32) & ~(uint32_t)VOCAB_DATA_MAX_ENTRIES;
}

extern const char vocab_data_pool[];
/* A row: offset of the file's name, then of each cell. Equal texts have one offset. */
extern const uint32_t vocab_data_words[];
extern const struct vocab_data_table vocab_data_tables[];
extern const uint64_t vocab_data_hash;

#endif
