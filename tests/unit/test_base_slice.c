// SPDX-License-Identifier: EUPL-1.2
/* Tests of base/slice: comparing, finding, splitting and reading numbers. */
#include "base/slice.h"

#include "tests/support/unit.h"

static void take_refuses_more_than_there_is(void **state)
{
	struct slice in = SLICE_LIT("abc");
	struct slice out = SLICE_NONE;

	(void)state;
	assert_false(slice_take(&out, &in, 4));
	assert_false(slice_take(&out, &in, SIZE_MAX));
	assert_slice(out, NULL);
	assert_slice(in, "abc");
	assert_true(slice_take(&out, &in, 2));
	assert_slice(out, "ab");
	assert_slice(in, "c");
	assert_true(slice_take(&out, &in, 1));
	assert_true(slice_take(&out, &in, 0));
	assert_int_equal(out.n, 0);
}

static void parts_stay_inside(void **state)
{
	struct slice s = SLICE_LIT("abc");

	(void)state;
	assert_slice(slice_from(s, 0), "abc");
	assert_slice(slice_from(s, 2), "c");
	assert_slice(slice_from(s, 3), "");
	assert_slice(slice_from(s, SIZE_MAX), "");
	assert_slice(slice_from(SLICE_NONE, 1), NULL);
	assert_slice(slice_first(s, 2), "ab");
	assert_slice(slice_first(s, 9), "abc");
	assert_slice(slice_of(NULL), NULL);
}

static int sign(int n)
{
	return (n > 0) - (n < 0);
}

static void order_is_of_bytes(void **state)
{
	static const struct {
		const char *a, *b;
		int order;
	} cases[] = {
		{ "", "", 0 },    { "", "a", -1 },   { "a", "", 1 },         { "a", "b", -1 },
		{ "ab", "a", 1 }, { "a", "ab", -1 }, { "\xc3\xa4", "z", 1 }, { "same", "same", 0 },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		struct slice a = slice_of(cases[i].a);
		struct slice b = slice_of(cases[i].b);

		assert_int_equal(sign(slice_cmp(a, b)), cases[i].order);
		assert_int_equal(slice_eq(a, b), cases[i].order == 0);
	}
	assert_int_equal(slice_cmp(SLICE_NONE, SLICE_LIT("")), 0);
	assert_true(slice_eq_z(SLICE_LIT("x"), "x"));
	assert_false(slice_eq_z(SLICE_LIT("x"), "xy"));
}

static void case_is_ignored_for_ascii_alone(void **state)
{
	(void)state;
	assert_true(slice_eq_nocase(SLICE_LIT("Content-TYPE"), SLICE_LIT("content-type")));
	assert_false(slice_eq_nocase(SLICE_LIT("abc"), SLICE_LIT("abcd")));
	assert_false(slice_eq_nocase(SLICE_LIT("\xc3\x84"), SLICE_LIT("\xc3\xa4")));
	/* '[' is '{' without the bit that makes letters small. */
	assert_false(slice_eq_nocase(SLICE_LIT("["), SLICE_LIT("{")));
	assert_false(slice_eq_nocase(SLICE_LIT("@"), SLICE_LIT("`")));
}

static void prefixes_and_suffixes(void **state)
{
	struct slice s = SLICE_LIT("catalogue.xml");

	(void)state;
	assert_true(slice_starts_with(s, SLICE_LIT("cat")));
	assert_true(slice_starts_with(s, SLICE_LIT("")));
	assert_false(slice_starts_with(s, SLICE_LIT("Cat")));
	assert_true(slice_starts_with_nocase(s, SLICE_LIT("CAT")));
	assert_false(slice_starts_with(SLICE_LIT("ca"), SLICE_LIT("cat")));
	assert_true(slice_ends_with(s, SLICE_LIT(".xml")));
	assert_false(slice_ends_with(s, SLICE_LIT(".json")));
	assert_false(slice_ends_with(SLICE_LIT("l"), SLICE_LIT("xml")));
	assert_true(slice_ends_with(SLICE_NONE, SLICE_NONE));
}

