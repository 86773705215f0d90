// SPDX-License-Identifier: EUPL-1.2
#ifndef INDEX_PAGE_H
#define INDEX_PAGE_H

/*
 * The best k of many, in a stable order, behind a given place.
 *
 *   relevance  score, highest first        ects, level  smallest first, unknown last
 *   changed    newest first                start        next session first, none to come last
 *   title      by folded title in English, else the first; its first TITLE_KEY_BYTES
 *   ties       by slot, oldest offer first
 *
 * Thread: any.
 */

#include "catalogue/query.h"
#include "index/row.h"

/* A place in an order: smaller comes first. */
struct page_key {
	uint64_t major;
	int64_t slot;
	struct row_view view; /* SORT_TITLE: what major does not hold */
};

struct page_item {
	struct page_key key;
	double score;
};

struct page {
	enum sort_order order;
	struct page_item *items; /* a heap: the worst on top */
	size_t n;
	size_t max;
	uint64_t n_behind;       /* offers behind the start */
	bool has_start;
	struct page_key start;   /* what comes before, and this, is left out */
};

/* Of an offer; start_day: of the next session that fits, INT32_MAX if none. */
uint64_t page_major(enum sort_order order, const struct row_view *v, double score,
		    int32_t start_day, enum from weakest);
/* False when the arena is full. */
bool page_init(struct page *p, struct arena *arena, enum sort_order order, size_t max);
void page_add(struct page *p, const struct page_item *item);
/* Best first; nothing is added afterwards. */
void page_sort(struct page *p);

#endif
