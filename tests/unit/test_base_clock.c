// SPDX-License-Identifier: EUPL-1.2
/* Tests of base/clock: the calendar, the forms of dates, and moving the clock. */
#include "base/clock.h"

#include "tests/support/unit.h"

#include <inttypes.h>
#include <time.h>

static void the_calendar_agrees_with_a_walk_day_by_day(void **state)
{
	struct civil c = { 1, 1, 1 };
	int32_t day = days_from_civil(c);

	(void)state;
	assert_int_equal(day, -719162);
	for (; c.year <= 9999; day++) {
		struct civil back = civil_from_days(day);

		if (days_from_civil(c) != day || back.year != c.year || back.month != c.month ||
		    back.day != c.day || !civil_is_valid(c))
			fail_msg("%d-%d-%d is day %d", (int)c.year, c.month, c.day, (int)day);
		if (c.day < civil_days_in_month(c.year, c.month)) {
			c.day++;
		} else {
			c.day = 1;
			c.month = c.month < 12 ? (uint8_t)(c.month + 1) : 1;
			c.year += c.month == 1;
		}
	}
	assert_int_equal(day, 2932897);
}

static void leap_years_are_gregorian(void **state)
{
	static const struct {
		struct civil date;
		bool is_valid;
	} cases[] = {
		{ { 2024, 2, 29 }, true },  { { 2023, 2, 29 }, false }, { { 2000, 2, 29 }, true },
		{ { 1900, 2, 29 }, false }, { { 2026, 13, 1 }, false }, { { 2026, 0, 1 }, false },
		{ { 2026, 4, 31 }, false }, { { 2026, 4, 0 }, false },  { { 0, 1, 1 }, false },
		{ { 10000, 1, 1 }, false }, { { 9999, 12, 31 }, true }, { { -4, 2, 1 }, false },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++)
		assert_int_equal(civil_is_valid(cases[i].date), cases[i].is_valid);
	assert_int_equal(civil_days_in_month(2026, 13), 0);
}

static void moments_are_written_in_utc(void **state)
{
	static const struct {
		int64_t time_s;
		const char *text, *http;
		int32_t day;
	} cases[] = {
		{ 0, "1970-01-01T00:00:00Z", "Thu, 01 Jan 1970 00:00:00 GMT", 0 },
		{ -1, "1969-12-31T23:59:59Z", "Wed, 31 Dec 1969 23:59:59 GMT", -1 },
		{ 784111777, "1994-11-06T08:49:37Z", "Sun, 06 Nov 1994 08:49:37 GMT", 9075 },
		{ 1795255200, "2026-11-21T10:00:00Z", "Sat, 21 Nov 2026 10:00:00 GMT", 20778 },
		{ 253402300799, "9999-12-31T23:59:59Z", "Fri, 31 Dec 9999 23:59:59 GMT", 2932896 },
		{ -62135596800, "0001-01-01T00:00:00Z", "Mon, 01 Jan 0001 00:00:00 GMT", -719162 },
		/* outside of the calendar: its ends */
		{ INT64_MAX, "9999-12-31T23:59:59Z", "Fri, 31 Dec 9999 23:59:59 GMT", 2932896 },
		{ INT64_MIN, "0001-01-01T00:00:00Z", "Mon, 01 Jan 0001 00:00:00 GMT", -719162 },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		char text[CLOCK_TEXT_BYTES];
		char http[32];

		clock_format(text, cases[i].time_s);
		assert_string_equal(text, cases[i].text);
		clock_format_http(http, cases[i].time_s);
		assert_string_equal(http, cases[i].http);
		assert_int_equal(clock_day_of(cases[i].time_s), cases[i].day);
		clock_format_day(text, cases[i].day);
		assert_memory_equal(text, cases[i].text, 10);
		assert_int_equal(strlen(text), 10);
	}
}

