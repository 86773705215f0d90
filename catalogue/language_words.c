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
#include <utf8proc.h>

enum {
	LETTERS = 0x530, /* Latin, Greek, Cyrillic; marks among them fold to nothing */
	FOLDED_BYTES = 7,
};

struct entry {
	struct slice key;
	uint64_t hash;
	struct language_share share;
};

struct letter {
	struct language_share share;
	bool is_letter;
	uint8_t n_folded; /* 0: the word goes the long way */
	char folded[FOLDED_BYTES];
};

static struct {
	struct entry *entries;
	size_t mask; /* their number less 1 */
	struct slice tags[LANGUAGE_WORDS_LANGS];
	size_t n_tags;
	struct letter letters[LETTERS];
} words;

static pthread_mutex_t building = PTHREAD_MUTEX_INITIALIZER;
static atomic_uint built_for; /* the overlay's epoch, plus 1 */

/* --- building --- */

static uint64_t load(const char *p, size_t n)
{
	uint64_t eight = 0;

	memcpy(&eight, p, n);
	return eight;
}

/* Up to eight bytes as a number; pieces of fixed sizes, so that no function is called. */
static uint64_t load_some(const char *p, size_t n)
{
	if (n >= 8)
		return load(p, 8);
	if (n >= 4)
		return load(p, 4) | load(p + n - 4, 4) << 32;
	return n == 0 ? 0 : load(p, 1) | load(p + n / 2, 1) << 8 | load(p + n - 1, 1) << 16;
}

/* Eight bytes of a key at a time: a byte at a time would take longer than all else. */
static uint64_t hash_of(struct slice key)
{
	const uint64_t odd = UINT64_C(0x9e3779b97f4a7c15);
	uint64_t hash = key.n * odd;

	for (size_t i = 0; i < key.n; i += 8) {
		hash = (hash ^ load_some(key.p + i, key.n - i)) * odd;
		hash ^= hash >> 32;
	}
	return hash;
}

/* The entry of a key, or the free one where it belongs. */
static struct entry *slot_of(struct slice key)
{
	uint64_t hash = hash_of(key);
	size_t i = (size_t)hash & words.mask;

	while (words.entries[i].key.p != NULL &&
	       !(words.entries[i].hash == hash && slice_eq(words.entries[i].key, key)))
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
	entry->hash = hash_of(row->key);
	while (slice_split(&tag, &langs, ' '))
		entry->share.langs |= bit_of(tag);
	entry->share.n = (uint32_t)__builtin_popcountll(entry->share.langs);
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

static bool is_letter(uint32_t c)
{
	utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)c);

	return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_MC;
}

