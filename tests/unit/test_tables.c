// SPDX-License-Identifier: EUPL-1.2
/*
 * The readers of size, level, language, country, date and price against tables
 * of declared strings (tests/unit/tables/). A value that is wrong, or that is
 * read where nothing can be known, fails.
 */
#include "catalogue/readers.h"

#include "tests/support/reader_arena.h"
#include "tests/support/table.h"

/* The columns that most tables have. */
enum { DECLARED, COUNTRY, LANG, FIELD };

static struct hint hint_of(const struct table_row *row)
{
	return (struct hint){ .country = row->cells[COUNTRY], .lang = row->cells[LANG] };
}

static void put(char out[TABLE_TEXT_BYTES], const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
static void put(char out[TABLE_TEXT_BYTES], const char *fmt, ...)
{
	size_t n = strlen(out);
	va_list args;

	va_start(args, fmt);
	(void)vsnprintf(out + n, TABLE_TEXT_BYTES - n, fmt, args);
	va_end(args);
}

/* --- workload --- */

static void put_span(char out[TABLE_TEXT_BYTES], const char *mark, double lo, double hi)
{
	put(out, "%s%s%g", out[0] != '\0' ? " " : "", mark, lo);
	if (hi > lo)
		put(out, "..%g", hi);
}

static void read_workload(char out[TABLE_TEXT_BYTES], const struct table_row *row)
{
	struct hint hint = hint_of(row);
	struct slice field = row->cells[FIELD];
	struct word word = { .element = EL_WORKLOAD, .text = row->cells[DECLARED] };
	struct workload w = { 0 };
	struct notes notes = { 0 };

	if (slice_eq_z(field, "hours"))
		word.element = EL_WORKLOAD_HOURS;
	else if (field.n > 0)
		word.scheme = slice_from(field, 1);
	arena_reset(&arena);
	(void)workload_read(&w, &word, &hint, NULL, &notes, &arena);
	if (w.ects_c > 0)
		put_span(out, "", w.ects_c / 100.0, w.ects_max_c / 100.0);
	if (w.hours_t > 0)
		put_span(out, "h", w.hours_t / 10.0, w.hours_max_t / 10.0);
	if (out[0] == '\0')
		put(out, "-");
}

static void workloads_are_read_as_people_declare_them(void **state)
{
	(void)state;
	table_assert_good("workload", table_run("workload", 150, read_workload));
}

/* --- level --- */

/* Cycle and ISCED level only where they are not those that the EQF level usually has. */
static void put_level(char out[TABLE_TEXT_BYTES], const struct level *level)
{
	bool is_range = level->eqf != level->eqf_max;
	bool is_usual = is_range || level->eqf < 5 ||
			((int)level->isced == (int)level->eqf &&
			 level->cycle == (enum cycle)(CYCLE_SHORT + (level->eqf - 5)));

	if (level->eqf == 0 && level->isced >= 0)
		put(out, "isced %d", level->isced);
	else if (level->eqf == 0)
		put(out, level->nqf.n > 0 ? "nqf" : "-");
	else if (is_range)
		put(out, "%d..%d", level->eqf, level->eqf_max);
	else
		put(out, "%d", level->eqf);
	if (level->eqf < 5 ? level->eqf > 0 && level->isced >= 0 : !is_usual)
		put(out, "/%s/%d", level->cycle == CYCLE_NONE ? "none" : cycle_name(level->cycle),
		    level->isced);
}

static void read_level(char out[TABLE_TEXT_BYTES], const struct table_row *row)
{
	struct hint hint = hint_of(row);
	struct word word = { .element = EL_LEVEL,
			     .text = row->cells[DECLARED],
			     .scheme = row->cells[FIELD] };
	struct level level = { .isced = ISCED_LEVEL_UNKNOWN };

	arena_reset(&arena);
	if (!level_read(&level, &word, &hint, NULL, &arena)) {
		put(out, "-");
		return;
	}
	level.from = level.from == FROM_NQF ? FROM_DECLARED : level.from;
	level_complete(&level);
	put_level(out, &level);
}

static void levels_are_read_as_people_declare_them(void **state)
{
	(void)state;
	table_assert_good("level", table_run("level", 150, read_level));
}

/* --- language --- */

static void read_language(char out[TABLE_TEXT_BYTES], const struct table_row *row)
{
	struct hint hint = hint_of(row);
	struct codes codes = { NULL, 0 };
	struct slice unknown = SLICE_NONE;

	arena_reset(&arena);
	(void)language_read_list(&codes, row->cells[DECLARED], &hint, &unknown, NULL, &arena);
	for (size_t i = 0; i < codes.n; i++)
		put(out, "%s%.*s", i > 0 ? " " : "", SLICE_ARG(codes.items[i]));
	if (codes.n == 0)
		put(out, "-");
	else if (unknown.n > 0)
		put(out, " -");
}

static void languages_are_read_as_people_declare_them(void **state)
{
	(void)state;
	table_assert_good("language", table_run("language", 150, read_language));
}

/* --- country --- */

static void read_country(char out[TABLE_TEXT_BYTES], const struct table_row *row)
{
	struct hint hint = hint_of(row);
	struct slice alpha2 = SLICE_LIT("-");

	if (slice_eq_z(row->cells[FIELD], "domain"))
		(void)country_of_domain(&alpha2, row->cells[DECLARED]);
	else
		(void)country_read(&alpha2, row->cells[DECLARED], &hint, NULL);
	put(out, "%.*s", SLICE_ARG(alpha2));
}

static void countries_are_read_as_people_declare_them(void **state)
{
	(void)state;
	table_assert_good("country", table_run("country", 150, read_country));
}

/* --- dates --- */

/* Fields of a date table that are no pattern of a source. */
static bool is_pattern(struct slice field)
{
	return slice_find_byte(field, 'y') >= 0 && !slice_eq_z(field, "year");
}

static void put_date(char out[TABLE_TEXT_BYTES], struct date date)
{
	char text[DATE_TEXT_BYTES];

	date_format(text, date);
	put(out, "%s", text);
}

static void read_duration(char out[TABLE_TEXT_BYTES], struct slice declared)
{
	int32_t days = 0;

	if (duration_days_read(&days, declared))
		put(out, "%d", (int)days);
	else
		put(out, "-");
}

static void read_date(char out[TABLE_TEXT_BYTES], const struct table_row *row)
{
	struct hint hint = hint_of(row);
	struct slice declared = row->cells[DECLARED], field = row->cells[FIELD];
	struct date first = { 0 }, last = { 0 };

	if (slice_eq_z(field, "duration")) {
		read_duration(out, declared);
		return;
	}
	if (slice_eq_z(field, "openedx"))
		hint.standard = field;
	if (is_pattern(field))
		hint.date_format = field;
	if (slice_eq_z(field, "date"))
		hint.date_role = DATE_OF_APPLY_UNTIL;
	if (date_read(&first, declared, &hint, NULL)) {
		put_date(out, first);
	} else if (!slice_eq_z(field, "date") && term_read(&first, &last, declared, &hint, NULL)) {
		put(out, "~");
		put_date(out, first);
		put(out, "..");
		put_date(out, last);
	} else {
		put(out, "-");
	}
}

static void dates_are_read_as_people_declare_them(void **state)
{
	(void)state;
	table_assert_good("date", table_run("date", 150, read_date));
}

/* --- prices --- */

static void put_amount(char out[TABLE_TEXT_BYTES], int64_t amount_c)
{
	put(out, "%lld", (long long)(amount_c / 100));
	if (amount_c % 100 != 0)
		put(out, ".%02lld", (long long)(amount_c % 100));
}

static void put_price(char out[TABLE_TEXT_BYTES], const struct price *p)
{
	if (p->has_amount && p->amount_c == 0 && p->amount_max_c == 0) {
		put(out, "free");
	} else if (p->has_amount) {
		put_amount(out, p->amount_c);
		if (p->amount_max_c > p->amount_c) {
			put(out, "..");
			put_amount(out, p->amount_max_c);
		}
	}
	if (p->currency[0] != '\0')
		put(out, " %s", p->currency);
	if (p->is_on_request)
		put(out, "request");
	if (p->audience.n > 0)
		put(out, " for:%.*s", SLICE_ARG(p->audience.items[0].text));
	if (out[0] == '\0')
		put(out, "-");
}

static void read_price(char out[TABLE_TEXT_BYTES], const struct table_row *row)
{
	struct hint hint = hint_of(row);
	struct word word = { .element = EL_PRICE,
			     .text = row->cells[DECLARED],
			     .scheme = row->cells[FIELD] };
	struct price price = { .currency = "" };
	struct notes notes = { 0 };

	arena_reset(&arena);
	(void)price_read(&price, &word, &hint, NULL, &notes, &arena);
	put_price(out, &price);
}

static void prices_are_read_as_people_declare_them(void **state)
{
	(void)state;
	table_assert_good("price", table_run("price", 150, read_price));
}

/* --- whether one can apply --- */

enum { APPLY_FROM, APPLY_UNTIL, START, START_MAX, END, ROLLING, TODAY };

static struct date date_of(struct slice text)
{
	struct date date = { 0 };

	if (text.n > 0 && !date_parse(&date, text))
		fail_msg("no date: %.*s", SLICE_ARG(text));
	return date;
}

static void read_application(char out[TABLE_TEXT_BYTES], const struct table_row *row)
{
	struct session s = { .apply_from = date_of(row->cells[APPLY_FROM]),
			     .apply_until = date_of(row->cells[APPLY_UNTIL]),
			     .start = date_of(row->cells[START]),
			     .start_max = date_of(row->cells[START_MAX]),
			     .end = date_of(row->cells[END]),
			     .rolling = slice_eq_z(row->cells[ROLLING], "yes")  ? TRI_TRUE
					: slice_eq_z(row->cells[ROLLING], "no") ? TRI_FALSE
										: TRI_UNKNOWN };
	int32_t day = date_first_day(date_of(row->cells[TODAY]));

	put(out, "%s", application_state_name(session_application_state(&s, day)));
}

static void applications_are_open_on_the_days_that_the_dates_say(void **state)
{
	struct table_score score = table_run("application", 60, read_application);

	(void)state;
	assert_int_equal(score.n_right, score.n);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(workloads_are_read_as_people_declare_them),
		cmocka_unit_test(levels_are_read_as_people_declare_them),
		cmocka_unit_test(languages_are_read_as_people_declare_them),
		cmocka_unit_test(countries_are_read_as_people_declare_them),
		cmocka_unit_test(dates_are_read_as_people_declare_them),
		cmocka_unit_test(prices_are_read_as_people_declare_them),
		cmocka_unit_test(applications_are_open_on_the_days_that_the_dates_say),
	};

	return cmocka_run_group_tests(tests, reader_arena_make, reader_arena_clear);
}
