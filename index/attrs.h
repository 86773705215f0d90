// SPDX-License-Identifier: EUPL-1.2
#ifndef INDEX_ATTRS_H
#define INDEX_ATTRS_H

/*
 * An offer's attributes: all dimensions of filters, facets and statistics, in
 * a compact encoding with small integers for facet values (table term,
 * index/terms.h). Kept in offer.attrs and, for the past, in
 * offer_version.attrs; decoded into the column arrays. An encoding starts with
 * its version; every version ever written stays readable.
 *
 * Thread: any; pure.
 */

#include "base/buf.h"
#include "catalogue/query.h"

/*
 * The elements that has= and missing= ask for. The first REQ_COUNT are those
 * of enum required_element, in its order. Bits of attrs.has, so kept: new ones
 * are added at the end.
 */
enum has_element {
	HAS_DESCRIPTION = REQ_COUNT,
	HAS_AUDIENCE,
	HAS_KEYWORDS,
	HAS_PREREQUISITES,
	HAS_STACKABILITY,
	HAS_CREDENTIAL_TYPES,
	HAS_SUPERVISION,
	HAS_SCHEDULE,
	HAS_FORMALITY,
	HAS_SKILLS,
	HAS_SESSIONS,
	HAS_PRICE,
	HAS_URL,
	HAS_IMAGE,
	HAS_ALLIANCES,
	HAS_IDENTIFIERS,
	/* key commitments that are stated (catalogue/commitment.h); learning outcomes and
	 * assessment are elements above */
	HAS_COMPATIBLE_ECTS,
	HAS_COMPATIBLE_LEVEL,
	HAS_COMPATIBLE_QUALITY,
	HAS_COMPATIBLE_RECOGNITION,
	HAS_COUNT /* below 32: one bit each */
};
/* The name of the member in the offer's JSON: "title", "description", "price" ... */
const char *has_element_name(enum has_element e);
/* HAS_COUNT for an unknown name. */
enum has_element has_element_of_name(struct slice name);

enum { ATTR_NO_DAY = INT32_MIN };

struct attr_session {
	int32_t start_lo, start_hi; /* days since 1970-01-01; ATTR_NO_DAY unknown */
	int32_t end_hi;
	int32_t apply_lo, apply_hi;
	uint8_t rolling;            /* enum tri */
	uint8_t start_from;         /* enum from */
	uint8_t zone;               /* its own (time_zone.h), 0: that of the country */
	bool is_cancelled;          /* the source says that it does not take place */
	int64_t price_min_c, price_max_c; /* -1 unknown, 0 free */
	uint32_t currency;          /* term, 0 unknown */
	uint32_t *langs, *modes;    /* terms; empty: the offer's */
	uint32_t n_langs, n_modes;
};

/*
 * An ISCED-F code of 2 to 4 digits as a number whose order is that of the
 * text: its digits filled up to four with zeros, times 4, plus the number of
 * digits beyond two. All codes below "06" lie between those of "06" and "0699".
 */
enum {
	SUBJECT_KEYS = 40000,
	SUBJECT_KEYS_USED = 4 * 1100 /* of codes up to 1099 */
};
/* False for what is no code. */
bool subject_key(uint16_t *out, struct slice code);
/* Terminated. */
void subject_key_code(char out[5], uint16_t key);
/* The code cut to a depth of 2, 3 or 4 digits; shorter ones stay. */
uint16_t subject_key_at_depth(uint16_t key, unsigned depth);
/* The last key below a code: those of its subtree are key to subject_key_last(key). */
uint16_t subject_key_last(uint16_t key);

struct attr_subject {
	uint16_t key;
	uint8_t from;       /* enum from */
	uint8_t confidence; /* percent */
};

/* The columns of the full text: the number of words in each is an attribute. */
enum text_field {
	FIELD_TITLE,
	FIELD_OUTCOMES,
	FIELD_PROVIDER,
	FIELD_SUBJECT,
	FIELD_DESCRIPTION,
	FIELD_COUNT
};

enum { TITLE_KEY_BYTES = 48 };

/* Arrays of terms are without repetition. */
struct attrs {
	int32_t ects_min_c, ects_max_c; /* 0 unknown */
	uint8_t ects_from;
	int32_t hours_min_t, hours_max_t;
	uint8_t hours_from;
	uint8_t eqf_min, eqf_max, level_from;
	uint8_t size_class, score;
	uint8_t formality;         /* 0 unknown, 1 formal, 2 non-formal, 3 informal */
	uint16_t missing;          /* bits of enum required_element */
	uint32_t has;              /* bits of enum has_element: what DIM_HAS can ask */
	uint32_t country, provider, stackable; /* terms, 0 unknown */
	struct attr_subject *subjects;
	uint32_t *langs, *alliances, *modes, *credentials, *sources, *awarding; /* terms */
	uint32_t n_subjects, n_langs, n_alliances, n_modes, n_credentials, n_sources, n_awarding;
	struct attr_session *sessions;
	uint32_t n_sessions;
	int64_t first_seen_s, changed_s;
	struct slice title_key;    /* tokenize_join() of the title, TITLE_KEY_BYTES at most */
	uint32_t n_words[FIELD_COUNT];
};

void attrs_encode(struct buf *out, const struct attrs *a);
/* Errors: ERR_PARSE for bytes that are none, ERR_LIMIT when the arena is full. */
enum err_code attrs_decode(struct attrs *out, struct arena *arena, struct slice bytes,
			   struct err *err) ERR_MUST_USE;

#endif
