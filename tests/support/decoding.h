// SPDX-License-Identifier: EUPL-1.2
#ifndef TESTS_SUPPORT_DECODING_H
#define TESTS_SUPPORT_DECODING_H

/*
 * A decoder and the guess over bytes that come in pieces, each on the heap by
 * itself, so that a sanitizer sees a step too far.
 */

#include "harvesters/encoding.h"
#include "tests/support/exact.h"

/* Appends the text to out; the number of repairs. */
static inline uint64_t decode_in_pieces(struct buf *out, enum encoding e, struct slice in,
					size_t piece)
{
	struct decoder d;

	decoder_init(&d, e);
	for (; in.n > 0; in = slice_from(in, piece)) {
		struct slice part = unit_exact(slice_first(in, piece));

		decoder_feed(&d, out, part);
		unit_exact_free(part);
	}
	decoder_end(&d, out);
	return d.n_repaired;
}

static inline enum encoding guess_in_pieces(const char **why, struct slice in, size_t piece)
{
	struct encoding_guess g;

	encoding_guess_init(&g);
	for (; in.n > 0; in = slice_from(in, piece)) {
		struct slice part = unit_exact(slice_first(in, piece));

		encoding_guess_feed(&g, part);
		unit_exact_free(part);
	}
	return encoding_guess_end(&g, why);
}

#endif
