// SPDX-License-Identifier: EUPL-1.2
#ifndef TESTS_SUPPORT_KEPT_BODIES_H
#define TESTS_SUPPORT_KEPT_BODIES_H

/*
 * Responses' bodies put by and loaded again through a store: the two sides that
 * the daemon's spool and replay play otherwise, each as slow, silent or
 * unwilling as a test wants. See store_fixture.h for what goes with them.
 */

#include "tests/support/store_fixture.h"

struct keep_seen {
	struct store_response_keep req;
	struct seen seen;
	struct slice body;
	size_t at, n_piece;
	unsigned n_wants;
	bool gives_up; /* at the second piece */
	bool is_silent; /* gives no piece at all */
};

/* Puts by body as that of a URL, 1,000 bytes a piece (n_piece); body lives as long as k. */
void keep_seen_start(struct store_fixture *x, struct keep_seen *k, const char *url,
		     struct slice body);

struct load_seen {
	struct store_response_load req;
	struct seen seen;
	struct buf got; /* the test's to clear */
	unsigned n_pieces;
	bool is_slow; /* the test calls next */
	bool cancels; /* at the first piece */
};

/* Loads the body that has body's hash. */
void load_seen_start(struct store_fixture *x, struct load_seen *l, struct slice body);

/* n bytes, in the fixture's arena, that compress so badly that a body has several pieces. */
struct slice kept_noise(struct store_fixture *x, size_t n);

#endif
