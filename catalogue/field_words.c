// SPDX-License-Identifier: EUPL-1.2
/* Words around values: see field_words.h. */
#include "catalogue/field_words.h"

#include "base/mem.h"
#include "catalogue/vocab.h"

enum { MAX_ROWS = 16 };

enum field_cell { CELL_ELEMENT, CELL_KIND };

static const struct {
	const char *element, *kind;
	enum field_word bit;
} kinds[] = {
	{ "any", "and", FIELD_AND },
	{ "any", "or", FIELD_OR },
	{ "any", "required", FIELD_REQUIRED },
	{ "language", "head", FIELD_HEAD },
	{ "language", "tail", FIELD_TAIL },
	{ "language", "beside", FIELD_BESIDE },
	{ "language", "aside", FIELD_ASIDE },
	{ "language", "noun", FIELD_LANGUAGE },
	{ "language", "other", FIELD_OTHER },
	{ "language", "maybe", FIELD_MAYBE },
	{ "language", "not", FIELD_NOT },
	{ "language", "need", FIELD_NEED },
	{ "subject", "label", FIELD_LABEL },
	{ "subject", "before", FIELD_BEFORE },
	{ "subject", "behind", FIELD_BEHIND },
	{ "subject", "ending", FIELD_ENDING },
	{ "subject", "numbered", FIELD_NUMBERED },
};

unsigned field_word_of(struct slice text)
{
	struct vocab_row rows[MAX_ROWS];
	size_t n = vocab_look_up_word(rows, MAX_ROWS, VOCAB_FIELD_WORD, text);
	unsigned bits = 0;

	for (size_t r = 0; r < n; r++)
		for (size_t k = 0; k < countof(kinds); k++)
			if (slice_eq_z(rows[r].cells[CELL_ELEMENT], kinds[k].element) &&
			    slice_eq_z(rows[r].cells[CELL_KIND], kinds[k].kind))
				bits |= (unsigned)kinds[k].bit;
	return bits;
}
