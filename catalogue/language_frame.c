// SPDX-License-Identifier: EUPL-1.2
/*
 * What may stand before and behind the name of a language in one string: "taught
 * in English", "Kursen ges på engelska", "anglų k.": the words of field-words.tsv.
 */
#include "base/mem.h"
#include "catalogue/field_words.h"
#include "catalogue/language_parts.h"

static bool is_frame(struct slice word, unsigned wanted)
{
	unsigned bits = field_word_of(language_unwrapped(word));

	return (bits & wanted) != 0 && (bits & (FIELD_ASIDE | FIELD_MAYBE | FIELD_REQUIRED)) == 0;
}

/* "B2", "C1+", "A1-A2": a level of the Common European Framework. */
bool language_is_level(struct slice word)
{
	if (word.n < 2 || word.n > 5 || strchr("ABCabc", word.p[0]) == NULL)
		return false;
	if (word.p[1] != '1' && word.p[1] != '2')
		return false;
	return word.n == 2 || word.p[2] == '+' || word.p[2] == '-' || word.p[2] == '/';
}

struct slice language_without_tail(struct slice text)
{
	struct slice word = language_last_word(text);

	if (word.n == text.n ||
	    (!language_is_level(word) && !is_frame(word, FIELD_TAIL | FIELD_BESIDE)))
		return text;
	return language_unwrapped(slice_first(text, text.n - word.n));
}

struct slice language_without_head(struct slice text)
{
	struct slice word = language_first_word(text);

	if (word.n == text.n || !is_frame(word, FIELD_HEAD | FIELD_BESIDE))
		return text;
	return language_unwrapped(slice_from(text, word.n));
}

bool language_is_required(struct slice text)
{
	ptrdiff_t at = slice_find_byte(text, ':');
	struct slice label = at > 0 ? slice_first(text, (size_t)at) : SLICE_NONE;
	struct slice word;

	while (slice_split(&word, &label, ' '))
		if ((field_word_of(word) & FIELD_REQUIRED) != 0)
			return true;
	return false;
}
