// SPDX-License-Identifier: EUPL-1.2
/*
 * Numbers in texts: see number.h.
 */
#include "catalogue/number.h"

#include "base/mem.h"

enum {
	MAX_DIGITS = 9,
	MILLI = 1000,
};

/* A blank inside a number: " ", no-break, narrow no-break. Its bytes, or 0. */
size_t number_blank(struct slice s)
{
	if (slice_starts_with(s, SLICE_LIT(" ")))
		return 1;
	if (slice_starts_with(s, SLICE_LIT("\302\240")))
		return 2;
	return slice_starts_with(s, SLICE_LIT("\342\200\257")) ? 3 : 0;
}

size_t slice_digits(struct slice s)
{
	size_t n = 0;

	while (n < s.n && ascii_is_digit(s.p[n]))
		n++;
	return n;
}

static int64_t pow10_of(size_t n)
{
	int64_t v = 1;

	while (n-- > 0)
		v *= 10;
	return v;
}

int64_t number_of_digits(struct slice digits)
{
	uint64_t v = 0;

	return slice_to_u64(&v, digits, UINT64_C(999999999)) ? (int64_t)v : 0;
}

/* Digits behind the point, in thousandths. */
static int64_t fraction_milli(struct slice digits)
{
	struct slice three = slice_first(digits, 3);

	return number_of_digits(three) * MILLI / pow10_of(three.n);
}

/* Thousands set apart by blanks: "1 500". Takes them off s. */
static int64_t take_blank_groups(int64_t value, size_t n_first, struct slice *s)
{
	while (n_first <= 3 && value > 0 && value < 1000000) {
		size_t blank = number_blank(*s);
		struct slice rest = slice_from(*s, blank);

		if (blank == 0 || slice_digits(rest) != 3)
			break;
		value = value * 1000 + number_of_digits(slice_first(rest, 3));
		*s = slice_from(rest, 3);
	}
	return value;
}

/* A sign between digits: a point, a comma, an apostrophe (also U+2019). Its bytes, or 0. */
static size_t separator_bytes(struct slice s)
{
	size_t n = 0;

	if (s.n > 0 && (s.p[0] == '.' || s.p[0] == ',' || s.p[0] == '\''))
		n = 1;
	else if (slice_starts_with(s, SLICE_LIT("\342\200\231")))
		n = 3;
	return n > 0 && n < s.n && ascii_is_digit(s.p[n]) ? n : 0;
}

/*
 * Takes a number off the front. False (and the digits are taken) for what is
 * none: dates, versions, numbers too long.
 */
bool number_take(struct number *out, struct slice *s, char decimal)
{
	size_t n = slice_digits(*s), n_parts = 0;
	struct slice first = slice_first(*s, n), last = SLICE_NONE;
	char separators[4] = { 0 };
	int64_t whole = 0;
	bool is_number = n <= MAX_DIGITS, are_groups = n <= 3;

	*s = slice_from(*s, n);
	whole = is_number ? take_blank_groups(number_of_digits(first), n, s) : 0;
	out->decimal = out->grouped = whole * MILLI;
	for (size_t bytes = 0; (bytes = separator_bytes(*s)) > 0;) {
		if (n_parts > 0)
			whole = is_number && whole < 1000000 ? whole * 1000 + number_of_digits(last)
							     : whole;
		if (n_parts < sizeof separators)
			separators[n_parts] = bytes > 1 ? '\'' : s->p[0];
		if (n_parts > 0 && last.n != 3)
			are_groups = false;
		n_parts++;
		*s = slice_from(*s, bytes);
		n = slice_digits(*s);
		last = slice_first(*s, n);
		*s = slice_from(*s, n);
		is_number = is_number && n_parts <= 3 && n <= MAX_DIGITS;
	}
	if (n_parts == 0 || !is_number)
		return is_number;
	out->decimal = whole * MILLI + fraction_milli(last);
	out->grouped = out->decimal;
	if (n_parts == 1) {
		bool may_group = are_groups && last.n == 3 && whole > 0 && separators[0] != decimal;

		if (may_group)
			out->grouped = (whole * 1000 + number_of_digits(last)) * MILLI;
		if (may_group && (decimal != 0 || separators[0] == '\''))
			out->decimal = out->grouped;
		return true;
	}
	/* "1.234,56", "1.234.567": groups, then perhaps a fraction behind another sign. */
	if (!are_groups)
		return false;
	for (size_t i = 1; i + 1 < n_parts; i++)
		if (separators[i] != separators[0])
			return false;
	if (separators[n_parts - 1] != separators[0])
		return true;
	if (last.n != 3)
		return false;
	out->decimal = out->grouped = (whole * 1000 + number_of_digits(last)) * MILLI;
	return true;
}

