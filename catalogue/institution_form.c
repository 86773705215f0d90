// SPDX-License-Identifier: EUPL-1.2
/* Forms in which catalogues write a name of institutions: with abbreviations, turned, in English,
 * behind an article; see institution_parts.h. */
#include "base/mem.h"
#include "catalogue/institution_parts.h"

#include <stdio.h>

/* --- abbreviations --- */

/* Each is tried where it stands as a word; texts in the order of their languages' numbers. */
static const struct {
	const char *shortened, *full;
} abbreviations[] = {
	{ "&", "and" },
	{ "&", "und" },
	{ "&", "et" },
	{ "&", "e" },
	{ "&", "y" },
	{ "&", "ja" },
	{ "&", "och" },
	{ "univ.", "university" },
	{ "univ.", "universität" },
	{ "univ.", "université" },
	{ "univ.", "universidad" },
	{ "univ.", "università" },
	{ "univ.", "universidade" },
	{ "univ.", "universiteit" },
	{ "univ.", "uniwersytet" },
	{ "univ", "university" },
	{ "univ", "universität" },
	{ "univ", "université" },
	{ "univ", "universidad" },
	{ "univ", "università" },
	{ "univ", "universidade" },
	{ "uni", "universität" },
	{ "uni", "university" },
	{ "u.", "university" },
	{ "uas", "university of applied sciences" },
	{ "amk", "ammattikorkeakoulu" },
	{ "yo", "yliopisto" },
	{ "fh", "fachhochschule" },
	{ "hs", "hochschule" },
	{ "tu", "technische universität" },
	{ "tu", "technische universiteit" },
	{ "tech.", "technology" },
	{ "tech", "technology" },
	{ "inst.", "institute" },
	{ "politechn.", "politechnika" },
	{ "st.", "saint" },
	{ "st", "saint" },
	{ "saint", "st" },
};

/* The text with one word of it written out as the abbreviation i says. */
static bool look_up_with(struct naming *n, struct slice text, struct slice word, size_t i)
{
	char memory[INSTITUTION_NAME_BYTES + 40];
	struct slice to = slice_of(abbreviations[i].full);
	size_t head = (size_t)(word.p - text.p);

	if (text.n + to.n > sizeof(memory))
		return false;
	memcpy(memory, text.p, head);
	memcpy(memory + head, to.p, to.n);
	memcpy(memory + head + to.n, word.p + word.n, text.n - head - word.n);
	return institution_look(n, slice_make(memory, text.n - word.n + to.n));
}

/* The text with each abbreviation in turn written out. */
static bool look_up_written_out(struct naming *n, struct slice text)
{
	struct slice rest = text, word;
	bool has_any = false;

	while (slice_split(&word, &rest, ' '))
		for (size_t i = 0; i < countof(abbreviations); i++)
			if (word.n > 0 && ascii_lower(word.p[0]) == abbreviations[i].shortened[0] &&
			    slice_eq_nocase(word, slice_of(abbreviations[i].shortened)))
				has_any = look_up_with(n, text, word, i) || has_any;
	return has_any;
}

/* "Gothenburg University" is the University of Gothenburg, and the other way round. */
static bool look_up_turned(struct naming *n, struct slice text)
{
	static const struct slice front = { "University of ", 14 }, back = { " University", 11 };
	char memory[INSTITUTION_NAME_BYTES + 40];
	int length;

	if (slice_starts_with_nocase(text, front) && text.n > front.n)
		length = snprintf(memory, sizeof(memory), "%.*s%s",
				  SLICE_ARG(slice_from(text, front.n)), back.p);
	else if (text.n > back.n && slice_eq_nocase(slice_from(text, text.n - back.n), back))
		length = snprintf(memory, sizeof(memory), "%s%.*s", front.p,
				  SLICE_ARG(slice_first(text, text.n - back.n)));
	else
		return false;
	return institution_look(n, slice_make(memory, (size_t)length));
}

