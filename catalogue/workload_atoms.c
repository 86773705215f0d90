// SPDX-License-Identifier: EUPL-1.2
/*
 * Cutting a text about size into atoms: see workload_atoms.h.
 */
#include "catalogue/workload_atoms.h"

#include "base/mem.h"
#include "base/utf8.h"

enum {
	MAX_UNIT_BYTES = 40, /* the longest form */
	MAX_UNIT_WORDS = 6,
	MILLI = 1000,
	MAX_SHORT_BYTES = 4, /* "min." */
};

static bool is_wordy(char c)
{
	return ascii_is_alpha(c) || (unsigned char)c >= 0x80;
}

/* A letter of a word, where dashes and blanks beyond ASCII are none. */
static size_t word_char_bytes(struct slice s)
{
	uint32_t c = 0;
	struct slice rest = s;

	if (s.n == 0 || !is_wordy(s.p[0]))
		return 0;
	(void)utf8_next(&c, &rest);
	if (c == 0xa0 || c == 0xd7 || (c >= 0x2000 && c <= 0x206f) || c == 0x2212)
		return 0;
	return s.n - rest.n;
}

static size_t word_bytes(struct slice s)
{
	size_t n = 0, step = 0;

	while ((step = word_char_bytes(slice_from(s, n))) > 0)
		n += step;
	return n;
}

/* "ECTS (135": no form has a bracket that only opens or only closes. */
static bool is_balanced(struct slice s)
{
	int open = 0;

	for (size_t i = 0; i < s.n && open >= 0; i++)
		open += s.p[i] == '(' ? 1 : s.p[i] == ')' ? -1 : 0;
	return open == 0;
}

/*
 * The longest form at the front: ends of words, and of the signs behind them,
 * are tried from far to near. Its bytes, or 0.
 */
static size_t take_unit(struct unit *out, struct slice s, const struct hint *hint)
{
	size_t ends[3 * MAX_UNIT_WORDS], n_ends = 0, at = 0, n_words = 0;

	while (at < s.n && at < MAX_UNIT_BYTES && n_words < MAX_UNIT_WORDS &&
	       n_ends < countof(ends)) {
		size_t word = word_bytes(slice_from(s, at));

		if (word > 0) {
			at += word;
			n_words++;
		} else if (s.p[at] == ' ') {
			at++;
			continue;
		} else if (strchr(".-/'()%", s.p[at]) != NULL && s.p[at] != '\0') {
			at++;
		} else if (slice_starts_with(slice_from(s, at), SLICE_LIT("\342\200\231"))) {
			at += 3; /* a typographic apostrophe: "EC's" */
		} else if (n_words > 0 && ascii_is_digit(s.p[at])) {
			at += slice_digits(slice_from(s, at)); /* "hours (45 min)" */
		} else {
			break;
		}
		ends[n_ends++] = at;
	}
	while (n_ends > 0) {
		size_t end = ends[--n_ends];
		bool is_inside = end < s.n && word_char_bytes(slice_from(s, end)) > 0 &&
				 is_wordy(s.p[end - 1]);

		if (!is_inside && is_balanced(slice_first(s, end)) &&
		    unit_of_form(out, slice_first(s, end), hint))
			return end;
	}
	return 0;
}

/* "30h30": minutes behind the h. Adds them and takes them off. */
static void take_minutes(struct atom *number, struct slice *s)
{
	struct slice rest = slice_from(*s, 1);
	int64_t minutes = 0;

	if (s->n < 3 || ascii_lower(s->p[0]) != 'h' || slice_digits(rest) != 2)
		return;
	minutes = number_of_digits(slice_first(rest, 2));
	if (minutes >= 60 || number->lo.decimal != number->hi.decimal)
		return;
	number->lo.decimal = number->lo.grouped += minutes * MILLI / 60;
	number->hi = number->lo;
	number->is_clock = true;
	*s = slice_from(rest, 2);
}

