// SPDX-License-Identifier: EUPL-1.2
#ifndef INDEX_FACETS_H
#define INDEX_FACETS_H

/*
 * Counts facets in the same pass that finds offers. A facet excludes its own
 * filter: an offer that fails one filter only is still counted in the facet of
 * that filter.
 *
 * Facets of a session dimension count the offers with a session that meets all
 * other session filters and has the value.
 *
 * Memory: the arena's. Thread: any.
 */

#include "index/match.h"

struct facet_tally {
	uint32_t n;
	uint32_t last; /* the offer that was counted last, so that each counts once */
};

/* Of dimensions without a bound on their values: an open hash. */
struct facet_sparse {
	uint32_t *values; /* value + 1; 0 is empty */
	struct facet_tally *tallies;
	size_t n;
	size_t cap;       /* a power of two */
};

struct facets {
	dimension_set offer_dims;
	dimension_set session_dims;
	struct facet_tally *dense[DIM_COUNT]; /* of all dimensions of terms: the same array */
	uint32_t bound[DIM_COUNT];
	bool is_terms[DIM_COUNT];
	struct facet_sparse sparse[DIM_COUNT];
	uint32_t serial; /* of the offer in hand */
	struct arena *arena;
};

void facets_init(struct facets *f, struct arena *arena, dimension_set dims, uint32_t max_term);
/* Before the first of the two below for an offer. */
void facets_next_offer(struct facets *f);
/* Counts an offer's own dimensions; offer_failed: the filters it fails, one at most. */
void facets_count_offer(struct facets *f, const struct matcher *m, const struct row_view *v,
			dimension_set offer_failed);
/* Counts a session of an offer that fails no filter itself. */
void facets_count_session(struct facets *f, const struct matcher *m, const struct row_view *v,
			  const struct row_session *s, dimension_set session_failed);
/*
 * The facets in the order of dimensions, at most LIMIT_FACET_VALUES values
 * each; the counts of the others are added up in a last value without code.
 */
void facets_write(struct facet **out, size_t *n, const struct facets *f,
		  const struct terms *terms);

#endif
