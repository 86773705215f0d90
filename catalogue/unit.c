// SPDX-License-Identifier: EUPL-1.2
/*
 * Which unit a form means, here: credit-forms.tsv, credit-systems.tsv and
 * workload-forms.tsv, with the country and the language of the source.
 * "credits" alone is ECTS in Ireland, half of it in the United Kingdom and
 * nothing that could be known without a country.
 */
#include "catalogue/workload_scan.h"

#include "base/mem.h"
#include "catalogue/vocab.h"

enum {
	MAX_ROWS = 24, /* of one form */
	MAX_FORM = 64, /* bytes */
	SHORT_FORM = 2, /* letters that must be written as the table has them */
};

/* Cells of the tables, see vocab.h. */
enum { FORM_UNIT, FORM_LANG, FORM_TEXT, FORM_KIND, FORM_AMBIGUITY };
enum { SYSTEM_COUNTRY, SYSTEM_FACTOR, SYSTEM_HOURS_MIN, SYSTEM_HOURS_MAX, SYSTEM_FROM, SYSTEM_TO };
enum { COUNTRY_EHEA = 5 };

static bool is_ehea(struct slice country)
{
	struct vocab_row row;

	return country.n > 0 && vocab_look_up(&row, 1, VOCAB_COUNTRY, country) == 1 &&
	       slice_eq_z(row.cells[COUNTRY_EHEA], "Y");
}

/* A cell as a number scaled by 10^digits; 0 when empty. */
static int64_t cell_scaled(struct slice cell, unsigned digits)
{
	int64_t value = 0;

	return cell.n > 0 && slice_to_scaled(&value, cell, digits, INT64_C(1000000000)) ? value : 0;
}

/* The row of a unit for a country, else the general one (ects of the EHEA), else its first. */
static bool find_system(struct vocab_row *out, struct slice unit, struct slice country)
{
	char bytes[MAX_FORM];
	struct slice key =
		slice_make(bytes, vocab_fold_for(bytes, sizeof bytes, VOCAB_CREDIT_SYSTEM, unit));

	return key.n > 0 &&
	       (vocab_find_cell(out, VOCAB_CREDIT_SYSTEM, key, SYSTEM_COUNTRY, country) ||
		vocab_find_cell(out, VOCAB_CREDIT_SYSTEM, key, SYSTEM_COUNTRY, SLICE_LIT("EHEA")) ||
		vocab_find(out, 1, VOCAB_CREDIT_SYSTEM, key) > 0);
}

bool hours_per_ects(struct span *out, struct slice country)
{
	struct vocab_row row;

	if (country.n == 0 || !find_system(&row, SLICE_LIT("ects"), country) ||
	    !slice_eq(row.cells[SYSTEM_COUNTRY], country))
		return false;
	out->lo = cell_scaled(row.cells[SYSTEM_HOURS_MIN], 3);
	out->hi = cell_scaled(row.cells[SYSTEM_HOURS_MAX], 3);
	return out->lo > 0 && out->hi >= out->lo;
}

/* --- credits --- */

struct candidate {
	struct vocab_row form;
	struct vocab_row system;
	bool fits; /* the system is the country's */
	int score;
};

static bool is_ects(const struct candidate *c)
{
	return slice_eq_z(c->form.cells[FORM_UNIT], "ects");
}

static bool is_strong(const struct candidate *c)
{
	return c->form.cells[FORM_AMBIGUITY].n == 0;
}

static int score_of(const struct candidate *c, const struct hint *hint)
{
	int score = 0;

	if (c->fits)
		score += is_ects(c) ? 6 : 8;
	if (is_strong(c))
		score += 2;
	if (hint->lang.n > 0 && vocab_lang_has(c->form.cells[FORM_LANG], hint->lang))
		score += 4;
	return score;
}

/* "6 LP" in Austria: the letters of a language are at home where it is written, apart from
 * English, and from those that mean another unit elsewhere. */
