// SPDX-License-Identifier: EUPL-1.2
/* Cells to texts: what spreadsheets put around what people wrote is taken off. */
#include "harvesters/csv_cells.h"

#include "base/mem.h"
#include "base/utf8.h"

/* Blanks that break, that do not, and that have no width. */
struct slice csv_trim(struct slice s)
{
	static const struct slice blanks[] = {
		{ "\xc2\xa0", 2 },
		{ "\xe2\x80\xaf", 3 },
		{ "\xe2\x80\x8b", 3 },
		{ "\xef\xbb\xbf", 3 },
	};
	bool has_changed = true;

	while (has_changed) {
		has_changed = false;
		s = slice_trim(s);
		for (size_t i = 0; i < countof(blanks); i++) {
			if (slice_starts_with(s, blanks[i])) {
				s = slice_from(s, blanks[i].n);
				has_changed = true;
			}
			if (slice_ends_with(s, blanks[i])) {
				s.n -= blanks[i].n;
				has_changed = true;
			}
		}
	}
	return s;
}

static bool is_excel_error(struct slice s)
{
	static const char *const errors[] = { "#N/A",   "#REF!",   "#VALUE!", "#NAME?",  "#DIV/0!",
					      "#NULL!", "#NUM!",   "#NV",     "#BEZUG!", "#WERT!",
					      "#REF",   "#SPILL!", "#ARVO!",  "#SAKNAS!" };

	for (size_t i = 0; i < countof(errors); i++)
		if (slice_eq_nocase(s, slice_of(errors[i])))
			return true;
	return false;
}

/* The nth text in quotes of a formula. */
static struct slice quoted_part(struct slice s, unsigned nth)
{
	for (;;) {
		ptrdiff_t start = slice_find_byte(s, '"'), end;

		if (start < 0)
			return SLICE_NONE;
		s = slice_from(s, (size_t)start + 1);
		end = slice_find_byte(s, '"');
		if (end < 0)
			return SLICE_NONE;
		if (nth-- == 0)
			return slice_first(s, (size_t)end);
		s = slice_from(s, (size_t)end + 1);
	}
}

/*
 * Text in quotes of its own: exports quote what is quoted already, some more
 * than once. "Faust" and "Hamlet" is not one text in quotes.
 */
static struct slice unquote(struct slice s)
{
	size_t front = 0, back = 0, n_pairs;
	struct slice inner;

	while (front < s.n && s.p[front] == '"')
		front++;
	if (front == s.n) /* nothing else: "" holds nothing, and one mark may be inches */
		return front > 1 ? SLICE_LIT("") : s;
	while (back < s.n - front && s.p[s.n - 1 - back] == '"')
		back++;
	n_pairs = front < back ? front : back;
	inner = slice_make(s.p + n_pairs, s.n - 2 * n_pairs);
	return n_pairs == 1 && slice_find_byte(inner, '"') >= 0 ? s : inner;
}

struct slice csv_clean_cell(struct slice cell, bool is_link)
{
	struct slice s = csv_trim(cell), part;

	if (slice_starts_with_nocase(s, SLICE_LIT("=HYPERLINK("))) {
		part = quoted_part(s, is_link ? 0 : 1);
		s = part.p != NULL ? part : quoted_part(s, 0);
	} else if (slice_starts_with(s, SLICE_LIT("=\"")) && s.n > 2 && s.p[s.n - 1] == '"') {
		s = slice_make(s.p + 2, s.n - 3);
	} else {
		s = unquote(s);
	}
	s = csv_trim(s);
	return s.n == 0 || is_excel_error(s) ? SLICE_NONE : s;
}
