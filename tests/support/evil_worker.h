// SPDX-License-Identifier: EUPL-1.2
#ifndef TESTS_SUPPORT_EVIL_WORKER_H
#define TESTS_SUPPORT_EVIL_WORKER_H

/* What a test and the misbehaving worker must agree on. */

#include "harvesters/harvester.h"

#include <string.h>

/* The raw hash of the item that a script calls "seen ID": the id, padded. */
static inline struct raw_hash evil_hash(struct slice id)
{
	struct raw_hash hash = { { 0 } };

	memcpy(hash.bytes, id.p, id.n < sizeof(hash.bytes) ? id.n : sizeof(hash.bytes));
	return hash;
}

#endif
