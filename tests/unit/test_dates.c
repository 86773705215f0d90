// SPDX-License-Identifier: EUPL-1.2
/*
 * Dates, terms, durations and whether one can apply.
 */
#include "base/clock.h"
#include "base/mem.h"
#include "catalogue/readers.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
/* After what it needs. */
#include <cmocka.h>

static void dates_are_read_as_machines_write_them(void **state)
{
	static const struct {
		const char *text, *format, *date; /* "" for none */
	} rows[] = {
		{ "2027-09-15", NULL, "2027-09-15" },
		{ "2027-09", NULL, "2027-09" },
		{ "2027", NULL, "2027" },
		{ " 2027-09-15 ", NULL, "2027-09-15" },
		{ "2019-08-21T00:00:00.000Z", NULL, "2019-08-21" },
		{ "2016-10-15T00:00:00+02:00", NULL, "2016-10-15" },
		{ "2021-05-07Z", NULL, "2021-05-07" },
		{ "2026-02-18+01:00", NULL, "2026-02-18" },
		{ "2026-02-18 10:00:00", NULL, "2026-02-18" },
		{ "2026-02-18T10:00+02:00[Europe/Paris]", NULL, "2026-02-18" },
		{ "2027/09/15", NULL, "2027-09-15" },
		{ "20270915", NULL, "2027-09-15" },
		{ "20260000", NULL, "2026" },
		{ "20260900", NULL, "2026-09" },
		{ "20270915T100000", NULL, "2027-09-15" },
		{ "Fri, 15 Jan 2027 10:00:00 GMT", NULL, "2027-01-15" },
		{ "1800000000", NULL, "2027-01-15" },
		{ "1800000000000", NULL, "2027-01-15" },
		{ "15.1.2027", "dd.MM.yyyy", "2027-01-15" },
		{ "15.01.2027 12:30", "dd.MM.yyyy", "2027-01-15" },
		{ "15/01/27", "dd/MM/yy", "2027-01-15" },
		{ "01/15/2027 10:00", "MM/dd/yyyy HH:mm", "2027-01-15" },
		{ "01/15/2027", "MM/dd/yyyy HH:mm", "2027-01-15" },
		{ "2027-01-15", "dd.MM.yyyy", "2027-01-15" },
		{ "15.01.2027", NULL, "2027-01-15" },
		{ "1.9.2027", NULL, "2027-09-01" },
		{ "1.9.2027 09:30", "yyyy-MM-dd", "2027-09-01" },
		/* not without a format, not at all, and what stands for nothing */
		{ "01/02/2027", NULL, "" },
		{ "15.01.27", NULL, "" },
		{ "15.13.2027", NULL, "" },
		{ "15.01.2027", "MM.dd.yyyy", "" },
		{ "32.01.2027", "dd.MM.yyyy", "" },
		{ "2027-02-30", NULL, "" },
		{ "2027-13", NULL, "" },
		{ "2027-00-01", NULL, "" },
		{ "2027-09-15x", NULL, "" },
		{ "15 Nonsuch 2027", NULL, "" },
		{ "30 February 2027", NULL, "" },
		{ "15 January", NULL, "" },
		{ "15-17 January 2027", NULL, "2027-01-15" },
		{ "15 January 2027", "MM/dd/yyyy", "2027-01-15" },
		{ "1.10.2027 - 31.1.2028", NULL, "2027-10-01" },
		{ "Start: 01.02.2027", "MM/dd/yyyy", "" },
		{ "0001-01-01", NULL, "" },
		{ "1970-01-01T00:00:00Z", NULL, "" },
		{ "1999-11-30", NULL, "" },
		{ "2030-01-01T00:00:00Z", NULL, "2030-01-01" }, /* none for Open edX only */
		{ "9999-12-31", NULL, "" },
		{ "0", NULL, "" },
		{ "", NULL, "" },
		{ "autumn", NULL, "" },
	};

	(void)state;
	for (size_t i = 0; i < countof(rows); i++) {
		struct hint hint = { .date_format = slice_of(rows[i].format) };
		struct reading reading = { 0 };
		struct date d = { 0 };
		char text[DATE_TEXT_BYTES];
		bool is_read = date_read(&d, slice_of(rows[i].text), &hint, &reading);

		date_format(text, d);
		if (strcmp(text, rows[i].date) != 0 || is_read != (rows[i].date[0] != '\0'))
			fail_msg("%s: \"%s\", expected \"%s\"", rows[i].text, text, rows[i].date);
		if (is_read)
			assert_true(reading.from == FROM_DECLARED && reading.rule[0] != '\0');
	}
}

