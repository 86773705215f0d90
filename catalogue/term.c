// SPDX-License-Identifier: EUPL-1.2
/*
 * Terms in words ("autumn 2027", "HT27", "WiSe 2027/28", "S2 2027/28",
 * "September 2027") as ranges of months, always inferred.
 *
 * Words: term-words.tsv. Months of a term: the usual academic calendars
 * (European Commission/EACEA, The organisation of the academic year in Europe).
 * A range errs on the wide side.
 */
#include "catalogue/date_tokens.h"

#include "base/clock.h"
#include "base/mem.h"

/* Seasons and months; the word "semester" beside one of them adds nothing. */
static bool stands_alone(enum term_kind kind)
{
	return kind < TERM_SEMESTER || kind == TERM_MONTH;
}

static bool is_term(const struct date_token *t)
{
	return !t->is_number && (stands_alone(t->kind) || t->kind < TERM_ORDINAL);
}

/* Two digits right behind a season or a semester with a name are a year: "HT27", "WS 27/28". */
static bool is_short_year(const struct date_token *t, size_t i, size_t k)
{
	return k == i + 1 && t[k].is_number && t[k].n == 2 && t[k].number >= 10 &&
	       t[k].number < 60 && t[i].kind < TERM_SEMESTER;
}

/* Words that part a term from a year: strange ones, and by a month also labels ("may start
 * 2027"). */
static bool parts(const struct date_token *t, enum term_kind term)
{
	if (t->is_number)
		return false;
	return t->kind == TERM_OTHER || t->kind == TERM_TIME || t->kind == TERM_ELSE ||
	       (term == TERM_MONTH &&
		(t->kind == TERM_LABEL || t->kind == TERM_START || t->kind == TERM_APPLY));
}

static size_t year_behind(const struct date_token *t, size_t n, size_t i)
{
	for (size_t k = i + 1; k < n && !parts(&t[k], t[i].kind); k++)
		if (date_token_is_year(&t[k]))
			return k;
	return n;
}

static size_t year_before(const struct date_token *t, size_t n, size_t i)
{
	for (size_t k = i; k > 0 && !parts(&t[k - 1], t[i].kind); k--)
		if (date_token_is_year(&t[k - 1]))
			return k - 1;
	return n;
}

/* "2027. okt\303\263ber \342\200\223 2028. j\303\272nius": years stand in front of what they are
 * of. */
static bool is_year_first(const struct date_token *t, size_t n)
{
	size_t first = 0, last = n;

	while (first < n && !date_token_is_year(&t[first]) && !is_term(&t[first]))
		first++;
	while (last > first && !date_token_is_year(&t[last - 1]) && !is_term(&t[last - 1]))
		last--;
	return first < last && date_token_is_year(&t[first]) && is_term(&t[last - 1]);
}

static size_t find_year_at(const struct date_token *t, size_t n, size_t i)
{
	bool is_first = is_year_first(t, n);
	size_t at = is_first ? year_before(t, n, i) : year_behind(t, n, i);

	if (at == n)
		at = is_first ? year_behind(t, n, i) : year_before(t, n, i);
	return at == n && i + 1 < n && is_short_year(t, i, i + 1) ? i + 1 : at;
}

/* The later of two: "2027/28", "2027 - 2028", "27/28", "2027/8"; two digits with blanks may be a
 * day. */
static bool is_second_year(const struct date_token *t, size_t i)
{
	const struct date_token *first = &t[i - 1], *second = &t[i];
	unsigned cut = second->n == 1 ? 10 : 100;

	if (!first->is_number || !second->is_number ||
	    (second->sign != '/' && second->sign != '-') ||
	    second->number % cut != (first->number + 1) % cut)
		return false;
	if (second->n == 4 || second->n == 1)
		return first->n == 4 && (second->n == 4 || second->sign == '/');
	return second->n == 2 && first->n % 2 == 0 && !second->is_spaced;
}

