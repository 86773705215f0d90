// SPDX-License-Identifier: EUPL-1.2
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

/*
 * Memory that is freed as a whole: one page's records, one query, one offer.
 * An arena has a maximum; beyond it arena_alloc() returns NULL and the arena
 * has_failed, so that a builder checks once at its end (the helpers below
 * accept NULL results of one another and hand out empty slices).
 *
 * Thread: any; an arena belongs to its owner.
 */

#include "base/slice.h"

struct arena_chunk;

struct arena {
	struct arena_chunk *chunks;
	size_t used;     /* bytes handed out, each piece rounded up to its alignment */
	size_t max;      /* used never exceeds it */
	bool has_failed; /* max was met */
};

#define ARENA_INIT(max_bytes) { NULL, 0, (max_bytes), false }

void arena_init(struct arena *a, size_t max_bytes);
/* Frees all. */
void arena_clear(struct arena *a);
/* Empties it, forgets a failure and keeps the largest chunk for the next use. */
void arena_reset(struct arena *a);
/* Zeroed and aligned for any type, or NULL; once it has failed always NULL. */
void *arena_alloc(struct arena *a, size_t size);
/* As above and not zeroed, for bytes that are written at once. */
void *arena_room(struct arena *a, size_t size);
/* n things of size bytes, overflow checked. */
void *arena_calloc(struct arena *a, size_t n, size_t size);
/* A copy, terminated with a 0 that n does not count; of SLICE_NONE, SLICE_NONE. */
struct slice arena_dup(struct arena *a, struct slice s);
/* NULL gives NULL. */
char *arena_strdup(struct arena *a, const char *text);
struct slice arena_printf(struct arena *a, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/*
 * Adds a zeroed thing to an array that grows by doubling and returns it:
 * *items holds *n of them, and *n becomes one more. All three start as NULL
 * and 0; *cap is the function's own. NULL (and *n as it was) when the arena is
 * full. Pointers to earlier things do not stay valid.
 */
void *arena_push(struct arena *a, void **items, size_t *n, size_t *cap, size_t size);

#define arena_new(a, type) ((type *)arena_alloc((a), sizeof(type)))
#define arena_new_n(a, type, n) ((type *)arena_calloc((a), (n), sizeof(type)))

#endif
