// SPDX-License-Identifier: EUPL-1.2
#ifndef CATALOGUE_WORKLOAD_SCAN_H
#define CATALOGUE_WORKLOAD_SCAN_H

/*
 * What a text says about the size of an offer: numbers paired with units.
 * Private to workload.c, dates.c and their tests.
 *
 *   text ─► atoms (number, unit, "=", "x", break, other) ─► pairs with roles ─► amounts
 *
 * Amounts are in thousandths. Thread: any; pure.
 */

#include "catalogue/readers.h"

enum unit_kind {
	UNIT_NONE,
	UNIT_CREDIT, /* system, factor */
	UNIT_HOUR,
	UNIT_MINUTE,
	UNIT_DAY,
	UNIT_WEEK,
	UNIT_MONTH,
	UNIT_YEAR,
	UNIT_SEMESTER,
	UNIT_LESSON, /* 45 minutes in class */
	UNIT_CONTACT, /* time in class, where it stands for hours */
	UNIT_SELF_STUDY, /* the part of the work without class */
	UNIT_PER_WEEK, /* makes a rate of the hours before it; alone: hours per week */
	UNIT_PER_DAY,
	UNIT_PER_MONTH,
	UNIT_PACE,
	/* No units: words that say what a number beside them is. */
	UNIT_PER, /* "per": of something else than the offer */
	UNIT_OF_WHICH, /* what follows is a part of what came before */
	UNIT_CONDITION, /* what follows is asked for before: "prerequisite: 15 hp" */
	UNIT_REQUIRED, /* what precedes is: "60 hp krävs" */
	UNIT_LIMIT, /* "up to" */
	UNIT_OR, /* what is on both sides is a choice, or a sum */
	UNIT_EQUALS, /* "corresponds to" */
	UNIT_TIMES, /* "of", as in "6 weeks of 4 hours" */
	UNIT_NUMBER, /* a number in words, hours_milli: "six ECTS" */
};

struct unit {
	enum unit_kind kind;
	struct slice system; /* of credits: "op", "cats" */
	struct slice country; /* the system's */
	int64_t factor_micro; /* ECTS per credit; 0: never converted */
	int64_t hours_milli; /* hours per credit where the system fixes them, else 0; the number of
			      * UNIT_NUMBER */
	bool is_explicit; /* the form says ECTS */
	bool is_assumed; /* the letters mean something else elsewhere */
	bool is_all_work; /* hours of all study, not of teaching alone */
	bool is_hours; /* credits that are hours of study (SBU) */
	bool has_week; /* "hours/week": the rate in one form */
	bool is_letter; /* one letter alone ("C"), which means much else in a text */
};

struct span {
	int64_t lo, hi;
};

enum workload_kind {
	WORKLOAD_NOTHING,
	WORKLOAD_CREDITS,
	WORKLOAD_HOURS,
	WORKLOAD_CONTACT, /* time in class only */
	WORKLOAD_CALENDAR, /* elapsed time, pace */
	WORKLOAD_OTHER, /* credits that have no factor */
	WORKLOAD_RULE /* "1 ECTS = 25 h", "3 ECTS per module" */
};

struct workload_scan {
	enum workload_kind kind;
	struct unit unit; /* of the credits */
	struct span ects; /* 0: none */
	enum from ects_from;
	struct span hours; /* of study; 0: none */
	bool is_all_work;
	struct span implied; /* hours that the system's definition or time in class gives */
	struct span rate; /* hours per week */
	struct span weeks;
	struct span bare; /* the only number, without a unit */
	struct span bare_grouped; /* the same where "1.000" is a thousand */
	bool has_bare;
	bool has_zero; /* a zero was declared */
	bool has_negative;
	bool has_conflict; /* several values that do not agree, or none that is meant exactly */
	bool has_several_hours;
	bool has_unclear_hours;
};

/* Reads a text. */
void workload_scan(struct workload_scan *out, struct slice text, const struct hint *hint);
/* The only time that passes in a text ("6 weeks", "2 months"), in days; months have 30, years 365.
 * False for none, several, a range or a rate. */
bool workload_scan_days(int32_t *out, struct slice text);
/* The unit of a form in a text ("op", "h/week"); false when it does not decide. */
bool unit_of_form(struct unit *out, struct slice form, const struct hint *hint);
/* The unit that a field names: also a system by its own name ("cats", "contacttime"). */
bool unit_of_scheme(struct unit *out, struct slice scheme, const struct hint *hint);
/* As if the bare number of scan had this unit. */
void workload_scan_apply(struct workload_scan *scan, const struct unit *unit);
/* Hours per ECTS credit in a country, thousandths; false where no law or guide says so. */
bool hours_per_ects(struct span *out, struct slice country);

#endif
