// SPDX-License-Identifier: EUPL-1.2
/*
 * From attributes to a row and its pool words, and back out of them.
 */
#include "index/row.h"

#include "base/mem.h"
#include "catalogue/time_zone.h"

#include <math.h>

_Static_assert(sizeof(struct row) == 64, "a row is one cache line");

enum {
	SESSION_WORDS = 8, /* before its languages and modes */
	TITLE_HEAD_BYTES = 8,
};

static uint8_t clip8(uint32_t n)
{
	return n > UINT8_MAX ? UINT8_MAX : (uint8_t)n;
}

static uint16_t clip16(uint32_t n)
{
	return n > UINT16_MAX ? UINT16_MAX : (uint16_t)n;
}

static size_t title_words(struct slice key)
{
	return key.n <= TITLE_HEAD_BYTES ? 0 : (key.n - TITLE_HEAD_BYTES + 3) / 4;
}

size_t row_pool_words(const struct attrs *a)
{
	size_t n = title_words(a->title_key) + (size_t)clip8(a->n_subjects) + clip8(a->n_langs) +
		   clip8(a->n_alliances) + clip8(a->n_modes) + clip8(a->n_credentials) +
		   clip8(a->n_sources);

	for (uint32_t i = 0; i < clip16(a->n_sessions); i++)
		n += (size_t)SESSION_WORDS + clip8(a->sessions[i].n_langs) +
		     clip8(a->sessions[i].n_modes);
	return n;
}

/* Bytes i to i + n of the key as a big-endian number, zeros behind its end. */
static uint64_t key_bytes(struct slice key, size_t i, size_t n)
{
	uint64_t v = 0;

	for (size_t end = i + n; i < end; i++)
		v = v << 8 | (i < key.n ? (uint8_t)key.p[i] : 0);
	return v;
}

static uint32_t *put_terms(uint32_t *at, const uint32_t *terms, uint32_t n)
{
	if (n > 0)
		memcpy(at, terms, n * sizeof(*terms));
	return at + n;
}

static uint32_t price_word(int64_t price_c)
{
	return (uint32_t)(int32_t)(price_c < 0           ? ROW_PRICE_UNKNOWN
				   : price_c > INT32_MAX ? INT32_MAX
							 : price_c);
}

static uint32_t *put_session(uint32_t *at, const struct attr_session *s)
{
	at[0] = (uint32_t)s->start_lo;
	at[1] = (uint32_t)s->start_hi;
	at[2] = (uint32_t)s->end_hi;
	at[3] = (uint32_t)s->apply_lo;
	at[4] = (uint32_t)s->apply_hi;
	at[5] = price_word(s->price_min_c);
	at[6] = price_word(s->price_max_c);
	at[7] = (uint32_t)clip8(s->n_langs) | (uint32_t)clip8(s->n_modes) << 8 |
		(uint32_t)(s->rolling & 15u) << 16 | (uint32_t)(s->start_from & 15u) << 20 |
		(uint32_t)s->is_cancelled << 24 | (uint32_t)(s->zone & (TIME_ZONE_COUNT - 1u)) << 25;
	at = put_terms(at + SESSION_WORDS, s->langs, clip8(s->n_langs));
	return put_terms(at, s->modes, clip8(s->n_modes));
}

static void row_fixed(struct row *row, const struct attrs *a)
{
	*row = (struct row){
		.changed_s = a->changed_s,
		.title8 = key_bytes(a->title_key, 0, TITLE_HEAD_BYTES),
		.ects_min_c = a->ects_min_c,
		.ects_max_c = a->ects_max_c,
		.country = a->country,
		.provider = a->provider,
		.stackable = a->stackable,
		.has = a->has,
		.n_sessions = clip16(a->n_sessions),
		.n_title = (uint8_t)title_words(a->title_key),
		.n_subjects = clip8(a->n_subjects),
		.n_langs = clip8(a->n_langs),
		.n_alliances = clip8(a->n_alliances),
		.n_modes = clip8(a->n_modes),
		.n_credentials = clip8(a->n_credentials),
		.n_sources = clip8(a->n_sources),
		.eqf_min = a->eqf_min,
		.eqf_max = a->eqf_max,
		.ects_from = a->ects_from,
		.level_from = a->level_from,
		.size_class = a->size_class,
		.is_live = 1,
	};
	for (size_t i = 0; i < FIELD_COUNT; i++)
		row->n_words[i] = row_words_pack(a->n_words[i]);
}

void row_build(struct row *row, uint32_t *pool, uint32_t pool_at, const struct attrs *a)
{
	uint32_t *at = pool;

	row_fixed(row, a);
	row->pool_at = pool_at;
	for (size_t i = 0; i < row->n_title; i++)
		*at++ = (uint32_t)key_bytes(a->title_key, TITLE_HEAD_BYTES + 4 * i, 4);
	for (size_t i = 0; i < row->n_subjects; i++)
		*at++ = (uint32_t)a->subjects[i].key | (uint32_t)a->subjects[i].from << 16 |
			(uint32_t)a->subjects[i].confidence << 24;
	at = put_terms(at, a->langs, row->n_langs);
	at = put_terms(at, a->alliances, row->n_alliances);
	at = put_terms(at, a->modes, row->n_modes);
	at = put_terms(at, a->credentials, row->n_credentials);
	at = put_terms(at, a->sources, row->n_sources);
	for (size_t i = 0; i < row->n_sessions; i++)
		at = put_session(at, &a->sessions[i]);
}

