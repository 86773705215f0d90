// SPDX-License-Identifier: EUPL-1.2
/*
 * Workload of an offer from its words: what one word says (workload_read) and
 * what several say together (workload_complete). Three rules hold throughout:
 * hours are never made from credits, time in class and elapsed time are no
 * workload, and a weaker value never replaces a stronger one.
 */
#include "base/buf.h"
#include "base/json_write.h"
#include "base/limits.h"
#include "base/mem.h"
#include "catalogue/text.h"
#include "catalogue/vocab.h"
#include "catalogue/workload_scan.h"

enum {
	MAX_ECTS_MILLI = 600 * 1000, /* a long degree; more is a mistake */
	MAX_HOURS_MILLI = 20000 * 1000, /* the same in hours */
	MAX_RATE_MILLI = 80 * 1000, /* hours a week that a person can study */
	MAX_WEEKS_MILLI = 520 * 1000, /* ten years */
	DAYS_A_WEEK = 7,
	/* Hours per credit that no country has: outside, credits or hours are wrong. */
	FEWEST_HOURS_PER_ECTS = 15,
	MOST_HOURS_PER_ECTS = 45,
};

struct context {
	const struct word *word;
	const struct hint *hint;
	struct reading *reading;
	struct notes *notes;
	struct arena *arena;
};

static void note(const struct context *c, const char *code, const char *expected)
{
	notes_add(c->notes, c->arena,
		  (struct note){ slice_of(code), c->word->element, c->word->path,
				 arena_dup(c->arena, slice_first(slice_trim(c->word->text),
								 LIMIT_NOTE_BYTES)),
				 slice_of(expected) });
}

/* --- the unit that a field gives --- */

/* The EU's vocabulary of credit systems. */
static struct slice unit_of_eu_code(struct slice scheme)
{
	struct vocab_row rows[8];
	size_t n = vocab_look_up(rows, countof(rows), VOCAB_CODED_VALUE, scheme);

	for (size_t i = 0; i < n; i++) {
		if (!slice_eq_z(rows[i].cells[0], "education-credit"))
			continue;
		return slice_starts_with(rows[i].cells[1], SLICE_LIT("european-credit-transfer"))
			       ? SLICE_LIT("ects")
			       : SLICE_LIT("ecvet");
	}
	return SLICE_NONE;
}

static bool unit_of_word(struct unit *out, const struct context *c)
{
	struct slice scheme = slice_trim(c->word->scheme), code = SLICE_NONE;

	if (c->word->element == EL_WORKLOAD_HOURS) {
		*out = (struct unit){ .kind = UNIT_HOUR, .is_all_work = true };
		return true;
	}
	if (c->word->element == EL_HOURS_PER_WEEK && scheme.n == 0) {
		*out = (struct unit){ .kind = UNIT_PER_WEEK, .has_week = true };
		return true;
	}
	if (scheme.n == 0)
		return false;
	/* The old Dutch point; partners mean several things by it. */
	if (slice_eq_nocase(scheme, SLICE_LIT("sp")) &&
	    slice_starts_with(c->hint->standard, SLICE_LIT("ooapi")))
		return false;
	code = unit_of_eu_code(scheme);
	if (code.n > 0)
		scheme = code;
	else if (uri_is(scheme))
		scheme = uri_last(scheme);
	return unit_of_scheme(out, scheme, c->hint);
}

/* --- taking over what was found --- */

static int32_t to_ects_c(int64_t milli)
{
	return (int32_t)((milli + 5) / 10);
}

static int32_t to_hours_t(int64_t milli)
{
	return (int32_t)((milli + 50) / 100);
}

/* "5 to 10 ECTS", for explain; digits: behind the point of lo and hi. */
static void tell(const struct context *c, int32_t lo, int32_t hi, unsigned digits, const char *unit)
{
	struct buf text = BUF_INIT(LIMIT_NOTE_BYTES);
	struct json_writer w = JSON_WRITER(&text);

	if (c->reading == NULL || c->reading->each == NULL)
		return;
	json_scaled(&w, lo, digits);
	if (hi > lo) {
		buf_str(&text, " to ");
		json_scaled(&w, hi, digits);
	}
	buf_printf(&text, " %s", unit);
	reading_add(c->reading, SLICE_NONE, arena_dup(c->arena, buf_view(&text)), c->arena);
	buf_clear(&text);
}

