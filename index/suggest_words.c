// SPDX-License-Identifier: EUPL-1.2
/*
 * Counting words of titles.
 */
#include "index/suggest_words.h"

#include "base/limits.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "index/tokenizer.h"

#include <xxhash.h>

enum { PLACES_FIRST = 4096 };

void suggest_words_clear(struct suggest_words *w)
{
	for (uint32_t i = 0; i < w->n; i++) {
		mem_free(w->items[i].folded);
		mem_free(w->items[i].spelling);
	}
	for (size_t i = 0; i < w->n_slots; i++)
		mem_free(w->of_slot[i]);
	mem_free(w->items);
	mem_free(w->places);
	mem_free(w->of_slot);
	*w = (struct suggest_words){ .n = 0 };
}

static uint32_t place_of(const struct suggest_words *w, struct slice folded)
{
	uint32_t i = (uint32_t)XXH3_64bits(folded.p, folded.n) & (w->n_places - 1);

	while (w->places[i] != 0 && !slice_eq_z(folded, w->items[w->places[i] - 1].folded))
		i = (i + 1) & (w->n_places - 1);
	return i;
}

static void places_grow(struct suggest_words *w)
{
	w->n_places = w->n_places == 0 ? PLACES_FIRST : w->n_places * 2;
	mem_free(w->places);
	w->places = mem_new_n(uint32_t, w->n_places);
	for (uint32_t i = 0; i < w->n; i++)
		w->places[place_of(w, slice_of(w->items[i].folded))] = i + 1;
}

/* Of two spellings the one that begins small: titles make words begin large. */
static bool is_better_spelling(struct slice spelling, const char *old)
{
	return old[0] >= 'A' && old[0] <= 'Z' && spelling.n > 0 && spelling.p[0] >= 'a' &&
	       spelling.p[0] <= 'z';
}

static void spell(struct suggest_word *word, struct slice spelling)
{
	spelling = utf8_first(spelling, SUGGEST_SPELLING_BYTES);
	if (word->spelling != NULL && !is_better_spelling(spelling, word->spelling))
		return;
	mem_free(word->spelling);
	word->spelling = mem_strndup(spelling.p, spelling.n);
}

/* The word's number + 1, or 0 when there is no room for it. */
static uint32_t word_number(struct suggest_words *w, struct slice folded, struct slice spelling)
{
	uint32_t place;

	if (w->n * 2 >= w->n_places)
		places_grow(w);
	place = place_of(w, folded);
	if (w->places[place] == 0) {
		if (w->n >= SUGGEST_WORDS_MAX)
			return 0;
		if (w->n == w->cap) {
			w->cap = w->cap == 0 ? 1024 : w->cap * 2;
			w->items = mem_resize(w->items, w->cap, sizeof(*w->items));
		}
		w->items[w->n] = (struct suggest_word){
			.folded = mem_strndup(folded.p, folded.n),
		};
		w->places[place] = ++w->n;
	}
	spell(&w->items[w->places[place] - 1], spelling);
	return w->places[place];
}

struct reading_title {
	struct suggest_words *words;
	struct slice text;
	uint32_t numbers[SUGGEST_TITLE_WORDS];
	uint32_t n;
};

/* Single letters and numbers help nobody to go on. */
static bool is_worth_suggesting(struct slice folded)
{
	bool has_letter = false;

	for (size_t i = 0; i < folded.n; i++)
		has_letter = has_letter || !ascii_is_digit(folded.p[i]);
	return has_letter && utf8_count(folded) > 1;
}

static int on_word(void *data, const struct token *token)
{
	struct reading_title *r = data;
	struct slice spelling = slice_make(r->text.p + token->start, token->end - token->start);
	uint32_t number;

	if (r->n == SUGGEST_TITLE_WORDS)
		return 1;
	if (!is_worth_suggesting(token->word))
		return 0;
	number = word_number(r->words, token->word, spelling);
	for (uint32_t i = 0; i < r->n; i++)
		if (r->numbers[i] == number)
			return 0;
	if (number != 0)
		r->numbers[r->n++] = number;
	return 0;
}

static void forget(struct suggest_words *w, size_t slot)
{
	uint32_t *numbers = w->of_slot[slot];

	for (uint32_t i = 1; numbers != NULL && i <= numbers[0]; i++)
		w->items[numbers[i] - 1].n_offers--;
	mem_free(numbers);
	w->of_slot[slot] = NULL;
}

static void slots_grow(struct suggest_words *w, size_t slot)
{
	size_t n = w->n_slots * 2 > slot + 1 ? w->n_slots * 2 : slot + 1;

	if (slot < w->n_slots)
		return;
	w->of_slot = mem_resize(w->of_slot, n, sizeof(*w->of_slot));
	memset(w->of_slot + w->n_slots, 0, (n - w->n_slots) * sizeof(*w->of_slot));
	w->n_slots = n;
}

void suggest_words_set(struct suggest_words *w, int64_t slot, struct slice title)
{
	struct reading_title r = { .words = w, .text = title };
	uint32_t *numbers;

	if (slot < 0 || slot > LIMIT_SLOT_MAX || (title.n == 0 && (size_t)slot >= w->n_slots))
		return;
	slots_grow(w, (size_t)slot);
	forget(w, (size_t)slot);
	if (title.n == 0)
		return;
	tokenize(title, on_word, &r);
	if (r.n == 0)
		return;
	numbers = mem_new_n(uint32_t, (size_t)r.n + 1);
	numbers[0] = r.n;
	for (uint32_t i = 0; i < r.n; i++) {
		numbers[i + 1] = r.numbers[i];
		w->items[r.numbers[i] - 1].n_offers++;
	}
	w->of_slot[slot] = numbers;
}
