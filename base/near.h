// SPDX-License-Identifier: EUPL-1.2
#ifndef BASE_NEAR_H
#define BASE_NEAR_H

/*
 * The name that somebody who misspelt one may have meant: the nearest by
 * letters inserted, left out, changed, or swapped with their neighbour.
 *
 *	struct near near = NEAR(word);
 *
 *	for (size_t i = 0; i < n; i++)
 *		near_consider(&near, names[i]);
 *	if (near.name != NULL)
 *		...
 *
 * Thread: any; pure.
 */

#include "base/slice.h"

enum {
	NEAR_LONGEST_NAME = 32, /* a longer one is no misspelt name */
	NEAR_LETTERS_A_MISTAKE = 3, /* one letter of so many may be wrong */
};

struct near {
	struct slice wanted;
	const char *name; /* the nearest so far; NULL: none is near enough */
	size_t distance; /* a name must be less far away */
};

#define NEAR(word) ((struct near){ (word), NULL, 1 + (word).n / NEAR_LETTERS_A_MISTAKE })

/* name is kept, not copied. Of equally near ones the first counts. */
void near_consider(struct near *near, const char *name);

#endif
