// SPDX-License-Identifier: EUPL-1.2
/*
 * Clocks, and the calendar without the C library's time zones. Days and dates
 * are turned into each other in "shifted" years that begin in March, so that
 * the leap day is the last of its year (Howard Hinnant, "chrono-compatible
 * low-level date algorithms").
 */
#include "base/clock.h"

#include "base/mem.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum {
	YEAR_MIN = 1,
	YEAR_MAX = 9999,
	ERA_YEARS = 400,
	ERA_DAYS = 146097, /* of 400 years */
	EPOCH_SHIFT = 719468, /* days from 0000-03-01 to 1970-01-01 */
};

static const int64_t first_s = INT64_C(-62135596800); /* 0001-01-01T00:00:00Z */
static const int64_t last_s = INT64_C(253402300799); /* 9999-12-31T23:59:59Z */

static const char month_names[12][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
					 "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
/* From the day of the epoch on, which was a Thursday. */
static const char *const weekday_names[7] = { "Thursday", "Friday",  "Saturday", "Sunday",
					      "Monday",   "Tuesday", "Wednesday" };

static pthread_once_t offset_once = PTHREAD_ONCE_INIT;
static _Atomic int64_t offset_s;

static void read_offset(void)
{
	const char *text = getenv("MICROCAT_TEST_CLOCK_OFFSET_S");
	int64_t value;

	if (slice_to_i64(&value, slice_of(text), -last_s, last_s))
		atomic_store(&offset_s, value);
}

int64_t clock_now_s(void)
{
	struct timespec now;

	pthread_once(&offset_once, read_offset);
	require(clock_gettime(CLOCK_REALTIME, &now) == 0);
	return (int64_t)now.tv_sec + atomic_load(&offset_s);
}

void clock_set_offset_s(int64_t offset)
{
	pthread_once(&offset_once, read_offset);
	atomic_store(&offset_s, offset);
}

uint64_t clock_mono_us(void)
{
	struct timespec now;

	require(clock_gettime(CLOCK_MONOTONIC, &now) == 0);
	return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

uint64_t clock_mono_ms(void)
{
	return clock_mono_us() / 1000;
}

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

int32_t days_from_civil(struct civil c)
{
	int64_t year = (int64_t)c.year - (c.month <= 2);
	int64_t era = floor_div(year, ERA_YEARS);
	int64_t year_of_era = year - era * ERA_YEARS;
	int64_t month = (c.month + 9) % 12; /* from March */
	int64_t day_of_year = (153 * month + 2) / 5 + c.day - 1;
	int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

	return (int32_t)(era * ERA_DAYS + day_of_era - EPOCH_SHIFT);
}

struct civil civil_from_days(int32_t days)
{
	int64_t shifted = (int64_t)days + EPOCH_SHIFT;
	int64_t era = floor_div(shifted, ERA_DAYS);
	int64_t day_of_era = shifted - era * ERA_DAYS;
	int64_t year_of_era =
		(day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
	int64_t day_of_year =
		day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int64_t month = (5 * day_of_year + 2) / 153; /* from March */
	int64_t year = year_of_era + era * ERA_YEARS + (month >= 10);

	return (struct civil){ (int32_t)year, (uint8_t)(month < 10 ? month + 3 : month - 9),
			       (uint8_t)(day_of_year - (153 * month + 2) / 5 + 1) };
}

static bool is_leap(int32_t year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

unsigned civil_days_in_month(int32_t year, unsigned month)
{
	static const uint8_t days[12] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	if (month < 1 || month > 12)
		return 0;
	return days[month - 1] + (month == 2 && is_leap(year) ? 1u : 0u);
}

bool civil_is_valid(struct civil c)
{
	return c.year >= YEAR_MIN && c.year <= YEAR_MAX && c.day >= 1 &&
	       c.day <= civil_days_in_month(c.year, c.month);
}

static int64_t within_calendar(int64_t time_s)
{
	if (time_s < first_s)
		return first_s;
	return time_s > last_s ? last_s : time_s;
}

int32_t clock_day_of(int64_t time_s)
{
	return (int32_t)floor_div(within_calendar(time_s), CLOCK_DAY_S);
}

/* A moment, taken apart. */
struct moment {
	struct civil date;
	int32_t day;
	unsigned hour;
	unsigned minute;
	unsigned second;
};

static struct moment moment_of(int64_t time_s)
{
	int32_t day = clock_day_of(time_s);
	unsigned second_of_day = (unsigned)(within_calendar(time_s) - (int64_t)day * CLOCK_DAY_S);

	return (struct moment){ civil_from_days(day), day, second_of_day / 3600,
				second_of_day / 60 % 60, second_of_day % 60 };
}

/* The low two digits of v, at most 99. */
static char *put_2(char *to, unsigned v)
{
	*to++ = (char)('0' + v / 10 % 10);
	*to++ = (char)('0' + v % 10);
	return to;
}

static char *put_date(char *to, struct civil c)
{
	to = put_2(to, (unsigned)c.year / 100);
	to = put_2(to, (unsigned)c.year);
	*to++ = '-';
	to = put_2(to, c.month);
	*to++ = '-';
	return put_2(to, c.day);
}

static char *put_clock(char *to, const struct moment *m)
{
	to = put_2(to, m->hour);
	*to++ = ':';
	to = put_2(to, m->minute);
	*to++ = ':';
	return put_2(to, m->second);
}

void clock_format(char out[CLOCK_TEXT_BYTES], int64_t time_s)
{
	struct moment m = moment_of(time_s);
	char *to = put_date(out, m.date);

	*to++ = 'T';
	to = put_clock(to, &m);
	*to++ = 'Z';
	*to = '\0';
}

void clock_format_day(char out[CLOCK_TEXT_BYTES], int32_t day)
{
	char *to = put_date(out, moment_of((int64_t)day * CLOCK_DAY_S).date);

	*to = '\0';
}

void clock_format_http(char out[32], int64_t time_s)
{
	struct moment m = moment_of(time_s);
	int weekday = ((m.day % 7) + 7) % 7;
	char *to = out;

	memcpy(to, weekday_names[weekday], 3);
	to += 3;
	*to++ = ',';
	*to++ = ' ';
	to = put_2(to, m.date.day);
	*to++ = ' ';
	memcpy(to, month_names[m.date.month - 1], 3);
	to += 3;
	*to++ = ' ';
	to = put_2(to, (unsigned)m.date.year / 100);
	to = put_2(to, (unsigned)m.date.year);
	*to++ = ' ';
	to = put_clock(to, &m);
	memcpy(to, " GMT", 5);
}

/* Takes exactly n digits off the front. */
static bool take_number(unsigned *out, struct slice *in, size_t n)
{
	struct slice digits;
	uint64_t value;

	if (!slice_take(&digits, in, n) || !slice_to_u64(&value, digits, 9999))
		return false;
	*out = (unsigned)value;
	return true;
}

static bool take_text(struct slice *in, const char *text)
{
	struct slice wanted = slice_of(text);

	if (!slice_starts_with(*in, wanted))
		return false;
	*in = slice_from(*in, wanted.n);
	return true;
}

static bool take_date(int32_t *out_day, struct slice *in)
{
	unsigned year;
	unsigned month;
	unsigned day;
	struct civil c;

	if (!take_number(&year, in, 4) || !take_text(in, "-") || !take_number(&month, in, 2) ||
	    !take_text(in, "-") || !take_number(&day, in, 2))
		return false;
	c = (struct civil){ (int32_t)year, (uint8_t)month, (uint8_t)day };
	if (!civil_is_valid(c))
		return false;
	*out_day = days_from_civil(c);
	return true;
}

/* "08:49:37"; a leap second, 60, is accepted. */
static bool take_clock(unsigned *out_s, struct slice *in)
{
	unsigned hour;
	unsigned minute;
	unsigned second;

	if (!take_number(&hour, in, 2) || !take_text(in, ":") || !take_number(&minute, in, 2) ||
	    !take_text(in, ":") || !take_number(&second, in, 2))
		return false;
	if (hour > 23 || minute > 59 || second > 60)
		return false;
	*out_s = hour * 3600 + minute * 60 + second;
	return true;
}

/* Nothing, or a point and digits, which are dropped. */
static bool skip_fraction(struct slice *in)
{
	size_t n = 0;

	if (!take_text(in, "."))
		return true;
	while (n < in->n && ascii_is_digit(in->p[n]))
		n++;
	*in = slice_from(*in, n);
	return n > 0;
}

/* "Z" or "+02:00": seconds that the zone is ahead of UTC. */
static bool take_zone(int64_t *out_s, struct slice *in)
{
	unsigned hour;
	unsigned minute;
	int64_t sign = 1;

	*out_s = 0;
	if (take_text(in, "Z") || take_text(in, "z"))
		return true;
	if (take_text(in, "-"))
		sign = -1;
	else if (!take_text(in, "+"))
		return false;
	if (!take_number(&hour, in, 2) || !take_text(in, ":") || !take_number(&minute, in, 2))
		return false;
	*out_s = sign * (int64_t)(hour * 3600 + minute * 60);
	return hour <= 23 && minute <= 59;
}

bool clock_parse(int64_t *out_s, struct slice text)
{
	int32_t day;
	unsigned second_of_day;
	int64_t ahead_s;

	if (!take_date(&day, &text))
		return false;
	if (!take_text(&text, "T") && !take_text(&text, "t") && !take_text(&text, " "))
		return false;
	if (!take_clock(&second_of_day, &text) || !skip_fraction(&text) ||
	    !take_zone(&ahead_s, &text) || text.n > 0)
		return false;
	*out_s = (int64_t)day * CLOCK_DAY_S + second_of_day - ahead_s;
	return true;
}

bool clock_parse_day(int32_t *out_day, struct slice text)
{
	int32_t day;

	if (!take_date(&day, &text) || text.n > 0)
		return false;
	*out_day = day;
	return true;
}

/* "Sun", or in full. It says nothing that the date does not, so it is not compared. */
static bool take_weekday(bool *is_long, struct slice *in)
{
	for (size_t i = 0; i < countof(weekday_names); i++) {
		if (take_text(in, weekday_names[i])) {
			*is_long = true;
			return true;
		}
	}
	for (size_t i = 0; i < countof(weekday_names); i++) {
		struct slice name = slice_first(slice_of(weekday_names[i]), 3);

		if (slice_starts_with(*in, name)) {
			*in = slice_from(*in, name.n);
			*is_long = false;
			return true;
		}
	}
	return false;
}

static bool take_month(uint8_t *out, struct slice *in)
{
	for (size_t i = 0; i < countof(month_names); i++) {
		if (take_text(in, month_names[i])) {
			*out = (uint8_t)(i + 1);
			return true;
		}
	}
	return false;
}

/* RFC 9110, 5.6.7: two digits mean no year that is more than 50 years ahead. */
static int32_t full_year(unsigned two_digits)
{
	int32_t now = civil_from_days(clock_day_of(clock_now_s())).year;
	int32_t year = now - now % 100 + (int32_t)two_digits;

	return year > now + 50 ? year - 100 : year;
}

/* "06 Nov 1994 08:49:37 GMT", or with '-' and two digits of the year. */
static bool take_http_date(struct civil *date, unsigned *second_of_day, struct slice *in,
			   bool is_rfc850)
{
	const char *separator = is_rfc850 ? "-" : " ";
	unsigned day;
	unsigned year;

	if (!take_number(&day, in, 2) || !take_text(in, separator) ||
	    !take_month(&date->month, in) || !take_text(in, separator) ||
	    !take_number(&year, in, is_rfc850 ? 2 : 4) || !take_text(in, " "))
		return false;
	date->day = (uint8_t)day;
	date->year = is_rfc850 ? full_year(year) : (int32_t)year;
	return take_clock(second_of_day, in) && take_text(in, " GMT");
}

/* "Nov  6 08:49:37 1994". */
static bool take_asctime(struct civil *date, unsigned *second_of_day, struct slice *in)
{
	unsigned day;
	unsigned year;

	if (!take_month(&date->month, in) || !take_text(in, " ") ||
	    !take_number(&day, in, take_text(in, " ") ? 1 : 2) || !take_text(in, " ") ||
	    !take_clock(second_of_day, in) || !take_text(in, " ") || !take_number(&year, in, 4))
		return false;
	date->day = (uint8_t)day;
	date->year = (int32_t)year;
	return true;
}

bool clock_parse_http(int64_t *out_s, struct slice text)
{
	struct civil date = { 0, 0, 0 };
	unsigned second_of_day = 0;
	bool is_rfc850 = false;
	bool is_read;

	if (!take_weekday(&is_rfc850, &text))
		return false;
	if (take_text(&text, ", "))
		is_read = take_http_date(&date, &second_of_day, &text, is_rfc850);
	else
		is_read = take_text(&text, " ") && take_asctime(&date, &second_of_day, &text);
	if (!is_read || text.n > 0 || !civil_is_valid(date))
		return false;
	*out_s = (int64_t)days_from_civil(date) * CLOCK_DAY_S + second_of_day;
	return true;
}
