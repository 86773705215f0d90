// SPDX-License-Identifier: EUPL-1.2
/*
 * Dates as machines write them, and durations. Dates in words are in
 * date_words.c, terms in term.c.
 */
#include "catalogue/date_tokens.h"

#include "base/clock.h"
#include "base/mem.h"
#include "catalogue/time_zone.h"
#include "catalogue/workload_scan.h"

enum {
	FIRST_YEAR = 1990, /* no offer of today starts before */
	LAST_YEAR = 2100,
	MAX_DURATION_DAYS = 20 * 365,
	MAX_DATE = 120, /* bytes: "Понеділок, 15 вересня 2027 року о 18:00" */
};

/* Days that stand for "none": zeros, PHP's zero, a run without a start in Open edX, the end of
 * time. */
static const struct {
	int16_t year;
	uint8_t month, day;
	const char *standard; /* of the sources in which it is one; NULL: all */
} sentinels[] = {
	{ 1, 1, 1, NULL },         { 1970, 1, 1, NULL },      { 1999, 11, 30, NULL },
	{ 2030, 1, 1, "openedx" }, { 2031, 1, 1, "openedx" }, { 2099, 12, 31, NULL },
	{ 2100, 1, 1, NULL },      { 2100, 12, 31, NULL },
};

static bool is_sentinel(struct date d, struct slice standard)
{
	for (size_t i = 0; i < countof(sentinels); i++)
		if (d.precision == DATE_DAY && d.year == sentinels[i].year &&
		    d.month == sentinels[i].month && d.day == sentinels[i].day &&
		    slice_starts_with(standard, slice_of(sentinels[i].standard)))
			return true;
	return false;
}

/* Whether a date may be meant. */
static bool is_plausible(struct date d, struct slice standard)
{
	return d.year >= FIRST_YEAR && d.year <= LAST_YEAR && !is_sentinel(d, standard);
}

bool date_make(struct date *out, uint64_t year, uint64_t month, uint64_t day)
{
	struct date d = { .year = (int16_t)year };

	if (year > 9999 || month > 12 || day > 31)
		return false;
	d.month = (uint8_t)month;
	d.day = month > 0 ? (uint8_t)day : 0;
	d.precision = d.day > 0 ? DATE_DAY : d.month > 0 ? DATE_MONTH : DATE_YEAR;
	if (d.precision == DATE_DAY && !civil_is_valid((struct civil){ d.year, d.month, d.day }))
		return false;
	*out = d;
	return true;
}

/* A year's first week holds the 4th of January. */
bool date_make_of_week(struct date *out, uint64_t year, uint64_t week, uint64_t day)
{
	int32_t fourth = days_from_civil((struct civil){ (int32_t)year, 1, 4 });
	int32_t monday = fourth - (fourth + 3) % 7 + ((int32_t)week - 1) * 7;
	struct civil thursday = civil_from_days(monday + 3);
	struct civil c = civil_from_days(monday + (int32_t)day - 1);

	if (week < 1 || week > 53 || day < 1 || day > 7 || thursday.year != (int32_t)year)
		return false;
	*out = (struct date){ (int16_t)c.year, c.month, c.day, DATE_DAY };
	return true;
}

/* Exactly n digits off the front. */
static bool take_digits(uint64_t *out, struct slice *s, size_t n)
{
	struct slice digits = slice_first(*s, n);

	if (digits.n != n || !slice_to_u64(out, digits, UINT64_C(999999999)))
		return false;
	*s = slice_from(*s, n);
	return true;
}

/* One to max digits off the front. */
static bool take_some_digits(uint64_t *out, struct slice *s, size_t max)
{
	size_t n = 0;

	while (n < s->n && n < max && ascii_is_digit(s->p[n]))
		n++;
	return n > 0 && take_digits(out, s, n);
}

static bool take_byte(struct slice *s, char byte)
{
	if (s->n == 0 || s->p[0] != byte)
		return false;
	*s = slice_from(*s, 1);
	return true;
}

/* The time of day behind a date. */
struct day_time {
	int32_t seconds; /* 0 without a time */
	bool is_utc; /* said to be */
};

/* "10", "10:00", "1000", "10:00:00.123", off the front. */
static bool take_time(struct day_time *out, struct slice *s)
{
	static const int32_t units[] = { 60, 1 };
	uint64_t number = 0;

	if (!take_digits(&number, s, 2) || number > 24)
		return false;
	out->seconds = (int32_t)number * 3600;
	for (size_t i = 0; i < countof(units); i++) {
		struct slice rest = *s;

		(void)take_byte(&rest, ':');
		if (!take_digits(&number, &rest, 2) || number > 60)
			break;
		out->seconds += (int32_t)number * units[i];
		*s = rest;
	}
	if (take_byte(s, '.') || take_byte(s, ','))
		return take_some_digits(&number, s, 9);
	return true;
}

