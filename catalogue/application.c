// SPDX-License-Identifier: EUPL-1.2
/*
 * Whether one can still apply, from a session's dates and a day: that of the
 * session's time zone, or else of the provider's country.
 */
#include "catalogue/readers.h"

#include "base/mem.h"
#include "catalogue/time_zone.h"

const char *application_state_name(enum application_state state)
{
	static const char *const names[] = { "unknown", "opens", "open", "closed", "rolling" };

	return (size_t)state < countof(names) ? names[state] : names[APPLY_UNKNOWN];
}

enum application_state session_application_state(const struct session *s, int32_t day)
{
	bool has_from = s->apply_from.precision != DATE_NONE;
	bool has_until = s->apply_until.precision != DATE_NONE;

	if (has_until && day > date_last_day(s->apply_until))
		return APPLY_CLOSED;
	if (s->end.precision != DATE_NONE && day > date_last_day(s->end))
		return APPLY_CLOSED;
	if (has_from && day < date_first_day(s->apply_from))
		return APPLY_OPENS;
	if (s->rolling == TRI_TRUE)
		return APPLY_ROLLING;
	if (has_until)
		return APPLY_OPEN;
	/* Without a last day: nobody says that one can still join what has begun. */
	if (has_from && (s->start.precision == DATE_NONE || day <= date_last_day(s->start_max)))
		return APPLY_OPEN;
	return APPLY_UNKNOWN;
}

uint8_t session_zone(const struct session *s, struct slice country)
{
	uint8_t own = s->timezone.n > 0 ? time_zone_read(s->timezone) : TIME_ZONE_UNKNOWN;

	return own != TIME_ZONE_UNKNOWN ? own : time_zone_of_country(country);
}
