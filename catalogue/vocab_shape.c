// SPDX-License-Identifier: EUPL-1.2
/* Shapes of cells, by the names of their columns. */
#include "catalogue/vocab_shape.h"

#include "base/mem.h"
#include "base/utf8.h"

static bool is_capitals(struct slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < 'A' || s.p[i] > 'Z')
			return false;
	return true;
}

static bool is_country(struct slice s)
{
	return s.n == 2 && is_capitals(s);
}

/* The area of a credit system: a country, or the whole of the EHEA. */
static bool is_area(struct slice s)
{
	return is_country(s) || slice_eq_z(s, "EHEA");
}

static bool is_eqf(struct slice s)
{
	return s.n == 1 && s.p[0] >= '1' && s.p[0] <= '8';
}

static bool is_isced_level(struct slice s)
{
	return s.n == 1 && s.p[0] >= '0' && s.p[0] <= '8';
}

static bool is_subject_code(struct slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!ascii_is_digit(s.p[i]))
			return false;
	return s.n >= 2 && s.n <= 4;
}

static bool is_currency(struct slice s)
{
	return s.n == 3 && is_capitals(s);
}

/* BCP 47 as far as tables go: a language, then letters and digits in parts of one to eight. */
static bool is_tag(struct slice s)
{
	struct slice part = SLICE_NONE;
	bool is_first = true;

	if (slice_ends_with(s, SLICE_LIT("-")))
		return false;
	while (slice_split(&part, &s, '-')) {
		for (size_t i = 0; i < part.n; i++)
			if (!(is_first ? ascii_is_alpha(part.p[i]) : ascii_is_alnum(part.p[i])))
				return false;
		if (part.n < (is_first ? 2 : 1) || part.n > 8)
			return false;
		is_first = false;
	}
	return !is_first;
}

static const struct shape {
	const char *column;
	const char *file; /* NULL: in any */
	bool (*is_good)(struct slice);
	const char *expected;
	const char *kind; /* the row's; NULL: any */
	bool is_needed;
} shapes[] = {
	{ "alpha2", NULL, is_country, "two capital letters", NULL, true },
	{ "bcp47", NULL, is_tag, "a language tag such as pt or pt-BR", NULL, true },
	{ "code", "isced-f-2013.tsv", is_subject_code, "two to four digits", NULL, true },
	{ "code", "isced-f-labels.tsv", is_subject_code, "two to four digits", NULL, true },
	{ "country", "credit-systems.tsv", is_area, "two capital letters or EHEA", NULL, false },
	{ "country", NULL, is_country, "two capital letters", NULL, false },
	{ "eqf", NULL, is_eqf, "1 to 8", NULL, false },
	{ "isced2011", NULL, is_isced_level, "0 to 8", NULL, false },
	{ "parent", "isced-f-2013.tsv", is_subject_code, "two to four digits", NULL, false },
	{ "successor", "isced-1997.tsv", is_subject_code, "two to four digits", NULL, false },
	{ "value", "price-words.tsv", is_currency, "three capital letters", "currency", false },
};

static struct slice cell_of(const struct vocab_reader *r, struct slice column)
{
	for (size_t i = 0; i < r->n_columns; i++)
		if (slice_eq(r->columns[i], column))
			return r->cells[i];
	return SLICE_LIT("");
}

/* The first that names the column, and the file if it names one; NULL: any cell will do. */
static const struct shape *shape_of(const struct vocab_reader *r, struct slice column)
{
	for (size_t i = 0; i < countof(shapes); i++) {
		const struct shape *s = &shapes[i];

		if (slice_eq_z(column, s->column) &&
		    (s->file == NULL || strcmp(s->file, r->file->name) == 0) &&
		    (s->kind == NULL || slice_eq_z(cell_of(r, SLICE_LIT("kind")), s->kind)))
			return s;
	}
	return NULL;
}

enum err_code vocab_shape_check(const struct vocab_reader *r, struct err *err)
{
	struct slice columns = slice_of(r->file->columns); /* also those that the text left out */
	struct slice column;

	while (slice_split(&column, &columns, ' ')) {
		const struct shape *shape = shape_of(r, column);
		struct slice cell = cell_of(r, column);

		if (shape == NULL || (cell.n > 0 ? shape->is_good(cell) : !shape->is_needed))
			continue;
		return err_set(err, ERR_PARSE, "%s:%zu: %s \"%.*s\"; expected %s", r->file->name,
			       r->line, shape->column, SLICE_ARG(utf8_first(cell, 40)),
			       shape->expected);
	}
	return ERR_OK;
}