static void tell_ects(const struct workload *w, const struct context *c)
{
	tell(c, w->ects_c, w->ects_max_c, 2, "ECTS");
}

static void tell_hours(const struct workload *w, const struct context *c)
{
	tell(c, w->hours_t, w->hours_max_t, 1, "h");
}

static void tell_unused(const struct context *c, const char *why)
{
	reading_add_unread(c->reading, SLICE_NONE, why, c->arena);
}

static bool take_ects(struct workload *out, const struct workload_scan *scan,
		      const struct context *c)
{
	int32_t lo = to_ects_c(scan->ects.lo), hi = to_ects_c(scan->ects.hi);

	if (scan->ects.hi == 0)
		return false;
	if (scan->ects.hi > MAX_ECTS_MILLI || lo == 0) {
		note(c, "workload-impossible", "credits of one offer: above 0, at most 600 ECTS");
		return false;
	}
	if (out->ects_from > scan->ects_from) {
		tell_unused(c, "not kept: credits are known from words that say more");
		return false;
	}
	if (out->ects_from == scan->ects_from) {
		if (out->ects_c != lo || out->ects_max_c != hi) {
			note(c, "workload-differs", "the same credits as in the words before");
			tell_unused(c, "not kept: other credits are known from the words before");
			return true;
		}
		reading_set(c->reading, scan->ects_from, "as the words before have it");
		tell_ects(out, c);
		return true;
	}
	out->ects_c = lo;
	out->ects_max_c = hi;
	out->ects_from = scan->ects_from;
	reading_set(c->reading, scan->ects_from, "credit-systems.tsv: %.*s (%.*s) = %g ECTS",
		    SLICE_ARG(scan->unit.system), SLICE_ARG(scan->unit.country),
		    (double)scan->unit.factor_micro / 1e6);
	tell_ects(out, c);
	return true;
}

static bool take_hours(struct workload *out, struct span hours, enum from from,
		       const struct context *c)
{
	if (hours.hi == 0 || from <= out->hours_from)
		return hours.hi > 0 && to_hours_t(hours.lo) == out->hours_t;
	if (hours.hi > MAX_HOURS_MILLI || to_hours_t(hours.lo) == 0) {
		note(c, "workload-impossible", "hours of one offer: above 0, at most 20000");
		return false;
	}
	out->hours_t = to_hours_t(hours.lo);
	out->hours_max_t = to_hours_t(hours.hi);
	out->hours_from = from;
	return true;
}

/* The words, each once, with the unit where it stands in a field of its own. */
static void add_declared(struct workload *out, const struct context *c, bool with_scheme)
{
	struct slice text = text_clean_line(c->word->text, LIMIT_NOTE_BYTES, c->arena);
	struct slice scheme = text_clean_line(c->word->scheme, LIMIT_NOTE_BYTES, c->arena);

	if (with_scheme && scheme.n > 0 && scheme.n < 40 && !uri_is(scheme))
		text = arena_printf(c->arena, "%.*s %.*s", SLICE_ARG(text), SLICE_ARG(scheme));
	if (text.n == 0 || slice_contains(out->declared, text))
		return;
	if (out->declared.n + text.n + 2 > LIMIT_TITLE_BYTES)
		return;
	out->declared = out->declared.n == 0
				? text
				: arena_printf(c->arena, "%.*s; %.*s", SLICE_ARG(out->declared),
					       SLICE_ARG(text));
}

static void note_problems(const struct workload_scan *scan, const struct context *c, bool has_unit,
			  bool is_found)
{
	if (scan->has_negative)
		note(c, "workload-negative", "credits or hours above 0");
	else if (scan->has_conflict)
		note(c, "workload-several-values", "one size, or a range");
	else if (scan->has_zero && !is_found)
		note(c, "workload-zero", "credits or hours above 0");
	else if (scan->has_bare && !has_unit && c->word->scheme.n > 0)
		note(c, "workload-unknown-unit", "a credit system that we know, or hours");
	else if (scan->has_bare && !has_unit)
		note(c, "workload-without-unit", "a unit such as ECTS or hours");
	else if (!is_found && scan->kind == WORKLOAD_NOTHING)
		note(c, "workload-not-understood", "credits or hours such as 5 ECTS");
}

