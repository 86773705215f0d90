// SPDX-License-Identifier: EUPL-1.2
/*
 * Numbers and units in a text about an offer's size: see workload_scan.h.
 */
#include "catalogue/workload_scan.h"

#include "base/mem.h"
#include "base/utf8.h"
#include "catalogue/number.h"
#include "catalogue/workload_atoms.h"

enum {
	MAX_SCAN = 400, /* bytes of a text that are looked at */
	MILLI = 1000,
	MICRO = 1000000,
	LESSON_MILLI = 750, /* 45 minutes */
};

/* --- pairs --- */

struct pair {
	struct unit unit;
	struct span value;
	size_t at; /* atom of the number */
	size_t end; /* behind the pair's atoms */
	bool is_dropped;
};

struct pairs {
	struct pair items[MAX_ATOMS];
	size_t n;
};

static bool is_unit_at(const struct atoms *a, size_t i)
{
	return i < a->n && a->items[i].kind == ATOM_UNIT;
}

static bool is_number_at(const struct atoms *a, size_t i)
{
	return i < a->n && a->items[i].kind == ATOM_NUMBER;
}

static bool is_gap_at(const struct atoms *a, size_t i)
{
	return i < a->n && (a->items[i].kind == ATOM_BREAK || a->items[i].kind == ATOM_OTHER);
}

static void add_pair(struct pairs *pairs, const struct atom *number, const struct unit *unit,
		     size_t at, size_t end)
{
	/* Only hours come in thousands. */
	bool is_grouped = unit->kind != UNIT_CREDIT || unit->is_hours;
	struct pair p = { *unit, { number->lo.decimal, number->hi.decimal }, at, end, false };

	if (is_grouped)
		p.value = (struct span){ number->lo.grouped, number->hi.grouped };
	if (p.value.hi < p.value.lo)
		p.value = (struct span){ p.value.hi, p.value.lo };
	if (pairs->n < MAX_ATOMS)
		pairs->items[pairs->n++] = p;
}

/*
 * A number takes the unit behind it (also in brackets: "5 (ECTS)"), else the
 * unit in front of it ("ECTS: 5").
 */
static void make_pairs(struct pairs *pairs, const struct atoms *a, struct workload_scan *out)
{
	static const struct unit hour = { .kind = UNIT_HOUR };
	size_t used_end = 0, n_bare = 0;

	pairs->n = 0;
	for (size_t i = 0; i < a->n; i++) {
		const struct atom *number = &a->items[i];
		size_t unit_at = 0;

		if (number->kind != ATOM_NUMBER)
			continue;
		if (number->is_clock) {
			add_pair(pairs, number, &hour, i, i + 1);
			used_end = i + 1;
			continue;
		}
		if (is_unit_at(a, i + 1))
			unit_at = i + 1;
		else if (i + 1 < a->n && a->items[i + 1].is_bracket && is_unit_at(a, i + 2) &&
			 !is_number_at(a, i + 3))
			unit_at = i + 2;
		else if (i > used_end && is_unit_at(a, i - 1))
			unit_at = i - 1;
		else if (i > used_end + 1 && is_gap_at(a, i - 1) && is_unit_at(a, i - 2))
			unit_at = i - 2;
		else if (i == 1 && is_unit_at(a, 0))
			unit_at = 0;
		else if (i == 2 && is_gap_at(a, 1) && is_unit_at(a, 0))
			unit_at = 0;
		else {
			out->bare = (struct span){ number->lo.decimal, number->hi.decimal };
			out->bare_grouped = (struct span){ number->lo.grouped, number->hi.grouped };
			n_bare++;
			continue;
		}
		if (number->is_negative) {
			out->has_negative = true;
			continue;
		}
		used_end = (unit_at > i ? unit_at : i) + 1;
		add_pair(pairs, number, &a->items[unit_at].unit, i, used_end);
	}
	out->has_bare = n_bare == 1 && pairs->n == 0;
	if (out->has_bare && a->n > 0 && a->items[0].is_negative)
		out->has_negative = true;
}

/* "credits ECTS", "credits (ECTS)": the second word says which. */
static void sharpen_units(struct pairs *pairs, const struct atoms *a)
{
	for (size_t i = 0; i < pairs->n; i++) {
		struct pair *p = &pairs->items[i];
		size_t at = p->end;

		if (p->unit.kind != UNIT_CREDIT || p->unit.is_explicit)
			continue;
		if (at < a->n && a->items[at].kind == ATOM_BREAK)
			at++;
		if (is_unit_at(a, at) && a->items[at].unit.is_explicit &&
		    !is_number_at(a, at + 1) && !is_number_at(a, at - 1))
			p->unit = a->items[at].unit;
	}
}

