// SPDX-License-Identifier: EUPL-1.2
#ifndef CATALOGUE_CODED_RANKS_H
#define CATALOGUE_CODED_RANKS_H

/*
 * The ranks of words in phrases of coded values: coded_words.c tells them,
 * coded_phrase.c makes codes of them, coded_supervision.c those
 * of supervision. coded_words.h says what each means.
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
	RANK_SURE,
	RANK_WHOLE,
	RANK_DAYS,
	RANK_TURNING,
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

/* Signs between parts of a phrase. */
#define CODED_JOINING ",;/|\n"

enum { CODED_MAX_PHRASE_WORDS = 18 };

/* What the words of a phrase are, one item for each or for several that belong together. */
struct item {
	enum rank rank;
	struct vocab_row row;
	struct slice text;
};

struct search {
	struct wanted wanted;
	struct item items[CODED_MAX_PHRASE_WORDS];
	size_t n;
	bool has_not; /* only where what is not so says something: supervision, stackability */
	bool has_or, has_and;
	bool has_parts; /* several, joined by a word or a comma */
	bool has_part; /* "50 % online", "partly": the other part is something else */
};

/* What the longest words of a phrase at i that are known are; *n their number, at least 1.
 * *found is their row, where they have one. */
enum rank coded_longest_at(struct vocab_row *found, size_t *n, const struct wanted *wanted,
			   const struct phrase *phrase, size_t i);

static inline bool coded_is_joining(const struct item *item)
{
	return item->rank >= RANK_WITH && item->rank <= RANK_OR;
}

/* Whether one of the signs stands between two items. */
static inline bool coded_has_between(const struct item *left, const struct item *right,
				     const char *signs)
{
	const char *end = left->text.p + left->text.n;

	for (const char *p = end; p < right->text.p; p++)
		if (strchr(signs, *p) != NULL)
			return true;
	return false;
}

/* Whether an item from one to before another has a rank. */
static inline bool coded_has_rank(const struct search *s, size_t from, size_t to, enum rank rank)
{
	for (size_t i = from; i < to; i++)
		if (s->items[i].rank == rank)
			return true;
	return false;
}

static inline void coded_make_one(struct coded_found *found, struct slice code)
{
	found->codes[0] = code;
	found->n = 1;
}

/* What the phrase says of supervision, as its one code. */
void coded_settle_supervision(struct coded_found *found, const struct search *s);

#endif
