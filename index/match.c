// SPDX-License-Identifier: EUPL-1.2
/*
 * Filters over rows. Their codes become bits and ranges once, so that testing
 * a row compares numbers only.
 */
#include "index/match.h"

#include "base/limits.h"
#include "base/mem.h"
#include "index/tokenizer.h"

/* --- filters made ready --- */

static void ask_term(struct matcher *m, uint32_t id)
{
	if (id > 0 && id < m->n_terms)
		m->terms[id / 64] |= (uint64_t)1 << (id % 64);
}

/* A provider may be named as well: by its label, folded as words are. */
static void ask_label(struct matcher *m, enum term_dim dim, struct slice name,
		      const struct terms *terms)
{
	char folded[LIMIT_TERM_BYTES + 1];

	folded[tokenize_join(folded, LIMIT_TERM_BYTES, name)] = '\0';
	if (folded[0] == '\0')
		return;
	for (uint32_t id = 1; id <= terms->max_id; id++) {
		const struct term *t = terms_at(terms, id);

		if (t != NULL && t->dim == (uint8_t)dim && t->folded != NULL &&
		    strcmp(t->folded, folded) == 0)
			ask_term(m, id);
	}
}

static void ask_terms(struct matcher *m, const struct filter *f, const struct terms *terms)
{
	enum term_dim dim = term_dim_of(f->dim);

	for (size_t i = 0; i < f->n; i++) {
		ask_term(m, terms_find(terms, dim, f->values[i].code));
		if (dim == TERM_PROVIDER)
			ask_label(m, dim, f->values[i].code, terms);
	}
}

static enum err_code ask_subjects(struct matcher *m, struct arena *arena, const struct filter *f,
				  struct err *err)
{
	m->subjects = arena_new_n(arena, struct subject_range, f->n + 1);
	for (size_t i = 0; m->subjects != NULL && i < f->n; i++) {
		uint16_t key;

		if (!subject_key(&key, f->values[i].code))
			return err_set(err, ERR_PARSE,
				       "subject=%.*s: expected an ISCED-F code of 2 to 4 digits",
				       SLICE_ARG(f->values[i].code));
		m->subjects[m->n_subjects++] = (struct subject_range){ key, subject_key_last(key) };
	}
	return ERR_OK;
}

static unsigned price_of_name(struct slice name)
{
	for (unsigned i = 0; i < PRICE_CLASSES; i++)
		if (slice_eq_z(name, price_class_name((enum price_class)i)))
			return i;
	return PRICE_CLASSES;
}

static unsigned state_of_name(struct slice name)
{
	for (unsigned i = APPLY_UNKNOWN; i <= APPLY_ROLLING; i++)
		if (slice_eq_z(name, application_state_name((enum application_state)i)))
			return i;
	return APPLY_ROLLING + 1;
}

/* One name becomes a bit of the dimension's set. */
static bool ask_name(struct matcher *m, enum dimension d, struct slice name)
{
	unsigned i;

	switch (d) {
	case DIM_SIZE:
		i = (unsigned)size_class_of_name(name);
		m->sizes |= i != SIZE_NONE ? 1u << i : 0;
		return i != SIZE_NONE;
	case DIM_HAS:
	case DIM_MISSING:
		i = (unsigned)has_element_of_name(name);
		if (i < HAS_COUNT)
			*(d == DIM_HAS ? &m->has : &m->missing) |= 1u << i;
		return i < HAS_COUNT;
	case DIM_OPEN:
		if (slice_eq_z(name, "today")) {
			m->open_states |= 1u << APPLY_OPEN | 1u << APPLY_ROLLING;
			return true;
		}
		i = state_of_name(name);
		m->open_states |= i <= APPLY_ROLLING ? 1u << i : 0;
		return i <= APPLY_ROLLING;
	case DIM_PRICE:
		i = price_of_name(name);
		m->prices |= i < PRICE_CLASSES ? 1u << i : 0;
		return i < PRICE_CLASSES;
	default:
		return false;
	}
}

static const char *expected_of(enum dimension d)
{
	switch (d) {
	case DIM_SIZE:
		return "nano, micro, course, pathway or macro";
	case DIM_HAS:
	case DIM_MISSING:
		return "an element such as workload, description or price";
	case DIM_OPEN:
		return "a day, or open, opens, closed, rolling or unknown";
	case DIM_PRICE:
		return "free, paid, unknown or a range such as ..200";
	default:
		return "a number or a range such as 1..5";
	}
}