/* "1 ECTS = 25 h" is a rule, not a size. */
static bool drop_rules(struct pairs *pairs, const struct atoms *a)
{
	bool has_rule = false;

	for (size_t i = 0; i + 1 < pairs->n; i++) {
		struct pair *p = &pairs->items[i], *next = &pairs->items[i + 1];

		if (p->value.lo != MILLI || p->unit.kind != UNIT_CREDIT || p->end >= a->n ||
		    a->items[p->end].kind != ATOM_EQUALS)
			continue;
		p->is_dropped = next->is_dropped = has_rule = true;
	}
	return has_rule;
}

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

static void take_credits(struct workload_scan *out, const struct pairs *pairs)
{
	const struct pair *best = NULL;

	for (size_t i = 0; i < pairs->n; i++) {
		const struct pair *p = &pairs->items[i];

		if (p->is_dropped || p->unit.kind != UNIT_CREDIT)
			continue;
		if (p->value.hi == 0) {
			out->has_zero = true;
			continue;
		}
		if (best == NULL || rank_of(&p->unit) > rank_of(&best->unit))
			best = p;
	}
	if (best == NULL)
		return;
	set_credits(out, &best->unit, best->value);
	for (size_t i = 0; i < pairs->n; i++) {
		const struct pair *p = &pairs->items[i];

		if (!p->is_dropped && p->unit.kind == UNIT_CREDIT && p->value.hi > 0 &&
		    rank_of(&p->unit) == rank_of(&best->unit) &&
		    !is_same(scaled(p->value, p->unit.factor_micro, MICRO), out->ects) &&
		    p->unit.factor_micro > 0)
			out->has_conflict = true;
	}
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

	if (at < 2 || a->items[at - 1].kind != ATOM_TIMES)
		return NULL;
	if (i > 0 && pairs->items[i - 1].end == at - 1)
		return &pairs->items[i - 1];
	if (a->items[at - 2].kind == ATOM_NUMBER)
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
		out->has_conflict = true;
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
	if (p->unit.kind == UNIT_LESSON || p->unit.kind == UNIT_CONTACT ||
	    has_near(a, p, UNIT_CONTACT, false) || has_near(a, p, UNIT_CONTACT, true)) {
		take_contact(out, hours);
		return;
	}
	if (p->unit.kind == UNIT_PER_WEEK || has_near(a, p, UNIT_PER_WEEK, false) ||
	    (before != NULL && before->unit.kind == UNIT_WEEK)) {
		out->rate = hours;
		return;
	}
	take_hours(out, hours, p->unit.is_all_work);
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

void workload_scan(struct workload_scan *out, struct slice text, const struct hint *hint)
{
	struct atoms atoms;
	struct pairs pairs;
	bool has_rule = false, has_calendar = false;

	*out = (struct workload_scan){ .kind = WORKLOAD_NOTHING };
	text = slice_trim(utf8_first(text, MAX_SCAN));
	if (read_iso_duration(out, text))
		return;
	atoms_make(&atoms, text, hint);
	make_pairs(&pairs, &atoms, out);
	sharpen_units(&pairs, &atoms);
	has_rule = drop_rules(&pairs, &atoms);
	take_credits(out, &pairs);
	for (size_t i = 0; i < pairs.n; i++) {
		const struct pair *p = &pairs.items[i];

		if (p->is_dropped)
			continue;
		switch (p->unit.kind) {
		case UNIT_HOUR:
		case UNIT_MINUTE:
		case UNIT_LESSON:
		case UNIT_CONTACT:
		case UNIT_PER_WEEK:
			take_time(out, &pairs, i, &atoms);
			break;
		case UNIT_WEEK:
			out->weeks = p->value;
			has_calendar = true;
			break;
		case UNIT_DAY:
		case UNIT_MONTH:
		case UNIT_SEMESTER:
		case UNIT_PER_MONTH:
		case UNIT_PACE:
			has_calendar = true;
			break;
		case UNIT_NONE:
		case UNIT_CREDIT:
			break;
		}
	}
	take_rate(out);
	if (out->hours.hi > 0 && (out->ects.hi > 0 || says_workload(text)))
		out->is_all_work = true;
	if (out->kind == WORKLOAD_NOTHING && has_rule)
		out->kind = WORKLOAD_RULE;
	else if (out->kind == WORKLOAD_NOTHING && (has_calendar || out->rate.hi > 0))
		out->kind = WORKLOAD_CALENDAR;
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
