// SPDX-License-Identifier: EUPL-1.2
#ifndef CATALOGUE_SUBJECT_MODEL_H
#define CATALOGUE_SUBJECT_MODEL_H

/*
 * What is known of the words that speak for a field of ISCED-F 2013: one hash
 * table of features, made by subject_learn.c (at build time by subject-compile,
 * in measurements with a part held out) and asked by subject_infer.c.
 *
 * A feature is a word, the beginning or the end of one, or two words in a row.
 * It holds no text: the 64-bit hash of a folded feature gives its place (lower
 * half) and its key (upper half), so that a wrong hit is a matter of 2^-32.
 *
 * Words are folded letter by letter: case, marks and compatibility forms go,
 * by a table for Latin, Greek and Cyrillic. No heap, no Unicode library.
 *
 * Thread: any; pure functions over constant data.
 */

#include "base/slice.h"

enum {
	SUBJECT_WORD_BYTES = 64, /* folded; what is longer is cut */
	SUBJECT_LETTERS_FROM = 0x80,
	SUBJECT_LETTERS = 0x530, /* Latin, Greek, Cyrillic */
	SUBJECT_SHORTEST_PART = 5, /* letters of the shortest beginning or end */
	SUBJECT_LONGEST_START = 9,
	SUBJECT_LONGEST_END = 11,
	SUBJECT_COMPOUND = 9, /* letters from which on the end of a word counts */
	SUBJECT_ENTRY_NODES = 3,
	SUBJECT_STRENGTH_ONE = 159, /* of strength 1.0; pairs reach 1.6 */
};

enum subject_kind { SUBJECT_WORD, SUBJECT_START, SUBJECT_END, SUBJECT_PAIR, SUBJECT_KINDS };

/* What a letter beyond ASCII folds to. */
struct subject_fold {
	uint8_t n; /* 0: it is no letter; 255: a mark, to be dropped */
	char bytes[7];
};
enum { SUBJECT_FOLD_MARK = 255 };

enum subject_use {
	SUBJECT_SPEAKS,
	SUBJECT_GENERIC, /* says nothing alone: "course", "analysis" */
	SUBJECT_FUNCTION, /* nor beside another word: "and", "für" */
};

struct subject_entry {
	uint8_t strength; /* in 1/SUBJECT_STRENGTH_ONE */
	uint8_t use; /* enum subject_use */
	uint8_t nodes[SUBJECT_ENTRY_NODES]; /* fields, the likeliest first */
	uint8_t shares[SUBJECT_ENTRY_NODES]; /* of each, in 1/255; 0: none */
};

/* A field: broad, narrow or detailed. */
struct subject_node {
	char code[5];
	uint8_t n_digits;
	uint8_t parent; /* number of the field above; its own where broad */
};

struct subject_model {
	const struct subject_fold *folds; /* SUBJECT_LETTERS - SUBJECT_LETTERS_FROM */
	const struct subject_node *nodes; /* sorted by code */
	size_t n_nodes;
	const uint32_t *keys; /* mask + 1 of them; 0: free */
	const struct subject_entry *entries;
	size_t mask;
};

/* The model of the build. Generated. */
extern const struct subject_model subject_model_built;

/* A run of letters and digits, folded. */
struct subject_word {
	struct slice text; /* where it stands in the text */
	uint64_t hash;
	char bytes[SUBJECT_WORD_BYTES]; /* folded */
	uint8_t ends[SUBJECT_WORD_BYTES]; /* offset behind each letter */
	uint8_t n_letters;
	bool is_number;
	bool is_acronym; /* two or three capitals */
};

/* The next word of a text; false at its end. */
bool subject_next_word(struct subject_word *w, struct slice *text,
		       const struct subject_fold *folds);
/*
 * Hashes of the beginnings of 5, 6, ... letters that are shorter than the word,
 * and of the ends of 5, 6, ... letters of a compound; their number.
 */
size_t subject_starts(uint64_t out[SUBJECT_LONGEST_START], const struct subject_word *w);
size_t subject_ends(uint64_t out[SUBJECT_LONGEST_END], const struct subject_word *w);
/* Of two words in a row. */
uint64_t subject_pair(const struct subject_word *first, const struct subject_word *second);

/* NULL when a feature is not in the model. */
const struct subject_entry *subject_find(const struct subject_model *model, uint64_t hash);
static inline uint32_t subject_key(uint64_t hash)
{
	uint32_t key = (uint32_t)(hash >> 32);

	return key != 0 ? key : 1;
}

#endif
