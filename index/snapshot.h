// SPDX-License-Identifier: EUPL-1.2
#ifndef INDEX_SNAPSHOT_H
#define INDEX_SNAPSHOT_H

/*
 * The inside of columns.h: chunks of rows, counted references, snapshots that
 * share chunks. A chunk and a snapshot are never changed once another thread
 * can see them.
 *
 *     snapshot 7:  chunk A   chunk B   chunk C
 *     snapshot 8:  chunk A   chunk B'  chunk C      (one offer of B changed)
 *
 * Threads share the counters, and the two newest snapshots: the writer's thread
 * sets them, a reader that has met a newer generation takes one of them.
 */

#include "index/columns.h"

#include <pthread.h>
#include <stdatomic.h>

enum { CHUNK_SLOTS = 4096 };

struct chunk {
	atomic_uint n_refs;
	struct columns *owner;  /* counts its bytes */
	size_t bytes;
	uint32_t n_live;
	uint32_t max_term;
	uint64_t n_words[FIELD_COUNT];
	uint32_t *pool;
	size_t n_pool;
	struct row rows[CHUNK_SLOTS];
};

struct snapshot {
	atomic_uint n_refs;
	struct columns *owner;
	int64_t generation;
	struct chunk **chunks; /* NULL for one in which nothing is live */
	size_t n_chunks;
	uint64_t n_live;
	uint32_t max_term;
	uint64_t n_words[FIELD_COUNT];
};

struct columns {
	struct snapshot *present; /* loop */
	pthread_mutex_t mutex;    /* for the two below: set by the writer, taken by readers */
	struct snapshot *newest;  /* what the next one is built upon */
	struct snapshot *older;   /* before the newest, while that may be discarded */
	atomic_size_t bytes;
};

/* Rows and pool words in the order of slots; then a chunk that holds exactly them. */
struct chunk_draft {
	struct row rows[CHUNK_SLOTS];
	uint32_t *pool;
	size_t n_pool;
	size_t cap_pool;
};

void chunk_draft_reset(struct chunk_draft *d);
void chunk_draft_clear(struct chunk_draft *d);
/* Puts a row at place i; attrs, or a row of another chunk. */
void chunk_draft_put(struct chunk_draft *d, size_t i, const struct attrs *a);
void chunk_draft_copy(struct chunk_draft *d, size_t i, const struct row_view *v);
/* NULL when nothing is live. */
struct chunk *chunk_make(struct columns *owner, const struct chunk_draft *d);

/* A snapshot of a generation with n_chunks empty places and one reference. */
struct snapshot *snapshot_make(struct columns *owner, int64_t generation, size_t n_chunks);
/* Takes over a reference to the chunk (or NULL). */
void snapshot_set(struct snapshot *s, size_t i, struct chunk *chunk);
struct chunk *chunk_hold(struct chunk *chunk);
struct snapshot *snapshot_hold(struct snapshot *s);
void snapshot_drop(struct snapshot *s);

#endif
