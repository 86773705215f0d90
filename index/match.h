// SPDX-License-Identifier: EUPL-1.2
#ifndef INDEX_MATCH_H
#define INDEX_MATCH_H

/*
 * Filters and values of dimensions over rows of the columns: which filters an
 * offer and each of its sessions fail, and which values of a dimension they
 * have. Search, facets and statistics share it, so that a facet's number is
 * the number that its filter finds.
 *
 * An offer is found when none of its own filters fails and one of its sessions
 * fails none of the session filters.
 *
 * Values that several mean one thing:
 *   subject   an offer has its code and all above it ("0613", "061", "06")
 *   level     all levels of its range
 *   start     the month; the year where only that is known; else unknown
 *   price     free where it may be 0, paid where it may be more, else unknown
 *   open      whether one can apply on the day asked for
 *   size      unknown where the ECTS are weaker than asked for
 *
 * Thread: any; pure.
 */

#include "catalogue/query.h"
#include "catalogue/readers.h"
#include "index/row.h"
#include "index/terms.h"

struct subject_range {
	uint16_t lo, hi;
};

/* Filters, made ready. */
struct matcher {
	dimension_set offer_dims;   /* filtered, of the offer itself */
	dimension_set session_dims; /* filtered, of a session */
	uint8_t weakest;            /* enum from */
	int32_t today;
	struct zone_days days; /* today where a session is */
	const struct terms *known;
	const struct filters *filters;
	uint64_t *terms;            /* bit a term: asked for (terms of all dimensions) */
	uint32_t n_terms;
	struct subject_range *subjects;
	size_t n_subjects;
	uint32_t sizes, has, missing;  /* bits asked for */
	uint32_t open_states, prices;  /* bits asked for by name */
};

/*
 * A code that no offer has finds nothing, and is no error. filters and terms
 * are borrowed.
 * Errors: ERR_PARSE for a subject, size, element, state or price that cannot be one, ERR_LIMIT.
 */
enum err_code matcher_init(struct matcher *m, struct arena *arena, const struct filters *filters,
			   enum from weakest, int32_t today, const struct zone_days *days,
			   const struct terms *terms, struct err *err) ERR_MUST_USE;
/* The filters that the offer itself fails. */
dimension_set matcher_offer(const struct matcher *m, const struct row_view *v);
/* The filters that a session of it fails. */
dimension_set matcher_session(const struct matcher *m, const struct row_view *v,
			      const struct row_session *s);

/* Whether one can apply today: session_application_state() says it of the session, on the day of
 * session_zone(). */
enum application_state matcher_session_state(const struct matcher *m, const struct row_view *v,
					     const struct row_session *s);

enum price_class { PRICE_FREE, PRICE_PAID, PRICE_UNKNOWN, PRICE_CLASSES };
/* "free", "paid", "unknown"; NULL for none. */
const char *price_class_name(enum price_class c);

/*
 * The terms of a dimension that is made of terms (term_dim_of()), where they
 * lie; some may be 0, which is none. Their number.
 */
size_t dim_terms(const uint32_t **out, enum dimension d, const struct row_view *v,
		 const struct row_session *s);

/* All values at once: subjects and what is above them is the longest list. */
enum { DIM_VALUES_MAX = 3 * UINT8_MAX };

struct dim_values {
	uint32_t items[DIM_VALUES_MAX]; /* each once */
	size_t n;
};

enum { SUBJECT_ALL_DEPTHS = 0 };

/*
 * The values of a dimension; none where unknown. s is used for dimensions of
 * a session. subject_depth: SUBJECT_ALL_DEPTHS, or cut to 2 to 4 digits.
 */
void dim_values(struct dim_values *out, enum dimension d, const struct matcher *m,
		const struct row_view *v, const struct row_session *s, unsigned subject_depth);
/* One more than the highest value of a dimension; 0 where there is no such bound (ects, start). */
uint32_t dim_value_bound(enum dimension d, uint32_t max_term);
/* As filters and answers write it; SLICE_NONE for a term that is not known. */
struct slice dim_value_code(struct arena *arena, enum dimension d, uint32_t value,
			    const struct terms *terms);
/* For a person; SLICE_NONE when the code says it. */
struct slice dim_value_label(enum dimension d, uint32_t value, const struct terms *terms);

#endif