/* "+01:00", "-0500", "+01". */
static bool is_offset(struct slice s, bool *is_utc)
{
	uint64_t hours = 0, minutes = 0;

	if ((!take_byte(&s, '+') && !take_byte(&s, '-')) || !take_digits(&hours, &s, 2))
		return false;
	(void)take_byte(&s, ':');
	if (s.n > 0 && !take_digits(&minutes, &s, 2))
		return false;
	*is_utc = hours == 0 && minutes == 0;
	return s.n == 0;
}

/* "Z", " UTC", an offset, and a named zone in brackets, as Java writes it. */
static bool is_zone(struct day_time *out, struct slice s)
{
	static const char *const utc[] = { "Z", "UTC", "GMT" };
	static const char *const others[] = { "", "WET", "WEST", "CET", "CEST", "EET", "EEST" };

	if (s.n > 0 && s.p[s.n - 1] == ']')
		s = slice_first(s, (size_t)slice_find_byte(s, '['));
	s = slice_trim(s);
	for (size_t i = 0; i < countof(utc); i++)
		out->is_utc |= slice_eq_nocase(s, slice_of(utc[i]));
	for (size_t i = 0; i < countof(others); i++)
		if (slice_eq_nocase(s, slice_of(others[i])))
			return true;
	return out->is_utc || is_offset(s, &out->is_utc);
}

/* A time or a zone behind a date: "T10:00:00Z", " 10:00", "Z", "+01:00". */
static bool is_time_or_zone(struct day_time *out, struct slice s)
{
	struct slice rest = s;

	if (!take_byte(&rest, 'T') && !take_byte(&rest, 't') && !take_byte(&rest, ' '))
		return is_zone(out, s);
	return take_time(out, &rest) ? is_zone(out, rest) : is_zone(out, s);
}

/* "2027", "2027-09", "2027-09-15", also with "/" or ".", and what may stand behind. */
static bool read_iso(struct date *out, struct day_time *time, struct slice s)
{
	uint64_t year = 0, month = 0, day = 0;
	char separator = '-';

	if (!take_digits(&year, &s, 4))
		return false;
	if (s.n > 0 && (s.p[0] == '/' || s.p[0] == '.'))
		separator = s.p[0];
	if (s.n == 0)
		return date_make(out, year, 0, 0);
	if (!take_byte(&s, separator) || !take_digits(&month, &s, 2) || month == 0)
		return false;
	if (s.n == 0)
		return date_make(out, year, month, 0);
	return take_byte(&s, separator) && take_digits(&day, &s, 2) && day > 0 &&
	       is_time_or_zone(time, s) && date_make(out, year, month, day);
}

/* "2028-W03-2", "2028W032"; a week without a day is a term. */
static bool read_week_date(struct date *out, struct day_time *time, struct slice s)
{
	uint64_t year = 0, week = 0, day = 0;

	if (!take_digits(&year, &s, 4) || year < FIRST_YEAR || year > LAST_YEAR)
		return false;
	(void)take_byte(&s, '-');
	if (!take_byte(&s, 'W') || !take_digits(&week, &s, 2))
		return false;
	(void)take_byte(&s, '-');
	return take_digits(&day, &s, 1) && is_time_or_zone(time, s) &&
	       date_make_of_week(out, year, week, day);
}

/* "20270915", "20270000" (zeros for unknown parts), "20270915T100000". */
static bool read_compact(struct date *out, struct day_time *time, struct slice s)
{
	uint64_t year = 0, month = 0, day = 0;

	return take_digits(&year, &s, 4) && take_digits(&month, &s, 2) &&
	       take_digits(&day, &s, 2) &&
	       (s.n == 0 || (!ascii_is_digit(s.p[0]) && is_time_or_zone(time, s))) &&
	       date_make(out, year, month, day);
}

/* "09/2027", "9.2027", "09-2027". */
static bool read_month_of_year(struct date *out, struct slice s)
{
	uint64_t month = 0, year = 0;

	return take_some_digits(&month, &s, 2) && month > 0 && s.n == 5 &&
	       (s.p[0] == '/' || s.p[0] == '.' || s.p[0] == '-') && take_byte(&s, s.p[0]) &&
	       take_digits(&year, &s, 4) && date_make(out, year, month, 0);
}

static unsigned month_of_name(struct slice three)
{
	static const char names[] = "janfebmaraprmayjunjulaugsepoctnovdec";

	for (unsigned m = 0; m < 12; m++)
		if (slice_eq_nocase(three, slice_make(names + 3 * m, 3)))
			return m + 1;
	return 0;
}