static const uint32_t *session_end(const uint32_t *at)
{
	return at + SESSION_WORDS + (at[7] & 0xff) + (at[7] >> 8 & 0xff);
}

size_t row_pool_size(const struct row_view *v)
{
	const uint32_t *at = row_sessions(v);

	for (uint32_t i = 0; i < v->row->n_sessions; i++)
		at = session_end(at);
	return (size_t)(at - v->pool);
}

struct row_sessions row_sessions_of(const struct row_view *v)
{
	return (struct row_sessions){ v, row_sessions(v), v->row->n_sessions,
				      v->row->n_sessions == 0 };
}

static void session_implied(struct row_session *out)
{
	*out = (struct row_session){
		.start_lo = ATTR_NO_DAY,
		.start_hi = ATTR_NO_DAY,
		.end_hi = ATTR_NO_DAY,
		.apply_lo = ATTR_NO_DAY,
		.apply_hi = ATTR_NO_DAY,
		.price_min_c = ROW_PRICE_UNKNOWN,
		.price_max_c = ROW_PRICE_UNKNOWN,
		.is_implied = true,
	};
}

static void session_read(struct row_session *out, const uint32_t *at)
{
	*out = (struct row_session){
		.start_lo = (int32_t)at[0],
		.start_hi = (int32_t)at[1],
		.end_hi = (int32_t)at[2],
		.apply_lo = (int32_t)at[3],
		.apply_hi = (int32_t)at[4],
		.price_min_c = (int32_t)at[5],
		.price_max_c = (int32_t)at[6],
		.n_langs = at[7] & 0xff,
		.n_modes = at[7] >> 8 & 0xff,
		.rolling = at[7] >> 16 & 15,
		.start_from = at[7] >> 20 & 15,
		.is_cancelled = (at[7] >> 24 & 1) != 0,
		.zone = at[7] >> 25 & (TIME_ZONE_COUNT - 1u),
	};
	out->langs = at + SESSION_WORDS;
	out->modes = out->langs + out->n_langs;
}

bool row_session_next(struct row_session *out, struct row_sessions *it)
{
	if (it->is_implied_due) {
		it->is_implied_due = false;
		session_implied(out);
	} else if (it->n_left > 0) {
		session_read(out, it->at);
		it->at = session_end(it->at);
		it->n_left--;
	} else {
		return false;
	}
	if (out->n_langs == 0) {
		out->langs = row_langs(it->view);
		out->n_langs = it->view->row->n_langs;
	}
	if (out->n_modes == 0) {
		out->modes = row_modes(it->view);
		out->n_modes = it->view->row->n_modes;
	}
	return true;
}

static uint32_t max_of(uint32_t max, const uint32_t *terms, size_t n)
{
	for (size_t i = 0; i < n; i++)
		max = terms[i] > max ? terms[i] : max;
	return max;
}

uint32_t row_max_term(const struct row_view *v)
{
	const uint32_t own[] = { v->row->country, v->row->provider, v->row->stackable };
	struct row_sessions it = row_sessions_of(v);
	struct row_session s;
	uint32_t max = max_of(0, own, countof(own));

	max = max_of(max, row_langs(v), (size_t)(row_sessions(v) - row_langs(v)));
	while (row_session_next(&s, &it)) {
		max = max_of(max, s.langs, s.n_langs);
		max = max_of(max, s.modes, s.n_modes);
	}
	return max;
}

/* Above 31, 14 steps to each doubling. */
enum { WORDS_EXACT = 32, WORDS_STEPS = 14 };

uint8_t row_words_pack(uint32_t n)
{
	double steps;

	if (n < WORDS_EXACT)
		return (uint8_t)n;
	steps = WORDS_EXACT + floor(WORDS_STEPS * log2((double)n / WORDS_EXACT) + 0.5);
	return steps > UINT8_MAX ? UINT8_MAX : (uint8_t)steps;
}

uint32_t row_words(uint8_t packed)
{
	if (packed < WORDS_EXACT)
		return packed;
	return (uint32_t)(WORDS_EXACT * exp2((packed - WORDS_EXACT) / (double)WORDS_STEPS) + 0.5);
}

size_t row_title_key(char out[TITLE_KEY_BYTES], const struct row_view *v)
{
	size_t n = 0;

	for (unsigned shift = 64; shift > 0; shift -= 8)
		out[n++] = (char)(v->row->title8 >> (shift - 8));
	for (size_t i = 0; i < v->row->n_title && n + 4 <= TITLE_KEY_BYTES; i++)
		for (unsigned shift = 32; shift > 0; shift -= 8)
			out[n++] = (char)(v->pool[i] >> (shift - 8));
	while (n > 0 && out[n - 1] == '\0')
		n--;
	return n;
}
