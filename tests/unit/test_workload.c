// SPDX-License-Identifier: EUPL-1.2
/*
 * Credits and hours from words.
 */
#include "catalogue/vocab.h"
#include "catalogue/workload_scan.h"
#include "tests/support/reader_arena.h"
#include "tests/support/shared_dir.h"

/* --- the table of examples --- */

enum {
	EX_TEXT,
	EX_LANG,
	EX_COUNTRY,
	EX_ECTS,
	EX_HOURS_MIN,
	EX_HOURS_MAX,
	EX_KIND,
	EX_NOTE,
	EX_CELLS
};

static int64_t milli_of(struct slice cell)
{
	int64_t v = 0;

	return cell.n > 0 && slice_to_scaled(&v, cell, 3, INT64_C(1000000000)) ? v : 0;
}

static bool is_near(int64_t a, int64_t b)
{
	return llabs(a - b) <= 10;
}

static bool is_ects_right(struct span found, struct slice expected)
{
	ptrdiff_t range = slice_find(expected, SLICE_LIT(".."));
	ptrdiff_t either = slice_find(expected, SLICE_LIT(" or "));

	if (either >= 0)
		return found.lo == milli_of(slice_first(expected, (size_t)either)) ||
		       found.lo == milli_of(slice_from(expected, (size_t)either + 4));
	if (range >= 0)
		return is_near(found.lo, milli_of(slice_first(expected, (size_t)range))) &&
		       is_near(found.hi, milli_of(slice_from(expected, (size_t)range + 2)));
	return is_near(found.lo, milli_of(expected)) && is_near(found.hi, milli_of(expected));
}

/*
 * Hours that stand in the text must be found. Those that only follow from the
 * definition of a credit, or are time in class, are known but are no hours of study.
 */
static bool are_hours_right(const struct workload_scan *scan, const struct slice *cells)
{
	int64_t lo = milli_of(cells[EX_HOURS_MIN]), hi = milli_of(cells[EX_HOURS_MAX]);
	bool is_class =
		slice_eq_z(cells[EX_KIND], "contact") || slice_eq_z(cells[EX_KIND], "other");

	if (hi == 0)
		return scan->hours.hi == 0;
	if (is_class && scan->hours.hi != 0)
		return false;
	if (scan->hours.hi != 0)
		return is_near(scan->hours.lo, lo) && is_near(scan->hours.hi, hi);
	return is_near(scan->implied.lo, lo) && is_near(scan->implied.hi, hi);
}

static void check_example(const struct slice *cells)
{
	struct hint hint = { .country = cells[EX_COUNTRY], .lang = cells[EX_LANG] };
	struct workload_scan scan;
	struct unit unit;

	if (slice_eq_z(hint.country, "EU"))
		hint.country = SLICE_NONE;
	workload_scan(&scan, cells[EX_TEXT], &hint);
	/* "only in a field known to hold credits" */
	if (scan.has_bare && slice_contains(cells[EX_NOTE], SLICE_LIT("only in a field"))) {
		assert_int_equal(scan.ects.hi, 0);
		assert_true(unit_of_form(&unit, SLICE_LIT("ects"), &hint));
		workload_scan_apply(&scan, &unit);
	}
	if (!is_ects_right(scan.ects, cells[EX_ECTS]) || !are_hours_right(&scan, cells))
		fail_msg("%.*s (%.*s): ects %lld..%lld, hours %lld..%lld, implied %lld",
			 SLICE_ARG(cells[EX_TEXT]), SLICE_ARG(cells[EX_COUNTRY]),
			 (long long)scan.ects.lo, (long long)scan.ects.hi, (long long)scan.hours.lo,
			 (long long)scan.hours.hi, (long long)scan.implied.lo);
}

