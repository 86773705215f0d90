// SPDX-License-Identifier: EUPL-1.2
/*
 * Numbers and units in a text about an offer's size: see workload_scan.h.
 */
#include "catalogue/workload_scan.h"

#include "base/mem.h"
#include "base/utf8.h"
#include "catalogue/number.h"
#include "catalogue/workload_pairs.h"

enum {
	MAX_SCAN = 400, /* bytes of a text that are looked at */
	MILLI = 1000,
	MICRO = 1000000,
	LESSON_MILLI = 750, /* 45 minutes */
};

/* Whether an atom of this kind stands in the same part of the text as the pair. */
static bool has_near(const struct atoms *a, const struct pair *p, enum unit_kind kind,
		     bool with_week)
{
	size_t from = p->at, to = p->end;

	while (from > 0 && a->items[from - 1].kind != ATOM_BREAK)
		from--;
	while (to < a->n && a->items[to].kind != ATOM_BREAK)
		to++;
	/* "4 h (per week)", "3 hours / week" */
	if (to + 1 < a->n && kind == UNIT_PER_WEEK && a->items[to + 1].kind == ATOM_UNIT)
		to += 2;
	for (size_t i = from; i < to; i++)
		if (a->items[i].kind == ATOM_UNIT && a->items[i].unit.kind == kind &&
		    a->items[i].unit.has_week == with_week)
			return true;
	return false;
}

/* "4-6 hrs/wks": a slash and a week behind the pair. */
static bool has_slash_week(const struct atoms *a, const struct pair *p)
{
	return p->end + 1 < a->n && a->items[p->end].is_slash &&
	       a->items[p->end + 1].kind == ATOM_UNIT &&
	       a->items[p->end + 1].unit.kind == UNIT_WEEK;
}

/* --- amounts --- */

static struct span scaled(struct span v, int64_t by, int64_t per)
{
	return (struct span){ (v.lo * by + per / 2) / per, (v.hi * by + per / 2) / per };
}

static bool is_same(struct span a, struct span b)
{
	return a.lo == b.lo && a.hi == b.hi;
}

/* How much a credit's unit is worth believing: the word ECTS first. */
static int rank_of(const struct unit *unit)
{
	if (unit->factor_micro == 0)
		return 0;
	if (unit->is_explicit)
		return 3;
	return unit->factor_micro == MICRO ? 2 : 1;
}

static void set_credits(struct workload_scan *out, const struct unit *unit, struct span value)
{
	out->unit = *unit;
	if (unit->hours_milli > 0)
		out->implied = scaled(value, unit->hours_milli, MILLI);
	if (unit->factor_micro == 0) {
		bool is_class = slice_eq_z(unit->system, "sws") || slice_eq_z(unit->system, "ue") ||
				slice_eq_z(unit->system, "ceu");

		out->kind = is_class ? WORKLOAD_CONTACT : WORKLOAD_OTHER;
		return;
	}
	out->kind = WORKLOAD_CREDITS;
	out->ects = scaled(value, unit->factor_micro, MICRO);
	out->ects_from =
		unit->factor_micro == MICRO && !unit->is_assumed ? FROM_DECLARED : FROM_CONVERTED;
	if (unit->is_hours) {
		out->hours = value;
		out->is_all_work = true;
	}
}

static bool is_size(const struct pair *p, enum unit_kind kind)
{
	return p->role == PAIR_SIZE && p->unit.kind == kind;
}

static int64_t ects_of(const struct pair *p, int64_t milli)
{
	return (milli * p->unit.factor_micro + MICRO / 2) / MICRO;
}

static bool is_credit_size(const struct pair *p)
{
	return p->unit.kind == UNIT_CREDIT && (p->role == PAIR_SIZE || p->role == PAIR_SUMMAND);
}

/* What an amount must be to stand beside the best one: of its kind, and worth as much. */
static bool is_peer(const struct pair *p, const struct pair *best)
{
	return is_credit_size(p) && p->value.hi > 0 && p->unit.factor_micro > 0 &&
	       rank_of(&p->unit) == rank_of(&best->unit);
}

/* "15 ECTS (5 ECTS theory, 10 ECTS project)", "5 + 10 = 15 ECTS": the one that the others add
 * up to. NULL where there is none. */
