// SPDX-License-Identifier: EUPL-1.2
#ifndef CATALOGUE_CODED_RANKS_H
#define CATALOGUE_CODED_RANKS_H

/*
 * The ranks of words in phrases of coded values: coded_words.c tells them,
 * coded_phrase.c makes codes of them. coded_words.h says what each means.
 * Private to coded*.c. Thread: any; pure.
 */

#include "catalogue/coded_words.h"
#include "catalogue/phrase.h"

#include <string.h>

/* Cells of VOCAB_CODED_WORD. */
enum word_cell { WORD_SCHEME, WORD_CODE, WORD_RANK };
/* In the order of precedence where one word is several. */
enum rank {
	RANK_NONE,
	RANK_STRANGE,
	RANK_KNOWN,
	RANK_WHOLE,
	RANK_SURE,
	RANK_DAYS,
	RANK_INTENSIVE,
	RANK_PART,
	RANK_WITH,
	RANK_AND,
	RANK_OR,
	RANK_OF,
	RANK_HALF,
	RANK_VAGUE,
	RANK_LAST,
	RANK_HEAD,
	RANK_WEAK,
	RANK_DOUBTFUL,
	RANK_TERM,
	RANK_ONLINE, /* aspects of supervision, from here on */
	RANK_ONSITE,
	RANK_SUPERVISED,
	RANK_UNSUPERVISED,
	RANK_IDENTITY,
	RANK_ANONYMOUS,
	RANK_WITHOUT,
	RANK_NOT,
	RANK_STOP,
};

/* The vocabulary that is read, and the language of the text where it is known. */
struct wanted {
	const char *scheme;
	struct slice lang;
};

static inline bool coded_is_of(const struct wanted *wanted, const char *scheme)
{
	return strcmp(wanted->scheme, scheme) == 0;
}

/* Whether a word of the rank can say its code. */
static inline bool coded_says(enum rank rank)
{
	return rank >= RANK_HALF && rank <= RANK_TERM;
}

/* What the longest words of a phrase at i that are known are; *n their number, at least 1.
 * *found is their row, where they have one. */
enum rank coded_longest_at(struct vocab_row *found, size_t *n, const struct wanted *wanted,
			   const struct phrase *phrase, size_t i);

#endif
