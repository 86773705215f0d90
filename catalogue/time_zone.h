// SPDX-License-Identifier: EUPL-1.2
#ifndef CATALOGUE_TIME_ZONE_H
#define CATALOGUE_TIME_ZONE_H

/*
 * Time zones as what they do to a moment: which day it is there. A zone is a
 * small number for an offset and a rule of summer time; names, countries and
 * the rules that hold now are those of time-zones.tsv. No TZ, no files.
 *
 * Thread: any; pure.
 */

#include "base/slice.h"

/* Numbers of zones: kept in indexes, so they never change. */
enum { TIME_ZONE_UNKNOWN = 0, TIME_ZONE_COUNT = 64 };

/* "Europe/Helsinki", "CET", "utc", "+02:00", "-0330"; TIME_ZONE_UNKNOWN for what is none. */
uint8_t time_zone_read(struct slice name);
/* That of a country's capital, by alpha-2; TIME_ZONE_UNKNOWN for no country. */
uint8_t time_zone_of_country(struct slice alpha2);
/* Seconds that clocks are ahead of UTC at a moment; 0 in an unknown zone. */
int32_t time_zone_offset_s(uint8_t zone, int64_t time_s);
/* The day there, as days since 1970-01-01; in an unknown zone that of UTC. */
int32_t time_zone_day(uint8_t zone, int64_t time_s);

/* One moment in all zones. */
struct zone_days {
	int32_t of[TIME_ZONE_COUNT];
};
void zone_days_at(struct zone_days *out, int64_t time_s);
/* The same day everywhere. */
void zone_days_all(struct zone_days *out, int32_t day);

#endif