static void every_example_means_what_the_table_says(void **state)
{
	char path[500], line[1024];
	size_t n_lines = 0, n = 0;
	FILE *file;

	(void)state;
	snprintf(path, sizeof(path), "%s/vocab/workload-examples.tsv", shared_dir());
	file = fopen(path, "r");
	if (file == NULL) {
		print_message("no %s\n", path);
		skip();
	}
	while (fgets(line, sizeof line, file) != NULL) {
		struct slice cells[EX_CELLS] = { { NULL, 0 } };
		struct slice rest = slice_of(line);
		size_t i = 0;

		rest.n -= rest.n > 0 && rest.p[rest.n - 1] == '\n';
		if (n_lines++ < 2)
			continue;
		while (i < EX_CELLS && slice_split(&cells[i], &rest, '\t'))
			i++;
		check_example(cells);
		n++;
	}
	fclose(file);
	assert_true(n > 90);
}

/* --- the table of forms --- */

enum { FORM_UNIT, FORM_LANG, FORM_TEXT };

/* Whether "12 <form>" is what the form's unit says; time that passes, or in class, is no size. */
static bool is_form_read(const struct workload_scan *scan, struct slice unit)
{
	enum { TWELVE = 12000 };
	bool is_study = scan->hours.hi > 0, has_credits = scan->ects.hi > 0;

	/* The Netherlands count credits of such hours, too: 28 SBU are one. */
	if (slice_eq_z(unit, "hour-of-work"))
		return scan->hours.lo == TWELVE && scan->hours.hi == TWELVE && scan->is_all_work;
	if (slice_eq_z(unit, "hour"))
		return scan->hours.lo == TWELVE && scan->hours.hi == TWELVE && !has_credits &&
		       !scan->is_all_work;
	if (slice_eq_z(unit, "minute"))
		return scan->hours.lo == TWELVE / 60 && !has_credits;
	if (slice_eq_z(unit, "week"))
		return scan->weeks.lo == TWELVE && !is_study && !has_credits;
	return !is_study && !has_credits;
}

static bool is_unit_of_time(struct slice unit)
{
	static const char *const units[] = { "hour",     "hour-of-work", "minute",    "day",
					     "week",     "month",        "year",      "semester",
					     "lesson45", "contact",      "self-study" };

	for (size_t i = 0; i < countof(units); i++)
		if (slice_eq_z(unit, units[i]))
			return true;
	return false;
}

static void every_form_of_a_unit_is_read_as_that_unit(void **state)
{
	size_t n = 0, n_wrong = 0;

	(void)state;
	for (size_t i = 0; i < vocab_count(VOCAB_WORKLOAD_FORM); i++) {
		struct vocab_row row = vocab_at(VOCAB_WORKLOAD_FORM, i);
		struct slice langs = row.cells[FORM_LANG];
		struct hint hint = { .decimal = 0 };
		struct workload_scan scan;
		char text[200];

		if (!is_unit_of_time(row.cells[FORM_UNIT]))
			continue;
		if (!slice_split(&hint.lang, &langs, ' ') || slice_eq_z(hint.lang, "mul"))
			hint.lang = SLICE_NONE;
		snprintf(text, sizeof text, "12 %.*s", SLICE_ARG(row.cells[FORM_TEXT]));
		workload_scan(&scan, slice_of(text), &hint);
		n++;
		if (is_form_read(&scan, row.cells[FORM_UNIT]))
			continue;
		n_wrong++;
		print_message("%s (%.*s) is no %.*s: %lld h, %lld ects, %lld weeks\n", text,
			      SLICE_ARG(row.cells[FORM_LANG]), SLICE_ARG(row.cells[FORM_UNIT]),
			      (long long)scan.hours.lo, (long long)scan.ects.lo,
			      (long long)scan.weeks.lo);
	}
	assert_true(n > 1500);
	assert_int_equal(n_wrong, 0);
}

/* --- more of what catalogues hold --- */