/* Agrees with the C library, which is asked in a test alone. */
static void moments_agree_with_gmtime(void **state)
{
	(void)state;
	for (int64_t t = -30000000000; t < 200000000000; t += 98765431) {
		char text[CLOCK_TEXT_BYTES];
		char http[32];
		char expected[64];
		time_t time = (time_t)t;
		struct tm tm;
		int64_t back = 0;

		assert_non_null(gmtime_r(&time, &tm));
		snprintf(expected, sizeof(expected), "%04d-%02d-%02dT%02d:%02d:%02dZ",
			 tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min,
			 tm.tm_sec);
		clock_format(text, t);
		assert_string_equal(text, expected);
		assert_true(clock_parse(&back, slice_of(text)));
		assert_int_equal(back, t);
		strftime(expected, sizeof(expected), "%a, %d %b %Y %H:%M:%S GMT", &tm);
		clock_format_http(http, t);
		assert_string_equal(http, expected);
		assert_true(clock_parse_http(&back, slice_of(http)));
		assert_int_equal(back, t);
	}
}

static void rfc3339_is_read_with_any_zone(void **state)
{
	static const struct {
		const char *text;
		bool is_read;
		int64_t time_s;
	} cases[] = {
		{ "2026-11-21T10:00:00Z", true, 1795255200 },
		{ "2026-11-21t10:00:00z", true, 1795255200 },
		{ "2026-11-21 10:00:00Z", true, 1795255200 },
		{ "2026-11-21T12:00:00+02:00", true, 1795255200 },
		{ "2026-11-21T04:30:00-05:30", true, 1795255200 },
		{ "2026-11-21T10:00:00.123456789012Z", true, 1795255200 },
		{ "2026-11-22T00:00:00+14:00", true, 1795255200 },
		{ "1990-12-31T23:59:60Z", true, 662688000 },
		{ "2026-11-21T10:00:00", false, 0 },
		{ "2026-11-21T10:00:00.Z", false, 0 },
		{ "2026-11-21T10:00:00+0200", false, 0 },
		{ "2026-11-21T10:00:00+24:00", false, 0 },
		{ "2026-11-21T10:00:00Zx", false, 0 },
		{ "2026-11-21T24:00:00Z", false, 0 },
		{ "2026-11-21T10:60:00Z", false, 0 },
		{ "2026-11-21T10:00:61Z", false, 0 },
		{ "2026-02-29T10:00:00Z", false, 0 },
		{ "0000-01-01T00:00:00Z", false, 0 },
		{ "2026-11-21", false, 0 },
		{ "26-11-21T10:00:00Z", false, 0 },
		{ "+2026-11-21T10:00:00Z", false, 0 },
		{ "", false, 0 },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		struct slice text = unit_exact(slice_of(cases[i].text));
		int64_t time_s = 4711;

		if (clock_parse(&time_s, text) != cases[i].is_read)
			fail_msg("\"%s\"", cases[i].text);
		assert_int_equal(time_s, cases[i].is_read ? cases[i].time_s : 4711);
		unit_exact_free(text);
	}
}

static void days_are_read_strictly(void **state)
{
	int32_t day = 4711;

	(void)state;
	assert_true(clock_parse_day(&day, SLICE_LIT("2026-11-21")));
	assert_int_equal(day, 20778);
	day = 4711;
	assert_false(clock_parse_day(&day, SLICE_LIT("2026-11-31")));
	assert_false(clock_parse_day(&day, SLICE_LIT("2026-11")));
	assert_false(clock_parse_day(&day, SLICE_LIT("2026-11-21T")));
	assert_false(clock_parse_day(&day, SLICE_LIT("2026-1-21")));
	assert_false(clock_parse_day(&day, SLICE_NONE));
	assert_int_equal(day, 4711);
}

static void http_dates_have_three_forms(void **state)
{
	static const struct {
		const char *text;
		bool is_read;
		int64_t time_s;
	} cases[] = {
		{ "Sun, 06 Nov 1994 08:49:37 GMT", true, 784111777 },
		{ "Sunday, 06-Nov-94 08:49:37 GMT", true, 784111777 },
		{ "Sun Nov  6 08:49:37 1994", true, 784111777 },
		{ "Wed Nov 16 08:49:37 1994", true, 784975777 },
		{ "Sun, 06 Nov 1994 08:49:37 UTC", false, 0 },
		{ "Sun, 06 Nov 1994 08:49:37", false, 0 },
		{ "Sun, 06-Nov-94 08:49:37 GMT", false, 0 },
		{ "Sunday, 06 Nov 1994 08:49:37 GMT", false, 0 },
		{ "Sun, 6 Nov 1994 08:49:37 GMT", false, 0 },
		{ "Sun, 06 nov 1994 08:49:37 GMT", false, 0 },
		{ "Xyz, 06 Nov 1994 08:49:37 GMT", false, 0 },
		{ "Sun, 31 Nov 1994 08:49:37 GMT", false, 0 },
		{ "Sun, 06 Nov 1994 08:49:37 GMT ", false, 0 },
		{ "Sun, 06 Nov 0000 08:49:37 GMT", false, 0 },
		{ "Sun Nov 06 08:49:37 94", false, 0 },
		{ "Sun", false, 0 },
		{ "120", false, 0 },
		{ "", false, 0 },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		struct slice text = unit_exact(slice_of(cases[i].text));
		int64_t time_s = 4711;

		if (clock_parse_http(&time_s, text) != cases[i].is_read)
			fail_msg("\"%s\"", cases[i].text);
		assert_int_equal(time_s, cases[i].is_read ? cases[i].time_s : 4711);
		unit_exact_free(text);
	}
}

