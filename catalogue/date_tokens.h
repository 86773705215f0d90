// SPDX-License-Identifier: EUPL-1.2
#ifndef CATALOGUE_DATE_TOKENS_H
#define CATALOGUE_DATE_TOKENS_H

/*
 * Words and numbers of a date or a term as people write it, and what
 * term-words.tsv says of each. Shared by term.c and date_words.c.
 *
 * Thread: any; pure.
 */

#include "catalogue/readers.h"

enum term_kind {
	TERM_SPRING,
	TERM_SUMMER,
	TERM_AUTUMN,
	TERM_WINTER,
	TERM_WINTER_SEMESTER,
	TERM_SUMMER_SEMESTER,
	TERM_SEMESTER, /* with a number: of the academic year */
	TERM_HALF, /* of the calendar's year; of an academic one a semester */
	TERM_TRIMESTER,
	TERM_TRIMESTRE, /* a quarter of the calendar's year; of an academic one a third */
	TERM_QUARTER,
	TERM_PERIOD,
	TERM_WEEK, /* with a number: of ISO 8601 */
	TERM_ORDINAL,
	TERM_FILLER, /* may stand between a term and its year */
	TERM_LABEL, /* may stand beside a date: a weekday */
	TERM_START, /* a first day is beside it: "from" */
	TERM_END, /* a last day is: "until", "deadline" */
	TERM_CLOSE, /* beside a month a part of it, else TERM_END: "end of May", "End: May" */
	TERM_APPLY, /* days of application are: "registration" */
	TERM_TIME, /* beside the number of an hour */
	TERM_ELSE, /* what a date beside it is of is not the offer: "updated" */
	TERM_MONTH,
	TERM_OTHER /* what the table does not know */
};

enum { DATE_MAX_TOKENS = 24, DATE_TOKEN_BYTES = 32 };

struct date_token {
	char text[DATE_TOKEN_BYTES];
	size_t n;
	unsigned number; /* of digits, an ordinal or a month */
	unsigned roman; /* of a Roman numeral up to XII, else 0 */
	enum term_kind kind; /* of words */
	bool is_number;
	bool is_joined; /* nothing before it: "HT27" */
	bool is_spaced; /* a blank somewhere before it */
	char sign; /* the last sign before it that is no blank; 0 for none */
};

struct date_tokens {
	struct date_token t[DATE_MAX_TOKENS];
	size_t n; /* 0 for a text that is too long for a date */
};

void date_tokens_make(struct date_tokens *out, struct slice declared, const struct hint *hint);
/* Four digits that may be the year of an offer. */
bool date_token_is_year(const struct date_token *t);
/* The name of a month. */
bool date_token_is_month(const struct date_token *t);

/* date_words.c: a whole date in words, or beside them ("Wed 15 September 2027, 18:00", "Beginn:
 * 1.10.2027"), of several the one that hint->date_role asks for; false where none is, or a number
 * or a month stands in the text that is no part of one. */
bool date_words_read(struct date *out, struct slice declared, const struct hint *hint);
/* dates.c: as exact as its parts that are not 0; false, and out untouched, for a day that does
 * not exist. */
bool date_make(struct date *out, uint64_t year, uint64_t month, uint64_t day);

/* The order of a day and its month in numbers that signs part. */
enum date_order {
	DATE_ORDER_UNKNOWN,
	DATE_DAY_FIRST,
	DATE_MONTH_FIRST,
};
/* date_numbers.c: the one order in which two numbers in front of a year are a day and its month
 * ("22/09": day first; "02/22": month first; "05/05": as good as any); unknown for two ("03/05")
 * and for none. */
enum date_order date_only_order(uint64_t first, uint64_t second);

/* How a text orders the numbers of its days. */
struct date_orders {
	struct slice pattern; /* of the source: all about the sign that it has; absent for none */
	enum date_order
		slashes; /* of what slashes or dashes part, where a day of the text shows it */
};
struct date_orders date_orders_of(const struct date_tokens *d, struct slice pattern);

/* Tokens of a date. */
struct date_parts {
	size_t year, month, day;
};
/* Three numbers from token i on with signs between; false where their order is not known. They
 * need not be a day that exists. */
bool date_numbers_at(struct date_parts *out, const struct date_tokens *d, size_t i,
		     const struct date_orders *orders);

/* dates.c: a day (1 to 7) of a week of ISO 8601; false where the year has no such week. */
bool date_make_of_week(struct date *out, uint64_t year, uint64_t week, uint64_t day);

#endif
