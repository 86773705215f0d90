// SPDX-License-Identifier: EUPL-1.2
/*
 * What holds for the readers of size, level, language, country, date and price
 * whatever they are given: the strings of the tables, and these cut, joined,
 * doubled and spoilt. Nothing depends on the locale or the time zone of the
 * process, what they made of a text is read again as the same, and memory is
 * bounded by the length of the text.
 */
#include "base/arena.h"
#include "base/json_write.h"
#include "base/limits.h"
#include "catalogue/readers.h"
#include "catalogue/text.h"

#include "tests/support/random.h"
#include "tests/support/unit.h"

#include <locale.h>
#include <time.h>

enum {
	MAX_TEXTS = 4096,
	MAX_TABLE_BYTES = 256 * 1024,
	ANSWER_BYTES = 256,
	SPOILT_ROUNDS = 2000,
	ARENA_BYTES_A_BYTE = 64, /* of a text, and a page beside */
};

static struct arena arena;
static struct slice texts[MAX_TEXTS];
static size_t n_texts;
static const struct hint hints[] = {
	{ .decimal = 0 },
	{ .country = { "FI", 2 }, .lang = { "fi", 2 } },
	{ .country = { "DE", 2 }, .lang = { "de", 2 }, .decimal = ',' },
	{ .country = { "GB", 2 }, .lang = { "en", 2 } },
	{ .country = { "TR", 2 }, .lang = { "tr", 2 } },
};

/* --- the readers, each with its answer as a text that it can read again --- */

static void put_span(char *out, double lo, double hi, const char *unit)
{
	size_t n = strlen(out);

	if (lo <= 0)
		return;
	if (hi > lo)
		(void)snprintf(out + n, ANSWER_BYTES - n, "%s%g-%g %s", n > 0 ? ", " : "", lo, hi,
			       unit);
	else
		(void)snprintf(out + n, ANSWER_BYTES - n, "%s%g %s", n > 0 ? ", " : "", lo, unit);
}

static void read_workload(char *out, struct slice text, const struct hint *hint)
{
	struct word word = { .element = EL_WORKLOAD, .text = text };
	struct workload w = { 0 };
	struct notes notes = { 0 };

	(void)workload_read(&w, &word, hint, NULL, &notes, &arena);
	put_span(out, w.ects_c / 100.0, w.ects_max_c / 100.0, "ECTS");
	if (w.hours_t > 0)
		put_span(out, w.hours_t / 10.0, w.hours_max_t / 10.0, "h workload");
}

static void read_level(char *out, struct slice text, const struct hint *hint)
{
	struct word word = { .element = EL_LEVEL, .text = text };
	struct level level = { .isced = ISCED_LEVEL_UNKNOWN };

	if (!level_read(&level, &word, hint, NULL, &arena))
		return;
	if (level.eqf > 0 && level.eqf < level.eqf_max)
		(void)snprintf(out, ANSWER_BYTES, "EQF %d-%d", level.eqf, level.eqf_max);
	else if (level.eqf > 0)
		(void)snprintf(out, ANSWER_BYTES, "EQF %d", level.eqf);
	else if (level.isced >= 0)
		(void)snprintf(out, ANSWER_BYTES, "ISCED %d", level.isced);
}

static void read_languages(char *out, struct slice text, const struct hint *hint)
{
	struct codes codes = { NULL, 0 };
	struct slice unknown;
	/* A tag means itself, whatever country it comes from. */
	struct hint plain = { .lang = hint->lang };

	(void)language_read_list(&codes, text, &plain, &unknown, NULL, &arena);
	for (size_t i = 0; i < codes.n && strlen(out) + codes.items[i].n + 3 < ANSWER_BYTES; i++)
		(void)snprintf(out + strlen(out), ANSWER_BYTES - strlen(out), "%s%.*s",
			       i > 0 ? ", " : "", SLICE_ARG(codes.items[i]));
}

static void read_country(char *out, struct slice text, const struct hint *hint)
{
	struct slice alpha2;

	if (country_read(&alpha2, text, hint, NULL))
		(void)snprintf(out, ANSWER_BYTES, "%.*s", SLICE_ARG(alpha2));
}

static void read_date(char *out, struct slice text, const struct hint *hint)
{
	struct date first = { 0 }, last = { 0 };
	char a[DATE_TEXT_BYTES], b[DATE_TEXT_BYTES];

	if (date_read(&first, text, hint, NULL)) {
		date_format(a, first);
		(void)snprintf(out, ANSWER_BYTES, "%s", a);
		return;
	}
	/* A range is two dates: only its first can be read again as a date. */
	if (!term_read(&first, &last, text, hint, NULL))
		return;
	date_format(a, first);
	date_format(b, last);
	assert_true(date_first_day(first) <= date_last_day(last));
	assert_true(strlen(b) > 0);
	(void)snprintf(out, ANSWER_BYTES, "%s", a);
}