static const struct pair *whole_of(const struct pairs *pairs, const struct pair *best)
{
	const struct pair *whole = NULL;
	int64_t sum = 0;
	size_t n = 0;

	for (size_t i = 0; i < pairs->n; i++) {
		const struct pair *p = &pairs->items[i];

		if (!is_peer(p, best))
			continue;
		n++;
		sum += ects_of(p, p->value.lo);
		if (whole == NULL || p->value.lo > whole->value.lo)
			whole = p;
	}
	return n > 2 && whole != NULL && whole->value.lo == whole->value.hi &&
			       sum == 2 * ects_of(whole, whole->value.lo)
		       ? whole
		       : NULL;
}

static bool has_other_value(const struct pairs *pairs, const struct pair *best, struct span ects)
{
	for (size_t i = 0; i < pairs->n; i++) {
		const struct pair *p = &pairs->items[i];

		if (is_peer(p, best) &&
		    !is_same((struct span){ ects_of(p, p->value.lo), ects_of(p, p->value.hi) },
			     ects))
			return true;
	}
	return false;
}

/* "3 EC (84 SBU)": credits that are hours of study, beside others. */
static void take_credits_of_hours(struct workload_scan *out, const struct pairs *pairs)
{
	for (size_t i = 0; i < pairs->n; i++)
		if (is_size(&pairs->items[i], UNIT_CREDIT) && pairs->items[i].unit.is_hours)
			out->hours = pairs->items[i].value;
}

static void take_credits(struct workload_scan *out, const struct pairs *pairs)
{
	const struct pair *best = NULL, *whole = NULL;

	for (size_t i = 0; i < pairs->n; i++) {
		const struct pair *p = &pairs->items[i];

		if (p->role == PAIR_UNSURE && p->unit.kind == UNIT_CREDIT)
			out->has_conflict = true;
		if (!is_credit_size(p))
			continue;
		if (p->value.hi == 0)
			out->has_zero = true;
		else if (best == NULL || rank_of(&p->unit) > rank_of(&best->unit))
			best = p;
	}
	if (best == NULL)
		return;
	whole = whole_of(pairs, best);
	if (whole != NULL)
		best = whole;
	set_credits(out, &best->unit, best->value);
	if (!best->unit.is_hours)
		take_credits_of_hours(out, pairs);
	if (whole == NULL &&
	    (best->role == PAIR_SUMMAND || has_other_value(pairs, best, out->ects)))
		out->has_conflict = true;
	if (out->has_conflict) {
		out->ects = out->hours = (struct span){ 0, 0 };
		out->ects_from = FROM_NONE;
	}
}

/* "2 x 45 min", "4 Wochen à 5 Stunden": the pair's number is multiplied by what is before. */
static const struct pair *factor_before(const struct pairs *pairs, const struct atoms *a, size_t i,
					struct span *plain)
{
	size_t at = pairs->items[i].at;

	bool is_of = at > 1 && a->items[at - 1].kind == ATOM_OF;

	if (at < 2 || (!is_of && a->items[at - 1].kind != ATOM_TIMES))
		return NULL;
	if (i > 0 && pairs->items[i - 1].end == at - 1)
		return &pairs->items[i - 1];
	if (!is_of && a->items[at - 2].kind == ATOM_NUMBER)
		*plain = (struct span){ a->items[at - 2].lo.decimal, a->items[at - 2].hi.decimal };
	return NULL;
}

static void take_hours(struct workload_scan *out, struct span value, bool is_all_work)
{
	if (value.hi == 0) {
		out->has_zero = true;
		return;
	}
	if (out->hours.hi == 0 || (is_all_work && !out->is_all_work)) {
		out->hours = value;
		out->is_all_work = is_all_work;
	} else if (!is_same(out->hours, value) && is_all_work == out->is_all_work) {
		out->has_several_hours = true;
	}
	if (out->kind == WORKLOAD_NOTHING)
		out->kind = WORKLOAD_HOURS;
}

static void take_contact(struct workload_scan *out, struct span value)
{
	if (out->kind == WORKLOAD_NOTHING)
		out->kind = WORKLOAD_CONTACT;
	if (out->implied.hi == 0)
		out->implied = value;
}

