// SPDX-License-Identifier: EUPL-1.2
#ifndef HARVESTERS_COLUMNS_H
#define HARVESTERS_COLUMNS_H

/*
 * The names by which an operator calls elements in `columns { title = "Nimi" }`:
 * the elements' own ("provider.name") and short ones ("provider", "ects").
 * Partners who write their headings for us use the same.
 *
 * Thread: any.
 */

#include "harvesters/source.h"

#include "catalogue/word.h"

struct column_name {
	const char *name;
	enum element element;
	const char *scheme; /* what the name says about the values ("ects"), NULL: nothing */
};

/* NULL for an unknown name; case of letters does not count. */
const struct column_name *column_of_name(struct slice name);

/*
 * Whether every name is an element, or `also` (NULL: nothing else). ERR_CONFIG
 * names the first that is not; *place tells where.
 */
enum err_code columns_check(const struct settings *columns, const char *also,
			    struct source_place *place, struct err *err) ERR_MUST_USE;

#endif