static void add_letter(uint32_t c)
{
	char key[1 + 4 + VOCAB_KEY_BYTES] = "*";
	char bytes[4], folded[VOCAB_KEY_BYTES];
	struct slice text = slice_make(bytes, utf8_encode(bytes, c));
	size_t n = vocab_fold_for(folded, sizeof(folded), VOCAB_LANGUAGE_WORD, text);
	struct letter *letter = &words.letters[c];

	letter->is_letter = is_letter(c);
	if (n == 0)
		return;
	memcpy(key + 1, folded, n);
	letter->share = slot_of(slice_make(key, 1 + n))->share;
	/* A mark (U+0300 ff.) changes the letter before it. */
	if (n > FOLDED_BYTES || (c >= 0x300 && c < 0x370) || (c >= 0x483 && c < 0x48a))
		return;
	letter->n_folded = (uint8_t)n;
	memcpy(letter->folded, folded, n);
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

/* Of a word of any letters. */
static struct language_share share_of_word(struct slice word)
{
	char key[VOCAB_KEY_BYTES];
	size_t n = vocab_fold_for(key, sizeof(key), VOCAB_LANGUAGE_WORD, word);

	return n > 0 ? slot_of(slice_make(key, n))->share : (struct language_share){ 0 };
}

/* Of a letter beyond those of the table. */
static struct language_share share_of_letter(uint32_t c)
{
	char key[5] = "*";

	return share_of_word(slice_make(key, 1 + utf8_encode(key + 1, c)));
}

/* A word on its way: folded letter by letter, as long as that will do. */
struct folding {
	char key[LANGUAGE_WORD_LETTERS * FOLDED_BYTES + 8];
	size_t n;
	bool is_long; /* the whole word goes the long way */
};

static void fold_high(struct language_word *out, struct folding *f, uint32_t c)
{
	const struct letter *letter = c < LETTERS ? &words.letters[c] : NULL;
	struct language_share share = letter != NULL ? letter->share : share_of_letter(c);

	if (share.n > 0)
		out->letters[out->n_letters++] = share;
	if (letter == NULL || letter->n_folded == 0) {
		f->is_long = true;
		return;
	}
	memcpy(f->key + f->n, letter->folded, letter->n_folded);
	f->n += letter->n_folded;
}

/* Takes a letter beyond ASCII; false: there is none. */
static bool take_high(struct language_word *out, struct folding *f, struct slice *rest)
{
	struct slice behind = *rest;
	uint32_t c;

	utf8_next(&c, &behind);
	if (c < LETTERS ? !words.letters[c].is_letter : !is_letter(c))
		return false;
	out->n_bytes += rest->n - behind.n;
	*rest = behind;
	if (out->n_bytes <= LANGUAGE_WORD_BYTES)
		fold_high(out, f, c);
	return true;
}

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__

/* Letters of ASCII at the front of eight bytes, which become their small ones; their number. */
static size_t letters_of(uint64_t *eight)
{
	const uint64_t ones = UINT64_C(0x0101010101010101), tops = ones * 0x80;
	uint64_t low = *eight & ~tops;
	uint64_t small = low | ones * 0x20; /* letters differ from their capitals in this bit */
	uint64_t is_from_a = small + ones * (0x80 - 'a'); /* no byte carries into the next */
	uint64_t is_beyond_z = small + ones * (0x80 - 'z' - 1);
	uint64_t others = (~(is_from_a & ~is_beyond_z) | *eight) & tops;

	*eight = small;
	return others != 0 ? (size_t)__builtin_ctzll(others) / 8 : 8;
}

#endif

/*
 * Copies the letters of ASCII at p in small ones, no more than there is room
 * for; their number. key has seven bytes behind its room.
 */
static size_t take_ascii(char *key, size_t room, const char *p, const char *end)
{
	size_t n = 0;

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	while (end - p >= 8 + (ptrdiff_t)n && n < room) {
		uint64_t eight = load(p + n, 8);
		size_t n_letters = letters_of(&eight);

		memcpy(key + n, &eight, sizeof(eight));
		n += n_letters;
		if (n_letters < 8)
			return n;
	}
#endif
	for (; p + n < end && ascii_is_alpha(p[n]); n++)
		if (n < room)
			key[n] = ascii_lower(p[n]);
	return n;
}

bool language_words_take(struct language_word *out, struct slice *text)
{
	struct slice rest = *text;
	struct folding f;

	f.is_long = false;
	out->n_letters = 0;
	out->share = (struct language_share){ 0 };
	f.n = out->n_bytes = take_ascii(f.key, LANGUAGE_WORD_BYTES, rest.p, rest.p + rest.n);
	rest = slice_from(rest, f.n);
	while (rest.n > 0 && (unsigned char)rest.p[0] >= 0x80 && take_high(out, &f, &rest)) {
		size_t room =
			out->n_bytes < LANGUAGE_WORD_BYTES ? LANGUAGE_WORD_BYTES - out->n_bytes : 0;
		size_t n = take_ascii(f.key + f.n, room, rest.p, rest.p + rest.n);

		f.n += n < room ? n : room;
		out->n_bytes += n;
		rest = slice_from(rest, n);
	}
	if (out->n_bytes > LANGUAGE_WORD_BYTES)
		out->n_letters = 0;
	else if (f.is_long)
		out->share = share_of_word(slice_first(*text, out->n_bytes));
	else if (out->n_bytes > 0)
		out->share = slot_of(slice_make(f.key, f.n))->share;
	*text = rest;
	return out->n_bytes > 0;
}

struct slice language_words_tag(size_t i)
{
	return words.tags[i];
}

size_t language_words_langs(void)
{
	return words.n_tags;
}
