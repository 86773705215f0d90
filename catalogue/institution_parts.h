// SPDX-License-Identifier: EUPL-1.2
#ifndef CATALOGUE_INSTITUTION_PARTS_H
#define CATALOGUE_INSTITUTION_PARTS_H

/*
 * What institution.c (identifiers, alliances), institution_name.c (names) and
 * institution_memo.c (names that were told already) share. Private to them.
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

#endif