static void texts_say_credits_and_hours(void **state)
{
	static const struct {
		const char *text, *country, *lang;
		int64_t ects, ects_max, hours, hours_max; /* thousandths */
	} rows[] = {
		{ "81 h (3 op)", "FI", "fi", 3000, 3000, 81000, 81000 },
		{ "Laajuus: 5 op", "FI", "fi", 5000, 5000, 0, 0 },
		{ "5op", "FI", NULL, 5000, 5000, 0, 0 },
		{ "20 CATS credits / 10 ECTS", "GB", "en", 10000, 10000, 0, 0 },
		{ "20 credits ECTS", "GB", "en", 20000, 20000, 0, 0 },
		{ "10 credits (ECTS)", "GB", "en", 10000, 10000, 0, 0 },
		{ "3 ECTS (75 h), of which 20 contact hours", "ES", "en", 3000, 3000, 75000,
		  75000 },
		{ "5 ECTS (1 ECTS = 25 h)", "AT", "en", 5000, 5000, 0, 0 },
		{ "60 ECTS = 1600 h", "FI", "en", 60000, 60000, 1600000, 1600000 },
		{ "5.000 ECTS", "DE", "de", 5000, 5000, 0, 0 },
		{ "1.234,5 Stunden", "DE", "de", 0, 0, 1234500, 1234500 },
		{ "credits", "IE", "en", 0, 0, 0, 0 },
		{ "10 credits", NULL, "en", 0, 0, 0, 0 },
		{ "10 credits", "US", "en", 0, 0, 0, 0 },
		{ "5 AP", "EE", "et", 0, 0, 0, 0 },
		{ "3 osp", "FI", "fi", 0, 0, 0, 0 },
		{ "5 Op", "FI", "fi", 0, 0, 0, 0 },
		{ "2 ov", "FI", "fi", 3000, 3000, 0, 0 },
		{ "6 SWS, 5 LP", "DE", "de", 5000, 5000, 0, 0 },
		{ "3 op - 5 op", "FI", "fi", 0, 0, 0, 0 },
		{ "Level 7, 5 ECTS, 2027", "IE", "en", 5000, 5000, 0, 0 },
		{ "1/2 ECTS", "IE", "en", 0, 0, 0, 0 },
		{ "50% of 10 ECTS", "IE", "en", 10000, 10000, 0, 0 },
		{ "hours per week: 4; weeks: 6", "IE", "en", 0, 0, 24000, 24000 },
		{ "10 x 90 min", "DE", "de", 0, 0, 0, 0 },
		{ "45 minutes", "IE", "en", 0, 0, 750, 750 },
		{ "15.01.2027", "DE", "de", 0, 0, 0, 0 },
		{ "", "DE", "de", 0, 0, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < countof(rows); i++) {
		struct hint hint = { .country = slice_of(rows[i].country),
				     .lang = slice_of(rows[i].lang) };
		struct workload_scan scan;

		workload_scan(&scan, slice_of(rows[i].text), &hint);
		if (!is_near(scan.ects.lo, rows[i].ects) ||
		    !is_near(scan.ects.hi, rows[i].ects_max) ||
		    !is_near(scan.hours.lo, rows[i].hours) ||
		    !is_near(scan.hours.hi, rows[i].hours_max))
			fail_msg("%s (%s): ects %lld..%lld, hours %lld..%lld", rows[i].text,
				 rows[i].country, (long long)scan.ects.lo, (long long)scan.ects.hi,
				 (long long)scan.hours.lo, (long long)scan.hours.hi);
	}
}

static void words_become_workload(void **state)
{
	static const struct {
		enum element element;
		const char *text, *scheme, *country, *standard;
		int32_t ects_c;
		enum from ects_from;
		int32_t hours_t;
		enum from hours_from;
		const char *note; /* code of the first, NULL for none */
	} rows[] = {
		{ EL_WORKLOAD, "5", "ects", "NL", "ooapi-5", 500, FROM_DECLARED, 0, FROM_NONE,
		  NULL },
		{ EL_WORKLOAD, "140", "sbu", "NL", "ooapi-5", 500, FROM_CONVERTED, 1400,
		  FROM_DECLARED, NULL },
		{ EL_WORKLOAD, "5", "sp", "NL", "ooapi-5", 0, FROM_NONE, 0, FROM_NONE,
		  "workload-unknown-unit" },
		{ EL_WORKLOAD, "20", "contacttime", "NL", "ooapi-5", 0, FROM_NONE, 0, FROM_NONE,
		  NULL },
		{ EL_WORKLOAD, "20", "hour", "NL", "ooapi-5", 0, FROM_NONE, 200, FROM_INFERRED,
		  NULL },
		{ EL_WORKLOAD, "3", "http://data.europa.eu/snb/education-credit/6fcec5c5af", NULL,
		  NULL, 300, FROM_DECLARED, 0, FROM_NONE, NULL },
		{ EL_WORKLOAD, "20", "cats", "GB", NULL, 1000, FROM_CONVERTED, 0, FROM_NONE, NULL },
		{ EL_WORKLOAD, "20", "credits", "GB", NULL, 1000, FROM_CONVERTED, 0, FROM_NONE,
		  NULL },
		{ EL_WORKLOAD, "5", NULL, "FI", NULL, 0, FROM_NONE, 0, FROM_NONE,
		  "workload-without-unit" },
		{ EL_WORKLOAD, "0", "ects", "FI", NULL, 0, FROM_NONE, 0, FROM_NONE,
		  "workload-zero" },
		{ EL_WORKLOAD, "0 ECTS", NULL, "FI", NULL, 0, FROM_NONE, 0, FROM_NONE,
		  "workload-zero" },
		{ EL_WORKLOAD, "-5 ECTS", NULL, "FI", NULL, 0, FROM_NONE, 0, FROM_NONE,
		  "workload-negative" },
		{ EL_WORKLOAD, "-5", "ects", "FI", NULL, 0, FROM_NONE, 0, FROM_NONE,
		  "workload-negative" },
		{ EL_WORKLOAD, "99999 ECTS", NULL, "FI", NULL, 0, FROM_NONE, 0, FROM_NONE,
		  "workload-impossible" },
		{ EL_WORKLOAD, "varies", NULL, "FI", NULL, 0, FROM_NONE, 0, FROM_NONE,
		  "workload-not-understood" },
		{ EL_WORKLOAD, "n/a", NULL, "FI", NULL, 0, FROM_NONE, 0, FROM_NONE, NULL },
		{ EL_WORKLOAD, "PT0S", NULL, "FI", NULL, 0, FROM_NONE, 0, FROM_NONE,
		  "workload-zero" },
		{ EL_WORKLOAD, "6 weeks", NULL, "FI", NULL, 0, FROM_NONE, 0, FROM_NONE, NULL },
		{ EL_WORKLOAD_HOURS, "135", NULL, "FI", NULL, 0, FROM_NONE, 1350, FROM_DECLARED,
		  NULL },
		{ EL_WORKLOAD_HOURS, "PT25H30M", NULL, "FI", NULL, 0, FROM_NONE, 255, FROM_DECLARED,
		  NULL },
		{ EL_WORKLOAD_HOURS, "1.000", NULL, "DE", NULL, 0, FROM_NONE, 10000, FROM_DECLARED,
		  NULL },
		{ EL_WORKLOAD, "<p>7,5&nbsp;hp</p>", NULL, "SE", NULL, 750, FROM_DECLARED, 0,
		  FROM_NONE, NULL },
	};

	(void)state;
	for (size_t i = 0; i < countof(rows); i++) {
		struct word word = { .element = rows[i].element,
				     .scheme = slice_of(rows[i].scheme),
				     .text = slice_of(rows[i].text) };
		struct hint hint = { .country = slice_of(rows[i].country),
				     .standard = slice_of(rows[i].standard) };
		struct workload out = { 0 };
		struct notes notes = { 0 };
		struct reading reading = { .from = FROM_NONE };
		struct slice code = SLICE_NONE;
		bool is_read = workload_read(&out, &word, &hint, &reading, &notes, &arena);

		if (notes.n > 0)
			code = notes.items[0].code;
		if (out.ects_c != rows[i].ects_c || out.ects_from != rows[i].ects_from ||
		    out.hours_t != rows[i].hours_t || out.hours_from != rows[i].hours_from ||
		    !slice_eq(code, slice_of(rows[i].note)) ||
		    is_read != (rows[i].ects_c > 0 || rows[i].hours_t > 0))
			fail_msg("%s %s: ects %d (%d), hours %d (%d), note %.*s", rows[i].text,
				 rows[i].scheme, out.ects_c, out.ects_from, out.hours_t,
				 out.hours_from, SLICE_ARG(code));
	}
}

static struct word word_of(enum element element, const char *text, const char *scheme)
{
	return (struct word){ .element = element,
			      .text = slice_of(text),
			      .scheme = slice_of(scheme) };
}

static void weaker_words_do_not_replace_stronger_ones(void **state)
{
	struct hint hint = { .country = SLICE_LIT("GB") };
	struct workload out = { 0 };
	struct notes notes = { 0 };
	struct word ects = word_of(EL_WORKLOAD, "12", "ects");
	struct word cats = word_of(EL_WORKLOAD, "20", "cats");
	struct word other = word_of(EL_WORKLOAD, "13", "ects");

	(void)state;
	assert_true(workload_read(&out, &ects, &hint, NULL, &notes, &arena));
	assert_false(workload_read(&out, &cats, &hint, NULL, &notes, &arena));
	assert_int_equal(out.ects_c, 1200);
	assert_int_equal(notes.n, 0);
	assert_true(workload_read(&out, &other, &hint, NULL, &notes, &arena));
	assert_int_equal(out.ects_c, 1200);
	assert_true(slice_eq_z(notes.items[0].code, "workload-differs"));
	assert_true(slice_eq_z(out.declared, "12 ects; 20 cats; 13 ects"));
}

static void a_unit_is_declared_as_plain_text(void **state)
{
	const struct hint hint = { .country = SLICE_LIT("NL") };
	struct workload out = { 0 };
	struct notes notes = { 0 };
	struct word word = word_of(EL_WORKLOAD, "5", "ects\x15\n credit\x7f");

	(void)state;
	(void)workload_read(&out, &word, &hint, NULL, &notes, &arena);
	assert_true(slice_eq_z(out.declared, "5 ects credit"));
}

static void words_together_give_hours_and_credits(void **state)
{
	const struct {
		const char *country;
		struct word words[2];
		int32_t ects_c, ects_max_c, hours_t;
		const char *note;
	} rows[] = {
		{ "FI",
		  { { .element = EL_WORKLOAD_HOURS, .text = SLICE_LIT("135") } },
		  500,
		  500,
		  1350,
		  NULL },
		{ "ES",
		  { { .element = EL_WORKLOAD_HOURS, .text = SLICE_LIT("150") } },
		  500,
		  600,
		  1500,
		  NULL },
		{ "US",
		  { { .element = EL_WORKLOAD_HOURS, .text = SLICE_LIT("150") } },
		  0,
		  0,
		  1500,
		  NULL },
		{ "FI",
		  { { .element = EL_WORKLOAD, .text = SLICE_LIT("135 h") } },
		  0,
		  0,
		  1350,
		  NULL },
		{ "FI",
		  { { .element = EL_HOURS_PER_WEEK, .text = SLICE_LIT("4") },
		    { .element = EL_DURATION, .text = SLICE_LIT("P6W") } },
		  0,
		  0,
		  240,
		  NULL },
		{ "FI",
		  { { .element = EL_HOURS_PER_WEEK,
		      .text = SLICE_LIT("8"),
		      .scheme = SLICE_LIT("h/month") },
		    { .element = EL_DURATION, .text = SLICE_LIT("P2M") } },
		  0,
		  0,
		  160,
		  NULL },
		{ "FI",
		  { { .element = EL_WORKLOAD, .text = SLICE_LIT("3-5 hours/week") },
		    { .element = EL_DURATION, .text = SLICE_LIT("6 weeks") } },
		  0,
		  0,
		  180,
		  NULL },
		{ "FI",
		  { { .element = EL_HOURS_PER_WEEK, .text = SLICE_LIT("1080") },
		    { .element = EL_DURATION, .text = SLICE_LIT("P6W") } },
		  0,
		  0,
		  0,
		  "workload-impossible" },
		{ "FI", { { .element = EL_DURATION, .text = SLICE_LIT("P6W") } }, 0, 0, 0, NULL },
		{ "FI",
		  { { .element = EL_WORKLOAD, .text = SLICE_LIT("5 ECTS") },
		    { .element = EL_WORKLOAD_HOURS, .text = SLICE_LIT("500") } },
		  500,
		  500,
		  5000,
		  "workload-inconsistent" },
	};

	(void)state;
	for (size_t i = 0; i < countof(rows); i++) {
		struct hint hint = { .country = slice_of(rows[i].country) };
		struct workload out = { 0 };
		struct notes notes = { 0 };
		struct words words = { 0 };
		struct slice code = SLICE_NONE;

		for (size_t k = 0; k < 2; k++)
			assert_true(words_add(&words, &arena, rows[i].words[k]));
		for (size_t k = 0; k < words.n; k++)
			if (words.items[k].element == EL_WORKLOAD ||
			    words.items[k].element == EL_WORKLOAD_HOURS)
				(void)workload_read(&out, &words.items[k], &hint, NULL, &notes,
						    &arena);
		workload_complete(&out, &words, &hint, NULL, &notes, &arena);
		if (notes.n > 0)
			code = notes.items[0].code;
		if (out.ects_c != rows[i].ects_c || out.ects_max_c != rows[i].ects_max_c ||
		    out.hours_t != rows[i].hours_t || !slice_eq(code, slice_of(rows[i].note)))
			fail_msg("row %zu: ects %d..%d, hours %d, note %.*s", i, out.ects_c,
				 out.ects_max_c, out.hours_t, SLICE_ARG(code));
	}
}

static uint32_t next_random(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 8;
}

static void any_bytes_are_read_without_harm(void **state)
{
	static const char *const pieces[] = {
		"1",       "0",        "999999999", "9",     ".", ",", "-",   "\342\200\223",
		" ",       "ECTS",     "op",        "h",     "P", "T", "M",   "=",
		"x",       "\303\240", "weeks",     "/week", "(", ")", "SBU", "30h",
		"credits", "\'",       "\302\240",  "\377",  "%", "/", "to ", "PT",
		"45 min",
	};
	uint32_t seed = 3;

	(void)state;
	for (int round = 0; round < 4000; round++) {
		struct buf text = BUF_INIT(2000);
		struct hint hint = { .country = SLICE_LIT("FI") };
		struct workload out = { 0 };
		struct notes notes = { 0 };
		struct word word = { .element = EL_WORKLOAD };

		for (unsigned i = 0; i < 1 + next_random(&seed) % 24; i++)
			buf_str(&text, pieces[next_random(&seed) % countof(pieces)]);
		word.text = buf_view(&text);
		(void)workload_read(&out, &word, &hint, NULL, &notes, &arena);
		assert_true(out.ects_c >= 0 && out.ects_max_c >= out.ects_c);
		assert_true(out.ects_max_c <= 60000);
		assert_true(out.hours_t >= 0 && out.hours_max_t >= out.hours_t);
		assert_true((out.ects_c > 0) == (out.ects_from != FROM_NONE));
		assert_true((out.hours_t > 0) == (out.hours_from != FROM_NONE));
		buf_clear(&text);
		arena_reset(&arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_example_means_what_the_table_says),
		cmocka_unit_test(every_form_of_a_unit_is_read_as_that_unit),
		cmocka_unit_test(texts_say_credits_and_hours),
		cmocka_unit_test(words_become_workload),
		cmocka_unit_test(weaker_words_do_not_replace_stronger_ones),
		cmocka_unit_test(a_unit_is_declared_as_plain_text),
		cmocka_unit_test(words_together_give_hours_and_credits),
		cmocka_unit_test(any_bytes_are_read_without_harm),
	};

	return cmocka_run_group_tests(tests, reader_arena_make, reader_arena_clear);
}