static enum atom_kind sign_kind(struct slice s)
{
	if (slice_starts_with(s, SLICE_LIT("\303\227")) || s.p[0] == '*' || s.p[0] == '@')
		return ATOM_TIMES;
	if (s.p[0] == '=')
		return ATOM_EQUALS;
	if (s.p[0] == '+')
		return ATOM_OR;
	if (s.p[0] == '<' || s.p[0] == '>' || slice_starts_with(s, SLICE_LIT("\342\211\244")) ||
	    slice_starts_with(s, SLICE_LIT("\342\211\245")))
		return ATOM_LIMIT;
	return strchr(",;/()[]|\n", s.p[0]) != NULL && s.p[0] != '\0' ? ATOM_BREAK : ATOM_OTHER;
}

static enum atom_kind word_kind(struct slice word)
{
	if (slice_eq_nocase(word, SLICE_LIT("x")) || slice_eq_z(word, "\303\240") ||
	    slice_eq_z(word, "\303\241"))
		return ATOM_TIMES;
	return slice_eq_nocase(word, SLICE_LIT("of")) ? ATOM_OF : ATOM_OTHER;
}

/* What a form of workload-forms.tsv is that is no unit. */
static enum atom_kind kind_of_unit(const struct unit *unit)
{
	switch (unit->kind) {
	case UNIT_PER:
		return ATOM_PER;
	case UNIT_OF_WHICH:
		return ATOM_OF_WHICH;
	case UNIT_CONDITION:
		return ATOM_CONDITION;
	case UNIT_REQUIRED:
		return ATOM_REQUIRED;
	case UNIT_LIMIT:
		return ATOM_LIMIT;
	case UNIT_OR:
		return ATOM_OR;
	case UNIT_EQUALS:
		return ATOM_EQUALS;
	case UNIT_TIMES:
		return ATOM_OF;
	case UNIT_NUMBER:
		return ATOM_NUMBER_WORD;
	default:
		return ATOM_UNIT;
	}
}

/* "2\302\275": halves and quarters in one sign, in thousandths; takes it off. */
static int64_t take_vulgar_fraction(struct slice *s)
{
	static const struct {
		const char *sign;
		int64_t milli;
	} signs[] = { { "\302\275", 500 }, { "\302\274", 250 }, { "\302\276", 750 } };

	for (size_t i = 0; i < countof(signs); i++) {
		if (!slice_starts_with(*s, slice_of(signs[i].sign)))
			continue;
		*s = slice_from(*s, 2);
		return signs[i].milli;
	}
	return 0;
}

/* Thousandths in addition to a number that is one and not a range. */
static void add_fraction(struct atom *number, int64_t milli)
{
	if (milli == 0 || number->lo.decimal != number->hi.decimal)
		return;
	number->lo.decimal = number->lo.grouped += milli;
	number->hi = number->lo;
}

static void take_number_atom(struct atoms *atoms, struct slice *s, struct slice before,
			     const struct atom *number, const struct hint *hint)
{
	struct atom a = *number;
	bool is_number = number_take_range(&a.lo, &a.hi, s, before, hint->decimal);

	if (is_number) {
		take_minutes(&a, s);
		add_fraction(&a, take_vulgar_fraction(s));
	}
	/* Shares and fractions are no amounts. */
	if (!is_number || (s->n > 0 && s->p[0] == '%') ||
	    (s->n > 1 && s->p[0] == '/' && ascii_is_digit(s->p[1]))) {
		a.kind = ATOM_OTHER;
		if (s->n > 1 && s->p[0] == '/') {
			struct number dropped;

			*s = slice_from(*s, 1);
			(void)number_take(&dropped, s, hint->decimal);
		}
	}
	atoms->items[atoms->n++] = a;
}

