// SPDX-License-Identifier: EUPL-1.2
#ifndef INDEX_RECORD_READING_H
#define INDEX_RECORD_READING_H

/*
 * One record as a worker said it, brought into the form that is stored. None of
 * it needs the database: a batch is read while the writer has another in hand.
 *
 * Thread: any; pure.
 */

#include "catalogue/offer.h"
#include "index/blob.h"

struct record_reading {
	struct offer offer; /* what the body says */
	struct slice body; /* offer_write() */
	struct slice words; /* words_write(), packed beside the body */
	uint8_t body_hash[BLOB_HASH_BYTES];
	enum err_code code; /* not ERR_OK: it cannot be stored; the rest is not set then, */
	struct slice why; /* for this reason */
};

/*
 * offer: a JSON object; words: a JSON array, or absent. Borrowed, and in the
 * arena, for as long as the reading is used. NULL when the arena is full.
 */
struct record_reading *record_reading_make(struct arena *arena, struct blob_packer *packer,
					   struct slice offer, struct slice words);

#endif
