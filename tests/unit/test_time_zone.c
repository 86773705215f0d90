// SPDX-License-Identifier: EUPL-1.2
/*
 * Which day it is in a time zone.
 */
#include "base/clock.h"
#include "base/mem.h"
#include "catalogue/time_zone.h"
#include "catalogue/vocab.h"

#include "tests/support/unit.h"

static int64_t moment_of(const char *text)
{
	int64_t time_s = 0;

	if (!clock_parse(&time_s, slice_of(text)))
		fail_msg("no moment: %s", text);
	return time_s;
}

/* Each change of 2027 in the time zone database: the second before it, and its own. */
static void clocks_change_at_the_moments_of_the_rules(void **state)
{
	static const struct {
		const char *zone, *moment;
		int minutes;
	} rows[] = {
		{ "Europe/Helsinki", "2027-03-28T00:59:59Z", 120 },
		{ "Europe/Helsinki", "2027-03-28T01:00:00Z", 180 },
		{ "Europe/Helsinki", "2027-10-31T00:59:59Z", 180 },
		{ "Europe/Helsinki", "2027-10-31T01:00:00Z", 120 },
		{ "Europe/Dublin", "2027-07-01T00:00:00Z", 60 },
		{ "Europe/Dublin", "2027-01-01T00:00:00Z", 0 },
		{ "Atlantic/Azores", "2027-03-28T01:00:00Z", 0 },
		{ "America/Nuuk", "2027-03-28T00:59:59Z", -120 },
		{ "America/Nuuk", "2027-03-28T01:00:00Z", -60 },
		{ "Europe/Chisinau", "2027-03-27T23:59:59Z", 120 },
		{ "Europe/Chisinau", "2027-03-28T00:00:00Z", 180 },
		{ "Europe/Chisinau", "2027-10-31T00:00:00Z", 120 },
		{ "America/New_York", "2027-03-14T06:59:59Z", -300 },
		{ "America/New_York", "2027-03-14T07:00:00Z", -240 },
		{ "America/New_York", "2027-11-07T05:59:59Z", -240 },
		{ "America/New_York", "2027-11-07T06:00:00Z", -300 },
		{ "America/St_Johns", "2027-07-01T00:00:00Z", -150 },
		{ "America/Havana", "2027-03-14T05:00:00Z", -240 },
		{ "Australia/Sydney", "2027-04-03T15:59:59Z", 660 },
		{ "Australia/Sydney", "2027-04-03T16:00:00Z", 600 },
		{ "Australia/Sydney", "2027-10-02T16:00:00Z", 660 },
		{ "Australia/Brisbane", "2027-01-01T00:00:00Z", 600 },
		{ "Pacific/Auckland", "2027-04-03T14:00:00Z", 720 },
		{ "Pacific/Auckland", "2027-09-25T14:00:00Z", 780 },
		{ "America/Santiago", "2027-04-04T02:59:59Z", -180 },
		{ "America/Santiago", "2027-04-04T03:00:00Z", -240 },
		{ "America/Santiago", "2027-09-05T04:00:00Z", -180 },
		{ "Asia/Jerusalem", "2027-03-26T00:00:00Z", 180 },
		{ "Asia/Jerusalem", "2027-10-30T23:00:00Z", 120 },
		{ "Asia/Beirut", "2027-03-27T22:00:00Z", 180 },
		{ "Asia/Beirut", "2027-10-30T21:00:00Z", 120 },
		{ "Africa/Cairo", "2027-04-29T22:00:00Z", 180 },
		{ "Africa/Cairo", "2027-10-28T21:00:00Z", 120 },
		{ "Asia/Hebron", "2027-03-27T00:00:00Z", 180 },
		{ "Europe/Istanbul", "2027-01-01T00:00:00Z", 180 },
		{ "Atlantic/Reykjavik", "2027-07-01T00:00:00Z", 0 },
		{ "Asia/Kathmandu", "2027-07-01T00:00:00Z", 345 },
		{ "asia/kolkata", "2027-07-01T00:00:00Z", 330 },
		{ "CET", "2027-07-01T00:00:00Z", 120 },
		{ "UTC", "2027-07-01T00:00:00Z", 0 },
		{ "z", "2027-07-01T00:00:00Z", 0 },
		{ "+02:00", "2027-07-01T00:00:00Z", 120 },
		{ "-0330", "2027-07-01T00:00:00Z", -210 },
		{ "+05", "2027-07-01T00:00:00Z", 300 },
	};

	(void)state;
	for (size_t i = 0; i < countof(rows); i++) {
		uint8_t zone = time_zone_read(slice_of(rows[i].zone));
		int32_t offset_s = time_zone_offset_s(zone, moment_of(rows[i].moment));

		if (zone == TIME_ZONE_UNKNOWN || offset_s != rows[i].minutes * 60)
			fail_msg("%s at %s: %d minutes, expected %d", rows[i].zone, rows[i].moment,
				 offset_s / 60, rows[i].minutes);
	}
}

