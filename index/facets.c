// SPDX-License-Identifier: EUPL-1.2
/*
 * Facets counted in arrays by value.
 */
#include "index/facets.h"

#include "base/limits.h"

#include <stdlib.h>

enum { SPARSE_FIRST = 256 };

void facets_init(struct facets *f, struct arena *arena, dimension_set dims, uint32_t max_term)
{
	struct facet_tally *terms = NULL;

	*f = (struct facets){ .arena = arena };
	for (unsigned d = 0; d < DIM_COUNT; d++) {
		uint32_t bound = dim_value_bound((enum dimension)d, max_term);

		if ((dims & DIM_BIT(d)) == 0)
			continue;
		if (dimension_is_session((enum dimension)d))
			f->session_dims |= DIM_BIT(d);
		else
			f->offer_dims |= DIM_BIT(d);
		f->bound[d] = bound;
		if (bound == 0)
			continue;
		f->is_terms[d] = term_dim_of((enum dimension)d) != 0;
		if (!f->is_terms[d]) {
			f->dense[d] = arena_new_n(arena, struct facet_tally, bound);
			continue;
		}
		if (terms == NULL)
			terms = arena_new_n(arena, struct facet_tally, bound);
		f->dense[d] = terms;
	}
}

void facets_next_offer(struct facets *f)
{
	f->serial++;
}

/* --- values without bound, or beyond it --- */

static size_t sparse_place(const struct facet_sparse *s, uint32_t value)
{
	size_t i = (value * 2654435761u) & (s->cap - 1);

	while (s->values[i] != 0 && s->values[i] != value + 1)
		i = (i + 1) & (s->cap - 1);
	return i;
}

static bool sparse_grow(struct facet_sparse *s, struct arena *arena)
{
	struct facet_sparse old = *s;

	s->cap = old.cap == 0 ? SPARSE_FIRST : old.cap * 2;
	s->values = arena_new_n(arena, uint32_t, s->cap);
	s->tallies = arena_new_n(arena, struct facet_tally, s->cap);
	if (s->values == NULL || s->tallies == NULL) {
		*s = old;
		return false;
	}
	for (size_t i = 0; i < old.cap; i++) {
		size_t place;

		if (old.values[i] == 0)
			continue;
		place = sparse_place(s, old.values[i] - 1);
		s->values[place] = old.values[i];
		s->tallies[place] = old.tallies[i];
	}
	return true;
}

static struct facet_tally *sparse_at(struct facet_sparse *s, struct arena *arena, uint32_t value)
{
	size_t i;

	if (s->n * 2 >= s->cap && !sparse_grow(s, arena))
		return NULL;
	i = sparse_place(s, value);
	if (s->values[i] == 0) {
		s->values[i] = value + 1;
		s->n++;
	}
	return &s->tallies[i];
}

/* --- counting --- */

static void tally(struct facets *f, struct facet_tally *t)
{
	if (t->last == f->serial)
		return;
	t->last = f->serial;
	t->n++;
}

static void count(struct facets *f, enum dimension d, uint32_t value)
{
	struct facet_tally *t = NULL;

	if (value >= f->bound[d])
		t = sparse_at(&f->sparse[d], f->arena, value);
	else if (f->dense[d] != NULL)
		t = &f->dense[d][value];
	if (t != NULL)
		tally(f, t);
}

/* Terms are counted where they lie: most facets are of terms. Number 0 is no term. */
static void count_terms(struct facets *f, enum dimension d, const struct row_view *v,
			const struct row_session *s)
{
	const uint32_t *terms;
	size_t n = dim_terms(&terms, d, v, s);

	for (size_t i = 0; f->dense[d] != NULL && i < n; i++)
		if (terms[i] < f->bound[d])
			tally(f, &f->dense[d][terms[i]]);
}

