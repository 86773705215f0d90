// SPDX-License-Identifier: EUPL-1.2
/*
 * The values that an offer has of each dimension, as numbers, and how numbers
 * are written. Numbers are terms, subject keys, levels, enum constants, bits;
 * hundredths of ECTS; 16 * year + month (0: only the year).
 */
#include "index/match.h"

#include "base/clock.h"
#include "base/mem.h"

const char *price_class_name(enum price_class c)
{
	static const char *const names[PRICE_CLASSES] = { "free", "paid", "unknown" };

	return (unsigned)c < PRICE_CLASSES ? names[c] : NULL;
}

/* The days of years 1 to 9999. */
enum { FIRST_DAY = -719162, LAST_DAY = 2932896 };

static void add(struct dim_values *out, uint32_t value)
{
	if (out->n < DIM_VALUES_MAX)
		out->items[out->n++] = value;
}

static void add_once(struct dim_values *out, uint32_t value)
{
	for (size_t i = 0; i < out->n; i++)
		if (out->items[i] == value)
			return;
	add(out, value);
}

static void add_bits(struct dim_values *out, uint32_t bits)
{
	for (; bits != 0; bits &= bits - 1)
		add(out, (uint32_t)__builtin_ctz(bits));
}

static void add_subjects(struct dim_values *out, const struct matcher *m, const struct row_view *v,
			 unsigned depth)
{
	const uint32_t *subjects = row_subjects(v);

	for (size_t i = 0; i < v->row->n_subjects; i++) {
		uint16_t key = row_subject_key(subjects[i]);

		if (row_subject_from(subjects[i]) < m->weakest)
			continue;
		if (depth != SUBJECT_ALL_DEPTHS) {
			add_once(out, subject_key_at_depth(key, depth));
			continue;
		}
		for (unsigned d = 2; d <= 4; d++)
			add_once(out, subject_key_at_depth(key, d));
	}
}

static void add_levels(struct dim_values *out, const struct matcher *m, const struct row *row)
{
	if (row->eqf_min == 0 || row->level_from < m->weakest)
		return;
	for (uint32_t level = row->eqf_min; level <= row->eqf_max; level++)
		add(out, level);
}

static void add_start(struct dim_values *out, const struct matcher *m, const struct row_session *s)
{
	struct civil lo, hi;

	if (s->start_lo == ATTR_NO_DAY || s->start_from < m->weakest || s->start_lo < FIRST_DAY ||
	    s->start_hi > LAST_DAY)
		return;
	lo = civil_from_days(s->start_lo);
	hi = civil_from_days(s->start_hi);
	if (lo.year != hi.year)
		return;
	add(out, (uint32_t)lo.year * 16 + (lo.month == hi.month ? lo.month : 0));
}

static void add_prices(struct dim_values *out, const struct row_session *s)
{
	if (s->price_min_c == ROW_PRICE_UNKNOWN)
		add(out, PRICE_UNKNOWN);
	if (s->price_min_c == 0)
		add(out, PRICE_FREE);
	if (s->price_max_c > 0)
		add(out, PRICE_PAID);
}

size_t dim_terms(const uint32_t **out, enum dimension d, const struct row_view *v,
		 const struct row_session *s)
{
	const struct row *row = v->row;

	switch (d) {
	case DIM_LANG:
		*out = s->langs;
		return s->n_langs;
	case DIM_MODE:
		*out = s->modes;
		return s->n_modes;
	case DIM_COUNTRY:
		*out = &row->country;
		return 1;
	case DIM_PROVIDER:
		*out = &row->provider;
		return 1;
	case DIM_STACKABLE:
		*out = &row->stackable;
		return 1;
	case DIM_ALLIANCE:
		*out = row_alliances(v);
		return row->n_alliances;
	case DIM_SOURCE:
		*out = row_sources(v);
		return row->n_sources;
	case DIM_CREDENTIAL:
		*out = row_credentials(v);
		return row->n_credentials;
	default:
		*out = NULL;
		return 0;
	}
}

static void add_terms(struct dim_values *out, enum dimension d, const struct row_view *v,
		      const struct row_session *s)
{
	const uint32_t *terms;
	size_t n = dim_terms(&terms, d, v, s);

	for (size_t i = 0; i < n; i++)
		if (terms[i] != 0)
			add(out, terms[i]);
}