static void terms_become_ranges(void **state)
{
	static const struct {
		const char *text, *country, *first, *last;
	} rows[] = {
		{ "autumn 2027", NULL, "2027-08", "2027-12" },
		{ "Fall 2027", NULL, "2027-08", "2027-12" },
		{ "HT27", "SE", "2027-08", "2027-12" },
		{ "VT 2027", "SE", "2027-01", "2027-06" },
		{ "ht-27", "SE", "2027-08", "2027-12" },
		{ "kev\303\244t 2027", "FI", "2027-01", "2027-06" },
		{ "kev\303\244\303\244ll\303\244 2027", "FI", "2027-01", "2027-06" },
		{ "syksyll\303\244 2027", "FI", "2027-08", "2027-12" },
		{ "syyskuu 2027", "FI", "2027-09", "2027-09" },
		{ "kes\303\244kuussa 2027", "FI", "2027-06", "2027-06" },
		{ "kes\303\244 2027", "FI", "2027-05", "2027-09" },
		{ "H\303\270st 2027", "NO", "2027-08", "2027-12" },
		{ "WiSe 2027/28", "DE", "2027-10", "2028-03" },
		{ "Wintersemester 2027/2028", "DE", "2027-10", "2028-03" },
		{ "WS 27/28", "DE", "2027-10", "2028-03" },
		{ "SoSe 2028", "DE", "2028-04", "2028-09" },
		{ "S1 2027", "FR", "2027-08", "2028-01" },
		{ "S2 2027", "FR", "2027-01", "2027-07" },
		{ "Semester 2, 2027/28", "IE", "2028-01", "2028-07" },
		{ "2027/28 semester 1", "IE", "2027-08", "2028-01" },
		{ "Semester 1 2027", "AU", "2027-02", "2027-06" },
		{ "1er semestre 2027-2028", "FR", "2027-08", "2028-01" },
		{ "Q2 2027", NULL, "2027-04", "2027-06" },
		{ "Quartile 1 2027/28", "NL", "2027-09", "2027-11" },
		{ "Period II 2027-2028", "FI", "2027-10", "2027-12" },
		{ "September 2027", NULL, "2027-09", "2027-09" },
		{ "September to December 2027", NULL, "2027-09", "2027-12" },
		{ "14-15 Mars 2025", "FR", "2025-03", "2025-03" },
		{ "spring 2027/28", NULL, "2028-01", "2028-06" },
		{ "m\303\244rz 2027", "DE", "2027-03", "2027-03" },
		{ "autumn", NULL, "", "" },
		{ "Quartile 2", NULL, "", "" },
		{ "2027", NULL, "", "" },
		{ "Marketing 2027", NULL, "", "" },
		{ "", NULL, "", "" },
	};

	(void)state;
	for (size_t i = 0; i < countof(rows); i++) {
		struct hint hint = { .country = slice_of(rows[i].country) };
		struct reading reading = { 0 };
		struct date first = { 0 }, last = { 0 };
		char from[DATE_TEXT_BYTES], to[DATE_TEXT_BYTES];
		bool is_read = term_read(&first, &last, slice_of(rows[i].text), &hint, &reading);

		date_format(from, first);
		date_format(to, last);
		if (strcmp(from, rows[i].first) != 0 || strcmp(to, rows[i].last) != 0)
			fail_msg("%s: %s to %s, expected %s to %s", rows[i].text, from, to,
				 rows[i].first, rows[i].last);
		if (is_read)
			assert_int_equal(reading.from, FROM_INFERRED);
	}
}

