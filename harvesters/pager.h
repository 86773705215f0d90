// SPDX-License-Identifier: EUPL-1.2
#ifndef HARVESTERS_PAGER_H
#define HARVESTERS_PAGER_H

/*
 * Where a list ends that is paged by number, and what proves it. A page says
 * little or much about itself; the rules are tried in this order:
 *
 *   the answer is another page than the one asked for      stuck
 *   nothing on the page is new                              stuck, or the end
 *                            (where all was on the first page, and no flag)
 *   a flag says whether there are more                      "hasNextPage is false"
 *   the number of pages                                     "the last of totalPages"
 *   nothing is on the page                                  "an empty page"
 *   less is on it than was asked for                        "fewer items than asked for"
 *   there is no such page (404), and nothing promised one   "no further page"
 *
 * None of them proves the end of a list whose number of pages fell on the way:
 * what was behind a removed item has moved to a page that was read before.
 *
 * Thread: any; pure.
 */

#include "base/err.h"
#include "base/slice.h"

struct page_facts {
	enum { PAGE_FLAG_ABSENT, PAGE_FLAG_END, PAGE_FLAG_MORE } flag;
	int64_t total_pages; /* -1: not said, so for the next two */
	int64_t number;
	int64_t size;
	uint64_t n_items;
	uint64_t n_new; /* not on an earlier page */
};

#define PAGE_FACTS_NONE                                                                            \
	{                                                                                          \
		PAGE_FLAG_ABSENT, -1, -1, -1, 0, 0                                                 \
	}

struct pager {
	uint64_t page; /* the one asked for, from 1 */
	uint64_t asked_size;
	/* private */
	bool is_zero_based; /* the server counts from 0 in its answers */
	bool is_promised; /* the page before said that there is this one */
	bool was_oversize; /* it held more than was asked for */
	int64_t total_pages;
	int64_t shrunk_from; /* total_pages before it fell; 0: it has not */
};

enum pager_verdict { PAGER_NEXT, PAGER_END, PAGER_STUCK };

void pager_init(struct pager *p, uint64_t asked_size);
/*
 * What follows from a page that was read whole. PAGER_NEXT: p->page is the next
 * one. PAGER_END: *rule names the proof. PAGER_STUCK: err says why not.
 */
enum pager_verdict pager_judge(struct pager *p, const struct page_facts *facts, const char **rule,
			       struct err *err);
/* The page does not exist: PAGER_END if nothing promised it, else PAGER_STUCK without err. */
enum pager_verdict pager_missing(const struct pager *p, const char **rule);
/* Goes over a page that was lost; false if nothing says that there is another. */
bool pager_skip(struct pager *p);

#endif
