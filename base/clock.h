// SPDX-License-Identifier: EUPL-1.2
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

/*
 * Time: wall time in UTC seconds (int64_t, _s), running time in milliseconds
 * (_ms), and dates of the proleptic Gregorian calendar as days since
 * 1970-01-01. No locale, no TZ.
 *
 * Only daemon/ and tests ask the clock; catalogue/ and index/ are given the
 * time. Tests move the wall clock with clock_set_offset_s() or, for a whole
 * process, with the environment variable MICROCAT_TEST_CLOCK_OFFSET_S.
 *
 * Thread: any.
 */

#include "base/buf.h"

int64_t clock_now_s(void);
/* Since an unspecified start; never goes back. */
uint64_t clock_mono_ms(void);
uint64_t clock_mono_us(void);
/* Seconds that clock_now_s() adds from now on; replaces the environment's. */
void clock_set_offset_s(int64_t offset_s);

enum { CLOCK_DAY_S = 86400 };

struct civil {
	int32_t year; /* 1 to 9999 */
	uint8_t month; /* 1 to 12 */
	uint8_t day; /* 1 to 31 */
};

/* Of a date for which civil_is_valid(). */
int32_t days_from_civil(struct civil c);
struct civil civil_from_days(int32_t days);
bool civil_is_valid(struct civil c);
/* 0 for a month that is none. */
unsigned civil_days_in_month(int32_t year, unsigned month);

/*
 * The UTC day of a moment. This and what formats take a moment outside of the
 * years 1 to 9999 for the nearest inside.
 */
int32_t clock_day_of(int64_t time_s);

enum { CLOCK_TEXT_BYTES = 24 };
/* "2026-11-21T10:00:00Z" into out, terminated. */
void clock_format(char out[CLOCK_TEXT_BYTES], int64_t time_s);
/* "2026-11-21". */
void clock_format_day(char out[CLOCK_TEXT_BYTES], int32_t day);
/*
 * Accepts RFC 3339 with any fraction (dropped) and zone: the reverse of
 * clock_format(). 'T' may be small or a blank; a leap second is the first
 * second of the next minute.
 */
bool clock_parse(int64_t *out_s, struct slice text);
/* "2026-11-21" only. */
bool clock_parse_day(int32_t *out_day, struct slice text);
/* RFC 9110's three date forms (Last-Modified, Retry-After); weekdays are not compared. */
bool clock_parse_http(int64_t *out_s, struct slice text);
/* "Sun, 06 Nov 1994 08:49:37 GMT". */
void clock_format_http(char out[32], int64_t time_s);

#endif