/* The year behind or before the term at i: 4 digits, or 2 behind it ("HT27", "VT-27"). */
static bool find_year(unsigned *year, bool *is_academic, const struct date_token *t, size_t n,
		      size_t i)
{
	size_t at = find_year_at(t, n, i);

	if (at == n)
		return false;
	/* "autumn 2027/28": at is the first of the two. */
	if (at > 0 && is_second_year(t, at))
		at--;
	*year = t[at].n == 2 ? 2000 + t[at].number : t[at].number;
	*is_academic = at + 1 < n && is_second_year(t, at + 1);
	return true;
}

/* The number that a token is: a digit, "second", "II"; else 0. */
static unsigned ordinal_of(const struct date_token *t)
{
	static const char *const roman[] = { "i", "ii", "iii", "iv", "v" };

	if (t->is_number)
		return t->n == 1 ? t->number : 0;
	for (unsigned k = 0; k < countof(roman); k++)
		if (slice_eq_z(slice_make(t->text, t->n), roman[k]))
			return k + 1;
	return t->kind == TERM_ORDINAL ? t->number : 0;
}

/* The token with the number of a semester, quarter or period at i: "S1", "1st semester", "II
 * semestre", "al II-lea"; n for none. */
static size_t find_ordinal(const struct date_token *t, size_t n, size_t i)
{
	if (i + 1 < n && ordinal_of(&t[i + 1]) > 0)
		return i + 1;
	if (i > 0 && ordinal_of(&t[i - 1]) > 0)
		return i - 1;
	if (i > 1 && t[i - 1].kind == TERM_FILLER && ordinal_of(&t[i - 2]) > 0)
		return i - 2;
	return i + 2 < n && t[i + 1].kind == TERM_FILLER && ordinal_of(&t[i + 2]) > 0 ? i + 2 : n;
}

static bool is_row(const struct date_token *t)
{
	return t->sign == '-' || t->sign == '/';
}

/* The first and the last of "periods 1-2", "I-II periodi"; both 0 for none. */
static void find_ordinals(unsigned out[2], const struct date_token *t, size_t n, size_t i)
{
	size_t at = find_ordinal(t, n, i);
	unsigned number = at < n ? ordinal_of(&t[at]) : 0;

	out[0] = out[1] = number;
	if (number == 0)
		return;
	if (at > i && at + 1 < n && is_row(&t[at + 1]) && ordinal_of(&t[at + 1]) > number)
		out[1] = ordinal_of(&t[at + 1]);
	else if (at < i && at > 0 && is_row(&t[at]) && ordinal_of(&t[at - 1]) > 0 &&
		 ordinal_of(&t[at - 1]) < number)
		out[0] = ordinal_of(&t[at - 1]);
}

/* --- terms as months --- */

struct months {
	unsigned from_year, from, to_year, to;
};

static bool is_southern(struct slice country)
{
	return slice_eq_z(country, "AU") || slice_eq_z(country, "NZ") || slice_eq_z(country, "ZA");
}

static bool is_one_of(struct slice country, const char *const *countries, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (slice_eq_z(country, countries[i]))
			return true;
	return false;
}

/* First month of a winter semester: October in the north-west, September elsewhere. */
static unsigned winter_semester_start(struct slice country)
{
	static const char *const october[] = { "DE", "AT", "PL", "CH", "LI", "LU" };

	return country.n == 0 || is_one_of(country, october, countof(october)) ? 10 : 9;
}

/* That of a summer semester: April in Germany, March in Austria, February elsewhere. */
static unsigned summer_semester_start(struct slice country)
{
	if (country.n == 0 || slice_eq_z(country, "DE"))
		return 4;
	return slice_eq_z(country, "AT") ? 3 : 2;
}

/*
 * Seasons; in "2027/28" spring and summer belong to the second year. "Winter
 * 2027" alone may be the beginning of that year or its end.
 */
static struct months season_months(enum term_kind kind, unsigned y, bool is_academic,
				   struct slice country)
{
	unsigned later = is_academic ? y + 1 : y;

