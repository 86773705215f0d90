// SPDX-License-Identifier: EUPL-1.2
/*
 * A hash table of folded words, each with a bit for every language; and for
 * single letters two arrays: what a letter folds to, so that a word need not go
 * through Unicode's decomposition, and which languages it speaks for.
 */
#include "catalogue/language_words.h"

#include "base/mem.h"
#include "base/utf8.h"
#include "catalogue/vocab.h"
#include "catalogue/vocab_fold.h"

#include <pthread.h>
#include <stdatomic.h>

enum {
	LETTERS = 0x530, /* Latin, Greek, Cyrillic; marks among them fold to nothing */
	KEY_BYTES = 64,
	FOLDED_BYTES = 7,
};

struct entry {
	struct slice key;
	uint64_t langs;
};

struct folded {
	uint8_t n; /* 0: the word goes the long way */
	char bytes[FOLDED_BYTES];
};

static struct {
	struct entry *entries;
	size_t mask; /* their number less 1 */
	struct slice tags[LANGUAGE_WORDS_LANGS];
	size_t n_tags;
	uint64_t letters[LETTERS];
	struct folded folded[LETTERS];
} words;

static pthread_mutex_t building = PTHREAD_MUTEX_INITIALIZER;
static atomic_uint built_for; /* the overlay's epoch, plus 1 */

/* --- building --- */

static struct entry *slot_of(struct slice key)
{
	size_t i = vocab_hash(VOCAB_HASH_START, key) & words.mask;

	while (words.entries[i].key.p != NULL && !slice_eq(words.entries[i].key, key))
		i = (i + 1) & words.mask;
	return &words.entries[i];
}

static uint64_t bit_of(struct slice tag)
{
	size_t i = 0;

	while (i < words.n_tags && !slice_eq(words.tags[i], tag))
		i++;
	if (i == LANGUAGE_WORDS_LANGS)
		return 0;
	if (i == words.n_tags)
		words.tags[words.n_tags++] = tag;
	return UINT64_C(1) << i;
}

/* The first row of a key holds. */
static void add_row(const struct vocab_row *row)
{
	struct entry *entry = slot_of(row->key);
	struct slice langs = row->cells[0], tag;

	if (entry->key.p != NULL)
		return;
	entry->key = row->key;
	while (slice_split(&tag, &langs, ' '))
		entry->langs |= bit_of(tag);
}

static void add_rows(void)
{
	size_t n_own = vocab_own_count(VOCAB_LANGUAGE_WORD);
	size_t n = vocab_count(VOCAB_LANGUAGE_WORD);
	size_t n_slots = 16;
	struct vocab_row row;

	while (n_slots < 2 * (n_own + n))
		n_slots *= 2;
	words.entries = mem_new_n(struct entry, n_slots);
	words.mask = n_slots - 1;
	for (size_t i = 0; i < n_own; i++) {
		row = vocab_own_at(VOCAB_LANGUAGE_WORD, i);
		add_row(&row);
	}
	for (size_t i = 0; i < n; i++) {
		row = vocab_at(VOCAB_LANGUAGE_WORD, i);
		add_row(&row);
	}
}

static void add_letter(uint32_t c)
{
	char key[1 + 4 + VOCAB_KEY_BYTES] = "*";
	char letter[4], folded[VOCAB_KEY_BYTES];
	struct slice text = slice_make(letter, utf8_encode(letter, c));
	size_t n = vocab_fold_for(folded, sizeof(folded), VOCAB_LANGUAGE_WORD, text);

	if (n == 0)
		return;
	memcpy(key + 1, folded, n);
	words.letters[c] = slot_of(slice_make(key, 1 + n))->langs;
	/* A mark (U+0300 ff.) changes the letter before it. */
	if (n > FOLDED_BYTES || (c >= 0x300 && c < 0x370) || (c >= 0x483 && c < 0x48a))
		return;
	words.folded[c].n = (uint8_t)n;
	memcpy(words.folded[c].bytes, folded, n);
}

static void build(void)
{
	mem_free(words.entries);
	memset(&words, 0, sizeof(words));
	add_rows();
	for (uint32_t c = 0x80; c < LETTERS; c++)
		add_letter(c);
}

void language_words_prepare(void)
{
	unsigned epoch = vocab_overlay_epoch() + 1;

	if (atomic_load(&built_for) == epoch)
		return;
	pthread_mutex_lock(&building);
	if (atomic_load(&built_for) != epoch) {
		build();
		atomic_store(&built_for, epoch);
	}
	pthread_mutex_unlock(&building);
}

/* --- looking up --- */

/* Letter by letter; 0 where that will not do. */
static size_t fold_letters(char key[KEY_BYTES], struct slice word)
{
	size_t n = 0;

	while (word.n > 0 && n + FOLDED_BYTES <= KEY_BYTES) {
		uint32_t c = (unsigned char)word.p[0];

		if (c < 0x80) {
			key[n++] = ascii_lower(word.p[0]);
			word = slice_from(word, 1);
			continue;
		}
		utf8_next(&c, &word);
		if (c >= LETTERS || words.folded[c].n == 0)
			return 0;
		memcpy(key + n, words.folded[c].bytes, words.folded[c].n);
		n += words.folded[c].n;
	}
	return word.n == 0 ? n : 0;
}

uint64_t language_words_of(struct slice word)
{
	char key[KEY_BYTES];
	char long_key[VOCAB_KEY_BYTES];
	size_t n = fold_letters(key, word);

	if (n > 0)
		return slot_of(slice_make(key, n))->langs;
	n = vocab_fold_for(long_key, sizeof(long_key), VOCAB_LANGUAGE_WORD, word);
	return n > 0 ? slot_of(slice_make(long_key, n))->langs : 0;
}

uint64_t language_words_of_letter(uint32_t c)
{
	char key[5] = "*";

	if (c < LETTERS)
		return words.letters[c];
	return language_words_of(slice_make(key, 1 + utf8_encode(key + 1, c)));
}

struct slice language_words_tag(size_t i)
{
	return words.tags[i];
}

size_t language_words_langs(void)
{
	return words.n_tags;
}