static void trimming_removes_ascii_blanks(void **state)
{
	static const char *const cases[][2] = {
		{ "", "" },
		{ "  ", "" },
		{ " a b ", "a b" },
		{ "\r\n\ta\v\f", "a" },
		{ "a", "a" },
		{ "\xc2\xa0"
		  "a",
		  "\xc2\xa0"
		  "a" },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		struct slice exact = unit_exact(slice_of(cases[i][0]));

		assert_slice(slice_trim(exact), cases[i][1]);
		unit_exact_free(exact);
	}
	assert_slice(slice_trim(SLICE_NONE), NULL);
}

static void finding_gives_the_first_place(void **state)
{
	static const struct {
		const char *s, *needle;
		ptrdiff_t at, at_nocase;
	} cases[] = {
		{ "", "", 0, 0 },         { "", "a", -1, -1 },       { "abc", "", 0, 0 },
		{ "abcabc", "bc", 1, 1 }, { "abcABC", "ABC", 3, 0 }, { "abc", "abcd", -1, -1 },
		{ "aab", "ab", 1, 1 },    { "abc", "c", 2, 2 },      { "xyz", "C", -1, -1 },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		struct slice s = unit_exact(slice_of(cases[i].s));
		struct slice needle = slice_of(cases[i].needle);

		assert_int_equal(slice_find(s, needle), cases[i].at);
		assert_int_equal(slice_find_nocase(s, needle), cases[i].at_nocase);
		assert_int_equal(slice_contains(s, needle), cases[i].at >= 0);
		unit_exact_free(s);
	}
	assert_int_equal(slice_find_byte(SLICE_LIT("a,b"), ','), 1);
	assert_int_equal(slice_find_byte(SLICE_LIT("ab"), ','), -1);
	assert_int_equal(slice_find_byte(SLICE_NONE, ','), -1);
	assert_int_equal(slice_find(SLICE_NONE, SLICE_LIT("a")), -1);
}

static void splitting_keeps_empty_parts_between(void **state)
{
	static const struct {
		const char *text;
		size_t n;
		const char *parts[4];
	} cases[] = {
		{ "", 0, { NULL } },      { "a", 1, { "a" } },  { "a,,b", 3, { "a", "", "b" } },
		{ ",a", 2, { "", "a" } }, { "a,", 1, { "a" } }, { ",", 1, { "" } },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		struct slice whole = unit_exact(slice_of(cases[i].text));
		struct slice rest = whole;
		struct slice part;
		size_t n = 0;

		while (slice_split(&part, &rest, ',')) {
			assert_in_range(n, 0, cases[i].n - 1);
			assert_slice(part, cases[i].parts[n++]);
		}
		assert_int_equal(n, cases[i].n);
		assert_int_equal(rest.n, 0);
		unit_exact_free(whole);
	}
	struct slice none = SLICE_NONE;
	struct slice part;

	assert_false(slice_split(&part, &none, ','));
}

static void unsigned_numbers_are_digits_up_to_a_maximum(void **state)
{
	static const struct {
		const char *text;
		uint64_t max;
		bool is_read;
		uint64_t value;
	} cases[] = {
		{ "0", 0, true, 0 },
		{ "1", 0, false, 0 },
		{ "007", 9, true, 7 },
		{ "9", 8, false, 0 },
		{ "255", 255, true, 255 },
		{ "256", 255, false, 0 },
		{ "18446744073709551615", UINT64_MAX, true, UINT64_MAX },
		{ "18446744073709551616", UINT64_MAX, false, 0 },
		{ "99999999999999999999999", UINT64_MAX, false, 0 },
		{ "", UINT64_MAX, false, 0 },
		{ "-1", UINT64_MAX, false, 0 },
		{ "+1", UINT64_MAX, false, 0 },
		{ " 1", UINT64_MAX, false, 0 },
		{ "1 ", UINT64_MAX, false, 0 },
		{ "0x10", UINT64_MAX, false, 0 },
		{ "1e3", UINT64_MAX, false, 0 },
		{ "\xd9\xa1", UINT64_MAX, false, 0 },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		uint64_t value = 4711;

		assert_int_equal(slice_to_u64(&value, slice_of(cases[i].text), cases[i].max),
				 cases[i].is_read);
		assert_int_equal(value, cases[i].is_read ? cases[i].value : 4711);
	}
}