static enum err_code ask_names(struct matcher *m, const struct filter *f, struct err *err)
{
	for (size_t i = 0; i < f->n; i++)
		if (!f->values[i].is_range && !ask_name(m, f->dim, f->values[i].code))
			return err_set(err, ERR_PARSE, "%s=%.*s: expected %s",
				       dimension_name(f->dim), SLICE_ARG(f->values[i].code),
				       expected_of(f->dim));
	return ERR_OK;
}

static enum err_code ask(struct matcher *m, struct arena *arena, const struct filter *f,
			 const struct terms *terms, struct err *err)
{
	if (f->dim == DIM_SUBJECT)
		return ask_subjects(m, arena, f, err);
	if (term_dim_of(f->dim) == 0)
		return ask_names(m, f, err);
	ask_terms(m, f, terms);
	return ERR_OK;
}

enum err_code matcher_init(struct matcher *m, struct arena *arena, const struct filters *filters,
			   enum from weakest, int32_t today, const struct zone_days *days,
			   const struct terms *terms, struct err *err)
{
	enum err_code rc = ERR_OK;

	*m = (struct matcher){ .weakest = (uint8_t)weakest,
			       .today = today,
			       .days = *days,
			       .known = terms,
			       .filters = filters,
			       .n_terms = terms->max_id + 1 };
	m->terms = arena_new_n(arena, uint64_t, m->n_terms / 64 + 1);
	if (m->terms == NULL)
		return err_set(err, ERR_LIMIT, "the filters need more than %zu bytes", arena->max);
	for (unsigned d = 0; d < DIM_COUNT && rc == ERR_OK; d++) {
		const struct filter *f = &filters->items[d];

		if (f->n == 0)
			continue;
		if (dimension_is_session((enum dimension)d))
			m->session_dims |= DIM_BIT(d);
		else
			m->offer_dims |= DIM_BIT(d);
		rc = ask(m, arena, f, terms, err);
	}
	if (rc == ERR_OK && arena->has_failed)
		rc = err_set(err, ERR_LIMIT, "the filters need more than %zu bytes", arena->max);
	return rc;
}

/* --- testing --- */

/* One of the terms asked for; for dimensions made of terms. */
static bool has_term(const struct matcher *m, enum dimension d, const struct row_view *v,
		     const struct row_session *s)
{
	const uint32_t *terms;
	size_t n = dim_terms(&terms, d, v, s);

	for (size_t i = 0; i < n; i++)
		if (terms[i] < m->n_terms && (m->terms[terms[i] / 64] >> (terms[i] % 64) & 1) != 0)
			return true;
	return false;
}

/* Whether lo..hi meets one of the filter's ranges. */
static bool in_ranges(const struct filter *f, int64_t lo, int64_t hi)
{
	for (size_t i = 0; i < f->n; i++)
		if (f->values[i].is_range && lo <= f->values[i].hi && hi >= f->values[i].lo)
			return true;
	return false;
}

static bool has_subject(const struct matcher *m, const struct row_view *v)
{
	const uint32_t *subjects = row_subjects(v);

	for (size_t i = 0; i < v->row->n_subjects; i++) {
		uint16_t key = row_subject_key(subjects[i]);

		if (row_subject_from(subjects[i]) < m->weakest)
			continue;
		for (size_t k = 0; k < m->n_subjects; k++)
			if (key >= m->subjects[k].lo && key <= m->subjects[k].hi)
				return true;
	}
	return false;
}

static bool knows_ects(const struct matcher *m, const struct row *row)
{
	return row->ects_min_c > 0 && row->ects_from >= m->weakest;
}

static bool knows_level(const struct matcher *m, const struct row *row)
{
	return row->eqf_min > 0 && row->level_from >= m->weakest;
}

static uint8_t known_size(const struct matcher *m, const struct row *row)
{
	return row->ects_from >= m->weakest ? row->size_class : (uint8_t)SIZE_NONE;
}

static bool offer_meets(const struct matcher *m, enum dimension d, const struct row_view *v)
{
	const struct row *row = v->row;
	const struct filter *f = &m->filters->items[d];

	switch (d) {
	case DIM_SUBJECT:
		return has_subject(m, v);
	case DIM_LEVEL:
		return knows_level(m, row) && in_ranges(f, row->eqf_min, row->eqf_max);
	case DIM_ECTS:
		return knows_ects(m, row) && in_ranges(f, row->ects_min_c, row->ects_max_c);
	case DIM_SIZE:
		return (m->sizes >> known_size(m, row) & 1) != 0;
	case DIM_HAS:
		return (row->has & m->has) != 0;
	case DIM_MISSING:
		return (~row->has & m->missing) != 0;
	default:
		return has_term(m, d, v, NULL);
	}
}