/* Whether what stands around says that these hours are a part of the work: class, or the rest. */
static bool is_part_of_work(const struct pair *p, const struct atoms *a)
{
	static const enum unit_kind parts[] = { UNIT_CONTACT, UNIT_SELF_STUDY, UNIT_LESSON };

	for (size_t i = 0; i < countof(parts) && !p->unit.is_all_work; i++)
		if (p->unit.kind == parts[i] || has_near(a, p, parts[i], false) ||
		    has_near(a, p, parts[i], true))
			return true;
	return false;
}

static void take_time(struct workload_scan *out, const struct pairs *pairs, size_t i,
		      const struct atoms *a)
{
	const struct pair *p = &pairs->items[i];
	struct span hours = p->value, plain = { 0, 0 };
	const struct pair *before = factor_before(pairs, a, i, &plain);

	if (p->unit.kind == UNIT_MINUTE)
		hours = scaled(hours, 1, 60);
	else if (p->unit.kind == UNIT_LESSON)
		hours = scaled(hours, LESSON_MILLI, MILLI);
	if (plain.hi > 0) {
		take_contact(out, (struct span){ hours.lo * plain.lo / MILLI,
						 hours.hi * plain.hi / MILLI });
		return;
	}
	if (is_part_of_work(p, a)) {
		take_contact(out, hours);
		return;
	}
	if (p->unit.kind == UNIT_PER_WEEK || has_near(a, p, UNIT_PER_WEEK, false) ||
	    has_slash_week(a, p) || (before != NULL && before->unit.kind == UNIT_WEEK)) {
		out->rate = hours;
		return;
	}
	if (before == NULL)
		take_hours(out, hours, p->unit.is_all_work);
	else
		out->has_unclear_hours = true; /* "2 days of 6 hours" */
}

/* Words that make bare hours hours of all study. */
static bool says_workload(struct slice text)
{
	static const char *const marks[] = {
		"workload",          "arbeitsaufwand",  "gesamtaufwand",
		"charge de travail", "studiebelasting", "volume de travail",
		"carga de trabajo",  "impegno",         "ty\303\266m\303\244\303\244r\303\244",
		"arbetsinsats",      "arbejdsbyrde",    "nak\305\202ad pracy",
		"notional",          "student effort",  "carga de trabalho",
	};

	for (size_t i = 0; i < countof(marks); i++)
		if (slice_find_nocase(text, slice_of(marks[i])) >= 0)
			return true;
	return false;
}

/* "PT30H": hours; "P6W": calendar time. */
static bool read_iso_duration(struct workload_scan *out, struct slice text)
{
	struct slice rest = slice_from(text, 1);
	int64_t hours_milli = 0;
	bool is_time = false, has_date = false;

	if (slice_starts_with(text, SLICE_LIT("-P"))) {
		out->has_negative = true;
		return true;
	}
	if (text.n < 3 || text.p[0] != 'P' || slice_find_byte(text, ' ') >= 0)
		return false;
	while (rest.n > 0) {
		struct number number = { 0 };

		if (rest.p[0] == 'T' && !is_time) {
			is_time = true;
			rest = slice_from(rest, 1);
			continue;
		}
		if (!ascii_is_digit(rest.p[0]) || !number_take(&number, &rest, '.') || rest.n == 0)
			return false;
		if (!is_time)
			has_date = has_date || number.decimal > 0;
		else if (rest.p[0] == 'H')
			hours_milli += number.decimal;
		else if (rest.p[0] == 'M')
			hours_milli += number.decimal / 60;
		rest = slice_from(rest, 1);
	}
	out->kind = has_date ? WORKLOAD_CALENDAR : WORKLOAD_NOTHING;
	out->has_zero = !has_date && hours_milli == 0;
	if (!has_date && hours_milli > 0)
		take_hours(out, (struct span){ hours_milli, hours_milli }, false);
	return true;
}

static void take_rate(struct workload_scan *out)
{
	if (out->rate.hi == 0 || out->weeks.hi == 0 || out->hours.hi > 0)
		return;
	take_hours(out,
		   (struct span){ out->rate.lo * out->weeks.lo / MILLI,
				  out->rate.hi * out->weeks.hi / MILLI },
		   false);
}

/* --- time that passes beside time of work --- */

/* Weeks and days of a text, in thousandths, and whether the hours stand apart in brackets. */
struct calendar {
	int64_t weeks, days;
	bool is_any;
};

