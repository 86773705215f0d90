// SPDX-License-Identifier: EUPL-1.2
#ifndef INDEX_ATTRS_H
#define INDEX_ATTRS_H

/*
 * An offer's attributes: all dimensions of filters, facets and statistics, in
 * a compact encoding with small integers for facet values (table term). Kept
 * in offer.attrs and, for the past, in offer_version.attrs; decoded into the
 * column arrays. An encoding starts with its version; every version ever
 * written stays readable.
 *
 * Thread: any; pure.
 */

#include "base/buf.h"
#include "catalogue/query.h"

struct attr_session {
	int32_t start_lo, start_hi; /* days since 1970-01-01; ATTR_NO_DAY unknown */
	int32_t end_hi;
	int32_t apply_lo, apply_hi;
	uint8_t rolling;            /* enum tri */
	int64_t price_min_c, price_max_c; /* -1 unknown, 0 free */
	uint32_t currency;          /* term, 0 unknown */
	uint32_t *langs, *modes;    /* terms; empty: the offer's */
	uint32_t n_langs, n_modes;
};

enum { ATTR_NO_DAY = INT32_MIN };

struct attr_subject {
	uint32_t term;
	uint8_t from;       /* enum from */
	uint8_t confidence; /* percent */
};

struct attrs {
	int32_t ects_min_c, ects_max_c; /* 0 unknown */
	uint8_t ects_from;
	int32_t hours_min_t, hours_max_t;
	uint8_t eqf_min, eqf_max, level_from;
	uint8_t size_class, stackable, formality, score;
	uint16_t missing;          /* bits of enum required_element */
	uint32_t has;              /* bits of enum has_element: what DIM_HAS can ask */
	uint32_t country, provider; /* terms, 0 unknown */
	struct attr_subject *subjects;
	uint32_t *langs, *alliances, *modes, *credentials, *sources, *awarding; /* terms */
	uint32_t n_subjects, n_langs, n_alliances, n_modes, n_credentials, n_sources, n_awarding;
	struct attr_session *sessions;
	uint32_t n_sessions;
	int64_t first_seen_s, changed_s;
};

void attrs_encode(struct buf *out, const struct attrs *a);
/* Errors: ERR_PARSE for bytes that are none. */
enum err_code attrs_decode(struct attrs *out, struct arena *arena, struct slice bytes,
			   struct err *err) ERR_MUST_USE;

#endif