static void what_is_no_zone_has_the_day_of_utc(void **state)
{
	static const char *const names[] = {
		"",       "FI", "Helsinki", "Europe/Nowhere", "+2",
		"+99:00", "++", "+02:0x",   "+02:00:00",      "+01:07"
	};

	(void)state;
	for (size_t i = 0; i < countof(names); i++)
		if (time_zone_read(slice_of(names[i])) != TIME_ZONE_UNKNOWN)
			fail_msg("\"%s\"", names[i]);
	assert_int_equal(time_zone_of_country(SLICE_LIT("ZZ")), TIME_ZONE_UNKNOWN);
	assert_int_equal(time_zone_of_country(SLICE_LIT("Europe/Helsinki")), TIME_ZONE_UNKNOWN);
	assert_int_equal(time_zone_day(TIME_ZONE_UNKNOWN, moment_of("2027-01-01T23:59:59Z")),
			 time_zone_day(255, moment_of("2027-01-01T00:00:00Z")));
}

static void a_country_has_the_zone_of_its_capital(void **state)
{
	static const char *const rows[][2] = {
		{ "FI", "Europe/Helsinki" },  { "ES", "Europe/Madrid" },
		{ "PT", "Europe/Lisbon" },    { "US", "America/New_York" },
		{ "AU", "Australia/Sydney" }, { "XK", "Europe/Belgrade" },
	};
	const int64_t july_s = moment_of("2027-07-01T00:00:00Z");

	(void)state;
	for (size_t i = 0; i < countof(rows); i++)
		assert_int_equal(time_zone_of_country(slice_of(rows[i][0])),
				 time_zone_read(slice_of(rows[i][1])));
	assert_int_equal(time_zone_offset_s(time_zone_of_country(SLICE_LIT("GB")), july_s), 3600);
}

/* A row whose offset or rule has no number would be unknown. */
static void every_zone_of_the_table_has_a_number(void **state)
{
	(void)state;
	for (size_t i = 0; i < vocab_count(VOCAB_TIME_ZONE); i++) {
		struct slice key = vocab_at(VOCAB_TIME_ZONE, i).key;

		if (time_zone_read(key) == TIME_ZONE_UNKNOWN &&
		    time_zone_of_country(key) == TIME_ZONE_UNKNOWN)
			fail_msg("%.*s", SLICE_ARG(key));
	}
}

static void one_moment_is_two_days_or_three(void **state)
{
	struct zone_days days;
	int32_t first = INT32_MAX, last = INT32_MIN;

	(void)state;
	zone_days_at(&days, moment_of("2027-01-01T11:00:00Z"));
	for (size_t i = 0; i < TIME_ZONE_COUNT; i++) {
		first = days.of[i] < first ? days.of[i] : first;
		last = days.of[i] > last ? days.of[i] : last;
	}
	assert_int_equal(last - first, 2);
	zone_days_all(&days, 5);
	for (size_t i = 0; i < TIME_ZONE_COUNT; i++)
		assert_int_equal(days.of[i], 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(clocks_change_at_the_moments_of_the_rules),
		cmocka_unit_test(what_is_no_zone_has_the_day_of_utc),
		cmocka_unit_test(a_country_has_the_zone_of_its_capital),
		cmocka_unit_test(every_zone_of_the_table_has_a_number),
		cmocka_unit_test(one_moment_is_two_days_or_three),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