static bool is_at_home_in_lang(const struct candidate *c, const struct hint *hint)
{
	return hint->lang.n > 0 && !vocab_lang_has(SLICE_LIT("en"), hint->lang) &&
	       vocab_lang_has(c->form.cells[FORM_LANG], hint->lang) &&
	       !slice_eq_z(c->form.cells[FORM_AMBIGUITY], "ambiguous") &&
	       (hint->country.n == 0 || is_ehea(hint->country));
}

/* *is_doubtful: somewhere else the same letters are something else. */
static size_t make_candidates(struct candidate *out, bool *is_doubtful, struct slice written,
			      const struct hint *hint)
{
	struct vocab_row rows[MAX_ROWS];
	size_t n = vocab_look_up(rows, MAX_ROWS, VOCAB_CREDIT_FORM, written);
	size_t kept = 0;

	for (size_t i = 0; i < n; i++) {
		struct candidate c = { .form = rows[i] };

		if (written.n <= SHORT_FORM && !slice_eq(rows[i].cells[FORM_TEXT], written))
			continue;
		if (!find_system(&c.system, rows[i].cells[FORM_UNIT], hint->country))
			continue;
		c.fits = hint->country.n > 0 &&
			 slice_eq(c.system.cells[SYSTEM_COUNTRY], hint->country);
		if (!c.fits && is_at_home_in_lang(&c, hint))
			c.fits = true;
		/* An ECTS credit is at home in all of the EHEA; bare credits are CATS in GB. */
		if (is_ects(&c))
			c.fits = is_ehea(hint->country) && !slice_eq_z(hint->country, "GB");
		if (!c.fits && !is_strong(&c)) {
			*is_doubtful = true;
			continue;
		}
		c.score = score_of(&c, hint);
		out[kept++] = c;
	}
	return kept;
}

/* What became of a unit that was redefined: "lv-kp" of 1.5 is "lv-kp-ects" of 1. */
static bool find_successor(struct vocab_row *out, const struct vocab_row *system)
{
	char name[MAX_FORM];
	size_t n = system->key.n;

	if (n + 5 > sizeof name)
		return false;
	memcpy(name, system->key.p, n);
	memcpy(name + n, "-ects", 5);
	return find_system(out, slice_make(name, n + 5), system->cells[SYSTEM_COUNTRY]) &&
	       slice_eq(out->cells[SYSTEM_COUNTRY], system->cells[SYSTEM_COUNTRY]);
}

static bool fill_credit(struct unit *out, const struct candidate *c)
{
	struct vocab_row system = c->system;
	bool is_assumed = slice_eq_z(c->form.cells[FORM_AMBIGUITY], "ambiguous");
	int64_t hours_min = 0, hours_max = 0;

	if (system.cells[SYSTEM_TO].n > 0) {
		if (!find_successor(&system, &c->system) && is_assumed)
			return false;
		is_assumed = true;
	}
	hours_min = cell_scaled(system.cells[SYSTEM_HOURS_MIN], 3);
	hours_max = cell_scaled(system.cells[SYSTEM_HOURS_MAX], 3);
	*out = (struct unit){
		.kind = UNIT_CREDIT,
		.system = system.key,
		.country = system.cells[SYSTEM_COUNTRY],
		.factor_micro = cell_scaled(system.cells[SYSTEM_FACTOR], 6),
		.hours_milli = hours_min == hours_max ? hours_min : 0,
		.is_assumed = is_assumed,
	};
	out->is_hours = out->factor_micro > 0 && out->hours_milli == 1000;
	return true;
}

/* Whether all mean the same amount of ECTS. */
static bool agree(const struct candidate *items, size_t n)
{
	for (size_t i = 1; i < n; i++)
		if (!slice_eq(items[i].system.cells[SYSTEM_FACTOR],
			      items[0].system.cells[SYSTEM_FACTOR]))
			return false;
	return n > 0;
}

/* "ECTS" in the letters of Europe. */
static bool says_ects(struct slice folded)
{
	static const char *const marks[] = { "ects",
					     "akts",
					     "espb",
					     "\320\265\321\201\320\277\320\261",
					     "\321\224\320\272\321\202\321\201",
					     "\320\265\320\272\321\202\321\201" };

	for (size_t i = 0; i < countof(marks); i++)
		if (slice_contains(folded, slice_of(marks[i])))
			return true;
	return false;
}