static void add_calendar(struct calendar *c, const struct pair *p)
{
	c->is_any = true;
	if (p->unit.kind == UNIT_WEEK && p->value.lo > c->weeks)
		c->weeks = p->value.lo;
	if (p->unit.kind == UNIT_DAY && p->value.lo > c->days)
		c->days = p->value.lo;
}

/*
 * "6 weeks, 4 hours" may be hours a week, "5 days, 6 hours" hours a day: hours are
 * all of it only where they are too many for that, or apart in brackets and
 * enough ("3 jours (21 h)").
 */
static bool is_total(const struct calendar *c, int64_t hours, bool is_apart)
{
	enum { MOST_A_WEEK = 20, FEWEST_A_DAY = 4, MOST_A_DAY = 12 };

	if (c->days > 0)
		return hours >= FEWEST_A_DAY * c->days &&
		       (is_apart || hours > MOST_A_DAY * MILLI || c->days <= MILLI);
	if (c->weeks > 0)
		return hours >= c->weeks && (is_apart || hours > MOST_A_WEEK * MILLI);
	return true;
}

static bool is_in_brackets(const struct atoms *a, const struct pair *p)
{
	return p->at > 0 && a->items[p->at - 1].is_bracket;
}

/* Hours that may be a part, a rate, or one of several are none. */
static void settle_hours(struct workload_scan *out, const struct pairs *pairs,
			 const struct atoms *a, const struct calendar *calendar)
{
	bool is_apart = false, is_rate = false;

	for (size_t i = 0; i < pairs->n; i++) {
		const struct pair *p = &pairs->items[i];
		bool is_time = p->unit.kind == UNIT_HOUR || p->unit.kind == UNIT_MINUTE;

		is_apart |= is_time && is_in_brackets(a, p);
		is_rate |= p->unit.kind == UNIT_PER_DAY || p->unit.kind == UNIT_PER_MONTH ||
			   ((p->role == PAIR_RATE || p->role == PAIR_UNSURE) &&
			    p->unit.kind != UNIT_CREDIT);
	}
	if (out->hours.hi == 0 || out->unit.is_hours)
		return;
	if (out->has_several_hours)
		out->has_conflict = true;
	if (!out->has_several_hours && !out->has_unclear_hours && !is_rate &&
	    is_total(calendar, out->hours.lo, is_apart))
		return;
	out->hours = (struct span){ 0, 0 };
	out->is_all_work = false;
	if (out->kind == WORKLOAD_HOURS)
		out->kind = WORKLOAD_CALENDAR;
}

static void take_pair(struct workload_scan *out, struct calendar *calendar,
		      const struct pairs *pairs, size_t i, const struct atoms *atoms)
{
	const struct pair *p = &pairs->items[i];

	switch (p->unit.kind) {
	case UNIT_HOUR:
	case UNIT_MINUTE:
	case UNIT_LESSON:
	case UNIT_CONTACT:
	case UNIT_SELF_STUDY:
	case UNIT_PER_WEEK:
		if (p->role == PAIR_SIZE)
			take_time(out, pairs, i, atoms);
		break;
	case UNIT_WEEK:
		out->weeks = p->value;
		add_calendar(calendar, p);
		break;
	case UNIT_DAY:
	case UNIT_MONTH:
	case UNIT_YEAR:
	case UNIT_SEMESTER:
	case UNIT_PER_DAY:
	case UNIT_PER_MONTH:
	case UNIT_PACE:
		add_calendar(calendar, p);
		break;
	default:
		break;
	}
}

/* "9 CFU - 72 ore": hours that no law makes so many credits of are those in class, or another
 * course's. */
static void drop_strange_hours(struct workload_scan *out)
{
	enum { FEWEST_AN_ECTS = 15, MOST_AN_ECTS = 45 };

	if (out->ects.hi == 0 || out->hours.hi == 0 || out->unit.is_hours ||
	    (out->hours.hi >= FEWEST_AN_ECTS * out->ects.lo &&
	     out->hours.lo <= MOST_AN_ECTS * out->ects.hi))
		return;
	out->hours = (struct span){ 0, 0 };
	out->is_all_work = false;
}

