// SPDX-License-Identifier: EUPL-1.2
#ifndef HARVESTERS_CSV_HEADINGS_H
#define HARVESTERS_CSV_HEADINGS_H

/*
 * What the heading of a column says by itself: an element's own name, or one
 * of the headings that partners use in many languages.
 *
 * Thread: any; pure.
 */

#include "catalogue/word.h"

struct csv_heading {
	enum element element;
	const char *scheme; /* NULL: none */
	bool is_flag; /* yes and no, of what the heading names ("Online") */
	bool is_code; /* an id column whose heading calls it a course code */
};

enum { CSV_NO_RANK = 1 << 20 };

/* An element's own name first, then the table: its rank, of which a lower one wins, or
 * CSV_NO_RANK where nothing is known (and *out is as it was). */
size_t csv_read_heading(struct csv_heading *out, struct slice heading);

/* Lower case, without accents and punctuation, blanks single: "Opintojakson nimi:" */
size_t csv_fold_heading(char *out, size_t cap, struct slice heading);
/* Whether two are folded to the same, and to something. */
bool csv_same_heading(struct slice a, struct slice b);

#endif