/* RFC 822: "Fri, 15 Jan 2027 10:00:00 GMT". */
static bool read_rfc822(struct date *out, struct slice s)
{
	ptrdiff_t comma = slice_find_byte(s, ',');
	uint64_t day = 0, year = 0;
	unsigned month = 0;

	if (comma < 0 || comma > 9)
		return false;
	s = slice_trim(slice_from(s, (size_t)comma + 1));
	if (!take_some_digits(&day, &s, 2) || !take_byte(&s, ' '))
		return false;
	month = month_of_name(slice_first(s, 3));
	s = slice_from(s, 3);
	return month > 0 && take_byte(&s, ' ') && take_digits(&year, &s, 4) &&
	       (s.n == 0 || s.p[0] == ' ') && date_make(out, year, month, day);
}

/* Seconds (10 digits) or milliseconds (13) since 1970. */
static bool read_epoch(struct date *out, struct day_time *time, struct slice s)
{
	uint64_t value = 0;
	struct civil c;

	if ((s.n != 10 && s.n != 13) || !slice_to_u64(&value, s, UINT64_C(9999999999999)))
		return false;
	if (s.n == 13)
		value /= 1000;
	c = civil_from_days(clock_day_of((int64_t)value));
	*time = (struct day_time){ (int32_t)(value % CLOCK_DAY_S), true };
	return date_make(out, (uint64_t)c.year, c.month, c.day);
}

/* One run of a pattern's letter: how many. */
static size_t run_of(struct slice pattern)
{
	size_t n = 1;

	while (n < pattern.n && pattern.p[n] == pattern.p[0])
		n++;
	return n;
}

/* Four digits, of another date: "1.10.2027 - 31.1.2028". */
static bool has_year(struct slice s)
{
	uint64_t year = 0;

	for (; s.n > 0; s = slice_from(s, 1)) {
		struct slice rest = s;

		if (take_digits(&year, &rest, 4) && year >= FIRST_YEAR && year <= LAST_YEAR)
			return true;
	}
	return false;
}

/* Letters, which may say what the date is of. */
static bool has_word(struct slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if (ascii_is_alpha(s.p[i]) || (unsigned char)s.p[i] >= 0xc3)
			return true;
	return false;
}

/*
 * By the source's own pattern: d, dd, M, MM, yy, yyyy and signs; from H or h
 * on it is a time, which is dropped.
 */
static bool read_pattern(struct date *out, struct slice s, struct slice pattern)
{
	uint64_t year = 0, month = 0, day = 0;

	while (pattern.n > 0) {
		size_t run = run_of(pattern);
		bool is_read = true;

		switch (pattern.p[0]) {
		case 'd':
			is_read = take_some_digits(&day, &s, 2);
			break;
		case 'M':
			is_read = take_some_digits(&month, &s, 2);
			break;
		case 'y':
			is_read = run == 2 ? take_digits(&year, &s, 2) : take_digits(&year, &s, 4);
			year += run == 2 ? 2000 : 0;
			break;
		case 'H':
		case 'h':
			return date_make(out, year, month, day);
		default:
			run = 1;
			is_read = take_byte(&s, pattern.p[0]);
			/* A pattern with a time also fits a date alone. */
			if (!is_read && s.n == 0)
				return date_make(out, year, month, day);
		}
		if (!is_read)
			return false;
		pattern = slice_from(pattern, run);
	}
	return (s.n == 0 || (s.p[0] == ' ' && !has_year(s))) && date_make(out, year, month, day);
}

/* "22/09/2027", "25-10-2027", "02/22/2027": numbers of which only one can be the month. A pattern
 * of the source that has the sign between them says all about it. */
static bool read_only_order(struct date *out, struct slice s, struct slice pattern)
{
	uint64_t first = 0, second = 0;
	struct slice rest = s;

	if (has_word(s) || !take_some_digits(&first, &rest, 2) || rest.n == 0 ||
	    (rest.p[0] != '/' && rest.p[0] != '-') || slice_find_byte(pattern, rest.p[0]) >= 0 ||
	    !take_byte(&rest, rest.p[0]) || !take_some_digits(&second, &rest, 2))
		return false;
	switch (date_only_order(first, second)) {
	case DATE_DAY_FIRST:
		return read_pattern(out, s, SLICE_LIT("d/M/yyyy")) ||
		       read_pattern(out, s, SLICE_LIT("d-M-yyyy"));
	case DATE_MONTH_FIRST:
		return read_pattern(out, s, SLICE_LIT("M/d/yyyy")) ||
		       read_pattern(out, s, SLICE_LIT("M-d-yyyy"));
	default:
		return false;
	}
}