/* A minus of a number, which nothing stands right before; its bytes, or 0. */
static size_t minus_bytes(struct slice s, bool is_joined)
{
	size_t n = slice_starts_with(s, SLICE_LIT("-"))              ? 1
		   : slice_starts_with(s, SLICE_LIT("\342\210\222")) ? 3
								     : 0;

	return n > 0 && !is_joined && n < s.n && ascii_is_digit(s.p[n]) ? n : 0;
}

/* A unit, a word or a sign. Its bytes. */
static size_t take_other(struct atom *a, struct slice s, const struct hint *hint)
{
	size_t n = take_unit(&a->unit, s, hint);
	struct slice rest = s;
	uint32_t c = 0;

	if (n > 0) {
		a->kind = kind_of_unit(&a->unit);
		a->unit.is_letter = n == 1;
		a->is_short = n <= MAX_SHORT_BYTES;
		return n;
	}
	n = word_bytes(s);
	if (n > 0) {
		a->kind = word_kind(slice_first(s, n));
		return n;
	}
	a->kind = sign_kind(s);
	a->is_bracket = s.p[0] == '(' || s.p[0] == '[';
	a->is_slash = s.p[0] == '/';
	a->is_comma = s.p[0] == ',' || s.p[0] == '/';
	(void)utf8_next(&c, &rest);
	return s.n - rest.n;
}

static void add_atom(struct atoms *atoms, const struct atom *a)
{
	if (a->kind != ATOM_OTHER || atoms->n == 0 || atoms->items[atoms->n - 1].kind != ATOM_OTHER)
		atoms->items[atoms->n++] = *a;
}

/* "six ECTS": a number in words is one right before its unit; "one of them" is none. */
static void settle_number_words(struct atoms *atoms)
{
	for (size_t i = 0; i < atoms->n; i++) {
		struct atom *a = &atoms->items[i];

		if (a->kind != ATOM_NUMBER_WORD)
			continue;
		a->kind = i + 1 < atoms->n && a[1].kind == ATOM_UNIT ? ATOM_NUMBER : ATOM_OTHER;
		a->lo = a->hi = (struct number){ a->unit.hours_milli, a->unit.hours_milli };
		a->is_joined = false;
	}
}

/* "min. 3 ECTS": what stands for minutes behind a number is a limit before one. */
static void settle_limits(struct atoms *atoms)
{
	for (size_t i = 0; i + 1 < atoms->n; i++) {
		struct atom *a = &atoms->items[i];

		if (a->kind != ATOM_UNIT || a->unit.kind != UNIT_MINUTE || !a->is_short ||
		    (i > 0 && a[-1].kind == ATOM_NUMBER))
			continue;
		/* The full stop of an abbreviation. */
		if (a[1].kind == ATOM_OTHER && a[1].is_joined && i + 2 < atoms->n)
			a++;
		if (a[1].kind == ATOM_NUMBER)
			a->kind = ATOM_LIMIT;
	}
}

void atoms_make(struct atoms *atoms, struct slice s, const struct hint *hint)
{
	const char *begin = s.p;
	bool is_joined = false;

	atoms->n = 0;
	while (s.n > 0 && atoms->n < MAX_ATOMS) {
		struct atom a = { .is_joined = is_joined };
		size_t blank = number_blank(s), minus = minus_bytes(s, is_joined);

		is_joined = blank == 0;
		if (blank > 0 || s.p[0] == '\t') {
			s = slice_from(s, blank > 0 ? blank : 1);
			is_joined = false;
			continue;
		}
		if (minus > 0 || ascii_is_digit(s.p[0])) {
			s = slice_from(s, minus);
			a.kind = ATOM_NUMBER;
			a.is_negative = minus > 0;
			take_number_atom(atoms, &s, slice_make(begin, (size_t)(s.p - begin)), &a,
					 hint);
			continue;
		}
		s = slice_from(s, take_other(&a, s, hint));
		add_atom(atoms, &a);
	}
	settle_number_words(atoms);
	settle_limits(atoms);
}
