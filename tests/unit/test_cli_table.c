// SPDX-License-Identifier: EUPL-1.2
/*
 * The command's tables: what fits, what is cut, what is left out.
 */
#include "query-cli/display.h"
#include "query-cli/table.h"
#include "tests/support/unit.h"

static const struct table_column columns[] = {
	{ "ID", false, 0, 0 },
	{ "Title", false, 6, 0 },
	{ "N", true, 0, 1 },
	{ "Place", false, 4, 2 },
};

static void lay_out(struct buf *out, size_t width)
{
	struct table t;

	table_init(&t, columns, 4);
	table_cell(&t, SLICE_LIT("A1"));
	table_cell(&t, SLICE_LIT("Introduction"));
	table_cell(&t, SLICE_LIT("7"));
	table_cell(&t, SLICE_LIT("Jyväskylä"));
	table_cell(&t, SLICE_LIT("B22"));
	table_cell(&t, SLICE_LIT("数学"));
	table_cell(&t, SLICE_LIT("12"));
	table_cell(&t, SLICE_LIT(""));
	table_write(out, &t, width, "", "");
	table_clear(&t);
}

static void nothing_is_cut_without_a_width(void **state)
{
	struct buf out = BUF_INIT(4096);

	(void)state;
	lay_out(&out, 0);
	assert_string_equal(buf_z(&out), "ID   Title          N  Place\n"
					 "A1   Introduction   7  Jyväskylä\n"
					 "B22  数学          12\n");
	buf_clear(&out);
}

static void columns_shrink_before_they_are_left_out(void **state)
{
	struct buf out = BUF_INIT(4096);

	(void)state;
	lay_out(&out, 26);
	assert_string_equal(buf_z(&out), "ID   Title      N  Place\n"
					 "A1   Introdu…   7  Jyväsk…\n"
					 "B22  数学      12\n");
	buf_clear(&out);
}

static void the_least_important_column_goes_first(void **state)
{
	struct buf out = BUF_INIT(4096);

	(void)state;
	lay_out(&out, 15);
	assert_string_equal(buf_z(&out), "ID   Title    N\n"
					 "A1   Intro…   7\n"
					 "B22  数学    12\n");
	buf_reset(&out);
	lay_out(&out, 12);
	assert_string_equal(buf_z(&out), "ID   Title\n"
					 "A1   Introd…\n"
					 "B22  数学\n");
	buf_clear(&out);
}

static void empty_columns_of_a_rank_are_left_out_on_a_terminal(void **state)
{
	static const size_t widths[] = { 0, 80 };
	static const char *const expected[] = { "ID  Title  N  Place\nA1  x\n",
						"ID  Title\nA1  x\n" };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct buf out = BUF_INIT(4096);
		struct table t;

		table_init(&t, columns, 4);
		table_cell(&t, SLICE_LIT("A1"));
		table_cell(&t, SLICE_LIT("x"));
		table_cell(&t, SLICE_LIT(""));
		table_cell(&t, SLICE_LIT(""));
		table_write(&out, &t, widths[i], "", "");
		assert_string_equal(buf_z(&out), expected[i]);
		table_clear(&t);
		buf_clear(&out);
	}
}

static void items_hang_below_their_marks(void **state)
{
	struct buf out = BUF_INIT(4096);

	(void)state;
	display_wrap(&out, SLICE_LIT("- one two three\nfour five six"), 12, 2);
	assert_string_equal(buf_z(&out), "  - one two\n    three\n  four five\n  six\n");
	buf_clear(&out);
}

static void no_line_is_wider_than_the_terminal(void **state)
{
	(void)state;
	for (size_t width = 11; width < 60; width++) {
		struct buf out = BUF_INIT(4096);
		struct slice rest;
		struct slice line;

		lay_out(&out, width);
		rest = buf_view(&out);
		while (slice_split(&line, &rest, '\n'))
			assert_true(display_columns(line) <= width);
		buf_clear(&out);
	}
}

static void a_partners_text_does_not_steer_the_terminal(void **state)
{
	static const struct {
		const char *text;
		const char *shown;
	} cases[] = {
		{ "\033[2Jclear", "[2Jclear" },
		{ "a\nb\tc\rd", "a b c d" },
		{ "\xc2\x9b"
		  "31mred",
		  "31mred" },
		{ "right\xe2\x80\xaeleft", "rightleft" },
		{ "bell\a", "bell" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct buf out = BUF_INIT(4096);

		display_fit(&out, slice_of(cases[i].text), 40);
		assert_string_equal(buf_z(&out), cases[i].shown);
		buf_clear(&out);
	}
}

static void text_is_wrapped_at_blanks(void **state)
{
	struct buf out = BUF_INIT(4096);

	(void)state;
	display_wrap(&out, SLICE_LIT("one two three\nfour"), 10, 2);
	assert_string_equal(buf_z(&out), "  one two\n  three\n  four\n");
	buf_clear(&out);
}

/* What a partner wrote reaches people by many ways; all of them begin at the answer. */
static void an_answer_is_clean_before_it_is_printed(void **state)
{
	static const char answer[] =
		"{\"id\": \"a\\u001b]0;x\\u0007b\", \"texts\": {\"en\": \"one\\ntwo\\u202e\"},"
		" \"list\": [\"\\u009b2J\", 7, \"Jyväskylä\"], \"k\\u001b\": 1}";
	json_t *value = json_loads(answer, 0, NULL);
	char *text;

	(void)state;
	assert_non_null(value);
	display_clean_json(value);
	text = json_dumps(value, JSON_COMPACT | JSON_SORT_KEYS);
	assert_string_equal(text, "{\"id\":\"a]0;xb\",\"list\":[\"2J\",7,\"Jyväskylä\"],"
				  "\"texts\":{\"en\":\"one\\ntwo\"}}");
	free(text);
	json_decref(value);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_cut_without_a_width),
		cmocka_unit_test(columns_shrink_before_they_are_left_out),
		cmocka_unit_test(the_least_important_column_goes_first),
		cmocka_unit_test(empty_columns_of_a_rank_are_left_out_on_a_terminal),
		cmocka_unit_test(items_hang_below_their_marks),
		cmocka_unit_test(no_line_is_wider_than_the_terminal),
		cmocka_unit_test(a_partners_text_does_not_steer_the_terminal),
		cmocka_unit_test(an_answer_is_clean_before_it_is_printed),
		cmocka_unit_test(text_is_wrapped_at_blanks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
