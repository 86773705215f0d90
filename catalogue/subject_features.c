// SPDX-License-Identifier: EUPL-1.2
/* Words of a text, and the features by which they are found: see subject_model.h. */
#include "catalogue/subject_model.h"

#include "base/mem.h"
#include "base/utf8.h"

enum {
	PUNCTUATION_FROM = 0x2000, /* of the letters beyond the table: symbols and punctuation */
	PUNCTUATION_TO = 0x2c00,
	CJK_PUNCTUATION_FROM = 0x3000,
	CJK_PUNCTUATION_TO = 0x3040,
	ACRONYM_LETTERS = 3, /* at most, in a word of capitals that is not its small twin */
};

#define FNV_PRIME 0x100000001b3u
#define FNV_START 0xcbf29ce484222325u

/* Each kind of feature begins elsewhere, so that "psycho" the word is not "psycho-". */
static uint64_t start_of(enum subject_kind kind)
{
	return FNV_START ^ ((uint64_t)kind * 0x9e3779b97f4a7c15u);
}

static uint64_t add_byte(uint64_t hash, char byte)
{
	return (hash ^ (unsigned char)byte) * FNV_PRIME;
}

/* FNV's upper half is weak after few bytes. */
static uint64_t finish(uint64_t hash)
{
	hash ^= hash >> 29;
	hash *= 0xbf58476d1ce4e5b9u;
	return hash ^ hash >> 32;
}

/* --- words --- */

static bool is_sign(uint32_t c)
{
	return (c >= PUNCTUATION_FROM && c < PUNCTUATION_TO) ||
	       (c >= CJK_PUNCTUATION_FROM && c < CJK_PUNCTUATION_TO) || c == UTF8_REPLACEMENT;
}

/* One character beyond ASCII: what it folds to, its length, whether it is part of a word. */
struct character {
	char bytes[8];
	size_t n_folded;
	size_t n;
	bool is_part;
};

static void read_wide(struct character *c, struct slice text, const struct subject_fold *folds)
{
	struct slice rest = text;
	uint32_t point;

	*c = (struct character){ .n = 1 };
	if (!utf8_next(&point, &rest))
		return;
	c->n = text.n - rest.n;
	if (point >= SUBJECT_LETTERS) {
		c->is_part = !is_sign(point);
		c->n_folded = c->is_part ? c->n : 0;
		memcpy(c->bytes, text.p, c->n_folded);
		return;
	}
	if (point < SUBJECT_LETTERS_FROM)
		return;
	folds += point - SUBJECT_LETTERS_FROM;
	c->is_part = folds->n > 0;
	c->n_folded = folds->n == SUBJECT_FOLD_MARK ? 0 : folds->n;
	memcpy(c->bytes, folds->bytes, c->n_folded);
}

/* What letters and digits of ASCII fold to, 0 for what ends a word. */
static char fold_ascii(char c)
{
	return (char)(ascii_is_alnum(c) ? ascii_lower(c) : 0);
}

/* Adds one character to a word, *hash being its hash so far. */
static void add_character(struct subject_word *w, size_t *n, uint64_t *hash,
			  const struct character *c)
{
	if (c->n_folded == 0 || *n + c->n_folded > SUBJECT_WORD_BYTES)
		return;
	for (size_t i = 0; i < c->n_folded; i++) {
		w->bytes[(*n)++] = c->bytes[i];
		*hash = add_byte(*hash, c->bytes[i]);
	}
	w->ends[w->n_letters++] = (uint8_t)*n;
}

static void skip_signs(struct slice *text, const struct subject_fold *folds)
{
	struct character c;

	while (text->n > 0) {
		if ((unsigned char)text->p[0] < 0x80) {
			if (fold_ascii(text->p[0]) != 0)
				return;
			*text = slice_from(*text, 1);
			continue;
		}
		read_wide(&c, *text, folds);
		if (c.is_part)
			return;
		*text = slice_from(*text, c.n);
	}
}

bool subject_next_word(struct subject_word *w, struct slice *text, const struct subject_fold *folds)
{
	uint64_t hash = start_of(SUBJECT_WORD);
	size_t n = 0; /* folded bytes */
	size_t at = 0;
	bool has_letter = false, has_other = false; /* than capitals A to Z */

	skip_signs(text, folds);
	if (text->n == 0)
		return false;
	w->n_letters = 0;
	while (at < text->n) {
		struct character c;

		if ((unsigned char)text->p[at] < 0x80) {
			char folded = fold_ascii(text->p[at]);

			if (folded == 0)
				break;
			has_letter = has_letter || !ascii_is_digit(folded);
			has_other = has_other || text->p[at] == folded;
			at++;
			if (n == SUBJECT_WORD_BYTES)
				continue;
			w->bytes[n++] = folded;
			hash = add_byte(hash, folded);
			w->ends[w->n_letters++] = (uint8_t)n;
			continue;
		}
		read_wide(&c, slice_from(*text, at), folds);
		if (!c.is_part)
			break;
		has_letter = true;
		has_other = true;
		add_character(w, &n, &hash, &c);
		at += c.n;
	}
	w->is_number = !has_letter;
	/* "AI" and "IT" mean something, "ai" and "it" are frequent words. */
	w->is_acronym = !has_other && w->n_letters > 1 && w->n_letters <= ACRONYM_LETTERS;
	w->text = slice_first(*text, at);
	w->hash = finish(w->is_acronym ? ~hash : hash);
	*text = slice_from(*text, at);
	return true;
}

/* --- features of a word --- */

size_t subject_starts(uint64_t out[SUBJECT_LONGEST_START], const struct subject_word *w)
{
	uint64_t hash = start_of(SUBJECT_START);
	size_t n = 0;
	size_t at = 0;

	for (size_t letters = 1; letters < w->n_letters && letters <= SUBJECT_LONGEST_START;
	     letters++) {
		for (; at < w->ends[letters - 1]; at++)
			hash = add_byte(hash, w->bytes[at]);
		if (letters >= SUBJECT_SHORTEST_PART)
			out[n++] = finish(hash);
	}
	return n;
}

size_t subject_ends(uint64_t out[SUBJECT_LONGEST_END], const struct subject_word *w)
{
	uint64_t hash = start_of(SUBJECT_END);
	size_t n = 0;
	size_t at;

	if (w->n_letters < SUBJECT_COMPOUND)
		return 0;
	at = w->ends[w->n_letters - 1];
	/* At least four letters stand before the end of a compound. */
	for (size_t letters = 1; letters + 4 <= w->n_letters && letters <= SUBJECT_LONGEST_END;
	     letters++) {
		size_t from = w->ends[w->n_letters - letters - 1];

		while (at > from)
			hash = add_byte(hash, w->bytes[--at]);
		if (letters >= SUBJECT_SHORTEST_PART)
			out[n++] = finish(hash);
	}
	return n;
}

uint64_t subject_pair(const struct subject_word *first, const struct subject_word *second)
{
	uint64_t hash = start_of(SUBJECT_PAIR) ^ first->hash;

	return finish(hash * FNV_PRIME ^ second->hash);
}

const struct subject_entry *subject_find(const struct subject_model *model, uint64_t hash)
{
	uint32_t key = subject_key(hash);
	size_t slot = (size_t)hash & model->mask;

	while (model->keys[slot] != 0) {
		if (model->keys[slot] == key)
			return &model->entries[slot];
		slot = (slot + 1) & model->mask;
	}
	return NULL;
}
