// SPDX-License-Identifier: EUPL-1.2
#ifndef CATALOGUE_TEXT_SET_H
#define CATALOGUE_TEXT_SET_H

/*
 * A set of texts in one pool, each with its offset there: what vocab-compile
 * gathers, in the form of vocab_data.h. Private to vocab-compile.
 *
 * Thread: any; a set belongs to its owner.
 */

#include "base/buf.h"

struct text_set {
	struct buf pool; /* texts as vocab_data.h has them */
	uint32_t *slots; /* offset + 1, 0 free */
	size_t n_slots; /* a power of two */
	size_t n;
};

void text_set_init(struct text_set *s);
void text_set_clear(struct text_set *s);
/* The text at an offset that text_set_add() gave; borrowed until the next one is added. */
struct slice text_set_at(const struct text_set *s, uint32_t at);
bool text_set_has(const struct text_set *s, struct slice text);
/* The offset of a text of at most VOCAB_DATA_MAX_LENGTH bytes, added if need be. */
uint32_t text_set_add(struct text_set *s, struct slice text);

#endif
