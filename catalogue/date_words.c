// SPDX-License-Identifier: EUPL-1.2
/*
 * A whole date in words, or with words beside it: "Wed 15 September 2027, 18:00",
 * "2027. szeptember 15.", "Beginn: 1.10.2027".
 *
 * Every word must be one that may stand beside a date (term-words.tsv: filler,
 * label, time), and every number a part of the date or of a time: what says
 * more than one date, or something else, is left to those who know a term when
 * they see one.
 */
#include "catalogue/date_tokens.h"

#include "base/mem.h"

enum { MAX_BETWEEN = 2 }; /* fillers between the parts of a date: "1 de març de 2028" */

/* A date, and the tokens that it consists of. */
struct found {
	struct date date;
	size_t from, to; /* first and last */
};

static bool is_kind(const struct date_tokens *d, size_t i, enum term_kind kind)
{
	return i < d->n && !d->t[i].is_number && d->t[i].kind == kind;
}

/* The next token from i on in a direction that is no filler, or n. */
static size_t beside(const struct date_tokens *d, size_t i, int direction)
{
	for (int k = 0; k <= MAX_BETWEEN; k++) {
		if (direction < 0 ? i == 0 : i + 1 >= d->n)
			return d->n;
		i = direction < 0 ? i - 1 : i + 1;
		if (!is_kind(d, i, TERM_FILLER))
			return i;
	}
	return d->n;
}

static bool is_short_number(const struct date_tokens *d, size_t i)
{
	return i < d->n && d->t[i].is_number && d->t[i].n <= 2 && d->t[i].number < 60;
}

/* "18:00", "18 Uhr", "9.15-16 h": what shows by itself, or behind it, to be of a clock. */
static bool is_clock(const struct date_tokens *d, size_t i)
{
	size_t from = i, to = i;

	if (!is_short_number(d, i))
		return false;
	while (from > 0 && is_short_number(d, from - 1) && d->t[from].sign != '/')
		from--;
	while (is_short_number(d, to + 1) && d->t[to + 1].sign != '/')
		to++;
	for (size_t k = from + 1; k <= to; k++)
		if (d->t[k].sign == ':')
			return true;
	return is_kind(d, to + 1, TERM_TIME);
}

/* Also "kl. 9.15", "at 6". */
static bool is_time(const struct date_tokens *d, size_t i)
{
	if (is_clock(d, i))
		return true;
	while (i > 0 && is_short_number(d, i) && is_short_number(d, i - 1))
		i--;
	return is_short_number(d, i) && i > 0 && is_kind(d, i - 1, TERM_TIME);
}

static bool is_day(const struct date_tokens *d, size_t i)
{
	return is_short_number(d, i) && !is_clock(d, i);
}

static bool is_year(const struct date_tokens *d, size_t i)
{
	return i < d->n && date_token_is_year(&d->t[i]);
}

/* Makes out the date of three tokens. */
static bool found_make(struct found *out, const struct date_tokens *d, size_t year, size_t month,
		       size_t day)
{
	const size_t parts[] = { year, month, day };

	*out = (struct found){ .from = year, .to = year };
	for (size_t i = 1; i < countof(parts); i++) {
		out->from = parts[i] < out->from ? parts[i] : out->from;
		out->to = parts[i] > out->to ? parts[i] : out->to;
	}
	return d->t[month].number > 0 && d->t[day].number > 0 &&
	       date_make(&out->date, d->t[year].number, d->t[month].number, d->t[day].number);
}

/* Around the name of a month: the day beside it, the year on either side. */
static bool read_month(struct found *out, const struct date_tokens *d, size_t month)
{
	size_t before = beside(d, month, -1), behind = beside(d, month, 1);
	size_t day = is_day(d, before) ? before : behind;
	size_t year;

	if (!is_day(d, day) || (day == before && is_day(d, behind)))
		return false;
	year = beside(d, day > month ? day : month, 1);
	if (!is_year(d, year))
		year = beside(d, day < month ? day : month, -1);
	return is_year(d, year) && found_make(out, d, year, month, day);
}

/* Three numbers with signs between: "15. 9. 2027", "2027.09.15", "2027-09-15". */
static bool read_numbers(struct found *out, const struct date_tokens *d, size_t i)
{
	const struct date_token *t = d->t + i;

	if (i + 2 >= d->n || !t[0].is_number || !t[1].is_number || !t[2].is_number || t[1].n > 2 ||
	    t[1].sign != t[2].sign)
		return false;
	if (date_token_is_year(&t[0]) && t[2].n <= 2 && (t[1].sign == '.' || t[1].sign == '-'))
		return found_make(out, d, i, i + 1, i + 2);
	/* Dots have no other order; slashes and dashes do. */
	return t[0].n <= 2 && date_token_is_year(&t[2]) && t[1].sign == '.' &&
	       found_make(out, d, i + 2, i + 1, i);
}

/* "mar" before the day: Tuesday. */
static bool is_weekday(const struct date_token *t)
{
	return t->kind == TERM_MONTH && slice_eq_z(slice_make(t->text, t->n), "mar");
}

static bool may_stand_beside(const struct date_tokens *d, size_t i)
{
	const struct date_token *t = &d->t[i];

	if (t->is_number)
		return is_time(d, i);
	return (t->kind >= TERM_ORDINAL && t->kind <= TERM_TIME) || is_weekday(t);
}

bool date_words_read(struct date *out, struct slice declared, const struct hint *hint)
{
	struct date_tokens d;
	struct found found, first = { .date.precision = DATE_NONE };
	bool is_part[DATE_MAX_TOKENS] = { false };

	date_tokens_make(&d, declared, hint);
	for (size_t i = 0; i < d.n; i++) {
		const struct date_token *t = &d.t[i];

		/* A source that has a pattern has no other order. */
		if (is_part[i] ||
		    !(t->is_number ? hint->date_format.n == 0 && read_numbers(&found, &d, i)
				   : t->kind == TERM_MONTH && read_month(&found, &d, i)))
			continue;
		if (first.date.precision != DATE_NONE &&
		    date_first_day(first.date) != date_first_day(found.date))
			return false;
		first = found;
		for (size_t k = found.from; k <= found.to; k++)
			is_part[k] = true;
	}
	if (first.date.precision == DATE_NONE)
		return false;
	for (size_t i = 0; i < d.n; i++)
		if (!is_part[i] && !may_stand_beside(&d, i))
			return false;
	*out = first.date;
	return true;
}