/* "Universität Heidelberg": as English says it, both ways. */
static bool look_up_in_english(struct naming *n, struct slice text)
{
	static const char *const heads[] = {
		"universität ",       "uni ",           "univ. ",
		"universität zu ",    "université de ", "université d'",
		"universidad de ",    "università di ", "università degli studi di ",
		"universidade de ",   "universiteit ",  "universiteit van ",
		"uniwersytet ",       "univerzita ",    "universitetet i ",
		"universitatea din ",
	};
	bool has_any = false;

	for (size_t i = 0; i < countof(heads); i++) {
		char memory[INSTITUTION_NAME_BYTES + 40];
		struct slice place;
		int length;

		if (!slice_starts_with_nocase(text, slice_of(heads[i])))
			continue;
		place = slice_from(text, strlen(heads[i]));
		length = snprintf(memory, sizeof(memory), "University of %.*s", SLICE_ARG(place));
		has_any = institution_look(n, slice_make(memory, (size_t)length)) || has_any;
		length = snprintf(memory, sizeof(memory), "%.*s University", SLICE_ARG(place));
		has_any = institution_look(n, slice_make(memory, (size_t)length)) || has_any;
	}
	return has_any || look_up_turned(n, text);
}

/* --- the forms in their order --- */

static bool look_up_forms(struct naming *n, struct slice text)
{
	static const char *const articles[] = { "the ", "der ", "die ", "das ", "an der ",
						"de ",  "la ",  "l'",   "l’",   "den " };

	text = slice_trim(text);
	if (text.n == 0 || text.n > INSTITUTION_NAME_BYTES)
		return false;
	if (institution_look(n, text) || look_up_written_out(n, text) ||
	    institution_look_nominative(n, text) || look_up_in_english(n, text))
		return true;
	for (size_t i = 0; i < countof(articles); i++)
		if (slice_starts_with_nocase(text, slice_of(articles[i])))
			return institution_look(n, slice_from(text, strlen(articles[i])));
	return false;
}

/* --- umlauts in two letters --- */

/* "Universitaet zu Koeln", "Koebenhavns Universitet": what two letters stand for where a keyboard
 * has no other. */
static const struct {
	const char *two, *one;
} umlauts[] = {
	{ "ae", "ä" }, { "oe", "ö" }, { "ue", "ü" }, { "Ae", "Ä" }, { "Oe", "Ö" }, { "Ue", "Ü" },
	{ "oe", "ø" }, { "ae", "æ" }, { "aa", "å" }, { "Oe", "Ø" }, { "Aa", "Å" },
};

enum { N_GERMAN = 6, MAX_UMLAUTS = 4 };

/* Where two letters stand that rows [first, end) know; the row of each. The number. */
static size_t find_umlauts(size_t at[MAX_UMLAUTS], size_t rows[MAX_UMLAUTS], struct slice text,
			   size_t first, size_t end)
{
	size_t n = 0;

	for (size_t i = 0; i + 1 < text.n && n < MAX_UMLAUTS; i++)
		for (size_t r = first; r < end; r++) {
			if (memcmp(text.p + i, umlauts[r].two, 2) != 0)
				continue;
			at[n] = i;
			rows[n++] = r;
			break;
		}
	return n;
}

/* The text with its letters put together, all of them first, and then fewer: "Neue Universitaet".
 */
static bool look_up_umlauts(struct naming *n, struct slice text, size_t first, size_t end)
{
	char memory[INSTITUTION_NAME_BYTES];
	size_t at[MAX_UMLAUTS], rows[MAX_UMLAUTS];
	size_t n_at = find_umlauts(at, rows, text, first, end);

	for (unsigned mask = (1u << n_at) - 1; mask > 0; mask--) {
		struct slice changed = slice_make(memory, text.n);

		memcpy(memory, text.p, text.n);
		for (size_t i = 0; i < n_at; i++)
			if ((mask >> i & 1) != 0)
				memcpy(memory + at[i], umlauts[rows[i]].one, 2);
		if (look_up_forms(n, changed))
			return true;
	}
	return false;
}

bool institution_look_forms(struct naming *n, struct slice text)
{
	if (look_up_forms(n, text))
		return true;
	text = slice_trim(text);
	return text.n > 0 && text.n <= INSTITUTION_NAME_BYTES &&
	       (look_up_umlauts(n, text, 0, N_GERMAN) ||
		look_up_umlauts(n, text, N_GERMAN, countof(umlauts)));
}
