// SPDX-License-Identifier: EUPL-1.2
#ifndef CATALOGUE_LANGUAGE_WORDS_H
#define CATALOGUE_LANGUAGE_WORDS_H

/*
 * The table of frequent words (VOCAB_LANGUAGE_WORD) as telling a language
 * needs it: some hundred words of each record are looked up, and most are not
 * in it. Built at first use; built anew when an operator's rows were added.
 * Private to language_detect.c.
 *
 * Thread: any.
 */

#include "base/slice.h"

enum {
	LANGUAGE_WORDS_LANGS = 64, /* one bit each */
	LANGUAGE_WORD_SCORE = 5040, /* divisible by all small numbers of languages */
};

/* The languages that have a word, or that a letter beyond ASCII speaks for. */
struct language_share {
	uint64_t langs; /* a bit each; 0: none */
	uint32_t score; /* of each of them: the nth part of a word's */
};

enum {
	LANGUAGE_WORD_BYTES = 32, /* longer ones are not looked up */
	LANGUAGE_WORD_LETTERS = LANGUAGE_WORD_BYTES / 2,
};

struct language_word {
	size_t n_bytes;
	struct language_share share;
	struct language_share letters[LANGUAGE_WORD_LETTERS]; /* that speak for any */
	size_t n_letters;
};

/* Ready for the look-ups below. Each text begins with it. */
void language_words_prepare(void);
/*
 * Takes the letters at the front off text, and folds and looks them up on the
 * way: a text has hundreds of words, and each byte is looked at once. False
 * when there is no letter at the front.
 */
bool language_words_take(struct language_word *out, struct slice *text);
/* The tag of a bit; 0 <= i < language_words_langs(). Static. */
struct slice language_words_tag(size_t i);
size_t language_words_langs(void);

#endif