/* Bytes of a word of a list, and of the blank behind it, at the front of s; 0 for none. */
static size_t listed_word(struct slice s, const char *const *list, size_t n_list)
{
	char first = s.n > 0 ? ascii_lower(s.p[0]) : '\0';

	for (size_t i = 0; i < n_list; i++) {
		struct slice word;

		if (list[i][0] != first)
			continue;
		word = slice_of(list[i]);
		if (s.n > word.n && s.p[word.n] == ' ' && slice_starts_with_nocase(s, word))
			return word.n + 1;
	}
	return 0;
}

/* "between", behind which "and" makes a range. Words: the project. */
static bool ends_in_between(struct slice before)
{
	static const char *const words[] = {
		"between", "zwischen", "entre",  "tra",   "fra",   "mellan", "mellem",
		"mellom",  "tussen",   "między", "mezi",  "medzi", "med",    "između",
		"között",  "între",    "intre",  "starp", "tarp",  "между",  "між",
		"μεταξύ",  "idir",     "bejn",   "од",
	};

	before = slice_trim(before);
	for (size_t i = 0; i < countof(words); i++) {
		size_t n = strlen(words[i]);

		if (before.n >= n &&
		    slice_eq_nocase(slice_from(before, before.n - n), slice_of(words[i])) &&
		    (before.n == n || before.p[before.n - n - 1] == ' '))
			return true;
	}
	return false;
}

/*
 * Bytes of what stands between the ends of a range: "-", "..", "to", and "and"
 * where "between" is before it; 0 for none. Words: the project.
 */
static size_t range_mark(struct slice s, struct slice before)
{
	static const char *const signs[] = {
		"..", "-", "\342\200\223", "\342\200\224", "\342\200\222", "\342\210\222",
	};
	static const char *const to[] = { "to",      "bis",    "à",      "tot",  "till", "til",
					  "do",      "a",      "al",     "až",   "la",   "até",
					  "fins",    "hasta",  "fino a", "līdz", "iki",  "kuni",
					  "до",      "έως",    "ile",    "go",   "sa",   "až do",
					  "până la", "jusqu'à" };
	static const char *const and[] = { "and", "und", "et",   "y", "e",  "ed", "och",
					   "og",  "en",  "i",    "a", "ja", "és", "și",
					   "si",  "un",  "ir",   "и", "та", "й",  "і",
					   "και", "in",  "agus", "u" };
	size_t blanks = 0, mark = 0;

	while (blanks < s.n && s.p[blanks] == ' ')
		blanks++;
	s = slice_from(s, blanks);
	for (size_t i = 0; i < countof(signs) && mark == 0; i++)
		if (slice_starts_with(s, slice_of(signs[i])))
			mark = strlen(signs[i]);
	if (mark == 0 && blanks > 0)
		mark = listed_word(s, to, countof(to));
	if (mark == 0 && blanks > 0) {
		mark = listed_word(s, and, countof(and));
		mark = mark > 0 && ends_in_between(before) ? mark : 0;
	}
	if (mark == 0)
		return 0;
	while (mark < s.n && s.p[mark] == ' ')
		mark++;
	return mark < s.n && ascii_is_digit(s.p[mark]) ? blanks + mark : 0;
}

/* A number or a range of two. */
bool number_take_range(struct number *lo, struct number *hi, struct slice *s, struct slice before,
		       char decimal)
{
	struct slice rest = SLICE_NONE;
	size_t mark = 0;

	if (!number_take(lo, s, decimal))
		return false;
	*hi = *lo;
	mark = range_mark(*s, before);
	rest = slice_from(*s, mark);
	if (mark > 0 && number_take(hi, &rest, decimal)) {
		*s = rest;
		/* "1.000-2.000" groups in both or in none. */
		return hi->decimal >= lo->decimal || hi->grouped >= lo->grouped;
	}
	*hi = *lo;
	return true;
}
