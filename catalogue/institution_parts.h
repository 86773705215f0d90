// SPDX-License-Identifier: EUPL-1.2
#ifndef CATALOGUE_INSTITUTION_PARTS_H
#define CATALOGUE_INSTITUTION_PARTS_H

/*
 * What institution.c (identifiers, alliances), institution_name.c (names) with the
 * ways that it goes (institution_look.c, institution_form.c, institution_genitive.c,
 * institution_place.c, institution_unit.c) and institution_memo.c (names that were told already)
 * share. Private to them.
 *
 * Thread: any.
 */

#include "catalogue/readers.h"

/* The institution that a row of names belongs to, by its ROR, else its domain. */
bool institution_of_row(struct institution *out, struct slice ror, struct slice domain);

/* What a name tells. */
struct institution_naming {
	struct institution found;
	struct slice name, unit; /* parts of the text: the institution's own, and its faculty's */
	const char *table; /* that it was found in */
	struct slice key; /* by which it was found */
};
/* Of a trimmed text, by looking; institution_by_name() and its like remember what it found. */
bool institution_find_name(struct institution_naming *out, struct slice text, struct slice country);

/* The ways in which a name is looked for; institution_look.c, _form.c, _genitive.c, _place.c,
 * _unit.c. */
enum {
	INSTITUTION_NAME_BYTES = 512, /* a longer text is a sentence */
	INSTITUTION_NAME_WORDS = 24,
};

struct naming {
	struct slice country; /* absent: any */
	struct institution found;
	const char *table;
	struct slice key; /* by which it was found */
	bool has_found;
	bool is_ambiguous;
	size_t genitive; /* institution_genitive_in() the text */
};

static inline struct slice institution_last_word(struct slice text)
{
	size_t n = text.n;

	while (n > 0 && text.p[n - 1] != ' ')
		n--;
	return slice_from(text, n);
}

/* All institutions that a text names as it is, or is the acronym of, are added; whether there is
 * one. */
bool institution_look(struct naming *n, struct slice text);
/* "JYU": never alone, for they repeat; in a known country, where it is the only one. */
bool institution_look_acronym(struct naming *n, struct slice text);
/* As above beside what is known to be a unit or a place, where two letters are enough, if they are
 * capitals: "LU Juridiskā fakultāte". */
bool institution_look_short(struct naming *n, struct slice text);
/* "HAMK", "SeAMK", "ΑΠΘ": two capitals or more, and no other signs. */
bool institution_looks_like_acronym(struct slice word);
/* "Open University", "Technical University": names that every country has one of. */
bool institution_is_generic(struct slice text);

/* The text as names are written: abbreviated, turned, with an article, in the genitive. */
bool institution_look_forms(struct naming *n, struct slice text);

/* "Universitatea Babeș-Bolyai din Cluj-Napoca", "ČVUT v Praze", "STU Bratislava": a name or an
 * acronym, and where it is. */
bool institution_look_at_place(struct naming *n, struct slice text);
/* "Uniwersytet im. Adama Mickiewicza", "Русенски университет „Ангел Кънчев“": what stands before
 * those whom it is dedicated to. */
bool institution_look_dedicated(struct naming *n, struct slice text);

/* The language whose genitive of a word for institutions a text holds, as a number. */
size_t institution_genitive_in(struct slice text);
/* The text with its words in the nominative. */
bool institution_look_nominative(struct naming *n, struct slice text);

/* "Faculty of Law of the University of Y", "University of Y Faculty of Law". */
bool institution_cut_unit(struct naming *n, struct slice *name, struct slice *unit,
			  struct slice text);

#endif
