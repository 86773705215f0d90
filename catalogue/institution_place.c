// SPDX-License-Identifier: EUPL-1.2
/* Names of institutions with the place where they are, or with whom they are dedicated to; see
 * institution_parts.h. */
#include "base/mem.h"
#include "catalogue/institution_parts.h"
#include "catalogue/vocab.h"

#include <stdio.h>

/* --- places --- */

enum {
	SAME_BYTES = 4, /* "Praze", "Praha" differ at the end */
	PLACE_BYTES = 64,
};

/* Whether the city of an Erasmus code ("SK BRATISL01") begins as a place does. */
static bool is_city_of(struct slice erasmus_code, struct slice place)
{
	size_t blank = erasmus_code.n;

	while (blank > 0 && erasmus_code.p[blank - 1] != ' ')
		blank--;
	return blank > 0 && erasmus_code.n - blank >= SAME_BYTES &&
	       slice_eq_nocase(slice_make(erasmus_code.p + blank, SAME_BYTES),
			       slice_first(place, SAME_BYTES));
}

/* Whether a name, the domain or the Erasmus code of an institution holds the beginning of a place's
 * name. */
static bool is_at(const struct institution *one, struct slice place)
{
	const struct slice names[] = { one->name_own, one->name_en, one->domain };
	char folded[INSTITUTION_NAME_BYTES], memory[PLACE_BYTES];
	struct slice wanted = slice_make(
		memory, vocab_fold_for(memory, sizeof(memory), VOCAB_INSTITUTION_NAME, place));

	if (wanted.n < SAME_BYTES)
		return false;
	if (is_city_of(one->erasmus_code, wanted))
		return true;
	for (size_t i = 0; i < countof(names); i++) {
		size_t n = vocab_fold_for(folded, sizeof(folded), VOCAB_INSTITUTION_NAME, names[i]);

		if (slice_contains(slice_make(folded, n), slice_first(wanted, SAME_BYTES)))
			return true;
	}
	return false;
}

/* A head that is a name or an acronym of an institution at a place. */
static bool look_up_head(struct naming *n, struct slice head, struct slice place)
{
	struct naming trial = *n;

	if (head.n == 0 || institution_is_generic(head) ||
	    !(institution_look(&trial, head) || institution_look_short(&trial, head)) ||
	    trial.is_ambiguous || !is_at(&trial.found, place))
		return false;
	*n = trial;
	return true;
}

/* "Universitatea de Vest Timișoara": with what languages put before a place. */
static bool look_up_joined(struct naming *n, struct slice head, struct slice place)
{
	static const char *const joints[] = { "din", "of", "de", "di", "zu", "in", "van", "i" };
	bool has_any = false;

	for (size_t i = 0; i < countof(joints); i++) {
		char memory[INSTITUTION_NAME_BYTES + PLACE_BYTES];
		int length = snprintf(memory, sizeof(memory), "%.*s %s %.*s", SLICE_ARG(head),
				      joints[i], SLICE_ARG(place));

		if (length > 0 && (size_t)length < sizeof(memory))
			has_any =
				institution_look(n, slice_make(memory, (size_t)length)) || has_any;
	}
	return has_any;
}

bool institution_look_at_place(struct naming *n, struct slice text)
{
	static const char *const in[] = { " din ", " v ", " ve ", " w ",  " we ", " in ", " i ",
					  " u ",   " à ", " a ",  " en ", " em ", " zu ", " - " };
	struct slice last = institution_last_word(text);
	struct slice head = slice_trim(slice_first(text, text.n - last.n));

	if (text.n > INSTITUTION_NAME_BYTES)
		return false;
	for (size_t i = 0; i < countof(in); i++) {
		ptrdiff_t at = slice_find(text, slice_of(in[i]));

		if (at > 0 && look_up_head(n, slice_first(text, (size_t)at), last))
			return true;
	}
	/* "STU Bratislava", "Universität für Bodenkultur Wien" */
	return look_up_head(n, head, last) ||
	       (slice_find_byte(head, ' ') > 0 && look_up_joined(n, head, last));
}

/* --- dedications --- */

/* Where what a name is dedicated to begins: "im. …", "„Ангел Кънчев“"; the text's end without. */
static size_t dedication(struct slice text)
{
	static const char *const begins[] = { " \"",   " „",           " “",        " ”",
					      " «",    " im. ",        " imienia ", " імені ",
					      " ім. ", " named after " };
	size_t nearest = text.n;

	for (size_t i = 0; i < countof(begins); i++) {
		ptrdiff_t at = slice_find(text, slice_of(begins[i]));

		if (at > 0 && (size_t)at < nearest)
			nearest = (size_t)at;
	}
	return nearest;
}

bool institution_look_dedicated(struct naming *n, struct slice text)
{
	size_t at = dedication(text);
	struct slice head = slice_first(text, at);

	return at < text.n && !institution_is_generic(head) &&
	       (institution_look(n, head) || institution_look_short(n, head));
}
