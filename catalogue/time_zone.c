// SPDX-License-Identifier: EUPL-1.2
/*
 * Days of time zones: see time_zone.h. Rules of summer time are those of the
 * time zone database (2025b); what held in earlier years is left out, since
 * only the present is asked for.
 */
#include "catalogue/time_zone.h"

#include "base/clock.h"
#include "base/mem.h"
#include "catalogue/vocab.h"

enum { MINUTE_S = 60, HOUR_S = 3600, MAX_OFFSET_HOURS = 14 };

enum rule {
	RULE_NONE,
	RULE_EU, /* all change at one moment */
	RULE_US,
	RULE_AU,
	RULE_NZ,
	RULE_CL,
	RULE_IL,
	RULE_LB,
	RULE_EG,
	RULE_CU,
	RULE_PS,
	RULE_MD,
};

/* The nth weekday of a month, 5 for the last, and hours from the beginning of that day. */
struct change {
	uint8_t month, nth, weekday; /* 0: Sunday */
	int8_t hours;
};

/* Hours are those of standard time, or of UTC; a year in the south begins in summer. */
static const struct {
	const char *name;
	struct change begin, end;
	bool is_utc;
} rules[] = {
	[RULE_NONE] = { .name = "" },
	[RULE_EU] = { "EU", { 3, 5, 0, 1 }, { 10, 5, 0, 1 }, true },
	[RULE_US] = { "US", { 3, 2, 0, 2 }, { 11, 1, 0, 1 }, false },
	[RULE_AU] = { "AU", { 10, 1, 0, 2 }, { 4, 1, 0, 2 }, false },
	[RULE_NZ] = { "NZ", { 9, 5, 0, 2 }, { 4, 1, 0, 2 }, false },
	[RULE_CL] = { "CL", { 9, 1, 6, 24 }, { 4, 1, 6, 23 }, false },
	[RULE_IL] = { "IL", { 3, 4, 4, 26 }, { 10, 5, 0, 1 }, false },
	[RULE_LB] = { "LB", { 3, 5, 0, 0 }, { 10, 5, 0, -1 }, false },
	[RULE_EG] = { "EG", { 4, 5, 5, 0 }, { 10, 5, 4, 23 }, false },
	[RULE_CU] = { "CU", { 3, 2, 0, 0 }, { 11, 1, 0, 0 }, false },
	[RULE_PS] = { "PS", { 3, 4, 4, 50 }, { 10, 4, 4, 49 }, false },
	[RULE_MD] = { "MD", { 3, 5, 0, 2 }, { 10, 5, 0, 2 }, false },
};

/* By their numbers, from 1 on: new ones are added at the end. */
static const struct {
	int16_t minutes;
	uint8_t rule;
} zones[] = {
	{ 0, RULE_NONE },    { 0, RULE_EU },      { 60, RULE_EU },     { 120, RULE_EU },
	{ -720, RULE_NONE }, { -660, RULE_NONE }, { -600, RULE_NONE }, { -570, RULE_NONE },
	{ -540, RULE_NONE }, { -480, RULE_NONE }, { -420, RULE_NONE }, { -360, RULE_NONE },
	{ -300, RULE_NONE }, { -240, RULE_NONE }, { -180, RULE_NONE }, { -120, RULE_NONE },
	{ -60, RULE_NONE },  { 60, RULE_NONE },   { 120, RULE_NONE },  { 180, RULE_NONE },
	{ 210, RULE_NONE },  { 240, RULE_NONE },  { 270, RULE_NONE },  { 300, RULE_NONE },
	{ 330, RULE_NONE },  { 345, RULE_NONE },  { 360, RULE_NONE },  { 390, RULE_NONE },
	{ 420, RULE_NONE },  { 480, RULE_NONE },  { 525, RULE_NONE },  { 540, RULE_NONE },
	{ 570, RULE_NONE },  { 600, RULE_NONE },  { 660, RULE_NONE },  { 720, RULE_NONE },
	{ 780, RULE_NONE },  { 840, RULE_NONE },  { -120, RULE_EU },   { -60, RULE_EU },
	{ -600, RULE_US },   { -540, RULE_US },   { -480, RULE_US },   { -420, RULE_US },
	{ -360, RULE_US },   { -300, RULE_US },   { -240, RULE_US },   { -210, RULE_US },
	{ -180, RULE_US },   { 570, RULE_AU },    { 600, RULE_AU },    { 660, RULE_AU },
	{ 720, RULE_NZ },    { -240, RULE_CL },   { 120, RULE_IL },    { 120, RULE_LB },
	{ 120, RULE_EG },    { -300, RULE_CU },   { 120, RULE_PS },    { 120, RULE_MD },
	{ -210, RULE_NONE }, { 630, RULE_NONE },  { 765, RULE_NONE },
};

/* --- from a moment to a day --- */