/* What is understood and no size, for explain; NULL for the rest. */
static const char *why_unused(enum workload_kind kind)
{
	switch (kind) {
	case WORKLOAD_CONTACT:
		return "time in class is a part of the work";
	case WORKLOAD_CALENDAR:
		return "time that passes is no workload";
	case WORKLOAD_OTHER:
		return "credits of a kind that no factor makes ECTS of";
	case WORKLOAD_RULE:
		return "a rule or a rate, no size";
	default:
		return NULL;
	}
}

bool workload_read(struct workload *out, const struct word *word, const struct hint *hint,
		   struct reading *reading, struct notes *notes, struct arena *arena)
{
	struct context c = { word, hint, reading, notes, arena };
	struct workload_scan scan;
	struct unit unit = { .kind = UNIT_NONE };
	bool has_unit = false, with_scheme = false, is_ects = false, is_hours = false;
	struct reading of_hours;

	if (text_is_placeholder(word->text))
		return false;
	workload_scan(&scan, text_clean_line(word->text, LIMIT_TITLE_BYTES, arena), hint);
	if (scan.has_bare && !scan.has_negative) {
		has_unit = unit_of_word(&unit, &c);
		with_scheme = true;
		if (has_unit)
			workload_scan_apply(&scan, &unit);
	}
	if (word->element == EL_WORKLOAD_HOURS && scan.hours.hi > 0)
		scan.is_all_work = true;
	add_declared(out, &c, with_scheme);
	is_ects = take_ects(out, &scan, &c);
	is_hours =
		take_hours(out, scan.hours, scan.is_all_work ? FROM_DECLARED : FROM_INFERRED, &c);
	/* Of both, the reading is that of the credits. */
	if (is_hours && is_ects && reading != NULL) {
		of_hours = *reading;
		c.reading = &of_hours;
	}
	if (is_hours) {
		reading_set(c.reading, out->hours_from,
			    scan.is_all_work ? "hours of all study, as declared"
					     : "hours, not said whether of all study");
		tell_hours(out, &c);
	}
	note_problems(&scan, &c, has_unit, is_ects || is_hours);
	if (!is_ects && !is_hours && why_unused(scan.kind) != NULL)
		tell_unused(&c, why_unused(scan.kind));
	return is_ects || is_hours;
}

/* --- several words together --- */

/* Weeks that a duration lasts, in thousandths; 0 if it does not say. */
static struct span weeks_of(const struct word *word, const struct hint *hint)
{
	struct workload_scan scan;
	struct unit unit;
	int32_t days = 0;

	if (duration_days_read(&days, slice_trim(word->text)))
		return (struct span){ (int64_t)days * 1000 / DAYS_A_WEEK,
				      (int64_t)days * 1000 / DAYS_A_WEEK };
	workload_scan(&scan, slice_trim(word->text), hint);
	if (scan.has_bare && word->scheme.n > 0 && unit_of_scheme(&unit, word->scheme, hint) &&
	    unit.kind == UNIT_WEEK)
		workload_scan_apply(&scan, &unit);
	return scan.weeks;
}

/* Hours a week that a word declares. */
static struct span rate_of(const struct context *c)
{
	struct workload_scan scan;
	struct unit unit;

	workload_scan(&scan, slice_trim(c->word->text), c->hint);
	if (scan.has_bare && !scan.has_negative && unit_of_word(&unit, c))
		workload_scan_apply(&scan, &unit);
	/* The element says "per week"; the text need not say it again. */
	if (c->word->element == EL_HOURS_PER_WEEK && scan.rate.hi == 0 && scan.hours.hi > 0)
		return scan.hours;
	return scan.rate;
}

