// SPDX-License-Identifier: EUPL-1.2
#ifndef HARVESTERS_ID_SET_H
#define HARVESTERS_ID_SET_H

/*
 * Which ids a run has shown, as 64-bit hashes with a count: to notice a page
 * that repeats, and rows that share an id. It stops taking new ones at
 * LIMIT_RUN_IDS.
 *
 * Thread: any; a set belongs to its owner.
 */

#include "base/slice.h"

struct id_entry {
	uint64_t hash; /* 0: free */
	uint32_t n;
};

struct id_set {
	struct id_entry *entries; /* private */
	size_t n;
	size_t cap;
	bool is_full; /* some ids were not taken: answers about them are "new" */
};

/* How often it was added before; adds it once more. */
uint32_t id_set_add(struct id_set *set, struct slice id);
/* How often it was added; 0 for an unknown one. */
uint32_t id_set_count(const struct id_set *set, struct slice id);
void id_set_clear(struct id_set *set);

#endif