dimension_set matcher_offer(const struct matcher *m, const struct row_view *v)
{
	dimension_set failed = 0;

	for (dimension_set left = m->offer_dims; left != 0; left &= left - 1) {
		enum dimension d = (enum dimension)__builtin_ctz(left);

		if (!offer_meets(m, d, v))
			failed |= DIM_BIT(d);
	}
	return failed;
}

static bool knows_start(const struct matcher *m, const struct row_session *s)
{
	return s->start_lo != ATTR_NO_DAY && s->start_from >= m->weakest;
}

/* The rule of session_application_state(), over days. */
static enum application_state state_on(const struct row_session *s, int32_t day)
{
	bool has_from = s->apply_lo != ATTR_NO_DAY;
	bool has_until = s->apply_hi != ATTR_NO_DAY;

	if (has_until && day > s->apply_hi)
		return APPLY_CLOSED;
	if (s->end_hi != ATTR_NO_DAY && day > s->end_hi)
		return APPLY_CLOSED;
	if (has_from && day < s->apply_lo)
		return APPLY_OPENS;
	if (s->rolling == TRI_TRUE)
		return APPLY_ROLLING;
	if (has_until)
		return APPLY_OPEN;
	if (has_from && (s->start_lo == ATTR_NO_DAY || day <= s->start_hi))
		return APPLY_OPEN;
	return APPLY_UNKNOWN;
}

static uint32_t price_classes(const struct row_session *s)
{
	if (s->price_min_c == ROW_PRICE_UNKNOWN)
		return 1u << PRICE_UNKNOWN;
	return (s->price_min_c == 0 ? 1u << PRICE_FREE : 0) |
	       (s->price_max_c > 0 ? 1u << PRICE_PAID : 0);
}

/* Whether one can apply on one of these days: it begins on one day and ends on another. */
static bool is_open_between(const struct row_session *s, int64_t lo, int64_t hi)
{
	const int64_t first = lo > ATTR_NO_DAY ? lo : (int64_t)ATTR_NO_DAY + 1;
	const int64_t last = hi < INT32_MAX ? hi : INT32_MAX;
	const int64_t days[] = { first, last, s->apply_lo };

	for (size_t i = 0; i < countof(days); i++) {
		enum application_state state;

		if (days[i] < first || days[i] > last)
			continue;
		state = state_on(s, (int32_t)days[i]);
		if (state == APPLY_OPEN || state == APPLY_ROLLING)
			return true;
	}
	return false;
}

enum application_state matcher_session_state(const struct matcher *m, const struct row_view *v,
					     const struct row_session *s)
{
	const struct term *country =
		s->zone == TIME_ZONE_UNKNOWN ? terms_at(m->known, v->row->country) : NULL;
	uint8_t zone = country != NULL ? country->zone : s->zone;

	return state_on(s, m->days.of[zone]);
}

static bool meets_open(const struct matcher *m, const struct filter *f, const struct row_view *v,
		       const struct row_session *s)
{
	if ((m->open_states >> matcher_session_state(m, v, s) & 1) != 0)
		return true;
	for (size_t i = 0; i < f->n; i++)
		if (f->values[i].is_range && is_open_between(s, f->values[i].lo, f->values[i].hi))
			return true;
	return false;
}

static bool session_meets(const struct matcher *m, enum dimension d, const struct row_view *v,
			  const struct row_session *s)
{
	const struct filter *f = &m->filters->items[d];

	switch (d) {
	case DIM_START:
		return knows_start(m, s) && in_ranges(f, s->start_lo, s->start_hi);
	case DIM_OPEN:
		return meets_open(m, f, v, s);
	case DIM_PRICE:
		return (price_classes(s) & m->prices) != 0 ||
		       (s->price_min_c != ROW_PRICE_UNKNOWN &&
			in_ranges(f, s->price_min_c, s->price_max_c));
	default:
		return has_term(m, d, v, s);
	}
}

dimension_set matcher_session(const struct matcher *m, const struct row_view *v,
			      const struct row_session *s)
{
	dimension_set failed = 0;

	for (dimension_set left = m->session_dims; left != 0; left &= left - 1) {
		enum dimension d = (enum dimension)__builtin_ctz(left);

		if (!session_meets(m, d, v, s))
			failed |= DIM_BIT(d);
	}
	return failed;
}