static void read_price(char *out, struct slice text, const struct hint *hint)
{
	struct word word = { .element = EL_PRICE, .text = text };
	struct price p = { .currency = "" };
	struct notes notes = { 0 };
	/* The answer is written with a decimal point. */
	struct hint plain = { .country = hint->country, .lang = hint->lang };

	(void)price_read(&p, &word, &plain, NULL, &notes, &arena);
	if (p.has_amount && p.amount_max_c == 0)
		(void)snprintf(out, ANSWER_BYTES, "free");
	else if (p.has_amount && p.amount_c > 0 && p.amount_c < p.amount_max_c)
		(void)snprintf(out, ANSWER_BYTES, "%.2f-%.2f %s", (double)p.amount_c / 100,
			       (double)p.amount_max_c / 100, p.currency);
	else if (p.has_amount && p.amount_c > 0)
		(void)snprintf(out, ANSWER_BYTES, "%.2f %s", (double)p.amount_c / 100, p.currency);
	else if (p.is_on_request)
		(void)snprintf(out, ANSWER_BYTES, "on request");
}

static const struct reader {
	const char *name;
	void (*read)(char *out, struct slice text, const struct hint *hint);
} readers[] = {
	{ "workload", read_workload }, { "level", read_level }, { "language", read_languages },
	{ "country", read_country },   { "date", read_date },   { "price", read_price },
};

static void answer(char out[ANSWER_BYTES], const struct reader *r, struct slice text,
		   const struct hint *hint)
{
	arena_reset(&arena);
	out[0] = '\0';
	r->read(out, text, hint);
}

/* --- texts --- */

static void load(const char *name)
{
	char path[512];
	char *memory = arena_alloc(&arena, MAX_TABLE_BYTES);
	struct slice rest, line, cell;
	FILE *file;
	bool is_row = false;

	(void)snprintf(path, sizeof path, MICROCAT_SOURCE_DIR "/tests/unit/tables/%s.tsv", name);
	file = fopen(path, "rb");
	if (file == NULL || memory == NULL)
		fail_msg("%s: cannot be read", path);
	rest = slice_make(memory, fread(memory, 1, MAX_TABLE_BYTES, file));
	fclose(file);
	while (slice_split(&line, &rest, '\n')) {
		if (line.n == 0 || line.p[0] == '#')
			continue;
		if (is_row && n_texts < MAX_TEXTS && slice_split(&cell, &line, '\t'))
			texts[n_texts++] = unit_exact(cell);
		is_row = true;
	}
	arena_reset(&arena);
}

static int set_up(void **state)
{
	(void)state;
	text_init();
	arena_init(&arena, 16 * LIMIT_MIB);
	for (size_t i = 0; i < countof(readers); i++)
		load(readers[i].name);
	return n_texts > 1500 ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	for (size_t i = 0; i < n_texts; i++)
		unit_exact_free(texts[i]);
	arena_clear(&arena);
	return 0;
}

/* --- what holds --- */

static uint64_t hash_of_answers(void)
{
	uint64_t hash = 0xcbf29ce484222325u;

	for (size_t i = 0; i < n_texts; i++)
		for (size_t r = 0; r < countof(readers); r++) {
			char out[ANSWER_BYTES];

			answer(out, &readers[r], texts[i], &hints[i % countof(hints)]);
			for (const char *c = out; *c != '\0'; c++)
				hash = (hash ^ (unsigned char)*c) * 0x100000001b3u;
		}
	return hash;
}

/* The answers themselves are written with %g and %.2f: under the locale C alone. */
static void answers_do_not_depend_on_locale_or_time_zone(void **state)
{
	static const char *const locales[] = { "C",           "C.UTF-8",     "tr_TR.UTF-8",
					       "de_DE.UTF-8", "fi_FI.UTF-8", "az_AZ.UTF-8" };
	static const char *const zones[] = { "UTC", "Pacific/Kiritimati", "America/Los_Angeles",
					     "<X>-13:45" };
	uint64_t expected;
	size_t n_locales = 0;

	(void)state;
	setlocale(LC_ALL, "C");
	expected = hash_of_answers();
	for (size_t i = 0; i < countof(locales); i++) {
		if (setlocale(LC_ALL, locales[i]) == NULL)
			continue;
		setlocale(LC_NUMERIC, "C");
		n_locales++;
		setenv("TZ", zones[i % countof(zones)], 1);
		tzset();
		if (hash_of_answers() != expected)
			fail_msg("other answers under %s, %s", locales[i],
				 zones[i % countof(zones)]);
	}
	setlocale(LC_ALL, "C");
	unsetenv("TZ");
	tzset();
	print_message("%zu locales\n", n_locales);
	assert_true(n_locales >= 2);
}

/* A number with a comma under the locale must not become another: nothing asks the locale. */
static void decimals_do_not_depend_on_the_locale(void **state)
{
	static const char *const locales[] = { "C", "C.UTF-8", "de_DE.UTF-8", "fi_FI.UTF-8" };
	struct word word = { .element = EL_WORKLOAD, .text = SLICE_LIT("7.5 ECTS, 202,5 h") };

	(void)state;
	for (size_t i = 0; i < countof(locales); i++) {
		struct workload w = { 0 };

		if (setlocale(LC_ALL, locales[i]) == NULL)
			continue;
		assert_true(workload_read(&w, &word, &hints[1], NULL, NULL, &arena));
		assert_int_equal(w.ects_c, 750);
		assert_int_equal(w.hours_t, 2025);
	}
	setlocale(LC_ALL, "C");
}