	switch (kind) {
	case TERM_SPRING:
		return (struct months){ later, 1, later, 6 };
	case TERM_SUMMER:
		return (struct months){ later, 5, later, 9 };
	case TERM_AUTUMN:
		return (struct months){ y, 8, y, 12 };
	case TERM_WINTER:
		return is_academic ? (struct months){ y, 10, y + 1, 3 } : (struct months){ 0 };
	case TERM_WINTER_SEMESTER:
		return (struct months){ y, winter_semester_start(country), y + 1, 3 };
	default:
		return (struct months){ later, summer_semester_start(country), later, 9 };
	}
}

/* First and last month of the parts of an academic year; 13 is January of the second year. */
static const uint8_t semester_months[2][2] = { { 8, 13 }, { 13, 19 } };
static const uint8_t trimester_months[3][2] = { { 8, 12 }, { 13, 15 }, { 16, 19 } };
static const uint8_t quarter_months[4][2] = { { 9, 11 }, { 11, 14 }, { 14, 16 }, { 16, 19 } };
static const uint8_t period_months[5][2] = {
	{ 8, 10 }, { 10, 12 }, { 13, 15 }, { 15, 17 }, { 17, 20 }
};

static struct months of_academic_year(const uint8_t part[2], unsigned y)
{
	return (struct months){ y + (part[0] - 1u) / 12, (part[0] - 1u) % 12 + 1,
				y + (part[1] - 1u) / 12, (part[1] - 1u) % 12 + 1 };
}

/* Those that weeks of ISO 8601 lie in. */
static bool week_months(struct months *out, unsigned first, unsigned last, unsigned year)
{
	struct date begin, end;

	if (last < first || !date_make_of_week(&begin, year, first, 1) ||
	    !date_make_of_week(&end, year, last, 7))
		return false;
	*out = (struct months){ (unsigned)begin.year, begin.month, (unsigned)end.year, end.month };
	return true;
}

static bool is_week_number(const struct date_token *t, size_t n, size_t i)
{
	return i < n && t[i].is_number && t[i].n <= 2;
}

/* "week 36", "KW 36-42", "weeks 36 to 42", "36. KW", "36.-42. n\303\244dal". */
static bool read_weeks(struct months *out, const struct date_token *t, size_t n, size_t i,
		       unsigned year)
{
	size_t first = i + 1, last = first;

	if (is_week_number(t, n, first)) {
		size_t next = first + 1;

		if (next < n && !t[next].is_number &&
		    (t[next].kind == TERM_FILLER || t[next].kind == TERM_END))
			next++;
		if (is_week_number(t, n, next) && (next > first + 1 || t[next].sign == '-'))
			last = next;
	} else if (i > 0 && is_week_number(t, n, i - 1) && t[i].sign == '.') {
		first = last = i - 1;
		if (first > 0 && is_week_number(t, n, first - 1) && t[first].sign == '-')
			first--;
	} else {
		return false;
	}
	return week_months(out, t[first].number, t[last].number, year);
}

static bool part_months(struct months *out, enum term_kind kind, unsigned part, unsigned y,
			bool is_academic, struct slice country)
{
	if (kind == TERM_HALF && part >= 1 && part <= 2 && !is_academic) {
		*out = (struct months){ y, part == 1 ? 1 : 7, y, part == 1 ? 6 : 12 };
		return true;
	}
	if ((kind == TERM_SEMESTER || kind == TERM_HALF) && part >= 1 && part <= 2) {
		if (is_southern(country))
			*out = (struct months){ y, part == 1 ? 2 : 7, y, part == 1 ? 6 : 11 };
		else if (is_academic || part == 1)
			*out = of_academic_year(semester_months[part - 1], y);
		else
			*out = (struct months){ y, 1, y, 7 };
		return true;
	}
	if ((kind == TERM_TRIMESTER || kind == TERM_TRIMESTRE) && part >= 1 && part <= 3 &&
	    is_academic) {
		*out = of_academic_year(trimester_months[part - 1], y);
		return true;
	}
	if ((kind == TERM_QUARTER || (kind == TERM_TRIMESTRE && !is_academic)) && part >= 1 &&
	    part <= 4) {
		*out = is_academic ? of_academic_year(quarter_months[part - 1], y)
				   : (struct months){ y, 3 * part - 2, y, 3 * part };
		return true;
	}
	if (kind == TERM_PERIOD && part >= 1 && part <= 5 && is_academic) {
		*out = of_academic_year(period_months[part - 1], y);
		return true;
	}
	return false;
}

