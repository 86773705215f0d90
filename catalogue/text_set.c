// SPDX-License-Identifier: EUPL-1.2
/* Texts in a pool, found by their hash. */
#include "catalogue/text_set.h"

#include "base/mem.h"
#include "catalogue/vocab_data.h"
#include "catalogue/vocab_file.h"

enum { MAX_POOL_BYTES = 64 * 1024 * 1024 };

void text_set_init(struct text_set *s)
{
	buf_init(&s->pool, MAX_POOL_BYTES);
	s->n_slots = 1024;
	s->slots = mem_new_n(uint32_t, s->n_slots);
	s->n = 0;
}

void text_set_clear(struct text_set *s)
{
	buf_clear(&s->pool);
	mem_free(s->slots);
	s->slots = NULL;
}

struct slice text_set_at(const struct text_set *s, uint32_t at)
{
	const char *p = buf_z(&s->pool) + at;

	return slice_make(p, (size_t)p[-2] | (size_t)p[-1] << 7);
}

/* The slot that holds the text or would. */
static size_t slot_of(const struct text_set *s, struct slice text)
{
	size_t slot = (size_t)vocab_key_hash(text) & (s->n_slots - 1);

	while (s->slots[slot] != 0 && !slice_eq(text_set_at(s, s->slots[slot] - 1), text))
		slot = (slot + 1) & (s->n_slots - 1);
	return slot;
}

static void text_set_grow(struct text_set *s)
{
	uint32_t *old = s->slots;
	size_t n_old = s->n_slots;

	s->n_slots *= 2;
	s->slots = mem_new_n(uint32_t, s->n_slots);
	for (size_t i = 0; i < n_old; i++)
		if (old[i] != 0)
			s->slots[slot_of(s, text_set_at(s, old[i] - 1))] = old[i];
	mem_free(old);
}

bool text_set_has(const struct text_set *s, struct slice text)
{
	return s->slots[slot_of(s, text)] != 0;
}

uint32_t text_set_add(struct text_set *s, struct slice text)
{
	size_t slot = slot_of(s, text);
	uint32_t at;

	if (s->slots[slot] != 0)
		return s->slots[slot] - 1;
	require(text.n <= VOCAB_DATA_MAX_LENGTH);
	buf_char(&s->pool, (char)(text.n & 0x7f));
	buf_char(&s->pool, (char)(text.n >> 7));
	at = (uint32_t)s->pool.len;
	buf_slice(&s->pool, text);
	buf_char(&s->pool, '\0');
	require(!buf_failed(&s->pool));
	s->slots[slot] = at + 1;
	if (++s->n * 2 > s->n_slots)
		text_set_grow(s);
	return at;
}
