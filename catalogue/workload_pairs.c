// SPDX-License-Identifier: EUPL-1.2
/* Numbers with their units, and what they are: see workload_pairs.h. */
#include "catalogue/workload_pairs.h"

#include "base/mem.h"

enum { MILLI = 1000 };

bool atoms_have(const struct atoms *a, size_t i, enum atom_kind kind)
{
	return i < a->n && a->items[i].kind == kind;
}

static bool is_unit_at(const struct atoms *a, size_t i)
{
	return atoms_have(a, i, ATOM_UNIT);
}

static bool is_number_at(const struct atoms *a, size_t i)
{
	return atoms_have(a, i, ATOM_NUMBER);
}

static bool is_gap_at(const struct atoms *a, size_t i)
{
	return atoms_have(a, i, ATOM_BREAK) || atoms_have(a, i, ATOM_OTHER) ||
	       atoms_have(a, i, ATOM_EQUALS);
}

static void add_pair(struct pairs *pairs, const struct atom *number, const struct unit *unit,
		     size_t at, size_t end)
{
	/* Only hours come in thousands. */
	bool is_grouped = unit->kind != UNIT_CREDIT || unit->is_hours;
	struct pair p = { *unit, { number->lo.decimal, number->hi.decimal }, at, end, PAIR_SIZE };

	if (is_grouped)
		p.value = (struct span){ number->lo.grouped, number->hi.grouped };
	if (p.value.hi < p.value.lo)
		p.value = (struct span){ p.value.hi, p.value.lo };
	if (pairs->n < MAX_ATOMS)
		pairs->items[pairs->n++] = p;
}

/* "LP1", "SP4" are names; "ECTS5" is an amount all the same. */
static bool is_name(const struct atoms *a, size_t number, size_t unit)
{
	return unit + 1 == number && a->items[number].is_joined && !a->items[unit].unit.is_explicit;
}

/* Atoms between a number at i and what names it: none, ":" or "):". */
static size_t gap_before(const struct atoms *a, size_t i)
{
	if (i == 0 || !is_gap_at(a, i - 1))
		return 0;
	return i > 2 && a->items[i - 1].kind == ATOM_OTHER && a->items[i - 1].is_joined &&
			       a->items[i - 2].kind == ATOM_BREAK && a->items[i - 2].is_joined
		       ? 2
		       : 1;
}

/* "AKTS: 5" behind a number that has its own name: "Kredi: 3 AKTS: 5". */
static bool names_the_next(const struct atoms *a, size_t unit_at)
{
	return unit_at + 2 < a->n && a->items[unit_at + 1].kind == ATOM_OTHER &&
	       a->items[unit_at + 1].is_joined && is_number_at(a, unit_at + 2);
}

/* "5-ECTS course", "15-credit module". */
static bool is_hyphened(const struct atoms *a, size_t i)
{
	return atoms_have(a, i + 1, ATOM_OTHER) && a->items[i + 1].is_joined &&
	       is_unit_at(a, i + 2) && a->items[i + 2].is_joined &&
	       a->items[i + 2].unit.kind == UNIT_CREDIT && !a->items[i + 2].unit.is_letter &&
	       !is_number_at(a, i + 3);
}

/* "5 (ECTS)" */
static bool is_unit_in_brackets(const struct atoms *a, size_t i)
{
	return i + 1 < a->n && a->items[i + 1].is_bracket && is_unit_at(a, i + 2) &&
	       !is_number_at(a, i + 3);
}

/*
 * The unit of the number at i: the one behind it (also in brackets: "5 (ECTS)"),
 * else the one in front of it ("ECTS: 5"), where no number before used_end has
 * it. False for none.
 */
static bool find_unit(size_t *unit_at, const struct atoms *a, size_t i, size_t used_end)
{
	size_t back = 1 + gap_before(a, i);
	bool has_before = i >= back && i - back >= used_end && is_unit_at(a, i - back) &&
			  !is_name(a, i, i - back);

	if (is_unit_at(a, i + 1) && !(has_before && names_the_next(a, i + 1)))
		*unit_at = i + 1;
	else if (is_hyphened(a, i) || is_unit_in_brackets(a, i))
		*unit_at = i + 2;
	else if (has_before)
		*unit_at = i - back;
	else
		return false;
	return true;
}

/* A letter alone is a unit only where nothing else is said: "6 C", not "Room 5 C". */
static bool is_stray_letter(const struct atoms *a, const struct unit *unit)
{
	for (size_t i = 0; i < a->n && unit->is_letter && unit->kind == UNIT_CREDIT; i++)
		if (a->items[i].kind == ATOM_OTHER)
			return true;
	return false;
}

