// SPDX-License-Identifier: EUPL-1.2
#ifndef CATALOGUE_NUMBER_H
#define CATALOGUE_NUMBER_H

/*
 * Numbers as people write them: decimal comma or point, thousands set apart
 * by blanks, points, commas or apostrophes, ranges. Amounts are in
 * thousandths. Private to catalogue/.
 *
 * Thread: any; pure.
 */

#include "base/slice.h"

/* A number in both readings of a separator that may group thousands: "1.000". */
struct number {
	int64_t decimal;
	int64_t grouped; /* equal to decimal where the form decides */
};

/* A blank as it occurs inside numbers (" ", no-break, narrow no-break): its bytes, or 0. */
size_t number_blank(struct slice s);
/* Digits at the front. */
size_t slice_digits(struct slice s);
/* At most 9 digits; 0 for more. */
int64_t number_of_digits(struct slice digits);
/*
 * Takes a number off the front, where a digit stands. False (and the digits
 * are taken) for what is none: dates, versions, numbers too long. decimal is
 * the source's decimal sign, or 0.
 */
bool number_take(struct number *out, struct slice *s, char decimal);
/* A number or a range of two ("3-5", "3 to 5"; "3 and 5" where before, the text in front of it,
 * ends in "between"); lo equals hi for one. */
bool number_take_range(struct number *lo, struct number *hi, struct slice *s, struct slice before,
		       char decimal);

#endif
