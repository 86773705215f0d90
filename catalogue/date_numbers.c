// SPDX-License-Identifier: EUPL-1.2
/*
 * Which of three numbers is the day and which the month ("22/09/2027"): by the
 * source's own pattern, by the year in front, by a dot, or since only one can be
 * a month. "03/05/2027" by itself stays undecided.
 */
#include "catalogue/date_tokens.h"

#include <string.h>

enum date_order date_only_order(uint64_t first, uint64_t second)
{
	enum { MONTHS = 12 };
	bool may_be_month = first > 0 && first <= MONTHS;
	bool may_be_behind = second > 0 && second <= MONTHS;

	if (first == second || may_be_month == may_be_behind)
		return first == second && may_be_month ? DATE_DAY_FIRST : DATE_ORDER_UNKNOWN;
	return may_be_behind ? DATE_DAY_FIRST : DATE_MONTH_FIRST;
}

/* Three numbers with the same sign between. */
static bool are_parts(const struct date_tokens *d, size_t i)
{
	const struct date_token *t = d->t + i;

	return i + 2 < d->n && t[0].is_number && t[1].is_number && t[2].is_number && t[1].n <= 2 &&
	       t[1].sign != 0 && strchr(".-/", t[1].sign) != NULL && t[1].sign == t[2].sign &&
	       !t[0].is_joined && !(i + 3 < d->n && t[3].is_joined && t[3].kind == TERM_OTHER);
}

/* "15/09/2027", of which it is not said what is the day. */
static bool is_year_last(const struct date_tokens *d, size_t i)
{
	return are_parts(d, i) && d->t[i].n <= 2 && date_token_is_year(&d->t[i + 2]);
}

/* The order that a day of the text shows holds for its others: "05/09/2027-17/12/2027". */
static enum date_order order_of_slashes(const struct date_tokens *d)
{
	enum date_order order = DATE_ORDER_UNKNOWN;

	for (size_t i = 0; i < d->n; i++) {
		enum date_order only = DATE_ORDER_UNKNOWN;

		if (is_year_last(d, i) && d->t[i + 1].sign != '.' &&
		    d->t[i].number != d->t[i + 1].number)
			only = date_only_order(d->t[i].number, d->t[i + 1].number);
		if (only != DATE_ORDER_UNKNOWN && order != DATE_ORDER_UNKNOWN && only != order)
			return DATE_ORDER_UNKNOWN;
		order = only != DATE_ORDER_UNKNOWN ? only : order;
	}
	return order;
}

/* The order of two numbers before a year by a sign, of which a source's pattern says all where it
 * has that sign; dots have one order only. */
static enum date_order order_at(const struct date_tokens *d, size_t i,
				const struct date_orders *orders)
{
	ptrdiff_t day = slice_find_byte(orders->pattern, 'd');
	ptrdiff_t month = slice_find_byte(orders->pattern, 'M');
	ptrdiff_t year = slice_find_byte(orders->pattern, 'y');

	if (slice_find_byte(orders->pattern, d->t[i + 1].sign) >= 0)
		return day < 0 || year < day || year < month ? DATE_ORDER_UNKNOWN
		       : day < month                         ? DATE_DAY_FIRST
							     : DATE_MONTH_FIRST;
	if (d->t[i + 1].sign == '.') /* not where a source writes months first elsewhere */
		return month >= 0 && month < day && month < year ? DATE_ORDER_UNKNOWN
								 : DATE_DAY_FIRST;
	return orders->slashes != DATE_ORDER_UNKNOWN
		       ? orders->slashes
		       : date_only_order(d->t[i].number, d->t[i + 1].number);
}

/* Whether a year comes first and is not against the source's pattern. */
static bool is_year_first(const struct date_tokens *d, size_t i, struct slice pattern)
{
	return are_parts(d, i) && date_token_is_year(&d->t[i]) && d->t[i + 2].n <= 2 &&
	       (slice_find_byte(pattern, d->t[i + 1].sign) < 0 ||
		slice_starts_with(pattern, SLICE_LIT("yyyy")));
}

struct date_orders date_orders_of(const struct date_tokens *d, struct slice pattern)
{
	return (struct date_orders){ pattern, order_of_slashes(d) };
}

bool date_numbers_at(struct date_parts *out, const struct date_tokens *d, size_t i,
		     const struct date_orders *orders)
{
	if (is_year_first(d, i, orders->pattern)) {
		*out = (struct date_parts){ i, i + 1, i + 2 };
		return true;
	}
	if (!is_year_last(d, i))
		return false;
	switch (order_at(d, i, orders)) {
	case DATE_DAY_FIRST:
		*out = (struct date_parts){ i + 2, i + 1, i };
		return true;
	case DATE_MONTH_FIRST:
		*out = (struct date_parts){ i + 2, i, i + 1 };
		return true;
	default:
		return false;
	}
}
