// SPDX-License-Identifier: EUPL-1.2
/*
 * Values of filters: what people type, brought to the codes and numbers that
 * offers hold. One reader a dimension.
 */
#include "base/limits.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "catalogue/query_parse.h"
#include "catalogue/readers.h"

enum {
	MAX_EQF = 8,
	ECTS_DIGITS = 2,
	PRICE_DIGITS = 2,
	MAX_NAME = 200, /* bytes of a provider's or alliance's name */
};

struct job {
	enum dimension dim;
	struct slice value; /* one, trimmed, not empty */
	int32_t today;
	struct arena *arena;
	struct err *err;
};

static enum err_code fail(const struct job *j, const char *expected)
{
	return err_set(j->err, ERR_PARSE, "%s=%.*s: expected %s", dimension_name(j->dim),
		       SLICE_ARG(utf8_first(j->value, 60)), expected);
}

static void set_code(struct filter_value *out, const struct job *j, struct slice code)
{
	*out = (struct filter_value){ .code = arena_dup(j->arena, code) };
}

/* --- ranges --- */

/* "a..b", "a..", "..b", "a"; absent ends are absent slices. False for "..". */
static bool split_range(struct slice *lo, struct slice *hi, struct slice value)
{
	ptrdiff_t dots = slice_find(value, SLICE_LIT(".."));

	*lo = *hi = value;
	if (dots < 0)
		return true;
	*lo = slice_trim(slice_first(value, (size_t)dots));
	*hi = slice_trim(slice_from(value, (size_t)dots + 2));
	return lo->n > 0 || hi->n > 0;
}

static bool read_numbers(struct filter_value *out, struct slice value, unsigned digits,
			 int64_t least, int64_t most)
{
	struct slice lo = SLICE_NONE, hi = SLICE_NONE;
	struct filter_value v = { .lo = least, .hi = INT64_MAX, .is_range = true };

	if (!split_range(&lo, &hi, value))
		return false;
	if (lo.n > 0 && !slice_to_scaled(&v.lo, lo, digits, most))
		return false;
	if (hi.n > 0 && !slice_to_scaled(&v.hi, hi, digits, most))
		return false;
	if (v.lo < least || v.hi < v.lo)
		return false;
	*out = v;
	return true;
}

static bool read_day(struct date *out, int32_t *today_day, struct slice text, int32_t today)
{
	*today_day = today;
	if (slice_eq_nocase(text, SLICE_LIT("today")) || slice_eq_nocase(text, SLICE_LIT("now"))) {
		out->precision = DATE_NONE;
		return true;
	}
	return date_parse(out, text) && out->precision != DATE_NONE;
}

static int64_t first_day(struct date d, int32_t today)
{
	return d.precision == DATE_NONE ? today : date_first_day(d);
}

static int64_t last_day(struct date d, int32_t today)
{
	return d.precision == DATE_NONE ? today : date_last_day(d);
}

/* Reduced dates: from the first day of the first to the last day of the last. */
static bool read_days(struct filter_value *out, struct slice value, int32_t today)
{
	struct slice lo = SLICE_NONE, hi = SLICE_NONE;
	struct filter_value v = { .lo = INT64_MIN, .hi = INT64_MAX, .is_range = true };
	struct date d = { 0 };
	int32_t day = 0;

	if (!split_range(&lo, &hi, value))
		return false;
	if (lo.n > 0) {
		if (!read_day(&d, &day, lo, today))
			return false;
		v.lo = first_day(d, day);
	}
	if (hi.n > 0) {
		if (!read_day(&d, &day, hi, today))
			return false;
		v.hi = last_day(d, day);
	}
	if (v.hi < v.lo)
		return false;
	*out = v;
	return true;
}

/* --- one reader a dimension --- */

static enum err_code read_subject(struct filter_value *out, const struct job *j)
{
	struct word word = { .element = EL_SUBJECT, .text = j->value };
	struct hint hint = { .decimal = 0 };
	struct subject subject = { .code = "" };

	if (subject_label(j->value).n > 0) {
		set_code(out, j, j->value);
		return ERR_OK;
	}
	if (!subject_read(&subject, &word, &hint, NULL))
		return fail(
			j,
			"an ISCED-F 2013 code of 2 to 4 digits such as 06 or 0613, or its label");
	set_code(out, j, slice_of(subject.code));
	return ERR_OK;
}

static enum err_code read_level(struct filter_value *out, const struct job *j)
{
	struct word word = { .element = EL_LEVEL, .text = j->value };
	struct hint hint = { .decimal = 0 };
	struct level level = { .isced = ISCED_LEVEL_UNKNOWN };

