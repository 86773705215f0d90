// SPDX-License-Identifier: EUPL-1.2
#ifndef TESTS_SUPPORT_REFERENCE_H
#define TESTS_SUPPORT_REFERENCE_H

/*
 * What filters, facets and statistics mean, said once more and as simply as
 * possible: over offers as the catalogue has them, with texts for values and
 * loops for everything. Slow, and nothing of index/ is used; generated tests
 * compare the index with it.
 */

#include "tests/support/corpus.h"

#include "catalogue/query.h"

enum { REF_VALUES = 256, REF_VALUE_BYTES = 64 };

/* Texts, each once. */
struct ref_values {
	char items[REF_VALUES][REF_VALUE_BYTES];
	size_t n;
};

void ref_add(struct ref_values *v, const char *text);
bool ref_has(const struct ref_values *v, const char *text);

/* What is asked beside the filters themselves. */
struct ref_terms {
	const struct filters *filters;
	enum from weakest;
	int32_t today;
	const struct zone_days *days; /* the same moment where sessions are */
};

/* The sessions of an offer: one without anything if it has none. */
size_t ref_n_sessions(const struct offer *o);
const struct session *ref_session(const struct offer *o, size_t i);

/* depth: 2 to 4, or 0 for a subject's code and all above it. */
void ref_dim_values(struct ref_values *out, enum dimension d, const struct corpus_offer *o,
		    const struct session *s, const struct ref_terms *t, unsigned depth);
bool ref_meets(enum dimension d, const struct corpus_offer *o, const struct session *s,
	       const struct ref_terms *t);
/* Whether the offer's own filters are met, but for the set left out. */
bool ref_offer_meets(const struct corpus_offer *o, const struct ref_terms *t,
		     dimension_set left_out);
bool ref_session_meets(const struct corpus_offer *o, const struct session *s,
		       const struct ref_terms *t, dimension_set left_out);
/* All of it: the offer, and one of its sessions. */
bool ref_matches(const struct corpus_offer *o, const struct ref_terms *t, dimension_set left_out);

/* Random filters over the corpus's values: each dimension filtered once in `rarity` times. */
void ref_random_filters(struct filters *out, struct arena *arena, struct random *r,
			uint32_t rarity);

#endif