static void durations_are_days(void **state)
{
	static const struct {
		const char *text;
		int32_t days; /* 0: none */
	} rows[] = {
		{ "P6W", 42 },      { "P1M", 30 },    { "P1Y", 365 },    { "P3D", 3 },
		{ "P1DT30H4S", 1 }, { "P2M15D", 75 }, { "PT30H", 0 },    { "-P3D", 0 },
		{ "P-3D", 0 },      { "P", 0 },       { "6 weeks", 42 }, { "P0D", 0 },
		{ "P99999Y", 0 },   { "P3X", 0 },     { "", 0 },
	};

	(void)state;
	for (size_t i = 0; i < countof(rows); i++) {
		int32_t days = 0;
		bool is_read = duration_days_read(&days, slice_of(rows[i].text));

		assert_int_equal(days, rows[i].days);
		assert_int_equal(is_read, rows[i].days > 0);
	}
}

static struct date day_of(const char *text)
{
	struct date d = { 0 };

	(void)date_parse(&d, slice_of(text));
	return d;
}

static void one_can_apply_until_the_last_day(void **state)
{
	static const struct {
		const char *from, *until, *start, *end;
		enum tri rolling;
		const char *today, *expected;
	} rows[] = {
		{ "2026-10-01", "2026-12-01", "2027-01-15", "", TRI_UNKNOWN, "2026-09-30",
		  "opens" },
		{ "2026-10-01", "2026-12-01", "2027-01-15", "", TRI_UNKNOWN, "2026-10-01", "open" },
		{ "2026-10-01", "2026-12-01", "2027-01-15", "", TRI_UNKNOWN, "2026-12-01", "open" },
		{ "2026-10-01", "2026-12-01", "2027-01-15", "", TRI_UNKNOWN, "2026-12-02",
		  "closed" },
		{ "", "2026-12", "", "", TRI_UNKNOWN, "2026-12-31", "open" },
		{ "", "2026-12", "", "", TRI_UNKNOWN, "2027-01-01", "closed" },
		{ "2026-10-01", "", "2027-01-15", "", TRI_UNKNOWN, "2026-11-01", "open" },
		{ "2026-10-01", "", "2027-01-15", "", TRI_UNKNOWN, "2027-02-01", "unknown" },
		{ "", "", "2027-01-15", "", TRI_UNKNOWN, "2026-11-01", "unknown" },
		{ "", "", "", "", TRI_TRUE, "2026-11-01", "rolling" },
		{ "", "2026-12-01", "", "", TRI_TRUE, "2026-12-02", "closed" },
		{ "2027-01-01", "", "", "", TRI_TRUE, "2026-12-02", "opens" },
		{ "", "", "2026-01-01", "2026-06-30", TRI_TRUE, "2026-07-01", "closed" },
		{ "", "", "", "", TRI_FALSE, "2026-11-01", "unknown" },
	};

	(void)state;
	for (size_t i = 0; i < countof(rows); i++) {
		struct session s = { .apply_from = day_of(rows[i].from),
				     .apply_until = day_of(rows[i].until),
				     .start = day_of(rows[i].start),
				     .start_max = day_of(rows[i].start),
				     .end = day_of(rows[i].end),
				     .rolling = rows[i].rolling };
		const char *name = application_state_name(
			session_application_state(&s, date_first_day(day_of(rows[i].today))));

		if (strcmp(name, rows[i].expected) != 0)
			fail_msg("row %zu: %s, expected %s", i, name, rows[i].expected);
	}
	assert_string_equal(application_state_name((enum application_state)99), "unknown");
}

