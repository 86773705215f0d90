// SPDX-License-Identifier: EUPL-1.2
/* Words of a phrase: see phrase.h. */
#include "catalogue/phrase.h"

#include "base/mem.h"

bool phrase_next(struct slice *word, struct slice *rest, const char *separators)
{
	size_t from = 0, to;

	while (from < rest->n && strchr(separators, rest->p[from]) != NULL)
		from++;
	to = from;
	while (to < rest->n && strchr(separators, rest->p[to]) == NULL)
		to++;
	*word = slice_make(rest->p + from, to - from);
	*rest = slice_from(*rest, to);
	return word->n > 0;
}

bool phrase_split(struct phrase *out, struct slice text, const char *separators, size_t max_words,
		  bool (*refuses)(struct slice word))
{
	struct slice word;

	require(max_words <= PHRASE_MAX_WORDS);
	out->n = 0;
	while (phrase_next(&word, &text, separators)) {
		if (out->n == max_words || (refuses != NULL && refuses(word)))
			return false;
		out->words[out->n++] = word;
	}
	return true;
}

struct slice phrase_part(const struct phrase *phrase, size_t i, size_t n)
{
	const char *start = phrase->words[i].p;
	struct slice last = phrase->words[i + n - 1];

	return slice_make(start, (size_t)(last.p + last.n - start));
}
