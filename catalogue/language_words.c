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

#include <endian.h>
#include <pthread.h>
#include <stdatomic.h>
#include <utf8proc.h>

enum {
	LETTERS = 0x530, /* Latin, Greek, Cyrillic; marks among them fold to nothing */
	FOLDED_BYTES = 7,
};

/* A folded word as it is compared: nearly all are no longer than two times eight bytes. */
struct key {
	uint64_t head; /* its first eight bytes, with zeros where there are fewer */
	uint64_t tail; /* its last eight, where there are more */
	struct slice text; /* without an address where head and tail are all of it */
};

/* Half a cache line: a text's words are spread over the whole table. */
struct entry {
	uint64_t head, tail; /* head == 0: a free one */
	uint64_t langs;
	uint32_t score;
	uint32_t n; /* bytes of the word */
};

struct letter {
	struct language_share share;
	bool is_letter;
	uint8_t n_folded; /* 0: the word goes the long way */
	char folded[FOLDED_BYTES];
};

static struct {
	struct entry *entries;
	struct slice *texts; /* of the entries */
	size_t mask; /* their number less 1 */
	struct slice tags[LANGUAGE_WORDS_LANGS];
	size_t n_tags;
	struct letter letters[LETTERS];
} words;

static pthread_mutex_t building = PTHREAD_MUTEX_INITIALIZER;
static atomic_uint built_for; /* the overlay's epoch, plus 1 */

/* --- building --- */

/* Up to eight bytes as a number, the first of them lowest. */
static uint64_t load(const char *p, size_t n)
{
	uint64_t eight = 0;

	memcpy(&eight, p, n);
	return le64toh(eight);
}

static struct key key_of(struct slice text)
{
	if (text.n >= 8)
		return (struct key){ load(text.p, 8), load(text.p + text.n - 8, 8), text };
	return (struct key){ load(text.p, text.n), 0, text };
}

static bool is_of(const struct entry *entry, const struct key *key)
{
	return entry->head == key->head && entry->tail == key->tail && entry->n == key->text.n &&
	       (entry->n <= 16 || slice_eq(words.texts[entry - words.entries], key->text));
}

/* The entry of a key, or the free one where it belongs. */
static struct entry *slot_of(const struct key *key)
{
	const uint64_t odd = UINT64_C(0x9e3779b97f4a7c15);
	uint64_t hash = ((key->head * odd ^ key->tail) + key->text.n) * odd;
	size_t i = (size_t)(hash >> 32) & words.mask;

	while (words.entries[i].head != 0 && !is_of(&words.entries[i], key))
		i = (i + 1) & words.mask;
	return &words.entries[i];
}

static struct language_share share_of_key(const struct key *key)
{
	const struct entry *entry = slot_of(key);

	return (struct language_share){ entry->langs, entry->score };
}

static struct language_share share_of(struct slice folded)
{
	struct key key = key_of(folded);

	return share_of_key(&key);
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
	struct key key = key_of(row->key);
	struct entry *entry = slot_of(&key);
	struct slice langs = row->cells[0], tag;

	if (entry->head != 0 || key.head == 0)
		return;
	entry->head = key.head;
	entry->tail = key.tail;
	entry->n = (uint32_t)key.text.n;
	words.texts[entry - words.entries] = key.text;
	while (slice_split(&tag, &langs, ' '))
		entry->langs |= bit_of(tag);
	if (entry->langs != 0)
		entry->score = LANGUAGE_WORD_SCORE / (uint32_t)__builtin_popcountll(entry->langs);
}

static void add_rows(void)
{
	size_t n_own = vocab_own_count(VOCAB_LANGUAGE_WORD);
	size_t n = vocab_count(VOCAB_LANGUAGE_WORD);
	size_t n_slots = 16;
	struct vocab_row row;

	while (n_slots < n_own + n + (n_own + n) / 2)
		n_slots *= 2;
	words.entries = mem_new_n(struct entry, n_slots);
	words.texts = mem_new_n(struct slice, n_slots);
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
	letter->share = share_of(slice_make(key, 1 + n));
	/* A mark (U+0300 ff.) changes the letter before it. */
	if (n > FOLDED_BYTES || (c >= 0x300 && c < 0x370) || (c >= 0x483 && c < 0x48a))
		return;
	letter->n_folded = (uint8_t)n;
	memcpy(letter->folded, folded, n);
}

