// SPDX-License-Identifier: EUPL-1.2
#ifndef INDEX_COLUMNS_H
#define INDEX_COLUMNS_H

/*
 * The attributes that filters, facets and statistics ask for, as arrays by
 * slot in memory: immutable snapshots, one per generation. Derived from
 * offer.attrs and disposable. A snapshot shares the chunks that did not change
 * with the one before it.
 *
 * Thread: snapshots are read by any; taking and releasing on the loop.
 */

#include "base/arena.h"
#include "base/err.h"
#include "index/attrs.h"

struct db;
struct columns;  /* service: the present snapshot and those still in use */
struct snapshot; /* one generation */

/* What a write transaction changed: filled by offer_index_put() and _remove(). */
struct index_change {
	int64_t slot;
	struct slice attrs; /* encoded; absent: no longer findable */
};

struct index_changes {
	struct arena arena;
	struct index_change *items;
	size_t n;
	size_t cap;
	int64_t generation; /* after the transaction; 0: none was made */
};

void index_changes_init(struct index_changes *c);
void index_changes_clear(struct index_changes *c);

/* Loads all from the database; blocks: at start-up. */
enum err_code columns_load(struct columns **out, struct db *db, struct err *err) ERR_MUST_USE;
void columns_free(struct columns *c);
/* Builds the snapshot of a generation; in pool, by the writer, before it is published. */
struct snapshot *columns_prepare(struct columns *c, const struct index_changes *changes);
/* Makes it the present one. Loop. */
void columns_publish(struct columns *c, struct snapshot *snapshot);
struct snapshot *columns_take(struct columns *c);
void columns_release(struct columns *c, struct snapshot *snapshot);
int64_t snapshot_generation(const struct snapshot *s);
/* Bytes held by all snapshots, for metrics. */
size_t columns_bytes(const struct columns *c);

#endif