bool date_format_is_good(struct slice pattern)
{
	size_t n_days = 0, n_months = 0, n_years = 0;
	bool is_good = true, has_time = false;

	while (pattern.n > 0 && is_good && !has_time) {
		size_t run = run_of(pattern);

		switch (pattern.p[0]) {
		case 'd':
			is_good = run <= 2 && n_days++ == 0;
			break;
		case 'M':
			is_good = run <= 2 && n_months++ == 0;
			break;
		case 'y':
			is_good = (run == 2 || run == 4) && n_years++ == 0;
			break;
		case 'H':
		case 'h':
			has_time = true;
			break;
		case 'T': /* between a date and its time */
			is_good = run == 1 && pattern.n > 1 && ascii_lower(pattern.p[1]) == 'h';
			break;
		default:
			is_good = !ascii_is_alnum(pattern.p[0]);
		}
		pattern = slice_from(pattern, run);
	}
	return is_good && n_years == 1 && n_months >= n_days;
}

/*
 * The day in the provider's country of a moment that is given in UTC: systems
 * write a local midnight so ("2027-01-14T23:00:00Z" in Berlin). The first and
 * the last minute of a day in UTC are dates, which somebody made moments of.
 */
static struct date local_date(struct date d, const struct day_time *time, struct slice country)
{
	enum { FIRST_S = 60, LAST_S = CLOCK_DAY_S - 60 };
	uint8_t zone = TIME_ZONE_UNKNOWN;
	struct civil c;

	if (!time->is_utc || time->seconds < FIRST_S || time->seconds >= LAST_S)
		return d;
	zone = time_zone_of_country(country);
	c = civil_from_days(
		time_zone_day(zone, (int64_t)date_first_day(d) * CLOCK_DAY_S + time->seconds));
	return (struct date){ (int16_t)c.year, c.month, c.day, DATE_DAY };
}

/* The date that a text is, meant or not, and the rule by which it is one; NULL for none. */
static const char *read_any(struct date *out, struct slice s, const struct hint *hint)
{
	struct date d = { 0 };
	struct day_time time = { .is_utc = false };
	const char *rule = NULL;

	if (s.n == 0 || s.n > MAX_DATE)
		return NULL;
	if (hint->date_format.n > 0 && read_pattern(&d, s, hint->date_format))
		rule = "date-format of the source";
	else if (slice_find_byte(hint->date_format, '.') < 0 && !has_word(s) &&
		 read_pattern(&d, s, SLICE_LIT("d.M.yyyy"))) /* dots have no other order */
		rule = "day.month.year";
	else if (read_only_order(&d, s, hint->date_format))
		rule = "day and month: numbers that have one order only";
	else if (read_iso(&d, &time, s))
		rule = "ISO 8601";
	else if (read_week_date(&d, &time, s))
		rule = "ISO 8601, a day of a week";
	else if (read_compact(&d, &time, s))
		rule = "ISO 8601, basic form";
	else if (read_epoch(&d, &time, s))
		rule = "time since 1970";
	if (rule != NULL)
		d = local_date(d, &time, hint->country);
	else if (read_rfc822(&d, s))
		rule = "RFC 822";
	else if (hint->date_format.n == 0 && read_month_of_year(&d, s))
		rule = "month/year";
	else if (date_words_read(&d, s, hint))
		rule = "term-words.tsv: a date in words";
	*out = d;
	return rule;
}

bool date_is_none(struct slice declared, const struct hint *hint)
{
	struct date d = { 0 };

	return read_any(&d, slice_trim(declared), hint) != NULL && is_sentinel(d, hint->standard);
}

bool date_read(struct date *out, struct slice declared, const struct hint *hint,
	       struct reading *reading)
{
	struct date d = { 0 };
	const char *rule = read_any(&d, slice_trim(declared), hint);

	if (rule == NULL || !is_plausible(d, hint->standard))
		return false;
	*out = d;
	reading_set(reading, FROM_DECLARED, "%s", rule);
	return true;
}

bool duration_days_read(int32_t *out, struct slice declared)
{
	struct slice s = slice_trim(declared);
	uint64_t days = 0, value = 0;
	size_t n_parts = 0;

	if (!take_byte(&s, 'P'))
		return workload_scan_days(out, s);
	while (s.n > 0 && s.p[0] != 'T') {
		uint64_t per = 0;

		if (!take_some_digits(&value, &s, 5) || s.n == 0)
			return false;
		switch (s.p[0]) {
		case 'Y':
			per = 365;
			break;
		case 'M':
			per = 30;
			break;
		case 'W':
			per = 7;
			break;
		case 'D':
			per = 1;
			break;
		default:
			return false;
		}
		s = slice_from(s, 1);
		days += value * per;
		n_parts++;
	}
	if (n_parts == 0 || days == 0 || days > MAX_DURATION_DAYS)
		return false;
	*out = (int32_t)days;
	return true;
}
