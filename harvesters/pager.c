// SPDX-License-Identifier: EUPL-1.2
/* The rules that end a list paged by number. */
#include "harvesters/pager.h"

#include <inttypes.h>

void pager_init(struct pager *p, uint64_t asked_size)
{
	*p = (struct pager){ .page = 1, .asked_size = asked_size, .total_pages = -1 };
}

/* Sizes that servers use when they do not look at what was asked for. */
static bool is_usual_size(uint64_t n)
{
	return n == 10 || n == 20 || n == 25 || n == 30 || n == 50 || n == 100 || n == 200 ||
	       n == 250;
}

static bool is_other_page(struct pager *p, const struct page_facts *facts)
{
	if (p->page == 1 && facts->number == 0)
		p->is_zero_based = true;
	if (facts->number <= 0)
		return false;
	return (uint64_t)facts->number != p->page &&
	       !(p->is_zero_based && (uint64_t)facts->number == p->page - 1);
}

static enum pager_verdict next(struct pager *p, const struct page_facts *facts, bool is_promised)
{
	p->page++;
	p->is_promised = is_promised;
	p->was_oversize = facts->n_items > p->asked_size;
	return PAGER_NEXT;
}

static enum pager_verdict end(const char **rule, const char *text)
{
	*rule = text;
	return PAGER_END;
}

static enum pager_verdict judge_flag(struct pager *p, const struct page_facts *facts,
				     const char **rule, struct err *err)
{
	if (facts->flag == PAGE_FLAG_END) {
		if (facts->total_pages > 0 && (uint64_t)facts->total_pages > p->page) {
			err_set(err, ERR_PARSE,
				"hasNextPage is false on page %" PRIu64 " of %" PRId64, p->page,
				facts->total_pages);
			return PAGER_STUCK;
		}
		return end(rule, "hasNextPage is false");
	}
	if (facts->n_items == 0) {
		err_set(err, ERR_PARSE, "page %" PRIu64 " is empty and says that there are more",
			p->page);
		return PAGER_STUCK;
	}
	return next(p, facts, true);
}

static enum pager_verdict judge_total(struct pager *p, const struct page_facts *facts,
				      const char **rule, struct err *err)
{
	if (p->page >= (uint64_t)facts->total_pages)
		return end(rule, "the last of totalPages");
	if (facts->n_items == 0) {
		err_set(err, ERR_PARSE, "page %" PRIu64 " of %" PRId64 " is empty", p->page,
			facts->total_pages);
		return PAGER_STUCK;
	}
	return next(p, facts, true);
}

static enum pager_verdict judge_size(struct pager *p, const struct page_facts *facts,
				     const char **rule)
{
	uint64_t size = facts->size > 0 ? (uint64_t)facts->size : p->asked_size;

	if (facts->n_items == 0)
		return end(rule, "an empty page");
	/* Ten items may be all there is, or a default that nobody could change: ask on. */
	if (facts->n_items < size && !is_usual_size(facts->n_items))
		return end(rule, "fewer items than asked for");
	return next(p, facts, false);
}

static enum pager_verdict judge(struct pager *p, const struct page_facts *facts, const char **rule,
				struct err *err)
{
	if (is_other_page(p, facts)) {
		err_set(err, ERR_PARSE, "asked for page %" PRIu64 ", the answer is page %" PRId64,
			p->page, facts->number);
		return PAGER_STUCK;
	}
	if (facts->total_pages >= 0 && facts->total_pages < p->total_pages && p->shrunk_from == 0)
		p->shrunk_from = p->total_pages;
	if (facts->total_pages >= 0)
		p->total_pages = facts->total_pages;
	if (p->page > 1 && facts->n_items > 0 && facts->n_new == 0) {
		if (facts->flag == PAGE_FLAG_ABSENT && facts->total_pages < 0 && p->was_oversize)
			return end(rule, "all items are on one page, which repeats");
		err_set(err, ERR_PARSE,
			"page %" PRIu64 " repeats what was shown before: is pageNumber ignored?",
			p->page);
		return PAGER_STUCK;
	}
	if (facts->flag != PAGE_FLAG_ABSENT)
		return judge_flag(p, facts, rule, err);
	if (facts->total_pages >= 0)
		return judge_total(p, facts, rule, err);
	return judge_size(p, facts, rule);
}

enum pager_verdict pager_judge(struct pager *p, const struct page_facts *facts, const char **rule,
			       struct err *err)
{
	enum pager_verdict verdict = judge(p, facts, rule, err);

	if (verdict != PAGER_END || p->shrunk_from == 0)
		return verdict;
	err_set(err, ERR_PARSE,
		"the list shrank while it was paged, from %" PRId64 " pages to %" PRId64
		": items may have been passed over",
		p->shrunk_from, p->total_pages);
	return PAGER_STUCK;
}

enum pager_verdict pager_missing(const struct pager *p, const char **rule)
{
	if (p->page == 1 || p->is_promised)
		return PAGER_STUCK;
	return end(rule, "no further page");
}

bool pager_skip(struct pager *p)
{
	if (p->total_pages >= 0 && p->page >= (uint64_t)p->total_pages)
		return false;
	p->page++;
	p->is_promised = true; /* a 404 now proves nothing: the page before was lost */
	p->was_oversize = false;
	return true;
}
