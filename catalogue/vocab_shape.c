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

static const struct shape {
	const char *column;
	const char *file; /* NULL: in any */
	bool (*is_good)(struct slice);
	const char *expected;
	const char *kind; /* the row's; NULL: any */
} shapes[] = {
	{ "alpha2", NULL, is_country, "two capital letters", NULL },
	{ "country", "credit-systems.tsv", is_area, "two capital letters or EHEA", NULL },
	{ "country", NULL, is_country, "two capital letters", NULL },
	{ "eqf", NULL, is_eqf, "1 to 8", NULL },
	{ "isced2011", NULL, is_isced_level, "0 to 8", NULL },
	{ "code", "isced-f-2013.tsv", is_subject_code, "two to four digits", NULL },
	{ "code", "isced-f-labels.tsv", is_subject_code, "two to four digits", NULL },
	{ "parent", "isced-f-2013.tsv", is_subject_code, "two to four digits", NULL },
	{ "successor", "isced-1997.tsv", is_subject_code, "two to four digits", NULL },
	{ "value", "price-words.tsv", is_currency, "three capital letters", "currency" },
};

static bool has_kind(const struct vocab_reader *r, const char *kind)
{
	for (size_t i = 0; i < r->n_columns; i++)
		if (slice_eq_z(r->columns[i], "kind"))
			return slice_eq_z(r->cells[i], kind);
	return false;
}

/* The first that names the column, and the file if it names one; NULL: any cell will do. */
static const struct shape *shape_of(const struct vocab_reader *r, struct slice column)
{
	for (size_t i = 0; i < countof(shapes); i++) {
		const struct shape *s = &shapes[i];

		if (slice_eq_z(column, s->column) &&
		    (s->file == NULL || strcmp(s->file, r->file->name) == 0) &&
		    (s->kind == NULL || has_kind(r, s->kind)))
			return s;
	}
	return NULL;
}

enum err_code vocab_shape_check(const struct vocab_reader *r, struct err *err)
{
	for (size_t i = 0; i < r->n_columns; i++) {
		const struct shape *shape = shape_of(r, r->columns[i]);

		if (shape != NULL && r->cells[i].n > 0 && !shape->is_good(r->cells[i]))
			return err_set(err, ERR_PARSE, "%s:%zu: %s \"%.*s\"; expected %s",
				       r->file->name, r->line, shape->column,
				       SLICE_ARG(utf8_first(r->cells[i], 40)), shape->expected);
	}
	return ERR_OK;
}
