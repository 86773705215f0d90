// SPDX-License-Identifier: EUPL-1.2
/*
 * The nearest name: see near.h.
 */
#include "base/near.h"

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Optimal string alignment: a swap of two neighbours is one mistake. */
static size_t distance(struct slice a, struct slice b)
{
	size_t d[NEAR_LONGEST_NAME + 1][NEAR_LONGEST_NAME + 1];

	for (size_t i = 0; i <= a.n; i++)
		d[i][0] = i;
	for (size_t k = 0; k <= b.n; k++)
		d[0][k] = k;
	for (size_t i = 1; i <= a.n; i++) {
		for (size_t k = 1; k <= b.n; k++) {
			size_t change = d[i - 1][k - 1] + (a.p[i - 1] != b.p[k - 1]);

			d[i][k] = least(change, least(d[i - 1][k], d[i][k - 1]) + 1);
			if (i > 1 && k > 1 && a.p[i - 1] == b.p[k - 2] && a.p[i - 2] == b.p[k - 1])
				d[i][k] = least(d[i][k], d[i - 2][k - 2] + 1);
		}
	}
	return d[a.n][b.n];
}

void near_consider(struct near *near, const char *name)
{
	struct slice known = slice_of(name);
	size_t d;

	if (near->wanted.n > NEAR_LONGEST_NAME || known.n > NEAR_LONGEST_NAME)
		return;
	d = distance(near->wanted, known);
	if (d >= near->distance)
		return;
	near->name = name;
	near->distance = d;
}
