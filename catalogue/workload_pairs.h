// SPDX-License-Identifier: EUPL-1.2
#ifndef CATALOGUE_WORKLOAD_PAIRS_H
#define CATALOGUE_WORKLOAD_PAIRS_H

/*
 * Numbers of a text about size with their units, and what each of them is: the
 * size, or only a rate, a part, a limit. Private to workload_scan.c.
 *
 * Thread: any; pure.
 */

#include "catalogue/workload_atoms.h"

enum pair_role {
	PAIR_SIZE,
	PAIR_RULE, /* "1 ECTS = 25 h", "25 h per ECTS" */
	PAIR_RATE, /* "3 ECTS per module", "8 hours/day" */
	PAIR_PART, /* "of which 10 ECTS" */
	PAIR_SUMMAND, /* "2 ECTS + 3 ECTS": counts only where the sum is said */
	PAIR_UNSURE, /* "up to 5 ECTS", "5 or 10 ECTS", "4 sessions of 2 hours" */
};

struct pair {
	struct unit unit;
	struct span value;
	size_t at; /* atom of the number */
	size_t end; /* behind the pair's atoms */
	enum pair_role role;
};

struct pairs {
	struct pair items[MAX_ATOMS];
	size_t n;
	struct span bare; /* the only number, without a unit */
	struct span bare_grouped; /* the same where "1.000" is a thousand */
	bool has_bare;
	bool has_negative;
};

void pairs_make(struct pairs *pairs, const struct atoms *atoms);

bool atoms_have(const struct atoms *a, size_t i, enum atom_kind kind);

#endif