static bool is_usable_abroad(const struct candidate *items, size_t n, struct slice written,
			     const struct hint *hint)
{
	bool is_short = written.n <= 3;

	return agree(items, n) && (!is_short || hint->country.n == 0);
}

/* The commonest form of all, which no table need be asked about. */
static bool ects_itself(struct unit *out, const struct hint *hint)
{
	struct candidate c = { .fits = false };

	if (!find_system(&c.system, SLICE_LIT("ects"), hint->country))
		return false;
	(void)fill_credit(out, &c);
	out->is_explicit = true;
	return true;
}

static bool credit_of_form(struct unit *out, struct slice written, const struct hint *hint)
{
	struct candidate items[MAX_ROWS];
	bool is_doubtful = false;
	size_t n = 0, best = 0;
	char bytes[MAX_FORM];
	struct slice folded = slice_make(bytes, vocab_fold(bytes, sizeof bytes, written));
	bool is_explicit = false;

	if (slice_eq_z(folded, "ects"))
		return ects_itself(out, hint);
	n = make_candidates(items, &is_doubtful, written, hint);
	if (n == 0)
		return false;
	is_explicit = says_ects(folded);
	for (size_t i = 1; i < n; i++)
		if (items[i].score > items[best].score)
			best = i;
	/* Nobody is at home here: all must mean the same, and short letters nothing foreign. */
	if (!items[best].fits && !is_explicit &&
	    (is_doubtful || !is_usable_abroad(items, n, written, hint)))
		return false;
	if (!fill_credit(out, &items[best]))
		return false;
	out->is_explicit = is_explicit;
	return true;
}

/* A system by its own name, for units that a field gives: "cats", "sbu". */
static bool credit_of_system(struct unit *out, struct slice name, const struct hint *hint)
{
	struct candidate c = { .fits = false };

	if (!find_system(&c.system, name, hint->country))
		return false;
	return fill_credit(out, &c);
}

/* --- time --- */

static const struct {
	const char *name;
	enum unit_kind kind;
} time_units[] = {
	{ "hour", UNIT_HOUR },
	{ "hour-of-work", UNIT_HOUR },
	{ "minute", UNIT_MINUTE },
	{ "day", UNIT_DAY },
	{ "week", UNIT_WEEK },
	{ "month", UNIT_MONTH },
	{ "year", UNIT_YEAR },
	{ "semester", UNIT_SEMESTER },
	{ "lesson45", UNIT_LESSON },
	{ "contact", UNIT_CONTACT },
	{ "self-study", UNIT_SELF_STUDY },
	{ "per-week", UNIT_PER_WEEK },
	{ "per-day", UNIT_PER_DAY },
	{ "per-month", UNIT_PER_MONTH },
	{ "pace-full", UNIT_PACE },
	{ "pace-part", UNIT_PACE },
	{ "per", UNIT_PER },
	{ "of-which", UNIT_OF_WHICH },
	{ "condition", UNIT_CONDITION },
	{ "required", UNIT_REQUIRED },
	{ "limit", UNIT_LIMIT },
	{ "or", UNIT_OR },
	{ "equals", UNIT_EQUALS },
	{ "of", UNIT_TIMES },
};

/* "number-6": UNIT_NUMBER. */
static int64_t number_of_unit(struct slice name)
{
	const struct slice number = SLICE_LIT("number-");
	int64_t milli = 0;

	return slice_starts_with(name, number) &&
			       slice_to_scaled(&milli, slice_from(name, number.n), 3, 1000000)
		       ? milli
		       : 0;
}

static enum unit_kind time_unit_of(struct slice name)
{
	if (number_of_unit(name) > 0)
		return UNIT_NUMBER;
	for (size_t i = 0; i < countof(time_units); i++)
		if (slice_eq_z(name, time_units[i].name))
			return time_units[i].kind;
	return UNIT_NONE;
}

