// SPDX-License-Identifier: EUPL-1.2
/*
 * CSV that every reader takes, and that no spreadsheet runs.
 */
#include "tests/support/unit.h"

#include "daemon/api/csv_write.h"

static void cells_are_quoted_and_guarded(void **state)
{
	static const struct {
		const char *text, *cell;
	} table[] = {
		{ "plain", "plain" },
		{ "", "" },
		{ NULL, "" },
		{ "a,b", "\"a,b\"" },
		{ "say \"hi\"", "\"say \"\"hi\"\"\"" },
		{ "\"", "\"\"\"\"" },
		{ "two\nlines", "\"two\nlines\"" },
		{ "cr\r", "\"cr\r\"" },
		{ " blank ", " blank " },
		{ "=1+1", "'=1+1" },
		{ "+358", "'+358" },
		{ "-2", "'-2" },
		{ "@SUM(A1)", "'@SUM(A1)" },
		{ "\tx", "'\tx" },
		{ "\rx", "\"'\rx\"" },
		{ "=HYPERLINK(\"x\",\"y\")", "\"'=HYPERLINK(\"\"x\"\",\"\"y\"\")\"" },
		{ "1=1", "1=1" },
		{ "Tekoälyn perusteet", "Tekoälyn perusteet" },
	};

	(void)state;
	for (size_t i = 0; i < countof(table); i++) {
		struct buf out = BUF_INIT(1000);
		struct csv_writer w = CSV_WRITER(&out);
		struct slice exact =
			table[i].text != NULL ? unit_exact(slice_of(table[i].text)) : SLICE_NONE;

		csv_text(&w, exact);
		assert_buf(&out, table[i].cell);
		if (exact.p != NULL)
			unit_exact_free(exact);
		buf_clear(&out);
	}
}

static void rows_have_commas_and_end_with_crlf(void **state)
{
	struct buf out = BUF_INIT(1000);
	struct csv_writer w = CSV_WRITER(&out);

	(void)state;
	csv_header(&w, "id,title,ects");
	csv_text(&w, SLICE_LIT("A"));
	csv_empty(&w);
	csv_scaled(&w, 750, 2);
	csv_end(&w);
	csv_empty(&w);
	csv_i64(&w, -3);
	csv_word(&w, SLICE_LIT("-"));
	csv_end(&w);
	assert_buf(&out, "id,title,ects\r\nA,,7.5\r\n,-3,-\r\n");
	buf_clear(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cells_are_quoted_and_guarded),
		cmocka_unit_test(rows_have_commas_and_end_with_crlf),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