static void find_pairs(struct pairs *pairs, const struct atoms *a)
{
	static const struct unit hour = { .kind = UNIT_HOUR };
	size_t used_end = 0, n_bare = 0;

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
		if (!find_unit(&unit_at, a, i, used_end) ||
		    is_stray_letter(a, &a->items[unit_at].unit)) {
			pairs->bare = (struct span){ number->lo.decimal, number->hi.decimal };
			pairs->bare_grouped =
				(struct span){ number->lo.grouped, number->hi.grouped };
			n_bare++;
			continue;
		}
		if (number->is_negative) {
			pairs->has_negative = true;
			continue;
		}
		used_end = (unit_at > i ? unit_at : i) + 1;
		add_pair(pairs, number, &a->items[unit_at].unit, i, used_end);
	}
	pairs->has_bare = n_bare == 1 && pairs->n == 0;
	if (pairs->has_bare && a->n > 0 && a->items[0].is_negative)
		pairs->has_negative = true;
}

/* "credits ECTS", "credits (ECTS)": the second word says which. */
static void sharpen_units(struct pairs *pairs, const struct atoms *a)
{
	for (size_t i = 0; i < pairs->n; i++) {
		struct pair *p = &pairs->items[i];
		size_t at = p->end;

		if (p->unit.kind != UNIT_CREDIT || p->unit.is_explicit)
			continue;
		if (atoms_have(a, at, ATOM_BREAK))
			at++;
		if (is_unit_at(a, at) && a->items[at].unit.is_explicit &&
		    !is_number_at(a, at + 1) && !is_number_at(a, at - 1) && !names_the_next(a, at))
			p->unit = a->items[at].unit;
	}
}

static bool is_one_credit(const struct pair *p)
{
	return p->unit.kind == UNIT_CREDIT && p->value.lo == MILLI && p->value.hi == MILLI;
}

/* "1 ECTS = 25 h", "25 hours correspond to 1 ECTS"; also of units that nobody knows. */
static void mark_rules(struct pairs *pairs, const struct atoms *a)
{
	for (size_t i = 0; i < pairs->n; i++)
		if (is_one_credit(&pairs->items[i]) &&
		    atoms_have(a, pairs->items[i].end, ATOM_EQUALS) &&
		    is_number_at(a, pairs->items[i].end + 1))
			pairs->items[i].role = PAIR_RULE;
	for (size_t i = 0; i + 1 < pairs->n; i++) {
		struct pair *p = &pairs->items[i], *next = &pairs->items[i + 1];

		if (!atoms_have(a, p->end, ATOM_EQUALS))
			continue;
		if (is_one_credit(p) || (is_one_credit(next) && p->unit.kind != UNIT_CREDIT))
			p->role = next->role = PAIR_RULE;
	}
}

/* Where the pair's words end: "5 ECTS credits", "4 h (per week)". */
static size_t behind(const struct atoms *a, const struct pair *p)
{
	size_t at = p->end;

	while (is_unit_at(a, at) && a->items[at].unit.kind == UNIT_CREDIT)
		at++;
	return at;
}

/* Units that stand behind a slash as what the number is for: "8 hours/day", "27 h/op". */
static bool is_for_unit(const struct pair *p, const struct unit *unit)
{
	switch (unit->kind) {
	case UNIT_HOUR:
	case UNIT_DAY:
	case UNIT_WEEK:
	case UNIT_MONTH:
	case UNIT_YEAR:
	case UNIT_SEMESTER:
	case UNIT_PER_DAY:
	case UNIT_PER_MONTH:
		return true;
	case UNIT_CREDIT:
		return p->unit.kind != UNIT_CREDIT;
	default:
		return false;
	}
}

/* "3 ECTS per module", "30 ECTS/semester", "8 hours/day", "27 h/op"; weeks are told apart. */
static enum pair_role rate_role(const struct atoms *a, const struct pair *p)
{
	size_t at = behind(a, p);
	bool is_slash = at < a->n && a->items[at].is_slash, is_credit = false;

	if (is_unit_at(a, at) &&
	    (a->items[at].unit.kind == UNIT_PER_DAY || a->items[at].unit.kind == UNIT_PER_MONTH ||
	     (a->items[at].unit.kind == UNIT_PER_WEEK && p->unit.kind == UNIT_CREDIT)))
		return PAIR_RATE;
	if (!is_slash && !atoms_have(a, at, ATOM_PER))
		return PAIR_SIZE;
	is_credit = is_unit_at(a, at + 1) && a->items[at + 1].unit.kind == UNIT_CREDIT;
	if (is_slash && is_unit_at(a, at + 1) && !is_number_at(a, at + 2))
		return !is_for_unit(p, &a->items[at + 1].unit) ? PAIR_SIZE
		       : is_credit                             ? PAIR_RULE
		       : a->items[at + 1].unit.kind == UNIT_WEEK && p->unit.kind != UNIT_CREDIT
			       ? PAIR_SIZE
			       : PAIR_RATE;
	if (is_slash)
		return atoms_have(a, at + 1, ATOM_OTHER) && a->items[at].is_joined &&
				       a->items[at + 1].is_joined
			       ? PAIR_RATE
			       : PAIR_SIZE;
	return is_credit ? PAIR_RULE : PAIR_RATE;
}

