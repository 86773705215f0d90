// SPDX-License-Identifier: EUPL-1.2
/*
 * A bounded heap over comparable keys.
 */
#include "index/page.h"

static uint64_t known_or_last(int64_t value)
{
	return value > 0 ? (uint64_t)value : UINT64_MAX;
}

/* The bits of doubles that are not negative have their order. */
static uint64_t highest_first(double score)
{
	uint64_t bits;

	score = score > 0 ? score : 0;
	memcpy(&bits, &score, sizeof(bits));
	return ~bits;
}

uint64_t page_major(enum sort_order order, const struct row_view *v, double score,
		    int32_t start_day, enum from weakest)
{
	const struct row *row = v->row;

	switch (order) {
	case SORT_RELEVANCE:
		return highest_first(score);
	case SORT_TITLE:
		return row->title8;
	case SORT_ECTS:
		return known_or_last(row->ects_from >= (uint8_t)weakest ? row->ects_min_c : 0);
	case SORT_LEVEL:
		return known_or_last(row->level_from >= (uint8_t)weakest ? row->eqf_min : 0);
	case SORT_START:
		return (uint64_t)((int64_t)start_day - INT32_MIN);
	default:
		return ~((uint64_t)row->changed_s ^ (uint64_t)1 << 63);
	}
}

/* What the first 8 bytes of the title leave open. */
static int title_cmp(const struct row_view *a, const struct row_view *b)
{
	size_t n_a = a->row->n_title;
	size_t n_b = b->row->n_title;

	for (size_t i = 0; i < n_a && i < n_b; i++)
		if (a->pool[i] != b->pool[i])
			return a->pool[i] < b->pool[i] ? -1 : 1;
	return n_a < n_b ? -1 : n_a > n_b;
}

static int key_cmp(enum sort_order order, const struct page_key *a, const struct page_key *b)
{
	int rc = 0;

	if (a->major != b->major)
		return a->major < b->major ? -1 : 1;
	if (order == SORT_TITLE)
		rc = title_cmp(&a->view, &b->view);
	if (rc == 0)
		rc = a->slot < b->slot ? -1 : a->slot > b->slot;
	return rc;
}

bool page_init(struct page *p, struct arena *arena, enum sort_order order, size_t max)
{
	*p = (struct page){ .order = order, .max = max };
	p->items = arena_new_n(arena, struct page_item, max > 0 ? max : 1);
	return p->items != NULL;
}

static void swap(struct page_item *a, struct page_item *b)
{
	struct page_item t = *a;

	*a = *b;
	*b = t;
}

static bool is_worse(const struct page *p, size_t a, size_t b)
{
	return key_cmp(p->order, &p->items[a].key, &p->items[b].key) > 0;
}

static void sift_up(struct page *p, size_t i)
{
	while (i > 0 && is_worse(p, i, (i - 1) / 2)) {
		swap(&p->items[i], &p->items[(i - 1) / 2]);
		i = (i - 1) / 2;
	}
}

static void sift_down(struct page *p, size_t i, size_t n)
{
	for (;;) {
		size_t worst = i;

		for (size_t child = 2 * i + 1; child <= 2 * i + 2 && child < n; child++)
			if (is_worse(p, child, worst))
				worst = child;
		if (worst == i)
			return;
		swap(&p->items[i], &p->items[worst]);
		i = worst;
	}
}

void page_add(struct page *p, const struct page_item *item)
{
	if (p->has_start && key_cmp(p->order, &item->key, &p->start) <= 0)
		return;
	p->n_behind++;
	if (p->n < p->max) {
		p->items[p->n] = *item;
		sift_up(p, p->n++);
	} else if (p->max > 0 && key_cmp(p->order, &item->key, &p->items[0].key) < 0) {
		p->items[0] = *item;
		sift_down(p, 0, p->n);
	}
}

void page_sort(struct page *p)
{
	for (size_t n = p->n; n > 1; n--) {
		swap(&p->items[0], &p->items[n - 1]);
		sift_down(p, 0, n - 1);
	}
}