	if (read_numbers(out, j->value, 0, 1, MAX_EQF)) {
		if (out->hi > MAX_EQF)
			out->hi = MAX_EQF;
		return ERR_OK;
	}
	/* "master", "EQF 7" */
	if (slice_find(j->value, SLICE_LIT("..")) >= 0 || ascii_is_digit(j->value.p[0]) ||
	    !level_read(&level, &word, &hint, NULL, j->arena) || level.eqf == 0)
		return fail(j, "an EQF level from 1 to 8 or a range such as 6..7");
	*out = (struct filter_value){ .lo = level.eqf, .hi = level.eqf_max, .is_range = true };
	return ERR_OK;
}

static enum err_code read_ects(struct filter_value *out, const struct job *j)
{
	return read_numbers(out, j->value, ECTS_DIGITS, 0, INT32_MAX)
		       ? ERR_OK
		       : fail(j, "a number or a range such as 1..5");
}

static enum err_code read_size(struct filter_value *out, const struct job *j)
{
	enum size_class size = size_class_of_name(j->value);

	if (size == SIZE_NONE)
		return fail(j, "nano, micro, course, pathway or macro");
	set_code(out, j, slice_of(size_class_name(size)));
	return ERR_OK;
}

static enum err_code read_lang(struct filter_value *out, const struct job *j)
{
	struct hint hint = { .decimal = 0 };
	struct slice tag = SLICE_NONE;

	if (!language_read(&tag, j->value, &hint, NULL, j->arena))
		return fail(j, "a language such as en, eng or English");
	set_code(out, j, tag);
	return ERR_OK;
}

static enum err_code read_country(struct filter_value *out, const struct job *j)
{
	struct hint hint = { .decimal = 0 };
	struct slice alpha2 = SLICE_NONE;

	if (!country_read(&alpha2, j->value, &hint, NULL))
		return fail(j, "a country such as FI, FIN or Finland");
	set_code(out, j, alpha2);
	return ERR_OK;
}

/* Names that are looked up later: as typed. */
static enum err_code read_name(struct filter_value *out, const struct job *j)
{
	if (j->value.n > MAX_NAME)
		return fail(j, "a name of at most 200 bytes");
	set_code(out, j, j->value);
	return ERR_OK;
}

static enum err_code read_alliance(struct filter_value *out, const struct job *j)
{
	struct slice code = SLICE_NONE;

	if (j->value.n > MAX_NAME || !alliance_read(&code, j->value, NULL))
		return read_name(out, j);
	set_code(out, j, code);
	return ERR_OK;
}

static enum err_code read_coded(struct filter_value *out, const struct job *j, const char *scheme,
				enum element element, const char *expected)
{
	struct word word = { .element = element, .text = j->value };
	struct hint hint = { .decimal = 0 };
	struct slice code = SLICE_NONE;

	if (coded_is_known(scheme, j->value))
		code = j->value;
	else if (!coded_read(&code, scheme, &word, &hint, NULL))
		return fail(j, expected);
	set_code(out, j, code);
	return ERR_OK;
}

static enum err_code read_mode(struct filter_value *out, const struct job *j)
{
	return read_coded(out, j, "mode", EL_MODE,
			  "a mode such as online, presential, blended, hybrid or work-based");
}

static enum err_code read_credential(struct filter_value *out, const struct job *j)
{
	return read_coded(out, j, "award-format", EL_CREDENTIAL_TYPE,
			  "a format such as edc, open-badge, pdf or diploma-supplement");
}

static enum err_code read_stackable(struct filter_value *out, const struct job *j)
{
	struct job yes = *j;

	if (slice_eq_nocase(j->value, SLICE_LIT("yes")) ||
	    slice_eq_nocase(j->value, SLICE_LIT("true")))
		yes.value = SLICE_LIT("stackable");
	return read_coded(out, &yes, "stackability", EL_STACKABILITY, "stackable or stand-alone");
}

static enum err_code read_start(struct filter_value *out, const struct job *j)
{
	return read_days(out, j->value, j->today)
		       ? ERR_OK
		       : fail(j, "a date or a range such as 2027-01..2027-03");
}

static enum err_code read_open(struct filter_value *out, const struct job *j)
{
	static const char *const today[] = { "yes", "true", "today", "now" };

	/* Which day that is is the zone's business. */
	for (size_t i = 0; i < countof(today); i++) {
		if (!slice_eq_nocase(j->value, slice_of(today[i])))
			continue;
		set_code(out, j, SLICE_LIT("today"));
		return ERR_OK;
	}
	if (read_days(out, j->value, j->today))
		return ERR_OK;
	for (int s = APPLY_UNKNOWN; s <= APPLY_ROLLING; s++) {
		const char *name = application_state_name((enum application_state)s);

		if (!slice_eq_z(j->value, name))
			continue;
		set_code(out, j, slice_of(name));
		return ERR_OK;
	}
	return fail(j, "a day such as 2026-12-01, today, or opens, open, closed, rolling, unknown");
}

