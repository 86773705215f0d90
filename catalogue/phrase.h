// SPDX-License-Identifier: EUPL-1.2
#ifndef CATALOGUE_PHRASE_H
#define CATALOGUE_PHRASE_H

/*
 * Words of a short phrase, for readers that look for terms of a vocabulary in
 * it. Private to the readers of catalogue/.
 *
 * Thread: any; pure.
 */

#include "base/slice.h"

enum { PHRASE_MAX_WORDS = 20 };

struct phrase {
	struct slice words[PHRASE_MAX_WORDS]; /* in the text, in their order */
	size_t n;
};

/* The next run of bytes that are none of the separators, taken off rest; false at the end. */
bool phrase_next(struct slice *word, struct slice *rest, const char *separators);
/* All words; false when there are more than max_words (at most PHRASE_MAX_WORDS), or one that
 * refuses() (NULL: none) does not want. */
bool phrase_split(struct phrase *out, struct slice text, const char *separators, size_t max_words,
		  bool (*refuses)(struct slice word));
/* The text from word i to the nth from there, with what stands between them; n is at least 1. */
struct slice phrase_part(const struct phrase *phrase, size_t i, size_t n);

#endif
