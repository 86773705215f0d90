// SPDX-License-Identifier: EUPL-1.2
#ifndef CATALOGUE_INSTITUTION_PARTS_H
#define CATALOGUE_INSTITUTION_PARTS_H

/*
 * What institution.c (identifiers, alliances) and institution_name.c (names)
 * share. Private to them.
 *
 * Thread: any.
 */

#include "catalogue/readers.h"

/* The institution that a row of names belongs to, by its ROR, else its domain. */
bool institution_of_row(struct institution *out, struct slice ror, struct slice domain);

#endif
