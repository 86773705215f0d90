// SPDX-License-Identifier: EUPL-1.2
#ifndef INDEX_ROW_H
#define INDEX_ROW_H

/*
 * One offer's attributes as filters, facets and statistics read them: 64 bytes
 * (one cache line), and what varies in length as 32-bit words in a pool beside
 * it. Derived from struct attrs; only in memory.
 *
 * Pool words of a row, in this order: the rest of the title key, subjects,
 * languages, alliances, modes, credentials, sources, sessions.
 *
 * Thread: any; pure.
 */

#include "index/attrs.h"

struct row {
	int64_t changed_s;
	uint64_t title8;      /* first 8 bytes of the title key, big-endian */
	int32_t ects_min_c, ects_max_c;
	uint32_t country, provider, stackable; /* terms */
	uint32_t has;         /* bits of enum has_element */
	uint32_t pool_at;     /* first word in the pool */
	uint16_t n_sessions;
	uint8_t n_title;      /* words of the title key behind title8 */
	uint8_t n_subjects, n_langs, n_alliances, n_modes, n_credentials, n_sources;
	uint8_t eqf_min, eqf_max, ects_from, level_from, size_class;
	uint8_t is_live;
	uint8_t n_words[FIELD_COUNT]; /* words of full text, row_words() */
};

struct row_view {
	const struct row *row;
	const uint32_t *pool; /* of the row: its first word */
};

/* A subject in the pool. */
static inline uint16_t row_subject_key(uint32_t word)
{
	return (uint16_t)word;
}
static inline uint8_t row_subject_from(uint32_t word)
{
	return (uint8_t)(word >> 16);
}

static inline const uint32_t *row_subjects(const struct row_view *v)
{
	return v->pool + v->row->n_title;
}
static inline const uint32_t *row_langs(const struct row_view *v)
{
	return row_subjects(v) + v->row->n_subjects;
}
static inline const uint32_t *row_alliances(const struct row_view *v)
{
	return row_langs(v) + v->row->n_langs;
}
static inline const uint32_t *row_modes(const struct row_view *v)
{
	return row_alliances(v) + v->row->n_alliances;
}
static inline const uint32_t *row_credentials(const struct row_view *v)
{
	return row_modes(v) + v->row->n_modes;
}
static inline const uint32_t *row_sources(const struct row_view *v)
{
	return row_credentials(v) + v->row->n_credentials;
}
static inline const uint32_t *row_sessions(const struct row_view *v)
{
	return row_sources(v) + v->row->n_sources;
}

enum { ROW_PRICE_UNKNOWN = -1 };

/* One session, with the offer's languages and modes where it has none of its own. */
struct row_session {
	int32_t start_lo, start_hi, end_hi, apply_lo, apply_hi; /* days, ATTR_NO_DAY */
	int32_t price_min_c, price_max_c; /* ROW_PRICE_UNKNOWN; above INT32_MAX: that */
	uint8_t rolling;                  /* enum tri */
	uint8_t start_from;               /* enum from */
	uint8_t zone;                     /* its own (time_zone.h); 0: that of the country */
	bool is_cancelled;
	bool is_implied;                  /* of an offer without sessions */
	const uint32_t *langs, *modes;
	uint32_t n_langs, n_modes;
};

/*
 * The sessions of an offer, one implied if there is none:
 *     struct row_sessions it = row_sessions_of(&view);
 *     while (row_session_next(&session, &it)) ...
 */
struct row_sessions {
	const struct row_view *view;
	const uint32_t *at;
	uint32_t n_left;
	bool is_implied_due;
};

struct row_sessions row_sessions_of(const struct row_view *v);
bool row_session_next(struct row_session *out, struct row_sessions *it);

/* Words that the variable part of these attributes takes. */
size_t row_pool_words(const struct attrs *a);
/* Writes row_pool_words() words; row->pool_at is pool_at. */
void row_build(struct row *row, uint32_t *pool, uint32_t pool_at, const struct attrs *a);
/* Words that a row has in its pool. */
size_t row_pool_size(const struct row_view *v);
/* The highest term in it. */
uint32_t row_max_term(const struct row_view *v);

/* Number of words of a field, kept in 8 bits: exact up to 31, then within 5 %. */
uint8_t row_words_pack(uint32_t n);
uint32_t row_words(uint8_t packed);

/* The title key, at most TITLE_KEY_BYTES; its length. */
size_t row_title_key(char out[TITLE_KEY_BYTES], const struct row_view *v);

#endif