/* One or several parts of a year. */
static bool parts_months(struct months *out, const struct date_token *t, size_t n, size_t i,
			 unsigned year, bool is_academic, struct slice country)
{
	unsigned parts[2];
	struct months last;

	find_ordinals(parts, t, n, i);
	if (!part_months(out, t[i].kind, parts[0], year, is_academic, country) ||
	    !part_months(&last, t[i].kind, parts[1], year, is_academic, country))
		return false;
	out->to_year = last.to_year;
	out->to = last.to;
	return true;
}

/* "S", "LP", "ws": letters that mean much else. They count at the beginning or behind what is
 * known, and one alone only before its number. */
static bool is_plausible(const struct date_token *t, size_t n, size_t i)
{
	if (t[i].n > 2)
		return true;
	if (i > 0 && !t[i - 1].is_number && t[i - 1].kind == TERM_OTHER)
		return false;
	if (t[i].n > 1)
		return true;
	/* "V2028": a season only with the whole year at once. */
	return i + 1 < n && t[i + 1].is_number &&
	       (!stands_alone(t[i].kind) || (t[i + 1].is_joined && t[i + 1].n == 4));
}

static bool is_no_day(const struct date_token *t, unsigned year, unsigned month)
{
	return t->is_number && t->n <= 2 && t->number > civil_days_in_month((int32_t)year, month);
}

/* "30 February", "30 de febrero", "February 30, 2027": a mistake, and who knows where. */
static bool is_beside_no_day(const struct date_token *t, size_t n, size_t i, unsigned year)
{
	size_t before = i;

	while (before > 0 && !t[before - 1].is_number && t[before - 1].kind == TERM_FILLER)
		before--;
	return (before > 0 && is_no_day(&t[before - 1], year, t[i].number)) ||
	       (i + 2 < n && date_token_is_year(&t[i + 2]) &&
		is_no_day(&t[i + 1], year, t[i].number));
}

static bool months_at(struct months *out, const struct date_token *t, size_t n, size_t i,
		      const struct hint *hint)
{
	unsigned year = 0;
	bool is_academic = false;

	if (!find_year(&year, &is_academic, t, n, i))
		return false;
	if (t[i].kind == TERM_MONTH) {
		if (is_beside_no_day(t, n, i, year))
			return false;
		/* "March 2026/27" is March of the second year. */
		year += is_academic && t[i].number < 8;
		*out = (struct months){ year, t[i].number, year, t[i].number };
		return true;
	}
	if (t[i].kind < TERM_SEMESTER) {
		*out = season_months(t[i].kind, year, is_academic, hint->country);
		return out->from_year > 0;
	}
	if (t[i].kind == TERM_WEEK)
		return read_weeks(out, t, n, i, year);
	return parts_months(out, t, n, i, year, is_academic, hint->country);
}

static struct date month_date(unsigned year, unsigned month)
{
	return (struct date){ (int16_t)year, (uint8_t)month, 0, DATE_MONTH };
}

struct range {
	struct date from, to;
	struct slice word;
};

/* "July 2028 (summer school)": the season says no more than its month. */
static bool holds(const struct range *season, const struct range *months)
{
	return months->from.precision != DATE_NONE && season->from.precision != DATE_NONE &&
	       date_first_day(season->from) <= date_first_day(months->from) &&
	       date_last_day(season->to) >= date_last_day(months->to);
}

/* A month with the year right beside it. */
static bool has_month_of_year(const struct date_token *t, size_t n)
{
	for (size_t i = 0; i + 1 < n; i++)
		if (t[i + 1].sign != '(' &&
		    ((date_token_is_month(&t[i]) && date_token_is_year(&t[i + 1])) ||
		     (date_token_is_month(&t[i + 1]) && date_token_is_year(&t[i]))))
			return true;
	return false;
}

