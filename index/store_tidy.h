// SPDX-License-Identifier: EUPL-1.2
#ifndef INDEX_STORE_TIDY_H
#define INDEX_STORE_TIDY_H

/*
 * What the store does when it has nothing to do: the full text's segments are
 * merged, LIMIT_STORE_TIDY_PAGES a transaction, once no write has come for
 * quiet_ms of the store's options. A write waits for one such transaction at
 * most, some ten milliseconds. Where writes leave no quiet time, one such
 * transaction follows each from LIMIT_STORE_SEGMENTS segments on. What a crash
 * or the end of the process leaves unmerged is merged after the next start.
 *
 * Thread: loop.
 */

#include "base/loop.h"

struct store;

/* Once, when the store is open. */
void store_tidy_open(struct store *store, uint32_t quiet_ms);
/* After a write that changed the full text. */
void store_tidy_after_write(struct store *store);
/* The store closes: what runs ends as other writes do, nothing is begun. */
void store_tidy_stop(struct store *store);
/* Nothing runs any more; on_closed on a later turn. */
void store_tidy_close(struct store *store, void (*on_closed)(struct loop_timer *));

#endif
