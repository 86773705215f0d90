// SPDX-License-Identifier: EUPL-1.2
/*
 * Chunks and snapshots: made, shared, read and freed.
 */
#include "index/snapshot.h"

#include "base/mem.h"

/* --- drafts --- */

void chunk_draft_reset(struct chunk_draft *d)
{
	memset(d->rows, 0, sizeof(d->rows));
	d->n_pool = 0;
}

void chunk_draft_clear(struct chunk_draft *d)
{
	mem_free(d->pool);
	d->pool = NULL;
	d->n_pool = 0;
	d->cap_pool = 0;
}

static uint32_t *draft_room(struct chunk_draft *d, size_t n)
{
	if (n > d->cap_pool - d->n_pool) {
		size_t cap = d->cap_pool * 2 > d->n_pool + n ? d->cap_pool * 2 : d->n_pool + n;

		d->pool = mem_resize(d->pool, cap, sizeof(*d->pool));
		d->cap_pool = cap;
	}
	return d->pool + d->n_pool;
}

void chunk_draft_put(struct chunk_draft *d, size_t i, const struct attrs *a)
{
	size_t n = row_pool_words(a);

	row_build(&d->rows[i], draft_room(d, n), (uint32_t)d->n_pool, a);
	d->n_pool += n;
}

void chunk_draft_copy(struct chunk_draft *d, size_t i, const struct row_view *v)
{
	size_t n = row_pool_size(v);
	uint32_t *to = draft_room(d, n);

	d->rows[i] = *v->row;
	d->rows[i].pool_at = (uint32_t)d->n_pool;
	if (n > 0)
		memcpy(to, v->pool, n * sizeof(*to));
	d->n_pool += n;
}

/* --- chunks --- */

static void chunk_count(struct chunk *c)
{
	for (size_t i = 0; i < CHUNK_SLOTS; i++) {
		struct row_view v = { &c->rows[i], c->pool + c->rows[i].pool_at };
		uint32_t max;

		if (!v.row->is_live)
			continue;
		max = row_max_term(&v);
		c->n_live++;
		c->max_term = max > c->max_term ? max : c->max_term;
		for (size_t f = 0; f < FIELD_COUNT; f++)
			c->n_words[f] += row_words(v.row->n_words[f]);
	}
}

struct chunk *chunk_make(struct columns *owner, const struct chunk_draft *d)
{
	struct chunk *c = mem_new(struct chunk);

	atomic_init(&c->n_refs, 1);
	c->owner = owner;
	/* One word more, so that the pool is never NULL. */
	c->pool = mem_new_n(uint32_t, d->n_pool + 1);
	c->n_pool = d->n_pool;
	if (d->n_pool > 0)
		memcpy(c->pool, d->pool, d->n_pool * sizeof(*c->pool));
	memcpy(c->rows, d->rows, sizeof(c->rows));
	chunk_count(c);
	c->bytes = sizeof(*c) + (d->n_pool + 1) * sizeof(*c->pool);
	atomic_fetch_add(&owner->bytes, c->bytes);
	return c;
}

struct chunk *chunk_hold(struct chunk *chunk)
{
	if (chunk != NULL)
		atomic_fetch_add(&chunk->n_refs, 1);
	return chunk;
}

static void chunk_drop(struct chunk *c)
{
	if (c == NULL || atomic_fetch_sub(&c->n_refs, 1) > 1)
		return;
	atomic_fetch_sub(&c->owner->bytes, c->bytes);
	mem_free(c->pool);
	mem_free(c);
}

/* --- snapshots --- */

struct snapshot *snapshot_make(struct columns *owner, int64_t generation, size_t n_chunks)
{
	struct snapshot *s = mem_new(struct snapshot);

	atomic_init(&s->n_refs, 1);
	s->owner = owner;
	s->generation = generation;
	s->n_chunks = n_chunks;
	s->chunks = mem_new_n(struct chunk *, n_chunks + 1);
	atomic_fetch_add(&owner->bytes, sizeof(*s) + (n_chunks + 1) * sizeof(struct chunk *));
	return s;
}

void snapshot_set(struct snapshot *s, size_t i, struct chunk *chunk)
{
	s->chunks[i] = chunk;
	if (chunk == NULL)
		return;
	s->n_live += chunk->n_live;
	s->max_term = chunk->max_term > s->max_term ? chunk->max_term : s->max_term;
	for (size_t f = 0; f < FIELD_COUNT; f++)
		s->n_words[f] += chunk->n_words[f];
}

struct snapshot *snapshot_hold(struct snapshot *s)
{
	atomic_fetch_add(&s->n_refs, 1);
	return s;
}

void snapshot_drop(struct snapshot *s)
{
	if (s == NULL || atomic_fetch_sub(&s->n_refs, 1) > 1)
		return;
	for (size_t i = 0; i < s->n_chunks; i++)
		chunk_drop(s->chunks[i]);
	atomic_fetch_sub(&s->owner->bytes, sizeof(*s) + (s->n_chunks + 1) * sizeof(struct chunk *));
	mem_free(s->chunks);
	mem_free(s);
}

/* --- reading --- */

int64_t snapshot_generation(const struct snapshot *s)
{
	return s->generation;
}

int64_t snapshot_slots(const struct snapshot *s)
{
	return (int64_t)s->n_chunks * CHUNK_SLOTS;
}

uint64_t snapshot_offers(const struct snapshot *s)
{
	return s->n_live;
}

uint64_t snapshot_words(const struct snapshot *s, enum text_field field)
{
	return s->n_words[field];
}

uint32_t snapshot_max_term(const struct snapshot *s)
{
	return s->max_term;
}

bool snapshot_row(struct row_view *out, const struct snapshot *s, int64_t slot)
{
	const struct chunk *c;
	const struct row *row;

	if (slot < 0 || slot >= snapshot_slots(s))
		return false;
	c = s->chunks[slot / CHUNK_SLOTS];
	if (c == NULL)
		return false;
	row = &c->rows[slot % CHUNK_SLOTS];
	if (!row->is_live)
		return false;
	*out = (struct row_view){ row, c->pool + row->pool_at };
	return true;
}
