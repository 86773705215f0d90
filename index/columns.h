// SPDX-License-Identifier: EUPL-1.2
#ifndef INDEX_COLUMNS_H
#define INDEX_COLUMNS_H

/*
 * The attributes that filters, facets and statistics ask for, as arrays by
 * slot in memory: immutable snapshots, one per generation. Derived from
 * offer.attrs and disposable. A snapshot shares the chunks that did not change
 * with the one before it.
 *
 * Thread: snapshots are read by any, and released by any; else as said.
 */

#include "base/arena.h"
#include "base/err.h"
#include "index/row.h"

struct db;
struct columns; /* service: the present snapshot and those still in use */
struct snapshot; /* one generation */

/* What a write transaction changed: filled by offer_index_put() and _remove(). */
struct index_change {
	int64_t slot;
	struct slice attrs; /* encoded; absent: no longer findable */
};

/* In the order in which they were made: of two of one slot the later one holds. */
struct index_changes {
	struct arena arena;
	struct index_change *items; /* on the heap */
	size_t n;
	size_t cap;
	int64_t generation; /* after the transaction; 0: none was made */
};

void index_changes_init(struct index_changes *c);
void index_changes_clear(struct index_changes *c);
/* attrs is copied; SLICE_NONE: no longer findable. Errors: ERR_LIMIT. */
enum err_code index_changes_add(struct index_changes *c, int64_t generation, int64_t slot,
				struct slice attrs, struct err *err) ERR_MUST_USE;

/*
 * Loads all from the database; blocks: at start-up. The generation is that of
 * meta. Errors: ERR_DB, ERR_PARSE for damaged attributes (the offer is named).
 */
enum err_code columns_load(struct columns **out, struct db *db, struct err *err) ERR_MUST_USE;
/* All snapshots taken have been released. */
void columns_free(struct columns *c);

/*
 * Builds the snapshot of a generation, on top of the one prepared before. In
 * pool, by the writer, before its commit, so that a reader that meets the new
 * generation finds it here: columns_find(). What is prepared is published, in the order of
 * preparing, or discarded before another is prepared. Offers whose attributes are damaged are left
 * out (they were written by this process, so there are none).
 */
struct snapshot *columns_prepare(struct columns *c, const struct index_changes *changes);
/* The transaction was committed; the one below is no longer needed. In pool, by the writer. */
void columns_keep(struct columns *c);
/* The transaction failed: as if the snapshot had not been prepared. In pool, by the writer. */
void columns_discard(struct columns *c, struct snapshot *snapshot);
/* Makes it the present one. Loop. */
void columns_publish(struct columns *c, struct snapshot *snapshot);
/* The present one, which stays until it is released. Loop. */
struct snapshot *columns_take(struct columns *c);
/*
 * That of a generation which the database has, while it is the newest but one
 * at least, published or not; NULL when it is not here (any more). To be
 * released too. Any thread.
 */
struct snapshot *columns_find(struct columns *c, int64_t generation);
void columns_release(struct columns *c, struct snapshot *snapshot);
/* Bytes held by all snapshots, for metrics. */
size_t columns_bytes(const struct columns *c);

/* --- reading one; any thread that has it --- */

int64_t snapshot_generation(const struct snapshot *s);
/* Slots are 0 <= slot < snapshot_slots(). */
int64_t snapshot_slots(const struct snapshot *s);
/* Findable offers. */
uint64_t snapshot_offers(const struct snapshot *s);
/* Words in a field of the full text of all offers. */
uint64_t snapshot_words(const struct snapshot *s, enum text_field field);
/* No term in it is higher. */
uint32_t snapshot_max_term(const struct snapshot *s);
/* False for a slot that holds no findable offer. */
bool snapshot_row(struct row_view *out, const struct snapshot *s, int64_t slot);

#endif