/* Hours inside a form of a rate: "hours/week" has them, "per week" has not. */
static bool has_hour_word(struct slice folded)
{
	static const char *const words[] = { "h/", "hours", "hrs", "std", "uur ", "tuntia" };

	for (size_t i = 0; i < countof(words); i++)
		if (slice_contains(folded, slice_of(words[i])))
			return true;
	return false;
}

/* Where one form is an hour and a lesson in the same language, the lesson is the careful reading.
 */
static bool is_better(int score, enum unit_kind kind, int best_score, enum unit_kind best)
{
	if (score != best_score)
		return score > best_score;
	return best == UNIT_HOUR && kind == UNIT_LESSON;
}

static bool time_of_form(struct unit *out, struct slice written, const struct hint *hint)
{
	struct vocab_row rows[MAX_ROWS];
	size_t n = vocab_look_up(rows, MAX_ROWS, VOCAB_WORKLOAD_FORM, written);
	enum unit_kind best = UNIT_NONE;
	int best_score = -1;
	int64_t number = 0;
	bool is_divided = false, is_all_work = false;
	char bytes[MAX_FORM];
	struct slice folded = slice_make(bytes, vocab_fold(bytes, sizeof bytes, written));

	for (size_t i = 0; i < n; i++) {
		enum unit_kind kind = time_unit_of(rows[i].cells[FORM_UNIT]);
		bool is_lang =
			hint->lang.n > 0 && vocab_lang_has(rows[i].cells[FORM_LANG], hint->lang);
		int score = is_lang * 2 + slice_eq(rows[i].cells[FORM_TEXT], written);

		/* "sex" and "six" are numbers in their languages only. */
		if (kind == UNIT_NONE || (kind == UNIT_NUMBER && !is_lang))
			continue;
		/* One or two letters of another language prove nothing; h is known to all. */
		if (!is_lang && written.n <= (kind >= UNIT_PER ? 1 : SHORT_FORM) &&
		    !slice_eq_z(folded, "h"))
			continue;
		is_divided = score == best_score  ? is_divided || kind != best
			     : score > best_score ? false
						  : is_divided;
		if (is_better(score, kind, best_score, best)) {
			best = kind;
			best_score = score;
			number = number_of_unit(rows[i].cells[FORM_UNIT]);
			is_all_work = slice_eq_z(rows[i].cells[FORM_UNIT], "hour-of-work");
		}
	}
	if (best == UNIT_NONE || (is_divided && best != UNIT_LESSON))
		return false;
	*out = (struct unit){ .kind = best,
			      .hours_milli = number,
			      .is_all_work = is_all_work,
			      .has_week = best == UNIT_PER_WEEK && has_hour_word(folded) };
	return true;
}

/* Fields' own names for units: what partners' formats write. */
static bool unit_of_field(struct unit *out, struct slice form)
{
	static const struct {
		const char *name;
		enum unit_kind kind;
	} names[] = {
		{ "contacttime", UNIT_CONTACT },   { "contact_time", UNIT_CONTACT },
		{ "h/month", UNIT_PER_MONTH },     { "hours/month", UNIT_PER_MONTH },
		{ "hoursperweek", UNIT_PER_WEEK }, { "hours_per_week", UNIT_PER_WEEK },
	};

	for (size_t i = 0; i < countof(names); i++) {
		if (!slice_eq_nocase(form, slice_of(names[i].name)))
			continue;
		*out = (struct unit){ .kind = names[i].kind, .has_week = true };
		return true;
	}
	return false;
}

static bool is_form(struct slice form)
{
	return form.n > 0 && form.n < MAX_FORM;
}

bool unit_of_form(struct unit *out, struct slice form, const struct hint *hint)
{
	form = slice_trim(form);
	return is_form(form) && (credit_of_form(out, form, hint) || time_of_form(out, form, hint));
}

bool unit_of_scheme(struct unit *out, struct slice scheme, const struct hint *hint)
{
	scheme = slice_trim(scheme);
	return is_form(scheme) && (unit_of_field(out, scheme) || unit_of_form(out, scheme, hint) ||
				   credit_of_system(out, scheme, hint));
}