static bool has_role(const struct pairs *pairs, enum pair_role role)
{
	for (size_t i = 0; i < pairs->n; i++)
		if (pairs->items[i].role == role)
			return true;
	return false;
}

void workload_scan(struct workload_scan *out, struct slice text, const struct hint *hint)
{
	struct calendar calendar = { .is_any = false };
	struct atoms atoms;
	struct pairs pairs;

	*out = (struct workload_scan){ .kind = WORKLOAD_NOTHING };
	text = slice_trim(utf8_first(text, MAX_SCAN));
	if (read_iso_duration(out, text))
		return;
	atoms_make(&atoms, text, hint);
	pairs_make(&pairs, &atoms);
	out->bare = pairs.bare;
	out->bare_grouped = pairs.bare_grouped;
	out->has_bare = pairs.has_bare;
	out->has_negative = pairs.has_negative;
	take_credits(out, &pairs);
	for (size_t i = 0; i < pairs.n; i++)
		take_pair(out, &calendar, &pairs, i, &atoms);
	settle_hours(out, &pairs, &atoms, &calendar);
	take_rate(out);
	drop_strange_hours(out);
	if (out->hours.hi > 0 && (out->ects.hi > 0 || says_workload(text)))
		out->is_all_work = true;
	if (out->kind == WORKLOAD_NOTHING &&
	    (has_role(&pairs, PAIR_RULE) || has_role(&pairs, PAIR_RATE)))
		out->kind = WORKLOAD_RULE;
	else if (out->kind == WORKLOAD_NOTHING && (calendar.is_any || out->rate.hi > 0))
		out->kind = WORKLOAD_CALENDAR;
}

/* Days in a unit of time that passes; 0 for other units. */
static int64_t days_of(enum unit_kind kind)
{
	switch (kind) {
	case UNIT_DAY:
		return 1;
	case UNIT_WEEK:
		return 7;
	case UNIT_MONTH:
		return 30;
	case UNIT_YEAR:
		return 365;
	default:
		return 0;
	}
}

bool workload_scan_days(int32_t *out, struct slice text)
{
	enum { MAX_DAYS = 20 * 365 };
	const struct hint none = { .decimal = 0 };
	struct atoms atoms;
	struct pairs pairs;
	int64_t milli = 0;

	atoms_make(&atoms, slice_trim(utf8_first(text, MAX_SCAN)), &none);
	pairs_make(&pairs, &atoms);
	for (size_t i = 0; i < pairs.n; i++) {
		const struct pair *p = &pairs.items[i];
		int64_t days = days_of(p->unit.kind);

		if (days == 0)
			continue;
		if (milli > 0 || p->role != PAIR_SIZE || p->value.lo != p->value.hi)
			return false;
		milli = p->value.lo * days;
	}
	if (milli == 0 || milli % MILLI != 0 || milli / MILLI > MAX_DAYS)
		return false;
	*out = (int32_t)(milli / MILLI);
	return true;
}

void workload_scan_apply(struct workload_scan *scan, const struct unit *unit)
{
	struct span value =
		unit->kind == UNIT_CREDIT && !unit->is_hours ? scan->bare : scan->bare_grouped;

	scan->has_bare = false;
	if (value.hi == 0) {
		scan->has_zero = true;
		return;
	}
	switch (unit->kind) {
	case UNIT_CREDIT:
		set_credits(scan, unit, value);
		return;
	case UNIT_HOUR:
		take_hours(scan, value, unit->is_all_work);
		return;
	case UNIT_MINUTE:
		take_hours(scan, scaled(value, 1, 60), unit->is_all_work);
		return;
	case UNIT_LESSON:
		take_contact(scan, scaled(value, LESSON_MILLI, MILLI));
		return;
	case UNIT_CONTACT:
		take_contact(scan, value);
		return;
	case UNIT_PER_WEEK:
		scan->kind = WORKLOAD_CALENDAR;
		scan->rate = value;
		return;
	case UNIT_PER_MONTH:
		scan->kind = WORKLOAD_CALENDAR;
		scan->rate = scaled(value, 7, 30);
		return;
	case UNIT_WEEK:
		scan->kind = WORKLOAD_CALENDAR;
		scan->weeks = value;
		return;
	default:
		scan->kind = WORKLOAD_CALENDAR;
	}
}