/* Another amount right before or behind, of which this one is the choice or the summand:
 * "5+5 op", "5, 10 op". */
static bool has_rival(const struct atoms *a, const struct pair *p)
{
	size_t at = p->at;
	bool is_joined_by =
		at > 0 && (a->items[at - 1].kind == ATOM_OR || a->items[at - 1].is_comma);

	if (!is_joined_by || at < 2 || !is_number_at(a, at - 2))
		return false;
	return at == 2 || a->items[at - 3].kind == ATOM_BREAK || a->items[at - 3].kind == ATOM_OR;
}

/* "5 op + 5 op", "2 ECTS (theory) and 3 ECTS (project)": pairs of one unit with a plus or an "and"
 * between. Marks both. */
static void mark_summands(struct pairs *pairs, const struct atoms *a)
{
	for (size_t i = 1; i < pairs->n; i++) {
		struct pair *p = &pairs->items[i], *last = &pairs->items[i - 1];
		bool is_joined = false;

		for (size_t k = last->end; k < p->at; k++)
			is_joined |= a->items[k].kind == ATOM_OR;
		if (!is_joined || p->role != PAIR_SIZE || p->unit.kind != last->unit.kind ||
		    p->unit.kind != UNIT_CREDIT || !slice_eq(p->unit.system, last->unit.system) ||
		    (last->role != PAIR_SIZE && last->role != PAIR_SUMMAND))
			continue;
		p->role = last->role = PAIR_SUMMAND;
	}
}

/* "3 x 2 ECTS", "3 modules of 2 ECTS": a part of the whole, which may stand elsewhere. */
static bool is_multiple(const struct atoms *a, const struct pair *p)
{
	size_t at = p->at;

	if (p->unit.kind != UNIT_CREDIT || at < 2 ||
	    (a->items[at - 1].kind != ATOM_OF && a->items[at - 1].kind != ATOM_TIMES))
		return false;
	return is_number_at(a, at - 2) ||
	       (at > 2 && a->items[at - 2].kind == ATOM_OTHER && is_number_at(a, at - 3));
}

/* "4 sessions of 2 hours", "4 workshops x 2 hours". */
static bool is_multiplied(const struct atoms *a, const struct pair *p)
{
	size_t at = p->at;

	if (at < 3 || (a->items[at - 1].kind != ATOM_OF && a->items[at - 1].kind != ATOM_TIMES))
		return false;
	if (a->items[at - 2].is_bracket && a->items[at - 1].kind == ATOM_TIMES)
		return true; /* "5 op (a 27 h)": hours of one credit */
	return a->items[at - 2].kind == ATOM_OTHER && is_number_at(a, at - 3);
}

/* "180 ECTS required", "60 hp krävs": in the same part of the text. */
static bool is_required(const struct atoms *a, const struct pair *p)
{
	size_t at = p->end;

	while (at < a->n && a->items[at].kind != ATOM_BREAK && a->items[at].kind != ATOM_NUMBER)
		if (a->items[at++].kind == ATOM_REQUIRED)
			return true;
	return false;
}

static void mark_roles(struct pairs *pairs, const struct atoms *a)
{
	size_t next_atom = 0;
	bool is_part = false, is_condition = false;

	for (size_t i = 0; i < pairs->n; i++) {
		struct pair *p = &pairs->items[i];

		for (; next_atom < p->at; next_atom++) {
			is_part |= a->items[next_atom].kind == ATOM_OF_WHICH;
			is_condition |= a->items[next_atom].kind == ATOM_CONDITION;
		}
		if (p->role != PAIR_SIZE)
			continue;
		p->role = rate_role(a, p);
		if (p->role != PAIR_SIZE)
			continue;
		if (is_condition || is_required(a, p) || (is_part && i > 0) || is_multiple(a, p))
			p->role = PAIR_PART;
		else if ((p->at > 0 && a->items[p->at - 1].kind == ATOM_LIMIT) ||
			 atoms_have(a, behind(a, p), ATOM_LIMIT) || has_rival(a, p) ||
			 is_multiplied(a, p))
			p->role = PAIR_UNSURE;
	}
}

void pairs_make(struct pairs *pairs, const struct atoms *atoms)
{
	*pairs = (struct pairs){ .n = 0 };
	find_pairs(pairs, atoms);
	sharpen_units(pairs, atoms);
	mark_rules(pairs, atoms);
	mark_roles(pairs, atoms);
	mark_summands(pairs, atoms);
}
