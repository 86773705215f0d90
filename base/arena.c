// SPDX-License-Identifier: EUPL-1.2
/*
 * A list of chunks, the one in use in front. A chunk is as large as all
 * before it together (within bounds), so that small arenas stay small and
 * large ones have few chunks.
 */
#include "base/arena.h"

#include "base/mem.h"

#include <stdarg.h>
#include <stdio.h>

enum {
	FIRST_CHUNK_BYTES = 4 * 1024,
	LARGEST_CHUNK_BYTES = 256 * 1024, /* larger only for one thing that needs it */
	FIRST_ITEMS = 8,
	ALIGN_BYTES = _Alignof(max_align_t)
};

struct arena_chunk {
	struct arena_chunk *next;
	size_t size; /* bytes behind this header */
	size_t used;
	max_align_t bytes[];
};

void arena_init(struct arena *a, size_t max_bytes)
{
	*a = (struct arena)ARENA_INIT(max_bytes);
}

static void free_chunks(struct arena_chunk *chunk)
{
	while (chunk != NULL) {
		struct arena_chunk *next = chunk->next;

		mem_free(chunk);
		chunk = next;
	}
}

void arena_clear(struct arena *a)
{
	free_chunks(a->chunks);
	arena_init(a, a->max);
}

void arena_reset(struct arena *a)
{
	struct arena_chunk **largest = &a->chunks;
	struct arena_chunk *kept;

	for (struct arena_chunk **at = &a->chunks; *at != NULL; at = &(*at)->next)
		if ((*at)->size > (*largest)->size)
			largest = at;
	kept = *largest;
	if (kept != NULL) {
		*largest = kept->next;
		kept->next = NULL;
		kept->used = 0;
	}
	arena_clear(a);
	a->chunks = kept;
}

/* Puts a chunk with room for size bytes in front. */
static struct arena_chunk *add_chunk(struct arena *a, size_t size)
{
	size_t n_bytes = a->chunks != NULL ? a->chunks->size * 2 : FIRST_CHUNK_BYTES;
	struct arena_chunk *chunk;

	if (n_bytes > LARGEST_CHUNK_BYTES)
		n_bytes = LARGEST_CHUNK_BYTES;
	if (n_bytes < size)
		n_bytes = size;
	require(n_bytes < SIZE_MAX - sizeof(*chunk));
	/* Not zeroed here: arena_alloc() does that for what it hands out. */
	chunk = mem_resize(NULL, sizeof(*chunk) + n_bytes, 1);
	chunk->next = a->chunks;
	chunk->size = n_bytes;
	chunk->used = 0;
	a->chunks = chunk;
	return chunk;
}

void *arena_room(struct arena *a, size_t size)
{
	struct arena_chunk *chunk = a->chunks;
	char *p;

	if (size == 0)
		size = 1;
	/* Rounded up, so that what comes next is aligned; near SIZE_MAX it stays as it is. */
	if (size <= SIZE_MAX - ALIGN_BYTES)
		size = (size + ALIGN_BYTES - 1) / ALIGN_BYTES * ALIGN_BYTES;
	if (a->has_failed || size > a->max - a->used) {
		a->has_failed = true;
		return NULL;
	}
	if (chunk == NULL || size > chunk->size - chunk->used)
		chunk = add_chunk(a, size);
	p = (char *)chunk->bytes + chunk->used;
	chunk->used += size;
	a->used += size;
	return p;
}

void *arena_alloc(struct arena *a, size_t size)
{
	void *p = arena_room(a, size);

	return p != NULL ? memset(p, 0, size) : NULL;
}

void *arena_calloc(struct arena *a, size_t n, size_t size)
{
	if (size > 0 && n > SIZE_MAX / size) {
		a->has_failed = true;
		return NULL;
	}
	return arena_alloc(a, n * size);
}

struct slice arena_dup(struct arena *a, struct slice s)
{
	char *copy;

	if (s.p == NULL)
		return SLICE_NONE;
	if (s.n == SIZE_MAX) {
		a->has_failed = true;
		return SLICE_NONE;
	}
	copy = arena_room(a, s.n + 1);
	if (copy == NULL)
		return SLICE_NONE;
	memcpy(copy, s.p, s.n);
	copy[s.n] = '\0';
	return slice_make(copy, s.n);
}

char *arena_strdup(struct arena *a, const char *text)
{
	struct slice copy = arena_dup(a, slice_of(text));

	return copy.p != NULL ? (char *)(uintptr_t)copy.p : NULL;
}

struct slice arena_printf(struct arena *a, const char *fmt, ...)
{
	char text[256]; /* most are shorter, and need not be formatted twice */
	va_list args;
	char *p;
	int n;

	va_start(args, fmt);
	n = vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	if (n < 0) {
		a->has_failed = true;
		return SLICE_NONE;
	}
	if ((size_t)n < sizeof(text))
		return arena_dup(a, slice_make(text, (size_t)n));
	p = arena_alloc(a, (size_t)n + 1);
	if (p == NULL)
		return SLICE_NONE;
	va_start(args, fmt);
	vsnprintf(p, (size_t)n + 1, fmt, args);
	va_end(args);
	return slice_make(p, (size_t)n);
}

void *arena_push(struct arena *a, void **items, size_t *n, size_t *cap, size_t size)
{
	if (*n == *cap) {
		size_t new_cap = *cap > 0 ? *cap * 2 : FIRST_ITEMS;
		void *grown;

		if (new_cap > SIZE_MAX / size) {
			a->has_failed = true;
			return NULL;
		}
		grown = arena_room(a, new_cap * size);
		if (grown == NULL)
			return NULL;
		if (*n > 0)
			memcpy(grown, *items, *n * size);
		*items = grown;
		*cap = new_cap;
	}
	return memset((char *)*items + (*n)++ * size, 0, size);
}