static void build(void)
{
	mem_free(words.entries);
	mem_free(words.texts);
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

	return n > 0 ? share_of(slice_make(key, n)) : (struct language_share){ 0 };
}

/* Of a letter beyond those of the table. */
static struct language_share share_of_letter(uint32_t c)
{
	char key[5] = "*";

	return share_of_word(slice_make(key, 1 + utf8_encode(key + 1, c)));
}

/* A word on its way that is not plain: folded letter by letter, as long as that will do. */
struct folding {
	char key[LANGUAGE_WORD_LETTERS * FOLDED_BYTES + 8];
	size_t n;
	bool is_long; /* the whole word goes the long way */
};

static void fold_high(struct language_word *out, struct folding *f, uint32_t c)
{
	const struct letter *letter = c < LETTERS ? &words.letters[c] : NULL;
	struct language_share share = letter != NULL ? letter->share : share_of_letter(c);

	if (share.langs != 0)
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

/* The first n bytes of eight. */
static uint64_t first_bytes(uint64_t eight, size_t n)
{
	return n < 8 ? eight & ((UINT64_C(1) << 8 * n) - 1) : eight;
}

/*
 * The key of a word of less than sixteen letters of ASCII and nothing beside
 * them, as most are, made in registers; its text is not folded. False for any other.
 */
static bool take_plain(struct key *out, const char *p, size_t room)
{
	uint64_t head, tail;
	size_t n;

	if (room < 17)
		return false;
	head = load(p, 8);
	n = letters_of(&head);
	*out = (struct key){ first_bytes(head, n), 0, { p, n } };
	if (n == 8) {
		size_t more;

		tail = load(p + 8, 8);
		more = letters_of(&tail);
		n += more;
		out->text.n = n;
		/* The last eight letters: those of the head that are left, then the others. */
		out->tail =
			more == 0 || more == 8 ? head : head >> 8 * more | tail << (64 - 8 * more);
	}
	return n > 0 && n < 16 && (unsigned char)p[n] < 0x80;
}

/*
 * Copies the letters of ASCII at p in small ones, no more than there is room
 * for; their number. key has seven bytes behind its room.
 */
static size_t take_ascii(char *key, size_t room, const char *p, const char *end)
{
	size_t n = 0;

	while (end - p >= 8 + (ptrdiff_t)n && n < room) {
		uint64_t eight = load(p + n, 8);
		size_t n_letters = letters_of(&eight);

		eight = htole64(eight);
		memcpy(key + n, &eight, sizeof(eight));
		n += n_letters;
		if (n_letters < 8)
			return n;
	}
	for (; p + n < end && ascii_is_alpha(p[n]); n++)
		if (n < room)
			key[n] = ascii_lower(p[n]);
	return n;
}

/* Takes the letters of ASCII at the front; those beyond a word's room are counted alone. */
static void take_low(struct language_word *out, struct folding *f, struct slice *rest)
{
	size_t room = out->n_bytes < LANGUAGE_WORD_BYTES ? LANGUAGE_WORD_BYTES - out->n_bytes : 0;
	size_t n = take_ascii(f->key + f->n, room, rest->p, rest->p + rest->n);

	f->n += n < room ? n : room;
	out->n_bytes += n;
	*rest = slice_from(*rest, n);
}

bool language_words_take(struct language_word *out, struct slice *text)
{
	struct slice rest = *text;
	struct folding f;
	struct key plain;

	if (take_plain(&plain, rest.p, rest.n)) {
		out->n_letters = 0;
		out->n_bytes = plain.text.n;
		out->share = share_of_key(&plain);
		*text = slice_make(rest.p + plain.text.n, rest.n - plain.text.n);
		return true;
	}
	f.is_long = false;
	f.n = 0;
	out->n_bytes = 0;
	out->n_letters = 0;
	out->share = (struct language_share){ 0 };
	take_low(out, &f, &rest);
	while (rest.n > 0 && (unsigned char)rest.p[0] >= 0x80 && take_high(out, &f, &rest))
		take_low(out, &f, &rest);
	if (out->n_bytes > LANGUAGE_WORD_BYTES)
		out->n_letters = 0;
	else if (f.is_long)
		out->share = share_of_word(slice_first(*text, out->n_bytes));
	else if (out->n_bytes > 0)
		out->share = share_of(slice_make(f.key, f.n));
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