static void move_clock_to(int64_t time_s)
{
	clock_set_offset_s(0);
	clock_set_offset_s(time_s - clock_now_s());
}

static void two_digits_are_a_year_within_fifty(void **state)
{
	int64_t time_s;
	char text[CLOCK_TEXT_BYTES];

	(void)state;
	move_clock_to(1795255200); /* 2026 */
	assert_true(clock_parse_http(&time_s, SLICE_LIT("Sunday, 06-Nov-76 08:49:37 GMT")));
	clock_format(text, time_s);
	assert_memory_equal(text, "2076", 4);
	assert_true(clock_parse_http(&time_s, SLICE_LIT("Sunday, 06-Nov-77 08:49:37 GMT")));
	clock_format(text, time_s);
	assert_memory_equal(text, "1977", 4);
	clock_set_offset_s(0);
}

static void the_clock_can_be_moved(void **state)
{
	int64_t real_s = (int64_t)time(NULL);

	(void)state;
	clock_set_offset_s(0);
	assert_in_range(clock_now_s() - real_s + 2, 0, 60);
	clock_set_offset_s(-1000000);
	assert_in_range(clock_now_s() - real_s + 1000002, 0, 60);
	clock_set_offset_s(0);
}

static void running_time_never_goes_back(void **state)
{
	uint64_t before_us = clock_mono_us();

	(void)state;
	for (int i = 0; i < 1000; i++) {
		uint64_t now_us = clock_mono_us();

		assert_true(now_us >= before_us);
		before_us = now_us;
	}
	assert_true(clock_mono_ms() >= before_us / 1000);
}

/* In a process of its own, because the variable is read once. */
static void the_environment_moves_the_clock(void **state)
{
	static const struct {
		const char *value;
		int64_t offset_s;
	} cases[] = { { "86400", 86400 }, { "-86400", -86400 }, { "tomorrow", 0 }, { "", 0 } };

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		int64_t real_s = (int64_t)time(NULL);
		char got[32] = "";
		FILE *out;

		setenv("MICROCAT_TEST_CLOCK_OFFSET_S", cases[i].value, 1);
		out = popen("exec \"$MICROCAT_TEST_SELF\" --print-now", "re");
		assert_non_null(out);
		assert_non_null(fgets(got, sizeof(got), out));
		assert_int_equal(pclose(out), 0);
		assert_in_range(strtoll(got, NULL, 10) - real_s - cases[i].offset_s + 2, 0, 60);
	}
	unsetenv("MICROCAT_TEST_CLOCK_OFFSET_S");
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_calendar_agrees_with_a_walk_day_by_day),
		cmocka_unit_test(leap_years_are_gregorian),
		cmocka_unit_test(moments_are_written_in_utc),
		cmocka_unit_test(moments_agree_with_gmtime),
		cmocka_unit_test(rfc3339_is_read_with_any_zone),
		cmocka_unit_test(days_are_read_strictly),
		cmocka_unit_test(http_dates_have_three_forms),
		cmocka_unit_test(two_digits_are_a_year_within_fifty),
		cmocka_unit_test(the_clock_can_be_moved),
		cmocka_unit_test(running_time_never_goes_back),
		cmocka_unit_test(the_environment_moves_the_clock),
	};

	if (argc == 2 && strcmp(argv[1], "--print-now") == 0) {
		printf("%" PRId64 "\n", clock_now_s());
		return 0;
	}
	setenv("MICROCAT_TEST_SELF", argv[0], 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
