// SPDX-License-Identifier: EUPL-1.2
/*
 * Languages in a phrase of which every word is known: see language_parts.h.
 * Names of up to three words are looked for from the left; what stands between
 * them must say nothing (field-words.tsv), so that "English literature" and
 * "materials in English" are no languages of teaching.
 */
#include "base/mem.h"
#include "catalogue/field_words.h"
#include "catalogue/language_parts.h"
#include "catalogue/phrase.h"

enum {
	MAX_NAME_WORDS = 3,
	MIN_NAME_BYTES = 4, /* shorter ones are words of many languages */
};

static const char separators[] = " \t\n()[]\".,;:/|+&*%";

/* "l'anglais", "d'enseignement": without what is elided; ’ is three bytes. */
static struct slice without_elision(struct slice word)
{
	for (size_t i = 1; i < word.n && i <= 2; i++) {
		if (word.p[i] == '\'')
			return slice_from(word, i + 1);
		if (slice_starts_with(slice_from(word, i), SLICE_LIT("\342\200\231")))
			return slice_from(word, i + 3);
	}
	return word;
}

/* "100", "30-50", and dashes. */
static bool is_number(struct slice word)
{
	for (size_t i = 0; i < word.n; i++)
		if (!ascii_is_digit(word.p[i]) && word.p[i] != '-')
			return false;
	return true;
}

/* The longest name that begins at word i; its number of words, 0: none. */
static size_t take_name(struct slice *tag, const struct phrase *phrase, size_t i,
			const struct hint *hint)
{
	size_t most = phrase->n - i < MAX_NAME_WORDS ? phrase->n - i : MAX_NAME_WORDS;

	for (size_t n = most; n > 0; n--) {
		struct slice name = phrase_part(phrase, i, n);

		if (n == 1)
			name = without_elision(name);
		if (name.n >= MIN_NAME_BYTES && language_of_name(tag, name, hint))
			return n;
	}
	return 0;
}

/* What the words beside the names of a phrase say. */
struct beside {
	bool has_unknown, has_noun, has_other, has_maybe;
	bool was_noun, was_other; /* of the word before */
};

static void add_bits(struct beside *b, unsigned bits)
{
	bool is_noun = (bits & FIELD_LANGUAGE) != 0, is_other = (bits & FIELD_OTHER) != 0;

	b->has_unknown = b->has_unknown || (bits & (FIELD_ASIDE | FIELD_REQUIRED)) != 0;
	b->has_noun = b->has_noun || is_noun;
	b->has_other = b->has_other || (is_noun && is_other) || (is_noun && b->was_other) ||
		       (is_other && b->was_noun);
	b->has_maybe = b->has_maybe || (bits & FIELD_MAYBE) != 0;
	b->was_noun = is_noun;
	b->was_other = is_other;
}

enum language_phrase language_read_phrase(struct slice *out, size_t max, size_t *n,
					  struct slice text, const struct hint *hint)
{
	const unsigned silent = FIELD_AND | FIELD_OR | FIELD_HEAD | FIELD_TAIL | FIELD_BESIDE |
				FIELD_LANGUAGE | FIELD_OTHER | FIELD_MAYBE;
	bool has_percent = slice_find_byte(text, '%') >= 0;
	struct beside beside = { .has_noun = false };
	struct phrase phrase;

	*n = 0;
	if (!phrase_split(&phrase, text, separators, PHRASE_MAX_WORDS, NULL))
		return LANGUAGE_PHRASE_UNKNOWN;
	for (size_t i = 0, taken; i < phrase.n; i += taken) {
		struct slice word = phrase.words[i];
		unsigned bits = field_word_of(without_elision(word));

		taken = 1;
		add_bits(&beside, bits);
		if ((bits & silent) != 0 || language_is_level(word) ||
		    (has_percent && is_number(word)))
			continue;
		taken = *n < max ? take_name(&out[*n], &phrase, i, hint) : 0;
		*n += taken > 0;
		beside.has_unknown = beside.has_unknown || taken == 0;
		taken += taken == 0;
	}
	if (*n == 0 && beside.has_noun)
		return beside.has_unknown || beside.has_other ? LANGUAGE_PHRASE_OTHER
							      : LANGUAGE_PHRASE_LABEL;
	if (*n == 0)
		return beside.has_unknown || beside.was_other ? LANGUAGE_PHRASE_UNKNOWN
							      : LANGUAGE_PHRASE_LABEL;
	if (beside.has_unknown || beside.has_other)
		return LANGUAGE_PHRASE_UNKNOWN;
	return beside.has_maybe ? LANGUAGE_PHRASE_MAYBE : LANGUAGE_PHRASE_NAMES;
}