static void of_several_days_the_one_that_is_asked_for_is_taken(void **state)
{
	static const struct {
		const char *text;
		const char *dates[4]; /* by role */
	} rows[] = {
		{ "4-8 October 2027", { "2027-10-04", "2027-10-08", "2027-10-04", "2027-10-08" } },
		{ "4.10.-17.12.2027", { "2027-10-04", "2027-12-17", "2027-10-04", "2027-12-17" } },
		{ "28 December - 3 January 2028",
		  { "2027-12-28", "2028-01-03", "2027-12-28", "2028-01-03" } },
		{ "Apply by 1 May 2027, start 4 October 2027",
		  { "2027-10-04", "", "2027-05-01", "2027-05-01" } },
		{ "from 4 October 2027 until 17 December 2027",
		  { "2027-10-04", "2027-12-17", "", "2027-12-17" } },
		{ "until 17 December 2027", { "", "2027-12-17", "2027-12-17", "2027-12-17" } },
		{ "Updated 4 October 2027", { "", "", "", "" } },
		{ "4 October 2027, 1 October 2027", { "", "", "", "" } }, /* not rising */
	};

	(void)state;
	for (size_t i = 0; i < countof(rows); i++) {
		for (size_t role = 0; role < countof(rows[i].dates); role++) {
			struct hint hint = { .date_role = (enum date_role)role };
			struct date d = { 0 };
			char text[DATE_TEXT_BYTES];

			(void)date_read(&d, slice_of(rows[i].text), &hint, NULL);
			date_format(text, d);
			if (strcmp(text, rows[i].dates[role]) != 0)
				fail_msg("%s, role %zu: \"%s\", expected \"%s\"", rows[i].text,
					 role, text, rows[i].dates[role]);
		}
	}
}

static uint32_t next_random(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 8;
}

static void any_bytes_are_read_without_harm(void **state)
{
	static const char alphabet[] = "0123456789-/.: TZPYMWDHSQautumn\303\244+,\377";
	static const char *const formats[] = { NULL, "dd.MM.yyyy", "yy", "dMy H", "ddd", "x" };
	uint32_t seed = 5;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		char text[40];
		struct hint hint = { .date_format = slice_of(
					     formats[next_random(&seed) % countof(formats)]) };
		struct date first = { 0 }, last = { 0 };
		size_t n = next_random(&seed) % sizeof text;
		int32_t days = 0;

		for (size_t i = 0; i < n; i++)
			text[i] = alphabet[next_random(&seed) % (sizeof alphabet - 1)];
		if (date_read(&first, slice_make(text, n), &hint, NULL)) {
			struct date again;
			char form[DATE_TEXT_BYTES];

			date_format(form, first);
			assert_true(date_parse(&again, slice_of(form)));
		}
		if (term_read(&first, &last, slice_make(text, n), &hint, NULL))
			assert_true(date_first_day(first) <= date_last_day(last));
		if (duration_days_read(&days, slice_make(text, n)))
			assert_true(days > 0);
	}
}

static void a_pattern_that_cannot_be_read_is_told(void **state)
{
	static const struct {
		const char *pattern;
		bool is_good;
	} rows[] = {
		{ "dd.MM.yyyy", true },
		{ "d/M/yy", true },
		{ "yyyy. MM. dd. HH:mm", true },
		{ "yyyy-MM-ddTHH:mm:ss", true },
		{ "MM/yyyy", true },
		{ "ddMMyyyy", true },
		{ "", false },
		{ "foo", false },
		{ "DD.MM.YYYY", false },
		{ "dd.mm.yyyy", false },
		{ "dd.MMM.yyyy", false },
		{ "dd.MM", false },
		{ "dd.yyyy", false },
		{ "dd.dd.MM.yyyy", false },
		{ "dd.MM.yyy", false },
		{ "yyyy-MM-ddT", false },
		{ "%d.%m.%Y", false },
	};

	(void)state;
	for (size_t i = 0; i < countof(rows); i++)
		if (date_format_is_good(slice_of(rows[i].pattern)) != rows[i].is_good)
			fail_msg("\"%s\"", rows[i].pattern);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dates_are_read_as_machines_write_them),
		cmocka_unit_test(terms_become_ranges),
		cmocka_unit_test(of_several_days_the_one_that_is_asked_for_is_taken),
		cmocka_unit_test(durations_are_days),
		cmocka_unit_test(one_can_apply_until_the_last_day),
		cmocka_unit_test(any_bytes_are_read_without_harm),
		cmocka_unit_test(a_pattern_that_cannot_be_read_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