static void signed_numbers_have_both_bounds(void **state)
{
	static const struct {
		const char *text;
		int64_t min, max;
		bool is_read;
		int64_t value;
	} cases[] = {
		{ "-1", -1, 1, true, -1 },
		{ "-2", -1, 1, false, 0 },
		{ "2", -1, 1, false, 0 },
		{ "-0", 0, 0, true, 0 },
		{ "9223372036854775807", INT64_MIN, INT64_MAX, true, INT64_MAX },
		{ "9223372036854775808", INT64_MIN, INT64_MAX, false, 0 },
		{ "-9223372036854775808", INT64_MIN, INT64_MAX, true, INT64_MIN },
		{ "-9223372036854775809", INT64_MIN, INT64_MAX, false, 0 },
		{ "5", 6, 9, false, 0 },
		{ "-", INT64_MIN, INT64_MAX, false, 0 },
		{ "--1", INT64_MIN, INT64_MAX, false, 0 },
		{ "", INT64_MIN, INT64_MAX, false, 0 },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		int64_t value = 4711;

		assert_int_equal(
			slice_to_i64(&value, slice_of(cases[i].text), cases[i].min, cases[i].max),
			cases[i].is_read);
		assert_int_equal(value, cases[i].is_read ? cases[i].value : 4711);
	}
}

static void decimals_are_scaled_exactly(void **state)
{
	static const struct {
		const char *text;
		unsigned digits;
		int64_t max;
		bool is_read;
		int64_t value;
	} cases[] = {
		{ "7,5", 1, 1000, true, 75 },
		{ "7.5", 1, 1000, true, 75 },
		{ "7", 1, 1000, true, 70 },
		{ "7.50", 1, 1000, true, 75 },
		{ "7.000", 0, 1000, true, 7 },
		{ "7.25", 1, 1000, false, 0 },
		{ "0.000001", 6, 1000, true, 1 },
		{ "100", 1, 1000, true, 1000 },
		{ "100.1", 1, 1000, false, 0 },
		{ "9223372036854775807", 0, INT64_MAX, true, INT64_MAX },
		{ "9223372036854775807", 1, INT64_MAX, false, 0 },
		{ "922337203685477580.7", 1, INT64_MAX, true, INT64_MAX },
		{ "922337203685477580.8", 1, INT64_MAX, false, 0 },
		{ "0", 1, 0, true, 0 },
		{ "0.0", 1, 0, true, 0 },
		{ "0.1", 1, 0, false, 0 },
		{ "5", 0, -1, false, 0 },
		{ "1.234.5", 1, 100000, false, 0 },
		{ "1,234.5", 1, 100000, false, 0 },
		{ "1.000,0", 1, 100000, false, 0 },
		{ ".5", 1, 1000, false, 0 },
		{ "5.", 1, 1000, false, 0 },
		{ ".", 1, 1000, false, 0 },
		{ "", 1, 1000, false, 0 },
		{ "-1", 1, 1000, false, 0 },
		{ "1e1", 1, 1000, false, 0 },
		{ "1. 5", 2, 1000, false, 0 },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		struct slice text = unit_exact(slice_of(cases[i].text));
		int64_t value = 4711;

		if (slice_to_scaled(&value, text, cases[i].digits, cases[i].max) !=
		    cases[i].is_read)
			fail_msg("\"%s\" scaled by %u", cases[i].text, cases[i].digits);
		assert_int_equal(value, cases[i].is_read ? cases[i].value : 4711);
		unit_exact_free(text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(take_refuses_more_than_there_is),
		cmocka_unit_test(parts_stay_inside),
		cmocka_unit_test(order_is_of_bytes),
		cmocka_unit_test(case_is_ignored_for_ascii_alone),
		cmocka_unit_test(prefixes_and_suffixes),
		cmocka_unit_test(trimming_removes_ascii_blanks),
		cmocka_unit_test(finding_gives_the_first_place),
		cmocka_unit_test(splitting_keeps_empty_parts_between),
		cmocka_unit_test(unsigned_numbers_are_digits_up_to_a_maximum),
		cmocka_unit_test(signed_numbers_have_both_bounds),
		cmocka_unit_test(decimals_are_scaled_exactly),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
