// SPDX-License-Identifier: EUPL-1.2
/*
 * A whole date in words, or with words beside it: "Wed 15 September 2027, 18:00",
 * "2027. szeptember 15.", "Beginn: 1.10.2027".
 *
 * Other words may stand beside it unless term-words.tsv knows them as something
 * else (a month; "other": what the day is of is not the offer), and every number
 * must be a part of the date, of a time or of a term ("semester 1"): what says
 * more than one date, or something else, is left to those who know a term when
 * they see one.
 */
#include "catalogue/date_tokens.h"

#include "base/mem.h"

enum { MAX_BETWEEN = 3 }; /* fillers between the parts of a date: "1 de març de 2028" */

/* A date or days in a row ("4-8 October 2027"), and the tokens that they consist of. */
struct found {
	struct date date, last;
	size_t from, to; /* first and last */
	enum term_kind cue; /* TERM_START, TERM_END, TERM_APPLY; TERM_OTHER for none */
};

enum { MAX_FOUND = 6 };

struct found_dates {
	struct found items[MAX_FOUND];
	size_t n;
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
		if (d->t[k].sign == ':' && d->t[k].n == 2)
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

static unsigned year_of(const struct date_token *t)
{
	return t->n == 2 ? 2000 + t->number : t->number;
}

/* The month that a token is: a name, or a Roman numeral beside numbers ("15 IX 2027"). */
static unsigned month_of(const struct date_tokens *d, size_t i)
{
	const struct date_token *t = &d->t[i];

	if (t->is_number)
		return t->n <= 2 ? t->number : 0;
	if (t->kind == TERM_MONTH)
		return t->number;
	return i > 0 && i + 1 < d->n && d->t[i - 1].is_number && d->t[i + 1].is_number ? t->roman
										       : 0;
}

/* Makes out the date of three tokens. */
static bool found_make(struct found *out, const struct date_tokens *d, size_t year, size_t month,
		       size_t day)
{
	const size_t parts[] = { year, month, day };

	*out = (struct found){ .from = year, .to = year, .cue = TERM_OTHER };
	for (size_t i = 1; i < countof(parts); i++) {
		out->from = parts[i] < out->from ? parts[i] : out->from;
		out->to = parts[i] > out->to ? parts[i] : out->to;
	}
	if (month_of(d, month) == 0 || d->t[day].number == 0 ||
	    !date_make(&out->date, year_of(&d->t[year]), month_of(d, month), d->t[day].number))
		return false;
	out->last = out->date;
	return true;
}

/* "4 Oct '27": the apostrophe stands for the century. */
static bool is_short_year(const struct date_tokens *d, size_t i)
{
	return i < d->n && d->t[i].is_number && d->t[i].n == 2 && d->t[i].sign == '\'' &&
	       d->t[i].number >= 20 && d->t[i].number < 50;
}

/* Words that may part the days of a row: "6 to 10", "6tik 10era". */
static bool is_between_days(const struct date_tokens *d, size_t i)
{
	return is_kind(d, i, TERM_FILLER) || is_kind(d, i, TERM_END);
}

/* "4-8" of "October 4-8, 2027": the second of two days behind a month, else day itself. */
static size_t last_day_behind(const struct date_tokens *d, size_t day)
{
	size_t next = day + 1;

	while (next <= day + 2 && is_between_days(d, next))
		next++;
	return is_day(d, next) && (d->t[next].sign == '-' || next > day + 1) &&
			       d->t[next].number > d->t[day].number
		       ? next
		       : day;
}

/* "6." of "2028. gada 6.-10. marts", "2028. gada 6. un 7. marts": the first of two days in front of
 * a month. */
static size_t first_day_before(const struct date_tokens *d, size_t day)
{
	bool has_word = day > 0 && is_between_days(d, day - 1);
	size_t first = day - 1 - has_word;

	/* Before the first token is beyond the last. */
	return first < d->n && is_day(d, first) && (has_word || d->t[day].sign == '-') &&
			       d->t[first].number < d->t[day].number
		       ? first
		       : day;
}

/* The day beside a month's name, the year in front: "2028 m. kovo 6-10 d.". */
static bool read_month_behind_year(struct found *out, const struct date_tokens *d, size_t month,
				   size_t day)
{
	size_t first = day < month ? first_day_before(d, day) : day;
	size_t last = day > month ? last_day_behind(d, day) : day;
	size_t year = beside(d, first < month ? first : month, -1);
	struct found begin;

	if (!is_year(d, year) || !found_make(&begin, d, year, month, first) ||
	    !found_make(out, d, year, month, last))
		return false;
	out->date = begin.date;
	return true;
}

/* Around the name of a month: the day beside it, the year on either side. */
static bool read_month(struct found *out, const struct date_tokens *d, size_t month)
{
	size_t before = beside(d, month, -1), behind = beside(d, month, 1);
	/* "Feb 7 - Mar 20": the day in front is another month's. */
	bool is_first = d->t[month].sign == '-' && is_day(d, behind);
	size_t day = is_day(d, before) && !is_first ? before : behind;
	size_t last = day;
	size_t year;

	if (is_short_year(d, month + 1))
		return is_day(d, before) && found_make(out, d, month + 1, month, before);
	if (!is_day(d, day) || (day == before && is_day(d, behind)))
		return false;
	if (day > month)
		last = last_day_behind(d, day);
	year = beside(d, last > month ? last : month, 1);
	if (!is_year(d, year))
		return read_month_behind_year(out, d, month, day);
	if (!found_make(out, d, year, month, day))
		return false;
	return date_make(&out->last, out->date.year < 0 ? 0 : (uint64_t)out->date.year,
			 out->date.month, d->t[last].number);
}

/* "15. 9. 2027", "2027.09.15", "2027-09-15", "15/09/2027". */
static bool read_numbers(struct found *out, const struct date_tokens *d, size_t i,
			 const struct date_orders *orders)
{
	struct date_parts parts;

	return date_numbers_at(&parts, d, i, orders) &&
	       found_make(out, d, parts.year, parts.month, parts.day);
}

/* --- days in a row --- */

/* "4-8", "4/5", "4 au 8", "4 t/m 8": the token that ends an earlier day in front of i; n for none.
 * A comma is of a list, which *is_list says. */
static size_t before_range(const struct date_tokens *d, size_t i, bool *is_list)
{
	size_t at = i;

	*is_list = false;
	if (i == 0 || i >= d->n)
		return d->n;
	for (int k = 0; k < MAX_BETWEEN && at > 0 && is_between_days(d, at - 1); k++)
		at--;
	*is_list = at == i && d->t[i].sign == ',';
	if (at == i && d->t[i].sign != 0 && strchr("-/&,", d->t[i].sign) != NULL)
		return i - 1;
	return at < i && at > 0 ? at - 1 : d->n;
}

/* "Session 1, 7 and 8 March": a number behind a word is of the word. */
static bool begins_list(const struct date_tokens *d, size_t i)
{
	return i == 0 || d->t[i - 1].is_number || d->t[i - 1].kind != TERM_OTHER ||
	       d->t[i].sign != 0;
}

/* "20/09" of "20/09 - 17/12/2027": as the day that has the year, which shows the order. */
static bool is_by_slashes(const struct found *f, const struct date_tokens *d, size_t month)
{
	return d->t[month].sign == '/' && f->from + 2 <= f->to && d->t[f->from + 1].sign == '/' &&
	       f->date.day != f->date.month && d->t[f->from].number == f->date.day &&
	       d->t[f->from + 1].number == f->date.month;
}

/* An earlier day that lacks its year, or its month as well: "4-8 October 2027", "28 October - 3
 * November 2027", "1.10.-15.12.2027", "7, 8 and 9 March 2028". What is before free_from belongs to
 * another; is_row: another day was taken already. */
static bool take_earlier_day(struct found *f, const struct date_tokens *d, size_t free_from,
			     bool is_row)
{
	bool is_list = false, has_month = true;
	size_t end = before_range(d, f->from, &is_list), day = end, from = end;
	unsigned month = f->date.month, year = (unsigned)f->date.year;
	struct date first;

	if (end >= d->n)
		return false;
	if (is_kind(d, end, TERM_MONTH)) { /* "28 de febrero" */
		day = from = beside(d, end, -1);
		month = month_of(d, end);
	} else if (end > 0 && is_day(d, end - 1) && month_of(d, end) > 0 &&
		   (d->t[end].sign == '.' || is_by_slashes(f, d, end))) {
		day = from = end - 1;
		month = month_of(d, end);
	} else if (end > 0 && is_kind(d, end - 1, TERM_MONTH)) { /* "Feb 7" */
		from = end - 1;
		month = month_of(d, from);
	} else {
		has_month = false;
	}
	/* A row goes on by commas only: "Session 1: du 3 au 14 mars". */
	if (!is_day(d, day) || from < free_from || (is_row && !is_list) ||
	    (is_list && !has_month && !(is_row && begins_list(d, day))))
		return false;
	if (month > f->date.month)
		year--;
	if (!date_make(&first, year, month, d->t[day].number) ||
	    date_first_day(first) >= date_first_day(f->date))
		return false;
	f->date = first;
	f->from = from;
	return true;
}

static void take_first_day(struct found *f, const struct date_tokens *d, size_t free_from)
{
	bool is_row = false;

	while (take_earlier_day(f, d, free_from, is_row))
		is_row = true;
}

/* A last day that has its year in front of the first one: "2028. március 6. - április 10." */
static void take_last_day(struct found *f, const struct date_tokens *d)
{
	size_t a = f->to + 1, month;
	struct date last;

	while (a <= f->to + MAX_BETWEEN && a < d->n && !d->t[a].is_number &&
	       d->t[a].kind != TERM_MONTH)
		a++;
	month = is_kind(d, a, TERM_MONTH) ? a : a + 1;
	if (!is_year(d, f->from) || !is_kind(d, month, TERM_MONTH) ||
	    !is_day(d, month == a ? a + 1 : a) || is_year(d, beside(d, a + 1, 1)) ||
	    !date_make(&last, d->t[f->from].number, d->t[month].number,
		       d->t[month == a ? a + 1 : a].number) ||
	    date_first_day(last) <= date_first_day(f->date))
		return;
	f->last = last;
	f->to = a + 1;
}

/* "mar" before the day: Tuesday. */
static bool is_weekday(const struct date_token *t)
{
	return t->kind == TERM_MONTH && slice_eq_z(slice_make(t->text, t->n), "mar");
}

static bool is_term(const struct date_tokens *d, size_t i)
{
	return i < d->n && !d->t[i].is_number && d->t[i].kind < TERM_ORDINAL;
}

/* "semester 1", "1. Semester", "autumn 2027" beside a day of that year. */
static bool is_of_term(const struct date_tokens *d, size_t i, int16_t year)
{
	const struct date_token *t = &d->t[i];

	return (is_term(d, i + 1) || (i > 0 && is_term(d, i - 1))) &&
	       (t->n == 1 || t->number == (unsigned)year);
}

/* "Session 1: from 3 March 2028" */
static bool is_numbering(const struct date_tokens *d, size_t i)
{
	return d->t[i].n <= 2 && i > 0 && !d->t[i - 1].is_number && i + 1 < d->n &&
	       !d->t[i + 1].is_number && d->t[i + 1].sign == ':';
}

/* "2 days: 6 and 7 March 2028", "Module 1, 6 March 2028", "6 March 2028, room 12": a number of what
 * is not a date. */
static bool is_count(const struct date_tokens *d, size_t i)
{
	enum { MIN_LETTERS = 3 };
	const struct date_token *t = &d->t[i], *next = t + 1;
	bool is_named = i > 0 && !t[-1].is_number && t[-1].kind == TERM_OTHER &&
			t[-1].n >= MIN_LETTERS && t->sign == 0;

	if (t->n > 3)
		return false;
	if (i + 1 == d->n || next->is_number)
		return is_named && (i + 1 == d->n || next->sign == ',' || next->sign == ':');
	return next->sign == 0 && next->n >= MIN_LETTERS &&
	       (next->kind == TERM_OTHER || next->kind == TERM_WEEK) &&
	       !(i + 2 < d->n && next[1].is_number && next[1].sign == 0);
}

static bool may_stand_beside(const struct date_tokens *d, size_t i, int16_t year)
{
	const struct date_token *t = &d->t[i];

	if (t->is_number)
		return is_time(d, i) || is_of_term(d, i, year) || is_numbering(d, i) ||
		       is_count(d, i);
	return t->kind != TERM_MONTH || is_weekday(t);
}

/* --- which of them is meant --- */

static bool find_dates(struct found_dates *out, const struct date_tokens *d, struct slice pattern)
{
	struct date_orders orders = date_orders_of(d, pattern);

	out->n = 0;
	for (size_t i = 0; i < d->n; i++) {
		struct found f;

		if (!(d->t[i].is_number ? read_numbers(&f, d, i, &orders)
					: month_of(d, i) > 0 && read_month(&f, d, i)))
			continue;
		if (out->n == MAX_FOUND || (out->n > 0 && f.from <= out->items[out->n - 1].to))
			return false;
		take_first_day(&f, d, out->n > 0 ? out->items[out->n - 1].to + 1 : 0);
		take_last_day(&f, d);
		out->items[out->n++] = f;
		i = f.to;
	}
	return out->n > 0;
}

static bool is_cue(const struct date_token *t)
{
	return !t->is_number &&
	       ((t->kind >= TERM_START && t->kind <= TERM_APPLY) || t->kind == TERM_ELSE);
}

/* "1.10.2027 alkaen", "30 Eyl\303\274l 2027'ye kadar": right behind, with at most an ending
 * between. */
static bool is_right_behind(const struct date_tokens *d, size_t end, size_t i)
{
	enum { MAX_ENDING = 4 };

	for (size_t k = end + 1; k <= i; k++)
		if ((d->t[k].sign != 0 && d->t[k].sign != '\'' && d->t[k].sign != '-') ||
		    (k < i && (d->t[k].is_number || d->t[k].n > MAX_ENDING)))
			return false;
	return true;
}

/* Words of application are stronger than "from" and "until", of which the last counts. */
static void add_cue(struct found *f, enum term_kind cue)
{
	if (f->cue != TERM_APPLY)
		f->cue = cue;
}

/* "until 17 December", "until Friday, the 17 December". */
static bool is_right_before(const struct date_tokens *d, size_t i, size_t from)
{
	while (++i < from)
		if (!is_kind(d, i, TERM_FILLER) && !is_kind(d, i, TERM_LABEL))
			return false;
	return true;
}

static bool is_row(const struct found *f)
{
	return date_first_day(f->last) > date_first_day(f->date);
}

/* Each word that says what a day is belongs to the date in front of which it stands, or right
 * behind which. */
static void find_cues(struct found_dates *dates, const struct date_tokens *d)
{
	size_t next = 0;

	for (size_t i = 0; i < d->n; i++) {
		struct found *before, *behind;

		while (next < dates->n && i > dates->items[next].to)
			next++;
		before = next > 0 ? &dates->items[next - 1] : NULL;
		behind = next < dates->n ? &dates->items[next] : NULL;
		if (!is_cue(&d->t[i]) || (behind != NULL && i >= behind->from))
			continue;
		/* "6-tól 10-ig": the end of a row says nothing else of it. */
		if (before != NULL && d->t[i].kind == TERM_END && is_row(before) &&
		    is_right_behind(d, before->to, i))
			continue;
		if (before != NULL && before->cue == TERM_OTHER &&
		    (behind != NULL
			     ? is_right_behind(d, before->to, i) &&
				       !is_right_before(d, i, behind->from)
			     : is_right_behind(d, before->to, i) || d->t[i].kind == TERM_END ||
				       d->t[i].kind == TERM_ELSE))
			add_cue(before, d->t[i].kind);
		else if (behind != NULL)
			add_cue(behind, d->t[i].kind);
	}
}

/* How well what is said of a date fits what is asked for: 2 that it is, 1 nothing, 0 another. */
static int fitness(enum term_kind cue, enum date_role role)
{
	static const enum term_kind wanted[] = { [DATE_OF_START] = TERM_START,
						 [DATE_OF_END] = TERM_END,
						 [DATE_OF_APPLY_FROM] = TERM_APPLY,
						 [DATE_OF_APPLY_UNTIL] = TERM_APPLY };

	if (cue == TERM_ELSE)
		return 0;
	if (cue == wanted[role] || (role == DATE_OF_APPLY_UNTIL && cue == TERM_END))
		return 2;
	return cue == TERM_OTHER;
}

/* The first day of those that fit best, or the last. A day in a field of its own is what the field
 * says, but no deadline is a start. NULL for none, and where the days do not rise. */
static const struct found *choose(const struct found_dates *dates, enum date_role role)
{
	bool is_first = role == DATE_OF_START || role == DATE_OF_APPLY_FROM;
	const struct found *best = NULL;
	int best_fit = 0;

	for (size_t i = 0; i < dates->n; i++) {
		const struct found *f = &dates->items[i];
		int fit = fitness(f->cue, role);

		if (role != DATE_OF_START && dates->n == 1 && f->cue != TERM_ELSE)
			fit = 2;
		if (best != NULL && fit == best_fit &&
		    date_first_day(f->date) < date_first_day(best->date))
			return NULL;
		if (fit > best_fit || (fit > 0 && fit == best_fit && !is_first)) {
			best = f;
			best_fit = fit;
		}
	}
	return best;
}

/* "Start on 4 October 2027": nothing else in the text can make it another day. */
static bool is_sure(const struct found *f)
{
	return f->cue == TERM_START;
}

bool date_words_read(struct date *out, struct slice declared, const struct hint *hint)
{
	enum date_role role = hint->date_role;
	struct date_tokens d;
	struct found_dates dates;
	const struct found *found = NULL;
	size_t at = 0;

	date_tokens_make(&d, declared, hint);
	if (!find_dates(&dates, &d, hint->date_format))
		return false;
	find_cues(&dates, &d);
	found = choose(&dates, role);
	if (found == NULL)
		return false;
	for (size_t i = 0; i < d.n; i++) {
		while (at < dates.n && i > dates.items[at].to)
			at++;
		if ((at == dates.n || i < dates.items[at].from) && !is_sure(found) &&
		    !may_stand_beside(&d, i, found->date.year))
			return false;
	}
	*out = role == DATE_OF_END || role == DATE_OF_APPLY_UNTIL ? found->last : found->date;
	return true;
}