static void join(struct range *range, const struct range *other)
{
	if (other->from.precision == DATE_NONE)
		return;
	if (range->from.precision == DATE_NONE ||
	    date_first_day(other->from) < date_first_day(range->from))
		range->from = other->from;
	if (range->to.precision == DATE_NONE || date_last_day(other->to) > date_last_day(range->to))
		range->to = other->to;
	range->word = other->word;
}

/* From the first to the last of several: "September to December 2027". */
static void widen(struct range *range, const struct months *m, const struct date_token *t)
{
	join(range, &(struct range){ month_date(m->from_year, m->from),
				     month_date(m->to_year, m->to), slice_make(t->text, t->n) });
}

/* The range of all terms; false where a season or a month has no year. */
static bool read_tokens(struct range *range, const struct date_token *t, size_t n,
			const struct hint *hint)
{
	struct range months = { .word = SLICE_NONE };
	bool has_season = false;

	for (size_t i = 0; i < n; i++)
		has_season |= !t[i].is_number && stands_alone(t[i].kind) && t[i].n > 2;
	for (size_t i = 0; i < n; i++) {
		struct months m;

		if (!is_term(&t[i]) || !is_plausible(t, n, i))
			continue;
		if (has_season && !stands_alone(t[i].kind))
			continue;
		if (months_at(&m, t, n, i, hint))
			widen(t[i].kind == TERM_MONTH ? &months : range, &m, &t[i]);
		else if (stands_alone(t[i].kind))
			return false;
	}
	if (has_month_of_year(t, n) && holds(range, &months))
		*range = months;
	else
		join(range, &months);
	return range->from.precision != DATE_NONE;
}

/*
 * The tokens of the start, in a text that may have terms of other things ("apply
 * until September 2027, start October 2027"). False where there are others only.
 */
static bool keep_start(struct date_tokens *d)
{
	bool is_other = false, is_from = false, has_term = false;
	bool is_last = false; /* "until" is behind the term, and nothing behind that */
	size_t begin = 0, i;

	for (i = 0; i < d->n; i++) {
		const struct date_token *t = &d->t[i];
		enum term_kind kind = t->is_number ? TERM_OTHER : t->kind;

		if (kind == TERM_APPLY && has_term && !is_other)
			break;
		if (kind == TERM_APPLY || (kind == TERM_END && !has_term && !is_from)) {
			is_other = true;
		} else if (kind == TERM_START && is_other && has_term) {
			begin = i;
			is_from = true;
			is_other = has_term = false;
		} else if (kind == TERM_START) {
			is_from = is_from || !is_other;
		}
		has_term = has_term || is_term(t);
		is_last = !is_term(t) && (is_last || (kind == TERM_END && has_term && !is_from));
	}
	if (is_other || is_last)
		return false;
	d->n = i - begin;
	memmove(d->t, d->t + begin, d->n * sizeof d->t[0]);
	return true;
}

static bool has_kind(const struct date_tokens *d, enum term_kind kind)
{
	for (size_t i = 0; i < d->n; i++)
		if (!d->t[i].is_number && d->t[i].kind == kind)
			return true;
	return false;
}

bool term_read(struct date *first, struct date *last, struct slice declared,
	       const struct hint *hint, struct reading *reading)
{
	struct date_tokens tokens;
	struct range range = { .word = SLICE_NONE };

	date_tokens_make(&tokens, declared, hint);
	if (has_kind(&tokens, TERM_ELSE) && !has_kind(&tokens, TERM_START))
		return false;
	if (hint->date_role == DATE_OF_START && !keep_start(&tokens))
		return false;
	if (!read_tokens(&range, tokens.t, tokens.n, hint))
		return false;
	*first = range.from;
	*last = range.to;
	reading_set(reading, FROM_INFERRED, "term-words.tsv: %.*s", SLICE_ARG(range.word));
	return true;
}
