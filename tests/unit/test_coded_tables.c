// SPDX-License-Identifier: EUPL-1.2
/*
 * The reader of coded values against tables of what catalogues write
 * (tests/unit/tables/), one for each vocabulary. A value that is wrong, or that
 * is read where nothing can be known, fails.
 */
#include "catalogue/readers.h"
#include "catalogue/vocab.h"

#include "tests/support/reader_arena.h"
#include "tests/support/table.h"

enum { DECLARED, LANG, FIELD };

static const char *scheme; /* of the table that is read */
static bool is_single; /* an offer has one of them */

static void read_coded(char out[TABLE_TEXT_BYTES], const struct table_row *row)
{
	struct hint hint = { .lang = row->cells[LANG] };
	struct word word = { .text = row->cells[DECLARED], .scheme = row->cells[FIELD] };
	struct codes codes = { NULL, 0 };
	struct slice code;
	size_t n = 0;

	arena_reset(&arena);
	if (!is_single)
		(void)coded_read_list(&codes, scheme, &word, &hint, NULL, NULL, &arena);
	else if (coded_read(&code, scheme, &word, &hint, NULL))
		(void)codes_add(&codes, code, &arena);
	for (size_t i = 0; i < codes.n; i++)
		n += (size_t)snprintf(out + n, TABLE_TEXT_BYTES - n, "%s%.*s", i > 0 ? " " : "",
				      SLICE_ARG(codes.items[i]));
	if (n == 0)
		(void)snprintf(out, TABLE_TEXT_BYTES, "-");
}

static const struct {
	const char *table;
	const char *scheme;
	size_t min_rows;
	bool is_single;
} tables[] = {
	{ "mode", "mode", 150, false },
	{ "assessment", "assessment", 150, false },
	{ "credential-type", "award-format", 60, false },
	{ "quality", "qa-type", 60, false },
	{ "stackability", "stackability", 60, true },
	{ "supervision", "supervision-annex", 60, true },
	{ "opportunity", "learning-opportunity", 60, true },
	{ "schedule", "learning-schedule", 60, false },
	{ "formality", "learning-setting", 60, true },
};

static void coded_values_are_read_as_people_declare_them(void **state)
{
	struct table_score scores[countof(tables)];

	(void)state;
	for (size_t i = 0; i < countof(tables); i++) {
		scheme = tables[i].scheme;
		is_single = tables[i].is_single;
		scores[i] = table_run(tables[i].table, tables[i].min_rows, read_coded);
	}
	for (size_t i = 0; i < countof(tables); i++)
		table_assert_good(tables[i].table, scores[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(coded_values_are_read_as_people_declare_them),
	};

	return cmocka_run_group_tests(tests, reader_arena_make, reader_arena_clear);
}
