// SPDX-License-Identifier: EUPL-1.2
/* Names of institutions in the genitive, as they stand behind one of their units; see
 * institution_parts.h. */
#include "base/mem.h"
#include "catalogue/institution_parts.h"

/*
 * "Wydział Prawa Uniwersytetu Warszawskiego": behind a unit the name stands in
 * the genitive. The noun of each language with its nominative, and how the
 * adjectives beside it end; stars stand for the word's beginning.
 */
static const struct {
	const char *genitive, *nominative;
	const char *adjectives[4][2]; /* ending, and what it is in the nominative */
} genitives[] = {
	{ "yliopiston", "yliopisto", { { NULL, NULL } } },
	{ "korkeakoulun", "korkeakoulu", { { NULL, NULL } } },
	{ "ammattikorkeakoulun", "ammattikorkeakoulu", { { NULL, NULL } } },
	{ "universitets", "universitet", { { NULL, NULL } } },
	{ "högskolans", "högskolan", { { NULL, NULL } } },
	{ "ülikooli", "ülikool", { { NULL, NULL } } },
	{ "universitātes", "universitāte", { { "ās", "ā" } } },
	{ "universiteto", "universitetas", { { NULL, NULL } } },
	{ "uniwersytetu", "uniwersytet", { { "iego", "i" }, { "ego", "y" } } },
	{ "politechniki", "politechnika", { { "iej", "a" }, { "ej", "a" } } },
	{ "akademii", "akademia", { { "iej", "a" }, { "ej", "a" } } },
	{ "univerzity", "univerzita", { { "ovy", "ova" }, { "é", "á" }, { "ej", "á" } } },
	{ "učení", "učení", { { "ého", "é" } } },
	{ "univerze", "univerza", { { NULL, NULL } } },
	{ "sveučilišta", "sveučilište", { { NULL, NULL } } },
	{ "univerziteta", "univerzitet", { { NULL, NULL } } },
	{ "универзитета", "универзитет", { { NULL, NULL } } },
	{ "universității", "universitatea", { { NULL, NULL } } },
	{ "universitatii", "universitatea", { { NULL, NULL } } },
	{ "університету", "університет", { { "ого", "ий" } } },
	{ "університета", "університет", { { "ого", "ий" } } },
	{ "політехніки", "політехніка", { { "ої", "а" } } },
	{ "университет", "университет", { { "ия", "и" } } },
	{ "πανεπιστημίου", "πανεπιστήμιο", { { "ιού", "ιό" }, { "είου", "ειο" }, { "ου", "ο" } } },
	{ "πανεπιστήμιον", "πανεπιστήμιο", { { "ιον", "ιο" }, { "όν", "ό" }, { "ον", "ο" } } },
	{ "πολυτεχνείον", "πολυτεχνείο", { { "ιον", "ιο" }, { "όν", "ό" }, { "ον", "ο" } } },
	{ "πολυτεχνείου", "πολυτεχνείο", { { "ιου", "ιο" }, { "ου", "ο" } } },
};

enum { NO_GENITIVE = countof(genitives) };

/* As they are in names: with a capital or without. */
static bool is_same_word(struct slice a, struct slice b)
{
	size_t n_first = a.n > 1 && (unsigned char)a.p[0] >= 0x80 ? 2 : 0;

	return a.n == b.n && slice_eq_nocase(slice_from(a, n_first), slice_from(b, n_first));
}

/* The row whose noun the text holds. */
size_t institution_genitive_in(struct slice text)
{
	struct slice word;

	while (slice_split(&word, &text, ' '))
		for (size_t g = 0; g < countof(genitives); g++)
			if (is_same_word(word, slice_of(genitives[g].genitive)))
				return g;
	return NO_GENITIVE;
}

/* A word in the nominative, written to out; its length. */
static size_t put_nominative(char *out, struct slice word, size_t g)
{
	struct slice stem = word, end = SLICE_NONE;

	if (is_same_word(word, slice_of(genitives[g].genitive))) {
		stem = SLICE_NONE;
		end = slice_of(genitives[g].nominative);
	} else {
		for (size_t a = 0; a < countof(genitives[g].adjectives) && end.n == 0; a++) {
			const char *from = genitives[g].adjectives[a][0];

			if (from == NULL || !slice_ends_with(word, slice_of(from)))
				continue;
			stem = slice_first(word, word.n - strlen(from));
			end = slice_of(genitives[g].adjectives[a][1]);
		}
	}
	if (stem.n > 0)
		memcpy(out, stem.p, stem.n);
	if (end.n > 0)
		memcpy(out + stem.n, end.p, end.n);
	return stem.n + end.n;
}

/* The text with its words in the nominative, where it holds the genitive's noun. */
bool institution_look_nominative(struct naming *n, struct slice text)
{
	enum { ROOM = 8 }; /* bytes by which a word may grow */
	char memory[INSTITUTION_NAME_BYTES + INSTITUTION_NAME_WORDS * ROOM];
	struct slice rest = text, word;
	size_t length = 0, n_words = 0;

	if (n->genitive == NO_GENITIVE || text.n > INSTITUTION_NAME_BYTES)
		return false;
	while (slice_split(&word, &rest, ' ')) {
		if (++n_words > INSTITUTION_NAME_WORDS)
			return false;
		if (length > 0)
			memory[length++] = ' ';
		length += put_nominative(memory + length, word, n->genitive);
	}
	return institution_look(n, slice_make(memory, length));
}
