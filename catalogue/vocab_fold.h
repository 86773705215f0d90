// SPDX-License-Identifier: EUPL-1.2
#ifndef CATALOGUE_VOCAB_FOLD_H
#define CATALOGUE_VOCAB_FOLD_H

/*
 * How keys of the vocabularies are folded, compiled into vocab-compile (which
 * makes the tables) and into the library (which asks them), so that both
 * always agree.
 *
 * Thread: any; pure functions.
 */

#include "base/slice.h"

enum {
	VOCAB_KEY_BYTES = 1024, /* a longer folded key cannot be in a table */
	VOCAB_FOLD_POINTS = 1024, /* code points that folding looks at */
};

/* What is equal for a key besides case, blanks, quotes, dashes and compatibility forms. */
enum vocab_fold {
	VOCAB_FOLD_TEXT, /* nothing more */
	VOCAB_FOLD_WORDS, /* hyphens and underscores are blanks: "on-campus", "on_campus" */
	VOCAB_FOLD_NAME, /* punctuation is a blank, marks on letters are dropped: names in
			  * capitals without accents, as the ECHE list writes them */
	VOCAB_FOLD_PATTERN, /* as names, but stars stay: patterns of words */
	VOCAB_FOLD_TOPIC, /* as names, in the order of the alphabet and without articles and the like:
			   * "Food science and technology", "science and technology of food" */
};

/*
 * Folds into out (of cap bytes, not terminated); the length, 0 when nothing is
 * left, when it is too long, or when text is not UTF-8. "http://" and
 * "https://" in front and slashes at the end of such a text are dropped, so
 * that twins of one URI are one key.
 */
size_t vocab_fold_as(char *out, size_t cap, struct slice text, enum vocab_fold how);

enum { VOCAB_HASH_START = 0 };
/* FNV-1a, 64 bits; begin with hash VOCAB_HASH_START. Not for hostile input. */
uint64_t vocab_hash(uint64_t hash, struct slice data);
/* Of a folded key, eight bytes at a time; the same on every machine. Not for hostile input. */
uint64_t vocab_key_hash(struct slice key);

#endif