static void take_rate(struct workload *out, const struct words *words, struct context *c)
{
	struct span rate = { 0, 0 }, weeks = { 0, 0 };
	const struct word *rate_word = NULL;
	bool has_duration = words_find(words, EL_DURATION, 0) != NULL;

	for (size_t i = 0; i < words->n; i++) {
		const struct word *w = &words->items[i];

		c->word = w;
		if (rate.hi == 0 && (w->element == EL_HOURS_PER_WEEK ||
				     (w->element == EL_WORKLOAD && has_duration))) {
			rate = rate_of(c);
			rate_word = w;
		} else if (weeks.hi == 0 && w->element == EL_DURATION) {
			weeks = weeks_of(w, c->hint);
		}
	}
	if (rate.hi == 0 || rate_word == NULL)
		return;
	c->word = rate_word;
	add_declared(out, c, true);
	if (rate.hi > MAX_RATE_MILLI) {
		note(c, "workload-impossible", "hours a week: at most 80");
		return;
	}
	if (weeks.hi == 0 || weeks.hi > MAX_WEEKS_MILLI)
		return;
	if (take_hours(out, (struct span){ rate.lo * weeks.lo / 1000, rate.hi * weeks.hi / 1000 },
		       FROM_INFERRED, c)) {
		reading_set(c->reading, FROM_INFERRED, "hours a week times weeks");
		tell_hours(out, c);
	}
}

/* Where a country's span is that narrow, its upper figure is the rule (FI: 27 of 26.67). */
static bool is_narrow(struct span hours)
{
	return (hours.hi - hours.lo) * 20 < hours.hi;
}

static void take_ects_from_hours(struct workload *out, const struct context *c)
{
	struct span per = { 0, 0 };
	int64_t lo = 0, hi = 0;

	if (out->ects_c > 0 || out->hours_from != FROM_DECLARED ||
	    !hours_per_ects(&per, c->hint->country))
		return;
	if (is_narrow(per))
		per.lo = per.hi;
	/* tenths of hours * 100 = thousandths; times 1000 for thousandths of credits */
	lo = (int64_t)out->hours_t * 100 * 1000 / per.hi;
	hi = (int64_t)out->hours_max_t * 100 * 1000 / per.lo;
	if (to_ects_c(lo) == 0 || hi > MAX_ECTS_MILLI)
		return;
	out->ects_c = to_ects_c(lo);
	out->ects_max_c = to_ects_c(hi);
	out->ects_from = FROM_HOURS;
	reading_set(c->reading, FROM_HOURS, "credit-systems.tsv: %g to %g h per ECTS (%.*s)",
		    (double)per.lo / 1000, (double)per.hi / 1000, SLICE_ARG(c->hint->country));
	tell_ects(out, c);
}

static void compare(const struct workload *out, const struct context *c)
{
	if (out->ects_c == 0 || out->hours_from != FROM_DECLARED || out->ects_from == FROM_HOURS)
		return;
	/* hours_t / 10 / (ects_c / 100) */
	if ((int64_t)out->hours_max_t * 10 >= (int64_t)FEWEST_HOURS_PER_ECTS * out->ects_c &&
	    (int64_t)out->hours_t * 10 <= (int64_t)MOST_HOURS_PER_ECTS * out->ects_max_c)
		return;
	notes_add(c->notes, c->arena,
		  (struct note){ SLICE_LIT("workload-inconsistent"), EL_WORKLOAD, SLICE_NONE,
				 out->declared,
				 SLICE_LIT("hours of all study: 15 to 45 for one ECTS credit") });
}

const struct word *workload_complete(struct workload *out, const struct words *words,
				     const struct hint *hint, struct reading *reading,
				     struct notes *notes, struct arena *arena)
{
	struct context c = { NULL, hint, reading, notes, arena };
	int32_t hours_t = out->hours_t, ects_c = out->ects_c;

	if (out->hours_t == 0)
		take_rate(out, words, &c);
	take_ects_from_hours(out, &c);
	compare(out, &c);
	if (out->hours_t != hours_t)
		return c.word; /* the rate */
	if (out->ects_c == ects_c)
		return NULL;
	c.word = words_find(words, EL_WORKLOAD_HOURS, 0);
	return c.word != NULL ? c.word : words_find(words, EL_WORKLOAD, 0);
}
