// SPDX-License-Identifier: EUPL-1.2
#ifndef INDEX_OFFER_ATTRS_H
#define INDEX_OFFER_ATTRS_H

/*
 * From an offer to its attributes; values of facets become terms.
 *
 * A language with a region or script ("pt-BR") counts for its language ("pt")
 * too. A provider's code is its domain (schac), else its ROR or another id,
 * else its name.
 *
 * Thread: pool (writer).
 */

#include "index/attrs.h"
#include "index/offer_index.h"

enum err_code attrs_of_offer(struct attrs *out, struct arena *arena, struct db *db,
			     const struct offer *offer, const struct offer_facts *facts,
			     const uint32_t n_words[FIELD_COUNT], struct err *err) ERR_MUST_USE;

/* What follows from the text alone: the title's key and how many words each column has. */
void attrs_set_text(struct attrs *a, char title_key[TITLE_KEY_BYTES], const struct offer *offer,
		    const uint32_t n_words[FIELD_COUNT]);

#endif