static void count_values(struct facets *f, enum dimension d, const struct matcher *m,
			 const struct row_view *v, const struct row_session *s)
{
	struct dim_values values;

	if (f->is_terms[d]) {
		count_terms(f, d, v, s);
		return;
	}
	dim_values(&values, d, m, v, s, SUBJECT_ALL_DEPTHS);
	for (size_t i = 0; i < values.n; i++)
		count(f, d, values.items[i]);
}

void facets_count_offer(struct facets *f, const struct matcher *m, const struct row_view *v,
			dimension_set offer_failed)
{
	dimension_set left = f->offer_dims;

	if (offer_failed != 0)
		left &= offer_failed;
	for (; left != 0; left &= left - 1)
		count_values(f, (enum dimension)__builtin_ctz(left), m, v, NULL);
}

void facets_count_session(struct facets *f, const struct matcher *m, const struct row_view *v,
			  const struct row_session *s, dimension_set session_failed)
{
	dimension_set left = f->session_dims;

	if ((session_failed & (session_failed - 1)) != 0)
		return;
	if (session_failed != 0)
		left &= session_failed;
	for (; left != 0; left &= left - 1)
		count_values(f, (enum dimension)__builtin_ctz(left), m, v, s);
}

/* --- the answer --- */

static int by_count(const void *a, const void *b)
{
	const struct facet_count *x = a;
	const struct facet_count *y = b;

	if (x->n != y->n)
		return x->n > y->n ? -1 : 1;
	return slice_cmp(x->code, y->code);
}

struct listing {
	struct facet *facet;
	struct arena *arena;
	const struct terms *terms;
	size_t cap;
};

static void list_value(struct listing *l, uint32_t value, uint32_t n)
{
	enum dimension d = l->facet->dim;
	void *items = l->facet->items;
	struct facet_count *item;

	/* Terms of all dimensions share their counts. */
	if ((term_dim_of(d) != 0 && (terms_at(l->terms, value) == NULL ||
				     terms_at(l->terms, value)->dim != (uint8_t)term_dim_of(d))))
		return;
	item = arena_push(l->arena, &items, &l->facet->n, &l->cap, sizeof(*item));
	l->facet->items = items;
	if (item == NULL)
		return;
	item->code = dim_value_code(l->arena, d, value, l->terms);
	item->label = arena_dup(l->arena, dim_value_label(d, value, l->terms));
	item->n = n;
}

/* What is listed last stands for all that is beyond the limit. */
static void cut(struct facet *facet)
{
	struct facet_count others = { SLICE_NONE, SLICE_NONE, 0 };

	if (facet->n <= LIMIT_FACET_VALUES)
		return;
	for (size_t i = LIMIT_FACET_VALUES; i < facet->n; i++)
		others.n += facet->items[i].n;
	facet->items[LIMIT_FACET_VALUES] = others;
	facet->n = LIMIT_FACET_VALUES + 1;
}

static void list_facet(struct facet *out, const struct facets *f, enum dimension d,
		       const struct terms *terms)
{
	struct listing l = { out, f->arena, terms, 0 };

	*out = (struct facet){ .dim = d };
	for (uint32_t i = 0; f->dense[d] != NULL && i < f->bound[d]; i++)
		if (f->dense[d][i].n > 0)
			list_value(&l, i, f->dense[d][i].n);
	for (size_t i = 0; i < f->sparse[d].cap; i++)
		if (f->sparse[d].values[i] != 0)
			list_value(&l, f->sparse[d].values[i] - 1, f->sparse[d].tallies[i].n);
	if (out->n > 1)
		qsort(out->items, out->n, sizeof(*out->items), by_count);
	cut(out);
}

void facets_write(struct facet **out, size_t *n, const struct facets *f, const struct terms *terms)
{
	dimension_set dims = f->offer_dims | f->session_dims;

	*n = 0;
	*out = arena_new_n(f->arena, struct facet, DIM_COUNT);
	for (unsigned d = 0; *out != NULL && d < DIM_COUNT; d++)
		if ((dims & DIM_BIT(d)) != 0)
			list_facet(&(*out)[(*n)++], f, (enum dimension)d, terms);
}
