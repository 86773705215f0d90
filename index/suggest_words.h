// SPDX-License-Identifier: EUPL-1.2
#ifndef INDEX_SUGGEST_WORDS_H
#define INDEX_SUGGEST_WORDS_H

/*
 * Which words the titles of all offers have: counted up and down as titles
 * come, change and go. A slot remembers the numbers of its title's words, so
 * that an old title need not be known to take it out.
 *
 * Thread: one at a time.
 */

#include "base/arena.h"

enum {
	SUGGEST_WORDS_MAX = 1 << 20, /* different words; further ones are not suggested */
	SUGGEST_TITLE_WORDS = 32,    /* of one title */
	SUGGEST_SPELLING_BYTES = 96,
};

struct suggest_word {
	char *folded;
	char *spelling;
	uint32_t n_offers;
};

struct suggest_words {
	struct suggest_word *items;
	uint32_t n, cap;
	uint32_t *places;    /* open hash: number of the word + 1 */
	uint32_t n_places;   /* a power of two */
	uint32_t **of_slot;  /* [0] is how many follow; NULL: none */
	size_t n_slots;
};

void suggest_words_clear(struct suggest_words *w);
/* The column "title" of an offer (offer_text.h); SLICE_NONE when it is not findable. */
void suggest_words_set(struct suggest_words *w, int64_t slot, struct slice title);

#endif