static void an_answer_is_read_again_as_itself(void **state)
{
	size_t n = 0;

	(void)state;
	for (size_t i = 0; i < n_texts; i++)
		for (size_t r = 0; r < countof(readers); r++) {
			char once[ANSWER_BYTES], twice[ANSWER_BYTES];
			const struct hint *hint = &hints[i % countof(hints)];

			answer(once, &readers[r], texts[i], hint);
			if (once[0] == '\0')
				continue;
			answer(twice, &readers[r], slice_of(once), hint);
			if (strcmp(once, twice) != 0)
				fail_msg("%s: \"%.*s\" is \"%s\", read again \"%s\"",
					 readers[r].name, SLICE_ARG(texts[i]), once, twice);
			n++;
		}
	print_message("%zu answers\n", n);
	assert_true(n > 1500);
}

/* Blanks around and doubled inside mean nothing. */
static void blanks_mean_nothing(void **state)
{
	(void)state;
	for (size_t i = 0; i < n_texts; i++)
		for (size_t r = 0; r < countof(readers); r++) {
			char once[ANSWER_BYTES], twice[ANSWER_BYTES], padded[512];
			const struct hint *hint = &hints[i % countof(hints)];

			answer(once, &readers[r], texts[i], hint);
			(void)snprintf(padded, sizeof padded, " \t%.*s\n ", SLICE_ARG(texts[i]));
			answer(twice, &readers[r], slice_of(padded), hint);
			if (strcmp(once, twice) != 0)
				fail_msg("%s: \"%.*s\" is \"%s\", with blanks \"%s\"",
					 readers[r].name, SLICE_ARG(texts[i]), once, twice);
		}
}

/* A text made of others: cut, joined, repeated, with bytes that are no text. */
static struct slice spoil(char *memory, size_t cap, struct random *random)
{
	static const char *const bits[] = { "\377",  "\342\200", "\302\240", "\0", "999999999",
					    "(((((", "-",        "/",        ",",  "EQF" };
	size_t n = 0, pieces = 1 + random_below(random, 12);

	for (size_t i = 0; i < pieces; i++) {
		struct slice text = texts[random_below(random, (uint32_t)n_texts)];
		size_t from = text.n > 0 ? random_below(random, (uint32_t)text.n) : 0;
		const char *bit = bits[random_below(random, countof(bits))];

		if (random_below(random, 3) > 0)
			from = 0;
		text = slice_from(text, from);
		if (text.n + strlen(bit) + 2 > cap - n)
			break;
		memcpy(memory + n, text.p, text.n);
		n += text.n;
		if (random_below(random, 4) == 0) {
			memcpy(memory + n, bit, strlen(bit));
			n += strlen(bit);
		} else if (random_below(random, 2) == 0) {
			memory[n++] = ' ';
		}
	}
	return slice_make(memory, n);
}

static void spoilt_texts_do_no_harm_and_need_little_memory(void **state)
{
	struct random random = { 20261122 };
	char memory[2000];

	(void)state;
	for (int i = 0; i < SPOILT_ROUNDS; i++) {
		struct slice text = unit_exact(spoil(memory, sizeof memory, &random));

		for (size_t r = 0; r < countof(readers); r++) {
			char out[ANSWER_BYTES];

			answer(out, &readers[r], text, &hints[(size_t)i % countof(hints)]);
			assert_false(arena.has_failed);
			assert_true(arena.used <= 16384 + ARENA_BYTES_A_BYTE * text.n);
		}
		unit_exact_free(text);
	}
}

/* Long texts of one thing again and again: time stays near the length. */
static void long_texts_are_read_in_time(void **state)
{
	static const char *const bits[] = { "5 ECTS ", "1-", "EQF 6, ", "en, ", "September 2027 ",
					    "free ",   "(",  "x ",      "and ", "Bachelor/" };
	struct buf text = BUF_INIT(256 * 1024);

	(void)state;
	for (size_t b = 0; b < countof(bits); b++) {
		buf_clear(&text);
		for (size_t n = 0; n < 100 * 1024; n += strlen(bits[b]))
			buf_str(&text, bits[b]);
		for (size_t r = 0; r < countof(readers); r++) {
			char out[ANSWER_BYTES];

			answer(out, &readers[r], buf_view(&text), &hints[3]);
		}
	}
	buf_clear(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers_do_not_depend_on_locale_or_time_zone),
		cmocka_unit_test(decimals_do_not_depend_on_the_locale),
		cmocka_unit_test(an_answer_is_read_again_as_itself),
		cmocka_unit_test(blanks_mean_nothing),
		cmocka_unit_test(spoilt_texts_do_no_harm_and_need_little_memory),
		cmocka_unit_test(long_texts_are_read_in_time),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