void dim_values(struct dim_values *out, enum dimension d, const struct matcher *m,
		const struct row_view *v, const struct row_session *s, unsigned subject_depth)
{
	const struct row *row = v->row;

	out->n = 0;
	switch (d) {
	case DIM_SUBJECT:
		add_subjects(out, m, v, subject_depth);
		return;
	case DIM_LEVEL:
		add_levels(out, m, row);
		return;
	case DIM_ECTS:
		if (row->ects_min_c > 0 && row->ects_from >= m->weakest)
			add(out, (uint32_t)row->ects_min_c);
		return;
	case DIM_SIZE:
		if (row->size_class != SIZE_NONE && row->ects_from >= m->weakest)
			add(out, row->size_class);
		return;
	case DIM_START:
		add_start(out, m, s);
		return;
	case DIM_OPEN:
		add(out, (uint32_t)matcher_session_state(m, v, s));
		return;
	case DIM_PRICE:
		add_prices(out, s);
		return;
	case DIM_HAS:
		add_bits(out, row->has & ((1u << HAS_COUNT) - 1));
		return;
	case DIM_MISSING:
		add_bits(out, ~row->has & ((1u << HAS_COUNT) - 1));
		return;
	default:
		add_terms(out, d, v, s);
		return;
	}
}

uint32_t dim_value_bound(enum dimension d, uint32_t max_term)
{
	switch (d) {
	case DIM_SUBJECT: /* ISCED-F ends with 10; what is beyond is no subject of it */
		return SUBJECT_KEYS_USED;
	case DIM_LEVEL:
	case DIM_SIZE:
		return UINT8_MAX + 1;
	case DIM_OPEN:
		return APPLY_ROLLING + 1;
	case DIM_PRICE:
		return PRICE_CLASSES;
	case DIM_HAS:
	case DIM_MISSING:
		return HAS_COUNT;
	case DIM_ECTS:
	case DIM_START:
		return 0;
	default:
		return max_term + 1;
	}
}

static struct slice static_name(const char *name)
{
	return name != NULL ? slice_of(name) : SLICE_NONE;
}

static struct slice subject_text(struct arena *arena, uint32_t value)
{
	char code[5];

	subject_key_code(code, (uint16_t)value);
	return arena_dup(arena, slice_of(code));
}

/* Hundredths without trailing zeros: "5", "2.5", "1.25". */
static struct slice ects_text(struct arena *arena, uint32_t value)
{
	if (value % 100 == 0)
		return arena_printf(arena, "%u", value / 100);
	if (value % 10 == 0)
		return arena_printf(arena, "%u.%u", value / 100, value / 10 % 10);
	return arena_printf(arena, "%u.%02u", value / 100, value % 100);
}

static struct slice start_text(struct arena *arena, uint32_t value)
{
	if (value % 16 == 0)
		return arena_printf(arena, "%04u", value / 16);
	return arena_printf(arena, "%04u-%02u", value / 16, value % 16);
}

struct slice dim_value_code(struct arena *arena, enum dimension d, uint32_t value,
			    const struct terms *terms)
{
	const struct term *term;

	switch (d) {
	case DIM_SUBJECT:
		return subject_text(arena, value);
	case DIM_LEVEL:
		return arena_printf(arena, "%u", value);
	case DIM_ECTS:
		return ects_text(arena, value);
	case DIM_SIZE:
		return static_name(size_class_name((enum size_class)value));
	case DIM_START:
		return start_text(arena, value);
	case DIM_OPEN:
		return static_name(application_state_name((enum application_state)value));
	case DIM_PRICE:
		return static_name(price_class_name((enum price_class)value));
	case DIM_HAS:
	case DIM_MISSING:
		return static_name(has_element_name((enum has_element)value));
	default:
		term = terms_at(terms, value);
		return term != NULL ? arena_dup(arena, term->code) : SLICE_NONE;
	}
}

struct slice dim_value_label(enum dimension d, uint32_t value, const struct terms *terms)
{
	const struct term *term;
	char code[5];

	if (d == DIM_SUBJECT) {
		subject_key_code(code, (uint16_t)value);
		return subject_label(slice_of(code));
	}
	term = term_dim_of(d) != 0 ? terms_at(terms, value) : NULL;
	return term != NULL ? term->label : SLICE_NONE;
}
