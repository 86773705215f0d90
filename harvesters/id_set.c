// SPDX-License-Identifier: EUPL-1.2
/* Open addressing with linear probing, at most half full. */
#include "harvesters/id_set.h"

#include "base/limits.h"
#include "base/mem.h"

#include <xxhash.h>

enum { FIRST_CAP = 1024 };

static uint64_t hash_of(struct slice id)
{
	uint64_t hash = XXH3_64bits(id.p, id.n);

	return hash != 0 ? hash : 1;
}

/* The entry of a hash, or the free one where it belongs. */
static struct id_entry *find(const struct id_set *set, uint64_t hash)
{
	size_t i = (size_t)hash & (set->cap - 1);

	while (set->entries[i].hash != 0 && set->entries[i].hash != hash)
		i = (i + 1) & (set->cap - 1);
	return &set->entries[i];
}

static void grow(struct id_set *set)
{
	struct id_set bigger = { .cap = set->cap > 0 ? set->cap * 2 : FIRST_CAP };

	bigger.entries = mem_new_n(struct id_entry, bigger.cap);
	for (size_t i = 0; i < set->cap; i++)
		if (set->entries[i].hash != 0)
			*find(&bigger, set->entries[i].hash) = set->entries[i];
	mem_free(set->entries);
	set->entries = bigger.entries;
	set->cap = bigger.cap;
}

uint32_t id_set_add(struct id_set *set, struct slice id)
{
	uint64_t hash = hash_of(id);
	struct id_entry *entry;

	if (set->n * 2 >= set->cap && set->n < LIMIT_RUN_IDS)
		grow(set);
	entry = find(set, hash);
	if (entry->hash == 0) {
		if (set->n >= LIMIT_RUN_IDS) {
			set->is_full = true;
			return 0;
		}
		entry->hash = hash;
		set->n++;
	}
	return entry->n < UINT32_MAX ? entry->n++ : entry->n;
}

uint32_t id_set_count(const struct id_set *set, struct slice id)
{
	return set->cap > 0 ? find(set, hash_of(id))->n : 0;
}

void id_set_clear(struct id_set *set)
{
	mem_free(set->entries);
	*set = (struct id_set){ 0 };
}
