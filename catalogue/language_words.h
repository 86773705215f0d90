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

enum { LANGUAGE_WORDS_LANGS = 64 }; /* one bit each */

/* Ready for the look-ups below. Each text begins with it. */
void language_words_prepare(void);
/* The languages that have a word, folded here; none: 0. */
uint64_t language_words_of(struct slice word);
/* The languages that a letter beyond ASCII speaks for. */
uint64_t language_words_of_letter(uint32_t code_point);
/* The tag of a bit; 0 <= i < language_words_langs(). Static. */
struct slice language_words_tag(size_t i);
size_t language_words_langs(void);

#endif
