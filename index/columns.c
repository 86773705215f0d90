// SPDX-License-Identifier: EUPL-1.2
/*
 * The column arrays as a service: loaded once, then one snapshot built upon
 * the other by what each write transaction changed.
 */
#include "index/columns.h"

#include "base/limits.h"
#include "base/mem.h"
#include "index/db.h"
#include "index/snapshot.h"

#include <stdlib.h>

/* --- what a transaction changed --- */

void index_changes_init(struct index_changes *c)
{
	*c = (struct index_changes){ .arena = ARENA_INIT(LIMIT_INDEX_CHANGES_BYTES) };
}

void index_changes_clear(struct index_changes *c)
{
	arena_clear(&c->arena);
	mem_free(c->items);
	index_changes_init(c);
}

enum err_code index_changes_add(struct index_changes *c, int64_t generation, int64_t slot,
				struct slice attrs, struct err *err)
{
	struct slice copy = arena_dup(&c->arena, attrs);

	if (c->arena.has_failed)
		return err_set(err, ERR_LIMIT,
			       "one transaction changes more than %u bytes of attributes",
			       (unsigned)LIMIT_INDEX_CHANGES_BYTES);
	if (c->n == c->cap) {
		c->cap = c->cap == 0 ? 64 : c->cap * 2;
		c->items = mem_resize(c->items, c->cap, sizeof(*c->items));
	}
	c->items[c->n++] = (struct index_change){ slot, copy };
	c->generation = generation;
	return ERR_OK;
}

/* --- loading --- */

struct loading {
	struct columns *columns;
	struct chunk **chunks;
	size_t n;
	size_t cap;
	struct chunk_draft *draft;
	size_t n_in_draft;
	size_t at; /* which chunk the draft is */
	struct arena arena;
};

/* The draft becomes chunk number `at`. */
static void loading_flush(struct loading *l)
{
	if (l->n_in_draft == 0)
		return;
	if (l->at >= l->cap) {
		size_t cap = l->at + 1 > l->cap * 2 ? l->at + 1 : l->cap * 2;

		l->chunks = mem_resize(l->chunks, cap, sizeof(struct chunk *));
		l->cap = cap;
	}
	for (; l->n < l->at; l->n++)
		l->chunks[l->n] = NULL;
	l->chunks[l->n++] = chunk_make(l->columns, l->draft);
	chunk_draft_reset(l->draft);
	l->n_in_draft = 0;
}

static enum err_code loading_add(struct loading *l, int64_t slot, struct slice bytes,
				 struct err *err)
{
	struct attrs attrs;
	enum err_code rc;

	if (slot < 0 || slot > LIMIT_SLOT_MAX)
		return err_set(err, ERR_DB, "offer %lld: not a slot", (long long)slot);
	arena_reset(&l->arena);
	rc = attrs_decode(&attrs, &l->arena, bytes, err);
	if (rc != ERR_OK) {
		err_wrap(err, "offer %lld", (long long)slot);
		return rc;
	}
	if ((size_t)slot / CHUNK_SLOTS != l->at)
		loading_flush(l);
	l->at = (size_t)slot / CHUNK_SLOTS;
	chunk_draft_put(l->draft, (size_t)slot % CHUNK_SLOTS, &attrs);
	l->n_in_draft++;
	return ERR_OK;
}

static enum err_code loading_run(struct loading *l, struct db *db, struct err *err)
{
	sqlite3_stmt *st = db_stmt(db, STMT_ATTRS_ALL);
	bool has_row = false;
	enum err_code rc;

	do {
		rc = stmt_next(db, st, &has_row, "load attributes", err);
		if (rc == ERR_OK && has_row)
			rc = loading_add(l, stmt_i64(st, 0), stmt_blob(st, 1), err);
	} while (rc == ERR_OK && has_row);
	stmt_done(st);
	loading_flush(l);
	return rc;
}

enum err_code columns_load(struct columns **out, struct db *db, struct err *err)
{
	struct loading l = { .columns = mem_new(struct columns),
			     .draft = mem_new(struct chunk_draft),
			     .arena = ARENA_INIT(LIMIT_OFFER_ARENA_BYTES) };
	struct snapshot *s;
	int64_t generation = 0;
	bool is_alone = sqlite3_get_autocommit(db->conn) != 0; /* no transaction of the caller's */
	enum err_code rc = is_alone ? db_begin_read(db, err) : ERR_OK;

	if (rc == ERR_OK) {
		rc = db_generation(db, &generation, err);
		if (rc == ERR_OK)
			rc = loading_run(&l, db, err);
		if (is_alone)
			db_rollback(db);
	}
	pthread_mutex_init(&l.columns->mutex, NULL);
	s = snapshot_make(l.columns, generation, l.n);
	for (size_t i = 0; i < l.n; i++)
		snapshot_set(s, i, l.chunks[i]);
	l.columns->present = s;
	l.columns->newest = snapshot_hold(s);
	mem_free(l.chunks);
	chunk_draft_clear(l.draft);
	mem_free(l.draft);
	arena_clear(&l.arena);
	if (rc == ERR_OK)
		*out = l.columns;
	else
		columns_free(l.columns);
	return rc;
}

void columns_free(struct columns *c)
{
	if (c == NULL)
		return;
	snapshot_drop(c->present);
	snapshot_drop(c->newest);
	columns_keep(c);
	pthread_mutex_destroy(&c->mutex);
	mem_free(c);
}

