// SPDX-License-Identifier: EUPL-1.2
#ifndef CATALOGUE_LANGUAGE_PARTS_H
#define CATALOGUE_LANGUAGE_PARTS_H

/*
 * What reading one language and reading several share: private to language*.c.
 *
 * Thread: any; pure functions.
 */

#include "catalogue/readers.h"

/* Between the subtags of a tag: "en-GB", "en_GB". */
bool language_is_separator(char c);
/* Whether a subtag is the alpha-2 code of a country. */
bool language_is_country(struct slice subtag);
/* Up to the first blank, and behind the last one. */
struct slice language_first_word(struct slice text);
struct slice language_last_word(struct slice text);
/* Without brackets, quotes and punctuation around it. */
struct slice language_unwrapped(struct slice text);
/* Without one word that may stand before a language ("taught"), or behind it ("B2", "k."); the
 * text itself where there is none. */
struct slice language_without_head(struct slice text);
struct slice language_without_tail(struct slice text);
/* Whether a label says that a language must be known: "Prerequisite: English B2". */
bool language_is_required(struct slice text);
/* Whether a word is in a list of folded ones. */
bool language_word_is_one_of(struct slice word, const char *const *list, size_t n);

#endif