static int32_t weekday_of(int32_t day)
{
	return ((day + 4) % 7 + 7) % 7; /* 1970-01-01 was a Thursday */
}

static int64_t change_s(const struct change *c, int32_t year)
{
	int32_t day = days_from_civil((struct civil){ year, c->month, 1 });
	int32_t last = day + (int32_t)civil_days_in_month(year, c->month) - 1;

	day += (c->weekday - weekday_of(day) + 7) % 7 + 7 * (c->nth - 1);
	if (day > last)
		day -= 7;
	return (int64_t)day * CLOCK_DAY_S + (int64_t)c->hours * HOUR_S;
}

int32_t time_zone_offset_s(uint8_t zone, int64_t time_s)
{
	int32_t offset_s;
	int64_t local_s, begin_s, end_s;
	int32_t year;
	bool is_utc, is_summer;

	if (zone == TIME_ZONE_UNKNOWN || zone > countof(zones))
		return 0;
	offset_s = zones[zone - 1].minutes * MINUTE_S;
	if (zones[zone - 1].rule == RULE_NONE)
		return offset_s;
	is_utc = rules[zones[zone - 1].rule].is_utc;
	local_s = is_utc ? time_s : time_s + offset_s;
	year = civil_from_days(clock_day_of(local_s)).year;
	begin_s = change_s(&rules[zones[zone - 1].rule].begin, year);
	end_s = change_s(&rules[zones[zone - 1].rule].end, year);
	is_summer = begin_s < end_s ? local_s >= begin_s && local_s < end_s
				    : local_s >= begin_s || local_s < end_s;
	return is_summer ? offset_s + HOUR_S : offset_s;
}

int32_t time_zone_day(uint8_t zone, int64_t time_s)
{
	return clock_day_of(time_s + time_zone_offset_s(zone, time_s));
}

void zone_days_at(struct zone_days *out, int64_t time_s)
{
	for (unsigned i = 0; i < TIME_ZONE_COUNT; i++)
		out->of[i] = time_zone_day((uint8_t)i, time_s);
}

void zone_days_all(struct zone_days *out, int32_t day)
{
	for (unsigned i = 0; i < TIME_ZONE_COUNT; i++)
		out->of[i] = day;
}

/* --- from a name to a zone --- */

static uint8_t zone_of(int32_t minutes, enum rule rule)
{
	_Static_assert(countof(zones) < TIME_ZONE_COUNT, "each zone has its day");

	for (size_t i = 0; i < countof(zones); i++)
		if (zones[i].minutes == minutes && zones[i].rule == rule)
			return (uint8_t)(i + 1);
	return TIME_ZONE_UNKNOWN;
}

/* Two digits off the front. */
static bool take_two(uint64_t *out, struct slice *s)
{
	if (s->n < 2 || !slice_to_u64(out, slice_first(*s, 2), 99))
		return false;
	*s = slice_from(*s, 2);
	return true;
}

/* "+02:00", "-0330", "+02". */
static bool read_offset(int32_t *minutes, struct slice s)
{
	uint64_t hours = 0, rest = 0;
	bool is_west = s.n > 0 && s.p[0] == '-';

	if (s.n < 3 || (s.p[0] != '+' && !is_west))
		return false;
	s = slice_from(s, 1);
	if (!take_two(&hours, &s) || hours > MAX_OFFSET_HOURS)
		return false;
	if (s.n > 0 && s.p[0] == ':')
		s = slice_from(s, 1);
	if (s.n > 0 && (!take_two(&rest, &s) || rest >= 60 || s.n > 0))
		return false;
	*minutes = (int32_t)(hours * 60 + rest) * (is_west ? -1 : 1);
	return true;
}

static uint8_t zone_of_row(const struct vocab_row *row)
{
	int32_t minutes = 0;

	if (!read_offset(&minutes, row->cells[0]))
		return TIME_ZONE_UNKNOWN;
	for (size_t i = 0; i < countof(rules); i++)
		if (slice_eq_z(row->cells[1], rules[i].name))
			return zone_of(minutes, (enum rule)i);
	return TIME_ZONE_UNKNOWN;
}

static uint8_t look_up(struct slice key)
{
	struct vocab_row row;

	return vocab_look_up(&row, 1, VOCAB_TIME_ZONE, key) > 0 ? zone_of_row(&row)
								: TIME_ZONE_UNKNOWN;
}

uint8_t time_zone_read(struct slice name)
{
	int32_t minutes = 0;

	name = slice_trim(name);
	if (slice_eq_nocase(name, SLICE_LIT("Z")))
		return zone_of(0, RULE_NONE);
	if (read_offset(&minutes, name))
		return zone_of(minutes, RULE_NONE);
	return name.n > 2 ? look_up(name) : TIME_ZONE_UNKNOWN;
}

uint8_t time_zone_of_country(struct slice alpha2)
{
	return alpha2.n == 2 ? look_up(alpha2) : TIME_ZONE_UNKNOWN;
}
