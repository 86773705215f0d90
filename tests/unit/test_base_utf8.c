// SPDX-License-Identifier: EUPL-1.2
/* Tests of base/utf8: what is well-formed, maximal subparts, and cutting. */
#include "base/utf8.h"

#include "tests/support/unit.h"

enum { FFFD = UTF8_REPLACEMENT };

static void text_becomes_code_points(void **state)
{
	static const struct {
		const char *text;
		size_t n;
		uint32_t points[8];
		size_t valid_prefix;
	} cases[] = {
		{ "", 0, { 0 }, 0 },
		{ "a\xc3\xa4\xe2\x82\xac\xf0\x9f\x8e\x93", 4, { 'a', 0xe4, 0x20ac, 0x1f393 }, 10 },
		/* the ends of each length */
		{ "\x7f\xc2\x80\xdf\xbf\xe0\xa0\x80", 4, { 0x7f, 0x80, 0x7ff, 0x800 }, 8 },
		{ "\xed\x9f\xbf\xee\x80\x80\xef\xbf\xbf\xf0\x90\x80\x80\xf4\x8f\xbf\xbf",
		  5,
		  { 0xd7ff, 0xe000, 0xffff, 0x10000, 0x10ffff },
		  17 },
		/* overlong, surrogate, too large */
		{ "\xc0\xaf", 2, { FFFD, FFFD }, 0 },
		{ "\xe0\x80\xaf", 3, { FFFD, FFFD, FFFD }, 0 },
		{ "\xf0\x80\x80\xaf", 4, { FFFD, FFFD, FFFD, FFFD }, 0 },
		{ "x\xed\xa0\x80", 4, { 'x', FFFD, FFFD, FFFD }, 1 },
		{ "\xf4\x90\x80\x80", 4, { FFFD, FFFD, FFFD, FFFD }, 0 },
		{ "\xf5\xff", 2, { FFFD, FFFD }, 0 },
		/* cut short: one replacement for what was right so far */
		{ "\xe2\x82", 1, { FFFD }, 0 },
		{ "\xf0\x9f\x8e", 1, { FFFD }, 0 },
		{ "\xf0\x9f\x8e"
		  "a",
		  2,
		  { FFFD, 'a' },
		  0 },
		{ "\xc3", 1, { FFFD }, 0 },
		{ "\xc3\xc3\xa4", 2, { FFFD, 0xe4 }, 0 },
		{ "\x80z", 2, { FFFD, 'z' }, 0 },
		/* table 3-8 of the Unicode Standard */
		{ "\xe1\x80\xe2\xf0\x91\x92\xf1\xbf\x41", 5, { FFFD, FFFD, FFFD, FFFD, 'A' }, 0 },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		struct slice whole = unit_exact(slice_of(cases[i].text));
		struct slice rest = whole;
		uint32_t point;
		size_t n = 0;

		while (utf8_next(&point, &rest)) {
			assert_in_range(n, 0, cases[i].n - 1);
			assert_int_equal(point, cases[i].points[n++]);
		}
		assert_int_equal(n, cases[i].n);
		assert_int_equal(utf8_valid_prefix(whole), cases[i].valid_prefix);
		assert_int_equal(utf8_is_valid(whole), cases[i].valid_prefix == whole.n);
		unit_exact_free(whole);
	}
}

static void a_malformed_byte_is_found_at_any_offset(void **state)
{
	(void)state;
	for (size_t n = 1; n < 40; n++) {
		for (size_t at = 0; at < n; at++) {
			char *text = malloc(n);

			assert_non_null(text);
			memset(text, 'a', n);
			assert_int_equal(utf8_valid_prefix(slice_make(text, n)), n);
			text[at] = (char)0xff;
			assert_int_equal(utf8_valid_prefix(slice_make(text, n)), at);
			free(text);
		}
	}
}

static void every_code_point_survives_writing_and_reading(void **state)
{
	(void)state;
	for (uint32_t c = 0; c <= 0x110000; c++) {
		bool is_scalar = c <= 0x10ffff && (c < 0xd800 || c > 0xdfff);
		char bytes[4];
		struct slice s = slice_make(bytes, utf8_encode(bytes, c));
		struct slice rest = s;
		uint32_t back = 0;

		if (!utf8_is_valid(s) || !utf8_next(&back, &rest) || rest.n != 0 ||
		    back != (is_scalar ? c : FFFD) || utf8_count(s) != 1)
			fail_msg("U+%04X", (unsigned)c);
	}
}

static void cutting_ends_between_code_points(void **state)
{
	static const struct {
		const char *text;
		size_t max;
		const char *cut;
	} cases[] = {
		{ "abc", 3, "abc" },
		{ "abc", 2, "ab" },
		{ "abc", 0, "" },
		{ "a\xc3\xa4", 2, "a" },
		{ "a\xc3\xa4", 3, "a\xc3\xa4" },
		{ "\xe2\x82\xac", 2, "" },
		{ "x\xf0\x9f\x8e\x93", 4, "x" },
		{ "x\xf0\x9f\x8e\x93y", 5, "x\xf0\x9f\x8e\x93" },
		/* no UTF-8: cut where asked */
		{ "\x80\x80\x80\x80\x80\x80", 5, "\x80\x80\x80\x80\x80" },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++)
		assert_slice(utf8_first(slice_of(cases[i].text), cases[i].max), cases[i].cut);
	assert_slice(utf8_first(SLICE_NONE, 0), NULL);
}

static void counting_counts_code_points(void **state)
{
	(void)state;
	assert_int_equal(utf8_count(SLICE_LIT("")), 0);
	assert_int_equal(utf8_count(SLICE_LIT("a\xc3\xa4\xe2\x82\xac\xf0\x9f\x8e\x93")), 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_becomes_code_points),
		cmocka_unit_test(a_malformed_byte_is_found_at_any_offset),
		cmocka_unit_test(every_code_point_survives_writing_and_reading),
		cmocka_unit_test(cutting_ends_between_code_points),
		cmocka_unit_test(counting_counts_code_points),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