static enum err_code read_price(struct filter_value *out, const struct job *j)
{
	static const char *const names[] = { "free", "paid", "unknown" };

	for (size_t i = 0; i < countof(names); i++) {
		if (!slice_eq_nocase(j->value, slice_of(names[i])))
			continue;
		set_code(out, j, slice_of(names[i]));
		return ERR_OK;
	}
	return read_numbers(out, j->value, PRICE_DIGITS, 0, INT64_C(1000000000000))
		       ? ERR_OK
		       : fail(j, "free, paid, unknown, or a range such as ..200");
}

/* The index knows which elements it can tell present; here only the form is checked. */
static enum err_code read_element(struct filter_value *out, const struct job *j)
{
	for (size_t i = 0; i < j->value.n; i++)
		if (!ascii_is_alpha(j->value.p[i]) || j->value.n > 40)
			return fail(j,
				    "the name of an element such as workload or learningOutcomes");
	set_code(out, j, j->value);
	return ERR_OK;
}

static enum err_code (*const value_readers[DIM_COUNT])(struct filter_value *,
						       const struct job *) = {
	[DIM_SUBJECT] = read_subject,     [DIM_LEVEL] = read_level,
	[DIM_ECTS] = read_ects,           [DIM_SIZE] = read_size,
	[DIM_LANG] = read_lang,           [DIM_COUNTRY] = read_country,
	[DIM_PROVIDER] = read_name,       [DIM_ALLIANCE] = read_alliance,
	[DIM_MODE] = read_mode,           [DIM_SOURCE] = read_name,
	[DIM_START] = read_start,         [DIM_OPEN] = read_open,
	[DIM_PRICE] = read_price,         [DIM_CREDENTIAL] = read_credential,
	[DIM_STACKABLE] = read_stackable, [DIM_HAS] = read_element,
	[DIM_MISSING] = read_element,
};

/* --- adding --- */

static bool is_same(const struct filter_value *a, const struct filter_value *b)
{
	return a->is_range == b->is_range &&
	       (a->is_range ? a->lo == b->lo && a->hi == b->hi : slice_eq(a->code, b->code));
}

static enum err_code add_value(struct filter *f, const struct filter_value *value,
			       const struct job *j)
{
	for (size_t i = 0; i < f->n; i++)
		if (is_same(&f->values[i], value))
			return ERR_OK;
	if (f->n >= LIMIT_QUERY_VALUES)
		return err_set(j->err, ERR_LIMIT, "%s: at most %u values", dimension_name(j->dim),
			       (unsigned)LIMIT_QUERY_VALUES);
	if (f->values == NULL)
		f->values = arena_new_n(j->arena, struct filter_value, LIMIT_QUERY_VALUES);
	if (f->values == NULL || j->arena->has_failed)
		return err_set(j->err, ERR_LIMIT, "the query needs more than %zu bytes",
			       j->arena->max);
	f->values[f->n++] = *value;
	return ERR_OK;
}

static enum err_code add_one(struct filter *f, struct job *j, struct slice text)
{
	struct filter_value value = { .is_range = false };
	enum err_code rc = ERR_OK;

	j->value = slice_trim(text);
	if (j->value.n == 0)
		return ERR_OK;
	rc = value_readers[j->dim](&value, j);
	return rc == ERR_OK ? add_value(f, &value, j) : rc;
}

/* A label may hold commas itself: "Arts, humanities". */
static bool is_known_whole(const struct job *j, struct slice value)
{
	struct job whole = *j;
	struct filter_value ignored;

	if (j->dim != DIM_SUBJECT && j->dim != DIM_COUNTRY)
		return false;
	whole.value = slice_trim(value);
	whole.err = NULL;
	return whole.value.n > 0 && value_readers[j->dim](&ignored, &whole) == ERR_OK;
}

enum err_code filters_add(struct filters *filters, enum dimension dim, struct slice value,
			  bool is_one, int32_t today, struct arena *arena, struct err *err)
{
	struct job j = { .dim = dim, .today = today, .arena = arena, .err = err };
	struct filter *f = &filters->items[dim];
	struct slice part = SLICE_NONE;
	enum err_code rc =
		query_check_text(slice_of(dimension_name(dim)), value, LIMIT_QUERY_BYTES, err);

	if (rc != ERR_OK)
		return rc;
	if (is_one || slice_find_byte(value, ',') < 0 || is_known_whole(&j, value))
		return add_one(f, &j, value);
	while (rc == ERR_OK && slice_split(&part, &value, ','))
		rc = add_one(f, &j, part);
	return rc;
}