/* --- the next snapshot --- */

/* A change with its place in the order of changes. */
struct ordered_change {
	const struct index_change *change;
	size_t at;
};

static int by_slot(const void *a, const void *b)
{
	const struct ordered_change *x = a;
	const struct ordered_change *y = b;

	if (x->change->slot != y->change->slot)
		return x->change->slot < y->change->slot ? -1 : 1;
	return x->at < y->at ? -1 : x->at > y->at;
}

/* Sorted by slot, of each slot the last; the number of them. */
static size_t order_changes(struct ordered_change *out, const struct index_changes *changes)
{
	size_t n = 0;

	for (size_t i = 0; i < changes->n; i++)
		out[i] = (struct ordered_change){ &changes->items[i], i };
	qsort(out, changes->n, sizeof(*out), by_slot);
	for (size_t i = 0; i < changes->n; i++) {
		int64_t slot = out[i].change->slot;

		if (slot < 0 || slot > LIMIT_SLOT_MAX ||
		    (i + 1 < changes->n && out[i + 1].change->slot == slot))
			continue;
		out[n++] = out[i];
	}
	return n;
}

/* Builds chunk number `at` from the old one and the n changes that lie in it. */
static struct chunk *chunk_changed(struct columns *c, const struct chunk *old,
				   const struct ordered_change *changes, size_t n,
				   struct chunk_draft *draft, struct arena *arena)
{
	bool has_rows = false;

	chunk_draft_reset(draft);
	for (size_t i = 0, k = 0; i < CHUNK_SLOTS; i++) {
		struct attrs attrs;

		if (k < n && (size_t)changes[k].change->slot % CHUNK_SLOTS == i) {
			struct slice bytes = changes[k++].change->attrs;

			arena_reset(arena);
			if (bytes.p == NULL || attrs_decode(&attrs, arena, bytes, NULL) != ERR_OK)
				continue;
			chunk_draft_put(draft, i, &attrs);
			has_rows = true;
		} else if (old != NULL && old->rows[i].is_live) {
			struct row_view v = { &old->rows[i], old->pool + old->rows[i].pool_at };

			chunk_draft_copy(draft, i, &v);
			has_rows = true;
		}
	}
	return has_rows ? chunk_make(c, draft) : NULL;
}

/* References are moved. */
static void set_newest(struct columns *c, struct snapshot *newest, struct snapshot *older)
{
	pthread_mutex_lock(&c->mutex);
	c->newest = newest;
	c->older = older;
	pthread_mutex_unlock(&c->mutex);
}

struct snapshot *columns_prepare(struct columns *c, const struct index_changes *changes)
{
	struct ordered_change *order = mem_new_n(struct ordered_change, changes->n + 1);
	struct chunk_draft *draft = mem_new(struct chunk_draft);
	struct arena arena = ARENA_INIT(LIMIT_OFFER_ARENA_BYTES);
	struct snapshot *old = c->newest;
	size_t n = order_changes(order, changes);
	size_t n_chunks = old->n_chunks;
	struct snapshot *s;

	if (n > 0 && (size_t)order[n - 1].change->slot / CHUNK_SLOTS >= n_chunks)
		n_chunks = (size_t)order[n - 1].change->slot / CHUNK_SLOTS + 1;
	s = snapshot_make(c, changes->generation != 0 ? changes->generation : old->generation,
			  n_chunks);
	for (size_t i = 0, k = 0; i < n_chunks; i++) {
		struct chunk *was = i < old->n_chunks ? old->chunks[i] : NULL;
		size_t first = k;

		while (k < n && (size_t)order[k].change->slot / CHUNK_SLOTS == i)
			k++;
		snapshot_set(s, i,
			     k == first ? chunk_hold(was)
					: chunk_changed(c, was, order + first, k - first, draft,
							&arena));
	}
	columns_keep(c);
	set_newest(c, snapshot_hold(s), old);
	arena_clear(&arena);
	chunk_draft_clear(draft);
	mem_free(draft);
	mem_free(order);
	return s;
}

void columns_keep(struct columns *c)
{
	struct snapshot *older = c->older;

	if (older == NULL)
		return;
	set_newest(c, c->newest, NULL);
	snapshot_drop(older);
}

void columns_discard(struct columns *c, struct snapshot *snapshot)
{
	require(c->newest == snapshot && c->older != NULL);
	set_newest(c, c->older, NULL);
	snapshot_drop(snapshot); /* the newest's reference, and the caller's */
	snapshot_drop(snapshot);
}

void columns_publish(struct columns *c, struct snapshot *snapshot)
{
	struct snapshot *old = c->present;

	c->present = snapshot;
	snapshot_drop(old);
}

struct snapshot *columns_take(struct columns *c)
{
	return snapshot_hold(c->present);
}

struct snapshot *columns_find(struct columns *c, int64_t generation)
{
	struct snapshot *found = NULL;

	pthread_mutex_lock(&c->mutex);
	if (c->newest->generation == generation)
		found = snapshot_hold(c->newest);
	else if (c->older != NULL && c->older->generation == generation)
		found = snapshot_hold(c->older);
	pthread_mutex_unlock(&c->mutex);
	return found;
}

void columns_release(struct columns *c, struct snapshot *snapshot)
{
	(void)c;
	snapshot_drop(snapshot);
}

size_t columns_bytes(const struct columns *c)
{
	return atomic_load(&c->bytes);
}
