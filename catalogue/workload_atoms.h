// SPDX-License-Identifier: EUPL-1.2
#ifndef CATALOGUE_WORKLOAD_ATOMS_H
#define CATALOGUE_WORKLOAD_ATOMS_H

/*
 * A text about size as atoms: numbers, units, and the signs and words between
 * them that matter. Private to workload_scan.c.
 *
 * Thread: any; pure.
 */

#include "catalogue/number.h"
#include "catalogue/workload_scan.h"

enum { MAX_ATOMS = 64 }; /* what comes later in a text is not looked at */

enum atom_kind {
	ATOM_NUMBER,
	ATOM_UNIT,
	ATOM_EQUALS, /* "=", "corresponds to" */
	ATOM_TIMES, /* "x" */
	ATOM_OF, /* "of": times, or nothing */
	ATOM_PER,
	ATOM_OF_WHICH,
	ATOM_CONDITION,
	ATOM_REQUIRED,
	ATOM_LIMIT,
	ATOM_OR, /* also "+" */
	ATOM_NUMBER_WORD, /* until it is known what stands behind it */
	ATOM_BREAK,
	ATOM_OTHER
};

struct atom {
	enum atom_kind kind;
	struct number lo, hi;
	struct unit unit;
	bool is_negative;
	bool is_joined; /* no blank before it */
	bool is_bracket; /* a break that opens: "5 (ECTS)" */
	bool is_slash;
	bool is_short; /* an abbreviation: "min." */
	bool is_comma;
	bool is_clock; /* "30h30": hours and minutes already */
};

struct atoms {
	struct atom items[MAX_ATOMS];
	size_t n;
};

/* Signs and words that mean nothing here become one ATOM_OTHER. */
void atoms_make(struct atoms *atoms, struct slice text, const struct hint *hint);

#endif
